"""Our study as a record of the registry: what its file says, under the registry's own names.

What the file does not say is left out, never guessed; what the registry has no word for is left out
too. Texts are in English.
"""

import re
from collections.abc import Iterator
from typing import Any

from equipoise.study.model import Study
from equipoise.study.parts import Figure, say
from equipoise.study.sections.arms import Arm
from equipoise.study.sections.criteria import Criterion

__all__ = ["REGISTRY", "record_of"]

Json = dict[str, Any]
REGISTRY = "ClinicalTrials.gov"
ALLOCATIONS = {"randomised": "RANDOMIZED", "randomized": "RANDOMIZED", "none": "NA"}
MODELS = ("PARALLEL", "CROSSOVER", "FACTORIAL", "SEQUENTIAL", "SINGLE_GROUP")
MASKINGS = {"none": "NONE", "open": "NONE", "single": "SINGLE", "double": "DOUBLE"}
MASKINGS |= {"triple": "TRIPLE", "quadruple": "QUADRUPLE"}
PURPOSES = (
    "TREATMENT",
    "PREVENTION",
    "DIAGNOSTIC",
    "SUPPORTIVE_CARE",
    "SCREENING",
    "HEALTH_SERVICES_RESEARCH",
    "BASIC_SCIENCE",
    "DEVICE_FEASIBILITY",
)
ARMS = {
    "experimental": "EXPERIMENTAL",
    "active comparator": "ACTIVE_COMPARATOR",
    "placebo comparator": "PLACEBO_COMPARATOR",
    "no intervention": "NO_INTERVENTION",
}
TREATMENTS = {
    "drug": "DRUG",
    "device": "DEVICE",
    "biological": "BIOLOGICAL",
    "procedure": "PROCEDURE",
    "radiation": "RADIATION",
    "behavioral": "BEHAVIORAL",
    "genetic": "GENETIC",
    "dietary supplement": "DIETARY_SUPPLEMENT",
    "combination product": "COMBINATION_PRODUCT",
    "diagnostic test": "DIAGNOSTIC_TEST",
}
OTHER_REGISTRIES = {"ctis": "CTIS", "eudract": "EUDRACT_NUMBER"}
YEARS = {"a": "Years", "mo": "Months", "wk": "Weeks", "d": "Days"}
MARKED = re.compile(r"([\\<>*_\[\]])")


def record_of(study: Study, status: str = "") -> Json:
    """The record.

    :param status: how the trial stands, in the registry's words; else what the file says
    """
    protocol = {
        "identificationModule": _identification(study),
        "statusModule": _status(study, status),
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": study.identity.sponsor}},
        "descriptionModule": {"briefSummary": say(study.identity.summary)},
        "conditionsModule": {
            "conditions": [say(one) for one in study.identity.conditions],
            "keywords": [say(one) for one in study.identity.keywords],
        },
        "designModule": _design(study),
        "armsInterventionsModule": _arms(study),
        "outcomesModule": _outcomes(study),
        "eligibilityModule": _eligibility(study),
        "contactsLocationsModule": {"locations": [*_locations(study)]},
    }
    return {"protocolSection": _without_nothing(protocol), "hasResults": False}


def _identification(study: Study) -> Json:
    identity = study.identity
    numbers = {one.registry: one.number for one in identity.registrations}
    made: Json = {"nctId": numbers.get(REGISTRY, ""), "orgStudyIdInfo": {"id": identity.id}}
    others = []
    for registry, number in numbers.items():
        if registry == "Sponsor":
            made["orgStudyIdInfo"] = {"id": number}
        elif registry != REGISTRY:
            small = registry.lower()
            kind = next((kind for name, kind in OTHER_REGISTRIES.items() if name in small), "")
            others.append(
                {"id": number, "type": kind}
                if kind
                else {"id": number, "type": "REGISTRY", "domain": registry}
            )
    return made | {
        "secondaryIdInfos": others,
        "organization": {"fullName": identity.sponsor},
        "briefTitle": say(identity.title),
        "officialTitle": say(identity.official_title),
        "acronym": identity.acronym,
    }


def _status(study: Study, status: str) -> Json:
    identity = study.identity
    known = status or _fact(study, "status").upper().replace(" ", "_")
    return {
        "overallStatus": known,
        "startDateStruct": _day(identity.start),
        "completionDateStruct": _day(identity.completion),
    }


def _day(figure: Figure | None) -> Json:
    return {} if figure is None else {"date": str(figure.value)}


