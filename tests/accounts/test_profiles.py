"""Perfiles (S1-035): what a profile opens, what changes for whom, and who sees it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.profiles.changes import SaveProfile
from accounts.users.changes import EditMain
from changes.models import Change
from directory.enums import OperatingRole, Readiness
from directory.models import Company, Profile, Service, User
from directory.permissions import ROLE_PERMISSIONS, Permission
from limits.money import CENT, Money
from rights.selectors.rights import rights_of
from tests import factories
from tests.accounts.confirming import carry_out, propose
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
            "2 usuarios pierden Mis productos, Archivos exportados, Pagos - Impuestos: Ana01, Beto02.",
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
            "1 usuario pierde Mis productos, Archivos exportados, Pagos - Impuestos: Ana01."
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
