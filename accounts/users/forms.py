from collections.abc import Sequence
from typing import Any, ClassVar, cast
from uuid import UUID, uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import CharField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.users.changes import CreateUser, EditContact, EditMain
from accounts.users.rules import may_ask_for, names_used_up
from accounts.users.selectors import names_told_to
from changes.forms import ChangeForm
from directory.clock import start_of_day
from directory.editions.edition import FieldGroup
from directory.enums import Readiness, UserState
from directory.models import User
from directory.rules.countries import country_called
from directory.rules.people import FIELDS, cleaned
from directory.selectors.users import UserCriteria, profiles_of, profiles_to_give
from pages.criteria import CriteriaForm
from pages.forms import NO_ROWS, NOT_ASKED, choice, row_choice

# Sides of a day on which somebody last signed in, as the address says them.
NEVER, BEFORE, SINCE = "nunca", "antes", "desde"
DATED = (BEFORE, SINCE)
SIGNED_IN = [(NEVER, _("Never")), (BEFORE, _("Before the date")), (SINCE, _("On the date or later"))]


class SearchForm(CriteriaForm):
    """Parámetros de Consulta (S1-053). Its names are those in the page's URL."""

    along = {"ingreso": ("fecha",), "fecha": ("ingreso",)}

    usuario = forms.CharField(label=pgettext_lazy("field", "User name"), required=False, max_length=20)
    nombre = forms.CharField(label=_("Full name"), required=False, max_length=120)
    tipo = forms.ChoiceField(label=FIELDS["id_type"].label, required=False)
    numero = forms.CharField(label=FIELDS["id_number"].label, required=False, max_length=30)
    perfil = forms.ModelChoiceField(label=_("Profile"), required=False, queryset=NO_ROWS, empty_label=_("All"))
    estado = forms.ChoiceField(label=_("Status"), required=False, choices=[NOT_ASKED, *UserState.choices])
    listo = forms.ChoiceField(label=_("What they can do"), required=False, choices=[NOT_ASKED, *Readiness.choices])
    ingreso = forms.ChoiceField(label=_("Last sign-in"), required=False, choices=[NOT_ASKED, *SIGNED_IN])
    fecha = forms.DateField(
        label=_("Date"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.portal = viewer.portal
        row_choice(self, "perfil").queryset = profiles_of(viewer)
        choice(self, "tipo").choices = [NOT_ASKED, *identification_choices(viewer.portal.country)]
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        """A day means nothing without its side, and the other way round."""
        data = super().clean() or {}
        side, day = data.get("ingreso"), data.get("fecha")
        if side in DATED and not day and "fecha" not in self.errors:
            self.add_error("fecha", _("Enter the date."))
        if day and not side and "ingreso" not in self.errors:
            self.add_error("ingreso", _("Choose whether before or since that date."))
        return data

    def criteria(self) -> UserCriteria:
        """What was asked, for `search_users`. A meaningless value filters nothing."""
        self.full_clean()
        asked = self.cleaned_data
        side, day = asked.get("ingreso"), asked.get("fecha")
        instant = start_of_day(self.portal, day) if day else None
        return UserCriteria(
            username=asked.get("usuario", ""),
            name=asked.get("nombre", ""),
            id_type=asked.get("tipo", ""),
            id_number=asked.get("numero", ""),
            profile=asked.get("perfil"),
            state=asked.get("estado", ""),
            readiness=asked.get("listo", ""),
            never_signed_in=side == NEVER,
            signed_in_since=instant if side == SINCE else None,
            signed_in_before=instant if side == BEFORE else None,
        )


class PersonForm(ChangeForm):
    """Fields of a person as the portal's edition groups them, checked all at once by `directory.rules.people`."""

    tabs: ClassVar[Sequence[str]] = ()
    left_out: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args: Any, viewer: User, held: UUID | None = None, **kwargs: Any) -> None:
        """`held` is the profile the person has, which they may keep though it is retired."""
        super().__init__(*args, **kwargs)
        self.viewer, self.portal, self.profiles = viewer, viewer.portal, profiles_to_give(viewer, held)
        self.texts: list[str] = []
        for name in self._names():
            self.fields[name] = self._field(name)

    def _groups(self) -> list[FieldGroup]:
        return [group for tab in self.tabs for group in self.portal.edition.groups_of(tab)]

    def _names(self) -> list[str]:
        return [name for group in self._groups() for name in group.fields if name not in self.left_out]

    def _field(self, name: str) -> forms.Field:
        label, is_required = FIELDS[name].label, name not in self.portal.edition.optional_fields
        if name == "profile":
            return forms.ModelChoiceField(label=label, queryset=self.profiles, empty_label=_("Choose"))
        if name == "receives_alerts":
            return forms.BooleanField(label=label, required=False)
        self.texts.append(name)
        if name == "id_type":
            return forms.ChoiceField(
                label=label,
                choices=[("", _("Choose")), *identification_choices(self.portal.country)],
                required=is_required,
            )
        if name == "department" and (departments := country_called(self.portal.country).departments):
            choices = [("", _("Choose")), *((each, each) for each in departments)]
            return forms.ChoiceField(label=label, choices=choices, required=is_required)
        return _text_field(name, is_required)

    def groups(self) -> list[tuple[FieldGroup, list[forms.BoundField]]]:
        """For the page: each group with its fields."""
        return [(group, [self[name] for name in group.fields if name in self.fields]) for group in self._groups()]

    @property
    def lacks_profiles(self) -> bool:
        """Nobody can be created before the company has a profile."""
        return "profile" in self.fields and not self.profiles.exists()

    @property
    def cities(self) -> list[tuple[str, str]]:
        """What is offered while typing: each city with its department."""
        known = country_called(self.portal.country).cities
        return sorted((city, department) for department, group in known.items() for city in group)

    def clean(self) -> dict[str, Any]:
        """Applies the rules to every text of the right shape."""
        data = super().clean() or {}
        texts = {name: data[name] for name in self.texts if name in data}
        try:
            data.update(cleaned(texts, self.portal.country, self.portal.edition.optional_fields))
        except ValidationError as error:
            self.add_error(None, _without(error, self.errors))
        for name in self.fields:  # the summary lists them as the page shows them
            if name in self.errors:
                self.errors[name] = self.errors.pop(name)
        return data

    def typed_texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.texts}


