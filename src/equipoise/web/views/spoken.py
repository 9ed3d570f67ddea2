"""Values and choices in the reader's words: labels instead of codes, days in their language."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, pgettext

from equipoise.conduct.subject import Value
from equipoise.logic.figures import unit_text
from equipoise.study.forms import Column, Item
from equipoise.study.model import Study
from equipoise.study.parts import say

__all__ = [
    "category_label",
    "cause_label",
    "day",
    "label",
    "place_label",
    "reasons_said",
    "record_said",
    "residual_label",
    "rule_label",
    "scope_label",
    "strata_said",
    "treatment_label",
    "value_said",
]


def label(text: Mapping[str, str]) -> str:
    """A text of the study file in the reader's language."""
    return say(text, (get_language() or "en")[:2])


def day(on: date | None) -> str:
    """23 November 2026, in the reader's language; a dash when there is none."""
    return date_format(on, "j F Y") if on else "–"


def yes_no(answer: str) -> str:
    """A recorded yes or no."""
    return {"yes": gettext("Yes"), "no": gettext("No")}.get(answer, answer)


def value_said(item: Item | Column, value: Value | None, unit: str = "") -> str:
    """A recorded value with its unit, as a person would say it."""
    if value is None or value == "":
        return gettext("empty")
    if isinstance(value, list):
        columns = {column.id: column for column in getattr(item, "columns", ())}
        rows = [
            ", ".join(
                f"{label(columns[cell].label)}: {value_said(columns[cell], text)}"
                for cell, text in row.items()
                if text and cell in columns
            )
            for row in value
        ]
        return "; ".join(rows) if rows else gettext("none")
    if item.kind in ("yes-no", "judgement"):
        return yes_no(value)
    if item.kind == "choice":
        return label(item.choices[value]) if value in item.choices else value
    if item.kind in ("date", "partial-date") and len(value) == len("2026-11-23"):
        return day(date.fromisoformat(value))
    shown = unit_text(unit or (item.unit if item.unit != "1" else ""))
    figure = number_said(value) if item.kind in ("number", "quantity") else value
    return f"{figure} {shown}".strip()


def number_said(text: str) -> str:
    """A recorded number with the decimal sign of the reader's language."""
    return text.replace(".", ",") if (get_language() or "en")[:2] == "nl" else text


def record_said(study: Study, values: dict[str, Value]) -> Iterator[tuple[str, str]]:
    """The values of a form with their labels, as the form asks them; units and limits beside."""
    order = {name: place for place, name in enumerate(study.items)}
    for name in sorted((n for n in values if n in order), key=order.__getitem__):
        item = study.items[name]
        unit = values.get(f"{name}.unit", "")
        said = value_said(item, values[name], unit if isinstance(unit, str) else "")
        limits = [
            f"{known} {number_said(str(values[key]))}"
            for key, known in ((f"{name}.lln", "LLN"), (f"{name}.uln", "ULN"))
            if values.get(key)
        ]
        yield label(item.label), f"{said} ({', '.join(limits)})" if limits else said


def scope_label(scope: str) -> str:
    """How far a withdrawal goes."""
    return {
        "treatment": gettext("Treatment only: stays in follow-up"),
        "follow-up": gettext("Follow-up visits too: what is recorded may be used"),
        "everything": gettext("Everything: leaves the trial"),
    }.get(scope, scope)


def cause_label(cause: str) -> str:
    """The cause of a death."""
    return {
        "disease": gettext("The disease"),
        "treatment": gettext("The treatment"),
        "other": gettext("Another cause"),
        "unknown": gettext("Not known"),
    }.get(cause, cause)


def place_label(place: str) -> str:
    """Where the disease progressed."""
    return {
        "liver": gettext("In the liver"),
        "elsewhere": gettext("Outside the liver"),
        "both": gettext("In the liver and elsewhere"),
    }.get(place, place)


def treatment_label(what: str) -> str:
    """What local treatment was done."""
    return {
        "resection": gettext("Resection"),
        "ablation": gettext("Ablation"),
        "both": gettext("Resection and ablation"),
    }.get(what, what)


def residual_label(residual: str) -> str:
    """What remained after local treatment."""
    return {
        "R0": gettext("R0: nothing left, margins free"),
        "R1": gettext("R1: left under the microscope"),
        "R2": gettext("R2: visible disease left"),
    }.get(residual, residual)


def rule_label(rule: str) -> str:
    """How a panel came to its conclusion."""
    return {
        "consensus": pgettext("panel", "All agree"),
        "majority": pgettext("panel", "Most agree"),
        "chair": pgettext("panel", "No majority: the chair decides"),
    }.get(rule, rule)


def category_label(study: Study, category: str) -> str:
    """A category of the panel."""
    known = {c.id: label(c.label) for c in study.panel.categories} if study.panel else {}
    return known.get(category, category)


def reasons_said(study: Study, reasons: list[str]) -> str:
    """The panel's reasons, as one line."""
    known = {r.id: label(r.label) for r in study.panel.reasons} if study.panel else {}
    return "; ".join(known.get(reason, reason) for reason in reasons)


def strata_said(study: Study, strata: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The factors that the allocation balances, with the level of one participant."""
    for factor in study.randomisation.factors:
        level = strata.get(factor.id, "")
        if factor.levels:
            said = label(factor.levels[level]) if level in factor.levels else ""
        else:
            site = study.site_of.get(level)
            said = f"{level} {site.name}" if site else level
        yield label(factor.label), said or gettext("not known")
