"""The PostgreSQL that the tests start for themselves."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.patience import HANG, wait_until
from tests.postgres import APPLICATION, Server

pytestmark = pytest.mark.postgres


def test_a_real_postgresql_of_at_least_15_answers(postgres_url: str):
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute("select version(), current_setting('server_version_num')::int")
        version, number = row.fetchone()
    assert version.startswith("PostgreSQL ")
    assert number >= 150000


def test_each_test_has_a_database_of_its_own(postgres: Server, postgres_url: str):
    other = postgres.url(postgres.new_database())
    with psycopg.connect(postgres_url) as connection:
        connection.execute("create table only_here (n int)")
    with psycopg.connect(other) as connection:
        assert connection.execute("select to_regclass('only_here')").fetchone() == (None,)


@pytest.mark.parametrize(
    "order", ["update entry set n = 2", "delete from entry", "truncate entry", "drop table entry"]
)
def test_the_application_may_only_read_and_add_to_the_ledger(
    postgres: Server, postgres_url: str, order: str
):
    with psycopg.connect(postgres_url) as owner:
        owner.execute("create table entry (n int)")
        owner.execute("create table other (n int)")
        database = owner.info.dbname
    with psycopg.connect(postgres.grant_application(database, "entry")) as application:
        assert application.info.user == APPLICATION
        application.execute("insert into entry values (1)")
        application.execute("insert into other values (1)")
        application.execute("update other set n = 2")
        application.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(order)


def test_a_killed_test_run_takes_its_server_with_it(tmp_path: Path):
    """The kernel stops the server; the next run sweeps the folder."""
    script = (
        "import os, signal, time, tests.postgres as p\n"
        "os.environ.pop(p.ADDRESS, None)\n"
        "print(p._the_server().folder, flush=True)\n"
        f"time.sleep({HANG})\n"
    )
    run = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    folder = Path(run.stdout.readline().strip())
    server = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(run.pid, 9)
    run.wait()
    run.stdout.close()
    wait_until(lambda: not _running(server), "the server outlives who started it")
    from tests.postgres import _PREFIX, sweep

    sweep(folder.parent, _PREFIX)
    assert not folder.exists()


def _running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
