from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('web', '0018_kept_counts'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='mails_daily',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
