from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("changes", "0002_protect_rows")]

    operations = [
        migrations.AddField(model_name="change", name="by_two", field=models.BooleanField(default=False)),
        migrations.AddField(model_name="change", name="signed_at", field=models.DateTimeField(null=True)),
        migrations.AlterField(
            model_name="change",
            name="state",
            field=models.CharField(
                choices=[
                    ("proposed", "Waiting for confirmation"),
                    ("applied", "Done"),
                    ("stale", "Out of date"),
                    ("withdrawn", "Withdrawn"),
                    ("refused", "Refused"),
                    ("rejected", "Rejected"),
                    ("expired", "Expired"),
                ],
                default="proposed",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("state", "proposed")), fields=["company_id"], name="change_open_of_company"
            ),
        ),
    ]
