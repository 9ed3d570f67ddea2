"""What is asked of a forecast: as known on which day, and which hospitals are still to open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext

from equipoise.conduct.input_limits import EARLIEST, LATEST, is_day
from equipoise.web.views.problems import Problems, day_read

__all__ = ["ForecastQuery", "Opening", "Question", "read_query"]

MOST, FEWEST = 8, 2  # rows of hospitals to open
LONGEST = 60  # characters of a hospital's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that can be answered; `opens` are hospitals to come, each with its day.

    `alive`: whoever is followed and not known dead is alive on the day.
    """

    on: date
    opens: tuple[tuple[str, date], ...] = ()
    alive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One row of the form, as it was typed."""

    number: int
    site: str = ""
    opens: str = ""


@dataclass(slots=True, kw_only=True)
class ForecastQuery:
    """What was typed, what is wrong with it, and the question when nothing is."""

    on: str
    alive: bool
    openings: list[Opening]
    wrong: Problems = field(default_factory=Problems)
    question: Question | None = None


def read_query(query: QueryDict, today: date, known: Mapping[str, date]) -> ForecastQuery:
    """The question of an address; `known` are the hospitals that are open, each with its day."""
    found = ForecastQuery(
        on=query.get("on", "").strip()[:LONGEST],
        alive="alive" in query,
        openings=_openings(query.getlist("site"), query.getlist("opens")),
    )
    on = _day(found, today)
    opens = dict(_opened(found, on, known))
    if not found.wrong:
        found.question = Question(on=on, opens=tuple(sorted(opens.items())), alive=found.alive)
    return found


def _openings(sites: list[str], days: list[str]) -> list[Opening]:
    """The rows that were filled, and two more or as many as there is room for."""
    length = max(len(sites), len(days))
    pairs = zip(
        sites + [""] * (length - len(sites)), days + [""] * (length - len(days)), strict=True
    )
    kept = [(s.strip()[:LONGEST], d.strip()[:LONGEST]) for s, d in pairs if s.strip() or d.strip()]
    rows = [*kept, *([("", "")] * FEWEST)][: max(MOST, len(kept))]
    return [Opening(number=n, site=site, opens=day) for n, (site, day) in enumerate(rows, start=1)]


def _day(found: ForecastQuery, today: date) -> date:
    if not found.on:
        return today
    on = day_read(found.on)
    if on is None:
        found.wrong.add("on", gettext("Give a date that exists, like 23 11 2026"))
    elif not is_day(on):
        found.wrong.add("on", _out_of_range())
    elif on > today:
        found.wrong.add("on", gettext("That day is still to come"))
    return on or today


def _opened(found: ForecastQuery, on: date, known: Mapping[str, date]) -> list[tuple[str, date]]:
    """The hospitals to come, each with its day; the reasons stay in `found`."""
    listed: list[tuple[str, date]] = []
    if len([row for row in found.openings if row.site or row.opens]) > MOST:
        found.wrong.add("site-1", gettext("Name at most %(most)s hospitals.") % {"most": MOST})
    for row in found.openings:
        if not (row.site or row.opens):
            continue
        day = day_read(row.opens)
        if not row.site:
            found.wrong.add(f"site-{row.number}", gettext("Name the hospital that opens that day"))
        elif row.site in {site for site, _ in listed}:
            found.wrong.add(f"site-{row.number}", gettext("This hospital is named twice"))
        elif row.site in known and known[row.site] <= on:
            found.wrong.add(f"site-{row.number}", gettext("This hospital is open already"))
        if day is None:
            found.wrong.add(
                f"opens-{row.number}", gettext("Give a date that exists, like 23 11 2026")
            )
        elif not is_day(day):
            found.wrong.add(f"opens-{row.number}", _out_of_range())
        elif day <= on:
            text = gettext("Give a day after the day of the forecast")
            found.wrong.add(f"opens-{row.number}", text)
        else:
            listed.append((row.site, day))
    return listed


def _out_of_range() -> str:
    years = {"first": EARLIEST.year, "last": LATEST.year}
    return gettext("Give a year from %(first)s to %(last)s") % years
