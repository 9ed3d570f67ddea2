"""The doses of PUMP-IT, worked out by the language for somebody of whom a few numbers are given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache

from equipoise.logic.evaluate import value_of
from equipoise.logic.facts import FactType, Kind, Observation, Row
from equipoise.logic.language import parsed
from equipoise.logic.typing_check import problems
from equipoise.study.model import Study
from equipoise.study.sections.treatment import DosePart
from tests.studies.carried import carried

ON = date(2026, 6, 15)
PUMP = {"pump_rate": "mg/kg/d", "pump_reservoir": "mL", "pump_flow": "mL/d"}
FORMULAS = {
    "du_bois": ("0.007184 * (current_weight / 1 kg) ** 0.425 * (height / 1 cm) ** 0.725", "m2"),
    "in_14_days": ("pump_rate * dosing_weight * 14 days", "mg"),
    "residual": ("max(pump_reservoir - pump_flow * 14 days, 0 mL)", "mL"),
    "lasts": ("pump_reservoir / pump_flow", "d"),
    "oxaliplatin_85_capped": ("round(85 mg/m2 * min(bsa, 2 m2), 5 mg)", "mg"),
    "capecitabine": (
        "round((1000 mg/m2 if creatinine_clearance > 50 mL/min"
        " else 750 mg/m2 if creatinine_clearance >= 30 mL/min else 0 mg/m2) * bsa, 150 mg)",
        "mg",
    ),
}
"""What the study file does not say, as a study may write it."""
PARTS = {
    "oxaliplatin_85": "folfox-oxaliplatin",
    "oxaliplatin_130": "capox-oxaliplatin",
    "irinotecan_180": "folfiri-irinotecan",
    "irinotecan_150": "folfiri-irinotecan-pump",
    "irinotecan_165": "folfoxiri-irinotecan",
    "folinic_acid": "folfox-folinic-acid",
    "fluorouracil_bolus": "folfox-bolus",
    "fluorouracil_2400": "folfox-infusion",
    "fluorouracil_3200": "folfoxiri-infusion",
    "capecitabine_1000": "capox-capecitabine",
    "bevacizumab_5": "folfox-bevacizumab",
    "bevacizumab_7_5": "capox-bevacizumab",
    "load_rounded": "haip-floxuridine",
}
"""What the study file says, in one of the parts that give it."""
RATE = "0.12 mg/kg/d"
"""The rate of floxuridine in the study file, in whose place others are put."""


@dataclass
class Person:
    """Somebody of whom these numbers are recorded today."""

    values: Mapping[str, Decimal | str | date]
    units: Mapping[str, str] = field(default_factory=dict)

    def observations(self, name: str) -> list[Observation]:
        if name not in self.values:
            return []
        return [Observation(value=self.values[name], unit=self.units.get(name, ""), on=ON)]

    def rows(self, name: str) -> list[Row] | None:
        return None

    def anchor(self, name: str) -> date | None:
        return None


def pump_it() -> Study:
    return carried("pump-it").study


@lru_cache
def formulas() -> Mapping[str, tuple[str, str]]:
    """Each dose with its unit, rounded; those of the study file as it stands."""
    treatment = pump_it().treatment
    assert treatment is not None
    found = dict(FORMULAS)
    for name, place in PARTS.items():
        part = treatment.part_of[place]
        found[name] = (as_rounded(part), treatment.drug_of[part.drug].unit)
    pump = treatment.part_of[PARTS["load_rounded"]]
    assert pump.dose.count(RATE) == 1
    found["load"] = (pump.dose.replace(RATE, "pump_rate"), "mg")
    found["load_rounded"] = (as_rounded(pump).replace(RATE, "pump_rate"), "mg")
    return found


def as_rounded(part: DosePart) -> str:
    """The dose of a part as one formula."""
    dose = f"min({part.dose}, {part.cap})" if part.cap else part.dose
    return f"round({dose}, {part.round.to})" if part.round else dose


@lru_cache
def vocabulary(above_ideal: str = "1.35") -> Mapping[str, FactType]:
    """The study's own facts and formulas, with the pump's, and another's limit of the weight."""
    words = dict(pump_it().vocabulary)
    words |= {n: FactType(name=n, kind=Kind.QUANTITY, unit=unit) for n, unit in PUMP.items()}
    for name, (formula, unit) in formulas().items():
        words[name] = FactType(name=name, kind=Kind.DERIVED, unit=unit, formula=parsed(formula))
    (own,) = (one.formula for one in pump_it().derived if one.id == "dosing_weight")
    assert own.count("1.35") == 1
    other = parsed(own.replace("1.35", above_ideal))
    words["dosing_weight"] = FactType(
        name="dosing_weight", kind=Kind.DERIVED, unit="kg", formula=other
    )
    for name, (_, unit) in formulas().items():
        formula = words[name].formula
        assert formula is not None and problems(formula, words, (), unit=unit) == [], name
    return words


def a_person(
    weight: str, height: str, sex: str, above_ideal: str = "1.35", **more: str | date
) -> tuple[Person, Mapping[str, FactType]]:
    """Somebody, and the words in which to ask of them."""
    words = vocabulary(above_ideal)
    given = {"weight": weight, "weight_now": weight, "height": height, "sex": sex, **more}
    values = {
        name: Decimal(value)
        if isinstance(value, str) and words[name].kind is Kind.QUANTITY
        else value
        for name, value in given.items()
    }
    return Person(values, {name: words[name].unit for name in given}), words


def worked_out(name: str, of: tuple[Person, Mapping[str, FactType]]) -> Decimal:
    """The exact value of a derived fact."""
    person, words = of
    found = value_of(parsed(name), words, person, ON)
    assert isinstance(found, Decimal), (name, found)
    return found
