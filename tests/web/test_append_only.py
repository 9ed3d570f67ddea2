"""Nobody changes the ledger's past: not the application's user, not by any statement."""

import importlib
import os
import re
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from equipoise.cli import main
from equipoise.ledger import TOMBSTONE, Entry, MemoryLedger, Overtaken, verify
from equipoise.web.hosting import server
from equipoise.web.models import EntryRow
from equipoise.web.store import DatabaseLedger
from equipoise.web.triggers import loose, weaknesses
from tests.postgres import Server
from tests.spec.ledger.histories import record, redact
from tests.verbs import Done, verb

COLUMNS = Entry.__struct_fields__
INSERT = sql.SQL("INSERT INTO ledger_entry ({}) VALUES ({})").format(
    sql.SQL(", ").join(map(sql.Identifier, COLUMNS)),
    sql.SQL(", ").join(sql.Placeholder() * len(COLUMNS)),
)
ATTACKS = [
    "UPDATE ledger_entry SET payload = '{}'",
    "UPDATE ledger_entry SET by = 'someone-else' WHERE seq = 1",
    "DELETE FROM ledger_entry",
    "DELETE FROM ledger_entry WHERE seq = 2",
    "TRUNCATE ledger_entry",
    "TRUNCATE ledger_entry CASCADE",
    "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
    "ALTER TABLE ledger_entry DISABLE TRIGGER ledger_no_change",
    "DROP TRIGGER ledger_no_change ON ledger_entry",
    "DROP FUNCTION ledger_refuse() CASCADE",
    "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RETURN NEW; END $$",
    "DROP TABLE ledger_entry",
    "ALTER TABLE ledger_entry DROP COLUMN digest",
    "ALTER TABLE ledger_entry RENAME TO ledger_of_before",
    "CREATE RULE silence AS ON INSERT TO ledger_entry DO INSTEAD NOTHING",
    "SET session_replication_role = 'replica'",
    "SET ROLE equipoise_owner",
    "INSERT INTO ledger_entry SELECT * FROM ledger_entry WHERE false "
    "ON CONFLICT (stream, seq) DO UPDATE SET payload = '{}'",
    "MERGE INTO ledger_entry a USING ledger_entry b ON a.id = b.id WHEN MATCHED THEN DELETE",
    "COPY ledger_entry FROM '/etc/hostname'",
    "LOCK TABLE ledger_entry IN ACCESS EXCLUSIVE MODE",
    "DELETE FROM tree_head",
    "UPDATE tree_leaf SET random = hash",
    "TRUNCATE tree_node",
    "DROP TRIGGER tree_head_no_change ON tree_head",
]


@pytest.fixture(scope="module")
def migrated(postgres: Server) -> str:
    """A database with our tables and the grants that the how-to page names; returns its name."""
    name = postgres.new_database()
    made = verb("serve", "--migrate", environment=_on(postgres.url(name)))
    assert made.returncode == 0, made.stderr
    page = Path("docs/how-to/run-on-postgresql.md").read_text(encoding="utf-8")
    (grants,) = (block for block in re.findall(r"```sql\n(.*?)```", page, re.S) if "GRANT" in block)
    with psycopg.connect(postgres.url(name), autocommit=True) as owner:
        owner.execute(grants)
    return name


@pytest.fixture
def application(
    postgres: Server, migrated: str, rehearsed: MemoryLedger
) -> psycopg.Connection[tuple[object, ...]]:
    """The application's own connection; the study's stream is recorded."""
    with psycopg.connect(postgres.url(migrated, "equipoise_app"), autocommit=True) as connection:
        if not connection.execute("SELECT count(*) FROM ledger_entry").fetchone()[0]:
            for entry in rehearsed.entries("study"):
                connection.execute(INSERT, [getattr(entry, name) for name in COLUMNS])
        yield connection


@pytest.mark.postgres
@pytest.mark.parametrize("attack", ATTACKS)
def test_the_applications_user_can_not(attack, application, rehearsed):
    with pytest.raises(psycopg.Error):
        application.execute(attack)
    whole = application.execute("SELECT stream, seq, digest FROM ledger_entry ORDER BY seq")
    kept = [(entry.stream, entry.seq, entry.digest) for entry in rehearsed.entries("study")]
    assert whole.fetchall() == kept


@pytest.mark.postgres
@pytest.mark.parametrize("which", ["a fork", "a gap", "another first", "a place before"])
def test_the_applications_user_can_only_add_what_follows(which, application, rehearsed):
    last = [getattr(list(rehearsed.entries("study"))[-1], name) for name in COLUMNS]
    seq, previous = COLUMNS.index("seq"), COLUMNS.index("previous")
    last[seq] += {"a fork": 1, "a gap": 2, "another first": 0, "a place before": -1}[which]
    if which != "a fork":
        last[previous] = last[-1]
    last[-1] = "f" * 64
    with pytest.raises(psycopg.errors.UniqueViolation):
        application.execute(INSERT, last)


