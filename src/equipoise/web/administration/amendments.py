"""By which amendments each hospital works, and who is still to consent again."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from equipoise.conduct.amendments import ActivateAmendment, TakeBackActivation
from equipoise.conduct.coverage import again
from equipoise.study.sections.amendments import Amendment
from equipoise.web import read_model, write_service
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.signed_in import for_people

__all__ = ["amendments"]


class AtHospital(NamedTuple):
    """How one amendment stands at one hospital, and where that is changed."""

    id: str
    name: str
    since: date | None
    to_sign: int
    activate: str
    take_back: str


class Listed(NamedTuple):
    """One amendment with the hospitals that are open."""

    amendment: Amendment
    hospitals: list[AtHospital]


@require_safe
@for_people
def amendments(page: Page) -> HttpResponse:
    """Every amendment, and from which day each hospital works by it."""
    if not (page.study.amendments and page.viewer.may(ActivateAmendment.kind)):
        raise Http404
    to_sign = Counter(_to_sign(page))
    listed = [
        Listed(
            one, [_at(page, one, site, to_sign) for site in sorted(page.viewer.trial_state.sites)]
        )
        for one in page.study.amendments
    ]
    return page.render("people/amendments.jinja", listed=listed)


def _to_sign(page: Page) -> Iterator[tuple[str, str]]:
    """Of everyone who is to consent again, the amendment and the hospital."""
    if not page.study.active:
        return
    for row in read_model.rows(page.study, write_service.today()).iterator():
        if needed := again(page.study, read_model.decoded(row)):
            yield needed.amendment.id, row.site


def _at(page: Page, one: Amendment, site: str, to_sign: Counter[tuple[str, str]]) -> AtHospital:
    known, activated = page.study.site_of.get(site), page.study.active.get(site, {}).get(one.id)
    may_take_back = activated and page.viewer.may(TakeBackActivation.kind)
    return AtHospital(
        id=site,
        name=known.name if known else site,
        since=activated.on if activated else None,
        to_sign=to_sign[one.id, site],
        activate=act_page(ActivateAmendment.kind, one.id, site),
        take_back=act_page(TakeBackActivation.kind, one.id, site) if may_take_back else "",
    )
