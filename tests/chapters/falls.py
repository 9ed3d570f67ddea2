"""A chapter that is not of the product: a participant fell (`docs/how-to/add-a-chapter.md`).

It shows that a chapter is one place: what stands here in one module is what a chapter brings, and
`entered` puts it into the two lists as its lines in the product would.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal

import msgspec
import pytest

from equipoise.conduct import chapters, facts, folding
from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.chapter import Chapter, Due, Happened
from equipoise.conduct.seals import Seals
from equipoise.conduct.sight import Sight
from equipoise.conduct.state.done import Done, FactQuery, Reader, State, on_days
from equipoise.conduct.subject import STATES, Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.words import Ask, Choices, Words
from equipoise.ledger import Entry
from equipoise.logic.facts import Kind, Observation
from equipoise.study import vocabulary
from equipoise.study.facts import Fact
from equipoise.study.model import Study
from equipoise.study.reason import Phrase, Reason, Refusal

# The section of the study file: the fact that the chapter leaves.

FELL_ON = Fact(
    name="fell_on", kind=Kind.DATE, label={"en": "day of a fall", "nl": "dag van de val"}
)

# Its own state of a participant.


class Fall(Done, frozen=True, kw_only=True):
    """One fall, and whether they were hurt."""

    hurt: str


def _fell_on(state: "FallsState", _: FactQuery) -> Iterator[Observation]:
    return on_days(*(fall.on for fall in state.falls))


class FallsState(State, kw_only=True):
    """Every fall, in the order of recording."""

    facts: ClassVar[Mapping[Fact, Reader]] = {FELL_ON: _fell_on}
    falls: list[Fall] = []

    def contacts(self, study: Study) -> Iterable[date]:
        """Whoever falls is alive."""
        return [fall.on for fall in self.falls]


# Its act, with its words and its reasons, and what it answers together with the others.

AFTER_TODAY = Reason("fall.not-entered", "", "nobody is followed before they entered screening")
LOOK = Phrase("Look at the injury of {day}")
HURT = Choices({"no": "Not hurt", "yes": "Hurt"})


class RecordFall(Act, frozen=True, kw_only=True):
    """The participant fell."""

    kind: ClassVar[str] = "fall.record"
    writes: ClassVar[str] = "falls"
    words: ClassVar[Words] = Words(
        name="Fall",
        title="Record a fall",
        line="Fell: {hurt}",
        happened="Day of the fall",
        button="Record the fall",
        done="The fall is recorded",
        address="fall",
    )
    hurt: Annotated[Literal["no", "yes"], Ask("Was the participant hurt?", HURT)]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return not subject.died_on

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if context.subject.entered_on is None:
            yield AFTER_TODAY()

    def apply(self, state: FallsState, stamp: Stamp) -> None:
        state.falls.append(Fall(hurt=self.hurt, **stamp.marks))


def _agenda(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    for fall in subject.falls.falls:
        if fall.hurt == "yes":
            yield Due(urgency="due", what=LOOK(day=fall.on), where=RecordFall)


def _course(study: Study, subject: Subject) -> Iterator[Happened]:
    for fall in subject.falls.falls:
        yield Happened(done=fall, act=RecordFall, what=fall)


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for fall in subject.falls.falls:
        yield subject.subject_id, fall.on, fall.hurt


FALLS = Table(
    name="falls",
    label=Phrase("Every fall"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("on", "day", Phrase("Day of the fall")),
        TableColumn("hurt", "text", Phrase("Whether they were hurt"), by_arm=True),
    ),
    rows=_rows,
)


def _open_to(study: Study, sight: Sight, subject: Subject, entry: Entry) -> bool:
    return sight.arms


CHAPTER = Chapter(
    name="falls",
    acts=(RecordFall,),
    agenda=_agenda,
    course=_course,
    tables=(FALLS,),
    seals=Seals(fields={RecordFall: ("hurt",)}, open_to=_open_to),
)


def entered(patch: pytest.MonkeyPatch) -> type[Subject]:
    """Put the chapter into the lists: the line in `Subject`, in the vocabulary, in `CHAPTERS`."""
    plain = Subject
    line = ("falls", FallsState, msgspec.field(default_factory=FallsState))
    subject = msgspec.defstruct("Subject", [line], bases=(plain,), kw_only=True)
    for name, module in list(sys.modules.items()):
        if name.startswith(("equipoise.", "tests.")) and vars(module).get("Subject") is plain:
            patch.setattr(module, "Subject", subject)
    patch.setitem(STATES, "falls", FallsState)
    patch.setattr(vocabulary, "CONDUCT_FACTS", (*vocabulary.CONDUCT_FACTS, FELL_ON))
    patch.setitem(facts._READERS, FELL_ON.name, ("falls", _fell_on))
    patch.setattr(chapters, "CHAPTERS", (*chapters.CHAPTERS, CHAPTER))
    patch.setitem(chapters.ACTS, RecordFall.kind, RecordFall)
    patch.setitem(folding._DECODERS, RecordFall.kind, msgspec.json.Decoder(RecordFall))
    return subject
