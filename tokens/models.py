import uuid
from typing import NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, DeviceManager

from directory.models import Company
from tenancy.rows import CompanyManager
from tokens.enums import LIVE, TONE_OF_STATE, WORDS_OF_STATE, TokenKind, TokenState
from tokens.rules import NEVER_USED


class VerifiedElsewhere(TypeError):
    """A token was asked to verify a code itself."""


class TokenManager(CompanyManager["Token"], DeviceManager):
    """The tokens as django-otp queries them: here `confirmed` means active."""

    def devices_for_user(self, user: models.Model, confirmed: bool | None = None) -> models.QuerySet["Token"]:
        devices = self.filter(user=user)
        if confirmed is None:
            return devices
        return devices.filter(state=TokenState.ACTIVE) if confirmed else devices.exclude(state=TokenState.ACTIVE)


class Token(Device):
    """A device, virtual or physical, that makes one-time codes; bank staff's belong to no company.

    The counter of wrong codes, the lock and the last time step used live here, so that a new session resets nothing.
    `updated_at` is when the token last changed state, never when a code was checked. The secret is sealed for this row.
    """

    id = models.BigAutoField(primary_key=True)
    name = None
    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(
        Company, verbose_name=_("Company"), on_delete=models.PROTECT, null=True, blank=True, related_name="tokens"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Holder"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tokens",
    )
    serial = models.CharField(_("Serial number"), max_length=10, unique=True)
    kind = models.CharField(_("Type"), max_length=10, choices=TokenKind, default=TokenKind.VIRTUAL)
    state = models.CharField(_("Status"), max_length=20, choices=TokenState, default=TokenState.AVAILABLE)
    sealed_secret = models.TextField()
    last_step = models.BigIntegerField(default=NEVER_USED)
    failed_attempts = models.PositiveSmallIntegerField(_("Consecutive wrong codes"), default=0)
    locked_until = models.DateTimeField(_("Locked until"), null=True, blank=True)
    updated_at = models.DateTimeField(_("Last update"))

    objects = TokenManager()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TokenState.values), name="token_state_known"),
            models.CheckConstraint(condition=Q(kind__in=TokenKind.values), name="token_kind_known"),
            models.CheckConstraint(
                condition=Q(state=TokenState.AVAILABLE, user=None)
                | (~Q(state=TokenState.AVAILABLE) & Q(user__isnull=False)),
                name="token_has_holder_unless_available",
            ),
            models.UniqueConstraint(
                fields=["user", "kind"], name="token_one_live_a_user_and_kind", condition=Q(state__in=LIVE)
            ),
            models.UniqueConstraint(
                fields=["user"], name="token_one_active_a_user", condition=Q(state=TokenState.ACTIVE)
            ),
        ]
        indexes = [
            models.Index(fields=["company", "state"], name="token_company_state"),
            models.Index(fields=["user"], name="token_user"),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def confirmed(self) -> bool:
        """What django-otp's middleware asks before it trusts a session's device."""
        return self.state == TokenState.ACTIVE

    @property
    def is_available(self) -> bool:
        return self.state == TokenState.AVAILABLE

    @property
    def is_virtual(self) -> bool:
        return self.kind == TokenKind.VIRTUAL

    @property
    def is_locked(self) -> bool:
        """Whether wrong codes keep it locked now; its state says nothing about that."""
        return self.locked_until is not None and self.locked_until > timezone.now()

    @property
    def state_tone(self) -> str:
        """The look of its state's badge: good, warn, bad or neutral."""
        return TONE_OF_STATE.get(TokenState(self.state), "")

    @property
    def state_words(self) -> str:
        """What its state means; empty while nobody has it."""
        return str(WORDS_OF_STATE.get(TokenState(self.state), ""))

    @property
    def row_name(self) -> str:
        """The name the secret is sealed for."""
        return f"tokens.token/{self.public_id}"

    def verify_token(self, token: str) -> NoReturn:
        """Refused: only `tokens.services.verify` locks the row, counts the attempt and uses the code up."""
        raise VerifiedElsewhere("codes are verified by tokens.services.verify alone")
