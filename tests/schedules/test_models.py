from datetime import time

import pytest
from django.db import IntegrityError, transaction

from schedules.models import AccessSchedule
from schedules.rules import EVERY_HOUR
from tenancy import context
from tests import factories
from tests.schedules.factories import OFFICE_WEEK, own_week

pytestmark = pytest.mark.usefixtures("bank_scope")


def test_a_new_company_is_open_at_every_hour_as_the_guide_shows() -> None:
    company = factories.company()

    assert [row.week for row in AccessSchedule.objects.filter(company=company)] == [EVERY_HOUR]


def test_a_week_is_kept_as_it_was_given() -> None:
    row = own_week(factories.user(), OFFICE_WEEK)

    row.refresh_from_db()

    assert row.week == OFFICE_WEEK


def test_company_and_user_have_one_schedule_each() -> None:
    user = factories.user()
    own_week(user, OFFICE_WEEK)

    for owner in (user, None):
        with pytest.raises(IntegrityError, match="schedule_one_each"), transaction.atomic():
            AccessSchedule.objects.create(company=user.company, user=owner)


@pytest.mark.parametrize(
    ("start", "end"), [(time(8), None), (None, time(18)), (time(18), time(8)), (time(18), time(17, 59))]
)
def test_half_a_window_and_one_that_ends_before_it_starts_are_refused(start: time | None, end: time | None) -> None:
    with pytest.raises(IntegrityError, match="schedule_friday_in_order"):
        AccessSchedule.objects.create(
            company=factories.company(), user=factories.user(), friday_start=start, friday_end=end
        )


def test_the_database_refuses_a_user_of_another_company() -> None:
    company, neighbour = factories.company(), factories.user(factories.company())

    with pytest.raises(IntegrityError, match="schedule_user_of_company"):
        AccessSchedule.objects.create(company=company, user=neighbour)


def test_row_level_security_hides_the_neighbours_schedule() -> None:
    user, neighbour = factories.user(), factories.user(factories.company())
    own_week(neighbour, OFFICE_WEEK)

    with context.company(user.company_id):
        owners = [(row.company_id, row.user_id) for row in AccessSchedule.objects.all()]

    assert owners == [(user.company_id, None)]
