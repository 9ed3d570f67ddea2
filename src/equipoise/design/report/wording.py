"""What the figures and tables of a sweep say, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from equipoise.design.parameters import PARAMETERS, code_text
from equipoise.logic.figures import decimal_sign, decimals_text
from equipoise.logic.translator import ENGLISH as IN_ENGLISH
from equipoise.logic.translator import Phrases, Translator

__all__ = ["ENGLISH", "Words"]

_TEXTS = Phrases("sweep", {
    "yes": "yes", "no": "no", "none": "none", "all": "All", "power": "Power",
    "about_power": "Share of simulated trials that end with a crossed efficacy bound; the bands "
    "are two Monte-Carlo errors either way.",
    "duration": "Duration",
    "about_duration": "Mean months from the first entry until the trial stops.",
    "bounds": "Bounds at each look",
    "about_bounds": "Bounds on the statistic, positive when experimental does better, and its "
    "mean among the trials that reach the look.",
    "bounds_of": "Of the point with", "efficacy": "Efficacy", "futility": "Futility",
    "mean_statistic": "Mean statistic", "trials": "Trials", "type_one": "Type I error",
    "error": "± error", "months": "Months", "events": "Events", "participants": "Participants",
    "stopped_early": "Stopped early", "never_came": "Events never came", "look": "Look number",
    "efficacy_bound": "Efficacy bound", "futility_bound": "Futility bound", "reached": "Reached",
    "stops_efficacy": "Stops for efficacy", "stops_futility": "Stops for futility",
    "mean_month": "Month", "median_ratio": "Median HR",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of figures and tables in one language, and how numbers are written in it.

    `gap` stands between thousands, and before a sign of per cent.
    """

    into: Translator
    gap: str = "\N{NO-BREAK SPACE}"

    def __call__(self, name: str) -> str:
        """One of the texts."""
        return _TEXTS.said(name, self.into)

    def heading(self, name: str) -> str:
        """A setting, as over a column of its values."""
        return PARAMETERS[name].heading(self.into)

    def value(self, name: str, value: Any) -> str:
        """One setting's value as people read it."""
        if isinstance(value, bool):
            return self("yes" if value else "no")
        if isinstance(value, tuple):
            between = " + " if name == "looks" else ", "
            return between.join(self.value(name, one) for one in value) or self("none")
        if isinstance(value, float):
            return self.marked(
                f"{value:.3g}" if PARAMETERS[name].unit == "a year" else f"{value:.4g}"
            )
        if value is None:
            return self("none")
        return code_text(str(getattr(value, "name", value)), self.into)

    def named(self, values: Mapping[str, Any]) -> str:
        """A few settings in one line: "Hazard ratio 0.7, Control median 24 months"."""
        named = ((name, self.value(name, value)) for name, value in values.items())
        return ", ".join(self.with_unit(name, text) for name, text in named)

    def with_unit(self, name: str, text: str) -> str:
        """A setting with its values, as text, and their unit."""
        one = PARAMETERS[name]
        return " ".join(filter(None, (one.label(self.into), text, one.unit_text(self.into))))

    def percent(self, share: float) -> str:
        """A share to a tenth of a per cent; small ones to a hundredth."""
        return self.exact_percent(share, 2 if share < 0.1 else 1)

    def exact_percent(self, share: float, digits: int) -> str:
        """A share as a percentage with so many digits after the point."""
        return f"{self.number(100 * share, digits)}{self.gap}%"

    def number(self, value: float, digits: int = 1) -> str:
        """A number with so many digits after the point; a dash when there is none."""
        return decimals_text(value, digits, self.into)

    def integer(self, many: int) -> str:
        """A whole number with a mark between the thousands."""
        return f"{many:,}".replace(",", self.gap or ",")

    def place(self, value: float) -> str:
        """A number along an axis."""
        return self.marked(f"{value:g}")

    def marked(self, number: str) -> str:
        """With the decimal mark of the language."""
        return number.replace(".", decimal_sign(self.into))


ENGLISH = Words(IN_ENGLISH, gap="")
