"""What a list can show of the company's users."""

from django.db.models import F
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from directory.enums import UserState
from directory.models import Portal
from directory.rules.people import FIELDS, identification_label
from pages.lists import Column


def _id_type(portal: Portal, id_type: str) -> str:
    return identification_label(id_type, portal.country)


USERNAME = Column(
    key="usuario",
    label=pgettext_lazy("field", "User name"),
    reads=("username",),
    sort=(Lower("username"),),
    search=(F("plain_details"),),
    is_head=True,
)
NAME = Column(
    key="nombre",
    label=_("Full name"),
    reads=("first_names", "first_surname"),
    value=lambda _, names, surname: f"{names} {surname}",
    sort=(Lower("first_names"), Lower("first_surname")),
    search=(F("plain_name"),),
    width=30,
)
PROFILE = Column(
    key="perfil",
    label=_("Profile"),
    reads=("profile__name",),
    sort=(Lower("profile__name"),),
    search=(F("profile__plain_name"),),
    width=20,
)
STATE = Column(
    key="estado",
    label=_("Status"),
    reads=("state",),
    choices=UserState.choices,
    sort=(F("state"),),
)
LAST_SIGN_IN = Column(
    key="ingreso",
    label=_("Last sign-in"),
    reads=("signed_in_at",),
    empty=_("Never"),
    sort=(F("signed_in_at"),),
    may_be_empty=True,
    width=18,
)
# Shown to who asks for them.
ID_TYPE = Column(
    key="tipo",
    label=FIELDS["id_type"].label,
    reads=("id_type",),
    value=_id_type,
    sort=(F("id_type"),),
    width=24,
    is_default=False,
)
ID_NUMBER = Column(
    key="numero",
    label=FIELDS["id_number"].label,
    reads=("id_number",),
    sort=(F("id_number"),),
    is_default=False,
)
EMAIL = Column(
    key="correo",
    label=FIELDS["email"].label,
    reads=("email",),
    sort=(Lower("email"),),
    width=32,
    is_default=False,
)
MOBILE = Column(
    key="celular",
    label=FIELDS["mobile"].label,
    reads=("mobile",),
    sort=(F("mobile"),),
    is_default=False,
)
CREATED = Column(
    key="creado",
    label=_("Created on"),
    reads=("created_at",),
    sort=(F("created_at"),),
    width=18,
    is_default=False,
)
