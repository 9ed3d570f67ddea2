"""What a data manager and an investigator do: review a form, sign a form or a whole participant."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.digests import FormOf
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.signatures.holding import digest_now, is_reviewed
from equipoise.conduct.state.signatures import SignaturesState, Signed
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Ask, Words, forms_of, visits_of
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal

__all__ = ["ReviewForm", "SignForm", "SignParticipant"]

NOT_BEGUN = Reason("signature.no-form", "form", "this form of the participant has not been begun")
OTHERWISE = Reason(
    "signature.changed-meanwhile",
    "digest",
    "this is not what is recorded now: something was changed after you looked; look again",
)
SIGNED = Reason("signature.already", "", "you have signed this as it stands")
REVIEWED = Reason("review.already", "", "this was reviewed as it stands")
REVIEW_FIRST = Reason(
    "signature.review-first", "form", "this form is signed once it was reviewed as it stands"
)


class _Over(Act, frozen=True, kw_only=True):
    """What is put under data as they were shown."""

    writes: ClassVar[str] = "signatures"
    of_record: ClassVar[bool] = True
    of_now: ClassVar[bool] = True
    under_lock: ClassVar[Literal["", "freeze", "lock"]] = "freeze"

    digest: Annotated[str, Ask("Digest of what was shown")]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return False

    @property
    def place(self) -> FormOf:
        """Which copy of which form; no form: everything."""
        return (
            str(getattr(self, "form", "")),
            str(getattr(self, "visit", "")),
            int(getattr(self, "number", 1)),
        )

    def form_place(self, subject: Subject) -> FormOf | None:
        return self.place if self.place[0] else None

    def refusals(self, context: Context) -> Iterator[Refusal]:
        now = digest_now(context.subject, self.place)
        if not now:
            yield NOT_BEGUN()
        elif now != self.digest:
            yield OTHERWISE()
        else:
            yield from self._again(context)

    def _again(self, context: Context) -> Iterator[Refusal]:
        for one in context.subject.signatures.signatures:
            same = (one.form, one.visit, one.number) == self.place and one.digest == self.digest
            if same and one.by == context.stamp.by:
                yield SIGNED()

    def _signed(self, stamp: Stamp) -> Signed:
        form, visit, number = self.place
        meaning = str(getattr(self, "meaning", ""))
        return Signed(
            form=form,
            visit=visit,
            number=number,
            digest=self.digest,
            meaning=meaning,
            **stamp.marks,
        )


class ReviewForm(_Over, frozen=True, kw_only=True):
    """A form was reviewed and is fit to be signed."""

    kind: ClassVar[str] = "review.form"
    words: ClassVar[Words] = Words(
        name="Form reviewed",
        title="Review a form",
        line="Reviewed: {form}[, {visit}]",
        done="The review is recorded",
    )
    form: Annotated[str, Ask("Form", forms_of)]
    visit: Annotated[str, Ask("Visit", visits_of)] = ""
    number: Annotated[int, Ask("Copy of this form")] = 1

    def _again(self, context: Context) -> Iterator[Refusal]:
        if is_reviewed(context.subject, self.place):
            yield REVIEWED()

    def apply(self, state: SignaturesState, stamp: Stamp) -> None:
        state.reviews.append(self._signed(stamp))


class _Sign(_Over, frozen=True, kw_only=True):
    """A signature: whoever puts it proves who they are, and says what they mean by it."""

    step_up: ClassVar[bool] = True

    meaning: Annotated[str, Ask("Meaning of the signature", by_trial=True)] = ""

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        meaning = context.stamp.how.meaning or self.words.meaning
        return msgspec.structs.replace(self, meaning=meaning)

    def apply(self, state: SignaturesState, stamp: Stamp) -> None:
        state.signatures.append(self._signed(stamp))


class SignForm(_Sign, frozen=True, kw_only=True):
    """An investigator signs one copy of a form as it stands."""

    kind: ClassVar[str] = "signature.form"
    words: ClassVar[Words] = Words(
        name="Form signed",
        title="Sign a form",
        line="Signed: {form}[, {visit}]",
        done="The form is signed",
        meaning="I have reviewed what stands on this form. It is complete and correct, and I "
        "answer for it.",
    )
    form: Annotated[str, Ask("Form", forms_of)]
    visit: Annotated[str, Ask("Visit", visits_of)] = ""
    number: Annotated[int, Ask("Copy of this form")] = 1

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from super().refusals(context)
        rules = context.study.signing
        first = rules is not None and rules.review_first and rules.reviews(self.form)
        if first and not is_reviewed(context.subject, self.place):
            yield REVIEW_FIRST()


class SignParticipant(_Sign, frozen=True, kw_only=True):
    """An investigator signs everything that is recorded of a participant, as it stands."""

    kind: ClassVar[str] = "signature.participant"
    words: ClassVar[Words] = Words(
        name="Participant signed",
        title="Sign all that is recorded of a participant",
        line="Everything recorded of the participant is signed",
        done="It is signed",
        meaning="I have reviewed everything that is recorded of this participant. It is complete "
        "and correct, and I answer for it.",
    )
