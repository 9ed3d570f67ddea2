"""Somebody is screened once more, under a new number: the link to the number they had before.

Only whoever failed screening, or withdrew before the draw, comes again; who was randomised never
does. A refusal tells no more of the earlier one than that, for they may be another hospital's.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, ClassVar, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.state.screening import ScreenedBefore, ScreeningState
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Ask, Words
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal

__all__ = ["NUMBER_SHAPE", "ScreenAgain", "is_ended", "rested_on"]

NO_NUMBER = Reason("again.number", "earlier", "a number of this trial begins with {start}")
ITSELF = Reason("again.itself", "earlier", "this is the participant's own number")
NOBODY = Reason("again.nobody", "earlier", "there is no participant {number}")
LATER = Reason("again.later", "earlier", "{number} entered screening later than this participant")
NOT_ENDED = Reason(
    "again.not-ended",
    "earlier",
    "{number} neither failed screening nor withdrew before the draw; nobody else is screened again",
)
TAKEN = Reason(
    "again.taken",
    "earlier",
    "{number} is recorded already as screened again; give the number that they had last",
)
LINKED = Reason("again.linked", "", "it is recorded already that they were screened as {number}")
SCREENED_AGAIN = Reason(
    "void.screened-again",
    "entry",
    "participant {number} is recorded as the same person, screened again; void that first",
)

NUMBER_SHAPE = re.compile(r"[0-9]{4,6}")
"""The end of a participant's number, after the trial and the hospital."""

_LIKE_A_STREAM = re.compile(r"[\w-]{1,60}-[0-9]{4,6}", re.ASCII)
"""A number of some trial: only such a stream is held, whatever was typed."""


class ScreenAgain(Act, frozen=True, kw_only=True):
    """The participant was screened before, under another number."""

    kind: ClassVar[str] = "screening.again"
    writes: ClassVar[str] = "screening"
    of_record: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Screened before",
        title="Record that the participant was screened before",
        link="Screened before",
        line="Screened before as {earlier}",
        intro=(
            "Whoever failed screening, or withdrew before the draw, may be screened again under a "
            "new number. This links the two."
        ),
        happened="Day on which this was found",
        button="Record the earlier number",
        done="The earlier number is recorded",
        address="screened-before",
    )
    earlier: Annotated[
        str,
        Ask(
            "Which number did they have before?",
            label="Earlier number",
            hint="It stands in your hospital's list of names and numbers.",
            needed="Give the earlier number",
        ),
    ]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return not (subject.screening.again_of or subject.randomised_on or subject.is_out)

    def canonical(self, study: Study) -> Self:
        return msgspec.structs.replace(self, earlier=self.earlier.strip())

    def held(self) -> tuple[str, ...]:
        """The earlier one's stream too: nothing is said of them while it is judged."""
        number = self.earlier.strip()
        return (number,) if _LIKE_A_STREAM.fullmatch(number) else ()

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if known := context.subject.screening.again_of:
            yield LINKED(number=known)
        if not _is_number(context.study, self.earlier):
            yield NO_NUMBER(start=f"{context.study.identity.prefix}-")
        elif self.earlier == context.subject.subject_id:
            yield ITSELF()
        else:
            yield from self._of_earlier(context, context.other(self.earlier))

    def _of_earlier(self, context: Context, earlier: Subject) -> Iterator[Refusal]:
        before, now = _entered(earlier), _entered(context.subject)
        if before is None:
            yield NOBODY(number=self.earlier)
            return
        if now and before > now:
            yield LATER(number=self.earlier)
        if not is_ended(earlier):
            yield NOT_ENDED(number=self.earlier)
        elif any(one.subject_id != context.subject.subject_id for one in _again(context, earlier)):
            yield TAKEN(number=self.earlier)

    def apply(self, state: ScreeningState, stamp: Stamp) -> None:
        state.again = ScreenedBefore(earlier=self.earlier, **stamp.marks)


def rested_on(context: Context) -> Iterator[Refusal]:
    """Why an entry is not voided: somebody was screened again because of it."""
    if context.named is None or is_ended(context.named.without()):
        return
    for other in _again(context, context.subject):
        yield SCREENED_AGAIN(number=other.subject_id)


def _again(context: Context, earlier: Subject) -> Iterator[Subject]:
    """Whoever is recorded as the same person, screened again."""
    number = earlier.subject_id
    return (one for one in context.everybody() if one.screening.again_of == number)


def _is_number(study: Study, number: str) -> bool:
    start, _, end = number.removeprefix(f"{study.identity.prefix}-").rpartition("-")
    is_ours = number.startswith(f"{study.identity.prefix}-") and start in study.site_of
    return is_ours and NUMBER_SHAPE.fullmatch(end) is not None


def _entered(subject: Subject) -> tuple[date, datetime, str] | None:
    """When they entered, in one order for all, so that no two are each before the other."""
    entered = subject.screening.entered
    return (entered.on, entered.at, subject.subject_id) if entered else None


def is_ended(subject: Subject) -> bool:
    """Whether they failed screening or withdrew before the draw, so that they may come again."""
    return not subject.randomised_on and bool(subject.failed_on or subject.consent.from_trial)
