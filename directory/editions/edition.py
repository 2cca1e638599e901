"""What an edition is: data and pure functions. Rules and services are the same in all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from directory.enums import PasswordPolicy
from directory.permissions import OF_PROFILES, Permission
from directory.rules.people import FIELDS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    Text = str | StrPromise
else:
    Text = object
SignInKey = Callable[[str, str, str], str]


@dataclass(frozen=True)
class FieldGroup:
    """Fields of a person grouped under a title, on one tab of the person; the names are those of the user's columns
    (`directory.rules.people.FIELDS` says what each is)."""

    tab: str
    title: Text
    fields: tuple[str, ...]
    is_dense: bool = False


@dataclass(frozen=True)
class Tab:
    """One page of a person, in the strip at the top (S1-071)."""

    key: str
    label: Text
    url_name: str


@dataclass(frozen=True)
class MenuLink:
    """A line of the menu: shown to whoever has the permission."""

    label: Text
    url_name: str
    permission: Permission


@dataclass(frozen=True)
class MenuGroup:
    label: Text
    links: tuple[MenuLink, ...]


@dataclass(frozen=True)
class Section:
    """`pages` are the namespaces of pages that belong here although no link leads straight to them."""

    label: Text
    groups: tuple[MenuGroup, ...]
    pages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Brand:
    """Static files: the logo, and a style sheet, if any, loaded after all others."""

    logo: str
    stylesheet: str = ""


@dataclass(frozen=True)
class Edition:
    """One face of the portal.

    `asks_company` says whether step 1 of the sign-in asks for the company's code; `sign_in_key` makes what a person is
    looked up by from the codes of portal and company and the user name, and case never distinguishes two.
    `template_folder`, below `templates/editions/`, is searched first. `words` are what the pages call things.
    """

    code: str
    name: str
    brand: Brand
    template_folder: str
    home: str
    words: Mapping[str, Text]
    asks_company: bool
    sign_in_key: SignInKey
    password_policy: PasswordPolicy
    person: tuple[FieldGroup, ...]
    optional_fields: frozenset[str]
    person_tabs: tuple[Tab, ...] = ()
    menu: tuple[Section, ...] = ()

    @property
    def person_fields(self) -> tuple[str, ...]:
        """Every field of a person, in the order in which they are asked."""
        return tuple(name for group in self.person for name in group.fields)

    @property
    def options(self) -> dict[str, tuple[Text, ...]]:
        """What a profile can open to its users, in the order of the menu: by permission, the links that need it."""
        links = [link for section in self.menu for group in section.groups for link in group.links]
        asked = dict.fromkeys(link.permission for link in links if link.permission in OF_PROFILES)
        return {each.value: tuple(link.label for link in links if link.permission == each) for each in asked}

    def texts_on(self, tab: str) -> tuple[str, ...]:
        """The fields of a tab that are texts in the person's own row and can be changed: never the user name."""
        names = (name for group in self.groups_of(tab) for name in group.fields)
        return tuple(name for name in names if FIELDS[name].is_text and name != "username")

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text of a person, the user name included."""
        return tuple(name for name in self.person_fields if FIELDS[name].is_text)

    def groups_of(self, tab: str) -> tuple[FieldGroup, ...]:
        return tuple(group for group in self.person if group.tab == tab)

    def required_on(self, tab: str) -> tuple[str, ...]:
        """What must be filled in before a tab counts as complete."""
        names = (name for group in self.groups_of(tab) for name in group.fields)
        return tuple(name for name in names if name not in self.optional_fields)

    def tab_of(self, url_name: str) -> str:
        """The key of the person's tab that this page is; empty if it is none."""
        return next((tab.key for tab in self.person_tabs if tab.url_name == url_name), "")

    def is_reached(self, url_name: str) -> bool:
        """Whether a menu or a tab leads to this page."""
        return bool(self.tab_of(url_name) or self.route_to(url_name))

    def route_to(self, url_name: str) -> list[tuple[Text, str]]:
        """The way to a page through the menu, each step with the page it leads to, if any."""
        for section in self.menu:
            for group in section.groups:
                for link in group.links:
                    if link.url_name == url_name:
                        heads = [(label, "") for label in (section.label, group.label) if label]
                        return [*heads, (link.label, url_name)]
        return []

    def url_names(self) -> list[str]:
        """Every page the edition leads to; a check at startup resolves them."""
        links = (link for section in self.menu for group in section.groups for link in group.links)
        return [self.home, *(link.url_name for link in links), *(tab.url_name for tab in self.person_tabs)]


def option_labels(edition: Edition) -> dict[str, str]:
    """The options of an edition, each as its links are called in the menu."""
    return {key: " · ".join(str(label) for label in labels) for key, labels in edition.options.items()}
