"""The evaluations of one participant's tumour, in the order of their days, each worked out anew."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from equipoise.conduct.recist.lesions import Baseline, baseline, diameters, rows_of
from equipoise.conduct.recist.response import (
    Response,
    Sums,
    of_others,
    of_targets,
    overall,
    summed,
)
from equipoise.conduct.state.forms import Record
from equipoise.conduct.subject import Subject
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """What an evaluation is held against: that of earlier days, whoever read them."""

    baseline: Baseline
    smallest: Decimal | None
    was_complete: bool = False

    def then(self, found: Iterable[Evaluation]) -> "_Before":
        """As it stands once these have been made, which are of one day."""
        sums = [self.smallest, *(one.sums.now for one in found if one.sums)]
        return _Before(
            baseline=self.baseline,
            smallest=None if self.smallest is None else min(one for one in sums if one is not None),
            was_complete=self.was_complete or any(one.overall == "CR" for one in found),
        )


def evaluations(study: Study, subject: Subject) -> list[Evaluation]:
    """Every evaluation that is recorded, the first first."""
    rules = study.recist
    if rules is None:
        return []
    records = subject.forms.of(study.form_asking[rules.measured].id)
    return list(_worked_out(study, subject, rules, records)) if records else []


def _worked_out(
    study: Study, subject: Subject, rules: Recist, records: list[Record]
) -> Iterator[Evaluation]:
    chosen = baseline(study, subject, rules, [record.on for record in records])
    before = _Before(baseline=chosen, smallest=chosen.sum)
    in_order = sorted(records, key=lambda record: (record.on, record.number))
    for on, of_one_day in groupby(in_order, key=lambda record: record.on):
        if chosen.on and on < chosen.on:
            yield from (_of_before(record) for record in of_one_day)
            continue
        found = [_evaluation(study, subject, rules, record, before) for record in of_one_day]
        before = before.then(found)
        yield from found


def _of_before(record: Record) -> Evaluation:
    """A scan from before the lesions were chosen: it says nothing of them."""
    return Evaluation(
        on=record.on,
        form=record.form,
        visit=record.visit,
        number=record.number,
        sums=None,
        target=None,
        other=None,
        new=None,
        overall=None,
    )


def _evaluation(
    study: Study, subject: Subject, rules: Recist, record: Record, before: _Before
) -> Evaluation:
    targets, others = before.baseline.targets, before.baseline.others
    complete = before.was_complete
    measured = diameters(study, subject, rules, record, rules.measured)
    seen, new = rows_of(record, rules.seen), rows_of(record, rules.new)
    states = {row.get(rules.lesion, ""): row.get(rules.state, "") for row in seen or ()}
    sums = summed(targets, measured, before.smallest) if targets and measured is not None else None
    target: Response | None = None
    if sums is not None and targets and measured is not None:
        target = of_targets(targets, measured, sums, was_complete=complete)
    is_seen = others and seen is not None
    other = of_others(others, states, was_complete=complete) if others and is_seen else None
    found = None if new is None else bool(new)
    named = before.baseline.names
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
        strange=tuple(
            dict.fromkeys(n for n in (*(measured or ()), *states) if n and n not in named)
        ),
    )
