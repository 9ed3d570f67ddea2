"""Health and the doctor: what is wrong with an installation is found, and said in words."""

import json
import logging
import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections
from django.test import Client

from equipoise.cli import main
from equipoise.cli.doctor import _through
from equipoise.web import home, write_service
from equipoise.web.hosting import soundness, upgrade
from equipoise.web.witness import sequencer
from tests.web.conftest import NOW

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("trial_here")]

QUICK = {
    *("database", "tables", "disk", "triggers", "rights", "durability", "secrets", "clock"),
    *("tree", "proxy"),
}
# The tests' own database is its owner's, and does not wait for the disk on PostgreSQL.
HERE = {"rights", "durability"}


@pytest.fixture(autouse=True)
def as_in_production(trial_here, stopped_clock, monkeypatch):
    """But for what the tests' own database cannot be: another user's, and on the disk."""
    sequencer.keep_up(stopped_clock)
    for name in HERE:
        monkeypatch.setitem(soundness._OF_TABLES, name, list)


def health(**headers: str) -> tuple[int, dict[str, bool]]:
    answer = Client(headers=headers).get("/health")
    told = json.loads(answer.content)
    assert told["ok"] == (answer.status_code == 200)
    return answer.status_code, told["checks"]


def not_well(**headers: str) -> list[str]:
    return [name for name, well in health(**headers)[1].items() if not well]


def test_a_sound_installation_is_well_to_whoever_asks_and_tells_no_more():
    status, checks = health(host="nobody.example", accept="text/html")
    assert status == 200 and checks.keys() == QUICK and all(checks.values())
    answer = Client().get("/health/")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert answer.cookies == {}
    assert Client().post("/health").status_code == 405


def spoilt_trigger(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = {"sqlite": "DROP TRIGGER ledger_no_delete"}
    otherwise = "DROP TRIGGER ledger_no_change ON ledger_entry"
    connection.cursor().execute(gone.get(connection.vendor, otherwise))


def lost_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    (home.folder() / "secrets" / "seed").unlink()


def open_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    (home.folder() / "secrets" / "seed").chmod(0o644)


def clock_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_service, "now", lambda: NOW - timedelta(days=400))


def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundness, "LEAST", 2**80)


def read_only_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)


def later_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundness, "newer", lambda: ["web.9999_not_yet"])


def database_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("the database system is starting up")

    monkeypatch.setattr(type(connections["default"]), "cursor", fail)


def nobody_for_the_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    write_service.enter_screening("nurse-01-1", "01")
    monkeypatch.setattr(write_service, "now", lambda: NOW + timedelta(hours=3))


@pytest.mark.parametrize(
    ("spoil", "name", "said"),
    [
        (spoilt_trigger, "triggers", "the ledger's triggers do not stand"),
        (lost_seed, "secrets", "the sealed seed of the trial is lost"),
        (open_seed, "secrets", "can be read by others than its owner"),
        (clock_behind, "clock", "the newest entry at"),
        (full_disk, "disk", "MiB left"),
        (read_only_disk, "disk", "cannot be written to"),
        (nobody_for_the_jobs, "tree", "is not yet witnessed: nobody does the jobs"),
        (later_version, "tables", "a later version of Equipoise"),
        (database_away, "database", "is starting up"),
    ],
)
def test_what_is_wrong_is_named_to_all_and_said_in_words_to_the_operator(
    spoil: Callable[[pytest.MonkeyPatch], None],
    name: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
):
    with monkeypatch.context() as spoilt, caplog.at_level(logging.ERROR):
        spoil(spoilt)
        status, checks = health()
        ended = main(["doctor"])
    assert status == 503 and not checks[name] and ended == 1
    assert f"{name}: " in caplog.text and said in caplog.text
    assert f"wrong  {name}" in (told := capsys.readouterr().out) and said in told


def test_the_doctor_of_a_sound_installation_names_every_check(capsys):
    assert main(["doctor"]) == 0
    told = capsys.readouterr().out
    assert {*QUICK - {"proxy"}, "copy", "redacted", "integrity", "providers"} == {
        line.split()[1] for line in told.splitlines()
    }


def test_a_proxy_that_does_not_say_that_it_speaks_tls_is_found(settings):
    settings.HTTPS = True
    assert not_well(x_forwarded_for="192.0.2.7") == ["proxy"]
    assert not_well(x_forwarded_for="192.0.2.7", x_forwarded_proto="https") == []
    assert not_well() == []
    settings.HTTPS = False
    assert not_well(x_forwarded_proto="https") == ["proxy"]


def test_an_address_that_nobody_answers_is_not_well(capsys):
    assert _through("http://127.0.0.1:9") == 1
    assert _through("file:///etc/passwd") == 1
    assert "wrong" in capsys.readouterr().out


def test_a_version_that_the_home_is_newer_than_does_not_touch_it(monkeypatch):
    monkeypatch.setattr(upgrade, "newer", lambda: ["web.9999_not_yet"])
    with pytest.raises(upgrade.Newer, match="use that version, or restore the copy made before"):
        upgrade.make_ready()
