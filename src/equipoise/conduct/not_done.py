"""Not done, with a reason: a visit or a form of which nobody will ask again.

It says why, and nothing more: whoever fills in the form after all has done it, whatever was said
before. What an act of the trial waits for (`before`) is still to be filled.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.chapter import Chapter, Happened
from equipoise.conduct.schedule import applies, unfilled_at, visits
from equipoise.conduct.state.forms import FormsState, NotDone
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Ask, Choices, Words, forms_of, visits_of
from equipoise.logic.truth import Truth
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal
from equipoise.study.sections.visits import Visit

__all__ = ["WHOLE", "WHYS", "SayNotDone", "Why"]

NO_VISIT = Reason("not-done.no-visit", "visit", "there is no visit '{visit}'")
NOT_HERE = Reason("not-done.not-here", "form", "{form} is not asked at {visit}")
NOT_PLANNED = Reason("not-done.not-planned", "visit", "{visit} is not planned for this participant")
NOTHING_OPEN = Reason(
    "not-done.nothing-open", "", "nothing of {visit} is open that could be said not to be done"
)
IN_WORDS = Reason("not-done.no-reason", "reason", "say in words why it was not done")

Why = Literal["declined", "unwell", "stopped", "impossible", "overlooked", "other"]
WHYS = Choices(
    {
        "declined": "The participant did not want it",
        "unwell": "The participant was too unwell",
        "stopped": "The treatment had ended",
        "impossible": "The hospital could not do it",
        "overlooked": "It was overlooked",
        "other": "Another reason",
    }
)
WHOLE = "-"
"""What stands for the whole visit where an address needs a form."""


class SayNotDone(Act, frozen=True, kw_only=True):
    """A form at a visit, or the whole visit, was not done and will not be."""

    kind: ClassVar[str] = "visit.not-done"
    writes: ClassVar[str] = "forms"
    of_record: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Not done",
        title="This was not done",
        line="Not done: {visit}[, {form}]: {why}",
        intro="Nobody is asked for it any more. It can still be filled in.",
        happened="Day on which this was clear",
        button="Record that it was not done",
        done="It is recorded as not done",
        address="not-done/{visit}/{form}",
    )
    visit: Annotated[str, Ask("Visit", visits_of)]
    form: Annotated[str, Ask("Form", forms_of)] = ""
    why: Annotated[Why, Ask("Why was it not done?", WHYS, label="Reason", needed="Choose why")]
    reason: Annotated[str, Ask("In words", kind="area")] = ""

    @classmethod
    def offered(cls, study: object, subject: Subject) -> bool:
        return False

    def canonical(self, study: object) -> Self:
        return msgspec.structs.replace(self, form="") if self.form == WHOLE else self

    def form_place(self, subject: Subject) -> tuple[str, str, int] | None:
        return (self.form, self.visit, 1) if self.form else None

    def refusals(self, context: Context) -> Iterator[Refusal]:
        visit, form = context.study.visit_keyed.get(self.visit), self.form
        if self.why == "other" and is_blank(self.reason):
            yield IN_WORDS()
        if visit is None:
            yield NO_VISIT(visit=self.visit)
        elif form and form not in visit.forms:
            known = context.study.form_of.get(form)
            yield NOT_HERE(form=known.title if known else form, visit=visit.label)
        elif not _is_planned(context, visit, self.visit, form):
            yield NOT_PLANNED(visit=visit.label)
        else:
            left = unfilled_at(context.subject, visit, self.visit)
            if not (form in left if form else left):
                yield NOTHING_OPEN(visit=visit.label)

    def apply(self, state: FormsState, stamp: Stamp) -> None:
        record = NotDone(
            visit=self.visit, form=self.form, why=self.why, reason=self.reason, **stamp.marks
        )
        state.not_done.append(record)


def _is_planned(context: Context, visit: Visit, key: str, form: str) -> bool:
    """Whether the participant has the visit, and amendments ask it with the form."""
    on = context.stamp.on
    if applies(context.study, context.subject, visit, on, key=key) is Truth.FALSE:
        return False
    if not context.study.amendments:
        return True
    planned = visits(context.study, context.subject, on)
    found = next((one for one in planned if one.key == key), None)
    return found is not None and (not form or form in (*found.open, *found.filled, *found.not_done))


def _course(study: Study, subject: Subject) -> Iterator[Happened]:
    for one in subject.forms.not_done:
        yield Happened(done=one, act=SayNotDone, what=one, more=(one.reason,))


CHAPTER = Chapter(name="not done", acts=(SayNotDone,), course=_course)
