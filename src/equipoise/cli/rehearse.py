"""`equipoise rehearse STUDY`: invented people live through the trial; leaves ledger and report."""

import sys
import time
from pathlib import Path

from equipoise.cli.parsing import Parser, day
from equipoise.cli.start import all_or_nothing, made


def run(words: list[str]) -> int:
    """0 when every life was played to its end and the ledger verifies."""
    parser = Parser(prog="equipoise rehearse", description=__doc__)
    parser.add_argument("study", type=Path, help="the folder with study.yaml and rehearsal.yaml")
    parser.add_argument("--participants", type=int, default=306, help="how many are randomised")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same ledger")
    parser.add_argument("--until", type=day, help="stop on this day")
    parser.add_argument("--out", type=Path, default=Path("build/rehearsal"), help="where to write")
    args = parser.parse_args(words)
    if args.participants < 1:
        parser.error("a rehearsal needs at least one participant")

    from equipoise.analysis.frames import write_frames
    from equipoise.conduct.trial import ACTS
    from equipoise.design.rehearsal.plan import load_plan
    from equipoise.design.rehearsal.report import write_report
    from equipoise.design.rehearsal.run import Hopeless, rehearse
    from equipoise.ledger import MemoryLedger, verify, write_export
    from equipoise.study.check import consistency
    from equipoise.study.load import Invalid, load_with_places
    from equipoise.study.unread import not_read

    try:
        study, places = load_with_places(args.study)
        if problems := [*not_read(args.study), *consistency(study, places, ACTS)]:
            raise Invalid(problems)
        plan = load_plan(args.study, study)
        made(args.out)  # before it is played for nothing
        began, ledger = time.perf_counter(), MemoryLedger()
        done = rehearse(study, plan, ledger, args.participants, args.seed, args.until, _bar)
    except (Invalid, Hopeless) as error:
        print(error, file=sys.stderr)
        return 1
    seconds = time.perf_counter() - began
    print(
        f"\n{done.screened} screened, {done.randomised} randomised, {done.acts} acts in "
        f"{seconds:.1f} s ({done.acts / seconds:.0f} acts/s); the last on {done.last_on}"
    )
    for line in done.told():
        print(line)
    if not done.screened:
        print(f"nobody had come by {args.until}: nothing was rehearsed", file=sys.stderr)
        return 1
    with all_or_nothing(args.out) as passing:
        digest = write_export(ledger, passing / "ledger.jsonl")
        write_frames(study, ledger, passing)
        write_report(study, ledger, passing / "report.html", done)
    faults = verify(ledger.everything())
    print(f"ledger, frames and report in {args.out}; the ledger's digest is {digest[:16]}…")
    for fault in faults:
        print(f"{fault.stream} {fault.seq}: {fault.sentence}", file=sys.stderr)
    return 1 if faults or done.stops.trajectories else 0


def _bar(done: int, of: int) -> None:
    if not sys.stderr.isatty():
        return
    full = round(40 * done / of)
    print(f"\r  {'█' * full}{'·' * (40 - full)} {done}/{of} randomised", end="", file=sys.stderr)
