"""`equipoise rebuild`: everything that is derived from the ledger, made again."""

from equipoise.cli.parsing import Parser


def run(words: list[str]) -> int:
    """Prints how many participants were folded."""
    Parser(prog="equipoise rebuild", description=__doc__).parse_args(words)

    from equipoise.cli.start import installed

    installed()
    from equipoise.web import adopted, read_model, write_service
    from equipoise.web.store import DatabaseLedger

    count = read_model.rebuild(adopted.study(), DatabaseLedger(), write_service.today())
    print(f"{count} participants folded again")
    return 0
