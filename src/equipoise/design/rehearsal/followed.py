"""A list that follows another: each row goes on from what was told of it last."""

import math
from collections.abc import Callable, Mapping
from datetime import date

from equipoise.conduct.state.forms import Row
from equipoise.conduct.subject import Subject
from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.plan_values import RowPlan, ValuePlan
from equipoise.design.rehearsal.values_drawn import rounded, value_drawn
from equipoise.study.model import Study

__all__ = ["followed"]


def followed(
    study: Study,
    subject: Subject,
    plan: RowPlan,
    on: date,
    chance: Chance,
    holds: Callable[[str], bool],
) -> list[Row]:
    """The rows of a list that follows others."""
    columns = next((one.columns for one in plan.instead if holds(one.when)), plan.columns)
    before = next((rows for name in plan.follows if (rows := _last(study, subject, name))), [])
    return [_goes_on(row, columns, on, chance.of(n)) for n, row in enumerate(before)]


def _last(study: Study, subject: Subject, item: str) -> list[Row]:
    """The rows of a list as they were told last."""
    records = subject.forms.of(study.form_asking[item].id)
    told = [record for record in records if record.now(item)]
    rows = max(told, key=lambda record: record.on).now(item) if told else None
    return rows if isinstance(rows, list) else []


def _goes_on(row: Row, columns: Mapping[str, ValuePlan], on: date, chance: Chance) -> Row:
    cells: Row = {}
    for name, plan in columns.items():
        own = chance.of(name)
        if plan.same:
            cells[name] = row[name]
        elif plan.times:
            median, sigma = map(float, plan.times)
            by = median * math.exp(sigma * own.normal())
            cells[name] = rounded(float(row[name]) * by, plan)
        else:
            cells[name] = value_drawn(plan, on, own)
    return cells
