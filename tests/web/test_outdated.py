"""An older server that still runs: no upgrade goes on beside it, and if one did, it says so."""

import json
import os
import urllib.request
from collections.abc import Iterator
from http.client import HTTPMessage
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests import ready_made
from tests.patience import wait_until
from tests.web.killed_server import Server

pytestmark = [pytest.mark.database]

UPGRADE = """
import os
from equipoise.web.hosting import in_use, upgrade
upgrade.is_behind = lambda: True
try:
    upgrade.make_ready()
    print("done")
except in_use.InUse as error:
    print(error)
"""
LATER = """
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
MigrationRecorder(connection).record_applied("web", "9999_of_a_later_version")
"""


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    in_postgres = os.environ.get("EQUIPOISE_TEST_DATABASE") == "postgres"
    url = ready_made.in_postgres(request.getfixturevalue("postgres")) if in_postgres else ""
    made = Server(tmp_path / "home", url, workers=1)
    made.start()
    yield made
    made.end()


def asked(server: Server, address: str, **headers: str) -> tuple[int, str, HTTPMessage]:
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{address}", headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except HTTPError as error:
        return error.code, error.read().decode(), error.headers


def test_no_upgrade_goes_on_beside_a_server_and_one_that_did_is_told_in_words(server, tmp_path):
    if server.environment["DATABASE_URL"]:
        # From another machine: the lock on the home says nothing there.
        server.environment["EQUIPOISE_HOME"] = str(tmp_path / "another")
    wait_until(lambda: "stop it first" in server.told(UPGRADE), "the upgrade is never refused")
    assert asked(server, "/")[0] == 200
    server.told(LATER)
    wait_until(lambda: asked(server, "/")[0] == 503, "the server goes on as if nothing were")
    page = asked(server, "/", **{"Accept-Language": "nl"})[1]
    assert "nieuwere versie" in page and 'lang="nl"' in page
    status, body, _ = asked(server, "/api/subjects", Authorization=f"Bearer {server.key}")
    assert status == 503
    assert [one["code"] for one in json.loads(body)["refusals"]] == ["database.newer"]
    assert "/static/" in page


def test_once_no_server_is_left_the_upgrade_goes_on(server, tmp_path):
    wait_until(lambda: "stop it first" in server.told(UPGRADE), "the upgrade is never refused")
    other = {**server.environment, "EQUIPOISE_HOME": str(tmp_path / "another")}
    server.end()
    if server.environment["DATABASE_URL"]:
        server.environment = other
    wait_until(lambda: server.told(UPGRADE).strip() == "done", "it is refused with nobody there")
