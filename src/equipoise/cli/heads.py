"""`equipoise heads`: the newest head of the tree, with the signatures of witnesses so far.

First every entry that is recorded gets its place in the tree, and the server signs for all of them.
The jobs do so by themselves, after each draw and every hour.
"""

import sys
from pathlib import Path

from equipoise.cli.parsing import Parser
from equipoise.cli.stamp import stamp


def run(words: list[str]) -> int:
    """1 before the trial is open."""
    parser = Parser(prog="equipoise heads", description=__doc__)
    parser.add_argument("--key", action="store_true", help="print the server's public key instead")
    parser.add_argument("--words", action="store_true", help="print it in words, to compare")
    parser.add_argument("--stamp", metavar="URL", help="have it stamped there (RFC 3161)")
    parser.add_argument("--to", type=Path, default=Path(), help="where head and stamp are written")
    args = parser.parse_args(words)

    from equipoise.cli.start import installed, made

    installed()
    from equipoise.ledger.head_words import rows_of
    from equipoise.ledger.tree_head import read_tree_head
    from equipoise.web import write_service
    from equipoise.web.witness import sequencer, tree_store

    sequencer.keep_up(write_service.now(), thorough=True)
    note, key = tree_store.head(), sequencer.log_key()
    if note is None or key is None:
        print("the trial is not open: there is nothing to sign for", file=sys.stderr)
        return 1
    if args.words:
        head = read_tree_head(note.text)
        print(head.size, *map(" ".join, rows_of(head)), sep="\n")
        return 0
    if args.stamp:
        size = read_tree_head(note.text).size
        print(stamp(note.written, args.stamp, made(args.to), f"{size:012}"))
        return 0
    print(key.vkey if args.key else note.written, end="\n" if args.key else "")
    return 0
