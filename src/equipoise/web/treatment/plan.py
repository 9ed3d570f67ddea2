"""A cycle is planned: first which and when, then each dose as it is worked out, or otherwise."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from equipoise.conduct.act import Refused
from equipoise.conduct.how import PLAINLY
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment import PlanCycle, next_cycle, regimens_for, warns
from equipoise.logic.figures import opening
from equipoise.study.sections.treatment import Regimen
from equipoise.web import write_service
from equipoise.web.jinja import date_parts
from equipoise.web.proof import besides_proof, proof_of
from equipoise.web.treatment.doubtful import doubtful_parts
from equipoise.web.treatment.lines import dose_lines, entered, stop_lines
from equipoise.web.views.form_data import number_entered
from equipoise.web.views.page import Page
from equipoise.web.views.problems import Problems, day_from_parts, day_parts, is_number
from equipoise.web.views.signed_in import for_people
from equipoise.web.views.spoken import label

__all__ = ["plan"]

NUMBERS, FIELDS = ("doses", "prescribed", "rates"), ("doses", "prescribed", "rates", "reasons")


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def plan(page: Page, subject_id: str) -> HttpResponse:
    """Which cycle, and once that is said its doses."""
    subject = page.subject(subject_id)
    if not page.may(PlanCycle.kind, subject) or not PlanCycle.offered(page.study, subject):
        raise Http404
    query = page.request.POST if page.request.method == "POST" else page.request.GET
    problems = Problems()
    chosen = _chosen(page, subject, query, problems)
    if chosen is None:
        return _which(page, subject, query, problems if _is_answered(query) else Problems())
    regimen, cycle, day = chosen
    parts = [part.id for part in regimen.parts]
    form_data = {field: entered(page.request.POST, field, parts) for field in FIELDS}
    proof = proof_of(page.request, page.study, PlanCycle, (label(regimen.label), subject_id))
    if page.request.method == "POST":
        seen = page.request.POST.getlist("acknowledged")
        act = _act(page, regimen.id, cycle, day, form_data, seen)
        how = proof.given(page.request, problems) if proof else PLAINLY
        by = page.viewer.person_id
        if problems:
            problems.beside(besides_proof(write_service.try_out(act, by, None, subject_id)))
        else:
            try:
                made = write_service.perform(act, by, None, subject_id, page.once, how=how)
                page.tell(gettext(PlanCycle.words.done))
                return redirect("treatment-cycle", subject_id, made.seq)
            except Refused as refused:
                problems.take(besides_proof(refused.refusals))
                page.read_anew()
                subject = page.subject(subject_id)
    lines = dose_lines(page.language, page.study, subject, regimen, day)
    if page.request.method != "POST":
        form_data["doses"] = {
            one.id: one.amount for one in lines if not one.optional and one.amount
        }
    treatment = page.study.treatment
    drugs = [
        part.drug for part in regimen.parts if not part.optional or part.id in form_data["doses"]
    ]
    return page.render(
        "treatment/plan.jinja",
        422 if problems else 200,
        subject=subject,
        regimen=regimen,
        cycle=cycle,
        day=day,
        lines=lines,
        doubtful=doubtful_parts(page),
        form_data=form_data,
        stops=stop_lines(page.study, subject, regimen, drugs, day),
        warnings=[
            (one.id, opening(label(one.because))) for one in warns(page.study, subject, drugs, day)
        ],
        acknowledged=page.request.POST.getlist("acknowledged"),
        prescribes=bool(treatment and treatment.prescribed),
        problems=problems,
        proof=proof,
    )


def _chosen(
    page: Page, subject: Subject, query: Any, problems: Problems
) -> tuple[Regimen, int, date] | None:
    """The regimen, the cycle and its first day, once they are said."""
    name, number = query.get("regimen", ""), query.get("cycle", "")
    treatment = page.study.treatment
    if name not in regimens_for(page.study, subject) or treatment is None:
        problems.add("regimen", gettext("Choose the regimen"))
    if not is_number(number):
        problems.add("cycle", gettext("Give a whole number"))
    day = day_from_parts(day_parts(query, "day"), "day", problems)
    if problems or treatment is None or day is None:
        return None
    return treatment.regimen_of[name], int(number[:9]), day


def _which(page: Page, subject: Subject, query: Any, problems: Problems) -> HttpResponse:
    """The page that asks which cycle."""
    treatment, state = page.study.treatment, subject.treatment
    known = (
        [
            (name, label(treatment.regimen_of[name].label))
            for name in regimens_for(page.study, subject)
        ]
        if treatment
        else []
    )
    before = state.plans[-1].regimen if state.plans else known[0][0] if len(known) == 1 else ""
    today = date_parts(write_service.today().isoformat())
    return page.render(
        "treatment/which.jinja",
        422 if problems else 200,
        subject=subject,
        regimens=known,
        chosen=query.get("regimen", before),
        cycle=query.get("cycle", next_cycle(state, before)),
        day=day_parts(query, "day") if _is_answered(query) else today,
        problems=problems,
    )


def _is_answered(query: Any) -> bool:
    """Whether the page was sent in, and not led to with a regimen and a cycle."""
    return "regimen" in query and any(name.startswith("day") for name in query)


def _act(
    page: Page,
    regimen: str,
    cycle: int,
    day: date,
    form_data: dict[str, dict[str, str]],
    seen: list[str],
) -> PlanCycle:
    numbers = {
        field: {
            part: number_entered(text, page.language) for part, text in form_data[field].items()
        }
        for field in NUMBERS
    }
    return PlanCycle(
        regimen=regimen,
        cycle=cycle,
        day=day,
        reasons=form_data["reasons"],
        acknowledged=seen,
        **numbers,
    )
