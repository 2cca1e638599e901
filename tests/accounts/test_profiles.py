"""Perfiles (S1-035): what a profile opens, what changes for whom, and who sees it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.profiles.changes import RestoreProfile, RetireProfile, SaveProfile
from accounts.users.changes import CreateUser, EditMain
from audit.models import AuditEvent
from changes.models import Change
from directory.enums import OperatingRole, Readiness
from directory.models import Company, Profile, Service, User
from directory.permissions import ROLE_PERMISSIONS, Permission
from limits.money import CENT, Money
from rights.selectors.rights import rights_of
from tests import factories
from tests.accounts.confirming import carry_out, confirm, propose
from tests.directory.test_people_rules import GOOD
from tests.limits.factories import amounts, assigned, ceiling, limit, service
from tests.support.client import Client
from tests.tokens.factories import token

pytestmark = pytest.mark.usefixtures("bank_scope")
Clients = Callable[..., Client]


@pytest.fixture
def services(administrator: User) -> list[Service]:
    """Two the company contracted, and one it did not."""
    found = [service(name=name, group="Pagos") for name in ("Pagos - Impuestos", "Pagos - Nómina", "Pagos - PSE")]
    for each in found[:2]:
        ceiling(administrator.company, each)
    return found


@pytest.fixture
def profile(administrator: User) -> Profile:
    return factories.profile(administrator.company, name="Tesorería", operating_role="both")


def save(profile: Profile, **values: Any) -> SaveProfile:
    present = {"name": profile.name, "operating_role": OperatingRole(profile.operating_role)}
    return SaveProfile(profile=profile.pk, is_new=False, **{**present, **values})


def said(change: Change) -> list[tuple[str, str, str]]:
    return [(line.what, line.before, line.after) for line in change.lines]


def reread(user: User) -> User:
    return User.objects.select_related("company__portal", "profile").get(pk=user.pk)


class TestWhatIsOpened:
    def test_a_profile_says_line_by_line_what_it_opens_and_for_whom(
        self, administrator: User, profile: Profile, services: list[Service]
    ) -> None:
        for name in ("Ana01", "Beto02"):
            factories.user(administrator.company, username=name, profile=profile)
        Profile.objects.filter(pk=profile.pk).update(services=[services[0].pk])

        change = carry_out(
            administrator, save(profile, services=frozenset({services[1].pk}), options=frozenset({"see_own_rights"}))
        )

        assert said(change) == [
            ("Opciones", "Todo, también lo que llegue después", "Solo lo marcado"),
            ("Opciones · Mis productos", "Abierto", "Cerrado"),
            ("Opciones · Archivos exportados", "Abierto", "Cerrado"),
            ("Servicios · Pagos - Impuestos", "Abierto", "Cerrado"),
            ("Servicios · Pagos - Nómina", "Cerrado", "Abierto"),
        ]
        assert change.effect.splitlines() == [
            "2 usuarios pierden Mis productos; Archivos exportados; Pagos - Impuestos: Ana01, Beto02.",
            "2 usuarios ganan Pagos - Nómina: Ana01, Beto02.",
        ]
        row = Profile.objects.get(pk=profile.pk)
        assert (row.options, row.services) == (["see_own_rights"], [services[1].pk])

    def test_all_of_them_again_is_said_too(
        self, administrator: User, profile: Profile, services: list[Service]
    ) -> None:
        Profile.objects.filter(pk=profile.pk).update(services=[services[0].pk])

        change = carry_out(administrator, save(profile))

        assert said(change) == [
            ("Servicios", "Solo lo marcado", "Todo, también lo que llegue después"),
            ("Servicios · Pagos - Nómina", "Cerrado", "Abierto"),
        ]
        assert change.effect == "Ningún usuario tiene este perfil todavía."
        assert Profile.objects.get(pk=profile.pk).services is None

    @pytest.mark.parametrize(
        ("field", "wanted"), [("services", "of nobody"), ("services", "not contracted"), ("options", "edit_users")]
    )
    def test_what_the_company_has_not_contracted_is_refused(
        self, administrator: User, profile: Profile, services: list[Service], field: str, wanted: str
    ) -> None:
        key: dict[str, UUID | str] = {"of nobody": uuid4(), "not contracted": services[2].pk}

        with pytest.raises(ValidationError) as raised:
            propose(administrator, save(profile, **{field: frozenset({key.get(wanted, wanted)})}))

        assert set(raised.value.error_dict) == {field}

    def test_an_option_the_bank_keeps_from_the_company_is_no_choice(
        self, client_for: Clients, administrator: User, profile: Profile
    ) -> None:
        Company.objects.filter(pk=administrator.company_id).update(options=["see_own_rights"])

        page = client_for(administrator).get(reverse("users:edit-profile", args=[profile.pk]))

        assert [value for value, _label in page.context["form"].fields["options"].choices] == ["see_own_rights"]

    def test_what_is_applied_is_what_its_text_said(
        self, administrator: User, profile: Profile, services: list[Service]
    ) -> None:
        """From any choice to any other: each line's after is what the profile opens, and no line no change."""
        choices = [None, frozenset(), frozenset({services[0].pk}), frozenset({each.pk for each in services[:2]})]
        for before in choices:
            for after in choices:
                row = factories.profile(administrator.company, services=None if before is None else sorted(before))
                if before == after:
                    continue
                change = carry_out(administrator, save(row, services=after))
                moved = {line.row: line.after == "Abierto" for line in change.lines if line.group}
                kept = Profile.objects.get(pk=row.pk)
                for each in services[:2]:
                    assert kept.opens(each) == moved.get(each.name, before is None or each.pk in before)


