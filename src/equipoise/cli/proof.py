"""`equipoise proof STREAM NUMBER`: that an entry was recorded, as a text that anyone can check.

Two files: `NAME.tlog-proof`, and `NAME.json` with the entry and the random bytes of its leaf.
Without the latter the proof tells nothing of what the entry says.
"""

import sys
from pathlib import Path

from equipoise.cli.parsing import Parser


def run(words: list[str]) -> int:
    """1 when there is no such entry, or no head knows it yet."""
    parser = Parser(prog="equipoise proof", description=__doc__)
    parser.add_argument("stream", help="a participant's number, study or allocation")
    parser.add_argument("number", type=int, help="the number of the entry in its stream")
    parser.add_argument("--to", type=Path, default=Path(), help="the folder to write to")
    args = parser.parse_args(words)

    from equipoise.cli.start import installed, made

    installed()
    from equipoise.web import write_service
    from equipoise.web.witness import proofs

    entry = next(write_service.LEDGER.entries(args.stream, args.number - 1), None)
    if entry is None or entry.seq != args.number:
        print(f"there is no entry {args.stream} {args.number}", file=sys.stderr)
        return 1
    proof = proofs.proof_of(entry)
    if proof is None:
        print("it is recorded, and no head knows it yet: run `equipoise heads`", file=sys.stderr)
        return 1
    for name, text in proof.files.items():
        (made(args.to) / name).write_text(text, encoding="utf-8")
        print(args.to / name)
    return 0
