"""One recorded value as the language knows it, and what is amiss with it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from equipoise.logic.days import DateSpan
from equipoise.logic.facts import FactType, Kind, Observation
from equipoise.logic.figures import unit_text
from equipoise.logic.interval import Interval
from equipoise.logic.reading import Amount, Gap, Title, Value
from equipoise.logic.truth import Truth
from equipoise.logic.units import counts_as, factor, scale

__all__ = ["amiss", "amount_of", "value_of"]

_NUMBERS = (Kind.NUMBER, Kind.QUANTITY, Kind.TIME)
_YES_OR_NO = (Kind.YES_NO, Kind.JUDGED)
_FIGURES = (int, Decimal)


def value_of(fact: FactType, found: Observation) -> Value | None:
    """The value as the language knows it, if it can be read."""
    kind, value = fact.kind, found.value
    if kind in _NUMBERS:
        return amount_of(fact, found)
    if kind in _YES_OR_NO:
        return Truth.of(value) if isinstance(value, bool) else None
    if kind is Kind.TEXT:
        return value if isinstance(value, str) else None
    if kind is Kind.DATED and found.on is not None:
        return DateSpan(found.on, found.on)
    if isinstance(value, tuple):
        return DateSpan(*value)
    return DateSpan(value, value) if isinstance(value, date) else None


def amount_of(fact: FactType, found: Observation) -> Amount | None:
    """The number in the unit of its fact, if it can be read so."""
    value, ratio = _number(found), _ratio(fact, found)
    if value is None or ratio is None:
        return None
    try:
        number = Interval.censored(found.comparator, scale(value, ratio))
    except KeyError:
        return None
    return Amount(number, fact.unit, fact.analyte, found, fact.equivalents)


def amiss(fact: FactType, found: Observation, value: Value | None) -> Gap | None:
    """Why a value could not be read, or is not known exactly.

    :param value: as it was read
    """
    title = Title("fact", fact.name, fact)
    if isinstance(value, Amount):
        return Gap("censored", title, last=found) if found.comparator else None
    if fact.kind in _NUMBERS and _number(found) is not None and _ratio(fact, found) is None:
        return Gap("unit", title, last=found, unit=fact.unit)
    partly = isinstance(found.value, tuple) and isinstance(value, DateSpan) and not value.exact
    return Gap("incomplete", title, last=found) if value is None or partly else None


def _number(found: Observation) -> Decimal | None:
    value = found.value
    if isinstance(value, bool) or not isinstance(value, _FIGURES):
        return None
    return number if (number := Decimal(value)).is_finite() else None


def _ratio(fact: FactType, found: Observation) -> Fraction | None:
    """By what a recorded number is multiplied to be in the unit of its fact."""
    known = found.unit or ("" if fact.kind is Kind.QUANTITY else fact.unit)
    # Without its unit it may be a pure number where one is asked; a percentage it is not.
    if not known and unit_text(fact.unit) != "":
        return None
    unit = counts_as(known, fact.unit, fact.equivalents, fact.analyte)
    return None if unit is None else factor(unit, fact.unit, fact.analyte)
