"""OcciRed, the portal for companies in Colombia (guides S1 and S2)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from directory.editions.edition import Brand, Edition, FieldGroup, MenuGroup, MenuLink, Section, Tab
from directory.enums import PasswordPolicy
from directory.permissions import Permission


def _sign_in_key(portal_code: str, _company_code: str, username: str) -> str:
    """A user name is unique in the portal: `occired:felipe20`."""
    return f"{portal_code}:{username.strip().casefold()}"


# S1-064..068; decisions 12 and 13.
PERSON = (
    FieldGroup(
        "main",
        _("General details"),
        ("username", "first_names", "first_surname", "second_surname", "profile"),
        is_dense=True,
    ),
    FieldGroup("contact", _("Additional details"), ("id_type", "id_number")),
    FieldGroup(
        "contact",
        _("Contact details"),
        (
            *("address", "email", "office_phone", "office_extension", "mobile", "department", "city"),
            "receives_alerts",
        ),
    ),
)

# S1-071, in the guide's order.
TABS = (
    Tab("main", _("Main information"), "users:main"),
    Tab("contact", _("User information"), "users:contact"),
    Tab("products", _("Assign products"), "products:user"),
    Tab("limits", _("Assign limits"), "limits:user"),
    Tab("schedule", _("Days and hours"), "schedules:user"),
    Tab("password", pgettext_lazy("tab", "Password"), "users:password"),
    Tab("token", _("Token"), "tokens:user"),
)

# S1-033..036.
MENU = (
    Section(
        _("Enquiries"), (MenuGroup("", (MenuLink(_("My products"), "products:own", Permission.SEE_OWN_PRODUCTS),)),)
    ),
    Section(
        _("Transactions"),
        (
            MenuGroup(
                "",
                (
                    MenuLink(_("What I can do"), "rights:own", Permission.SEE_OWN_RIGHTS),
                    MenuLink(_("Authorizations"), "changes:approvals", Permission.CONFIRM_CHANGES),
                ),
            ),
        ),
    ),
    Section(
        _("Customer service"),
        (
            MenuGroup(
                "",
                (
                    MenuLink(_("Messages"), "inbox:messages", Permission.OWN_ACCOUNT),
                    MenuLink(_("Notifications"), "inbox:notifications", Permission.OWN_ACCOUNT),
                    MenuLink(_("Exported files"), "exports:files", Permission.EXPORT_LISTS),
                    MenuLink(_("Contact us"), "help:contact", Permission.OWN_ACCOUNT),
                ),
            ),
        ),
    ),
    Section(
        _("Administration"),
        (
            MenuGroup(
                _("Users"),
                (
                    MenuLink(_("Profiles"), "users:profiles", Permission.EDIT_PROFILES),
                    MenuLink(_("User configuration"), "users:search", Permission.SEE_USERS),
                    MenuLink(_("Alert subscriptions"), "users:alerts", Permission.EDIT_USERS),
                    MenuLink(_("Change your password and image"), "own-account", Permission.OWN_ACCOUNT),
                    MenuLink(_("Activation/Deactivation"), "users:states", Permission.CHANGE_USER_STATE),
                    MenuLink(_("Accumulated amounts"), "rights:usage", Permission.SEE_USAGE),
                ),
            ),
            MenuGroup(
                _("Security"),
                (
                    MenuLink(_("Service ceiling settings"), "limits:ceilings", Permission.EDIT_CEILINGS),
                    MenuLink(_("IP address administration"), "users:addresses", Permission.EDIT_ADDRESSES),
                    MenuLink(_("Token administration"), "tokens:list", Permission.SEE_TOKENS),
                    MenuLink(
                        _("General and security parameters"), "users:parameters", Permission.EDIT_COMPANY_PARAMETERS
                    ),
                    MenuLink(_("Company products"), "products:company", Permission.ENABLE_PRODUCTS),
                    MenuLink(_("Company days and hours"), "schedules:company", Permission.EDIT_SCHEDULES),
                ),
            ),
        ),
        pages=frozenset({"users", "products", "schedules", "limits", "tokens"}),
    ),
    Section(
        _("Help"),
        (
            MenuGroup(
                "",
                (
                    MenuLink(_("OcciRed tutorials"), "help:tutorials", Permission.OWN_ACCOUNT),
                    MenuLink(_("Browsing recommendations"), "help:recommendations", Permission.OWN_ACCOUNT),
                    MenuLink(_("Security Conditions"), "help:conditions", Permission.OWN_ACCOUNT),
                ),
            ),
        ),
    ),
)

WORDS = {
    "sign_in_title": _("Please enter your user details"),
    "username": pgettext_lazy("field", "User name"),
    "company_code": _("Company code"),
    "code": _("Token code"),
    "code_help": _("If you have no token, please leave this field blank"),
    "password_title": _("Enter your password"),
    "image_differs": _("If the image does not match, contact the bank"),
    "sign_out": _("Sign out"),
}

OCCIRED = Edition(
    code="occired",
    name="OcciRed",
    brand=Brand(logo="img/logo.svg"),
    template_folder="occired",
    home="home",
    words=WORDS,
    asks_company=False,
    sign_in_key=_sign_in_key,
    password_policy=PasswordPolicy.STRONG,
    person=PERSON,
    optional_fields=frozenset({"second_surname", "office_extension", "receives_alerts"}),
    person_tabs=TABS,
    menu=MENU,
)
