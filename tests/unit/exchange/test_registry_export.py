"""Our study as a record of the registry, beside its record, and a study begun from a record."""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from equipoise.cli import main
from equipoise.conduct.trial import ACTS
from equipoise.exchange.registry.criteria import lines
from equipoise.exchange.registry.drafting import draft
from equipoise.exchange.registry.drift import Verdict, compared, registered
from equipoise.exchange.registry.export import criteria_text, phases, record_of
from equipoise.exchange.registry.study import Study
from equipoise.exchange.registry.suggestions import suggested
from equipoise.study.check import consistency
from equipoise.study.load import load, load_with_places
from equipoise.study.reason import Refusal
from tests.registry_records import sample
from tests.support import STUDIES

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "fixtures/registry/api-v2-schema.json").read_text("utf-8")
)
PUMP = load(STUDIES / "pump-it")
RECORDS = {one["protocolSection"]["identificationModule"]["nctId"]: one for one in sample()}
AGE = "years(birth_date, consent_on)"
KINDS: dict[str, Any] = {"string": str, "boolean": bool, "object": dict, "array": list}


def wrong(value: Any, form: dict[str, Any], at: str = "$") -> list[str]:
    """Where a value is not what the registry's published schema says; an unknown field is wrong."""
    if "$ref" in form:
        return wrong(value, SCHEMA[form["$ref"]], at)
    kind = form.get("type", "string")
    fits = isinstance(value, KINDS.get(kind, (int, float)))
    if not fits or (isinstance(value, bool) and kind != "boolean"):
        return [f"{at}: {value!r} is no {kind}"]
    if "enum" in form and value not in form["enum"]:
        return [f"{at}: {value!r} is none of {form['enum']}"]
    if "pattern" in form and not re.search(form["pattern"], value):
        return [f"{at}: {value!r} is not as {form['pattern']}"]
    if kind == "array":
        return [
            text for i, one in enumerate(value) for text in wrong(one, form["items"], f"{at}[{i}]")
        ]
    if kind == "object":
        known = form.get("properties", {})
        return [f"{at}.{name}: unknown" for name in value.keys() - known.keys()] + [
            text
            for name in value.keys() & known.keys()
            for text in wrong(value[name], known[name], f"{at}.{name}")
        ]
    return []


def record(number: str) -> Study:
    return msgspec.convert(RECORDS[number], Study)


def test_the_schema_takes_real_records_and_refuses_what_is_none():
    odd = {"secondaryIdInfos", "CTIS"}  # newer than the published draft of the schema
    told = [text for one in sample() for text in wrong(one, SCHEMA["Study"])]
    assert [text for text in told if not any(word in text for word in odd)] == []
    broken = json.loads(json.dumps(RECORDS["NCT06857773"]))
    broken["protocolSection"]["designModule"]["phases"] = ["3"]
    broken["protocolSection"]["eligibilityModule"]["age"] = 18
    assert len([text for text in wrong(broken, SCHEMA["Study"]) if "CTIS" not in text]) == 2


@pytest.mark.parametrize("name", ["pump-it", "first-steps"])
def test_our_study_is_a_record_by_the_published_schema(name):
    made = record_of(load(STUDIES / name))
    assert [text for text in wrong(made, SCHEMA["Study"]) if "CTIS" not in text] == []


def test_the_record_of_pump_it_says_what_its_file_says():
    made = registered(record_of(PUMP, status="ACTIVE_NOT_RECRUITING")).protocol_section
    assert made.identification_module.nct_id == "NCT06857773"
    assert made.status_module.overall_status == "ACTIVE_NOT_RECRUITING"
    assert made.design_module.phases == ["PHASE3"]
    assert made.design_module.enrollment_info.count == 306
    assert [arm.type for arm in made.arms_interventions_module.arm_groups] == [
        "ACTIVE_COMPARATOR",
        "EXPERIMENTAL",
    ]
    assert {one.type for one in made.arms_interventions_module.interventions} == {"DRUG", "DEVICE"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("3", ["PHASE3"]),
        ("1/2", ["PHASE1", "PHASE2"]),
        ("early 1", ["EARLY_PHASE1"]),
        ("not applicable", ["NA"]),
    ],
)
def test_a_phase_is_named_as_the_registry_names_it(text, named):
    assert phases(text) == named


def test_criteria_go_out_and_come_back_line_by_line():
    back = lines(criteria_text(PUMP))
    texts = {
        "inclusion": [one.text["en"] for group in PUMP.criteria.inclusion for one in nested(group)],
        "exclusion": [one.text["en"] for group in PUMP.criteria.exclusion for one in nested(group)],
    }
    for side, written in texts.items():
        assert [line.text for line in back if line.side == side] == written


