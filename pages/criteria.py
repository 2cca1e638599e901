"""What is asked of a list besides how it is shown: in words, and each with what takes it out of the address again."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django import forms

from pages.formats import Formats, format_day

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    Text = str | StrPromise
else:
    Text = object


class Criterion(NamedTuple):
    """One thing that is asked, as people read it. An address without `names` does not ask it."""

    label: Text
    text: Text
    names: tuple[str, ...]


class CriteriaForm(forms.Form):
    """Fields that ask something of a list, each by its name in the address. `along` names those that mean nothing once
    another is gone."""

    along: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def words(self, portal: Formats) -> list[Criterion]:
        """Each field that asks something; a meaningless value asks nothing."""
        self.full_clean()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        return [
            Criterion(self.fields[name].label or "", self._said(name, value, portal), (name, *self.along.get(name, ())))
            for name, value in asked.items()
        ]

    def _said(self, name: str, value: Any, portal: Formats) -> Text:
        if isinstance(value, date):
            return format_day(value, portal)
        choices: Any = getattr(self.fields[name], "choices", None) if isinstance(value, str) else None
        return dict(choices)[value] if choices else str(value)
