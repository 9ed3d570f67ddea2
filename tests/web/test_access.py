"""The access log: what is noted, that nobody changes it, and that what can not be noted is shut."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.db import DatabaseError, connection, transaction
from django.test import Client

from equipoise.cli import main
from equipoise.web import home, middleware, write_service
from equipoise.web.access import access_log, chain
from equipoise.web.administration.access_words import line_text
from equipoise.web.models import AccessDay, AccessFailures, AccessRow, Account
from equipoise.web.witness import sequencer
from tests import web_trial
from tests.web.conftest import Ask

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
APP = "/accounts/2fa/totp/activate/"
PLAIN = ("/today/", "/participants/", "/deviations/", "/audit/", "/people/", "/access/", "/me/")


def said(kind: str) -> list[tuple[str, dict[str, object]]]:
    """Who did this, and what was noted with it."""
    rows = AccessRow.objects.filter(kind=kind).order_by("id")
    return [(row.person, json.loads(row.told)) for row in rows]


def written() -> int:
    return AccessRow.objects.count() + AccessFailures.objects.count()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The server's clock: its last moment is now."""
    moments = [NOON]
    monkeypatch.setattr(write_service, "now", lambda: moments[-1])
    return moments


@pytest.fixture
def days(clock: list[datetime]) -> list[str]:
    """Three days of accesses, of which two are over."""
    for number in range(3):
        clock.append(NOON + timedelta(days=number))
        access_log.note("signed-in", "nurse", steps=1)
        access_log.count_failure("sign-in-failed", "nurse")
        access_log.count_failure("sign-in-failed", "nurse")
    return ["2026-03-01", "2026-03-02", "2026-03-03"]


def try_to(client: Client, name: str, password: str) -> None:
    client.post("/accounts/login/", {"login": name, "password": password})


def test_signing_in_and_out_is_noted_and_a_failure_only_counted():
    web_trial.open_house()
    client = Client()
    for _ in range(2):
        try_to(client, "nurse-01", "not-the-password")
    try_to(client, "nurse-01", web_trial.PASSWORD)
    client.post("/accounts/logout/")
    assert said("signed-in") == [("nurse-01", {"steps": 1})]
    assert said("signed-out") == [("nurse-01", {})]
    assert list(AccessFailures.objects.values_list("kind", "who", "count")) == [
        ("sign-in-failed", "nurse-01", 2)
    ]


def test_who_was_signed_out_for_doing_nothing_is_noted_as_that():
    web_trial.open_house()
    client = web_trial.signed_in("nurse-01")
    assert client.get("/me/").status_code == 200
    session = client.session
    session[middleware.SEEN] -= middleware.IDLE + 60
    session.save()
    assert client.get("/me/").status_code == 302
    assert said("signed-out") == [("nurse-01", {"idle": True})]


def test_a_wrong_code_of_the_second_factor_is_counted():
    web_trial.open_house()
    account = Account.objects.get(person_id="nurse-01")
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    client = Client()
    try_to(client, "nurse-01", web_trial.PASSWORD)
    assert not said("signed-in")
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    (one,) = AccessFailures.objects.all()
    assert (one.kind, one.who, one.count) == ("second-factor-failed", "nurse-01", 1)
    assert not said("signed-in")


def code_now(client: Client) -> str:
    """What the app shows that has read the image on the page."""
    page = client.get(APP).content.decode()
    (secret,) = re.findall(r'value="([A-Z2-7]{16,})"', page)
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_a_second_factor_that_someone_adds_or_takes_away_is_noted_or_it_stays(
    monkeypatch, django_capture_on_commit_callbacks
):
    web_trial.open_house()
    client = web_trial.signed_in("nurse-01")
    client.post("/accounts/reauthenticate/", {"password": web_trial.PASSWORD})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(APP, {"code": code_now(client)})
    app, codes = ("nurse-01", {"what": "totp"}), ("nurse-01", {"what": "recovery_codes"})
    assert said("second-factor-added") == [app, codes]
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/2fa/recovery-codes/generate/")
    assert said("second-factor-renewed") == [codes]
    with monkeypatch.context() as full:
        unwritable(full)
        with pytest.raises(DatabaseError):
            client.post("/accounts/2fa/totp/deactivate/")
    assert not said("second-factor-removed")
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()
    client.post("/accounts/2fa/totp/deactivate/")
    assert said("second-factor-removed") == [app, codes]


def test_what_was_typed_as_a_name_is_kept_nowhere():
    web_trial.open_house()
    typed = "hunter2-my-own-password"
    try_to(Client(), typed, "x")
    (one,) = AccessFailures.objects.all()
    assert one.who.startswith("?") and len(one.who) == 4
    page = web_trial.signed_in("office").get("/access/").content.decode()
    assert typed not in page and "a name that nobody has" in page


