"""Our own verbs and small programs, each in a process of its own that has read everything already.

A process that begins anew spends a second on reading the program. A child of one that has read it
spends none, and is as much its own: its surroundings, its input, its end. It has the texts of our
studies taken apart too (`tests/spared.py`). That a verb begins from nothing is tested by those of
`tests/spec/cli` and by the servers of `tests/web/test_installation`.

Run as a program it gives birth to such children, one after another, until nobody asks any more.
"""

import gc
import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from equipoise.study import places
from tests import spared
from tests.patience import HANG

READ_BEFORE = (
    "django.core.management.commands.migrate",
    "django.db.models.sql.compiler",
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
# These need settings, and keep none of them: a child reads its own once it knows its home.
READ_WITH_SETTINGS = (
    "equipoise.web.access.chain",
    "equipoise.web.backup.make",
    "equipoise.web.backup.restore",
    "equipoise.web.bootstrap",
    "equipoise.web.hosting.server",
    "equipoise.web.hosting.soundness",
    "equipoise.web.kept_faults",
    "equipoise.web.passwords",
    "equipoise.web.witness.tree_kept",
)
SETTINGS = "equipoise.web.settings"
Done = subprocess.CompletedProcess[str]
MOST = 1 << 20


def verb(*words: object, environment: Mapping[str, str], typed: str = "") -> Done:
    """`equipoise` with these words, however it ends."""
    return _done(["", *map(str, words)], environment, typed)


def program(text: str, *words: str, environment: Mapping[str, str], ends: int = 0) -> Done:
    """A small program with these words, which ends well, or as it is meant to end."""
    done = _done([text, *words], environment, "")
    assert done.returncode == ends, done.stderr
    return done


class Running:
    """A small program that goes on by itself until its input ends."""

    def __init__(self, text: str, *words: str, environment: Mapping[str, str], said: Path) -> None:
        """:param said: the file that takes what it says of errors"""
        (given, to), (out, come) = os.pipe(), os.pipe()
        self.stdin, self.stdout = os.fdopen(to, "w"), os.fdopen(out)
        with said.open("w") as told:
            _asked([BY_ITSELF + text, *words], environment, [given, come, told.fileno()])
        os.close(given)
        os.close(come)
        self._process = os.pidfd_open(int(self.stdout.readline()))

    def lives(self) -> bool:
        return not select.select([self._process], [], [], 0)[0]

    def end(self) -> None:
        if self.stdin.closed:
            return
        self.stdin.close()
        ended = select.select([self._process], [], [], HANG)[0]
        self.stdout.close()
        os.close(self._process)
        assert ended, "it does not end with its input"


BY_ITSELF = "import os\nif os.fork(): os._exit(0)\nprint(os.getpid(), flush=True)\n"


def _done(asked: list[str], environment: Mapping[str, str], typed: str) -> Done:
    with TemporaryFile("w+") as given, TemporaryFile("w+") as out, TemporaryFile("w+") as err:
        given.write(typed)
        given.seek(0)
        code = _asked(asked, environment, [file.fileno() for file in (given, out, err)])
        return Done(asked, code, *(file.seek(0) or file.read() for file in (out, err)))


def _asked(asked: list[str], environment: Mapping[str, str], ends: list[int]) -> int:
    """How a child ended that was asked for this, with these three as what it reads and says."""
    _, line = _mother()
    socket.send_fds(line, [json.dumps([asked, dict(environment)]).encode()], ends)
    return int(line.recv(MOST))


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
    _read_with_settings()
    _read_studies()
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


def _read_studies() -> None:
    """Take the texts of our studies apart; what a child reads beyond these is read as it is."""
    places.Loader = spared.ReadOnce
    for text in Path("studies").rglob("*.yaml"):
        spared.taken_apart(text.read_text(encoding="utf-8"))
    gc.freeze()


def _read_with_settings() -> None:
    """Read the models and what works on them, and forget the settings of that moment."""
    import django
    from asgiref.local import Local
    from django.conf import empty, settings
    from django.core.cache import caches
    from django.db import connections
    from django.db.migrations.loader import MigrationLoader

    before = dict(os.environ)
    os.environ.pop("DATABASE_URL", None)
    with TemporaryDirectory() as home:
        os.environ |= {"EQUIPOISE_HOME": home, "DJANGO_SETTINGS_MODULE": SETTINGS}
        django.setup()
        for name in READ_WITH_SETTINGS:
            import_module(name)
        MigrationLoader(None)
    os.environ.clear()
    os.environ.update(before)
    settings._wrapped = empty
    del sys.modules[SETTINGS]
    for handler in (connections, caches):
        handler.__dict__.pop("settings", None)
        handler._settings, handler._connections = None, Local(handler.thread_critical)


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
