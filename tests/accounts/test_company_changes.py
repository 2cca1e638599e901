"""Profiles, allowed addresses and security parameters, each as a confirmed change."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from accounts.addresses.changes import SetAddresses
from accounts.company.changes import SetParameters
from accounts.profiles.changes import SaveProfile
from audit import request_context
from audit.enums import Event
from audit.models import AuditEvent
from changes.enums import ChangeState
from changes.kinds import Proposable
from changes.models import Change
from directory.enums import OperatingRole
from directory.models import IpRule, Profile, User
from directory.rules.company import Network
from tests import factories
from tests.accounts.confirming import carry_out, confirm, propose

pytestmark = pytest.mark.usefixtures("bank_scope")


@pytest.fixture
def from_200_14() -> Iterator[None]:
    with request_context.entered(request_context.RequestContext(address="200.14.232.152")):
        yield


def texts(change: Change) -> list[tuple[str, str, str, str]]:
    return [(line.what, line.before, line.after, line.kind) for line in change.lines]


def profile(**values: Any) -> SaveProfile:
    defaults = {"profile": uuid4(), "is_new": True, "name": "Pruebas_PRD", "operating_role": OperatingRole.OPERATOR}
    return SaveProfile(**{**defaults, **values})


def networks(*rows: tuple[str, str]) -> SetAddresses:
    return SetAddresses(networks=tuple(Network(*row) for row in rows))


def test_a_profile_is_created(administrator: User) -> None:
    wanted = profile(operating_role=OperatingRole.BOTH)

    change = carry_out(administrator, wanted)

    row = Profile.objects.get(pk=wanted.profile)
    assert change.title == "Crear el perfil Pruebas_PRD"
    assert texts(change) == [
        ("Nombre", "", "Pruebas_PRD", "added"),
        ("Papel en las operaciones", "", "Ambos", "added"),
        ("Opciones", "", "Todo, también lo que llegue después", "added"),
        ("Servicios", "", "Todo, también lo que llegue después", "added"),
    ]
    assert (row.company, row.name, row.operating_role) == (administrator.company, "Pruebas_PRD", "both")


def test_a_profile_is_changed(administrator: User) -> None:
    row = factories.profile(administrator.company, name="Pruebas", operating_role="operator")
    wanted = profile(profile=row.pk, is_new=False, name="Pruebas", operating_role=OperatingRole.SUPERVISOR)

    change = carry_out(administrator, wanted)

    row.refresh_from_db()
    assert texts(change) == [("Papel en las operaciones", "Operador", "Supervisor", "changed")]
    assert row.operating_role == "supervisor"


@pytest.mark.parametrize("name", ["Pruebas_PRD", "PRUEBAS_prd", " Pruebas_PRD "])
def test_a_profile_name_is_taken_in_any_case(administrator: User, name: str) -> None:
    factories.profile(administrator.company, name="Pruebas_PRD")

    with pytest.raises(ValidationError) as raised:
        propose(administrator, profile(name=name))

    assert set(raised.value.error_dict) == {"name"}


def test_a_profile_name_taken_meanwhile_ends_the_change(administrator: User) -> None:
    change = propose(administrator, profile())
    factories.profile(administrator.company, name="pruebas_prd")

    assert confirm(administrator, change).state == ChangeState.REFUSED


def test_two_companies_may_call_a_profile_the_same(administrator: User) -> None:
    factories.profile(factories.company(administrator.portal), name="Pruebas_PRD")

    assert carry_out(administrator, profile()).state == ChangeState.APPLIED


def test_the_profile_of_another_company_is_not_there(administrator: User) -> None:
    foreign = factories.profile(factories.company(administrator.portal), name="Ajeno")

    with pytest.raises(ValidationError):
        propose(administrator, profile(profile=foreign.pk, is_new=False))


@pytest.mark.usefixtures("from_200_14")
def test_networks_are_added_renamed_and_removed(administrator: User) -> None:
    company = administrator.company
    IpRule.objects.create(company=company, network="10.0.0.0/8", label="Sede vieja")
    IpRule.objects.create(company=company, network="200.14.232.0/24", label="Oficina")

    change = carry_out(
        administrator,
        networks(("200.14.232.0/24", "Oficina principal"), ("2001:db8::/32", "")),
    )

    assert texts(change) == [
        ("10.0.0.0/8", "Sede vieja", "No permitida", "removed"),
        ("200.14.232.0/24", "Oficina", "Oficina principal", "changed"),
        ("2001:db8::/32", "No permitida", "Permitida", "added"),
    ]
    assert list(IpRule.objects.order_by("network").values_list("network", "label")) == [
        ("200.14.232.0/24", "Oficina principal"),
        ("2001:db8::/32", ""),
    ]


@pytest.mark.usefixtures("from_200_14")
def test_rules_of_single_users_and_of_other_companies_stay(administrator: User) -> None:
    user = factories.user(administrator.company)
    IpRule.objects.create(company=administrator.company, user=user, network="10.0.0.0/8")
    IpRule.objects.create(company=factories.company(administrator.portal), network="10.0.0.0/8")

    carry_out(administrator, networks(("200.14.232.152", "Oficina")))

    assert IpRule.objects.filter(network="10.0.0.0/8").count() == 2


@pytest.mark.usefixtures("from_200_14")
@pytest.mark.parametrize("network", ["200.14.232.153", "10.0.0.0/8", "2001:db8::/32"])
def test_administrators_do_not_shut_themselves_out(administrator: User, network: str) -> None:
    with pytest.raises(ValidationError) as raised:
        propose(administrator, networks((network, "")))

    assert raised.value.messages == [
        "Su propia dirección actual, 200.14.232.152, quedaría por fuera. Agregue una red que la incluya."
    ]


def test_who_confirms_from_an_address_that_would_be_shut_out_is_refused(administrator: User) -> None:
    with request_context.entered(request_context.RequestContext(address="200.14.232.152")):
        change = propose(administrator, networks(("200.14.232.152", "")))

    with request_context.entered(request_context.RequestContext(address="190.1.1.1")):
        ended = confirm(administrator, change)

    assert ended.state == ChangeState.REFUSED
    assert not IpRule.objects.exists()


@pytest.mark.usefixtures("from_200_14")
def test_taking_every_network_away_opens_to_all(administrator: User) -> None:
    IpRule.objects.create(company=administrator.company, network="200.14.232.0/24")

    change = carry_out(administrator, networks())

    assert change.effect == "Los usuarios de la empresa pueden ingresar desde cualquier dirección."
    assert not IpRule.objects.exists()


def test_parameters_are_set(administrator: User) -> None:
    change = carry_out(administrator, SetParameters(idle_minutes=10, password_days=60, dual_control=False))

    administrator.company.refresh_from_db()
    assert texts(change) == [
        ("Minutos sin actividad", "5", "10", "raised"),
        ("Días de vigencia de la contraseña", "90", "60", "lowered"),
    ]
    assert (administrator.company.idle_minutes, administrator.company.password_days) == (10, 60)


@pytest.mark.parametrize(("minutes", "days"), [(16, 90), (0, 90), (5, 91), (5, 0)])
def test_parameters_outside_the_banks_are_refused(administrator: User, minutes: int, days: int) -> None:
    with pytest.raises(ValidationError):
        propose(administrator, SetParameters(idle_minutes=minutes, password_days=days, dual_control=False))


@pytest.mark.usefixtures("from_200_14")
@pytest.mark.parametrize(
    ("wanted", "event"),
    [
        (profile(), Event.PROFILE_SAVED),
        (networks(("200.14.232.152", "")), Event.ADDRESSES_CHANGED),
        (SetParameters(idle_minutes=7, password_days=30, dual_control=False), Event.COMPANY_PARAMETERS_CHANGED),
    ],
)
def test_each_is_audited_once(administrator: User, wanted: Proposable, event: Event) -> None:
    carry_out(administrator, wanted)

    row = AuditEvent.objects.get(event=event)
    assert (row.company_id, row.actor_id) == (administrator.company_id, administrator.pk)
    assert row.after
