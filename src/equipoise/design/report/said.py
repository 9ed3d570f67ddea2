"""How a sweep's settings and figures are said to people, in English or in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["ENGLISH", "NAMES", "Words"]

NAMES = {
    "participants": "Participants",
    "ratio": "Experimental : control",
    "scheme": "Randomisation",
    "probability": "Minimisation's probability",
    "measure": "Minimisation's measure of imbalance",
    "weights": "Minimisation's weights",
    "block_sizes": "Sizes of blocks",
    "limit": "Limit of the big stick",
    "factors": "Factors",
    "accrual": "Accrual, months",
    "ramp": "Months at half the rate",
    "spacing": "Entries",
    "follow_up": "Follow-up after the last entry, months",
    "control_median": "Control median, months",
    "shape": "Weibull shape",
    "cured": "Share cured in control",
    "hazard_ratio": "Hazard ratio",
    "early_ratio": "Hazard ratio during the delay",
    "delay": "Delay of the effect, months",
    "drop_out": "Drop-out a year",
    "other_progression": "Other progression a year",
    "other_counts": "Other progression counts as an event",
    "events": "Events at the last look",
    "looks": "Looks at these shares of the events",
    "spending": "Spending of alpha",
    "futility": "Futility bound, z",
    "alpha": "Alpha",
    "sided": "Sides of alpha",
    "test": "Test",
    "tau": "Horizon of restricted means, months",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Every word of figures and tables, and how numbers are written.

    `names` are those of the settings, `codes` of their values that are words.
    """

    decimal_mark: str = "."
    thousands_mark: str = ","
    percent_sign: str = "%"
    names: Mapping[str, str] = field(default_factory=lambda: NAMES)
    codes: Mapping[str, str] = field(default_factory=dict)
    yes: str = "yes"
    no: str = "no"
    none: str = "none"
    all: str = "All"
    power: str = "Power"
    power_told: str = (
        "Share of simulated trials that end with a crossed efficacy bound; the "
        "bands are two Monte-Carlo errors either way."
    )
    duration: str = "Duration"
    duration_told: str = "Mean months from the first entry until the trial stops."
    bounds: str = "Bounds at each look"
    bounds_told: str = (
        "Bounds on the statistic, positive when experimental does better, and its mean among the "
        "trials that reach the look."
    )
    bounds_of: str = "Of the point with"
    efficacy: str = "Efficacy"
    futility: str = "Futility"
    mean_statistic: str = "Mean statistic"
    trials: str = "Trials"
    type_one: str = "Type I error"
    error: str = "± error"
    months: str = "Months"
    events: str = "Events"
    participants: str = "Participants"
    stopped_early: str = "Stopped early"
    never_came: str = "Events never came"
    look: str = "Look"
    efficacy_bound: str = "Efficacy bound"
    futility_bound: str = "Futility bound"
    reached: str = "Reached"
    stops_efficacy: str = "Stops for efficacy"
    stops_futility: str = "Stops for futility"
    mean_month: str = "Month"
    median_ratio: str = "Median HR"

    def value(self, name: str, said: Any) -> str:
        """One setting's value as people read it."""
        if name in ("drop_out", "other_progression", "cured"):
            return self._marked(f"{said:.3g}" if said else "0")
        if isinstance(said, bool):
            return self.yes if said else self.no
        if isinstance(said, tuple):
            between = " + " if name == "looks" else ", "
            return between.join(self.value(name, one) for one in said) or self.none
        if isinstance(said, float):
            return self._marked(f"{said:.4g}")
        if said is None:
            return self.none
        word = str(getattr(said, "name", said))
        return self.codes.get(word, word)

    def named(self, values: Mapping[str, Any]) -> str:
        """A few settings in one line: "Hazard ratio 0.7, Drop-out a year 0.05"."""
        return ", ".join(
            f"{self.names[name]} {self.value(name, one)}" for name, one in values.items()
        )

    def percent(self, share: float) -> str:
        """A share to a tenth of a per cent; small ones to a hundredth."""
        return self.exact_percent(share, 2 if share < 0.1 else 1)

    def exact_percent(self, share: float, digits: int) -> str:
        """A share as a percentage with so many digits after the point."""
        return f"{self._marked(f'{100 * share:.{digits}f}')}{self.percent_sign}"

    def number(self, said: float, digits: int = 1) -> str:
        """A number with so many digits after the point; a dash when there is none."""
        known = said == said and abs(said) != float("inf")
        return self._marked(f"{said:.{digits}f}") if known else "–"

    def count(self, many: int) -> str:
        """A whole number with a mark between the thousands."""
        return f"{many:,}".replace(",", self.thousands_mark)

    def place(self, said: float) -> str:
        """A number along an axis."""
        return self._marked(f"{said:g}")

    def _marked(self, number: str) -> str:
        return number.replace(".", self.decimal_mark)


ENGLISH = Words()
