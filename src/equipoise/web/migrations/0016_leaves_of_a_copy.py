"""A restored copy knows how many leaves the tree had, so that a witness's head is held to them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web", "0015_no_replace")]

    operations = [
        migrations.AddField("restoredcopy", "leaves", models.PositiveIntegerField(null=True)),
    ]
