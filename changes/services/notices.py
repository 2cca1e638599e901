from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from changes.models import Change
from directory.models import User
from directory.selectors.users import other_administrators
from notifications.services import notify

LINES_TOLD = 3


def tell_administrators(*, actor: User, change: Change) -> None:
    """Puts every change, by its first three lines, into the notifications of the company's other administrators.

    In the portal's language.
    """
    with translation.override(actor.portal.language):
        subject = _("%(title)s, by %(who)s") % {"title": change.title, "who": actor.username}
        told = [
            _("%(what)s: %(before)s → %(after)s")
            % {"what": line.what, "before": line.before or "-", "after": line.after or "-"}
            for line in change.lines[:LINES_TOLD]
        ]
        if more := len(change.lines[LINES_TOLD:]):
            told.append(ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more})
        body = "\n".join(told)
    for administrator in other_administrators(actor):
        notify(user_id=administrator.pk, company_id=actor.company_id, subject=subject, body=body)
