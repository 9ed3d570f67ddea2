"""`equipoise diff OLD NEW`: what one study text says otherwise than another, and for whom.

Each is a folder with study.yaml, or the beginning of the digest of a text that the ledger of this
installation holds. No trial is needed for two folders, and nothing is recorded.
"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.cli.parsing import Parser

if TYPE_CHECKING:
    from equipoise.conduct.comparison import Comparison
    from equipoise.study.model import Study

SHORTEST = 8  # digits of a digest, of which nobody has two texts that begin alike


def run(words: list[str]) -> int:
    """1 when NEW could not be adopted after OLD, or one of them can not be read."""
    parser = Parser(prog="equipoise diff", description=__doc__)
    parser.add_argument("old", help="the folder, or the digest, of the text before")
    parser.add_argument("new", help="the folder, or the digest, of the text after it")
    parser.add_argument("--json", action="store_true", help="print it for programs")
    args = parser.parse_args(words)

    from equipoise.cli.reader import reader
    from equipoise.conduct.comparison import as_values, compared
    from equipoise.study.load import Invalid

    try:
        before, now = _text(args.old), _text(args.new)
    except (Invalid, LookupError) as error:
        print(error.args[0] if isinstance(error, LookupError) else error, file=sys.stderr)
        return 1
    found = compared(before, now)
    if args.json:
        print(json.dumps(as_values(found, reader()), ensure_ascii=False, indent=2))
    else:
        _tell(found)
    return 1 if found.against else 0


def _text(named: str) -> "Study":
    """The study of a folder, or of a text in the ledger.

    :raises LookupError: when there is neither
    """
    if Path(named).is_dir():
        from equipoise.study.load import load

        return load(Path(named))
    if len(named) < SHORTEST or not set(named) <= set("0123456789abcdef"):
        raise LookupError(
            f"{named} is no folder, and no digest: {SHORTEST} of its digits or more would do"
        )
    from equipoise.cli.start import installed

    installed()
    from equipoise.web import adopted

    texts = adopted.texts()
    known = [text for digest, text in texts.items() if digest.startswith(named)]
    if len(known) != 1:
        held = ", ".join(f"{digest[:16]} (version {t.version})" for digest, t in texts.items())
        raise LookupError(f"the ledger holds no text {named}…; it holds: {held or 'none'}")
    return known[0]


def _tell(found: "Comparison") -> None:
    from equipoise.cli.reader import reader

    here = reader()
    for refusal in found.against:
        print(f"refused: {refusal.wording(here)} ({refusal.code})", file=sys.stderr)
    before, now = found.before, found.now
    print(f"{now.identity.acronym}: version {before.version}, digest {before.digest[:16]}…")
    print(f"  then version {now.version}, digest {now.digest[:16]}…")
    if not found.changes:
        print("Both say the same.")
    tell_changes(found)


def tell_changes(found: "Comparison") -> None:
    """What is otherwise and for whom, what becomes of the draws, and every difference."""
    from equipoise.cli.reader import reader
    from equipoise.conduct.consequences import ABOUT
    from equipoise.conduct.differences import by_chapter

    here = reader()
    for about, heading in ABOUT.items():
        those = [one for one in found.consequences if one.about == about]
        lines = [f"{here.written(one.wording)} ({here.written(one.whom)})" for one in those]
        _tell_list(here.written(heading()), lines)
    _tell_list("What becomes of the draws", [here.written(rule.wording) for rule in found.draws])
    for chapter, changes in by_chapter(found.changes):
        lines = [here.written(one.wording) for one in changes]
        _tell_list(f"Every difference, {here.written(chapter)}", lines)


def _tell_list(heading: str, lines: list[str]) -> None:
    if lines:
        print(f"{heading}:")
    for line in lines:
        print(f"  {line}")
