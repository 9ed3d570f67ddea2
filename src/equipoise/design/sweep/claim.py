"""Whose folder it is: the question of the sweep, kept so that it can be read back and gone on with.

A folder belongs to one question and one version of the kernel. Only the title may change.
"""

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

from equipoise.design.sweep.ask import BadSweep, Sweep, read
from equipoise.design.sweep.count import kernel_digest

__all__ = ["CLAIM", "Claim", "asked_in", "claim", "write_whole"]

CLAIM = "sweep.json"
MOST_BYTES = 2_000_000


@dataclasses.dataclass(frozen=True, slots=True)
class Claim:
    """The sweep of a folder, and whether its trials are those of this version of the kernel."""

    sweep: Sweep
    same_kernel: bool


def claim(folder: Path, sweep: Sweep) -> None:
    """Write down whose folder this is, or see that it is this sweep's. Raises BadSweep."""
    path = folder / CLAIM
    said = {"digest": sweep.digest, "kernel": kernel_digest(), "question": _question(sweep)}
    found = _found(path) if path.exists() else {}
    if found.get("digest", said["digest"]) != said["digest"]:
        raise BadSweep([f"{folder}: another sweep was begun here; give another folder with --out"])
    if found.get("kernel", said["kernel"]) != said["kernel"]:
        raise BadSweep(
            [
                f"{folder}: this sweep was begun with another version of the simulation "
                "kernel, and their trials must not be mixed; give another folder with --out"
            ]
        )
    if found != said:
        fresh = folder / f".{CLAIM}.new"
        fresh.write_text(json.dumps(said) + "\n", encoding="utf-8")
        write_whole(fresh, path)


def asked_in(folder: Path) -> Claim:
    """The sweep that a folder belongs to. Raises BadSweep when it cannot be told."""
    path = folder / CLAIM
    found = _found(path)
    if "question" not in found:
        raise BadSweep([f"{path}: its question is not written down; give its whole command again"])
    try:
        said = dict(found["question"])
        start = read({"fixed": said.pop("start")}).fixed
        sweep = read(said, start)
    except (TypeError, KeyError, AttributeError, BadSweep) as error:
        raise BadSweep([f"{path}: it does not hold the question of a sweep ({error})"]) from error
    if sweep.digest != found.get("digest"):
        raise BadSweep([f"{path}: its question is not the one that was begun here"])
    return Claim(sweep, found.get("kernel") == kernel_digest())


def write_whole(fresh: Path, path: Path) -> None:
    """Give a file that is written its name, both forced to disk."""
    with fresh.open("rb") as written:
        os.fsync(written.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _question(sweep: Sweep) -> dict[str, Any]:
    said = {
        "start": dataclasses.asdict(sweep.fixed),
        "vary": dict(sweep.vary),
        "seed": sweep.seed,
        "error": sweep.error,
        "most": sweep.most,
        "title": sweep.title,
    }
    told: dict[str, Any] = json.loads(json.dumps(said))  # as it will be read: lists, no tuples
    return told


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
