import uuid
from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0001_initial"),
        ("products", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CompanyCeiling",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "transaction",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=18, verbose_name="Transaction"
                    ),
                ),
                (
                    "day",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18, verbose_name="Daily"),
                ),
                (
                    "month",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=18, verbose_name="Monthly"
                    ),
                ),
                (
                    "bank_transaction",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=18,
                        verbose_name="Bank's maximum per transaction",
                    ),
                ),
                (
                    "bank_day",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=18, verbose_name="Bank's daily maximum"
                    ),
                ),
                (
                    "bank_month",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=18, verbose_name="Bank's monthly maximum"
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ceilings",
                        to="directory.company",
                        verbose_name="Company",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.service",
                        verbose_name="Service",
                    ),
                ),
            ],
            options={
                "verbose_name": "Service ceiling",
                "verbose_name_plural": "Service ceilings",
                "constraints": [
                    models.UniqueConstraint(fields=("company", "service"), name="ceiling_once_a_service"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("day__gte", models.F("transaction")),
                            ("month__gte", models.F("day")),
                            ("transaction__gte", 0),
                        ),
                        name="ceiling_grows_with_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bank_day__gte", models.F("bank_transaction")), ("bank_month__gte", models.F("bank_day"))
                        ),
                        name="ceiling_of_bank_grows_with_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("day__lte", models.F("bank_day")),
                            ("month__lte", models.F("bank_month")),
                            ("transaction__lte", models.F("bank_transaction")),
                        ),
                        name="ceiling_within_bank_maximum",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Usage",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("period", models.CharField(max_length=10)),
                ("used", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18)),
                ("reserved", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.company"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="products.product"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.service"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "user", "period", "service", "product"), name="usage_once_a_period"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reserved__gte", 0), ("used__gte", 0)), name="usage_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UserLimit",
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
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="products.product"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.service"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="limits", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "user", "service", "product"), name="limit_once_a_service_and_product"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("day__gte", models.F("transaction")),
                            ("month__gte", models.F("day")),
                            ("transaction__gte", 0),
                        ),
                        name="limit_grows_with_period",
                    ),
                ],
            },
        ),
    ]
