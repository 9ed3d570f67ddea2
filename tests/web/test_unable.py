"""A full disk or a database that is held: nothing is recorded, in words, and the server goes on."""

import json
import logging

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, ProgrammingError, connection
from psycopg import errors

from equipoise.web import unable, write_service
from equipoise.web.models import Account
from tests.web_trial import signed_in

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("trial_here")]

NURSE = "nurse-01-1"


def full() -> OperationalError:
    """What the database under test says of a full disk."""
    said = OperationalError("database or disk is full")
    if connection.vendor == "postgresql":
        said.__cause__ = errors.DiskFull("could not extend file")
    return said


def held() -> OperationalError:
    said = OperationalError("database is locked: another writer has held it for 30 s")
    if connection.vendor == "postgresql":
        said.__cause__ = errors.LockNotAvailable("canceling statement due to lock timeout")
    return said


@pytest.fixture
def refusing(monkeypatch):
    """A database that takes no entry, and no session either."""

    def refuse(error):
        def fail(*args, **kwargs):
            raise error

        monkeypatch.setattr(type(write_service.LEDGER), "append", fail)
        monkeypatch.setattr(SessionStore, "save", fail)

    return refuse


def enter(client):
    body = json.dumps({"site": "01"})
    return client.post("/api/subjects", body, content_type="application/json")


@pytest.mark.parametrize(
    ("error", "status", "code"), [(full, 507, "database.full"), (held, 503, "database.busy")]
)
def test_a_program_hears_that_nothing_was_recorded(ask, refusing, caplog, error, status, code):
    nurse = ask(NURSE)
    refusing(error())
    with caplog.at_level(logging.ERROR):
        answer = enter(nurse)
    assert answer.status_code == status
    (refusal,) = json.loads(answer.content)["refusals"]
    assert refusal["code"] == code and refusal["because"].startswith("nothing was recorded")
    assert str(error()) in caplog.text, "the operator reads the database's own words"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "the disk of the server is full"), ("nl", "de schijf van de server is vol")],
)
def test_a_page_says_so_and_keeps_what_was_typed(refusing, language, words):
    nurse = signed_in(NURSE, language)
    refusing(full())
    typed = {"site": "01", "happened.day": "1", "happened.month": "7", "happened.year": "2025"}
    answer = nurse.post("/new-participant/", typed)
    assert answer.status_code == 507
    assert words in answer.content.decode()
    assert 'value="1 jul 2025"' in answer.content.decode().casefold()


def test_a_page_that_is_only_read_is_shown_though_its_session_can_not_be_kept(refusing):
    nurse = signed_in(NURSE)
    refusing(full())
    assert nurse.get("/participants/").status_code == 200


def test_where_even_reading_fails_the_page_says_why(monkeypatch):
    nurse = signed_in(NURSE)
    nurse.raise_request_exception = False

    def fail(*args, **kwargs):
        raise held()

    monkeypatch.setattr(write_service, "folds", fail)
    answer = nurse.get("/participants/")
    assert answer.status_code == 503
    assert "Another program holds the database" in answer.content.decode().replace(
        "another", "Another"
    )


def test_an_error_of_another_kind_is_not_taken_for_it():
    assert unable.unable(ProgrammingError("no such table")) is None
    assert unable.unable(ValueError("database is locked")) is None
    assert Account.objects.exists()
