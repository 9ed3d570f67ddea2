"""Files in a study's folder that look like a part of the study and are not read.

A form that is kept as `forms/x.yml` would be missing, and nobody would be told.
"""

import re
from collections.abc import Iterator
from pathlib import Path, PurePath

from equipoise.study.bundle import FILES, FOLDERS, bundle_path
from equipoise.study.places import Place, Problem

__all__ = ["left_over", "not_read"]

READ_IN = ("forms", "cases")
"""The folders whose files this version reads; what stands in the others says nothing yet."""
_YAML = re.compile(r"\.ya?ml$", re.IGNORECASE)
_BACKUP = re.compile(r"(~|#|\.(bak|orig|old|rej|save|sw[a-p]|tmp|txt))$", re.IGNORECASE)
_MOST = 5_000  # files that are looked at


def not_read(folder: Path) -> list[Problem]:
    """Files that were meant to be read, each with what would do."""
    return [
        Problem(Place(str(folder / name), 1), "", f"this file is not read: {because}")
        for name in _names(folder)
        if (because := _meant(name))
    ]


def left_over(folder: Path) -> list[tuple[str, str]]:
    """Files that may have been meant to be read, each with what would do."""
    found = []
    for name in _names(folder):
        if not _meant(name) and (because := _perhaps(name)):
            found.append((str(folder / name), f"this file is not read: {because}"))
    return found


def _meant(name: str) -> str:
    """What would do for a file that is called as a part of the study; empty where all is well."""
    path = PurePath(name)
    place, plain = path.parent.as_posix().lower(), path.with_suffix(".yaml").name
    if bundle_path(name) or not _YAML.search(name):
        return ""
    if place == "." and plain.lower() in FILES:
        return f"its name must be {plain.lower()!r}"
    first = path.parts[0].lower()
    if len(path.parts) > 1 and first in FOLDERS and not path.name.startswith("."):
        if len(path.parts) > 2:
            return f"move it to {first + '/' + plain!r}; folders within {first}/ are not read"
        if path.parts[0] != first or path.suffix != ".yaml":
            return f"call it {first + '/' + plain!r}"
    return ""


def _perhaps(name: str) -> str:
    path = PurePath(name)
    inside = len(path.parts) > 1 and path.parts[0].lower() in FOLDERS
    if _BACKUP.search(name) and (inside or path.name.lower().startswith(("study", "rehearsal"))):
        return "it looks like a copy that an editor left; remove it, or give it a name of its own"
    if bundle_path(name) and inside and path.parts[0] not in READ_IN:
        return f"this version reads nothing in {path.parts[0]}/"
    if bundle_path(name) or path.name.startswith((".", "sweep")):
        return ""
    if _YAML.search(name):
        return f"forms stand in forms/ and worked cases in cases/; also read: {', '.join(FILES)}"
    if inside and path.suffix.lower() in (".json", ".toml", ""):
        return f"in {path.parts[0]}/ only files called *.yaml are read"
    return ""


def _names(folder: Path) -> Iterator[str]:
    """The files below a folder, by their path in it; nothing in hidden folders."""
    found = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    for path in found[:_MOST]:
        if not any(part.startswith(".") for part in path.parts[:-1]):
            yield path.as_posix()
