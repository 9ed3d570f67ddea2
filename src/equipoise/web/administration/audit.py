"""Who did what, and when: every entry of the ledger as a sentence, newest first.

People at a site read what concerns their own participants. A vote stays sealed here as it is
everywhere else. The chain of digests is verified when someone asks for it.
"""

import csv
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from io import StringIO
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from equipoise.analysis.cells import inert
from equipoise.conduct import trial
from equipoise.conduct.audit_reviews import ReviewAudit
from equipoise.conduct.authorisation import TRIAL
from equipoise.conduct.laboratory import SetLimits
from equipoise.conduct.meaning import faults_of_meaning, unjudged
from equipoise.ledger import verify
from equipoise.ledger.witnessed import witnessed
from equipoise.study.model import Study
from equipoise.web import adopted, read_model, write_service
from equipoise.web.access import access_log
from equipoise.web.administration.audit_lines import lines
from equipoise.web.jinja import moment, say
from equipoise.web.redaction import remembered
from equipoise.web.sealed import logged_kinds
from equipoise.web.store import Filters
from equipoise.web.viewer import Viewer
from equipoise.web.views.audit_words import KINDS, kind_label
from equipoise.web.views.brief import brief_entry
from equipoise.web.views.page import Names, Page
from equipoise.web.views.problems import day_read
from equipoise.web.views.signed_in import for_people
from equipoise.web.witness import tree_kept
from equipoise.web.witness.witness_state import state_of

__all__ = ["Query", "audit", "filters_of", "query_of", "reviewed_at", "reviewing_at"]

PAGE = 50
MOST_EXPORTED = 5_000
APART = (SetLimits.kind, ReviewAudit.kind)
"""What may name a question and not the form that asks it."""
COLUMNS = ("stream", "seq", "at", "happened", "participant", "by", "name", "role", "kind", "what")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What the reader asked for: filters, and the page after an entry."""

    site: str = ""
    subject: str = ""
    person: str = ""
    kind: str = ""
    form: str = ""
    item: str = ""
    on: str = ""
    to: str = ""
    before: str = ""

    def address(self, **changed: str) -> str:
        """The address of this list with something changed."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return "?" + urlencode({k: v for k, v in {**fields, **changed}.items() if v})


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def audit(page: Page) -> HttpResponse:
    """The list; a POST verifies the ledger and shows the same list."""
    viewer, request = page.viewer, page.request
    if not viewer.sees_audit:
        raise Http404
    query = query_of(page)
    filters, wrong = filters_of(viewer, query)
    before = int(query.before) if query.before.isdecimal() and len(query.before) < 19 else None
    names = page.people
    if request.GET.get("format") == "csv" and request.method == "GET" and not wrong:
        return _exported(page, filters)
    listed = write_service.LEDGER.recent(PAGE + 1, before, filters)
    persons = _persons(viewer, names)
    for what in logged_kinds(viewer, (entry for _, entry in listed[:PAGE])):
        access_log.note(what, viewer.person_id)
    context = {
        "lines": [
            (line, *brief_entry(line.text))
            for line in lines(page, [entry for _, entry in listed[:PAGE]])
        ],
        "of_trial": any(entry.stream == "study" for _, entry in listed[:PAGE]),
        "query": query,
        "wrong": wrong,
        "older": query.address(before=str(listed[PAGE - 1][0])) if len(listed) > PAGE else "",
        "newest": query.address(before="") if query.before else "",
        "kinds": [(kind, kind_label(kind)) for kind in KINDS],
        "persons": persons,
        "sites": [(s.id, s.name) for s in viewer.study.sites if viewer.may_see_site(s.id)],
        "forms": [(form.id, say(form.title)) for form in viewer.study.forms],
        "items": [(name, say(item.label)) for name, item in viewer.study.items.items()],
        "export": query.address(before="") + "&format=csv",
        "most": MOST_EXPORTED,
        "review": _review(viewer, query),
        "reviews": viewer.sees_whole_audit or bool(reviewing_at(viewer)),
        "verified": _verified() if request.method == "POST" else None,
    }
    return page.render("audit/audit.jinja", 422 if wrong else 200, **context)


def query_of(page: Page) -> Query:
    """What the address asks for."""
    given = page.request.GET
    return Query(**{name: given.get(name, "").strip() for name in Query.__dataclass_fields__})


def _exported(page: Page, filters: Filters) -> HttpResponse:
    """The newest entries that are looked for, as a table; that it was taken out is noted first."""
    entries = [entry for _, entry in write_service.LEDGER.recent(MOST_EXPORTED, None, filters)]
    for what in logged_kinds(page.viewer, entries):
        access_log.note(what, page.viewer.person_id)
    access_log.note("ledger-exported", page.viewer.person_id, what="audit", entries=len(entries))
    text = StringIO()
    text.write("\ufeff")  # by which a spreadsheet knows that it is UTF-8
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for entry, line in zip(entries, lines(page, entries), strict=True):
        fields = " · ".join(f"{name}: {value}" for name, value in line.text.fields)
        who = (line.subject_id, entry.by, line.who, line.role)
        place = (entry.stream, str(entry.seq), entry.at, entry.happened)
        row = (*place, *who, entry.kind, f"{line.text.line} · {fields}")
        writer.writerow([inert(cell) for cell in row])
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


