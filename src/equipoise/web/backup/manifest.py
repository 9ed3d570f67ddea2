"""What a copy says of itself: which program made it, how far the ledger had come, and its parts."""

from typing import Literal

import msgspec

from equipoise.conduct.subject import FOLD
from equipoise.ledger import Head

__all__ = ["FORMAT", "WITHHELD", "BadCopy", "Manifest", "Part", "newer"]

FORMAT = 2
"""Raised when a copy is laid out otherwise; an older Equipoise then refuses it."""
WITHHELD = "set, and in no copy"
"""Under this the settings name the variables whose values are secret."""


class BadCopy(Exception):
    """A copy that cannot be made, or cannot be put back, for all of these reasons."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a copy."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The first file of a copy: it names all others."""

    format: int = FORMAT
    made_at: str
    """The server's clock when the copy was made (UTC)."""
    version: str
    """The version of Equipoise that made it."""
    fold: int
    """The number of its fold (ADR 11)."""
    database: Literal["sqlite", "postgresql"]
    migrations: list[str]
    """Every change of the tables that was done, as `app.name`."""
    rows: dict[str, int]
    """How many rows each table holds."""
    entries: int
    newest: str
    """The moment of the newest entry; empty when there is none."""
    heads: dict[str, Head]
    """How far every stream had come."""
    settings: dict[str, str]
    """How the installation was set up; no secrets."""
    sealed: list[str] = []
    """The files of the settings that lie with the secrets, by their places in the home."""
    parts: dict[str, Part]

    def text(self) -> bytes:
        """As it stands in the copy."""
        return msgspec.json.format(msgspec.json.encode(self, order="sorted"), indent=1) + b"\n"


def newer(manifest: Manifest, known: set[str]) -> str:
    """Why this version of Equipoise is too old for a copy; empty when it is not.

    :param known: every change of the tables that this version knows, as `app.name`
    """
    strange = sorted(set(manifest.migrations) - known)
    if manifest.format > FORMAT or manifest.fold > FOLD or strange:
        return (
            f"the copy was made by a later version of Equipoise ({manifest.version}) than this: "
            "restore it with that version, or a newer one"
        )
    return ""
