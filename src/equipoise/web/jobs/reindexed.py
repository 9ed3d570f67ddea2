"""The finder's index that an earlier version made is made anew, beside whatever else is to be done.

Half a million records take many minutes. A thread of its own makes it; the job looks on for some
seconds at a time and is put back in between, so that no mail and no head has to wait. A thread that
ends with its runner is begun again by the next: nothing of it was in use.
"""

from datetime import datetime
from threading import Thread

from equipoise.exchange.registry import generations
from equipoise.web import home
from equipoise.web.jobs.kind import Unfinished
from equipoise.web.jobs.table import Taken, ToDo, write

__all__ = ["INDEX", "make_index", "plan_index"]

INDEX = "finder.index"
SECONDS = 10.0  # after which whatever else is due has its turn


def plan_index(now: datetime) -> None:
    """Write the job, where the index is of an earlier version; of each once."""
    if old := generations.outdated(home.registry()):
        key = f"{generations.FORM} {old.name}"
        write([ToDo(kind=INDEX, key=key, due=now, payload={})], now)


def make_index(job: Taken, now: datetime) -> None:
    """Go on making it. Raises Unfinished while it is made, and what went wrong when it did."""
    making = _making.setdefault(job.key, _Making())
    if making.ident is None:
        making.start()
    making.join(SECONDS)
    if making.is_alive():
        raise Unfinished
    del _making[job.key]
    if making.error:
        raise making.error


class _Making(Thread):
    """The index is made; it ends with whoever began it."""

    def __init__(self) -> None:
        super().__init__(name="index", daemon=True)
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            if generations.outdated(home.registry()):
                generations.refresh(home.registry())
        except Exception as error:
            self.error = error


_making: dict[str, _Making] = {}
