"""One form as it is recorded: verified item by item, reviewed, signed, frozen and locked.

What stands on the page is what is verified or signed: when something was changed meanwhile the
trial refuses it, and the page shows what stands now.
"""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from equipoise.conduct.act import Act, Refused
from equipoise.conduct.digests import FormOf, digest_of_form
from equipoise.conduct.how import PLAINLY
from equipoise.conduct.locks import LockForm, UnlockForm, locks_more, shuts
from equipoise.conduct.queries import NO_VISIT
from equipoise.conduct.signatures import ReviewForm, SignForm
from equipoise.conduct.state.forms import record_key
from equipoise.conduct.subject import Subject
from equipoise.conduct.verification import TakeBack, VerifyItems
from equipoise.web import write_service
from equipoise.web.jinja import say
from equipoise.web.proof import Proof, besides_proof, proof_of
from equipoise.web.signing.locking import left_open, lock_fields
from equipoise.web.signing.overview import signed_lines
from equipoise.web.signing.values import ValueLine, lines_on, value_lines
from equipoise.web.views.lock_words import lock_text
from equipoise.web.views.next_act import form_page, visit_beside
from equipoise.web.views.page import Page
from equipoise.web.views.problems import Problems
from equipoise.web.views.signed_in import for_people

__all__ = ["MODES", "is_done", "offered", "recorded_form"]

DOES: dict[str, type[Act]] = {
    "verify": VerifyItems,
    "take-back": TakeBack,
    "review": ReviewForm,
    "sign": SignForm,
    "lock": LockForm,
}
MODES = ("", "sign", "lock")
"""What the page may be asked to show more of (`do`)."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def recorded_form(
    page: Page, subject_id: str, form_id: str, visit: str, number: int
) -> HttpResponse:
    """The form with every answer; one POST is one act."""
    subject = page.subject(subject_id)
    place: FormOf = (form_id, "" if visit == NO_VISIT else visit, number)
    may = {does: page.may(kind.kind, subject) for does, kind in DOES.items()}
    mode, problems = page.request.GET.get("do", ""), Problems()
    if mode not in MODES or (mode and not may.get(mode)):
        raise Http404
    proof = _proof(page, subject, place) if mode == "sign" else None
    if page.request.method == "POST":
        does = page.request.POST.get("does", "")
        if not may.get(does) or (does == "sign" and mode != "sign"):
            raise Http404
        if is_done(page, subject_id, _act(page, does, place), problems, proof):
            page.tell(gettext(DOES[does].words.done))
            return redirect("record-form", subject_id, form_id, visit, number)
        page.read_anew()
        subject = page.subject(subject_id)
    return _rendered(page, subject, place, mode, offered(subject, may, DOES, place), problems)


def _rendered(
    page: Page,
    subject: Subject,
    place: FormOf,
    mode: str,
    may: dict[str, bool],
    problems: Problems,
) -> HttpResponse:
    form_id, visit, number = place
    record, form = subject.forms.records.get(record_key(*place)), page.study.form_of.get(form_id)
    if record is None or form is None:
        raise Http404
    address = (subject.subject_id, form_id, visit or NO_VISIT, number)
    lock, rules = subject.locks.forms.get(record_key(*place)), page.study.signing
    opens = bool(lock) and page.may(UnlockForm.kind, subject)
    return page.render(
        "signing/form.jinja",
        422 if problems else 200,
        subject=subject,
        title=say(form.title),
        visit=visit_beside(page.study, form_id, visit),
        number=number,
        lines=(lines := value_lines(page, subject, form, record)),
        ticked=_ticked(page, lines),
        digest=digest_of_form(record),
        signed=signed_lines(page, subject, place),
        with_all=[one for one in signed_lines(page, subject, ("", "", 1)) if one.holds],
        reviews=bool(rules and rules.reviews(form_id)),
        signs=bool(rules and rules.signs(form_id)),
        lock=lock_text(lock),
        mode=mode,
        may=may,
        problems=problems,
        proof=_proof(page, subject, place) if mode == "sign" else None,
        fields=lock_fields(page, subject, place) if mode == "lock" else None,
        here=reverse("record-form", args=address),
        fill=form_page(subject.subject_id, form_id, visit, number),
        unlock=reverse(UnlockForm.kind, args=address) if opens else "",
    )


def _ticked(page: Page, lines: list[ValueLine]) -> set[str]:
    """The items whose boxes are ticked: as they were sent, or all that are planned if asked so."""
    if page.request.method == "POST":
        return {one.rpartition(" ")[0] for one in page.request.POST.getlist("ticked")}
    every = page.request.GET.get("tick") == "planned"
    return {one.item for one in lines if every and one.is_open}


def _proof(page: Page, subject: Subject, place: FormOf) -> Proof | None:
    """What is asked of whoever signs, with everything that the page shows of the form."""
    record, form = subject.forms.records.get(record_key(*place)), page.study.form_of.get(place[0])
    if record is None or form is None:
        return None
    lines = lines_on(value_lines(page, subject, form, record))
    about = (say(form.title), subject.subject_id, place[1], str(place[2]), digest_of_form(record))
    return proof_of(page.request, page.study, SignForm, (*about, *lines))


def _act(page: Page, does: str, place: FormOf) -> Act:
    posted = page.request.POST
    form, visit, number = place
    ticked = [one.rpartition(" ") for one in posted.getlist("ticked")]
    items, digests = [one[0] for one in ticked], [one[2] for one in ticked]
    reason, digest = posted.get("reason", "").strip(), posted.get("digest", "")
    match does:
        case "verify":
            return VerifyItems(form=form, visit=visit, number=number, items=items, digests=digests)
        case "take-back":
            return TakeBack(form=form, visit=visit, number=number, items=items, reason=reason)
        case "review":
            return ReviewForm(form=form, visit=visit, number=number, digest=digest)
        case "sign":
            return SignForm(form=form, visit=visit, number=number, digest=digest)
    return LockForm(
        form=form,
        visit=visit,
        number=number,
        grade="lock" if posted.get("grade") == "lock" else "freeze",
        reason=reason,
        exceptions=left_open(posted),
    )


def offered(
    subject: Subject, may: dict[str, bool], does: dict[str, type[Act]], place: FormOf | None = None
) -> dict[str, bool]:
    """What is offered of that: nothing that a lock closes, and no lock of what is locked."""
    found = {one: may[one] and not shuts(subject, kind, place) for one, kind in does.items()}
    return {**found, "lock": found["lock"] and locks_more(subject, place)}


def is_done(page: Page, subject_id: str, act: Act, problems: Problems, proof: Proof | None) -> bool:
    """Whether the act was recorded; else everything against it stands among the problems."""
    how = proof.given(page.request, problems) if proof else PLAINLY
    by = page.viewer.person_id
    if problems:
        problems.beside(besides_proof(write_service.try_out(act, by, subject_id=subject_id)))
        return False
    try:
        write_service.perform(act, by, None, subject_id, page.once, how=how)
    except Refused as refused:
        problems.take(besides_proof(refused.refusals))
        return False
    return True
