"""Data review over the trial: what is left to verify, review, sign and lock, by hospital.

It is counted anew when somebody looks, so that no act of any other chapter costs more for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from equipoise.conduct.act import Refused
from equipoise.conduct.locks import LEFT, LockParticipant
from equipoise.study.reason import Refusal
from equipoise.web import read_model, write_service
from equipoise.web.reader import HERE
from equipoise.web.signing.overview import Counts, counts_of
from equipoise.web.views.page import Page
from equipoise.web.views.paged import links_of, page_asked
from equipoise.web.views.signed_in import for_people

__all__ = ["listed_records", "several"]

A_PAGE, MOST = 50, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One participant of the list."""

    subject_id: str
    site: str
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One of those that were ticked, and what stands against it."""

    subject_id: str
    against: tuple[str, ...]


@for_people
def listed_records(page: Page) -> HttpResponse:
    """One page of the list, by hospital and by what is left."""
    if not page.viewer.sees_subjects:
        raise Http404
    query = page.request.GET
    site, what = query.get("site", ""), query.get("what", "")
    everybody = list(_lines(page, site))
    found = [one for one in everybody if _is_in(one.counts, what)]
    pages = max(ceil(len(found) / A_PAGE), 1)
    number = page_asked(query.get("page", ""), pages)
    chosen = {name: text for name, text in (("site", site), ("what", what)) if text}
    return page.render(
        "signing/listed.jinja",
        found=found[(number - 1) * A_PAGE : number * A_PAGE],
        total=len(found),
        number=number,
        pages=pages,
        links=links_of(reverse("records"), chosen, number, pages),
        site=site,
        what=what,
        whats=[(code, f"{name} ({_number(everybody, code)})") for code, name in _whats()],
        sites=[(one.id, one.name) for one in page.study.sites if page.viewer.may_see_site(one.id)],
        hospitals=_hospitals(page, everybody),
        locks=any(page.viewer.may(LockParticipant.kind, one.id) for one in page.study.sites),
        grades=_grades(),
        arms_left_out=bool(page.viewer.closed_visits),
    )


@for_people
def several(page: Page) -> HttpResponse:
    """Try to freeze or lock those that are ticked; do it once that is confirmed."""
    if page.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not page.viewer.sees_subjects:
        raise Http404
    posted = page.request.POST
    grade, reason = posted.get("grade", ""), posted.get("reason", "").strip()
    ticked = list(dict.fromkeys(posted.getlist("ticked")))[:MOST]
    if not ticked or grade not in dict(_grades()) or not reason:
        page.tell(gettext("Tick the participants, choose between freeze and lock, and say why"))
        return redirect("records")
    act = LockParticipant(grade="lock" if grade == "lock" else "freeze", reason=reason)
    whom = [page.subject(one).subject_id for one in ticked]
    if posted.get("step") == "do":
        done = sum(_is_done(page, one, act) for one in whom)
        sentence = ngettext(
            "Recorded for %(count)s participant", "Recorded for %(count)s participants", done
        )
        left = len(whom) - done
        more = ngettext("%(count)s was left as it is", "%(count)s were left as they are", left)
        parts = [sentence % {"count": done}, *([more % {"count": left}] if left else [])]
        page.tell("; ".join(parts))
        return redirect("records")
    tried = [_tried(page, one, act) for one in whom]
    return page.render(
        "signing/several.jinja",
        tried=tried,
        able=sum(not one.against for one in tried),
        grade=grade,
        what=dict(_grades())[grade],
        reason=reason,
    )


def _lines(page: Page, site: str) -> Iterator[Line]:
    rows = page.viewer.visible(read_model.rows(page.study, page.viewer.on))
    rows = rows.filter(site=site) if site in page.study.site_of else rows
    for row in rows.order_by("subject_id"):
        subject = read_model.decoded(row)
        yield Line(
            subject_id=subject.subject_id,
            site=row.site,
            counts=counts_of(page.study, subject, page.viewer.closed_visits),
        )


def _hospitals(page: Page, lines: list[Line]) -> list[tuple[str, Counts]]:
    """What is left at each hospital."""
    found = []
    for site in page.study.sites:
        of = [one.counts for one in lines if one.site == site.id]
        if of:
            names = ("verify", "fallen", "review", "sign")
            total = {name: sum(getattr(one, name) for one in of) for name in names}
            locked = sum(one.lock == "lock" for one in of)
            found.append((site.name, Counts(**total, lock=f"{locked}/{len(of)}")))
    return found


def _number(lines: list[Line], what: str) -> int:
    return sum(_is_in(one.counts, what) for one in lines)


def _whats() -> list[tuple[str, str]]:
    return [
        ("verify", gettext("To verify")),
        ("fallen", gettext("Changed since verified")),
        ("review", gettext("To review")),
        ("sign", gettext("To sign")),
        ("done", gettext("Nothing left, not locked")),
        ("lock", gettext("Locked")),
    ]


def _is_in(counts: Counts, what: str) -> bool:
    if what == "done":
        return not counts.left and counts.lock != "lock"
    if what == "lock":
        return counts.lock == "lock"
    return what not in ("verify", "fallen", "review", "sign") or getattr(counts, what) > 0


def _grades() -> list[tuple[str, str]]:
    return [("freeze", gettext("Freeze them")), ("lock", gettext("Lock them"))]


def _tried(page: Page, subject_id: str, act: LockParticipant) -> Tried:
    by = page.viewer.person_id
    against = write_service.try_out(act, by, subject_id=subject_id, known=page.folds)
    texts = (_text(page, one) for one in against)
    return Tried(subject_id=subject_id, against=tuple(dict.fromkeys(texts)))


def _text(page: Page, refusal: Refusal) -> str:
    """A reason; what is left at a visit of one arm would tell the arm of each who is ticked."""
    if refusal.code == LEFT.code and page.viewer.closed_visits:
        return gettext("something is left to do; the participant's data review says what")
    return refusal.wording(HERE)


def _is_done(page: Page, subject_id: str, act: LockParticipant) -> bool:
    """Whether one was done; what the trial refuses is left."""
    try:
        write_service.perform(act, page.viewer.person_id, subject_id=subject_id)
    except Refused:
        return False
    return True
