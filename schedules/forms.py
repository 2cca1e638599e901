from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from changes.forms import ChangeForm
from schedules.labels import DAY_LABELS, hours, outside_problems
from schedules.rules import DAYS, MONETARY_TICKS, OFFICE_DAYS, OFFICE_HOURS, Week, Window, office_windows

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
        """The table's rows, from Monday on: the day's label, its two fields, and both windows as (start, end)."""
        frames = self._company.windows if self._company else (None,) * len(DAYS)
        return [
            {
                "label": DAY_LABELS[day],
                "start": self[f"{day}_start"],
                "end": self[f"{day}_end"],
                "company": (frame.start, frame.end) if frame else None,
                "user": self._shown(day),
            }
            for day, frame in zip(DAYS, frames, strict=True)
        ]

    def _shown(self, day: str) -> tuple[time, time] | None:
        """What stands in the two fields, if it is a window."""
        try:
            start, end = (self.fields[name].clean(self[name].value()) for name in (f"{day}_start", f"{day}_end"))
        except ValidationError:
            return None
        return (start, end) if start and end and start < end else None

    @property
    def has_company(self) -> bool:
        """Whether the week lies within a company's."""
        return self._company is not None

    @property
    def office_windows(self) -> str:
        """For scripts: `08:00-18:00` a day from Monday on, `-` for a closed one."""
        windows = office_windows(self._company)
        return " ".join(f"{window.start:%H:%M}-{window.end:%H:%M}" if window else "-" for window in windows)

    @property
    def office_words(self) -> str:
        return hours(OFFICE_HOURS)

    def ticks(self) -> list[forms.BoundField]:
        return [self[f"monetary_{tick}"] for tick in MONETARY_TICKS]


def filled(data: QueryDict, company: Week | None) -> QueryDict:
    """What was typed, with the hours that a button asks for (`fill`): Monday's from Monday to Friday or every day, or
    those of an office."""
    sent, asked = data.copy(), data.get("fill")
    office = dict(zip(DAYS, office_windows(company), strict=True))
    for day in DAYS[:OFFICE_DAYS] if asked == "weekdays" else DAYS:
        for edge in ("start", "end"):
            if asked == "office":
                window = office[day]
                sent[f"{day}_{edge}"] = f"{getattr(window, edge):%H:%M}" if window else ""
            elif asked in ("weekdays", "every_day"):
                sent[f"{day}_{edge}"] = data.get(f"{DAYS[0]}_{edge}", "")
    return sent


def _time_field(day: str, label: Any) -> forms.TimeField:
    words = f"{DAY_LABELS[day]}, {label}"
    # A text field, because a browser's time field shows 06:00 PM where its own language does, not 18:00 as the guide.
    widget = forms.TimeInput(
        format="%H:%M",
        attrs={"aria-label": words, "size": 6, "autocomplete": "off", "placeholder": "--:--"},
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
