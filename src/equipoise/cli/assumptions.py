"""`equipoise assumptions STUDY`: every sourced value, and what still needs the sponsor's word."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.cli.parsing import Parser

if TYPE_CHECKING:
    from equipoise.conduct.state.assumptions import AssumptionsState
    from equipoise.study.provenance import Sourced


def run(words: list[str]) -> int:
    """0 once listed; 1 when the study file cannot be read."""
    parser = Parser(prog="equipoise assumptions", description=__doc__)
    parser.add_argument("study", type=Path, help="the folder with study.yaml")
    parser.add_argument("--tag", help="only one provenance, such as recalled")
    parser.add_argument(
        "--installed", action="store_true", help="tell what the installation's sponsor confirmed"
    )
    parser.add_argument(
        "--to-confirm", action="store_true", help="print the file to fill in for `open` and `amend`"
    )
    args = parser.parse_args(words)

    from equipoise.cli.confirming import to_fill_in
    from equipoise.study.load import Invalid, load
    from equipoise.study.provenance import TAGS, sourced

    if args.tag not in (None, *TAGS):
        parser.error(f"there is no provenance {args.tag!r}; there are {', '.join(TAGS)}")
    try:
        values = sourced(load(args.study))
    except Invalid as error:
        print(error, file=sys.stderr)
        return 1
    if args.to_confirm:
        print("\n".join(to_fill_in(one for one in values if one.source.tag == "recalled")))
        return 0
    found = _confirmed() if args.installed else None
    for tag, meaning in TAGS.items():
        those = [value for value in values if value.source.tag == tag]
        if args.tag in (None, tag):
            print(f"\n{tag}: {len(those)} ({meaning})")
            for value in those:
                print(f"  {value.path}: {value.what}  [{value.source.where}]{_word(value, found)}")
    waiting = [one for one in values if one.source.unverified and not _word(one, found)]
    print(f"\n{len(waiting)} of {len(values)} values need the sponsor's word")
    return 0


def _confirmed() -> "AssumptionsState":
    """What the installation's ledger says of it."""
    from equipoise.cli.start import installed

    installed()
    from equipoise.web import write_service

    return write_service.folds().trial_state().assumptions


def _word(value: "Sourced", found: "AssumptionsState | None") -> str:
    """By which document a value is confirmed as it stands, when and by whom; empty: by none."""
    from equipoise.conduct.unverified import confirmation_of

    one = confirmation_of(found, value) if found else None
    if one is None:
        return ""
    document = ", ".join(filter(None, (one.document, one.edition, one.page)))
    return f"  confirmed by {one.by} on {one.on}: {document}"
