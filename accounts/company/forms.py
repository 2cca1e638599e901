from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.company.changes import SetParameters
from changes.forms import ChangeForm


class ParametersForm(ChangeForm):
    idle_minutes = forms.IntegerField(
        label=_("Minutes of inactivity"),
        help_text=_("The portal signs the user out after this time. From 1 to 15 minutes."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "num"}),
    )
    password_days = forms.IntegerField(
        label=_("Password validity (days)"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "num"}),
    )

    dual_control = forms.BooleanField(label=_("Another administrator approves every change"), required=False)

    def keep_dual_control(self) -> None:
        """It is shown as it is, and cannot be changed here."""
        self.fields["dual_control"].disabled = True

    def wanted(self) -> SetParameters:
        data = self.cleaned_data
        return SetParameters(
            idle_minutes=data["idle_minutes"], password_days=data["password_days"], dual_control=data["dual_control"]
        )
