import datetime
import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0009_profile_with_company"),
        ("schedules", "0003_same_company"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProfileSchedule",
            fields=[
                (
                    "monday_start",
                    models.TimeField(blank=True, default=datetime.time(0, 0), null=True, verbose_name="Monday, from"),
                ),
                (
                    "monday_end",
                    models.TimeField(blank=True, default=datetime.time(23, 59), null=True, verbose_name="Monday, to"),
                ),
                (
                    "tuesday_start",
                    models.TimeField(blank=True, default=datetime.time(0, 0), null=True, verbose_name="Tuesday, from"),
                ),
                (
                    "tuesday_end",
                    models.TimeField(blank=True, default=datetime.time(23, 59), null=True, verbose_name="Tuesday, to"),
                ),
                (
                    "wednesday_start",
                    models.TimeField(
                        blank=True, default=datetime.time(0, 0), null=True, verbose_name="Wednesday, from"
                    ),
                ),
                (
                    "wednesday_end",
                    models.TimeField(
                        blank=True, default=datetime.time(23, 59), null=True, verbose_name="Wednesday, to"
                    ),
                ),
                (
                    "thursday_start",
                    models.TimeField(blank=True, default=datetime.time(0, 0), null=True, verbose_name="Thursday, from"),
                ),
                (
                    "thursday_end",
                    models.TimeField(blank=True, default=datetime.time(23, 59), null=True, verbose_name="Thursday, to"),
                ),
                (
                    "friday_start",
                    models.TimeField(blank=True, default=datetime.time(0, 0), null=True, verbose_name="Friday, from"),
                ),
                (
                    "friday_end",
                    models.TimeField(blank=True, default=datetime.time(23, 59), null=True, verbose_name="Friday, to"),
                ),
                (
                    "saturday_start",
                    models.TimeField(blank=True, default=datetime.time(0, 0), null=True, verbose_name="Saturday, from"),
                ),
                (
                    "saturday_end",
                    models.TimeField(blank=True, default=datetime.time(23, 59), null=True, verbose_name="Saturday, to"),
                ),
                (
                    "sunday_start",
                    models.TimeField(blank=True, default=datetime.time(0, 0), null=True, verbose_name="Sunday, from"),
                ),
                (
                    "sunday_end",
                    models.TimeField(blank=True, default=datetime.time(23, 59), null=True, verbose_name="Sunday, to"),
                ),
                ("holiday_access", models.BooleanField(default=True, verbose_name="Access on holidays")),
                (
                    "monetary_saturday",
                    models.BooleanField(default=True, verbose_name="Monetary transactions on Saturdays"),
                ),
                ("monetary_sunday", models.BooleanField(default=True, verbose_name="Monetary transactions on Sundays")),
                (
                    "monetary_holiday",
                    models.BooleanField(default=True, verbose_name="Monetary transactions on holidays"),
                ),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="directory.company",
                    ),
                ),
                (
                    "profile",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.profile"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company", "profile"), name="profile_schedule_one_each"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("monday_end", None), ("monday_start", None)),
                            models.Q(
                                ("monday_end__gte", models.F("monday_start")),
                                ("monday_end__isnull", False),
                                ("monday_start__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="profile_schedule_monday_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("tuesday_end", None), ("tuesday_start", None)),
                            models.Q(
                                ("tuesday_end__gte", models.F("tuesday_start")),
                                ("tuesday_end__isnull", False),
                                ("tuesday_start__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="profile_schedule_tuesday_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("wednesday_end", None), ("wednesday_start", None)),
                            models.Q(
                                ("wednesday_end__gte", models.F("wednesday_start")),
                                ("wednesday_end__isnull", False),
                                ("wednesday_start__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="profile_schedule_wednesday_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("thursday_end", None), ("thursday_start", None)),
                            models.Q(
                                ("thursday_end__gte", models.F("thursday_start")),
                                ("thursday_end__isnull", False),
                                ("thursday_start__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="profile_schedule_thursday_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("friday_end", None), ("friday_start", None)),
                            models.Q(
                                ("friday_end__gte", models.F("friday_start")),
                                ("friday_end__isnull", False),
                                ("friday_start__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="profile_schedule_friday_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("saturday_end", None), ("saturday_start", None)),
                            models.Q(
                                ("saturday_end__gte", models.F("saturday_start")),
                                ("saturday_end__isnull", False),
                                ("saturday_start__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="profile_schedule_saturday_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sunday_end", None), ("sunday_start", None)),
                            models.Q(
                                ("sunday_end__gte", models.F("sunday_start")),
                                ("sunday_end__isnull", False),
                                ("sunday_start__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="profile_schedule_sunday_in_order",
                    ),
                ],
            },
        ),
    ]
