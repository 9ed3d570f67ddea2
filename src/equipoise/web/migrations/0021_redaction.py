"""What was redacted loses its content in the database itself, and only by the act that says so.

The insert of an act of redaction (a kind that ends in `.redact`) leaves a tombstone of the entry that it
names, within the same transaction: the application's own user needs no right to change anything.
Any other change is refused as before, and so is a redaction of what is not there. On PostgreSQL the
function runs as the owner of the table; nobody else may hang it on a table of theirs."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TOMBSTONE = '{"redacted":true}'
STAYS = "id stream seq kind by at happened study subject after previous digest".split()
SAME = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in STAYS)
REFUSED = "a redaction names an earlier entry of its stream by its digest"

SQLITE = [
    "DROP TRIGGER ledger_no_update",
    f"""CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger_entry
        WHEN NOT (NEW.payload IS '{TOMBSTONE}' AND {SAME} AND EXISTS (
          SELECT 1 FROM ledger_entry AS act
          WHERE act.stream = OLD.stream AND act.seq > OLD.seq AND substr(act.kind, -7) = '.redact'
            AND json_extract(act.payload, '$.entry') = OLD.seq
            AND json_extract(act.payload, '$.digest') = OLD.digest))
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    f"""CREATE TRIGGER ledger_redacts AFTER INSERT ON ledger_entry
        WHEN substr(NEW.kind, -7) = '.redact' AND NEW.payload IS NOT '{TOMBSTONE}'
        BEGIN
          UPDATE ledger_entry SET payload = '{TOMBSTONE}'
          WHERE stream = NEW.stream AND seq = json_extract(NEW.payload, '$.entry')
            AND seq < NEW.seq AND digest = json_extract(NEW.payload, '$.digest');
          SELECT RAISE(ABORT, '{REFUSED}') WHERE NOT EXISTS (
            SELECT 1 FROM ledger_entry
            WHERE stream = NEW.stream AND seq = json_extract(NEW.payload, '$.entry')
              AND seq < NEW.seq AND digest = json_extract(NEW.payload, '$.digest'));
        END""",
]

POSTGRESQL = [
    "DROP TRIGGER ledger_no_change ON ledger_entry",
    f"""CREATE FUNCTION ledger_may_change() RETURNS trigger LANGUAGE plpgsql AS $$
       DECLARE named boolean := false;
       BEGIN
         IF TG_OP = 'UPDATE' AND NEW.payload = '{TOMBSTONE}'
            AND to_jsonb(NEW) - 'payload' = to_jsonb(OLD) - 'payload' THEN
           EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I.%I AS act
             WHERE act.stream = $1 AND act.seq > $2 AND right(act.kind, 7) = ''.redact''
               AND act.payload::json ->> ''entry'' = $2::text
               AND act.payload::json ->> ''digest'' = $3)', TG_TABLE_SCHEMA, TG_TABLE_NAME)
             INTO named USING OLD.stream, OLD.seq, OLD.digest;
         END IF;
         IF named THEN RETURN NEW; END IF;
         RAISE EXCEPTION 'the ledger is append-only';
       END $$""",
    """CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON ledger_entry
       FOR EACH ROW EXECUTE FUNCTION ledger_may_change()""",
    f"""CREATE FUNCTION ledger_redact() RETURNS trigger LANGUAGE plpgsql
       SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
       DECLARE changed bigint;
       BEGIN
         IF right(NEW.kind, 7) <> '.redact' OR NEW.payload = '{TOMBSTONE}' THEN
           RETURN NULL;
         END IF;
         EXECUTE format('UPDATE %I.%I SET payload = $1
           WHERE stream = $2 AND seq::text = $3 AND seq < $4 AND digest = $5',
           TG_TABLE_SCHEMA, TG_TABLE_NAME)
           USING '{TOMBSTONE}', NEW.stream, NEW.payload::json ->> 'entry', NEW.seq,
             NEW.payload::json ->> 'digest';
         GET DIAGNOSTICS changed = ROW_COUNT;
         IF changed <> 1 THEN
           RAISE unique_violation USING MESSAGE = '{REFUSED}';
         END IF;
         RETURN NULL;
       END $$""",
    "REVOKE ALL ON FUNCTION ledger_redact() FROM PUBLIC",
    """CREATE TRIGGER ledger_redacts AFTER INSERT ON ledger_entry
       FOR EACH ROW EXECUTE FUNCTION ledger_redact()""",
]


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[vendor]:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("web", "0020_rows_by_rank")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop, elidable=False)]
