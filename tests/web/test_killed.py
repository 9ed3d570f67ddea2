"""A server that is killed under load, twenty times: all that it acknowledged is there and whole."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.web.served import SITE

KILLS, CLIENTS, EACH = 20, 6, 8  # so many acts are acknowledged before each kill
Acknowledged = tuple[str, int, str]

pytestmark = [pytest.mark.database]


class Server:
    """The program `tests/web/served.py`, and the server that it has given birth to last."""

    def __init__(self, home: Path, url: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = {
            **os.environ,
            "EQUIPOISE_HOME": str(home),
            "EQUIPOISE_STUDY": "studies/first-steps",
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "equipoise.web.settings",
            "PYTHONPATH": "src:.",
        }
        self.parent = subprocess.Popen(
            [sys.executable, "-m", "tests.web.served", str(self.port)],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.key = self.parent.stdout.readline().strip()
        self.group = 0

    def start(self) -> None:
        self.parent.stdin.write("again\n")
        self.parent.stdin.flush()
        self.group = int(self.parent.stdout.readline())
        self._wait_until(self.answers)

    def kill(self) -> None:
        """Kill master and workers at one stroke; the last of them must be gone before a new one."""
        if self.group:
            os.killpg(self.group, signal.SIGKILL)
            self.group = 0
            self._wait_until(lambda: not self.answers())

    def answers(self) -> bool:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        return False

    @staticmethod
    def _wait_until(it_holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        while not it_holds():
            assert time.monotonic() < deadline, "the server neither comes nor goes"
            time.sleep(0.01)

    def end(self) -> None:
        with suppress(ProcessLookupError):
            self.kill()
        self.parent.stdin.close()
        self.parent.wait(timeout=30)

    def told(self, script: str) -> str:
        """What a program says that comes to the same home after all is over."""
        begin = "from equipoise.cli.start import django; django()\n"
        run = [sys.executable, "-c", begin + script]
        return subprocess.run(
            run, env=self.environment, capture_output=True, text=True, check=True
        ).stdout


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A trial of its own, on the database under test."""
    in_postgres = os.environ.get("EQUIPOISE_TEST_DATABASE") == "postgres"
    url = request.getfixturevalue("postgres_url") if in_postgres else ""
    made = Server(tmp_path, url)
    yield made
    made.end()


def one_client(server: Server, stop: threading.Event, done: list[Acknowledged]) -> None:
    """Enter participants and record that they live, until told to stop or nobody answers."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}

    def post(address: str, **asked: object) -> dict[str, object] | None:
        line.request("POST", address, json.dumps(asked), headers)
        answer = line.getresponse()
        told = json.loads(answer.read())
        assert answer.status in (200, 409), told
        return told if answer.status == 200 else None

    # A server that dies under a request leaves any of these; nothing was acknowledged then.
    with suppress(OSError, http.client.HTTPException, json.JSONDecodeError):
        while not stop.is_set():
            entered = post("/api/subjects", site=SITE)
            if entered is None:
                continue
            subject_id = str(entered["subject_id"])
            done.append((subject_id, 1, ""))
            for cups in range(3):
                saved = post(
                    "/api/acts/forms.save",
                    subject_id=subject_id,
                    fields={"form": "pressure", "values": pressure(cups), "reason": "again"},
                )
                if saved is not None:
                    done.append((subject_id, int(saved["seq"]), str(saved["digest"])))


def pressure(more: int) -> dict[str, str]:
    """A blood pressure that differs each time."""
    both = {"systolic": str(120 + more), "diastolic": "80"}
    return both | {f"{name}.unit": "mm[Hg]" for name in both}


AFTERWARDS = """
import json
from equipoise.conduct import trial
from equipoise.conduct.subject import Subject
from equipoise.ledger import verify
from equipoise.web import reading
from equipoise.web.models import SubjectRow
from equipoise.web.store import DatabaseLedger
ledger = DatabaseLedger()
fresh = {
    subject_id: trial.catch_up_subject(Subject(subject_id=subject_id), ledger)
    for subject_id in trial.subject_ids(ledger)
}
rows = {row.subject_id: reading.decoded(row) for row in SubjectRow.objects.all()}
print(json.dumps({
    "entries": [[e.stream, e.seq, e.digest] for e in ledger.everything()],
    "faults": [fault.sentence for fault in verify(ledger.everything())],
    "same": rows == fresh,
}))
"""


def test_every_acknowledged_act_is_there_after_twenty_kills_and_the_chain_verifies(server):
    done: list[Acknowledged] = []
    for _ in range(KILLS):
        server.start()
        stop = threading.Event()
        clients = [
            threading.Thread(target=one_client, args=(server, stop, done)) for _ in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        _wait_for(done, len(done) + EACH)
        server.kill()
        stop.set()
        for client in clients:
            client.join(timeout=30)
    found = json.loads(server.told(AFTERWARDS))
    kept = {(stream, seq): digest for stream, seq, digest in found["entries"]}
    lost = [act for act in done if kept.get(act[:2]) is None or act[2] not in ("", kept[act[:2]])]
    assert lost == [] and found["faults"] == [] and found["same"]
    assert len(done) >= EACH * KILLS


def _wait_for(done: list[Acknowledged], count: int) -> None:
    deadline = time.monotonic() + 60
    while len(done) < count:
        assert time.monotonic() < deadline, "the server acknowledges nothing"
        time.sleep(0.005)
