"""The embedded database's queue for writers."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError, transaction
from pytest_django.plugin import DjangoDbBlocker

from equipoise.web.sqlite_queue.base import DatabaseWrapper
from equipoise.web.sqlite_queue.driver import SAFE
from equipoise.web.sqlite_queue.queue import QueueTooLong, leave, stand
from equipoise.web.sqlite_queue.standing import LogGone, make_empty
from equipoise.web.sqlite_queue.statements import may_write
from equipoise.web.unable import unable
from tests.patience import HANG

Connect = Callable[..., DatabaseWrapper]


@pytest.fixture
def connect(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Connect]:
    """Connections to one database file, closed at the end."""
    opened = []

    def connect(**options: object) -> DatabaseWrapper:
        settings = {
            "ENGINE": "equipoise.web.sqlite_queue",
            "NAME": tmp_path / "trial.sqlite3",
            "OPTIONS": options,
            "TIME_ZONE": None,
            "USE_TZ": True,
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": False,
            "AUTOCOMMIT": True,
            "ATOMIC_REQUESTS": False,
        }
        wrapper = DatabaseWrapper(settings, "queue-test")
        wrapper.inc_thread_sharing()
        opened.append(wrapper)
        return wrapper

    with django_db_blocker.unblock():
        yield connect
        for wrapper in opened:
            wrapper.close()


def _do(connection: DatabaseWrapper, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _one(connection: DatabaseWrapper, query: str) -> object:
    with connection.cursor() as cursor:
        return cursor.execute(query).fetchone()[0]


def _free(tmp_path: Path) -> bool:
    try:
        leave(stand(tmp_path / "trial.sqlite3-queue", seconds=0.05))
    except QueueTooLong:
        return False
    return True


@pytest.mark.parametrize(
    ("statement", "writes"),
    [
        ("SELECT 1", False),
        ("  -- why\n select 1", False),
        ("/* why */ (SELECT 1)", False),
        ("VALUES (1)", False),
        ("EXPLAIN QUERY PLAN DELETE FROM t", False),
        ("PRAGMA table_info(t)", False),
        ("PRAGMA main.foreign_key_list('t')", False),
        ("WITH a AS (SELECT 1) SELECT * FROM a", False),
        ("WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", True),
        ("with a as (select 1)\nupdate t set n = 1", True),
        ("/* SELECT */ DELETE FROM t", True),
        ("PRAGMA wal_checkpoint(TRUNCATE)", True),
        ("PRAGMA journal_mode=WAL", True),
        ("INSERT INTO t VALUES (1)", True),
        ("BEGIN IMMEDIATE", True),
        ("CREATE TABLE t (n)", True),
        ("VACUUM", True),
        ("", True),
    ],
)
def test_whatever_may_write_stands_in_the_queue(statement: str, writes: bool):
    assert may_write(statement) is writes


def test_the_database_is_safe_and_durable_without_being_told(connect: Connect):
    connection = connect()
    connection.ensure_connection()
    assert connection.Database.sqlite_version_info >= SAFE
    assert _one(connection, "PRAGMA journal_mode") == "wal"
    assert _one(connection, "PRAGMA synchronous") == 2  # FULL
    assert _one(connection, "PRAGMA foreign_keys") == 1
    assert connection.transaction_mode == "IMMEDIATE"


def test_four_processes_that_each_add_one_25_times_make_a_hundred(connect: Connect, tmp_path: Path):
    _do(connect(), "CREATE TABLE t (n int)", "INSERT INTO t VALUES (0)")
    script = f"""
import django
from django.conf import settings
settings.configure(DATABASES={{"default": {{"ENGINE": "equipoise.web.sqlite_queue",
    "NAME": {str(tmp_path / "trial.sqlite3")!r}}}}})
django.setup()
from django.db import connection, transaction

for _ in range(25):
    with transaction.atomic(), connection.cursor() as cursor:
        n = cursor.execute("SELECT n FROM t").fetchone()[0]
        cursor.execute("UPDATE t SET n = %s", [n + 1])
