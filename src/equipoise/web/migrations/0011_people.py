"""When a key was last used, and whether a password is one that others know."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web", "0011_tree")]

    operations = [
        migrations.AddField("token", "last_used_at", models.DateTimeField(null=True)),
        migrations.AddField("account", "first_password", models.BooleanField(default=False)),
    ]
