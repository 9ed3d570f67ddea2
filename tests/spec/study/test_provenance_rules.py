"""Every rule and figure says where it comes from, and how far it can be trusted."""

import json
from datetime import date

import pytest
import yaml

from equipoise.study.load import form_schema, json_schema
from equipoise.study.provenance import TAGS, sourced
from tests.support import STUDIES, a_panel_study, a_study


@pytest.mark.parametrize("name", ["first-steps", "pump-it"])
def test_every_sourced_value_is_found_by_its_path_with_a_known_tag(name):
    values = sourced(a_study(name))
    paths = [value.path for value in values]
    assert len(paths) == len(set(paths))
    assert {value.source.tag for value in values} <= set(TAGS)
    assert all(value.source.where for value in values)
    assert "consent.versions.1" in paths or name == "pump-it"
    assert "randomisation" in paths


def test_what_is_recalled_or_assumed_needs_the_sponsors_word():
    table = {"registry": 0, "public": 0, "sibling": 0, "recalled": 1, "assumed": 1}
    for tag, unverified in table.items():
        study = a_panel_study(source=f"{tag}: somewhere")
        panel = next(value for value in sourced(study) if value.path == "panel")
        assert panel.source.unverified is bool(unverified), tag
        assert panel.source.where == "somewhere"


@pytest.mark.parametrize("name", ["first-steps", "pump-it"])
def test_the_published_schema_takes_the_study_files(name):
    """Checked against the part of JSON Schema 2020-12 that the schema uses."""
    text = (STUDIES / name / "study.yaml").read_text(encoding="utf-8")
    data = json.loads(json.dumps(yaml.safe_load(text), default=_plain))
    schema = json_schema()
    assert list(faults(data, schema, schema, name)) == []


def test_the_schemas_beside_the_studies_are_those_of_this_version():
    """`equipoise schema > studies/study.schema.json` makes them again; editors read them there."""
    for name, schema in (("study", json_schema()), ("form", form_schema())):
        published = json.loads((STUDIES / f"{name}.schema.json").read_text(encoding="utf-8"))
        assert published == schema, name


def test_the_published_schema_takes_every_form():
    schema = form_schema()
    for path in STUDIES.glob("*/forms/*.yaml"):
        data = json.loads(
            json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=_plain)
        )
        assert list(faults(data, schema, schema, path.name)) == []


def test_the_published_schema_refuses_what_loading_refuses():
    text = (STUDIES / "first-steps" / "study.yaml").read_text(encoding="utf-8")
    data = json.loads(json.dumps(yaml.safe_load(text), default=_plain))
    schema = json_schema()
    data["arms"][0]["ration"] = 2
    data["arms"][1]["kind"] = "experimental comparator"
    del data["identity"]["sponsor"]
    found = " ".join(faults(data, schema, schema, "tea"))
    assert "arms.0.ration" in found
    assert "arms.1.kind" in found
    assert "identity.sponsor" in found


def _plain(value):
    assert isinstance(value, date)
    return value.isoformat()


KINDS = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "number": (int, float),
    "null": type(None),
}


def faults(data, schema, whole, at):
    """What does not fit; as far as the keywords go that pydantic writes."""
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:
        if all(list(faults(data, way, whole, at)) for way in schema["anyOf"]):
            yield f"{at}: fits none of the ways"
        return
    kind = schema.get("type")
    if kind and (
        not isinstance(data, KINDS[kind]) or (isinstance(data, bool) and kind != "boolean")
    ):
        yield f"{at}: not of type {kind}"
        return
    if "enum" in schema and data not in schema["enum"]:
        yield f"{at}: none of {schema['enum']}"
    if "const" in schema and data != schema["const"]:
        yield f"{at}: not {schema['const']}"
    if isinstance(data, dict):
        yield from object_faults(data, schema, whole, at)
    if isinstance(data, list):
        for n, child in enumerate(data):
            yield from faults(child, schema.get("items", {}), whole, f"{at}.{n}")


def object_faults(data, schema, whole, at):
    known = schema.get("properties", {})
    more = schema.get("additionalProperties", True)
    for name in schema.get("required", []):
        if name not in data:
            yield f"{at}.{name}: missing"
    for name, child in data.items():
        if name in known:
            yield from faults(child, known[name], whole, f"{at}.{name}")
        elif more is False:
            yield f"{at}.{name}: unknown"
        elif isinstance(more, dict):
            yield from faults(child, more, whole, f"{at}.{name}")


@pytest.mark.parametrize("name", ["first-steps", "pump-it"])
def test_every_sourced_value_has_a_digest_and_can_be_read_as_its_file_writes_it(name):
    for value in sourced(a_study(name)):
        assert len(value.digest) == 64
        assert yaml.safe_load(value.content) is not None, value.path
        assert value.what or "." not in value.path, value.path