"""
    runs = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(4)]
    assert [run.wait(timeout=HANG) for run in runs] == [0, 0, 0, 0]
    assert _one(connect(), "SELECT n FROM t") == 100
    assert _one(connect(), "PRAGMA integrity_check") == "ok"


def test_threads_of_one_process_queue_too(connect: Connect):
    _do(connect(), "CREATE TABLE t (n int)", "INSERT INTO t VALUES (0)")

    def add(connection: DatabaseWrapper) -> None:
        for _ in range(25):
            _do(connection, "BEGIN", "UPDATE t SET n = n + 1", "COMMIT")

    threads = [threading.Thread(target=add, args=(connect(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _one(connect(), "SELECT n FROM t") == 100


@pytest.mark.parametrize(
    "statements",
    [
        ["INSERT INTO t VALUES (1)"],
        ["WITH a AS (SELECT 1 AS n) INSERT INTO t SELECT n FROM a"],
        ["BEGIN", "INSERT INTO t VALUES (1)", "COMMIT"],
        ["BEGIN", "INSERT INTO t VALUES (1)", "ROLLBACK"],
    ],
    ids=lambda statements: statements[-1],
)
def test_the_queue_is_free_once_a_writer_is_done(
    connect: Connect, tmp_path: Path, statements: list[str]
):
    connection = connect()
    _do(connection, "CREATE TABLE t (n int)")
    _do(connection, *statements)
    assert _free(tmp_path)


def test_the_queue_is_free_after_every_kind_of_failure(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    connection = connect()
    monkeypatch.setattr(transaction, "get_connection", lambda using=None: connection)
    _do(
        connection,
        "CREATE TABLE t (n int UNIQUE)",
        "CREATE TABLE u (n int REFERENCES t(n) DEFERRABLE INITIALLY DEFERRED)",
    )
    with pytest.raises(OperationalError):
        _do(connection, "INSERT INTO nowhere VALUES (1)")
    assert _free(tmp_path)
    with pytest.raises(OperationalError), transaction.atomic():
        _do(connection, "INSERT INTO nowhere VALUES (1)")
    assert _free(tmp_path)
    with pytest.raises(IntegrityError), transaction.atomic():  # refused at COMMIT itself
        _do(connection, "INSERT INTO u VALUES (1)")
    assert _free(tmp_path)
    with transaction.atomic():
        _do(connection, "INSERT INTO t VALUES (1)")
        assert not _free(tmp_path)
        connection.close()
    assert _free(tmp_path)
    assert _one(connection, "SELECT count(*) FROM t") == 0


def test_a_nested_transaction_does_not_wait_for_itself(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    connection = connect()
    monkeypatch.setattr(transaction, "get_connection", lambda using=None: connection)
    _do(connection, "CREATE TABLE t (n int)")
    with transaction.atomic():
        with transaction.atomic():
            _do(connection, "INSERT INTO t VALUES (1)")
        assert not _free(tmp_path)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            _do(connection, "INSERT INTO t VALUES (2)")
            raise ZeroDivisionError
    assert _free(tmp_path)
    assert _one(connection, "SELECT sum(n) FROM t") == 1


def test_who_waits_too_long_is_told_that_the_database_is_locked(connect: Connect):
    first, second = connect(), connect(timeout=0.1)
    _do(first, "CREATE TABLE t (n int)", "BEGIN", "INSERT INTO t VALUES (1)")
    with pytest.raises(OperationalError, match="database is locked"):
        _do(second, "INSERT INTO t VALUES (2)")
    assert _one(second, "SELECT count(*) FROM t") == 0  # readers do not wait
    _do(first, "COMMIT")
    _do(second, "INSERT INTO t VALUES (2)")
    assert _one(first, "SELECT count(*) FROM t") == 2


def test_who_gave_up_waiting_does_not_get_the_place_later(tmp_path: Path):
    path = tmp_path / "queue"
    place = stand(path, seconds=1)
    with pytest.raises(QueueTooLong):
        stand(path, seconds=0.05)
    leave(place)
    leave(place)
    leave(stand(path, seconds=HANG))


def test_a_killed_writer_leaves_the_queue(tmp_path: Path):
    path = tmp_path / "queue"
    script = (
        "import sys, time, pathlib\n"
        "from equipoise.web.sqlite_queue.queue import stand\n"
        "place = stand(pathlib.Path(sys.argv[1]), 1)\n"
        "print('held', flush=True)\n"
        f"time.sleep({HANG})\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout.readline() == "held\n"
        with pytest.raises(QueueTooLong):
            stand(path, seconds=0.05)
        run.kill()
    leave(stand(path, seconds=HANG))


def test_a_child_process_neither_keeps_nor_frees_its_parents_place(tmp_path: Path):
    path = tmp_path / "queue"
    place = stand(path, seconds=1)
    if (child := os.fork()) == 0:
        leave(place)
        time.sleep(HANG)
        os._exit(0)
    try:
        with pytest.raises(QueueTooLong):
            stand(path, seconds=0.1)
        leave(place)
        leave(stand(path, seconds=HANG))
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2)])
def test_an_unsafe_sqlite_is_refused_with_what_would_do(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]
):
    from equipoise.web.sqlite_queue import driver

    monkeypatch.setattr(driver, "_version", lambda module: version)
    with pytest.raises(driver.UnsafeSqlite, match=r"3\.51\.3 or newer.*pysqlite3.*DATABASE_URL"):
        driver.install()


def test_nobody_but_sqlite_opens_the_database_or_its_log(connect: Connect, tmp_path: Path):
    """By POSIX, who closes any descriptor of a file gives up the locks of the whole process."""
    opened: list[str] = []
    listening = True

    def listen(event: str, told: tuple[object, ...]) -> None:
        if not listening or event != "open" or "trial.sqlite3" not in str(told[0]):
            return
        # Made only if it is not there: of a file that is new nobody holds a lock.
        if not int(str(told[2])) & os.O_EXCL and not str(told[0]).endswith("-queue"):
            opened.append(str(told[0]))

    sys.addaudithook(listen)
    make_empty(tmp_path / "trial.sqlite3")
    first, second = connect(), connect()
    make_empty(tmp_path / "trial.sqlite3")
    _do(first, "CREATE TABLE t (n int)", "BEGIN", "INSERT INTO t VALUES (1)", "COMMIT")
    assert _one(second, "SELECT n FROM t") == 1
    second.close()
    first.close()
    listening = False
    assert opened == []


@pytest.mark.parametrize("which", ["trial.sqlite3-wal", "trial.sqlite3"])
@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_nothing_is_written_once_the_log_or_the_database_is_another_file(
    connect: Connect, tmp_path: Path, which: str, how: str
):
    connection = connect()
    _do(connection, "CREATE TABLE t (n int)")
    (tmp_path / which).rename(tmp_path / "aside")
    if how == "replaced":
        (tmp_path / which).touch()
    with pytest.raises(LogGone, match=f"{which} was removed or replaced"):
        _do(connection, "INSERT INTO t VALUES (1)")
    assert _free(tmp_path)
    (tmp_path / "aside").replace(tmp_path / which)
    assert _one(connection, "SELECT count(*) FROM t") == 0


def test_what_was_committed_into_a_log_that_is_gone_is_not_acknowledged(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    connection = connect()
    monkeypatch.setattr(transaction, "get_connection", lambda using=None: connection)
    _do(connection, "CREATE TABLE t (n int)")
    log = tmp_path / "trial.sqlite3-wal"
    with pytest.raises(LogGone), transaction.atomic():
        _do(connection, "INSERT INTO t VALUES (1)")
        log.rename(tmp_path / "aside")
    (tmp_path / "aside").replace(log)
    assert _free(tmp_path)


def test_a_child_process_opens_the_database_anew(connect: Connect):
    connection = connect()
    _do(connection, "CREATE TABLE t (n int)")
    before = connection.connection
    if (child := os.fork()) == 0:
        _do(connection, "INSERT INTO t VALUES (1)")
        os._exit(0 if connection.connection is not before else 1)
    assert os.waitpid(child, 0)[1] == 0
    _do(connection, "INSERT INTO t VALUES (2)")
    assert _one(connection, "SELECT sum(n) FROM t") == 3
    assert _one(connection, "PRAGMA quick_check") == "ok"


def test_no_second_sqlite_library_is_asked_for_anywhere_in_the_product():
    """Two in one process know nothing of each other's locks, and cancel them."""
    other = re.compile(r"import sqlite3|import pysqlite3|\badbc|connectorx|read_database_uri|apsw")
    sources = Path("src/equipoise").rglob("*.py")
    found = {path.name for path in sources if other.search(path.read_text(encoding="utf-8"))}
    # The registry's own file of records is no database of the trial's: no other library opens it.
    assert found <= {"driver.py", "records.py"}


def test_what_sqlite_says_when_it_can_not_record_is_told_in_words(connect: Connect):
    """A full disk, a database that another holds, and one that may not be written."""
    first, second = connect(), connect(timeout=0.1)
    _do(first, "CREATE TABLE t (n blob)")
    pages = _one(first, "PRAGMA page_count")
    found = []

    def refused(connection: DatabaseWrapper, *statements: str) -> None:
        with pytest.raises(OperationalError) as error:
            _do(connection, *statements)
        found.append(unable(error.value).code)

    refused(first, f"PRAGMA max_page_count = {pages}", "INSERT INTO t VALUES (zeroblob(99999))")
    _do(first, "BEGIN")
    refused(second, "INSERT INTO t VALUES (1)")
    _do(first, "COMMIT")
    refused(second, "PRAGMA query_only = 1", "INSERT INTO t VALUES (1)")
    assert found == ["database.full", "database.busy", "database.read-only"]
