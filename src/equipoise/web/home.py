"""Where an installation keeps what is its own: the study it runs, its data, its secrets.

Everything lies in one folder (`EQUIPOISE_HOME`, else `var` in the current folder). The secrets are
made once, readable by the owner alone: the web's signing key, the key that seals people's names,
the key that signs heads of the tree, and the trial's seed, which must never stand in the ledger.
"""

import os
import re
import secrets
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from equipoise.study.bundle import Bundle
from equipoise.study.load import load, read_bundle
from equipoise.study.model import Study

__all__ = [
    "FONTS",
    "SecretLost",
    "SeedKept",
    "folder",
    "is_demonstration",
    "keep_seed",
    "kept",
    "make_private",
    "proposal",
    "registry",
    "secret",
    "study_folder",
    "sweep_folder",
    "sweeps",
]

SECRETS = ("web-key", "name-key", "seed", "head-key")
MARK = "demonstration"
SWEEP_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,70}[a-z0-9])?")
NO_SWEEP = ("new",)  # addresses of pages


class SecretLost(Exception):
    """A secret is gone that what is kept here rests on; a new one would be of no use."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{folder() / 'secrets' / name} is lost, and no new one is made where a trial is open: "
            "bring it back from the copy of the secrets"
        )


class SeedKept(Exception):
    """This installation has a sealed seed of its own, which nothing may replace."""

    def __init__(self) -> None:
        super().__init__(
            f"{folder()} has a sealed seed of its own already; a rehearsed trial, which has its "
            "own seed, belongs in a fresh home: name one in EQUIPOISE_HOME"
        )


def folder() -> Path:
    """The folder of this installation."""
    return Path(os.environ.get("EQUIPOISE_HOME", "var")).resolve()


def make_private() -> None:
    """Make the folder, or close it and its database to all but their owner.

    A folder that was there before and holds no secrets of ours is left as it is.
    """
    home = folder()
    fresh = not home.exists()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if fresh or (home / "secrets").is_dir():
        home.chmod(0o700)
    for file in home.glob("*equipoise.sqlite3*"):
        with suppress(FileNotFoundError):
            file.chmod(0o600)


FONTS = Path(__file__).parent / "static" / "vendor" / "source-sans-3"
"""The fonts in which a sweep's report is set."""


def sweeps() -> Path:
    """The folder of the sweeps of the design that are kept here; what is in it can be redone."""
    return folder() / "sweeps"


def sweep_folder(name: str) -> Path | None:
    """Where the sweep with this name is or would be; None when it is no name of a sweep."""
    named = SWEEP_NAME.fullmatch(name) and name not in NO_SWEEP
    return sweeps() / name if named else None


def registry() -> Path:
    """Where records of the public registry are kept; it belongs to no trial and holds no secret."""
    if named := os.environ.get("EQUIPOISE_REGISTRY"):
        return Path(named).resolve()
    return folder() / "registry"


def study_folder() -> Path:
    """The folder of the study that this installation runs."""
    return Path(os.environ.get("EQUIPOISE_STUDY", "studies/pump-it")).resolve()


_read: dict[str, Study] = {}


def _of(bundle: Bundle) -> Study:
    """The study of a text, read once: it takes a second."""
    if bundle.digest not in _read:
        _read[bundle.digest] = load(bundle)
    return _read[bundle.digest]


def proposal(where: Path | None = None) -> Study:
    """The study as it stands in a folder now: what the trial opens with, or may adopt.

    :param where: the folder; the study's own when not told
    :raises Invalid: with every error in its files
    """
    return _of(read_bundle(where or study_folder()))


@lru_cache(maxsize=16)
def _secret(path: Path) -> bytes:
    if not path.exists():
        made = _written_beside(path, secrets.token_bytes(32))
        # Of two processes that make it at once, one is first and both use its secret.
        with suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return path.read_bytes()


def _written_beside(path: Path, data: bytes) -> Path:
    """A file with the data, safely on the disk, in the folder where `path` is to stand."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent)  # readable by the owner alone
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _nothing_rests_on_it() -> bool:
    return False


def secret(name: str, in_use: Callable[[], bool] = _nothing_rests_on_it) -> bytes:
    """A secret of this installation, made when it is first asked for. 32 bytes.

    :param in_use: whether something that is kept rests on it; asked only where it is not there
    :raises SecretLost: when it was made before and is gone
    """
    if name not in SECRETS:
        raise KeyError(name)
    path = folder() / "secrets" / name
    if not path.exists() and in_use():
        raise SecretLost(name)
    return _secret(path)


def kept(name: str) -> bytes | None:
    """A secret as it lies here; None when there is none. Nothing is made."""
    path = folder() / "secrets" / name
    return path.read_bytes() if path.is_file() else None


def is_demonstration() -> bool:
    """Whether this installation holds invented people under a known password."""
    return (folder() / MARK).exists()


def keep_seed(seed: bytes, *, demonstration: bool = False) -> None:
    """Seal the seed of a trial that was opened elsewhere, such as in a rehearsal.

    :raises SeedKept: when another seed is sealed here and this is not a demonstration
    """
    kept = folder() / "secrets" / "seed"
    if kept.exists() and kept.read_bytes() != seed and not is_demonstration():
        raise SeedKept
    made = _written_beside(kept, seed)
    if demonstration:
        (folder() / MARK).write_text("invented people; the sign-in is public\n", encoding="utf-8")
    made.replace(kept)
    _secret.cache_clear()
