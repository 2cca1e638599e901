import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("company_id", models.UUIDField(null=True)),
                ("kind", models.CharField(max_length=60)),
                ("about_id", models.UUIDField(null=True)),
                ("recipient", models.EmailField(max_length=254)),
                ("language", models.CharField(max_length=5)),
                ("context", models.JSONField(default=dict)),
                ("sealed", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("sent", "Delivered to the mail server"),
                            ("failed", "Not delivered"),
                            ("cancelled", "Replaced by a later one"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField()),
                ("leased_until", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")), fields=["next_attempt_at"], name="delivery_due"
                    ),
                    models.Index(fields=["company_id", "kind", "about_id", "-created_at"], name="delivery_about"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state", "pending"), ("sealed", ""), _connector="OR"),
                        name="delivery_keeps_no_secret_when_done",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("company_id", models.UUIDField()),
                (
                    "kind",
                    models.CharField(choices=[("message", "Message"), ("notification", "Notification")], max_length=12),
                ),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["company_id", "user", "kind", "-created_at"], name="message_inbox"),
                    models.Index(condition=models.Q(("read_at", None)), fields=["user", "kind"], name="message_unread"),
                ],
            },
        ),
    ]
