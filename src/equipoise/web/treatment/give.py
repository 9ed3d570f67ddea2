"""What was given: of a plan as it stands, or of any cycle; nothing keeps it out of the record."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from equipoise.conduct.act import Refused
from equipoise.conduct.how import PLAINLY
from equipoise.conduct.pump import RefillPump
from equipoise.conduct.state.treatment import Plan
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment import GiveDose, amiss, next_cycle
from equipoise.study.sections.treatment import PUMP, Regimen
from equipoise.web import write_service
from equipoise.web.jinja import date_parts
from equipoise.web.proof import besides_proof, proof_of
from equipoise.web.reader import HERE
from equipoise.web.treatment.lines import entered
from equipoise.web.views.dose_words import part_name
from equipoise.web.views.form_data import number_entered
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.problems import Problems, day_from_parts, day_parts, is_number
from equipoise.web.views.signed_in import for_people
from equipoise.web.views.spoken import label, number_text, unit_label

__all__ = ["give", "refill_address"]


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def give(page: Page, subject_id: str) -> HttpResponse:
    """Which cycle, and then what was given of it."""
    subject = page.subject(subject_id)
    if not page.may(GiveDose.kind, subject) or not GiveDose.offered(page.study, subject):
        raise Http404
    query = page.request.POST if page.request.method == "POST" else page.request.GET
    plan = _plan_named(subject, query)
    name = plan.regimen if plan else query.get("regimen", "")
    number = str(plan.cycle) if plan else query.get("cycle", "")
    treatment, problems = page.study.treatment, Problems()
    regimen = treatment.regimen_of.get(name) if treatment else None
    if regimen is None or not is_number(number):
        return _which(page, subject, query)
    parts = [part.id for part in regimen.parts if part.into != PUMP]
    refill = refill_address(page, subject, regimen, plan)
    if refill and not parts:
        return redirect(refill)
    form_data = {field: entered(query, field, parts) for field in ("doses", "starts", "reasons")}
    partly = [part for part in parts if query.get(f"partly.{part}")]
    happened = date_parts(write_service.today().isoformat())
    if page.request.method == "POST":
        happened = day_parts(query, "happened")
        on = day_from_parts(happened, "happened", problems)
        act = _act(page, regimen, int(number[:9]), form_data, partly)
        proof = proof_of(page.request, page.study, GiveDose, (label(regimen.label), subject_id))
        how = proof.given(page.request, problems) if proof else PLAINLY
        by = page.viewer.person_id
        if problems:
            problems.beside(besides_proof(write_service.try_out(act, by, on, subject_id)))
        else:
            try:
                made = write_service.perform(act, by, on, subject_id, page.once, how=how)
                _announce(page, subject_id, made.seq)
                return redirect(act_page("participant", subject_id))
            except Refused as refused:
                problems.take(besides_proof(refused.refusals))
    elif plan:
        form_data["doses"] = {part: number_text(text) for part, text in plan.doses.items()}
    theirs = _theirs(subject, regimen, plan, form_data["doses"])
    lines = [one for one in _parts(page, regimen) if one[0] in parts]
    return page.render(
        "treatment/give.jinja",
        422 if problems else 200,
        subject=subject,
        regimen=regimen,
        cycle=number,
        plan=plan,
        checked=bool(plan and subject.treatment.check_of(plan)),
        parts=[one for one in lines if one[0] in theirs],
        others=[one for one in lines if one[0] not in theirs],
        refill=refill,
        form_data=form_data,
        partly=partly,
        happened=happened,
        problems=problems,
        proof=proof_of(page.request, page.study, GiveDose, (label(regimen.label), subject_id)),
    )


def _act(
    page: Page,
    regimen: Regimen,
    cycle: int,
    form_data: dict[str, dict[str, str]],
    partly: list[str],
) -> GiveDose:
    doses = {p: number_entered(text, page.language) for p, text in form_data["doses"].items()}
    others = {"starts": form_data["starts"], "reasons": form_data["reasons"]}
    return GiveDose(regimen=regimen.id, cycle=cycle, doses=doses, partly=partly, **others)


def refill_address(page: Page, subject: Subject, regimen: Regimen, plan: Plan | None) -> str:
    """Where what goes into the pump is recorded, with the dose as planned; empty: nowhere."""
    part = next((one for one in regimen.parts if one.into == PUMP), None)
    if part is None or not (
        page.may(RefillPump.kind, subject) and RefillPump.offered(page.study, subject)
    ):
        return ""
    dose = plan.doses.get(part.id, "") if plan else ""
    filled = {"substance": part.drug, "dose": number_text(dose) if dose else ""}
    return f"{act_page(RefillPump.kind, subject.subject_id)}?{urlencode(filled)}"


def _announce(page: Page, subject_id: str, seq: int) -> None:
    """That it is recorded; and what was amiss, for it alarms."""
    page.tell(gettext(GiveDose.words.done))
    page.read_anew()
    subject = page.subject(subject_id)
    given = next((one for one in subject.treatment.given if one.seq == seq), None)
    found = [HERE.written(what) for what in amiss(page.study, subject, given)] if given else []
    if found:
        page.tell(gettext("It is listed as a deviation: %(what)s") % {"what": "; ".join(found)})


def _theirs(
    subject: Subject, regimen: Regimen, plan: Plan | None, doses: dict[str, str]
) -> set[str]:
    """The parts of the participant's arm, and what was planned or is filled in."""
    of_arm = {one.id for one in regimen.parts if not one.arms or subject.arm in one.arms}
    return of_arm | {*(plan.doses if plan else ()), *doses}


def _parts(page: Page, regimen: Regimen) -> list[tuple[str, str, str]]:
    treatment = page.study.treatment
    return [
        (part.id, part_name(page.study, part.id), unit_label(treatment.drug_of[part.drug].unit))
        for part in regimen.parts
        if treatment
    ]


def _plan_named(subject: Subject, query: Any) -> Plan | None:
    """The plan that stands of the cycle that is named, by its entry or by itself."""
    state, entry, cycle = subject.treatment, query.get("plan", ""), query.get("cycle", "")
    if is_number(entry):
        found = state.plan(int(entry[:9]))
        return found if found and state.plan_of(found.of) is found else None
    return state.plan_of((query.get("regimen", ""), int(cycle[:9]))) if is_number(cycle) else None


def _which(page: Page, subject: Subject, query: Any) -> HttpResponse:
    treatment, state = page.study.treatment, subject.treatment
    known = [(one.id, label(one.label)) for one in treatment.regimens] if treatment else []
    before = state.plans[-1].regimen if state.plans else ""
    problems = Problems()
    if "regimen" in query:
        problems.add("regimen", gettext("Choose the regimen, and give the number of the cycle"))
    return page.render(
        "treatment/which.jinja",
        422 if problems else 200,
        subject=subject,
        regimens=known,
        chosen=query.get("regimen", before),
        cycle=query.get("cycle", next_cycle(state, before)),
        day=None,
        problems=problems,
    )