class CreateForm(PersonForm):
    """Crear Nuevo (S1-065..068): everything at once."""

    tabs = ("main", "contact")

    def clean(self) -> dict[str, Any]:
        data, company = super().clean(), self.viewer.company
        username = data.get("username", "")
        if company and not may_ask_for(username, company.code, names_told_to(self.viewer)):
            self.add_error("username", names_used_up(company.code))
        return data

    def wanted(self) -> CreateUser:
        """With the key the user will have: the same however many times the form is sent."""
        data = self.cleaned_data
        return CreateUser(
            user=uuid5(data["form_key"], data["username"].casefold()),
            profile=data["profile"].pk,
            texts=self.typed_texts(),
            receives_alerts=data.get("receives_alerts", False),
        )


class MainForm(PersonForm):
    """Información Principal; the user name never changes."""

    tabs = ("main",)
    left_out = frozenset({"username"})

    def wanted(self, user_id: UUID) -> EditMain:
        return EditMain(user=user_id, profile=self.cleaned_data["profile"].pk, texts=self.typed_texts())


class ContactForm(PersonForm):
    """Información Usuario."""

    tabs = ("contact",)

    def wanted(self, user_id: UUID) -> EditContact:
        alerts = self.cleaned_data.get("receives_alerts", False)
        return EditContact(user=user_id, texts=self.typed_texts(), receives_alerts=alerts)


def identification_choices(country: str) -> list[tuple[str, Any]]:
    return [(code, kind.label) for code, kind in country_called(country).identifications.items()]


def _text_field(name: str, is_required: bool) -> forms.CharField:
    known, column = FIELDS[name], cast(CharField, User._meta.get_field(name))
    return forms.CharField(
        label=known.label,
        required=is_required,
        max_length=column.max_length,
        widget=forms.TextInput(attrs={**known.attributes, "autocomplete": "off"}),
        help_text=known.hint,
    )


def _without(error: ValidationError, known: Any) -> dict[str, Any]:
    """Broken rules of fields that have no other error yet."""
    return {name: errors for name, errors in error.error_dict.items() if name not in known}
