import uuid
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from directory.enums import (
    TONE_OF_STATE,
    CompanyState,
    CredentialState,
    OperatingRole,
    ProfileState,
    Readiness,
    Role,
    SecurityImage,
    UserState,
)
from directory.permissions import Permission, permissions_of
from directory.portals import BACK_OFFICE, Portal
from directory.rules.countries import TAX_ID_PATTERN
from directory.rules.people import FIELDS
from directory.rules.profiles import is_open, opens_something
from pages.words import column_without_marks, plain_column
from tenancy.rows import Companies, CompanyManager

__all__ = ["BACK_OFFICE", "Company", "IpRule", "Portal", "Profile", "Service", "User", "UserManager"]


def _plain(*columns: Any) -> models.GeneratedField:
    """What lists search of these columns, made by the database when the row is written."""
    return models.GeneratedField(expression=plain_column(*columns), output_field=models.TextField(), db_persist=True)


def chosen_column(name: Any, base: "models.Field[Any, Any]") -> "ArrayField[list[Any] | None, list[Any] | None]":
    """Keys of a catalogue; null stands for all of them, those that come later too (`directory.rules.profiles`)."""
    return ArrayField(base, verbose_name=name, null=True, blank=True, default=None)


class Company(models.Model):  # type: ignore[django-manager-missing] # its tokens' manager is django-otp's, without types
    """`options` are those of the edition that it contracted for its secondary users."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    portal = models.ForeignKey(Portal, verbose_name=_("Portal"), on_delete=models.PROTECT, related_name="companies")
    code = models.CharField(_("Code"), max_length=20)
    legal_name = models.CharField(_("Legal name"), max_length=120)
    tax_id = models.CharField(_("Tax identification"), max_length=20)
    internal_identifier = models.CharField(_("Internal identifier"), max_length=20)
    state = models.CharField(_("Status"), max_length=10, choices=CompanyState, default=CompanyState.ACTIVE)
    idle_minutes = models.PositiveSmallIntegerField(_("Minutes of inactivity"), null=True, blank=True)
    password_days = models.PositiveSmallIntegerField(_("Password validity (days)"), null=True, blank=True)
    dual_control = models.BooleanField(_("Dual control"), default=False)
    dual_control_by_bank = models.BooleanField(_("Dual control required by the bank"), default=False)
    options = chosen_column(_("Options"), models.CharField(max_length=40))
    created_at = models.DateTimeField(_("Created on"), auto_now_add=True)

    objects = Companies()

    class Meta:
        verbose_name, verbose_name_plural = _("Company"), _("Companies")
        constraints = [
            models.UniqueConstraint("portal", Lower("code"), name="company_code_once_a_portal"),
            models.UniqueConstraint(fields=["portal", "tax_id"], name="company_tax_id_once_a_portal"),
            models.CheckConstraint(condition=Q(tax_id__regex=TAX_ID_PATTERN), name="company_tax_id_well_written"),
        ]

    def __str__(self) -> str:
        return self.legal_name

    def sign_in_key(self, username: str) -> str:
        """What a sign-in of this company's people is looked up by."""
        return self.portal.sign_in_key(username, self.code)

    @property
    def has_dual_control(self) -> bool:
        return self.dual_control or self.dual_control_by_bank

    @property
    def company_id(self) -> uuid.UUID:
        """A company is reached by its own id too, like what belongs to it (`CompanyManager.of`)."""
        return self.pk


