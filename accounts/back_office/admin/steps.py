"""What is left to do for somebody the bank has just created, with a link to each step."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from directory.models import User


def remaining_steps(user: User) -> SafeString:
    """The three steps after which a new administrator can sign in, in the only possible order."""
    tokens, users = "admin:tokens_token_changelist", "admin:directory_user_changelist"
    company = user.company.code if user.company else ""
    steps = [
        (
            _link(tokens, q=company, state__exact="available"),
            _("Assign %(username)s one of the company's tokens; if it has none, add one first.") % _named(user),
        ),
        (
            _link(tokens, q=user.username, state__exact="pending_activation"),
            _("Activate the token of %(username)s.") % _named(user),
        ),
        (_link(users, q=user.username), _("Activate the user %(username)s.") % _named(user)),
    ]
    words = _(
        "%(username)s cannot sign in yet. Still to do, in this order; whoever opened %(username)s or generated the "
        "password leaves the token to a colleague:"
    ) % _named(user)
    return format_html("{}<ol>{}</ol>", words, format_html_join("", '<li><a href="{}">{}</a></li>', steps))


def _link(page: str, **query: str) -> str:
    return f"{reverse(page)}?{urlencode(query)}"


def _named(user: User) -> dict[str, str]:
    return {"username": user.username}
