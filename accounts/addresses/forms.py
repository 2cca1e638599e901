from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from accounts.addresses.changes import SetAddresses
from changes.forms import ChangeForm
from directory.rules.company import MAX_NETWORKS, Network, cleaned_network
from directory.rules.texts import one_line


class NetworkForm(forms.Form):
    """One row; an empty one is for adding and may stay empty."""

    network = forms.CharField(
        label=_("Address or network"),
        max_length=43,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    label = forms.CharField(
        label=_("Description"), max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["network"].required = not self.empty_permitted

    def clean_network(self) -> str:
        typed = self.cleaned_data["network"]
        return cleaned_network(typed) if typed else ""

    def clean_label(self) -> str:
        return one_line(self.cleaned_data["label"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("label") and not data.get("network", "-"):
            self.add_error(
                "network", ValidationError(_("Enter the address or network this describes."), code="required")
            )
        return data


NetworkFormSet = formset_factory(
    NetworkForm, extra=2, can_delete=True, max_num=MAX_NETWORKS, validate_max=True, absolute_max=MAX_NETWORKS + 10
)


class AddressesForm(ChangeForm):
    """Carries the key of the form; the networks are the rows of a `NetworkFormSet`."""

    def __init__(self, *args: Any, rows: BaseFormSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows

    def is_valid(self) -> bool:
        return super().is_valid() and self.rows.is_valid()

    def wanted(self) -> SetAddresses:
        filled = [row.cleaned_data for row in self.rows.forms if row.cleaned_data.get("network")]
        kept = (Network(row["network"], row["label"]) for row in filled if not row.get("DELETE"))
        return SetAddresses(networks=tuple(kept))
