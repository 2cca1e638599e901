from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes.forms import ChangeForm
from directory import geography
from directory.enums import IdentificationType
from directory.models import User
from directory.rules.people import CONTACT_FIELDS, LABELS, MAIN_FIELDS, OPTIONAL_FIELDS, cleaned
from directory.selectors.users import profiles_of
from pages.forms import NOT_ASKED


class SearchForm(forms.Form):
    """Parámetros de Consulta (S1-053). Its names are what the address of the page shows."""

    usuario = forms.CharField(label=pgettext_lazy("field", "User"), required=False, max_length=20)
    nombre = forms.CharField(label=_("User name"), required=False, max_length=80)
    tipo = forms.ChoiceField(
        label=_("Identification type"), required=False, choices=[NOT_ASKED, *IdentificationType.choices]
    )
    numero = forms.CharField(label=_("Identification No."), required=False, max_length=20)
    perfil = forms.ModelChoiceField(label=_("Profile"), required=False, queryset=None, empty_label=_("All"))

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["perfil"].queryset = profiles_of(viewer)  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def criteria(self) -> dict[str, Any]:
        """What was asked, for `search_users`. A value that means nothing asks for nothing."""
        self.full_clean()
        asked = self.cleaned_data
        return {
            "username": asked.get("usuario", ""),
            "name": asked.get("nombre", ""),
            "id_type": asked.get("tipo", ""),
            "id_number": asked.get("numero", ""),
            "profile": asked.get("perfil"),
        }


class PersonForm(ChangeForm):
    """Fields of a person, checked all at once by the rules of `accounts.rules.people`."""

    texts: ClassVar[Sequence[str]] = ()
    has_profile: ClassVar[bool] = False
    has_alerts: ClassVar[bool] = False

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = viewer.portal.country
        for name in self.texts:
            self.fields[name] = _field(name)
        if self.has_profile:
            self.fields["profile"] = forms.ModelChoiceField(
                label=LABELS["profile"], queryset=profiles_of(viewer), empty_label=_("Choose")
            )
        if self.has_alerts:
            self.fields["receives_alerts"] = forms.BooleanField(label=LABELS["receives_alerts"], required=False)
        self.order_fields(list(LABELS))

    @property
    def lacks_profiles(self) -> bool:
        """Nobody can be created before the company has a profile."""
        return self.has_profile and not self.fields["profile"].queryset.exists()  # type: ignore[attr-defined]

    @property
    def departments(self) -> list[str]:
        return geography.departments(self.country)

    @property
    def cities(self) -> list[str]:
        return geography.cities(self.country)

    def clean(self) -> dict[str, Any]:
        """The rules, for every text that has the right shape."""
        data = super().clean() or {}
        try:
            data.update(cleaned({name: data[name] for name in self.texts if name in data}, self.country))
        except ValidationError as error:
            self.add_error(None, _without(error, self.errors))
        for name in self.fields:  # the summary lists them as the page shows them
            if name in self.errors:
                self.errors[name] = self.errors.pop(name)
        return data

    def params(self) -> dict[str, Any]:
        params = {name: self.cleaned_data[name] for name in self.texts}
        if self.has_profile:
            params["profile"] = str(self.cleaned_data["profile"].pk)
        if self.has_alerts:
            params["receives_alerts"] = self.cleaned_data["receives_alerts"]
        return params


class CreateForm(PersonForm):
    """Crear Nuevo (S1-065..068)."""

    texts = ("username", *MAIN_FIELDS, *CONTACT_FIELDS)
    has_profile = has_alerts = True

    def params(self) -> dict[str, Any]:
        """With the key the user will have: the same however often the same form is sent."""
        key = uuid5(self.cleaned_data["form_key"], self.cleaned_data["username"].casefold())
        return {"user": str(key), **super().params()}


class MainForm(PersonForm):
    """Información Principal."""

    texts = MAIN_FIELDS
    has_profile = True


class ContactForm(PersonForm):
    """Información Usuario."""

    texts = CONTACT_FIELDS
    has_alerts = True


def _field(name: str) -> forms.Field:
    required = name not in OPTIONAL_FIELDS
    if name == "id_type":
        return forms.ChoiceField(label=LABELS[name], choices=[("", _("Choose")), *IdentificationType.choices])
    return forms.CharField(
        label=LABELS[name],
        required=required,
        max_length=User._meta.get_field(name).max_length,
        widget=forms.TextInput(attrs=ATTRIBUTES.get(name, {}) | {"autocomplete": "off"}),
        help_text=HELP.get(name, ""),
    )


def _without(error: ValidationError, known: Any) -> dict[str, Any]:
    """Broken rules of fields that have no other error yet."""
    return {name: errors for name, errors in error.error_dict.items() if name not in known}


HELP = {
    "username": _("4 to 20 letters, digits, dots, hyphens or underscores. It cannot be changed later."),
    "email": _("The generated password goes to this address."),
}
ATTRIBUTES: dict[str, dict[str, Any]] = {
    "username": {"spellcheck": "false", "autocapitalize": "off"},
    "email": {"inputmode": "email", "spellcheck": "false", "autocapitalize": "off"},
    "office_phone": {"inputmode": "tel"},
    "office_extension": {"inputmode": "numeric"},
    "mobile": {"inputmode": "tel"},
    "department": {"list": "departments"},
    "city": {"list": "cities"},
}
