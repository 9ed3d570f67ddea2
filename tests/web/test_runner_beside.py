"""The server keeps whoever does the jobs beside it: born again if it dies, gone with the server."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from equipoise.web.jobs import stay
from tests.patience import HANG, wait_until
from tests.web.killed_server import Server

DONE_BY_IT = """
from equipoise.web import write_service
from equipoise.web.jobs.table import ToDo, write
from equipoise.web.models import Job
from tests.patience import wait_until
write([ToDo(kind="heads.nightly", key="tonight", due=write_service.now(), payload={})],
    write_service.now())
wait_until(lambda: Job.objects.get(key="tonight").done_at, "nobody does it")
print("done")
"""


def children(pid: int) -> set[int]:
    """The processes that a process has given birth to."""
    told = Path(f"/proc/{pid}/task/{pid}/children")
    return {int(child) for child in told.read_text().split()}


def listens(pid: int, port: int) -> bool:
    """Whether a process holds the line on which the server listens."""
    wanted = f"{port:04X}"
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    inodes = {x.split()[9] for x in lines if x.split()[1].endswith(f":{wanted}")}
    held = set()
    with suppress(FileNotFoundError):  # it may have ended this moment
        for one in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                held.add(str(one.readlink()))
    return any(f"socket:[{inode}]" in held for inode in inodes)


def lives(pid: int) -> bool:
    """Whether a process is there, and not only its name."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def runner_of(server: Server) -> set[int]:
    """Whichever child of the master does not listen."""
    found = children(server.group)
    return {one for one in found if lives(one) and not listens(one, server.port)}


def test_the_runner_is_born_again_ends_with_its_server_and_outlives_none_that_was_killed(
    tmp_path: Path,
):
    server = Server(tmp_path / "home")

    def runner(but: int = 0) -> int:
        wait_until(lambda: runner_of(server) - {but}, "no runner", server.answers)
        return (runner_of(server) - {but}).pop()

    try:
        server.start()
        first = runner()
        os.kill(first, signal.SIGKILL)
        second = runner(but=first)
        assert server.told(DONE_BY_IT) == "done\n"
        os.kill(server.group, signal.SIGTERM)
        server.ended()
        wait_until(lambda: not lives(second), "it stays when its server was stopped")
        server.start()
        third = runner()
        os.kill(server.group, signal.SIGKILL)
        wait_until(lambda: not lives(third), "it stays when its server was killed")
        server.ended()
    finally:
        server.end()


def test_what_the_runner_is_told_while_it_is_being_born_is_not_lost(monkeypatch):
    """Once a server that was stopped as it began waited half a minute, and killed its runner."""

    def born_slowly() -> int:
        pid = fork()
        if not pid:
            time.sleep(0.5)  # what it is told now comes before it listens
        return pid

    def until_told(stopped: Callable[[], bool]) -> None:
        while not stopped():
            time.sleep(0.01)

    fork, sent, killed = os.fork, [], os.kill
    monkeypatch.setattr(os, "fork", born_slowly)
    monkeypatch.setattr(stay, "stay", until_told)
    monkeypatch.setattr(os, "kill", lambda pid, number: (sent.append(number), killed(pid, number)))
    before = signal.signal(signal.SIGTERM, lambda number, frame: None)  # as gunicorn's master has
    try:
        beside = stay.Beside()
        beside.keep([])
        beside.tell()
        beside.await_end(HANG)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert sent == [signal.SIGTERM]
