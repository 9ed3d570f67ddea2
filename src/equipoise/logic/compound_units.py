"""Units made of others: what a product, a quotient or a power is measured in.

`kg` divided by `m` squared is `kg/m2`. A unit is taken apart into atoms with exponents; what an
atom measures and how large it is gives the same for the whole, exactly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

_TABLE = """
    mass          | g 1 | kg 1e3 | mg 1e-3 | ug 1e-6 | ng 1e-9 | pg 1e-12 | fg 1e-15
    length        | m 1 | dm 1e-1 | cm 1e-2 | mm 1e-3 | um 1e-6
    litre         | L 1 | dL 1e-1 | cL 1e-2 | mL 1e-3 | uL 1e-6 | nL 1e-9 | pL 1e-12 | fL 1e-15
    amount        | mol 1 | mmol 1e-3 | umol 1e-6 | nmol 1e-9 | pmol 1e-12 | fmol 1e-15
    enzyme        | U 1 | [IU] 1 | [iU] 1 | kU 1e3 | mU 1e-3 | k[IU] 1e3 | m[IU] 1e-3
    enzyme        | kat 60e6 | ukat 60 | nkat 0.06
    time          | s 1 | ms 1e-3 | min 60 | h 3600 | d 86400 | wk 604800
    calendar      | mo 1 | a 12
    number        | 1 1 | % 1e-2 | 10*-3 1e-3 | 10*3 1e3 | 10*6 1e6 | 10*9 1e9 | 10*12 1e12
    temperature   | Cel 1
    pressure      | kPa 1 | Pa 1e-3 | mm[Hg] 0.133322
    radioactivity | MBq 1 | GBq 1e3 | kBq 1e-3
    osmoles       | osm 1 | mosm 1e-3
    equivalents   | eq 1 | meq 1e-3
    absorbed dose | Gy 1 | cGy 1e-2 | mGy 1e-3
    body surface  | {1.73_m2} 1
"""
_PART = re.compile(r"([./]?)(\{[^{}]*\}|[^./{}]+)")
_RAISED = re.compile(r"(.*?)(-?[1-9])")

Atoms = Mapping[str, int]


def _read_table() -> dict[str, tuple[str, Fraction]]:
    found = {}
    for line in _TABLE.strip().splitlines():
        measure, *units = (part.strip() for part in line.split("|"))
        for code, size in (unit.split() for unit in units):
            found[code] = (measure, Fraction(size))
    return found


_ATOMS = _read_table()
ATOMS = tuple(_ATOMS)


def measured(code: str) -> tuple[Atoms, Fraction] | None:
    """What a unit measures, by exponent of each measure, and its size; None if it is no unit."""
    atoms = _atoms(code)
    if atoms is None:
        return None
    powers: dict[str, int] = {}
    size = Fraction(1)
    for atom, exponent in atoms.items():
        measure, one = _ATOMS[atom]
        if measure == "litre":
            measure, one, times = "length", one / 1000, 3
        else:
            times = 1
        powers[measure] = powers.get(measure, 0) + times * exponent
        size *= one**exponent
    powers.pop("number", None)
    return {name: power for name, power in powers.items() if power}, size


def is_by_amount(code: str) -> bool:
    """Whether it is so many molecules in so many, such as mmol/mol."""
    measures = [_ATOMS[atom][0] for atom in _atoms(code) or ()]
    return measures.count("amount") > 1


@lru_cache(maxsize=4096)
def product(one: str, other: str, sign: int = 1) -> str:
    """The unit of a product, or with sign -1 of a quotient; empty for a plain number."""
    left, right = _atoms(one or "1"), _atoms(other or "1")
    if left is None or right is None:
        return ""
    atoms = dict(left)
    for atom, exponent in right.items():
        atoms[atom] = atoms.get(atom, 0) + sign * exponent
    return _written(atoms)


@lru_cache(maxsize=4096)
def power(unit: str, exponent: int) -> str:
    """The unit of a whole power."""
    atoms = _atoms(unit or "1") or {}
    return _written({atom: times * exponent for atom, times in atoms.items()})


def _atoms(code: str) -> dict[str, int] | None:
    """The atoms of a unit with their exponents; annotations such as `{INR}` count for nothing."""
    parts = _PART.findall(code)
    if not parts or "".join(sign + text for sign, text in parts) != code:
        return None
    found: dict[str, int] = {}
    for sign, text in parts:
        raised = _RAISED.fullmatch(text)
        if text in _ATOMS:
            atom, exponent = text, 1
        elif text.startswith("{") and len(text) > 2:
            continue
        elif raised and raised[1] in _ATOMS and _ATOMS[raised[1]][0] != "number":
            atom, exponent = raised[1], int(raised[2])
        else:
            return None
        found[atom] = found.get(atom, 0) + (-exponent if sign == "/" else exponent)
    return found


def _written(atoms: Atoms) -> str:
    above = [_raised(atom, n) for atom, n in atoms.items() if n > 0 and atom != "1"]
    below = [_raised(atom, -n, "/") for atom, n in atoms.items() if n < 0 and atom != "1"]
    return ".".join(above) + "".join(f"/{part}" for part in below)


def _raised(atom: str, exponent: int, between: str = ".") -> str:
    """`m2`; an atom that ends in a sign of its own is repeated."""
    if exponent == 1:
        return atom
    return f"{atom}{exponent}" if atom.isalpha() else between.join([atom] * exponent)
