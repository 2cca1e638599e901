"""Many users at once: for whom, why, one signature, and what was said to happen happens to them and to nobody else."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.many import rules
from accounts.many.rules import MOST_MARKED, MOST_PASSWORDS, Standing, told
from accounts.models import PasswordOrder, Session
from accounts.passwords.generation import KIND
from accounts.states.changes import SetState, Unlock
from audit.models import AuditEvent
from changes.models import Change
from changes.selectors import wanted_of
from changes.services import apply_signed, large
from directory.enums import CredentialState, UserState
from directory.models import User
from limits.selectors import limits_of
from notifications.models import Delivery, Message
from products.selectors import assigned_ids
from schedules.selectors import schedule_of
from tests import factories
from tests.accounts.confirming import carry_out, confirm
from tests.limits import factories as rows
from tests.support.client import Client
from tests.tokens.factories import token_of

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def standing(state: str = "active", email: str = "a@b.example", generated_at: datetime | None = None) -> Standing:
    return Standing(state, state, email, generated_at)


@pytest.mark.parametrize(
    ("why_not", "possible"),
    [
        (rules.why_not_activate, {"pending", "inactive"}),
        (rules.why_not_deactivate, {"pending", "active", "locked"}),
        (rules.why_not_unlock, {"locked"}),
    ],
)
def test_a_state_is_set_to_those_it_changes(why_not: Any, possible: set[str]) -> None:
    assert {state for state in UserState.values if not why_not(standing(state), NOW)} == possible


def test_a_password_waits_a_minute_and_needs_an_address() -> None:
    assert not rules.why_not_generate(standing(generated_at=NOW - timedelta(seconds=60)), NOW)
    assert rules.why_not_generate(standing(generated_at=NOW - timedelta(seconds=59)), NOW)
    assert rules.why_not_generate(standing(email=""), NOW)


def test_what_happened_is_counted() -> None:
    with translation.override("es"):
        assert told("18 activados.", 2, 1) == "18 activados. 2 ya lo estaban. 1 quedó fuera."
        assert told("1 activado.", 0, 0) == "1 activado."


pytestmark = pytest.mark.usefixtures("bank_scope")


@pytest.fixture
def people(administrator: User) -> list[User]:
    """Three inactive ones, by name; whoever administers has a token."""
    token_of(administrator)
    names = ("ana", "berta", "carla")
    return [factories.user(administrator.company, username=name, state=UserState.INACTIVE) for name in names]


def sent(client: Client, action: str, users: Sequence[Any], **values: Any) -> Any:
    marked = [str(getattr(user, "pk", user)) for user in users]
    return client.post(reverse("users:many", args=[action]), {"marcado": marked, **values})


def proposed(client: Client, action: str, users: Sequence[Any], **values: Any) -> Change:
    """The whole way to the page that asks for the signature."""
    response = sent(client, action, users, form_key=str(uuid4()), **{"reason": "Cierre de mes", **values})
    assert response.status_code == 302, response.context["form"].errors
    return Change.objects.get(pk=response["Location"].split("/")[2])


def states(users: Sequence[User]) -> list[str]:
    found = User.objects.in_bulk([user.pk for user in users])
    return [found[user.pk].state for user in users]


class TestMarking:
    @pytest.mark.parametrize("name", ["search", "states"])
    def test_a_list_has_a_box_a_row_and_its_bar(self, client: Client, people: list[User], name: str) -> None:
        body = client.get(reverse(f"users:{name}")).content.decode()

        assert body.count('name="marcado"') == len(people) + (name == "states") * len(people)
        assert body.count('form="marking"') == len(people)
        assert 'id="marking"' in body

    def test_whom_it_can_be_done_to_stands_apart_with_the_reason(self, client: Client, people: list[User]) -> None:
        active = factories.user(people[0].company, username="activa")

        response = sent(client, "activar", [*people, active])

        assert [user.username for user in response.context["marked"].fit] == ["ana", "berta", "carla"]
        assert [(user.username, why) for user, why in response.context["marked"].unfit] == [
            ("activa", "Ya está activo.")
        ]
        assert "Continuar con los otros 3" in response.content.decode()
        assert not Change.objects.exists()

    def test_all_that_the_list_found_are_those_of_its_filter(self, client: Client, people: list[User]) -> None:
        factories.user(people[0].company, username="activa")

        response = sent(client, "activar", [], todos="4", lista="states", consulta="estado=inactive&ver=1")

        assert response.context["marked"].users == people

    def test_a_neighbours_user_is_left_out_and_nothing_is_said(self, client: Client, people: list[User]) -> None:
        foreign = factories.user(factories.company(people[0].portal), username="vecina", state=UserState.INACTIVE)

        response = sent(client, "activar", [people[0], foreign, uuid4(), "x", people[0].pk])

        assert response.context["marked"].users == people[:1]
        assert "vecina" not in response.content.decode()

    def test_administrators_and_oneself_are_nobody_here(
        self, client: Client, administrator: User, people: list[User]
    ) -> None:
        colleague = factories.administrator(administrator.company)

        response = sent(client, "inactivar", [administrator, colleague])

        assert response["Location"] == reverse("users:search")
        assert not Change.objects.exists()

    @pytest.mark.parametrize(("action", "most"), [("activar", MOST_MARKED), ("contrasenas", MOST_PASSWORDS)])
    def test_too_many_are_refused_and_the_number_said(
        self, client: Client, people: list[User], action: str, most: int
    ) -> None:
        url = reverse("users:many", args=[action])

        response = client.post(url, {"marcado": [str(uuid4()) for _ in range(most + 1)]}, follow=True)

        assert f"máximo {most} usuarios" in response.content.decode()

    def test_an_unknown_action_is_not_there(self, client: Client) -> None:
        assert client.get(reverse("users:many", args=["borrar-todo"])).status_code == 404

    @pytest.mark.parametrize("action", ["activar", "desbloquear", "contrasenas"])
    def test_a_reason_is_asked_for_unless_it_protects(self, client: Client, people: list[User], action: str) -> None:
        locked = {"state": UserState.LOCKED, "locked_at": timezone.now()}
        somebody = factories.user(people[0].company, **(locked if action == "desbloquear" else {"state": "inactive"}))

        response = sent(client, action, [somebody], form_key=str(uuid4()), reason=" ")

        assert response.context["form"].errors.keys() == {"reason"}

    def test_what_protects_needs_no_reason(self, client: Client, administrator: User) -> None:
        change = proposed(client, "inactivar", [factories.user(administrator.company)], reason="")

        assert [line.after for line in change.lines] == ["Inactivo"]

    def test_the_page_asks_the_same_of_the_database_for_one_and_for_thirty(
        self, client: Client, administrator: User
    ) -> None:
        crowd = [factories.user(administrator.company, state=UserState.INACTIVE) for _ in range(30)]
        counts = []
        for users in (crowd[:1], crowd[:1], crowd):  # the first one fills the caches
            with CaptureQueriesContext(connection) as asked:
                sent(client, "contrasenas", users)
            counts.append(len(asked))

        assert counts[2] <= counts[1]


class TestSigning:
    def test_one_signature_activates_all_and_says_how_many(
        self, client: Client, administrator: User, people: list[User]
    ) -> None:
        active = factories.user(administrator.company, username="activa")
        change = proposed(client, "activar", [*people, active], fuera=[str(active.pk)])

        page = client.get(reverse("changes:confirm", args=[change.pk]))

        assert change.title == "Activar: 3 usuarios"
        [table] = page.context["shown"].tables
        assert [row.name for row in table.rows] == [f"{user.username} ({user.display_name})" for user in people]
        assert [(line.row, line.after) for line in table.said] == [("Motivo", "Cierre de mes")]
        assert page.context["shown"].sections == ()
        assert confirm(administrator, change).state == "applied"
        assert states(people) == ["active"] * 3
        assert change.success == "3 activados. 1 ya lo estaba."

    def test_each_has_a_row_of_the_trail_with_the_reason_and_the_others_are_told(
        self, client: Client, administrator: User, people: list[User]
    ) -> None:
        colleague = factories.administrator(administrator.company)

        confirm(administrator, proposed(client, "activar", people))

        trail = AuditEvent.objects.filter(event="user.state")
        assert {row.target_id for row in trail} == {str(user.pk) for user in people}
        assert all("Cierre de mes" in (row.after or {}).values() for row in trail)
        assert "Cierre de mes" in Message.objects.get(user=colleague).body

    def test_deactivating_many_ends_their_sessions_and_waits_for_nobody(
        self, client: Client, administrator: User
    ) -> None:
        company = administrator.company
        company.dual_control = True
        company.save(update_fields=["dual_control"])
        users = [factories.user(company) for _ in range(2)]

        change = proposed(client, "inactivar", users, reason="")

        assert not change.by_two
        assert confirm(administrator, change).state == "applied"
        assert states(users) == ["inactive"] * 2

    def test_activating_many_waits_for_the_second_person(
        self, client: Client, administrator: User, people: list[User]
    ) -> None:
        company = administrator.company
        company.dual_control = True
        company.save(update_fields=["dual_control"])

        assert proposed(client, "activar", people).by_two

    def test_passwords_go_to_each_by_mail(self, client: Client, administrator: User, people: list[User]) -> None:
        confirm(administrator, proposed(client, "contrasenas", people[:2], activate="on"))

        assert set(Delivery.objects.filter(kind=KIND).values_list("about_id", flat=True)) == {
            user.pk for user in people[:2]
        }
        assert states(people) == ["active", "active", "inactive"]
        assert set(User.objects.filter(pk__in=[user.pk for user in people[:2]]).values_list("credential_state")) == {
            (CredentialState.GENERATED,)
        }

    def test_what_changed_meanwhile_is_shown_before_anything_is_proposed(
        self, client: Client, people: list[User]
    ) -> None:
        User.objects.filter(pk=people[0].pk).update(state=UserState.ACTIVE)

        response = sent(client, "activar", people, form_key=str(uuid4()), reason="x")

        assert response.context["form"].non_field_errors()
        assert [user.username for user, _why in response.context["marked"].unfit] == ["ana"]
        assert not Change.objects.exists()

    def test_a_double_click_makes_one_change(self, client: Client, people: list[User]) -> None:
        key = str(uuid4())

        first, second = (sent(client, "activar", people, form_key=key, reason="x") for _ in range(2))

        assert first["Location"] == second["Location"]
        assert Change.objects.count() == 1

    def test_of_two_tabs_the_second_finds_what_the_first_did(
        self, client: Client, administrator: User, people: list[User]
    ) -> None:
        one, other = proposed(client, "activar", people[:2]), proposed(client, "activar", people[1:])

        assert confirm(administrator, one).state == "applied"
        assert confirm(administrator, other).state == "stale"
        assert states(people) == ["active", "active", "inactive"]

    def test_somebody_who_is_gone_makes_it_stale_for_all(
        self, client: Client, administrator: User, people: list[User]
    ) -> None:
        change = proposed(client, "activar", people)
        User.objects.filter(pk=people[1].pk).delete()

        assert confirm(administrator, change).state in {"stale", "refused"}
        assert states([people[0], people[2]]) == ["inactive"] * 2

    def test_somebody_who_signed_in_meanwhile_is_signed_out(self, client: Client, administrator: User) -> None:
        users = [factories.user(administrator.company) for _ in range(2)]
        change = proposed(client, "inactivar", users)
        Session.objects.create(session_key="k" * 32, user_id=users[0].pk, expire_date=timezone.now())

        confirm(administrator, change)

        assert Session.objects.get(session_key="k" * 32).ended_because

    def test_going_back_finds_the_marked_and_the_reason(self, client: Client, people: list[User]) -> None:
        change = proposed(client, "activar", people)

        response = client.get(reverse("users:many", args=["activar"]), {"cambio": str(change.pk)})

        assert response.context["marked"].users == people
        assert response.context["form"]["reason"].value() == "Cierre de mes"

    def test_a_reason_hides_nothing(self, client: Client, people: list[User]) -> None:
        response = sent(client, "activar", people, form_key=str(uuid4()), reason="fin\u202eotra")

        assert response.context["form"].errors.keys() == {"reason"}


class TestVeryMany:
    """Of more than some dozens, here two, a worker makes what was signed."""

    @pytest.fixture(autouse=True)
    def few(self) -> Iterator[None]:
        with patch.object(large, "MOST_WAITED_FOR", 2):
            yield

    def test_the_signer_reads_what_becomes_of_how_many_and_a_worker_makes_it(
        self, client: Client, administrator: User, people: list[User]
    ) -> None:
        change = proposed(client, "activar", people)
        page = client.get(reverse("changes:confirm", args=[change.pk]))

        assert (change.is_large, change.title) == (True, "Activar: 3 usuarios")
        assert [tuple(line) for line in page.context["shown"].alike] == [
            ("Estado", "Inactivo", "Activo", 3),
            ("Motivo", "", "Cierre de mes", 3),
        ]
        assert page.context["shown"].first_names == ["ana", "berta", "carla"]
        assert change.effect in page.content.decode()
        assert confirm(administrator, change).state == "applying"
        assert states(people) == ["inactive"] * 3

        assert apply_signed(change.pk) == "applied"

        assert states(people) == ["active"] * 3
        assert Message.objects.get(user=administrator).body == "3 activados."
        assert AuditEvent.objects.filter(event="user.state").count() == 3

    def test_what_stops_somebody_does_not_wait_for_a_worker(self, client: Client, administrator: User) -> None:
        users = [factories.user(administrator.company) for _ in range(3)]

        change = proposed(client, "inactivar", users)

        assert confirm(administrator, change).state == "applied"
        assert states(users) == ["inactive"] * 3

    def test_passwords_are_ordered_and_made_afterwards(
        self, client: Client, administrator: User, people: list[User]
    ) -> None:
        with patch("accounts.many.forms.MOST_PASSWORDS_WAITED_FOR", 2):
            change = proposed(client, "contrasenas", people, activate="on")

        confirm(administrator, change)
        apply_signed(change.pk)

        assert set(PasswordOrder.objects.values_list("user", flat=True)) == {user.pk for user in people}
        assert not Delivery.objects.filter(kind=KIND).exists()
        assert states(people) == ["active"] * 3

    def test_going_back_finds_them_all(self, client: Client, people: list[User]) -> None:
        change = proposed(client, "activar", [",".join(str(user.pk) for user in people)])

        response = client.get(reverse("users:many", args=["activar"]), {"cambio": str(change.pk)})

        assert response.context["marked"].users == people

    def test_many_are_unlocked_in_as_many_statements_as_some(self, client: Client, administrator: User) -> None:
        locked = {"state": UserState.LOCKED, "locked_at": NOW, "failed_attempts": 5}
        crowd = [factories.user(administrator.company, **locked) for _ in range(18)]
        token_of(administrator)

        counts = []
        for users in (crowd[:3], crowd[3:6], crowd[6:]):  # the first one fills the caches
            with CaptureQueriesContext(connection) as asked:
                proposed(client, "desbloquear", users)
            counts.append(len(asked))

        assert counts[2] <= counts[1]


class TestUnlocking:
    @pytest.fixture
    def locked(self, administrator: User) -> User:
        moment = datetime(2026, 6, 30, 15, 4, tzinfo=UTC)
        return factories.user(
            administrator.company, username="cerrada", state=UserState.LOCKED, locked_at=moment, failed_attempts=5
        )

    def test_the_lock_and_its_count_are_gone(self, client: Client, administrator: User, locked: User) -> None:
        change = proposed(client, "desbloquear", [locked])

        assert change.title == "Desbloquear cerrada"
        assert [(line.row, line.before, line.after) for line in change.lines] == [
            ("Estado", "Bloqueado", "Activo"),
            ("Motivo", "", "Cierre de mes"),
            ("Intentos fallidos", "5", "0"),
            ("Bloqueado desde", "", "2026/06/30 10:04"),
        ]
        assert confirm(administrator, change).state == "applied"
        locked.refresh_from_db()
        assert (locked.state, locked.locked_at, locked.failed_attempts) == ("active", None, 0)

    def test_their_page_says_since_when_and_offers_it(self, client: Client, locked: User) -> None:
        body = client.get(reverse("users:main", args=[locked.pk])).content.decode()

        assert "Bloqueado desde 2026/06/30 10:04, tras 5 intentos fallidos." in body
        assert reverse("users:many", args=["desbloquear"]) in body

    def test_whoever_is_not_locked_is_refused(self, administrator: User, people: list[User]) -> None:
        with pytest.raises(ValidationError, match="no está bloqueado") as refused:
            carry_out(administrator, Unlock(user=people[0].pk))

        assert refused.value.code == "not_locked"

    def test_a_change_of_before_there_were_reasons_can_still_be_read(self, people: list[User]) -> None:
        stored = Change(kind="users.set_state", params={"user": str(people[0].pk), "state": "active"})

        assert wanted_of(stored) == SetState(user=people[0].pk, state=UserState.ACTIVE)


class TestValues:
    """Profile, products, hours, and what another user has: the same for all who are marked."""

    @pytest.fixture
    def active(self, administrator: User) -> list[User]:
        token_of(administrator)
        return [factories.user(administrator.company, username=name) for name in ("ana", "berta")]

    def test_one_profile_for_all(self, client: Client, administrator: User, active: list[User]) -> None:
        profile = factories.profile(administrator.company, name="Tesorería")

        change = proposed(client, "perfil", active, profile=str(profile.pk))

        assert change.title == "Información Principal: 2 usuarios"
        assert {line.row for line in change.lines} == {"Perfil"}
        assert confirm(administrator, change).state == "applied"
        assert set(User.objects.filter(username__in=["ana", "berta"]).values_list("profile", flat=True)) == {profile.pk}
        assert change.success == "2 usuarios modificados."

    def test_who_has_it_already_is_said_and_left_out_on_purpose(
        self, client: Client, administrator: User, active: list[User]
    ) -> None:
        profile = factories.profile(administrator.company)
        User.objects.filter(pk=active[0].pk).update(profile=profile)
        form = {"profile": str(profile.pk), "form_key": str(uuid4())}

        first = sent(client, "perfil", active, **form)
        second = sent(client, "perfil", active, **form, fuera=[str(active[0].pk)])

        assert [(user.username, why) for user, why in first.context["marked"].unfit] == [
            ("ana", "Ya tiene este perfil.")
        ]
        assert second.status_code == 302
        assert Change.objects.get().target[1] == str(active[1].pk)

    def test_a_neighbours_profile_cannot_be_chosen(
        self, client: Client, administrator: User, active: list[User]
    ) -> None:
        foreign = factories.profile(factories.company(administrator.portal))

        response = sent(client, "perfil", active, profile=str(foreign.pk), form_key=str(uuid4()))

        assert response.context["form"].errors.keys() == {"profile"}

    def test_products_are_given_and_taken_and_the_others_stay(
        self, client: Client, administrator: User, active: list[User]
    ) -> None:
        kept, taken = rows.assigned(active[0]), rows.assigned(active[0])
        given = rows.product(administrator.company)

        change = proposed(client, "productos", active, give=[str(given.pk)], take=[str(taken.pk)])

        assert confirm(administrator, change).state == "applied"
        assert assigned_ids(administrator, active[0]) == {kept.pk, given.pk}
        assert assigned_ids(administrator, active[1]) == {given.pk}

    def test_going_back_finds_what_was_ticked(self, client: Client, administrator: User, active: list[User]) -> None:
        taken, given = rows.assigned(active[0]), rows.product(administrator.company)
        change = proposed(client, "productos", active, give=[str(given.pk)], take=[str(taken.pk)])

        form = client.get(reverse("users:many", args=["productos"]), {"cambio": str(change.pk)}).context["form"]

        assert (form["give"].value(), form["take"].value()) == ([str(given.pk)], [str(taken.pk)])

    @pytest.mark.parametrize("ticked", [[], ["give", "take"]])
    def test_nothing_or_both_at_once_is_refused(
        self, client: Client, administrator: User, active: list[User], ticked: list[str]
    ) -> None:
        product = str(rows.product(administrator.company).pk)

        response = sent(client, "productos", active, form_key=str(uuid4()), **{name: [product] for name in ticked})

        assert response.context["form"].errors
        assert not Change.objects.exists()

    def test_one_week_for_all(self, client: Client, administrator: User, active: list[User]) -> None:
        shown = sent(client, "horario", active).context["form"]
        week = {name: shown[name].value() for name in shown.fields if name != "form_key"}
        week = {name: str(value)[:5] for name, value in week.items() if value not in {None, False}}

        change = proposed(client, "horario", active, **{**week, "sunday_start": "", "sunday_end": ""})

        assert confirm(administrator, change).state == "applied"
        for user in active:
            assert schedule_of(administrator, user).effective.windows[6] is None

    def test_they_get_what_another_one_has(self, client: Client, administrator: User, active: list[User]) -> None:
        source, service = factories.user(administrator.company, username="modelo"), rows.service()
        rows.ceiling(administrator.company, service, rows.amounts(50, 100, 900))
        product = rows.assigned(source)
        rows.limit(source, service, product, rows.amounts(1, 2, 3))
        asked = {"source": "Modelo", "products": "on", "limits": "on", "hours": "on", "with_profile": "on"}

        change = proposed(client, "como", active, **asked)

        assert confirm(administrator, change).state == "applied"
        for user in active:
            assert assigned_ids(administrator, user) == {product.pk}
            assert limits_of(administrator, user) == {(service.pk, product.pk): rows.amounts(1, 2, 3)}

    def test_limits_alone_go_to_who_has_the_product(
        self, client: Client, administrator: User, active: list[User]
    ) -> None:
        source, service = factories.user(administrator.company, username="modelo"), rows.service()
        rows.ceiling(administrator.company, service, rows.amounts(50, 100, 900))
        product = rows.assigned(source)
        rows.limit(source, service, product, rows.amounts(1, 2, 3))

        response = sent(client, "como", [*active, source], source="modelo", limits="on", form_key=str(uuid4()))

        assert {user.username: why for user, why in response.context["marked"].unfit} == {
            "ana": "Nada de esto aplica a este usuario.",
            "berta": "Nada de esto aplica a este usuario.",
            "modelo": "Es de quien se copia.",
        }

    def test_a_neighbour_is_no_model(self, client: Client, administrator: User, active: list[User]) -> None:
        factories.user(factories.company(administrator.portal), username="vecina")

        response = sent(client, "como", active, source="vecina", products="on", form_key=str(uuid4()))

        assert response.context["form"].errors.keys() == {"source"}
