from typing import Any

from django import forms

from accounts.alerts.changes import SetAlerts
from changes.forms import ChangeForm
from pages.forms import NO_ROWS, row_choice


class AlertsForm(ChangeForm):
    """`shown` are the users the page listed, so that nobody else is switched off."""

    shown = forms.ModelMultipleChoiceField(queryset=NO_ROWS)
    ticked = forms.ModelMultipleChoiceField(queryset=NO_ROWS, required=False)

    def __init__(self, *args: Any, users: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("shown", "ticked"):
            row_choice(self, name).queryset = users

    def wanted(self) -> SetAlerts:
        return SetAlerts(
            **{name: frozenset(user.pk for user in self.cleaned_data[name]) for name in ("shown", "ticked")}
        )
