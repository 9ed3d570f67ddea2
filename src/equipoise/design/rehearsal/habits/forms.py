"""How invented people come to forms that no visit asks: each now and then, at its own rate."""

import math
from collections.abc import Iterator
from datetime import timedelta

from pydantic import Field

from equipoise.conduct.forms import SaveForm
from equipoise.design.rehearsal.habits.habit import Habit, Stay, Step
from equipoise.design.rehearsal.values import answers
from equipoise.study.parts import Code, Number, Part, Source

__all__ = ["HABIT"]


class Unplanned(Part):
    """How often something is told on one form, and in which arms."""

    per_year: Number = Field(gt=0)
    arms: tuple[Code, ...] = Field(default=(), description="empty: all arms")


class FormsPlan(Part):
    """What is told at no visit, by its form; once of each participant at most."""

    unplanned: dict[Code, Unplanned]
    source: Source


def _steps(stay: Stay) -> Iterator[Step]:
    for days, form_id in sorted(_due(stay)):
        at = stay.moment(stay.since + timedelta(days=days))
        if at is None:
            return
        form, own = stay.study.form_of[form_id], stay.chance.of("answers", form_id)
        values = answers(stay.study, form, stay.subject(), at.date(), stay.values, own)
        yield Step(at=at, act=SaveForm(form=form_id, values=values))


def _due(stay: Stay) -> Iterator[tuple[int, str]]:
    """After how many days each form is first filled in."""
    arm = stay.subject().arm
    for form_id, told in stay.plan.unplanned.items():
        if not told.arms or arm in told.arms:
            wait = stay.chance.of("wait", form_id).exponential() / float(told.per_year)
            yield 1 + math.ceil(wait * 365.25), form_id


HABIT = Habit(plan=FormsPlan, steps=_steps)
