"""What a profile's new users begin with: signed on its page, offered in Crear Nuevo."""

from collections.abc import Callable
from datetime import time
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.profiles.changes import SetTemplate, WantedAmounts
from accounts.profiles.selectors import Template, template_of
from accounts.set_up.steps import NEW_USER, offered_again
from changes.kinds import Composite
from changes.models import Change, Draft
from changes.selectors import parts_of
from directory.models import Profile, Service, User
from limits.changes import SetUserLimits, WantedLimit
from limits.models import CompanyCeiling
from products.changes import AssignProducts
from products.models import Product, ProfileKind
from schedules.changes import SetCompanySchedule, SetUserSchedule
from schedules.rules import Week, Window
from tenancy import context
from tests import factories
from tests.accounts.confirming import carry_out, confirm, propose
from tests.accounts.test_set_up import sent, step
from tests.directory.test_people_rules import GOOD
from tests.limits.factories import amounts, ceiling, product, service
from tests.schedules.factories import OFFICE_WEEK
from tests.support.client import Client

pytestmark = pytest.mark.usefixtures("bank_scope")
Clients = Callable[..., Client]


@pytest.fixture
def services(administrator: User) -> list[Service]:
    found = [service(name=name, group="Pagos") for name in ("Pagos - Impuestos", "Pagos - Nómina")]
    for each in found:
        ceiling(administrator.company, each)
    return found


@pytest.fixture
def products(administrator: User) -> list[Product]:
    return [product(administrator.company, kind=kind) for kind in ("savings", "checking")]


@pytest.fixture
def profile(administrator: User) -> Profile:
    return factories.profile(administrator.company, name="Tesorería", operating_role="both")


@pytest.fixture
def templated(administrator: User, profile: Profile, services: list[Service], products: list[Product]) -> Profile:
    """Savings accounts, limits in both services, office hours."""
    carry_out(administrator, template(profile, services))
    return profile


def template(profile: Profile, services: list[Service], **values: Any) -> SetTemplate:
    limits = tuple(WantedAmounts(each.pk, amounts(10, 20, 30)) for each in services)
    wanted = {"kinds": frozenset({"savings"}), "limits": limits, "week": OFFICE_WEEK, **values}
    return SetTemplate(profile=profile.pk, **wanted)


def begun(client: Client, profile: Profile, **values: str) -> Draft:
    typed = {**GOOD, "profile": str(profile.pk), "form_key": str(uuid4()), **values}
    client.post(reverse("users:create"), typed)
    return Draft.objects.get(title=typed["username"])


def kept(draft: Draft) -> dict[str, Any]:
    return {part.key: part for part in parts_of(Draft.objects.get(pk=draft.pk))}


