"""What runs is listed whole: every part with its version, licence and digests."""

import importlib.util
import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]
ALGORITHMS = {"MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512", "SHA3-256", "BLAKE2b-256", "BLAKE3"}
TYPES = {"application", "framework", "library", "file", "operating-system", "container", "data"}


@pytest.fixture(scope="module")
def sbom() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sbom", ROOT / "tools/sbom.py")
    module = sys.modules["sbom"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def bill(sbom: ModuleType) -> dict:
    return sbom.bill(sbom.parts())


def components(part: dict) -> list[dict]:
    own = part.get("components", [])
    return [*own, *(inner for one in own for inner in components(one))]


def test_everything_that_is_locked_or_vendored_is_listed_with_its_version(sbom):
    lock = (ROOT / "requirements.lock").read_text()
    pinned = re.findall(r"^([A-Za-z0-9][\w.-]*)==([^\s;]+)", lock, re.MULTILINE)
    folders = (ROOT / "src/equipoise/web/static/vendor").glob("*/VERSION")
    vendored = [tuple(re.match(r"([\w.-]+)@([\d.]+)", one.read_text()).groups()) for one in folders]
    listed = [(part.name, part.version) for part in sbom.parts()]
    assert sorted(listed) == sorted([*pinned, *vendored])
    for part in sbom.parts():
        assert part.hashes or part.files, part.name
        assert "\\" not in part.condition
    hashes = {one for part in sbom.parts() for one in part.hashes}
    assert hashes == set(re.findall(r"sha256:([0-9a-f]{64})", lock))


def test_every_part_that_runs_has_a_licence_that_may_stand_beside_others(sbom):
    for part in sbom.parts():
        assert part.licence, part.name
        assert not sbom.unlisted(part.licence), (part.name, part.licence)
    for strange in ("GPL-3.0-or-later", "AGPL-3.0-only", "MIT AND GPL-2.0-only", "BUSL-1.1"):
        assert sbom.unlisted(strange)
    assert not {name for name in sbom.ALLOWED if name.startswith(("GPL", "AGPL"))}


def test_what_was_read_in_a_licence_file_does_not_deny_what_the_metadata_says(sbom):
    for part in sbom.parts():
        try:
            told = metadata(part.name)
        except PackageNotFoundError:
            continue
        if told.get("License-Expression"):
            assert part.name not in sbom.READ, f"{part.name} says it itself now"
            continue
        said = " ".join(told.get_all("Classifier", []))
        assert not re.search(r"(?<!L)GPL|Affero|General Public", said), part.name
        for family in ("BSD", "MIT", "Apache", "MPL"):
            if f":: {family} License" in said:
                assert family in part.licence, part.name


def test_the_bill_has_what_cyclonedx_asks_for(bill):
    assert bill["bomFormat"] == "CycloneDX" and bill["specVersion"] == "1.6"
    assert re.fullmatch(
        r"urn:uuid:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", bill["serialNumber"]
    )
    assert isinstance(bill["version"], int) and bill["version"] >= 1
    found = [bill["metadata"]["component"], *components(bill)]
    for one in found:
        assert one["type"] in TYPES and one["name"] and one["bom-ref"]
        for told in one.get("hashes", []):
            assert told["alg"] in ALGORITHMS and re.fullmatch("[0-9a-f]{64}", told["content"])
        licences = one.get("licenses", [])
        assert all(set(told) in ({"license"}, {"expression"}) for told in licences)
        assert len(licences) == 1 or not any("expression" in told for told in licences)
        if one["type"] == "library":
            assert re.fullmatch(r"pkg:(?:pypi|npm)/[a-z0-9._-]+@[\w.+-]+", one["purl"])
    references = [one["bom-ref"] for one in found]
    assert len(references) == len(set(references))
    for told in bill["dependencies"]:
        assert {told["ref"], *told["dependsOn"]} <= set(references)


def test_whatever_is_there_is_needed_by_something(bill):
    needs = {told["ref"]: told["dependsOn"] for told in bill["dependencies"]}
    reached, waiting = set(), ["equipoise"]
    while waiting:
        one = waiting.pop()
        waiting += [other for other in needs[one] if other not in reached]
        reached.add(one)
    assert reached == set(needs)


def test_the_same_lock_gives_the_same_bill_and_the_list_of_versions_agrees(sbom, bill):
    assert sbom.bill(sbom.parts()) == bill
    page = (ROOT / "docs/reference/versions.md").read_text(encoding="utf-8")
    (on,) = re.findall(r"^Of (\d{4}-\d\d-\d\d)\.", page, re.MULTILINE)
    told = sbom.advisories_of(page)
    assert sbom.listed(sbom.parts(), on, told) == page, "run: make sbom"
