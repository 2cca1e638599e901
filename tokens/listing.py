"""What the list of the company's tokens shows (S2-18..22)."""

from dataclasses import replace
from datetime import date, datetime

from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from directory.columns import NAME
from directory.models import Portal, User
from directory.permissions import Permission
from pages.lists import Column, Listing
from tokens import selectors
from tokens.enums import TokenState
from tokens.models import Token


def _held(viewer: User, query: QueryDict) -> QuerySet[Token]:
    return selectors.held_tokens_of(viewer)


def _day(portal: Portal, instant: datetime) -> date:
    return portal.to_local(instant).date()


TOKENS = Listing(
    key="tokens",
    title=_("Assigned tokens"),
    permission=Permission.SEE_TOKENS,
    columns=(
        Column(
            key="usuario",
            label=_("User name"),
            reads=("user__username",),
            sort=(Lower("user__username"),),
            search=("user__username",),
            is_head=True,
        ),
        replace(
            NAME,
            reads=tuple(f"user__{path}" for path in NAME.reads),
            sort=(Lower("user__first_names"), Lower("user__first_surname")),
            search=(F("user__plain_name"),),
            is_default=False,
        ),
        Column(key="serie", label=_("Serial number"), reads=("serial",), sort=(F("serial"),), search=("serial",)),
        Column(key="actualizado", label=_("Last update"), reads=("updated_at",), value=_day, sort=(F("updated_at"),)),
        Column(
            key="estado",
            label=_("Token status"),
            reads=("state",),
            choices=TokenState.choices,
            sort=(F("state"),),
            width=22,
            template="tokens/_state.html",
        ),
    ),
    rows=_held,
    order="serie",
)
