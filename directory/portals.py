"""A bank's portal, and the office of the bank's own staff."""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.editions import OFFICE, Edition, edition_called
from directory.enums import PasswordPolicy
from directory.rules.back_office import check_time_zone
from pages.formats import currency_sign


class Portal(models.Model):
    """One bank's portal: its names, hosts, country and formats. Portals differ only in data and edition."""

    tenancy_shared = "the portal is known from the host name before anybody is"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(_("Code"), max_length=20, unique=True)
    edition_code = models.CharField(_("Edition"), max_length=10)
    brand = models.CharField(_("Brand"), max_length=40)
    tagline = models.CharField(_("Tagline"), max_length=100, blank=True)
    bank_name = models.CharField(_("Name of the bank"), max_length=80)
    legend = models.CharField(_("Regulatory notice"), max_length=120, blank=True)
    hostnames = ArrayField(models.CharField(max_length=100), verbose_name=_("Host names"))
    country = models.CharField(_("Country"), max_length=2)
    time_zone = models.CharField(_("Time zone"), max_length=40, validators=[check_time_zone])
    currency = models.CharField(_("Currency"), max_length=3)
    language = models.CharField(_("Language"), max_length=5, default="es")
    date_format = models.CharField(_("Date format"), max_length=20, default="Y/m/d")
    decimal_separator = models.CharField(_("Decimal separator"), max_length=1, default=".")
    group_separator = models.CharField(_("Thousands separator"), max_length=1, default=",")
    support_lines = models.JSONField(_("Service lines"), default=list)
    headline = models.CharField(_("Headline of the sign-in page"), max_length=80, blank=True)
    slogan = models.CharField(_("Slogan of the sign-in page"), max_length=160, blank=True)
    sign_in_links = models.JSONField(_("Links of the sign-in page"), default=list, blank=True)
    banners = models.JSONField(_("Announcements of the sign-in page"), default=list, blank=True)
    browsers = models.CharField(_("Supported browsers"), max_length=200, blank=True)
    conditions = models.TextField(_("Security Conditions"))
    conditions_version = models.CharField(_("Version of the conditions"), max_length=20)
    password_policy = models.CharField(
        _("Password policy"),
        max_length=10,
        choices=PasswordPolicy,
        blank=True,
        help_text=_("Leave empty to use the edition's."),
    )
    password_days = models.PositiveSmallIntegerField(
        _("Password validity (days)"), default=90, validators=[MinValueValidator(1)]
    )
    generated_password_hours = models.PositiveSmallIntegerField(_("Generated password validity (hours)"), default=24)
    idle_minutes = models.PositiveSmallIntegerField(_("Minutes of inactivity"), default=5)
    max_failed_attempts = models.PositiveSmallIntegerField(
        _("Failed attempts allowed"), default=5, validators=[MinValueValidator(3), MaxValueValidator(10)]
    )

    class Meta:
        verbose_name, verbose_name_plural = _("Portal"), _("Portals")
        constraints = [
            models.CheckConstraint(condition=Q(idle_minutes__range=(1, 15)), name="portal_idle_at_most_15"),
            models.CheckConstraint(
                condition=Q(generated_password_hours__range=(1, 24)), name="portal_generated_at_most_a_day"
            ),
            models.CheckConstraint(
                condition=Q(max_failed_attempts__range=(3, 10)), name="portal_attempts_from_3_to_10"
            ),
            models.CheckConstraint(condition=Q(password_days__gte=1), name="portal_password_holds_a_day"),
        ]

    def __str__(self) -> str:
        return self.brand

    @property
    def edition(self) -> Edition:
        return edition_called(self.edition_code)

    def sign_in_key(self, username: str, company_code: str = "") -> str:
        """What a sign-in is looked up by, as the edition makes it."""
        return self.edition.sign_in_key(self.code, company_code, username)

    @property
    def policy(self) -> str:
        """The password policy in force: the portal's own, or that of its edition (decision 6)."""
        return self.password_policy or self.edition.password_policy

    @property
    def currency_sign(self) -> str:
        return currency_sign(self.currency, self.country)

    def to_local(self, instant: datetime) -> datetime:
        """The instant in the portal's time zone: the only place where it becomes a day and a time (decision 15)."""
        return instant.astimezone(ZoneInfo(self.time_zone))


# What the sign-in of bank staff shows and obeys: never saved, since it is no portal for customers.
BACK_OFFICE = Portal(
    id=uuid.UUID(int=0),
    code="bank",
    edition_code=OFFICE.code,
    brand="Occired",
    tagline="Back office del banco",
    bank_name="Occired",
    hostnames=[],
    country="CO",
    time_zone="America/Bogota",
    currency="COP",
    conditions="",
    conditions_version="back-office",
    idle_minutes=10,
)
