"""How the demo makes people, tokens, products and amounts: through the portal's own services, so its rules apply."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.back_office.services import create_administrator, create_company, create_staff, set_user_state
from accounts.models import PastPassword
from accounts.passwords.services import choose_own_image
from accounts.profiles.changes import SaveProfile
from accounts.states.changes import SetState
from accounts.users.changes import CreateUser
from audit.authority import Authority
from audit.enums import Event
from audit.services import save_record
from changes.kinds import ChangeKind, Composite
from changes.services import apply_unsigned
from demo.accounts import Account
from directory.editions import OCCIRED
from directory.enums import CredentialState, OperatingRole, UserState
from directory.models import Company, Portal, Service, User
from directory.rules.people import cleaned
from directory.selectors.users import profiles_of, users_of
from limits.changes import SetUserLimits, WantedLimit
from limits.rules import Amounts
from limits.selectors import monetary_services
from limits.services import save_service, set_bank_maximum
from products.changes import AssignProducts, EnableForCompany
from products.enums import ProductKind
from products.models import Product
from products.services import save_product
from tokens.enums import TokenKind
from tokens.models import Token
from tokens.services import lifecycle

PASSWORD_HOLDS = timedelta(days=3650)
MAXIMUM = Amounts(Decimal(50_000_000), Decimal(200_000_000), Decimal(1_000_000_000))
# The guide names three services; that limits are also for files it says, without naming one (S1-087, S1-093).
SERVICES, FILES = "Servicios Monetarios", "Archivos Monetarios"
CATALOGUE = (
    (SERVICES, "pagos-terceros", "Pagos - A Terceros"),
    (SERVICES, "pagos-impuestos", "Pagos - Impuestos"),
    (SERVICES, "transferencias", "Transferencias - Internas, Aval y otros Bancos"),
    (FILES, "archivo-nomina", "Pagos - Nómina por archivo"),
)


class Person(NamedTuple):
    """Somebody who works at one of the demo's companies; whatever is not given here is the same throughout the
    company."""

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
    """Every field as a form would send it. Raises ValidationError if the demo breaks a rule of the portal."""
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


def keep_portal(portal: Portal) -> Portal:
    save_record(authority=Authority.of_demo(None), row=portal, event=Event.BACK_OFFICE, before={}, after={})
    return portal


def make_staff(values: Mapping[str, str], *, account: Account, image: str) -> User:
    """The first of the bank's people: nobody created them."""
    staff = create_staff(authority=Authority.of_demo(None), values=values, is_superuser=True)
    give_password(staff, account.password, image)
    give_token(actor=staff, user=staff, serial=account.serial, secret=account.secret)
    return staff


def make_company(*, actor: User, company: Company) -> Company:
    return create_company(authority=Authority.of_demo(actor), company=company)


def make_administrator(
    *, actor: User, company: Company, values: Mapping[str, str], account: Account, kind: TokenKind, image: str
) -> User:
    """Somebody who can sign in straight away: with their own password and an active token."""
    authority = Authority.of_demo(actor)
    user = create_administrator(authority=authority, company=company, values=values)
    user = set_user_state(authority=authority, user_id=user.pk, state=UserState.ACTIVE)
    give_password(user, account.password, image)
    give_token(actor=actor, user=user, serial=account.serial, secret=account.secret, kind=kind)
    return user


def do(maker: User, *changes: ChangeKind[Any]) -> None:
    """What an administrator would propose and sign."""
    apply_unsigned(Composite(changes=changes), maker=maker, authority=Authority.of_demo(maker))


def make_profile(*, maker: User, name: str, operating_role: OperatingRole) -> None:
    do(maker, SaveProfile(profile=uuid4(), is_new=True, name=name, operating_role=operating_role))


def make_user(*, maker: User, values: Mapping[str, str], profile: str, state: UserState) -> User:
    key, chosen = uuid4(), profiles_of(maker).get(name=profile)
    do(
        maker,
        CreateUser(user=key, profile=chosen.pk, texts=values, receives_alerts=False),
        SetState(user=key, state=state),
    )
    return users_of(maker).get(pk=key)


def give_password(user: User, password: str, image: str) -> None:
    """Written here, since no service of the portal sets a password that somebody else knows."""
    now = timezone.now()
    user.password = make_password(password)
    user.credential_state = CredentialState.PERMANENT
    user.password_set_at, user.password_expires_at = now, now + PASSWORD_HOLDS
    user.save(update_fields=["password", "credential_state", "password_set_at", "password_expires_at"])
    PastPassword.objects.create(company=user.company, user=user, hash=user.password, set_at=now)
    choose_own_image(actor=user, image=image)


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
    token = lifecycle.add_token(authority=authority, serial=serial, company=user.company, kind=kind, secret=secret)
    lifecycle.assign_to(authority=authority, token=token, user=user)
    if kind == TokenKind.VIRTUAL:
        lifecycle.mark_enrolled(authority=authority, token=token)
    token = lifecycle.activate(authority=authority, token=token)
    if since:
        at = datetime.combine(since, time(9, 30), ZoneInfo("America/Bogota"))
        Token.objects.filter(pk=token.pk).update(updated_at=at)
    return token


def stock_token(*, actor: User, company: Company, serial: str) -> Token:
    """A virtual token of the company that nobody holds."""
    authority = Authority.of_demo(actor)
    return lifecycle.add_token(authority=authority, serial=serial, company=company, kind=TokenKind.VIRTUAL)


def make_products(*, actor: User, company: Company, items: Sequence[Item], enabled_by: User) -> list[Product]:
    """Added by the bank; the company's administrator enables some."""
    products = []
    for item in items:
        product = Product(company=company, kind=item.kind, number=item.number, alias=item.alias, currency="COP")
        save_product(authority=Authority.of_demo(actor), product=product)
        products.append(product)
    enabled = frozenset(product.pk for product, item in zip(products, items, strict=True) if item.enabled)
    do(enabled_by, EnableForCompany(enabled=enabled))
    return products


def make_services() -> list[Service]:
    """The guide's catalogue."""
    known = {service.code: service for service in monetary_services(OCCIRED.code)}
    return [
        known.get(code) or _add_service(group, code, name, place)
        for place, (group, code, name) in enumerate(CATALOGUE, start=1)
    ]


def _add_service(group: str, code: str, name: str, position: int) -> Service:
    service = Service(
        edition=OCCIRED.code,
        group=group,
        code=code,
        name=name,
        is_monetary=True,
        is_file=group == FILES,
        position=position,
    )
    return save_service(authority=Authority.of_demo(None), service=service, before=None)


def contract(*, actor: User, company: Company, services: Iterable[Service]) -> None:
    """The company's ceilings by service, at the bank's maximum."""
    for service in services:
        set_bank_maximum(authority=Authority.of_demo(actor), company=company, service=service, maximum=MAXIMUM)


def entitle(
    *, maker: User, user: User, products: Sequence[Product], services: Iterable[Service], amounts: Amounts
) -> None:
    """Products, and the same amounts on each of them in each service."""
    limits = (WantedLimit(service.pk, product.pk, amounts) for service in services for product in products)
    do(
        maker,
        AssignProducts(user=user.pk, products=frozenset(product.pk for product in products)),
        SetUserLimits(user=user.pk, limits=tuple(limits)),
    )
