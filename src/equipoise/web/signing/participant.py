"""Everything that is recorded of a participant: how far it is verified, reviewed, signed, locked.

Whoever signs the whole sees all of it on the page: every form with every answer, and what was
recorded beside forms.
"""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from equipoise.conduct.act import Act
from equipoise.conduct.chapters import ACTS
from equipoise.conduct.digests import digest_of_entry, digest_of_subject, form_places
from equipoise.conduct.locks import CODES, LockParticipant, UnlockParticipant
from equipoise.conduct.signatures import SignParticipant
from equipoise.conduct.subject import Subject
from equipoise.conduct.verification import STATES, TakeBack, VerifyItems, verdicts
from equipoise.web.jinja import say
from equipoise.web.proof import Proof, proof_of
from equipoise.web.signing.beside import Texts, beside_forms
from equipoise.web.signing.form import MODES, is_done, offered
from equipoise.web.signing.locking import left_open, lock_fields
from equipoise.web.signing.overview import form_lines, signed_lines
from equipoise.web.signing.values import TAGS, ValueLine, lines_on, value_lines
from equipoise.web.views.act_words import wording
from equipoise.web.views.lock_words import lock_text
from equipoise.web.views.next_act import visit_beside
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.problems import Problems
from equipoise.web.views.signed_in import for_people

__all__ = ["recorded"]

DOES: dict[str, type[Act]] = {
    "verify": VerifyItems,
    "take-back": TakeBack,
    "sign": SignParticipant,
    "lock": LockParticipant,
}
Everything = list[tuple[str, list[ValueLine]]]


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def recorded(page: Page, subject_id: str) -> HttpResponse:
    """The overview; with `do=sign` or `do=lock` what is asked for it."""
    subject = page.subject(subject_id)
    may = {does: page.may(kind.kind, subject) for does, kind in DOES.items()}
    mode, problems = page.request.GET.get("do", ""), Problems()
    if mode not in MODES or (mode and not may.get(mode)):
        raise Http404
    proof = _proof(page, subject) if mode == "sign" else None
    if page.request.method == "POST":
        does = page.request.POST.get("does", "")
        if not may.get(does) or (does == "sign" and mode != "sign"):
            raise Http404
        if is_done(page, subject_id, _act(page, does), problems, proof):
            page.tell(gettext(DOES[does].words.done))
            return redirect("record", subject_id)
        page.read_anew()
        subject = page.subject(subject_id)
    lock = subject.locks.participant
    opens = lock and page.may(UnlockParticipant.kind, subject)
    lines, beside = form_lines(page, subject), beside_forms(page, subject)
    return page.render(
        "signing/participant.jinja",
        422 if problems else 200,
        subject=subject,
        forms=[one for one in lines if not one.alone],
        alone=[_alone(page, subject, one.place, beside) for one in lines if one.alone],
        signed=signed_lines(page, subject, ("", "", 1)),
        lock=lock_text(lock),
        left_open=[(gettext(CODES[code]), why) for code, why in sorted(lock.exceptions.items())]
        if lock
        else [],
        mode=mode,
        may=offered(subject, may, DOES),
        problems=problems,
        everything=_everything(page, subject) if mode == "sign" else [],
        beside=[*beside.values()] if mode == "sign" else [],
        digest=digest_of_subject(subject) if mode == "sign" else "",
        proof=_proof(page, subject) if mode == "sign" else None,
        fields=lock_fields(page, subject) if mode == "lock" else None,
        unlock=act_page(UnlockParticipant.kind, subject_id) if opens else "",
    )


def _everything(page: Page, subject: Subject) -> Everything:
    """Every form with every answer."""
    found = []
    for (form_id, visit, number), record in form_places(subject):
        form = page.study.form_of.get(form_id)
        if form:
            copy = gettext("copy %(number)s") % {"number": number} if number > 1 else ""
            parts = (visit_beside(page.study, form_id, visit), say(form.title), copy)
            lines = value_lines(page, subject, form, record)
            found.append((" · ".join(filter(None, parts)), lines))
    return found


def _beside(page: Page, subject: Subject) -> list[str]:
    """What was recorded beside forms, in lines."""
    return [*beside_forms(page, subject).values()]


def _proof(page: Page, subject: Subject) -> Proof | None:
    """What is asked of whoever signs, with everything that the page shows."""
    about = [subject.subject_id, digest_of_subject(subject), *_beside(page, subject)]
    for title, lines in _everything(page, subject):
        about += [title, *lines_on(lines)]
    return proof_of(page.request, page.study, SignParticipant, about)


def _alone(
    page: Page, subject: Subject, place: tuple[str, str, int], beside: Texts
) -> dict[str, object]:
    """One thing that is verified by itself, such as a consent."""
    kind, _, seq = place
    gone = gettext("%(what)s: recorded in error") % {"what": wording(ACTS[kind].words.name)}
    (one,) = verdicts(page.study, subject, place)
    return {
        "text": beside.get((kind, seq), gone),
        "form": kind,
        "number": seq,
        "ticked": f"{one.item} {digest_of_entry(subject, kind, seq)}",
        "state": one.state,
        "mark": TAGS[one.state],
        "word": gettext(STATES[one.state]),
        "able": one.there,
    }


def _act(page: Page, does: str) -> Act:
    posted = page.request.POST
    reason, number = posted.get("reason", "").strip(), posted.get("number", "")
    form, seq = posted.get("form", ""), int(number) if number[:9].isdecimal() else 0
    ticked = [one.rpartition(" ") for one in posted.getlist("ticked")]
    items, digests = [one[0] for one in ticked], [one[2] for one in ticked]
    match does:
        case "verify":
            return VerifyItems(form=form, number=seq, items=items, digests=digests)
        case "take-back":
            return TakeBack(form=form, number=seq, items=items, reason=reason)
        case "sign":
            return SignParticipant(digest=posted.get("digest", ""))
    return LockParticipant(
        grade="lock" if posted.get("grade") == "lock" else "freeze",
        reason=reason,
        exceptions=left_open(posted),
    )
