"""What holds for every answer: its headers, doors and sessions, and what is noted of errors."""

import io
import json
import logging
import stat
import time

import pytest
from django.conf import settings as ours
from django.templatetags.static import static
from django.test import Client

from equipoise.web import log_format, middleware
from equipoise.web.bootstrap import DEMO_PASSWORD
from equipoise.web.models import Account
from tests.verbs import program

pytestmark = [pytest.mark.usefixtures("trial_here")]
SIGN_IN = "/accounts/login/"


def signed_in(person_id: str, **settings: object) -> Client:
    client = Client(**settings)
    account = Account.objects.get(person_id=person_id)
    client.force_login(account, backend=ours.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.mark.parametrize(
    "address",
    ["/", SIGN_IN, "/today/", "/nowhere/", "/api/docs", "/api/subjects", "/api/openapi.json"],
)
def test_every_answer_is_kept_nowhere_framed_nowhere_and_runs_nothing_foreign(address):
    told = signed_in("nurse-01-1").get(address).headers
    assert "no-store" in told["Cache-Control"]
    assert "frame-ancestors 'none'" in told["Content-Security-Policy"]
    assert told["X-Content-Type-Options"] == "nosniff"


def test_files_have_the_policy_too_and_may_be_kept():
    told = Client().get(static("theme/icon.svg")).headers
    assert "default-src 'none'" in told["Content-Security-Policy"]
    assert "immutable" in told["Cache-Control"]


@pytest.mark.parametrize("path", ["../../secrets/seed", "%2e%2e/%2e%2e/secrets/seed", "..%5cseed"])
def test_no_path_leads_out_of_the_folder_of_files(path):
    assert Client().get(static("") + path).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        *("signup", "email", "password/reset", "password/reset/done", "password/set"),
        *("confirm-email", "confirm-email/abc", "login/code/confirm", "password/reset/key/1-set"),
    ],
)
def test_the_ready_made_sign_in_has_no_other_doors(address):
    nurse = signed_in("nurse-01-1")
    for client in (Client(), nurse):
        assert client.get(f"/accounts/{address}/").status_code == 404
        assert client.post(f"/accounts/{address}/", {"email": "a@b.example"}).status_code == 404


def test_the_doors_that_are_open_lead_somewhere():
    nurse = signed_in("nurse-01-1")
    for address in ("password/change/", "logout/", "2fa/", "inactive/", "reauthenticate/"):
        assert nurse.get(f"/accounts/{address}").status_code == 200, address
    assert "password/reset" not in Client().get(SIGN_IN).content.decode()


@pytest.mark.parametrize("address", [SIGN_IN, "/language/setlang/", "/new-participant/", "/audit/"])
def test_a_form_that_was_not_ours_is_refused_in_our_own_words(address):
    client = signed_in("investigator-01-1", enforce_csrf_checks=True)
    for headers in ({}, {"HX-Request": "true"}):
        page = client.post(address, {"site": "01"}, headers=headers)
        assert page.status_code == 403 and "<style" not in page.content.decode()
        assert "This was not accepted" in page.content.decode()


@pytest.mark.database
def test_an_address_with_the_sign_nul_leads_nowhere():
    nurse = signed_in("nurse-01-1")
    for address in ("/participants/PIT%00/", "/participants/?q=%00"):
        assert nurse.get(address).status_code == 404


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        ("/api/subjects?after=%00", 422, "NUL"),
        ("/api/subjects?%00=1", 422, "NUL"),
        ("/api/subjects/%00", 404, "nothing here"),
        ("/api/nothing-of-ours", 404, "nothing here"),
    ],
)
def test_a_program_is_told_in_json_of_an_address_that_leads_nowhere(address, status, told):
    for language in ("en", "nl"):
        answer = Client().get(address, headers={"Accept-Language": language})
        assert answer.status_code == status and answer["Content-Type"] == "application/json"
        said = json.loads(answer.content)
        sentence = said["because"] if status == 404 else said["problems"][0]["because"]
        assert (told in sentence) == (language == "en" or told == "NUL")


@pytest.mark.database
def test_who_leaves_the_screen_is_signed_out_and_who_works_is_not(monkeypatch):
    nurse, began = signed_in("nurse-01-1"), time.time()
    for minutes, status in ((0, 200), (29, 200), (58, 200), (89, 302)):
        monkeypatch.setattr(middleware.time, "time", lambda m=minutes: began + m * 60)
        assert nurse.get("/today/").status_code == status, minutes
    assert not nurse.session.keys()


