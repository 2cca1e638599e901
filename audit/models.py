import uuid
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from audit.enums import Event, Outcome
from tenancy.rows import CompanyManager

BANK_CHAIN = uuid.UUID(int=0)


class Chain(models.Model):
    """The end of one company's chain; locked while a row is added, so that the chain never forks.

    It moves on and is never removed: without its end, a chain could be cut unnoticed.
    """

    never_deleted = True

    id = models.UUIDField(primary_key=True)
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    tenancy_shared = "numbers and hashes only; the sign-in adds to the bank's chain before a company is known"

    def __str__(self) -> str:
        return f"{self.id} at {self.sequence}"


class RowNumber(models.BigAutoField):
    """Given by PostgreSQL and not read back: RETURNING needs the right to read the row, and whoever adds a refused
    sign-in to the trail may read none of it."""

    db_returning = False


class WordField(models.CharField):
    """One of a list of words that grows with the code: pages know the words, the column does not, so a new one needs no
    migration."""

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, arguments, options = super().deconstruct()
        options.pop("choices", None)
        return name, "django.db.models.CharField", arguments, options


class AuditEvent(models.Model):
    """One thing that happened. Names are copies, never references: the trail outlives what it is about."""

    append_only = True

    id = RowNumber(primary_key=True)
    chain_id = models.UUIDField()
    sequence = models.PositiveBigIntegerField()
    company_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    event = WordField(_("Event"), max_length=40, choices=Event)
    outcome = WordField(_("Outcome"), max_length=10, choices=Outcome)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=150, blank=True)
    target_type = models.CharField(max_length=60, blank=True)
    target_id = models.CharField(max_length=60, blank=True)
    target_name = models.CharField(max_length=200, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    detail = models.JSONField(null=True)
    address = models.GenericIPAddressField(null=True)
    session = models.CharField(max_length=64, blank=True)
    channel = models.CharField(max_length=20)
    factors = models.JSONField(default=list)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = CompanyManager()

    class Meta:
        verbose_name, verbose_name_plural = _("Audit event"), _("Audit trail")
        constraints = [models.UniqueConstraint(fields=["chain_id", "sequence"], name="audit_one_row_a_place")]
        indexes = [
            models.Index(fields=["company_id", "-at"], name="audit_company_at"),
            models.Index(fields=["company_id", "target_type", "target_id"], name="audit_company_target"),
            models.Index(fields=["company_id", "actor_id"], name="audit_company_actor"),
            models.Index(
                fields=["company_id", "actor_id", "address"], name="audit_sign_ins", condition=Q(event=Event.SIGN_IN)
            ),
        ]

    def __str__(self) -> str:
        return f"{localtime(self.at):%Y-%m-%d %H:%M:%S} {self.event} {self.actor_name}"

    def content(self) -> dict[str, object]:
        """What the hash covers: every column but the hashes themselves and the surrogate key.

        The address as bytes: an IPv6 address can be written in several ways, and PostgreSQL has its own.
        """
        return {
            "chain": str(self.chain_id),
            "sequence": self.sequence,
            "company": str(self.company_id) if self.company_id else None,
            "at": self.at.isoformat(),
            "event": self.event,
            "outcome": self.outcome,
            "actor": str(self.actor_id) if self.actor_id else None,
            "actor_name": self.actor_name,
            "target": [self.target_type, self.target_id, self.target_name],
            "before": self.before,
            "after": self.after,
            "detail": self.detail,
            "address": ip_address(self.address).packed.hex() if self.address else None,
            "session": self.session,
            "channel": self.channel,
            "factors": self.factors,
        }
