"""Indices by which the audit finds entries of a kind, of a person and of a form, however many others
there are. That of forms is of an expression, which each database writes its own way."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from equipoise.web.named_forms import CREATE, DROP


def index(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(CREATE[schema_editor.connection.vendor], params=None)


def take_away(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(DROP, params=None)


class Migration(migrations.Migration):
    dependencies = [("web", "0021_redaction")]
    operations = [
        migrations.AddIndex(
            model_name="entryrow",
            index=models.Index(fields=["kind", "id"], name="entries_by_kind"),
        ),
        migrations.AddIndex(
            model_name="entryrow",
            index=models.Index(fields=["by", "id"], name="entries_by_person"),
        ),
        migrations.RunPython(index, take_away, elidable=False),
    ]