@pytest.mark.database
def test_nobody_stays_signed_in_for_more_than_a_working_day(monkeypatch):
    nurse, began = signed_in("nurse-01-1"), time.time()
    for minutes in range(0, 8 * 60 + 1, 20):
        monkeypatch.setattr(middleware.time, "time", lambda m=minutes: began + m * 60)
        assert nurse.get("/me/").status_code == 200
    monkeypatch.setattr(middleware.time, "time", lambda: began + 8 * 3600 + 60)
    assert nurse.get("/me/").status_code == 302


@pytest.mark.database
def test_sign_in_gives_a_session_of_its_own_and_sign_out_ends_it():
    client = Client()
    client.get(SIGN_IN)
    client.session["planted"] = "by someone else"
    client.post(SIGN_IN, {"login": "nurse-01-1", "password": DEMO_PASSWORD})
    stolen = client.cookies["sessionid"].value
    assert client.get("/today/").status_code == 200 and "planted" not in client.session
    assert client.cookies["sessionid"]["httponly"]
    client.post("/accounts/logout/")
    client.cookies["sessionid"] = stolen
    assert client.get("/today/").status_code == 302


@pytest.mark.database
def test_guessing_a_password_comes_to_an_end_even_in_a_flood_of_names():
    tried = Client(REMOTE_ADDR="192.0.2.7")
    for guess in range(6):
        tried.post(SIGN_IN, {"login": "nurse-01-1", "password": f"guess {guess}"})
    assert ours.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] >= 100_000
    page = tried.post(SIGN_IN, {"login": "nurse-01-1", "password": DEMO_PASSWORD})
    assert page.status_code == 200 and tried.get("/today/").status_code == 302


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_no_sign_in_and_no_change_of_language_leads_to_another_house(goal):
    known = {"login": "nurse-01-1", "password": DEMO_PASSWORD, "next": goal}
    assert "evil" not in Client().post(SIGN_IN, known)["Location"]
    language = Client().post("/language/setlang/", {"language": "nl", "next": goal})
    assert "evil" not in language["Location"]


def test_an_error_is_noted_by_its_kind_and_place_and_nothing_that_was_typed(monkeypatch):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(log_format.WithoutPersons())
    logging.getLogger().addHandler(handler)

    def fail(*_: object) -> None:
        raise ValueError("typed by the nurse: Mrs Jansen")

    monkeypatch.setattr("equipoise.web.participants.participants.listed", fail)
    client = signed_in("nurse-01-1", raise_request_exception=False)
    try:
        page = client.get("/participants/?q=PIT-01")
    finally:
        logging.getLogger().removeHandler(handler)
    assert page.status_code == 500 and "Jansen" not in page.content.decode()
    told = stream.getvalue()
    assert "GET participants/" in told and "builtins.ValueError" in told and "in fail" in told
    assert "Jansen" not in told and "PIT-01" not in told


def test_what_is_noted_stays_on_its_line():
    record = logging.LogRecord("a", logging.ERROR, "", 1, "one\nforged %s", ("x\r\ny",), None)
    assert log_format.WithoutPersons().format(record).count("\n") == 0


def test_an_installation_is_readable_by_its_owner_alone(tmp_path):
    home = tmp_path / "home"
    begin = "import django; django.setup(); from equipoise.web.hosting import server"
    ask = f"{begin}; server.make_ready()"
    told = {"EQUIPOISE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "equipoise.web.settings"}
    program(ask, environment=told)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in home.glob("*.sqlite3*"))
    home.chmod(0o755)
    program(ask, environment=told)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@pytest.mark.parametrize("body", ['"' + "a" * 3_000_000 + '"', "[" * 100_000])
def test_a_body_too_large_or_too_deep_is_the_senders_mistake(ask, body):
    nurse = ask("nurse-01-1")
    told = nurse.post("/api/acts/contact.alive", body, content_type="application/json")
    assert told.status_code in (413, 422)


@pytest.mark.database
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_at_the_edge_of_time_is_a_mistake(ask, moment):
    assert ask("office-1").get(f"/api/frames/subjects?as_of={moment}").status_code == 422
