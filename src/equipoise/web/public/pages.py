"""The public pages of the trial, made from its study file; nothing in them is about anyone."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from equipoise.conduct.precheck import precheck
from equipoise.conduct.recruitment import recruitment
from equipoise.study.published import as_published
from equipoise.study.sections.public import Public
from equipoise.study.vocabulary import EVENTS
from equipoise.web import write_service
from equipoise.web.address_language import PARAMETER, asks_for
from equipoise.web.public import generated, pictures, questions, record, schedule
from equipoise.web.public.remembered import of_one_reader, page_state, remembered
from equipoise.web.public.structured import medical_trial
from equipoise.web.public.words import arm_kind, stage_word
from equipoise.web.views.page import Page, page_of
from equipoise.web.witness import newest_head, tree_store

__all__ = ["check", "for_doctors", "trial"]

View = Callable[[Page], HttpResponse]


def _public(
    also: Callable[[], str] = str,
) -> Callable[[View], Callable[[HttpRequest], HttpResponseBase]]:
    """Give the view its page, in the language that a shared address asks for.

    :param also: what the page shows besides the study and how the trial stands
    """

    def public(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
        @require_safe
        @wraps(view)
        def answered(request: HttpRequest) -> HttpResponseBase:
            page = _published(page_of(request))
            make = _compressed(view, page)
            if of_one_reader(request):
                return make(request)
            whom = "another" if _of_another(request) else ""
            return remembered(page_state(page, (whom, asks_for(request)), also()), request, make)

        return answered

    return public


def _published(page: Page) -> Page:
    """The page of the study as the public is told of it."""
    return replace(page, study=as_published(page.study, write_service.today()))


def _compressed(view: View, page: Page) -> Callable[[HttpRequest], HttpResponse]:
    @gzip_page
    def made(_: HttpRequest) -> HttpResponse:
        return view(page)

    return made


def _of_another(request: HttpRequest) -> bool:
    return request.GET.get("for") == "another"


def _newest_note() -> str:
    """The newest head with all its signatures, which come one by one."""
    head = newest_head.newest()
    note = tree_store.head(head.size) if head else None
    return note.written if note else ""


@_public()
def trial(page: Page) -> HttpResponse:
    """The trial in plain words, for who might take part."""
    study = page.study
    arms = [
        (arm, schedule.of_arm(study, arm), pictures.time_line(study, arm))
        for arm in study.arms_drawn
    ]
    return page.render(
        "public/participants.jinja",
        **_shared(page, "public", "participants"),
        arms=arms,
        way=pictures.way(study),
        before=schedule.before_the_draw(study),
        after=schedule.after_treatment(study),
        ratio=" : ".join(str(arm.ratio) for arm in study.arms_drawn),
        drawn=len(study.arms_drawn) > 1,
        equal=len({arm.ratio for arm in study.arms_drawn}) == 1,
        asks=bool(precheck(study, write_service.today()).questions),
    )


@_public(also=_newest_note)
def for_doctors(page: Page) -> HttpResponse:
    """The whole record, for who treats someone that the trial may suit."""
    study = page.study
    return page.render(
        "public/doctors.jinja",
        **_shared(page, "for-doctors", "doctors"),
        facts=record.record(study),
        kind_of=arm_kind,
        visits=[
            (visit, schedule.in_words(study, visit))
            for visit in study.visits
            if not visit.retired and visit.anchor not in EVENTS
        ],
        head=newest_head.newest(),
        note=_newest_note(),
    )


@_public()
def check(page: Page) -> HttpResponse:
    """The private pre-check, of oneself or of someone else."""
    another = _of_another(page.request)
    found = precheck(page.study, write_service.today())
    return page.render(
        "public/check.jinja",
        **_shared(page, "pre-check", "participants"),
        another=another,
        asks=questions.asks(found, of_another=another),
        outcomes=questions.outcomes(found, of_another=another),
        script=questions.for_script(found, of_another=another),
    )


def _shared(page: Page, name: str, reader: str) -> dict[str, Any]:
    """What stands on each of the pages."""
    study, state, today = page.study, page.viewer.trial_state, write_service.today()
    now = recruitment(study, state, today)
    address = page.request.build_absolute_uri(reverse(name))
    texts = study.public or Public()
    return {
        "here": _in_any_language(page.request),
        "address": address,
        "in_other": [(code, f"{address}?in={code}") for code, _ in settings.LANGUAGES],
        "link": _links(page),
        "texts": texts,
        "contacts": [one for one in texts.contacts if reader in one.readers],
        "now": now,
        "stage": stage_word(now.stage),
        "planned": record.value_of(study.identity.enrolment),
        "today": today,
        "glance": record.glance(study),
        "numbers": record.numbers(study),
        "versions": generated.versions(study, state),
        "data": medical_trial(study, now, page.request.build_absolute_uri(reverse("public"))),
    }


def _links(page: Page) -> Callable[[str, str], str]:
    """Addresses of these pages that keep the language a shared address asked for."""
    asks = {PARAMETER: language} if (language := asks_for(page.request)) else {}

    def link(name: str, whom: str = "") -> str:
        query = {**({"for": whom} if whom else {}), **asks}
        return reverse(name) + (
            "?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else ""
        )

    return link


def _in_any_language(request: HttpRequest) -> str:
    """This address without a language, to come back to once another is chosen."""
    return request.path + ("?for=another" if _of_another(request) else "")
