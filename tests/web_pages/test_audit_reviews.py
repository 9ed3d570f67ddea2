"""A review of the audit says exactly what was looked through, and what was recorded since."""

import json
import re

import pytest

from equipoise.conduct import folding
from equipoise.conduct.administration import GiveRole
from equipoise.conduct.audit_reviews import ReviewAudit
from equipoise.web import tokens, write_service
from equipoise.web.models import Account
from equipoise.web.store import Filters
from tests import web_trial

pytestmark = pytest.mark.django_db
FILTERS = "form=laboratory"


@pytest.fixture(autouse=True)
def _open() -> None:
    web_trial.open_house()


def send(query: str, who: str = "monitor", **fields: str):
    client = web_trial.signed_in(who)
    page = client.get(f"/audit/review/?{query}")
    cut = re.search(r'name="cut" value="([^"]+)"', page.content.decode())
    return client.post(f"/audit/review/?{query}", {"cut": cut[1] if cut else "", **fields})


def recorded() -> list[ReviewAudit]:
    entries = write_service.LEDGER.of_kind("audit.review", ("study",))
    return [act for entry in entries if isinstance(act := folding.read(entry), ReviewAudit)]


def listed(who: str = "monitor", language: str = "en") -> str:
    return web_trial.signed_in(who, language).get("/audit/reviews/").content.decode()


def test_a_review_keeps_its_filters_its_moment_and_how_many_entries_these_were():
    subject = web_trial.filled()
    before = len(list(write_service.LEDGER.everything()))
    assert send(FILTERS, outcome="nothing").status_code == 302
    (act,) = recorded()
    assert (act.form, act.item, act.person, act.matched) == ("laboratory", "", "", 1)
    assert act.entries == before and act.outcome == "nothing"
    assert act.cut == max(e.at for e in write_service.LEDGER.entries(subject.subject_id))
    text = listed()
    assert "Form: Laboratory" in text and "Monitor Testduin" in text
    assert "1 entry, until" in text and f"the ledger held {before} then" in text
    assert "Audit reviewed until" in web_trial.signed_in("monitor").get("/audit/").content.decode()


def test_what_was_recorded_since_is_counted_by_the_same_filters_and_over_all():
    web_trial.filled()
    text = listed()
    count = len(list(write_service.LEDGER.everything()))
    assert f"Nobody has looked through the whole audit yet: it has {count} entries" in text
    send(FILTERS, outcome="nothing")
    assert f"it has {count} entries" in listed(), "a review leaves nothing to be looked through"
    send("", outcome="nothing")
    web_trial.filled()
    text = listed()
    later = len(list(write_service.LEDGER.everything())) - recorded()[1].entries - 1
    assert f"since then {later} entries were recorded" in text
    rows = re.findall(r'data-label="Recorded since"><div>(\d+)', text)
    assert rows == [str(later), "1"], "the whole audit, and the laboratory forms"


def test_a_finding_is_told_with_its_queries_and_nothing_is_recorded_of_what_is_left_open():
    subject = web_trial.filled()
    query = web_trial.query_of(subject.subject_id)
    for fields, sentence in (
        ({}, "Choose whether something was"),
        ({"outcome": "finding"}, "Say what was found"),
        ({"outcome": "nothing", "finding": "a date"}, "and yet a finding is described"),
        ({"outcome": "finding", "finding": "a date", "queries": "12"}, "names no query"),
        ({"outcome": "finding", "finding": "a date", "queries": "PIT-01-0001/99"}, "no query"),
    ):
        answer = send("item=height", **fields)
        assert answer.status_code == 422 and sentence in answer.content.decode(), fields
        assert fields.get("finding", "") in answer.content.decode()
    assert not recorded()
    name = f"{subject.subject_id}/{query}"
    assert send("item=height", outcome="finding", finding="a date", queries=name).status_code == 302
    text = listed()
    assert "a date" in text
    assert f'href="/participants/{subject.subject_id}/query/{query}/"' in text
    assert recorded()[0].queries == [name]


def test_it_is_the_monitors_and_stands_open_to_who_reads_the_whole_audit():
    web_trial.filled()
    assert send("", "office", outcome="nothing").status_code == 404
    assert send("", "doctor-01", outcome="nothing").status_code == 404
    assert "Record that these were reviewed" not in listed("office")
    assert web_trial.signed_in("doctor-01").get("/audit/reviews/").status_code == 404
    assert "Doorgenomen" in listed("monitor", "nl")
    assert "/audit/review/?item=height" in (
        web_trial.signed_in("monitor").get("/audit/?item=height").content.decode()
    )


def test_a_data_manager_reviews_what_is_of_their_own_hospital_and_nothing_else():
    subject, other = web_trial.filled(), web_trial.filled(by="doctor-02", site="02")
    write_service.perform(GiveRole(person="nurse-01", role="data-manager", site="01"), "office")
    text = listed("nurse-01")
    own = write_service.LEDGER.count(Filters(within=[subject.subject_id]))
    assert f"it has {own} entries" in text and "Nobody has looked through all of" in text
    assert "/audit/review/?site=01" in (
        web_trial.signed_in("nurse-01").get("/audit/").content.decode()
    )
    assert send("", "nurse-01", outcome="nothing").status_code == 302
    (act,) = recorded()
    assert (act.site, act.matched) == ("01", own)
    assert "since then 0 entries" in listed("nurse-01")
    assert send("site=02", "nurse-01", outcome="nothing").status_code == 404
    assert send("site=02", outcome="nothing").status_code == 302, "the monitor reviews any"
    assert listed("nurse-01").count('data-label="Recorded since"') == 1
    assert listed().count('data-label="Recorded since"') == 2
    sent = {"cut": act.cut, "matched": 1, "outcome": "nothing"}
    for wrong, code in (
        ({}, "role.may-not"),
        ({"site": "02"}, "role.may-not"),
        ({"site": "01", "participant": other.subject_id}, "audit-review.elsewhere"),
    ):
        found = write_service.try_out(ReviewAudit(**sent | wrong), "nurse-01")
        assert [one.code for one in found] == [code]


def test_a_program_records_one_and_is_refused_what_was_never_there():
    web_trial.filled()
    key = tokens.make_token(Account.objects.get(person_id="monitor"), "reviews")
    cut = write_service.LEDGER.newest()
    fields = {"cut": cut, "matched": 3, "outcome": "nothing", "person": "doctor-01"}

    def sent(**other: object):
        body = json.dumps({"fields": fields | other})
        client = web_trial.Client(headers={"Authorization": f"Bearer {key}"})
        return client.post("/api/acts/audit.review", body, content_type="application/json")

    assert sent(matched=10**6).status_code == 409
    assert sent().status_code == 200
    assert "Person: Doctor-01 Testduin" in listed()
