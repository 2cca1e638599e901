import uuid
from datetime import time
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.models import Company, Profile
from schedules.rules import DAYS, Week, Window
from tenancy.rows import CompanyManager

OPENS = time(0, 0)
CLOSES = time(23, 59)


def _opens(name: Any) -> "models.TimeField[time | None, time | None]":
    return models.TimeField(name, null=True, blank=True, default=OPENS)


def _closes(name: Any) -> "models.TimeField[time | None, time | None]":
    return models.TimeField(name, null=True, blank=True, default=CLOSES)


def windows_in_order(prefix: str) -> list[models.CheckConstraint]:
    """Both times of a day or neither, the first one before the second."""
    return [
        models.CheckConstraint(
            condition=Q(**{f"{day}_start": None, f"{day}_end": None})
            | Q(
                **{
                    f"{day}_start__isnull": False,
                    f"{day}_end__isnull": False,
                    f"{day}_end__gte": F(f"{day}_start"),
                }
            ),
            name=f"{prefix}_{day}_in_order",
        )
        for day in DAYS
    ]


class WeekRow(models.Model):
    """A whole week in one row. Hours are times of day in the portal's zone, the end minute included (decision 17); a
    day without hours is closed."""

    monday_start = _opens(_("Monday, from"))
    monday_end = _closes(_("Monday, to"))
    tuesday_start = _opens(_("Tuesday, from"))
    tuesday_end = _closes(_("Tuesday, to"))
    wednesday_start = _opens(_("Wednesday, from"))
    wednesday_end = _closes(_("Wednesday, to"))
    thursday_start = _opens(_("Thursday, from"))
    thursday_end = _closes(_("Thursday, to"))
    friday_start = _opens(_("Friday, from"))
    friday_end = _closes(_("Friday, to"))
    saturday_start = _opens(_("Saturday, from"))
    saturday_end = _closes(_("Saturday, to"))
    sunday_start = _opens(_("Sunday, from"))
    sunday_end = _closes(_("Sunday, to"))
    holiday_access = models.BooleanField(_("Access on holidays"), default=True)
    monetary_saturday = models.BooleanField(_("Monetary transactions on Saturdays"), default=True)
    monetary_sunday = models.BooleanField(_("Monetary transactions on Sundays"), default=True)
    monetary_holiday = models.BooleanField(_("Monetary transactions on holidays"), default=True)

    class Meta:
        abstract = True

    @property
    def week(self) -> Week:
        return Week(
            windows=tuple(self._window(day) for day in DAYS),
            holiday_access=self.holiday_access,
            monetary_saturday=self.monetary_saturday,
            monetary_sunday=self.monetary_sunday,
            monetary_holiday=self.monetary_holiday,
        )

    @week.setter
    def week(self, week: Week) -> None:
        for day, window in zip(DAYS, week.windows, strict=True):
            setattr(self, f"{day}_start", window.start if window else None)
            setattr(self, f"{day}_end", window.end if window else None)
        self.holiday_access = week.holiday_access
        self.monetary_saturday = week.monetary_saturday
        self.monetary_sunday = week.monetary_sunday
        self.monetary_holiday = week.monetary_holiday

    def _window(self, day: str) -> Window | None:
        start, end = getattr(self, f"{day}_start"), getattr(self, f"{day}_end")
        return None if start is None else Window(start, end)


class AccessSchedule(WeekRow):
    """When people may sign in: the company's own schedule (`user` empty) or one user's instead of it.

    One row is a whole week, so that company and user are read together in one query. The defaults are the guide's:
    every hour of every day (S1-097, S1-100).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(
        Company, verbose_name=_("Company"), on_delete=models.CASCADE, related_name="+", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = CompanyManager()

    class Meta:
        verbose_name, verbose_name_plural = _("Days and hours"), _("Days and hours of companies")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "user"],
                name="schedule_one_each",
                nulls_distinct=False,
            ),
            *windows_in_order("schedule"),
        ]

    def __str__(self) -> str:
        return self.user.username if self.user else self.company.legal_name


class ProfileSchedule(WeekRow):
    """The week that new users of a profile begin with; given within the company's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+", db_index=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")

    objects = CompanyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "profile"], name="profile_schedule_one_each"),
            *windows_in_order("profile_schedule"),
        ]

    def __str__(self) -> str:
        return str(self.profile_id)


class Holiday(models.Model):
    """A day the bank adds to the public holidays of a country, which come from the `holidays` library."""

    tenancy_shared = "the same days for every company of a country"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    country = models.CharField(_("Country"), max_length=2)
    day = models.DateField(_("Day"))
    name = models.CharField(_("Name"), max_length=80)

    class Meta:
        verbose_name, verbose_name_plural = _("Holiday"), _("Holidays")
        constraints = [models.UniqueConstraint(fields=["country", "day"], name="holiday_once_a_country")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
