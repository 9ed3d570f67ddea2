"""How a value came about, with the values in the places of their names: `80 kg / (1.8 m)²`."""

from __future__ import annotations

from decimal import Decimal

from equipoise.logic import tree
from equipoise.logic.figures import number_text
from equipoise.logic.interpret import judge, read
from equipoise.logic.lookup import Here
from equipoise.logic.sentences import value_text
from equipoise.logic.translator import Translator
from equipoise.logic.truth import Truth

__all__ = ["EXACT", "arithmetic"]

EXACT = 12  # figures of a number as it was recorded; the result alone is rounded
_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "/"}
_SUMS, _PRODUCTS = ("+", "-"), ("*", "/")
_RAISED = {Decimal(2): "²", Decimal(3): "³"}


def arithmetic(node: tree.Node, here: Here, into: Translator) -> str:
    """The calculation as a person would write it down; empty where nothing is calculated."""
    node = _taken(node, here)
    if not isinstance(node, tree.Arithmetic | tree.Minus):
        return ""
    return _text(node, here, into)


def _taken(node: tree.Node, here: Here) -> tree.Node:
    """The branch that decides, of a formula that has several."""
    if isinstance(node, tree.Choice):
        test = judge(node.test, here).truth
        if test is not Truth.UNKNOWN:
            return _taken(node.then if test is Truth.TRUE else node.other, here)
    if isinstance(node, tree.Prefer):
        known = (arg for arg in node.args if read(arg, here).value not in (None, Truth.UNKNOWN))
        return _taken(next(known, node.args[0]), here)
    return node


def _text(node: tree.Node, here: Here, into: Translator) -> str:
    node = _taken(node, here)
    if isinstance(node, tree.Minus):
        return f"−{_within(node.arg, here, into, tree.Arithmetic)}"
    if isinstance(node, tree.Arithmetic):
        return _operation(node, here, into)
    found = read(node, here)
    return value_text(found.value, found.title.fact, into, EXACT) if found.value else "?"


def _operation(node: tree.Arithmetic, here: Here, into: Translator) -> str:
    if node.op == "**":
        exponent = read(node.right, here).value
        power = getattr(getattr(exponent, "number", None), "lo", None)
        raised = _RAISED.get(power) if power is not None else None
        base = _text(node.left, here, into)
        base = f"({base})" if " " in base or isinstance(node.left, tree.Arithmetic) else base
        text = number_text(power, into, EXACT) if power is not None else "?"
        return f"{base}{raised or f'^{text}'}"
    left, right = _taken(node.left, here), _taken(node.right, here)
    written = _text(left, here, into), _text(right, here, into)
    first = f"({written[0]})" if _looser(left, node.op, right=False) else written[0]
    second = f"({written[1]})" if _looser(right, node.op, right=True) else written[1]
    return f"{first} {_SIGNS[node.op]} {second}"


def _looser(part: tree.Node, op: tree.Operator, *, right: bool) -> bool:
    """Whether a part needs brackets beside this sign."""
    if not isinstance(part, tree.Arithmetic) or part.op == "**":
        return False
    if op in _PRODUCTS and part.op in _SUMS:
        return True
    return right and op in ("-", "/") and (part.op in _PRODUCTS) == (op in _PRODUCTS)


def _within(node: tree.Node, here: Here, into: Translator, of: type[tree.Node]) -> str:
    text = _text(node, here, into)
    return f"({text})" if isinstance(_taken(node, here), of) else text
