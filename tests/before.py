"""The installations of before, from `tests/fixtures`: unpacked, or as a ledger."""

import tarfile
from pathlib import Path

from equipoise.ledger import MemoryLedger, read_export

BEFORE = Path(__file__).parent / "fixtures" / "before"
STUDY = BEFORE / "study"
EXPORTS = {"home": BEFORE / "ledger.jsonl", "lost": BEFORE / "lost-ledger.jsonl"}


def unpacked(name: str, to: Path) -> Path:
    """The home `var` in a folder, with the study's folder beside it."""
    with tarfile.open(BEFORE / f"{name}.tar.xz") as packed:
        packed.extractall(to, filter="data")
    if not (to / "study").exists():
        copied(to / "study")
    return to / "var"


def copied(to: Path) -> Path:
    """A copy of the study that a test may edit."""
    for file in STUDY.rglob("*.yaml"):
        (to / file.relative_to(STUDY)).parent.mkdir(parents=True, exist_ok=True)
        (to / file.relative_to(STUDY)).write_bytes(file.read_bytes())
    return to


def edited(folder: Path, file: str, old: str, new: str) -> None:
    """Change a text in a file of a study."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def the_ledger(name: str) -> MemoryLedger:
    """What was recorded there."""
    return MemoryLedger.of(read_export(EXPORTS[name]))
