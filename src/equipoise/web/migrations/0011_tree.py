"""The tree over all entries. What stands in it is never changed, and a leaf takes the next index."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLES = ("tree_leaf", "tree_node", "tree_head", "tree_cosignature")

SQLITE = [
    f"""CREATE TRIGGER {table}_no_{what} BEFORE {what.upper()} ON {table}
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"""
    for table in TABLES
    for what in ("update", "delete")
] + [
    """CREATE TRIGGER tree_leaf_follows BEFORE INSERT ON tree_leaf
       WHEN NEW."index" IS NOT coalesce((SELECT max("index") FROM tree_leaf), -1) + 1
       BEGIN SELECT RAISE(ABORT, 'the leaf does not follow the last of the tree'); END""",
]

POSTGRESQL = [
    statement
    for table in TABLES
    for statement in (
        f"""CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION ledger_refuse()""",
        f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()""",
    )
] + [
    """CREATE FUNCTION tree_must_follow() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.index IS DISTINCT FROM
            coalesce((SELECT max(index) FROM tree_leaf), -1) + 1 THEN
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
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('web', '0010_restored_copy'),
    ]

    operations = [
        migrations.CreateModel(
            name='HeadRow',
            fields=[
                ('size', models.BigIntegerField(primary_key=True, serialize=False)),
                ('note', models.TextField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'tree_head',
            },
        ),
        migrations.CreateModel(
            name='CosignatureRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.BigIntegerField()),
                ('name', models.CharField(max_length=200)),
                ('line', models.TextField()),
                ('at', models.DateTimeField(db_index=True)),
            ],
            options={
                'db_table': 'tree_cosignature',
                'constraints': [models.UniqueConstraint(fields=('size', 'name'), name='one_signature_a_witness')],
            },
        ),
        migrations.CreateModel(
            name='LeafRow',
            fields=[
                ('index', models.BigIntegerField(primary_key=True, serialize=False)),
                ('stream', models.CharField(max_length=200)),
                ('seq', models.PositiveIntegerField()),
                ('random', models.BinaryField()),
                ('hash', models.BinaryField()),
            ],
            options={
                'db_table': 'tree_leaf',
                'constraints': [models.UniqueConstraint(fields=('stream', 'seq'), name='one_leaf_an_entry')],
            },
        ),
        migrations.CreateModel(
            name='NodeRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('number', models.BigIntegerField()),
                ('hash', models.BinaryField()),
            ],
            options={
                'db_table': 'tree_node',
                'constraints': [models.UniqueConstraint(fields=('level', 'number'), name='one_hash_a_subtree')],
            },
        ),
        migrations.RunPython(guard, migrations.RunPython.noop, elidable=False),
    ]
