from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from changes.forms import ChangeForm
from schedules.labels import DAY_LABELS, outside_problems
from schedules.rules import DAYS, MONETARY_TICKS, Week, Window

YES_NO = ((True, pgettext_lazy("schedule", "Yes")), (False, pgettext_lazy("schedule", "No")))


class ScheduleForm(ChangeForm):
    """A week as the guide's table shows it (S1-096..100): two times a day, both empty for a day without access."""

    holiday_access = forms.TypedChoiceField(
        label=DAY_LABELS["holiday"], choices=YES_NO, coerce=lambda value: value == "True", widget=forms.Select
    )

    def __init__(self, *args: Any, week: Week, company: Week | None = None, **kwargs: Any) -> None:
        """`week` is what the fields show before anything is typed. If `company` is given, a day outside it is reported
        with all other errors; the change itself checks it again."""
        super().__init__(*args, **{**kwargs, "initial": _initial(week)})
        self._company = company
        for day in DAYS:
            self.fields[f"{day}_start"] = _time_field(day, gettext_lazy("Start time"))
            self.fields[f"{day}_end"] = _time_field(day, gettext_lazy("End time"))
        for tick in MONETARY_TICKS:
            self.fields[f"monetary_{tick}"] = forms.BooleanField(label=DAY_LABELS[tick], required=False)

    def clean(self) -> None:
        for day in DAYS:
            start, end = self.cleaned_data.get(f"{day}_start"), self.cleaned_data.get(f"{day}_end")
            if self._is_typed_well(day) and (start is None) != (end is None):
                missing = "start" if start is None else "end"
                self.add_error(f"{day}_{missing}", _both_or_none())
            elif self._is_typed_well(day) and start and end < start:
                self.add_error(f"{day}_end", _wrong_order())
            elif self._is_typed_well(day) and start is not None and start == end:
                self.add_error(f"{day}_end", _no_time_between())
        if self._company:
            for name, problem in outside_problems(self.week(), self._company).items():
                self.add_error(name, problem)

    def _is_typed_well(self, day: str) -> bool:
        return not {f"{day}_start", f"{day}_end"} & set(self.errors)

    def week(self) -> Week:
        """What was typed; days with an error count as closed."""
        data = self.cleaned_data
        windows = tuple(
            Window(data[f"{day}_start"], data[f"{day}_end"])
            if self._is_typed_well(day) and data[f"{day}_start"] is not None
            else None
            for day in DAYS
        )
        ticks = {f"monetary_{tick}": data[f"monetary_{tick}"] for tick in MONETARY_TICKS}
        return Week(windows, data.get("holiday_access", False), **ticks)

    def rows(self) -> list[dict[str, Any]]:
        """The table's rows, from Monday on: the day's label and its two fields."""
        return [{"label": DAY_LABELS[day], "start": self[f"{day}_start"], "end": self[f"{day}_end"]} for day in DAYS]

    def ticks(self) -> list[forms.BoundField]:
        return [self[f"monetary_{tick}"] for tick in MONETARY_TICKS]


def _time_field(day: str, label: Any) -> forms.TimeField:
    words = f"{DAY_LABELS[day]}, {label}"
    # A text field, because a browser's time field shows 06:00 PM where its own language does, not 18:00 as the guide.
    widget = forms.TimeInput(
        format="%H:%M",
        attrs={"aria-label": words, "maxlength": 8, "size": 6, "autocomplete": "off", "placeholder": "--:--"},
    )
    return forms.TimeField(
        label=words,
        required=False,
        widget=widget,
        input_formats=["%H:%M", "%H:%M:%S", "%H%M"],
        error_messages={"invalid": gettext_lazy("Enter a time from 00:00 to 23:59, such as 08:00.")},
    )


def _initial(week: Week) -> dict[str, Any]:
    values: dict[str, Any] = {"holiday_access": week.holiday_access}
    for day, window in zip(DAYS, week.windows, strict=True):
        values |= {f"{day}_start": window and window.start, f"{day}_end": window and window.end}
    return values | {f"monetary_{tick}": week.allows_money(tick) for tick in MONETARY_TICKS}


def _both_or_none() -> ValidationError:
    return ValidationError(_("Enter both times, or leave both empty for a day without access."), code="half")


def _wrong_order() -> ValidationError:
    return ValidationError(
        _("It ends before it starts. Hours past midnight are entered as two days: until 23:59, and from 00:00."),
        code="order",
    )


def _no_time_between() -> ValidationError:
    return ValidationError(
        _("It starts and ends at the same time. Leave both empty for a day without access, or enter a later end time."),
        code="no_time",
    )
