"""The long parts of a record: their first rows on its page, and all of them on pages of their own.

A record may name a thousand places and hold a hundred thousand letters of criteria. Its page stays
light; nothing is left out, since each part that is cut short leads to the whole of it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
from django.utils.translation import gettext

from equipoise.exchange.registry.criteria import Line, Passage
from equipoise.exchange.registry.study import Location
from equipoise.web.finder.trial import Record

__all__ = ["Part", "part_of", "parts_of"]

SHEET = 45_000
"""Letters of a part on one page of its own."""
PIECE = 6_000
"""Letters after which a text goes on in the next row."""
OVER = 1.25
"""A part that is longer than its share by less than this is shown whole all the same."""


@dataclass(frozen=True)
class Part:
    """One part of a record, in rows, and how much of it the record's page shows."""

    name: str
    label: str
    rows: list[Any]
    share: int

    @cached_property
    def sheets(self) -> list[list[Any]]:
        """All rows, in pages."""
        found: list[list[Any]] = []
        left = self.rows
        while left or not found:
            sheet = _as_many(left, SHEET)
            found.append(sheet)
            left = left[len(sheet) :]
        return found

    @cached_property
    def first(self) -> list[Any]:
        """The rows that the record's page shows."""
        most = _as_many(self.rows, int(self.share * OVER))
        return most if len(most) == len(self.rows) else _as_many(self.rows, self.share)

    @property
    def goes_on(self) -> bool:
        """Whether there is more than the record's page shows."""
        return len(self.first) < len(self.rows)


def _as_many(rows: Sequence[Any], letters: int) -> list[Any]:
    """The first rows, as far as they have so many letters; one at least."""
    for count, row in enumerate(rows):
        letters -= len(msgspec.json.encode(row))
        if letters < 0:
            return list(rows[: max(count, 1)])
    return list(rows)


def parts_of(record: Record) -> dict[str, Part]:
    """All parts of a record, by their names."""
    return {name: _part(record, name) for name in _PARTS}


def part_of(record: Record, name: str) -> Part | None:
    """One part of a record; None where there is none of this name."""
    return _part(record, name) if name in _PARTS else None


def _part(record: Record, name: str) -> Part:
    label, share, rows = _PARTS[name]
    return Part(name, label(), [row for row in rows(record) if _says_anything(row)], share)


def _says_anything(row: Any) -> bool:
    """Whether it is no empty text, and no row of which every field is left out."""
    return not isinstance(row, str | msgspec.Struct) or row != type(row)()


def _pieces(text: str) -> Iterator[str]:
    """A text that is too long for one row, cut between words."""
    while len(text) > PIECE:
        at = max(text.rfind(" ", PIECE // 2, PIECE), 0) or PIECE
        yield text[:at]
        text = text[at:].lstrip()
    yield text


def _passages(found: list[Passage]) -> Iterator[Passage]:
    for one in found:
        for row in one.rows if one.is_list else [one.text]:
            yield from (Passage(one.is_list, [piece]) for piece in _pieces(row))


def _lines(found: list[Line]) -> Iterator[Line]:
    for one in found:
        yield from (Line(one.side, one.depth, piece) for piece in _pieces(one.text))


def _described(found: Sequence[Any]) -> Iterator[Any]:
    """Rows with a description, which goes on in rows that have nothing else."""
    for one in found:
        first, *others = _pieces(one.description)
        yield msgspec.structs.replace(one, description=first) if others else one
        yield from (type(one)(description=piece) for piece in others)


def _criteria(record: Record) -> Iterator[Line]:
    for side in ("inclusion", "exclusion", "unsplit"):
        yield from _lines(record.criteria(side))


def _where(record: Record) -> list[Location]:
    return [site for country in record.countries for site in country.sites]


_Rows = Callable[[Record], Any]
_PARTS: dict[str, tuple[Callable[[], str], int, _Rows]] = {
    "about": (lambda: gettext("What it is about"), 4_000, lambda one: _passages(one.about)),
    "details": (
        lambda: gettext("The longer description"),
        4_000,
        lambda one: _passages(one.details),
    ),
    "criteria": (lambda: gettext("Who can join"), 10_000, _criteria),
    "groups": (
        lambda: gettext("Groups"),
        5_000,
        lambda one: _described(one.protocol.arms_interventions_module.arm_groups),
    ),
    "treatments": (
        lambda: gettext("Treatments"),
        5_000,
        lambda one: _described(one.protocol.arms_interventions_module.interventions),
    ),
    "main-outcomes": (
        lambda: gettext("Main outcomes"),
        4_000,
        lambda one: _described(one.protocol.outcomes_module.primary_outcomes),
    ),
    "other-outcomes": (
        lambda: gettext("Other outcomes"),
        4_000,
        lambda one: _described(one.protocol.outcomes_module.secondary_outcomes),
    ),
    "where": (lambda: gettext("Where"), 16_000, _where),
    "conditions": (
        lambda: gettext("Conditions"),
        800,
        lambda one: one.protocol.conditions_module.conditions,
    ),
    "contacts": (
        lambda: gettext("Call or write"),
        1_500,
        lambda one: one.protocol.contacts_locations_module.central_contacts,
    ),
    "responsible": (
        lambda: gettext("Responsible"),
        1_500,
        lambda one: one.protocol.contacts_locations_module.overall_officials,
    ),
    "numbers": (lambda: gettext("Numbers"), 1_500, lambda one: one.numbers()),
}
