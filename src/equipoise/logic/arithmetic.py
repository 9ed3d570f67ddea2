"""How a value came about, with the values in the places of their names: `80 kg / (1.8 m)²`."""

from __future__ import annotations

from decimal import Decimal

from equipoise.logic import tree
from equipoise.logic.figures import number_text
from equipoise.logic.interpret import judge, read
from equipoise.logic.lookup import Here
from equipoise.logic.sentences import value_text
from equipoise.logic.translator import Phrases, Translator
from equipoise.logic.truth import Truth

__all__ = ["EXACT", "arithmetic"]

EXACT = 12  # figures of a number as it was recorded; the result alone is rounded
SHORT = 2  # decimals of the figure that people know, such as 1.88 m²
_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "/"}
_SUMS, _PRODUCTS = ("+", "-"), ("*", "/")
_RAISED = {Decimal(2): "²", Decimal(3): "³"}


_PHRASES = Phrases(
    "arithmetic",
    {
        "round": "{found}, to the nearest {step} (a half goes up)",
        "round_down": "{found}, down to a multiple of {step}",
        "round_up": "{found}, up to a multiple of {step}",
        "min": "the lowest of {most} and {last}",
        "max": "the highest of {most} and {last}",
    },
)


def arithmetic(node: tree.Node, here: Here, into: Translator) -> str:
    """The calculation as a person would write it down; empty where nothing is calculated."""
    node = _taken(node, here)
    if not isinstance(node, tree.Arithmetic | tree.Minus | tree.Rounded | tree.Extreme):
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
    if isinstance(node, tree.Rounded):
        return _rounded(node, here, into)
    if isinstance(node, tree.Extreme):
        *most, last = (_text(arg, here, into) for arg in node.args)
        return _PHRASES.said(node.side, into, most="; ".join(most), last=last)
    return _value(node, here, into)


def _value(node: tree.Node, here: Here, into: Translator) -> str:
    found = read(node, here)
    fact = found.title.fact
    if not found.value:
        return "?"
    exact = value_text(found.value, fact, into, EXACT)
    number = getattr(getattr(found.value, "number", None), "lo", None)
    if not isinstance(node, tree.Name) or number is None or _is_short(number):
        return exact
    near = value_text(found.value, fact, into, max(number.adjusted() + 1 + SHORT, SHORT))
    return f"{exact} (≈ {near})"


def _is_short(number: Decimal) -> bool:
    """Whether all decimals of a number are easily read, so that no shorter one stands beside it."""
    exponent = number.normalize().as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= 2 * SHORT


def _rounded(node: tree.Rounded, here: Here, into: Translator) -> str:
    """The exact number, the rule and the step: `142.5 mg, to the nearest 5 mg (a half goes up)`."""
    exact, step = _value(node.arg, here, into), _value(node.step, here, into)
    way = _text(node.arg, here, into)
    found = exact if way == exact else f"{way} = {exact}"
    return _PHRASES.said(node.way, into, found=found, step=step)


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
    if isinstance(part, tree.Rounded | tree.Extreme):
        return True
    if not isinstance(part, tree.Arithmetic) or part.op == "**":
        return False
    if op in _PRODUCTS and part.op in _SUMS:
        return True
    return right and op in ("-", "/") and (part.op in _PRODUCTS) == (op in _PRODUCTS)


def _within(node: tree.Node, here: Here, into: Translator, of: type[tree.Node]) -> str:
    text = _text(node, here, into)
    return f"({text})" if isinstance(_taken(node, here), of) else text
