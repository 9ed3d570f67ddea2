"""One measured figure, with what it is measured against and what was aimed at."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Figure", "percentile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`ratio` is value to yardstick; `met` is None where nothing was aimed at."""

    name: str
    value: float
    unit: str
    yardstick: str = ""
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None

    def line(self) -> str:
        """The figure as one line for people."""
        said = f"{self.name}: {self.value:,.4g} {self.unit}"
        if self.ratio is not None:
            said += f"; {self.ratio:.2f} × {self.yardstick}"
        if self.aim:
            said += f"; aim {self.aim}: {'met' if self.met else 'MISSED'}"
        return said

    def as_dict(self) -> dict[str, Any]:
        """The figure as it stands in the file."""
        return asdict(self)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
