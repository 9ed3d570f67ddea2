"""What is of the whole trial, such as a draw or a study text, is never redacted: nobody's name stands there.

Without this whoever may only add to the ledger could take its draws away, by an act that names them."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

REFUSED = "nothing of the whole trial is redacted"

SQLITE = [
    f"""CREATE TRIGGER ledger_redacts_own BEFORE INSERT ON ledger_entry
        WHEN substr(NEW.kind, -7) = '.redact' AND NEW.stream IN ('study', 'allocation')
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
]

POSTGRESQL = [
    f"""CREATE FUNCTION ledger_redacts_own() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF right(NEW.kind, 7) = '.redact' AND NEW.stream IN ('study', 'allocation') THEN
           RAISE unique_violation USING MESSAGE = '{REFUSED}';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER ledger_redacts_own BEFORE INSERT ON ledger_entry
       FOR EACH ROW EXECUTE FUNCTION ledger_redacts_own()""",
]


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[vendor]:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("web", "0022_entries_by_what_they_name")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop, elidable=False)]
