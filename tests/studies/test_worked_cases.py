"""The worked cases: all hold, every criterion is seen from all sides, and so is every bound.

The bounds are not listed here: they are read from the trees of the criteria themselves.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from equipoise.conduct import cases
from equipoise.conduct.facts import SubjectFacts
from equipoise.logic import tree
from equipoise.logic.evaluate import evaluate
from equipoise.logic.language import parse
from equipoise.logic.truth import Truth
from equipoise.logic.unparse import unparse
from tests.studies.carried import Carried, carried

DAYS = {"d": 1, "wk": 7}
SIGNS: dict[tree.Comparator, tree.Comparator] = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "==": "!=",
    "!=": "==",
}


@lru_cache
def facts_of_cases(name: str) -> tuple[tuple[SubjectFacts, frozenset[str], object], ...]:
    """What is known in each case, which criteria it is about, and on which day."""
    found = carried(name)
    return tuple(
        (
            SubjectFacts(found.study, cases.subject_of(found.study, case), case.on),
            frozenset(case.then),
            case.on,
        )
        for case in found.cases
    )


def trees(each: Carried) -> Iterator[tuple[str, tree.Node]]:
    for _, leaf in each.study.criteria.leaves():
        yield leaf.id, parse(leaf.when)


def parts(node: tree.Node, inside: str = "") -> Iterator[tuple[tree.Node, str]]:
    """Every part of a rule, with the list in whose rows it stands."""
    yield node, inside
    within = node.name if isinstance(node, tree.Rows) else inside
    for child in tree.children(node):
        yield from parts(child, within)


def answers(each: Carried, leaf: str, node: tree.Node, inside: str) -> set[Truth]:
    """How a part of a criterion turns out in the cases that are about this criterion."""
    asked = tree.Rows("any", inside, node) if inside else node
    words = each.study.vocabulary
    return {
        evaluate(asked, words, facts, on).truth
        for facts, about, on in facts_of_cases(each.folder.name)
        if leaf in about
    }


def test_all_cases_hold(each: Carried):
    assert cases.run(each.study, each.cases) == []


def test_every_criterion_has_cases_met_not_met_and_unknown(each: Carried):
    seen = defaultdict(set)
    for case in each.cases:
        for leaf, answer in case.then.items():
            seen[leaf].add(answer)
    for leaf, _ in trees(each):
        assert seen[leaf] == {"met", "not met", "unknown"}, leaf


def test_every_case_tells_a_doctor_why(each: Carried):
    for case in each.cases:
        assert case.because.endswith(".") and len(case.because.split()) >= 3, case.place


def test_every_comparison_has_cases_on_both_sides(each: Carried):
    for leaf, whole in trees(each):
        for node, inside in parts(whole):
            if isinstance(node, (tree.Compare, tree.Among)):
                found = answers(each, leaf, node, inside)
                assert {Truth.TRUE, Truth.FALSE} <= found, (leaf, node)


def test_every_bound_of_an_order_has_a_case_exactly_on_it(each: Carried):
    for leaf, whole in trees(each):
        for node, inside in parts(whole):
            if isinstance(node, tree.Compare) and node.op in ("<", "<=", ">", ">="):
                exactly = tree.Compare("==", node.left, node.right)
                assert Truth.TRUE in answers(each, leaf, exactly, inside), (leaf, node)


def test_every_window_has_cases_on_its_last_day_and_on_the_day_beyond(each: Carried):
    for leaf, whole in trees(each):
        for node, _ in parts(whole):
            if isinstance(node, tree.Name) and node.window and node.window.length is not None:
                days = _days_from_the_edge(each, leaf, node)
                assert {0, 1} <= days, (leaf, node.name)


def test_no_sign_number_or_window_of_a_criterion_can_change_without_a_case_failing(each: Carried):
    """Each criterion is changed in every small way; some case must notice."""
    unnoticed = [
        f"{leaf.id}: {unparse(changed)}"
        for side, leaf in each.study.criteria.leaves()
        for changed in changes(parse(leaf.when))
        if _holds(each, side, leaf.id, changed)
    ]
    assert unnoticed == []


def changes(node: tree.Node) -> Iterator[tree.Node]:
    """A criterion with one sign, number or length changed, wherever the same is said in it."""
    for part in dict.fromkeys(tree.walk(node)):
        for other in _others(part):
            yield _replaced(node, part, other)


def _others(part: tree.Node) -> Iterator[tree.Node]:
    match part:
        case tree.Compare(op, left, right):
            yield tree.Compare(SIGNS[op], left, right)
            if isinstance(right, tree.Number | tree.Quantity):
                for value in _near(right):
                    yield tree.Compare(op, left, replace(right, value=value))
        case tree.And(args):
            yield tree.Or(args)
        case tree.Or(args):
            yield tree.And(args)
        case tree.Not(arg):
            yield arg
        case tree.Rows(quantifier, name, where):
            yield tree.Rows("none" if quantifier == "any" else "any", name, where)
        case tree.Name(_, tree.Window(length=int(length)) as window):
            for days in (length - 1, length + 1):
                yield replace(part, window=replace(window, length=days))


def _near(number: tree.Number | tree.Quantity) -> tuple[Decimal, Decimal]:
    """Numbers close by: one more or less of what is counted, a few per cent of what is measured."""
    value = number.value
    step = value * Decimal("0.03")
    if isinstance(number, tree.Number) or number.unit in ("d", "wk", "mo", "a"):
        step = Decimal(1) if value == int(value) else value
    return value - step, value + step


def _replaced(node: tree.Node, old: tree.Node, new: tree.Node) -> tree.Node:
    if node == old:
        return new
    said = {field.name: _replaced_in(getattr(node, field.name), old, new) for field in fields(node)}
    return replace(node, **said)


def _replaced_in(value: Any, old: tree.Node, new: tree.Node) -> Any:
    if isinstance(value, tuple):
        return tuple(_replaced_in(part, old, new) for part in value)
    is_part = isinstance(value, tree.Node) and not isinstance(value, tree.Window)
    return _replaced(value, old, new) if is_part else value


def _holds(each: Carried, side: str, leaf: str, node: tree.Node) -> bool:
    """Whether all cases of a criterion would still hold."""
    words = each.study.vocabulary
    for (facts, about, on), case in zip(facts_of_cases(each.folder.name), each.cases, strict=True):
        if leaf in about:
            truth = evaluate(node, words, facts, on).truth
            stands = truth if side == "inclusion" else ~truth
            if cases.ANSWERS[stands] != case.then[leaf]:
                return False
    return True


def _days_from_the_edge(each: Carried, leaf: str, node: tree.Name) -> set[int]:
    """By how many days the latest value lies outside the window (negative: inside)."""
    window = node.window
    assert window is not None and window.length is not None
    length = window.length * DAYS[window.unit]
    found = set()
    for facts, about, _ in facts_of_cases(each.folder.name):
        days = [o.on for o in facts.observations(node.name) if o.on]
        anchor = facts.anchor(window.anchor)
        if leaf in about and days and anchor:
            found.add(abs((anchor - max(days)).days) - length)
    return found


def test_a_case_that_gives_another_value_is_told_what_is_worked_out_and_how():
    found, body = carried("pump-it"), {"sex": "male", "height": 152.4, "weight": 67.6}
    given = {"on": date(2026, 6, 15), "form": "demography", "values": body}
    told = {"dosing_weight": "67.60 kg", "bsa": "unknown", "molecule": "1 kg"}
    case = {"because": "A mean.", "on": date(2026, 6, 15), "given": [given], "gives": told}
    failed = cases.run(found.study, [cases.Case.model_validate(case)])
    assert [one.found for one in failed] == [
        "dosing_weight is 58.80 kg, not 67.60 kg, as (50 kg + 67.6 kg) / 2",
        "bsa is 2 m², not unknown, as (152.4 cm / 1 cm × 67.6 kg / 1 kg / 3600)^0.5",
        "there is no derived fact molecule",
    ]
