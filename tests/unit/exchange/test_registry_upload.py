"""Our study as XML for the registry's PRS: what may stand in it, in which order, in which words.

`FORM` says so as the PRS's own ProtocolRecordSchema.xsd (2018-05-08) does, of the elements that are
written here: names and order alone, in our words. Against the schema itself the XML of PUMP-IT and
of each interventional record of the sample was validated by hand when this was written.
"""

import json
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from equipoise.cli import main
from equipoise.exchange.registry.export import record_of
from equipoise.exchange.registry.upload import Incomplete, upload_of
from equipoise.study.load import load
from tests.registry_records import sample
from tests.support import STUDIES

PUMP = load(STUDIES / "pump-it")
FORM = {
    "clinical_study": "id_info! brief_title acronym official_title sponsors brief_summary "
    "overall_status start_date start_date_type last_follow_up_date last_follow_up_date_type "
    "primary_compl_date primary_compl_date_type study_design primary_outcome* secondary_outcome* "
    "enrollment enrollment_type condition* keyword* arm_group* intervention* eligibility location*",
    "id_info": "org_name! org_study_id! secondary_id*",
    "secondary_id": "id! id_type id_domain",
    "sponsors": "lead_sponsor!",
    "lead_sponsor": "agency!",
    "study_design": "study_type! interventional_design",
    "interventional_design": "interventional_subtype! phase! assignment allocation! no_masking "
    "number_of_arms",
    "primary_outcome": "outcome_measure! outcome_time_frame outcome_description",
    "secondary_outcome": "outcome_measure! outcome_time_frame outcome_description",
    "arm_group": "arm_group_label! arm_type arm_group_description",
    "intervention": "intervention_type intervention_name! intervention_description "
    "arm_group_label*",
    "eligibility": "criteria! healthy_volunteers gender! minimum_age! maximum_age!",
    "location": "facility!",
    "facility": "name! address!",
    "address": "city state country zip",
    "brief_summary": "textblock!",
    "outcome_description": "textblock!",
    "arm_group_description": "textblock!",
    "intervention_description": "textblock!",
    "criteria": "textblock!",
}
WORDS = {
    "id_type": "EU Trial (CTIS) Number|EudraCT Number|Registry Identifier|Other Identifier",
    "overall_status": "Not yet recruiting|Recruiting|Enrolling by invitation|"
    "Active, not recruiting|Completed|Suspended|Terminated|Withdrawn",
    "study_type": "Interventional",
    "interventional_subtype": "Treatment|Prevention|Diagnostic|Supportive Care|Screening|"
    "Health Services Research|Basic Science|Device Feasibility|Other",
    "phase": "N/A|Early Phase 1|Phase 1|Phase 1/2|Phase 2|Phase 2/3|Phase 3|Phase 4",
    "assignment": "Single Group Assignment|Parallel Assignment|Crossover Assignment|"
    "Factorial Assignment|Sequential Assignment",
    "allocation": "Randomized|Non-randomized|N/A",
    "no_masking": "yes|no",
    "enrollment_type": "Anticipated|Actual",
    "arm_type": "Experimental|Active Comparator|Placebo Comparator|Sham Comparator|"
    "No Intervention|Other",
    "intervention_type": "Drug|Device|Biological/Vaccine|Procedure/Surgery|Radiation|Behavioral|"
    "Genetic|Dietary Supplement|Combination Product|Diagnostic Test|Other",
    "healthy_volunteers": "yes|no",
    "gender": "All|Female|Male",
}


def wrong(part: Element) -> list[str]:
    """Where a part is not as the PRS takes it."""
    if part.tag in WORDS and part.text not in WORDS[part.tag].split("|"):
        return [f"{part.tag}: {part.text}"]
    form = FORM.get(part.tag, "").split()
    names = [name.rstrip("!*") for name in form]
    given = [child.tag for child in part]
    found = [f"{part.tag}: {name} is not known" for name in given if name not in names]
    found += [
        f"{part.tag}: no {name[:-1]}" for name in form if name[-1] == "!" and name[:-1] not in given
    ]
    found += [
        f"{part.tag}: {name} more than once"
        for name in names
        if f"{name}*" not in form and given.count(name) > 1
    ]
    if not found and given != sorted(given, key=names.index):
        found.append(f"{part.tag}: out of order")
    return found + [text for child in part for text in wrong(child)]


