"""Units as laboratories write them (a subset of UCUM), and how one becomes another.

One small table: what a unit measures, and how large it is beside the unit of size 1, exactly.
Compounds that the table lacks convert by what they are made of. Mass and amount of a substance
convert only with its molar mass. A clearance per 1.73 m2 of body surface is another measure than
a plain one: only a study may declare them equal.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache

from equipoise.logic.compound_units import ATOMS, is_by_amount, measured, product
from equipoise.logic.unit_spellings import folded, rewritten

_TABLE = """
    amount concentration | mol/L 1 | mmol/L 1e-3 | umol/L 1e-6 | nmol/L 1e-9 | pmol/L 1e-12
    mass concentration   | g/L 1 | g/dL 10 | mg/dL 1e-2 | mg/L 1e-3 | ug/dL 1e-5 | ug/L 1e-6
    mass concentration   | g/mL 1e3 | mg/mL 1 | ug/mL 1e-3 | ng/mL 1e-6 | ng/L 1e-9 | pg/mL 1e-9
    number concentration | /L 1 | /mL 1e3 | /uL 1e6 | /mm3 1e6 | 10*3/uL 1e9 | 10*6/uL 1e12
    number concentration | 10*6/L 1e6 | 10*9/L 1e9 | 10*12/L 1e12 | 10*3/mL 1e6 | 10*6/mL 1e9
    enzyme activity      | U/L 1 | [IU]/L 1 | [iU]/L 1 | kU/L 1e3 | mU/L 1e-3 | U/mL 1e3
    enzyme activity      | [IU]/mL 1e3 | ukat/L 60 | nkat/L 0.06 | kat/L 60e6
    ratio                | 1 1 | % 1e-2 | 10*-3 1e-3
    time                 | s 1 | ms 1e-3 | min 60 | h 3600 | d 86400 | wk 604800
    calendar time        | mo 1 | a 12
    length               | m 1 | dm 1e-1 | cm 1e-2 | mm 1e-3 | um 1e-6
    area                 | m2 1 | cm2 1e-4 | mm2 1e-6
    mass                 | g 1 | kg 1e3 | mg 1e-3 | ug 1e-6 | ng 1e-9
    volume               | L 1 | dL 1e-1 | mL 1e-3 | uL 1e-6 | nL 1e-9 | fL 1e-15
    amount               | mol 1 | mmol 1e-3 | umol 1e-6 | nmol 1e-9 | fmol 1e-15
    flow                 | mL/d 1 | mL/h 24 | mL/min 1440 | L/d 1e3 | L/h 24e3 | L/min 1440e3
    flow per 1.73 m2     | mL/min/{1.73_m2} 1
    dose rate            | mg/d 1 | g/d 1e3 | ug/d 1e-3 | mg/h 24 | mg/wk 1/7
    dose                 | mg/kg 1 | g/kg 1e3 | ug/kg 1e-3
    dose per area        | mg/m2 1 | g/m2 1e3
    weighted dose rate   | mg/kg/d 1 | ug/kg/d 1e-3
    area dose rate       | mg/m2/d 1
    body mass index      | kg/m2 1
    temperature          | Cel 1
    pressure             | kPa 1 | Pa 1e-3 | mm[Hg] 0.133322
    radioactivity        | MBq 1 | GBq 1e3 | kBq 1e-3
    frequency            | /min 1 | /h 1/60 | /d 1/1440
