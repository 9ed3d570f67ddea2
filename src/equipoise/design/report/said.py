"""How a sweep's settings and figures are said to people."""

from collections.abc import Mapping
from typing import Any

__all__ = ["NAMES", "named", "number", "percent", "value"]

NAMES = {
    "participants": "Participants",
    "ratio": "Experimental : control",
    "scheme": "Randomisation",
    "probability": "Minimisation's probability",
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


def value(name: str, said: Any) -> str:
    """One setting's value as people read it."""
    if name in ("drop_out", "other_progression", "cured"):
        return f"{said:.3g}" if said else "0"
    if isinstance(said, bool):
        return "yes" if said else "no"
    if isinstance(said, tuple):
        return " + ".join(value(name, one) for one in said) or "none"
    if isinstance(said, float):
        return f"{said:.4g}"
    if said is None:
        return "none"
    return str(getattr(said, "name", said))


def named(values: Mapping[str, Any]) -> str:
    """A few settings in one line: "Hazard ratio 0.7, Drop-out a year 0.05"."""
    return ", ".join(f"{NAMES[name]} {value(name, one)}" for name, one in values.items())


def percent(share: float) -> str:
    """A share to a tenth of a per cent; small ones to a hundredth."""
    return f"{share:.2%}" if share < 0.1 else f"{share:.1%}"


def number(said: float, digits: int = 1) -> str:
    """A number with so many digits after the point; a dash when there is none."""
    return f"{said:.{digits}f}" if said == said and abs(said) != float("inf") else "–"
