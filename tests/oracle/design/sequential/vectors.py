"""Reads reference designs written in the words of rpact and gsDesign."""

import json
from pathlib import Path

from equipoise.design.sequential import spending
from equipoise.design.sequential.plan import SequentialDesign, equally_spaced, sequential_design

HERE = Path(__file__).parent


def cases(name: str) -> list[dict]:
    """The cases of one file of vectors."""
    found = json.loads((HERE / f"{name}.json").read_text())["cases"]
    assert found, f"{name}.json holds no case"
    return found


def listed(value) -> list:
    """A one-number vector is written as a number."""
    return value if isinstance(value, list) else [value]


def apart(got, expected) -> float:
    """The largest difference, relative to the expected value (not below a thousandth)."""
    pairs = zip(listed(list(got)), listed(expected), strict=True)
    return max((abs(g - e) / max(abs(e), 1e-3) for g, e in pairs), default=0.0)


def rpact_design(words: dict) -> SequentialDesign:
    """The design that `getDesignGroupSequential` makes of these arguments."""
    return sequential_design(
        fractions=words.get("informationRates") or equally_spaced(words["kMax"]),
        alpha=words["alpha"],
        power=1 - words["beta"],
        sided=words["sided"],
        efficacy=_efficacy(words),
        futility=_futility(words),
        binding=words.get("bindingFutility", False),
        both_sides=words.get("twoSidedPower", False),
    )


def gsdesign_design(words: dict) -> SequentialDesign:
    """The one-sided design that `gsDesign` makes of these arguments (test types 1, 3 and 4)."""
    timing = words.get("timing")
    fractions = (*listed(timing), 1.0) if timing else equally_spaced(words["k"])
    upper = {
        "OF": spending.OBrienFleming(),
        "Pocock": spending.Pocock(),
        "sfLDOF": spending.LanDeMetsOBrienFleming(),
        "sfLDPocock": spending.LanDeMetsPocock(),
    }[words["sfu"]]
    lower = spending.HwangShihDeCani(words["sflpar"]) if words["test.type"] > 1 else None
    return sequential_design(
        fractions=fractions,
        alpha=words["alpha"],
        power=1 - words["beta"],
        efficacy=upper,
        futility=lower,
        binding=words["test.type"] == 3,
    )


def _efficacy(words: dict) -> spending.Efficacy:
    kind = words.get("typeOfDesign", "asOF")
    if kind == "asUser":
        at = (*words["informationRates"][:-1], 1.0)
        return spending.UserSpending(at=at, spent_by=tuple(words["userAlphaSpending"]))
    if kind.startswith("as"):
        return _spending(kind[2:], words.get("gammaA"))
    if kind == "WT":
        return spending.WangTsiatis(words["deltaWT"])
    if kind == "HP":
        return spending.HaybittlePeto(words.get("constantBoundsHP", 3.0))
    return {"OF": spending.OBrienFleming(), "P": spending.Pocock()}[kind]


def _futility(words: dict) -> spending.Futility | None:
    if "futilityBounds" in words:
        return spending.FixedFutility(tuple(words["futilityBounds"]))
    if "typeBetaSpending" in words:
        return _spending(words["typeBetaSpending"][2:], words.get("gammaB"))
    return None


def _spending(kind: str, parameter: float | None) -> spending.Spending:
    if kind == "KD":
        return spending.KimDeMets(parameter)
    if kind == "HSD":
        return spending.HwangShihDeCani(parameter)
    return {"OF": spending.LanDeMetsOBrienFleming(), "P": spending.LanDeMetsPocock()}[kind]
