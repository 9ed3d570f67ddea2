"""A record for machines, as schema.org's MedicalTrial: what a search engine shows of it."""

from collections.abc import Iterator
from textwrap import shorten
from typing import Any

from markupsafe import Markup

from equipoise.exchange.registry.study import Location, Study
from equipoise.web.json_ld import json_ld

__all__ = ["medical_study"]

SCHEMA = "https://schema.org"
STATUS = {
    "ACTIVE_NOT_RECRUITING": "ActiveNotRecruiting",
    "COMPLETED": "Completed",
    "ENROLLING_BY_INVITATION": "EnrollingByInvitation",
    "NOT_YET_RECRUITING": "NotYetRecruiting",
    "RECRUITING": "Recruiting",
    "SUSPENDED": "Suspended",
    "TERMINATED": "Terminated",
    "WITHDRAWN": "Withdrawn",
}
MASKED = {
    "NONE": "OpenTrial",
    "SINGLE": "SingleBlindedTrial",
    "DOUBLE": "DoubleBlindedTrial",
    "TRIPLE": "TripleBlindedTrial",
}
PHASES = {"NA": "", "EARLY_PHASE1": "Early Phase 1"}
LONG, PLACES = 500, 20
"""Letters of a description; places or conditions, of which a large trial has hundreds."""


def medical_study(study: Study, address: str) -> Markup:
    """The record as JSON-LD, in the registry's own English, to stand in the head of its page."""
    protocol = study.protocol_section
    names, status = protocol.identification_module, protocol.status_module.overall_status
    design = protocol.design_module
    is_trial = design.study_type == "INTERVENTIONAL"
    values = {
        "@context": SCHEMA,
        "@type": "MedicalTrial" if is_trial else "MedicalObservationalStudy",
        "name": names.brief_title or names.official_title or names.nct_id,
        "alternateName": [name for name in (names.acronym, names.official_title) if name],
        "description": shorten(protocol.description_module.brief_summary, LONG, placeholder="…"),
        "url": address,
        "sameAs": f"https://clinicaltrials.gov/study/{names.nct_id}",
        "status": f"{SCHEMA}/{STATUS[status]}" if status in STATUS else "",
        "phase": ", ".join(filter(None, map(_phase, design.phases))) if is_trial else "",
        "trialDesign": [f"{SCHEMA}/{one}" for one in _designs(study)] if is_trial else [],
        "sponsor": _named("Organization", protocol.sponsor_collaborators_module.lead_sponsor.name),
        "healthCondition": [
            _named("MedicalCondition", one)
            for one in protocol.conditions_module.conditions[:PLACES]
        ],
        "identifier": {
            "@type": "PropertyValue",
            "propertyID": "ClinicalTrials.gov",
            "value": names.nct_id,
        },
        "studyLocation": [
            _place(one) for one in protocol.contacts_locations_module.locations[:PLACES]
        ],
    }
    return json_ld(values)


def _phase(code: str) -> str:
    return PHASES.get(code, code.replace("PHASE", "Phase "))


def _designs(study: Study) -> Iterator[str]:
    protocol = study.protocol_section
    info = protocol.design_module.design_info
    if info.allocation == "RANDOMIZED":
        yield "RandomizedTrial"
    if masked := MASKED.get(info.masking_info.masking):
        yield masked
    if any(
        arm.type == "PLACEBO_COMPARATOR" for arm in protocol.arms_interventions_module.arm_groups
    ):
        yield "PlaceboControlledTrial"
    if sites := protocol.contacts_locations_module.locations:
        yield "MultiCenterTrial" if len(sites) > 1 else "SingleCenterTrial"
        if len({site.country for site in sites}) > 1:
            yield "InternationalTrial"


def _named(kind: str, name: str) -> dict[str, str]:
    return {"@type": kind, "name": name} if name else {}


def _place(site: Location) -> dict[str, Any]:
    address = {"addressLocality": site.city, "addressCountry": site.country}
    known = {name: text for name, text in address.items() if text}
    return {
        **_named("Place", site.facility or site.city or site.country),
        "address": {"@type": "PostalAddress", **known},
    }
