"""The facts that criteria, windows, checks and formulas may speak of.

A fact is an item of a form, a derived value, or one of the few facts that conduct itself leaves on
a subject: consent, registration, randomisation, arm, site, and what the panel concluded.
"""

from collections.abc import Iterable, Iterator

from equipoise.logic.facts import FactType, Kind
from equipoise.logic.language import parse
from equipoise.study.blocks import Arm, Derived, Panel, Site
from equipoise.study.forms import Column, Form, Item, ItemKind
from equipoise.study.parts import Text, say

__all__ = ["ANCHORS", "CONDUCT_FACTS", "words"]

ANCHORS: tuple[str, ...] = ("today", "screening", "consent", "registration", "randomisation")

CONDUCT_FACTS: dict[str, tuple[Kind, Text]] = {
    "consent_on": (Kind.DATE, {"en": "date of consent", "nl": "datum van toestemming"}),
    "registered_on": (Kind.DATE, {"en": "date of registration", "nl": "datum van registratie"}),
    "randomised_on": (Kind.DATE, {"en": "date of randomisation", "nl": "datum van randomisatie"}),
    "death_on": (Kind.DATE, {"en": "date of death", "nl": "datum van overlijden"}),
    "panel_scan": (
        Kind.DATED,
        {"en": "scan that the panel read", "nl": "scan die het panel beoordeelde"},
    ),
}

_KINDS: dict[ItemKind, Kind] = {
    "number": Kind.NUMBER,
    "quantity": Kind.QUANTITY,
    "choice": Kind.TEXT,
    "text": Kind.TEXT,
    "yes-no": Kind.YES_NO,
    "date": Kind.DATE,
    "partial-date": Kind.DATE,
    "judgement": Kind.JUDGED,
    "list": Kind.LIST,
}


def words(
    arms: Iterable[Arm],
    sites: Iterable[Site],
    panel: Panel | None,
    forms: Iterable[Form],
    derived: Iterable[Derived],
) -> Iterator[FactType]:
    """Every fact of a study, from the blocks of its file."""
    yield from _conduct_facts(arms, sites, panel)
    for form in forms:
        yield FactType(name=f"{form.id}_done", kind=Kind.DATED, label=form.title)
        yield from (_item_fact(item) for item in form.items)
    for fact in derived:
        yield FactType(
            name=fact.id,
            kind=Kind.DERIVED,
            label=fact.label,
            unit=fact.unit,
            formula=parse(fact.formula),
        )


def _conduct_facts(
    arms: Iterable[Arm], sites: Iterable[Site], panel: Panel | None
) -> Iterator[FactType]:
    for name, (kind, label) in CONDUCT_FACTS.items():
        yield FactType(name=name, kind=kind, label=label)
    choices = {arm.id: arm.label for arm in arms}
    yield FactType(name="arm", kind=Kind.TEXT, label={"en": "arm", "nl": "arm"}, choices=choices)
    choices = {site.id: {"en": site.name} for site in sites}
    label = {"en": "hospital", "nl": "ziekenhuis"}
    yield FactType(name="site", kind=Kind.TEXT, label=label, choices=choices)
    if panel:
        label = {
            "en": f"conclusion of the {say(panel.name, 'en')}",
            "nl": f"conclusie van het {say(panel.name, 'nl')}",
        }
        choices = {category.id: category.label for category in panel.categories}
        yield FactType(
            name="panel_verdict", kind=Kind.TEXT, label=label, choices=choices, repeatable=True
        )


def _item_fact(item: Item) -> FactType:
    return FactType(
        name=item.id,
        kind=_KINDS[item.kind],
        label=item.label,
        unit=item.unit,
        analyte=item.analyte,
        choices=item.choices,
        columns={column.id: _column_fact(column) for column in item.columns},
        judge=item.judge,
        repeatable=item.repeatable,
        equivalents=item.equivalents,
    )


def _column_fact(column: Column) -> FactType:
    return FactType(
        name=column.id,
        kind=_KINDS[column.kind],
        label=column.label,
        unit=column.unit,
        analyte=column.analyte,
        choices=column.choices,
        equivalents=column.equivalents,
    )
