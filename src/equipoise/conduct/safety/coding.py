"""An event is coded by MedDRA: its lowest level term, with the preferred term and organ class.

MedDRA is the user's own licensed copy, and is not shipped: what is recorded is what the coder took
from it, with its version. A coding holds while the study's version and the event's words are those
that were coded; after that the event waits to be coded anew.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Literal

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.chapter import Due, RowAt
from equipoise.conduct.safety.acts import NO_EVENT
from equipoise.conduct.safety.choices import words_of_terms
from equipoise.conduct.state.safety import AdverseEvent, Coded, SafetyState
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Ask, Words
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import Phrase, Reason, Refusal

__all__ = ["CodeEvent", "coding_of", "to_code"]

NO_CODING = Reason("ae.no-coding", "", "this study does not code its events")
OTHER_VERSION = Reason(
    "ae.code-version", "version", "the study codes by version {version} of MedDRA"
)
NO_CODE = Reason("ae.code-digits", "", "a code of MedDRA has eight digits, such as 10012735")
NO_NAME = Reason("ae.code-name", "", "give the words of the term too")
UNCHANGED = Reason("ae.coded-so", "llt", "the event is coded so already")
CODE = Phrase("Code {term} by MedDRA {version}")
CODE_ANEW = Phrase("Code {term} anew, by MedDRA {version}")
DIGITS = 8


def _before(study: Study, subject: Subject, on: date) -> str:
    meddra = study.safety.meddra if study.safety else None
    return meddra.version if meddra else ""


class CodeEvent(Act, frozen=True, kw_only=True):
    """The coder's terms for an event, as it is told now."""

    kind: ClassVar[str] = "ae.code"
    writes: ClassVar[str] = "safety"
    of_record: ClassVar[bool] = True
    under_lock: ClassVar[Literal["", "freeze", "lock"]] = "lock"
    words: ClassVar[Words] = Words(
        name="Adverse event coded",
        title="Code an adverse event by MedDRA",
        link="Code",
        line="Adverse event coded: {llt_name} ({llt}), MedDRA {version}",
        intro="Take the terms from your own licensed copy of MedDRA.",
        happened="Day on which it was coded",
        button="Record the coding",
        done="The coding is recorded",
        address="adverse-event/{event}/code",
    )
    event: Annotated[int, Ask("Entry that first told of the event", kind="entry")]
    version: Annotated[
        str,
        Ask(
            "By which version of MedDRA? (E.i.2.1a)",
            label="Version of MedDRA (E.i.2.1a)",
            number=True,
            before=_before,
            needed="Give the version",
        ),
    ]
    llt: Annotated[
        str,
        Ask(
            "Code of the lowest level term (E.i.2.1b)",
            label="Lowest level term, code (E.i.2.1b)",
            number=True,
            needed="Give the code of the lowest level term",
        ),
    ]
    llt_name: Annotated[
        str,
        Ask("Lowest level term", words=True, needed="Give the lowest level term"),
    ]
    pt: Annotated[
        str,
        Ask(
            "Code of the preferred term",
            label="Preferred term, code",
            number=True,
            needed="Give the code of the preferred term",
        ),
    ]
    pt_name: Annotated[str, Ask("Preferred term", words=True, needed="Give the preferred term")]
    soc: Annotated[
        str,
        Ask(
            "Code of the system organ class",
            label="System organ class, code",
            number=True,
            needed="Give the code of the system organ class",
        ),
    ]
    soc_name: Annotated[
        str, Ask("System organ class", words=True, needed="Give the system organ class")
    ]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return False  # it is led to from what is due

    def refusals(self, context: Context) -> Iterator[Refusal]:
        meddra = context.study.safety.meddra if context.study.safety else None
        event = context.subject.safety.of(self.event)
        if meddra is None:
            yield NO_CODING()
        elif self.version != meddra.version:
            yield OTHER_VERSION(version=meddra.version)
        if event is None:
            yield NO_EVENT()
        elif (last := coding_of(event)) and all(getattr(last, n) == getattr(self, n) for n in _OWN):
            yield UNCHANGED()
        for part in ("llt", "pt", "soc"):
            code = getattr(self, part)
            if not (len(code) == DIGITS and code.isascii() and code.isdigit()):
                yield NO_CODE(part)
            if is_blank(getattr(self, f"{part}_name")):
                yield NO_NAME(f"{part}_name")

    def apply(self, state: SafetyState, stamp: Stamp) -> None:
        if event := state.of(self.event):
            fields = {name: getattr(self, name) for name in _OWN}
            event.coded.append(Coded(**fields, term=event.now.term, **stamp.marks))


_OWN = tuple(name for name in CodeEvent.__struct_fields__ if name != "event")


def coding_of(event: AdverseEvent) -> Coded | None:
    """The last coding, while the event is called as it was when it was coded."""
    last = event.coded[-1] if event.coded else None
    return last if last and last.term == event.now.term else None


def to_code(study: Study, event: AdverseEvent) -> Iterator[Due]:
    """That an event waits for a coder, for the first time or anew."""
    meddra = study.safety.meddra if study.safety else None
    found = coding_of(event)
    if meddra is None or (found and found.version == meddra.version):
        return
    term = words_of_terms(study).get(event.now.term, event.now.term)
    what = CODE_ANEW if event.coded else CODE
    where = RowAt("meddra", str(event.number), CodeEvent)
    yield Due(urgency="open", what=what(term=term, version=meddra.version), where=where)
