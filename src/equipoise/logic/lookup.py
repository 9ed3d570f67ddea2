"""Finding the value of a fact: the latest one in the window that can be read in its unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from equipoise.logic.days import DateSpan, reach
from equipoise.logic.extremes import outermost
from equipoise.logic.facts import Facts, FactType, Kind, Observation, Row, Vocabulary
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
from equipoise.logic.recorded import amiss, amount_of, value_of
from equipoise.logic.tree import Name, Window
from equipoise.logic.truth import Truth

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
    worked_out: dict[str, Value | None] | None = None  # those that are, where it is asked again

    def hoping(self, wanted: bool | None) -> Here:
        """The same place, where this answer is hoped for."""
        return self if wanted is self.wanted else replace(self, wanted=wanted)

    def turned(self) -> Here:
        """The same place inside a `not`."""
        return self.hoping(None if self.wanted is None else not self.wanted)

    def within(self, row_of: RowOf, row: Row) -> Here:
        """The same place inside a row of a list."""
        rows = (*self.rows, (row_of, row))
        known, on = self.worked_out, self.on
        return Here(self.vocabulary, self.facts, on, rows, self.wanted, self.inside, known)

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
        if (named := day_named(name, self.vocabulary)) != name:
            return self.anchor(named)
        fact = self.vocabulary.get(name)
        if fact is None or fact.kind not in (Kind.DATE, Kind.DATED):
            return None
        value = bare_value(fact, self.facts.observations(name), None, self)
        return value.first if isinstance(value, DateSpan) and value.exact else None


def day_named(name: str, vocabulary: Vocabulary) -> str:
    """What a name stands for, through derived facts that are only another name; itself, if none."""
    passed = {name}
    while (fact := vocabulary.get(name)) and isinstance(formula := fact.formula, Name):
        if formula.window is not None or formula.which != "latest" or formula.name in passed:
            break
        name = formula.name
        passed.add(name)
    return name


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
    counting = _in_window(title, observations, window, here)
    if isinstance(counting, Gap):
        return _absent(replace(counting, row=row) if row else counting, fact)
    found = latest(counting)
    value = value_of(fact, found)
    gap = amiss(fact, found, value)
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
    value = _outermost(fact, found, name)
    wrong = [gap for each in found if (gap := amiss(fact, each, amount_of(fact, each)))]
    gaps = tuple(replace(gap, window=name.window) for gap in wrong)
    if value is None:
        return lacking(next(gap for gap in gaps if gap.code != "censored"))
    raw = value.raw
    seen = Seen(title, value, raw.on if raw else None, raw.source if raw else "")
    return Reading(value, title, seen.on, () if raw else gaps, (seen,), (Stated(seen),))


def bare_outermost(
    fact: FactType, observations: Sequence[Observation], name: Name, here: Here
) -> Value | None:
    """The same value alone, without what is told of it."""
    found = _counting(observations, name.window, here)
    return _outermost(fact, found, name) if found else None


def _outermost(fact: FactType, found: Sequence[Observation], name: Name) -> Amount | None:
    """With the latest observation of just that value, where it is one number."""
    amounts = [amount for each in found if (amount := amount_of(fact, each))]
    if len(amounts) < len(found):
        return None
    numbers = [amount.number for amount in amounts]
    number = outermost("min" if name.which == "lowest" else "max", numbers)
    same = [each for each, one in zip(found, numbers, strict=True) if one == number]
    raw = latest(same) if number.exact else None
    return Amount(number, fact.unit, fact.analyte, raw, fact.equivalents)


def _absent(gap: Gap, fact: FactType) -> Reading:
    if fact.kind is Kind.JUDGED:
        gap = replace(gap, code="judgement") if gap.code == "none" else gap
        return replace(lacking(gap), judged=True)
    return lacking(gap)


def bare_value(
    fact: FactType, observations: Sequence[Observation], window: Window | None, here: Here
) -> Value | None:
    """What `observed` finds, without what is told of it."""
    if window is not None and fact.kind is Kind.DATE:
        placed = bare_value(fact, observations, None, here)
        anchor = here.anchor(window.anchor)
        if anchor is None or not isinstance(placed, DateSpan):
            return None
        return _inside(placed, window, anchor)
    found = _counting(observations, window, here)
    return value_of(fact, latest(found)) if found else None


def _counting(
    observations: Sequence[Observation], window: Window | None, here: Here
) -> Sequence[Observation]:
    """The values that count."""
    if not observations or window is None:
        return observations
    anchor = here.anchor(window.anchor)
    if anchor is None:
        return ()
    days = reach(window, anchor)
    return [one for one in observations if one.on and days.first <= one.on <= days.last]


def _in_window(
    title: Title, observations: Sequence[Observation], window: Window | None, here: Here
) -> Sequence[Observation] | Gap:
    """The values that count; why there are none."""
    if found := _counting(observations, window, here):
        return found
    if not observations or window is None:
        return Gap("none", title, window=window)
    anchor = here.anchor(window.anchor)
    if anchor is None:
        return Gap("anchor", Title("anchor", window.anchor, here.vocabulary.get(window.anchor)))
    dated = [each for each in observations if each.on is not None]
    if not dated:
        return Gap("incomplete", title, window=window, last=latest(observations))
    return _outside(title, dated, window, anchor, reach(window, anchor))


def _outside(
    title: Title, dated: list[Observation], window: Window, anchor: date, days: DateSpan
) -> Gap:
    """Why none of the values falls in the window."""
    early = [each for each in dated if each.on is not None and each.on < days.first]
    last = latest(early or dated)
    if window.side in ("after", "since"):
        return Gap("none", title, window=window, anchor=anchor, last=last)
    code: Code = "too-old" if early else "not-yet-valid"
    return Gap(code, title, None, window, anchor, last)


def latest(observations: Sequence[Observation]) -> Observation:
    """The latest day wins; on one day, what was recorded later."""
    if len(observations) == 1:
        return observations[0]
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
    truth = _inside(found.value, window, anchor)
    remark = Placed(found.title, found.value, window, truth is Truth.TRUE)
    return found.decided(truth, remark)


def _inside(span: DateSpan, window: Window, anchor: date) -> Truth:
    days = reach(window, anchor)
    low, high = DateSpan(days.first, days.first), DateSpan(days.last, days.last)
    return span.compared(">=", low) & span.compared("<=", high)
