from django.db import migrations, models

STATES = [
    ("proposed", "Waiting for confirmation"),
    ("applying", "Being made"),
    ("applied", "Done"),
    ("stale", "Out of date"),
    ("withdrawn", "Withdrawn"),
    ("refused", "Refused"),
    ("rejected", "Rejected"),
    ("expired", "Expired"),
]


class Migration(migrations.Migration):
    dependencies = [("changes", "0004_large_changes")]

    operations = [
        migrations.AlterModelOptions(
            name="change",
            options={"verbose_name": "change put to the bank", "verbose_name_plural": "changes put to the bank"},
        ),
        migrations.AddField(model_name="change", name="bank_asked_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("bank_asked_at__isnull", False)), fields=["bank_asked_at"], name="change_of_bank"
            ),
        ),
        migrations.AlterField(
            model_name="change",
            name="state",
            field=models.CharField(choices=STATES, default="proposed", max_length=10, verbose_name="Status"),
        ),
        migrations.AlterField(
            model_name="signature",
            name="role",
            field=models.CharField(
                choices=[("maker", "Maker"), ("approver", "Approver"), ("bank", "The bank")], max_length=10
            ),
        ),
    ]
