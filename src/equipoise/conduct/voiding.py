"""What was recorded in error: an entry is voided with a reason, and the fold passes it over.

Both stand in the ledger. Nothing is voided on which something else rests, so that what remains is a
history that could have been; a draw is never voided, it is marked (see `randomisation`). A
replacement is a void and a new act of the same kind, recorded together or not at all.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Self

import msgspec

from equipoise.conduct import randomisation, screening
from equipoise.conduct.act import Act, Context, Named, Stamp
from equipoise.conduct.chapter import Chapter, Happened
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.state.voiding import Voided, VoidingState
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Ask, Choices, Words
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal

__all__ = ["VoidEntry", "unsupported", "why_irrevocable"]

NO_ENTRY = Reason("void.no-entry", "entry", "there is no such entry of this participant")
ELSEWHERE = Reason(
    "void.elsewhere",
    "entry",
    "an act of the whole trial is not voided: a role is ended, a study text is replaced by the "
    "next, and a hospital that was opened stays open",
)
DRAW_IS_KEPT = Reason(
    "void.draw", "entry", "a randomisation cannot be taken back; record that it was made in error"
)
OF_A_VOID = Reason(
    "void.of-a-void", "entry", "this voids another entry; record that one again instead"
)
BEFORE = Reason("void.before", "entry", "this was voided before")
NO_REASON = Reason("void.no-reason", "reason", "say what was wrong with it")
OTHER_KIND = Reason(
    "void.other-kind", "entry", "only an act of the same kind can be put in its place"
)
REGISTRATION = Reason(
    "void.registration-rests", "entry", "the registration of {day} rests on it; void that first"
)
QUESTION = Reason(
    "void.question-rests",
    "entry",
    "the question to the panel of {day} rests on it; void that first",
)
WITHDRAWAL = Reason(
    "void.withdrawal-rests", "entry", "the withdrawal of {day} rests on it; void that first"
)

KINDS = Choices()
"""What may be recorded in error, by its name; filled by the list of chapters, which is above."""


class VoidEntry(Act, frozen=True, kw_only=True):
    """An entry was recorded in error. It stays in the record, and nothing follows from it."""

    kind: ClassVar[str] = "entry.void"
    writes: ClassVar[str] = "voiding"
    irreversible: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Recorded in error",
        title="This was recorded in error",
        line="Recorded in error: {voids}, entry {entry}",
        intro="It stays in the record and in the audit, marked, and nothing follows from it.",
        happened="Day on which the error was found",
        button="Void this entry",
        done="It is voided",
        address="void/{entry}",
    )
    entry: Annotated[int, Ask("Number of the entry", kind="entry")]
    reason: Annotated[str, Ask("What was wrong?", label="Reason", kind="area")]
    voids: Annotated[str, Ask("What was recorded in error", KINDS, by_trial=True)] = ""
    named_stream: Annotated[str, Ask("Stream of the entry", by_trial=True)] = ""

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return False

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if is_blank(self.reason):
            yield NO_REASON()
        named = context.named
        if named is None:
            yield ELSEWHERE() if self.named_stream == "study" else NO_ENTRY()
        elif (kept := why_irrevocable(context.subject, self.entry, named.act)) is not None:
            yield kept
        else:
            yield from self._resting(context, named)

    def _resting(self, context: Context, named: Named) -> list[Refusal]:
        """What rests on the entry: first in its own chapter, then of the others."""
        own = list(named.act.rests(context, self.entry))
        if own or named.replaced:
            return own
        return newly_unsupported(context.study, context.subject, named.without())

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        kind = context.named.act.kind if context.named else ""
        stream = context.subject.subject_id
        return msgspec.structs.replace(self, voids=kind, named_stream=stream)

    def apply(self, state: VoidingState, stamp: Stamp) -> None:
        state.voided.append(
            Voided(entry=self.entry, voids=self.voids, reason=self.reason, **stamp.marks)
        )


def why_irrevocable(subject: Subject, entry: int, act: Act) -> Refusal | None:
    """Why an entry can not be voided, whatever is voided before it and whatever reason is given."""
    if isinstance(act, randomisation.Randomise):
        return DRAW_IS_KEPT()
    if act.stream != "subject":
        return ELSEWHERE()
    if act.kind == VoidEntry.kind:
        return OF_A_VOID()
    if any(done.entry == entry for done in subject.voiding.voided):
        return BEFORE()
    return None


def newly_unsupported(study: Study, before: Subject, after: Subject) -> list[Refusal]:
    """What would stand without what it rests on, and did not before."""
    known = list(unsupported(study, before))
    return [refusal for refusal in unsupported(study, after) if refusal not in known]


def unsupported(study: Study, subject: Subject) -> Iterator[Refusal]:
    """Everything that stands on a subject without what it rests on: consent, conclusion, entry."""
    signed = subject.consent_on
    registered = subject.registered_on
    asks_panel = study.panel is not None
    if registered and (
        signed is None or signed > registered or (asks_panel and not _concluded(subject))
    ):
        yield REGISTRATION(day=registered)
    for review in subject.panel.reviews:
        if signed is None or signed > review.asked.on:
            yield QUESTION(day=review.asked.on)
    for left in subject.consent.withdrawals:
        if signed is None or signed > left.on:
            yield WITHDRAWAL(day=left.on)
    drawn = subject.randomised_on
    if drawn and (registered is None or registered > drawn):
        yield screening.DRAWN_SINCE(day=drawn)


def _concluded(subject: Subject) -> bool:
    """Whether the panel had concluded on the day of registration."""
    on = subject.registered_on
    ends = [review.conclusion for review in subject.panel.reviews if review.conclusion]
    return on is not None and any(end.on <= on for end in ends)


def _course(study: Study, subject: Subject) -> Iterator[Happened]:
    for voided in subject.voiding.voided:
        more = (voided.reason,)
        yield Happened(done=voided, act=VoidEntry, what=voided, more=more, in_error=False)


CHAPTER = Chapter(name="voiding", acts=(VoidEntry,), course=_course)
