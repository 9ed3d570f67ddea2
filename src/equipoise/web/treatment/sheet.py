"""The preparation sheet of a plan as a PDF: volumes that add up, rates, and labels."""

import json
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from typing import Any

import typst
from django.http import Http404, HttpResponse
from django.utils.translation import gettext

from equipoise.conduct.state.treatment import Plan, Released
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment.components import Added, components, fill_of, of_pump
from equipoise.conduct.treatment.proposal import figure, rate_of
from equipoise.study.model import Study
from equipoise.study.sections.pump_facts import FLOW
from equipoise.study.sections.treatment import PUMP, DosePart, quantity
from equipoise.web.jinja import day
from equipoise.web.treatment.label import BLANK, Rows, labels, ml_text, until_text
from equipoise.web.treatment.lines import short
from equipoise.web.views.dose_words import amount_text, in_order, part_name, rule_texts
from equipoise.web.views.page import Page
from equipoise.web.views.signed_in import for_people
from equipoise.web.views.spoken import label, number_text, unit_label

__all__ = ["sheet"]

A_DAY, LONG = Decimal(24), Decimal(24)


@for_people
def sheet(page: Page, subject_id: str, plan: int) -> HttpResponse:
    """The sheet of a plan that a second person has checked."""
    subject = page.subject(subject_id)
    found = subject.treatment.plan(plan)
    check = subject.treatment.check_of(found) if found else None
    if found is None or check is None or subject.treatment.plan_of(found.of) is not found:
        raise Http404
    released = subject.treatment.release_of(found)
    signed = [
        (gettext("Planned by"), f"{page.people[found.by]}, {day(found.on)}"),
        (gettext("Checked by"), f"{page.people[check.by]}, {day(check.on)}"),
        (gettext("Released by"), _who(page, released)),
    ]
    made = paper(page.study, subject, found, released, signed, page.language)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{subject_id}-{found.day}.pdf"'
    return answer


def _who(page: Page, released: Released | None) -> str:
    return f"{page.people[released.by]}, {day(released.on)}" if released else BLANK


