"""The finder's pages, for anyone: the search, a record, two side by side, trials by location."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from equipoise.exchange.registry import sample
from equipoise.exchange.registry.finder import Finder, NoIndex, finder
from equipoise.exchange.registry.records import Damaged, kept_records
from equipoise.exchange.registry.searches import PAGE
from equipoise.web import home, write_service
from equipoise.web.address_language import PARAMETER, asks_for, here
from equipoise.web.finder import listing, maps, words
from equipoise.web.finder.located import ON_MAP, located
from equipoise.web.finder.question import question_of
from equipoise.web.finder.record_parts import part_of, parts_of
from equipoise.web.finder.strangers import for_strangers
from equipoise.web.finder.structured import medical_study
from equipoise.web.finder.trial import Record, record_of
from equipoise.web.views.page import Page, page_of
from equipoise.web.views.paged import links_of, page_asked

__all__ = ["compare", "part", "places", "search", "trial"]

View = Callable[..., HttpResponse]
MOST, LONGEST = 10, 20


def _of_finder(view: View) -> View:
    """Give the view its page; where there is no index yet, a page says so."""

    @for_strangers
    @wraps(view)
    def wrapped(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        page = page_of(request)
        try:
            return view(page, finder(home.registry()), *args, **kwargs)
        except (NoIndex, FileNotFoundError, Damaged):
            answer = page.render("finder/not_ready.jinja", status=503)
            answer["Retry-After"] = "60"
            return answer

    return wrapped


@_of_finder
def search(page: Page, trials: Finder) -> HttpResponse:
    """Trials that a question finds, and how to go on from there."""
    question = question_of(page.request.GET)
    if any(not text for _, texts in page.request.GET.lists() for text in texts):
        return HttpResponseRedirect(
            f"{reverse('trials')}{question.tidy}"
        )  # a form without script sends its empty fields too
    found = trials.search(question.search)
    answer = page.render(
        "finder/search.jinja",
        **_shared(page, trials),
        question=question,
        found=found,
        facets=listing.facets(question, found),
        chosen=listing.chosen(question),
        without=listing.without(question, found),
        understood=[one for one in found.units if one.taken_for != one.written],
        pages=listing.pages(question, found),
        sorts=listing.sorts(question),
        last=min(found.total, question.search.offset + PAGE),
        carried=listing.carried(question),
        page_day=write_service.today().isoformat(),
    )
    answer["Permissions-Policy"] = "geolocation=(self)"
    return answer


@_of_finder
def trial(page: Page, trials: Finder, nct: str) -> HttpResponse:
    """One record, built as the trial's own page is."""
    question = question_of(page.request.GET)
    record = _record(nct)
    return page.render(
        "finder/trial.jinja",
        **_shared(page, trials),
        question=question,
        record=record,
        verdicts=record.verdicts(question.person),
        data=medical_study(record.study, _here(page, record)),
        parts=parts_of(record),
        map=maps.drawn(record.dots(), gettext("Where the trial runs")),
        address=_here(page, record),
        ours=record.number in {one.number for one in page.study.identity.registrations},
        carried=listing.carried(question),
    )


@_of_finder
def part(page: Page, trials: Finder, nct: str, of: str) -> HttpResponse:
    """A long part of one record, all of it."""
    record = _record(nct)
    if (found := part_of(record, of)) is None or not found.rows:
        raise Http404
    number = page_asked(page.request.GET.get("page", ""), len(found.sheets))
    there = reverse("found-trial-part", args=[record.number, of])
    chosen = {PARAMETER: language} if (language := asks_for(page.request)) else {}
    return page.render(
        "finder/part.jinja",
        **_shared(page, trials),
        record=record,
        part=found,
        number=number,
        pages=links_of(there, chosen, number, len(found.sheets)) if len(found.sheets) > 1 else [],
        address=page.request.build_absolute_uri(there),
    )


@_of_finder
def compare(page: Page, trials: Finder) -> HttpResponse:
    """Two records side by side."""
    named = [one.strip().upper() for one in page.request.GET.getlist("of") if one.strip()]
    numbers = list(dict.fromkeys(named))
    found = {number: record for number in numbers[:MOST] if (record := _kept(number))}
    if len(found) < 2:
        return page.render(
            "finder/choose_two.jinja",
            **_shared(page, trials),
            first=next(iter(found), ""),
            unknown=[number for number in numbers[:MOST] if number not in found],
        )
    records = [*found.values()][:2]
    return page.render(
        "finder/compare.jinja",
        **_shared(page, trials),
        records=records,
        rows=listing.beside(*records),
        criteria=[(one, parts_of(one)["criteria"]) for one in records],
        left_out=[number for number in numbers if number not in [*found][:2]],
    )


@_of_finder
def places(page: Page, trials: Finder) -> HttpResponse:
    """Where the trials of a question run: countries, towns, and a map of the first of them."""
    question = question_of(page.request.GET)
    found = located(trials, question)
    return page.render(
        "finder/places.jinja",
        **_shared(page, trials),
        question=question,
        found=found,
        chosen=listing.chosen(question),
        mapped=min(found.total, ON_MAP),
    )


def _here(page: Page, record: Record) -> str:
    return page.request.build_absolute_uri(reverse("found-trial", args=[record.number]))


def _record(number: str) -> Record:
    """The record of this number.

    :raises Http404: where there is none
    """
    if (record := _kept(number)) is None:
        raise Http404
    return record


def _kept(number: str) -> Record | None:
    """The record of this number, or of one that it had before."""
    if len(number) > LONGEST:
        return None
    with kept_records(home.registry()) as records:
        version = records.newest(number.upper())
    return None if version is None else record_of(version)


def _shared(page: Page, trials: Finder) -> dict[str, Any]:
    """What stands on each of the finder's pages."""
    about, request = trials.about, page.request
    return {
        "asks_for": asks_for(request),
        "in_other": [(code, name, here(request, code)) for code, name in settings.LANGUAGES],
        "as_of": words.day_text(about.as_of),
        "count": about.records,
        "is_sample": about.records <= sample.RECORDS,
        "value": words.value,
        "label": words.filter_label,
        "phases": words.phases_text,
        "who": words.who_text,
        "day_text": words.day_text,
        "runs": listing.runs,
    }
