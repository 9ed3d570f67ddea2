"""A forecast as tables: so far, when, by when, each hospital, and the answer to be expected."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from equipoise.design.answer.sheet import Part, number, percent
from equipoise.design.forecasting.dates import WITHIN

if TYPE_CHECKING:
    from equipoise.design.forecast import Forecast
    from equipoise.design.forecasting.again import Again

__all__ = ["parts"]


def parts(answer: "Forecast") -> Iterator[Part]:
    """The tables in the order in which they are read."""
    yield _so_far(answer)
    yield _whens(answer)
    yield _chances(answer)
    yield _sites(answer)
    yield _answers(answer)
    if answer.again:
        yield _power(answer, answer.again)


def _so_far(answer: "Forecast") -> Part:
    progress = answer.progress
    rows = (
        ("Hospitals open", str(sum(site.opens <= progress.on for site in progress.sites))),
        ("Hospitals to open", str(sum(site.opens > progress.on for site in progress.sites))),
        ("Randomised", f"{len(progress.randomised)} of {answer.plan.participants}"),
        ("Events, all arms together", str(progress.events)),
        ("Lost", str(sum(person.left for person in progress.followed))),
    )
    return Part(title="So far", headers=("", "value"), rows=rows, note="Arms are not looked at.")


def _whens(answer: "Forecast") -> Part:
    rows = tuple(
        (when.what, _said(when.middle), _said(when.early), _said(when.late))
        for when in answer.whens
    )
    return Part(
        title=f"When, with {percent(answer.level, 0)} intervals",
        headers=("what", "median", "from", "to"),
        rows=rows,
        note=f"{answer.draws:,} simulated trials, seed {answer.seed}.",
    )


def _said(day: date | None) -> str:
    return day.isoformat() if day else "never"


def _chances(answer: "Forecast") -> Part:
    rows = tuple(
        (
            f"{'look at' if chance.kind == 'look' else 'in all'} {chance.events} events",
            *(number(100 * share) for share in (*chance.within, chance.by_analysis)),
        )
        for chance in answer.chances
    )
    return Part(
        title="Chance in % that the events have come",
        headers=("", *(f"in {months} months" for months in WITHIN), "by the planned analysis"),
        rows=rows,
    )


def _sites(answer: "Forecast") -> Part:
    rows = tuple(
        (name, str(count), number(mean, 2), number(low, 2), number(high, 2))
        for name, count, mean, low, high in answer.sites
    )
    return Part(
        title="Each hospital's rate, participants a month",
        headers=("hospital", "randomised", "mean", "from", "to"),
        rows=rows,
    )


def _answers(answer: "Forecast") -> Part:
    events, power = answer.at_analysis, answer.power
    rows = (
        ("Events", *(number(value, 0) for value in events)),
        ("Power, %", *(number(100 * value) for value in power)),
    )
    return Part(
        title="At the planned analysis",
        headers=("", "mean", "from", "to"),
        rows=rows,
        note=f"Power by Schoenfeld's formula, without looks, for a hazard ratio of "
        f"{answer.plan.hazard_ratio:g} [unverified], from the events of all arms together.",
    )


def _power(answer: "Forecast", found: "Again") -> Part:
    mean, low, high = (number(100 * value) for value in found.power)
    asked = found.simulation
    stops = tuple(
        (f"Stops at the look at {look.events} events, %", number(100 * chance), "", "", "")
        for look, chance in zip(answer.plan.looks, found.stops, strict=True)
    )
    return Part(
        title="Power simulated again, with what has happened so far",
        headers=("", "mean", "from", "to", "Monte-Carlo error"),
        rows=(
            ("Power, %", mean, low, high, number(100 * found.error, 2)),
            *stops,
            ("Events at the last analysis", number(found.events, 0), "", "", ""),
        ),
        note=" ".join(filter(None, _notes(answer, found, asked.worlds, asked.trials))),
    )


def _notes(answer: "Forecast", found: "Again", worlds: int, trials: int) -> Iterator[str]:
    yield f"{worlds:,} worlds with {trials:,} whole trials each, seed {answer.seed}."
    yield "The looks are those of the design, the log-rank test has its bounds."
    yield found.simulation.otherwise
    if found.endless:
        yield f"In {found.endless} worlds the trial never fills; they count as no power."
