"""One plan: its doses as they were worked out and planned, its check, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from equipoise.conduct.act import Act, Refused
from equipoise.conduct.how import PLAINLY
from equipoise.conduct.pump import RefillPump
from equipoise.conduct.state.treatment import Plan
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment import (
    CheckPlan,
    DelayCycle,
    GiveDose,
    OmitCycle,
    ReleasePreparation,
    digest_of_plan,
    hard_stops,
    warnings_of,
    warns,
)
from equipoise.conduct.treatment.proposal import figure, rate_of
from equipoise.study.sections.treatment import PUMP, DosePart
from equipoise.web import write_service
from equipoise.web.proof import besides_proof, proof_of
from equipoise.web.treatment.doubtful import doubtful_parts
from equipoise.web.treatment.give import refill_address
from equipoise.web.treatment.lines import entered, short
from equipoise.web.views.act_words import wording
from equipoise.web.views.dose_words import amount_text, in_order, part_name, rule_texts
from equipoise.web.views.form_data import number_entered
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.problems import Problem, Problems, day_read
from equipoise.web.views.signed_in import for_people
from equipoise.web.views.spoken import label, number_text

__all__ = ["cycle"]

OF_RELEASE = ("lots", "expiries", "strengths")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLine:
    """One dose of a plan, as people read it."""

    id: str
    name: str
    dose: str
    proposed: str
    arithmetic: str
    level: str
    rules: str
    prescribed: str
    rate: str
    reason: str
    unverified: bool
    added: tuple[tuple[str, str], ...]
    """What is added to it: by which name its strength is typed in, and what it is called."""


def _standing(page: Page, subject: Subject, plan: Plan) -> set[str]:
    """The warnings that stand for a plan."""
    treatment = page.study.treatment
    drugs = [treatment.part_of[p].drug for p in plan.doses if treatment and p in treatment.part_of]
    return {one.id for one in warns(page.study, subject, drugs, plan.day)}


def _warnings(page: Page, names: Iterable[str]) -> list[str]:
    """What warnings say, in the words of the study."""
    labels = warnings_of(page.study)
    return [label(labels[one]) for one in sorted(names) if one in labels]


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def cycle(page: Page, subject_id: str, plan: int) -> HttpResponse:
    """The plan; whoever may check it signs here, over what stands on the page."""
    subject = page.subject(subject_id)
    found, problems = _plan(subject, plan), Problems()
    state = subject.treatment
    valid = state.plan_of(found.of) is found
    check = state.check_of(found)
    checks = page.may(CheckPlan.kind, subject) and valid and check is None
    lines, given = planned_lines(page, found), state.given_of(found.of)
    about = (subject_id, _title(page, found), *(str(one) for one in lines))
    proof = proof_of(page.request, page.study, CheckPlan, about) if checks else None
    release = state.release_of(found)
    releases = page.may(ReleasePreparation.kind, subject) and valid and check and not release
    keys = [key for one in lines for key in (one.id, *(name for name, _ in one.added))]
    entries = {name: entered(page.request.POST, name, keys) for name in OF_RELEASE}
    if page.request.method == "POST":
        if not (checks or releases):
            raise Http404
        act: Act = CheckPlan(plan=plan, digest=page.request.POST.get("digest", ""))
        if releases:
            act = _release(page, plan, entries)
        how = proof.given(page.request, problems) if proof else PLAINLY
        by = page.viewer.person_id
        if problems:
            problems.beside(besides_proof(write_service.try_out(act, by, None, subject_id)))
        else:
            try:
                write_service.perform(act, by, None, subject_id, page.once, how=how)
                page.tell(gettext(act.words.done))
                return redirect("treatment-cycle", subject_id, plan)
            except Refused as refused:
                problems.take(besides_proof(refused.refusals))
    return page.render(
        "treatment/cycle.jinja",
        422 if problems else 200,
        subject=subject,
        plan=found,
        title=_title(page, found),
        lines=lines,
        dropped=[
            (part_name(page.study, p), why)
            for p, why in found.reasons.items()
            if p not in found.doses
        ],
        valid=valid,
        seen=_warnings(page, found.acknowledged),
        unseen=_warnings(page, _standing(page, subject, found) - {*found.acknowledged}),
        check=check,
        checks=checks,
        release=release,
        releases=releases,
        entries=entries,
        stops=_stops(page, subject, found) if valid else [],
        given=given,
        acts=_acts(page, subject, found, given=bool(given)) if valid else [],
        digest=digest_of_plan(found),
        problems=problems,
        proof=proof,
    )


def _release(page: Page, plan: int, entries: dict[str, dict[str, str]]) -> ReleasePreparation:
    """What was typed of each dose; a day as people write it."""
    days = {part: day_read(text) for part, text in entries["expiries"].items()}
    expiries = {
        part: on.isoformat() if (on := days[part]) else text
        for part, text in entries["expiries"].items()
    }
    strengths = {
        part: number_entered(text, page.language) for part, text in entries["strengths"].items()
    }
    return ReleasePreparation(
        plan=plan, lots=entries["lots"], expiries=expiries, strengths=strengths
    )


def _plan(subject: Subject, seq: int) -> Plan:
    found = subject.treatment.plan(seq)
    if found is None:
        raise Http404
    return found


def _title(page: Page, plan: Plan) -> str:
    treatment = page.study.treatment
    regimen = treatment.regimen_of.get(plan.regimen) if treatment else None
    named = {"regimen": label(regimen.label) if regimen else plan.regimen, "cycle": plan.cycle}
    return gettext("%(regimen)s, cycle %(cycle)s") % named


def planned_lines(page: Page, plan: Plan) -> list[PlannedLine]:
    """Every dose of a plan."""
    study, rules = page.study, dict(rule_texts(page.study, plan.rules))
    doubtful = doubtful_parts(page)
    found = []
    for part in in_order(study, plan.doses):
        dose = plan.doses[part]
        name, known = (
            part_name(study, part),
            study.treatment.part_of.get(part) if study.treatment else None,
        )
        rate = plan.rates.get(part, "") or (
            figure(exact) if known and (exact := rate_of(known)) else ""
        )
        found.append(
            PlannedLine(
                id=part,
                name=name,
                dose=amount_text(study, part, dose),
                proposed=amount_text(study, part, plan.proposed[part])
                if part in plan.proposed
                else "",
                arithmetic=number_text(plan.arithmetic.get(part, "")),
                level=plan.levels.get(part, ""),
                rules=rules.get(name, ""),
                prescribed=amount_text(study, part, plan.prescribed[part])
                if part in plan.prescribed
                else "",
                rate=short(rate) if rate else "",
                reason=plan.reasons.get(part, ""),
                unverified=part in doubtful,
                added=_added(known),
            )
        )
    return found


def _added(part: DosePart | None) -> tuple[tuple[str, str], ...]:
    found = part.additives if part else ()
    return tuple((f"{part.id}.{one.id}", label(one.label)) for one in found if part)


def _stops(page: Page, subject: Subject, plan: Plan) -> list[Problem]:
    """What stands against the plan now."""
    against = Problems()
    against.take(hard_stops(page.study, subject, plan.day, plan.doses, plan.prescribed, plan.rates))
    return list(dict.fromkeys(against))


def _acts(page: Page, subject: Subject, plan: Plan, *, given: bool) -> list[tuple[str, str]]:
    """What this viewer can do with the plan now."""
    found = []
    address = reverse(GiveDose.kind, args=[subject.subject_id])
    regimen = page.study.treatment.regimen_of[plan.regimen] if page.study.treatment else None
    if refill := refill_address(page, subject, regimen, plan) if regimen else "":
        found.append((wording(RefillPump.words.title), refill))
    in_veins = regimen and any(part.into != PUMP for part in regimen.parts)
    if page.may(GiveDose.kind, subject) and in_veins:
        found.append((wording(GiveDose.words.title), f"{address}?plan={plan.seq}"))
    found += [
        (wording(act.words.title), act_page(act.kind, subject.subject_id))
        for act in (DelayCycle, OmitCycle)
        if page.may(act.kind, subject) and not given
    ]
    return found
