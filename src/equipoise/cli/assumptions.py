"""`equipoise assumptions STUDY`: every sourced value, and what still needs the sponsor's word."""

import sys
from pathlib import Path

from equipoise.cli.parsing import Parser


def run(words: list[str]) -> int:
    """0 once listed; 1 when the study file cannot be read."""
    parser = Parser(prog="equipoise assumptions", description=__doc__)
    parser.add_argument("study", type=Path, help="the folder with study.yaml")
    parser.add_argument("--tag", help="only one provenance, such as recalled")
    args = parser.parse_args(words)

    from equipoise.study.load import Invalid, load
    from equipoise.study.provenance import TAGS, sourced

    if args.tag not in (None, *TAGS):
        parser.error(f"there is no provenance {args.tag!r}; there are {', '.join(TAGS)}")
    try:
        values = sourced(load(args.study))
    except Invalid as error:
        print(error, file=sys.stderr)
        return 1
    for tag, meaning in TAGS.items():
        found = [value for value in values if value.source.tag == tag]
        if args.tag in (None, tag):
            print(f"\n{tag}: {len(found)} ({meaning})")
            for value in found:
                print(f"  {value.path}: {value.what}  [{value.source.where}]")
    unverified = sum(value.source.unverified for value in values)
    print(f"\n{unverified} of {len(values)} values need the sponsor's word")
    return 0
