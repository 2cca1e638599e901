import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import changes.models
import changes.rules.text


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("company_id", models.UUIDField()),
                ("kind", models.CharField(max_length=60)),
                ("params", models.JSONField()),
                ("form_key", models.UUIDField()),
                ("title", models.CharField(max_length=300)),
                ("lines", changes.models.LinesField()),
                ("effect", models.TextField(blank=True)),
                ("beside", changes.models.BesideField(default=changes.rules.text.Beside)),
                ("warnings", models.JSONField(default=list)),
                ("success", models.CharField(blank=True, max_length=300)),
                ("target", models.JSONField()),
                ("canonical", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waiting for confirmation"),
                            ("applied", "Done"),
                            ("stale", "Out of date"),
                            ("withdrawn", "Withdrawn"),
                            ("refused", "Refused"),
                            ("expired", "Expired"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("draft", models.UUIDField(null=True)),
                ("back_url", models.CharField(max_length=300)),
                ("done_url", models.CharField(max_length=300)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "maker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("company_id", models.UUIDField()),
                ("subject", models.UUIDField(default=uuid.uuid4)),
                ("is_new", models.BooleanField(default=True)),
                ("source", models.UUIDField(null=True)),
                ("title", models.CharField(blank=True, max_length=300)),
                ("parts", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "maker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["company_id", "maker", "-updated_at"], name="draft_of_maker"),
                    models.Index(fields=["updated_at"], name="draft_by_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("company_id", models.UUIDField()),
                ("role", models.CharField(choices=[("maker", "Maker"), ("approver", "Approver")], max_length=10)),
                ("method", models.CharField(max_length=40)),
                ("evidence", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="changes.change"
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["company_id", "maker", "-created_at"], name="change_of_maker"),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(condition=models.Q(("state", "proposed")), fields=["created_at"], name="change_open"),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.UniqueConstraint(fields=("maker", "form_key"), name="change_once_a_form"),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at", None), ("state", "proposed")),
                    models.Q(models.Q(("state", "proposed"), _negated=True), ("finished_at__isnull", False)),
                    _connector="OR",
                ),
                name="change_finished_or_proposed",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(fields=("change", "role"), name="signature_once_a_role"),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(fields=("change", "signer"), name="signature_once_a_person"),
        ),
    ]
