"""One entry of the ledger, whole: who, as what, when, what it says, and where it stands."""

from datetime import UTC, datetime
from itertools import islice

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from equipoise.conduct import folding
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.subject import Subject
from equipoise.ledger import Entry
from equipoise.web import write_service
from equipoise.web.access import access_log
from equipoise.web.administration.audit_lines import lines, subject_of
from equipoise.web.jinja import moment
from equipoise.web.sealed import logged_kinds, withheld
from equipoise.web.store import LARGEST
from equipoise.web.views.next_act import form_page
from equipoise.web.views.page import Page
from equipoise.web.views.signed_in import for_people

__all__ = ["audit_entry"]


@require_safe
@for_people
def audit_entry(page: Page, stream: str, seq: int) -> HttpResponse:
    """The entry in one place of a stream, as far as it is open to this reader."""
    if not page.viewer.sees_audit or not 0 < seq <= LARGEST:
        raise Http404
    entry, *after = [*islice(write_service.LEDGER.entries(stream, seq - 1), 2), None]
    if entry is None or entry.seq != seq:
        raise Http404
    (entry,) = write_service.LEDGER.as_stated([entry])
    subject = _subject(page, entry)
    for what in logged_kinds(page.viewer, [entry]):
        access_log.note(what, page.viewer.person_id)
    text = page.study.under(entry.study)
    return page.render(
        "audit/entry.jinja",
        line=next(iter(lines(page, [entry]))),
        entry=entry,
        utc=f"{datetime.fromisoformat(entry.at).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        happened=_happened(entry),
        shows_participant=page.viewer.may_see_subject(subject),
        form=_form(entry) if page.viewer.may_see_subject(subject) else "",
        version=text.version if text else "",
        digests=not _kept_back(page, subject, entry),
        error=_error(page, subject, entry),
        is_last=not any(after),
    )


def _subject(page: Page, entry: Entry) -> Subject:
    """Whom it concerns; nobody reads the trial's own entries but who reads the whole audit."""
    subject_id = subject_of(entry)
    subject = page.folds.subject(subject_id) if subject_id else Subject(subject_id="")
    seen = bool(subject_id) and page.viewer.may_see_subject(subject)
    if not (seen or page.viewer.sees_whole_audit):
        raise Http404
    return subject


def _happened(entry: Entry) -> str:
    """The moment it happened, where that is more than a day."""
    return moment(datetime.fromisoformat(entry.happened)) if len(entry.happened) > 10 else ""


def _form(entry: Entry) -> str:
    """The form that was saved; empty for any other act."""
    act = folding.read(entry)
    if not isinstance(act, SaveForm):
        return ""
    return form_page(entry.stream, act.form, act.visit, act.number)


def _kept_back(page: Page, subject: Subject, entry: Entry) -> bool:
    """Whether its digests would tell what is closed to this reader."""
    before = [one for one in write_service.LEDGER.entries(entry.stream) if one.seq <= entry.seq]
    return (entry.stream, entry.seq) in withheld(page.viewer, subject, before)


def _error(page: Page, subject: Subject, entry: Entry) -> dict[str, str]:
    """Who said that it was recorded in error, and why; empty where nobody did."""
    if entry.stream != subject.subject_id:
        return {}
    for one in subject.voiding.voided:
        if one.entry == entry.seq:
            return {
                "who": page.people[one.by],
                "at": moment(one.at),
                "reason": one.reason,
                "entry": str(one.seq),
            }
    return {}
