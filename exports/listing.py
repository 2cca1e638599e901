"""The files a person has ordered."""

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from directory.models import Portal, User
from directory.permissions import Permission
from exports import selectors
from exports.enums import ExportState, FileKind
from exports.models import Export
from exports.registry import BY_KEY, LISTINGS
from pages.lists import Column, Listing, Value


def _own(viewer: User, query: QueryDict) -> QuerySet[Export]:
    return selectors.exports_of(viewer)


def _title(portal: Portal, key: str) -> Value:
    listing = BY_KEY.get(key)
    return listing.title if listing else key


FILES = Listing(
    key="own-files",
    title=_("Exported files"),
    permission=Permission.OWN_ACCOUNT,
    columns=(
        Column(key="lista", label=_("List"), reads=("listing",), value=_title, is_head=True),
        Column(key="formato", label=_("Format"), reads=("kind",), choices=FileKind.choices, sort=(F("kind"),)),
        Column(key="pedido", label=_("Requested"), reads=("created_at",), sort=(F("created_at"),)),
        Column(
            key="registros",
            label=_("Records"),
            reads=("rows",),
            sort=(F("rows"),),
            is_number=True,
        ),
        Column(
            key="estado",
            label=_("Status"),
            reads=("state",),
            choices=ExportState.choices,
            sort=(F("state"),),
            template="exports/_state.html",
        ),
        Column(key="hasta", label=_("Kept until"), reads=("expires_at",), sort=(F("expires_at"),)),
    ),
    rows=_own,
    order="-pedido",
)
# Every list of the portal: each stays as a person left it.
BY_KEY_OF_ALL = {listing.key: listing for listing in (*LISTINGS, FILES)}
