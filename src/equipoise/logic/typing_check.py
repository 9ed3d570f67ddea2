"""What is wrong with a rule before any subject is asked: names, units, what does not compare.

All problems are gathered, each with the column where it stands and what would do.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from equipoise.logic import fitting, tree
from equipoise.logic.facts import FactType, Kind, Vocabulary
from equipoise.logic.lookup import TODAY, day_named
from equipoise.logic.sorts import (
    ANYTHING,
    CODE,
    DATE,
    NUMBER,
    YES_OR_NO,
    Shape,
    Sort,
    is_plain,
    result_unit,
    stands_by_share,
    unit_factor,
)
from equipoise.logic.units import DURATIONS, LIMITS, factor, is_unit, molar_mass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a rule; the first column is 1."""

    message: str
    column: int
    suggestion: str = ""

    def __str__(self) -> str:
        hint = f" Did you mean {self.suggestion}?" if self.suggestion else ""
        return f"column {self.column}: {self.message}.{hint}"


@dataclass(slots=True)
class _Check:
    vocabulary: Vocabulary
    anchors: Collection[str]
    lists: tuple[FactType, ...] = ()
    inside: frozenset[str] = frozenset()
    found: list[Problem] = field(default_factory=list)

    def complain(self, node: tree.Node, message: str, suggestion: str = "") -> Sort:
        self.found.append(Problem(message, node.column, suggestion))
        return ANYTHING


def problems(
    node: tree.Node,
    vocabulary: Vocabulary,
    anchors: Collection[str],
    *,
    expected: Shape | None = None,
    unit: str = "",
    measured: bool = False,
) -> list[Problem]:
    """All that is wrong with a rule, in the order of its text.

    `expected` is what the rule should give: "yes or no" for a criterion or an edit check. A derived
    item may give anything, in its own `unit`. With `measured` a plain number will not do for one.
    """
    check = _Check(vocabulary, anchors)
    sort = _sort(node, check)
    if expected is not None and not _fits(sort, expected):
        check.complain(node, f"This gives a {sort.shape}, not a {expected}")
    if measured and sort.shape == "number" and not sort.unit:
        check.complain(node, f"This gives a plain number, which is no {unit}")
    if unit and sort.unit and unit_factor(sort, Sort("number", unit)) is None:
        hint = f"{unit} as the unit of the result; x / 1 kg makes a plain number of a weight"
        check.complain(node, f"This gives {sort.unit}, which is no {unit}", hint)
    return sorted(set(check.found), key=lambda problem: (problem.column, problem.message))


def sort_of(node: tree.Node, vocabulary: Vocabulary, anchors: Collection[str]) -> Sort:
    """What sort of value a rule gives; anything, where something is wrong with it."""
    return _sort(node, _Check(vocabulary, anchors))


def _fits(sort: Sort, expected: Shape) -> bool:
    done = expected == "yes or no" and sort.fact is not None and sort.fact.kind is Kind.DATED
    return sort.shape in (expected, "anything") or done


def _sort(node: tree.Node, check: _Check) -> Sort:
    match node:
        case tree.Number() | tree.Quantity() | tree.Text() | tree.YesNo() | tree.Day():
            return _literal(node)
        case tree.Name():
            return _name(node, check)
        case tree.Not() | tree.And() | tree.Or():
            return _yes_or_no(tree.children(node), check)
        case tree.Compare(op, left, right):
            return _compare(node, op, _sort(left, check), _sort(right, check), check)
        case tree.Among(arg, items):
            sort = _sort(arg, check)
            for item in items:
                _compare(item, "==", sort, _sort(item, check), check)
            return YES_OR_NO
        case tree.Known(arg):
            _sort(arg, check)
            return YES_OR_NO
        case tree.Rows() | tree.Gathered():
            return _rows(node, check)
        case _:
            return _calculated(node, check)


def _literal(node: tree.Number | tree.Quantity | tree.Text | tree.YesNo | tree.Day) -> Sort:
    match node:
        case tree.Quantity(_, unit):
            return Sort("limit" if unit in LIMITS else "number", unit, literal=True)
        case tree.Number():
            return replace(NUMBER, literal=True)
        case tree.Text():
            return CODE
        case _:
            return YES_OR_NO if isinstance(node, tree.YesNo) else DATE


