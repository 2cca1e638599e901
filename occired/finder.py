"""The quick finder: users, products, tokens and pages by a few words, each where the person may open it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from directory.models import User
from directory.permissions import Permission
from directory.selectors.users import secondary_users_of
from pages.words import plain, with_words
from products.selectors import products_of
from tokens.selectors import held_tokens_of

LONGEST_TEXT = 60
MOST_OF_A_KIND = 8


@dataclass(frozen=True)
class Found:
    """One thing: where it is, what it is called, and what tells it from its like."""

    url: str
    name: str
    detail: str


@dataclass(frozen=True)
class Kind:
    label: str
    found: list[Found]


def find(viewer: User, text: str) -> list[Kind]:
    """What has all of the words, in any order; at most eight of a kind, three queries. Nothing for no words."""
    text = text[:LONGEST_TEXT]
    if not plain(text):
        return []
    kinds = (Kind(label, list(look(viewer, text))) for label, look in _kinds(viewer))
    return [kind for kind in kinds if kind.found]


def _kinds(viewer: User) -> Iterator[tuple[str, Callable[[User, str], Iterable[Found]]]]:
    """What the viewer may look for at all."""
    may = viewer.permissions
    if Permission.EDIT_USERS in may:
        yield _("Users"), _users
    if Permission.ENABLE_PRODUCTS in may and Permission.SEE_USAGE in may:
        yield _("Products"), _products
    if Permission.SEE_TOKENS in may:
        yield pgettext("plural", "Tokens"), _tokens
    yield _("Pages"), _pages


def _users(viewer: User, text: str) -> Iterator[Found]:
    rows = with_words(secondary_users_of(viewer), text, F("plain_name"), F("plain_details"))
    for user in rows.order_by("username")[:MOST_OF_A_KIND]:
        detail = f"{user.full_name} · {user.get_state_display()}"
        yield Found(reverse("users:main", args=[user.pk]), user.username, detail)


def _products(viewer: User, text: str) -> Iterator[Found]:
    """Each leads to the users who have it."""
    for product in with_words(products_of(viewer), text, "alias", "number")[:MOST_OF_A_KIND]:
        page = "rights:matrix" if product.is_enabled and product.is_open else "products:company"
        query = "?por=productos" if page == "rights:matrix" else ""
        yield Found(reverse(page) + query, product.alias, f"{product.get_kind_display()} {product.number}")


def _tokens(viewer: User, text: str) -> Iterator[Found]:
    rows = with_words(held_tokens_of(viewer), text, "serial", F("user__plain_name"), F("user__plain_details"))
    for token in rows[:MOST_OF_A_KIND]:
        holder = token.user
        url = (
            reverse("tokens:user", args=[holder.pk])
            if holder and not holder.is_administrator
            else reverse("tokens:list")
        )
        yield Found(url, token.serial, f"{holder or ''} · {token.get_state_display()}")


def _pages(viewer: User, text: str) -> Iterator[Found]:
    """The lines of the menu, by their words and those of their section."""
    words = plain(text).split()
    for section in viewer.portal.edition.menu:
        for group in section.groups:
            for link in group.links:
                place = " / ".join(str(label) for label in (section.label, group.label) if label)
                if link.permission in viewer.permissions and all(
                    word in plain(f"{link.label} {place}") for word in words
                ):
                    yield Found(reverse(link.url_name), str(link.label), place)
