"""The text of the study in the record: what every entry was done under can be read from the ledger.

A text is recorded once it is adopted, by the trial itself: nobody decides anything by it, for its
digests say whether it is the one. Of the texts the state of the trial knows only where they stand.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, ClassVar

import msgspec

from equipoise.conduct.act import Act, Context, Stamp, StreamName
from equipoise.conduct.chapter import Chapter
from equipoise.conduct.state.study_text import StudyTextState
from equipoise.conduct.words import Ask, Words
from equipoise.ledger import Entry
from equipoise.study.bundle import FORMAT, Bundle, bundle_path, digest_of_files
from equipoise.study.load import Invalid, load
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal

__all__ = ["RecordText", "TextUnreadable", "recorded", "recording", "study_of", "text_at"]

MOST_FILES, MOST_SIGNS = 500, 4_000_000

RECORDED_BEFORE = Reason("text.recorded-already", "study", "this study text is recorded already")
NOT_ADOPTED = Reason(
    "text.not-adopted", "study", "no entry of this ledger was made under this study text"
)
NO_PATH = Reason("text.no-path", "files", "{path} is no file of a study")
TOO_MANY = Reason("text.too-many", "files", "a study text has at most {count} files")
TOO_LARGE = Reason("text.too-large", "files", "a study text has at most {count} signs")
OTHER_DIGEST = Reason("text.other-digest", "digest", "the digest is not that of these files")
OTHER_STUDY = Reason(
    "text.other-study", "files", "these files are not the study that is named: {problem}"
)


class TextUnreadable(Exception):
    """A text of the ledger can not be used by this version of Equipoise, and why."""


class RecordText(Act, frozen=True, kw_only=True):
    """The text of a study that is or was adopted, file by file."""

    kind: ClassVar[str] = "study.text"
    writes_trial: ClassVar[str] = "study_text"
    stream: ClassVar[StreamName] = "study"
    bounded: ClassVar[bool] = False
    by_trial: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Study text recorded",
        title="Record the study text",
        line="Study text recorded: version {version}",
    )
    version: Annotated[str, Ask("Version of the study text")]
    study: Annotated[str, Ask("Digest of what the study text says")]
    digest: Annotated[str, Ask("Digest of the files of the study text")]
    model: Annotated[int, Ask("Format of the model that read the study text")]
    """Its defaults are part of what the text means."""
    files: Annotated[dict[str, str], Ask("Files of the study text", kind="files")]

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if self.study in context.trial_state.study_text.recorded:
            yield RECORDED_BEFORE()
        elif self.study not in context.trial_state.adopted:
            yield NOT_ADOPTED()
        yield from self._misfits(context)

    def _misfits(self, context: Context) -> Iterator[Refusal]:
        """Why the files are not the text that the digests name."""
        if wrong := sorted(path for path in self.files if not bundle_path(path)):
            yield NO_PATH(path=wrong[0])
        elif len(self.files) > MOST_FILES:
            yield TOO_MANY(count=MOST_FILES)
        elif sum(map(len, self.files.values())) > MOST_SIGNS:
            yield TOO_LARGE(count=MOST_SIGNS)
        elif self.digest != digest_of_files(self.files):
            yield OTHER_DIGEST()
        elif (context.study.text, context.study.digest) != (Bundle(self.files), self.study):
            # Reading a text takes a second: it is spared where the study was just read from it.
            try:
                study_of(self)
            except TextUnreadable as error:
                yield OTHER_STUDY(problem=str(error))

    def apply_to_trial(self, state: StudyTextState, stamp: Stamp, subject_id: str) -> None:
        state.recorded[self.study] = stamp.seq


def recording(study: Study) -> RecordText | None:
    """The act that records the text of a study; None when it was not read from one."""
    if study.text is None:
        return None
    act = RecordText(
        version=study.version,
        study=study.digest,
        digest=study.text.digest,
        model=FORMAT,
        files=dict(study.text.files),
    )
    _remember(act, study)
    return act


def study_of(act: RecordText) -> Study:
    """The study that a recorded text says.

    :raises TextUnreadable: when this version of Equipoise reads it as another, or not at all
    """
    known = _known.get((act.digest, act.study, act.model))
    return known or _remember(act, _read(act))


def text_at(entry: Entry) -> RecordText:
    """The act of an entry that records a text."""
    return _TEXTS.decode(entry.payload)


def recorded(entries: Iterable[Entry]) -> Mapping[str, Study]:
    """Every study whose text stands among the entries, by its digest.

    :raises TextUnreadable: when one of them can not be used
    """
    texts = (text_at(entry) for entry in entries if entry.kind == RecordText.kind)
    return {act.study: study_of(act) for act in texts}


_TEXTS = msgspec.json.Decoder(RecordText)
_MOST_KNOWN = 32
_known: dict[tuple[str, str, int], Study] = {}


def _remember(act: RecordText, study: Study) -> Study:
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    return _known.setdefault((act.digest, act.study, act.model), study)


def _read(act: RecordText) -> Study:
    named = f"{act.study[:16]}…"
    try:
        study = load(Bundle(act.files), act.model)
    except Invalid as error:
        raise TextUnreadable(f"the study text {named} can not be read: {error}") from error
    if study.digest != act.study:
        raise TextUnreadable(
            f"this version of Equipoise reads the study text {named} as another study: "
            "serve it with the version that recorded it"
        )
    return study


CHAPTER = Chapter(name="study text", acts=(RecordText,))
