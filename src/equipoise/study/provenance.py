"""Every value of a study that carries a source: what it says, and how far it can be trusted."""

from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.study.forms import Item
from equipoise.study.model import Study
from equipoise.study.parts import Figure, Part, SourceParts, SourceTag, say

__all__ = ["TAGS", "Sourced", "sourced"]

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
    what: str
    source: SourceParts


def sourced(study: Study) -> list[Sourced]:
    """All of them, in the order of the study file."""
    return list(_within(study, ""))


def _within(part: Part, path: str) -> Iterator[Sourced]:
    source = getattr(part, "source", None)
    if isinstance(source, SourceParts):
        yield Sourced(path, _what(part), source)
    for name in type(part).model_fields:
        value = getattr(part, name)
        here = f"{path}.{name}" if path else name
        if isinstance(value, Part) and not isinstance(value, SourceParts):
            yield from _within(value, here)
        elif isinstance(value, tuple):
            for n, child in enumerate(value):
                if isinstance(child, Part):
                    yield from _within(child, f"{here}.{_id(child, n)}")
        elif isinstance(value, dict):
            for key, child in value.items():
                if isinstance(child, Part):
                    yield from _within(child, f"{here}.{key}")


def _id(part: Part, n: int) -> str:
    return str(getattr(part, "id", None) or getattr(part, "version", None) or n + 1)


def _what(part: Part) -> str:
    if isinstance(part, Figure):
        return f"{part.value} {part.unit}".strip()
    if isinstance(part, Item):
        return say(part.label)
    for name in ("text", "label", "title", "definition", "name"):
        value = getattr(part, name, None)
        if isinstance(value, dict) and value:
            return say(value)
        if isinstance(value, str) and value:
            return value
    return str(getattr(part, "number", None) or getattr(part, "method", None) or "")