"""

MOLAR_MASS = {
    # g/mol. Haemoglobin counts by the monomer, as Dutch and IFCC mmol/L do: the tetramer gives 4 x.
    "haemoglobin": Decimal("16114.5"),
    "creatinine": Decimal("113.12"),
    "bilirubin": Decimal("584.66"),
    "glucose": Decimal("180.156"),
    "urea": Decimal("60.056"),
    "uric acid": Decimal("168.11"),
    "cholesterol": Decimal("386.65"),
    "triglycerides": Decimal("885.43"),
    "calcium": Decimal("40.078"),
    "magnesium": Decimal("24.305"),
    "phosphate": Decimal("30.974"),
    "sodium": Decimal("22.990"),
    "potassium": Decimal("39.098"),
    "lactate": Decimal("90.078"),
    "iron": Decimal("55.845"),
}
_OTHER_NAMES = {"hb": "haemoglobin", "hemoglobin": "haemoglobin", "hgb": "haemoglobin"}

DURATIONS = {
    "day": "d",
    "days": "d",
    "week": "wk",
    "weeks": "wk",
    "month": "mo",
    "months": "mo",
    "year": "a",
    "years": "a",
}
LIMITS = ("ULN", "LLN")
_CONVERTED = Context(prec=40)
"""More digits than are compared, so that what converts and is multiplied back is the same."""


@dataclass(frozen=True, slots=True)
class _Unit:
    measure: str
    size: Fraction


def _read_table() -> dict[str, _Unit]:
    found = {}
    for line in _TABLE.strip().splitlines():
        measure, *units = (part.strip() for part in line.split("|"))
        for code, size in (unit.split() for unit in units):
            found[code] = _Unit(measure, Fraction(size))
    return found


_UNITS = _read_table()
_FOLDED = {folded(code): code for code in (*reversed(ATOMS), *reversed(_UNITS))}


def is_unit(code: str) -> bool:
    """Whether the code is one we know, or made of such; a lone `{INR}` is a plain number."""
    if code.startswith("10*") and code not in _UNITS and "/" not in code:
        return False  # a count of what, in how much?
    return _look_up(code) is not None or measured(code) is not None


def is_share(code: str) -> bool:
    """Whether it is a plain number of another size than 1, such as %."""
    found = measured(code or "1")
    return found is not None and not found[0] and found[1] != 1


def nearest_unit(code: str) -> str:
    """The known unit that is spelled so, of the same measure and size; or nothing."""
    found = rewritten(code, _FOLDED)
    return found if found and is_unit(found) else ""


@lru_cache(maxsize=4096)
def factor(source: str, target: str, analyte: str = "") -> Fraction | None:
    """How many of `target` one of `source` is, exactly; None if that cannot be said.

    An empty unit means a plain number. Mass and amount need the analyte's molar mass.
    """
    if source == target:
        return Fraction(1)
    one, other = _look_up(source or "1"), _look_up(target or "1")
    if one is None or other is None:
        return _compound_factor(source or "1", target or "1")
    ratio = one.size / other.size
    if one.measure == other.measure:
        return ratio
    return _across(one, other, ratio, analyte)


def cancels(above: str, below: str, analyte: str = "") -> bool:
    """Whether a quotient of two is a plain number. `mg` by `kg` is not: mg/kg is a dose."""
    if product(above, below, -1) in _UNITS:
        return False
    return factor(above, below, analyte) is not None


def _compound_factor(source: str, target: str) -> Fraction | None:
    one, other = measured(source), measured(target)
    if one is None or other is None or one[0] != other[0]:
        return None
    # HbA1c of 48 mmol/mol is 6.5 %, not 4.8 %: a share of molecules is no percentage.
    if is_by_amount(source) != is_by_amount(target):
        return None
    return one[1] / other[1]


def convert(value: Decimal, source: str, target: str, analyte: str = "") -> Decimal | None:
    """The value in another unit, or None. Exact wherever the result is a finite decimal."""
    ratio = factor(source, target, analyte)
    return None if ratio is None else scale(value, ratio)


def scale(value: Decimal, ratio: Fraction) -> Decimal:
    """The value times an exact ratio, rounded once at most."""
    if ratio == 1:
        return value
    above = _CONVERTED.multiply(value, Decimal(ratio.numerator))
    return _CONVERTED.divide(above, Decimal(ratio.denominator))


def counts_as(source: str, target: str, equivalents: Collection[str], analyte: str) -> str | None:
    """The unit to read `source` as for a fact in `target`; None if it cannot be read.

    What the study declares equivalent is read as the target itself.
    """
    if source in equivalents:
        return target
    return source if factor(source, target, analyte) is not None else None


def is_other_size(source: str, target: str, analyte: str = "") -> bool:
    """Whether both measure the same in another size, so that none is the other one for one."""
    ratio = factor(source, target, analyte)
    if ratio is not None:
        return ratio != 1
    one, other = measured(source), measured(target)
    return one is not None and other is not None and one[0] == other[0] and one[1] != other[1]


def molar_mass(analyte: str) -> Decimal | None:
    """In g/mol."""
    plain = analyte.lower().replace("_", " ")
    return MOLAR_MASS.get(_OTHER_NAMES.get(plain, plain))


def _look_up(code: str) -> _Unit | None:
    if len(code) > 2 and code[0] == "{" and code.find("}") == len(code) - 1:
        return _UNITS["1"]
    return _UNITS.get(code)


def _across(one: _Unit, other: _Unit, ratio: Fraction, analyte: str) -> Fraction | None:
    mass = molar_mass(analyte)
    if mass is None:
        return None
    for mass_side, amount_side in (
        ("mass concentration", "amount concentration"),
        ("mass", "amount"),
    ):
        if (one.measure, other.measure) == (mass_side, amount_side):
            return ratio / Fraction(mass)
        if (one.measure, other.measure) == (amount_side, mass_side):
            return ratio * Fraction(mass)
    return None
