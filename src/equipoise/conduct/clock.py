"""The clock: nothing is recorded at an earlier moment than what was recorded already.

A clock that was set back would let acts of today stand before those of yesterday, and what was
known on a day would change afterwards. But a clock may also once have run ahead, and a trial must
not wait for years until it is right again: then the trial office says so, and until the clock has
passed that moment an act repeats the moment of the one before it in its stream.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar

from equipoise.conduct.act import Act, Context, Refused, Stamp, StreamName
from equipoise.conduct.chapter import Chapter
from equipoise.conduct.state.clock import ClockState
from equipoise.conduct.words import Ask, Words
from equipoise.study.kinds.blank import is_blank
from equipoise.study.reason import Reason, Refusal

__all__ = ["BEHIND", "SLACK", "RanAhead", "recorded_at"]

SLACK = timedelta(seconds=5)
"""So far the clocks of two servers may differ, or two who write at once read one clock."""
BEHIND = Reason(
    "clock.behind",
    "",
    "nothing was recorded: the clock of the server stands at {clock}, and the newest entry of the "
    "ledger at {newest}. Have the clock set right and try again; if it had run ahead before, "
    "the trial office states that it had",
)
NO_REASON = Reason("clock.no-reason", "because", "say how it is known that the clock had run ahead")
NOT_BEHIND = Reason(
    "clock.not-behind", "", "the clock is not behind the ledger; there is nothing to state"
)


class RanAhead(Act, frozen=True, kw_only=True):
    """The server's clock had run ahead: entries up to `until` bear moments that were never so.

    `until` is the moment of the ledger's newest entry, which the entry point fills in.
    """

    kind: ClassVar[str] = "clock.ran-ahead"
    writes_trial: ClassVar[str] = "clock"
    stream: ClassVar[StreamName] = "study"
    words: ClassVar[Words] = Words(
        name="The clock had run ahead",
        title="State that the server's clock had run ahead",
        line="The clock had run ahead until {until}",
        intro="State this only when the clock is right now and was wrong before. Until the clock "
        "has passed that moment, an act repeats the moment of the one before it in its record; "
        "the day on which it happened is told as always.",
        happened="Day of the statement",
        button="State that it had run ahead",
        done="It is stated that the clock had run ahead; acts are recorded again",
        address="clock",
    )
    because: Annotated[
        str, Ask("How is it known?", label="Reason", kind="area", needed="Say how it is known")
    ]
    until: Annotated[str, Ask("Until", by_trial=True)] = ""

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if is_blank(self.because):
            yield NO_REASON()
        if not self.until or _read(self.until) < context.stamp.at:
            yield NOT_BEHIND()

    def apply_to_trial(self, state: ClockState, stamp: Stamp, subject_id: str) -> None:
        state.ahead = max(state.ahead, self.until)


def recorded_at(clock: datetime, newest: str, before: str, ahead: str) -> datetime:
    """The moment of what is recorded now.

    :param newest: the moment of the newest entry of the whole ledger; empty when there is none
    :param before: that of the newest entry in the streams that are written to
    :param ahead: until when the office has stated that the clock had run ahead
    :raises Refused: when the clock is behind the newest entry and nobody has stated why
    """
    if not newest or clock >= _read(newest):
        return clock
    if newest > ahead and _read(newest) - clock > SLACK:
        raise Refused((BEHIND(clock=clock, newest=_read(newest)),))
    return max(clock, _read(before)) if before else clock


def _read(moment: str) -> datetime:
    try:
        return datetime.fromisoformat(moment)
    except ValueError:  # what somebody typed in place of the entry point
        return datetime.min.replace(tzinfo=UTC)


CHAPTER = Chapter(name="clock", acts=(RanAhead,))
