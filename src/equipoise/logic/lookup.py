"""Finding the value of a fact: the latest one in the window that can be read in its unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from equipoise.logic.days import DateSpan, reach
from equipoise.logic.extremes import outermost
from equipoise.logic.facts import Facts, FactType, Kind, Observation, Row, Vocabulary
from equipoise.logic.figures import unit_text
from equipoise.logic.interval import Interval
from equipoise.logic.plain import plain
from equipoise.logic.reading import (
    Amount,
    Code,
    Gap,
    Placed,
    Reading,
    RowOf,
    Seen,
    Stated,
    Title,
    Value,
    lacking,
)
from equipoise.logic.tree import Name, Window
from equipoise.logic.truth import Truth
from equipoise.logic.units import counts_as, factor, scale

TODAY = "today"


@plain
class Here:
    """Where the reader stands: whose facts, on which day, in which rows, and hoping for what."""

    vocabulary: Vocabulary
    facts: Facts
    on: date
    rows: tuple[tuple[RowOf, Row], ...] = ()
    wanted: bool | None = None
    inside: frozenset[str] = frozenset()  # derived items being worked out
    bare: bool = False  # the answer alone is wanted, and nothing that it rests on

    def hoping(self, wanted: bool | None) -> Here:
        """The same place, where this answer is hoped for."""
        return self if wanted is self.wanted else replace(self, wanted=wanted)

    def turned(self) -> Here:
        """The same place inside a `not`."""
        return self.hoping(None if self.wanted is None else not self.wanted)

    def column(self, name: str) -> tuple[FactType, RowOf, Sequence[Observation]] | None:
        """A column of the row it stands in, innermost first."""
        for row_of, row in reversed(self.rows):
            if column := row_of.fact.columns.get(name):
                return column, row_of, (row[name],) if name in row else ()
        return None

    def anchor(self, name: str) -> date | None:
        """The day of an anchor, or of a fact that is one exactly known date."""
        if name == TODAY:
            return self.on
        if day := self.facts.anchor(name):
            return day
        fact = self.vocabulary.get(name)
        if fact is None or fact.kind not in (Kind.DATE, Kind.DATED):
            return None
        value = observed(fact, self.facts.observations(name), None, self).value
        return value.first if isinstance(value, DateSpan) and value.exact else None


def observed(
    fact: FactType,
    observations: Sequence[Observation],
    window: Window | None,
    here: Here,
    row: RowOf | None = None,
) -> Reading:
    """The latest value of a fact, in the window if there is one."""
    title = Title("fact", fact.name, fact)
    if window is not None and fact.kind is Kind.DATE:
        return _placed(observed(fact, observations, None, here, row), window, here)
    found = _latest(title, observations, window, here)
    if isinstance(found, Gap):
        return _absent(replace(found, row=row) if row else found, fact)
    value, gap = _value(fact, found)
    gaps: tuple[Gap, ...] = ()
    if gap is not None:
        gaps = (replace(gap, row=row, window=window),)
    if value is None:
        return _absent(gaps[0], fact)
    on = found.on if fact.kind is not Kind.DATE else None
    seen = Seen(title, value, on, found.source, row)
    judged = fact.kind is Kind.JUDGED
    return Reading(value, title, on, gaps, (seen,), (Stated(seen),), judged)


def outermost_of(
    fact: FactType, observations: Sequence[Observation], name: Name, here: Here
) -> Reading:
    """The lowest or the highest value of a fact, in the window if there is one.

    A value in there that cannot be read might be it: then it is not known.
    """
    title = Title("lowest" if name.which == "lowest" else "highest", fact.name, fact)
    of_fact = Title("fact", fact.name, fact)
    found = _in_window(of_fact, observations, name.window, here)
    if isinstance(found, Gap):
        return _absent(found, fact)
    amounts = [(each, *_amount(fact, each, of_fact)) for each in found]
    gaps = tuple(replace(gap, window=name.window) for _, _, gap in amounts if gap is not None)
    numbers = [amount.number for _, amount, _ in amounts if amount is not None]
    if len(numbers) < len(amounts):
        return lacking(next(gap for gap in gaps if gap.code != "censored"))
    number = outermost("min" if name.which == "lowest" else "max", numbers)
    raw = None
    if number.exact:
        raw = _last([each for each, one, _ in amounts if one and one.number == number])
        gaps = ()
    value = Amount(number, fact.unit, fact.analyte, raw, fact.equivalents)
    seen = Seen(title, value, raw.on if raw else None, raw.source if raw else "")
    return Reading(value, title, seen.on, gaps, (seen,), (Stated(seen),))


def _absent(gap: Gap, fact: FactType) -> Reading:
    if fact.kind is Kind.JUDGED:
        gap = replace(gap, code="judgement") if gap.code == "none" else gap
        return replace(lacking(gap), judged=True)
    return lacking(gap)


def _latest(
    title: Title, observations: Sequence[Observation], window: Window | None, here: Here
) -> Observation | Gap:
    found = _in_window(title, observations, window, here)
    return found if isinstance(found, Gap) else _last(found)


def _in_window(
    title: Title, observations: Sequence[Observation], window: Window | None, here: Here
) -> Sequence[Observation] | Gap:
    """The values that count; why there are none."""
    if not observations:
        return Gap("none", title, window=window)
    if window is None:
        return observations
    anchor = here.anchor(window.anchor)
    if anchor is None:
        return Gap("anchor", Title("anchor", window.anchor, here.vocabulary.get(window.anchor)))
    days = reach(window, anchor)
    dated = [each for each in observations if each.on is not None]
    valid = [each for each in dated if each.on is not None and days.first <= each.on <= days.last]
    if valid:
        return valid
    if not dated:
        return Gap("incomplete", title, window=window, last=_last(observations))
    return _outside(title, dated, window, anchor, days)


def _outside(
    title: Title, dated: list[Observation], window: Window, anchor: date, days: DateSpan
) -> Gap:
    """Why none of the values falls in the window."""
    early = [each for each in dated if each.on is not None and each.on < days.first]
    last = _last(early or dated)
    if window.side in ("after", "since"):
        return Gap("none", title, window=window, anchor=anchor, last=last)
    code: Code = "too-old" if early else "not-yet-valid"
    return Gap(code, title, None, window, anchor, last)


def _last(observations: Sequence[Observation]) -> Observation:
    """The latest day wins; on one day, what was recorded later."""
    return max(
        enumerate(observations), key=lambda each: (each[1].on or date.min, each[1].order, each[0])
    )[1]


def _placed(found: Reading, window: Window, here: Here) -> Reading:
    """Whether a date itself lies in the window."""
    if not isinstance(found.value, DateSpan):
        return found
    anchor = here.anchor(window.anchor)
    if anchor is None:
        fact = here.vocabulary.get(window.anchor)
        return lacking(Gap("anchor", Title("anchor", window.anchor, fact)))
    days = reach(window, anchor)
    low, high = DateSpan(days.first, days.first), DateSpan(days.last, days.last)
    truth = found.value.compared(">=", low) & found.value.compared("<=", high)
    remark = Placed(found.title, found.value, window, truth is Truth.TRUE)
    return found.decided(truth, remark)


def _value(fact: FactType, found: Observation) -> tuple[Value | None, Gap | None]:
    """The value as the language knows it, and what is amiss with it."""
    title, value = Title("fact", fact.name, fact), found.value
    if fact.kind in (Kind.NUMBER, Kind.QUANTITY, Kind.TIME):
        return _amount(fact, found, title)
    if fact.kind in (Kind.YES_NO, Kind.JUDGED) and isinstance(value, bool):
        return Truth.of(value), None
    if fact.kind is Kind.TEXT and isinstance(value, str):
        return value, None
    broken = Gap("incomplete", title, last=found)
    if fact.kind in (Kind.YES_NO, Kind.JUDGED, Kind.TEXT):
        return None, broken
    if fact.kind is Kind.DATED and found.on is not None:
        return DateSpan(found.on, found.on), None
    if isinstance(value, tuple):
        first, last = value
        span = DateSpan(first, last)
        return span, None if span.exact else broken
    return (DateSpan(value, value), None) if isinstance(value, date) else (None, broken)


def _amount(fact: FactType, found: Observation, title: Title) -> tuple[Amount | None, Gap | None]:
    value = Decimal(found.value) if isinstance(found.value, int | Decimal) else None
    if value is None or isinstance(found.value, bool) or not value.is_finite():
        return None, Gap("incomplete", title, last=found)
    known = found.unit or ("" if fact.kind is Kind.QUANTITY else fact.unit)
    # Without its unit it may be a pure number where one is asked; a percentage it is not.
    guessed = not known and unit_text(fact.unit) != ""
    unit = None if guessed else counts_as(known, fact.unit, fact.equivalents, fact.analyte)
    ratio = None if unit is None else factor(unit, fact.unit, fact.analyte)
    if ratio is None:
        return None, Gap("unit", title, last=found, unit=fact.unit)
    try:
        number = Interval.censored(found.comparator, scale(value, ratio))
    except KeyError:
        return None, Gap("incomplete", title, last=found)
    amount = Amount(number, fact.unit, fact.analyte, found, fact.equivalents)
    return amount, Gap("censored", title, last=found) if found.comparator else None
