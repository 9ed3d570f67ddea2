"""Reading YAML so that every value remembers the file and line where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from equipoise.study.core_schema import Loader, name_of

__all__ = ["Key", "Place", "Places", "Problem", "Unparsable", "read_text", "read_yaml"]

Key = tuple[str | int, ...]
MOST_VALUES = 200_000


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


def read_yaml(path: Path, shown: str, places: Places, at: Key = ()) -> object:
    """The data of a file; its places are noted under the path `at`.

    :param shown: the name of the file as messages should give it
    :raises Unparsable: with every doubled key, or the line where YAML ends to be YAML
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Unparsable([Problem(Place(shown, 1), "", "this is not UTF-8 text")]) from error
    return read_text(text, shown, places, at)


def read_text(text: str, shown: str, places: Places, at: Key = ()) -> object:
    """The data of a text in YAML: the one reader of all that is written in it.

    :raises Unparsable: as `read_yaml`
    """
    try:
        loader = Loader(text)
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
        place = Place(shown, text.count("\n", 0, error.position) + 1)
        because = f"the sign U+{ord(text[error.position]):04X} cannot stand in YAML"
        raise Unparsable([Problem(place, "", because)]) from error
    except RecursionError as error:
        because = "the file is nested too deeply, or within itself"
        raise Unparsable([Problem(Place(shown, 1), "", because)]) from error
    raise Unparsable(problems)


def _note(node: yaml.Node, shown: str, places: Places, at: Key) -> Iterator[Problem]:
    if len(places.lines) > MOST_VALUES:
        # Such as aliases of aliases, which say a thousand million values in ten lines.
        because = f"the study says more than {MOST_VALUES:,} values; aliases (`*name`) count too"
        raise Unparsable([Problem(Place(shown, node.start_mark.line + 1), "", because)])
    places.lines.setdefault(at, Place(shown, node.start_mark.line + 1))
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from _note(child, shown, places, (*at, index))
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, child in node.value:
            name, line = name_of(key), key.start_mark.line + 1
            if name in seen:
                yield Problem(Place(shown, line), places.path(at), f"{name!r} stands here twice")
            if name == "<<" and key.style is None:
                because = "`<<` merges nothing in YAML 1.2; write the fields out"
                yield Problem(Place(shown, line), places.path(at), because)
            seen.add(name)
            if name == "id":
                places.ids[at] = str(child.value)
            places.lines[(*at, name)] = Place(shown, line)
            yield from _note(child, shown, places, (*at, name))
