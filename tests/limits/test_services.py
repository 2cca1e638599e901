import pytest
from django.core.exceptions import ValidationError

from audit.authority import Authority
from audit.models import AuditEvent
from directory.models import Service
from limits import services
from limits.models import CompanyCeiling
from tests import factories
from tests.limits import factories as rows
from tests.limits.factories import amounts
from tests.support.there import there

pytestmark = pytest.mark.usefixtures("bank_scope")


def test_a_service_the_bank_opens_starts_at_its_maximum() -> None:
    staff, company, service = factories.bank_staff(), factories.company(), rows.service()

    services.set_bank_maximum(
        authority=Authority.of_bank(staff), company=company, service=service, maximum=amounts(5, 10, 90)
    )

    row = CompanyCeiling.objects.get(company=company)
    assert row.amounts == row.bank_amounts == amounts(5, 10, 90)


def test_a_lower_maximum_cuts_the_companys_own_ceiling_and_a_higher_one_leaves_it() -> None:
    staff, company, service = factories.bank_staff(), factories.company(), rows.service()
    rows.ceiling(company, service, own=amounts(5, 10, 20), bank=amounts(50, 100, 900))

    services.set_bank_maximum(
        authority=Authority.of_bank(staff), company=company, service=service, maximum=amounts(4, 30, 40)
    )
    lowered = CompanyCeiling.objects.get(company=company).amounts
    services.set_bank_maximum(
        authority=Authority.of_bank(staff), company=company, service=service, maximum=amounts(60, 600, 900)
    )
    raised = CompanyCeiling.objects.get(company=company).amounts

    assert (lowered, raised) == (amounts(4, 10, 20), amounts(4, 10, 20))


def test_what_the_bank_sets_is_in_the_companys_trail() -> None:
    staff, company, service = factories.bank_staff(), factories.company(), rows.service(name="Pagos - Impuestos")
    rows.ceiling(company, service, amounts(5, 10, 20))

    services.set_bank_maximum(
        authority=Authority.of_bank(staff), company=company, service=service, maximum=amounts(1, 2, 3)
    )

    event = AuditEvent.objects.get(company_id=company.pk)
    assert (event.event, event.actor_name) == ("ceilings.changed", staff.username)
    assert event.target_name == f"{company.legal_name} · Pagos - Impuestos"
    assert event.before == {"company": ["5.00", "10.00", "20.00"], "bank": ["5.00", "10.00", "20.00"]}
    assert event.after == {"company": ["1", "2", "3"], "bank": ["1", "2", "3"]}


def test_a_maximum_that_shrinks_with_its_period_is_refused() -> None:
    staff, company, service = factories.bank_staff(), factories.company(), rows.service()

    with pytest.raises(ValidationError):
        services.set_bank_maximum(
            authority=Authority.of_bank(staff), company=company, service=service, maximum=amounts(5, 4, 9)
        )

    assert not CompanyCeiling.objects.exists()


def test_a_service_of_the_catalogue_is_audited_on_the_banks_own_trail() -> None:
    staff = factories.bank_staff()
    service = Service(edition="occired", group="Servicios Monetarios", code="pagos", name="Pagos", position=1)

    services.save_service(authority=Authority.of_bank(staff), service=service, before=None)

    event = AuditEvent.objects.get(target_type="service")
    assert (event.company_id, event.before, there(event.after)["code"]) == (None, None, "pagos")
