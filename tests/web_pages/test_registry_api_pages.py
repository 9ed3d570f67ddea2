"""`/api/v2`: a client that was written for the registry works by changing the host's name."""

import json
from urllib.parse import urlsplit

import pytest
import pytrials.client
import pytrials.utils
from django.test import Client

from equipoise.web.finder import strangers
from equipoise.web.finder.strangers import Allowance
from tests import web_trial
from tests.registry_records import sample

pytestmark = pytest.mark.django_db
OURS = "NCT06857773"


@pytest.fixture(autouse=True)
def _finder(monkeypatch) -> None:
    web_trial.open_house()
    web_trial.records_taken_in()
    monkeypatch.setattr(strangers, "_allowance", Allowance(100_000.0, 1.0))


def test_a_record_comes_out_as_it_went_in():
    for one in sample()[::11]:
        number = one["protocolSection"]["identificationModule"]["nctId"]
        assert Client().get(f"/api/v2/studies/{number}").json() == one


def test_a_list_is_paged_and_counted():
    first = Client().get("/api/v2/studies?query.term=cancer&pageSize=5&countTotal=true").json()
    token = first["nextPageToken"]
    then = Client().get(f"/api/v2/studies?query.term=cancer&pageSize=5&pageToken={token}").json()
    assert len(first["studies"]) == len(then["studies"]) == 5 and first["totalCount"] > 10
    assert first["studies"] != then["studies"] and "totalCount" not in then


@pytest.mark.parametrize(
    "query",
    ["query.color=red", "fields=Nothing", "sort=x", "pageToken=%21", "filter.geo=here"]
    + ["query.term=a&query.term=b", "format=xml", "query.term=AREA%5Bx", "countTotal=2"],
)
def test_whatever_else_is_asked_is_a_mistake_told_in_a_sentence(query: str):
    answer = Client().get(f"/api/v2/studies?{query}")
    assert answer.status_code == 400 and answer["Content-Type"].startswith("text/plain")
    assert answer.content.decode().endswith(".\n")


def test_what_is_not_there_is_told():
    assert Client().get("/api/v2/studies/NCT00000000").status_code == 404
    assert Client().get("/api/v2/stats/size").status_code == 404


def test_an_answer_may_be_kept_and_asked_after():
    answer = Client().get("/api/v2/studies?query.cond=cancer")
    assert answer["Cache-Control"] == "public, max-age=300" and "Set-Cookie" not in answer
    asked = {"If-None-Match": answer["ETag"]}
    again = Client(headers=asked).get("/api/v2/studies?query.cond=cancer")
    assert again.status_code == 304 and not again.content and again["ETag"] == answer["ETag"]
    assert Client(headers=asked).get("/api/v2/studies?query.cond=lung").status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/v2/version", "/api/v2/studies?query.cond=cancer", "/trials/list.csv?q=cancer"]
)
@pytest.mark.parametrize("cookies", [{}, {"sessionid": "invented"}])
def test_what_has_not_changed_says_the_same_of_how_it_may_be_kept(path: str, cookies):
    client = Client(headers={"Accept-Encoding": "gzip"})
    client.cookies.load(cookies)
    whole = client.get(path)
    kept = ("ETag", "Cache-Control", "Vary")
    for mark in (whole["ETag"], f'"x", {whole["ETag"]}', "*"):
        again = client.get(path, headers={"If-None-Match": mark})
        assert again.status_code == 304
        assert {name: again[name] for name in kept} == {name: whole[name] for name in kept}
    assert "Accept-Encoding" in whole["Vary"] and "Cookie" in whole["Vary"]


def test_what_there_is_nothing_of_has_not_stayed_the_same():
    client = Client(headers={"If-None-Match": "*"})
    assert client.get("/api/v2/studies?filter.overallStatus=GARBAGE").status_code == 400
    assert client.get("/api/v2/studies/NCT00000000").status_code == 404


def test_the_registrys_own_table_begins_with_its_first_column_as_its_clients_expect():
    table = Client().get("/api/v2/studies?format=csv&pageSize=3").content
    assert table.startswith(b"NCT Number,") and table.count(b"\r\n") >= 4


class Over:
    """What `requests` gives, from this very program."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._answer = Client().get(f"{parts.path}?{parts.query}")
        self.content = self._answer.content

    def raise_for_status(self) -> None:
        assert self._answer.status_code == 200, self.content

    def json(self) -> object:
        return json.loads(self.content)


def test_an_unchanged_client_of_the_registry_runs_its_calls_against_ours(monkeypatch):
    """pytrials, whose address is the registry's: only where its requests go is another."""
    monkeypatch.setattr(pytrials.utils.requests, "get", Over)
    client = pytrials.client.ClinicalTrials()
    assert client.api_info[0].startswith("2.")
    full = client.get_full_studies(search_expr="Colorectal+Neoplasms", max_studies=20, fmt="json")
    assert OURS in json.dumps(full)
    fields = ["NCT Number", "Conditions", "Study Title"]
    rows = client.get_study_fields(search_expr="colorectal", fields=fields, max_studies=50)
    assert rows[0] == fields and OURS in {row[0] for row in rows[1:]}
    asked = ["NCTId", "Condition", "BriefTitle"]
    some = client.get_study_fields("cancer", asked, max_studies=5, fmt="json")
    assert len(some["studies"]) == 5
    whole = client.get_full_studies(search_expr="cancer", max_studies=5)
    assert len(whole) == 6 and len({len(row) for row in whole}) == 1
