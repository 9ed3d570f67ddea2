"""The parameters of a design: one table for pages, sliders, sweeps, the command line and reports.

A study file, a page and a sweep may give the same figure in other units, as the share lost in all
and a year: then it has a row for each, with the same words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.design.sequential.spending import (
    Efficacy,
    HaybittlePeto,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    OBrienFleming,
    Pocock,
)
from equipoise.logic.translator import Phrases, Translator

__all__ = [
    "CODES",
    "DESIGN",
    "IN_FILE",
    "PARAMETERS",
    "RULES",
    "SCENARIO",
    "SCHEMES",
    "SPENDINGS",
    "TESTS",
    "Parameter",
    "code_text",
]

SCHEMES = ("blocks", "in turn", "simple", "minimisation", "big stick")
TESTS = ("log-rank", "stratified", "early", "late", "maxcombo", "rmst", "wald")
RULES: dict[str, Efficacy] = {
    "obrien-fleming": OBrienFleming(),
    "lan-demets-of": LanDeMetsOBrienFleming(),
    "haybittle-peto": HaybittlePeto(),
    "pocock": Pocock(),
    "lan-demets-pocock": LanDeMetsPocock(),
}
"""The rules of stopping, by their code in an address of the design page."""
SPENDINGS: dict[str, Efficacy] = {
    "obrien-fleming": LanDeMetsOBrienFleming(),
    "pocock": LanDeMetsPocock(),
    "obrien-fleming-exact": OBrienFleming(),
    "pocock-exact": Pocock(),
    "haybittle-peto": HaybittlePeto(),
}
"""The same rules, by their code in the question of a sweep."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One figure of a design: what it is called and counted in, and how far a number may go.

    `kind`: number, whole, choice, truth, ratio, looks, list, factors.
    `figure`: the figure of the study file that it is, or follows from: its provenance. `scale`:
    what is shown over what is kept. `slider`: from, to, step. `empty`: there may be none.
    `file_only`: no page asks for it.
    """

    words: str
    unit: str = ""
    low: float = 0.0
    high: float = 0.0
    kind: str = "number"
    figure: str = ""
    scale: float = 1.0
    slider: tuple[float, ...] = ()
    choices: tuple[str, ...] = ()
    empty: bool = False
    file_only: bool = False

    def label(self, into: Translator) -> str:
        """What it is called."""
        return into.text("parameter of a design", self.words)

    def unit_text(self, into: Translator) -> str:
        """What it is counted in; empty for a plain number."""
        return _UNITS.said(self.unit, into) if self.unit in _UNITS else self.unit

    def heading(self, into: Translator) -> str:
        """Both, as over a column of its values."""
        return ", ".join(filter(None, (self.label(into), self.unit_text(into))))


_UNITS = Phrases("unit of a parameter", {
    "months": "months", "of events": "% of the events", "a year": "share a year",
})  # fmt: skip
DESIGN = {
    "participants": Parameter("Participants", "", 10, 10_000, kind="whole", figure="participants",
        slider=(50, 800, 2)),
    "ratio": Parameter("Experimental : control", kind="ratio", figure="ratio"),
    "scheme": Parameter("Randomisation", kind="choice", choices=SCHEMES),
    "probability": Parameter("Minimisation's probability", "", 0.5, 1),
    "measure": Parameter("Minimisation's measure of imbalance", kind="choice", file_only=True),
    "weights": Parameter("Minimisation's weights", kind="list", file_only=True),
    "block_sizes": Parameter("Sizes of blocks", kind="list", file_only=True),
    "limit": Parameter("Limit of the big stick", kind="whole", file_only=True),
    "factors": Parameter("Factors", kind="factors", file_only=True),
    "events": Parameter("Events at the last look", "", 1, 10_000, kind="whole", empty=True),
    "looks": Parameter("Looks", kind="looks"),
    "spending": Parameter("Spending of alpha", kind="choice", choices=tuple(SPENDINGS)),
    "futility": Parameter("Futility bound", "z", -5, 5, empty=True),
    "alpha": Parameter("Alpha", "", 0.0001, 0.4, figure="alpha", slider=(0.005, 0.2, 0.005)),
    "sided": Parameter("Sides of alpha", "", 1, 2, kind="whole", figure="alpha"),
    "power": Parameter("Power wanted", "", 0.05, 0.999, figure="power", slider=(0.5, 0.98, 0.01)),
    "test": Parameter("Test", kind="choice", choices=TESTS),
    "tau": Parameter("Horizon of restricted means", "months", 1, 600),
    "interim_rule": Parameter("Interim looks by", kind="choice"),
    "interim_shares": Parameter("Looks at", "of events", 5, 95, slider=(20, 90, 1), scale=100),
    "stop_for_futility": Parameter("Stop early", kind="choice"),
}  # fmt: skip
SCENARIO = {
    "hazard_ratio": Parameter("Hazard ratio", "", 0.05, 10, figure="hazard_ratio",
        slider=(0.4, 0.95, 0.01)),
    "delay": Parameter("Delay of the effect", "months", 0, 600),
    "early_ratio": Parameter("Hazard ratio during the delay", "", 0.05, 10),
    "control_median": Parameter("Control median", "months", 0.5, 600, figure="control_median",
        slider=(6, 60, 0.5)),
    "control_median_mixture": Parameter("Median of a mixture", "months",
        figure="control_median_mixture"),
    "shape": Parameter("Weibull shape", "", 0.1, 10),
    "cured": Parameter("Share cured in control", "", 0, 0.49),
    "accrual": Parameter("Accrual", "months", 1, 600, figure="accrual", slider=(12, 120, 1)),
    "ramp": Parameter("Accrual at half the rate", "months", 0, 600),
    "spacing": Parameter("How participants enter", kind="choice", choices=("random", "even")),
    "follow_up": Parameter("Follow-up of the last", "months", 0, 600, figure="follow_up",
        slider=(0, 84, 1)),
    "lost": Parameter("Lost to follow-up", "%", 0, 90, figure="lost", slider=(0, 30, 1), scale=100),
    "drop_out": Parameter("Lost to follow-up", "a year", 0, 0.9, figure="lost"),
    "other_progression": Parameter("Other progression", "a year", 0, 0.9),
    "other_counts": Parameter("Other progression is an event", kind="truth"),
}  # fmt: skip
PARAMETERS: Mapping[str, Parameter] = DESIGN | SCENARIO
IN_FILE = tuple(name for name, one in PARAMETERS.items() if one.figure == name)
"""What the `design` of a study file may give."""
CODES = Phrases("value of a parameter", {
    "blocks": "permuted blocks", "in turn": "in turn", "simple": "simple",
    "minimisation": "minimisation", "big stick": "big stick", "range": "range",
    "sd": "standard deviation", "variance": "variance", "marginal balance": "marginal balance",
    "random": "by chance", "even": "evenly spaced", "log-rank": "log-rank",
    "stratified": "stratified log-rank", "early": "weighted, early differences",
    "late": "weighted, late differences", "maxcombo": "MaxCombo", "rmst": "restricted means",
    "wald": "Cox, Wald", "none": "No interim look", "O'Brien-Fleming": "O'Brien-Fleming",
    "Pocock": "Pocock", "Lan-DeMets, O'Brien-Fleming type": "Lan-DeMets, O'Brien-Fleming type",
    "Lan-DeMets, Pocock type": "Lan-DeMets, Pocock type",
    "Haybittle-Peto (bound 3)": "Haybittle-Peto, Z of 3",
})  # fmt: skip
"""The values that are words; a rule of stopping under its name."""


def code_text(code: str, into: Translator) -> str:
    """A value of a sweep that is a word, as people read it."""
    name = SPENDINGS[code].name if code in SPENDINGS else code
    return CODES.said(name, into) if name in CODES else code
