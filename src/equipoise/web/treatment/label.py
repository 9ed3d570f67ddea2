"""A label for each dose: the fields of Annex VI of the clinical trials regulation (536/2014).

They are in the language that the study file names, whoever prints. What the trial does not know,
such as the investigator of a hospital, is a line to be filled in by hand.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, override

from equipoise.conduct.state.treatment import Plan, Released
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment.components import fill_of
from equipoise.study.model import Study
from equipoise.study.sections.treatment import PUMP, DosePart, Drug
from equipoise.web.treatment.lines import schedule_text, short
from equipoise.web.views.dose_words import amount_text, part_name
from equipoise.web.views.spoken import label, number_text, partial_text, unit_label

__all__ = ["BLANK", "Rows", "labels", "ml_text", "until_text"]

BLANK = "…………………………"
Rows = list[tuple[str, str]]


def labels(
    study: Study, subject: Subject, plan: Plan, parts: list[DosePart], released: Released | None
) -> Iterator[dict[str, Any]]:
    """Each with what is on every label of the plan, and what is its own."""
    treatment = study.treatment
    with override(treatment.label_language if treatment else None):
        for part in parts if treatment else ():
            rows = _product(study, subject, plan, part, released)
            rows += _of_trial(study, subject, plan)
            rows += _use(treatment.drug_of[part.drug], part, plan, study) if treatment else []
            yield {"name": part_name(study, part.id), "rows": rows}


def until_text(released: Released | None, part: str) -> str:
    """Until when it may be used, as the reader writes days; a blank before it is released."""
    until = released.expiries.get(part) if released else None
    return partial_text(until) if until else BLANK


def ml_text(volume: Decimal) -> str:
    """A volume to two places."""
    return f"{short(volume)} mL"


def _product(
    study: Study, subject: Subject, plan: Plan, part: DosePart, released: Released | None
) -> Rows:
    """Fields b, c, d, j and k: what it is, how much, of which lot, how it is kept."""
    drug = study.treatment.drug_of[part.drug] if study.treatment else None
    fill, amount = fill_of(study, subject, part, plan.day), plan.doses[part.id]
    quantity = amount_text(study, part.id, amount)
    if fill:
        quantity = gettext("%(dose)s in %(volume)s") % {"dose": quantity, "volume": ml_text(fill)}
    route = label(drug.route) if drug and drug.route else BLANK
    return [
        (gettext("Substance and strength"), _strength(drug, part, released) if drug else BLANK),
        (gettext("Form and route"), f"{_form(drug, part)}, {route}" if drug else route),
        (gettext("Quantity"), quantity),
        (gettext("Lot"), released.lots.get(part.id, BLANK) if released else BLANK),
        (gettext("May be used until"), until_text(released, part.id)),
        (gettext("Kept"), label(part.keep) if part.keep else BLANK),
    ]


def _strength(drug: Drug, part: DosePart, released: Released | None) -> str:
    """Of the product it is made of; of tablets, of each kind that there is."""
    own = released.strengths.get(part.id, "") if released else ""
    known = [f"{own} {drug.unit}/mL"] if own else [one.amount for one in drug.tablets]
    known = known or ([drug.strength] if drug.strength else [])
    texts = (text.partition(" ") for text in known)
    return " ".join(
        [
            label(drug.label),
            ", ".join(f"{number_text(number)} {unit_label(unit)}" for number, _, unit in texts)
            or BLANK,
        ]
    )


def _form(drug: Drug, part: DosePart) -> str:
    if drug.tablets:
        return gettext("tablets")
    if part.into == PUMP:
        return gettext("solution for the reservoir of the pump")
    return gettext("solution for infusion") if part.over else gettext("solution for injection")


def _of_trial(study: Study, subject: Subject, plan: Plan) -> Rows:
    """Fields a, e, f and g: whose trial it is, and whose dose."""
    contacts = study.public.contacts if study.public else ()
    contact = next((f"{label(one.label)}, {one.phone}" for one in contacts), BLANK)
    numbers = [one.number for one in study.identity.registrations]
    site = study.site_of.get(subject.site)
    whose = {"participant": subject.subject_id, "cycle": plan.cycle}
    return [
        (gettext("Trial"), " · ".join([study.identity.acronym, *numbers])),
        (gettext("Sponsor"), study.identity.sponsor),
        (gettext("Main contact"), contact),
        (gettext("Participant"), gettext("%(participant)s, cycle %(cycle)s") % whose),
        (gettext("Treated at"), site.name if site else subject.site),
        (gettext("Investigator"), BLANK),
    ]


def _use(drug: Drug, part: DosePart, plan: Plan, study: Study) -> Rows:
    """Fields h, i and l: what is taken home is taken by the participant, and kept from children."""
    schedule = schedule_text(part)
    if not drug.tablets:
        given = gettext("Given by the team of the trial")
        return [
            (gettext("Directions"), f"{given}: {schedule}"),
            (gettext("Use"), gettext("For clinical trial use only")),
        ]
    each = amount_text(study, part.id, plan.doses[part.id])
    return [
        (gettext("Directions"), f"{each}: {schedule}"),
        (gettext("Use"), gettext("For clinical trial use only")),
        (gettext("Children"), gettext("Keep out of the reach of children")),
    ]