def paper(
    study: Study, subject: Subject, plan: Plan, released: Released | None, signed: Rows, tongue: str
) -> bytes:
    """The PDF: the same plan gives the same bytes."""
    parts = (
        [study.treatment.part_of[name] for name in in_order(study, plan.doses)]
        if study.treatment
        else []
    )
    contents = {
        "title": gettext("Preparation sheet"),
        "language": tongue,
        "label_language": study.treatment.label_language if study.treatment else tongue,
        "intro": list(_intro(study, subject, plan)),
        "leads": gettext(
            "This is not a CE-marked device; the hospital's own prescribing system leads."
        ),
        "doses": [
            {"name": part_name(study, part.id), "rows": _dose(study, subject, plan, part, released)}
            for part in parts
        ],
        "signed": signed,
        "labels": list(labels(study, subject, plan, parts, released)),
    }
    template = files("equipoise.web.treatment").joinpath("sheet.typ").read_bytes()
    compiled: Any = typst.compile  # its own types leave the kind of its input open
    made: bytes = compiled(
        template,
        font_paths=[],
        ignore_system_fonts=True,
        sys_inputs={"contents": json.dumps(contents)},
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    return made


def _intro(study: Study, subject: Subject, plan: Plan) -> Iterator[str]:
    numbers = [f"{one.registry} {one.number}" for one in study.identity.registrations]
    yield " · ".join([study.identity.acronym, *numbers])
    named = {"regimen": _regimen(study, plan), "cycle": plan.cycle, "day": day(plan.day)}
    which = gettext("%(regimen)s, cycle %(cycle)s, first day %(day)s") % named
    yield f"{subject.subject_id} · {which}"


def _regimen(study: Study, plan: Plan) -> str:
    regimen = study.treatment.regimen_of.get(plan.regimen) if study.treatment else None
    return label(regimen.label) if regimen else plan.regimen


def _dose(
    study: Study, subject: Subject, plan: Plan, part: DosePart, released: Released | None
) -> Rows:
    """What stands on the sheet of one dose: how it is made, and how it runs."""
    dose = plan.doses[part.id]
    rows = [(gettext("Dose"), amount_text(study, part.id, dose))]
    rows += (
        [(gettext("Arithmetic"), number_text(plan.arithmetic[part.id]))]
        if part.id in plan.arithmetic
        else []
    )
    rows += _level(study, plan, part)
    fill = fill_of(study, subject, part, plan.day)
    rows += _volumes(study, part, fill, dose, released)
    rows += _running(study, part, dose)
    rows += _through_pump(study, subject, plan, part, fill)
    rows += [
        (gettext("Lot"), released.lots.get(part.id, BLANK) if released else BLANK),
        (gettext("May be used until"), until_text(released, part.id)),
    ]
    if part.stable:
        hours = number_text(figure(quantity(part.stable, "h") or Decimal(0)))
        rows.append((gettext("Keeps once prepared"), f"{hours} h"))
    rows += [(gettext("Kept"), label(part.keep))] if part.keep else []
    return rows


def _level(study: Study, plan: Plan, part: DosePart) -> Rows:
    """How much of the dose, and by which rule, where one was looked at."""
    if part.id not in plan.rules:
        return []
    ((_, rule),) = rule_texts(study, {part.id: plan.rules[part.id]})
    return [(gettext("Dose level"), f"{number_text(plan.levels.get(part.id, '100'))} %: {rule}")]


def _volumes(
    study: Study, part: DosePart, fill: Decimal | None, dose: str, released: Released | None
) -> Rows:
    """The product, what is added and the fluid, which together are the volume."""
    treatment = study.treatment
    if treatment is None:
        return []
    drug, strengths = treatment.drug_of[part.drug], released.strengths if released else {}
    made = components(treatment, part, fill, dose, strengths)
    if made is None or fill is None:
        return [(gettext("Volume"), ml_text(fill))] if fill else []
    own = strengths.get(part.id) or figure(quantity(drug.strength, f"{drug.unit}/mL") or Decimal(0))
    fluid = f"{ml_text(made.fluid)}: {label(part.fluid)}" if part.fluid else ml_text(made.fluid)
    return [
        (_product(label(drug.label), own, drug.unit), ml_text(made.drug)),
        *(_added(one) for one in made.added),
        (gettext("Fluid"), fluid),
        (gettext("Together"), f"{' + '.join(map(ml_text, made.volumes))} = {ml_text(fill)}"),
    ]


def _added(one: Added) -> tuple[str, str]:
    """What is added: how much, and in how much of its product."""
    additive, amount = one.additive, number_text(figure(one.amount))
    product = _product(label(additive.label), figure(one.strength), additive.unit)
    return product, f"{amount} {unit_label(additive.unit)} = {ml_text(one.volume)}"


def _product(name: str, strength: str, unit: str) -> str:
    return f"{name} {number_text(strength)} {unit_label(f'{unit}/mL')}"


def _running(study: Study, part: DosePart, dose: str) -> Rows:
    """mL an hour, hours, and for what runs for a day or longer mg a day."""
    rate, hours = rate_of(part), quantity(part.over, "h")
    if rate is None or hours is None:
        return []
    rows = [
        (gettext("Rate"), f"{short(rate)} {unit_label('mL/h')}"),
        (gettext("Runs for"), f"{number_text(figure(hours))} h"),
    ]
    if hours >= LONG and study.treatment:
        unit = study.treatment.drug_of[part.drug].unit
        daily = (Decimal(dose) / hours * A_DAY).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
        rows.append((gettext("A day"), f"{number_text(figure(daily))} {unit_label(unit)}"))
    return rows


def _through_pump(
    study: Study, subject: Subject, plan: Plan, part: DosePart, fill: Decimal | None
) -> Rows:
    """The flow of the pump, and how much of the dose it brings a day."""
    flow = of_pump(study, subject, FLOW, plan.day) if part.into == PUMP else None
    if not flow or not fill or study.treatment is None:
        return []
    unit = study.treatment.drug_of[part.drug].unit
    daily = f"{short(Decimal(plan.doses[part.id]) * flow / fill)} {unit_label(unit)}"
    return [
        (gettext("Flow of the pump"), f"{short(flow)} {unit_label('mL/d')}"),
        (gettext("A day"), daily),
    ]
