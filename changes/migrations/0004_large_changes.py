import django.db.models.deletion
from django.db import migrations, models

from tenancy.operations import ProtectRows

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
OPEN = ("proposed", "applying")


class Migration(migrations.Migration):
    dependencies = [("changes", "0003_two_signers"), ("tenancy", "0001_whose")]

    operations = [
        migrations.AddField(model_name="change", name="is_large", field=models.BooleanField(default=False)),
        migrations.RemoveConstraint(model_name="change", name="change_finished_or_proposed"),
        migrations.AlterField(
            model_name="change",
            name="state",
            field=models.CharField(choices=STATES, default="proposed", max_length=10),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(("finished_at", None), ("state__in", OPEN))
                | (~models.Q(("state__in", OPEN)) & models.Q(("finished_at__isnull", False))),
                name="change_finished_or_proposed",
            ),
        ),
        migrations.CreateModel(
            name="LargeText",
            fields=[
                (
                    "change",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="large",
                        serialize=False,
                        to="changes.change",
                    ),
                ),
                ("company_id", models.UUIDField()),
                ("params", models.BinaryField()),
                ("text", models.BinaryField()),
                ("summary", models.JSONField()),
                ("parts", models.PositiveIntegerField()),
                ("done", models.PositiveIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        ProtectRows("LargeText"),
    ]