class TestSigning:
    def test_it_is_signed_line_by_line_and_kept(
        self, administrator: User, profile: Profile, services: list[Service]
    ) -> None:
        change = carry_out(administrator, template(profile, services[:1]))

        said = [(line.what, line.before, line.after, line.kind) for line in change.lines]
        assert said[:4] == [
            ("Productos · Cuenta Ahorros", "No incluidos", "Incluidos", "added"),
            ("Topes · Pagos - Impuestos · Transacción", "0.00", "10.00", "raised"),
            ("Topes · Pagos - Impuestos · Diario", "0.00", "20.00", "raised"),
            ("Topes · Pagos - Impuestos · Mensual", "0.00", "30.00", "raised"),
        ]
        assert said[4] == ("Días y Horarios", "Los de la empresa", "Propios", "changed")
        assert template_of(profile) == Template(
            frozenset({"savings"}), {services[0].pk: amounts(10, 20, 30)}, OFFICE_WEEK
        )

    def test_saying_the_same_again_changes_nothing_and_nothing_takes_it_all_back(
        self, administrator: User, templated: Profile, services: list[Service]
    ) -> None:
        with pytest.raises(ValidationError) as raised:
            propose(administrator, template(templated, services))

        change = carry_out(administrator, SetTemplate(profile=templated.pk, kinds=frozenset(), limits=(), week=None))

        assert raised.value.code == "unchanged"
        assert {line.kind for line in change.lines} == {"removed", "lowered", "changed"}
        assert template_of(templated) == Template()

    @pytest.mark.parametrize(
        ("values", "where"),
        [
            ({"limits": amounts(1, 2, 10**12)}, "month"),
            ({"limits": amounts(20, 10, 30)}, "day"),
            ({"kinds": frozenset({"gold"})}, ""),
            ({"service": "of nobody"}, ""),
        ],
    )
    def test_it_stays_within_ceilings_and_catalogue(
        self, administrator: User, profile: Profile, services: list[Service], values: dict[str, Any], where: str
    ) -> None:
        key = uuid4() if "service" in values else services[0].pk
        limits = (WantedAmounts(key, values.get("limits", amounts(1, 2, 3))),)

        with pytest.raises(ValidationError) as raised:
            propose(administrator, template(profile, [], limits=limits, kinds=values.get("kinds", frozenset())))

        fields = set(getattr(raised.value, "error_dict", {}))
        assert {name.partition(".")[2] for name in fields} == ({where} if where else set())

    def test_a_week_outside_the_companys_is_refused_by_its_day(
        self, administrator: User, profile: Profile, client_for: Clients
    ) -> None:
        carry_out(administrator, template(profile, []))
        short = Week((Window(time(9), time(12)),) * 7, True, True, True, True)
        carry_out(administrator, SetCompanySchedule(week=short))

        with pytest.raises(ValidationError) as raised:
            propose(administrator, template(profile, [], kinds=frozenset()))

        assert "monday_start" in raised.value.error_dict or "monday_end" in raised.value.error_dict

    def test_a_template_changed_meanwhile_makes_it_out_of_date(
        self, administrator: User, profile: Profile, services: list[Service]
    ) -> None:
        waiting = propose(administrator, template(profile, services))
        carry_out(factories.administrator(administrator.company), template(profile, services[:1]))

        assert confirm(administrator, waiting).state == "stale"

    def test_the_page_proposes_what_was_filled_in(
        self, client_for: Clients, administrator: User, profile: Profile, services: list[Service]
    ) -> None:
        url = reverse("users:profile-template", args=[profile.pk])
        code = services[0].code
        filled = {f"{code}.transaction": "5.00", f"{code}.day": "6.00", f"{code}.month": "7.00", "kinds": ["savings"]}

        answer = sent(client_for(administrator), url, **filled)

        assert answer["Location"].startswith("/autorizaciones/")
        assert [line.what for line in Change.objects.get().lines] == [
            "Productos · Cuenta Ahorros",
            *(f"Topes · Pagos - Impuestos · {period}" for period in ("Transacción", "Diario", "Mensual")),
        ]

    def test_the_page_says_what_is_wrong_beside_its_field(
        self, client_for: Clients, administrator: User, profile: Profile, services: list[Service]
    ) -> None:
        url = reverse("users:profile-template", args=[profile.pk])

        answer = sent(
            client_for(administrator), url, **{f"{services[0].code}.day": "6.00", "has_hours": "on", "monday_start": ""}
        )

        assert set(answer.context["form"].errors) == {
            f"{services[0].code}.transaction",
            f"{services[0].code}.month",
            "monday_start",
        }

    def test_a_copy_carries_it_along(
        self, client_for: Clients, administrator: User, templated: Profile, services: list[Service]
    ) -> None:
        sent(client_for(administrator), reverse("users:copy-profile", args=[templated.pk]))

        change = confirm(administrator, Change.objects.get(state="proposed"))

        copy = Profile.objects.get(name="Tesorería 2")
        assert change.state == "applied"
        assert template_of(copy) == template_of(templated)

    def test_another_companys_profile_takes_no_row(self, administrator: User, profile: Profile) -> None:
        neighbour = factories.profile(factories.company())

        with context.bank(), pytest.raises(IntegrityError), transaction.atomic():
            ProfileKind.objects.create(company=profile.company, profile=neighbour, kind="savings")
            connection.check_constraints()


