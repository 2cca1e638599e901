from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from tokens import rules, selectors
from tokens.models import Token


class AddTokenForm(forms.ModelForm):  # type: ignore[type-arg]
    """A virtual token for a company's stock. Physical ones carry a secret, which nobody types: they are imported."""

    class Meta:
        model = Token
        fields = ("serial", "company")
        help_texts: ClassVar = {"company": _("Empty for a token of the bank's own staff.")}

    def clean_serial(self) -> str:
        rules.check_serial(self.cleaned_data["serial"])
        return str(self.cleaned_data["serial"])


class HandOverForm(forms.Form):
    """Which person of the company, or which of the bank's staff, gets the token (decision 26)."""

    user = forms.ModelChoiceField(label=_("Person"), queryset=None)

    def __init__(self, *args: Any, token: Token, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = self.fields["user"]
        people.queryset = selectors.possible_holders(token)  # type: ignore[attr-defined]
        people.label_from_instance = lambda user: f"{user.display_name} ({user.username})"  # type: ignore[attr-defined]
