"""What an amendment changes: every difference between two study texts, as values.

Nothing is left out: two texts that say the same have no difference, and two that do not have at
least one. What has an id is followed by its id; what has none, by its place.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from equipoise.study.model import Study
from equipoise.study.parts import SourceParts
from equipoise.study.reason import Given, Phrase, Wording

__all__ = ["CHAPTERS", "Difference", "by_chapter", "differences"]

Path = tuple[str, str]
"""The block in which a part stands, such as `forms.items`, and its id."""

CHAPTERS = {
    "": Phrase("The trial"),
    "arms": Phrase("Arms"),
    "sites": Phrase("Hospitals"),
    "roles": Phrase("Roles and their rights"),
    "consent": Phrase("Consent"),
    "amendments": Phrase("Amendments"),
    "criteria": Phrase("Criteria"),
    "derived": Phrase("Derived facts"),
    "panel": Phrase("Panel"),
    "randomisation": Phrase("Randomisation"),
    "epochs": Phrase("Epochs"),
    "visits": Phrase("Visits"),
    "forms": Phrase("Forms and items"),
    "endpoints": Phrase("Endpoints"),
}
"""The chapters of a study text, in the order in which they are told."""

PARTS = {
    "": Phrase("the trial"),
    "consent": Phrase("consent"),
    "panel": Phrase("the panel"),
    "randomisation": Phrase("the randomisation"),
    "arms": Phrase("arm '{id}'"),
    "sites": Phrase("hospital '{id}'"),
    "roles": Phrase("role '{id}'"),
    "amendments": Phrase("amendment '{id}'"),
    "consent.versions": Phrase("consent version '{id}'"),
    "criteria.inclusion": Phrase("inclusion criterion '{id}'"),
    "criteria.exclusion": Phrase("exclusion criterion '{id}'"),
    "derived": Phrase("derived fact '{id}'"),
    "panel.categories": Phrase("panel answer '{id}'"),
    "panel.reasons": Phrase("panel reason '{id}'"),
    "randomisation.factors": Phrase("factor '{id}'"),
    "epochs": Phrase("epoch '{id}'"),
    "visits": Phrase("visit '{id}'"),
    "forms": Phrase("form '{id}'"),
    "forms.items": Phrase("item '{id}'"),
    "forms.items.columns": Phrase("column '{id}'"),
    "endpoints": Phrase("endpoint '{id}'"),
}
NEW = Phrase("{what} is new")
NEW_CALLED = Phrase("{what} is new: {name}")
GONE = Phrase("{what} is no longer there")
RETIRED = Phrase("{what} is retired")
TAKEN_UP = Phrase("{what} is no longer retired")
ORDER = Phrase("{what}: another order of {parts}")
CHANGED = Phrase("{what}, {field}: from “{before}” to “{now}”")
ADDED = Phrase("{what}, {field}: new is “{now}”")
LEFT_OUT = Phrase("{what}, {field}: “{before}” is left out")
YES, NO = Phrase("yes"), Phrase("no")
FIELDS = {
    "when": Phrase("condition"),
    "required": Phrase("must be answered"),
    "once": Phrase("each stands once"),
    "may": Phrase("may record"),
    "sees": Phrase("sees"),
    "from_on": Phrase("may be signed from"),
    "shown_when": Phrase("asked when"),
    "step_up": Phrase("asks for a password once more before"),
}
"""Fields that have plain words; the others go by the name that they have in the study file."""
NOT_TOLD = ("version", "digest")  # told at the top


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: the chapter of the study text, the part's id, and what is otherwise."""

    chapter: str
    id: str
    wording: Wording


def differences(before: Study, now: Study) -> list[Difference]:
    """Everything that a new text says otherwise than the one before it, chapter by chapter."""
    old, new = _Parts(before), _Parts(now)
    found = [*_parts(old, new), *_orders(old, new)]
    order = list(CHAPTERS)
    return sorted(found, key=lambda one: order.index(one.chapter))


def by_chapter(changes: Iterable[Difference]) -> list[tuple[Wording, list[Difference]]]:
    """The differences by chapter of the study text; each chapter that has one."""
    changes = list(changes)
    those = (
        (heading(), [one for one in changes if one.chapter == chapter])
        for chapter, heading in CHAPTERS.items()
    )
    return [(heading, found) for heading, found in those if found]


