"""`equipoise export FILE`: the installation's ledger as a file that anyone can verify.

Beside it come the tree over its entries (FILE's name with `.tree`) and its heads (`.heads`).
"""

from pathlib import Path

from equipoise.cli.parsing import Parser


def run(words: list[str]) -> int:
    """Writes the file and prints its digest."""
    parser = Parser(prog="equipoise export", description=__doc__)
    parser.add_argument("file", type=Path, help="where to write it")
    args = parser.parse_args(words)

    from equipoise.cli.start import installed, made

    installed()
    from equipoise.ledger import write_export
    from equipoise.ledger.tree_file import heads_folder, tree_path, write_tree
    from equipoise.web import write_service
    from equipoise.web.access import access_log
    from equipoise.web.own_files import must_be_others
    from equipoise.web.store import DatabaseLedger
    from equipoise.web.witness import sequencer, tree_kept

    must_be_others(args.file, tree_path(args.file), heads_folder(args.file))
    made(args.file.parent)
    # Noted first: what can not be noted is not written.
    access_log.note_at_command_line("ledger-exported")
    sequencer.keep_up(write_service.now(), thorough=True)
    tree = tree_kept.tree_now()
    print(write_export(DatabaseLedger(), args.file))
    write_tree(args.file, tree)
    return 0