def nested(criterion):
    return [criterion, *(one for part in criterion.parts for one in nested(part))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Inclusion Criteria:\n\n* Age \\>= 18\n* ECOG \\< 2",
            ["inclusion Age >= 18", "inclusion ECOG < 2"],
        ),
        (
            "INCLUSION CRITERIA\n1. One\n2. Two\nEXCLUSION CRITERIA\n1. Three",
            ["inclusion One", "inclusion Two", "exclusion Three"],
        ),
        ("Inclusion: a man\nExclusion: none", ["inclusion a man", "exclusion none"]),
        ("* Adults\n* Not pregnant", ["unsplit Adults", "unsplit Not pregnant"]),
        ("", []),
    ],
)
def test_a_text_of_criteria_is_split_into_lines_and_nothing_is_guessed(text, found):
    assert [f"{line.side} {line.text}" for line in lines(text)] == found


def test_most_records_of_the_sample_are_split_into_both_sides():
    texts = [one["protocolSection"]["eligibilityModule"]["eligibilityCriteria"] for one in sample()]
    both = [
        text for text in texts if {line.side for line in lines(text)} >= {"inclusion", "exclusion"}
    ]
    assert len(both) > 0.9 * len(texts)


def rows_of(change) -> dict[str, Verdict]:
    """What the comparison says of the fields that differ once the record is changed."""
    theirs = record_of(PUMP)
    change(theirs["protocolSection"])
    compared_ = compared(registered(record_of(PUMP)), registered(theirs))
    return {row.field: row.verdict for row in compared_ if row.verdict is not Verdict.SAME}


def limit(before: str, after: str):
    def change(protocol):
        text = protocol["eligibilityModule"]["eligibilityCriteria"]
        assert before in text
        protocol["eligibilityModule"]["eligibilityCriteria"] = text.replace(before, after)

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda protocol: None, {}),
        (
            lambda protocol: protocol["designModule"]["enrollmentInfo"].update(count=300),
            {"enrollment": Verdict.DIFFERS},
        ),
        (
            lambda protocol: protocol["statusModule"]["startDateStruct"].update(date="2024-11"),
            {},
        ),
        (
            lambda protocol: protocol["eligibilityModule"].pop("minimumAge"),
            {"minimumAge": Verdict.OURS_ALONE},
        ),
        (
            lambda protocol: protocol["eligibilityModule"].update(maximumAge="80 Years"),
            {"maximumAge": Verdict.REGISTERED_ALONE},
        ),
        (limit("at least 5.5", "at least 6.2"), {"eligibilityCriteria.inclusion": Verdict.DIFFERS}),
        (limit("at least 5.5", "= 5.5"), {"eligibilityCriteria.inclusion": Verdict.DIFFERS}),
        (limit("at least 5.5", "at most 5.5"), {"eligibilityCriteria.inclusion": Verdict.DIFFERS}),
        (limit("at least 5.5", "≥ 5.5"), {"eligibilityCriteria.inclusion": Verdict.WORDING}),
        (
            limit("Fit for surgery", "Patient is fit for surgery"),
            {"eligibilityCriteria.inclusion": Verdict.WORDING},
        ),
    ],
)  # fmt: skip
def test_what_differs_from_the_record_is_told_and_words_apart_from_facts(change, told):
    assert rows_of(change) == told


def test_the_pump_trial_differs_from_its_record_in_what_the_record_lacks():
    rows = compared(registered(record_of(PUMP)), record("NCT06857773"))
    facts = {row.field for row in rows if row.is_a_finding}
    assert "eligibilityCriteria.inclusion" not in facts, "every limit of the record is ours"
    assert {"acronym", "primaryOutcomes", "locations"} <= facts
    assert not {"enrollment", "phases", "masking", "minimumAge", "completionDate"} & facts


@pytest.mark.parametrize(
    ("line", "when"),
    [
        ("Age ≥ 18 years.", f"{AGE} >= 18 years"),
        ("Men aged 40 to 70 years", f"{AGE} >= 40 years and {AGE} <= 70 years"),
        ("ECOG performance status 0 or 1.", "ecog in ['0', '1']"),
        ("ECOG performance status ≤ 2", "ecog in ['0', '1', '2']"),
        ("Hb ≥ 5.5 mmol/L", "haemoglobin >= 5.5 mmol/L"),
        ("total bilirubin ≤ 1.5 times the upper limit of normal (ULN)", "bilirubin <= 1.5 ULN"),
        ("ASAT/AST ≤ 5 x ULN", "ast <= 5 ULN"),
        (
            "platelets ≥100 x 109/L within 14 days prior to randomisation",
            "platelets within 14 days before randomisation >= 100 10*9/L",
        ),
        ("CT within 4 weeks prior to registration", "… within 28 days before registration"),
        ("No previous chemotherapy", "none of earlier_treatments where kind == 'chemotherapy'"),
        ("Prior pelvic radiotherapy", "any earlier_treatments where kind == 'pelvic'"),
        ("Signed informed consent", "consent_on <= registration"),
    ],
)  # fmt: skip
def test_a_pattern_suggests_what_a_line_seems_to_state(line, when):
    assert when in [one.when for one in suggested(line)]


