"""The acts of safety: an adverse event is recorded, and what is known of it is put right.

An event has the day on which the hospital knew of it, and begins and ends on days of which only the
month or year may be known. Whoever had an event was alive: nobody is dead before it began.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar, Literal, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.eligibility import NO_CONSENT
from equipoise.conduct.moments import moment_of
from equipoise.conduct.safety.choices import (
    CLAVIENS,
    CRITERIA,
    GRADES,
    OUTCOMES,
    Clavien,
    Criterion,
    Grade,
    Outcome,
    ctcae_of,
    exceptions_of,
    given,
    has_clocks,
    has_surgery,
    interventions_of,
    terms_of,
    words_of_terms,
)
from equipoise.conduct.safety.dates import clock_of, day_refusals
from equipoise.conduct.safety.surgery import clavien_refusals
from equipoise.conduct.state.safety import (
    FATAL,
    AdverseEvent,
    EventTold,
    SafetyState,
    canonical_day,
)
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import YES_NO, Ask, Words
from equipoise.study.kinds.blank import is_blank
from equipoise.study.kinds.time import Time
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal

__all__ = ["CorrectEvent", "RecordEvent", "related_refusals"]

NO_SAFETY = Reason("ae.none", "", "this study records no adverse events")
NO_WORDS = Reason("ae.no-term", "term", "say what the event was")
NO_TERM = Reason("ae.unknown-term", "code", "the study lists no term '{code}'")
NO_INTERVENTION = Reason(
    "ae.unknown-intervention", "interventions", "the study knows no intervention '{code}'"
)
OTHER_ARM = Reason(
    "ae.other-arm", "interventions", "{intervention} is not given to this participant"
)
WHICH = Reason("ae.which", "interventions", "choose which intervention may have caused it")
NOT_RELATED = Reason(
    "ae.not-related", "interventions", "an event that nothing caused is related to no intervention"
)
WHY_SERIOUS = Reason("ae.criterion", "criteria", "choose what makes it serious")
NOT_SERIOUS = Reason(
    "ae.not-serious", "criteria", "an event that is not serious meets none of these"
)
FATAL_TOGETHER = Reason(
    "ae.fatal",
    "grade",
    "grade 5, that they died of it, and a fatal outcome go together: all three or none",
)
TWICE = Reason("ae.recorded-before", "term", "this event was recorded before; put that one right")
NO_EVENT = Reason("ae.no-event", "event", "there is no such event of this participant")
NO_TIME = Reason("ae.time", "known_at", "give a time of day, like 09:05 or 21:30")
KNOWN_LATER = Reason("ae.known-later", "known_at", "nobody can have known of it later than now")
NOT_REPORTED = Reason(
    "ae.not-reported", "not_reported", "an event that is not serious is not reported in any case"
)
NO_EXCEPTION = Reason(
    "ae.unknown-exception", "not_reported", "the study names no such exception: '{code}'"
)
NO_REASON = Reason("ae.no-reason", "reason", "say why it is changed")
UNCHANGED = Reason("ae.unchanged", "", "nothing is changed")
CORRECTED = Reason(
    "void.corrected-since", "entry", "the event was put right since; void that first"
)
REPORTED = Reason("void.reported-since", "entry", "the event was reported since; void that first")


class _Event(Act, frozen=True, kw_only=True):
    """What is told of an event, when it is recorded and when it is put right."""

    writes: ClassVar[str] = "safety"
    of_record: ClassVar[bool] = True
    under_lock: ClassVar[Literal["", "freeze", "lock"]] = "lock"

    term: Annotated[
        str,
        Ask(
            "What happened?",
            label="Event",
            words=True,
            hint="In the words of the CTCAE where they fit. No names.",
            needed="Say what the event was",
            known=words_of_terms,
        ),
    ]
    code: Annotated[str, Ask("One that the study expects?", terms_of, label="Expected event")] = ""
    grade: Annotated[
        Grade,
        Ask(
            "Grade, by CTCAE {ctcae}",
            GRADES,
            label="Grade",
            hint="The worst grade that it reached",
            needed="Choose the grade",
        ),
    ]
    serious: Annotated[
        Literal["yes", "no"], Ask("Is it serious?", YES_NO, needed="Choose whether it is serious")
    ]
    criteria: Annotated[
        list[Criterion], Ask("What makes it serious?", CRITERIA, hint="Tick all that apply.")
    ] = []
    not_reported: Annotated[
        str,
        Ask(
            "Need it not be reported?",
            exceptions_of,
            label="Need not be reported",
            hint="If it is serious, and for one of these reasons alone: then no clock runs.",
            none="It is to be reported, or is not serious",
        ),
    ] = ""
    known_at: Annotated[
        str,
        Ask(
            "At what time did the hospital know of it?",
            label="Known at",
            hint="If it is serious: such as 18:40, by the clock of the trial. Left open, the clock "
            "runs from the beginning of that day.",
            words=False,
            hour=True,
            where=has_clocks,
        ),
    ] = ""
    related: Annotated[
        Literal["yes", "no"],
        Ask(
            "Is there a reasonable possibility that the trial caused it?",
            YES_NO,
            label="Related",
            needed="Choose whether it is related",
        ),
    ]
    interventions: Annotated[
        list[str],
        Ask(
            "Which intervention may have caused it?",
            interventions_of,
            label="Related to",
            hint="Tick all that apply.",
            fits=given,
        ),
    ] = []
    clavien: Annotated[
        Clavien | Literal[""],
        Ask(
            "Grade, by Clavien-Dindo",
            CLAVIENS,
            hint="If it is related to an operation: the worst grade that it reached",
            none="Not related to an operation",
            where=has_surgery,
        ),
    ] = ""
    begin: Annotated[str, Ask("When did it begin?", label="Began", kind="partial")]
    end: Annotated[str, Ask("When was it over?", label="Over", kind="partial")] = ""
    outcome: Annotated[Outcome, Ask("Outcome", OUTCOMES, needed="Choose the outcome")]

    def canonical(self, study: Study) -> Self:
        kept = {part: canonical_day(getattr(self, part)) for part in ("begin", "end")}
        kept["known_at"] = Time().canonical(self.known_at) if self.known_at else ""
        # What is typed as the study calls an event is that event, in whatever language.
        kept["code"] = self.code or (study.safety.code_of(self.term) if study.safety else "")
        return msgspec.structs.replace(self, **kept)

    def version(self, stamp: Stamp, reason: str = "") -> EventTold:
        """The same as it is left on the participant."""
        fields = {name: getattr(self, name) for name in _Event.__struct_fields__}
        return EventTold(**fields, reason=reason, **stamp.marks)

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if context.study.safety is None:
            yield NO_SAFETY()
            return
        if context.subject.consent_on is None:
            yield NO_CONSENT()
        if is_blank(self.term):
            yield NO_WORDS()
        if self.code and self.code not in terms_of(context.study):
            yield NO_TERM(code=self.code)
        yield from self._serious()
        yield from self._reported(context)
        yield from related_refusals(context, self.related, self.interventions)
        yield from clavien_refusals(context, self.interventions, self.clavien, self.begin)
        fatal = self.grade == FATAL
        yield from day_refusals(context, self.begin, self.end, self.outcome, fatal=fatal)

    def _serious(self) -> Iterator[Refusal]:
        if self.serious == "yes" and not self.criteria:
            yield WHY_SERIOUS()
        if self.serious == "no" and self.criteria:
            yield NOT_SERIOUS()
        if len({self.grade == FATAL, "death" in self.criteria, self.outcome == "fatal"}) > 1:
            yield FATAL_TOGETHER()

    def _reported(self, context: Context) -> Iterator[Refusal]:
        if self.not_reported and self.serious == "no":
            yield NOT_REPORTED()
        if self.not_reported and self.not_reported not in exceptions_of(context.study):
            yield NO_EXCEPTION(code=self.not_reported)
        if not self.known_at:
            return
        clock = clock_of(self.known_at)
        if clock is None:
            yield NO_TIME()
        elif moment_of(context.study, context.stamp.on, clock) > context.stamp.at:
            yield KNOWN_LATER()


_TOLD = tuple(name for name in _Event.__struct_fields__ if name != "known_at")
"""What is told of the event itself, and not of when that was known."""


class RecordEvent(_Event, frozen=True, kw_only=True):
    """An adverse event of which the hospital knew on that day, related to the trial or not."""

    kind: ClassVar[str] = "ae.record"
    words: ClassVar[Words] = Words(
        name="Adverse event",
        title="Record an adverse event",
        line="Adverse event: {term}, grade {grade}, began {begin}",
        intro="Whatever goes amiss with the participant after consent, caused by the trial or not.",
        happened="Day on which the hospital knew of it",
        button="Record the event",
        done="The event is recorded",
        address="adverse-event",
        of_study=ctcae_of,
    )

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return study.safety is not None and subject.consent_on is not None

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from super().refusals(context)
        known = {(_same(one.now.term), one.now.begin) for one in context.subject.safety.events}
        if (_same(self.term), self.begin) in known:
            yield TWICE()

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        event = context.subject.safety.of(seq)
        if event and len(event.versions) > 1:
            yield CORRECTED()
        if event and event.reports:
            yield REPORTED()

    def apply(self, state: SafetyState, stamp: Stamp) -> None:
        state.events.append(AdverseEvent(number=stamp.seq, versions=[self.version(stamp)]))


class CorrectEvent(_Event, frozen=True, kw_only=True):
    """What is known of an event now, whole: it went on, it is over, or it was told wrongly."""

    kind: ClassVar[str] = "ae.correct"
    puts_right: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Adverse event updated",
        title="Update an adverse event",
        link="Update",
        line="Adverse event updated: {term}, grade {grade}, began {begin}",
        intro="What was known before stays in the record.",
        happened="Day on which the hospital knew of it",
        button="Update the event",
        done="The event is updated",
        address="adverse-event/{event}",
        of_study=ctcae_of,
    )
    event: Annotated[int, Ask("Entry that first told of the event", kind="entry")]
    reason: Annotated[
        str, Ask("Why is it changed?", label="Reason", kind="area", needed="Say why it is changed")
    ]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return False  # it is led to from the event itself

    @classmethod
    def standing(cls, subject: Subject, named: int) -> "CorrectEvent | None":
        event = subject.safety.of(named)
        if event is None:
            return None
        fields = {name: getattr(event.now, name) for name in _TOLD}
        return cls(**fields, event=named, reason="")

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from super().refusals(context)
        event = context.subject.safety.of(self.event)
        if event is None:
            yield NO_EVENT()
        elif all(getattr(event.now, name) == getattr(self, name) for name in _TOLD):
            yield UNCHANGED()
        if is_blank(self.reason):
            yield NO_REASON()

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        event = context.subject.safety.of(self.event)
        if event and any(one.version >= seq for one in event.reports):
            yield REPORTED()

    def apply(self, state: SafetyState, stamp: Stamp) -> None:
        if event := state.of(self.event):
            event.versions.append(self.version(stamp, self.reason))


def related_refusals(
    context: Context, related: str, interventions: Sequence[str]
) -> Iterator[Refusal]:
    """Every reason against what an event is said to be related to."""
    if related == "yes" and not interventions:
        yield WHICH()
    if related == "no" and interventions:
        yield NOT_RELATED()
    known, own = interventions_of(context.study), given(context.study, context.subject)
    for one in interventions:
        if one not in known:
            yield NO_INTERVENTION(code=one)
        elif one not in own:
            yield OTHER_ARM(intervention=known[one])


def _same(text: str) -> str:
    """The words of an event as they are compared with others."""
    return " ".join(text.split()).casefold()
