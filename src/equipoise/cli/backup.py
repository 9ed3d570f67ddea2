"""`equipoise backup FILE`: the whole installation in one file, beside a running server.

The secrets go into a file of their own, encrypted to the people whom the office names. Nothing is
said to be done before both are on the disk, were read back, and were found to hold what they say.
"""

from pathlib import Path

from equipoise.cli.parsing import Parser


def run(words: list[str]) -> int:
    """Writes both files, and prints how far the ledger had come and its digest."""
    parser = Parser(prog="equipoise backup", description=__doc__)
    parser.add_argument("file", type=Path, help="where to write it; a disk of another machine")
    parser.add_argument(
        "--to",
        action="append",
        metavar="RECIPIENT",
        help="who can open the secrets: age1… or ssh-ed25519 …; again for each; else the lines of "
        "the file `recipients` in the home",
    )
    parser.add_argument(
        "--secrets", type=Path, help="where to write the secrets (default: FILE.secrets.age)"
    )
    args = parser.parse_args(words)

    from equipoise.cli.start import installed

    installed()
    from equipoise.web import home, write_service
    from equipoise.web.access import access_log
    from equipoise.web.backup.make import LEDGER, make
    from equipoise.web.backup.sealed import recipients

    named = home.folder() / "recipients"
    lines = args.to or (named.read_text(encoding="utf-8").splitlines() if named.exists() else [])
    file = args.file.resolve()
    apart = (args.secrets or file.with_name(f"{file.name}.secrets.age")).resolve()
    to = recipients(lines)
    access_log.note_at_command_line("copy-made")
    made = make(file, apart, to, write_service.now())
    print(f"{file}: {made.entries} entries, the newest of {made.newest or 'no moment'}; read back")
    print(f"{apart}: the secrets, for {len(to)} recipients; keep them apart")
    print(f"ledger {made.parts[LEDGER].sha256}")
    return 0
