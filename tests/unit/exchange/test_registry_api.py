"""The registry's own read API over our index: what it answers, and what it says is a mistake."""

import csv
import io
import json
from pathlib import Path

import pytest

from equipoise.exchange.registry.api import answers
from equipoise.exchange.registry.api.columns import COLUMNS
from equipoise.exchange.registry.api.mistaken import Mistaken
from equipoise.exchange.registry.api.pieces import place_of
from equipoise.exchange.registry.generations import refresh
from equipoise.exchange.registry.importing import take_in
from equipoise.exchange.registry.sample import where_nothing_is
from tests.registry_records import sample


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("registry")
    where_nothing_is(folder)
    return folder


def page(kept: Path, **given: str) -> dict:
    named = {name.replace("_", "."): text for name, text in given.items()}
    return json.loads(answers.studies(kept, {"countTotal": "true"} | named).body)


def numbers(answer: dict) -> list[str]:
    return [one["protocolSection"]["identificationModule"]["nctId"] for one in answer["studies"]]


def those(holds) -> int:
    return sum(bool(holds(one["protocolSection"])) for one in sample())


def started(protocol) -> str:
    return protocol["statusModule"].get("startDateStruct", {}).get("date", "")


def status(protocol) -> str:
    return protocol["statusModule"]["overallStatus"]


def test_a_study_is_given_as_it_was_kept_and_its_fields_by_either_name(kept):
    whole = answers.study(kept, "NCT06857773", {})
    assert whole and json.loads(whole.body)["protocolSection"]["designModule"]["phases"] == [
        "PHASE3"
    ]
    for fields in ("NCTId|Phase", "protocolSection.designModule.phases,NCTId"):
        part = answers.study(kept, "NCT06857773", {"fields": fields})
        assert part and json.loads(part.body) == {
            "protocolSection": {
                "identificationModule": {"nctId": "NCT06857773"},
                "designModule": {"phases": ["PHASE3"]},
            }
        }
    assert answers.study(kept, "NCT00000000", {}) is None


def test_pages_follow_one_another_to_the_last_without_a_gap(kept):
    seen, token = [], ""
    while True:
        answer = page(kept, pageSize="50", **({"pageToken": token} if token else {}))
        seen += numbers(answer)
        if not (token := answer.get("nextPageToken", "")):
            break
    assert len(seen) == len(set(seen)) == answer["totalCount"] == len(sample())


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({"filter_overallStatus": "RECRUITING"}, lambda p: status(p) == "RECRUITING"),
        (
            {"filter_overallStatus": "RECRUITING|WITHDRAWN"},
            lambda p: status(p) in ("RECRUITING", "WITHDRAWN"),
        ),
        ({"query_term": "AREA[OverallStatus]COMPLETED"}, lambda p: status(p) == "COMPLETED"),
        ({"query_term": "NOT AREA[OverallStatus]COMPLETED"}, lambda p: status(p) != "COMPLETED"),
        (
            {"query_term": "AREA[OverallStatus](COMPLETED OR UNKNOWN)"},
            lambda p: status(p) in ("COMPLETED", "UNKNOWN"),
        ),
        (
            {"filter_advanced": "AREA[EnrollmentCount]RANGE[200,MAX]"},
            lambda p: p["designModule"].get("enrollmentInfo", {}).get("count", 0) >= 200,
        ),
        (
            {"query_term": "AREA[LastUpdatePostDate]RANGE[2020-01-01,MAX]"},
            lambda p: p["statusModule"]["lastUpdatePostDateStruct"]["date"] >= "2020",
        ),
        (
            {"query_term": "AREA[Phase]PHASE3 AND AREA[Sex]MALE"},
            lambda p: (
                "PHASE3" in p["designModule"].get("phases", [])
                and p["eligibilityModule"]["sex"] == "MALE"
            ),
        ),
        ({"filter_advanced": "AREA[StartDate]2022"}, lambda p: started(p)[:4] == "2022"),
        ({"query_term": "AREA[StartDate]9999"}, lambda p: False),
        ({"query_term": "AREA[StartDate]2005-12"}, lambda p: started(p)[:7] == "2005-12"),
        (
            {"query_term": "AREA[StartDate]RANGE[2005,2006-02]"},
            lambda p: "2005" <= started(p)[:7] <= "2006-02",
        ),
        (
            {"query_term": "AREA[EnrollmentCount]0"},
            lambda p: p["designModule"].get("enrollmentInfo", {}).get("count") == 0,
        ),
        ({"query_id": "NCT06857773 OR NCT00057759"}, lambda p: False),
    ],
)
def test_an_expression_counts_what_a_walk_through_all_records_counts(kept, given, count):
    assert page(kept, **given)["totalCount"] == (2 if "query_id" in given else those(count))


