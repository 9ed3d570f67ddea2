"""What a monitor does: verify items of a form against the source, and take that back.

What is verified is bound to what was shown. A consent, a death or another thing that is recorded by
itself is verified under the name of its act and the number of its entry.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.digests import DATE
from equipoise.conduct.state.forms import record_key
from equipoise.conduct.state.verification import VerificationState, Verified
from equipoise.conduct.subject import Subject
from equipoise.conduct.verification.verdicts import ENTRY, digests_at
from equipoise.conduct.words import Ask, Choices, Labels, Words, forms_of, visits_of
from equipoise.study.catalogue import everywhere
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import Given, Reason, Refusal

__all__ = ["ALONE", "TakeBack", "VerifyItems", "called_here", "items_here"]

NOT_THERE = Reason("verification.nothing-there", "form", "nothing of this is recorded")
NONE = Reason("verification.none", "items", "say which items")
NO_ITEM = Reason("verification.no-item", "items", "'{item}' is not answered here")
PAIRS = Reason("verification.pairs", "digests", "to each item belongs the digest of what was shown")
OTHERWISE = Reason(
    "verification.changed-meanwhile",
    "items",
    "{item} was recorded anew after you looked; look again, and compare what stands now",
)
ALREADY = Reason("verification.already", "items", "{item} was verified by somebody else meanwhile")
NOT_VERIFIED = Reason("verification.not-verified", "items", "{item} is not verified")
WHY = Reason("verification.no-reason", "reason", "say why it is taken back")

ALONE = Choices()
"""What is recorded by itself, by the kind of act; filled by the list of chapters, above."""


def called_here(study: Study) -> Labels:
    """The forms of the study, and the acts that are verified by themselves."""
    return {**{kind: everywhere(name) for kind, name in ALONE.items()}, **forms_of(study)}


def items_here(study: Study) -> Labels:
    """What can be verified of a form: each question, and its date; or an entry as it is."""
    known = {name: item.label for name, item in study.items.items()}
    return {DATE: everywhere("Date of the form"), ENTRY: everywhere("What was recorded"), **known}


class _OfItems(Act, frozen=True, kw_only=True):
    """What is done of items of one copy of a form."""

    writes: ClassVar[str] = "verification"
    of_record: ClassVar[bool] = True
    under_lock: ClassVar[Literal["", "freeze", "lock"]] = "freeze"

    form: Annotated[str, Ask("Form", called_here)]
    visit: Annotated[str, Ask("Visit", visits_of)] = ""
    number: Annotated[int, Ask("Copy of this form, or entry")] = 1
    items: Annotated[list[str], Ask("Questions", items_here)]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return False

    @property
    def place(self) -> tuple[str, str, int]:
        """Which copy of which form, or which entry."""
        return self.form, self.visit, self.number

    def form_place(self, subject: Subject) -> tuple[str, str, int]:
        return self.place

    def _called(self, context: Context, item: str) -> Given:
        return items_here(context.study).get(item, item)


class VerifyItems(_OfItems, frozen=True, kw_only=True):
    """Items are found to agree with the source, each as it was shown."""

    kind: ClassVar[str] = "verification.items"
    words: ClassVar[Words] = Words(
        name="Verified",
        title="Verify values",
        line="Verified: {form}[, {visit}]: {items}",
        done="They are verified",
    )
    digests: Annotated[list[str], Ask("Digests of what was shown")]

    def refusals(self, context: Context) -> Iterator[Refusal]:
        here = digests_at(context.subject, self.place)
        if here is None:
            yield NOT_THERE()
            return
        if not self.items:
            yield NONE()
        if len(self.items) != len(self.digests):
            yield PAIRS()
            return
        done = context.subject.verification.items.get(record_key(*self.place), {})
        for item, digest in zip(self.items, self.digests, strict=True):
            called = self._called(context, item)
            if item not in here:
                yield NO_ITEM(item=called)
            elif here[item] != digest:
                yield OTHERWISE(item=called)
            elif item in done and done[item].digest == digest:
                yield ALREADY(item=called)

    def apply(self, state: VerificationState, stamp: Stamp) -> None:
        of_form = state.items.setdefault(record_key(*self.place), {})
        for item, digest in zip(self.items, self.digests, strict=True):
            of_form[item] = Verified(digest=digest, **stamp.marks)


class TakeBack(_OfItems, frozen=True, kw_only=True):
    """Items were verified that should not have been."""

    kind: ClassVar[str] = "verification.take-back"
    words: ClassVar[Words] = Words(
        name="Verification taken back",
        title="Take a verification back",
        line="Verification taken back: {form}[, {visit}]: {items}",
        done="It is taken back",
    )
    reason: Annotated[str, Ask("Why is it taken back?", label="Reason", words=True)]

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if not self.items:
            yield NONE()
        if is_blank(self.reason):
            yield WHY()
        done = context.subject.verification.items.get(record_key(*self.place), {})
        for item in self.items:
            if item not in done or not done[item].digest:
                yield NOT_VERIFIED(item=self._called(context, item))

    def apply(self, state: VerificationState, stamp: Stamp) -> None:
        of_form = state.items.setdefault(record_key(*self.place), {})
        for item in self.items:
            of_form[item] = Verified(digest="", reason=self.reason, **stamp.marks)
