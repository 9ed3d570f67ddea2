"""One subject's facts, and what a small study declares about them, for the tests of `logic`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from equipoise.logic.evaluate import Outcome, evaluate
from equipoise.logic.facts import FactType, Kind, Observation, Row
from equipoise.logic.language import parse
from equipoise.study.catalogue import translator

ON = date(2026, 11, 23)
ANCHORS = ("registration", "consent", "surgery")


@dataclass
class Known:
    """The facts of one subject, written down by hand."""

    values: dict[str, list[Observation]] = field(default_factory=dict)
    lists: dict[str, list[Row] | None] = field(default_factory=dict)
    anchors: dict[str, date] = field(default_factory=lambda: {"registration": ON})

    def observations(self, name: str) -> Sequence[Observation]:
        return self.values.get(name, [])

    def rows(self, name: str) -> Sequence[Row] | None:
        return self.lists.get(name)

    def anchor(self, name: str) -> date | None:
        return self.anchors.get(name)


def number(value, unit="", *, ago: int | None = 0, **more) -> Observation:
    """A number, true of so many days before ON; `<3` is censored."""
    text = str(value)
    comparator = text[: len(text) - len(text.lstrip("<>="))]
    on = None if ago is None else ON - timedelta(days=ago)
    amount = Decimal(text[len(comparator) :])
    return Observation(value=amount, unit=unit, on=on, comparator=comparator, **more)


def said(value, *, ago: int | None = 0, **more) -> Observation:
    """A code, a yes or no, or a date."""
    return Observation(value=value, on=None if ago is None else ON - timedelta(days=ago), **more)


def _fact(name: str, kind: Kind, en: str, nl: str = "", **more) -> FactType:
    return FactType(name=name, kind=kind, label={"en": en, "nl": nl or en}, **more)


_COLUMNS = (
    _fact("size", Kind.QUANTITY, "Size", "Afmeting", unit="mm"),
    _fact("clear", Kind.YES_NO, "Clearly suspicious", "Duidelijk verdacht"),
    _fact("site", Kind.TEXT, "Site", "Plaats", choices={"lung": {}, "node": {}}),
    _fact("seen_on", Kind.DATE, "Seen on", "Gezien op"),
)

_FACTS = (
    _fact("hb", Kind.QUANTITY, "Haemoglobin", "Hemoglobine", unit="mmol/L", analyte="haemoglobin"),
    _fact("anc", Kind.QUANTITY, "Neutrophils", "Neutrofielen", unit="10*9/L"),
    _fact("crea", Kind.QUANTITY, "Creatinine", unit="umol/L", analyte="creatinine"),
    _fact("bili", Kind.QUANTITY, "Bilirubin", unit="umol/L", analyte="bilirubin"),
    _fact("alt", Kind.QUANTITY, "ALT", "ALAT", unit="U/L"),
    _fact("egfr", Kind.QUANTITY, "eGFR", unit="mL/min/{1.73_m2}"),
    _fact("inr", Kind.QUANTITY, "INR", unit="{INR}"),
    _fact("pt", Kind.QUANTITY, "Prothrombin time", "Protrombinetijd", unit="s"),
    _fact("ecog", Kind.NUMBER, "ECOG performance status"),
    _fact("weight", Kind.QUANTITY, "Weight", "Gewicht", unit="kg"),
    _fact(
        "sex",
        Kind.TEXT,
        "Sex",
        "Geslacht",
        choices={"female": {"en": "female", "nl": "vrouw"}, "male": {"en": "male", "nl": "man"}},
    ),
    _fact("ras", Kind.TEXT, "RAS status"),
    _fact("coumarin", Kind.YES_NO, "Uses a coumarin derivative", "Gebruikt een coumarinederivaat"),
    _fact("pregnant", Kind.YES_NO, "Pregnant", "Zwanger"),
    _fact("birth_date", Kind.DATE, "Date of birth", "Geboortedatum"),
    _fact("diagnosed_on", Kind.DATE, "Date of diagnosis", "Datum van diagnose"),
    _fact("ct", Kind.DATED, "CT scan of the liver", "CT-scan van de lever"),
    _fact(
        "lesions",
        Kind.LIST,
        "Extrahepatic lesions",
        "Extrahepatische laesies",
        columns={column.name: column for column in _COLUMNS},
    ),
    _fact(
        "fit",
        Kind.JUDGED,
        "Fit for surgery",
        "Geschikt voor operatie",
        judge={"en": "the surgeon", "nl": "de chirurg"},
    ),
    _fact(
        "age",
        Kind.DERIVED,
        "Age",
        "Leeftijd",
        unit="a",
        formula=parse("years(birth_date, registration)"),
    ),
    _fact(
        "mdrd",
        Kind.DERIVED,
        "eGFR by MDRD",
        "eGFR volgens MDRD",
        unit="mL/min/{1.73_m2}",
        formula=parse(
            "175 * (crea within 15 days before registration / 88.4) ** -1.154"
            " * age ** -0.203 * (0.742 if sex == 'female' else 1)"
        ),
    ),
)

VOCABULARY: Mapping[str, FactType] = {fact.name: fact for fact in _FACTS}


def asked(
    text: str, facts: Known | None = None, *, language="en", wanted=None, **values
) -> Outcome:
    """The outcome of a rule on ON, for facts given by name (one value, or several)."""
    facts = facts or Known()
    for name, value in values.items():
        if VOCABULARY[name].kind is Kind.LIST:
            facts.lists[name] = value
        else:
            facts.values[name] = value if isinstance(value, list) else [value]
    return evaluate(parse(text), VOCABULARY, facts, ON, translator(language), wanted=wanted)
