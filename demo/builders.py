"""How the demo makes people, tokens, products and amounts: through the portal's own services, so its rules hold."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.back_office.services import create_administrator, create_company, create_staff
from accounts.models import PastPassword
from accounts.users.services import create_user
from audit.authority import Authority
from audit.enums import Event
from audit.services import record_write, target_of
from demo.accounts import Account
from directory.editions import OCCIRED
from directory.enums import CredentialState, OperatingRole, UserState
from directory.models import Company, Profile, Service, User
from directory.rules.people import cleaned
from limits.rules import Amounts
from limits.services import set_bank_maximum, set_user_limits
from products.enums import ProductKind
from products.models import Product
from products.services import assign_products, enable_for_company, save_product
from tokens.enums import TokenKind
from tokens.models import Token
from tokens.services import life

PASSWORD_HOLDS = timedelta(days=3650)
MAXIMUM = Amounts(Decimal(50_000_000), Decimal(200_000_000), Decimal(1_000_000_000))
SERVICES = (
    ("pagos-terceros", "Pagos - A Terceros"),
    ("pagos-impuestos", "Pagos - Impuestos"),
    ("transferencias", "Transferencias - Internas, Aval y otros Bancos"),
)


class Person(NamedTuple):
    """Whoever works at one of the demo's companies; what is not said here is the same for all of the company."""

    username: str
    first_names: str
    first_surname: str
    second_surname: str
    id_number: str
    mobile: str
    email: str = ""
    profile: str = "Consulta"


class Item(NamedTuple):
    """A product; `enabled` is for the company, the first of the two levels (S0-10)."""

    kind: ProductKind
    alias: str
    number: str
    enabled: bool = True


def values_of(person: Person, *, domain: str, city: Mapping[str, str]) -> dict[str, str]:
    """Every field as a form would send it. Raises ValidationError when the demo breaks a rule of the portal."""
    typed = {
        "username": person.username,
        "first_names": person.first_names,
        "first_surname": person.first_surname,
        "second_surname": person.second_surname,
        "id_type": "CC",
        "id_number": person.id_number,
        "email": person.email or f"{person.username.lower()}@{domain}",
        "mobile": person.mobile,
        "office_extension": "",
        **city,
    }
    return cleaned(typed, "CO", OCCIRED.optional_fields)


def make_staff(values: Mapping[str, str], *, account: Account, image: str) -> User:
    """The first of the bank's people: nobody made them."""
    staff = create_staff(authority=Authority.of_demo(None), values=values, is_superuser=True)
    give_password(staff, account.password, image)
    give_token(actor=staff, user=staff, serial=account.serial, secret=account.secret)
    return staff


def make_company(*, actor: User, company: Company) -> Company:
    return create_company(authority=Authority.of_demo(actor), company=company)


def make_administrator(
    *, actor: User, company: Company, values: Mapping[str, str], account: Account, kind: TokenKind, image: str
) -> User:
    """Somebody who can sign in at once: with a password of their own and an active token."""
    user = create_administrator(authority=Authority.of_demo(actor), company=company, values=values)
    give_password(user, account.password, image)
    give_token(actor=actor, user=user, serial=account.serial, secret=account.secret, kind=kind)
    return user


def make_profile(company: Company, name: str, operating_role: OperatingRole) -> Profile:
    return Profile.objects.create(company=company, name=name, operating_role=operating_role)


def make_user(*, actor: User, values: Mapping[str, str], profile: str, state: UserState) -> User:
    authority = Authority.of_demo(actor)
    user = create_user(
        authority=authority,
        company=actor.company,
        user_id=uuid4(),
        values=values,
        profile=Profile.objects.of(actor).get(name=profile),
        receives_alerts=False,
    )
    user.state = state
    user.save(update_fields=["state"])
    record_write(authority, Event.USER_CREATED, company_id=user.company_id, target=target_of(user), after=dict(values))
    return user


def give_password(user: User, password: str, image: str) -> None:
    now = timezone.now()
    user.password = make_password(password)
    user.credential_state = CredentialState.PERMANENT
    user.state = UserState.ACTIVE
    user.password_set_at, user.password_expires_at = now, now + PASSWORD_HOLDS
    user.security_image = image
    user.save()
    PastPassword.objects.create(company=user.company, user=user, hash=user.password, set_at=now)


def give_token(
    *,
    actor: User,
    user: User,
    serial: str,
    secret: bytes | None = None,
    kind: TokenKind = TokenKind.VIRTUAL,
    since: date | None = None,
) -> Token:
    """An active token; `since` is the day its state last changed, as the guide's list says (S2-20)."""
    authority = Authority.of_demo(actor)
    token = life.add_token(authority=authority, serial=serial, company=user.company, kind=kind, secret=secret)
    life.assign_to(authority=authority, token=token, user=user)
    if kind == TokenKind.VIRTUAL:
        life.mark_enrolled(authority=authority, token=token)
    token = life.activate(authority=authority, token=token)
    if since:
        at = datetime.combine(since, time(9, 30), ZoneInfo("America/Bogota"))
        Token.objects.filter(pk=token.pk).update(updated_at=at)
    return token


def stock_token(*, actor: User, company: Company, serial: str) -> Token:
    """A virtual token of the company's that nobody has."""
    authority = Authority.of_demo(actor)
    return life.add_token(authority=authority, serial=serial, company=company, kind=TokenKind.VIRTUAL)


def make_products(*, actor: User, company: Company, items: Sequence[Item], enabled_by: User) -> list[Product]:
    products = []
    for item in items:
        product = Product(company=company, kind=item.kind, number=item.number, alias=item.alias, currency="COP")
        save_product(authority=Authority.of_demo(actor), product=product)
        products.append(product)
    enabled = [product for product, item in zip(products, items, strict=True) if item.enabled]
    enable_for_company(authority=Authority.of_demo(enabled_by), enabled=enabled, disabled=[])
    return products


def make_services() -> list[Service]:
    """The guide's catalogue (S1-087)."""
    return [
        Service.objects.get_or_create(
            edition=OCCIRED.code,
            code=code,
            defaults={"group": "Servicios Monetarios", "name": name, "position": position},
        )[0]
        for position, (code, name) in enumerate(SERVICES, start=1)
    ]


def contract(*, actor: User, company: Company, services: Iterable[Service]) -> None:
    """The company's amounts by service, at the bank's maximum."""
    for service in services:
        set_bank_maximum(authority=Authority.of_demo(actor), company=company, service=service, maximum=MAXIMUM)


def entitle(
    *, actor: User, user: User, products: Sequence[Product], services: Iterable[Service], amounts: Amounts
) -> None:
    """Products, and the same amounts on each of them in each service."""
    authority = Authority.of_demo(actor)
    assign_products(authority=authority, user=user, added=products, removed=[])
    limits = {(service.pk, product.pk): amounts for service in services for product in products}
    set_user_limits(authority=authority, user=user, limits=limits)
