"""The lesions before treatment, and how each stands at an evaluation, as the forms have them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from equipoise.conduct.facts import asked_then
from equipoise.conduct.recist.response import TOO_SMALL, Other, Target
from equipoise.conduct.state.forms import Record, Row
from equipoise.conduct.subject import Subject
from equipoise.logic.units import convert
from equipoise.study.kinds.number_text import comparator_of
from equipoise.study.model import Study
from equipoise.study.sections.recist import Recist

__all__ = ["Baseline", "baseline", "diameters", "in_mm", "rows_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What there was before treatment; None where nobody said, empty where there was none."""

    on: date | None = None
    targets: list[Target] | None = None
    others: list[Other] | None = None

    @property
    def sum(self) -> Decimal | None:
        """Of the diameters; None where one is not known."""
        known = [one.diameter for one in self.targets or ()]
        return None if None in known else sum((one for one in known if one), Decimal(0))

    @property
    def names(self) -> set[str]:
        return {one.name for one in (*(self.targets or ()), *(self.others or ()))}


def baseline(study: Study, subject: Subject, rules: Recist, scans: Sequence[date]) -> Baseline:
    """The last copy of the form on which lesions are chosen, of before the first evaluation.

    A scan from before the lesions were first chosen is no evaluation of them.
    """
    form = study.form_asking[rules.targets].id
    copies = [one for one in subject.forms.of(form) if one.answers(rules.targets)]
    begun = min((one.on for one in copies), default=date.max)
    first = min((on for on in scans if on >= begun), default=date.max)
    copy = max((one for one in copies if one.on <= first), key=_order, default=None)
    if copy is None:
        return Baseline()
    sizes = diameters(study, subject, rules, copy, rules.targets) or {}
    targets = [
        Target(row[rules.lesion], row.get(rules.organ) == rules.node, sizes.get(row[rules.lesion]))
        for row in _named(rules, copy, rules.targets) or ()
    ]
    others = _named(rules, copy, rules.others)
    return Baseline(
        on=copy.on,
        targets=targets,
        others=None
        if others is None
        else [Other(row[rules.lesion], row.get(rules.organ) == rules.node) for row in others],
    )


def _order(record: Record) -> tuple[date, int]:
    return record.on, record.number


def _named(rules: Recist, record: Record, item: str) -> list[Row] | None:
    rows = rows_of(record, item)
    return None if rows is None else [row for row in rows if row.get(rules.lesion)]


def diameters(
    study: Study, subject: Subject, rules: Recist, record: Record, item: str
) -> dict[str, Decimal | None] | None:
    """The diameter of each lesion on a list, in mm; None where that is no measurement.

    It is in the unit of the text under which it was recorded.
    """
    rows = _named(rules, record, item)
    if rows is None:
        return None
    then = asked_then(study, subject, item, record.versions(item)[-1])
    columns = then.columns if then else ()
    unit = next((one.unit for one in columns if one.id == rules.diameter), "")
    return {row[rules.lesion]: in_mm(row.get(rules.diameter, ""), unit) for row in rows}


def in_mm(text: str, unit: str) -> Decimal | None:
    """A diameter; below 5 mm it is too small to be measured, and any other bound is no measure."""
    comparator, number = comparator_of(text)
    size = convert(Decimal(number), unit, "mm") if number and unit else None
    if size is None or not comparator:
        return size
    return TOO_SMALL if comparator in ("<", "<=") and size <= TOO_SMALL else None


def rows_of(record: Record, item: str) -> list[Row] | None:
    """The rows of a list; None where nobody filled it in."""
    value = record.current.get(item)
    return value if isinstance(value, list) else None
