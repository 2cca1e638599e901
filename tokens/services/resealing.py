"""Moves secrets from older sealing keys to the current one while the portal runs (security.md, 17)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models, transaction

from notifications.enums import DeliveryState
from notifications.models import Delivery
from tenancy.sealing import seal, unseal
from tokens.models import Token

ROWS_AT_ONCE = 100


def reseal_tokens() -> int:
    """Reseals the secrets of all tokens; needs the bank's scope. Returns how many were changed."""
    return _all_batches(Token.objects.all(), "sealed_secret")


def reseal_deliveries() -> int:
    """Reseals the secrets of pending deliveries; needs the bank's scope. Returns how many were changed."""
    return _all_batches(Delivery.objects.filter(state=DeliveryState.PENDING).exclude(sealed=""), "sealed")


def rows_left() -> int:
    """How many secrets still need an older key, because their rows were in use."""
    pending = Delivery.objects.filter(state=DeliveryState.PENDING).exclude(sealed="")
    return _older(Token.objects.all(), "sealed_secret").count() + _older(pending, "sealed").count()


def _older(rows: models.QuerySet[Any], field: str) -> models.QuerySet[Any]:
    return rows.exclude(**{f"{field}__startswith": f"{settings.SEALING_KEYS[0][0]}:"})


def _all_batches(rows: models.QuerySet[Any], field: str) -> int:
    return sum(iter(_batch_of(rows, field), 0))


def _batch_of(rows: models.QuerySet[Any], field: str) -> Callable[[], int]:
    """Short transactions; a row in use is left for the next run rather than waited for."""

    def batch() -> int:
        with transaction.atomic():
            locked = list(_older(rows, field).select_for_update(skip_locked=True).order_by("pk")[:ROWS_AT_ONCE])
            for row in locked:
                secret = unseal(getattr(row, field), row=row.row_name)
                setattr(row, field, seal(secret, row=row.row_name))
                row.save(update_fields=[field])
            return len(locked)

    return batch
