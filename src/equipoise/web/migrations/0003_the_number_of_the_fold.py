"""A kept row says by which fold it was made. Rows of before are of none, and are made again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="subjectrow",
            name="fold",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AddIndex(
            model_name="subjectrow",
            index=models.Index(fields=["fold", "study"], name="rows_by_what_made_them"),
        ),
    ]
