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
            name="Product",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("savings", "Savings account"),
                            ("credit_card", "Credit card"),
                            ("checking", "Current account"),
                        ],
                        max_length=15,
                        verbose_name="Product type",
                    ),
                ),
                ("number", models.CharField(max_length=30, verbose_name="Product No.")),
                ("alias", models.CharField(max_length=60, verbose_name="Product name")),
                ("currency", models.CharField(max_length=3, verbose_name="Currency")),
                (
                    "bank_state",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed")],
                        default="open",
                        max_length=10,
                        verbose_name="Status at the bank",
                    ),
                ),
                ("enabled_at", models.DateTimeField(blank=True, null=True, verbose_name="Enabled on")),
                ("enabled_by_name", models.CharField(blank=True, max_length=20, verbose_name="Enabled by")),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="directory.company",
                        verbose_name="Company",
                    ),
                ),
            ],
            options={
                "verbose_name": "Product",
                "verbose_name_plural": "Products",
            },
        ),
        migrations.CreateModel(
            name="ProductAssignment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.company",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="products.product"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="product_assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "credit_card"), _negated=True),
                fields=("company", "kind", "number"),
                name="product_once_a_company",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "credit_card")),
                fields=("company", "number", "alias"),
                name="product_card_once_a_company",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(fields=("id", "company"), name="product_with_company"),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "credit_card"), ("number__regex", "^\\*{4} [0-9]{4}$")),
                    models.Q(
                        models.Q(("kind", "credit_card"), _negated=True),
                        ("number__regex", "^[0-9][0-9 -]{2,18}[0-9]$"),
                    ),
                    _connector="OR",
                ),
                name="product_number_as_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="product_currency_is_a_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("enabled_at", None), ("enabled_by_name", "")),
                    models.Q(("enabled_at__isnull", False), models.Q(("enabled_by_name", ""), _negated=True)),
                    _connector="OR",
                ),
                name="product_enabled_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="productassignment",
            constraint=models.UniqueConstraint(fields=("company", "user", "product"), name="product_assigned_once"),
        ),
    ]
