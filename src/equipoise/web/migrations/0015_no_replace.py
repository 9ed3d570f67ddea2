"""SQLite's INSERT OR REPLACE takes a row away without asking the triggers that guard against it:
a row must be new, so that nothing is there to be replaced. PostgreSQL knows no such thing.

The counts of failures are kept by an upsert, which a trigger cannot tell from a REPLACE of the same
hour; there only the row's own number is guarded."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SAME = {
    "ledger_entry": "id = NEW.id",
    "tree_leaf": '"index" = NEW."index" OR (stream = NEW.stream AND seq = NEW.seq)',
    "tree_node": "id = NEW.id OR (level = NEW.level AND number = NEW.number)",
    "tree_head": "size = NEW.size",
    "tree_cosignature": "id = NEW.id OR (size = NEW.size AND name = NEW.name)",
    "access_row": "id = NEW.id",
    "access_failures": "id = NEW.id",
    "access_day": "id = NEW.id OR day = NEW.day OR previous = NEW.previous",
}
SQLITE = [
    f"""CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
        BEGIN SELECT RAISE(ABORT, 'this table is append-only'); END"""
    for table, same in SAME.items()
]
POSTGRESQL: list[str] = []


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for statement in SQLITE:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("web", "0014_jobs")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop, elidable=False)]
