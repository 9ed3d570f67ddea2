"""The text of a study as it is kept: every file of its folder that says what should happen.

A bundle is those files by their path, letter by letter. It is known by its own digest, beside the
digest of what it says (`load.digest_of`): two texts that say the same differ here, and a text that
a later version of Equipoise would read otherwise is still the same text.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from equipoise.study.places import Place, Problem, Unparsable

__all__ = ["FORMAT", "Bundle", "bundle_of", "bundle_path", "digest_of_files"]

FORMAT = 1
"""Raised whenever a default of the model changes: then an old text needs its old defaults."""

MAIN = "study.yaml"
FILES = (MAIN, "rehearsal.yaml")
FOLDERS = ("forms", "cases", "instruments", "locale")
# A README and the sweeps of a design bear on nothing that is recorded.


@dataclass(frozen=True)
class Bundle:
    """The files of a study, by their path in its folder; `place` is where they were read."""

    files: Mapping[str, str]
    place: str = field(default="", compare=False)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 that names this very text."""
        return digest_of_files(self.files)

    def within(self, folder: str) -> list[str]:
        """The paths of the YAML files in one of its folders, in order."""
        return sorted(path for path in self.files if path.startswith(f"{folder}/"))

    def shown(self, path: str) -> str:
        """A file's name as messages give it."""
        return str(Path(self.place) / path) if self.place else path


def digest_of_files(files: Mapping[str, str]) -> str:
    """The SHA-256 of the canonical JSON (RFC 8785) of {path: text}; paths are ASCII."""
    text = json.dumps(dict(files), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def bundle_of(folder: Path) -> Bundle:
    """The text that stands in a folder.

    :raises Unparsable: with every file that is no UTF-8 text, or whose name is not plain
    """
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for path in _paths(folder):
        name = path.relative_to(folder).as_posix()
        place = Place(str(path), 1)
        if not bundle_path(name):
            problems.append(Problem(place, "", "a file's name is of letters, digits, _ . and -"))
            continue
        try:
            # Not read_text: it would change the ends of lines.
            files[name] = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            problems.append(Problem(place, "", "this is not UTF-8 text"))
    if problems:
        raise Unparsable(problems)
    return Bundle(files, str(folder))


def bundle_path(name: str) -> bool:
    """Whether a path is one that a bundle may hold."""
    folder, _, file = name.rpartition("/")
    plain = file.isascii() and file.replace("-", "").replace("_", "").replace(".", "").isalnum()
    if folder:
        return plain and folder in FOLDERS and file.endswith(".yaml")
    return name in FILES


def _paths(folder: Path) -> Iterator[Path]:
    yield from (path for name in FILES if (path := folder / name).is_file())
    for name in FOLDERS:
        yield from sorted((folder / name).glob("*.yaml"))
