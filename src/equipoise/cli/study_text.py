"""`equipoise study-text DIR`: bring an earlier text of the study into the ledger.

A ledger of before names the texts by their digest alone. A folder as it was then is recorded when
its digest is one that the ledger names, so that old values keep their units and words.
"""

import sys
from pathlib import Path

from equipoise.cli.parsing import Parser


def run(words: list[str]) -> int:
    """1 when no entry names this text, or it is recorded already."""
    parser = Parser(prog="equipoise study-text", description=__doc__)
    parser.add_argument("study", type=Path, help="the folder as it was, with study.yaml")
    args = parser.parse_args(words)

    from equipoise.cli.reader import reader
    from equipoise.cli.start import installed

    installed()
    from equipoise.conduct.act import Refused
    from equipoise.study.load import Invalid, load
    from equipoise.web import adopted, write_service

    try:
        text = load(args.study)
        adopted.record(text, write_service.now())
    except (Invalid, adopted.TextMissing) as error:
        print(error, file=sys.stderr)
        return 1
    except Refused as refused:
        for refusal in refused.refusals:
            print(f"{refusal.code}: {refusal.wording(reader())}", file=sys.stderr)
        return 1
    print(f"{text.identity.acronym}, version {text.version}, digest {text.digest[:16]}…: recorded")
    return 0
