"""`equipoise verify [LEDGER]`: is every entry there, unchanged and in order?

Without a file it verifies the installation's own ledger. With `--reveal` it draws every allocation
again from the seed, once the trial is over.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from equipoise.ledger import Entry


def run(words: list[str]) -> int:
    """0 when nothing is wrong."""
    parser = argparse.ArgumentParser(prog="equipoise verify", description=__doc__)
    parser.add_argument("ledger", type=Path, nargs="?", help="an exported ledger.jsonl")
    parser.add_argument("--heads", type=Path, help="heads noted earlier, to compare with")
    parser.add_argument(
        "--reveal", metavar="SEED", help="the seed: 64 hexadecimal digits, or its file"
    )
    parser.add_argument("--study", type=Path, default=Path("studies/pump-it"))
    asked = parser.parse_args(words)

    from equipoise.ledger import Unreadable, read_export, read_heads, verify, verify_export

    try:
        heads = read_heads(asked.heads) if asked.heads else None
        if asked.ledger:
            faults = verify_export(asked.ledger, heads)
            entries = list(read_export(asked.ledger))
        else:
            entries = _installed()
            faults = verify(entries, heads)
    except Unreadable:
        # What can not be read is named among the faults.
        entries = []
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    for fault in faults:
        print(f"{fault.stream} {fault.seq}: {fault.code}: {fault.sentence}", file=sys.stderr)
    streams = len({entry.stream for entry in entries})
    print(f"{len(entries)} entries in {streams} streams: {len(faults)} faults")
    wrong = _reveal(entries, asked.reveal, asked.study) if asked.reveal else 0
    return 1 if faults or wrong else 0


def _installed() -> "list[Entry]":
    from equipoise.cli.start import django

    django()
    from equipoise.web.store import DatabaseLedger

    return list(DatabaseLedger().everything())


def _reveal(entries: "Iterable[Entry]", told: str, folder: Path) -> int:
    from equipoise.conduct.replay import replay
    from equipoise.study.load import load

    path = Path(told)
    seed = path.read_bytes() if path.is_file() else bytes.fromhex(told)
    ordered = [e for name in ("study", "allocation") for e in entries if e.stream == name]
    count, wrong = replay(load(folder), ordered, seed)
    for mismatch in wrong:
        print(f"draw {mismatch.number} {mismatch.subject_id}: {mismatch.because}", file=sys.stderr)
    print(f"{count} allocations drawn again from the revealed seed: {len(wrong)} differ")
    return len(wrong)
