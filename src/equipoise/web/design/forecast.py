"""When the trial will end: the page of the forecast, from this installation's own ledger.

Only for those who see the trial's status: even pooled, it tells how the trial goes. Arms are never
looked at. A question is an address, so it can be kept, sent and asked again.
"""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from equipoise.design.problems import BadDesign
from equipoise.web import write_service
from equipoise.web.design.forecast_answer import answered
from equipoise.web.design.forecast_context import context_of
from equipoise.web.design.forecast_query import ForecastQuery, read_query
from equipoise.web.views.page import Page
from equipoise.web.views.signed_in import for_people

__all__ = ["forecast"]


@require_safe
@for_people
def forecast(page: Page) -> HttpResponse:
    """The page, for those whose role sees the status of the trial."""
    if not page.viewer.sees_status:
        raise Http404
    query, today = page.request.GET, write_service.today()
    found = read_query(query, today, page.viewer.trial_state.sites)
    context: dict[str, object] = {"query": found, "today": today, "answer": None}
    if found.question:
        try:
            answer = answered(page.study, found.question, simulate="simulate" in query)
        except BadDesign as wrong:
            found = _with_problems(found, wrong)
            context["query"] = found
        else:
            context["answer"] = context_of(page.study, answer)
    return page.render("design/forecast.jinja", 422 if found.wrong else 200, **context)


def _with_problems(found: ForecastQuery, wrong: BadDesign) -> ForecastQuery:
    """What the forecast itself says against the question, beside the day that was asked."""
    closed = gettext("On that day no hospital was open yet, and none is to open")
    for problem in wrong.problems:
        at_sites = problem.place == "sites"
        found.wrong.add("on" if at_sites else "", closed if at_sites else str(problem))
    return found
