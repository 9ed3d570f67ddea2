"""Every value of a study that carries a source: what it says, and how far it can be trusted."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml

from equipoise.study.forms import Item
from equipoise.study.parts import Figure, Part, SourceParts, SourceTag, say

__all__ = ["TAGS", "Sourced", "numberless", "sourced", "within"]

SHORT = 80

TAGS: dict[SourceTag, str] = {
    "registry": "stated in the public registry record",
    "public": "stated in another public source about this trial",
    "sibling": "published practice of a sibling trial or reference standard",
    "recalled": "recalled from published practice, text not seen: needs the sponsor's word",
    "assumed": "a reasonable default of this file: needs the sponsor's word",
}


@dataclass(frozen=True, slots=True)
class Sourced:
    """One value, where it stands in the study, and its source."""

    path: str
    said: Mapping[str, str]
    """What it says, by language."""
    source: SourceParts
    part: Part

    @property
    def what(self) -> str:
        """What it says, in English."""
        return say(self.said)

    @property
    def digest(self) -> str:
        """The SHA-256 of the value as it stands, whatever is said of where it comes from.

        What is left at its default is left out, as it is of the study's own digest; what has a
        source of its own within it is a value of its own.
        """
        own = json.dumps(_own(self.part), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(own.encode()).hexdigest()

    @property
    def content(self) -> str:
        """All that it says, as a study file has it, without what has a source of its own."""
        how: dict[str, Any] = {"allow_unicode": True, "sort_keys": False, "width": 96}
        return str(yaml.safe_dump(_own(self.part), default_flow_style=None, **how))


def sourced(part: Part) -> list[Sourced]:
    """All of a study, or of a part of it, in the order of the study file; no two at one path."""
    found: dict[str, Sourced] = {}
    for value in _within(part, ""):
        path = value.path
        while path in found:
            path += "~"
        found[path] = replace(value, path=path)
    return list(found.values())


def numberless(path: str) -> str:
    """A path without the numbers by which things are counted that have no name of their own."""
    return ".".join("#" if one.isdecimal() else one for one in path.split("."))


def within(path: str) -> Iterator[str]:
    """The path of a value, and of everything that it stands in, the nearest first."""
    while path:
        yield path
        path = path.rpartition(".")[0]


def _within(part: Part, path: str) -> Iterator[Sourced]:
    source = getattr(part, "source", None)
    if isinstance(source, SourceParts):
        yield Sourced(path, _said(part), source, part)
    for name in type(part).model_fields:
        if name != "source":
            yield from _children(getattr(part, name), f"{path}.{name}" if path else name)


def _children(value: object, path: str) -> Iterator[Sourced]:
    if isinstance(value, Part):
        yield from _within(value, path)
    elif isinstance(value, tuple):
        for n, child in enumerate(value):
            yield from _children(child, f"{path}.{_id(child, n)}")
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from _children(child, f"{path}.{key}")


def _id(part: object, n: int) -> str:
    return str(getattr(part, "id", None) or getattr(part, "version", None) or n + 1)


def _said(part: Part) -> Mapping[str, str]:
    if isinstance(part, Figure):
        return {"en": f"{part.value} {part.unit}".strip()}
    if isinstance(part, Item):
        return part.label
    for name in ("text", "label", "title", "definition", "name"):
        value = getattr(part, name, None)
        if isinstance(value, dict) and value:
            return value
        if isinstance(value, str) and value:
            return {"en": value}
    names = (getattr(part, name, None) for name in ("number", "method", "id"))
    return {"en": next((str(name) for name in names if name), "") or _in_short(part)}


def _in_short(part: Part) -> str:
    """What a part says that is called nothing, such as a row: its fields one after another."""
    own = _own(part).items()
    plain = {name: said for name, said in own if said != "" and not isinstance(said, (dict, list))}
    text = ", ".join(f"{name}: {said}" for name, said in plain.items())
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def _own(part: Part) -> dict[str, Any]:
    plain = part.model_dump(mode="json", exclude_defaults=True, exclude={"source"}, by_alias=False)
    return {
        _written(part, name): _without_others(getattr(part, name), told)
        for name, told in plain.items()
    }


def _written(part: Part, name: str) -> str:
    """A field by the name that a study file gives it."""
    field = type(part).model_fields.get(name)
    return (field and field.alias) or name


def _without_others(value: Any, plain: Any) -> Any:
    """What is told of a value, without what has a source of its own within it."""
    if isinstance(value, Part):
        has_own = isinstance(getattr(value, "source", None), SourceParts)
        return str(getattr(value, "id", "")) if has_own else _own(value)
    if isinstance(value, tuple):
        return [_without_others(*both) for both in zip(value, plain, strict=True)]
    if isinstance(value, dict):
        return {str(key): _without_others(child, plain[str(key)]) for key, child in value.items()}
    return plain
