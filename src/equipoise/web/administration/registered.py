"""Where our study file and the registered record differ, field by field, for the trial office."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from equipoise.conduct.administration import GiveRole
from equipoise.conduct.recruitment import recruitment
from equipoise.exchange.registry.drift import Row, Verdict, compared, registered
from equipoise.exchange.registry.export import REGISTRY, record_of
from equipoise.exchange.registry.record import judged, posted_on
from equipoise.exchange.registry.records import kept_records
from equipoise.exchange.registry.study import Study as Record
from equipoise.study.published import as_published
from equipoise.study.reason import Refusal
from equipoise.web import home, write_service
from equipoise.web.finder.words import day_text
from equipoise.web.views.page import Page
from equipoise.web.views.signed_in import for_people

__all__ = ["beside_the_record"]

STATUS = {
    "not yet recruiting": "NOT_YET_RECRUITING",
    "recruiting": "RECRUITING",
    "closed to new participants": "ACTIVE_NOT_RECRUITING",
}
ORDER = (Verdict.DIFFERS, Verdict.OURS_ALONE, Verdict.REGISTERED_ALONE, Verdict.WORDING)


@dataclass(frozen=True, slots=True)
class Part:
    """The fields of one verdict."""

    title: str
    is_a_finding: bool
    rows: list[Row]


@require_safe
@for_people
def beside_the_record(page: Page) -> HttpResponse:
    """Our study as a record, beside the record that was taken in.

    :raises Http404: for whoever does not give roles in the trial
    """
    if not page.viewer.may(GiveRole.kind):
        raise Http404
    now = recruitment(page.study, page.viewer.trial_state, write_service.today())
    published = as_published(page.study, write_service.today())
    ours = registered(record_of(published, STATUS[now.stage]))
    number = ours.protocol_section.identification_module.nct_id
    theirs = _kept(number)
    rows = compared(ours, theirs) if theirs else []
    return page.render(
        "registered.jinja",
        number=number,
        registry=REGISTRY,
        posted=day_text(posted_on(theirs)) if theirs else "",
        is_kept=theirs is not None,
        parts=[*_parts(rows)],
        same=sum(row.verdict is Verdict.SAME for row in rows),
        findings=sum(row.is_a_finding for row in rows),
        field=_field,
    )


def _kept(number: str) -> Record | None:
    """The record of our number, where records were taken in."""
    try:
        with kept_records(home.registry()) as records:
            version = records.newest(number) if number else None
    except FileNotFoundError:
        return None
    record = judged(version.raw) if version else None
    return None if record is None or isinstance(record, Refusal) else record.study


def _parts(rows: Iterable[Row]) -> Iterable[Part]:
    titles = {
        Verdict.DIFFERS: gettext("What differs"),
        Verdict.OURS_ALONE: gettext("What the record lacks"),
        Verdict.REGISTERED_ALONE: gettext("What our study file lacks"),
        Verdict.WORDING: gettext("The same in other words"),
    }
    for verdict in ORDER:
        if mine := [row for row in rows if row.verdict is verdict]:
            yield Part(titles[verdict], mine[0].is_a_finding, mine)


def _field(name: str) -> str:
    """What a field of the registry is called."""
    return {
        "nctId": gettext("Number"),
        "orgStudyIdInfo": gettext("Sponsor's number"),
        "secondaryIdInfos": gettext("Other numbers"),
        "acronym": gettext("Acronym"),
        "overallStatus": gettext("Status"),
        "startDate": gettext("Start"),
        "completionDate": gettext("Planned end"),
        "studyType": gettext("Kind of study"),
        "phases": gettext("Phase"),
        "allocation": gettext("Allocation"),
        "interventionModel": gettext("Groups"),
        "primaryPurpose": gettext("Purpose"),
        "masking": gettext("Masking"),
        "enrollment": gettext("Participants planned"),
        "sex": gettext("Sex"),
        "minimumAge": gettext("Minimum age"),
        "maximumAge": gettext("Maximum age"),
        "healthyVolunteers": gettext("Healthy volunteers"),
        "briefTitle": gettext("Title"),
        "officialTitle": gettext("Scientific title"),
        "leadSponsor": gettext("Sponsor"),
        "briefSummary": gettext("Summary"),
        "armGroups": gettext("Group"),
        "interventions": gettext("Treatment"),
        "conditions": gettext("Condition"),
        "keywords": gettext("Keyword"),
        "primaryOutcomes": gettext("Main outcome"),
        "locations": gettext("Location"),
        "eligibilityCriteria.inclusion": gettext("Inclusion criterion"),
        "eligibilityCriteria.exclusion": gettext("Exclusion criterion"),
    }.get(name, name)