class _Parts:
    """A study text taken apart: what each part says, field by field, and the order of parts."""

    def __init__(self, study: Study) -> None:
        self.says: dict[Path, dict[str, Any]] = {}
        self.order: dict[tuple[Path, str], list[str]] = {}
        self.names: dict[Path, Given] = {}
        self._part(("", ""), study)

    def _part(self, path: Path, part: BaseModel) -> None:
        named = getattr(part, "label", None) or getattr(part, "title", None)
        named = named or getattr(part, "text", None) or getattr(part, "name", None)
        if isinstance(named, (str, dict)):
            self.names[path] = named
        texts = self.says.setdefault(path, {})
        for name, value in _fields_of(part):
            if path != ("", "") or name not in NOT_TOLD:
                self._value(path, name, value, texts)

    def _value(self, path: Path, name: str, value: Any, texts: dict[str, Any]) -> None:
        block, within = path
        if isinstance(value, SourceParts):
            texts[name] = f"{value.tag}: {value.where}"
        elif isinstance(value, BaseModel) and _in(block, name) in PARTS:
            self._part((_in(block, name), ""), value)
        elif isinstance(value, BaseModel):
            for inner, one in _fields_of(value):
                self._value(path, f"{name}.{inner}", one, texts)
        elif isinstance(value, Mapping):
            for inner, one in value.items():
                self._value(path, f"{name}.{inner}", one, texts)
        elif isinstance(value, tuple) and any(isinstance(one, (BaseModel, dict)) for one in value):
            self._several(path, name, value, texts)
        elif not (value is None or value is False or value == "" or value == ()):
            texts[name] = value  # 0 says something

    def _several(
        self, path: Path, name: str, value: tuple[Any, ...], texts: dict[str, Any]
    ) -> None:
        block, within = path
        # The parts of a criterion stand beside it; the two sides are blocks of their own.
        inner = block if name == "parts" else _in(block, name)
        ids = []
        for number, one in enumerate(value, start=1):
            id_ = getattr(one, "id", None) or getattr(one, "version", None)
            if id_ and inner in PARTS:
                ids.append(id_)
                full_id = f"{within}.{id_}" if inner.endswith("columns") else id_
                self._part((inner, full_id), one)
                if within and inner != "forms.items.columns":
                    self.says[inner, full_id]["in"] = within
            else:
                self._value(path, f"{name}.{number}", one, texts)
        if ids:
            self.order[path, name] = ids


def _fields_of(part: BaseModel) -> Iterator[tuple[str, Any]]:
    """What the text says of a part, without what was worked out from it and kept."""
    return ((name, getattr(part, name)) for name in type(part).model_fields)


def _in(block: str, name: str) -> str:
    return f"{block}.{name}" if block else name


def _parts(old: _Parts, new: _Parts) -> Iterator[Difference]:
    for path in {**old.says, **new.says}:
        what = _what(path)
        name = new.names.get(path)
        if path not in old.says:
            yield _difference(path, NEW_CALLED(what=what, name=name) if name else NEW(what=what))
        elif path not in new.says:
            yield _difference(path, GONE(what=what))
        else:
            yield from _fields(path, old.says[path], new.says[path])


def _fields(path: Path, before: dict[str, Any], now: dict[str, Any]) -> Iterator[Difference]:
    what = _what(path)
    for name in {**before, **now}:
        was, says = before.get(name), now.get(name)
        if was == says:
            continue
        if name == "retired":
            yield _difference(path, RETIRED(what=what) if says else TAKEN_UP(what=what))
            continue
        field: Given = FIELDS[name]() if name in FIELDS else name
        if isinstance(was, tuple) and isinstance(says, tuple) and {*was} != {*says}:
            yield from (
                _difference(path, ADDED(what=what, field=field, now=str(one)))
                for one in says
                if one not in was
            )
            yield from (
                _difference(path, LEFT_OUT(what=what, field=field, before=str(one)))
                for one in was
                if one not in says
            )
        elif was is None:
            yield _difference(path, ADDED(what=what, field=field, now=_given(says)))
        elif says is None:
            yield _difference(path, LEFT_OUT(what=what, field=field, before=_given(was)))
        else:
            yield _difference(
                path, CHANGED(what=what, field=field, before=_given(was), now=_given(says))
            )


def _orders(old: _Parts, new: _Parts) -> Iterator[Difference]:
    for (path, name), ids in new.order.items():
        before = old.order.get((path, name), [])
        stayed = [one for one in before if one in ids]
        now = [one for one in ids if one in before]
        if stayed != now:
            yield _difference(path, ORDER(what=_what(path), parts=name), _in(path[0], name))


def _what(path: Path) -> Wording:
    block, id_ = path
    phrase = PARTS[block]
    return phrase(id=id_) if "{id}" in phrase.sentence else phrase()


def _difference(path: Path, wording: Wording, block: str = "") -> Difference:
    chapter = (block or path[0]).partition(".")[0]
    return Difference(chapter if chapter in CHAPTERS else "", path[1], wording)


def _given(value: Any) -> Given:
    if isinstance(value, bool):
        return YES() if value else NO()
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value)
    return value if isinstance(value, (str, int, Decimal, date)) else str(value)
