"""Labels that trade places between two texts: records of one part would seem to be another's.

Compared in every language of the two texts: a trade that shows in Dutch alone misleads who reads
Dutch.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from equipoise.study.forms import Column, Form
from equipoise.study.model import Study
from equipoise.study.parts import say
from equipoise.study.reason import Reason, Refusal
from equipoise.study.sections.panel import Category

__all__ = ["traded_labels"]

TRADED = Reason(
    "study.label-traded", "", "{what} '{id}' would be called as {what} '{other}' was: '{label}'"
)

LASTING = ("arm", "site")


class _MayRetire(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def retired(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Called:
    """The parts of one kind that stand beside each other, by id, and those that are retired."""

    labels: Mapping[str, Mapping[str, str]]
    retired: frozenset[str] = frozenset()


def traded_labels(before: Study, now: Study) -> Iterator[Refusal]:
    """Whatever a new text calls as another part of its kind was called in an earlier one."""
    languages = (*before.identity.languages, *now.identity.languages)
    old, new = _all_called(before), _all_called(now)
    for (what, whose), called in old.items():
        if (what, whose) in new:
            yield from _traded(what, called, new[what, whose], languages)


def _traded(what: str, before: _Called, now: _Called, known: tuple[str, ...]) -> Iterator[Refusal]:
    both = (*before.labels.values(), *now.labels.values())
    for language in dict.fromkeys((*known, *(code for label in both for code in label))):
        old = {name: say(label, language) for name, label in before.labels.items()}
        new = {name: say(label, language) for name, label in now.labels.items()}
        for name, label in new.items():
            other = next((one for one, was in old.items() if was == label and one != name), "")
            # What is retired, or keeps its name, may be asked anew under that name; an arm may not.
            left = other in now.retired or new.get(other, label) == label
            anew = name not in old and left and what not in LASTING
            if other and old.get(name) != label and not anew:
                yield TRADED(what=what, id=name, other=other, label=label)


def _all_called(study: Study) -> dict[tuple[str, str], _Called]:
    """Every kind of part, by what it is and in what it stands."""
    found = {
        ("arm", ""): _Called({a.id: a.label for a in study.arms}),
        ("site", ""): _Called({s.id: {"": s.name} for s in study.sites}),
        ("role", ""): _Called({r.id: r.label for r in study.roles}),
        ("visit", ""): _Called({v.id: v.label for v in study.visits}, _retired(study.visits)),
        ("form", ""): _Called({f.id: f.title for f in study.forms}, _retired(study.forms)),
        ("consent version", ""): _Called({v.version: v.label for v in study.consent.versions}),
        ("factor", ""): _Called({f.id: f.label for f in study.randomisation.factors}),
    }
    for factor in study.randomisation.factors:
        found["level", factor.id] = _Called(dict(factor.levels))
    if study.panel:
        found["panel category", ""] = _categories(study.panel.categories)
        found["panel reason", ""] = _categories(study.panel.reasons)
    for form in study.forms:
        found |= _of_form(form)
    return found


def _of_form(form: Form) -> dict[tuple[str, str], _Called]:
    """The items of a form, their columns, and the choices of both."""
    items = {item.id: item.label for item in form.items}
    found = {("item", form.id): _Called(items, _retired(form.items))}
    for item in form.items:
        found["column", item.id] = _Called({column.id: column.label for column in item.columns})
        columns: tuple[tuple[str, Column], ...] = (
            (item.id, item),
            *((f"{item.id}.{column.id}", column) for column in item.columns),
        )
        for place, column in columns:
            found["choice", place] = _Called(dict(column.choices))
    return found


def _retired(parts: Iterable[_MayRetire]) -> frozenset[str]:
    return frozenset(part.id for part in parts if part.retired)


def _categories(categories: tuple[Category, ...]) -> _Called:
    return _Called({category.id: category.label for category in categories})
