"""`equipoise amend DIR`: what a new study text changes, and for whom; with --adopt, adopt it.

Without --adopt nothing is recorded. The trial runs under the new text from the moment that it is
adopted, on a server that is running too.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.cli.parsing import Parser

if TYPE_CHECKING:
    from equipoise.web.amending import Proposed

MOST_NAMED = 10
_LOST = (
    "warning: the study text {}…, adopted before, is not in the ledger and can not be compared; "
    "bring it in by `equipoise study-text`, or state with --earlier-lost that it is lost"
)


def run(words: list[str]) -> int:
    """1 when something keeps the text from being adopted."""
    parser = Parser(prog="equipoise amend", description=__doc__)
    parser.add_argument("study", type=Path, help="the folder of the new text, with study.yaml")
    parser.add_argument("--because", default="", help="why the study is amended")
    parser.add_argument("--by", default="", help="the id of who adopts it, of the trial office")
    parser.add_argument("--adopt", action="store_true", help="adopt it; else it is told only")
    parser.add_argument(
        "--earlier-lost",
        action="store_true",
        help="state that an earlier text, which the ledger does not hold, is lost",
    )
    parser.add_argument("--confirmed", type=Path, help="the file with what the sponsor confirmed")
    args = parser.parse_args(words)
    if args.adopt and not (args.because.strip() and args.by):
        parser.error("say with --because why, and with --by who of the trial office adopts it")

    from equipoise.cli.start import installed

    installed()
    from equipoise.web import adopted, amending, write_service

    if not write_service.folds().trial_state().opened_on:
        print("the trial is not open yet; `equipoise open` adopts the first text", file=sys.stderr)
        return 1
    if missing := adopted.make_known(write_service.now()):
        print("\n".join(missing), file=sys.stderr)
        return 1
    if args.adopt and args.confirmed:
        _confirm(args.confirmed, args.by, args.study)
    found = amending.proposed(amending.everyone(), args.study)
    _tell(found)
    if found.against or found.text is None:
        return 1
    if args.adopt:
        _adopt(found, args.because, args.by, args.study, lost=args.earlier_lost)
    else:
        print("nothing is recorded; --adopt adopts it")
    return 0


def _confirm(file: Path, by: str, folder: Path) -> None:
    """Record what the sponsor confirms of the text in a folder, by one proof of who they are."""
    from equipoise.cli.confirming import confirmations
    from equipoise.cli.start import proved
    from equipoise.conduct.assumptions import ConfirmValue
    from equipoise.web import adopted, write_service

    acts = confirmations(file, adopted.proposal(folder))
    lines = [
        f"{act.path} {act.value[:16]}…: {act.document} {act.edition} {act.page}" for act in acts
    ]
    if acts:
        how = proved(by, ConfirmValue, "\n".join(lines))
        for act in acts:
            write_service.perform(act, by, proposed=folder, how=how)


def _adopt(found: "Proposed", because: str, by: str, folder: Path, *, lost: bool) -> None:
    from equipoise.cli.start import proved
    from equipoise.conduct.administration import AdoptAmendment
    from equipoise.conduct.how import PLAINLY
    from equipoise.conduct.step_up import is_asked
    from equipoise.web import adopted, write_service

    assert found.text is not None
    text = found.text
    act = AdoptAmendment(
        version=text.version,
        digest=text.digest,
        because=because,
        earlier_texts="lost" if lost else "",
    )
    needs_proof = is_asked([adopted.study(), text], AdoptAmendment)
    how = proved(by, AdoptAmendment, f"{text.version} {text.digest}") if needs_proof else PLAINLY
    write_service.perform(act, by, proposed=folder, how=how)
    print(f"version {text.version} is adopted; the trial runs under it from now on")


def _tell(found: "Proposed") -> None:
    from equipoise.cli.diff import tell_changes
    from equipoise.cli.reader import reader
    from equipoise.web import adopted

    here = reader()
    for refusal in found.against:
        print(f"refused: {refusal.wording(here)} ({refusal.code})", file=sys.stderr)
    if found.text is None:
        return
    for digest in found.lost:
        print(_LOST.format(digest[:16]), file=sys.stderr)
    now, before = found.text, adopted.study()
    print(f"{now.identity.acronym}: version {before.version}, digest {before.digest[:16]}…")
    print(f"  would become version {now.version}, digest {now.digest[:16]}…")
    if found.comparison:
        tell_changes(found.comparison)
    if found.effects:
        print("For whom, today:")
    for effect in found.effects:
        more = len(effect.whom) - MOST_NAMED
        named = ", ".join(effect.whom[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        print(f"  {here.written(effect.wording)}: {len(effect.whom)} ({named})")
    if found.comparison and found.worked_out and not found.effects:
        print("Today it changes nothing for anybody in the trial.")