def _review(viewer: Viewer, query: Query) -> str:
    """Where it is recorded that these were looked through; empty for who may not."""
    site = reviewed_at(viewer, query)
    return "" if site is None else reverse(ReviewAudit.kind) + query.address(before="", site=site)


def reviewed_at(viewer: Viewer, query: Query) -> str | None:
    """The hospital of which a review of these would be, empty for all; None: none is theirs."""
    if viewer.sees_whole_audit and viewer.may(ReviewAudit.kind):
        return query.site
    own = reviewing_at(viewer)
    if not query.site and viewer.sites is not None and len(viewer.sites) == 1:
        return next(iter(own), None)
    return query.site if query.site in own else None


def reviewing_at(viewer: Viewer) -> list[str]:
    """The hospitals of which their role records reviews."""
    sites = viewer.sites or () if viewer.sees_audit else ()
    return sorted(site for site in sites if viewer.may(ReviewAudit.kind, site))


def filters_of(viewer: Viewer, query: Query) -> tuple[Filters, str]:
    """The entries that are asked for, of the participants they see."""
    filters = Filters(
        within=_within_sight(viewer, query.site),
        subject=query.subject,
        by=query.person,
        kind=query.kind,
        form=query.form if query.form in viewer.study.form_of else "",
        item=query.item if query.item in viewer.study.items else "",
        asked_in=_asked_in(viewer.study, query.item),
        apart=APART,
    )
    if not (query.on or query.to):
        return filters, ""
    days = [day_read(text) for text in (query.on or query.to, query.to or query.on)]
    if any(on is None or on.year in (date.min.year, date.max.year) for on in days):
        return filters, gettext("Give a date that exists, like 23 11 2026")
    first, last = (_day_limits(viewer.study, on) for on in days if on)
    since = first[0] if query.on else ""
    return replace(filters, since=since, until=last[1]), ""


def _asked_in(study: Study, item: str) -> str:
    """The form that asks a question; empty where it stands on several."""
    forms = [form.id for form in study.forms if item in form.item_of]
    return forms[0] if len(forms) == 1 else ""


def _within_sight(viewer: Viewer, site: str = "") -> list[str] | None:
    """The participants whose entries they read; None for everything, the trial's own too.

    :param site: only those of one hospital
    """
    if viewer.sees_whole_audit and not site:
        return None
    rows = viewer.visible(read_model.rows(viewer.study, viewer.on))
    rows = rows.filter(site=site) if site else rows
    return list(rows.values_list("subject_id", flat=True))


def _day_limits(study: Study, on: date) -> tuple[str, str]:
    """The first moment of a day where the trial is run, and of the next, as the ledger has it."""
    zone = ZoneInfo(study.identity.timezone)
    first = datetime.combine(on, time(), tzinfo=zone)
    return trial.moment(first), trial.moment(
        datetime.combine(on + timedelta(days=1), time(), tzinfo=zone)
    )


def _persons(viewer: Viewer, names: Names) -> list[tuple[str, str]]:
    within = _within_sight(viewer)
    # Whoever recorded anything held a role then: no entry is asked, of however many.
    everyone = [*viewer.trial_state.people, TRIAL]
    seen = everyone if within is None else write_service.LEDGER.recorders(Filters(within=within))
    names.know(seen)
    return sorted(((by, names[by]) for by in seen), key=lambda person: person[1])


def _verified() -> dict[str, object]:
    """What verifying the whole ledger found, now: its digests, and what its entries say.

    What is kept of each participant is not folded anew: that takes longer than a page may.
    """
    tree = tree_kept.tree_now()  # before the entries, which may be more since
    entries, texts = list(write_service.LEDGER.everything()), adopted.texts()
    by_witnesses = witnessed(entries, tree).faults
    faults = sorted({*verify(entries), *by_witnesses, *faults_of_meaning(entries, texts)})
    faults += remembered.back(entries)
    quorate = state_of(write_service.folds().trial_state(), write_service.now()).quorate
    last = max((entry.at for entry in entries), default="")
    return {
        "entries": len(entries),
        "faults": [f"{fault.stream} {fault.seq}: {fault.sentence}" for fault in faults],
        "unjudged": unjudged(entries, texts),
        "since": len(entries) - (quorate.size if quorate else 0),
        "until": moment(datetime.fromisoformat(last)) if last else "",
    }
