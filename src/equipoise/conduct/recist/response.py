"""The arithmetic of RECIST 1.1, and its tables: from diameters to the response at one time point.

Eisenhauer et al., European Journal of Cancer 2009;45:228-247, sections 4.3.1 to 4.4, tables 1 and
2, and the questions and answers of the EORTC. None stands for what is not known: a list that
nobody filled in is no list of nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

__all__ = ["TOO_SMALL", "Other", "Response", "Sums", "Target", "of_others", "of_targets"]
__all__ += ["overall", "summed"]

Response = Literal["CR", "PR", "SD", "PD", "non-CR/non-PD", "NE", "NED"]

NODE_IS_NORMAL = Decimal(10)
"""A lymph node with a short axis below this, in mm, is no longer a lesion (4.3.1)."""
TOO_SMALL = Decimal(5)
"""What stands for a lesion that is there and too small to be measured, in mm (4.3.1)."""
SHRUNK, GREW, GREW_BY = Decimal("0.7"), Decimal("1.2"), Decimal(5)
"""At least 30 % less than the baseline; 20 % and 5 mm more than the smallest sum (4.3.1)."""


@dataclass(frozen=True, slots=True)
class Target:
    """A target lesion before treatment: the long axis, or of a lymph node the short one, in mm."""

    name: str
    is_node: bool
    diameter: Decimal | None

    def is_there(self, diameter: Decimal | None) -> bool:
        """Whether it is a lesion at this size; a node that is normal is none."""
        return bool(diameter and (not self.is_node or diameter >= NODE_IS_NORMAL))


@dataclass(frozen=True, slots=True)
class Other:
    """A lesion before treatment that is looked at and not measured."""

    name: str
    is_node: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The sums of diameters, in mm: before treatment, the smallest before now, and now.

    Of an evaluation at which a target was not measured there is no sum: `rest` adds up the others,
    and `missing` names it.
    """

    baseline: Decimal | None
    smallest: Decimal | None
    parts: tuple[tuple[str, Decimal], ...] = ()
    """Each lesion that was measured, with its diameter."""
    missing: tuple[str, ...] = ()

    @property
    def rest(self) -> Decimal:
        """What those that were measured come to."""
        return sum((one for _, one in self.parts), Decimal(0))

    @property
    def now(self) -> Decimal | None:
        """The sum; None where a target was not measured."""
        return None if self.missing else self.rest

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
        return None if self.now is None or self.smallest is None else self.now - self.smallest

    @property
    def grew(self) -> bool:
        """Whether it grew enough for progression, whatever those that were not measured come to."""
        low = self.smallest
        return low is not None and self.rest >= GREW * low and self.rest - low >= GREW_BY


def _change(now: Decimal | None, then: Decimal | None) -> Decimal | None:
    return (now - then) / then if now is not None and then else None


def summed(
    targets: Iterable[Target], measured: Mapping[str, Decimal | None], smallest: Decimal | None
) -> Sums:
    """The sums at one evaluation.

    :param measured: the diameter now of each target, by its name
    :param smallest: the smallest sum before now, that of the baseline included
    """
    known = [target.diameter for target in targets]
    at_first = [one for one in known if one is not None]
    now = {target.name: measured.get(target.name) for target in targets}
    return Sums(
        baseline=sum(at_first, Decimal(0)) if len(at_first) == len(known) else None,
        smallest=smallest,
        parts=tuple((name, one) for name, one in now.items() if one is not None),
        missing=tuple(name for name, one in now.items() if one is None),
    )


def of_targets(
    targets: Sequence[Target],
    measured: Mapping[str, Decimal | None],
    sums: Sums,
    *,
    was_complete: bool,
) -> Response | None:
    """The response of the target lesions.

    A lesion that was not measured only adds to the sum: progression is known without it, and
    nothing else is. What is back after a complete response is progression; what is back while
    other lesions remained counts in the sum. Nodes that grow and are normal still are none.

    :param was_complete: whether the response was complete, of all lesions, before now
    """
    if sums.smallest is None or sums.baseline is None:
        return None
    there = [one.is_there(measured.get(one.name)) for one in targets]
    if any(there) and (sums.grew or was_complete):
        return "PD"
    if sums.now is None:
        return "NE"
    if not any(there):
        return "CR"
    return "PR" if sums.now <= SHRUNK * sums.baseline else "SD"


def of_others(
    others: Sequence[Other], seen: Mapping[str, str], *, was_complete: bool = False
) -> Response:
    """The response of the lesions that are not measured (4.3.2 and 4.3.3).

    After a complete response one that is back is progression; a lymph node only by progressing.

    :param others: those that there were before treatment
    :param seen: what each is now: absent, present, progression or not-evaluated
    """
    states = [seen.get(one.name) or "not-evaluated" for one in others]
    back = [one for one in others if seen.get(one.name) == "present" and not one.is_node]
    if "progression" in states or (was_complete and back):
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
    if None in (target, other, new):
        return None
    if not target:
        return other or "NED"  # no disease to follow, and none that is new
    if target == "CR":
        return "CR" if other in ("CR", "") else "PR"
    return target