class TestCreatingAUser:
    def test_what_the_template_offers_is_filled_in(
        self,
        client_for: Clients,
        administrator: User,
        templated: Profile,
        services: list[Service],
        products: list[Product],
    ) -> None:
        draft = begun(client_for(administrator), templated)

        savings = products[0].pk
        found = kept(draft)
        assert found["products.assign"] == AssignProducts(user=draft.subject, products=frozenset({savings}))
        assert found["limits.set_for_user"] == SetUserLimits(
            user=draft.subject,
            limits=tuple(WantedLimit(each.pk, savings, amounts(10, 20, 30)) for each in services),
        )
        assert found["schedules.set_for_user"] == SetUserSchedule(user=draft.subject, week=OFFICE_WEEK)

    def test_it_is_cut_by_ceilings_and_by_what_the_profile_opens_and_holds_when_signed(
        self,
        client_for: Clients,
        administrator: User,
        templated: Profile,
        services: list[Service],
        products: list[Product],
    ) -> None:
        CompanyCeiling.objects.filter(service=services[0]).update(transaction=5, day=6, month=7)
        Profile.objects.filter(pk=templated.pk).update(services=[services[0].pk])
        draft = begun(client_for(administrator), templated)

        change = carry_out(administrator, Composite(changes=tuple(parts_of(draft))))

        assert kept(draft)["limits.set_for_user"].limits == (
            WantedLimit(services[0].pk, products[0].pk, amounts(5, 6, 7)),
        )
        assert change.state == "applied"

    def test_other_products_get_the_limits_and_typed_limits_win(
        self,
        client_for: Clients,
        administrator: User,
        templated: Profile,
        services: list[Service],
        products: list[Product],
    ) -> None:
        client = client_for(administrator)
        draft = begun(client, templated)

        sent(client, step(draft, "productos"), products=[str(products[1].pk)])
        followed = {limit.product for limit in kept(draft)["limits.set_for_user"].limits}
        client.post(reverse("users:draft-skip", args=[draft.pk, "topes"]))
        sent(client, step(draft, "productos"), products=[str(each.pk) for each in products])

        assert followed == {products[1].pk}
        assert "limits.set_for_user" not in kept(draft)

    def test_another_profile_brings_its_own_and_leaves_what_was_typed(
        self,
        client_for: Clients,
        administrator: User,
        templated: Profile,
        services: list[Service],
        products: list[Product],
    ) -> None:
        client = client_for(administrator)
        other = factories.profile(administrator.company)
        draft = begun(client, templated)
        sent(client, step(draft, "productos"), products=[str(products[1].pk)])

        sent(client, step(draft, "datos"), profile=str(other.pk))

        assert set(kept(draft)) == {"users.create", "products.assign"}
        assert kept(draft)["products.assign"].products == {products[1].pk}

    def test_a_copy_of_a_user_wins_over_the_template(
        self, client_for: Clients, administrator: User, templated: Profile, products: list[Product]
    ) -> None:
        client, source = client_for(administrator), factories.user(administrator.company, profile=templated)
        answer = client.post(reverse("users:copy", args=[source.pk]))
        filled = {name: value for name, value in GOOD.items() if name != "second_surname"}

        sent(client, answer["Location"], **filled)

        assert set(kept(Draft.objects.get())) == {"users.create", "passwords.generate"}


USER = uuid4()
CHOICES = st.lists(st.sampled_from([uuid4() for _ in range(3)]), max_size=2).map(frozenset)


@given(CHOICES, CHOICES, CHOICES)
def test_what_somebody_chose_is_never_replaced(held: Any, before: Any, now: Any) -> None:
    parts, was, offered = ([AssignProducts(user=USER, products=each)] for each in (held, before, now))

    found = list(offered_again(parts, NEW_USER, was, offered))

    assert found == (offered if held == before else parts)
