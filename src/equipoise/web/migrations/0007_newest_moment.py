"""The newest moment of the ledger is asked at every act; an index answers at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web", "0005_once")]

    operations = [
        migrations.AddIndex("entryrow", models.Index(fields=["at"], name="entries_by_moment")),
    ]
