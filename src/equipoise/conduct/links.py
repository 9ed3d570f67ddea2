"""Rows that name rows elsewhere: what there is to name, and what names what is no longer there.

A row is named by what stands in one column of a list, or in one item of a form that repeats. A name
is picked from what is recorded of the participant; the same name twice means either.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from equipoise.conduct.state.forms import Record, Value
from equipoise.conduct.subject import Subject
from equipoise.study.forms import Column, Form
from equipoise.study.model import Study
from equipoise.study.reason import Given, OneOf, Reason, Refusal

__all__ = ["Named", "broken", "link_refusals", "named", "namers", "names_of"]

NOT_THERE = Reason("item.link", "", "{item}: there is no {name} among {known}")
NOTHING_THERE = Reason("item.link", "", "{item}: nothing is recorded yet that could be named")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One name that stands in a linking item or column, and where it stands."""

    record: Record
    column: Column
    where: str
    name: str


def names_of(study: Study, subject: Subject, to: str) -> dict[str, Given]:
    """The names that are recorded where a link leads to, each with what it is called."""
    item, _, column = to.partition(".")
    form = study.form_asking.get(item)
    target = _column(study, to)
    found: dict[str, Given] = {}
    for record in subject.forms.of(form.id) if form and target else ():
        for text in _texts(record.current.get(item, ""), column):
            found.setdefault(text, target.choices.get(text, text) if target else text)
    return found


def link_refusals(
    study: Study,
    subject: Subject,
    form: Form,
    values: Mapping[str, Value],
    before: Mapping[str, Value],
) -> Iterator[Refusal]:
    """What is named now and is not there; a name that stood before is not judged again.

    :param subject: as they would stand with what is saved, for a row may name one beside it
    """
    for item, column in form.links:
        stood = {text for _, text in _placed(item, column, before.get(item, ""))}
        for where, text in _placed(item, column, values.get(item, "")):
            if text in stood:
                continue
            known = names_of(study, subject, column.to)
            if not known:
                yield NOTHING_THERE(where, item=column.label)
            elif text not in known:
                all_names = OneOf(tuple(known.values()))
                yield NOT_THERE(where, item=column.label, name=text, known=all_names)


def named(study: Study, subject: Subject) -> Iterator[Named]:
    """Every name that stands in a link."""
    for record in subject.forms.records.values():
        form = study.form_of.get(record.form)
        for item, column in form.links if form else ():
            for where, text in _placed(item, column, record.current.get(item, "")):
                yield Named(record=record, column=column, where=where, name=text)


def broken(study: Study, subject: Subject) -> Iterator[Named]:
    """The names of what is no longer recorded, or not recorded any more."""
    known: dict[str, dict[str, Given]] = {}
    for one in named(study, subject):
        to = one.column.to
        if to not in known:
            known[to] = names_of(study, subject, to)
        if one.name not in known[to]:
            yield one


def namers(study: Study, subject: Subject, record: Record) -> Iterator[Named]:
    """What names a row of this copy of a form."""
    for one in named(study, subject):
        item, _, column = one.column.to.partition(".")
        leads_here = item in record.current and one.record is not record
        if leads_here and one.name in _texts(record.current[item], column):
            yield one


def _placed(item: str, column: Column, value: Value) -> Iterator[tuple[str, str]]:
    """Each name in a value, with its place."""
    if isinstance(value, str):
        if value and column.id == item:
            yield item, value
        return
    for number, row in enumerate(value, start=1):
        if text := row.get(column.id, ""):
            yield f"{item}.{number}.{column.id}", text


def _texts(value: Value, column: str) -> list[str]:
    if isinstance(value, str):
        return [value] if value and not column else []
    return [row[column] for row in value if row.get(column)]


def _column(study: Study, to: str) -> Column | None:
    item, _, name = to.partition(".")
    target = study.items.get(item)
    if target is None or not name:
        return target
    return next((column for column in target.columns if column.id == name), None)
