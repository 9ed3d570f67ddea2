"""`equipoise export FILE`: the installation's ledger as a file that anyone can verify."""

from pathlib import Path

from equipoise.cli.parsing import Parser


def run(words: list[str]) -> int:
    """Writes the file and prints its digest."""
    parser = Parser(prog="equipoise export", description=__doc__)
    parser.add_argument("file", type=Path, help="where to write it")
    asked = parser.parse_args(words)

    from equipoise.cli.start import django

    django()
    from equipoise.ledger import write_export
    from equipoise.web.store import DatabaseLedger

    print(write_export(DatabaseLedger(), asked.file))
    return 0
