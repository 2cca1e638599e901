from django.utils.translation import gettext_lazy as _

from audit.models import AuditEvent
from directory.models import Portal
from pages.formats import format_moment

# Why an attempt was refused, for whoever has since proved everything. Any other rule is one of `OTHERWISE`.
REASONS = {
    "password": _("wrong password"),
    "token.code": _("wrong or used token code"),
    "token.presented": _("no token code"),
    "user.attempts": _("the user was locked"),
    "user.active": _("the user was not active"),
    "credential.usable": _("the password was not valid any more"),
    "password.replaced": _("the password was replaced meanwhile"),
    "address.allowed": _("from a network address that is not allowed"),
}
OTHERWISE = _("outside the hours, or not allowed then")


def said_of(portal: Portal, refused: AuditEvent) -> str:
    """One refused attempt in a line: when, from where and why."""
    moment = format_moment(refused.at, portal)
    rule = refused.detail["rule"] if refused.detail else ""
    return " · ".join(filter(None, (moment, refused.address or "", str(REASONS.get(rule, OTHERWISE)))))
