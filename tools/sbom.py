"""Writes what Equipoise is made of: a CycloneDX bill of materials, and a dated list of versions.

    python tools/sbom.py                the bill, to build/sbom.json
    python tools/sbom.py --versions     the list, to docs/reference/versions.md

Both are made of requirements.lock and of what is vendored. Licences are those of the packages' own
metadata. Where that is no SPDX expression, or the package is for another system than this one, it
was read in the package's licence file and stands below.
"""

import hashlib
import json
import re
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK, VENDOR = ROOT / "requirements.lock", ROOT / "src/equipoise/web/static/vendor"
VERSIONS = ROOT / "docs/reference/versions.md"
ADVISORIES = "## Advisories"
NOT_ASKED = (
    "Not looked up since this list was made: `make advisories` asks, and writes the answer here."
)
READ = {
    "asgiref": "BSD-3-Clause",
    "certifi": "MPL-2.0",
    "charset-normalizer": "MIT",
    "colorama": "BSD-3-Clause",
    "django-allauth": "MIT",
    "django-csp": "BSD-3-Clause",
    "django-ninja": "MIT",
    "fido2": "BSD-2-Clause AND Apache-2.0 AND MPL-2.0",
    "jinja2": "BSD-3-Clause",
    "numba": "BSD-2-Clause",
    "oauthlib": "BSD-3-Clause",
    "polars": "MIT",
    "polars-runtime-32": "MIT",
    "pyrage": "MIT",
    "pysqlite3": "Zlib",
    "pyyaml": "MIT",
    "qrcode": "BSD-3-Clause",
    "requests": "Apache-2.0",
    "scipy": "BSD-3-Clause",
    "sqlparse": "BSD-3-Clause",
    "tzdata": "Apache-2.0",
    "govuk-frontend": "MIT",
    "htmx.org": "0BSD",
    "source-sans": "OFL-1.1",
}
ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "LGPL-3.0-only",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OFL-1.1",
    "PSF-2.0",
    "Zlib",
}
"""May be used beside code under another licence. GPL and AGPL are not here, and stay out."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is part of what runs."""

    name: str
    version: str
    licence: str
    purl: str
    hashes: tuple[str, ...] = ()
    condition: str = ""
    files: dict[str, str] = field(default_factory=dict)
    needed_by: tuple[str, ...] = ()
    direct: bool = True


def parts() -> list[Part]:
    """Everything that is locked or vendored."""
    return [*_locked(LOCK.read_text(encoding="utf-8")), *_vendored()]


def licence_of(name: str) -> str:
    """An SPDX expression; empty when neither the metadata nor the list above has one."""
    try:
        told = metadata(name).get("License-Expression")
    except PackageNotFoundError:  # of another system
        told = None
    return told or READ.get(name, "")


def unlisted(licence: str) -> set[str]:
    """What of a licence's expression is not allowed."""
    return {one.strip() for one in re.split(r"\bAND\b|\bOR\b|[()]", licence)} - ALLOWED - {""}


def bill(found: list[Part]) -> dict[str, object]:
    """The bill of materials, the same for the same lock and vendored files."""
    content = json.dumps([[p.purl, p.hashes, p.files] for p in found])
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_OID, content).urn,
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": "equipoise", "name": "equipoise"}
        },
        "components": [_component(part) for part in found],
        "dependencies": list(_dependencies(found)),
    }


def listed(found: list[Part], on: str, advisories: str = "") -> str:
    """The list of versions, as a page; with what `make advisories` was last told."""
    rows = (
        f"| {p.name} | {p.version} | {p.licence} | {p.condition.replace('|', 'or') or '—'} |"
        for p in found
    )
    head = f"""# What runs, in which version

Of {on}. `make sbom` writes this list and `build/sbom.json`, a bill of materials in CycloneDX
1.6 with the digests, from `requirements.lock` and what is vendored; the tests hold them to agree.
Each package's reason stands in [what Equipoise stands on](dependencies.md).

| part | version | licence (SPDX) | only where |
|---|---|---|---|
"""
    return head + "\n".join(rows) + f"\n\n{ADVISORIES}\n\n{advisories or NOT_ASKED}\n"


