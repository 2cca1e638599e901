from typing import Any
from uuid import uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from accounts.enums import OperatingRole
from accounts.rules.company import MAX_NETWORKS, cleaned_network, cleaned_profile_name
from changes.forms import ChangeForm


class ProfileForm(ChangeForm):
    name = forms.CharField(label=_("Name"), max_length=40, validators=[cleaned_profile_name])
    operating_role = forms.ChoiceField(
        label=_("Operating role"),
        choices=OperatingRole.choices,
        widget=forms.RadioSelect,
        initial=OperatingRole.OPERATOR,
        help_text=_(
            "Operator builds the instruction, Supervisor authorizes it; "
            "Both may do the two, never with the same operation."
        ),
    )

    def new_key(self) -> str:
        """The key a new profile will have: the same however often the same form is sent."""
        return str(uuid5(self.cleaned_data["form_key"], self.cleaned_data["name"].casefold()))


class NetworkForm(forms.Form):
    """One row; an empty one is for adding and may stay empty."""

    network = forms.CharField(
        label=_("Address or network"),
        max_length=43,
        validators=[cleaned_network],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    label = forms.CharField(
        label=_("Description"), max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["network"].required = not self.empty_permitted

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("label") and not data.get("network", "-"):
            self.add_error(
                "network", ValidationError(_("Write the address or network this describes."), code="required")
            )
        return data


NetworkFormSet = formset_factory(
    NetworkForm, extra=2, can_delete=True, max_num=MAX_NETWORKS, validate_max=True, absolute_max=MAX_NETWORKS + 10
)


class AddressesForm(ChangeForm):
    """Carries the key of the form; the networks are rows of `NetworkFormSet`."""

    def params(self, rows: BaseFormSet) -> dict[str, Any]:
        filled = [row.cleaned_data for row in rows.forms if row.cleaned_data.get("network")]
        return {"networks": [[row["network"], row["label"]] for row in filled if not row.get("DELETE")]}


class ParametersForm(ChangeForm):
    idle_minutes = forms.IntegerField(
        label=_("Minutes without activity"),
        help_text=_("After this time the portal signs the user out. From 1 to 15 minutes."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "num"}),
    )
    password_days = forms.IntegerField(
        label=_("Days a password lasts"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "num"}),
    )
