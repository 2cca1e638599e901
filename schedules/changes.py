"""The changes of this app: a user's hours, the company's hours."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.enums import Event
from audit.services import target_of
from changes.enums import LineKind
from changes.registry import ChangeService, Description, Line, register
from directory.models import User
from directory.permissions import Permission
from directory.selectors.subjects import lock_subject, subject_of
from schedules import selectors, services
from schedules.params import from_params
from schedules.rules import (
    DAYS,
    Week,
    Window,
    can_enter_within,
    is_inside,
    window_check,
)
from schedules.selectors import EffectiveSchedule
from schedules.wording import DAY_LABELS, outside_problems, words_of

Params = dict[str, Any]
LOCKED_OUT_DAYS = 7
MAX_NAMES = 20


@register
class SetUserSchedule(ChangeService):
    """`params`: `user` and the week (`schedules.params`). The company's own week means: the company's, whatever it
    becomes (S1-102)."""

    key = "schedules.set_for_user"
    event = Event.SCHEDULE_CHANGED
    permission = Permission.EDIT_SCHEDULES

    def lock(self, actor: User, params: Params) -> None:
        lock_subject(actor, params)
        services.lock_schedules(actor=actor, user_id=params["user"])

    def describe(self, actor: User, params: Params) -> Description:
        subject = subject_of(actor, params)
        schedule = selectors.schedule_of(subject.company_id, subject.pk)  # type: ignore[arg-type]
        wanted = from_params(params)
        problems = outside_problems(wanted, schedule.company)
        if problems:
            raise ValidationError(problems)
        names = {"username": subject.username, "name": subject.display_name}
        return Description(
            title=_("Days and hours of %(username)s (%(name)s)") % names,
            target=target_of(subject),
            lines=lines_between(schedule.stored, wanted),
            effect=_user_effect(subject, wanted, schedule.company),
            success=_("The days and hours of %(username)s were saved.") % names,
        )

    def apply(self, actor: User, params: Params) -> None:
        subject = subject_of(actor, params)
        company = selectors.schedule_of(actor.company_id, None).company  # type: ignore[arg-type]
        wanted = from_params(params)
        services.set_user_schedule(actor=actor, user=subject, week=None if wanted == company else wanted)

    def done_url(self, params: Params) -> str:
        return reverse("schedules:user", args=[params["user"]])


@register
class SetCompanySchedule(ChangeService):
    """`params`: the week. Refused when the person who asks could not enter any more (decision 28)."""

    key = "schedules.set_for_company"
    event = Event.SCHEDULE_CHANGED
    permission = Permission.EDIT_SCHEDULES

    def lock(self, actor: User, params: Params) -> None:
        services.lock_schedules(actor=actor)

    def describe(self, actor: User, params: Params) -> Description:
        schedule = selectors.schedule_of(actor.company_id, actor.pk)  # type: ignore[arg-type]
        wanted = from_params(params)
        company = actor.company
        return Description(
            title=_("Company days and hours"),
            target=("company", str(actor.company_id), company.legal_name),  # type: ignore[union-attr]
            lines=lines_between(schedule.company, wanted),
            effect=_company_effect(actor, wanted),
            success=_("The company's days and hours were saved."),
            warnings=_own_access(actor, EffectiveSchedule(wanted, schedule.own)),
        )

    def apply(self, actor: User, params: Params) -> None:
        services.set_company_schedule(
            actor=actor,
            company_id=actor.company_id,  # type: ignore[arg-type]
            week=from_params(params),
        )

    def done_url(self, params: Params) -> str:
        return reverse("schedules:company")


def lines_between(before: Week, after: Week) -> list[Line]:
    old, new = words_of(before), words_of(after)
    opened = dict(zip(DAYS, zip(before.windows, after.windows, strict=True), strict=True))
    kinds = {str(DAY_LABELS[day]): _kind(*windows) for day, windows in opened.items()}
    return [
        Line(what, old[what], new[what], kinds.get(what, LineKind.CHANGED.value))
        for what in old
        if old[what] != new[what]
    ]


def _kind(before: Window | None, after: Window | None) -> str:
    if before is None:
        return LineKind.ADDED.value
    return LineKind.CHANGED.value if after else LineKind.REMOVED.value


def _user_effect(subject: User, wanted: Week, company: Week) -> str:
    if wanted == company:
        return _("%(username)s has exactly the company's schedule, and follows it when it changes.") % {
            "username": subject.username
        }
    return _("Outside these hours %(username)s cannot sign in, and an open session ends.") % {
        "username": subject.username
    }


def _company_effect(actor: User, wanted: Week) -> str:
    cut = [name for name, week in selectors.own_weeks_of(actor).items() if not is_inside(week, wanted)]
    everybody = _("Users without hours of their own follow the company's.")
    if not cut:
        return _("No user's own hours are cut.") + " " + everybody
    shown = ", ".join(cut[:MAX_NAMES]) + (" …" if len(cut) > MAX_NAMES else "")
    counted = ngettext(
        "%(count)s user has wider hours and is cut to the company's: %(names)s.",
        "%(count)s users have wider hours and are cut to the company's: %(names)s.",
        len(cut),
    ) % {"count": len(cut), "names": shown}
    return f"{counted} {everybody}"


def _own_access(actor: User, schedule: EffectiveSchedule) -> list[str]:
    """Raises ValidationError when the actor is locked out; warns when the actor's session ends with the change."""
    moment = selectors.moment_of(actor.portal, timezone.now())
    if not can_enter_within(schedule.effective, moment.local, moment.is_holiday, days=LOCKED_OUT_DAYS):
        raise ValidationError(
            _("With these hours you could not enter in the next seven days. Leave yourself some hours."),
            code="locked_out",
        )
    if window_check(schedule.effective, moment.local, is_holiday=bool(moment.holiday_name)):
        return [_("You yourself are outside these hours now: your session ends when you confirm.")]
    return []
