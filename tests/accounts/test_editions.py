"""The journey of a person, once an edition: who administers signs in and creates somebody, who then signs in."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from changes.models import Draft
from directory.editions import OCCIRED, Edition
from directory.enums import CredentialState, Role, UserState
from directory.models import Company, Profile, User
from tests import factories
from tests.accounts.confirming import BELIEVED
from tests.directory.editions import tiny
from tests.directory.test_people_rules import GOOD
from tests.support.client import Client

__all__ = ["tiny"]
pytestmark = pytest.mark.usefixtures("bank_scope")
USERNAME = "Felipe20"


@pytest.fixture(params=["occired", "tiny"])
def edition(request: pytest.FixtureRequest) -> Edition:
    return OCCIRED if request.param == "occired" else request.getfixturevalue("tiny")


@pytest.fixture
def company(edition: Edition) -> Company:
    portal = factories.portal(code="p", edition_code=edition.code, country="CO" if edition is OCCIRED else "PA")
    return factories.company(portal, code="CORPORATIV")


def somebody(company: Company, username: str, **values: Any) -> User:
    return factories.user(company, username=username, sign_in_key=company.sign_in_key(username), **values)


@pytest.fixture
def administrator(company: Company) -> User:
    factories.profile(company)
    return somebody(company, "admon", role=Role.ADMINISTRATOR, profile=None)


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def sign_in(client: Client, username: str, **step_1: str) -> Any:
    client.post(reverse("sign-in"), {"username": username, "code": "", "conditions": "on", **step_1})
    return client.post(reverse("sign-in-password"), {"password": factories.PASSWORD})


def company_code(edition: Edition) -> dict[str, str]:
    return {"company_code": "corporativ"} if edition.asks_company else {}


def person(edition: Edition, company: Company) -> dict[str, str]:
    """What is typed into the fields the edition has."""
    values = {**GOOD, "mobile": "", "profile": str(Profile.objects.get(company=company).pk)}
    values |= {"mobile": GOOD["mobile"]} if edition is OCCIRED else {}
    return {name: values.get(name, "") for name in edition.person_fields} | {"form_key": str(uuid4())}


def test_the_first_step_asks_what_the_edition_asks_in_its_words(
    client: Client, edition: Edition, administrator: User
) -> None:
    page = client.get(reverse("sign-in"))
    body = page.content.decode()

    assert ("company_code" in page.context["form"].fields) == edition.asks_company
    assert f">{edition.words['sign_in_title']}<" in body
    assert str(page.context["form"]["username"].label) == str(edition.words["username"])
    assert ("Paso único de la edición mínima" in body) == (edition.template_folder == "tiny")
    assert edition.brand.logo.rpartition("/")[2].partition(".")[0] in body


def test_a_person_enters_with_what_the_edition_asks_for(client: Client, edition: Edition, administrator: User) -> None:
    sign_in(client, " ADMON ", **company_code(edition))

    assert client.get(reverse("own-account")).status_code == 200


def test_where_the_company_is_asked_for_another_ones_code_does_not_open(client: Client, tiny: Edition) -> None:
    portal = factories.portal(code="p", edition_code=tiny.code)
    somebody(factories.company(portal, code="UNA"), "admon", role=Role.ADMINISTRATOR, profile=None)
    factories.company(portal, code="OTRA")

    sign_in(client, "admon", company_code="OTRA")

    assert client.get(reverse("own-account")).status_code == 302


def test_the_same_name_in_two_companies_is_two_people_where_the_company_is_asked_for(tiny: Edition) -> None:
    portal = factories.portal(code="p", edition_code=tiny.code)
    keys = {factories.company(portal, code=code).sign_in_key("Admon") for code in ("UNA", "OTRA")}

    assert keys == {"p:una:admon", "p:otra:admon"}


def test_the_menu_is_the_editions(client_for: Any, edition: Edition, administrator: User) -> None:
    menu = client_for(administrator).get(reverse("own-account")).context["shell"].menu

    assert [str(section["label"]) for section in menu] == [str(section.label) for section in edition.menu]


def test_crear_nuevo_asks_the_editions_fields_in_its_order_and_makes_the_person(
    client_for: Any, client: Client, edition: Edition, administrator: User
) -> None:
    at_work = client_for(administrator)

    page = at_work.get(reverse("users:create"))
    at_work.post(reverse("users:create"), person(edition, administrator.company))
    proposed = at_work.post(reverse("users:draft-review", args=[Draft.objects.get().pk]))
    with BELIEVED:
        at_work.post(proposed["Location"], {"code": "123456"})

    assert [name for name in page.context["form"].fields if name != "form_key"] == list(edition.person_fields)
    made = User.objects.get(username=USERNAME)
    assert made.sign_in_key == administrator.company.sign_in_key(USERNAME)

    User.objects.filter(pk=made.pk).update(
        state=UserState.ACTIVE,
        credential_state=CredentialState.PERMANENT,
        password=factories.PASSWORD_HASH,
        password_expires_at=administrator.password_expires_at,
        security_image="faro",
    )
    sign_in(client, USERNAME, **company_code(edition))
    assert client.get(reverse("own-account")).status_code == 200


def test_what_the_edition_requires_must_be_filled_in(client_for: Any, edition: Edition, administrator: User) -> None:
    empty = dict.fromkeys(edition.person_fields, "") | {"form_key": str(uuid4())}

    page = client_for(administrator).post(reverse("users:create"), empty)

    required = [name for name in edition.person_fields if name not in edition.optional_fields]
    assert list(page.context["form"].errors) == required


def test_a_persons_tabs_are_the_editions(client_for: Any, edition: Edition, administrator: User) -> None:
    subject = somebody(administrator.company, USERNAME)

    body = client_for(administrator).get(reverse("users:main", args=[subject.pk])).content.decode()

    strip = body.partition('class="oc-tabs"')[2]
    places = [strip.index(f">{tab.label}") for tab in edition.person_tabs]
    assert places == sorted(places)
    assert ("Asignar Productos" in strip) == (edition is OCCIRED)
