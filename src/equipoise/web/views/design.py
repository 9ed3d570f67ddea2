"""Is it enough? The design page: what so many participants can show, by formula and by simulation.

Whoever sees the trial's status sees it; the design of a demonstration is open to everyone, for all
in it comes from the study file and nothing from participants. It records nothing: every question is
an address, so it can be kept, sent and asked again, with or without JavaScript.
"""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from equipoise.design.answer.assumed import Assumptions, assumptions_of
from equipoise.design.answer.fixed import Case, cases
from equipoise.design.answer.looks import LookCost, by_rule, by_share
from equipoise.design.problems import BadDesign
from equipoise.design.sequential.problems import ImpossibleDesign
from equipoise.web.views import design_figures
from equipoise.web.views.design_fields import Asked, asked, entries
from equipoise.web.views.design_numbers import Numbers, worked_out
from equipoise.web.views.design_simulation import TRIALS, Busy, Simulated, TooFew, simulated
from equipoise.web.views.design_words import number, percent, plain
from equipoise.web.views.page import Page, for_everyone

__all__ = ["design", "may_see"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One thing to mend, and at which field."""

    because: str
    where: str


def may_see(page: Page) -> bool:
    """Whether the design page is open to this viewer."""
    return page.viewer.sees_status or bool(page.study.identity.demonstration)


@require_safe
@for_everyone
def design(page: Page) -> HttpResponse:
    """The page, or with htmx the part of it that changes."""
    if not may_see(page):
        if not page.viewer.person_id:
            return redirect_to_login(page.request.get_full_path())
        raise Http404
    try:
        file = assumptions_of(page.study)
    except BadDesign as wrong:
        reasons = [str(problem) for problem in wrong.problems]
        return page.render("design/none.jinja", reasons=reasons)
    query = page.request.GET.dict()
    found, told = _told(asked(query, file), file, simulate="simulate" in query)
    told |= {"entries": entries(found, file), "trials": _thousands(TRIALS)}
    told["tags"] = design_figures.tags()
    if page.partial:
        return page.render("design/changed.jinja", **told)
    told |= {"own": _own_answer(file), "own_count": plain(file.participants.value)}
    return page.render("design/design.jinja", 422 if found.errors else 200, **told)


def _told(found: Asked, file: Assumptions, *, simulate: bool) -> tuple[Asked, dict[str, object]]:
    """What the changing part of the page says."""
    numbers = None
    if found.assumed is not None:
        try:
            numbers = worked_out(found.assumed, found.futility)
        except (BadDesign, ImpossibleDesign) as wrong:
            found = Asked(typed=found.typed, errors=dict(_by_field(wrong)))
    told: dict[str, object] = {
        "wrong": [Wrong(because=why, where=name) for name, why in found.errors.items()],
        "errors": found.errors,
        "answer": None,
        "simulation": None,
    }
    if numbers is not None and found.assumed is not None:
        told["answer"] = _answer(found, found.assumed, numbers, file)
        if simulate:
            told["simulation"] = _simulation(found, found.assumed, numbers)
    return found, told


def _by_field(wrong: BadDesign | ImpossibleDesign) -> list[tuple[str, str]]:
    """The sentences of a design that cannot be, each at its field."""
    places = {
        "fractions": "looks", "futility": "futility", "events": "participants",
        "duration": "follow_up", "sided": "sided", "efficacy": "looks",
    }  # fmt: skip
    names = ("hazard_ratio", "control_median", "accrual", "alpha", "power", "ratio", "participants")
    listed = []
    for problem in wrong.problems:
        place = problem.place.removeprefix("design.").split(".")[0]
        named = place if place in names else places.get(place, "hazard_ratio")
        listed.append((named, str(problem).partition(": ")[2]))
    return listed


def _answer(
    found: Asked, assumed: Assumptions, numbers: Numbers, file: Assumptions
) -> dict[str, object]:
    changed = assumed != file or found.futility
    return {
        "sentence": _sentence(assumed, numbers),
        "headline": _headline(assumed, numbers),
        "enough": numbers.power >= assumed.power.value,
        "power": design_figures.power(assumed, numbers, file),
        "bounds": design_figures.bounds(numbers),
        "looks": _looks(numbers),
        "rests": design_figures.rests_on(assumed, file),
        "code": numbers.planned.code(),
        "link": "?" + urlencode(found.typed) if changed else "",
    }


def _sentence(assumed: Assumptions, numbers: Numbers) -> str:
    told = {
        "power": percent(numbers.power),
        "ratio": plain(assumed.hazard_ratio.value),
        "events": number(numbers.planned.events, 0),
        "months": plain(round(numbers.planned.duration, 1)),
    }
    return (
        gettext(
            "If the hazard ratio is %(ratio)s, the trial shows it with a chance of %(power)s: "
            "%(events)s events are expected in %(months)s months."
        )
        % told
    )


def _headline(assumed: Assumptions, numbers: Numbers) -> list[tuple[str, str]]:
    wanted = percent(assumed.power.value, 0)
    months = gettext("never") if numbers.reached is None else number(numbers.reached)
    smallest = "–" if numbers.smallest is None else number(numbers.smallest, 3)
    return [
        (gettext("power"), percent(numbers.power)),
        (gettext("events at the end"), number(numbers.planned.events, 0)),
        (gettext("months in all"), number(numbers.planned.duration, 0)),
        (gettext("hazard ratio shown with %(power)s") % {"power": wanted}, smallest),
        (
            gettext("events for %(power)s") % {"power": wanted},
            str(numbers.needed.whole_events),
        ),
        (gettext("month they are reached"), months),
    ]


def _looks(numbers: Numbers) -> list[tuple[str, str]]:
    """What the looks cost, and what they bring."""
    looks = numbers.looks
    if looks is None:
        return []
    points = gettext("%(points)s points") % {"points": number(100 * looks.power_lost, 2)}
    effect, null = number(looks.expected_months), number(looks.expected_months_null)
    return [
        (gettext("Chance to stop early, with the effect"), percent(looks.stops)),
        (gettext("Chance to stop early, without effect"), percent(looks.stops_null, 2)),
        (gettext("Power lost, with the same events"), points),
        (gettext("Or more events, for the same power"), percent(looks.inflation - 1, 2)),
        (gettext("Months expected, with and without the effect"), f"{effect} / {null}"),
    ]


def _simulation(found: Asked, assumed: Assumptions, numbers: Numbers) -> dict[str, object]:
    """The simulated numbers beside those of the formula, or why there are none."""
    try:
        seen = simulated(assumed, found.futility)
    except Busy:
        return {"because": gettext("Another simulation is running. Try again in a moment.")}
    except TooFew:
        return {"because": gettext("Too few events are expected to simulate these looks.")}
    return {"because": "", "rows": _compared(assumed, numbers, seen), "note": _note(seen)}


def _compared(
    assumed: Assumptions, numbers: Numbers, seen: Simulated
) -> list[tuple[str, str, str, str]]:
    """What, by formula, simulated, Monte-Carlo error."""
    looks, design = numbers.looks, numbers.plan.design if numbers.plan else None
    alpha = design.alpha if design else assumed.alpha.value
    events = looks.expected_events if looks else numbers.planned.events
    months = looks.expected_months if looks else numbers.planned.duration
    rows = [
        (
            gettext("Power"),
            percent(numbers.power, 2),
            percent(seen.power, 2),
            gettext("%(error)s points") % {"error": number(100 * seen.power_error, 2)},
        ),
        (
            gettext("False positives, without effect"),
            percent(alpha, 2),
            percent(seen.false_alarms, 2),
            gettext("%(error)s points") % {"error": number(100 * seen.false_alarms_error, 2)},
        ),
        (gettext("Events when it ends"), number(events), number(seen.events), ""),
        (gettext("Months when it ends"), number(months), number(seen.months), ""),
    ]
    if looks:
        row = (gettext("Stops early"), percent(looks.stops), percent(seen.stopped_early), "")
        rows.append(row)
    return rows


def _note(seen: Simulated) -> str:
    told = {
        "trials": _thousands(seen.trials),
        "participants": str(seen.participants),
        "seed": str(seen.seed),
    }
    return (
        gettext(
            "%(trials)s trials of %(participants)s followed participants with the effect and as "
            "many without, seed %(seed)s: accrual by chance, permuted blocks, the log-rank test at "
            "the numbers of events of the design. The same question gives the same numbers again."
        )
        % told
    )


def _thousands(count: int) -> str:
    return f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")


@lru_cache(maxsize=8)
def _settled(file: Assumptions) -> tuple[tuple[Case, ...], tuple[LookCost, ...]]:
    """The study file's own answer: under other assumptions, and with other looks."""
    shares = [
        look for look in by_share(file) if file.interim and look.shares != file.interim.shares
    ]
    return cases(file), (*by_rule(file), *shares)


def _own_answer(file: Assumptions) -> dict[str, object]:
    try:
        others, looks = _settled(file)
    except (BadDesign, ImpossibleDesign) as wrong:
        return {"because": str(wrong), "cases": [], "looks": []}
    return {
        "because": "",
        "participants": plain(file.participants.value),
        "wanted": percent(file.power.value, 0),
        "cases": design_figures.cases_table(others),
        "looks": design_figures.looks_table(looks),
    }
