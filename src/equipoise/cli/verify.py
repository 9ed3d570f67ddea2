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

SHOWN = 20  # draws that are named one by one


def run(words: list[str]) -> int:
    """0 when nothing is wrong."""
    parser = argparse.ArgumentParser(prog="equipoise verify", description=__doc__)
    parser.add_argument("ledger", type=Path, nargs="?", help="an exported ledger.jsonl")
    parser.add_argument("--heads", type=Path, help="heads noted earlier, to compare with")
    parser.add_argument(
        "--reveal", metavar="SEED", help="the seed: 64 hexadecimal digits, or its file"
    )
    parser.add_argument(
        "--study",
        type=Path,
        action="append",
        help="the study drawn under; again for each text an amendment replaced",
    )
    asked = parser.parse_args(words)

    from equipoise.conduct.trial import NotUnderstood
    from equipoise.ledger import Unreadable, read_export, read_heads, verify, verify_export
    from equipoise.study.load import Invalid

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
    if not asked.reveal:
        return 1 if faults else 0
    folders = asked.study or [Path("studies/pump-it")]
    try:
        wrong = _reveal(entries, asked.reveal, folders)
    except (Invalid, NotUnderstood, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 1 if faults or wrong else 0


def _installed() -> "list[Entry]":
    from equipoise.cli.start import django

    django()
    from equipoise.web.store import DatabaseLedger

    return list(DatabaseLedger().everything())


def _reveal(entries: "Iterable[Entry]", told: str, folders: list[Path]) -> int:
    from equipoise.conduct.replay import replay
    from equipoise.study.load import load

    seed = _seed(told)
    ordered = [e for name in ("study", "allocation") for e in entries if e.stream == name]
    study, *earlier = (load(folder) for folder in folders)
    count, wrong = replay(study, ordered, seed, earlier)
    for mismatch in wrong[:SHOWN]:
        draw = f"draw {mismatch.number} {mismatch.subject_id}: " if mismatch.number else ""
        print(f"{draw}{mismatch.because}", file=sys.stderr)
    if len(wrong) > SHOWN:
        print(f"… and {len(wrong) - SHOWN} more", file=sys.stderr)
    differ = sum(1 for mismatch in wrong if mismatch.number)
    print(f"{count} allocations drawn again from the revealed seed: {differ} differ")
    return len(wrong)


def _seed(told: str) -> bytes:
    """The seed itself in hexadecimal digits, or a file that holds it, as bytes or as digits."""
    path = Path(told)
    data = path.read_bytes() if path.is_file() else told.encode()
    try:
        return bytes.fromhex(data.decode("ascii").strip())
    except ValueError as error:
        if path.is_file():
            return data
        raise ValueError(
            f"{told!r} is neither a file nor a seed of 64 hexadecimal digits"
        ) from error
