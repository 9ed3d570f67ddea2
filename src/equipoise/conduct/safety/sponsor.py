"""What the sponsor does with a report: its own opinion beside the investigator's, and reporting on.

The investigator's opinion is never written over: whether an event is a suspected unexpected serious
adverse reaction (SUSAR) follows from both, and from the document that was in force when it began.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Literal

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.moments import day_of
from equipoise.conduct.safety.acts import NO_EVENT, related_refusals
from equipoise.conduct.safety.choices import given, interventions_of
from equipoise.conduct.safety.clocks import reportable
from equipoise.conduct.safety.reports import NO_CLOCKS, SUBMITTED
from equipoise.conduct.state.safety import (
    AdverseEvent,
    Assessed,
    SafetyState,
    Submitted,
    days_of,
)
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import YES_NO, Ask, Labels, Words
from equipoise.study.facts import labels_of
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal
from equipoise.study.sections.safety.reporting import ReferenceDocument

__all__ = [
    "AssessEvent",
    "SubmitEvent",
    "documents_in_force",
    "documents_of",
    "receivers_of",
]

NO_REPORT = Reason("sae.no-report", "event", "the hospital has not reported this event yet")
NO_DOCUMENT = Reason(
    "sae.document", "document", "'{code}' was no reference document in force when the event began"
)
DEPARTS = Reason(
    "sae.departs",
    "comments",
    "the document says otherwise of this event: say why this one is judged so",
)
FIRST_LATER = Reason(
    "sae.first-later", "first_known", "it was known here on {day} already: give an earlier day"
)
NO_RECEIVER = Reason("sae.receiver", "receiver", "the study names no receiver '{code}'")
NO_NUMBER = Reason("sae.no-number", "number", "give the number of the safety report")
EARLY = Reason(
    "sae.before-report", "happened", "the hospital reported it on {day}: it was sent no earlier"
)


def documents_of(study: Study) -> Labels:
    """The reference safety documents of the study."""
    return labels_of(study.safety, "reference_documents")


def receivers_of(study: Study) -> Labels:
    """To whom the sponsor reports."""
    return labels_of(study.safety and study.safety.reporting, "receivers")


class _OfReport(Act, frozen=True, kw_only=True):
    """What the sponsor does with the last report of an event."""

    writes: ClassVar[str] = "safety"
    of_record: ClassVar[bool] = True
    under_lock: ClassVar[Literal["", "freeze", "lock"]] = "lock"
    event: Annotated[int, Ask("Entry that first told of the event", kind="entry")]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return False  # it is led to from what is due, and from the event itself

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if context.study.safety is None or context.study.safety.reporting is None:
            yield NO_CLOCKS()
        event = context.subject.safety.of(self.event)
        if event is None:
            yield NO_EVENT()
        elif not event.reports:
            yield NO_REPORT()


class AssessEvent(_OfReport, frozen=True, kw_only=True):
    """The sponsor's opinion of a serious event, after its last report."""

    kind: ClassVar[str] = "sae.assess"
    words: ClassVar[Words] = Words(
        name="Serious event assessed by the sponsor",
        title="Assess a serious event",
        link="Assess",
        line="Serious event assessed by the sponsor: expected {expected}, related {related}",
        intro="The investigator's opinion stays as it is; where the two differ both are sent.",
        happened="Day of the assessment",
        button="Record the assessment",
        done="The assessment is recorded",
        address="adverse-event/{event}/assess",
    )
    document: Annotated[
        str,
        Ask(
            "By which reference safety document?",
            documents_of,
            label="Reference safety document",
            needed="Choose the document",
        ),
    ]
    expected: Annotated[
        Literal["yes", "no"],
        Ask(
            "Was it expected by that document, in its nature and its severity?",
            YES_NO,
            label="Expected",
            needed="Choose whether it was expected",
        ),
    ]
    related: Annotated[
        Literal["yes", "no"],
        Ask(
            "Does the sponsor see a reasonable possibility that the trial caused it? (G.k.9.i.2)",
            YES_NO,
            label="Related, by the sponsor",
            needed="Choose whether it is related",
        ),
    ]
    interventions: Annotated[
        list[str],
        Ask(
            "Which intervention may have caused it?",
            interventions_of,
            label="Related to, by the sponsor",
            hint="Tick all that apply.",
            fits=given,
        ),
    ] = []
    first_known: Annotated[
        date | None,
        Ask(
            "Did the sponsor know of it before it was recorded here? Since when?",
            label="First known to the sponsor",
            kind="day",
            hint="Left open, day 0 is the day on which it was recorded here as serious.",
        ),
    ] = None
    comments: Annotated[
        str,
        Ask("Comments of the sponsor (H.4)", label="Sender's comments (H.4)", kind="area"),
    ] = ""

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from super().refusals(context)
        yield from related_refusals(context, self.related, self.interventions)
        if event := context.subject.safety.of(self.event):
            yield from self._expectedness(context.study, event)
            first = reportable(context.study, event)
            here = day_of(context.study, first.at) if first else None
            if self.first_known and here and self.first_known >= here:
                yield FIRST_LATER(day=here)

    def _expectedness(self, study: Study, event: AdverseEvent) -> Iterator[Refusal]:
        found = documents_in_force(study, event)
        document = next((one for one in found if one.id == self.document), None)
        if document is None:
            yield NO_DOCUMENT(code=self.document)
        elif _departs(document, event, self.expected) and is_blank(self.comments):
            yield DEPARTS()

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        for event in context.subject.safety.events:
            if event.submitted and any(one.seq == seq for one in event.assessed[-1:]):
                yield SUBMITTED()

    def apply(self, state: SafetyState, stamp: Stamp) -> None:
        event = state.of(self.event)
        if event and event.reports:
            fields = {name: getattr(self, name) for name in _OPINION}
            event.assessed.append(Assessed(**fields, report=event.reports[-1].seq, **stamp.marks))


