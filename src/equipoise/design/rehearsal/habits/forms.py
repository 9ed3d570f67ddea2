"""How invented people come to forms that no visit asks: each now and then, at its own rate."""

import math
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from pydantic import Field

from equipoise.conduct.forms import SaveForm
from equipoise.conduct.state.forms import NONE, Value
from equipoise.design.rehearsal.habits.habit import Habit, Stay, Step
from equipoise.design.rehearsal.values import answers
from equipoise.study.parts import Code, Number, Part, Source

__all__ = ["HABIT"]

FORTNIGHT = 14


class Unplanned(Part):
    """How often something is told on one form, and in which arms."""

    per_year: Number = Field(gt=0)
    arms: tuple[Code, ...] = Field(default=(), description="empty: all arms")
    none_so_far: Number = Field(
        default=Decimal(0), description="the share of whom it is said at first that there is none"
    )


class FormsPlan(Part):
    """What is told at no visit, by its form; once of each participant at most."""

    unplanned: dict[Code, Unplanned]
    source: Source


def _steps(stay: Stay) -> Iterator[Step]:
    for days, form_id, is_none in sorted([*_due(stay), *_none(stay)]):
        at = stay.moment(stay.since + timedelta(days=days))
        if at is None:
            return
        form, own = stay.study.form_of[form_id], stay.chance.of("answers", form_id)
        number = 1 + len(stay.subject().forms.of(form_id)) if form.repeats else 1
        values: dict[str, Value] = {NONE: "yes"}
        if not is_none:
            values = answers(stay.study, form, stay.subject(), at.date(), stay.values, own)
        yield Step(at=at, act=SaveForm(form=form_id, number=number, values=values))


def _none(stay: Stay) -> Iterator[tuple[int, str, bool]]:
    """After how many days it is said of each form that there is none so far."""
    for form_id, told in stay.plan.unplanned.items():
        own = stay.chance.of("none", form_id)
        if own.random() < float(told.none_so_far):
            yield own.whole(1, FORTNIGHT), form_id, True


def _due(stay: Stay) -> Iterator[tuple[int, str, bool]]:
    """After how many days each form is first filled in."""
    arm = stay.subject().arm
    for form_id, told in stay.plan.unplanned.items():
        if not told.arms or arm in told.arms:
            wait = stay.chance.of("wait", form_id).exponential() / float(told.per_year)
            first = FORTNIGHT if told.none_so_far else 0  # until then there is none so far
            yield 1 + first + math.ceil(wait * 365.25), form_id, False


HABIT = Habit(plan=FormsPlan, steps=_steps)
