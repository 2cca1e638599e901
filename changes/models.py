import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from changes.enums import OPEN_STATES, ChangeState, SignerRole
from changes.rules.signing import confirmable_until
from changes.rules.text import Beside, Caption, InTable, Line, Measure, Unchanged
from tenancy.rows import CompanyManager

MOST_BARS = 3


class LinesField(models.JSONField):
    """Canonical lines, kept as JSON."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        lines = super().from_db_value(value, expression, connection)
        return [Line(**line) for line in lines]

    def get_db_prep_value(self, value: Iterable[Line], connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value([asdict(line) for line in value], connection, prepared)


class BesideField(models.JSONField):
    """What stands beside the lines, kept as JSON."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Beside:
        kept = super().from_db_value(value, expression, connection)
        return Beside(
            [Unchanged(each["before_line"], Line(**each["line"])) for each in kept["unchanged"]],
            [Caption(**each) for each in kept["captions"]],
            [Measure(**each) for each in kept["measures"]],
            [InTable(**each) for each in kept.get("in_table", ())],
        )

    def get_db_prep_value(self, value: Beside, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(asdict(value), connection, prepared)


class Change(models.Model):
    """One thing an administrator wants changed, from the proposal to its end.

    `kind` and `params` are what is wanted (`changes.codec`); `title`, `lines` and `effect` what its maker read;
    `digest` is the hash of the canonical text, which must come out the same under lock when the change is applied;
    `draft` is what it was put together in, which goes when it is applied. `by_two` says that a second person has to
    approve it; `signed_at` is when its maker signed, from when on the others know of it; `bank_asked_at` when the bank
    was asked to be that person. Of a large one `lines` only sum up, and what is wanted and the whole text lie beside it
    (`LargeText`).
    Nothing but signatures and its end changes afterwards; not even the application's database role can change more.
    """

    columns_that_move = ("state", "reason", "finished_at", "by_two", "signed_at", "bank_asked_at")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    params = models.JSONField()
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    form_key = models.UUIDField()
    title = models.CharField(max_length=300)
    lines = LinesField()
    effect = models.TextField(blank=True)
    beside = BesideField(default=Beside)
    warnings = models.JSONField(default=list)
    success = models.CharField(max_length=300, blank=True)
    target = models.JSONField()
    canonical = models.TextField()
    digest = models.CharField(max_length=64)
    state = models.CharField(_("Status"), max_length=10, choices=ChangeState, default=ChangeState.PROPOSED)
    reason = models.TextField(blank=True)
    draft = models.UUIDField(null=True)
    back_url = models.CharField(max_length=300)
    done_url = models.CharField(max_length=300)
    by_two = models.BooleanField(default=False)
    is_large = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    bank_asked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = CompanyManager()

    class Meta:
        verbose_name, verbose_name_plural = _("change put to the bank"), _("changes put to the bank")
        constraints = [
            models.UniqueConstraint(fields=["maker", "form_key"], name="change_once_a_form"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, finished_at=None)
                | (~Q(state__in=OPEN_STATES) & Q(finished_at__isnull=False)),
                name="change_finished_or_proposed",
            ),
        ]
        indexes = [
            models.Index(fields=["company_id", "maker", "-created_at"], name="change_of_maker"),
            models.Index(fields=["created_at"], name="change_open", condition=Q(state=ChangeState.PROPOSED)),
            models.Index(fields=["company_id"], name="change_open_of_company", condition=Q(state=ChangeState.PROPOSED)),
            models.Index(fields=["bank_asked_at"], name="change_of_bank", condition=Q(bank_asked_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def measures_shown(self) -> Sequence[Measure]:
        """As bars: of more people than fit beside the lines the effect says it in words."""
        return self.beside.measures if len(self.beside.measures) <= MOST_BARS else ()

    @property
    def is_applied(self) -> bool:
        return self.state == ChangeState.APPLIED

    @property
    def is_applying(self) -> bool:
        return self.state == ChangeState.APPLYING

    @property
    def is_stale(self) -> bool:
        return self.state == ChangeState.STALE

    @property
    def is_withdrawn(self) -> bool:
        return self.state == ChangeState.WITHDRAWN

    @property
    def is_refused(self) -> bool:
        return self.state == ChangeState.REFUSED

    @property
    def is_rejected(self) -> bool:
        return self.state == ChangeState.REJECTED

    @property
    def is_open(self) -> bool:
        return self.state == ChangeState.PROPOSED

    @property
    def until(self) -> datetime:
        """Until when it can be signed by whoever is next."""
        return confirmable_until(self.created_at, self.signed_at)

    @property
    def is_for_others(self) -> bool:
        """Whether it has come before the other administrators; until its maker signs, it is theirs alone."""
        return self.by_two and self.signed_at is not None


class LargeText(models.Model):
    """A change of very many parts: what is wanted (`params`) and the text that is signed, both compressed; in `summary`
    what is counted of them (`changes.rules.large`). `done` parts of `parts` have been applied so far, in `attempts`."""

    columns_that_move = ("done", "attempts")

    change = models.OneToOneField(Change, on_delete=models.PROTECT, primary_key=True, related_name="large")
    company_id = models.UUIDField()
    params = models.BinaryField()
    text = models.BinaryField()
    summary = models.JSONField()
    parts = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = CompanyManager()

    def __str__(self) -> str:
        return str(self.change_id)

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.parts) if self.parts else 0


class Draft(models.Model):
    """What one person is putting together and has not proposed yet ("sin terminar"): a new user step by step, or
    several tabs of one. Nobody else sees it; there is no secret in it.

    `subject` is the key of the user it is about, who does not exist yet if `is_new`; `source` of whom it began as a
    copy; `parts` are the changes kept so
    far, each a kind and its values (`changes.codec`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company_id = models.UUIDField()
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    subject = models.UUIDField(default=uuid.uuid4)
    is_new = models.BooleanField(default=True)
    source = models.UUIDField(null=True)
    title = models.CharField(max_length=300, blank=True)
    parts = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CompanyManager()

    class Meta:
        indexes = [
            models.Index(fields=["company_id", "maker", "-updated_at"], name="draft_of_maker"),
            models.Index(fields=["updated_at"], name="draft_by_age"),
        ]

    def __str__(self) -> str:
        return self.title


class Signature(models.Model):
    """A person's signature of a change: as what, by which means, and the digest of the signed text."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company_id = models.UUIDField()
    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=SignerRole)
    method = models.CharField(max_length=40)
    evidence = models.JSONField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    objects = CompanyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "role"], name="signature_once_a_role"),
            models.UniqueConstraint(fields=["change", "signer"], name="signature_once_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.method} for {self.change_id}"

    @property
    def is_the_makers(self) -> bool:
        return self.role == SignerRole.MAKER

    @property
    def is_the_banks(self) -> bool:
        """Its signer's row cannot be read from within the company: who they are stands in the evidence."""
        return self.role == SignerRole.BANK

    def as_evidence(self) -> dict[str, str]:
        """Who signed and how, for the audit trail."""
        signer = {} if self.is_the_banks else {"signer": self.signer.username}
        return {"role": self.role, **signer, "method": self.method, **self.evidence}