def test_words_are_understood_and_what_is_in_quotes_is_met_as_it_is_written(kept):
    assert page(kept, query_cond="darmkankr")["totalCount"] >= 1
    words = page(kept, query_titles="prostate cancer")["totalCount"]
    quoted = page(kept, query_titles='"cancer prostate"')["totalCount"]
    assert words > 5 and quoted == 0
    either = page(kept, query_intr="tadalafil OR floxuridine")["totalCount"]
    both = page(kept, query_intr="tadalafil AND floxuridine")["totalCount"]
    assert either > both == 0


def test_a_distance_is_in_kilometres_or_in_miles(kept):
    near = page(kept, filter_geo="distance(52.37,4.89,60km)", pageSize="1000")
    assert (
        0 < near["totalCount"] < page(kept, filter_geo="distance(52.37,4.89,150mi)")["totalCount"]
    )
    for one in near["studies"]:
        sites = one["protocolSection"]["contactsLocationsModule"]["locations"]
        assert any(site["country"] in ("Netherlands", "Belgium") for site in sites)


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_an_order_may_go_either_way(kept, order):
    answer = page(kept, sort=f"LastUpdatePostDate:{order}", pageSize="40")
    days = [
        one["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"]["date"]
        for one in answer["studies"]
    ]
    assert days == sorted(days, reverse=order == "desc")


def test_numbers_go_up_unless_it_is_said_and_days_go_down_as_at_the_registry(kept):
    counts = [
        one["protocolSection"]["designModule"].get("enrollmentInfo", {}).get("count")
        for one in page(kept, sort="EnrollmentCount", pageSize="1000")["studies"]
    ]
    known = [count for count in counts if count is not None]
    assert known == sorted(known) and counts[len(known) :] == [None] * (len(counts) - len(known))
    days = [started(one["protocolSection"]) for one in page(kept, sort="StartDate")["studies"]]
    assert days == sorted(days, reverse=True)


