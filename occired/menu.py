"""The main menu in the guides' order (S1-033..036): only what the person may do; no entry leads to a refusal."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.permissions import Permission


@dataclass(frozen=True)
class Entry:
    label: str
    url_name: str
    permission: Permission

    def shown(self, current: str) -> dict[str, object]:
        return {"label": self.label, "url": reverse(self.url_name), "active": self.url_name == current}


@dataclass(frozen=True)
class Group:
    label: str
    entries: list[Entry]


@dataclass(frozen=True)
class Section:
    """`pages` are the namespaces of pages that belong here though no entry leads to them directly."""

    label: str
    groups: list[Group]
    pages: frozenset[str] = field(default_factory=frozenset)


P = Permission
MENU = [
    Section(
        _("Inquiries"),
        [Group("", [Entry(_("My products"), "products:own", P.SEE_OWN_RIGHTS)])],
    ),
    Section(
        _("Transactions"),
        [
            Group(
                "",
                [
                    Entry(_("What I may do"), "rights:own", P.SEE_OWN_RIGHTS),
                    Entry(_("Authorizations"), "changes:approvals", P.CONFIRM_CHANGES),
                ],
            )
        ],
    ),
    Section(
        _("Customer service"),
        [
            Group(
                "",
                [
                    Entry(_("Messages"), "inbox:messages", P.OWN_ACCOUNT),
                    Entry(_("Notifications"), "inbox:notifications", P.OWN_ACCOUNT),
                    Entry(_("Contact us"), "help:contact", P.OWN_ACCOUNT),
                ],
            )
        ],
    ),
    Section(
        _("Administration"),
        [
            Group(
                _("Users"),
                [
                    Entry(_("Profiles"), "users:profiles", P.EDIT_PROFILES),
                    Entry(_("User configuration"), "users:search", P.SEE_USERS),
                    Entry(_("Alert registration"), "users:alerts", P.EDIT_USERS),
                    Entry(_("Change of own password and image"), "own-account", P.OWN_ACCOUNT),
                    Entry(_("Activation/Inactivation"), "users:states", P.CHANGE_USER_STATE),
                    Entry(_("Accumulated amounts"), "limits:usage", P.SEE_USAGE),
                ],
            ),
            Group(
                _("Security"),
                [
                    Entry(_("Configuration of amounts by service"), "limits:ceilings", P.EDIT_CEILINGS),
                    Entry(_("Administration of IPs"), "users:addresses", P.EDIT_ADDRESSES),
                    Entry(_("Token administration"), "tokens:list", P.SEE_TOKENS),
                    Entry(_("General and security parameters"), "users:parameters", P.EDIT_COMPANY_PARAMETERS),
                    Entry(_("Company products"), "products:company", P.ENABLE_PRODUCTS),
                    Entry(_("Company days and hours"), "schedules:company", P.EDIT_SCHEDULES),
                ],
            ),
        ],
        pages=frozenset({"users", "products", "schedules", "limits", "tokens"}),
    ),
    Section(
        _("Help"),
        [
            Group(
                "",
                [
                    Entry(_("OcciRed tutorials"), "help:tutorials", P.OWN_ACCOUNT),
                    Entry(_("Browsing recommendations"), "help:recommendations", P.OWN_ACCOUNT),
                    Entry(_("Security Conditions"), "help:conditions", P.OWN_ACCOUNT),
                ],
            )
        ],
    ),
]


def menu_for(permissions: Collection[Permission], current: str) -> list[dict[str, object]]:
    """Sections with at least one entry the person may open; `current` is the view name of the page shown."""
    sections = []
    for section in MENU:
        groups = [
            {
                "label": group.label,
                "entries": [entry.shown(current) for entry in group.entries if entry.permission in permissions],
            }
            for group in section.groups
        ]
        groups = [group for group in groups if group["entries"]]
        if groups:
            names = {entry.url_name for group in section.groups for entry in group.entries}
            active = current in names or current.partition(":")[0] in section.pages
            sections.append({"label": section.label, "url": None, "active": active, "groups": groups})
    return sections
