"""Beside a live server that is killed again and again our verbs and others' tools come and go.

Nothing that was acknowledged is lost, and every copy is put back as it was, digest for digest.
"""

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests.patience import HANG, wait_until
from tests.verbs import program
from tests.web.copied import (
    Home,
    Keys,
    exported,
    manifest,
    part,
    secrets_of,
    two_keys,
    with_tables,
)
from tests.web.killed_server import Acknowledged, Server, one_client
from tests.web.served import SITE
from tests.web.test_log_stands import AFTERWARDS, BROWSER

pytestmark = [pytest.mark.database]

CLIENTS, EACH = 4, 12
GIVING = ["--role", "doctor", "--site", SITE, "--by", "office-1"]


@pytest.fixture
def fresh(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., Home]:
    """An empty home, or one after its first start, on the database under test."""

    def made(name: str, ready: bool = False) -> Home:
        in_postgres = os.environ.get("EQUIPOISE_TEST_DATABASE") == "postgres"
        server = request.getfixturevalue("postgres") if in_postgres else None
        if ready:
            return with_tables(tmp_path / name, server)
        return Home(tmp_path / name, server.url(server.new_database()) if server else "")

    return made


@pytest.fixture
def live(fresh: Callable[..., Home]) -> Iterator[tuple[Server, Home]]:
    home = fresh("live", ready=True)
    made = Server(home.path, home.url)
    yield made, home
    made.end()


KILLED_UPGRADE = """
import os, signal
from equipoise.cli.start import django; django()
from django.db import connection
from equipoise.web.hosting import upgrade

def half_done(name, **how):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE half_done (n integer)")
        cursor.execute("ALTER TABLE ledger_entry ADD COLUMN half_done integer")
    os.kill(os.getpid(), signal.SIGKILL)

upgrade.call_command = half_done
upgrade._migrate()
"""
TABLES = """
from django.db import connection
with connection.cursor() as cursor:
    columns = connection.introspection.get_table_description(cursor, "ledger_entry")
print("half_done" in [*connection.introspection.table_names(), *(one.name for one in columns)])
"""


def others(home: Home, folder: Path, turn: int, restored: Callable[[], None]) -> None:
    """What else comes and goes: two things at each turn, all in three, and a foreign reader."""

    def browser() -> None:
        if not home.url:
            database = str(home.path / "equipoise.sqlite3")
            program(BROWSER, database, environment=home.environment)

    def verified() -> None:
        assert ": 0 faults" in home.told("verify")

    def upgrade_killed() -> None:
        program(KILLED_UPGRADE, environment=home.environment, ends=-signal.SIGKILL)

    coming = [
        lambda: home.told("person", f"doctor-{turn}", *GIVING),
        upgrade_killed,
        verified,
        restored,
        lambda: home.told("export", folder / "ledger.jsonl"),
        lambda: home.told("jobs"),
    ]
    browser()
    for n in (0, 1):
        coming[(2 * turn + n) % len(coming)]()


# Once is enough for each of what comes and goes, and two turns on the second database.
FEW = 2 if os.environ.get("EQUIPOISE_TEST_DATABASE") == "postgres" else 3


@pytest.mark.parametrize("kills", [FEW, pytest.param(20, marks=pytest.mark.slow)])
def test_no_acknowledged_act_is_lost_and_every_copy_is_put_back_equal(
    kills: int, live: tuple[Server, Home], fresh: Callable[..., Home], tmp_path: Path
):
    server, home = live
    keys, done, copies, beside = two_keys(tmp_path), [], [], set()
    for turn in range(kills):
        with under_load(server, done):
            before = list(done)
            copies.append(tmp_path / f"copy-{turn}.tar")
            home.told("backup", copies[-1], *keys.to)
            assert_holds(copies[-1], before)

            def restored(turn: int = turn) -> None:
                put_back_equal(copies[turn], fresh(f"beside-{turn}"), keys)
                beside.add(turn)

            others(home, tmp_path, turn, restored)
            wait_for_more(done)
    assert server.told(TABLES) == "False\n"
    found = json.loads(server.told(AFTERWARDS))
    kept = {(stream, seq) for stream, seq in found["kept"]}
    assert [act[:2] for act in done if act[:2] not in kept] == []
    assert found["damage"] == [] and len(done) >= kills * EACH
    for turn in {*range(kills)} - beside:
        put_back_equal(copies[turn], fresh(f"restored-{turn}"), keys)


def put_back_equal(copy: Path, home: Home, keys: Keys) -> None:
    asked = ["--secrets", secrets_of(copy), "--identity", keys.files[0]]
    home.told("restore", copy, *asked)
    assert exported(home) == sha256(part(copy, "ledger.jsonl")).hexdigest()


def assert_holds(copy: Path, acts: list[Acknowledged]) -> None:
    """What was acknowledged before the copy was begun is in it."""
    heads = manifest(copy)["heads"]
    lacking = [act for act in acts if heads.get(act[0], {"seq": 0})["seq"] < act[1]]
    assert lacking == []


class under_load:  # noqa: N801  (read as a sentence where it is used)
    """The server runs and people work; at the end it is killed under them."""

    def __init__(self, server: Server, done: list[Acknowledged]) -> None:
        self.server, self.done, self.stop = server, done, threading.Event()
        told = (server, self.stop, done)
        self.clients = [threading.Thread(target=one_client, args=told) for _ in range(CLIENTS)]

    def __enter__(self) -> None:
        self.server.start()
        for client in self.clients:
            client.start()
        wait_for_more(self.done)

    def __exit__(self, *_: object) -> None:
        self.server.kill()
        self.stop.set()
        for client in self.clients:
            client.join(timeout=HANG)


def wait_for_more(done: list[Acknowledged]) -> None:
    enough = len(done) + EACH
    wait_until(lambda: len(done) >= enough, "the server acknowledges nothing")
