"""COMERCIAL ANDINA: the company of the guides, with their users, products and tokens (S1-058, S1-077, S2-20)."""

from datetime import date
from decimal import Decimal

from demo import accounts
from demo.builders import (
    Item,
    Person,
    contract,
    do,
    entitle,
    give_token,
    make_administrator,
    make_company,
    make_products,
    make_profile,
    make_user,
    values_of,
)
from directory.enums import OperatingRole, UserState
from directory.models import Company, Portal, Service, User
from limits.rules import Amounts
from products.changes import AssignProducts
from products.enums import ProductKind
from tokens.enums import TokenKind

DOMAIN = "andina.example"
CITY = {
    "address": "Carrera 7 # 72-41",
    "office_phone": "601 555 0100",
    "department": "Bogotá, D.C.",
    "city": "Bogotá, D.C.",
}
ADELGADO = Person("adelgado", "Andrés", "Delgado", "Quintero", "79613673", "310 555 0101")
MGUERRERO = Person("mguerrero", "María Fernanda", "Guerrero", "Salazar", "52840117", "310 555 0102")
FELIPE = Person(
    "Felipe20", "David Felipe", "Prieto", "", "1018402233", "310 555 0103", "DPrieto@andina.example", "Pruebas_PRD"
)
HOLDERS = (
    (
        Person("Entelgy1BOC", "Laura", "Benavides", "Ortiz", "53011421", "310 555 0104"),
        "FEF4900032",
        date(2023, 12, 21),
    ),
    (Person("Entelgy2BOC", "Óscar", "Camargo", "Peña", "80166502", "310 555 0105"), "FEF4900033", date(2023, 12, 21)),
    (
        Person("VictorP1", "Víctor", "Pardo", "Núñez", "79884310", "310 555 0106", profile="Tesorería"),
        "FEF4900035",
        date(2024, 1, 22),
    ),
    (
        Person("Mcaastro11", "Mónica", "Castro", "Rueda", "52377908", "310 555 0107", profile="Tesorería"),
        "FEF4900034",
        date(2024, 1, 15),
    ),
    (Person("ADQ01", "Ana", "Daza", "Quiroga", "39785544", "310 555 0108"), "FEF4900030", date(2024, 1, 11)),
)
PRODUCTS = (
    Item(ProductKind.SAVINGS, "CAHOAndres", "015829393"),
    Item(ProductKind.SAVINGS, "CAHOCarlos", "278823810"),
    Item(ProductKind.SAVINGS, "CAHOFelipe", "251830758"),
    Item(ProductKind.SAVINGS, "CAHOStephanía", "011856994"),
    Item(ProductKind.SAVINGS, "CAHODanielH", "230843427", enabled=False),
    Item(ProductKind.CREDIT_CARD, "TCEmpresarial", "4539670012348891"),
    Item(ProductKind.CHECKING, "CCTEAndina", "482019365", enabled=False),
)


def make_andina(*, actor: User, portal: Portal, services: list[Service]) -> Company:
    company = make_company(
        actor=actor,
        company=Company(
            portal=portal,
            code="ANDINA",
            legal_name="COMERCIAL ANDINA SAS",
            tax_id="900.613.673-3",
            internal_identifier="015829393",
        ),
    )
    contract(actor=actor, company=company, services=services)
    administrator = _administrators(actor, company)
    make_profile(maker=administrator, name="Pruebas_PRD", operating_role=OperatingRole.BOTH)
    make_profile(maker=administrator, name="Tesorería", operating_role=OperatingRole.SUPERVISOR)
    products = make_products(actor=actor, company=company, items=PRODUCTS, enabled_by=administrator)
    felipe = values_of(FELIPE, domain=DOMAIN, city=CITY)
    felipe20 = make_user(maker=administrator, values=felipe, profile=FELIPE.profile, state=UserState.INACTIVE)
    his = frozenset(product.pk for product in (products[0], products[2]))
    do(administrator, AssignProducts(user=felipe20.pk, products=his))  # his limits are 0.00, as in the guide (S1-089)
    amounts = Amounts(Decimal(2_000_000), Decimal(8_000_000), Decimal(40_000_000))
    for person, serial, since in HOLDERS:
        values = values_of(person, domain=DOMAIN, city=CITY)
        user = make_user(maker=administrator, values=values, profile=person.profile, state=UserState.ACTIVE)
        give_token(actor=actor, user=user, serial=serial, since=since)
        entitle(maker=administrator, user=user, products=products[:2], services=services, amounts=amounts)
    return company


def _administrators(actor: User, company: Company) -> User:
    """The second one has a physical token, so that the company has six virtual ones, none available (S2-16, S2-17)."""
    first = make_administrator(
        actor=actor,
        company=company,
        values=values_of(ADELGADO, domain=DOMAIN, city=CITY),
        account=accounts.ADELGADO,
        kind=TokenKind.VIRTUAL,
        image="faro",
    )
    make_administrator(
        actor=actor,
        company=company,
        values=values_of(MGUERRERO, domain=DOMAIN, city=CITY),
        account=accounts.MGUERRERO,
        kind=TokenKind.PHYSICAL,
        image="cometa",
    )
    return first