class Profile(models.Model):
    """What its users do with operations, which options they see, and in which services they may work.

    Both are kept here and not in rows of their own: every request reads them with the person. What is no longer in the
    catalogue opens nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, verbose_name=_("Company"), on_delete=models.PROTECT, related_name="profiles")
    name = models.CharField(_("Name"), max_length=40)
    operating_role = models.CharField(
        _("Operating role"), max_length=10, choices=OperatingRole, default=OperatingRole.OPERATOR
    )
    options = chosen_column(_("Options"), models.CharField(max_length=40))
    services = chosen_column(_("Services"), models.UUIDField())
    state = models.CharField(_("Status"), max_length=10, choices=ProfileState, default=ProfileState.ACTIVE)
    plain_name = _plain("name")

    objects = CompanyManager()

    class Meta:
        verbose_name, verbose_name_plural = _("Profile"), _("Profiles")
        constraints = [
            models.UniqueConstraint("company", Lower("name"), name="profile_name_once_a_company"),
            # What rows of a profile's template refer to.
            models.UniqueConstraint(fields=["id", "company"], name="profile_with_company"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_retired(self) -> bool:
        return self.state == ProfileState.RETIRED

    def opens(self, service: "Service") -> bool:
        return is_open(self.services, service.pk)

    @property
    def opens_services(self) -> bool:
        """Whether it opens any at all."""
        return opens_something(self.services)


class UserManager(CompanyManager["User"], BaseUserManager["User"]):
    """Only what Django's authentication needs; services create the users."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(sign_in_key=username)


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing] # as above
    """A person in a portal, or one of the bank's staff (who has neither company nor portal).

    `sign_in_key` is what a sign-in is looked up by: `occired:felipe20`, or `occinet:corporativ:admon` where the
    company's code is asked for, or `bank:banco`; case never distinguishes two users. `token_required_since` is when a
    token of theirs was first activated: from then on the password alone opens nothing (decision 31). The plain columns
    are what lists search: made when the row is written, since making them for 50,000 rows takes half a second.

    `readiness` and `missing` are what was decided when something it depends on last changed (`rights.services`), until
    `readiness_lapses_at`; from then on, what is kept as `..._afterwards`. Lists filter by them; they let nobody in.
    """

    last_login = None
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(
        Company, verbose_name=_("Company"), on_delete=models.PROTECT, null=True, blank=True, related_name="users"
    )
    role = models.CharField(_("Role"), max_length=15, choices=Role)
    username = models.CharField(FIELDS["username"].label, max_length=20)
    sign_in_key = models.CharField(max_length=70, unique=True)
    first_names = models.CharField(FIELDS["first_names"].label, max_length=60)
    first_surname = models.CharField(FIELDS["first_surname"].label, max_length=40)
    second_surname = models.CharField(FIELDS["second_surname"].label, max_length=40, blank=True)
    profile = models.ForeignKey(
        Profile,
        verbose_name=FIELDS["profile"].label,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
    )
    id_type = models.CharField(FIELDS["id_type"].label, max_length=5, blank=True)
    id_number = models.CharField(FIELDS["id_number"].label, max_length=20, blank=True)
    address = models.CharField(FIELDS["address"].label, max_length=120, blank=True)
    email = models.EmailField(FIELDS["email"].label, blank=True)
    office_phone = models.CharField(FIELDS["office_phone"].label, max_length=20, blank=True)
    office_extension = models.CharField(FIELDS["office_extension"].label, max_length=8, blank=True)
    mobile = models.CharField(FIELDS["mobile"].label, max_length=20, blank=True)
    department = models.CharField(FIELDS["department"].label, max_length=60, blank=True)
    city = models.CharField(FIELDS["city"].label, max_length=60, blank=True)
    receives_alerts = models.BooleanField(FIELDS["receives_alerts"].label, default=False)
    language = models.CharField(_("Language"), max_length=5, blank=True)  # empty: the portal's
    list_layouts = models.JSONField(default=dict, blank=True, editable=False)  # by list: `pages.lists.Layout`

    state = models.CharField(_("Status"), max_length=10, choices=UserState, default=UserState.PENDING)
    credential_state = models.CharField(
        _("Password"), max_length=10, choices=CredentialState, default=CredentialState.NONE
    )
    password_expires_at = models.DateTimeField(_("Password valid until"), null=True, blank=True)
    password_set_at = models.DateTimeField(_("Password set on"), null=True, blank=True)
    token_required_since = models.DateTimeField(_("Token required since"), null=True, blank=True)
    failed_attempts = models.PositiveSmallIntegerField(_("Failed attempts"), default=0)
    locked_at = models.DateTimeField(_("Locked on"), null=True, blank=True)
    security_image = models.CharField(max_length=20, choices=SecurityImage, blank=True)
    signed_in_at = models.DateTimeField(_("Last sign-in"), null=True, blank=True)
    signed_in_address = models.GenericIPAddressField(_("Address of the last sign-in"), null=True, blank=True)
    failed_since_sign_in = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(_("Created on"), auto_now_add=True)
    created_by_name = models.CharField(_("Created by"), max_length=20, blank=True)
    plain_name = _plain("first_names", "first_surname", "second_surname")
    plain_details = _plain("username", column_without_marks("id_number"), "email", "mobile")

    readiness = models.CharField(_("Readiness"), max_length=6, choices=Readiness, default=Readiness.BARRED)
    missing = ArrayField(models.CharField(max_length=40), verbose_name=_("Missing"), default=list, blank=True)
    readiness_lapses_at = models.DateTimeField(null=True, blank=True)
    readiness_afterwards = models.CharField(max_length=6, choices=Readiness, blank=True)
    missing_afterwards = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    USERNAME_FIELD = "sign_in_key"
    REQUIRED_FIELDS = ["username", "role"]
    objects = UserManager()

    class Meta:
        verbose_name, verbose_name_plural = pgettext_lazy("person", "User"), _("Users")
        constraints = [
            models.CheckConstraint(
                condition=Q(role=Role.BANK, company=None) | (~Q(role=Role.BANK) & Q(company__isnull=False)),
                name="user_has_company_unless_bank",
            ),
            models.CheckConstraint(
                condition=Q(state=UserState.LOCKED, locked_at__isnull=False)
                | (~Q(state=UserState.LOCKED) & Q(locked_at=None)),
                name="user_locked_since",
            ),
            # What other tables' rows refer to when they must belong to the user's own company.
            models.UniqueConstraint(fields=["id", "company"], name="user_with_company"),
        ]
        indexes = [
            models.Index("company", Lower("username"), name="user_company_lower_username"),
            models.Index(fields=["company", "id_number"], name="user_company_id_number"),
            models.Index(
                fields=["company", "role", "readiness", "readiness_afterwards", "readiness_lapses_at"],
                name="user_company_readiness",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def get_username(self) -> str:
        return self.username

    @property
    def display_name(self) -> str:
        """Given names and first surname, as the guide's lists show (S1-059)."""
        return f"{self.first_names} {self.first_surname}"

    @property
    def full_name(self) -> str:
        """With both surnames, as the side panel greets (S1-037)."""
        return " ".join(filter(None, (self.first_names, self.first_surname, self.second_surname)))

    @property
    def state_tone(self) -> str:
        """How the state's badge is coloured."""
        return TONE_OF_STATE.get(UserState(self.state), "")

    @property
    def is_active(self) -> bool:  # type: ignore[override] # Django's is a column; here the state says it
        return self.state == UserState.ACTIVE

    @property
    def is_locked(self) -> bool:
        return self.state == UserState.LOCKED

    @property
    def has_no_password(self) -> bool:
        return self.credential_state == CredentialState.NONE

    @property
    def has_generated_password(self) -> bool:
        return self.credential_state == CredentialState.GENERATED

    def missing_at(self, instant: datetime) -> tuple[Readiness, list[str]]:
        """What they may do at `instant`, as far as it is kept, and what is missing: `rule.outcome` of each check."""
        if self.readiness_lapses_at is not None and self.readiness_lapses_at <= instant:
            return Readiness(self.readiness_afterwards), self.missing_afterwards
        return Readiness(self.readiness), self.missing

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def is_staff(self) -> bool:
        return self.role == Role.BANK

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """By role and profile, cut to what the company contracted. No query if profile and company were read along;
        an administrator's are those of the role."""
        if self.role != Role.SECONDARY:
            return permissions_of(self.role)
        opened = self.profile.options if self.profile else ()
        return permissions_of(self.role, opened, self.company.options if self.company else ())

    @property
    def may(self) -> dict[str, bool]:
        """For templates: `user.may.export_lists`."""
        return {permission.value: True for permission in self.permissions}

    @property
    def portal(self) -> Portal:
        """The portal of the user's company; for bank staff the back office."""
        return self.company.portal if self.company else BACK_OFFICE


class IpRule(models.Model):
    """A network people may sign in from: the whole company, or one user when `user` is set. None at all means any."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="ip_rules")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="ip_rules")
    network = models.CharField(max_length=43)
    label = models.CharField(max_length=60, blank=True)

    objects = CompanyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "user", "network"], name="ip_rule_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.network


class Service(models.Model):
    """A service or file a company can subscribe to: the catalogue of an edition (S1-087, S0-11). `name` is data."""

    tenancy_shared = "the bank's catalogue, the same for every company of an edition"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.CharField(_("Edition"), max_length=10)
    group = models.CharField(_("Group of services"), max_length=60)
    code = models.SlugField(_("Code"), max_length=40)
    name = models.CharField(_("Name"), max_length=80)
    is_monetary = models.BooleanField(_("Monetary"), default=True)
    is_file = models.BooleanField(_("File"), default=False)
    position = models.PositiveSmallIntegerField(_("Position"))

    class Meta:
        verbose_name, verbose_name_plural = _("Service"), _("Services")
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="service_code_once_an_edition")]

    def __str__(self) -> str:
        return self.name
