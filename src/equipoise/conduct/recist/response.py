"""The arithmetic of RECIST 1.1, and its tables: from diameters to the response at one time point.

Eisenhauer et al., European Journal of Cancer 2009;45:228-247, sections 4.3.1 to 4.4 and tables 1
and 2. None stands for what is not known: a list that nobody filled in is no list of nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

__all__ = ["Response", "Sums", "Target", "of_others", "of_targets", "overall", "summed"]

Response = Literal["CR", "PR", "SD", "PD", "non-CR/non-PD", "NE"]

NODE_IS_NORMAL = Decimal(10)
"""A lymph node with a short axis below this, in mm, is no longer a lesion (4.3.1)."""
SHRUNK, GREW, GREW_BY = Decimal("0.7"), Decimal("1.2"), Decimal(5)
"""At least 30 % less than the baseline; 20 % and 5 mm more than the smallest sum (4.3.1)."""


@dataclass(frozen=True, slots=True)
class Target:
    """A target lesion before treatment: the long axis, or of a lymph node the short one, in mm."""

    name: str
    is_node: bool
    diameter: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The sums of diameters, in mm: before treatment, the smallest before now, and now.

    The sum now is that of the lesions that were measured; `missing` names those that were not.
    """

    baseline: Decimal | None
    smallest: Decimal | None
    now: Decimal
    parts: tuple[tuple[str, Decimal], ...] = ()
    """What it is the sum of: each lesion that was measured, with its diameter."""
    missing: tuple[str, ...] = ()

    @property
    def from_baseline(self) -> Decimal | None:
        """The change from baseline, as a share."""
        return _change(self.now, self.baseline)

    @property
    def from_smallest(self) -> Decimal | None:
        """The change from the smallest sum, as a share."""
        return _change(self.now, self.smallest)

    @property
    def growth(self) -> Decimal | None:
        """By how many mm it lies above the smallest sum."""
        return None if self.smallest is None else self.now - self.smallest


def _change(now: Decimal, then: Decimal | None) -> Decimal | None:
    return (now - then) / then if then else None


def summed(
    targets: Iterable[Target], measured: Mapping[str, Decimal | None], smallest: Decimal | None
) -> Sums:
    """The sums at one evaluation.

    :param measured: the diameter now of each target, by its name
    :param smallest: the smallest whole sum before now, that of the baseline included
    """
    known = [target.diameter for target in targets]
    at_first = [one for one in known if one is not None]
    baseline = sum(at_first, Decimal(0)) if len(at_first) == len(known) else None
    now = {target.name: measured.get(target.name) for target in targets}
    parts = tuple((name, one) for name, one in now.items() if one is not None)
    return Sums(
        baseline=baseline,
        smallest=smallest,
        now=sum((one for _, one in parts), Decimal(0)),
        parts=parts,
        missing=tuple(name for name, one in now.items() if one is None),
    )


def of_targets(
    targets: Iterable[Target],
    measured: Mapping[str, Decimal | None],
    sums: Sums,
    *,
    was_complete: bool,
) -> Response | None:
    """The response of the target lesions.

    A lesion that was not measured only adds to the sum: progression is known without it, and
    nothing else is. After a complete response any target that is back is progression.

    :param was_complete: whether an evaluation before now found a complete response
    """
    if sums.smallest is None or sums.baseline is None:
        return None
    if sums.now >= GREW * sums.smallest and sums.now - sums.smallest >= GREW_BY:
        return "PD"
    solid = [measured.get(target.name) for target in targets if not target.is_node]
    if was_complete and any(one for one in solid):
        return "PD"
    if sums.missing:
        return "NE"
    nodes = [measured[target.name] for target in targets if target.is_node]
    if not any(solid) and all(node is not None and node < NODE_IS_NORMAL for node in nodes):
        return "CR"
    return "PR" if sums.now <= SHRUNK * sums.baseline else "SD"


def of_others(names: Iterable[str], seen: Mapping[str, str]) -> Response:
    """The response of the lesions that are not measured (4.3.2 and 4.3.3).

    :param names: those that there were before treatment
    :param seen: what each is now: absent, present, progression or not-evaluated
    """
    states = [seen.get(name) or "not-evaluated" for name in names]
    if "progression" in states:
        return "PD"
    if "not-evaluated" in states:
        return "NE"
    return "non-CR/non-PD" if "present" in states else "CR"


def overall(
    target: Response | Literal[""] | None, other: Response | Literal[""] | None, *, new: bool | None
) -> Response | None:
    """The response at one time point: tables 1 and 2; None while it is not known.

    :param target: of the target lesions; empty where there were none
    :param other: of the others; empty where there were none
    :param new: whether a new lesion was found
    """
    if new or "PD" in (target, other):
        return "PD"
    if None in (target, other, new) or (not target and not other):
        return None
    if not target:
        return other or None
    if target == "CR":
        return "CR" if other in ("CR", "") else "PR"
    return target
