"""Is it enough? The design page: what so many participants can show, by formula and by simulation.

Whoever sees the trial's status sees it; the design of a demonstration is open to everyone, for all
in it comes from the study file and nothing from participants. It records nothing: every question is
an address, so it can be kept, sent and asked again, with or without JavaScript.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from equipoise.design.answer.assumed import Assumptions, assumptions_of
from equipoise.design.answer.fixed import Case, cases
from equipoise.design.answer.looks import LookCost, by_rule, by_share
from equipoise.design.problems import BadDesign
from equipoise.web.design import figures as design_figures
from equipoise.web.design.answer import answer, simulation
from equipoise.web.design.fields import FIELDS, DesignQuery, entries, labels, read_query
from equipoise.web.design.numbers import worked_out
from equipoise.web.design.simulation import TRIALS
from equipoise.web.design.words import percent, plain, thousands
from equipoise.web.views.page import Page, page_of
from equipoise.web.views.problems import Problem

__all__ = ["design", "may_see", "open_to"]

View = Callable[..., HttpResponseBase]


def may_see(page: Page) -> bool:
    """Whether the design page is open to this viewer."""
    return page.viewer.sees_status or bool(page.study.identity.demonstration)


def open_to(may: Callable[[Page], bool]) -> Callable[[View], View]:
    """Give the view a `Page`, when it is open to its viewer; a stranger may sign in first."""

    def opened(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            page = page_of(request)
            if may(page):
                return view(page, *args, **kwargs)
            if not page.viewer.person_id:
                return redirect_to_login(request.get_full_path())
            raise Http404

        return wrapped

    return opened


@require_safe
@open_to(may_see)
def design(page: Page) -> HttpResponse:
    """The page, or with htmx the part of it that changes."""
    try:
        file = assumptions_of(page.study)
    except BadDesign as wrong:
        reasons = [str(problem) for problem in wrong.problems]
        return page.render("design/none.jinja", reasons=reasons)
    query = page.request.GET.dict()
    found, context = _context(page, read_query(query, file), file, simulate="simulate" in query)
    context |= {"entries": entries(found, file), "trials": thousands(TRIALS)}
    context["tags"] = design_figures.tags()
    if page.partial:
        return page.render("design/changed.jinja", **context)
    context |= {"own": _own_answer(file), "own_count": plain(file.participants.value)}
    return page.render("design/design.jinja", 422 if found.errors else 200, **context)


def _context(
    page: Page, found: DesignQuery, file: Assumptions, *, simulate: bool
) -> tuple[DesignQuery, dict[str, Any]]:
    """What the changing part of the page says."""
    numbers = None
    if found.assumed is not None:
        try:
            numbers = worked_out(found.assumed, found.futility)
        except BadDesign as wrong:
            found = DesignQuery(form_data=found.form_data, errors=dict(_by_field(wrong)))
    context: dict[str, Any] = {
        "wrong": [Problem(name, why) for name, why in found.errors.items()],
        "errors": found.errors,
        "named": {name: label for name, (label, _) in labels().items()},
        "answer": None,
        "simulation": None,
    }
    if numbers is not None and found.assumed is not None:
        context["answer"] = answer(found, found.assumed, numbers, file)
        if simulate:
            context["simulation"] = simulation(found, found.assumed, numbers, page.study)
    return found, context


def _by_field(wrong: BadDesign) -> list[tuple[str, str]]:
    """The sentences of a design that cannot be, each at its field."""
    places = {
        "fractions": "looks", "events": "participants", "duration": "follow_up",
        "efficacy": "looks",
    }  # fmt: skip
    listed = []
    for problem in wrong.problems:
        place = problem.place.removeprefix("design.").split(".")[0]
        named = place if place in FIELDS else places.get(place, "hazard_ratio")
        listed.append((named, str(problem).partition(": ")[2]))
    return listed


@lru_cache(maxsize=8)
def _settled(file: Assumptions) -> tuple[tuple[Case, ...], tuple[LookCost, ...]]:
    """The study file's own answer: under other assumptions, and with other looks."""
    shares = [
        look for look in by_share(file) if file.interim and look.shares != file.interim.shares
    ]
    return cases(file), (*by_rule(file), *shares)


def _own_answer(file: Assumptions) -> dict[str, Any]:
    try:
        others, looks = _settled(file)
    except BadDesign as wrong:
        return {"because": str(wrong), "cases": [], "looks": []}
    return {
        "because": "",
        "participants": plain(file.participants.value),
        "wanted": percent(file.power.value, 0),
        "cases": design_figures.cases_table(others),
        "looks": design_figures.looks_table(looks),
    }
