"""The report of a serious event: the hospital's to the sponsor, by the fields of E2B(R3).

What is known of the event and of the participant already is not asked again (`e2b` has it all). The
first report is the initial one, each later one a follow-up; none takes the place of another.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.safety.acts import NO_EVENT
from equipoise.conduct.safety.choices import ACTIONS, AUTOPSY, QUALIFICATIONS, RECURRED
from equipoise.conduct.safety.clocks import must_report, reporting_of
from equipoise.conduct.safety.dates import NO_DAY
from equipoise.conduct.state.safety import ReportTold, SafetyState, canonical_day, days_of
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Ask, Words
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal

__all__ = ["NO_CLOCKS", "SUBMITTED", "ReportEvent"]

NO_CLOCKS = Reason("sae.none", "", "this study has no clocks of reporting")
NOT_SERIOUS = Reason(
    "sae.not-serious", "event", "this event is not serious, or is one that need not be reported"
)
NO_NARRATIVE = Reason("sae.no-narrative", "narrative", "say what happened")
NO_CAUSE = Reason("sae.no-cause", "cause", "say of what the participant died, as far as is known")
ASSESSED = Reason("void.assessed-since", "entry", "the report was assessed since; void that first")
SUBMITTED = Reason("void.submitted-since", "entry", "it was reported on since; void that first")

Action = Literal["withdrawn", "reduced", "increased", "unchanged", "not-applicable", "unknown"]
Recurred = Literal["recurred", "not-recurred", "unknown", "not-given"]
Qualification = Literal["physician", "pharmacist", "other-professional"]


class ReportEvent(Act, frozen=True, kw_only=True):
    """What the hospital reports of a serious event; a later one follows it up."""

    kind: ClassVar[str] = "sae.report"
    writes: ClassVar[str] = "safety"
    of_record: ClassVar[bool] = True
    under_lock: ClassVar[Literal["", "freeze", "lock"]] = "lock"
    words: ClassVar[Words] = Words(
        name="Serious event reported",
        title="Report a serious event to the sponsor",
        link="Report",
        line="Serious event reported to the sponsor",
        intro="The event itself is reported as it stands. What follows is what a report asks "
        "beside it; each question bears its number in E2B(R3).",
        happened="Day of the report",
        button="Report the event",
        done="The report is recorded, and the sponsor is told",
        address="adverse-event/{event}/report",
    )
    event: Annotated[int, Ask("Entry that first told of the event", kind="entry")]
    narrative: Annotated[
        str,
        Ask(
            "What happened, how was it treated, and how did it go on? (H.1)",
            label="Case narrative (H.1)",
            kind="area",
            hint="In order of time. No names.",
            needed="Say what happened",
        ),
    ]
    action: Annotated[
        Action,
        Ask(
            "What was done with what may have caused it? (G.k.8)",
            ACTIONS,
            label="Action taken (G.k.8)",
            needed="Choose what was done",
        ),
    ]
    recurred: Annotated[
        Recurred | Literal[""],
        Ask(
            "Did it come back when that was given again? (G.k.9.i.4)",
            RECURRED,
            label="Recurred on readministration (G.k.9.i.4)",
            none="Not said",
        ),
    ] = ""
    dose: Annotated[
        str,
        Ask(
            "In which dose was it given? (G.k.4.r.8)",
            label="Dosage text (G.k.4.r.8)",
            words=True,
        ),
    ] = ""
    first_given: Annotated[
        str, Ask("When was it first given? (G.k.4.r.4)", label="First given", kind="partial")
    ] = ""
    last_given: Annotated[
        str, Ask("When was it last given before? (G.k.4.r.5)", label="Last given", kind="partial")
    ] = ""
    history: Annotated[
        str,
        Ask(
            "What else did they have before? (D.7.2)", label="Medical history (D.7.2)", kind="area"
        ),
    ] = ""
    medicines: Annotated[
        str,
        Ask(
            "Which other medicines did they use? (G.k.1, concomitant)",
            label="Concomitant drugs (G.k.1)",
            kind="area",
        ),
    ] = ""
    tests: Annotated[
        str,
        Ask("Which tests were done, and with what result? (F.r)", label="Tests (F.r)", kind="area"),
    ] = ""
    cause: Annotated[
        str,
        Ask(
            "Of what did they die? (D.9.2)",
            label="Reported cause of death (D.9.2)",
            hint="If they died of it",
            words=True,
        ),
    ] = ""
    autopsy: Annotated[
        Literal["yes", "no", "unknown"] | Literal[""],
        Ask("Was an autopsy done? (D.9.3)", AUTOPSY, label="Autopsy (D.9.3)", none="Not said"),
    ] = ""
    qualification: Annotated[
        Qualification,
        Ask(
            "Who reports? (C.2.r.4)",
            QUALIFICATIONS,
            label="Qualification (C.2.r.4)",
            needed="Choose who reports",
        ),
    ]
    comments: Annotated[
        str,
        Ask("Further comments (H.2)", label="Reporter's comments (H.2)", kind="area"),
    ] = ""

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return False  # it is led to from the event itself, and from what is due

    @classmethod
    def standing(cls, subject: Subject, named: int) -> "ReportEvent | None":
        event = subject.safety.of(named)
        if event is None or not event.reports:
            return None
        fields = {name: getattr(event.reports[-1], name) for name in _FIELDS}
        return cls(**fields, event=named)

    def canonical(self, study: Study) -> Self:
        days = {part: canonical_day(getattr(self, part)) for part in ("first_given", "last_given")}
        return msgspec.structs.replace(self, **days)

    def refusals(self, context: Context) -> Iterator[Refusal]:
        event = context.subject.safety.of(self.event)
        if reporting_of(context.study) is None:
            yield NO_CLOCKS()
        if event is None:
            yield NO_EVENT()
        elif not must_report(context.study, event.now) and not event.reports:
            yield NOT_SERIOUS()
        if event and "death" in event.now.criteria and is_blank(self.cause):
            yield NO_CAUSE()
        if is_blank(self.narrative):
            yield NO_NARRATIVE()
        for part in ("first_given", "last_given"):
            text = getattr(self, part)
            if text and days_of(text) is None:
                yield NO_DAY(part)

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        for event in context.subject.safety.events:
            if any(one.report == seq for one in event.assessed):
                yield ASSESSED()
            elif any(one.report == seq for one in event.submitted):
                yield SUBMITTED()

    def apply(self, state: SafetyState, stamp: Stamp) -> None:
        if event := state.of(self.event):
            fields = {name: getattr(self, name) for name in _FIELDS}
            event.reports.append(ReportTold(**fields, version=event.now.seq, **stamp.marks))


_FIELDS = tuple(name for name in ReportEvent.__struct_fields__ if name != "event")
