"""Our own verbs and small programs, each in a process of its own that has read everything already.

A process that begins anew spends a second on reading the program. A child of one that has read it
spends none, and is as much its own: its surroundings, its input, its end. That a verb begins from
nothing is tested by those of `tests/spec/cli` and by the servers of `tests/web/test_installation`.

Run as a program it gives birth to such children, one after another, until nobody asks any more.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from tempfile import TemporaryFile

from tests.patience import HANG

# What needs no settings; the rest is read by a child once it knows its home.
READ_BEFORE = (
    "django.core.management.commands.migrate",
    "django.test",
    "equipoise.cli",
    "equipoise.conduct.fitness",
    "equipoise.conduct.trial",
    "equipoise.study.load",
    "equipoise.web.home",
    "gunicorn.arbiter",
    "jinja2",
    "psycopg",
    "pyrage",
    "pysqlite3",
)
Done = subprocess.CompletedProcess[str]
MOST = 1 << 20


def verb(*words: object, environment: Mapping[str, str], typed: str = "") -> Done:
    """`equipoise` with these words, however it ends."""
    return _done(["", *map(str, words)], environment, typed)


def program(text: str, *words: str, environment: Mapping[str, str]) -> Done:
    """A small program with these words, which ends well."""
    done = _done([text, *words], environment, "")
    assert done.returncode == 0, done.stderr
    return done


def _done(asked: list[str], environment: Mapping[str, str], typed: str) -> Done:
    _, line = _mother()
    with TemporaryFile("w+") as given, TemporaryFile("w+") as out, TemporaryFile("w+") as err:
        given.write(typed)
        given.seek(0)
        told = json.dumps([asked, dict(environment)]).encode()
        socket.send_fds(line, [told], [given.fileno(), out.fileno(), err.fileno()])
        code = int(line.recv(MOST))
        return Done(asked, code, *(file.seek(0) or file.read() for file in (out, err)))


@lru_cache
def _mother() -> tuple["subprocess.Popen[bytes]", socket.socket]:
    """The process that has read everything, and how it is asked; it ends with this one."""
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    here.settimeout(HANG)
    with there:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.verbs", str(there.fileno())],
            pass_fds=[there.fileno()],
            env={**os.environ, "PYTHONPATH": "src:."},
            stdin=subprocess.DEVNULL,
        )
    return process, here


def main(line: socket.socket) -> None:
    """Give birth to whoever is asked for; in a child, do what was asked and end as it ends."""
    for name in READ_BEFORE:
        import_module(name)
    while True:
        told, ends, _, _ = socket.recv_fds(line, MOST, 3)
        if not told:
            return
        child = os.fork()
        if not child:
            break
        for end in ends:
            os.close(end)
        line.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())
    line.close()
    (text, *words), environment = json.loads(told)
    os.environ.clear()
    os.environ.update(environment)
    for number, end in enumerate(ends):
        os.dup2(end, number)
        os.close(end)
    _do(text, words)


def _do(text: str, words: list[str]) -> None:
    if text:
        sys.argv = ["-c", *words]
        exec(compile(text, "<a program>", "exec"), {"__name__": "__main__"})
        return
    from equipoise.cli import main as equipoise

    sys.argv = ["equipoise", *words]
    sys.exit(equipoise(words))


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
