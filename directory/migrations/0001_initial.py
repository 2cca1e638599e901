import uuid

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import directory.rules.back_office


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Portal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("code", models.SlugField(max_length=20, unique=True, verbose_name="Code")),
                ("edition_code", models.CharField(max_length=10, verbose_name="Edition")),
                ("brand", models.CharField(max_length=40, verbose_name="Brand")),
                ("tagline", models.CharField(blank=True, max_length=100, verbose_name="Tagline")),
                ("bank_name", models.CharField(max_length=80, verbose_name="Name of the bank")),
                ("legend", models.CharField(blank=True, max_length=120, verbose_name="Regulatory notice")),
                (
                    "hostnames",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), size=None, verbose_name="Host names"
                    ),
                ),
                ("country", models.CharField(max_length=2, verbose_name="Country")),
                (
                    "time_zone",
                    models.CharField(
                        max_length=40,
                        validators=[directory.rules.back_office.check_time_zone],
                        verbose_name="Time zone",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="Currency")),
                ("language", models.CharField(default="es", max_length=5, verbose_name="Language")),
                ("date_format", models.CharField(default="Y/m/d", max_length=20, verbose_name="Date format")),
                ("decimal_separator", models.CharField(default=".", max_length=1, verbose_name="Decimal separator")),
                ("group_separator", models.CharField(default=",", max_length=1, verbose_name="Thousands separator")),
                ("support_lines", models.JSONField(default=list, verbose_name="Service lines")),
                ("conditions", models.TextField(verbose_name="Security Conditions")),
                ("conditions_version", models.CharField(max_length=20, verbose_name="Version of the conditions")),
                (
                    "password_policy",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("strong", "Strong (12 to 128 characters)"),
                            ("occinet", "Occinet (6 letters and 2 to 4 digits)"),
                        ],
                        help_text="Leave empty to use the edition's.",
                        max_length=10,
                        verbose_name="Password policy",
                    ),
                ),
                (
                    "password_days",
                    models.PositiveSmallIntegerField(
                        default=90,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="Password validity (days)",
                    ),
                ),
                (
                    "generated_password_hours",
                    models.PositiveSmallIntegerField(default=24, verbose_name="Generated password validity (hours)"),
                ),
                ("idle_minutes", models.PositiveSmallIntegerField(default=5, verbose_name="Minutes of inactivity")),
                (
                    "max_failed_attempts",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(3),
                            django.core.validators.MaxValueValidator(10),
                        ],
                        verbose_name="Failed attempts allowed",
                    ),
                ),
            ],
            options={
                "verbose_name": "Portal",
                "verbose_name_plural": "Portals",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("idle_minutes__range", (1, 15))), name="portal_idle_at_most_15"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("generated_password_hours__range", (1, 24))),
                        name="portal_generated_at_most_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("max_failed_attempts__range", (3, 10))), name="portal_attempts_from_3_to_10"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("password_days__gte", 1)), name="portal_password_holds_a_day"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Company",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=20, verbose_name="Code")),
                ("legal_name", models.CharField(max_length=120, verbose_name="Legal name")),
                ("tax_id", models.CharField(max_length=20, verbose_name="Tax identification")),
                ("internal_identifier", models.CharField(max_length=20, verbose_name="Internal identifier")),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "Active"), ("suspended", "Suspended")],
                        default="active",
                        max_length=10,
                        verbose_name="Status",
                    ),
                ),
                (
                    "idle_minutes",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="Minutes of inactivity"),
                ),
                (
                    "password_days",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="Password validity (days)"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="Created on")),
                (
                    "portal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="companies",
                        to="directory.portal",
                        verbose_name="Portal",
                    ),
                ),
            ],
            options={
                "verbose_name": "Company",
                "verbose_name_plural": "Companies",
            },
        ),
        migrations.CreateModel(
            name="Profile",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=40, verbose_name="Name")),
                (
                    "operating_role",
                    models.CharField(
                        choices=[("operator", "Operator"), ("supervisor", "Supervisor"), ("both", "Both")],
                        default="operator",
                        max_length=10,
                        verbose_name="Operating role",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="profiles",
                        to="directory.company",
                        verbose_name="Company",
                    ),
                ),
            ],
            options={
                "verbose_name": "Profile",
                "verbose_name_plural": "Profiles",
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("secondary", "Secondary user"),
                            ("bank", "Bank staff"),
                        ],
                        max_length=15,
                        verbose_name="Role",
                    ),
                ),
                ("username", models.CharField(max_length=20, verbose_name="User name")),
                ("sign_in_key", models.CharField(max_length=70, unique=True)),
                ("first_names", models.CharField(max_length=60, verbose_name="First names")),
                ("first_surname", models.CharField(max_length=40, verbose_name="First surname")),
                ("second_surname", models.CharField(blank=True, max_length=40, verbose_name="Second surname")),
                ("id_type", models.CharField(blank=True, max_length=5, verbose_name="Identification type")),
                ("id_number", models.CharField(blank=True, max_length=20, verbose_name="Identification No.")),
                ("address", models.CharField(blank=True, max_length=120, verbose_name="Mailing address")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="E-mail")),
                ("office_phone", models.CharField(blank=True, max_length=20, verbose_name="Office telephone")),
                ("office_extension", models.CharField(blank=True, max_length=8, verbose_name="Extension")),
                ("mobile", models.CharField(blank=True, max_length=20, verbose_name="Mobile")),
                ("department", models.CharField(blank=True, max_length=60, verbose_name="Department")),
                ("city", models.CharField(blank=True, max_length=60, verbose_name="City")),
                ("receives_alerts", models.BooleanField(default=False, verbose_name="Allow alerts")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("active", "Active"),
                            ("inactive", "Inactive"),
                            ("locked", "Locked"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="Status",
                    ),
                ),
                (
                    "credential_state",
                    models.CharField(
                        choices=[
                            ("none", "No password"),
                            ("generated", "Generated, to be changed at first sign-in"),
                            ("permanent", "Chosen by the user"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="Password",
                    ),
                ),
                (
                    "password_expires_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="Password valid until"),
                ),
                ("password_set_at", models.DateTimeField(blank=True, null=True, verbose_name="Password set on")),
                (
                    "token_required_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="Token required since"),
                ),
                ("failed_attempts", models.PositiveSmallIntegerField(default=0, verbose_name="Failed attempts")),
                ("locked_at", models.DateTimeField(blank=True, null=True, verbose_name="Locked on")),
                (
                    "security_image",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("barco", "Boat"),
                            ("cometa", "Kite"),
                            ("faro", "Lighthouse"),
                            ("montana", "Mountain"),
                            ("arbol", "Tree"),
                            ("bicicleta", "Bicycle"),
                            ("taza", "Cup"),
                            ("llave", "Key"),
                            ("reloj", "Clock"),
                            ("guitarra", "Guitar"),
                            ("tortuga", "Turtle"),
                            ("sombrilla", "Parasol"),
                        ],
                        max_length=20,
                    ),
                ),
                ("signed_in_at", models.DateTimeField(blank=True, null=True, verbose_name="Last sign-in")),
                (
                    "signed_in_address",
                    models.GenericIPAddressField(blank=True, null=True, verbose_name="Address of the last sign-in"),
                ),
                ("failed_since_sign_in", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="Created on")),
                ("created_by_name", models.CharField(blank=True, max_length=20, verbose_name="Created by")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="users",
                        to="directory.company",
                        verbose_name="Company",
                    ),
                ),
                (
                    "profile",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="users",
                        to="directory.profile",
                        verbose_name="Profile",
                    ),
                ),
            ],
            options={
                "verbose_name": "User",
                "verbose_name_plural": "Users",
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("edition", models.CharField(max_length=10, verbose_name="Edition")),
                ("group", models.CharField(max_length=60, verbose_name="Group of services")),
                ("code", models.SlugField(max_length=40, verbose_name="Code")),
                ("name", models.CharField(max_length=80, verbose_name="Name")),
                ("is_monetary", models.BooleanField(default=True, verbose_name="Monetary")),
                ("is_file", models.BooleanField(default=False, verbose_name="File")),
                ("position", models.PositiveSmallIntegerField(verbose_name="Position")),
            ],
            options={
                "verbose_name": "Service",
                "verbose_name_plural": "Services",
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "code"), name="service_code_once_an_edition")
                ],
            },
        ),
        migrations.CreateModel(
            name="IpRule",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("network", models.CharField(max_length=43)),
                ("label", models.CharField(blank=True, max_length=60)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ip_rules", to="directory.company"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ip_rules",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "user", "network"), name="ip_rule_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.UniqueConstraint(
                models.F("portal"), django.db.models.functions.text.Lower("code"), name="company_code_once_a_portal"
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.UniqueConstraint(fields=("portal", "tax_id"), name="company_tax_id_once_a_portal"),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("tax_id__regex", "^[A-Z0-9][A-Z0-9./-]{2,18}[A-Z0-9]$")),
                name="company_tax_id_well_written",
            ),
        ),
        migrations.AddConstraint(
            model_name="profile",
            constraint=models.UniqueConstraint(
                models.F("company"), django.db.models.functions.text.Lower("name"), name="profile_name_once_a_company"
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(
                models.F("company"),
                django.db.models.functions.text.Lower("username"),
                name="user_company_lower_username",
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["company", "id_number"], name="user_company_id_number"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("company", None), ("role", "bank")),
                    models.Q(models.Q(("role", "bank"), _negated=True), ("company__isnull", False)),
                    _connector="OR",
                ),
                name="user_has_company_unless_bank",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("locked_at__isnull", False), ("state", "locked")),
                    models.Q(models.Q(("state", "locked"), _negated=True), ("locked_at", None)),
                    _connector="OR",
                ),
                name="user_locked_since",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(fields=("id", "company"), name="user_with_company"),
        ),
    ]
