from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.alerts.changes import SetAlertChoice, SetAlerts
from changes.forms import ChangeForm
from directory.models import User
from notifications.enums import Channel
from notifications.kinds import ALERTS, ALWAYS_TOLD, OPTIONAL
from notifications.rules import alert_key
from notifications.wording import EVERYWHERE, NoticeKind
from pages.forms import NO_ROWS, choice, row_choice

GONE = {"invalid_choice": _("Somebody in the list is no longer there. Look at it again.")}


class AlertsForm(ChangeForm):
    """`shown` are the users the page listed, so that nobody else is switched off."""

    shown = forms.ModelMultipleChoiceField(NO_ROWS, label=_("Users"), error_messages=GONE)
    ticked = forms.ModelMultipleChoiceField(NO_ROWS, label=_("Users"), error_messages=GONE, required=False)

    def __init__(self, *args: Any, users: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("shown", "ticked"):
            row_choice(self, name).queryset = users

    def wanted(self) -> SetAlerts:
        return SetAlerts(
            **{name: frozenset(user.pk for user in self.cleaned_data[name]) for name in ("shown", "ticked")}
        )


@dataclass(frozen=True)
class Cell:
    """One alert by one channel."""

    channel: str
    key: str
    is_sent: bool


@dataclass(frozen=True)
class AlertGroup:
    """Alerts by their name, each with its channels."""

    title: str
    rows: list[tuple[str, list[Cell]]]
    is_choice: bool


class AlertMatrix(forms.Form):
    """The optional alerts by channel, ticked where they are sent, beside those that are always."""

    follows = forms.BooleanField(label=_("The same alerts as the company"), required=False)
    sent = forms.MultipleChoiceField(choices=[(key, key) for key in sorted(ALERTS)], required=False)

    kinds: Sequence[NoticeKind] = tuple(kind for kind in OPTIONAL if not kind.is_duty)

    @property
    def silenced(self) -> frozenset[str]:
        """Of what is offered, what is not ticked."""
        offered = {alert_key(kind.notice, channel) for kind in self.kinds for channel in EVERYWHERE}
        return frozenset(offered - set(self.cleaned_data["sent"]))

    def optional(self) -> AlertGroup:
        """What can be chosen."""
        sent = set(self["sent"].value() or ())
        rows = [(str(kind.notice.label), [_of_choice(kind, each, sent) for each in EVERYWHERE]) for kind in self.kinds]
        return AlertGroup(gettext("You can choose these"), rows, is_choice=True)

    def always(self) -> AlertGroup:
        """What is sent to everybody."""
        rows = [(str(kind.notice.label), [_always(kind, each) for each in EVERYWHERE]) for kind in ALWAYS_TOLD]
        return AlertGroup(gettext("Security: always sent"), rows, is_choice=False)


def _of_choice(kind: NoticeKind, channel: Channel, sent: set[str]) -> Cell:
    key = alert_key(kind.notice, channel)
    return Cell(str(channel.label), key, is_sent=key in sent)


def _always(kind: NoticeKind, channel: Channel) -> Cell:
    return Cell(str(channel.label), "", is_sent=bool(kind.person and channel in kind.person.channels))


class AlertChoiceForm(AlertMatrix, ChangeForm):
    """For one user, or for the whole company."""

    def __init__(self, *args: Any, is_of_company: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_of_company:
            del self.fields["follows"]

    def wanted(self, user_id: UUID | None) -> SetAlertChoice:
        return SetAlertChoice(user=user_id, follows=self.cleaned_data.get("follows", False), silenced=self.silenced)


class OwnAlertsForm(AlertMatrix):
    """One's own language and alerts. Only an administrator says whether they get any."""

    language = forms.ChoiceField(label=_("Language of your mails and messages"), required=False)
    receives_alerts = forms.BooleanField(label=_("Allow alerts"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(settings.LANGUAGES)
        first = ("", _("The portal's (%(language)s)") % {"language": names[user.portal.language]})
        choice(self, "language").choices = [first, *names.items()]
        if user.is_administrator:
            self.kinds = OPTIONAL
        else:
            del self.fields["receives_alerts"]
