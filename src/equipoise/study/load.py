"""From the text of a study to a frozen Study, or to every error with its file and line.

The text stands in a folder, or is a bundle such as the ledger keeps.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from equipoise.study.bundle import FORMAT, MAIN, Bundle, bundle_of
from equipoise.study.forms import Form
from equipoise.study.misread import problems_of
from equipoise.study.model import Study
from equipoise.study.places import Place, Places, Problem, Unparsable, read_text

__all__ = [
    "Invalid",
    "digest_of",
    "form_schema",
    "json_schema",
    "load",
    "load_with_places",
    "read_bundle",
]


class Invalid(Exception):
    """The study file cannot be used, for all of these reasons."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def load(source: Path | Bundle, form: int = FORMAT) -> Study:
    """The study in a folder or a bundle: `study.yaml`, and one file for each form in `forms/`.

    :param form: the FORMAT of the model when the text was recorded
    :raises Invalid: with every error, each with file, line, what was found and what would do
    """
    return load_with_places(source, form)[0]


def load_with_places(source: Path | Bundle, form: int = FORMAT) -> tuple[Study, Places]:
    """The study, and where everything in it stands."""
    bundle, places = read_bundle(source), Places()
    if form != FORMAT:
        because = f"it was recorded for model {form}; this version of Equipoise reads {FORMAT}"
        raise Invalid([Problem(Place(bundle.shown(MAIN), 1), "", because)])
    data = _read(bundle, places)
    try:
        study = Study.model_validate(data)
    except ValidationError as error:
        found = problems_of(error, places)
        raise Invalid(sorted(found, key=lambda p: (p.place.file, p.place.line))) from error
    return study.model_copy(update={"digest": digest_of(study)}).read_from(bundle), places


def read_bundle(source: Path | Bundle) -> Bundle:
    """The text of a study, read from its folder if it is not read yet.

    :raises Invalid: with every file that is no text
    """
    if isinstance(source, Bundle):
        return source
    try:
        return bundle_of(source)
    except Unparsable as error:
        raise Invalid(error.problems) from error


def digest_of(study: Study) -> str:
    """The SHA-256 of what the study says, however its file is laid out.

    What is left at its default is left out, so that a later version of Equipoise, which knows more
    fields, still knows the text by the same digest. The text itself has a digest of its own.
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


def _read(bundle: Bundle, places: Places) -> dict[str, Any]:
    main = bundle.shown(MAIN)
    if MAIN not in bundle.files:
        raise Invalid([Problem(Place(main, 1), "", "there is no such file")])
    problems: list[Problem] = []
    data: dict[str, Any] = {}
    try:
        found = read_text(bundle.files[MAIN], main, places)
        if isinstance(found, dict):
            data = found
        else:
            problems.append(Problem(Place(main, 1), "", "a study is a mapping of blocks"))
    except Unparsable as error:
        problems += error.problems
    told = data.get("forms") or []
    if not isinstance(told, list):
        place = places.place(("forms",))
        raise Invalid([*problems, Problem(place, "forms", "forms are a list, or stand in forms/")])
    listed = list(told)
    for path in bundle.within("forms"):
        at = ("forms", len(listed))
        try:
            listed.append(read_text(bundle.files[path], bundle.shown(path), places, at))
        except Unparsable as error:
            problems += error.problems
    if problems:
        raise Invalid(problems)
    return {**data, "forms": listed}