def test_a_table_has_the_registrys_columns_and_no_formula(kept):
    answer = answers.studies(
        kept, {"format": "csv", "countTotal": "true", "query.id": "NCT06857773"}
    )
    head, row = csv.reader(io.StringIO(answer.body))
    assert head == [*COLUMNS] and answer.headers["x-total-count"] == "1"
    cells = dict(zip(head, row, strict=True))
    assert cells["NCT Number"] == "NCT06857773" and cells["Phases"] == "PHASE3"
    assert cells["Interventions"].startswith("DRUG: ") and cells["Study Results"] == "NO"
    some = answers.studies(kept, {"format": "csv", "fields": "NCT Number|Sex", "pageSize": "3"})
    assert len(some.body.splitlines()) == 4 and "x-next-page-token" in some.headers
    cells_of_all = answers.studies(kept, {"format": "csv", "pageSize": "1000"})
    for row in csv.reader(io.StringIO(cells_of_all.body)):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    "given",
    [
        {"query.nothing": "x"},
        {"aggFilters": "results:with"},
        {"fields": "NoSuchField"},
        {"format": "xml"},
        {"sort": "Nothing"},
        {"pageSize": "many"},
        {"pageToken": "???"},
        {"pageToken": "YWZ0ZXIgLTU"},  # after -5
        {"sort": "StartDate|EnrollmentCount"},
        {"filter.geo": "distance(999,0,5km)"},
        {"countTotal": "maybe"},
        {"filter.geo": "distance(here)"},
        {"query.term": "(erectile"},
        {"query.term": "erectile)"},
        {"query.term": "erectile AND"},
        {"query.term": "OR erectile"},
        {"query.term": "AREA[Nothing]x"},
        {"query.term": "RANGE[1,2]"},
        {"query.term": "AREA[StartDate]RANGE[yesterday,MAX]"},
        {"query.term": "AREA[StartDate]2022-13"},
        {"query.term": "AREA[StartDate]0000"},
        {"query.term": "AREA[StartDate]RANGE[2020-01-01]"},
        {"query.term": "AREA[HasResults]perhaps"},
        {"query.term": "AREA[StartDate]RANGE[MAX,MIN]"},
        {"query.term": "AREA[MinimumAge]RANGE[young,lemons]"},
        {"query.term": "COVERAGE[x] y"},
        {"query.term": "(" * 50 + "x" + ")" * 50},
        {"query.term": "x " * 500},
        {"query.term": 'half a "quote'},
    ],
    ids=str,
)
def test_what_is_not_understood_is_told(kept, given):
    with pytest.raises(Mistaken) as told:
        answers.studies(kept, given)
    assert str(told.value)


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ({"filter.overallStatus": "GARBAGE"}, "RECRUITING"),
        ({"filter.overallStatus": "RECRUITING|OPEN"}, "NOT_YET_RECRUITING"),
        ({"filter.ids": "NCT06857773|GARBAGE"}, "NCT01234567"),
        ({"query.term": "AREA[OverallStatus]GARBAGE"}, "COMPLETED"),
        ({"query.term": "AREA[Phase](PHASE3 OR 3)"}, "EARLY_PHASE1"),
        ({"query.term": "AREA[StudyType]TRIAL"}, "INTERVENTIONAL"),
        ({"query.term": "AREA[Sex]WOMAN"}, "FEMALE"),
        ({"query.term": "AREA[StdAge]OLD"}, "OLDER_ADULT"),
        ({"query.term": "AREA[LeadSponsorClass]UNIVERSITY"}, "INDUSTRY"),
        ({"query.term": "AREA[InterventionType]PILL"}, "DRUG"),
        ({"query.term": "AREA[NCTId]6857773"}, "NCT01234567"),
        ({"query.term": "AREA[Nothing]x"}, "BriefTitle"),
        ({"query.term": "AREA[Nothing]RANGE[1,2]"}, "EnrollmentCount"),
        ({"query.term": "AREA[StartDate]RANGE[2025-01-01,2024-01-01]"}, "ends before it begins"),
        ({"query.id": "..."}, "NCT01234567"),
        ({"filter.ids": ","}, "names nothing"),
        ({"filter.overallStatus": " | "}, "names nothing"),
        ({"fields": ","}, "names nothing"),
        ({"fields": "||", "format": "csv"}, "names nothing"),
        ({"sort": ","}, "names nothing"),
        ({"query.color": "red"}, "query.cond"),
        ({"sort": "Nothing"}, "EnrollmentCount"),
        ({"fields": "BriefTitel"}, "BriefTitle"),
        ({"fields": "NCTId", "format": "csv"}, "NCT Number"),
    ],
    ids=str,
)
def test_what_is_none_of_a_list_is_a_mistake_that_is_told_with_what_is_known(kept, given, known):
    with pytest.raises(Mistaken) as told:
        answers.studies(kept, given)
    assert known in str(told.value)


def test_a_value_that_is_newer_than_the_registrys_list_is_found_where_a_record_has_it(tmp_path):
    odd = json.loads(json.dumps(sample()[0]).replace('"COMPLETED"', '"PAUSED"'))
    assert odd != sample()[0]
    (tmp_path / "one.json").write_text(json.dumps(odd), encoding="utf-8")
    take_in(tmp_path / "kept", [tmp_path / "one.json"])
    refresh(tmp_path / "kept")
    assert page(tmp_path / "kept", filter_overallStatus="PAUSED")["totalCount"] == 1


def test_a_trial_is_found_by_the_number_its_sponsor_gave_it(kept):
    ours = next(one for one in sample() if "NCT06857773" in json.dumps(one))
    own = ours["protocolSection"]["identificationModule"]["orgStudyIdInfo"]["id"]
    assert numbers(page(kept, query_id=f"NCT00057759 OR {own}"))[-2:].count("NCT06857773") == 1


@pytest.mark.parametrize("area", ["StartDate", "MinimumAge", "EnrollmentCount"])
def test_a_range_from_the_least_to_the_most_is_of_all_that_say_anything(kept, area):
    total = page(kept, query_term=f"AREA[{area}]RANGE[MIN,MAX]")["totalCount"]
    assert 100 < total <= len(sample())


def test_every_field_of_the_sample_has_its_place_among_the_names():
    for name in ("NCTId", "LocationCity", "ConditionMeshTerm", "PrimaryOutcomeMeasure"):
        assert place_of(name)
    with pytest.raises(Mistaken):
        place_of("nctid")
