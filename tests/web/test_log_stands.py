"""Beside a live server other programs come and go; what it acknowledges is there after a kill."""

import fcntl
import gzip
import http.client
import json
import os
import re
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.templatetags.static import static

from tests.patience import HANG, wait_until
from tests.verbs import verb
from tests.web.killed_server import Acknowledged, Server, one_client
from tests.web.served import SITE

AT_ONCE = 4  # as many as the worker has threads
# Where SQLite locks: the database while anyone has it open, and its shared memory likewise.
OPEN, MEMORY = ("equipoise.sqlite3", 0x40000002, 510), ("equipoise.sqlite3-shm", 128, 1)
FLOCK = "@hhqqi"
ASKED = [
    ("GET", "/", ""),
    ("GET", "/accounts/login/", ""),
    ("POST", "/accounts/login/", "login=doctor-01-1&password=wrong"),
    ("GET", "/static/theme/equipoise.css", ""),
    ("GET", "/participants/", ""),
    ("GET", "/design/", ""),
    ("GET", "/nowhere/", ""),
    ("GET", "/api/acts", ""),
    ("GET", "/api/frames", ""),
    ("POST", "/api/subjects", json.dumps({"site": SITE})),
    ("POST", "/api/acts/nothing.of-the-kind", "{}"),
    ("POST", "/api/subjects", "not JSON"),
]
# `sqlite3` as a user has it: of the system's own version, and without any care.
SQLITE = """#!{python}
import re, sqlite3, sys
target = re.fullmatch(r"\\.backup '(.*)'", sys.argv[2]).group(1)
source = sqlite3.connect(sys.argv[1])
source.backup(sqlite3.connect(target))
source.close()
"""
BROWSER = """
import sqlite3, sys
browser = sqlite3.connect(sys.argv[1])
browser.execute("SELECT count(*) FROM ledger_entry").fetchone()
browser.close()
"""


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A trial in the embedded database, whatever the other tests run on."""
    made = Server(tmp_path_factory.mktemp("live") / "home", workers=1)
    yield made
    made.end()


@pytest.fixture
def server(one_server: Server) -> Iterator[Server]:
    """It runs, and is killed after the test."""
    one_server.start()
    yield one_server
    one_server.kill()


def locked_by(home: Path, name: str, start: int, length: int) -> int:
    """Which process keeps others from this part of a file; 0 when nobody does."""
    with (home / name).open("r+b") as file:
        asked = struct.pack(FLOCK, fcntl.F_WRLCK, os.SEEK_SET, start, length, 0)
        kind, *_, process = struct.unpack(FLOCK, fcntl.fcntl(file, fcntl.F_GETLK, asked))
    return process if kind != fcntl.F_UNLCK else 0


def ask_at_once(server: Server, method: str, address: str, body: str) -> None:
    """The same request in all threads of the worker, so that each opens the database."""
    together = threading.Barrier(AT_ONCE)
    headers = {"Authorization": f"Bearer {server.key}"}
    if "=" in body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"

    found: list[int] = []

    def one() -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=HANG)) as line:
            together.wait(timeout=HANG)
            line.request(method, address, body, headers)
            found.append(line.getresponse().status)

    threads = [threading.Thread(target=one) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Four strangers at once are more than a process answers without a wait: one may hear so.
    assert len(found) == AT_ONCE and {one for one in found if one >= 500} <= {503}, address


def test_the_servers_locks_still_stand_after_every_kind_of_request(server):
    home = Path(server.environment["EQUIPOISE_HOME"])
    held = []
    for method, address, body in [("GET", "/api/acts", ""), *ASKED]:
        ask_at_once(server, method, address, body)
        held.append({locked_by(home, *OPEN), locked_by(home, *MEMORY)})
    (worker,) = held[0]
    assert worker
    assert held == [{worker}] * len(held)


def test_static_files_are_sent_compressed(server):
    """What every page asks for: 198,033 bytes as they stand, 36,170 as they are sent."""
    base = Path("src/equipoise/web/pages/base.jinja").read_text(encoding="utf-8")
    whole = sent = 0
    for name in re.findall(r"static\('([^']+)'\)", base):
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=HANG)) as line:
            line.request("GET", static(name), headers={"Accept-Encoding": "gzip"})
            answer = line.getresponse()
            body = answer.read()
        plain = Path("src/equipoise/web/static", name).read_bytes()
        if answer.headers["Content-Encoding"] == "gzip":
            assert gzip.decompress(body) == plain
        whole, sent = whole + len(plain), sent + len(body)
    assert sent < whole / 4


def command(server: Server, *words: str) -> str:
    """What a program says that is run in the same home."""
    done = subprocess.run(
        words,
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=HANG,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def documented_copy(folder: Path, server: Server) -> Path:
    """Run the how-to page's own command, with the `sqlite3` of this Python."""
    page = Path("docs/how-to/back-up.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"^.*sqlite3 .*\.backup.*$", page, re.M)
    tool = folder / "bin" / "sqlite3"
    tool.parent.mkdir()
    tool.write_text(SQLITE.format(python=sys.executable))
    tool.chmod(0o755)
    path = f"PATH={tool.parent}:$PATH; "
    command(server, "sh", "-c", path + found.replace("/backup/", f"{folder}/"))
    return folder / "equipoise.sqlite3"


AFTERWARDS = """
import json
from equipoise.web.store import DatabaseLedger, damage
kept = [[e.stream, e.seq] for e in DatabaseLedger().everything()]
print(json.dumps({"kept": kept, "damage": damage()}))
"""


def test_programs_that_come_and_go_beside_a_live_server_cost_no_acknowledged_act(server, tmp_path):
    """The documented copy, a database browser, and our own verbs, under load; then a kill."""
    home = Path(server.environment["EQUIPOISE_HOME"])
    done: list[Acknowledged] = []
    stop = threading.Event()
    clients = [
        threading.Thread(target=one_client, args=(server, stop, done)) for _ in range(AT_ONCE)
    ]
    for client in clients:
        client.start()
    wait_for_more(done)
    copy = documented_copy(tmp_path, server)
    command(server, sys.executable, "-c", BROWSER, str(home / "equipoise.sqlite3"))
    giving = ["--role", "doctor", "--site", SITE, "--by", "office-1"]
    told = {"environment": server.environment, "typed": "nine quiet herons\n"}
    assert verb("person", "doctor-01-2", *giving, **told).returncode == 0
    assert ": 0 faults" in verb("verify", **told).stdout
    wait_for_more(done)
    server.kill()
    stop.set()
    for client in clients:
        client.join(timeout=HANG)
    found = json.loads(server.told(AFTERWARDS))
    kept = {(stream, seq) for stream, seq in found["kept"]}
    assert [act[:2] for act in done if act[:2] not in kept] == []
    assert found["damage"] == []
    assert copy.stat().st_mode & 0o077 == 0


def wait_for_more(done: list[Acknowledged], more: int = 12) -> None:
    enough = len(done) + more
    wait_until(lambda: len(done) >= enough, "the server acknowledges nothing")


def test_a_server_whose_log_vanished_records_nothing_and_stops_in_words(server):
    home = Path(server.environment["EQUIPOISE_HOME"])
    ask_at_once(server, "POST", "/api/subjects", json.dumps({"site": SITE}))
    (home / "equipoise.sqlite3-wal").unlink()
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=HANG)
    body = json.dumps({"site": SITE})
    line.request("POST", "/api/subjects", body, {"Authorization": f"Bearer {server.key}"})
    answer = line.getresponse()
    assert answer.status == 503 and b"the server stops" in answer.read()
    line.close()
    server.ended()
    assert "-wal was removed or replaced" in server.said.read_text()