class TestWhatItMeans:
    def test_permissions_are_those_of_role_profile_and_company(self, administrator: User, profile: Profile) -> None:
        user = factories.user(administrator.company, profile=profile)
        everything = reread(user).permissions
        Profile.objects.filter(pk=profile.pk).update(options=["see_own_rights", "export_lists"])
        by_profile = reread(user).permissions
        Company.objects.filter(pk=user.company_id).update(options=["see_own_rights"])

        assert everything == ROLE_PERMISSIONS["secondary"]
        assert by_profile == {Permission.OWN_ACCOUNT, Permission.SEE_OWN_RIGHTS, Permission.EXPORT_LISTS}
        assert reread(user).permissions == {Permission.OWN_ACCOUNT, Permission.SEE_OWN_RIGHTS}
        assert reread(administrator).permissions == frozenset(Permission)

    def test_a_closed_option_is_refused_and_nowhere_offered(
        self, client_for: Clients, administrator: User, profile: Profile
    ) -> None:
        user = factories.user(administrator.company, profile=profile)
        assigned(user, alias="CAHOSecreta")
        Profile.objects.filter(pk=profile.pk).update(options=[])
        client = client_for(user)

        home = client.get(reverse("home")).text
        inbox = client.get(reverse("inbox:messages")).text
        closed = ["products:own", "rights:own", "exports:files", "exports:messages"]

        assert [client.get(reverse(name)).status_code for name in closed] == [403] * 4
        assert "CAHOSecreta" not in home
        for name in closed:
            assert f'"{reverse(name)}"' not in home + inbox

    def test_a_closed_service_is_refused_by_its_own_rule_everywhere(
        self, client_for: Clients, administrator: User, profile: Profile, services: list[Service]
    ) -> None:
        user = factories.user(administrator.company, profile=profile)
        held = assigned(user)
        limit(user, services[0], held, amounts(10, 20, 30))
        held_token = token(user)
        carry_out(administrator, save(profile, services=frozenset({services[1].pk})))

        rights = rights_of(user.pk, timezone.now(), None, viewer=administrator)
        refused = [
            (check.rule, check.outcome, check.remedy, check.facts)
            for check in rights.operate(services[0], rights.products[0], Money(CENT, "COP")).refusals
        ]
        own = client_for(user, held_token).get(reverse("rights:own")).text
        limits = client_for(administrator).get(reverse("limits:user", args=[user.pk])).text

        assert refused == [("profile.service", "closed", "administrator", {"service": "Pagos - Impuestos"})]
        assert reread(user).missing_at(timezone.now()) == (Readiness.ENTERS, ["profile.service.closed"])
        assert "El perfil no abre este servicio: sus topes no se usan." in own
        assert "sus topes no se usan: Pagos - Impuestos" in limits

    def test_a_profile_that_opens_nothing_is_so_on_purpose(
        self, administrator: User, profile: Profile, services: list[Service], client_for: Clients
    ) -> None:
        user = factories.user(administrator.company, profile=profile)
        token(user)
        carry_out(administrator, save(profile, services=frozenset()))

        home = client_for(administrator).get(reverse("home")).text

        assert "profile.service.none" in reread(user).missing
        assert f'href="{reverse("users:main", args=[user.pk])}"' not in home

    def test_another_profile_tells_what_the_user_loses_and_gains(
        self, administrator: User, profile: Profile, services: list[Service]
    ) -> None:
        user = factories.user(administrator.company, username="Ana01", profile=profile)
        other = factories.profile(administrator.company, services=[services[1].pk], options=["see_own_rights"])
        texts = {name: getattr(user, name) for name in ("first_names", "first_surname", "second_surname")}

        change = carry_out(administrator, EditMain(user=user.pk, profile=other.pk, texts=texts))

        assert change.effect.splitlines()[1:] == [
            "1 usuario pierde Mis productos; Archivos exportados; Pagos - Impuestos: Ana01."
        ]


