"""`equipoise design sweep [STUDY]`: one design simulated under many scenarios, on all processors.

Every setting starts from the study file's design (or PUMP-IT-sized defaults without one), is fixed
by --set, or varied by --vary. Each point of the grid runs until its power is known to --error. A
sweep that is interrupted goes on where it was when the same command is given again, or --resume
with its folder alone. With --keep NAME it is shown by the installation's page /design/sweeps/.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.cli.parsing import Parser

if TYPE_CHECKING:
    from equipoise.design.sweep.checkpoint import Progress
    from equipoise.design.sweep.question import Sweep
    from equipoise.design.sweep.run import Found


def run(words: list[str]) -> int:
    """0 once the sweep is done; 1 when it cannot be run as asked; 130 when it was interrupted."""
    parser = _parser()
    args = parser.parse_args(words)

    from equipoise.design.problems import BadDesign
    from equipoise.design.sweep.checkpoint import forget_stop
    from equipoise.design.sweep.question import BadSweep
    from equipoise.design.sweep.run import Stopped
    from equipoise.study.load import Invalid

    os.nice(args.nice)
    try:
        args.out = _folder(args)
        if not args.heed_stop:
            forget_stop(args.out)
        sweep = _sweep_again(args) if args.resume else _sweep(args)
        found = _found(sweep, args)
    except (BadSweep, BadDesign, Invalid, OSError) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    except (KeyboardInterrupt, Stopped):
        again = "give the same command again to go on"
        print(f"\ninterrupted; what was done is in {args.out}; {again}", file=sys.stderr)
        return 130
    _leave(sweep, found, args)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="equipoise design sweep", description=__doc__)
    add = parser.add_argument
    add("study", type=Path, nargs="?", help="the folder with study.yaml: where settings start")
    add("--file", type=Path, help="a YAML file with fixed, vary, seed, error, most, title")
    add("--set", action="append", default=[], metavar="NAME=VALUE", dest="fixed",
        help="one setting for the whole sweep; repeat")  # fmt: skip
    add(
        "--vary", action="append", default=[], metavar="NAME=VALUES",
        help="0.6,0.7 or 0.5..0.9/0.1 (from, to, step); looks as 1,0.5+1",
    )  # fmt: skip
    add("--error", type=float, help="the Monte-Carlo error at which a point stops (0.002)")
    add("--most", type=int, help="the most trials of a point (1000000)")
    add("--seed", type=int, help="the same seed gives the same numbers (1)")
    add("--title", help="what the report is called")
    add("--workers", type=int, default=0, help="threads; 0 for one a processor")
    add("--cluster", metavar="ADDRESS", help="a Dask scheduler, such as tcp://10.0.0.5:8786")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--out", type=Path, default=Path("build/sweep"), help="its folder")
    place.add_argument(
        "--keep",
        metavar="NAME",
        help="its folder, in EQUIPOISE_HOME: /design/sweeps/NAME/ shows it",
    )
    add(
        "--resume", action="store_true", help="go on with the sweep of this folder, as it was asked"
    )
    add(
        "--heed-stop", action="store_true",
        help="a file .stop that is there already stops it too",
    )  # fmt: skip
    add("--nice", type=int, default=0, help="how far to stand back for others, up to 19")
    add("--markdown", action="store_true", help="print the tables, to paste into a page")
    add("--no-report", action="store_false", dest="report", help="only the Parquet files")
    return parser


def _folder(args: argparse.Namespace) -> Path:
    """Where the sweep is: any folder, or by its name in the installation."""
    from equipoise.design.sweep.question import BadSweep
    from equipoise.web import home

    if args.keep is None:
        return Path(args.out)
    folder = home.sweep_folder(args.keep)
    if folder is None:
        raise BadSweep([f"--keep: {args.keep!r} is no name such as late-effect-2"])
    return folder


def _sweep_again(args: argparse.Namespace) -> "Sweep":
    """The sweep that the folder belongs to, as it was asked."""
    from equipoise.design.sweep.manifest import read_manifest
    from equipoise.design.sweep.question import BadSweep

    given = ("study", "file", "fixed", "vary", "error", "most", "seed", "title")
    more = [name for name in given if getattr(args, name) not in (None, [])]
    if more:
        wrong = ", ".join({"fixed": "set"}.get(name, name) for name in more)
        raise BadSweep([f"--resume goes on as it was asked; leave out: {wrong}"])
    return read_manifest(args.out).sweep


def _sweep(args: argparse.Namespace) -> "Sweep":
    from equipoise.design.sweep import words
    from equipoise.design.sweep.question_text import read, read_yaml

    question: dict[str, Any] = {}
    if args.file:
        question = read_yaml(args.file.read_text(encoding="utf-8"), str(args.file))
    for place, pairs, value in (
        ("fixed", args.fixed, lambda _, text: words.one(text)),
        ("vary", args.vary, _values),
    ):
        question[place] = {**(question.get(place) or {}), **_pairs(place, pairs, value)}
    for name in ("error", "most", "seed", "title"):
        if getattr(args, name) is not None:
            question[name] = getattr(args, name)
    return _of_study(args.study, question) if args.study else read(question)


def _of_study(folder: Path, question: dict[str, Any]) -> "Sweep":
    """What is asked of a study; where it draws otherwise than the study is told."""
    from equipoise.design.sweep.from_study import otherwise, start_of
    from equipoise.design.sweep.question_text import read
    from equipoise.study.load import load

    study = load(folder)
    start = start_of(study)
    question.setdefault("title", f"{study.identity.acronym}: the design under many scenarios")
    sweep = read(question, start.settings)
    for sentence in otherwise(start, sweep).values():
        print(sentence, file=sys.stderr)
    return sweep


def _pairs(place: str, pairs: list[str], value: Callable[[str, str], Any]) -> dict[str, Any]:
    from equipoise.design.sweep.question import BadSweep

    wrong = [f"{place}: {pair!r} is not NAME=VALUE" for pair in pairs if "=" not in pair]
    if wrong:
        raise BadSweep(wrong)
    named = (pair.partition("=") for pair in pairs)
    return {name: value(name, words) for name, _, words in named}


def _values(name: str, text: str) -> list[Any]:
    """The values of one axis. Raises BadSweep with its name."""
    from equipoise.design.sweep import question_text, words
    from equipoise.design.sweep.question import BadSweep

    try:
        return words.many(text, decimals=question_text.takes_decimals(name))
    except BadSweep as wrong:
        raise BadSweep([f"vary.{name}: {wrong}"]) from wrong


def _found(sweep: "Sweep", args: argparse.Namespace) -> "tuple[Found, ...]":
    from equipoise.design.sweep.run import run_sweep
    from equipoise.design.sweep.workers import cluster, threads

    workers = cluster(args.cluster) if args.cluster else threads(args.workers)
    began = time.monotonic()
    with workers as ready:
        found = run_sweep(sweep, args.out, ready, _bar)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    trials = sum(one.result.trials for one in found)
    seconds = time.monotonic() - began
    print(f"{len(found)} points, {trials:,} trials, {seconds:.1f} s")
    return found


def _bar(done: "Progress") -> None:
    if not sys.stderr.isatty():
        return
    share = done.chunks_done / max(done.chunks_expected, 1)
    full = round(30 * share)
    print(
        f"\r  {'█' * full}{'·' * (30 - full)} {share:4.0%}  {done.points_done}/{done.points} "
        f"points  {done.trials:,} trials ",
        end="",
        file=sys.stderr,
        flush=True,
    )


def _leave(sweep: "Sweep", found: "tuple[Found, ...]", args: argparse.Namespace) -> None:
    """The files in its folder, and the tables on the screen where they are asked."""
    from equipoise.design.report.tables import characteristics, looks_table, markdown_of
    from equipoise.design.report.write import leave
    from equipoise.web import home

    for path in leave(sweep, found, args.out, home.FONTS, report=args.report):
        print(f"{'frames' if path.suffix == '.parquet' else 'report'}: {path}")
    if args.markdown:
        for table in (characteristics(sweep, found), looks_table(sweep, found)):
            print(f"\n{markdown_of(table)}")
