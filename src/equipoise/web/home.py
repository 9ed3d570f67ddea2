"""Where an installation keeps what is its own: the study it runs, its data, its secrets.

Everything lies in one folder (`EQUIPOISE_HOME`, else `var` in the current folder). The secrets are
made once, readable by the owner alone: the web's signing key, the key that seals people's names,
and the trial's seed, which must never stand in the ledger.
"""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from equipoise.study.load import load
from equipoise.study.model import Study

__all__ = ["folder", "secret", "study", "study_folder"]

SECRETS = ("web-key", "name-key", "seed")


def folder() -> Path:
    """The folder of this installation."""
    return Path(os.environ.get("EQUIPOISE_HOME", "var")).resolve()


def study_folder() -> Path:
    """The folder of the study that this installation runs."""
    return Path(os.environ.get("EQUIPOISE_STUDY", "studies/pump-it")).resolve()


@lru_cache(maxsize=4)
def _study(path: Path) -> Study:
    return load(path)


def study() -> Study:
    """The study this installation runs, read once.

    :raises Invalid: with every error in its file
    """
    return _study(study_folder())


@lru_cache(maxsize=16)
def _secret(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        made = secrets.token_bytes(32)
        file.write(made)
        file.flush()
        os.fsync(file.fileno())
    return made


def secret(name: str) -> bytes:
    """A secret of this installation, made when it is first asked for. 32 bytes."""
    if name not in SECRETS:
        raise KeyError(name)
    return _secret(folder() / "secrets" / name)
