"""The bank's part: a company's schedule and the days it adds to the public holidays, each with its audit row."""

from datetime import date

import pytest
from django.contrib import admin
from django.test import RequestFactory

from audit.authority import Authority
from audit.models import AuditEvent
from schedules import services
from schedules.admin import CompanyScheduleAdmin, HolidayAdmin
from schedules.models import AccessSchedule, Holiday
from tests import factories
from tests.schedules.factories import OFFICE_WEEK, company_week, own_week
from tests.support.there import there

HALVES = [
    {"monday_end": ""},
    {"monday_start": "18:00", "monday_end": "08:00"},
    {"monday_start": "10:00", "monday_end": "10:00"},
]
pytestmark = pytest.mark.usefixtures("bank_scope")


def test_the_banks_change_of_a_schedule_is_audited() -> None:
    staff, company = factories.bank_staff(), factories.company()
    row = AccessSchedule.objects.get(company=company, user=None)
    row.week = OFFICE_WEEK

    services.set_company_schedule_by_bank(authority=Authority.of_bank(staff), row=row)

    row.refresh_from_db()
    event = AuditEvent.objects.get(event="schedule.changed")
    assert row.week == OFFICE_WEEK
    assert (event.company_id, there(event.before)["Domingo"], there(event.after)["Domingo"]) == (
        company.pk,
        "00:00 – 23:59",
        "Sin acceso",
    )


def test_the_bank_sees_companies_schedules_and_not_their_users() -> None:
    user = factories.user()
    own_week(user, OFFICE_WEEK)
    request = RequestFactory().get("/")
    schedules = CompanyScheduleAdmin(AccessSchedule, admin.site)

    assert list(schedules.get_queryset(request)) == [company_week(user.company)]
    assert not schedules.has_add_permission(request)
    assert not schedules.has_delete_permission(request)


@pytest.mark.parametrize("values", HALVES)
def test_half_a_window_is_refused_in_the_back_office(values: dict[str, str]) -> None:
    row = company_week(factories.company())
    request = RequestFactory().get("/")
    request.user = factories.bank_staff()
    form_class = CompanyScheduleAdmin(AccessSchedule, admin.site).get_form(request, row)
    hours = {name: str(value) for name, value in form_class(instance=row).initial.items()}

    form = form_class({**hours, **values}, instance=row)

    assert form.errors["monday_end"] == ["Ingrese las dos horas en orden, o deje ambas vacías."]


def test_a_holiday_is_added_and_taken_away_with_audit_rows() -> None:
    staff = factories.bank_staff()
    day = Holiday(country="CO", day=date(2026, 12, 31), name="Cierre bancario")

    services.add_holiday(authority=Authority.of_bank(staff), holiday=day)
    services.remove_holiday(authority=Authority.of_bank(staff), holiday=day)

    events = list(AuditEvent.objects.filter(target_type="holiday").order_by("sequence"))
    content = {"country": "CO", "day": "2026-12-31", "name": "Cierre bancario"}
    assert [(event.before, event.after) for event in events] == [(None, content), (content, None)]
    assert not Holiday.objects.exists()
    assert not HolidayAdmin(Holiday, admin.site).has_change_permission(RequestFactory().get("/"))
