"""The evaluations of one participant's tumour, in the order of their days, each worked out anew."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from equipoise.conduct.facts import asked_then
from equipoise.conduct.recist.response import (
    Response,
    Sums,
    Target,
    of_others,
    of_targets,
    overall,
    summed,
)
from equipoise.conduct.state.forms import Record, Row
from equipoise.conduct.subject import Subject
from equipoise.study.kinds.number_text import comparator_of
from equipoise.study.model import Study
from equipoise.study.sections.recist import Recist

__all__ = ["Evaluation", "evaluations"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One evaluation: what the response follows from, and the response, as far as it is known."""

    on: date
    form: str
    visit: str
    number: int
    sums: Sums | None
    """None where there are no targets, or nobody said how they are."""
    target: Response | None
    other: Response | None
    new: bool | None
    overall: Response | None
    strange: tuple[str, ...] = ()
    """Lesions that are told of and did not stand there before treatment: they count for nothing."""


def evaluations(study: Study, subject: Subject) -> list[Evaluation]:
    """Every evaluation that is recorded, the first first."""
    rules = study.recist
    if rules is None:
        return []
    records = _by_day(subject.forms.of(study.form_asking[rules.measured].id))
    return list(_worked_out(study, subject, rules, records)) if records else []


def _by_day(records: list[Record]) -> list[Record]:
    return sorted(records, key=lambda record: (record.on, record.number))


def _worked_out(
    study: Study, subject: Subject, rules: Recist, records: Sequence[Record]
) -> Iterator[Evaluation]:
    before = _baseline(study, subject, rules, records[0].on)
    targets, others = _targets(study, subject, rules, before), _names(rules, before, rules.others)
    known = [one.diameter for one in targets or ()]
    smallest = None if None in known else sum((one for one in known if one), Decimal(0))
    was_complete = False
    for record in records:
        measured = _diameters(study, subject, rules, record, rules.measured)
        sums = summed(targets, measured, smallest) if targets and measured is not None else None
        target: Response | None = None
        if sums is not None and targets and measured is not None:
            target = of_targets(targets, measured, sums, was_complete=was_complete)
        evaluation = _evaluation(rules, record, (targets, others), sums, target)
        was_complete = was_complete or target == "CR"
        if sums is not None and not sums.missing and smallest is not None:
            smallest = min(smallest, sums.now)
        yield evaluation


def _evaluation(
    rules: Recist,
    record: Record,
    before: tuple[list[Target] | None, list[str] | None],
    sums: Sums | None,
    target: Response | None,
) -> Evaluation:
    targets, others = before
    seen, new = _rows(record, rules.seen), _rows(record, rules.new)
    states = {row.get(rules.lesion, ""): row.get(rules.state, "") for row in seen or ()}
    other = of_others(others, states) if others and seen is not None else None
    found = None if new is None else bool(new)
    named = {target.name for target in targets or ()} | set(others or ())
    names = [row.get(rules.lesion, "") for row in (_rows(record, rules.measured) or [])] + [*states]
    return Evaluation(
        on=record.on,
        form=record.form,
        visit=record.visit,
        number=record.number,
        sums=sums,
        target=target,
        other=other,
        new=found,
        overall=overall("" if targets == [] else target, "" if others == [] else other, new=found),
        strange=tuple(name for name in dict.fromkeys(names) if name and name not in named),
    )


def _baseline(study: Study, subject: Subject, rules: Recist, until: date) -> Record | None:
    """The copy on which the lesions were chosen: the last one before the first evaluation."""
    form = study.form_asking[rules.targets].id
    copies = [r for r in subject.forms.of(form) if r.on <= until and r.answers(rules.targets)]
    return _by_day(copies)[-1] if copies else None


def _targets(
    study: Study, subject: Subject, rules: Recist, record: Record | None
) -> list[Target] | None:
    """The target lesions; empty where it is said that there are none, None where nothing is."""
    rows = _rows(record, rules.targets) if record else None
    if record is None or rows is None:
        return None
    sizes = _diameters(study, subject, rules, record, rules.targets) or {}
    return [
        Target(row[rules.lesion], row.get(rules.organ) == rules.node, sizes.get(row[rules.lesion]))
        for row in rows
        if row.get(rules.lesion)
    ]


def _names(rules: Recist, record: Record | None, item: str) -> list[str] | None:
    rows = _rows(record, item) if record else None
    return None if rows is None else [row[rules.lesion] for row in rows if row.get(rules.lesion)]


def _diameters(
    study: Study, subject: Subject, rules: Recist, record: Record, item: str
) -> dict[str, Decimal | None] | None:
    """The diameter of each lesion on a list, in mm; None where that is no measurement.

    What an earlier text had in another unit is none.
    """
    rows = _rows(record, item)
    if rows is None:
        return None
    then = asked_then(study, subject, item, record.versions(item)[-1])
    in_mm = then and any(c.id == rules.diameter and c.unit == "mm" for c in then.columns)
    return {
        row[rules.lesion]: _number(row.get(rules.diameter, "")) if in_mm else None
        for row in rows
        if row.get(rules.lesion)
    }


def _number(text: str) -> Decimal | None:
    """A diameter; below or above a bound is no measurement."""
    return Decimal(text) if text and not comparator_of(text)[0] else None


def _rows(record: Record, item: str) -> list[Row] | None:
    value = record.current.get(item)
    return value if isinstance(value, list) else None
