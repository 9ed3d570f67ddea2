"""How the error of a trial is divided over its looks.

Two ways. A *shape* fixes how the bounds of the looks stand to one another, and one constant is
solved for (O'Brien and Fleming 1979; Pocock 1977; Wang and Tsiatis 1987; Haybittle 1971 and Peto
1976). A *spending function* says how much of the error may have been used at a given fraction of
the information, whatever the number and time of the looks (Lan and DeMets 1983; Kim and DeMets
1987; Hwang, Shih and DeCani 1990). Spending functions serve for alpha (efficacy) and for beta
(futility) alike.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.design.problems import Problem, is_finite, positive
from equipoise.design.sequential.problems import is_series, named


class AlwaysSound:
    """A rule without a figure of its own, in which nothing can be wrong."""

    __slots__ = ()

    def problems(self) -> Iterator[Problem]:
        """None."""
        yield from ()


@dataclass(frozen=True, slots=True)
class OBrienFleming(AlwaysSound):
    """Bounds that fall as 1/sqrt(fraction): very strict early, near the fixed test at the end."""

    exponent: ClassVar[float] = -0.5
    name: ClassVar[str] = "O'Brien-Fleming"


@dataclass(frozen=True, slots=True)
class Pocock(AlwaysSound):
    """The same bound at every look."""

    exponent: ClassVar[float] = 0.0
    name: ClassVar[str] = "Pocock"


@dataclass(frozen=True, slots=True)
class WangTsiatis:
    """Bounds that go as fraction^(delta - 1/2): 0 is O'Brien-Fleming, 1/2 is Pocock."""

    delta: float

    @property
    def exponent(self) -> float:
        return self.delta - 0.5

    @property
    def name(self) -> str:
        return f"Wang-Tsiatis (delta {self.delta:g})"

    def problems(self) -> Iterator[Problem]:
        if not is_finite(self.delta) or not -0.5 <= self.delta <= 1:
            yield Problem("efficacy.delta", f"{named(self.delta)} given, not between -0.5 and 1")


@dataclass(frozen=True, slots=True)
class HaybittlePeto:
    """One strict bound (in Z) at every interim look; the last look takes what alpha remains."""

    bound: float = 3.0

    @property
    def name(self) -> str:
        return f"Haybittle-Peto (bound {self.bound:g})"

    def problems(self) -> Iterator[Problem]:
        if self.bound != math.inf:
            yield from positive("efficacy.bound", "the bound in Z", self.bound)


@dataclass(frozen=True, slots=True)
class LanDeMetsOBrienFleming(AlwaysSound):
    """Spending that resembles O'Brien-Fleming: sides x 2(1 - Phi(z(alpha/(2 sides))/sqrt(t)))."""

    name: ClassVar[str] = "Lan-DeMets, O'Brien-Fleming type"

    def spent(self, fraction: float, total: float, sided: int = 1) -> float:
        quantile = -ndtri(total / (2 * sided))
        return float(2 * sided * ndtr(-quantile / math.sqrt(fraction)))


@dataclass(frozen=True, slots=True)
class LanDeMetsPocock(AlwaysSound):
    """Spending that resembles Pocock: alpha x log(1 + (e - 1) t)."""

    name: ClassVar[str] = "Lan-DeMets, Pocock type"

    def spent(self, fraction: float, total: float, sided: int = 1) -> float:
        return total * math.log1p((math.e - 1) * fraction)


@dataclass(frozen=True, slots=True)
class KimDeMets:
    """Spending by a power of the fraction: alpha x t^rho."""

    rho: float

    @property
    def name(self) -> str:
        return f"Kim-DeMets (rho {self.rho:g})"

    def spent(self, fraction: float, total: float, sided: int = 1) -> float:
        return float(total * fraction**self.rho)

    def problems(self) -> Iterator[Problem]:
        if not is_finite(self.rho) or not 0.01 <= self.rho <= 100:
            yield Problem("spending.rho", f"{named(self.rho)} given; rho lies from 0.01 to 100")


@dataclass(frozen=True, slots=True)
class HwangShihDeCani:
    """Spending by alpha x (1 - e^(-gamma t))/(1 - e^(-gamma)); -4 is strict, 1 near Pocock."""

    gamma: float

    @property
    def name(self) -> str:
        return f"Hwang-Shih-DeCani (gamma {self.gamma:g})"

    def spent(self, fraction: float, total: float, sided: int = 1) -> float:
        if abs(self.gamma) < 1e-12:
            return total * fraction
        return total * math.expm1(-self.gamma * fraction) / math.expm1(-self.gamma)

    def problems(self) -> Iterator[Problem]:
        if not is_finite(self.gamma) or not -40 <= self.gamma <= 40:
            yield Problem("spending.gamma", f"{named(self.gamma)} given; gamma lies from -40 to 40")


@dataclass(frozen=True, slots=True)
class UserSpending:
    """Spending by a table: cumulative error `spent` at fractions `at`, straight lines between.

    The last fraction is 1 and the last value the whole error; at any other total (a repeated
    p-value asks for that) the table is scaled.
    """

    at: tuple[float, ...]
    spent_by: tuple[float, ...]
    name: ClassVar[str] = "user-defined spending"

    def spent(self, fraction: float, total: float, sided: int = 1) -> float:
        shares = [value / self.spent_by[-1] for value in self.spent_by]
        return total * float(np.interp(fraction, (0.0, *self.at), (0.0, *shares)))

    def problems(self) -> Iterator[Problem]:
        if not is_series(self.at) or not is_series(self.spent_by):
            pair = f"{self.at!r} and {self.spent_by!r}"
            yield Problem(
                "spending.at", f"{pair} given; a table is two lists as long as each other"
            )
            return
        if len(self.at) != len(self.spent_by) or not len(self.at):
            yield Problem(
                "spending.spent_by",
                f"{len(self.spent_by)} values for {len(self.at)} fractions; give one for each",
            )
            return
        if not _ascends((0.0, *self.at), strictly=True) or self.at[-1] != 1:
            yield Problem("spending.at", f"{self.at} must ascend from above 0 to 1")
        if not _ascends((0.0, *self.spent_by), strictly=False) or self.spent_by[-1] <= 0:
            yield Problem(
                "spending.spent_by",
                f"{self.spent_by} must never fall, start at 0 or above, end above 0",
            )


@dataclass(frozen=True, slots=True)
class FixedFutility:
    """Futility bounds (in Z) given outright, one for every look but the last."""

    bounds: tuple[float, ...]
    name: ClassVar[str] = "fixed futility bounds"

    def problems(self) -> Iterator[Problem]:
        if not is_series(self.bounds):
            yield Problem("futility.bounds", f"{self.bounds!r} given; name them as a list")
        elif not all(is_finite(bound) or bound == -math.inf for bound in self.bounds):
            yield Problem("futility.bounds", f"{self.bounds} given; each is a number or -infinity")


Shape: TypeAlias = OBrienFleming | Pocock | WangTsiatis
Spending: TypeAlias = (
    LanDeMetsOBrienFleming | LanDeMetsPocock | KimDeMets | HwangShihDeCani | UserSpending
)
Efficacy: TypeAlias = Shape | HaybittlePeto | Spending
Futility: TypeAlias = Spending | FixedFutility


def _ascends(values: tuple[float, ...], strictly: bool) -> bool:
    pairs = zip(values, values[1:], strict=False)
    return all(map(is_finite, values)) and all(a < b if strictly else a <= b for a, b in pairs)
