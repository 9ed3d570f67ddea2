"""Asks whether what is locked or vendored is named in a published advisory: `make advisories`.

    python tools/advisories.py                  asks the package index that pip is set up with
    python tools/advisories.py --from FOLDER    reads OSV records: a folder of JSON, or zip files
    … --note                                    writes the answer to docs/reference/versions.md

With 0 it ends when everything was looked up and nothing is named; with 1 when something is; with 2
when it could not be looked up, whole or in part: then nothing is known, and that is what it says.
OSV publishes all records of PyPI and of npm as one zip each, which can be carried to a machine
without a network; they also tell of what is vendored, which the index does not.
"""

import argparse
import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

PATIENCE = 30  # seconds for one answer
ECOSYSTEMS = {"pypi": "PyPI", "npm": "npm"}
VENDORED = "it is vendored, and the index of Python's packages does not know it"


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A part that an advisory names."""

    part: str
    advisory: str
    says: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found, of which parts, and of which it could not be told."""

    found: list[Named]
    asked: list[str]
    unknown: dict[str, str]


def main(words: list[str]) -> int:
    """0: all looked up and none named; 1: some are named; 2: it is not known."""
    asks = argparse.ArgumentParser(description="Is a part of what runs named in an advisory?")
    asks.add_argument("--from", dest="records", type=Path, help="OSV records, instead of the index")
    asks.add_argument("--note", action="store_true", help="write the answer beside the versions")
    asked = asks.parse_args(words)
    sbom = _sbom()
    parts = [(*_purl(part.purl), part.version) for part in sbom.parts()]
    looked = of_records(parts, asked.records) if asked.records else of_index(parts, index())
    for one in sorted(looked.found):
        print(f"{one.part}: {one.advisory}: {one.says}")
    for why in dict.fromkeys(looked.unknown.values()):
        those = ", ".join(part for part, told in looked.unknown.items() if told == why)
        print(f"not looked up, for {why}: {those}", file=sys.stderr)
    if not looked.asked or {*looked.unknown.values()} - {VENDORED}:
        told = f"{len(looked.unknown)} of {len(parts)} parts could not be looked up"
        print(f"{told}: whether an advisory names them is NOT known", file=sys.stderr)
        return 2
    sentence = said(looked, time.strftime("%Y-%m-%d"), "OSV" if asked.records else "the index")
    print(sentence)
    if asked.note:
        sbom.note_advisories(sentence)
    return 1 if looked.found else 0


def said(looked: Looked, on: str, source: str) -> str:
    """The answer as it stands beside the versions."""
    names = ", ".join(f"{one.part} ({one.advisory})" for one in sorted(looked.found)) or "none"
    text = f"Of {on}: {len(looked.asked)} parts were looked up in {source}; named in an advisory: "
    left = f" Not looked up: {', '.join(looked.unknown)}." if looked.unknown else ""
    return f"{text}{names}.{left}"


# The index: each version's own page as JSON


def index() -> str:
    """Where pip asks, as it is set up here, without its last part."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    told = dict(re.findall(r"^(:env:|install|global)\.index-url='([^']*)'", listed, re.MULTILINE))
    for place in (":env:", "install", "global"):
        if place in told:
            return re.sub(r"/simple/?$", "", told[place])
    from pip._internal.models.index import PyPI

    return PyPI.url.rstrip("/")


def of_index(parts: Iterable[tuple[str, str, str]], base: str) -> Looked:
    """Ask for each; the first that cannot be asked tells of all that come after it."""
    looked = Looked([], [], {})
    silent = ""
    for ecosystem, name, version in parts:
        label = f"{name} {version}"
        if ecosystem != "pypi":
            looked.unknown[label] = VENDORED
        elif silent:
            looked.unknown[label] = silent
        elif isinstance(told := _told(f"{base}/pypi/{name}/{version}/json"), str):
            silent = looked.unknown[label] = told
        else:
            looked.asked.append(label)
            looked.found.extend(_named(label, one) for one in told if not one.get("withdrawn"))
    return looked


def _told(address: str) -> list[dict[str, Any]] | str:
    """The advisories that name a version; in words why there is no answer."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310
            told = json.load(answer).get("vulnerabilities")
    except urllib.error.HTTPError as error:
        return f"the index answers {error.code}: it does not serve what is known of a version"
    except (OSError, ValueError) as error:
        return f"the index cannot be reached ({type(error).__name__})"
    return told if isinstance(told, list) else "the index says nothing of advisories"


