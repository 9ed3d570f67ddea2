"""The database itself refuses to change the ledger: no update, no delete, no truncate, and no
insert that does not follow the head of its stream. It holds for the owner of the tables too, as
long as the triggers stand; on PostgreSQL the application's own role can not touch them
(see docs/how-to/run-on-postgresql.md)."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

ZEROS = "0" * 64

SQLITE = [
    """CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger_entry
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger_entry
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    f"""CREATE TRIGGER ledger_follows BEFORE INSERT ON ledger_entry
       WHEN NEW.previous IS NOT coalesce((SELECT digest FROM ledger_entry
              WHERE stream = NEW.stream ORDER BY seq DESC LIMIT 1), '{ZEROS}')
         OR NEW.seq IS NOT coalesce((SELECT max(seq) FROM ledger_entry
              WHERE stream = NEW.stream), 0) + 1
       BEGIN SELECT RAISE(ABORT, 'the entry does not follow the head of its stream'); END""",
]

POSTGRESQL = [
    """CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$""",
    """CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON ledger_entry
       FOR EACH ROW EXECUTE FUNCTION ledger_refuse()""",
    """CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger_entry
       FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()""",
    f"""CREATE FUNCTION ledger_must_follow() RETURNS trigger LANGUAGE plpgsql AS $$
       DECLARE last record;
       BEGIN
         SELECT seq, digest INTO last FROM ledger_entry
           WHERE stream = NEW.stream ORDER BY seq DESC LIMIT 1;
         IF NEW.previous IS DISTINCT FROM coalesce(last.digest, '{ZEROS}')
            OR NEW.seq IS DISTINCT FROM coalesce(last.seq, 0) + 1 THEN
           RAISE unique_violation
             USING MESSAGE = 'the entry does not follow the head of its stream';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER ledger_follows BEFORE INSERT ON ledger_entry
       FOR EACH ROW EXECUTE FUNCTION ledger_must_follow()""",
]


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("web", "0001_initial")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop, elidable=False)]