def test_a_plain_page_writes_nothing():
    web_trial.open_house()
    client = web_trial.signed_in("office")
    before = written()
    for address in PLAIN:
        assert client.get(address).status_code == 200, address
    assert written() == before


def test_results_by_arm_are_noted_for_whom_they_are_opened_and_for_no_other():
    web_trial.open_house()
    assert web_trial.signed_in("office").get("/status/").status_code == 200
    assert said("results-by-arm-seen") == []
    web_trial.open_results()
    assert web_trial.signed_in("board").get("/status/").status_code == 200
    ((person, told),) = said("results-by-arm-seen")
    assert person == "board" and told == {
        "as_of": write_service.folds().trial_state().openings.asked[0].cut
    }


def test_sealed_votes_that_the_chair_opens_are_noted_until_they_are_open_to_all():
    web_trial.open_house()
    one = web_trial.voted(3).subject_id
    web_trial.signed_in("chair").get(f"/panel/{one}/conclusion/")
    assert said("votes-seen") == [("chair", {"subject": one})]


def test_a_table_of_data_is_noted_with_its_filters_and_size(trial_here, ask: Ask):
    moment = "2025-05-01T00:00:00Z"
    rows = ask("office-1").get(f"/api/frames/subjects?as_of={moment}").json()["rows"]
    ((person, told),) = said("frame-taken")
    assert person == "office-1"
    assert told == {
        "frame": "subjects",
        "as_of": "2025-05-01T00:00:00.000000Z",
        "rows": len(rows),
        "participants": len(rows),
        "by_arm": False,
        "form": "json",
    }


def test_a_program_s_lists_and_the_first_use_of_its_key_are_noted(trial_here, ask: Ask):
    program = ask("monitor-1")
    found = [program.get("/api/subjects?limit=7"), program.get("/api/deviations")]
    assert [answer.status_code for answer in found] == [200, 200]
    assert len(said("key-used")) == 1
    assert [told["what"] for _, told in said("list-read")] == ["subjects", "deviations"]
    assert said("list-read")[0][1]["rows"] == 7


def test_a_witness_s_copy_is_noted_with_how_many_entries_it_was_given(trial_here, ask: Ask):
    sequencer.keep_up(write_service.now())
    leaves = ask("monitor-1").get("/api/tree/leaves?end=50").json()["leaves"]
    given = [leaf for leaf in leaves if "entry" in leaf or "shown" in leaf]
    ((person, told),) = said("list-read")
    assert given and (person, told["rows"]) == ("monitor-1", len(given))


def test_a_wrong_key_is_counted():
    Client(headers={"Authorization": "Bearer eqp_nothing"}).get("/api/subjects")
    assert AccessFailures.objects.get().kind == "key-refused"


def unwritable(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(AccessRow.objects, "create", full)


@pytest.mark.parametrize(
    "address", ["/api/frames/values", "/api/subjects", "/api/agenda", "/api/deviations"]
)
def test_data_are_not_given_out_when_it_can_not_be_noted(address, trial_here, ask, monkeypatch):
    program = ask("office-1")
    unwritable(monkeypatch)
    answer = program.get(address)
    assert answer.status_code in (503, 507) and "PI-" not in answer.content.decode()


def test_what_is_closed_is_not_opened_when_it_can_not_be_noted_but_a_plain_page_is(monkeypatch):
    web_trial.open_house()
    web_trial.open_results()
    board, office = web_trial.signed_in("board"), web_trial.signed_in("office")
    board.raise_request_exception = False
    unwritable(monkeypatch)
    assert board.get("/status/").status_code == 507
    assert office.get("/status/").status_code == 200
    assert office.get("/participants/").status_code == 200


@pytest.mark.database
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE access_row SET person = 'someone-else'",
        "DELETE FROM access_row",
        "DELETE FROM access_failures",
        "UPDATE access_failures SET count = 1",
        "UPDATE access_failures SET count = count + 2",
        "UPDATE access_failures SET who = 'x', count = count + 1",
        "INSERT INTO access_row (at, day, person, kind, told) VALUES "
        "('2026-03-01T12:00:00.000000Z', '2026-03-01', 'x', 'signed-in', '{}')",
        "UPDATE access_failures SET count = count + 1 WHERE day = '2026-03-01'",
        "DELETE FROM access_day",
        "UPDATE access_day SET content = digest",
        "INSERT INTO access_day (day, rows, content, previous, digest, dropped_at) "
        "VALUES ('2026-03-03', 0, '', 'not the last', 'x', '')",
    ],
)
def test_the_database_refuses_to_change_the_access_log(attack, days):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(attack)
    assert not list(chain.faults())


@pytest.mark.database
def test_each_day_rests_on_the_day_before_and_the_whole_on_its_last(days):
    first, second = AccessDay.objects.order_by("day")
    assert second.previous == first.digest
    assert chain.access_digest(days[0]) == first.digest
    assert chain.access_digest(days[2]) == second.digest
    assert chain.access_digest("2026-02-01") == ""


