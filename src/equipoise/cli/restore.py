"""`equipoise restore FILE`: make a home of a copy, once all of it is proved.

With the server stopped. The home is empty, or the copy takes the place of what is there, which is
kept beside it. Until the trial office has stated which numbers were given since the copy was made,
the restored installation takes no new participant and makes no draw.
"""

import sys
from pathlib import Path

from equipoise.cli.parsing import Parser


def run(words: list[str]) -> int:
    """1 when it cannot be put back; nothing is changed then."""
    parser = Parser(prog="equipoise restore", description=__doc__)
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        help="what `equipoise backup` wrote; without it the secrets alone are brought back",
    )
    parser.add_argument(
        "--secrets",
        type=Path,
        help="the secrets, as written (with --identity) or as `age --decrypt` printed "
        "them; without it those that lie in the home stay",
    )
    parser.add_argument(
        "--identity", type=Path, help="the file with the key (AGE-SECRET-KEY-…) of one recipient"
    )
    parser.add_argument(
        "--over", action="store_true", help="take the place of the installation that is there"
    )
    args = parser.parse_args(words)

    if not args.file and not args.secrets:
        parser.error("name the copy, or with --secrets what is to be brought back alone")

    from equipoise.cli.start import django
    from equipoise.web import home
    from equipoise.web.backup.manifest import WITHHELD
    from equipoise.web.backup.restore import restore
    from equipoise.web.backup.sealed import opened

    where = home.folder()
    secrets = opened(args.secrets.read_bytes(), args.identity) if args.secrets else None
    if not args.file:
        return _secrets_alone(where, secrets or {}, over=args.over)
    done = restore(where, args.file.resolve(), secrets, django, over=args.over)
    made = done.manifest
    print(f"{where} holds the copy of {made.made_at}: {made.entries} entries")
    if done.aside:
        print(f"what was there before lies in {done.aside}")
    if made.sealed:
        print(f"the settings are those of the copy: {', '.join(made.sealed)}")
    if withheld := made.settings.get(WITHHELD):
        print(f"bring again what no copy holds: {withheld}")
    print("new participants and draws wait until the office has stated which numbers were given")
    return 0


def _secrets_alone(home: Path, secrets: dict[str, bytes], *, over: bool) -> int:
    from equipoise.cli.start import django
    from equipoise.web.backup.restore import bring_back

    back = bring_back(home, secrets, over=over)
    django()
    from equipoise.web.secrets_kept import faults_of_secrets

    print(f"brought back into {home / 'secrets'}: {', '.join(back) or 'nothing was missing'}")
    if faults := faults_of_secrets():
        print("\n".join(faults), file=sys.stderr)
    return 1 if faults else 0
