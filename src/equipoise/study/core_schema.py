"""What an unquoted word of YAML means: the core schema of YAML 1.2, and the day 2026-11-23.

Readers of YAML 1.1 take 2:1 for 121 (base sixty), 010 for 8, 1_0 for 10, yes and on for true. Here
they do not: a word that is none of the numbers below is a text, and a field that means a number
refuses it.
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

import yaml

__all__ = ["Loader", "name_of"]

_TAG = "tag:yaml.org,2002:"
_WHOLE = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_YES = ("true", "True", "TRUE")
_NO = ("false", "False", "FALSE")
_NOTHING = ("", "~", "null", "Null", "NULL")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _tag_of(text: str) -> str:
    """The kind of a plain word, by the table of YAML 1.2.2, section 10.3.2."""
    if text in _NOTHING:
        return _TAG + "null"
    if text in _YES or text in _NO:
        return _TAG + "bool"
    if any(form.fullmatch(text) for form in (_WHOLE, _OCTAL, _HEXADECIMAL)):
        return _TAG + "int"
    if _NUMBER.fullmatch(text) or _NO_NUMBER.fullmatch(text):
        return _TAG + "float"
    return _TAG + ("timestamp" if _DAY.fullmatch(text) else "str")


class Loader(yaml.SafeLoader):
    """YAML 1.2 as people write it: 0.80 stays 0.80, and no number is guessed at."""

    # Only what is added below is built: no set, no ordered pairs, nothing of Python.
    yaml_constructors: ClassVar[dict[str | None, Any]] = {None: yaml.SafeLoader.construct_undefined}

    def resolve(self, kind: type[yaml.Node], value: object, implicit: object) -> str:
        """The tag of a node that names none."""
        if kind is yaml.ScalarNode and isinstance(implicit, tuple) and implicit[0]:
            return _tag_of(str(value))
        tags = {yaml.ScalarNode: "str", yaml.SequenceNode: "seq"}
        return _TAG + tags.get(kind, "map")


def name_of(key: yaml.Node) -> str:
    """What a key is known by: 1, 01 and 0x1 are one key."""
    if isinstance(key, yaml.ScalarNode) and key.tag == _TAG + "int":
        try:
            return str(_whole_number(str(key.value)))
        except ValueError:
            return str(key.value)
    return str(key.value)


def _whole_number(text: str) -> int:
    if _OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _int(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    try:
        return _whole_number(str(node.value))
    except ValueError as error:
        raise _not_a("whole number", node) from error


def _decimal(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    text = str(node.value)
    try:
        if not _NUMBER.fullmatch(text):
            raise ValueError(text)
        return Decimal(text)
    except (ValueError, InvalidOperation) as error:
        raise _not_a("number", node) from error


def _bool(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> bool:
    if node.value not in (*_YES, *_NO):
        raise _not_a("yes or no, written true or false", node)
    return node.value in _YES


def _day(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> date:
    try:
        return date.fromisoformat(str(node.value))
    except ValueError as error:
        raise _not_a("date", node) from error


def _nothing(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> None:
    return None


def _not_a(what: str, node: yaml.Node) -> yaml.MarkedYAMLError:
    found = str(node.value) if len(str(node.value)) <= 40 else f"{str(node.value)[:40]}…"
    message = f"{found!r} is not a {what}; put it in quotes if it is a text"
    return yaml.constructor.ConstructorError(None, None, message, node.start_mark)


_MADE: dict[str, Any] = {
    "int": _int,
    "float": _decimal,
    "bool": _bool,
    "timestamp": _day,
    "null": _nothing,
    "str": yaml.SafeLoader.construct_yaml_str,
    "seq": yaml.SafeLoader.construct_yaml_seq,
    "map": yaml.SafeLoader.construct_yaml_map,
}
for _name, _made in _MADE.items():
    Loader.add_constructor(_TAG + _name, _made)
