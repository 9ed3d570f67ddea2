"""The trial for machines, as schema.org's MedicalTrial: what a search engine shows of it."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from equipoise.conduct.recruitment import Recruitment
from equipoise.study.model import Study
from equipoise.web.jinja import say
from equipoise.web.json_ld import json_ld

__all__ = ["medical_trial"]

STATUS = {
    "not yet recruiting": "https://schema.org/NotYetRecruiting",
    "recruiting": "https://schema.org/Recruiting",
    "closed to new participants": "https://schema.org/ActiveNotRecruiting",
}


def medical_trial(study: Study, now: Recruitment, address: str) -> Markup:
    """The record as JSON-LD, to stand in the head of a page; data, which no policy runs."""
    who = study.identity
    values = {
        "@context": "https://schema.org",
        "@type": "MedicalTrial",
        "name": f"{who.acronym}: {say(who.title)}",
        "alternateName": [name for name in (who.acronym, say(who.official_title)) if name],
        "description": say(who.summary),
        "url": address,
        "status": STATUS[now.stage],
        "phase": who.phase,
        "sponsor": {"@type": "Organization", "name": who.sponsor},
        "trialDesign": list(_designs(study)),
        "healthCondition": [
            {"@type": "MedicalCondition", "name": say(one)} for one in who.conditions
        ],
        "identifier": [
            {"@type": "PropertyValue", "propertyID": one.registry, "value": one.number}
            for one in who.registrations
        ],
        "studyLocation": [_place(site.name, site.city, site.country) for site in study.sites],
        "disambiguatingDescription": say(who.demonstration),
    }
    return json_ld(values)


def _designs(study: Study) -> Iterator[str]:
    """This program draws who is in which arm, and shows each arm to those who treat."""
    if len(study.arms_drawn) > 1:
        yield "https://schema.org/RandomizedTrial"
    yield "https://schema.org/OpenTrial"
    several = len(study.sites_taking) > 1
    yield f"https://schema.org/{'MultiCenterTrial' if several else 'SingleCenterTrial'}"


def _place(name: str, city: str, country: str) -> dict[str, Any]:
    address = {"addressLocality": city, "addressCountry": country}
    return {
        "@type": "Hospital",
        "name": name,
        "address": {"@type": "PostalAddress", **{k: v for k, v in address.items() if v}},
    }
