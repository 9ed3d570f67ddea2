"""The sponsor's word on what a study text recalls or assumes: given by a document, or taken back.

A confirmation names a value and its digest. A later text that says otherwise there is asked again.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp, StreamName
from equipoise.conduct.chapter import Chapter
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.state.assumptions import AssumptionsState, Confirmation
from equipoise.conduct.unverified import confirmation_of
from equipoise.conduct.words import Ask, Words
from equipoise.study.kinds.blank import is_blank
from equipoise.study.provenance import Sourced
from equipoise.study.reason import Reason, Refusal

__all__ = ["ConfirmValue", "TakeBackConfirmation"]

NO_DOCUMENT = Reason(
    "assumption.no-document", "document", "name the document that says so, or who decided it"
)
NO_TEXT = Reason("assumption.no-text", "text", "no study text with the digest {digest} is known")
NO_VALUE = Reason(
    "assumption.no-value", "path", "the study text has no value with a source at '{path}'"
)
OTHER_VALUE = Reason(
    "assumption.other-value",
    "value",
    "what stands at {path} is not what this confirms: it says '{says}', with the digest {digest}",
)
NOT_ASKED = Reason(
    "assumption.not-asked",
    "path",
    "what stands at {path} is neither recalled nor assumed: its source is {source}",
)
CONFIRMED = Reason(
    "assumption.confirmed-already",
    "path",
    "what stands at {path} was confirmed on {day}, and stands so",
)
NOT_CONFIRMED = Reason(
    "assumption.not-confirmed", "confirmation", "entry {entry} confirms nothing that stands"
)
WHY = Reason("assumption.no-reason", "because", "say why the confirmation is taken back")


class ConfirmValue(Act, frozen=True, kw_only=True):
    """Somebody answers, for the sponsor, for a value that the study text only recalls or assumes.

    It is done before the trial opens as well as later, and of a text that is yet to be adopted.
    """

    kind: ClassVar[str] = "assumption.confirm"
    writes_trial: ClassVar[str] = "assumptions"
    stream: ClassVar[StreamName] = "study"
    step_up: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Value confirmed",
        title="Confirm a value",
        line="Confirmed: {path}, ‘{says}’, by {document}[, {edition}][, {page}]",
        intro="For a later study text that says otherwise here, this does not count.",
        happened="Day on which it is confirmed",
        button="Confirm",
        done="The value is confirmed",
        meaning="I have compared this value with the document that I name, and confirm it for the "
        "sponsor.",
    )
    path: Annotated[str, Ask("Which value?", label="Value", words=False)]
    value: Annotated[str, Ask("Digest of the value as it stands", kind="hidden")]
    document: Annotated[
        str,
        Ask(
            "Which document says so, or who decided it?",
            label="Document",
            hint="Such as the protocol, or a letter of the sponsor",
            needed="Name the document",
            words=True,
        ),
    ]
    edition: Annotated[str, Ask("Which version of it, and of which day?", label="Version")] = ""
    page: Annotated[str, Ask("Where in it?", label="Page", hint="Page, paragraph or table")] = ""
    text: Annotated[str, Ask("Digest of the study text that it stands in", kind="hidden")] = ""
    """Empty: of the text that the trial runs under, or is about to be opened with."""
    says: Annotated[str, Ask("What it says", by_trial=True)] = ""

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if is_blank(self.document):
            yield NO_DOCUMENT()
        study = context.study.under(self.text)
        if study is None:
            yield NO_TEXT(digest=self.text[:64])
            return
        value = study.sourced.get(self.path)
        if value is None:
            yield NO_VALUE(path=self.path[:200])
            return
        yield from self._against(value, context)

    def _against(self, value: Sourced, context: Context) -> Iterator[Refusal]:
        if not value.source.unverified:
            yield NOT_ASKED(path=self.path, source=value.source.tag)
        if self.value != value.digest:
            yield OTHER_VALUE(path=self.path, says=value.said, digest=value.digest)
        elif before := confirmation_of(context.trial_state.assumptions, value):
            yield CONFIRMED(path=self.path, day=before.on)

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        study = context.study.under(self.text)
        says = study.sourced[self.path].what if study else ""
        return msgspec.structs.replace(self, says=says)

    def apply_to_trial(self, state: AssumptionsState, stamp: Stamp, subject_id: str) -> None:
        state.confirmed.append(
            Confirmation(
                seq=stamp.seq,
                by=stamp.by,
                on=stamp.on,
                path=self.path,
                value=self.value,
                document=self.document,
                edition=self.edition,
                page=self.page,
            )
        )


class TakeBackConfirmation(Act, frozen=True, kw_only=True):
    """A confirmation does not stand any more: the value waits for the sponsor's word again."""

    kind: ClassVar[str] = "assumption.take-back"
    writes_trial: ClassVar[str] = "assumptions"
    stream: ClassVar[StreamName] = "study"
    step_up: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Confirmation of a value taken back",
        title="Take back the confirmation of a value",
        line="Taken back what was confirmed in entry {confirmation}: {because}",
        intro="The value is unverified again wherever it is used. The trial goes on; a next study "
        "text is adopted only once it is confirmed.",
        happened="Day from which it does not stand",
        button="Take it back",
        done="The confirmation is taken back",
        address="assumptions/take-back/{confirmation}",
    )
    confirmation: Annotated[
        int,
        Ask(
            "Which entry of the trial's own stream confirms it?", label="Confirmed in", kind="entry"
        ),
    ]
    because: Annotated[
        str,
        Ask(
            "Why does it not stand?",
            label="Reason",
            kind="area",
            needed="Say why the confirmation is taken back",
        ),
    ]

    def refusals(self, context: Context) -> Iterator[Refusal]:
        standing = context.trial_state.assumptions.confirmed
        if not any(one.seq == self.confirmation and not one.taken_back for one in standing):
            yield NOT_CONFIRMED(entry=self.confirmation)
        if is_blank(self.because):
            yield WHY()

    def apply_to_trial(self, state: AssumptionsState, stamp: Stamp, subject_id: str) -> None:
        for one in state.confirmed:
            if one.seq == self.confirmation:
                one.taken_back = True


CHAPTER = Chapter(name="assumptions", acts=(ConfirmValue, TakeBackConfirmation))