@pytest.mark.postgres
def test_a_table_of_the_same_name_that_is_looked_at_first_changes_nothing(application, rehearsed):
    """Anybody may make a temporary table, and it is looked at before any other of its name."""
    with application.transaction(force_rollback=True):
        application.execute("CREATE TEMP TABLE ledger_entry (LIKE public.ledger_entry)")
        application.execute("CREATE TEMP TABLE tree_leaf (LIKE public.tree_leaf)")
        application.execute("SET LOCAL search_path = pg_temp, public")
        own = INSERT.as_string().replace("INTO ledger_entry", "INTO public.ledger_entry")
        first = [getattr(next(rehearsed.entries("study")), name) for name in COLUMNS]
        first[-1] = "f" * 64
        for another, values in (
            (own, first),
            ("INSERT INTO public.tree_leaf VALUES (7, 'study', 9, 'a', 'b')", None),
        ):
            refused = pytest.raises(psycopg.errors.UniqueViolation, match="does not follow")
            with refused, application.transaction():
                application.execute(another, values)


@pytest.mark.postgres
def test_whoever_bypasses_the_application_still_meets_the_triggers(postgres, migrated, application):
    with psycopg.connect(postgres.url(migrated), autocommit=True) as owner:
        for attack in ATTACKS[:6]:
            with pytest.raises(psycopg.errors.RaiseException):
                owner.execute(attack)


@pytest.mark.postgres
def test_the_applications_user_redacts_by_the_act_alone(postgres, migrated):
    """The act takes the content away; no right to change the table is needed, and none is got."""
    made = MemoryLedger()
    with_name = record(made, "PIT-01-0001", payload={"text": "Jansen"})
    redact(made, "PIT-01-0001", 1, {"text": "[redacted]"})
    with psycopg.connect(postgres.url(migrated, "equipoise_app"), autocommit=True) as app:
        first, act = made.entries("PIT-01-0001")
        app.execute(INSERT, [getattr(with_name, name) for name in COLUMNS])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("UPDATE ledger_entry SET payload = %s", [first.payload])
        app.execute(INSERT, [getattr(act, name) for name in COLUMNS])
        told = app.execute("SELECT payload FROM ledger_entry WHERE stream = 'PIT-01-0001'")
        assert [row[0] for row in told.fetchall()] == [first.payload, act.payload]
        app.execute("CREATE TEMP TABLE mine (kind text)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(
                "CREATE TRIGGER mine AFTER INSERT ON mine "
                "FOR EACH ROW EXECUTE FUNCTION ledger_redact()"
            )
    with psycopg.connect(postgres.url(migrated), autocommit=True) as owner:
        for more in ("by = 'p-1'", "seq = 7", "digest = previous"):
            with pytest.raises(psycopg.errors.RaiseException):
                owner.execute(f"UPDATE ledger_entry SET {more} WHERE stream = 'PIT-01-0001'")


@pytest.mark.parametrize("stream", ["study", "allocation"])
def test_nothing_of_the_whole_trial_is_redacted(trial_here, stream):
    ledger = DatabaseLedger()
    before = next(ledger.entries(stream))
    with pytest.raises((DatabaseError, Overtaken)), transaction.atomic():
        redact(ledger, stream, before.seq, {})
    assert next(ledger.entries(stream)) == before


@pytest.mark.database
def test_a_tombstone_is_made_of_no_entry_that_no_act_redacts(trial_here):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("UPDATE ledger_entry SET payload = %s", [TOMBSTONE])


@pytest.mark.database
@pytest.mark.parametrize("attack", ATTACKS[:4])
def test_triggers_refuse_to_change_or_remove_an_entry(attack, trial_here):
    before = DatabaseLedger().heads()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(attack.replace(" by ", ' "by" '))
    assert DatabaseLedger().heads() == before


@pytest.mark.database
def test_no_statement_puts_an_entry_in_the_place_of_another(trial_here):
    """SQLite's REPLACE takes the old row away without asking its triggers; a new entry is new."""
    before = [(e.stream, e.seq, e.digest) for e in DatabaseLedger().everything()]
    last = list(DatabaseLedger().entries("study"))[-1]
    values = [getattr(last, name) for name in COLUMNS]
    values[COLUMNS.index("seq")] += 1
    values[COLUMNS.index("previous")] = last.digest
    values[COLUMNS.index("digest")] = "f" * 64
    names = ", ".join(f'"{name}"' for name in ("id", *COLUMNS))
    holes = ", ".join(["%s"] * (len(COLUMNS) + 1))
    ways = {
        "sqlite": [f"INSERT OR REPLACE INTO ledger_entry ({names}) VALUES ({holes})"],
        "postgresql": [
            f"INSERT INTO ledger_entry ({names}) VALUES ({holes}) "
            "ON CONFLICT (id) DO UPDATE SET payload = excluded.payload"
        ],
    }
    for way in ways[connection.vendor]:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(way, [EntryRow.objects.order_by("id")[0].id, *values])
    assert [(e.stream, e.seq, e.digest) for e in DatabaseLedger().everything()] == before


