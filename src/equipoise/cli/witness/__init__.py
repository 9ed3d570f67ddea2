"""`equipoise witness`: heads, and a copy of your own data, out of the trial office's reach.

A witness is kept by a hospital, the sponsor, the monitor or the board: by anyone but the trial
office. It pulls the newest head, makes sure that nothing it knew was changed, keeps what its holder
may have in a folder that is readable without Equipoise, and signs.
"""

import os
import sys
from argparse import Namespace
from pathlib import Path

from equipoise.cli.parsing import Parser

__all__ = ["run"]


def run(words: list[str]) -> int:
    """1 when something does not fit, 2 when it cannot be told."""
    parser = Parser(prog="equipoise witness", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, parser_class=_Sub)
    init = verbs.add_parser("init", description="Make the folder and the key of a new witness.")
    init.add_argument("folder", type=Path)
    init.add_argument("--name", required=True, help="such as hospital-01.example; never changes")
    init.add_argument("--url", required=True, help="where the trial is served")
    init.add_argument("--log", required=True, help="the server's key: `equipoise heads --key`")
    pull = verbs.add_parser("pull", description="Look, keep a copy, and sign.")
    pull.add_argument("folder", type=Path)
    sign = verbs.add_parser(
        "sign", description="Sign a new policy, as a witness of the present one."
    )
    sign.add_argument("folder", type=Path)
    sign.add_argument("policy", type=Path)
    policy = verbs.add_parser("policy", description="Write a policy: who the witnesses are.")
    policy.add_argument("--log", required=True, help="the server's key: `equipoise heads --key`")
    policy.add_argument("--quorum", type=int, required=True, help="more than half of them")
    policy.add_argument(
        "witness", nargs="+", help="NAME=KEY, as `equipoise witness init` prints it"
    )
    compare = verbs.add_parser("compare", description="Do two heads, or copies, fit?")
    compare.add_argument("one", type=Path, help="a head, or the folder of a witness")
    compare.add_argument("other", help="another, or the words that someone reads to you")
    args = parser.parse_args(words)
    others = os.umask(0o077)  # what is kept is of participants: its files are their owner's alone
    try:
        return _VERBS[args.verb](args)
    finally:
        os.umask(others)


class _Sub(Parser):
    """The parser of one thing that a witness does."""

    def __init__(self, **given: object) -> None:
        super().__init__(str(given["prog"]), str(given["description"]))


def _init(args: Namespace) -> int:
    from equipoise.cli.witness.folder import Folder

    folder = Folder.make(args.folder, args.name, args.url, args.log)
    print(folder.key.vkey)
    print(
        f"give this key to the trial office; put a key of the API in {folder.path / 'token'}",
        file=sys.stderr,
    )
    return 0


def _pull(args: Namespace) -> int:
    from datetime import UTC, datetime

    from equipoise.cli.witness.client import Client
    from equipoise.cli.witness.folder import Folder
    from equipoise.cli.witness.pull import DoesNotFit, pull

    folder = Folder.at(args.folder)
    key = os.environ.get("EQUIPOISE_TOKEN") or folder.token()
    try:
        lines = pull(folder, Client(folder.url, key), datetime.now(UTC))
    except DoesNotFit as error:
        print(f"NOT SIGNED: {error}", file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


def _sign(args: Namespace) -> int:
    from datetime import UTC, datetime

    from equipoise.cli.witness.folder import Folder, text_in
    from equipoise.ledger.note import cosigned
    from equipoise.ledger.policy import policy_text, read_policy

    folder = Folder.at(args.folder)
    text = policy_text(read_policy(text_in(args.policy)))
    at = int(datetime.now(UTC).timestamp())
    print(cosigned(text, folder.name, folder.secret, at).line)
    return 0


def _policy(args: Namespace) -> int:
    from equipoise.ledger.note import read_key
    from equipoise.ledger.policy import Policy, policy_text, read_policy

    named = [word.partition("=") for word in args.witness]
    witnesses = {name: read_key(key) for name, _, key in named}
    policy = Policy(log=read_key(args.log), witnesses=witnesses, quorum=args.quorum)
    policy = read_policy(policy_text(policy))
    print(policy_text(policy), end="")
    if not policy.is_independent:
        print("not independent: fewer than three witnesses", file=sys.stderr)
    return 0


def _compare(args: Namespace) -> int:
    from equipoise.cli.witness.compare import compare, compare_words

    other = Path(args.other)
    spoken = " " in args.other and not other.exists()
    code, text = compare_words(args.one, args.other) if spoken else compare(args.one, other)
    print(text)
    return code


_VERBS = {
    "init": _init,
    "pull": _pull,
    "sign": _sign,
    "policy": _policy,
    "compare": _compare,
}
