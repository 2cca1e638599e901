from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.bulk import rules


class UploadForm(forms.Form):
    """A workbook. What it may hold is the services' to say."""

    archivo = forms.FileField(
        label=_("Workbook"),
        help_text=_("An .xlsx file, as this portal makes it."),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_archivo(self) -> Any:
        file = self.cleaned_data["archivo"]
        if file.size > rules.MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)s MB."), params={"most": rules.MOST_BYTES // 1024 // 1024}
            )
        return file


class SignForm(forms.Form):
    """To go on to the signature; who has errors is only left out when it is said how many they are."""

    leave_out = forms.BooleanField(required=True)

    def __init__(self, *args: Any, wrong: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leave_out"].label = ngettext(
            "Leave out the %(count)s person with errors", "Leave out the %(count)s people with errors", wrong
        ) % {"count": wrong}
        if not wrong:
            del self.fields["leave_out"]
