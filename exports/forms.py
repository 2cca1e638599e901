from dataclasses import replace
from typing import Any

from django import forms

from exports.enums import FileKind
from pages.forms import choice
from pages.lists import PAGE_SIZES, Layout, Listing


class ExportForm(forms.Form):
    formato = forms.ChoiceField(choices=FileKind.choices)

    @property
    def kind(self) -> FileKind:
        return FileKind(self.cleaned_data["formato"])


class LayoutForm(forms.Form):
    """What is chosen of a list at once: its columns, the usual ones again, or how many rows a page has."""

    habituales = forms.BooleanField(required=False)
    columnas = forms.MultipleChoiceField(required=False)
    ver = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, choices=[(n, n) for n in PAGE_SIZES])

    def __init__(self, data: Any, *, listing: Listing) -> None:
        super().__init__(data)
        self.usual = {column.key for column in listing.columns if column.is_default}
        choice(self, "columnas").choices = [(column.key, column.label) for column in listing.columns]

    def layout(self, present: Layout) -> Layout:
        """What of the present one is not chosen here stays. Choosing the usual columns is choosing none."""
        chosen = self.cleaned_data["columnas"]
        if self.cleaned_data["habituales"] or set(chosen) == self.usual:
            return replace(present, columns=())
        return Layout(columns=tuple(chosen) or present.columns, size=self.cleaned_data["ver"] or present.size)
