"""A server's clock that is behind its ledger: nothing is recorded, in words, until it is right."""

import json
import logging
from datetime import timedelta

import pytest
from django.urls import reverse

from equipoise.conduct import trial
from equipoise.conduct.administration import OpenSite
from equipoise.ledger import verify
from equipoise.web import write_service
from equipoise.web.models import SubjectRow
from tests.web.conftest import NOW
from tests.web_trial import signed_in

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("trial_here")]

NURSE, OFFICE = "nurse-01-1", "office-1"
AHEAD = NOW + timedelta(days=2000)
BEHIND = NOW + timedelta(hours=1)


def body(answer):
    return json.loads(answer.content)


def post(client, address, **asked):
    return client.post(address, json.dumps(asked), content_type="application/json")


def state(client, because="the battery had failed"):
    fields = {"because": because}
    return post(client, "/api/acts/clock.ran-ahead", subject_id="", fields=fields)


@pytest.fixture
def clock(monkeypatch):
    """Set the server's clock."""
    return lambda at: monkeypatch.setattr(write_service, "now", lambda: at)


@pytest.fixture
def ran_ahead(ask, clock):
    """One participant was entered while the clock stood in another year; now it is right."""
    clock(AHEAD)
    entered = body(post(ask(NURSE), "/api/subjects", site="01"))["subject_id"]
    clock(BEHIND)
    return entered


def test_a_program_is_told_both_moments_and_nothing_is_recorded(ask, ran_ahead, caplog):
    before = write_service.LEDGER.heads()
    with caplog.at_level(logging.ERROR):
        told = post(ask(NURSE), "/api/subjects", site="01")
    assert told.status_code == 503
    (refusal,) = body(told)["refusals"]
    assert refusal["code"] == "clock.behind"
    for moment in (AHEAD, BEHIND):
        said = f"{moment:%-d %b %Y, %H:%M:%S} UTC"
        assert said in refusal["because"] and said in caplog.text
    assert write_service.LEDGER.heads() == before


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "The clock of the server stands at"), ("nl", "de klok van de server staat op")],
)
def test_a_page_says_so_too_and_what_was_typed_stays(ran_ahead, language, words):
    typed = {"site": "01", "happened.day": "1", "happened.month": "7", "happened.year": "2025"}
    answer = signed_in(NURSE, language).post("/new-participant/", typed)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert words.casefold() in page.casefold()
    assert 'value="1 jul 2025"' in page.casefold()


def test_once_the_clock_is_right_all_is_recorded_again(ask, ran_ahead, clock):
    clock(AHEAD + timedelta(seconds=1))
    assert post(ask(NURSE), "/api/subjects", site="01").status_code == 200


def test_the_office_states_that_it_had_run_ahead_and_the_trial_goes_on(ask, ran_ahead):
    assert state(ask(NURSE)).status_code == 409
    assert state(ask(OFFICE), because=" ").status_code == 409
    assert state(ask(OFFICE)).status_code == 200
    other = post(ask(NURSE), "/api/subjects", site="01")
    assert other.status_code == 200 and body(other)["subject_id"] != ran_ahead
    fields = {"version": "1.0"}
    told = post(
        ask(NURSE),
        "/api/acts/consent.give",
        subject_id=ran_ahead,
        fields=fields,
        happened="2025-07-01",
    )
    assert told.status_code == 200, told.content
    first, last = write_service.LEDGER.entries(ran_ahead)
    assert last.at == first.at == trial.moment(AHEAD), "it repeats the moment before it"
    assert last.happened == "2025-07-01"
    for stream in write_service.LEDGER.heads():
        moments = [entry.at for entry in write_service.LEDGER.entries(stream)]
        assert moments == sorted(moments)
    assert verify(write_service.LEDGER.everything()) == []
    assert SubjectRow.objects.get(subject_id=ran_ahead).seq == 2


def test_the_statement_covers_no_later_running_ahead(ask, ran_ahead, clock):
    assert state(ask(OFFICE)).status_code == 200
    clock(AHEAD + timedelta(days=9))
    assert post(ask(NURSE), "/api/subjects", site="01").status_code == 200
    clock(BEHIND)
    assert post(ask(NURSE), "/api/subjects", site="01").status_code == 503


def test_nobody_states_it_while_the_clock_is_right(ask):
    assert body(state(ask(OFFICE)))["refusals"][0]["code"] == "clock.not-behind"


def test_the_office_states_it_on_a_page(ran_ahead):
    office = signed_in(OFFICE)
    address = reverse("clock.ran-ahead")
    assert address in office.get("/people/").content.decode()
    day = {"happened.day": "1", "happened.month": "7", "happened.year": "2025"}
    assert office.post(address, {"because": "", **day}).status_code == 422
    assert office.post(address, {"because": "the battery had failed", **day}).status_code == 302
    assert write_service.folds().trial_state().clock.ahead == trial.moment(AHEAD)
    assert signed_in(NURSE).get(address).status_code == 404


def test_an_act_of_the_trial_itself_waits_for_the_clock_too(ran_ahead):
    with pytest.raises(write_service.Refused, match="clock of the server"):
        write_service.perform(OpenSite(site="99"), OFFICE)
