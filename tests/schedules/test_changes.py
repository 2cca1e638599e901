from dataclasses import replace
from datetime import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.models import AuditEvent
from changes.enums import ChangeState
from changes.kinds import Proposable
from directory.models import User
from schedules.changes import SetCompanySchedule, SetUserSchedule
from schedules.models import AccessSchedule
from schedules.rules import CLOSED, EVERY_HOUR, Week, Window
from schedules.selectors import schedule_of
from tests import factories
from tests.accounts.confirming import carry_out, confirm, propose
from tests.schedules.factories import OFFICE, OFFICE_WEEK, company_week, own_week
from tests.support.there import there

pytestmark = pytest.mark.usefixtures("bank_scope")


def for_user(user: User, week: Week) -> SetUserSchedule:
    return SetUserSchedule(user=user.pk, week=week)


def for_company(week: Week) -> SetCompanySchedule:
    return SetCompanySchedule(week=week)


def broken(administrator: User, wanted: Proposable) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        propose(administrator, wanted)
    return refused.value.message_dict


def test_each_day_that_changes_is_a_line(administrator: User, felipe: User) -> None:
    week = replace(EVERY_HOUR, windows=(OFFICE, *EVERY_HOUR.windows[1:6], None), monetary_sunday=False)

    change = carry_out(administrator, for_user(felipe, week))

    assert change.title == "Días y horarios de Felipe20 (David Felipe Prieto)"
    assert [(line.what, line.before, line.after, line.kind) for line in change.lines] == [
        ("Lunes", "00:00 – 23:59", "08:00 – 18:00", "changed"),
        ("Domingo", "00:00 – 23:59", "Sin acceso", "removed"),
        ("Transacciones monetarias: Domingo", "Si", "No", "changed"),
    ]
    assert schedule_of(felipe, felipe).own == week


def test_the_audit_trail_holds_before_and_after(administrator: User, felipe: User) -> None:
    carry_out(administrator, for_user(felipe, OFFICE_WEEK))

    event = AuditEvent.objects.get(event="schedule.changed")
    assert (there(event.before)["Sábado"], there(event.after)["Sábado"]) == ("00:00 – 23:59", "Sin acceso")


def test_the_companys_own_values_mean_the_companys_schedule(administrator: User, felipe: User) -> None:
    own_week(felipe, OFFICE_WEEK)

    change = carry_out(administrator, for_user(felipe, EVERY_HOUR))

    assert change.effect == "Felipe20 tiene exactamente el horario de la empresa, y lo seguirá cuando cambie."
    assert not AccessSchedule.objects.filter(user=felipe).exists()


def test_what_lies_outside_the_companys_is_refused_day_by_day(administrator: User, felipe: User) -> None:
    company_week(administrator.company, OFFICE_WEEK)
    windows = (
        Window(time(7, 59), time(18)),
        Window(time(8), time(18, 1)),
        OFFICE,
        OFFICE,
        OFFICE,
        OFFICE,
        None,
    )

    errors = broken(administrator, for_user(felipe, Week(windows, True, True, False, False)))

    assert errors == {
        "monday_start": ["Fuera del horario de la empresa: 08:00 – 18:00."],
        "tuesday_end": ["Fuera del horario de la empresa: 08:00 – 18:00."],
        "saturday_start": ["La empresa no tiene acceso este día."],
        "holiday_access": ["El horario de la empresa no lo permite."],
        "monetary_saturday": ["El horario de la empresa no lo permite."],
    }


def test_a_company_narrowed_meanwhile_refuses_the_change(administrator: User, felipe: User) -> None:
    week = replace(EVERY_HOUR, windows=(OFFICE,) * 7)
    change = propose(administrator, for_user(felipe, week))
    company_week(administrator.company, OFFICE_WEEK)

    change = confirm(administrator, change)

    assert change.state == ChangeState.REFUSED
    assert not AccessSchedule.objects.filter(user=felipe).exists()


def test_a_schedule_changed_meanwhile_makes_the_change_stale(administrator: User, felipe: User) -> None:
    change = propose(administrator, for_user(felipe, OFFICE_WEEK))
    own_week(felipe, replace(EVERY_HOUR, windows=(OFFICE,) * 7))

    assert confirm(administrator, change).state == ChangeState.STALE


def test_nobody_sets_the_hours_of_a_neighbour_or_an_administrator(administrator: User) -> None:
    for somebody in (factories.user(factories.company()), factories.administrator(administrator.company)):
        with pytest.raises(ValidationError, match="no existe"):
            propose(administrator, for_user(somebody, OFFICE_WEEK))


def test_a_secondary_user_changes_nothing(felipe: User) -> None:
    for wanted in (for_user(felipe, OFFICE_WEEK), for_company(OFFICE_WEEK)):
        with pytest.raises(PermissionDenied):
            propose(felipe, wanted)


def test_narrowing_the_company_names_who_is_cut(administrator: User, felipe: User) -> None:
    own_week(felipe, replace(EVERY_HOUR, holiday_access=False))
    own_week(factories.user(administrator.company, username="andrea"), OFFICE_WEEK)
    own_week(factories.user(factories.company(), username="vecina"), EVERY_HOUR)

    change = carry_out(administrator, for_company(replace(EVERY_HOUR, windows=(OFFICE,) * 7)))

    assert change.effect == (
        "1 usuario tiene un horario más amplio y queda recortado al de la empresa: Felipe20. "
        "Los usuarios sin horario propio siguen el de la empresa."
    )
    assert schedule_of(felipe, felipe).effective.windows == (OFFICE,) * 7


def test_the_person_who_asks_cannot_be_locked_out(administrator: User) -> None:
    with pytest.raises(ValidationError, match="siete días"):
        propose(administrator, for_company(CLOSED))


def test_the_administrators_own_hours_count_for_being_locked_out(administrator: User) -> None:
    own_week(administrator, Week((OFFICE, *(None,) * 6), True, True, True, True))
    without_mondays = replace(EVERY_HOUR, windows=(None, *EVERY_HOUR.windows[1:]))

    with pytest.raises(ValidationError, match="siete días"):
        propose(administrator, for_company(without_mondays))


def test_nothing_changed_is_said(administrator: User, felipe: User) -> None:
    for wanted in (for_user(felipe, EVERY_HOUR), for_company(EVERY_HOUR)):
        with pytest.raises(ValidationError) as refused:
            propose(administrator, wanted)
        assert refused.value.code == "unchanged"