def test_a_line_that_says_more_than_its_pattern_is_suggested_in_part_only():
    [one] = suggested("INR < 1.5 x ULN, unless coumarin is used")
    assert one.when == "inr < 1.5 ULN" and not one.whole
    assert suggested("Fit for surgery") == []


def test_a_draft_is_a_study_that_checks_and_trusts_no_pattern(tmp_path):
    texts = draft(record("NCT06857773"))
    assert not isinstance(texts, Refusal)
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    study, places = load_with_places(tmp_path)
    assert consistency(study, places, ACTS) == []
    assert study.identity.enrolment.value == 306
    for _, one in study.criteria.leaves():
        assert one.when == one.id.lower() and one.nature == "judgement"
        assert any(point.startswith("drafted") for point in one.points)


def test_every_randomised_record_of_the_sample_is_drafted_and_no_other(tmp_path):
    drafted = {}
    for number in RECORDS:
        texts = draft(record(number))
        if isinstance(texts, Refusal):
            assert texts.code == "registry.not-randomised"
            continue
        drafted[number] = texts
    assert len(drafted) > 60
    for number in sorted(drafted)[::30]:
        for name, text in drafted[number].items():
            (tmp_path / number / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / number / name).write_text(text, encoding="utf-8")
        study, places = load_with_places(tmp_path / number)
        left = [str(one) for one in consistency(study, places, ACTS)]
        mendable = ("cannot run it", "assent")  # a crossover; a trial of children
        assert [text for text in left if not any(w in text for w in mendable)] == [], number


def test_the_verbs_take_in_find_compare_and_draft(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("EQUIPOISE_REGISTRY", str(tmp_path / "kept"))
    assert main(["registry", "find", "erectie"]) == 1
    assert "no records here yet" in capsys.readouterr().err
    assert main(["registry", "import", "--sample"]) == 0
    assert "154 new" in capsys.readouterr().out
    assert main(["registry", "find", "darmkankr", "pomp"]) == 0
    told = capsys.readouterr().out
    assert "darmkankr → colorectal cancer" in told and "NCT06857773" in told
    assert main(["registry", "find", "erectie", "--near", "Keulen", "--km", "200"]) == 0
    assert " km" in capsys.readouterr().out
    assert main(["registry", "find", "erectie", "--near", "Nergens"]) == 1
    assert main(["registry", "show", "nct06857773"]) == 0
    capsys.readouterr()
    for option, text, known in (
        ("--status", "OPEN", "known are RECRUITING"),
        ("--phase", "3", "PHASE3"),
    ):
        assert main(["registry", "find", "cancer", option, text]) == 2
        assert known in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["registry", "find", "cancer", "--since", "yesterday"])
    assert "2026-11-30" in capsys.readouterr().err
    assert main(["registry", "show", "NCT00000000"]) == 1
    assert main(["registry", "rebuild"]) == 0
    capsys.readouterr()
    assert main(["registry", "diff", str(STUDIES / "pump-it")]) == 1
    assert "differs          acronym" in capsys.readouterr().out
    own = tmp_path / "own.json"
    assert main(["registry", "export", str(STUDIES / "pump-it"), "--out", str(own)]) == 0
    assert main(["registry", "diff", str(STUDIES / "pump-it"), "--record", str(own)]) == 0
    assert main(["registry", "draft", "NCT06857773", "--out", str(tmp_path / "new")]) == 0
    assert main(["check", str(tmp_path / "new")]) == 0
    with pytest.raises(FileExistsError):
        from equipoise.cli.registry import run

        run(["draft", "NCT06857773", "--out", str(tmp_path / "new")])
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    assert main(["registry", "import", str(tmp_path / "bad.json")]) == 1
    assert "bad.json, record 1: this is no study" in capsys.readouterr().err


def test_what_a_stranger_wrote_in_a_record_moves_no_terminal(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("EQUIPOISE_REGISTRY", str(tmp_path / "kept"))
    names = {"nctId": "NCT01234567", "briefTitle": "Hiccups \x1b[2J\u202e\r\x9b31m trial"}
    (tmp_path / "one.json").write_text(
        json.dumps({"protocolSection": {"identificationModule": names}}), encoding="utf-8"
    )
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as packed:
        packed.writestr("\x1b[31mred.json", "{}")
    assert main(["registry", "import", str(tmp_path / "one.json"), str(tmp_path / "bad.zip")]) == 1
    assert main(["registry", "find", "hiccups"]) == 0
    seen = "".join(capsys.readouterr())
    assert "Hiccups \ufffd[2J\ufffd\ufffd\ufffd31m trial" in seen and "red.json" in seen
    assert all(line.isprintable() for line in seen.splitlines())
    assert ", as of" not in seen, "where no record says of which day it is"
