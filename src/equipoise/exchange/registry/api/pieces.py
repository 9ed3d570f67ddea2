"""The fields of a record as the registry's API names them, and parts of a record by these names."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from typing import Any

from equipoise.exchange.registry.api.mistaken import Mistaken

__all__ = ["only", "place_of", "values_at"]

FILE = "data/api-pieces.tsv"
Json = dict[str, Any]
Path = tuple[str, ...]


@lru_cache(maxsize=1)
def _places() -> dict[str, Path]:
    text = files("equipoise.exchange.registry").joinpath(FILE).read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    made = {place: tuple(place.split(".")) for _, place in rows}
    return made | {name: tuple(place.split(".")) for name, place in reversed(rows)}


def place_of(name: str) -> Path:
    """Where a field stands, by its short name (`NCTId`) or by all of its place.

    :raises Mistaken: when no field is called so
    """
    if (place := _places().get(name)) is None:
        near = get_close_matches(name[:60], _places(), n=3)
        would_do = f"; {' or '.join(near)} would do" if near else ""
        raise Mistaken(f"there is no field {name[:60]!r}{would_do}")
    return place


def only(study: Json, places: Iterable[Path]) -> Json:
    """A record with these fields alone, in its own order."""
    wanted: dict[str, list[Path]] = {}
    for place in places:
        wanted.setdefault(place[0], []).append(place[1:])
    return _only(study, wanted)


def _only(part: Json, wanted: dict[str, list[Path]]) -> Json:
    made: Json = {}
    for name, value in part.items():
        if name not in wanted:
            continue
        if any(not rest for rest in wanted[name]):
            made[name] = value
            continue
        deeper: dict[str, list[Path]] = {}
        for rest in wanted[name]:
            deeper.setdefault(rest[0], []).append(rest[1:])
        made[name] = _each(value, deeper)
    return made


def _each(value: Any, wanted: dict[str, list[Path]]) -> Any:
    if isinstance(value, list):
        return [_each(one, wanted) for one in value]
    return _only(value, wanted) if isinstance(value, dict) else value


def values_at(part: Any, place: Path) -> list[Any]:
    """All values of a field, in their order."""
    if isinstance(part, list):
        return [value for one in part for value in values_at(one, place)]
    if not place:
        return [part]
    return (
        values_at(part[place[0]], place[1:]) if isinstance(part, dict) and place[0] in part else []
    )
