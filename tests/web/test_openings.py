"""Results by arm at every door: closed until two people open them, and closed again after."""

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client

from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.openings import AgreeToOpen, AskToOpen
from equipoise.web import adopted, read_model, tokens, write_service
from equipoise.web.jinja import moment
from equipoise.web.models import Account
from tests import web_trial
from tests.web_trial import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _house() -> None:
    web_trial.open_house()
    web_trial.randomised()


def arms_shown(person_id: str) -> bool:
    text = signed_in(person_id).get("/status/").content.decode()
    return any(arm.label["en"] in text for arm in adopted.study().arms)


def arms_in_frame(person_id: str) -> bool:
    key = tokens.make_token(Account.objects.get(person_id=person_id), "a test")
    answer = Client(headers={"Authorization": f"Bearer {key}"}).get("/api/frames/subjects")
    return any(row["arm"] for row in json.loads(answer.content).get("rows", []))


def test_the_board_sees_the_arms_once_two_opened_them_and_no_longer_than_they_said(monkeypatch):
    assert not arms_shown("board") and not arms_in_frame("board")
    asked = AskToOpen(because="the meeting", until=write_service.today() + timedelta(days=3))
    seq = write_service.perform(asked, "board").seq
    assert not arms_shown("board") and not arms_in_frame("board")
    write_service.perform(AgreeToOpen(opening=seq), "office", how=web_trial.PROVED)
    assert arms_shown("board") and arms_in_frame("board")
    for person_id in ("office", "monitor", "statistician", "doctor-01"):
        assert not arms_shown(person_id) and not arms_in_frame(person_id)
    later = write_service.now() + timedelta(days=4)
    monkeypatch.setattr(write_service, "now", lambda: later)
    assert not arms_shown("board") and not arms_in_frame("board")


def shown_to_the_board() -> tuple[int, list[str], bool]:
    """How many participants the frame has, who died in it, and whether the page says as of when."""
    key = tokens.make_token(Account.objects.get(person_id="board"), "a test")
    answer = Client(headers={"Authorization": f"Bearer {key}"}).get("/api/frames/subjects")
    rows = json.loads(answer.content)["rows"]
    page = signed_in("board").get("/status/").content.decode()
    curves = page.partition('id="closed"')[2]
    said = "With the data as of" in curves and "By arm: with the data as of" in page
    return len(rows), [row["death_on"] for row in rows if row["death_on"]], said


def test_what_is_recorded_after_the_cut_shows_by_arm_at_no_door_until_a_second_opening():
    subject = next(iter(read_model.rows(adopted.study(), write_service.today())))
    web_trial.open_results()
    assert shown_to_the_board() == (1, [], True)
    died = RecordDeath(cause="disease")
    write_service.perform(died, "doctor-01", subject_id=subject.subject_id)
    web_trial.screened()  # two weeks ago, before the opening, but recorded after it
    assert shown_to_the_board() == (1, [], True)
    now = (write_service.now() + timedelta(hours=1)).isoformat()
    key = tokens.make_token(Account.objects.get(person_id="board"), "another test")
    program = Client(headers={"Authorization": f"Bearer {key}"})
    asked = program.get("/api/frames/subjects", {"as_of": now}).json()
    assert len(asked["rows"]) == 1 and asked["as_of"] < now
    assert "/trial/results/ask/" in signed_in("board").get("/status/").content.decode()
    web_trial.open_results()
    assert shown_to_the_board() == (2, [write_service.today().isoformat()], True)


def test_where_the_cut_no_longer_holds_what_was_agreed_to_results_stay_closed(monkeypatch):
    web_trial.open_results()
    behind = datetime.fromisoformat(
        write_service.folds().trial_state().openings.asked[0].cut
    ) - timedelta(seconds=1)
    with monkeypatch.context() as clock:
        clock.setattr(write_service, "now", lambda: behind)
        write_service.enter_screening("doctor-01", "01")
    assert not arms_shown("board") and not arms_in_frame("board")
    assert "They stay closed although" in signed_in("board").get("/status/").content.decode()


@pytest.mark.parametrize("language", ["en", "nl"])
def test_it_is_asked_and_agreed_to_from_the_page_of_the_trials_status(language):
    board, office = signed_in("board", language), signed_in("office", language)
    ends = write_service.today() + timedelta(days=3)
    on = {"until.day": ends.day, "until.month": ends.month, "until.year": ends.year}
    now = write_service.today()
    today = {"happened.day": now.day, "happened.month": now.month, "happened.year": now.year}
    assert "/trial/results/ask/" in board.get("/status/").content.decode()
    assert "/trial/results/ask/" not in office.get("/status/").content.decode()
    answer = board.post("/trial/results/ask/", {"because": "meeting 7", **on, **today})
    assert answer["Location"] == "/status/"
    seq = write_service.folds().trial_state().openings.asked[0].seq
    where = f"/trial/results/agree/{seq}/"
    assert where in office.get("/status/").content.decode()
    assert where not in board.get("/status/").content.decode()
    cut = moment(
        datetime.fromisoformat(write_service.folds().trial_state().openings.asked[0].cut)
    ).rpartition(" ")[2]
    shown = office.get(where).content.decode()
    assert "meeting 7" in shown and cut in shown
    proved = {**today, **web_trial.proof_on(office.get(where))}
    assert board.post(where, proved).status_code == 422
    assert office.post(where, today).status_code == 422
    assert office.post(where, proved)["Location"] == "/status/"
    assert arms_shown("board")
    assert signed_in("doctor-01").get(where).status_code == 404


def test_who_sees_the_whole_trial_is_given_no_table_from_which_the_arms_can_be_read_off():
    of_one_arm = {key for key, visit in adopted.study().visit_keyed.items() if visit.arms}
    key = tokens.make_token(Account.objects.get(person_id="office"), "a test")
    answer = Client(headers={"Authorization": f"Bearer {key}"}).get("/api/frames/values")
    visits = {row["visit"] for row in json.loads(answer.content)["rows"]}
    assert visits and not visits & of_one_arm
