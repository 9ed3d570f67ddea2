"""A database that was put back by other means than ours is noticed: a dump, a file, a standby."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.postgres import Server
from tests.verbs import program
from tests.web.copied import Home, with_tables

pytestmark = [pytest.mark.database]

IN_ONE_PROCESS = """
import json, sys
from equipoise.cli.start import django; django()
from equipoise.conduct.act import Refused
from equipoise.conduct.restored import SayRestored
from equipoise.web import adopted, bootstrap, home, write_service
from equipoise.web.hosting import server, soundness

def entered():
    try:
        return write_service.enter_screening("doctor-01-1", "01").subject_id
    except Refused as refused:
        return [refusal.code for refusal in refused.refusals]

def stated():
    told = SayRestored(numbers="01 9\\n02 9", last_draw=0, because="from paper")
    return write_service.perform(told, "office-1").kind

def started():
    return server.obstacles(demonstration=True)

def opened():
    server.make_ready()
    people = [("doctor-01-1", "doctor", "01")]
    bootstrap.open_trial(adopted.study(), "office-1", people=people)

def doctor():
    return [said[:40] for name, found in soundness.thorough() if name == "copy" for said in found]

print(json.dumps([globals()[word]() for word in sys.argv[1:]]))
"""


@dataclass(frozen=True)
class Kept:
    """One home, and how its database is copied and put back by its own tools."""

    home: Home
    server: Server | None
    folder: Path

    def done(self, *words: str) -> list[object]:
        """What these say, one after another in one process."""
        run = program(IN_ONE_PROCESS, *words, environment=self.home.environment)
        return json.loads(run.stdout)

    def copied(self, name: str) -> None:
        if self.server:
            self.server.dumped(self._database, self.folder / name)
            return
        (self.folder / name).mkdir()
        for file in self.home.path.glob("equipoise.sqlite3*"):
            shutil.copy2(file, self.folder / name)

    def put_back(self, name: str) -> "Kept":
        if self.server:
            database = self.server.put_back(self.folder / name)
            return replace(self, home=replace(self.home, url=self.server.url(database)))
        for file in self.home.path.glob("equipoise.sqlite3*"):
            file.unlink()
        for file in (self.folder / name).iterdir():
            shutil.copy2(file, self.home.path)
        return self

    @property
    def _database(self) -> str:
        return self.home.url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def make(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], Kept]:
    def made() -> Kept:
        in_postgres = os.environ.get("EQUIPOISE_TEST_DATABASE") == "postgres"
        server = request.getfixturevalue("postgres") if in_postgres else None
        kept = Kept(with_tables(tmp_path / "home", server), server, tmp_path)
        kept.done("opened")
        return kept

    return made


WAITS = ["restored.numbers-unknown"]


def test_an_earlier_database_gives_no_number_until_the_numbers_are_stated(make):
    kept = make()
    assert kept.done("started", "entered", "doctor") == [[], "TEA-01-0001", []]
    kept.copied("monday")
    assert kept.done("entered", "entered") == ["TEA-01-0002", "TEA-01-0003"]
    back = kept.put_back("monday")
    # At the door of a server that did not stop meanwhile, and at one that starts on it.
    told = back.done("doctor", "entered", "started", "doctor", "entered")
    assert told[0][0].startswith("the database is an earlier one") and told[1] == WAITS
    assert told[2] == [] and told[3][0].startswith("it was put back as it was") and told[4] == WAITS
    told = back.done("stated", "doctor", "entered", "doctor")
    assert told == ["study.restored", [], "TEA-01-0010", []]
    # The same dump once more: what was stated of the first time does not hold for it.
    again = back.put_back("monday")
    assert again.done("entered", "stated", "entered") == [WAITS, "study.restored", "TEA-01-0010"]


def test_one_that_lacks_nothing_and_one_in_a_home_that_saw_nothing_are_not_told_apart(make):
    """What cannot be known: nothing tells a home that was put back with its database."""
    kept = make()
    assert kept.done("entered") == ["TEA-01-0001"]
    kept.copied("now")
    back = kept.put_back("now")
    assert back.done("started", "entered") == [[], "TEA-01-0002"]
    back.copied("later")
    back.done("entered")
    (back.home.path / "seen").unlink()
    assert back.put_back("later").done("started", "entered") == [[], "TEA-01-0003"]


def test_what_the_home_has_noted_holds_for_this_trial_alone_and_may_be_unreadable(make):
    kept = make()
    kept.done("entered")
    seen = kept.home.path / "seen"
    noted = json.loads(seen.read_bytes())
    assert seen.stat().st_mode & 0o077 == 0
    for content in (
        b"not ours",
        b"not ours, and longer than what is noted takes " * 9,
        json.dumps({**noted, "origin": "equipoise/0", "rows": 999}).encode(),
    ):
        seen.write_bytes(content)
        assert kept.done("started", "entered")[0] == []
