"""From tree back to text: one canonical way to write each rule, for digests and for the docs.

Reading the text again gives the same tree. Brackets stand where they are needed, and around the
parts of a rule that people would otherwise have to think about.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from equipoise.logic import tree
from equipoise.logic.units import DURATIONS

# How tightly a construct holds together; a part that is looser than its place gets brackets.
_CHOICE, _OR, _AND, _NOT, _TEST, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(10)
_TIGHTNESS: dict[type[tree.Node], int] = {
    tree.Choice: _CHOICE,
    tree.Or: _OR,
    tree.And: _AND,
    tree.Not: _NOT,
    tree.Compare: _TEST,
    tree.Among: _TEST,
    tree.Known: _TEST,
    tree.Minus: _SIGN,
}
_OPERATOR = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}
_TIME = {code: word for word, code in DURATIONS.items() if word.endswith("s")}
_QUANTIFIER = {"any": "any", "none": "none of", "count": "count of"}


def unparse(node: tree.Node) -> str:
    """The rule as text. Raises ValueError for a code that holds both kinds of quotes."""
    return _WRITERS[type(node)](node)


def _in(node: tree.Node, place: int) -> str:
    text = unparse(node)
    return text if _tightness(node) >= place else f"({text})"


def _tightness(node: tree.Node) -> int:
    if isinstance(node, tree.Arithmetic):
        return _OPERATOR[node.op]
    if isinstance(node, tree.Rows | tree.Gathered):
        return _ATOM if node.where is None else _CHOICE
    if isinstance(node, tree.Not) and isinstance(node.arg, tree.Among):
        return _TEST
    return _TIGHTNESS.get(type(node), _ATOM)


def _text(node: tree.Text) -> str:
    quote = '"' if "'" in node.value else "'"
    if quote in node.value or "\n" in node.value:
        raise ValueError(f"{node.value!r} cannot be written as a code")
    return f"{quote}{node.value}{quote}"


def _quantity(node: tree.Quantity) -> str:
    return f"{node.value:f} {_TIME.get(node.unit, node.unit)}"


def _name(node: tree.Name) -> str:
    name = node.name if node.which == "latest" else f"{node.which} {node.name}"
    return name if node.window is None else f"{name} {_window(node.window)}"


def _window(node: tree.Window) -> str:
    if node.length is None:
        return f"{node.side} {node.anchor}"
    return f"within {node.length} {_TIME[node.unit]} {node.side} {node.anchor}"


def _not(node: tree.Not) -> str:
    if isinstance(node.arg, tree.Among):
        return f"{_in(node.arg.arg, _SUM)} not in {_items(node.arg.items)}"
    return f"not {_in(node.arg, _NOT)}"


def _among(node: tree.Among) -> str:
    return f"{_in(node.arg, _SUM)} in {_items(node.items)}"


def _items(items: tuple[tree.Node, ...]) -> str:
    return f"[{', '.join(_in(item, _SUM) for item in items)}]"


def _known(node: tree.Known) -> str:
    return f"{_in(node.arg, _SUM)} is {'known' if node.known else 'unknown'}"


def _compare(node: tree.Compare) -> str:
    return f"{_in(node.left, _SUM)} {node.op} {_in(node.right, _SUM)}"


def _and(node: tree.And) -> str:
    return " and ".join(_in(arg, _NOT) for arg in node.args)


def _or(node: tree.Or) -> str:
    return " or ".join(_in(arg, _AND) for arg in node.args)


def _rows(node: tree.Rows) -> str:
    start = f"{_QUANTIFIER[node.quantifier]} {node.name}"
    return start + _where(node.where, counts=node.quantifier == "count")


def _gathered(node: tree.Gathered) -> str:
    return f"{node.how} of {node.name}.{node.of}" + _where(node.where, counts=True)


def _where(node: tree.Node | None, *, counts: bool) -> str:
    if node is None:
        return ""
    if counts and _tests_again(node):
        return f" where ({unparse(node)})"  # bare, it would compare the count
    return f" where {_in(node, _OR)}"


def _tests_again(node: tree.Node) -> bool:
    """Whether something that is a yes or no already is compared, outside any brackets."""
    match node:
        case tree.And():
            return any(_tightness(arg) >= _NOT and _tests_again(arg) for arg in node.args)
        case tree.Or():
            return any(_tightness(arg) >= _AND and _tests_again(arg) for arg in node.args)
        case tree.Not():
            return _tightness(node.arg) >= _NOT and _tests_again(node.arg)
        case tree.Compare():
            return isinstance(node.left, tree.YES_OR_NO)
        case tree.Among() | tree.Known():
            return isinstance(node.arg, tree.YES_OR_NO)
    return False


def _called(name: str, *args: tree.Node) -> str:
    return f"{name}({', '.join(unparse(arg) for arg in args)})"


def _choice(node: tree.Choice) -> str:
    return f"{_in(node.then, _OR)} if {_in(node.test, _OR)} else {unparse(node.other)}"


def _arithmetic(node: tree.Arithmetic) -> str:
    place = _OPERATOR[node.op]
    if node.op == "**":
        return f"{_in(node.left, _ATOM)} ** {_in(node.right, _SIGN)}"
    return f"{_in(node.left, place)} {node.op} {_in(node.right, place + 1)}"


_WRITERS: dict[type[tree.Node], Callable[[Any], str]] = {
    tree.Number: lambda node: f"{node.value:f}",
    tree.Quantity: _quantity,
    tree.Text: _text,
    tree.YesNo: lambda node: "true" if node.value else "false",
    tree.Day: lambda node: node.value.isoformat(),
    tree.Window: _window,
    tree.Name: _name,
    tree.Not: _not,
    tree.And: _and,
    tree.Or: _or,
    tree.Compare: _compare,
    tree.Among: _among,
    tree.Known: _known,
    tree.Rows: _rows,
    tree.Gathered: _gathered,
    tree.Prefer: lambda node: _called("prefer", *node.args),
    tree.Choice: _choice,
    tree.Minus: lambda node: f"-{_in(node.arg, _SIGN)}",
    tree.Arithmetic: _arithmetic,
    tree.Elapsed: lambda node: _called(node.unit, node.start, node.end),
    tree.Rounded: lambda node: _called(node.way, node.arg, node.step),
    tree.Extreme: lambda node: _called(node.side, *node.args),
}
