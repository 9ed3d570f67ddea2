"""Results by arm are opened by two people, of whom one at least is not of the trial office.

One asks, and says why and until when; another agrees. Until that day, and not a day longer, those
whose role sees results by arm see them: as the data stood at the cut that was asked, which both
agreed to. What is recorded later, of whatever day, waits for another opening. Both acts stand in
the ledger.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated, ClassVar, Self
from zoneinfo import ZoneInfo

import msgspec

from equipoise.conduct.act import Act, Context, Stamp, StreamName
from equipoise.conduct.administration import is_of_office
from equipoise.conduct.chapter import Chapter
from equipoise.conduct.cut import moment
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.state.openings import Opening, OpeningsState
from equipoise.conduct.words import Ask, Words
from equipoise.study.kinds.blank import is_blank
from equipoise.study.reason import Reason, Refusal

__all__ = ["LONGEST", "AgreeToOpen", "AskToOpen"]

LONGEST = 31
"""Days that results by arm may be open at one time."""

NO_REASON = Reason("results.no-reason", "because", "say why results by arm are opened")
PAST = Reason("results.past", "until", "{day} lies before the day on which it is asked")
TOO_LONG = Reason(
    "results.too-long", "until", "results by arm are open for {days} days at most, until {day}"
)
LATER_CUT = Reason("results.cut-later", "data_until", "{day} is after the day on which it is asked")
CUT_GIVEN = Reason("results.cut-given", "", "the trial makes the cut; nobody else does")
CUT_MOVED = Reason(
    "results.cut-moved",
    "",
    "what was recorded by {cut} is not what it was when this was asked; it is asked anew",
)
ASKED_ALREADY = Reason(
    "results.asked-already",
    "",
    "this was asked on {day}, and nobody has agreed yet; another person agrees to that",
)
NOT_ASKED = Reason(
    "results.not-asked", "", "nobody waits for this: it was not asked, was agreed to, or is over"
)
SAME_PERSON = Reason("results.same-person", "", "whoever asked does not agree as well")
BOTH_OFFICE = Reason(
    "results.office",
    "",
    "both of you are, or were, of the trial office: someone else asks or agrees",
)


class AskToOpen(Act, frozen=True, kw_only=True):
    """Someone asks that results by arm be opened, for a time and a reason."""

    kind: ClassVar[str] = "results.ask"
    writes_trial: ClassVar[str] = "openings"
    stream: ClassVar[StreamName] = "study"
    words: ClassVar[Words] = Words(
        name="Opening of results by arm asked for",
        title="Ask for results by arm to be opened",
        line="Asked to open results by arm until {until}[, with the data as of {cut}]: {because}",
        intro="They open once another person agrees, with the data as they stand now or stood on a "
        "day; what is recorded later needs another opening. One of you two at least is not of the "
        "trial office. Both stand in the ledger.",
        happened="Day on which it is asked",
        button="Ask",
        done="It is asked; another person agrees to it",
        address="results/ask",
    )
    because: Annotated[
        str,
        Ask(
            "Why are results by arm opened?",
            label="Reason",
            kind="area",
            hint="Such as the meeting at which they are discussed",
            needed="Say why results by arm are opened",
        ),
    ]
    until: Annotated[
        date, Ask("Until and with which day?", label="Until", hint="31 days from now at most")
    ]
    data_until: Annotated[
        date | None,
        Ask(
            "Which day is the last of the data?",
            kind="day",
            label="Data until",
            hint="All that was recorded by the end of it; left open, all that is recorded by now",
        ),
    ] = None
    cut: Annotated[str, Ask("Data as of", kind="moment", by_trial=True)] = ""
    entries: Annotated[int, Ask("Entries recorded by then", by_trial=True)] = 0

    def refusals(self, context: Context) -> Iterator[Refusal]:
        on, latest = context.stamp.on, context.stamp.on + timedelta(days=LONGEST)
        if is_blank(self.because):
            yield NO_REASON()
        if self.until < on:
            yield PAST(day=self.until)
        if self.until > latest:
            yield TOO_LONG(days=LONGEST, day=latest)
        if self.data_until and self.data_until > on:
            yield LATER_CUT(day=self.data_until)
        if self.cut or self.entries:
            yield CUT_GIVEN()
        waiting = context.trial_state.openings.waiting_on(on)
        if waiting and context.entries_by(waiting.cut) == waiting.entries:
            yield ASKED_ALREADY(day=waiting.asked_on)

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        after = context.stamp.at
        if self.data_until:
            zone = ZoneInfo(context.study.identity.timezone)
            after = min(after, datetime.combine(self.data_until + timedelta(days=1), time(), zone))
        # This very entry, and another of the same moment, are not in it.
        cut = moment(after - timedelta(microseconds=1))
        return msgspec.structs.replace(self, cut=cut, entries=context.entries_by(cut))

    def apply_to_trial(self, state: OpeningsState, stamp: Stamp, subject_id: str) -> None:
        waiting = Opening(
            seq=stamp.seq,
            asked_by=stamp.by,
            asked_on=stamp.on,
            until=self.until,
            cut=self.cut,
            entries=self.entries,
        )
        state.asked.append(waiting)


class AgreeToOpen(Act, frozen=True, kw_only=True):
    """Another person agrees; from now on results by arm are open, until the day that was asked."""

    kind: ClassVar[str] = "results.agree"
    writes_trial: ClassVar[str] = "openings"
    stream: ClassVar[StreamName] = "study"
    step_up: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Results by arm opened",
        title="Agree that results by arm are opened",
        line="Results by arm opened, as was asked in entry {opening}",
        intro="Those whose role sees results by arm see them from now on, until that day, with "
        "the data as of that moment and none that are recorded later.",
        happened="Day on which you agree",
        button="Open results by arm",
        done="Results by arm are open",
        meaning="I agree that results by arm are opened for this reason, until this day, and "
        "with the data as of this moment.",
        address="results/agree/{opening}",
    )
    opening: Annotated[
        int, Ask("Which entry of the trial's own stream asked it?", label="Asked in", kind="entry")
    ]

    def refusals(self, context: Context) -> Iterator[Refusal]:
        by, on = context.stamp.by, context.stamp.on
        found = next(
            (one for one in context.trial_state.openings.asked if one.seq == self.opening), None
        )
        if found is None or not found.waits_on(on):
            yield NOT_ASKED()
            return
        if found.asked_by == by:
            yield SAME_PERSON()
        elif all(
            is_of_office(context.study, context.trial_state, one) for one in (by, found.asked_by)
        ):
            yield BOTH_OFFICE()
        if context.entries_by(found.cut) != found.entries:
            yield CUT_MOVED(cut=datetime.fromisoformat(found.cut))

    def apply_to_trial(self, state: OpeningsState, stamp: Stamp, subject_id: str) -> None:
        for opening in state.asked:
            if opening.seq == self.opening:
                opening.agreed_by, opening.agreed_on = stamp.by, stamp.on


CHAPTER = Chapter(name="openings", acts=(AskToOpen, AgreeToOpen))
