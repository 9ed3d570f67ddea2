"""The worked cases: all hold, every criterion is seen from all sides, and so is every bound.

The bounds are not listed here: they are read from the trees of the criteria themselves.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from equipoise.conduct import cases
from equipoise.conduct.facts import SubjectFacts
from equipoise.logic import tree
from equipoise.logic.evaluate import evaluate
from equipoise.logic.language import parse
from equipoise.logic.truth import Truth
from tests.studies.carried import Carried, carried

DAYS = {"d": 1, "wk": 7}


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