LOOSENED = {
    "sqlite": [
        [
            "DROP TRIGGER ledger_no_delete",
            "CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger_entry BEGIN SELECT 1; END",
        ],
        [
            "DROP TRIGGER ledger_no_update",
            "CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger_entry WHEN NEW.seq < 0 "
            "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
        ],
        ["CREATE TRIGGER mine AFTER INSERT ON ledger_entry BEGIN SELECT 1; END"],
    ],
    "postgresql": [
        [
            "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NEW; END $$"
        ],
        [
            "DROP TRIGGER ledger_no_change ON ledger_entry",
            "CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW "
            "WHEN (OLD.seq < 0) EXECUTE FUNCTION ledger_refuse()",
        ],
        ["CREATE RULE silence AS ON DELETE TO ledger_entry DO INSTEAD NOTHING"],
        [
            "CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NULL; END $$",
            "CREATE TRIGGER another BEFORE INSERT ON ledger_entry FOR EACH ROW "
            "EXECUTE FUNCTION mine()",
        ],
        ["ALTER TABLE ledger_entry DISABLE TRIGGER ledger_no_change"],
        ["ALTER FUNCTION ledger_must_follow() RESET search_path"],
    ],
}


@pytest.mark.database
@pytest.mark.parametrize("which", range(6))
def test_a_trigger_of_the_right_name_that_does_another_thing_is_found(which, trial_here, capsys):
    ways = LOOSENED[connection.vendor]
    way = ways[which % len(ways)]
    with connection.cursor() as cursor:
        for statement in way:
            cursor.execute(statement)
    assert loose()
    assert loose()[0] in server.obstacles()
    assert main(["verify"]) == 1
    assert loose()[0] in capsys.readouterr().err


@pytest.mark.database
def test_what_the_owner_of_the_database_changes_behind_the_triggers_is_found(trial_here):
    _without_triggers(
        "UPDATE ledger_entry SET \"by\" = 'someone-else' WHERE stream = 'study' AND seq = 3"
    )
    faults = verify(DatabaseLedger().everything())
    assert ("study", 3, "changed") in {(f.stream, f.seq, f.code) for f in faults}


@pytest.mark.database
def test_what_the_owner_of_the_database_removes_behind_the_triggers_is_found(trial_here):
    _without_triggers("DELETE FROM ledger_entry WHERE stream = 'allocation' AND seq = 5")
    faults = verify(DatabaseLedger().everything())
    assert any(f.stream == "allocation" for f in faults)


@pytest.mark.database
def test_a_tail_that_the_owner_cut_off_is_found_by_the_checkpoint(trial_here):
    last = DatabaseLedger().head("allocation").seq
    _without_triggers(f"DELETE FROM ledger_entry WHERE stream = 'allocation' AND seq = {last}")
    assert verify(DatabaseLedger().everything())


@pytest.mark.database
def test_a_server_does_not_start_on_a_ledger_whose_triggers_are_gone(trial_here):
    assert not [why for why in weaknesses() if "trigger" in why]
    _without_triggers("SELECT 1")
    assert [why for why in server.obstacles(demonstration=False) if "trigger" in why]


@pytest.mark.postgres
def test_a_server_does_not_start_as_a_user_who_could_change_the_ledger(postgres, migrated):
    told = _served(postgres.url(migrated))
    assert told.returncode == 1
    assert "may UPDATE, DELETE, TRUNCATE" in told.stderr


@pytest.mark.postgres
def test_a_server_does_not_start_where_an_acknowledged_act_could_be_lost(postgres, migrated):
    with psycopg.connect(postgres.url(), autocommit=True) as owner:
        owner.execute("ALTER ROLE equipoise_app SET synchronous_commit = off")
        try:
            told = _served(postgres.url(migrated, "equipoise_app"))
        finally:
            owner.execute("ALTER ROLE equipoise_app RESET synchronous_commit")
    assert told.returncode == 1
    assert "synchronous_commit is off" in told.stderr
    assert "UPDATE" not in told.stderr


def _served(url: str) -> Done:
    return verb("serve", environment=_on(url))


def _on(url: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": url}


def _without_triggers(statement: str) -> None:
    """What only the owner of the tables can do."""
    migration = importlib.import_module("equipoise.web.migrations.0002_append_only")
    off = {
        "sqlite": [f"DROP TRIGGER {made.split()[2]}" for made in migration.SQLITE],
        "postgresql": ["ALTER TABLE ledger_entry DISABLE TRIGGER USER"],
    }
    with connection.cursor() as cursor:
        for line in (*off[connection.vendor], statement):
            cursor.execute(line)
