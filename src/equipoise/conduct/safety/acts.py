"""The acts of safety: an adverse event is recorded, and what is known of it is put right.

An event has the day on which the hospital knew of it, and begins and ends on days of which only the
month or year may be known. Whoever had an event was alive: nobody is dead before it began.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.eligibility import NO_CONSENT
from equipoise.conduct.safety.dates import day_refusals
from equipoise.conduct.state.safety import (
    FATAL,
    AdverseEvent,
    EventTold,
    SafetyState,
    canonical_day,
)
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Ask, Choices, Labels, Words
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal

__all__ = [
    "CRITERIA",
    "GRADES",
    "OUTCOMES",
    "YES_NO",
    "CorrectEvent",
    "RecordEvent",
    "interventions_of",
    "terms_of",
    "words_of_terms",
]

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
NO_REASON = Reason("ae.no-reason", "reason", "say why it is changed")
UNCHANGED = Reason("ae.unchanged", "", "nothing is changed")
CORRECTED = Reason(
    "void.corrected-since", "entry", "the event was put right since; void that first"
)

Grade = Literal["1", "2", "3", "4", "5"]
GRADES = Choices(
    {
        "1": "1, mild",
        "2": "2, moderate",
        "3": "3, severe",
        "4": "4, life-threatening",
        "5": "5, fatal",
    }
)
YES_NO = Choices({"yes": "Yes", "no": "No"})
Criterion = Literal["death", "life", "hospital", "disability", "birth", "other"]
CRITERIA = Choices(
    {
        "death": "They died of it",
        "life": "It was life-threatening",
        "hospital": "It led to admission to hospital, or a longer stay",
        "disability": "It left a lasting or significant disability",
        "birth": "A congenital anomaly or birth defect",
        "other": "Otherwise medically important",
    }
)
Outcome = Literal["recovered", "recovering", "not-recovered", "sequelae", "fatal", "unknown"]
OUTCOMES = Choices(
    {
        "recovered": "Recovered",
        "recovering": "Recovering",
        "not-recovered": "Not recovered",
        "sequelae": "Recovered, with lasting effects",
        "fatal": "Fatal",
        "unknown": "Not known",
    }
)


def terms_of(study: Study) -> Labels:
    """The events that the study expects."""
    return {term.id: term.label for term in study.safety.terms} if study.safety else {}


def words_of_terms(study: Study) -> Labels:
    """The events that the study expects, by what they are called in each language."""
    found = study.safety.terms if study.safety else ()
    return {text: term.label for term in found for text in term.label.values()}


def interventions_of(study: Study) -> Labels:
    """What the study does to people."""
    found = study.safety.interventions if study.safety else ()
    return {one.id: one.label for one in found}


def given(study: Study, subject: Subject) -> list[str]:
    """What this participant may be given; everything, before the draw."""
    found = study.safety.interventions if study.safety else ()
    return [one.id for one in found if not (subject.arm and one.arms) or subject.arm in one.arms]


def ctcae_of(study: Study) -> Mapping[str, Any]:
    """The version of the CTCAE, for the words of the acts."""
    return {"ctcae": study.safety.ctcae if study.safety else ""}


class _Event(Act, frozen=True, kw_only=True):
    """What is told of an event, when it is recorded and when it is put right."""

    writes: ClassVar[str] = "safety"
    of_record: ClassVar[bool] = True

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
    begin: Annotated[str, Ask("When did it begin?", label="Began", kind="partial")]
    end: Annotated[str, Ask("When was it over?", label="Over", kind="partial")] = ""
    outcome: Annotated[Outcome, Ask("Outcome", OUTCOMES, needed="Choose the outcome")]

    def canonical(self, study: Study) -> Self:
        kept = {part: canonical_day(getattr(self, part)) for part in ("begin", "end")}
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
        yield from self._related(context)
        fatal = self.grade == FATAL
        yield from day_refusals(context, self.begin, self.end, self.outcome, fatal=fatal)

    def _serious(self) -> Iterator[Refusal]:
        if self.serious == "yes" and not self.criteria:
            yield WHY_SERIOUS()
        if self.serious == "no" and self.criteria:
            yield NOT_SERIOUS()
        if len({self.grade == FATAL, "death" in self.criteria, self.outcome == "fatal"}) > 1:
            yield FATAL_TOGETHER()

    def _related(self, context: Context) -> Iterator[Refusal]:
        if self.related == "yes" and not self.interventions:
            yield WHICH()
        if self.related == "no" and self.interventions:
            yield NOT_RELATED()
        known, own = interventions_of(context.study), given(context.study, context.subject)
        for one in self.interventions:
            if one not in known:
                yield NO_INTERVENTION(code=one)
            elif one not in own:
                yield OTHER_ARM(intervention=known[one])


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
        fields = {name: getattr(event.now, name) for name in _Event.__struct_fields__}
        return cls(**fields, event=named, reason="")

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from super().refusals(context)
        event = context.subject.safety.of(self.event)
        if event is None:
            yield NO_EVENT()
        elif all(getattr(event.now, n) == getattr(self, n) for n in _Event.__struct_fields__):
            yield UNCHANGED()
        if is_blank(self.reason):
            yield NO_REASON()

    def apply(self, state: SafetyState, stamp: Stamp) -> None:
        if event := state.of(self.event):
            event.versions.append(self.version(stamp, self.reason))


def _same(text: str) -> str:
    """The words of an event as they are compared with others."""
    return " ".join(text.split()).casefold()
