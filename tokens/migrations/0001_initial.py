import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("serial", models.CharField(max_length=10, unique=True, verbose_name="Serial number")),
                (
                    "kind",
                    models.CharField(
                        choices=[("virtual", "Virtual"), ("physical", "Physical")],
                        default="virtual",
                        max_length=10,
                        verbose_name="Type",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("available", "Available"),
                            ("assigned", "Assigned"),
                            ("pending_activation", "Pending activation"),
                            ("active", "Active"),
                            ("blocked", "Blocked"),
                            ("lost", "Lost"),
                            ("disabled", "Disabled"),
                        ],
                        default="available",
                        max_length=20,
                        verbose_name="Status",
                    ),
                ),
                ("sealed_secret", models.TextField()),
                ("last_step", models.BigIntegerField(default=-1)),
                (
                    "failed_attempts",
                    models.PositiveSmallIntegerField(default=0, verbose_name="Consecutive wrong codes"),
                ),
                ("locked_until", models.DateTimeField(blank=True, null=True, verbose_name="Locked until")),
                ("updated_at", models.DateTimeField(verbose_name="Last update")),
                (
                    "company",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to="directory.company",
                        verbose_name="Company",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Holder",
                    ),
                ),
            ],
            options={
                "verbose_name": "token",
                "verbose_name_plural": "tokens",
                "indexes": [
                    models.Index(fields=["company", "state"], name="token_company_state"),
                    models.Index(fields=["user"], name="token_user"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "available",
                                    "assigned",
                                    "pending_activation",
                                    "active",
                                    "blocked",
                                    "lost",
                                    "disabled",
                                ],
                            )
                        ),
                        name="token_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["virtual", "physical"])), name="token_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "available"), ("user", None)),
                            models.Q(models.Q(("state", "available"), _negated=True), ("user__isnull", False)),
                            _connector="OR",
                        ),
                        name="token_has_holder_unless_available",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("assigned", "pending_activation", "active", "blocked"))),
                        fields=("user", "kind"),
                        name="token_one_live_a_user_and_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")), fields=("user",), name="token_one_active_a_user"
                    ),
                ],
            },
        ),
    ]
