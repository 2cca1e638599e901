from uuid import UUID, uuid5

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.profiles.changes import SaveProfile
from changes.forms import ChangeForm
from directory.enums import OperatingRole
from directory.rules.company import cleaned_profile_name


class ProfileForm(ChangeForm):
    name = forms.CharField(label=_("Name"), max_length=40)
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

    def clean_name(self) -> str:
        return cleaned_profile_name(self.cleaned_data["name"])

    def wanted(self, profile_id: UUID | None) -> SaveProfile:
        """The change of a profile, or a new one where there is no id."""
        return SaveProfile(
            profile=profile_id or self._new_key(),
            is_new=profile_id is None,
            name=self.cleaned_data["name"],
            operating_role=OperatingRole(self.cleaned_data["operating_role"]),
        )

    def _new_key(self) -> UUID:
        """The key a new profile will have: the same however many times the form is sent."""
        return uuid5(self.cleaned_data["form_key"], self.cleaned_data["name"].casefold())
