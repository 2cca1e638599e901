import uuid

import django.db.models.deletion
import django.utils.timezone
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
            name="PastPassword",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("hash", models.CharField(max_length=128)),
                ("set_at", models.DateTimeField()),
                (
                    "company",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="directory.company"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="past_passwords",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "-set_at"], name="past_password_of_user")],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("company_id", models.UUIDField(null=True)),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("signed_out", "You have signed out."),
                            ("idle", "Your session ended after a period of inactivity."),
                            ("too_long", "Your session reached its maximum length."),
                            ("newer", "Your session ended because you signed in somewhere else."),
                            ("withdrawn", "Your session ended because your access was withdrawn."),
                            ("hours", "Your session ended because you are outside your access hours."),
                            ("address", "Your session ended because your network address is not allowed."),
                            ("token", "Your session ended because your token is no longer active."),
                            ("code", "Your session ended because you now have an active token: sign in with its code."),
                            ("credential", "Your session ended because your password was changed."),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_because", ""), ("user__isnull", False)),
                        fields=("user",),
                        name="session_one_open_a_user",
                    )
                ],
            },
        ),
    ]