_OPINION = tuple(name for name in AssessEvent.__struct_fields__ if name != "event")


class SubmitEvent(_OfReport, frozen=True, kw_only=True):
    """That the sponsor has reported an event on: to whom, under which number, on that day."""

    kind: ClassVar[str] = "sae.submitted"
    words: ClassVar[Words] = Words(
        name="Serious event reported on",
        title="Record that a serious event was reported on",
        link="Reported on",
        line="Serious event reported on: {receiver}, {number}",
        intro="It is sent on the receiver's own pages; here it is recorded that it was.",
        happened="Day on which it was sent",
        button="Record it",
        done="It is recorded",
        address="adverse-event/{event}/submitted",
    )
    receiver: Annotated[
        str, Ask("To whom?", receivers_of, label="Receiver", needed="Choose to whom")
    ]
    number: Annotated[
        str,
        Ask(
            "Worldwide number of the safety report (C.1.8.1)",
            label="Number (C.1.8.1)",
            number=True,
            needed="Give the number of the safety report",
        ),
    ]
    complete: Annotated[
        Literal["yes", "no"],
        Ask(
            "Is the report complete?",
            YES_NO,
            label="Complete",
            hint="If not, what is missing follows within the further days of the clock.",
            needed="Choose whether it is complete",
        ),
    ]

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from super().refusals(context)
        if self.receiver not in receivers_of(context.study):
            yield NO_RECEIVER(code=self.receiver)
        event = context.subject.safety.of(self.event)
        first = event.reports[0].on if event and event.reports else None
        if first and context.stamp.on < first:
            yield EARLY(day=first)
        if is_blank(self.number):
            yield NO_NUMBER()

    def apply(self, state: SafetyState, stamp: Stamp) -> None:
        event = state.of(self.event)
        if event and event.reports:
            # What came in on a later day was not in it, though it is recorded only now.
            by_then = [one for one in event.reports if one.on <= stamp.on] or event.reports[:1]
            event.submitted.append(
                Submitted(
                    receiver=self.receiver,
                    number=self.number,
                    complete=self.complete,
                    report=by_then[-1].seq,
                    **stamp.marks,
                )
            )


def _departs(document: ReferenceDocument, event: AdverseEvent, expected: str) -> bool:
    return (event.now.code in document.expects) != (expected == "yes")


def documents_in_force(study: Study, event: AdverseEvent) -> list[ReferenceDocument]:
    """The documents of the study that were in force when an event began."""
    began = days_of(event.now.begin)
    documents = study.safety.reference_documents if study.safety else ()
    return [one for one in documents if began and one.in_force(began[1])]
