import uuid
from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0009_profile_with_company"),
        ("limits", "0004_limits_end_with_assignment"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProfileLimit",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("transaction", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18)),
                ("day", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18)),
                ("month", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.company"
                    ),
                ),
                (
                    "profile",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.profile"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.service"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "profile", "service"), name="profile_limit_once_a_service"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("day__gte", models.F("transaction")),
                            ("month__gte", models.F("day")),
                            ("transaction__gte", 0),
                        ),
                        name="profile_limit_grows_with_period",
                    ),
                ],
            },
        ),
    ]
