"""`equipoise registry`: records of the public registry, and our study beside its own record.

Records are kept, with the index over them, in one folder that belongs to no trial:
EQUIPOISE_REGISTRY names it, else it is `registry` in the home of the installation. No copy of an
installation takes it along, and it holds no secret.
"""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import date
from pathlib import Path

from equipoise.cli.parsing import Parser

__all__ = ["run"]


def run(words: list[str]) -> int:
    """1 when something was not read, not found, or differs."""
    parser = Parser(prog="equipoise registry", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, parser_class=_Sub)
    one = verbs.add_parser("import", description="Take records in, and bring the index up to date.")
    one.add_argument("file", type=Path, nargs="*", help="JSON of the registry's API v2; zip or gz")
    one.add_argument(
        "--sample", action="store_true", help="the records that Equipoise brings along"
    )
    one = verbs.add_parser("find", description="Find trials, as the finder's pages do.")
    one.add_argument("words", nargs="*", help="in your own words, English or Dutch")
    _filters(one)
    verbs.add_parser("rebuild", description="Make the index anew from the records.")
    one = verbs.add_parser("show", description="Print a record as it came.")
    one.add_argument("number", help="such as NCT06857773")
    one.add_argument("--earlier", action="store_true", help="its earlier versions too, one a line")
    _of_a_study(verbs.add_parser)
    return _do(parser, words)


class _Sub(Parser):
    """The parser of one thing that is done with records."""

    def __init__(self, **given: object) -> None:
        super().__init__(str(given["prog"]), str(given["description"]))


def _day(text: str) -> str:
    """A day or a month of the calendar.

    :raises ArgumentTypeError: when it is none
    """
    try:
        date.fromisoformat(f"{text}-01" if len(text) == 7 else text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day; 2026-11-30 or 2026-11 would do") from None
    return text


def _filters(one: ArgumentParser) -> None:
    one.add_argument(
        "--status", action="append", default=[], help="such as RECRUITING; again for more"
    )
    one.add_argument("--phase", action="append", default=[], help="such as PHASE3; again for more")
    one.add_argument("--age", type=int, help="in years")
    one.add_argument("--sex", choices=("FEMALE", "MALE"), help="of who would take part")
    one.add_argument("--country", action="append", default=[], help="its name, or two letters")
    one.add_argument("--near", help="a town, such as Rotterdam or 'Londen, Canada'")
    one.add_argument("--km", type=float, default=50.0, help="how far from it")
    one.add_argument("--since", type=_day, help="updated on this day or later")
    one.add_argument("--limit", type=int, default=10, help="how many to list")


def _of_a_study(add: Callable[..., ArgumentParser]) -> None:
    one = add("export", description="Write our study as a record of the registry.")
    one.add_argument("study", type=Path, help="the folder with study.yaml")
    one.add_argument("--out", type=Path, help="where to write it; else it is printed")
    one.add_argument(
        "--prs",
        metavar="ORGANISATION",
        help="as XML to upload to the PRS, where the sponsor signs in by this name; else JSON",
    )
    one = add("diff", description="Where our study file and its record differ.")
    one.add_argument("study", type=Path, help="the folder with study.yaml")
    one.add_argument(
        "--record", type=Path, help="a file with the record; else the one that is kept"
    )
    one = add("draft", description="Begin a study file from a record.")
    one.add_argument("number", help="such as NCT06857773, of a record that is kept")
    one.add_argument("--out", type=Path, help="the new folder; else it is printed")


def _do(parser: Parser, words: list[str]) -> int:
    args = parser.parse_args(words)
    from equipoise.cli.registry import records, study

    verb = {
        "import": records.take_in_files,
        "find": records.find,
        "rebuild": records.rebuild,
        "show": records.show,
        "export": study.export,
        "diff": study.differences,
        "draft": study.draft,
    }[args.verb]
    return verb(args)
