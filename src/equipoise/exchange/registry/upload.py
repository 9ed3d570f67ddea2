"""Our study as XML to be uploaded to the registry's PRS, where its sponsors write their records.

Made from the record of `export`, so that both say the same. What the PRS has no record without, and
the study file does not say, is named; nothing is guessed.
"""

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from equipoise.exchange.registry.export import Json

__all__ = ["Incomplete", "upload_of"]

NAMESPACE = "http://clinicaltrials.gov/prs"
STATUS = {
    "NOT_YET_RECRUITING": "Not yet recruiting",
    "RECRUITING": "Recruiting",
    "ENROLLING_BY_INVITATION": "Enrolling by invitation",
    "ACTIVE_NOT_RECRUITING": "Active, not recruiting",
    "COMPLETED": "Completed",
    "SUSPENDED": "Suspended",
    "TERMINATED": "Terminated",
    "WITHDRAWN": "Withdrawn",
}
DAYS = {"ACTUAL": "Actual", "ESTIMATED": "Anticipated"}
ALLOCATION = {"RANDOMIZED": "Randomized", "NON_RANDOMIZED": "Non-randomized", "NA": "N/A"}
TREATMENT = {"BIOLOGICAL": "Biological/Vaccine", "PROCEDURE": "Procedure/Surgery"}
NUMBERS = {
    "CTIS": "EU Trial (CTIS) Number",
    "EUDRACT_NUMBER": "EudraCT Number",
    "REGISTRY": "Registry Identifier",
}
REQUIRED = {
    "org_study_id": ("identificationModule", "orgStudyIdInfo", "id"),
    "brief_title": ("identificationModule", "briefTitle"),
    "agency": ("sponsorCollaboratorsModule", "leadSponsor", "name"),
    "interventional_subtype": ("designModule", "designInfo", "primaryPurpose"),
    "phase": ("designModule", "phases"),
    "allocation": ("designModule", "designInfo", "allocation"),
    "criteria": ("eligibilityModule", "eligibilityCriteria"),
    "gender": ("eligibilityModule", "sex"),
}
"""What its schema demands, and where the record has it."""
_ESCAPE = re.compile(r"\\([\\<>*_\[\]])")
_BULLET = re.compile(r"^(\s*)\* ", re.MULTILINE)
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

register_namespace("prs", NAMESPACE)


