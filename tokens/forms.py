from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from pages.forms import NO_ROWS, row_choice
from tokens import rules, selectors
from tokens.models import Token


class AddTokenForm(forms.ModelForm):
    """A virtual token for a company's stock. Physical ones carry a secret, which nobody types: they are imported."""

    class Meta:
        model = Token
        fields = ("serial", "company")
        help_texts: ClassVar = {"company": _("Leave empty for a token for the bank's own staff.")}

    def clean_serial(self) -> str:
        rules.check_serial(self.cleaned_data["serial"])
        return str(self.cleaned_data["serial"])


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.display_name} ({obj.username})"


class HandOverForm(forms.Form):
    """Which person of the company, or which of the bank's staff, gets the token (decision 26)."""

    user = PersonChoice(label=_("Person"), queryset=NO_ROWS)

    def __init__(self, *args: Any, token: Token, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_choice(self, "user").queryset = selectors.possible_holders(token)
