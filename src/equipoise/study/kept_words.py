"""A sentence with its values as plain data that can be kept, and back.

What is kept is what a reader is told of, not how it is told: the sentence as it stands in the code,
days as days, texts of the study in all its languages.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from equipoise.study.reason import Amount, Given, OneOf, Phrase, Unit, Wording

__all__ = ["days_in", "kept", "read"]


def kept(given: Given) -> Any:
    """The value as text, numbers, mappings and lists that begin with what they are."""
    match given:
        case str() | bool() | int():
            return given
        case Decimal():
            return ["number", str(given)]
        case datetime():
            return ["moment", given.isoformat()]
        case date():
            return ["day", given.isoformat()]
        case Unit():
            return ["unit", given.code]
        case Amount():
            return ["amount", str(given.number), given.unit, given.comparator]
        case Wording():
            values = {name: kept(value) for name, value in given.values.items()}
            return ["said", given.phrase.sentence, given.phrase.several, values]
        case OneOf():
            return ["one of", [kept(choice) for choice in given.choices]]
        case tuple():
            return ["several", [kept(one) for one in given]]
    return dict(given)


def read(told: Any) -> Given:
    """The value that was kept."""
    if isinstance(told, list):
        return _READ[told[0]](*told[1:])
    known: Given = told
    return known


def days_in(given: Given) -> Iterator[date]:
    """Every day that is told in it."""
    match given:
        case date():
            yield given
        case Wording():
            for value in given.values.values():
                yield from days_in(value)
        case OneOf() | tuple():
            for one in given.choices if isinstance(given, OneOf) else given:
                yield from days_in(one)


def _said(sentence: str, several: str, values: Mapping[str, Any]) -> Wording:
    return Wording(Phrase(sentence, several), {name: read(value) for name, value in values.items()})


_READ: dict[str, Callable[..., Given]] = {
    "number": Decimal,
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "unit": Unit,
    "amount": lambda number, unit, comparator: Amount(Decimal(number), unit, comparator),
    "said": _said,
    "one of": lambda choices: OneOf(tuple(map(read, choices))),
    "several": lambda items: tuple(map(read, items)),
}