def studies_of(text: str) -> Element:
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://clinicaltrials.gov/prs}study_collection"
    return root


def test_our_study_and_every_interventional_record_of_the_sample_is_as_the_prs_takes_it():
    records = [record_of(PUMP)] + [
        one
        for one in sample()
        if one["protocolSection"]["designModule"].get("studyType") == "INTERVENTIONAL"
    ]
    written = 0
    for record in records:
        try:
            root = studies_of(upload_of(record, "UMCU"))
        except Incomplete as incomplete:
            assert {*incomplete.missing} <= {"org_study_id", "interventional_subtype"}
            continue
        written += 1
        assert [child.tag for child in root] == ["clinical_study"]
        assert wrong(root[0]) == []
    assert written > 100


def test_what_the_prs_has_no_record_without_is_named_and_nothing_is_guessed(capsys):
    with pytest.raises(Incomplete) as incomplete:
        upload_of(record_of(load(STUDIES / "first-steps")), "UMCU")
    assert incomplete.value.missing == ["interventional_subtype", "gender"]
    assert main(["registry", "export", str(STUDIES / "first-steps"), "--prs", "UMCU"]) == 1
    assert "no record without interventional_subtype, gender" in capsys.readouterr().err


def test_an_organisation_without_a_name_signs_in_nowhere():
    with pytest.raises(Incomplete) as incomplete:
        upload_of(record_of(PUMP), "")
    assert incomplete.value.missing == ["org_name"]
    assert main(["registry", "export", str(STUDIES / "pump-it"), "--prs", " "]) == 1


def test_the_xml_says_what_the_json_says(tmp_path):
    record: dict[str, Any] = record_of(PUMP)["protocolSection"]
    out = tmp_path / "prs.xml"
    assert (
        main(["registry", "export", str(STUDIES / "pump-it"), "--prs", "UMCU", "--out", str(out)])
        == 0
    )
    study = studies_of(out.read_text("utf-8"))[0]
    assert study.findtext("id_info/org_name") == "UMCU"
    assert study.findtext("official_title") == record["identificationModule"]["officialTitle"]
    assert study.findtext("enrollment") == "306"
    assert study.findtext("study_design/interventional_design/phase") == "Phase 3"
    assert [one.text for one in study.findall("keyword")] == record["conditionsModule"]["keywords"]
    criteria = study.findtext("eligibility/criteria/textblock") or ""
    assert "- Haemoglobin at least 5.5 mmol/L" in criteria and "\\" not in criteria
    assert study.findtext("eligibility/maximum_age") == "N/A"
    for one, arm in zip(study.findall("arm_group"), PUMP.arms, strict=True):
        assert one.findtext("arm_group_label") == arm.label["en"]
    assert len(study.findall("location")) == len(record["contactsLocationsModule"]["locations"])


def test_signs_that_no_xml_can_hold_are_left_out():
    record = json.loads(json.dumps(record_of(PUMP)))
    record["protocolSection"]["identificationModule"]["briefTitle"] = "A\x00 <trial> & \ufffe more"
    title = studies_of(upload_of(record, "A & B"))[0].findtext("brief_title")
    assert title == "A  <trial> &   more"


def test_another_register_is_named_beside_its_number():
    study = PUMP.model_copy(
        update={
            "identity": PUMP.identity.model_copy(
                update={
                    "registrations": tuple(
                        one.model_copy(update={"registry": "ISRCTN"})
                        if "CTIS" in one.registry
                        else one
                        for one in PUMP.identity.registrations
                    )
                }
            )
        }
    )
    made = record_of(study)
    [other] = made["protocolSection"]["identificationModule"]["secondaryIdInfos"]
    assert other["type"] == "REGISTRY" and other["domain"] == "ISRCTN"
    assert (
        studies_of(upload_of(made, "X"))[0].findtext("id_info/secondary_id/id_domain") == "ISRCTN"
    )
