"""The manifest of a sweep's folder: its question, kept so that it can be gone on with.

A folder belongs to one question and one version of the kernel. Only the title may change.
"""

import dataclasses
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from equipoise.design.sweep.chunk import draws_the_same, kernel_digest
from equipoise.design.sweep.question import BadSweep, Sweep
from equipoise.design.sweep.question_text import read

__all__ = ["MANIFEST", "Manifest", "read_manifest", "write_manifest", "write_whole"]

MANIFEST = "sweep.json"
MOST_BYTES = 2_000_000


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """The sweep of a folder, and whether its trials are those of this version of the kernel."""

    sweep: Sweep
    same_kernel: bool


def write_manifest(folder: Path, sweep: Sweep) -> None:
    """Write down whose folder this is, or see that it is this sweep's. Raises BadSweep."""
    path = folder / MANIFEST
    found = _found(path) if path.exists() else {}
    if found.get("digest", sweep.digest) != sweep.digest:
        raise BadSweep([f"{folder}: another sweep was begun here; give another folder with --out"])
    if not draws_the_same(kernel := found.get("kernel", kernel_digest())):
        raise BadSweep(
            [
                f"{folder}: this sweep was begun with another version of the simulation "
                "kernel, and their trials must not be mixed; give another folder with --out"
            ]
        )
    manifest = {"digest": sweep.digest, "kernel": kernel, "question": _question(sweep)}
    if found != manifest:
        text = json.dumps(manifest) + "\n"
        write_whole(path, lambda fresh: fresh.write_text(text, encoding="utf-8"))


def read_manifest(folder: Path) -> Manifest:
    """The sweep that a folder belongs to. Raises BadSweep when it cannot be told."""
    path = folder / MANIFEST
    found = _found(path)
    if "question" not in found:
        raise BadSweep([f"{path}: its question is not written down; give its whole command again"])
    try:
        question = dict(found["question"])
        start = read({"fixed": question.pop("start")}).fixed
        sweep = read(question, start)
    except (TypeError, KeyError, AttributeError, BadSweep) as error:
        raise BadSweep([f"{path}: it does not hold the question of a sweep ({error})"]) from error
    if sweep.digest != found.get("digest"):
        raise BadSweep([f"{path}: its question is not the one that was begun here"])
    return Manifest(sweep, draws_the_same(found.get("kernel")))


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file under another name and give it its own, both forced to disk."""
    fresh = path.with_name(f".{path.name}.new")
    write(fresh)
    _force(fresh)
    fresh.replace(path)
    _force(path.parent)


def _force(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _question(sweep: Sweep) -> dict[str, Any]:
    question = {
        "start": dataclasses.asdict(sweep.fixed),
        "vary": dict(sweep.vary),
        "seed": sweep.seed,
        "error": sweep.error,
        "most": sweep.most,
        "title": sweep.title,
    }
    as_read: dict[str, Any] = json.loads(json.dumps(question))  # lists, no tuples
    return as_read


def _found(path: Path) -> dict[str, Any]:
    try:
        if not path.is_file() or path.is_symlink() or path.stat().st_size > MOST_BYTES:
            raise BadSweep([f"{path}: no sweep was begun here"])
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, BadSweep):
            raise
        raise BadSweep([f"{path}: it cannot be read ({error})"]) from error
    if not isinstance(found, dict):
        raise BadSweep([f"{path}: it does not tell whose folder this is"])
    return found
