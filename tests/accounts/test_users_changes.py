"""Creating and modifying the company's users, each as a confirmed change."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.alerts.changes import SetAlerts
from accounts.enums import SessionEnd
from accounts.models import Session
from accounts.passwords.changes import GeneratePassword
from accounts.states import services
from accounts.states.changes import SetState
from accounts.users.changes import CreateUser, EditContact, EditMain
from audit.authority import Authority
from audit.enums import Event
from audit.models import AuditEvent
from changes.enums import ChangeState
from changes.kinds import Proposable
from directory.editions import OCCIRED
from directory.enums import CredentialState, Role, UserState
from directory.models import User
from notifications.models import Message
from tenancy import context
from tests import factories
from tests.accounts.confirming import carry_out, confirm, propose
from tests.directory.test_people_rules import GOOD
from tests.support.there import there

pytestmark = pytest.mark.usefixtures("bank_scope")


def person(administrator: User, profile: UUID | None = None, alerts: bool = False, **texts: str) -> CreateUser:
    profile = profile or factories.profile(administrator.company).pk
    return CreateUser(user=uuid4(), profile=profile, texts={**GOOD, **texts}, receives_alerts=alerts)


def texts(change: Any) -> list[tuple[str, str, str]]:
    return [(line.what, line.before, line.after) for line in change.lines]


def state_of(user: User, state: str) -> SetState:
    return SetState(user=user.pk, state=UserState(state))


def test_a_user_is_created_pending_and_without_password(administrator: User) -> None:
    wanted = person(administrator, second_surname="Rojas", alerts=True)

    change = carry_out(administrator, wanted)

    user = User.objects.get(pk=wanted.user)
    assert change.state == ChangeState.APPLIED
    assert (user.company, user.role, user.state) == (administrator.company, Role.SECONDARY, UserState.PENDING)
    assert (user.credential_state, user.has_usable_password()) == (CredentialState.NONE, False)
    assert user.sign_in_key == f"{administrator.portal.code}:felipe20"
    assert (user.username, user.second_surname, user.mobile) == ("Felipe20", "Rojas", "3001234567")
    assert user.receives_alerts
    assert user.created_by_name == administrator.username
    assert user.profile_id == wanted.profile


def test_the_person_reads_every_field_before_confirming(administrator: User) -> None:
    change = propose(administrator, person(administrator, second_surname="Rojas"))

    assert change.title == "Crear el usuario Felipe20"
    assert [line.what for line in change.lines] == [
        "Usuario",
        "Nombres",
        "Primer Apellido",
        "Segundo Apellido",
        "Perfil",
        "Tipo Identificación",
        "No. Identificación",
        "Dirección de Correspondencia",
        "Correo Electrónico",
        "Teléfono Oficina",
        "Celular",
        "Departamento",
        "Ciudad",
        "Permitir Recibir Alertas",
    ]
    assert ("Tipo Identificación", "", "Cédula de ciudadanía") in texts(change)
    assert ("Permitir Recibir Alertas", "", "No") in texts(change)


@pytest.mark.parametrize("name", ["Felipe20", "FELIPE20", "felipe20"])
def test_a_name_is_taken_in_any_case(administrator: User, name: str) -> None:
    factories.user(administrator.company, username="Felipe20")

    with pytest.raises(ValidationError) as raised:
        propose(administrator, person(administrator, username=name))

    assert set(raised.value.error_dict) == {"username"}


def test_a_name_taken_by_another_company_of_the_portal_is_taken(administrator: User) -> None:
    factories.user(factories.company(administrator.portal), username="Felipe20")

    with context.company(administrator.company_id), pytest.raises(ValidationError) as raised:
        propose(administrator, person(administrator))

    assert set(raised.value.error_dict) == {"username"}


def test_the_same_name_lives_in_two_portals(administrator: User) -> None:
    factories.user(factories.company(factories.portal(hostnames=["otro"])), username="Felipe20")

    change = carry_out(administrator, person(administrator))

    assert change.state == ChangeState.APPLIED


def test_a_name_taken_between_proposal_and_confirmation_ends_the_change(administrator: User) -> None:
    change = propose(administrator, person(administrator))
    factories.user(administrator.company, username="FELIPE20")

    ended = confirm(administrator, change)

    assert ended.state == ChangeState.REFUSED
    assert ended.reason == "Este usuario ya existe. Elija otro."


def test_the_same_person_under_a_second_name_is_warned_about(administrator: User) -> None:
    factories.user(administrator.company, username="VictorP1", id_type="CC", id_number=GOOD["id_number"])

    change = propose(administrator, person(administrator))

    assert change.warnings == ["Esta persona ya tiene otro usuario en la empresa: VictorP1."]


def test_the_profile_of_another_company_is_refused(administrator: User) -> None:
    foreign = factories.profile(factories.company())

    with pytest.raises(ValidationError) as raised:
        propose(administrator, person(administrator, profile=foreign.pk))

    assert set(raised.value.error_dict) == {"profile"}


def test_a_secondary_user_creates_nobody(administrator: User) -> None:
    wanted = person(administrator)

    with pytest.raises(PermissionDenied):
        propose(factories.user(administrator.company), wanted)


def test_creation_is_audited_with_what_it_wrote(administrator: User) -> None:
    wanted = person(administrator)

    carry_out(administrator, wanted)

    event = AuditEvent.objects.get(event=Event.USER_CREATED)
    assert (event.target_id, event.target_name, event.actor_id) == (str(wanted.user), "Felipe20", administrator.pk)
    assert there(event.after)["Correo Electrónico"] == GOOD["email"]


def test_the_other_administrators_are_told(administrator: User) -> None:
    other = factories.administrator(administrator.company)
    factories.administrator(administrator.company, state=UserState.INACTIVE)
    factories.administrator(factories.company(administrator.portal))

    carry_out(administrator, person(administrator))

    message = Message.objects.get()
    assert message.user == other
    assert message.subject == f"Crear el usuario Felipe20, por {administrator.username}"
    first, *others, last = message.body.splitlines()
    assert (first, len(others), last) == ("Usuario: - → Felipe20", 2, "y 10 más")


def test_main_information_changes_what_was_changed(administrator: User) -> None:
    user = factories.user(administrator.company, first_names="David", first_surname="Prieto")
    values = {"first_names": "David Felipe", "first_surname": "Prieto", "second_surname": ""}

    change = carry_out(administrator, EditMain(user=user.pk, profile=there(user.profile_id), texts=values))

    user.refresh_from_db()
    assert texts(change) == [("Nombres", "David", "David Felipe")]
    assert user.first_names == "David Felipe"


def contact_of(user: User, alerts: bool = False, **texts: str) -> EditContact:
    present = {name: getattr(user, name) for name in OCCIRED.texts_on("contact")}
    return EditContact(user=user.pk, texts={**present, **texts}, receives_alerts=alerts)


def test_contact_data_change_what_was_changed(administrator: User) -> None:
    user = factories.user(administrator.company)

    change = carry_out(administrator, contact_of(user, city="Chía", alerts=True))

    user.refresh_from_db()
    assert texts(change) == [("Ciudad", "Bogotá", "Chía"), ("Permitir Recibir Alertas", "No", "Sí")]
    assert (user.city, user.receives_alerts) == ("Chía", True)


def test_nothing_changed_is_not_a_change(administrator: User) -> None:
    user = factories.user(administrator.company, city="Chía")

    with pytest.raises(ValidationError) as raised:
        propose(administrator, contact_of(user))

    assert raised.value.code == "unchanged"


def test_a_change_of_what_moved_meanwhile_is_stale(administrator: User) -> None:
    user = factories.user(administrator.company)
    change = propose(administrator, contact_of(user, city="Chía"))
    User.objects.filter(pk=user.pk).update(mobile="3109876543")

    ended = confirm(administrator, change)

    user.refresh_from_db()
    assert ended.state == ChangeState.STALE
    assert (user.city, user.mobile) == ("Bogotá", "3109876543")


@pytest.mark.parametrize("kind", ["main", "contact", "state", "password"])
def test_users_of_another_company_and_administrators_are_nobody(administrator: User, kind: str) -> None:
    strangers = [
        factories.user(factories.company(administrator.portal)),
        factories.administrator(administrator.company),
        administrator,
    ]
    profile = factories.profile(administrator.company).pk
    names = {name: GOOD[name] for name in OCCIRED.texts_on("main")}

    for stranger in strangers:
        wanted: dict[str, Proposable] = {
            "main": EditMain(user=stranger.pk, profile=profile, texts=names),
            "contact": contact_of(stranger),
            "state": state_of(stranger, "inactive"),
            "password": GeneratePassword(user=stranger.pk, activate=True),
        }
        with pytest.raises(ValidationError) as raised:
            propose(administrator, wanted[kind])
        assert raised.value.messages == ["Ese usuario no existe."]


def test_an_inactive_user_is_signed_out(administrator: User) -> None:
    user = factories.user(administrator.company)
    session = Session.objects.create(
        session_key="a" * 40, session_data="", expire_date="2100-01-01T00:00Z", user=user, company_id=user.company_id
    )

    change = carry_out(administrator, state_of(user, "inactive"))

    user.refresh_from_db()
    session.refresh_from_db()
    assert texts(change) == [("Estado", "Activo", "Inactivo")]
    assert user.state == UserState.INACTIVE
    assert session.ended_because == SessionEnd.WITHDRAWN


def test_an_administrator_unlocks_a_user(administrator: User) -> None:
    user = factories.user(
        administrator.company, state=UserState.LOCKED, locked_at="2026-11-21T10:41Z", failed_attempts=5
    )

    carry_out(administrator, state_of(user, "active"))

    user.refresh_from_db()
    assert (user.state, user.locked_at, user.failed_attempts) == (UserState.ACTIVE, None, 0)


def test_a_locked_user_who_is_inactivated_keeps_the_failed_attempts(administrator: User) -> None:
    user = factories.user(
        administrator.company, state=UserState.LOCKED, locked_at="2026-11-21T10:41Z", failed_attempts=5
    )

    carry_out(administrator, state_of(user, "inactive"))

    user.refresh_from_db()
    assert (user.state, user.locked_at, user.failed_attempts) == (UserState.INACTIVE, None, 5)


@pytest.mark.parametrize("state", ["pending", "locked"])
def test_nobody_is_taken_to_a_state_that_is_not_an_administrators_to_give(administrator: User, state: str) -> None:
    user = factories.user(administrator.company)

    with pytest.raises(ValidationError) as proposed:
        propose(administrator, state_of(user, state))
    with pytest.raises(ValidationError) as done:
        services.set_state(authority=Authority.of_bank(administrator), user=user, state=state)

    assert (proposed.value.code, done.value.code) == ("transition", "transition")


def test_nobody_changes_their_own_state(administrator: User) -> None:
    with pytest.raises(ValidationError) as raised:
        services.set_state(authority=Authority.of_bank(administrator), user=administrator, state="inactive")

    assert raised.value.code == "oneself"


def test_activating_somebody_without_password_is_warned_about(administrator: User) -> None:
    user = factories.user(
        administrator.company, state=UserState.PENDING, credential_state=CredentialState.NONE, password_expires_at=None
    )

    change = propose(administrator, state_of(user, "active"))

    assert change.warnings == [
        "Este usuario no tiene contraseña vigente y no puede ingresar hasta que se le genere una."
    ]


def test_alerts_change_for_the_users_that_were_shown(administrator: User) -> None:
    company = administrator.company
    on, off, hidden = (factories.user(company, receives_alerts=value) for value in (True, False, True))

    change = carry_out(administrator, SetAlerts(shown=frozenset({on.pk, off.pk}), ticked=frozenset({off.pk})))

    assert change.state == ChangeState.APPLIED
    for user in (on, off, hidden):
        user.refresh_from_db()
    assert (on.receives_alerts, off.receives_alerts, hidden.receives_alerts) == (False, True, True)


def test_alerts_of_another_company_are_not_touched(administrator: User) -> None:
    stranger = factories.user(factories.company(administrator.portal), receives_alerts=True)

    with pytest.raises(ValidationError) as raised:
        propose(administrator, SetAlerts(shown=frozenset({stranger.pk}), ticked=frozenset()))

    assert raised.value.code == "unchanged"