class Incomplete(ValueError):
    """What the PRS has no record without, under its own names."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(
            f"the PRS takes no record without {', '.join(missing)}, of which nothing is said"
        )
        self.missing = missing


def upload_of(record: Json, organization: str) -> str:
    """The XML.

    :param organization: the short name by which the sponsor signs in to the PRS
    :raises Incomplete: when the study file does not say all that the PRS demands
    """
    protocol = record["protocolSection"]
    missing = [name for name, place in REQUIRED.items() if not _at(protocol, *place)]
    if missing or not organization:
        raise Incomplete([*missing, *([] if organization else ["org_name"])])
    root = Element(f"{{{NAMESPACE}}}study_collection")
    study = SubElement(root, "clinical_study")
    _identification(study, protocol["identificationModule"], organization)
    _sponsor(study, protocol)
    _status(study, protocol.get("statusModule", {}))
    _design(study, protocol["designModule"], _at(protocol, "armsInterventionsModule", "armGroups"))
    _outcomes(study, protocol.get("outcomesModule", {}))
    _enrolment(study, protocol["designModule"].get("enrollmentInfo", {}))
    for name, several in (("condition", "conditions"), ("keyword", "keywords")):
        for text in _at(protocol, "conditionsModule", several) or []:
            _put(study, name, text)
    _arms(study, protocol.get("armsInterventionsModule", {}))
    _eligibility(study, protocol["eligibilityModule"])
    for site in _at(protocol, "contactsLocationsModule", "locations") or []:
        if site.get("facility"):  # the PRS takes no place without a name
            _location(study, site)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _identification(study: Element, names: Json, organization: str) -> None:
    numbers = SubElement(study, "id_info")
    _put(numbers, "org_name", organization)
    _put(numbers, "org_study_id", names["orgStudyIdInfo"]["id"])
    for one in names.get("secondaryIdInfos", []):
        other = SubElement(numbers, "secondary_id")
        _put(other, "id", one["id"])
        _put(other, "id_type", NUMBERS.get(one.get("type", ""), "Other Identifier"))
        _put(other, "id_domain", one.get("domain", ""))
    _put(study, "brief_title", names["briefTitle"])
    _put(study, "acronym", names.get("acronym", ""))
    _put(study, "official_title", names.get("officialTitle", ""))


def _sponsor(study: Element, protocol: Json) -> None:
    lead = SubElement(SubElement(study, "sponsors"), "lead_sponsor")
    _put(lead, "agency", protocol["sponsorCollaboratorsModule"]["leadSponsor"]["name"])
    _block(study, "brief_summary", _at(protocol, "descriptionModule", "briefSummary"))


def _status(study: Element, status: Json) -> None:
    _put(study, "overall_status", STATUS.get(status.get("overallStatus", ""), ""))
    for name, day in (
        ("start_date", status.get("startDateStruct", {})),
        ("last_follow_up_date", status.get("completionDateStruct", {})),
        ("primary_compl_date", status.get("primaryCompletionDateStruct", {})),
    ):
        _put(study, name, day.get("date", ""))
        _put(study, f"{name}_type", DAYS.get(day.get("type", ""), ""))


def _design(study: Element, design: Json, arms: list[Json] | None) -> None:
    made = SubElement(study, "study_design")
    _put(made, "study_type", "Interventional")
    how, of_it = design["designInfo"], SubElement(made, "interventional_design")
    _put(of_it, "interventional_subtype", _words(how["primaryPurpose"]))
    _put(of_it, "phase", _phase(design["phases"]))
    model = how.get("interventionModel", "")
    _put(of_it, "assignment", f"{_words(model)} Assignment" if model else "")
    _put(of_it, "allocation", ALLOCATION[how["allocation"]])
    masking = how.get("maskingInfo", {}).get("masking", "")
    _put(of_it, "no_masking", {"NONE": "yes"}.get(masking, "no" if masking else ""))
    _put(of_it, "number_of_arms", str(len(arms)) if arms else "")


def _phase(phases: list[str]) -> str:
    """The phase as the PRS writes it: Phase 1/2, Early Phase 1, N/A."""
    if "NA" in phases:
        return "N/A"
    early = "Early " if any(one.startswith("EARLY") for one in phases) else ""
    return f"{early}Phase {'/'.join(one[-1] for one in phases)}"


def _outcomes(study: Element, outcomes: Json) -> None:
    for name, kind in (("primary", "primaryOutcomes"), ("secondary", "secondaryOutcomes")):
        for one in outcomes.get(kind, []):
            made = SubElement(study, f"{name}_outcome")
            _put(made, "outcome_measure", one["measure"])
            _put(made, "outcome_time_frame", one.get("timeFrame", ""))
            _block(made, "outcome_description", one.get("description", ""))


def _enrolment(study: Element, enrolment: Json) -> None:
    if "count" in enrolment:
        _put(study, "enrollment", str(enrolment["count"]))
        _put(study, "enrollment_type", DAYS.get(enrolment.get("type", ""), ""))


def _arms(study: Element, arms: Json) -> None:
    for one in arms.get("armGroups", []):
        made = SubElement(study, "arm_group")
        _put(made, "arm_group_label", one["label"])
        _put(made, "arm_type", _words(one.get("type", "")))
        _block(made, "arm_group_description", one.get("description", ""))
    for one in arms.get("interventions", []):
        made = SubElement(study, "intervention")
        _put(made, "intervention_type", TREATMENT.get(one["type"], _words(one["type"])))
        _put(made, "intervention_name", one["name"])
        _block(made, "intervention_description", one.get("description", ""))
        for label in one.get("armGroupLabels", []):
            _put(made, "arm_group_label", label)


def _eligibility(study: Element, who: Json) -> None:
    made = SubElement(study, "eligibility")
    plain = _ESCAPE.sub(r"\1", _BULLET.sub(r"\1- ", who["eligibilityCriteria"]))
    _block(made, "criteria", plain)
    if "healthyVolunteers" in who:
        _put(made, "healthy_volunteers", "yes" if who["healthyVolunteers"] else "no")
    _put(made, "gender", _words(who["sex"]))
    for name, age in (("minimum_age", "minimumAge"), ("maximum_age", "maximumAge")):
        _put(made, name, who.get(age, "N/A"))  # no limit, as a record without one says


def _location(study: Element, site: Json) -> None:
    facility = SubElement(SubElement(study, "location"), "facility")
    _put(facility, "name", site["facility"])
    address = SubElement(facility, "address")
    for name in ("city", "state", "country", "zip"):
        _put(address, name, site.get(name, ""))


def _words(code: str) -> str:
    """`ACTIVE_COMPARATOR` as the PRS writes it: Active Comparator."""
    return code.replace("_", " ").title()


def _put(into: Element, name: str, text: str) -> None:
    """Add a text, where there is one."""
    if text:
        SubElement(into, name).text = _NO_XML.sub(" ", text)


def _block(into: Element, name: str, text: str | None) -> None:
    if text:
        _put(SubElement(into, name), "textblock", text)


def _at(part: Json, *names: str) -> Any:
    for name in names:
        part = part.get(name, {})
    return part or None
