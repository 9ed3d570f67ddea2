"""`equipoise jobs`: do what is due now, and say what was done; for cron.

`equipoise serve` does so by itself, every two seconds. Both may run: a job is held by one of them.
"""

import signal
from typing import TYPE_CHECKING

from equipoise.cli.parsing import Parser
from equipoise.cli.reader import reader

if TYPE_CHECKING:  # read at run time it would need the settings first
    from equipoise.web.jobs.runner import Outcome


def run(words: list[str]) -> int:
    """1 when a job has failed and is not tried again by itself."""
    Parser(prog="equipoise jobs", description=__doc__).parse_args(words)

    from equipoise.cli.start import installed

    installed()
    from equipoise.web.jobs.runner import run_due

    outcomes: list[Outcome] = []
    signals: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: signals.append(number))

    def tell(outcome: "Outcome") -> None:
        outcomes.append(outcome)
        print(_line(outcome), flush=True)

    run_due(tell, lambda: bool(signals))
    if not outcomes:
        print("nothing is due")
    return int(any(outcome.has_failed for outcome in outcomes))


def _line(outcome: "Outcome") -> str:
    job = f"{outcome.job.kind} {outcome.job.id}"
    if outcome.overtaken:
        return f"{job}: it took longer than its lease, and another was at it meanwhile"
    if outcome.refusal is None:
        return f"{job}: done in part, and goes on" if outcome.again_at else f"{job}: done"
    if outcome.again_at is None:
        return f"{job}: failed: {outcome.refusal.wording(reader())}"
    again = f"again at {outcome.again_at:%Y-%m-%d %H:%M} UTC"
    return f"{job}: not done: {outcome.refusal.wording(reader())}; {again}"
