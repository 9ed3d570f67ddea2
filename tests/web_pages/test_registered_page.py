"""The trial office sees where the study file and the registered record differ."""

import json
import re

import pytest
from django.test import Client

from equipoise.exchange.registry.generations import refresh
from equipoise.exchange.registry.importing import take_in
from equipoise.web import home
from tests import web_trial
from tests.registry_records import sample

pytestmark = pytest.mark.django_db
OURS = "NCT06857773"


@pytest.fixture(autouse=True)
def _house(monkeypatch, tmp_path) -> None:
    web_trial.open_house()
    monkeypatch.setattr(home, "registry", lambda: tmp_path / "registry")


def opened(language: str = "en") -> str:
    answer = web_trial.signed_in("office", language).get("/people/record/")
    assert answer.status_code == 200
    return answer.content.decode()


def taken_in(tmp_path, **other: object) -> None:
    """Our own record, with something else in its design."""
    record = next(
        json.loads(json.dumps(one))
        for one in sample()
        if one["protocolSection"]["identificationModule"]["nctId"] == OURS
    )
    record["protocolSection"]["designModule"] |= other
    (tmp_path / "one.json").write_text(json.dumps(record))
    take_in(tmp_path / "registry", [tmp_path / "one.json"])
    refresh(tmp_path / "registry")


def test_a_record_that_was_not_taken_in_is_asked_for():
    assert "equipoise registry import FILE" in opened()


def test_the_day_of_the_record_is_told_in_the_readers_language(tmp_path):
    taken_in(tmp_path)
    assert "as posted on 4 March 2025." in opened()
    assert "4 maart 2025." in opened("nl")


def test_what_differs_stands_before_what_is_worded_otherwise(tmp_path):
    taken_in(tmp_path, enrollmentInfo={"count": 250, "type": "ESTIMATED"})
    page = opened()
    row = '<th scope="row">Participants planned</th>'
    assert row in page.partition("What differs")[2].partition("<h2")[0]
    assert ">306</td>" in page and ">250</td>" in page
    assert page.index("What differs") < page.index("The same in other words")
    assert "Deelnemers" in opened("nl") or "deelnemers" in opened("nl")


def test_the_way_there_stands_among_people_and_sites_for_the_office_alone():
    assert (
        'href="/people/record/"' in web_trial.signed_in("office").get("/people/").content.decode()
    )
    assert web_trial.signed_in("doctor-01").get("/people/record/").status_code == 404
    assert Client().get("/people/record/").status_code == 302


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_field_that_is_compared_has_a_name_in_words(tmp_path, language: str):
    taken_in(tmp_path)
    names = re.findall(r'<th scope="row">([^<]+)</th>', opened(language))
    assert len({*names}) > 10
    assert [name for name in names if re.search(r"[a-z][A-Z]", name) or name[0].islower()] == []
