"""From the folder of a study to a frozen Study, or to every error with its file and line."""

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from equipoise.study import blocks, forms, parts
from equipoise.study.forms import Form
from equipoise.study.model import Study
from equipoise.study.places import Key, Place, Places, Problem, Unparsable, read_yaml

__all__ = [
    "Invalid",
    "digest_of",
    "form_schema",
    "json_schema",
    "load",
    "load_with_places",
    "problem_of",
]


class Invalid(Exception):
    """The study file cannot be used, for all of these reasons."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def load(folder: Path) -> Study:
    """The study in a folder: `study.yaml`, and one file for each form in `forms/`.

    :raises Invalid: with every error, each with file, line, what was found and what would do
    """
    return load_with_places(folder)[0]


def load_with_places(folder: Path) -> tuple[Study, Places]:
    """The study, and where everything in it stands."""
    places = Places()
    data = _read(folder, places)
    try:
        study = Study.model_validate(data)
    except ValidationError as error:
        problems = [problem_of(found, places) for found in error.errors()]
        raise Invalid(sorted(problems, key=lambda p: (p.place.file, p.place.line))) from error
    return study.model_copy(update={"digest": digest_of(study)}), places


def digest_of(study: Study) -> str:
    """The SHA-256 of what the study says, however its file is laid out.

    What is left at its default is left out, so that a later version of Equipoise, which knows more
    fields, still knows the text by the same digest.
    """
    said = study.model_dump(mode="json", exclude={"digest"}, exclude_defaults=True)
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `study.yaml`, for editors. Forms may stand in files of their own."""
    schema = Study.model_json_schema()
    schema["required"] = [name for name in schema["required"] if name != "forms"]
    schema["properties"].pop("digest")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def form_schema() -> dict[str, Any]:
    """The JSON Schema of a file in `forms/`, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Form.model_json_schema()}


def problem_of(
    error: Any, places: Places, at: Key = (), modules: Iterable[ModuleType] = ()
) -> Problem:
    """One of the errors of a model, at its line.

    :param at: where the model stands in the file
    :param modules: where the models of the file are, if it is no study file
    """
    key = (*at, *(part for part in error["loc"] if isinstance(part, (str, int))))
    return Problem(places.place(key), places.path(key), _message(error, _field_names(modules)))


def _read(folder: Path, places: Places) -> dict[str, Any]:
    main = folder / "study.yaml"
    if not main.is_file():
        raise Invalid([Problem(Place(str(main), 1), "", "there is no such file")])
    problems: list[Problem] = []
    data: dict[str, Any] = {}
    try:
        found = read_yaml(main, str(main), places)
        if isinstance(found, dict):
            data = found
        else:
            problems.append(Problem(Place(str(main), 1), "", "a study is a mapping of blocks"))
    except Unparsable as error:
        problems += error.problems
    told = data.get("forms") or []
    if not isinstance(told, list):
        place = places.place(("forms",))
        raise Invalid([*problems, Problem(place, "forms", "forms are a list, or stand in forms/")])
    listed = list(told)
    for path in sorted((folder / "forms").glob("*.yaml")):
        try:
            listed.append(read_yaml(path, str(path), places, ("forms", len(listed))))
        except Unparsable as error:
            problems += error.problems
    if problems:
        raise Invalid(problems)
    return {**data, "forms": listed}


def _message(error: Any, names: tuple[str, ...]) -> str:
    found = error.get("input")
    match error["type"]:
        case "extra_forbidden":
            name = str(error["loc"][-1])
            return f"there is no field {name!r} here.{_suggestion(name, names)}"
        case "missing":
            return "this is needed and missing"
        case "literal_error":
            return f"found {found!r}; one of {error['ctx']['expected']} would do"
        case "string_pattern_mismatch":
            return f"found {found!r}; it must match {error['ctx']['pattern']}"
        case "not_meant":
            return str(error["msg"])
        case "string_type" if isinstance(found, (int, Decimal, date)):
            told = str(found).lower() if isinstance(found, bool) else str(found)
            return f"found {told} where a text is meant; put it in quotes"
    shown = str(found) if isinstance(found, Decimal) else repr(found)
    shown = type(found).__name__ if isinstance(found, (dict, list)) else shown
    return f"{error['msg']}; found {shown}"


def _suggestion(name: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def _field_names(modules: Iterable[ModuleType]) -> tuple[str, ...]:
    found = {name for part in _parts(modules) for name in part.model_fields}
    return tuple(sorted(found if modules else found | set(Study.model_fields)))


def _parts(modules: Iterable[ModuleType]) -> Iterator[type[parts.Part]]:
    for module in modules or (blocks, forms, parts):
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, parts.Part):
                yield thing
