"""Invented answers: one value for each item, from the plan and a generator of chance."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import partial

from equipoise.conduct.copied import copy_of
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.state.forms import Record, Row, Save, Value
from equipoise.conduct.subject import Subject
from equipoise.conduct.unanswered import ABSENT, WHY
from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.followed import goes_on, gone_on, next_number
from equipoise.design.rehearsal.plan_values import ValuePlan
from equipoise.design.rehearsal.values_drawn import value_drawn
from equipoise.logic.evaluate import truth_of
from equipoise.logic.facts import Observation
from equipoise.logic.language import parsed
from equipoise.logic.truth import Truth
from equipoise.study.forms import Column, Form, Item
from equipoise.study.model import Study

__all__ = ["answers", "copied_of"]


def copied_of(
    form: Form, subject: Subject, values: Mapping[str, Value], on: date
) -> tuple[str, ...]:
    """The items of which the answer is that of the last copy, where the study lets it be copied."""
    last = copy_of(subject, form, None, on)
    if last is None:
        return ()
    kept = (item.id for item in form.items if item.copies and last.answers(item.id))
    return tuple(name for name in kept if values.get(name) == last.current[name])


def answers(
    study: Study,
    form: Form,
    subject: Subject,
    on: date,
    plans: Mapping[str, ValuePlan],
    chance: Chance,
) -> dict[str, Value]:
    """Every answer of one form; items that do not apply are left out.

    :param chance: of this form at this visit; every item draws from a stream of its own below it
    """
    copy = _Copy(study, form, subject, on)
    conditions = _Conditions(study, subject, on)
    holds = conditions.hold
    for item in form.items:
        if item.formula or (_may_not_be_asked(study, item) and not copy.asks(item)):
            continue
        plan = plans.get(item.id)
        if plan is None:
            copy.say(item.id, item.of_kind.usual(item, on))
            continue
        if subject.randomised_on:
            plan = plan.by_arm.get(subject.arm, plan)
        value = copy.last(item, plan, chance) if item.copies and plan.copied else None
        if value is None and goes_on(plan):
            value = gone_on(study, subject, plan, on, chance.of(item.id), holds)
        elif value is None:
            value = _again(item, plan, conditions, chance)
            value = value or _answer(item, plan, on, chance, holds)
        if value is None:
            for part, text in _absent(item).items():
                copy.say(f"{item.id}.{part}", text)
            continue
        copy.say(item.id, value)
        copy.say(f"{item.id}.unit", plan.unit or None)
        for part, limit in (("uln", plan.uln), ("lln", plan.lln)) if item.limits else ():
            copy.say(f"{item.id}.{part}", None if limit is None else f"{limit:f}")
    return copy.given


def _again(item: Item, plan: ValuePlan, conditions: "_Conditions", chance: Chance) -> Value | None:
    """A number that follows from those before it."""
    if not plan.again:
        return None
    known = conditions.known(item.id)
    return next_number(known, plan, chance.of(item.id, "again"), conditions.hold)


def _answer(
    item: Item, plan: ValuePlan, on: date, chance: Chance, holds: Callable[[str], bool]
) -> Value | None:
    """One answer; None where it is missing."""
    if plan.always is not None and not plan.missing:
        return plan.always  # nothing is left to chance
    if plan.holds:
        return "yes" if holds(plan.holds) else "no"
    own = chance.of(item.id)
    if own.random() < float(plan.missing):
        return None
    return _rows(item, plan, on, own, holds) if item.of_kind.rows else _drawn(item, plan, on, own)


def _absent(item: Item) -> dict[str, str]:
    """What is said of an answer that is missing, where the study asks that."""
    if not item.unanswered:
        return {}
    return {ABSENT: item.unanswered[0], WHY: "overlooked"}


def _rows(
    item: Item, plan: ValuePlan, on: date, chance: Chance, holds: Callable[[str], bool]
) -> list[Row]:
    if plan.rows is None:
        return []
    rows: list[Row] = []
    for n, fixed in enumerate(plan.rows.each):
        own = chance.of("each", n)
        if own.random() < float(fixed.chance) and (not fixed.when or holds(fixed.when)):
            rows.append(_cells(item, fixed.columns, on, own))
    by_chance = 0
    while by_chance < plan.rows.most and chance.random() < float(plan.rows.chance):
        rows.append(_cells(item, plan.rows.columns, on, chance))
        by_chance += 1
    return rows


def _drawn(column: Column, plan: ValuePlan, on: date, chance: Chance) -> str:
    """One value, as far as the study records it: of a birth that is the year."""
    text = value_drawn(plan, on, chance)
    return column.of_kind.as_far_as_asked(column, text)


def _cells(item: Item, cells: Mapping[str, ValuePlan], on: date, chance: Chance) -> Row:
    return {c.id: _drawn(c, cells[c.id], on, chance) for c in item.columns if c.id in cells}


def _may_not_be_asked(study: Study, item: Item) -> bool:
    """Whether it is asked under a condition, or between amendments."""
    return bool(item.shown_when) or item.id in study.item_period


class _Copy:
    """One copy of a form while it is filled in, and which of its items are asked so far."""

    def __init__(self, study: Study, form: Form, subject: Subject, on: date) -> None:
        self.given: dict[str, Value] = {}
        self._form, self._before = form, subject
        self._on, self._at = on, datetime.combine(on, time.min, UTC)
        self._record = Record(form=form.id, visit="", number=1, on=on)
        copies = {**subject.forms.by_form(), form.id: [self._record]}
        self._fresh = partial(SubjectFacts, study, subject, on, copies=copies)
        self._facts = self._fresh()
        self._read = study.read_by_conditions[form.id]
        """What else is answered changes none of the conditions of this form."""

    def say(self, name: str, value: Value | None) -> None:
        """Answer; None says nothing."""
        if value is not None:
            self.given[name] = value
            if name.partition(".")[0] in self._read:
                said = Save(values={name: value}, by="", at=self._at, on=self._on)
                self._record.saves.append(said)
                self._facts = self._fresh()

    def last(self, item: Item, plan: ValuePlan, chance: Chance) -> Value | None:
        """What stands at an item on the last copy of the form, where it is copied from it."""
        if chance.of(item.id, "copied").random() >= float(plan.copied):
            return None
        last = copy_of(self._before, self._form, None, self._on)
        return last.now(item.id) if last else None

    def asks(self, item: Item) -> bool:
        """Whether an item is asked of the participant as they stand and have answered so far."""
        return self._facts.asks(item, self._record) is Truth.TRUE


class _Conditions:
    """Conditions of the plan, each judged once for all rows of one list."""

    def __init__(self, study: Study, subject: Subject, on: date) -> None:
        self._facts, self._words = SubjectFacts(study, subject, on), study.vocabulary
        self._on, self._held = on, dict[str, bool]()

    def known(self, item: str) -> Sequence[Observation]:
        """What is known of an item so far."""
        return self._facts.observations(item)

    def hold(self, when: str) -> bool:
        """Whether a condition is known to hold of the participant."""
        if when not in self._held:
            truth = truth_of(parsed(when), self._words, self._facts, self._on)
            self._held[when] = truth is Truth.TRUE
        return self._held[when]