def _calculated(node: tree.Node, check: _Check) -> Sort:
    match node:
        case tree.Prefer(args):
            return _alike(node, [_sort(arg, check) for arg in args], check)
        case tree.Choice(then, test, other):
            _yes_or_no([test], check)
            return _alike(node, [_sort(then, check), _sort(other, check)], check)
        case tree.Minus(arg):
            return _minus(node, _sort(arg, check), check)
        case tree.Arithmetic():
            return _arithmetic(node, _sort(node.left, check), _sort(node.right, check), check)
        case tree.Rounded() | tree.Extreme():
            return _fitted(node, [_sort(part, check) for part in tree.children(node)], check)
        case tree.Elapsed(unit, start, end):
            for part in (start, end):
                sort = _sort(part, check)
                if not _fits(sort, "date"):
                    check.complain(part, f"{unit}() counts between dates, not a {sort.shape}")
            return Sort("number", {"days": "d", "months": "mo", "years": "a"}[unit])
        case _:
            raise TypeError(f"{type(node).__name__} is no part of a rule")


def _fitted(node: tree.Rounded | tree.Extreme, sorts: list[Sort], check: _Check) -> Sort:
    if ANYTHING in sorts:
        return ANYTHING
    if isinstance(node, tree.Rounded):
        found = fitting.rounded(node, sorts[0], sorts[1])
    else:
        found = fitting.extreme(node, sorts)
    return found if isinstance(found, Sort) else check.complain(*found)


def _name(node: tree.Name, check: _Check) -> Sort:
    for fact in reversed(check.lists):
        if column := fact.columns.get(node.name):
            return _windowed(node, column, check)
    if fact_type := check.vocabulary.get(node.name):
        return _windowed(node, fact_type, check)
    if node.name == TODAY or node.name in check.anchors:
        if node.window is not None or node.which != "latest":
            what = "window" if node.window else f"{node.which!r}"
            return check.complain(node, f"{node.name!r} is an anchor: it takes no {what}")
        return DATE
    return check.complain(node, f"Unknown name {node.name!r}", _nearest(node.name, check))


def _nearest(name: str, check: _Check) -> str:
    known = [*check.vocabulary, *check.anchors, *(c for fact in check.lists for c in fact.columns)]
    plain = {each.lower(): each for each in known}
    close = difflib.get_close_matches(name.lower(), plain, n=1)
    return plain[close[0]] if close else ""


def _windowed(node: tree.Name, fact: FactType, check: _Check) -> Sort:
    sort = _of_fact(fact, check)
    if node.which != "latest" and fact.kind not in (Kind.NUMBER, Kind.QUANTITY, Kind.TIME):
        message = f"{node.which!r} stands before a recorded number; {node.name!r} is none"
        return check.complain(node, message)
    if node.window is None:
        return sort
    _anchor(node.window, check)
    if fact.kind in (Kind.DERIVED, Kind.LIST):
        message = f"{node.name!r} is {_described(fact)} and has no day of its own"
        return check.complain(node.window, message + "; put the window on the facts in it")
    return YES_OR_NO if fact.kind is Kind.DATE else sort


def _described(fact: FactType) -> str:
    return "a list" if fact.kind is Kind.LIST else "worked out from others"


def _anchor(window: tree.Window, check: _Check) -> None:
    name = day_named(window.anchor, check.vocabulary)
    if window.anchor == TODAY or (name in check.anchors and name != TODAY):
        return
    fact = check.vocabulary.get(name) or check.vocabulary.get(window.anchor)
    if fact is None:
        days = [n for n, f in check.vocabulary.items() if f.kind in (Kind.DATE, Kind.DATED)]
        close = difflib.get_close_matches(window.anchor, [*check.anchors, *days, TODAY], n=1)
        message = f"Unknown anchor {window.anchor!r}"
        check.complain(window, message, next(iter(close), ", ".join(sorted(check.anchors))))
    elif fact.kind not in (Kind.DATE, Kind.DATED):
        check.complain(window, f"A window counts from a date, and {window.anchor!r} is none")