@pytest.mark.database
def test_what_the_owner_of_the_database_changes_in_the_log_is_found(days):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER access_row_on_update")
        else:
            cursor.execute("ALTER TABLE access_row DISABLE TRIGGER USER")
        cursor.execute("UPDATE access_row SET person = 'x' WHERE day = '2026-03-01'")
    assert [fault.code for fault in chain.faults()] == ["access-changed"]


@pytest.mark.database
def test_old_days_are_dropped_whole_and_the_chain_still_holds(days, clock, settings):
    settings.ACCESS_DAYS = 1
    clock.append(NOON + timedelta(days=10))
    access_log.note("signed-in", "nurse", steps=1)
    chain.drop_old(clock[-1])
    assert [row.day for row in AccessRow.objects.all()] == ["2026-03-11"]
    assert [bool(day.dropped_at) for day in AccessDay.objects.order_by("day")] == [True] * 3
    assert not list(chain.faults())


@pytest.mark.database
def test_a_clock_that_is_set_back_stops_nobody_from_signing_in(days, clock):
    clock.append(NOON)
    access_log.note("signed-in", "nurse", steps=1)
    assert AccessRow.objects.order_by("-id").first().day == "2026-03-03"


def test_the_log_is_read_by_the_office_and_by_whom_the_study_names():
    web_trial.open_house()
    for person_id, _role, _site in web_trial.PEOPLE:
        status = web_trial.signed_in(person_id).get("/access/").status_code
        assert status == (200 if person_id == "monitor" else 404), person_id


def test_the_log_is_sought_by_person_kind_and_day(days):
    web_trial.open_house()
    office = web_trial.signed_in("office")
    for query, found in (
        ("", 3),
        ("?on=2+3+2026", 1),
        ("?kind=signed-in&person=nurse", 3),
        ("?kind=signed-out", 0),
        ("?person=nobody", 0),
    ):
        text = office.get(f"/access/{query}").content.decode()
        assert text.count('data-label="What">Signed in<') == found, query
    assert office.get("/access/?on=31+2+2026").status_code == 422
    dutch = web_trial.signed_in("office", "nl").get("/access/").content.decode()
    assert "Ingelogd" in dutch and "Signed in" not in dutch


def test_what_a_job_does_is_told_of_the_trial_itself_and_what_a_shell_does_of_whoever_was_there():
    web_trial.open_house()
    access_log.note("copy-made")
    access_log.note_at_command_line("copy-made")
    text = web_trial.signed_in("office").get("/access/").content.decode()
    assert text.count("the trial itself") == text.count("someone at the command line") == 1


def test_what_is_done_to_people_at_the_command_line_is_noted(monkeypatch, capsys):
    web_trial.open_house()
    assert main(["token", "nurse-01"]) == 0
    assert main(["token", "nurse-01", "--end"]) == 0
    ((_, made),) = said("key-made")
    assert made["whose"] == "nurse-01" and made["days"] == 365
    assert said("key-ended")[0][1]["keys"] == 1
    assert Account.objects.get(person_id="nurse-01")


def test_a_head_of_the_tree_signs_for_the_days_of_the_log_and_shows_that_they_were_cut_off(
    trial_here, clock, tmp_path, capsys
):
    clock.append(NOON)
    access_log.note("signed-in", "nurse", steps=1)
    clock.append(NOON + timedelta(days=1))
    head = sequencer.keep_up(clock[-1])
    assert f"access 2026-03-01 {chain.access_digest('2026-03-01')}\n" in head.text
    (tmp_path / "equipoise.sqlite3").touch()  # `verify` looks whether there is an installation
    elsewhere = tmp_path / "seen.note"
    elsewhere.write_text(head.written)
    (home.folder() / "equipoise.sqlite3").touch()  # the database of tests stands elsewhere
    assert main(["verify", "--head", str(elsewhere)]) == 0
    file = tmp_path / "ledger.jsonl"
    assert main(["export", str(file)]) == 0
    told = subprocess.run(
        [sys.executable, "tools/verify_ledger.py", str(file), "--head", str(elsewhere)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    with connection.cursor() as cursor:
        for name in ("access_day_on_delete", "access_row_on_delete"):
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute("DELETE FROM access_row")
        cursor.execute("DELETE FROM access_day")
    assert main(["verify", "--head", str(elsewhere)]) == 1
    assert (
        "access-changed: a head says otherwise of all up to 2026-03-01" in capsys.readouterr().err
    )


def test_a_day_and_a_moment_are_told_as_elsewhere_and_what_is_neither_as_it_is():
    told = {"as_of": "2026-11-28"}
    assert line_text(told, {}) == "as it stood 28 Nov 2026"
    assert "2026-11-28" not in line_text({"as_of": "2026-11-28T09:00:00+00:00"}, {})
    assert line_text({"as_of": "once"}, {}) == "as it stood once"
