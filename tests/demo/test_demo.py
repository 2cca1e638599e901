"""The demo holds what the README promises, is loaded once, and is refused anywhere else."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from audit.models import AuditEvent
from audit.selectors import broken_chains
from demo import accounts
from demo.accounts import Account
from directory.enums import CredentialState, UserState
from directory.models import Company, Portal, Service, User
from limits.models import CompanyCeiling, UserLimit
from products.enums import ProductKind
from products.models import Product, ProductAssignment
from products.selectors import products_of
from tenancy import context
from tests.support.client import Client
from tokens.enums import TokenKind, TokenState
from tokens.models import Token
from tokens.rules import code_at, step_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(db: None) -> str:
    return run()


def run() -> str:
    output = StringIO()
    call_command("load_demo", stdout=output)
    return output.getvalue()


@pytest.mark.parametrize(
    ("account", "host", "home"),
    [
        (accounts.ADELGADO, "localhost", "/"),
        (accounts.MGUERRERO, "localhost", "/"),
        (accounts.CMORA, "localhost", "/"),
        (accounts.BANCO, "banco.localhost", "/oficina/"),
    ],
    ids=lambda value: getattr(value, "username", None),
)
def test_everybody_of_the_readme_signs_in(demo: str, account: Account, host: str, home: str) -> None:
    client = Client(headers={"host": host})
    code = code_at(account.secret, step_at(timezone.now()))

    first = client.post("/ingreso/", {"username": account.username, "code": code, "conditions": "on"})
    second = client.post("/ingreso/clave/", {"password": account.password})

    assert (first.status_code, first["Location"]) == (302, "/ingreso/clave/")
    assert (second.status_code, second["Location"]) == (302, "/")
    assert client.get(home).status_code == 200


def test_a_second_run_adds_nothing_and_says_so(demo: str) -> None:
    before = counted()

    said = run()

    assert demo == "The demo is loaded.\n"
    assert said == "The demo was loaded before; nothing was changed.\n"
    assert counted() == before


def counted() -> list[int]:
    with context.bank():
        return [model.objects.count() for model in (Portal, Company, User, Token, Product, UserLimit, AuditEvent)]


def test_it_is_refused_without_the_flag(db: None, settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match="OCCIRED_DEMO=1"):
        run()

    assert Portal.objects.count() == 0


def test_felipe_waits_to_be_set_up(demo: str, bank_scope: None) -> None:
    felipe = User.objects.select_related("profile").get(username="Felipe20")

    assert felipe.display_name == "David Felipe Prieto"
    assert felipe.profile is not None
    assert felipe.profile.name == "Pruebas_PRD"
    assert (felipe.state, felipe.credential_state) == (UserState.INACTIVE, CredentialState.NONE)
    assert not felipe.has_usable_password()
    products = ProductAssignment.objects.filter(user=felipe).values_list("product__alias", flat=True)
    assert set(products) == {"CAHOAndres", "CAHOFelipe"}
    assert not UserLimit.objects.filter(user=felipe).exists()


def test_the_products_of_the_guide_with_a_card_and_a_checking_account(demo: str, bank_scope: None) -> None:
    administrator = User.objects.get(username="adelgado")
    products = products_of(administrator)

    assert [str(product) for product in products if product.kind == ProductKind.SAVINGS] == [
        "CAHOAndres - 015829393",
        "CAHOCarlos - 278823810",
        "CAHOFelipe - 251830758",
        "CAHOStephanía - 011856994",
        "CAHODanielH - 230843427",
    ]
    assert {product.kind for product in products} == set(ProductKind)
    assert {str(product) for product in products if not product.is_enabled} == {
        "CAHODanielH - 230843427",
        "CCTEAndina - 482019365",
    }


def test_the_tokens_of_the_guide_six_virtual_ones_and_none_to_give(demo: str, bank_scope: None) -> None:
    tokens = Token.objects.filter(company__code="ANDINA", kind=TokenKind.VIRTUAL).select_related("user")

    listed = {(token.serial, token.user.username, f"{token.updated_at:%Y/%m/%d}") for token in tokens if token.user}
    assert tokens.count() == 6
    assert {token.state for token in tokens} == {TokenState.ACTIVE}
    assert {row for row in listed if row[1] != "adelgado"} == {
        ("FEF4900032", "Entelgy1BOC", "2023/12/21"),
        ("FEF4900033", "Entelgy2BOC", "2023/12/21"),
        ("FEF4900035", "VictorP1", "2024/01/22"),
        ("FEF4900034", "Mcaastro11", "2024/01/15"),
        ("FEF4900030", "ADQ01", "2024/01/11"),
    }
    assert Token.objects.get(user__username="adelgado").serial == "FEF4900031"


def test_the_neighbour_has_ten_users_and_things_of_its_own(demo: str, bank_scope: None) -> None:
    pacifico = Company.objects.get(code="PACIFICO")

    assert pacifico.users.filter(role="secondary").count() == 10
    assert Product.objects.filter(company=pacifico).count() == 4
    assert Token.objects.filter(company=pacifico).count() == 5
    assert CompanyCeiling.objects.filter(company=pacifico).count() == 4


def test_limits_are_for_the_services_of_the_guide_and_for_files(demo: str, bank_scope: None) -> None:
    catalogue = Service.objects.order_by("position").values_list("group", "name", "is_file")
    victors = UserLimit.objects.filter(user__username="VictorP1").values_list("service__name", flat=True)

    assert list(catalogue) == [
        ("Servicios Monetarios", "Pagos - A Terceros", False),
        ("Servicios Monetarios", "Pagos - Impuestos", False),
        ("Servicios Monetarios", "Transferencias - Internas, Aval y otros Bancos", False),
        ("Archivos Monetarios", "Pagos - Nómina por archivo", True),
    ]
    assert set(victors) == {name for _group, name, _is_file in catalogue}


def test_the_audit_trail_of_the_demo_holds(demo: str, bank_scope: None) -> None:
    assert AuditEvent.objects.exists()
    assert broken_chains() == {}
