"""What guards the order of entries and leaves looks at the very table that it hangs on.

A function that names a table alone looks where its caller looks first: on PostgreSQL a temporary table
of that name, which anybody may make, would have been asked for the head of a stream in its place."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

ZEROS = "0" * 64

SQLITE: list[str] = []  # its triggers look only in the database of their table

POSTGRESQL = [
    "DROP TRIGGER ledger_follows ON ledger_entry",
    "DROP FUNCTION ledger_must_follow()",
    f"""CREATE FUNCTION ledger_must_follow() RETURNS trigger LANGUAGE plpgsql
       SET search_path = pg_catalog, pg_temp AS $$
       DECLARE last record;
       BEGIN
         EXECUTE format('SELECT seq, digest FROM %I.%I
           WHERE stream = $1 ORDER BY seq DESC LIMIT 1', TG_TABLE_SCHEMA, TG_TABLE_NAME)
           INTO last USING NEW.stream;
         IF NEW.previous IS DISTINCT FROM coalesce(last.digest, '{ZEROS}')
            OR NEW.seq IS DISTINCT FROM coalesce(last.seq, 0) + 1 THEN
           RAISE unique_violation
             USING MESSAGE = 'the entry does not follow the head of its stream';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER ledger_follows BEFORE INSERT ON ledger_entry
       FOR EACH ROW EXECUTE FUNCTION ledger_must_follow()""",
    "DROP TRIGGER tree_leaf_follows ON tree_leaf",
    "DROP FUNCTION tree_must_follow()",
    """CREATE FUNCTION tree_must_follow() RETURNS trigger LANGUAGE plpgsql
       SET search_path = pg_catalog, pg_temp AS $$
       DECLARE last bigint;
       BEGIN
         EXECUTE format('SELECT max(index) FROM %I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO last;
         IF NEW.index IS DISTINCT FROM coalesce(last, -1) + 1 THEN
           RAISE unique_violation
             USING MESSAGE = 'the leaf does not follow the last of the tree';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER tree_leaf_follows BEFORE INSERT ON tree_leaf
       FOR EACH ROW EXECUTE FUNCTION tree_must_follow()""",
]


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[vendor]:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("web", "0024_moments")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop, elidable=False)]
