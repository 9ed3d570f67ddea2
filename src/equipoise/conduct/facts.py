"""What is known of one subject, in the words of the study file.

Items of forms are facts dated by their form; consent, registration, arm and the panel's conclusion
are facts that conduct leaves. A window counts from the participant's own anchors; before
registration it counts from today, as if registered now.

An item that is asked under a condition counts only while the condition holds, judged on the copy
of the form in which it stands. What is not asked is not applicable; what was recorded of it stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from equipoise.conduct.coverage import item_asked
from equipoise.conduct.earlier import copies_before
from equipoise.conduct.state.done import FactQuery, Reader
from equipoise.conduct.state.forms import Record, Value, Version
from equipoise.conduct.subject import STATES, Subject
from equipoise.logic.evaluate import truth_of
from equipoise.logic.facts import Observation
from equipoise.logic.figures import unit_text
from equipoise.logic.language import parsed
from equipoise.logic.truth import Truth
from equipoise.study.earlier import Earlier, earlier_of
from equipoise.study.forms import Column, Form, Item
from equipoise.study.kinds.number_text import comparator_of
from equipoise.study.model import Study
from equipoise.study.parts import say
from equipoise.study.vocabulary import CODE

__all__ = [
    "EVERY_COPY",
    "SubjectFacts",
    "asked_then",
    "observation",
    "unit_of",
]


_READERS: dict[str, tuple[str, Reader]] = {
    fact.name: (chapter, read)
    for chapter, state in STATES.items()
    for fact, read in state.facts.items()
}
"""Of each fact that a chapter leaves: whose state it is read from, and how."""


_LEFT_BY = {
    "registration": "screening",
    "screening": "screening",
    "randomisation": "randomisation",
    "consent": "consent",
}
"""Of each day that a chapter leaves: whose state it is read from."""


EVERY_COPY = "every copy of "
"""What is read of a form whose earlier copies are looked back on."""


class SubjectFacts:
    """One subject's facts as the language sees them, on a day.

    What was worked out is remembered: it is made for one judgement, and the subject stands still.

    :param on: today, for a subject that is not yet registered or randomised
    :param registering: count the windows from this day instead of the registration
    :param language: of the sources named in reasons
    :param copies: by their forms, where not every copy that was filled is known
    """

    def __init__(
        self,
        study: Study,
        subject: Subject,
        on: date,
        registering: date | None = None,
        language: str = "en",
        copies: dict[str, list[Record]] | None = None,
    ) -> None:
        self._study, self._subject, self._on = study, subject, on
        self._registering, self._language = registering, language
        self._query = FactQuery(study=study, on=on, registering=registering, language=language)
        self.read: set[str] = set()
        """The forms of which anything was asked, and the other chapters, by the names of states."""
        self._judging: set[str] = set()
        self._known: dict[str, Sequence[Observation]] = {}
        self._held: dict[str, Truth] = {}
        self._listed: dict[str, Sequence[Mapping[str, Observation]] | None] = {}
        self._records = copies
        self._copies: dict[tuple[str, int], tuple[Record | None, SubjectFacts]] = {}
        self._asks: dict[tuple[str, int], tuple[Record | None, Truth]] = {}
        self._here: tuple[Subject, Record] | None = None
        self._days: dict[date, SubjectFacts] = {}
        self._of_any_day: dict[str, Sequence[Observation]] = {}
        self._of_every_copy: SubjectFacts | None = None
        self._before: list[Record] = []
        self.worked_out: dict[str, Any] = {}
        """What others worked out of these facts, once for all who ask it of them."""

    def on_copy_of(self, every_copy: Subject, record: Record) -> "SubjectFacts":
        """The same facts, which know of one copy of a form that there were others before it.

        :param every_copy: the subject with every copy of the form
        """
        self._here, self._of_every_copy = (every_copy, record), None
        self._before = []
        return self

    @property
    def subject(self) -> Subject:
        """Whose facts they are."""
        return self._subject

    @property
    def on(self) -> date:
        """The day on which they are judged."""
        return self._on

    def on_day(self, day: date) -> "SubjectFacts":
        """The same subject as judged on another day; made once for each day."""
        if day not in self._days:
            facts = SubjectFacts(
                self._study, self._subject, day, language=self._language, copies=self._records
            )
            facts.read, self._days[day] = self.read, facts
            facts._of_any_day = self._of_any_day
        return self._days[day]

    def holds(self, condition: str) -> Truth:
        """Whether a condition of the study file holds on this day; many visits share one."""
        if condition not in self._held:
            words = self._study.check_words
            self._held[condition] = truth_of(parsed(condition), words, self, self._on)
        return self._held[condition]

    def asks(self, item: Item, record: Record | None) -> Truth:
        """Whether an item is asked on one copy of its form, other copies left out of account.

        :param record: the copy; None where none is begun
        """
        if item.retired and not (record and record.answers(item.id)):
            return Truth.FALSE
        if item.id in self._study.item_period and not item_asked(
            self._study, self._subject, item.id, record, self._on
        ):
            return Truth.FALSE
        if not item.shown_when:
            return Truth.TRUE
        if item.id in self._judging:
            return Truth.UNKNOWN  # its condition rests on itself; `check` refuses such a study
        # The copy is kept beside the answer, so that no other takes its place in memory.
        which = item.id, id(record)
        if which not in self._asks:
            self._asks[which] = record, self._judged(item, record)
        return self._asks[which][1]

    def _judged(self, item: Item, record: Record | None) -> Truth:
        facts = self._on_copy(self._study.form_asking[item.id].id, record)
        self._judging.add(item.id)
        try:
            return facts.holds(item.shown_when)
        finally:
            self._judging.remove(item.id)

    def not_applicable(self, name: str) -> bool:
        """Whether a fact is an item that is known not to be asked, on any copy of its form."""
        item = self._study.items.get(name)
        if item is None or not (item.shown_when or name in self._study.item_period):
            return False
        copies = self._copies_of(self._study.form_asking[name].id)
        return all(self.asks(item, copy) is Truth.FALSE for copy in copies or (None,))

    def _on_copy(self, form: str, record: Record | None) -> "SubjectFacts":
        """The same subject with this copy of the form alone; made once for all items of the copy.

        Most forms are filled once, so that nothing has to be left out.
        """
        which = form, id(record)
        if which not in self._copies:
            copies = self._copies_of(form)
            alone = copies == [] if record is None else len(copies) == 1 and copies[0] is record
            self._copies[which] = record, self if alone else self._leaving_out(form, record)
        return self._copies[which][1]

    def _copies_of(self, form: str) -> list[Record]:
        """Every filled copy of a form; the records are sorted by their forms once."""
        self.read.add(form)
        if self._records is None:
            self._records = self._subject.forms.by_form()
        return self._records.get(form, [])

    def _leaving_out(self, form: str, record: Record | None) -> "SubjectFacts":
        """The same subject without the other copies of the form.

        Forms are read through their sorted copies alone, so that no other subject has to be made.
        """
        alone = [one for one in self._copies_of(form) if one is record]
        copies = {**(self._records or {}), form: alone}
        facts = SubjectFacts(
            self._study, self._subject, self._on, self._registering, self._language, copies
        )
        facts._judging, facts.read = self._judging, self.read
        return facts

    def anchor(self, name: str) -> date | None:
        """The participant's own day of an anchor; a registration to come is taken as today."""
        subject = self._subject
        if name == "today":
            return self._on
        if name not in _LEFT_BY:
            return self._date_fact(name)
        self.read.add(_LEFT_BY[name])
        if name == "registration":
            return subject.registered_on or self._registering or self._on
        if name == "randomisation":
            return subject.randomised_on or self._on
        return subject.consent_on if name == "consent" else subject.entered_on

    def observations(self, name: str) -> Sequence[Observation]:
        """Every valid recorded value of a fact."""
        if name not in self._known:
            self._known[name] = self._observations(name)
        return self._known[name]

    def _observations(self, name: str) -> Sequence[Observation]:
        item = self._study.items.get(name)
        if item is not None:
            return self._of_item(item)
        if name.endswith("_done") and name.removesuffix("_done") in self._study.form_of:
            records = self._copies_of(name.removesuffix("_done"))
            filled = (record for record in records if not record.is_none)
            return [Observation(value=record.on, on=record.on) for record in filled]
        if earlier := earlier_of(name):
            return [one for one in [self._earlier(earlier)] if one]
        if name not in _READERS:
            return []
        return list(self._left(name))

    def _left(self, name: str) -> Iterator[Any]:
        """What a chapter leaves of a fact: values, or the rows of a list."""
        chapter, read = _READERS[name]
        self.read.add(chapter)
        yield from read(getattr(self._subject, chapter), self._query)

    def _earlier(self, earlier: Earlier) -> Observation | None:
        """What stood at an item on an earlier copy of the form."""
        if self._here is None:
            return None
        every_copy, here = self._here
        self.read.add(EVERY_COPY + here.form)
        item, form = self._study.items[earlier.item], self._study.form_of[here.form]
        if self._of_every_copy is None:
            facts = SubjectFacts(self._study, every_copy, self._on, language=self._language)
            facts.read, self._of_every_copy = self.read, facts
            self._before = copies_before(every_copy, here)
        facts = self._of_every_copy
        copies = (one for one in self._before if one.answers(item.id))
        answered = [one for one in copies if facts.asks(item, one) is Truth.TRUE]
        if not answered:
            return None
        copy = answered[-1 if earlier.which == "previous" else 0]
        return facts._observed(item, form, copy, copy.current[item.id], 0)

    def rows(self, name: str) -> Sequence[Mapping[str, Observation]] | None:
        """The rows of the list as last recorded; None when it was never asked."""
        if name not in self._listed:
            self._listed[name] = self._rows(name)
        return self._listed[name]

    def _rows(self, name: str) -> Sequence[Mapping[str, Observation]] | None:
        if name not in self._study.items:
            return list(self._left(name)) if name in _READERS else None
        item = self._study.items[name]
        form = self._study.form_asking[name]
        # "There are none" is an answer too: the latest one counts, whatever it says.
        copies = [r for r in self._copies_of(form.id) if r.on <= self._on and r.answers(name)]
        if len(copies) > 1:
            copies.sort(key=lambda r: (r.on, r.versions(name)[-1].order), reverse=True)
        latest = next((r for r in copies if self.asks(item, r) is Truth.TRUE), None)
        value = latest.current[name] if latest else None
        if latest and isinstance(value, str) and item.of_kind.many:
            codes = item.of_kind.codes(value)
            return [{CODE: Observation(value=code, on=latest.on)} for code in codes]
        if latest is None or not isinstance(value, list):
            return None
        columns = {column.id: column for column in item.columns}
        item_then = asked_then(self._study, self._subject, item.id, latest.versions(name)[-1])
        units = {column.id: column.unit for column in item_then.columns} if item_then else {}
        return [
            {
                cell: observation(columns[cell], text, latest.on, unit=units.get(cell, ""))
                for cell, text in row.items()
                if cell in columns and text != ""
            }
            for row in value
        ]

    def _of_item(self, item: Item) -> Sequence[Observation]:
        """The values of an item; of one that is always asked they are those of every day."""
        if item.shown_when or item.id in self._study.item_period:
            return list(self._item_values(item))
        if item.id not in self._of_any_day:
            self._of_any_day[item.id] = list(self._item_values(item))
        return self._of_any_day[item.id]

    def _item_values(self, item: Item) -> Iterator[Observation]:
        form = self._study.form_asking[item.id]
        for order, record in enumerate(self._copies_of(form.id)):
            value = record.now(item.id)
            if value is not None and self.asks(item, record) is Truth.TRUE:
                yield self._observed(item, form, record, value, order)

    def _observed(
        self, item: Item, form: Form, record: Record, value: Value, order: int
    ) -> Observation:
        text, unit, uln, lln = _text(value), "", "", ""
        if item.of_kind.measured:
            unit = unit_of(self._study, self._subject, record, item.id) or _lost(item)
            now = record.current
            uln, lln = _text(now.get(f"{item.id}.uln")), _text(now.get(f"{item.id}.lln"))
        source = say(form.title, self._language)
        return observation(item, text, record.on, unit, uln, lln, source, order)

    def _date_fact(self, name: str) -> date | None:
        found = [o for o in self.observations(name) if isinstance(o.value, date)]
        latest = max(found, key=lambda o: (o.on or date.min, o.order), default=None)
        return latest.value if latest and isinstance(latest.value, date) else None