def _named(label: str, record: dict[str, Any]) -> Named:
    text = record.get("summary") or record.get("details") or "no summary"
    fixed = ", ".join(record.get("fixed_in") or [])
    line = " ".join(text.split())[:160] + (f"; mended in {fixed}" if fixed else "")
    return Named(label, record["id"], line)


# OSV records, carried here


def of_records(parts: Iterable[tuple[str, str, str]], records: Path) -> Looked:
    """Look each up among all records; of an ecosystem without any nothing is known."""
    by_name: dict[tuple[str, str], list[dict[str, Any]]] = {}
    seen = set()
    for record in _records(records):
        for affected in record.get("affected", []):
            package = affected.get("package", {})
            ecosystem = package.get("ecosystem", "")
            seen.add(ecosystem)
            place = ecosystem, canonicalize_name(package.get("name", ""))
            by_name.setdefault(place, []).append(record | {"affected": affected})
    looked = Looked([], [], {})
    for ecosystem, name, version in parts:
        label, place = f"{name} {version}", (ECOSYSTEMS[ecosystem], canonicalize_name(name))
        if place[0] not in seen:
            looked.unknown[label] = f"there is no record of {place[0]} in {records.name}"
            continue
        looked.asked.append(label)
        those = [one for one in by_name.get(place, []) if is_affected(version, one["affected"])]
        looked.found.extend(_named(label, one) for one in those if not one.get("withdrawn"))
    return looked


def _records(place: Path) -> Iterator[dict[str, Any]]:
    files = sorted(place.rglob("*")) if place.is_dir() else [place]
    for file in files:
        if file.suffix == ".zip":
            with zipfile.ZipFile(file) as packed:
                for name in packed.namelist():
                    if name.endswith(".json"):
                        yield json.loads(packed.read(name))
        elif file.suffix == ".json":
            yield json.loads(file.read_text("utf-8"))


def is_affected(version: str, affected: dict[str, Any]) -> bool:
    """Whether OSV counts a version among those affected: it is listed, or stands in a range."""
    if version in affected.get("versions", []):
        return True
    ranges = [one for one in affected.get("ranges", []) if one.get("type") != "GIT"]
    return any(_stands_in(Version(version), one.get("events", [])) for one in ranges)


def _stands_in(version: Version, events: list[dict[str, str]]) -> bool:
    inside = False
    for at, what in sorted(_placed(events)):
        if at > version:
            break
        inside = what == "introduced" or (what == "last_affected" and inside and at == version)
    return inside


def _placed(events: list[dict[str, str]]) -> Iterator[tuple[Version, str]]:
    """Each event at its version; sorted, a range that begins where another ends comes last."""
    for event in events:
        for what in ("introduced", "last_affected", "fixed"):
            if what in event:
                try:
                    yield Version(event[what]), what
                except InvalidVersion:
                    continue


def _purl(purl: str) -> tuple[str, str]:
    ecosystem, name = re.fullmatch(r"pkg:(\w+)/(.+)@[^@]+", purl).groups()  # type: ignore[union-attr]
    return ecosystem, name


def _sbom() -> ModuleType:
    spec = spec_from_file_location("sbom", Path(__file__).with_name("sbom.py"))
    assert spec and spec.loader
    module = sys.modules["sbom"] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
