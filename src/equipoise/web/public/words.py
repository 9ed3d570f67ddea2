"""Words of a public record in the reader's language: labels of facts, their values, sources."""

from django.utils.translation import gettext

from equipoise.study.model import Study
from equipoise.web.views.spoken import label

__all__ = [
    "anchor_text",
    "arm_kind",
    "fact_label",
    "fact_value",
    "registry_label",
    "stage_word",
]


def fact_label(name: str) -> str:
    """What a fact of the record is called; one that is not known by name says its own."""
    return {
        "enrolment": gettext("Participants planned"),
        "start": gettext("Start"),
        "completion": gettext("Planned end"),
        "status": gettext("Status in the record"),
        "study_type": gettext("Kind of study"),
        "purpose": gettext("Purpose"),
        "allocation": gettext("Allocation"),
        "model": gettext("Groups"),
        "masking": gettext("Masking"),
        "sex": gettext("Sex"),
        "minimum_age": gettext("Minimum age"),
        "maximum_age": gettext("Maximum age"),
        "assent": gettext("How assent is taken"),
        "age_of_consent": gettext("Age from which people consent alone"),
        "healthy_volunteers": gettext("Healthy volunteers"),
        "locations": gettext("Locations in the record"),
        "funder": gettext("Kind of funder"),
    }.get(name, name.replace("_", " ").capitalize())


def registry_label(registry: str) -> str:
    """Whose number it is: a registry says its own name, the sponsor's number is called that."""
    return {"Sponsor": gettext("Sponsor's number")}.get(registry, registry)


def fact_value(value: str) -> str:
    """A word of the record; one that is not known stays as it is."""
    return {
        "recruiting": gettext("Recruiting"),
        "not yet recruiting": gettext("Not yet recruiting"),
        "completed": gettext("Completed"),
        "interventional": gettext("Interventional"),
        "treatment": gettext("Treatment"),
        "randomised": gettext("Randomised"),
        "parallel, two groups": gettext("Parallel, two groups"),
        "none, open label": gettext("None, open label"),
        "all": gettext("All"),
        "other": gettext("Other"),
        "estimated": gettext("Estimated"),
        "actual": gettext("Actual"),
    }.get(value, value)


def arm_kind(kind: str) -> str:
    """What a group is for."""
    return {
        "experimental": gettext("experimental"),
        "active comparator": gettext("active comparator"),
        "placebo comparator": gettext("placebo comparator"),
        "no intervention": gettext("no intervention"),
    }[kind]


def stage_word(stage: str) -> str:
    """Whether the trial takes people now."""
    return {
        "not yet recruiting": gettext("Not yet recruiting"),
        "recruiting": gettext("Recruiting"),
        "closed to new participants": gettext("Closed to new participants"),
    }[stage]


def anchor_text(study: Study, anchor: str) -> str:
    """The day from which a visit is counted; of a form that was filled, what the form is about."""
    form = study.form_of.get(anchor.removesuffix("_done"))
    if form and anchor.endswith("_done"):
        title = label(form.title)
        return title[:1].lower() + title[1:]
    return {
        "screening": gettext("the start of screening"),
        "consent": gettext("the signing of consent"),
        "registration": gettext("registration"),
        "randomisation": gettext("the draw"),
        "systemic_started_on": gettext("the start of chemotherapy"),
        "haip_started_on": gettext("the start of the pump treatment"),
    }.get(anchor, gettext("the start of treatment"))
