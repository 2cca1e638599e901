"""PACIFICO: the neighbour that nobody of another company must ever see."""

from decimal import Decimal

from demo import accounts
from demo.builders import (
    Item,
    Person,
    contract,
    entitle,
    give_token,
    make_administrator,
    make_company,
    make_products,
    make_profile,
    make_user,
    stock_token,
    values_of,
)
from directory.enums import OperatingRole, UserState
from directory.models import Company, Portal, Service, User
from limits.rules import Amounts
from products.enums import ProductKind
from tokens.enums import TokenKind

DOMAIN = "pacifico.example"
CITY = {
    "address": "Avenida 6 Norte # 25-18",
    "office_phone": "602 555 0200",
    "department": "Valle del Cauca",
    "city": "Cali",
}
CMORA = Person("cmora", "Carolina", "Mora", "Lenis", "66912045", "315 555 0200")
USERS = (
    Person("jvalencia", "Jairo", "Valencia", "Mina", "94301122", "315 555 0201", profile="Tesorería"),
    Person("lriascos", "Luz Dary", "Riascos", "", "31901388", "315 555 0202", profile="Tesorería"),
    Person("hcaicedo", "Hernán", "Caicedo", "Torres", "16779021", "315 555 0203"),
    Person("pangulo", "Paola", "Angulo", "Vivas", "29117760", "315 555 0204"),
    Person("ecordoba", "Édgar", "Córdoba", "Paz", "94421876", "315 555 0205"),
    Person("smosquera", "Sandra", "Mosquera", "Ibarra", "31578804", "315 555 0206"),
    Person("gtenorio", "Gustavo", "Tenorio", "", "16822457", "315 555 0207"),
    Person("nportocarrero", "Natalia", "Portocarrero", "Ruiz", "1144028831", "315 555 0208"),
    Person("fcuero", "Fabián", "Cuero", "Asprilla", "94527790", "315 555 0209"),
    Person("yhurtado", "Yolanda", "Hurtado", "Castillo", "38569021", "315 555 0210"),
)
PRODUCTS = (
    Item(ProductKind.SAVINGS, "Nómina Pacífico", "630114872"),
    Item(ProductKind.CREDIT_CARD, "Viajes Pacífico", "5412750098761234"),
    Item(ProductKind.CHECKING, "Proveedores Pacífico", "630990415"),
    Item(ProductKind.CHECKING, "Impuestos Pacífico", "630990423", enabled=False),
)
SERIALS_TO_GIVE = ("FEF5100004", "FEF5100005")


def make_pacifico(*, actor: User, portal: Portal, services: list[Service]) -> Company:
    company = make_company(
        actor=actor,
        company=Company(
            portal=portal,
            code="PACIFICO",
            legal_name="LOGÍSTICA DEL PACÍFICO SAS",
            tax_id="901.204.557-8",
            internal_identifier="630114872",
        ),
    )
    contract(actor=actor, company=company, services=services)
    administrator = make_administrator(
        actor=actor,
        company=company,
        values=values_of(CMORA, domain=DOMAIN, city=CITY),
        account=accounts.CMORA,
        kind=TokenKind.VIRTUAL,
        image="tortuga",
    )
    make_profile(maker=administrator, name="Tesorería", operating_role=OperatingRole.BOTH)
    products = make_products(actor=actor, company=company, items=PRODUCTS, enabled_by=administrator)
    amounts = Amounts(Decimal(5_000_000), Decimal(20_000_000), Decimal(100_000_000))
    for number, person in enumerate(USERS):
        values = values_of(person, domain=DOMAIN, city=CITY)
        user = make_user(maker=administrator, values=values, profile=person.profile, state=UserState.ACTIVE)
        if person.profile == "Tesorería":
            give_token(actor=actor, user=user, serial=f"FEF510000{number + 2}")
        entitle(maker=administrator, user=user, products=products[:3], services=services, amounts=amounts)
    for serial in SERIALS_TO_GIVE:
        stock_token(actor=actor, company=company, serial=serial)
    return company
