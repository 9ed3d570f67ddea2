"""`equipoise design STUDY`: what the sample size can show, and what an interim look would cost."""

import argparse
import sys
from pathlib import Path

from equipoise.cli.parsing import Parser


def run(words: list[str]) -> int:
    """0 once printed; 1 when the study or its design does not stand."""
    parser = Parser(prog="equipoise design", description=__doc__)
    parser.add_argument("study", type=Path, help="the folder with study.yaml")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", dest="changes",
        help="ask with another figure, such as --set hazard_ratio=0.7",
    )  # fmt: skip
    add_forms(parser)
    args = parser.parse_args(words)
    changes = dict(change.partition("=")[::2] for change in args.changes)

    from equipoise.design.answer.assumed import assumptions_of
    from equipoise.design.problems import BadDesign
    from equipoise.design.study_design import study_design
    from equipoise.study.load import Invalid, load

    try:
        answer = study_design(assumptions_of(load(args.study), changes))
    except (Invalid, BadDesign) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    print(getattr(answer, args.form)())
    return 0


def add_forms(parser: argparse.ArgumentParser) -> None:
    """The forms in which every answer can be printed; text unless one is chosen."""
    forms = parser.add_mutually_exclusive_group()
    for form, what in (
        ("html", "print HTML"),
        ("latex", "print LaTeX"),
        ("markdown", "print Markdown"),
        ("code", "print the Python that makes the same answer again"),
    ):
        forms.add_argument(f"--{form}", action="store_const", const=form, dest="form", help=what)
    parser.set_defaults(form="text")