def _of_fact(fact: FactType, check: _Check) -> Sort:
    if fact.kind is Kind.DERIVED:
        return _of_derived(fact, check)
    shape: Shape = {
        Kind.NUMBER: "number",
        Kind.QUANTITY: "number",
        Kind.TIME: "number",
        Kind.TEXT: "code",
        Kind.DATE: "date",
        Kind.DATED: "date",
        Kind.LIST: "list",
    }.get(fact.kind, "yes or no")  # type: ignore[assignment]
    return Sort(shape, fact.unit, fact)


def _of_derived(fact: FactType, check: _Check) -> Sort:
    """The sort of what the formula gives; problems in the formula are the formula's own."""
    if fact.formula is None or fact.name in check.inside:
        return ANYTHING
    inner = _Check(check.vocabulary, check.anchors, inside=check.inside | {fact.name})
    sort = _sort(fact.formula, inner)
    return Sort(sort.shape, fact.unit or sort.unit, fact)


def _yes_or_no(parts: Iterable[tree.Node], check: _Check) -> Sort:
    for part in parts:
        sort = _sort(part, check)
        if sort.shape == "list":
            name = sort.fact.name if sort.fact else ""
            check.complain(part, f"{name!r} is a list", f"any {name}")
        elif not _fits(sort, "yes or no"):
            check.complain(part, f"Expected a yes or no here, found a {sort.shape}")
    return YES_OR_NO


def _rows(node: tree.Rows | tree.Gathered, check: _Check) -> Sort:
    fact = check.vocabulary.get(node.name)
    if fact is None:
        lists = [name for name, each in check.vocabulary.items() if each.kind is Kind.LIST]
        close = difflib.get_close_matches(node.name, lists, n=1)
        check.complain(node, f"Unknown list {node.name!r}", next(iter(close), ", ".join(lists)))
    elif fact.kind is not Kind.LIST:
        check.complain(node, f"{node.name!r} is not a list")
    elif node.where is not None:
        before, check.lists = check.lists, (*check.lists, fact)
        _yes_or_no([node.where], check)
        check.lists = before
    if isinstance(node, tree.Gathered):
        found = fitting.gathered(node, fact)
        return found if isinstance(found, Sort) else check.complain(*found)
    return NUMBER if node.quantifier == "count" else YES_OR_NO


def _compare(node: tree.Node, op: str, left: Sort, right: Sort, check: _Check) -> Sort:
    if "anything" in (left.shape, right.shape):
        return YES_OR_NO
    if "limit" in (left.shape, right.shape):
        _limit(node, right if left.shape == "limit" else left, check)
    elif left.shape != right.shape:
        check.complain(node, f"A {left.shape} cannot be compared with a {right.shape}")
    elif left.shape == "number":
        _units(node, left, right, check)
    elif left.shape == "list":
        check.complain(node, "A list cannot be compared; ask 'any', 'none of' or 'count of'")
    elif left.shape in ("code", "yes or no") and op not in ("==", "!="):
        check.complain(node, f"{op!r} has no meaning between a {left.shape} and another", "==")
    if isinstance(node, tree.Compare):
        _choices(node.left, node.right, left, right, check)
    elif isinstance(node, tree.Text):
        _choice(node, left, check)
    return YES_OR_NO


def _choices(one: tree.Node, other: tree.Node, left: Sort, right: Sort, check: _Check) -> None:
    if isinstance(other, tree.Text):
        _choice(other, left, check)
    if isinstance(one, tree.Text):
        _choice(one, right, check)


def _choice(node: tree.Text, sort: Sort, check: _Check) -> None:
    choices = sort.fact.choices if sort.fact else {}
    if choices and node.value not in choices:
        close = difflib.get_close_matches(node.value, choices, n=1)
        hint = repr(close[0]) if close else ", ".join(repr(code) for code in choices)
        name = sort.fact.name if sort.fact else ""
        check.complain(node, f"{name!r} has no choice {node.value!r}", hint)


def _limit(node: tree.Node, sort: Sort, check: _Check) -> None:
    fact = sort.fact
    if sort.shape != "number" or fact is None or fact.kind is not Kind.QUANTITY:
        check.complain(node, "Limits of normal belong to a laboratory value (a quantity)")


