"""Doses in the reader's words: parts by what they are called, amounts with their units."""

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext

from equipoise.study.model import Study
from equipoise.web.views.spoken import label, number_text, unit_label

__all__ = [
    "amount_text",
    "arithmetic_texts",
    "dose_texts",
    "in_order",
    "level_texts",
    "part_name",
    "part_texts",
    "rate_texts",
    "reason_texts",
    "rule_texts",
    "time_texts",
]

Rows = Iterator[tuple[str, str]]


def part_name(study: Study, part: str) -> str:
    """What a part of a regimen is called; its id where the text does not know it."""
    found = study.treatment.part_of.get(part) if study.treatment else None
    return label(study.treatment.called(found)) if study.treatment and found else part


def in_order(study: Study, parts: Iterable[str]) -> list[str]:
    """The parts in the order of the study file; what it does not know comes last."""
    order = (
        {name: place for place, name in enumerate(study.treatment.part_of)}
        if study.treatment
        else {}
    )
    return sorted(parts, key=lambda part: (order.get(part, len(order)), part))


def _ordered(study: Study, by_part: Mapping[str, str]) -> Rows:
    return ((part, by_part[part]) for part in in_order(study, by_part))


def amount_text(study: Study, part: str, amount: str) -> str:
    """An amount of a part with the unit of its drug."""
    found = study.treatment.part_of.get(part) if study.treatment else None
    unit = study.treatment.drug_of[found.drug].unit if study.treatment and found else ""
    return f"{number_text(amount)} {unit_label(unit)}".strip()


def dose_texts(study: Study, doses: Mapping[str, str]) -> Rows:
    """Each dose with its unit."""
    return (
        (part_name(study, part), amount_text(study, part, text))
        for part, text in _ordered(study, doses)
    )


def rate_texts(study: Study, rates: Mapping[str, str]) -> Rows:
    """Each rate."""
    return (
        (part_name(study, part), f"{number_text(text)} {unit_label('mL/h')}")
        for part, text in _ordered(study, rates)
    )


def level_texts(study: Study, levels: Mapping[str, str]) -> Rows:
    """Each level that is not the whole dose."""
    return (
        (part_name(study, part), f"{number_text(text)} %")
        for part, text in _ordered(study, levels)
        if text != "100"
    )


def rule_texts(study: Study, rules: Mapping[str, str]) -> Rows:
    """What made each dose lower: why, or the table and the row of it that fired."""
    for part, names in _ordered(study, rules):
        yield part_name(study, part), "; ".join(_rule_text(study, name) for name in names.split())


def _rule_text(study: Study, name: str) -> str:
    rule_id, _, row = name.partition(":")
    rules = study.treatment.modifications if study.treatment else ()
    rule = next((one for one in rules if one.id == rule_id), None)
    table = next((one for one in study.tables if rule and one.id == rule.table), None)
    if table is not None:
        named = {"table": label(table.label), "row": row}
        return gettext("%(table)s, row %(row)s") % named if row else label(table.label)
    return label(rule.because) if rule and rule.because else name


def reason_texts(study: Study, reasons: Mapping[str, str]) -> Rows:
    """Why each part is otherwise than worked out, or left out."""
    return ((part_name(study, part), text) for part, text in _ordered(study, reasons))


def arithmetic_texts(study: Study, arithmetic: Mapping[str, str]) -> Rows:
    """How each dose came about, as it was worked out."""
    return ((part_name(study, part), text) for part, text in _ordered(study, arithmetic))


def time_texts(study: Study, starts: Mapping[str, str]) -> Rows:
    """When each dose was begun."""
    return ((part_name(study, part), text) for part, text in _ordered(study, starts))


def part_texts(study: Study, parts: list[str]) -> Rows:
    """The parts that were given in part only."""
    return ((part_name(study, part), "") for part in parts)
