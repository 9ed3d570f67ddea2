"""`equipoise meddra`: load your own licensed copy of MedDRA, in which coders then search.

It goes into the home of the installation, beside the study and never into it.
"""

import re
import sys
from pathlib import Path

from equipoise.cli.parsing import Parser


def run(words: list[str]) -> int:
    """1 where the folder is no distribution of MedDRA."""
    parser = Parser(prog="equipoise meddra", description=__doc__)
    parser.add_argument("folder", type=Path, help="with llt.asc, pt.asc and mdhier.asc")
    parser.add_argument("--version", required=True, help="of MedDRA, such as 27.1")
    parser.add_argument("--encoding", default="utf-8-sig", help="of the files, such as latin-1")
    args = parser.parse_args(words)
    if not re.fullmatch(r"[0-9]{1,2}\.[0-9]", args.version):
        parser.error("--version is a version of MedDRA, such as 27.1")

    from equipoise.exchange import meddra
    from equipoise.web import home

    try:
        "".encode(args.encoding)
        terms = meddra.load(args.folder, args.encoding)
    except LookupError:
        parser.error(f"there is no encoding {args.encoding!r}")
    except meddra.Unreadable as unreadable:
        print(unreadable, file=sys.stderr)
        return 1
    meddra.write(terms, home.folder() / "licensed" / "meddra" / args.version)
    print(f"MedDRA {args.version}: {len(terms)} current lowest level terms are loaded")
    return 0
