"""Randomise: read the factors back, confirm what cannot be undone, and see the result.

A second click, a reload or a form sent again shows the same result and never draws anew.
"""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from equipoise.conduct import eligibility
from equipoise.conduct.act import Refused
from equipoise.conduct.allocation import strata_of
from equipoise.conduct.how import PLAINLY
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.subject import Subject
from equipoise.logic.truth import Truth
from equipoise.study.model import Study
from equipoise.web import write_service
from equipoise.web.proof import besides_proof, proof_of
from equipoise.web.views.closed_by import closed_by
from equipoise.web.views.open_points import points_open
from equipoise.web.views.page import Page
from equipoise.web.views.problems import Problems
from equipoise.web.views.signed_in import for_people
from equipoise.web.views.spoken import strata_texts
from equipoise.web.witness import newest_head

__all__ = ["randomise", "result"]


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def randomise(page: Page, subject_id: str) -> HttpResponse:
    """The read-back, and the one irreversible step."""
    subject = page.subject(subject_id)
    if not page.may(Randomise.kind, subject):
        raise Http404
    if subject.randomised_on:
        return redirect("randomised", subject_id)
    problems, today, entered = Problems(), write_service.today(), ""
    proof = proof_of(page.request, page.study, Randomise, _lines(page, subject, today))
    if page.request.method == "POST":
        entered = page.request.POST.get("number", "").strip()
        _confirmed(entered, subject_id, problems)
        act, by, once = Randomise(strata=_read_back(page)), page.viewer.person_id, page.once
        if problems:
            problems.beside(write_service.try_out(act, by, subject_id=subject_id))
        try:
            if not problems:
                how = proof.given(page.request, problems) if proof else PLAINLY
                write_service.perform(act, by, subject_id=subject_id, once=once, how=how)
                return redirect("randomised", subject_id)
        except Refused as refused:
            if "randomisation.before" in {refusal.code for refusal in refused.refusals}:
                return redirect("randomised", subject_id)
            subject = page.subject(subject_id)
            problems.take(besides_proof(refused.refusals))
    strata = strata_of(page.study, subject, today)
    context = {
        "subject": subject,
        "closed": closed_by(page, subject, Randomise),
        "points": points_open(page, subject, today),
        "strata": strata,
        "factors": list(strata_texts(page.study, strata)),
        "eligible": _eligible(page.study, subject, today, page.language),
        "entered": entered,
        "problems": problems,
        "proof": proof,
    }
    return page.render("randomise/confirm.jinja", 422 if problems else 200, **context)


@require_safe
@for_people
def result(page: Page, subject_id: str) -> HttpResponse:
    """The arm, in large letters, for the file and the telephone."""
    subject = page.subject(subject_id)
    drawn = subject.randomisation.allocation
    if drawn is None:
        raise Http404
    arm = page.study.arm_of[drawn.arm]
    context: dict[str, Any] = {
        "subject": subject,
        "allocation": drawn,
        "arm": arm,
        "factors": list(strata_texts(page.study.under(drawn.study) or page.study, drawn.strata)),
        "who": page.people[drawn.by],
        "head": (head := newest_head.newest()),
        "in_head": head and head.has(drawn.stream, drawn.seq),
    }
    return page.render("randomise/result.jinja", **context)


def _lines(page: Page, subject: Subject, today: date) -> list[str]:
    """What is read back before the draw."""
    factors = strata_texts(page.study, strata_of(page.study, subject, today))
    return [subject.subject_id, *(f"{factor}: {level}" for factor, level in factors)]


def _confirmed(entered: str, subject_id: str, problems: Problems) -> None:
    if not entered:
        problems.add("number", gettext("Type the participant's number to confirm"))
    elif entered.upper().replace(" ", "") != subject_id.upper():
        values = {"number": subject_id}
        problems.add("number", gettext("This is not %(number)s: is it the right one?") % values)


def _read_back(page: Page) -> dict[str, str]:
    """The factors as they stood on the page that was confirmed."""
    posted = page.request.POST
    return {f.id: posted.get(f"factor.{f.id}", "") for f in page.study.randomisation.factors}


def _eligible(study: Study, subject: Subject, on: date, language: str) -> dict[str, Any]:
    """How the criteria stand today, in a sentence's worth of numbers."""
    lines = eligibility.checklist(study, subject, on, language)
    return {
        "all": len(lines),
        "standing": sum(1 for line in lines if line.satisfied is Truth.TRUE),
        "judged": sum(1 for line in lines if line.judged),
    }
