"""What follows from a change that was applied, in its transaction. Named in `CHANGE_NOTIFIER`."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors.users import other_administrators
from notifications.services import notify


def tell_administrators(*, actor: User, change: Any) -> None:
    """The company's other administrators find every change in their notifications, in the portal's language."""
    with translation.override(actor.portal.language):
        subject = _("%(title)s, by %(who)s") % {"title": change.title, "who": actor.username}
        body = "\n".join(
            _("%(what)s: %(before)s → %(after)s")
            % {"what": line["what"], "before": line["before"] or "-", "after": line["after"] or "-"}
            for line in change.lines
        )
    for administrator in other_administrators(actor):
        notify(user_id=administrator.pk, company_id=actor.company_id, subject=subject, body=body)
