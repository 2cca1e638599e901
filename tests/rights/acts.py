"""Everything that is done to a person, to what they have and to what bounds it, by whoever does it. Call it inside the
bank's scope; an act that a rule forbids raises ValidationError."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError

from accounts.back_office import services as back_office
from accounts.passwords.changes import GeneratePassword
from accounts.passwords.services import change_own_password, choose_own_image
from accounts.profiles.changes import SaveProfile
from accounts.sign_in.services import count_attempt, give_back_attempt
from accounts.states.changes import SetState
from accounts.users.changes import CreateUser, EditMain
from audit.authority import Authority
from changes.kinds import Proposable
from changes.services import apply_unsigned
from directory.enums import OperatingRole, SecurityImage, UserState
from directory.models import Profile, Service, User
from limits.changes import SetCeilings, SetUserLimits, WantedCeiling, WantedLimit
from limits.models import CompanyCeiling
from limits.rules import NOTHING
from limits.selectors import contracted_services
from limits.services import save_service, set_bank_maximum, snapshot_of
from products.changes import AssignProducts, EnableForCompany
from products.enums import BankState
from products.models import Product
from products.selectors import effective_products
from products.services import save_product
from tests import factories
from tests.limits.factories import CEILING, amounts, ceiling, service
from tests.limits.factories import limit as hold
from tests.products.factories import assign as give
from tests.products.factories import product
from tests.support.clock import Clock
from tests.tokens.factories import token
from tokens import services as tokens
from tokens.models import Token

SMALL = amounts(100, 500, 900)
PASSWORDS = [f"una frase larga y clara {number}" for number in range(40)]


@dataclass
class Stage:
    """A company with an administrator and two people, one to whom nothing is missing and one who has just begun; two of
    everything else, and one product in another currency."""

    clock: Clock
    administrator: User
    people: list[User]
    profiles: list[Profile]
    services: list[Service]
    products: list[Product]
    tokens: list[Token]

    def person(self, number: int) -> User:
        """As they are now."""
        return User.objects.select_related("company__portal", "profile").get(pk=self.people[number % 2].pk)

    def change(self, wanted: Proposable) -> None:
        maker = User.objects.select_related("company__portal").get(pk=self.administrator.pk)
        apply_unsigned(wanted, maker=maker, authority=Authority.of_demo(maker))


def stage(clock: Clock) -> Stage:
    company = factories.company()
    profiles = [factories.profile(company, operating_role=role) for role in ("operator", "supervisor")]
    services = [service(), service()]
    for each in services:
        ceiling(company, each)
    products = [product(company, currency=currency) for currency in ("COP", "COP", "USD")]
    working = factories.user(company, profile=profiles[0])
    give(working, products[0])
    hold(working, services[0], products[0], SMALL)
    beginning = factories.user(
        company, profile=profiles[1], state="pending", credential_state="none", security_image=""
    )
    return Stage(
        clock=clock,
        administrator=factories.administrator(company),
        people=[working, beginning],
        profiles=profiles,
        services=services,
        products=products,
        tokens=[token(working), token(company=company), token(company=company, kind="physical")],
    )


def set_state(on: Stage, number: int) -> None:
    state = (UserState.ACTIVE, UserState.INACTIVE)[number // 2 % 2]
    on.change(SetState(user=on.person(number).pk, state=state))


def unlock(on: Stage, number: int) -> None:
    back_office.unlock_user(authority=Authority.of_command(), user_id=on.person(number).pk)


def guess_wrong(on: Stage, number: int) -> None:
    for _ in range(5 if number % 3 else 1):
        count_attempt(on.person(number))


def sign_in_at_the_last_try(on: Stage, number: int) -> None:
    give_back_attempt(on.person(number))


def generate_password(on: Stage, number: int) -> None:
    on.change(GeneratePassword(user=on.person(number).pk, activate=number % 3 == 0))


def choose_password(on: Stage, number: int) -> None:
    person = on.person(number)
    User.objects.filter(pk=person.pk).update(password=make_password(PASSWORDS[0]))
    person.refresh_from_db(fields=["password"])
    change_own_password(actor=person, entered_at=None, present=PASSWORDS[0], new=PASSWORDS[1 + number % 39])


def choose_image(on: Stage, number: int) -> None:
    choose_own_image(actor=on.person(number), image=SecurityImage.KITE)


def hand_over(on: Stage, number: int) -> None:
    given = on.tokens[number // 2 % 3]
    tokens.assign_to(authority=Authority.of_command(), token=given, user=on.person(number))


def move_token(on: Stage, number: int) -> None:
    ways: list[Callable[..., object]] = [
        tokens.mark_enrolled,
        tokens.activate,
        tokens.activate,
        tokens.block,
        tokens.unblock,
        tokens.release,
        tokens.report_lost,
    ]
    ways[number // 2 % len(ways)](authority=Authority.of_command(), token=on.tokens[number % 3])


def lift_requirement(on: Stage, number: int) -> None:
    """As it goes for whose token has to be blocked first."""
    for active in Token.objects.filter(user=on.person(number), state="active"):
        tokens.block(authority=Authority.of_command(), token=active)
    tokens.lift_requirement(authority=Authority.of_command(), user=on.person(number))


def save_profile(on: Stage, number: int) -> None:
    profile = on.profiles[number % 2]
    role = OperatingRole(OperatingRole.values[number // 2 % 3])
    opened = frozenset(each.pk for place, each in enumerate(on.services) if number >> place & 1)
    contracted = frozenset(contracted_services(on.administrator).values_list("pk", flat=True))
    services = opened & contracted if number % 3 else None
    on.change(SaveProfile(profile=profile.pk, is_new=False, name=profile.name, operating_role=role, services=services))


def edit_profile_of(on: Stage, number: int) -> None:
    person = on.person(number)
    names = {name: getattr(person, name) for name in person.portal.edition.texts_on("main") if name != "username"}
    on.change(EditMain(user=person.pk, profile=on.profiles[number // 2 % 2].pk, texts=names))


def assign(on: Stage, number: int) -> None:
    chosen = [each.pk for place, each in enumerate(on.products) if number >> place & 1 and each.is_enabled]
    on.change(AssignProducts(user=on.person(number).pk, products=frozenset(chosen)))


def enable(on: Stage, number: int) -> None:
    chosen = frozenset(each.pk for place, each in enumerate(on.products) if number >> place & 1)
    on.change(EnableForCompany(enabled=chosen))


def close_or_open(on: Stage, number: int) -> None:
    row = Product.objects.get(pk=on.products[number % 3].pk)
    row.bank_state = BankState.values[number // 3 % len(BankState.values)]
    save_product(authority=Authority.of_command(), product=row)


def limit(on: Stage, number: int) -> None:
    person = on.person(number)
    held = effective_products(person, person)
    if not held:
        raise ValidationError("there is nothing to limit")
    offered, chosen = on.services[number // 2 % 2], held[number // 4 % len(held)]
    wanted = WantedLimit(offered.pk, chosen.pk, SMALL if number // 4 % 3 else NOTHING)
    on.change(SetUserLimits(user=person.pk, limits=(wanted,)))


def lower_ceiling(on: Stage, number: int) -> None:
    wanted = WantedCeiling(on.services[number % 2].pk, NOTHING if number // 2 % 2 else SMALL)
    on.change(SetCeilings(ceilings=(wanted,)))


def change_maximum(on: Stage, number: int) -> None:
    service, maximum = on.services[number % 2], CEILING if number // 2 % 3 else NOTHING
    authority = Authority.of_command()
    set_bank_maximum(authority=authority, company=on.administrator.company, service=service, maximum=maximum)
    row = CompanyCeiling.objects.get(company=on.administrator.company, service=service)
    assert row.bank_amounts == maximum


def make_monetary_or_not(on: Stage, number: int) -> None:
    row = Service.objects.get(pk=on.services[number % 2].pk)
    before = snapshot_of(row)
    row.is_monetary = bool(number // 2 % 3)
    save_service(authority=Authority.of_command(), service=row, before=before)


def create(on: Stage, number: int) -> None:
    known = on.people[0]
    texts = {name: getattr(known, name) for name in known.portal.edition.texts}
    name = {"username": f"nuevo{uuid4().hex[:8]}", "id_number": str(1_000_000 + number)}
    new = CreateUser(user=uuid4(), profile=on.profiles[0].pk, texts={**texts, **name}, receives_alerts=False)
    on.change(new)
    on.people[number % 2] = User.objects.get(pk=new.user)


def let_time_pass(on: Stage, number: int) -> None:
    on.clock.forward(hours=(1, 23, 26, 24 * 80, 24 * 100)[number % 5])


ACTS: tuple[Callable[[Stage, int], None], ...] = (
    set_state,
    unlock,
    guess_wrong,
    sign_in_at_the_last_try,
    generate_password,
    choose_password,
    choose_image,
    hand_over,
    move_token,
    lift_requirement,
    save_profile,
    edit_profile_of,
    assign,
    enable,
    close_or_open,
    limit,
    lower_ceiling,
    change_maximum,
    make_monetary_or_not,
    create,
    let_time_pass,
)
