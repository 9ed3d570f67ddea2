"""The file in which the sponsor's word on recalled values is filled in, made and read."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.study.model import Study
from equipoise.study.provenance import Sourced

if TYPE_CHECKING:
    from equipoise.conduct.assumptions import ConfirmValue

__all__ = ["confirmations", "to_fill_in"]

FIELDS = {"path", "digest", "document", "version", "page", "says", "source"}


def to_fill_in(values: Iterable[Sourced]) -> Iterator[str]:
    """The lines of the file: each value, with open places for the document that says so."""
    yield "# Fill in which document says so; what has no document stays unconfirmed."
    for value in values:
        row = {"path": value.path, "says": value.what, "source": value.source.where}
        row |= {"digest": value.digest, "document": "", "version": "", "page": ""}
        for n, (name, text) in enumerate(row.items()):
            # JSON strings are strings of YAML.
            yield f"{'  ' if n else '- '}{name}: {json.dumps(text, ensure_ascii=False)}"


def confirmations(path: Path, study: Study) -> "list[ConfirmValue]":
    """The acts that a file states, of this text; none of what names no document.

    :raises ValueError: with the place of what cannot be one
    """
    from equipoise.conduct.assumptions import ConfirmValue
    from equipoise.study.places import Places, Unparsable, read_yaml

    places = Places()
    try:
        content = read_yaml(path, str(path), places)
    except Unparsable as error:
        raise ValueError(str(error)) from error
    if not isinstance(content, list):
        raise ValueError(f"{path}: a list of values is asked for")
    rows = [_row(row, str(places.place((n,)))) for n, row in enumerate(content)]
    return [
        ConfirmValue(
            path=row["path"],
            value=row["digest"],
            document=row["document"],
            edition=row.get("version", ""),
            page=row.get("page", ""),
            text=study.digest,
        )
        for row in rows
        if row["document"].strip()
    ]


def _row(row: Any, place: str) -> dict[str, str]:
    """One of them, of which every field is a text; a number of a page is one too."""
    if not isinstance(row, dict) or not {"path", "digest"} <= row.keys() <= FIELDS:
        raise ValueError(
            f"{place}: path, digest, document, version and page are what may stand here"
        )
    return {"document": "", **{name: "" if one is None else str(one) for name, one in row.items()}}
