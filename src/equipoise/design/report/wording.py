"""How a sweep's settings and figures are said to people, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from equipoise.logic.figures import decimal_sign
from equipoise.logic.translator import ENGLISH as IN_ENGLISH
from equipoise.logic.translator import Phrases, Translator

__all__ = ["ENGLISH", "Words", "words"]

_NAMES = Phrases(
    "setting of a sweep",
    {
        "participants": "Participants",
        "ratio": "Experimental : control",
        "scheme": "Randomisation",
        "probability": "Minimisation's probability",
        "measure": "Minimisation's measure of imbalance",
        "weights": "Minimisation's weights",
        "block_sizes": "Sizes of blocks",
        "limit": "Limit of the big stick",
        "factors": "Factors",
        "accrual": "Months of accrual",
        "ramp": "Months at half the rate",
        "spacing": "How participants enter",
        "follow_up": "Months of follow-up of the last",
        "control_median": "Control median, months",
        "shape": "Weibull shape",
        "cured": "Share cured in control",
        "hazard_ratio": "Hazard ratio",
        "early_ratio": "Hazard ratio during the delay",
        "delay": "Months of delay",
        "drop_out": "Drop-out, share a year",
        "other_progression": "Other progression, share a year",
        "other_counts": "Other progression is an event",
        "events": "Events at the last look",
        "looks": "Looks",
        "spending": "Spending of alpha",
        "futility": "Futility bound, z",
        "alpha": "Alpha",
        "sided": "Sides of alpha",
        "test": "Test",
        "tau": "Horizon of restricted means, months",
    },
)
_CODES = Phrases(
    "value of a setting",
    {
        "blocks": "permuted blocks",
        "in turn": "in turn",
        "simple": "simple",
        "minimisation": "minimisation",
        "big stick": "big stick",
        "range": "range",
        "sd": "standard deviation",
        "variance": "variance",
        "marginal balance": "marginal balance",
        "random": "by chance",
        "even": "evenly spaced",
        "obrien-fleming": "Lan-DeMets, O'Brien-Fleming type",
        "pocock": "Lan-DeMets, Pocock type",
        "obrien-fleming-exact": "O'Brien-Fleming",
        "pocock-exact": "Pocock",
        "haybittle-peto": "Haybittle-Peto, Z of 3",
        "log-rank": "log-rank",
        "stratified": "stratified log-rank",
        "early": "weighted, early differences",
        "late": "weighted, late differences",
        "maxcombo": "MaxCombo",
        "rmst": "restricted means",
        "wald": "Cox, Wald",
    },
)
_SAID = Phrases(
    "sweep",
    {
        "yes": "yes",
        "no": "no",
        "none": "none",
        "all": "All",
        "power": "Power",
        "power_told": "Share of simulated trials that end with a crossed efficacy bound; the bands "
        "are two Monte-Carlo errors either way.",
        "duration": "Duration",
        "duration_told": "Mean months from the first entry until the trial stops.",
        "bounds": "Bounds at each look",
        "bounds_told": "Bounds on the statistic, positive when experimental does better, and its "
        "mean among the trials that reach the look.",
        "bounds_of": "Of the point with",
        "efficacy": "Efficacy",
        "futility": "Futility",
        "mean_statistic": "Mean statistic",
        "trials": "Trials",
        "type_one": "Type I error",
        "error": "± error",
        "months": "Months",
        "events": "Events",
        "participants": "Participants",
        "stopped_early": "Stopped early",
        "never_came": "Events never came",
        "look": "Look number",
        "efficacy_bound": "Efficacy bound",
        "futility_bound": "Futility bound",
        "reached": "Reached",
        "stops_efficacy": "Stops for efficacy",
        "stops_futility": "Stops for futility",
        "mean_month": "Month",
        "median_ratio": "Median HR",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Every word of figures and tables, and how numbers are written.

    `names` are those of the settings, `codes` of their values that are words.
    """

    decimal_mark: str
    thousands_mark: str
    percent_sign: str
    names: Mapping[str, str]
    codes: Mapping[str, str]
    yes: str
    no: str
    none: str
    all: str
    power: str
    power_told: str
    duration: str
    duration_told: str
    bounds: str
    bounds_told: str
    bounds_of: str
    efficacy: str
    futility: str
    mean_statistic: str
    trials: str
    type_one: str
    error: str
    months: str
    events: str
    participants: str
    stopped_early: str
    never_came: str
    look: str
    efficacy_bound: str
    futility_bound: str
    reached: str
    stops_efficacy: str
    stops_futility: str
    mean_month: str
    median_ratio: str

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


def words(into: Translator, *, gap: str = "\N{NO-BREAK SPACE}") -> Words:
    """The words of a language; `gap` stands between thousands, and before a sign of per cent."""
    return Words(
        decimal_mark=decimal_sign(into),
        thousands_mark=gap or ",",
        percent_sign=f"{gap}%",
        names=_all(_NAMES, into),
        codes=_all(_CODES, into),
        **_all(_SAID, into),
    )


def _all(phrases: Phrases, into: Translator) -> dict[str, str]:
    return {name: phrases.said(name, into) for name in phrases.english}


ENGLISH = words(IN_ENGLISH, gap="")