class TestThePage:
    def test_what_is_ticked_is_proposed(
        self, client_for: Clients, administrator: User, profile: Profile, services: list[Service]
    ) -> None:
        values = {"name": "Tesorería", "operating_role": "both", "every_option": "on", "form_key": str(uuid4())}

        client_for(administrator).post(
            reverse("users:edit-profile", args=[profile.pk]), {**values, "services": [str(services[0].pk)]}
        )

        assert said(Change.objects.get()) == [
            ("Servicios", "Todo, también lo que llegue después", "Solo lo marcado"),
            ("Servicios · Pagos - Nómina", "Abierto", "Cerrado"),
        ]

    def test_whoever_takes_back_all_of_them_goes_on_from_all(
        self, client_for: Clients, administrator: User, profile: Profile, services: list[Service]
    ) -> None:
        form = client_for(administrator).get(reverse("users:edit-profile", args=[profile.pk])).context["form"]

        assert form["services"].value() == [str(each.pk) for each in services[:2]]
        assert [(name, len(boxes)) for name, boxes in form.service_groups()] == [("Pagos", 2)]


class TestRetiring:
    def test_its_users_move_by_the_same_signature_and_each_is_told(
        self, administrator: User, profile: Profile, services: list[Service]
    ) -> None:
        users = [factories.user(administrator.company, username=name, profile=profile) for name in ("beto02", "Ana01")]
        limit(users[0], services[0], assigned(users[0]), amounts(1, 2, 3))
        token(users[0])
        other = factories.profile(
            administrator.company, name="Consulta", operating_role="both", services=[services[1].pk]
        )

        change = carry_out(administrator, RetireProfile(profile=profile.pk, target=other.pk))

        assert said(change) == [
            ("Estado", "Activo", "Retirado"),
            ("Usuarios · Ana01", "Tesorería", "Consulta"),
            ("Usuarios · beto02", "Tesorería", "Consulta"),
        ]
        assert change.effect == "2 usuarios pierden Pagos - Impuestos: Ana01, beto02."
        assert {reread(user).profile_id for user in users} == {other.pk}
        assert reread(users[0]).missing == ["profile.service.closed"]
        assert Profile.objects.get(pk=profile.pk).is_retired

    def test_whoever_has_it_keeps_it_but_nobody_else_gets_it(
        self, client_for: Clients, administrator: User, profile: Profile
    ) -> None:
        user = factories.user(administrator.company, username="Ana01", profile=profile)
        other = factories.user(administrator.company, profile=factories.profile(administrator.company))

        change = carry_out(administrator, RetireProfile(profile=profile.pk, target=None))

        names = {"first_names": "Ana", "first_surname": "Daza", "second_surname": ""}
        client = client_for(administrator)
        choices = [
            profile in client.get(reverse(name, args=args)).context["form"].fields["profile"].queryset
            for name, args in (("users:main", [user.pk]), ("users:main", [other.pk]), ("users:create", []))
        ]
        kept = carry_out(administrator, EditMain(user=user.pk, profile=profile.pk, texts=names))
        with pytest.raises(ValidationError) as raised:
            propose(administrator, EditMain(user=other.pk, profile=profile.pk, texts=names))
        with pytest.raises(ValidationError) as new:
            propose(administrator, CreateUser(user=uuid4(), profile=profile.pk, texts=GOOD, receives_alerts=False))
        assert change.effect == "1 usuario lo conserva: Ana01."
        assert (kept.state, reread(user).profile_id) == ("applied", profile.pk)
        assert choices == [True, False, False]
        assert [set(error.value.error_dict) for error in (raised, new)] == [{"profile"}, {"profile"}]

    def test_the_last_one_that_can_be_given_stays(self, administrator: User, profile: Profile) -> None:
        factories.profile(administrator.company, state="retired")

        with pytest.raises(ValidationError) as raised:
            propose(administrator, RetireProfile(profile=profile.pk, target=None))

        assert raised.value.code == "last"

    @pytest.mark.parametrize("wrong", ["itself", "retired", "of a neighbour"])
    def test_users_move_only_to_a_profile_that_can_be_given(
        self, administrator: User, profile: Profile, wrong: str
    ) -> None:
        factories.profile(administrator.company)
        target = {
            "itself": profile,
            "retired": factories.profile(administrator.company, state="retired"),
            "of a neighbour": factories.profile(factories.company()),
        }[wrong]

        with pytest.raises(ValidationError) as raised:
            propose(administrator, RetireProfile(profile=profile.pk, target=target.pk))

        assert set(raised.value.error_dict) == {"target"}

    def test_a_user_who_came_meanwhile_makes_it_out_of_date(self, administrator: User, profile: Profile) -> None:
        other = factories.profile(administrator.company)
        change = propose(administrator, RetireProfile(profile=profile.pk, target=other.pk))
        user = factories.user(administrator.company, profile=profile)

        assert confirm(administrator, change).state == "stale"
        assert (reread(user).profile_id, Profile.objects.get(pk=profile.pk).is_retired) == (profile.pk, False)

    def test_the_users_of_a_retired_one_can_still_be_moved_and_it_comes_back(
        self, administrator: User, profile: Profile
    ) -> None:
        user = factories.user(administrator.company, username="Ana01", profile=profile)
        other = factories.profile(administrator.company, name="Consulta")
        carry_out(administrator, RetireProfile(profile=profile.pk, target=None))

        moving = carry_out(administrator, RetireProfile(profile=profile.pk, target=other.pk))
        back = carry_out(administrator, RestoreProfile(profile=profile.pk))

        assert said(moving) == [("Usuarios · Ana01", "Tesorería", "Consulta")]
        assert said(back) == [("Estado", "Retirado", "Activo")]
        assert (reread(user).profile_id, Profile.objects.get(pk=profile.pk).is_retired) == (other.pk, False)
        told = AuditEvent.objects.filter(event__startswith="profile.").order_by("pk")
        assert list(told.values_list("event", flat=True))[-2:] == [
            "profile.retired",
            "profile.restored",
        ]

    def test_the_page_says_who_has_it_and_proposes(
        self, client_for: Clients, administrator: User, profile: Profile
    ) -> None:
        factories.user(administrator.company, username="Ana01", profile=profile)
        other = factories.profile(administrator.company)
        client, url = client_for(administrator), reverse("users:retire-profile", args=[profile.pk])

        page = client.get(url).text
        for _ in range(2):
            client.post(url, {"target": str(other.pk), "form_key": str(UUID(int=7))})

        assert "1 usuario tiene este perfil" in page
        assert "Ana01" in page
        assert Change.objects.get().title == "Retirar el perfil Tesorería"

    def test_bringing_back_what_is_in_use_says_that_nothing_changes(
        self, client_for: Clients, administrator: User, profile: Profile
    ) -> None:
        url = reverse("users:restore-profile", args=[profile.pk])

        answer = client_for(administrator).post(url, {"form_key": str(uuid4())})

        assert answer["Location"] == reverse("users:edit-profile", args=[profile.pk])
        assert not Change.objects.exists()


