"""`equipoise design forecast LEDGER STUDY`: when the last participant and the last event will come.

Power is by Schoenfeld's formula, and from whole trials simulated with what has happened so far.
LEDGER is an exported or a growing ledger file, or `installation` for the trial that is served here.
"""

import argparse
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from equipoise.cli.design.answer import add_forms
from equipoise.cli.parsing import Parser, day
from equipoise.cli.start import made
from equipoise.design.drawn import DRAWS, SEED, WORLDS

if TYPE_CHECKING:
    from equipoise.ledger import Ledger


def run(words: list[str]) -> int:
    """0 once printed; 1 when the study, the ledger or the question does not stand."""
    args = _parser().parse_args(words)

    from equipoise.design.answer.assumed import assumptions_of
    from equipoise.design.figures.forecast import forecast_figure
    from equipoise.design.forecast import forecast, plan_of
    from equipoise.design.forecasting.observed import observed_data
    from equipoise.design.forecasting.updated_power import simulation_of
    from equipoise.design.problems import BadDesign
    from equipoise.ledger import BrokenChain, Unreadable
    from equipoise.study.load import Invalid, load

    try:
        study, ledger = load(args.study), _ledger(args.ledger)
        on = args.on or _last_day(ledger, study.identity.timezone)
        observed = observed_data(
            study, ledger, on, dict(args.opens), reported_at_once=args.reported_at_once
        )
        plan = plan_of(
            assumptions_of(study),
            participants=args.participants,
            events=tuple(args.events),
            recent_days=args.recent_days,
        )
        simulation = None
        if not args.no_simulation:
            simulation = simulation_of(study, observed, plan.ratio, args.worlds, args.trials)
        answer = forecast(observed, plan, args.draws, args.seed, args.level, simulation)
    except (Invalid, BadDesign, BrokenChain, Unreadable, OSError, ValueError) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    print(getattr(answer, args.form)())
    if args.svg:
        made(args.svg.parent)
        args.svg.write_text(forecast_figure(answer).svg, encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="equipoise design forecast", description=__doc__)
    parser.add_argument("ledger", help="a ledger file, or: installation")
    parser.add_argument("study", type=Path, help="the folder with study.yaml")
    parser.add_argument("--on", type=day, help="as known at the end of this day")
    parser.add_argument("--participants", type=int, help="how many; else as the study enrols")
    parser.add_argument("--events", type=int, action="append", default=[], help="asked for")
    parser.add_argument(
        "--opens", action="append", default=[], metavar="SITE=DAY", type=_opening,
        help="a hospital to come, such as 07=2027-03-01",
    )  # fmt: skip
    parser.add_argument("--recent-days", type=int, help="entries longer ago do not count")
    parser.add_argument(
        "--reported-at-once", action="store_true",
        help="who is not known dead is alive: deaths reach the ledger at once",
    )  # fmt: skip
    parser.add_argument("--svg", type=Path, help="where to write the picture")
    parser.add_argument("--draws", type=int, default=DRAWS, help="posterior draws for the days")
    parser.add_argument("--worlds", type=int, default=WORLDS, help="in which power is simulated")
    parser.add_argument("--trials", type=int, default=500, help="whole trials in each of them")
    parser.add_argument("--no-simulation", action="store_true", help="power by the formula alone")
    parser.add_argument("--seed", type=int, default=SEED, help="the same: the same figures")
    parser.add_argument("--level", type=float, default=0.9, help="of the intervals")
    add_forms(parser)
    return parser


def _opening(words: str) -> tuple[str, date]:
    site, _, day = words.partition("=")
    return site, date.fromisoformat(day)


def _last_day(ledger: "Ledger", zone: str) -> date:
    """The day of the last entry, where the trial is run."""
    last = max((entry.at for entry in ledger.everything()), default="")
    if not last:
        raise ValueError("the ledger holds nothing yet; there is nothing to forecast from")
    return datetime.fromisoformat(last).astimezone(ZoneInfo(zone)).date()


def _ledger(named: str) -> "Ledger":
    from equipoise.ledger import MemoryLedger, read_export

    return _installed() if named == "installation" else MemoryLedger.of(read_export(named))


def _installed() -> "Ledger":
    """The ledger of the trial that is served here."""
    from equipoise.cli.start import installed

    installed()
    from django.db import DatabaseError

    from equipoise.web.store import DatabaseLedger

    ledger = DatabaseLedger()
    try:
        ledger.heads()
    except DatabaseError as error:
        raise ValueError(f"this installation has no ledger that can be read: {error}") from None
    return ledger
