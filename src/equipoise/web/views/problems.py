"""What keeps an act from being done, gathered, each beside the field where it can be mended."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext

from equipoise.logic.figures import opening
from equipoise.study.kinds.day import PartialDate
from equipoise.study.reason import Refusal
from equipoise.web.reader import HERE
from equipoise.web.unable import status_of
from equipoise.web.views.day_box import parts_of, which_day

__all__ = [
    "Problem",
    "Problems",
    "day_from_parts",
    "day_parts",
    "day_read",
    "is_number",
    "partial_from_parts",
]

FormData = Mapping[str, str]
PARTLY = PartialDate()
UNKNOWN = re.compile(r"UNK?|unk?")  # as CDASH writes what is not known of a date
LONGEST = 4_000  # digits of a number; Python reads none that is much longer


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason as it is shown: where it can be mended, and the sentence in the reader's words."""

    where: str
    because: str
    code: str = ""
    """That of the reason; empty where the form itself saw it."""


@dataclass(slots=True)
class Problems:
    """Every reason against what was typed, in the order found."""

    found: list[Problem] = field(default_factory=list)

    def add(self, where: str, because: str) -> None:
        """Something that the form itself sees."""
        self.found.append(Problem(where, because))

    def take(self, refusals: Iterable[Refusal]) -> None:
        """What the trial says against it, in the reader's language."""
        self.found.extend(Problem(r.where, r.wording(HERE), r.code) for r in refusals)

    def beside(self, refusals: Iterable[Refusal]) -> None:
        """What the trial says besides: not of a field in which the form itself saw something."""
        seen = {problem.where for problem in self.found if problem.where}
        self.take(r for r in refusals if r.where.partition(".")[0] not in seen)

    @property
    def status(self) -> int:
        """The status of the page that shows them."""
        return status_of((problem.code for problem in self.found), 422)

    def at(self, where: str) -> list[str]:
        """The reasons that belong to one field."""
        return [opening(problem.because) for problem in self.found if problem.where == where]

    def __bool__(self) -> bool:
        return bool(self.found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.found)


def is_number(text: str) -> bool:
    """Whether it is a whole number that can be read; the trial says whether it is too large."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST


def day_parts(posted: FormData, name: str) -> dict[str, str]:
    """Day, month and year of a date that was typed."""
    return parts_of(posted, name)


def day_from_parts(parts: FormData, name: str, problems: Problems) -> date | None:
    """The date that was typed; None, with a problem said, when there is none such."""
    if not any(parts.values()):
        problems.add(name, gettext("Give the date"))
        return None
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except (ValueError, OverflowError):
        if question := which_day(parts.get("text", ""), name):
            problems.take([question])
        else:
            problems.add(name, gettext("Give a date that exists, like 23 11 2026"))
        return None


def partial_from_parts(entered: FormData) -> str:
    """The day that was typed, or only its year or month, as text; empty when there is none such."""
    year, month, on = (entered[part] for part in ("year", "month", "day"))
    given = [part for part in (year, month, on) if part]
    unknown = UNKNOWN.fullmatch
    if not all((part.isdecimal() and len(part) <= 4) or unknown(part) for part in given):
        return ""
    if not year or unknown(year) or (on and not month):
        return ""
    widths = zip(given, (4, 2, 2), strict=False)
    parts = [part if unknown(part) else f"{int(part):0{width}}" for part, width in widths]
    text = PARTLY.canonical("-".join(parts))
    return text if PARTLY.days(text) else ""


def day_read(text: str) -> date | None:
    """A day as people write it in one field: 2026-11-23, 23-11-2026, 23 11 2026, 23/11/2026."""
    parts = re.split(r"[-/. ]+", text.strip())
    if len(parts) != 3 or not all(part.isdecimal() and len(part) <= 4 for part in parts):
        return None
    first, month, last = (int(part) for part in parts)
    year, on = (first, last) if len(parts[0]) == 4 else (last, first)
    try:
        return date(year, month, on)
    except ValueError:
        return None