def _lost(item: Item) -> str:
    """What stands for a unit that is not known, where no unit would be taken for a pure number."""
    return "?" if item.unit and not unit_text(item.unit) else ""


def asked_then(study: Study, subject: Subject, item: str, version: Version) -> Item | None:
    """The item as the study text asked it under which a value was recorded; None if it is lost."""
    text = study.under(subject.text_of(version.seq))
    return text.items.get(item) if text else None


def unit_of(
    study: Study, subject: Subject, record: Record, item: str, version: Version | None = None
) -> str:
    """The unit of a value: the one beside it, else that of the text it was recorded under.

    Empty where neither is known, or there is none: then the value decides nothing.
    """
    if version is None or version == record.versions(item)[-1]:
        # The value that holds may have got another unit since.
        unit = record.current.get(f"{item}.unit", "")
    else:
        units = reversed(record.versions(f"{item}.unit"))
        unit = next((one.value for one in units if one.order <= version.order), "")
    if isinstance(unit, str) and unit:
        return unit
    item_then = asked_then(study, subject, item, version or record.versions(item)[-1])
    return item_then.unit if item_then else ""


def observation(
    column: Column,
    text: str,
    on: date,
    unit: str | None = None,
    uln: str = "",
    lln: str = "",
    source: str = "",
    order: int = 0,
) -> Observation:
    """Canonical text, typed by the study. The text was checked when it was recorded.

    :param unit: that of the value, empty where it is not known; without it, that of the column
    """
    kind = column.of_kind
    # By their places, as hundreds are made for one act: by their names it takes longer.
    return Observation(
        kind.typed_value(text),
        on,
        column.unit if unit is None else unit,
        comparator_of(text)[0] if kind.measured else "",
        Decimal(uln) if uln else None,
        Decimal(lln) if lln else None,
        source,
        order,
    )


def _text(value: Value | None) -> str:
    return value if isinstance(value, str) else ""
