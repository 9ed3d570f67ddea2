from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web", "0023_redacts_no_draw")]

    operations = [
        # When something turns is kept with what comes next: all anew.
        migrations.RunSQL("UPDATE read_subject SET fold = 0", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="subjectrow", name="turns_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddIndex(
            model_name="subjectrow", index=models.Index(fields=["turns_at"], name="rows_that_turn")
        ),
    ]
