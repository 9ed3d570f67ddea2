"""What must not stand in the record, such as a name typed by mistake: it is taken out for good.

The act says the entry anew without it, with who, when, where and why, and never what it was. Of the
entry itself its digest stays (`ledger.redaction`). What it then says is what counts: a signature or
a verification over it falls, since nobody signed or verified that.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, Self

import msgspec

from equipoise.conduct.act import Act, Context, Entered, Stamp
from equipoise.conduct.chapter import Chapter, Happened
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.restating import MARK, restated, spans, texts_of
from equipoise.conduct.state.redaction import Redacted, RedactionState
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Ask, Choices, Words
from equipoise.ledger import TOMBSTONE, canonical, digest_now, tombstone_of
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal

__all__ = ["SEALED", "SHORTEST", "RedactEntry"]

NO_ENTRY = Reason("redact.no-entry", "entry", "there is no such entry of this participant")
SEALED_YET = Reason(
    "redact.sealed", "entry", "this is sealed still; it is redacted once it is opened"
)
NO_REASON = Reason("redact.no-reason", "reason", "say why it must not stand there")
REPEATED = Reason("redact.repeated", "reason", "the reason repeats what is taken out")
NO_PLACE = Reason("redact.no-place", "fields", "say what of it is taken out")
NO_TEXT = Reason("redact.no-text", "fields", "nothing was typed at {place} of this entry")
NOT_THERE = Reason("redact.not-there", "text", "these words do not stand at {place}")
BEFORE = Reason("redact.before", "fields", "what stood at {place} was taken out before")
TOO_SHORT = Reason("redact.too-short", "text", "give at least {number} characters")
CANNOT_GO = Reason(
    "redact.cannot-go", "fields", "without it the entry could not be read; it is put right first"
)
OF_A_REDACTION = Reason(
    "void.redaction", "entry", "a redaction is not voided: what it took out is gone"
)

SHORTEST, TELLING = 2, 4
"""Characters of the words that are taken out: less is found everywhere."""
KINDS = Choices()
"""What may be redacted, by its name; filled by the list of chapters, which is above."""
SEALED: dict[str, Any] = {}
"""Of each kind that is sealed for a time, whether something of it is sealed still; filled there."""


class RedactEntry(Act, frozen=True, kw_only=True):
    """Something that must not stand in the record is taken out of one entry of a participant."""

    kind: ClassVar[str] = "entry.redact"
    writes: ClassVar[str] = "redaction"
    irreversible: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    step_up: ClassVar[bool] = True
    under_lock: ClassVar[Literal["", "freeze", "lock"]] = "lock"
    under_study_lock: ClassVar[bool] = True
    unrecorded: ClassVar[tuple[str, ...]] = ("text",)
    words: ClassVar[Words] = Words(
        name="Redacted",
        title="Take out what must not stand here",
        line="Redacted: {redacts}, entry {entry}: {reason}",
        happened="Day on which it was found",
        button="Take it out for good",
        done="It is taken out",
        meaning="I have looked at each place, and I answer for it that nothing else is taken out.",
    )
    entry: Annotated[int, Ask("Number of the entry", kind="entry")]
    fields: Annotated[list[str], Ask("Where it stands", label="Taken out of", kind="places")]
    text: Annotated[str, Ask("Words that are taken out", words=False)] = ""
    """Only these words of each text; they are recorded nowhere. Empty: the whole text."""
    reason: Annotated[
        str,
        Ask(
            "Why must it not stand there?",
            label="Reason",
            kind="area",
            hint="Not what stood there.",
            needed="Say why it must not stand there",
        ),
    ]
    redacts: Annotated[str, Ask("What was redacted", KINDS, by_trial=True)] = ""
    digest: Annotated[str, Ask("Its digest", kind="anew", by_trial=True)] = ""
    tombstone: Annotated[str, Ask("The digest of what stays", kind="anew", by_trial=True)] = ""
    restated: Annotated[dict[str, Any], Ask("What it says now", kind="anew", by_trial=True)] = {}

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if not self.reason.strip():
            yield NO_REASON()
        if self.text and len(self.text) < SHORTEST:
            yield TOO_SHORT(number=SHORTEST)
        entered = context.entered
        if entered is None:
            yield NO_ENTRY()
            return
        if entered.entry.kind in SEALED and SEALED[entered.entry.kind](context.subject):
            yield SEALED_YET()  # and nothing more: what else is wrong would tell what stands there
            return
        if not self.fields:
            yield NO_PLACE()
        wrong = list(self._of_places(entered))
        yield from wrong
        if self.fields and not wrong and not _can_be_read(entered, self._anew(context, entered)):
            yield CANNOT_GO()

    def _of_places(self, entered: Entered) -> Iterator[Refusal]:
        texts = texts_of(entered.entry.kind, entered.content)
        for place in self.fields:
            text = texts.get(place)
            if text is None:
                yield NO_TEXT(place=place[:100])
            elif MARK in text and _is_back(entered):
                continue  # it was taken out before, and is taken out again as it is said by then
            elif text == MARK:
                yield BEFORE(place=place)
            elif self.text and not any(spans(text, self.text)):
                yield NOT_THERE(place=place)
            elif self._tells(text):
                yield REPEATED()

    def _tells(self, text: str) -> bool:
        """Whether the reason gives away what is taken out; a short answer stands in many."""
        gone = self.text or text
        return len(gone) >= (SHORTEST if self.text else TELLING) and any(spans(self.reason, gone))

    def _anew(self, context: Context, entered: Entered) -> dict[str, Any]:
        kind = entered.entry.kind
        return restated(context.study, kind, entered.content, self.fields, self.text)

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        yield OF_A_REDACTION()

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        entered = context.entered
        assert entered is not None
        return msgspec.structs.replace(
            self,
            text="",
            redacts=entered.entry.kind,
            digest=entered.entry.digest,
            tombstone=digest_now(tombstone_of(entered.entry)),
            restated=self._anew(context, entered),
        )

    def apply(self, state: RedactionState, stamp: Stamp) -> None:
        state.redacted.append(
            Redacted(
                entry=self.entry,
                redacts=self.redacts,
                fields=self.fields,
                reason=self.reason,
                **stamp.marks,
            )
        )


def _is_back(entered: Entered) -> bool:
    """Whether what was redacted stands there again, as after an old copy was put back in part."""
    recorded = entered.entry.payload
    return recorded != TOMBSTONE and recorded != canonical(entered.content)


def _can_be_read(entered: Entered, content: dict[str, Any]) -> bool:
    """Whether the participant can still be folded with the entry said anew."""
    try:
        entered.folded_with(canonical(content))
    except (ValueError, LookupError, TypeError, ArithmeticError, entered.unreadable):
        return False
    return True


def _course(study: Study, subject: Subject) -> Iterator[Happened]:
    for one in subject.redaction.redacted:
        yield Happened(done=one, act=RedactEntry, what=one, in_error=False)


CHAPTER = Chapter(name="redaction", acts=(RedactEntry,), course=_course)