def _design(study: Study) -> Json:
    purpose = _fact(study, "purpose").upper().replace(" ", "_")
    info: Json = {
        "allocation": ALLOCATIONS.get(_fact(study, "allocation") or "randomised", ""),
        "interventionModel": _begins(_fact(study, "model"), {one.lower(): one for one in MODELS}),
        "primaryPurpose": purpose if purpose in PURPOSES else "",
        "maskingInfo": {"masking": _begins(_fact(study, "masking"), MASKINGS)},
    }
    return {
        "studyType": "INTERVENTIONAL",
        "phases": phases(study.identity.phase),
        "designInfo": info,
        "enrollmentInfo": {"count": int(study.identity.enrolment.value), "type": "ESTIMATED"},
    }


def phases(text: str) -> list[str]:
    """The registry's phases of `3`, `1/2`, `early 1` or `not applicable`."""
    if not (found := re.findall(r"[1-4]", text)):
        return ["NA"]
    early = "EARLY_" if "early" in text.lower() else ""
    return [f"{early}PHASE{one}" for one in found]


def _arms(study: Study) -> Json:
    arms = [arm for arm in study.arms if not arm.retired]
    given: dict[str, list[str]] = {}
    for arm in arms:
        for text in arm.interventions:
            given.setdefault(_intervention(say(text)), []).append(say(arm.label))
    return {
        "armGroups": [_arm(arm) for arm in arms],
        "interventions": [
            _kind_and_name(text) | {"armGroupLabels": labels} for text, labels in given.items()
        ],
    }


def _arm(arm: Arm) -> Json:
    return {
        "label": say(arm.label),
        "type": ARMS[arm.kind],
        "description": say(arm.description),
        "interventionNames": [_intervention(say(text)) for text in arm.interventions],
    }


def _intervention(text: str) -> str:
    """`Drug: floxuridine`, as an arm names it."""
    kind, _, name = text.partition(": ")
    return text if name and kind.lower() in TREATMENTS else f"Other: {text}"


def _kind_and_name(text: str) -> Json:
    kind, _, name = text.partition(": ")
    return {"type": TREATMENTS.get(kind.lower(), "OTHER"), "name": name}


def _outcomes(study: Study) -> Json:
    made: dict[str, list[Json]] = {"primaryOutcomes": [], "secondaryOutcomes": []}
    for endpoint in study.endpoints:
        kind = "primaryOutcomes" if endpoint.primary else "secondaryOutcomes"
        made[kind].append({"measure": say(endpoint.label), "description": say(endpoint.definition)})
    return made


def _eligibility(study: Study) -> Json:
    age = study.identity.facts.get("minimum_age")
    oldest = study.identity.facts.get("maximum_age")
    volunteers = study.identity.facts.get("healthy_volunteers")
    return {
        "eligibilityCriteria": criteria_text(study),
        "healthyVolunteers": None if volunteers is None else bool(volunteers.value),
        "sex": {"all": "ALL", "female": "FEMALE", "male": "MALE"}.get(_fact(study, "sex"), ""),
        "minimumAge": _age(age),
        "maximumAge": _age(oldest),
    }


def _age(figure: Figure | None) -> str:
    return "" if figure is None else f"{figure.value:f} {YEARS.get(figure.unit or 'a', 'Years')}"


def criteria_text(study: Study) -> str:
    """All criteria, as the registry writes them."""
    lines = ["Inclusion Criteria:", ""]
    lines += [line for one in study.criteria.inclusion for line in _lines(one)]
    if study.criteria.exclusion:
        lines += ["", "Exclusion Criteria:", ""]
        lines += [line for one in study.criteria.exclusion for line in _lines(one)]
    return "\n".join(lines)


def _lines(criterion: Criterion, depth: int = 0) -> Iterator[str]:
    marked = MARKED.sub(r"\\\1", say(criterion.text))
    yield f"{'    ' * depth}* {marked}"
    for part in criterion.parts:
        yield from _lines(part, depth + 1)


def _locations(study: Study) -> Iterator[Json]:
    for site in study.sites:
        if not site.retired:
            yield {"facility": site.name, "city": site.city, "country": site.country}


def _fact(study: Study, name: str) -> str:
    figure = study.identity.facts.get(name)
    return "" if figure is None else str(figure.value).lower()


def _begins(text: str, words: dict[str, str]) -> str:
    """What the registry calls what a text begins with."""
    return next((called for word, called in words.items() if text.startswith(word)), "")


def _without_nothing(part: Any) -> Any:
    """The same without what is not known."""
    if isinstance(part, dict):
        kept = {name: _without_nothing(value) for name, value in part.items()}
        return {name: value for name, value in kept.items() if value not in ("", None, [], {})}
    return [_without_nothing(one) for one in part] if isinstance(part, list) else part
