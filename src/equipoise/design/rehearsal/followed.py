"""What goes on from what was told before: a list that follows another, a number of another item."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.state.forms import Row, Value
from equipoise.conduct.subject import Subject
from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.plan_values import RowPlan, ValuePlan
from equipoise.design.rehearsal.values_drawn import rounded, value_drawn
from equipoise.logic.facts import Observation
from equipoise.study.model import Study

__all__ = ["goes_on", "gone_on", "next_number"]


def goes_on(plan: ValuePlan) -> bool:
    """Whether an answer goes on from another."""
    return bool(plan.of or (plan.rows and plan.rows.follows))


def gone_on(
    study: Study,
    subject: Subject,
    plan: ValuePlan,
    on: date,
    chance: Chance,
    holds: Callable[[str], bool],
) -> Value | None:
    """The answer; None where what it goes on from is not known."""
    if plan.rows:
        return _followed(study, subject, plan.rows, on, chance, holds)
    return _times_another(study, subject, plan, on, chance)


def next_number(
    known: Sequence[Observation], plan: ValuePlan, chance: Chance, holds: Callable[[str], bool]
) -> str | None:
    """The number that follows those that are known; None where there is none, or no way."""
    way = next((one for one in plan.again if not one.when or holds(one.when)), None)
    dated = sorted((one.on or date.min, one.order, one.value) for one in known)
    numbers = [float(value) for _, _, value in dated if isinstance(value, Decimal)]
    if way is None or not numbers or min(numbers) <= 0:
        return None
    first, last = numbers[0], numbers[-1]
    median, sigma = map(float, way.times)
    level = first * (last / first) ** float(way.keeps)
    return rounded(level * median * math.exp(sigma * chance.normal()), plan)


def _followed(
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
    return [_row(row, columns, on, chance.of(n)) for n, row in enumerate(before)]


def _times_another(
    study: Study, subject: Subject, plan: ValuePlan, on: date, chance: Chance
) -> str | None:
    """A number that goes on from that of another item; None where that is not known."""
    known = [one for one in SubjectFacts(study, subject, on).observations(plan.of) if one.on]
    last = max(known, key=lambda one: (one.on or date.min, one.order), default=None)
    if last is None or not isinstance(last.value, Decimal):
        return None
    return _times(float(last.value), plan, chance)


def _last(study: Study, subject: Subject, item: str) -> list[Row]:
    """The rows of a list as they were told last."""
    records = subject.forms.of(study.form_asking[item].id)
    told = [record for record in records if record.now(item)]
    rows = max(told, key=lambda record: record.on).now(item) if told else None
    return rows if isinstance(rows, list) else []


def _row(row: Row, columns: Mapping[str, ValuePlan], on: date, chance: Chance) -> Row:
    cells: Row = {}
    for name, plan in columns.items():
        own = chance.of(name)
        if plan.same:
            cells[name] = row[name]
        elif plan.times:
            cells[name] = _times(float(row[name]), plan, own)
        else:
            cells[name] = value_drawn(plan, on, own)
    return cells


def _times(number: float, plan: ValuePlan, chance: Chance) -> str:
    median, sigma = map(float, plan.times or (1, 0))
    return rounded(number * median * math.exp(sigma * chance.normal()), plan)