def _units(node: tree.Node, left: Sort, right: Sort, check: _Check) -> None:
    """Numbers compare when one unit converts to the other; a laboratory limit must have a unit."""
    for one, other in ((left, right), (right, left)):
        if stands_by_share(one, other):
            _complain_share(node, one, check)
            return
        bare = other.literal and not other.unit and not one.literal
        laboratory = one.fact is None or one.fact.kind in (Kind.QUANTITY, Kind.TIME)
        if bare and laboratory and not is_plain(one.unit):
            what = repr(one.fact.name) if one.fact else "This"
            message = f"{what} is in {one.unit}: the limit needs a unit"
            check.complain(node, message, f"… {one.unit}")
            return
    if not left.unit or not right.unit:
        return
    fact = left.fact or right.fact
    declared = set(fact.equivalents) if fact else set()
    if {left.unit, right.unit} & declared:
        return
    if factor(left.unit, right.unit, fact.analyte if fact else "") is None:
        check.complain(
            node, f"{left.unit} cannot be compared with {right.unit}", _mend(left, right)
        )


def _complain_share(node: tree.Node, share: Sort, check: _Check) -> Sort:
    what = repr(share.fact.name) if share.fact else "This"
    message = f"{what} is in {share.unit}: a bare number might be a share or {share.unit}"
    return check.complain(node, message, "50 %, or 0.5 {ratio}")


def _mend(left: Sort, right: Sort) -> str:
    """What could be written instead: the unit of the fact that it is compared with."""
    fact = left.fact or right.fact
    if fact is None:
        return ""
    if fact.analyte and molar_mass(fact.analyte) is None and is_unit(fact.unit):
        return f"{fact.unit} (no molar mass is known for {fact.analyte})"
    return fact.unit


def _alike(node: tree.Node, sorts: list[Sort], check: _Check) -> Sort:
    known = [sort for sort in sorts if sort.shape != "anything"]
    for sort in known[1:]:
        if sort.shape != known[0].shape:
            return check.complain(
                node, f"Either a {known[0].shape} or a {sort.shape}: both must be of one sort"
            )
    if not known:
        return ANYTHING
    same = all(sort.unit == known[0].unit for sort in known)
    measured = all(sort.fact is not None and sort.fact.kind is Kind.QUANTITY for sort in known)
    if same or measured:
        return replace(known[0], unit=known[0].unit if same else "")
    return replace(known[0], unit="", fact=None)


def _minus(node: tree.Minus, sort: Sort, check: _Check) -> Sort:
    if not _fits(sort, "number"):
        return check.complain(node, f"'-' needs a number, found a {sort.shape}")
    return Sort("number", sort.unit, literal=sort.literal)


def _arithmetic(node: tree.Arithmetic, left: Sort, right: Sort, check: _Check) -> Sort:
    if "anything" in (left.shape, right.shape):
        return ANYTHING
    if left.shape == "date" and node.op in ("+", "-"):
        if right.shape == "date" and node.op == "-":
            return Sort("number", "d")
        if isinstance(node.right, tree.Quantity) and node.right.value % 1:
            return check.complain(node.right, "A date moves by a whole number", "15 days")
        if right.shape == "number" and right.unit in DURATIONS.values():
            return DATE
        return check.complain(node.right, "To a date, add a length such as '28 days'", "28 days")
    for part, sort in ((node.left, left), (node.right, right)):
        if sort.shape != "number":
            return check.complain(part, f"{node.op!r} needs a number, found a {sort.shape}")
    return _result(node, left, right, check)


def _result(node: tree.Arithmetic, left: Sort, right: Sort, check: _Check) -> Sort:
    literal = left.literal and right.literal
    if node.op in ("+", "-"):
        for one, other in ((left, right), (right, left)):
            if stands_by_share(one, other):
                return _complain_share(node, one, check)
        if left.unit and right.unit and unit_factor(left, right) is None:
            return check.complain(node, f"{right.unit} cannot be added to {left.unit}")
        return Sort("number", left.unit or right.unit, literal=literal)
    return Sort("number", result_unit(node, left, right), literal=literal)
