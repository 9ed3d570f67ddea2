"""A proposed event that is none: declined with a reason, and proposed again once it is graver."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.safety.choices import GRADES, Grade, graded_terms
from equipoise.conduct.safety.grades import proposals
from equipoise.conduct.state.safety import Declined, SafetyState, canonical_day
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Ask, Words
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal

__all__ = ["DeclineEvent"]

NOT_PROPOSED = Reason(
    "ae.not-proposed", "term", "no laboratory value proposes this event, of that grade and day"
)
NO_REASON = Reason("ae.decline-why", "reason", "say why it is no event")


class DeclineEvent(Act, frozen=True, kw_only=True):
    """What laboratory values propose is no adverse event, or none that is graver than recorded."""

    kind: ClassVar[str] = "ae.decline"
    writes: ClassVar[str] = "safety"
    of_record: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Proposed event declined",
        title="Decline a proposed event",
        link="Decline",
        line="Proposed event declined: {term}, grade {grade}, began {begin}",
        intro="It is proposed again when a value reaches a higher grade.",
        happened="Day on which this was decided",
        button="Decline the proposal",
        done="The proposal is declined",
        address="decline-event",
    )
    term: Annotated[
        str,
        Ask(
            "Which event is proposed?",
            graded_terms,
            label="Event",
            needed="Choose which event is proposed",
        ),
    ]
    grade: Annotated[
        Grade, Ask("Of which grade?", GRADES, label="Grade", needed="Choose the grade")
    ]
    begin: Annotated[str, Ask("Since when?", label="Began", kind="partial")]
    reason: Annotated[
        str,
        Ask("Why is it no event?", label="Reason", kind="area", needed="Say why it is no event"),
    ]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return False  # it is led to from the proposal itself

    def canonical(self, study: Study) -> Self:
        return msgspec.structs.replace(self, begin=canonical_day(self.begin))

    def refusals(self, context: Context) -> Iterator[Refusal]:
        found = proposals(context.study, context.subject, context.stamp.on)
        if (self.term, self.grade, self.begin) not in [one.named for one in found]:
            yield NOT_PROPOSED()
        if is_blank(self.reason):
            yield NO_REASON()

    def apply(self, state: SafetyState, stamp: Stamp) -> None:
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        state.declined.append(Declined(**fields, **stamp.marks))
