"""The access log, which the database itself refuses to change.

A row is added to a day that is not closed, and goes only with its whole day, once that day is
closed and marked as dropped. A count of failures only ever rises by one.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

ZEROS = "0" * 64
TABLES = ("access_row", "access_failures", "access_day")
DROPPED = "EXISTS (SELECT 1 FROM access_day WHERE day = OLD.day AND dropped_at <> '')"
CLOSED = "EXISTS (SELECT 1 FROM access_day WHERE day >= NEW.day)"
LAST = f"coalesce((SELECT digest FROM access_day ORDER BY day DESC LIMIT 1), '{ZEROS}')"
ONE_MORE = (
    "NEW.count = OLD.count + 1 AND NEW.day = OLD.day AND NEW.hour = OLD.hour "
    f"AND NEW.kind = OLD.kind AND NEW.who = OLD.who AND NOT {CLOSED}"
)
ONLY_DROPPED = (
    "OLD.dropped_at = '' AND NEW.dropped_at <> '' AND NEW.day = OLD.day AND NEW.rows = OLD.rows "
    "AND NEW.content = OLD.content AND NEW.previous = OLD.previous AND NEW.digest = OLD.digest"
)
REFUSED = {
    # table, event: the statement stands only where this holds
    ("access_row", "UPDATE"): "1 = 0",
    ("access_row", "DELETE"): DROPPED,
    ("access_row", "INSERT"): f"NOT {CLOSED}",
    ("access_failures", "UPDATE"): ONE_MORE,
    ("access_failures", "DELETE"): DROPPED,
    ("access_failures", "INSERT"): f"NEW.count = 1 AND NOT {CLOSED}",
    ("access_day", "UPDATE"): ONLY_DROPPED,
    ("access_day", "DELETE"): "1 = 0",
    ("access_day", "INSERT"): f"NOT {CLOSED} AND NEW.dropped_at = '' AND NEW.previous = {LAST}",
}
SAYS = "the access log is append-only"


def _name(table: str, event: str) -> str:
    return f"{table}_on_{event.lower()}"


SQLITE = [
    f"""CREATE TRIGGER {_name(table, event)} BEFORE {event} ON {table}
        WHEN NOT ({holds}) BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"""
    for (table, event), holds in REFUSED.items()
]
POSTGRESQL = [
    statement
    for (table, event), holds in REFUSED.items()
    for statement in (
        f"""CREATE FUNCTION {_name(table, event)}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF NOT ({holds}) THEN RAISE EXCEPTION '{SAYS}'; END IF;
              RETURN {"OLD" if event == "DELETE" else "NEW"};
            END $$""",
        f"""CREATE TRIGGER {_name(table, event)} BEFORE {event} ON {table}
            FOR EACH ROW EXECUTE FUNCTION {_name(table, event)}()""",
    )
] + [
    f"""CREATE TRIGGER {table}_on_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"""
    for table in TABLES
]


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[vendor]:
        schema_editor.execute(statement)


def _id() -> tuple[str, "models.BigAutoField[int, int]"]:
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [("web", "0011_people")]

    operations = [
        migrations.CreateModel(
            name="AccessRow",
            fields=[
                _id(),
                ("at", models.CharField(max_length=40)),
                ("day", models.CharField(max_length=10)),
                ("person", models.CharField(blank=True, max_length=64)),
                ("kind", models.CharField(max_length=40)),
                ("told", models.TextField()),
            ],
            options={
                "db_table": "access_row",
                "indexes": [
                    models.Index(fields=["day", "kind"], name="access_by_day"),
                    models.Index(fields=["person"], name="access_by_person"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessFailures",
            fields=[
                _id(),
                ("day", models.CharField(max_length=10)),
                ("hour", models.PositiveSmallIntegerField()),
                ("kind", models.CharField(max_length=40)),
                ("who", models.CharField(max_length=64)),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "db_table": "access_failures",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "hour", "kind", "who"), name="one_count_an_hour"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessDay",
            fields=[
                _id(),
                ("day", models.CharField(max_length=10, unique=True)),
                ("rows", models.PositiveIntegerField()),
                ("content", models.CharField(max_length=64)),
                ("previous", models.CharField(max_length=64, unique=True)),
                ("digest", models.CharField(max_length=64)),
                ("dropped_at", models.CharField(blank=True, default="", max_length=40)),
            ],
            options={"db_table": "access_day"},
        ),
        migrations.RunPython(guard, migrations.RunPython.noop, elidable=False),
    ]
