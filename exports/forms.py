from django import forms

from exports.enums import FileKind


class ExportForm(forms.Form):
    formato = forms.ChoiceField(choices=FileKind.choices)

    @property
    def kind(self) -> FileKind:
        return FileKind(self.cleaned_data["formato"])