class TestTheList:
    def test_says_what_each_opens_and_whether_it_is_retired(
        self, client_for: Clients, administrator: User, profile: Profile
    ) -> None:
        Profile.objects.filter(pk=profile.pk).update(options=["see_own_rights"], services=[], state="retired")
        factories.user(administrator.company, profile=profile)
        factories.profile(administrator.company, name="Abierto")

        asked = client_for(administrator).get(reverse("users:profiles")).context["asked"]

        assert next(iter(asked.batches(10))) == [
            ["Abierto", "Operador", 0, "Todo", "Todo", "Activo"],
            ["Tesorería", "Ambos", 1, "1", "0", "Retirado"],
        ]

    def test_asks_as_often_for_thirty_as_for_one(
        self, client_for: Clients, administrator: User, profile: Profile, django_assert_num_queries: Any
    ) -> None:
        client, url = client_for(administrator), reverse("users:profiles")
        client.get(url)
        with CaptureQueriesContext(connection) as one:
            client.get(url)
        with factories.decided_at_the_end():
            for _ in range(29):
                factories.user(administrator.company, profile=factories.profile(administrator.company))

        with django_assert_num_queries(len(one)):
            assert client.get(url, {"ver": "50"}).context["asked"].count == 30

    def test_a_copy_begins_with_everything_but_the_name(
        self, client_for: Clients, administrator: User, profile: Profile, services: list[Service]
    ) -> None:
        Profile.objects.filter(pk=profile.pk).update(options=["see_own_rights"], services=[services[0].pk])
        factories.profile(administrator.company, name="tesorería 2")

        form = client_for(administrator).get(reverse("users:copy-profile", args=[profile.pk])).context["form"]

        names = ("name", "operating_role", "every_option", "options", "every_service", "services")
        assert [form[name].value() for name in names] == [
            *("Tesorería 3", "both", False, ["see_own_rights"], False, [str(services[0].pk)])
        ]