def advisories_of(page: str) -> str:
    """What the page says of advisories; empty when it has no such part yet."""
    return page.partition(f"{ADVISORIES}\n\n")[2].strip()


def note_advisories(sentence: str) -> None:
    """Write down what was told of advisories; the versions stay as they were."""
    page = VERSIONS.read_text(encoding="utf-8")
    kept = page.partition(ADVISORIES)[0]
    VERSIONS.write_text(f"{kept}{ADVISORIES}\n\n{sentence}\n", encoding="utf-8")


def main(words: list[str]) -> int:
    """1 when a licence is missing or not allowed."""
    found = parts()
    wrong = [f"{p.name}: {p.licence or 'no licence'}" for p in found if not _fine(p)]
    if wrong:
        print("not allowed, or not known:", "; ".join(wrong), file=sys.stderr)
        return 1
    target = ROOT / "build/sbom.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(bill(found), indent=1) + "\n", encoding="utf-8")
    print(f"{target.relative_to(ROOT)}: {len(found)} parts")
    if words == ["--versions"]:
        # Another version may be named where this one was not: what was told is of before.
        VERSIONS.write_text(listed(found, time.strftime("%Y-%m-%d")), encoding="utf-8")
    return 0


def _fine(part: Part) -> bool:
    return bool(part.licence) and not unlisted(part.licence)


_PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[^\s;]+)"
    r"(?: ; (?P<condition>[^\\\n]*?))? *\\?\n"
    r"(?P<rest>(?: +[^\n]*\n?)*)",
    re.MULTILINE,
)
_HASH = re.compile(r"sha256:([0-9a-f]{64})")
_VIA = re.compile(r"^ +# +(?:via +)?(?!via$)([\w.-]+)$", re.MULTILINE)


def _locked(lock: str) -> Iterator[Part]:
    for pin in _PIN.finditer(lock):
        name, version = pin["name"].lower(), pin["version"]
        yield Part(
            name=name,
            version=version,
            licence=licence_of(name),
            purl=f"pkg:pypi/{name}@{version}",
            hashes=tuple(_HASH.findall(pin["rest"])),
            condition=pin["condition"] or "",
            needed_by=tuple(_VIA.findall(pin["rest"])),
            direct="-r requirements.in" in pin["rest"],
        )


def _vendored() -> Iterator[Part]:
    for version in sorted(VENDOR.glob("*/VERSION")):
        name, number = re.match(r"([\w.-]+)@([\d.]+)", version.read_text()).groups()  # type: ignore[union-attr]
        folder = version.parent
        files = {
            f"{folder.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.iterdir())
        }
        purl = f"pkg:npm/{name}@{number}"
        yield Part(name, number, READ.get(name, ""), purl, files=files)


def _component(part: Part) -> dict[str, object]:
    single = part.licence in ALLOWED and " " not in part.licence
    licence = {"license": {"id": part.licence}} if single else {"expression": part.licence}
    made: dict[str, object] = {
        "type": "library",
        "bom-ref": part.purl,
        "name": part.name,
        "version": part.version,
        "licenses": [licence],
        "purl": part.purl,
    }
    if part.hashes:
        # One for each file that may be installed: another system takes another file.
        made["hashes"] = [{"alg": "SHA-256", "content": one} for one in part.hashes]
    if part.condition:
        made["properties"] = [{"name": "equipoise:only-where", "value": part.condition}]
    if part.files:
        made["components"] = [
            {
                "type": "file",
                "bom-ref": name,
                "name": name,
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }
            for name, digest in part.files.items()
        ]
    return made


def _dependencies(found: list[Part]) -> Iterator[dict[str, object]]:
    """Who needs whom: the lock says of each package which others asked for it."""
    yield {"ref": "equipoise", "dependsOn": [p.purl for p in found if p.direct]}
    for one in found:
        needs = [p.purl for p in found if one.name in p.needed_by]
        yield {"ref": one.purl, "dependsOn": needs}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
