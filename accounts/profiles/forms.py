from collections.abc import Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.forms.boundfield import BoundWidget
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.profiles.changes import RestoreProfile, RetireProfile, SaveProfile, SetTemplate, WantedAmounts
from accounts.profiles.selectors import Catalogue, Template
from changes.forms import ChangeForm
from changes.kinds import Composite, Proposable
from directory.enums import OperatingRole
from directory.models import Portal, Profile, Service, User
from directory.rules.company import cleaned_profile_name
from directory.selectors.users import profiles_to_give
from limits.forms import MoneyField
from limits.labels import ceiling_name, period_label, problem_error
from limits.money import ZERO
from limits.rules import NOTHING, PERIODS, Amounts, limit_problems
from pages.forms import NO_ROWS, choice, row_choice
from products.enums import ProductKind
from schedules.forms import ScheduleForm
from schedules.rules import Week


class ProfileForm(ChangeForm):
    """A profile; `shown` is what its fields begin with: it itself, one to copy, or what was proposed."""

    name = forms.CharField(label=_("Name"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    operating_role = forms.ChoiceField(
        label=_("Operating role"),
        choices=OperatingRole.choices,
        widget=forms.RadioSelect,
        initial=OperatingRole.OPERATOR,
        help_text=_(
            "Operator prepares the instruction and Supervisor authorizes it; Both can do either, but never for "
            "the same operation."
        ),
    )
    every_option = forms.BooleanField(
        label=_("Include all options, also those that come later"), required=False, initial=True
    )
    options = forms.MultipleChoiceField(
        label=_("Options"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    )
    every_service = forms.BooleanField(
        label=_("Include all services, also those contracted later"), required=False, initial=True
    )
    services = forms.MultipleChoiceField(
        label=_("Services"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        catalogue: Catalogue,
        shown: SaveProfile | Profile | None = None,
        name: str = "",
    ) -> None:
        super().__init__(data, initial=_initial(shown, name))
        self.catalogue = catalogue
        for field, offered in (("options", catalogue.option_labels), ("services", catalogue.service_names)):
            choice(self, field).choices = [(str(key), label) for key, label in offered.items()]
            # Whoever takes back "all of them" goes on from all of them, not from none.
            chosen = self.initial.get(field)
            self.initial[field] = [str(key) for key in (offered if chosen is None else chosen)]

    def clean_name(self) -> str:
        return cleaned_profile_name(self.cleaned_data["name"])

    def service_groups(self) -> list[tuple[str, list[BoundWidget]]]:
        """The boxes of the services, by the catalogue's groups."""
        boxes = zip(self.catalogue.services, self["services"], strict=True)
        return [
            (name, [box for _service, box in group]) for name, group in groupby(boxes, key=lambda pair: pair[0].group)
        ]

    def wanted(self, profile_id: UUID | None) -> SaveProfile:
        """The change of a profile, or a new one where there is no id."""
        data = self.cleaned_data
        return SaveProfile(
            profile=profile_id or self._new_key(),
            is_new=profile_id is None,
            name=data["name"],
            operating_role=OperatingRole(data["operating_role"]),
            options=None if data["every_option"] else frozenset(data["options"]),
            services=None if data["every_service"] else frozenset(map(UUID, data["services"])),
        )

    def wanted_copy(self, template: Template) -> Proposable:
        """A new profile with the template of the copied one, if it has any."""
        copy = self.wanted(None)
        limits = tuple(WantedAmounts(key, amounts) for key, amounts in template.limits.items())
        carried = SetTemplate(profile=copy.profile, kinds=template.kinds, limits=limits, week=template.week)
        return copy if template == Template() else Composite(changes=(copy, carried))

    def _new_key(self) -> UUID:
        """The key a new profile will have: the same however many times the form is sent."""
        return uuid5(self.cleaned_data["form_key"], self.cleaned_data["name"].casefold())


def _initial(shown: SaveProfile | Profile | None, name: str) -> dict[str, Any]:
    if shown is None:
        return {}
    return {
        "name": name or shown.name,
        "operating_role": shown.operating_role,
        "every_option": shown.options is None,
        "options": shown.options,
        "every_service": shown.services is None,
        "services": shown.services,
    }


class RetireForm(ChangeForm):
    """What becomes of the users of a profile that is retired."""

    target = forms.ModelChoiceField(
        label=_("Its users"), required=False, queryset=NO_ROWS, empty_label=_("They keep this profile")
    )

    def __init__(self, data: QueryDict | None, *, viewer: User, profile: Profile, shown: RetireProfile | None) -> None:
        super().__init__(data, initial={"target": shown.target} if shown else None)
        self.profile = profile
        row_choice(self, "target").queryset = profiles_to_give(viewer).exclude(pk=profile.pk)

    def wanted(self) -> RetireProfile:
        target: Profile | None = self.cleaned_data["target"]
        return RetireProfile(profile=self.profile.pk, target=target.pk if target else None)


class RestoreForm(ChangeForm):
    def wanted(self, profile_id: UUID) -> RestoreProfile:
        return RestoreProfile(profile=profile_id)


class TemplateForm(ScheduleForm):
    """What a profile's new users begin with: kinds of product, an amount for each service and period, a week."""

    kinds = forms.MultipleChoiceField(
        label=_("Products"),
        required=False,
        choices=ProductKind.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    has_hours = forms.BooleanField(label=_("Their own days and hours, instead of the company's"), required=False)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        portal: Portal,
        bounds: Mapping[Service, Amounts],
        company: Week,
        shown: Template,
    ) -> None:
        super().__init__(data, week=shown.week or company, company=company)
        self.portal, self.bounds = portal, bounds
        self.initial = {**self.initial, "kinds": sorted(shown.kinds), "has_hours": shown.week is not None}
        for service in bounds:
            amounts = shown.limits.get(service.pk, NOTHING)
            for period, amount in zip(PERIODS, amounts, strict=True):
                self.fields[ceiling_name(service.code, period)] = MoneyField(
                    portal, label=f"{service.name} · {period_label(period)}", initial=amount, required=False
                )

    def clean(self) -> None:
        if self.cleaned_data.get("has_hours"):
            super().clean()
        for service, ceiling in self.bounds.items():
            amounts = self._amounts(service)
            for problem in limit_problems(amounts, ceiling) if amounts else ():
                self.add_error(ceiling_name(service.code, problem.period), problem_error(problem, self.portal))

    def _amounts(self, service: Service) -> Amounts | None:
        """The three amounts of a service, or None where one of them cannot be read."""
        names = [ceiling_name(service.code, period) for period in PERIODS]
        if any(name not in self.cleaned_data for name in names):
            return None
        return Amounts(*(self.cleaned_data[name] or ZERO for name in names))

    def limit_rows(self) -> list[tuple[Service, list[tuple[forms.BoundField, Decimal]]]]:
        """For the page: each service with its three fields, each beside the company's ceiling."""
        return [
            (service, [(self[ceiling_name(service.code, period)], getattr(most, period)) for period in PERIODS])
            for service, most in self.bounds.items()
        ]

    def wanted(self, profile_id: UUID) -> SetTemplate:
        found = ((service.pk, self._amounts(service)) for service in self.bounds)
        limits = tuple(WantedAmounts(key, amounts) for key, amounts in found if amounts and any(amounts))
        week = self.week() if self.cleaned_data["has_hours"] else None
        return SetTemplate(profile=profile_id, kinds=frozenset(self.cleaned_data["kinds"]), limits=limits, week=week)
