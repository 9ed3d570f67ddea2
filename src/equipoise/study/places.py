"""Reading YAML so that every value remembers the file and line where it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

import yaml

__all__ = ["Key", "Place", "Places", "Problem", "Unparsable", "read_yaml"]

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file. The file is named as the reader was told it."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a study file, where, and what would do."""

    place: Place
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.path}: {self.message}" if self.path else self._bare()

    def _bare(self) -> str:
        return f"{self.place}: {self.message}"


class Unparsable(Exception):
    """A file is not YAML that a study can be read from."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(slots=True)
class Places:
    """Where every value of some files stands, by its path in the whole."""

    lines: dict[Key, Place] = field(default_factory=dict)
    ids: dict[Key, str] = field(default_factory=dict)

    def place(self, key: Key) -> Place:
        """The place of a value, or of the nearest thing around it."""
        for length in range(len(key), -1, -1):
            if key[:length] in self.lines:
                return self.lines[key[:length]]
        return Place("", 0)

    def path(self, key: Key) -> str:
        """The path for people: list items by their id where they have one."""
        parts = [
            self.ids.get(key[: n + 1], str(part) if isinstance(part, str) else f"[{part}]")
            for n, part in enumerate(key)
            if key[: n + 1] in self.lines or n == len(key) - 1
        ]
        return ".".join(parts).replace(".[", "[")


_YES_OR_NO = "tag:yaml.org,2002:bool"


class _Loader(yaml.SafeLoader):
    """YAML as people write it: 0.80 stays 0.80, a key may stand only once, and only `true` and
    `false` are yes or no (`on` is a word; to YAML 1.1 it would be true)."""

    yaml_implicit_resolvers = {
        start: [(tag, form) for tag, form in found if tag != _YES_OR_NO]
        for start, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _decimal(loader: yaml.SafeLoader, node: yaml.Node) -> Decimal:
    try:
        value = Decimal(str(node.value).replace("_", ""))
    except InvalidOperation as error:
        raise _not_a("number", node) from error
    if not value.is_finite():
        raise _not_a("number", node)
    return value


def _moment(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> object:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError as error:
        raise _not_a("date", node) from error


def _not_a(what: str, node: yaml.Node) -> yaml.MarkedYAMLError:
    message = f"{node.value!r} is not a {what}; put it in quotes if it is a text"
    return yaml.constructor.ConstructorError(None, None, message, node.start_mark)


_Loader.add_implicit_resolver(_YES_OR_NO, re.compile(r"^(?:true|false)$"), ["t", "f"])
_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _moment)


def read_yaml(path: Path, shown: str, places: Places, at: Key = ()) -> object:
    """The data of a file; its places are noted under the path `at`.

    :param shown: the name of the file as messages should give it
    :raises Unparsable: with every doubled key, or the line where YAML ends to be YAML
    """
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        if node is None:
            raise Unparsable([Problem(Place(shown, 1), "", "the file is empty")])
        problems = list(_note(node, shown, places, at))
        if not problems:
            return loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = Problem(Place(shown, line), "", f"this is not YAML: {error.problem}")
        raise Unparsable([problem]) from error
    except yaml.reader.ReaderError as error:
        text = path.read_text(encoding="utf-8")
        place = Place(shown, text.count("\n", 0, error.position) + 1)
        because = f"the sign U+{ord(text[error.position]):04X} cannot stand in YAML"
        raise Unparsable([Problem(place, "", because)]) from error
    except UnicodeDecodeError as error:
        raise Unparsable([Problem(Place(shown, 1), "", "this is not UTF-8 text")]) from error
    except RecursionError as error:
        because = "the file is nested too deeply, or within itself"
        raise Unparsable([Problem(Place(shown, 1), "", because)]) from error
    raise Unparsable(problems)


def _note(node: yaml.Node, shown: str, places: Places, at: Key) -> Iterator[Problem]:
    places.lines.setdefault(at, Place(shown, node.start_mark.line + 1))
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from _note(child, shown, places, (*at, index))
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, child in node.value:
            name = str(key.value)
            if name in seen:
                line = key.start_mark.line + 1
                yield Problem(Place(shown, line), places.path(at), f"{name!r} stands here twice")
            seen.add(name)
            if name == "id":
                places.ids[at] = str(child.value)
            places.lines[(*at, name)] = Place(shown, key.start_mark.line + 1)
            yield from _note(child, shown, places, (*at, name))
