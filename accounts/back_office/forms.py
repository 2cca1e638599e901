from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from accounts.users.services import name_taken
from directory.editions import EDITIONS, OFFICE, portal_editions
from directory.editions.edition import option_labels
from directory.models import BACK_OFFICE, Company, Portal, User
from directory.rules.back_office import check_conditions, check_link, cleaned_company_code
from directory.rules.company import check_parameters, cleaned_tax_id
from directory.rules.countries import COUNTRIES
from directory.rules.people import cleaned
from directory.selectors.company import is_code_taken, is_tax_id_taken
from directory.selectors.users import is_taken
from pages.forms import choice

COMPANY_FIELDS = ("portal", "code", "legal_name", "tax_id", "internal_identifier")


class LinesField(forms.CharField):
    """A list of small records, written one per line; a subclass says how one line is written and read."""

    widget = forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(self.written, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (line.strip() for line in (super().to_python(value) or "").splitlines())
        return [self.read(line) for line in lines if line]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(initial != self.to_python(data))

    def written(self, record: Mapping[str, str]) -> str:
        """`Bogotá: 000 00 00`"""
        return f"{record['label']}: {record['value']}"

    def read(self, line: str) -> dict[str, str]:
        """`{"label": "Bogotá", "value": "000 00 00"}`. Raises ValidationError."""
        label, _colon, text = (part.strip() for part in line.partition(":"))
        if not (label and text):
            raise ValidationError(self.what_a_line_is, code="lines")
        return {"label": label, "value": text}

    what_a_line_is = _("Enter each line as a city, a colon and a number.")


class LinksField(LinesField):
    """Links by their words: `Chat: https://chat.banco.example`."""

    what_a_line_is = _("Enter each line as the words of the link, a colon and its address.")

    def read(self, line: str) -> dict[str, str]:
        record = super().read(line)
        check_link(record["value"])
        return record


class BannersField(LinesField):
    """Announcements: a text, and if it leads on, the words of its link and where to, with bars between them."""

    def written(self, record: Mapping[str, str]) -> str:
        return " | ".join(filter(None, (record["text"], record["link"], record["url"])))

    def read(self, line: str) -> dict[str, str]:
        text, *link = (part.strip() for part in line.split("|"))
        if not text or len(link) not in {0, 2} or not all(link):
            raise ValidationError(
                _("Enter each line as a text, or as a text, the words of its link and its address, with | between."),
                code="lines",
            )
        if link:
            check_link(link[1])
        words, url = link or ("", "")
        return {"text": text, "link": words, "url": url}


class PortalForm(forms.ModelForm):
    support_lines = LinesField(
        label=Portal._meta.get_field("support_lines").verbose_name,
        required=False,
        help_text=_("One per line: Bogotá: 000 00 00"),
    )
    sign_in_links = LinksField(
        label=Portal._meta.get_field("sign_in_links").verbose_name,
        required=False,
        help_text=_("One per line: Chat: https://chat.bank.example"),
    )
    banners = BannersField(
        label=Portal._meta.get_field("banners").verbose_name,
        required=False,
        help_text=_("One per line: Text | Read more | https://bank.example/page"),
    )

    edition_code = forms.ChoiceField(label=Portal._meta.get_field("edition_code").verbose_name, choices=portal_editions)

    class Meta:
        model = Portal
        fields = (
            *("code", "edition_code", "brand", "tagline", "bank_name", "legend", "hostnames"),
            *("country", "time_zone", "currency", "language", "date_format", "decimal_separator", "group_separator"),
            *("support_lines", "conditions", "conditions_version"),
            *("headline", "slogan", "sign_in_links", "banners", "browsers"),
            *("password_policy", "password_days", "generated_password_hours", "idle_minutes", "max_failed_attempts"),
        )

    def clean_hostnames(self) -> list[str]:
        """In lower case, as requests are looked up."""
        return [name.lower() for name in self.cleaned_data["hostnames"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.instance._state.adding and {"conditions", "conditions_version"} <= data.keys():
            check_conditions(before=self.initial, after=data)
        return data


class PersonFields(forms.ModelForm):
    """Adds the fields of a person to a form; the rules say what is wrong with them.

    The form is drawn before a portal is chosen: it offers the fields of every edition, and takes those of the chosen
    one.
    """

    requires_all: ClassVar[bool] = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in fields_for_model(User, fields=person_fields()).items():
            field.required = self.requires_all and is_required_everywhere(name)
            field.widget.attrs["class"] = "vTextField"
            field.widget.attrs["autocomplete"] = "off"
            self.fields[name] = field
        if "id_type" in self.fields:
            self.fields["id_type"].widget = forms.Select(choices=[("", "---------"), *every_identification()])

    def clean_person(self, portal: Portal, company_code: str) -> None:
        """Puts the rules' answers beside their fields, and says if the name is taken."""
        edition = portal.edition
        values = {name: self.cleaned_data.get(name) or "" for name in edition.texts}
        try:
            self.person = cleaned(values, portal.country, edition.optional_fields)
        except ValidationError as error:
            for name, errors in error.error_dict.items():
                if name not in self.errors:
                    self.add_error(name, errors)
            return
        if is_taken(portal.sign_in_key(self.person["username"], company_code)):
            self.add_error(None, name_taken())


def person_fields() -> list[str]:
    """The texts of a person in any edition, in the order of the first edition that has them."""
    return list(dict.fromkeys(name for edition in EDITIONS.values() for name in edition.texts))


def is_required_everywhere(name: str) -> bool:
    having = [edition for edition in EDITIONS.values() if edition is not OFFICE and name in edition.texts]
    return bool(having) and all(name not in edition.optional_fields for edition in having)


def every_identification() -> list[tuple[str, Any]]:
    return [(code, kind.label) for country in COUNTRIES.values() for code, kind in country.identifications.items()]


class CompanyForm(forms.ModelForm):
    """What the bank corrects of a company, by the same rules as the company's own administrators."""

    options = forms.MultipleChoiceField(
        label=Company._meta.get_field("options").verbose_name,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the company contracted for its secondary users. All of them: also those that come later."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = option_labels(self.instance.portal.edition)
        choice(self, "options").choices = list(offered.items())
        if self.instance.options is None:
            self.initial["options"] = list(offered)

    def clean_options(self) -> list[str] | None:
        chosen: list[str] = self.cleaned_data["options"]
        return None if set(chosen) == set(option_labels(self.instance.portal.edition)) else chosen

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        portal = self.instance.portal
        clean_tax_id(self, portal)
        if {"idle_minutes", "password_days"} <= data.keys():
            self._check_parameters(portal, data["idle_minutes"], data["password_days"])
        return data

    def _check_parameters(self, portal: Portal, idle_minutes: int | None, password_days: int | None) -> None:
        """Empty means the portal's own; zero is not allowed."""
        try:
            check_parameters(
                idle_minutes=portal.idle_minutes if idle_minutes is None else idle_minutes,
                password_days=portal.password_days if password_days is None else password_days,
                most_password_days=portal.password_days,
            )
        except ValidationError as error:
            self.add_error(None, error)


def clean_tax_id(form: forms.ModelForm, portal: Portal) -> None:
    """In its canonical form, or the reason beside its field. Unchanged, it stays as it is."""
    if "tax_id" not in form.cleaned_data or "tax_id" not in form.changed_data:
        return
    try:
        tax_id = cleaned_tax_id(form.cleaned_data["tax_id"], portal.country)
    except ValidationError as error:
        form.add_error("tax_id", error)
        return
    form.cleaned_data["tax_id"] = tax_id
    if is_tax_id_taken(portal, tax_id, by_other_than=form.instance.pk):
        form.add_error("tax_id", ValidationError(_("A company with this tax identification already exists."), "taken"))


class OpenCompanyForm(PersonFields):
    """A company with its first administrator, who gets the password by e-mail."""

    class Meta:
        model = Company
        fields = COMPANY_FIELDS

    def clean_code(self) -> str:
        return cleaned_company_code(self.cleaned_data["code"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "portal" in data:
            self.clean_person(data["portal"], data.get("code", ""))
            clean_tax_id(self, data["portal"])
            if "code" in data and is_code_taken(data["portal"], data["code"]):
                self.add_error("code", ValidationError(_("A company with this code already exists."), "taken"))
        return data


class OpenUserForm(PersonFields):
    """An administrator of a company, or one of the bank's staff when no company is chosen."""

    requires_all = False

    class Meta:
        model = User
        fields = ("company",)
        help_texts: ClassVar = {
            "company": _("Leave empty for bank staff, who need only a user name, names, surname and e-mail address.")
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        company = data.get("company")
        self.clean_person(company.portal if company else BACK_OFFICE, company.code if company else "")
        return data

    def _post_clean(self) -> None:
        """A service creates the user, from `person`: no instance is filled in here."""


class ReasonForm(forms.Form):
    """Why the bank acts on somebody in a company: kept in the trail and told to the company."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"})
    )


class StaffForm(forms.ModelForm):
    """What one member of staff may do."""

    groups = forms.ModelMultipleChoiceField(
        label=_("Groups"), queryset=Group.objects.order_by("name"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields = ("groups",)
