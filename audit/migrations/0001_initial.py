from django.db import migrations, models

import audit.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Chain",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("sequence", models.PositiveBigIntegerField(default=0)),
                ("hash", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", audit.models.RowNumber(primary_key=True, serialize=False)),
                ("chain_id", models.UUIDField()),
                ("sequence", models.PositiveBigIntegerField()),
                ("company_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("event", models.CharField(max_length=40, verbose_name="Event")),
                ("outcome", models.CharField(max_length=10, verbose_name="Outcome")),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_name", models.CharField(blank=True, max_length=150)),
                ("target_type", models.CharField(blank=True, max_length=60)),
                ("target_id", models.CharField(blank=True, max_length=60)),
                ("target_name", models.CharField(blank=True, max_length=200)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("detail", models.JSONField(null=True)),
                ("address", models.GenericIPAddressField(null=True)),
                ("session", models.CharField(blank=True, max_length=64)),
                ("channel", models.CharField(max_length=20)),
                ("factors", models.JSONField(default=list)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "Audit event",
                "verbose_name_plural": "Audit trail",
                "indexes": [
                    models.Index(fields=["company_id", "-at"], name="audit_company_at"),
                    models.Index(fields=["company_id", "target_type", "target_id"], name="audit_company_target"),
                ],
                "constraints": [models.UniqueConstraint(fields=("chain_id", "sequence"), name="audit_one_row_a_place")],
            },
        ),
    ]
