"""Invented answers: one value for each item, from the plan and a generator of chance."""

import math
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from itertools import accumulate

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Record, Row, Subject, Value, Version, record_key
from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.plan import ValuePlan
from equipoise.logic.evaluate import truth_of
from equipoise.logic.language import parse
from equipoise.logic.tree import Node
from equipoise.logic.truth import Truth
from equipoise.study.forms import Column, Form, Item
from equipoise.study.model import Study

__all__ = ["answers", "pick"]


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
    given: dict[str, Value] = {}
    for item in form.items:
        if item.shown_when and not _shown(study, form, item, subject, on, given):
            continue
        plan = plans.get(item.id, _usual(item, on))
        if plan and subject.allocation:
            plan = plan.by_arm.get(subject.allocation.arm, plan)
        own = chance.of(item.id)
        if plan is None or own.random() < float(plan.missing):
            continue
        if item.kind == "list":
            given[item.id] = _rows(item, plan, on, own)
            continue
        given[item.id] = _value(plan, on, own)
        if plan.unit:
            given[f"{item.id}.unit"] = plan.unit
        if item.limits and plan.uln is not None:
            given[f"{item.id}.uln"] = f"{plan.uln:f}"
        if item.limits and plan.lln is not None:
            given[f"{item.id}.lln"] = f"{plan.lln:f}"
    return given


def pick(weights: Mapping[str, Decimal], chance: Chance) -> str:
    """One of the codes, each as likely as its weight."""
    codes = list(weights)
    shares = list(accumulate(float(weight) for weight in weights.values()))
    place = chance.random() * shares[-1]
    return codes[min(bisect_right(shares, place), len(codes) - 1)]


def _value(plan: ValuePlan, on: date, chance: Chance) -> str:
    if plan.always is not None:
        return plan.always
    if plan.choice:
        return pick(plan.choice, chance)
    if plan.yes is not None:
        return "yes" if chance.random() < float(plan.yes) else "no"
    if plan.days_before is not None:
        low, high = plan.days_before
        return (on - timedelta(days=chance.whole(low, high))).isoformat()
    if plan.normal is not None:
        mean, spread = map(float, plan.normal)
        return _rounded(mean + spread * chance.normal(), plan)
    if plan.lognormal is not None:
        median, sigma = map(float, plan.lognormal)
        return _rounded(median * math.exp(sigma * chance.normal()), plan)
    raise ValueError("a value plan needs one way of answering")


def _rounded(number: float, plan: ValuePlan) -> str:
    step = Decimal(1).scaleb(-plan.decimals)
    value = Decimal(repr(number)).quantize(step, rounding=ROUND_HALF_EVEN)
    if plan.least is not None:
        value = max(value, plan.least)
    if plan.most is not None:
        value = min(value, plan.most)
    return f"{value:f}"


def _rows(item: Item, plan: ValuePlan, on: date, chance: Chance) -> list[Row]:
    if plan.rows is None:
        return []
    rows: list[Row] = []
    while len(rows) < plan.rows.most and chance.random() < float(plan.rows.chance):
        cells = plan.rows.columns
        rows.append({c.id: _value(cells[c.id], on, chance) for c in item.columns if c.id in cells})
    return rows


def _usual(item: Column, on: date) -> ValuePlan | None:
    """What is answered where the plan says nothing: nothing out of the ordinary."""
    match item.kind:
        case "yes-no" | "judgement":
            return ValuePlan(always="no")
        case "choice":
            return ValuePlan(always=next(iter(item.choices)))
        case "list":
            return ValuePlan()
        case "date" | "partial-date":
            return ValuePlan(always=on.isoformat())
    return None


def _shown(
    study: Study,
    form: Form,
    item: Item,
    subject: Subject,
    on: date,
    given: Mapping[str, Value],
) -> bool:
    record = Record(form=form.id, visit="", number=1, on=on)
    stamp = subject.consents[0] if subject.consents else None
    if stamp is None:
        return True
    for name, value in given.items():
        record.values[name] = [Version(value=value, by=stamp.by, at=stamp.at, on=on)]
    draft = Subject(subject_id=subject.subject_id, site=subject.site)
    draft.records = {**subject.records, record_key(form.id, "", 0): record}
    facts = SubjectFacts(study, draft, on)
    return truth_of(_tree(item.shown_when), study.vocabulary, facts, on) is Truth.TRUE


@lru_cache(maxsize=256)
def _tree(text: str) -> Node:
    return parse(text)
