"""A server in a process of its own, with clients that write to it, for the tests that kill it."""

import http.client
import json
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests import ready_made
from tests.patience import HANG, wait_until
from tests.ports import Port
from tests.verbs import Running, program
from tests.web.served import SITE

Acknowledged = tuple[str, int, str]


class Server:
    """The program `tests/web/served.py`, and the server that it has given birth to last.

    With the address of a database it is one that has its tables.
    """

    def __init__(self, home: Path, url: str = "", workers: int = 2, jobs: bool = True) -> None:
        if not url:
            ready_made.in_home(home)
        self.held = Port()
        self.port = self.held.number
        self.said = home.with_name(f"{home.name}-said")
        self.environment = {
            **os.environ,
            "EQUIPOISE_HOME": str(home),
            "EQUIPOISE_STUDY": "studies/first-steps",
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "equipoise.web.settings",
            "PYTHONPATH": "src:.",
            "WORKERS": str(workers),
            "JOBS": "yes" if jobs else "no",
        }
        text = "import sys; from tests.web.served import main; main(int(sys.argv[1]))"
        told = {"environment": self.environment, "said": self.said}
        self.parent = Running(text, str(self.port), **told)
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
            socket.create_connection(("127.0.0.1", self.port), timeout=HANG).close()
            return True
        return False

    def ended(self) -> None:
        """Wait until the server has gone by itself."""
        self._wait_until(lambda: not self.answers())
        self.group = 0

    def _wait_until(self, it_holds: Callable[[], bool]) -> None:
        wait_until(it_holds, "the server neither comes nor goes", self.parent.lives)

    def end(self) -> None:
        with suppress(ProcessLookupError):
            self.kill()
        self.parent.end()
        self.held.give_back()

    def told(self, script: str) -> str:
        """What a program says that comes to the same home after all is over."""
        begin = "from equipoise.cli.start import django; django()\n"
        return program(begin + script, environment=self.environment).stdout


def one_client(server: Server, stop: threading.Event, done: list[Acknowledged]) -> None:
    """Enter participants and record that they live, until told to stop or nobody answers."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=HANG)
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
