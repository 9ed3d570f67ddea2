"""`equipoise show-head FILE`: show by a witness's head that a restored copy lacks nothing.

The same as on its page, where nobody can sign in yet or no browser is at hand. The head is taken
when a witness signed it after the copy was made and before it was put back, for exactly the
entries that the copy holds; whoever shows it gives their password.
"""

import sys
from pathlib import Path

from equipoise.cli.parsing import Parser


def run(words: list[str]) -> int:
    """1 when the head shows nothing of this copy; nothing is recorded then."""
    parser = Parser(prog="equipoise show-head", description=__doc__)
    parser.add_argument("head", type=Path, help="a witness's head.note, or its folder")
    parser.add_argument("--by", required=True, help="the id of who shows it, of the trial office")
    parser.add_argument(
        "--because",
        required=True,
        help="how it is known that nothing was recorded after the witness signed",
    )
    args = parser.parse_args(words)

    from equipoise.cli.start import installed, proved

    installed()
    from equipoise.cli.witness.folder import head_in
    from equipoise.conduct.restored import ShowHead
    from equipoise.web import write_service

    found = head_in(args.head)
    if found is None:
        print(f"there is no head in {args.head}", file=sys.stderr)
        return 1
    note, head = found
    how = proved(args.by, ShowHead, f"a head of {head.size} entries, {head.root.hex()[:16]}…")
    write_service.perform(ShowHead(head=note.written, because=args.because), args.by, how=how)
    print(f"{ShowHead.words.name}: {head.size} entries; participants are taken again")
    return 0
