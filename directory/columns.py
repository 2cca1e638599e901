"""What a list can show of the company's users."""

from django.db.models import F
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from directory.models import Portal, User
from directory.rules.people import FIELDS, identification_label
from pages.lists import Column


def _id_type(user: User, portal: Portal) -> str:
    return identification_label(user.id_type, portal.country)


USERNAME = Column(
    key="usuario",
    label=pgettext_lazy("field", "User name"),
    value=lambda user, _: user.username,
    sort=(Lower("username"),),
    search=(F("plain_details"),),
    is_head=True,
)
NAME = Column(
    key="nombre",
    label=_("Full name"),
    value=lambda user, _: user.display_name,
    sort=(Lower("first_names"), Lower("first_surname")),
    search=(F("plain_name"),),
    width=30,
)
PROFILE = Column(
    key="perfil",
    label=_("Profile"),
    value=lambda user, _: user.profile.name if user.profile else "",
    sort=(Lower("profile__name"),),
    search=(F("profile__plain_name"),),
    width=20,
)
STATE = Column(
    key="estado",
    label=_("Status"),
    value=lambda user, _: user.get_state_display(),
    sort=(F("state"),),
)
LAST_SIGN_IN = Column(
    key="ingreso",
    label=_("Last sign-in"),
    value=lambda user, _: user.signed_in_at,
    sort=(F("signed_in_at"),),
    may_be_empty=True,
    width=18,
)
# Shown to who asks for them.
ID_TYPE = Column(
    key="tipo", label=FIELDS["id_type"].label, value=_id_type, sort=(F("id_type"),), width=24, is_default=False
)
ID_NUMBER = Column(
    key="numero",
    label=FIELDS["id_number"].label,
    value=lambda user, _: user.id_number,
    sort=(F("id_number"),),
    is_default=False,
)
EMAIL = Column(
    key="correo",
    label=FIELDS["email"].label,
    value=lambda user, _: user.email,
    sort=(Lower("email"),),
    width=32,
    is_default=False,
)
MOBILE = Column(
    key="celular",
    label=FIELDS["mobile"].label,
    value=lambda user, _: user.mobile,
    sort=(F("mobile"),),
    is_default=False,
)
CREATED = Column(
    key="creado",
    label=_("Created on"),
    value=lambda user, _: user.created_at,
    sort=(F("created_at"),),
    width=18,
    is_default=False,
)
