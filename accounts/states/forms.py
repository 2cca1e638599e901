from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from directory.enums import UserState
from directory.selectors.users import UserCriteria
from pages.criteria import CriteriaForm
from pages.forms import NOT_ASKED


class StateFilterForm(CriteriaForm):
    usuario = forms.CharField(label=pgettext_lazy("field", "User name"), required=False, max_length=20)
    estado = forms.ChoiceField(label=_("Status"), required=False, choices=[NOT_ASKED, *UserState.choices])

    def criteria(self) -> UserCriteria:
        self.full_clean()
        return UserCriteria(username=self.cleaned_data.get("usuario", ""), state=self.cleaned_data.get("estado", ""))
