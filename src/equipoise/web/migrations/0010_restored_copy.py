"""Restoring notes in the database that it is a copy, until the office has said what it lacks."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web", "0004_draft")]

    operations = [
        migrations.CreateModel(
            name="RestoredCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("restored_at", models.DateTimeField()),
                ("made_at", models.CharField(max_length=40)),
                ("newest", models.CharField(max_length=40)),
                ("study_seq", models.PositiveIntegerField()),
            ],
            options={"db_table": "restored_copy"},
        ),
    ]
