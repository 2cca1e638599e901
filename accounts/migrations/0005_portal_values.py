import django.core.validators
from django.db import migrations, models

import accounts.rules.back_office


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_sort_users_without_case"),
    ]

    operations = [
        migrations.AlterField(
            model_name="portal",
            name="time_zone",
            field=models.CharField(
                max_length=40, validators=[accounts.rules.back_office.check_time_zone], verbose_name="Time zone"
            ),
        ),
        migrations.AlterField(
            model_name="portal",
            name="password_days",
            field=models.PositiveSmallIntegerField(
                default=90,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="Days a password holds",
            ),
        ),
        migrations.AlterField(
            model_name="portal",
            name="max_failed_attempts",
            field=models.PositiveSmallIntegerField(
                default=5,
                validators=[
                    django.core.validators.MinValueValidator(3),
                    django.core.validators.MaxValueValidator(10),
                ],
                verbose_name="Failed attempts allowed",
            ),
        ),
        migrations.AddConstraint(
            model_name="portal",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_failed_attempts__range", (3, 10))), name="portal_attempts_from_3_to_10"
            ),
        ),
        migrations.AddConstraint(
            model_name="portal",
            constraint=models.CheckConstraint(
                condition=models.Q(("password_days__gte", 1)), name="portal_password_holds_a_day"
            ),
        ),
    ]
