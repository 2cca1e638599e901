"""Who can work, on every page that says so: the list, the first page, the tabs, the end of a person's pages."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from directory.models import Profile, User
from tests import factories
from tests.limits.factories import amounts, assigned, ceiling, limit, service
from tests.support.client import Client
from tests.support.clock import Clock
from tests.support.there import there
from tests.tokens.factories import token

pytestmark = pytest.mark.usefixtures("bank_scope")
ClientFor = Callable[..., Client]


def worker(profile: Profile, username: str, *, has_token: bool = True) -> User:
    """Somebody to whom at most the token is missing."""
    user = factories.user(profile.company, username=username, profile=profile)
    offered, held = service(), assigned(user)
    ceiling(user.company, offered)
    limit(user, offered, held, amounts(100, 500, 900))
    if has_token:
        token(user)
    return user


@pytest.fixture
def everybody(administrator: User) -> dict[str, User]:
    company = administrator.company
    factories.user(factories.company(), username="Vecino01", state="pending")
    capturing = factories.profile(company)
    reading = factories.profile(company, operating_role="supervisor")
    return {
        "ready": worker(capturing, "Lista001"),
        "enters": worker(capturing, "SinTok01", has_token=False),
        "barred": factories.user(company, username="SinCla01", profile=capturing, credential_state="none"),
        "reads": factories.user(company, username="Lectora1", profile=reading),
    }


def listed(page: str) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*>(\w+)</th>', page)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("ready", ["Lista001"]),
        ("enters", ["Lectora1", "SinTok01"]),
        ("barred", ["SinCla01"]),
        ("", ["Lectora1", "Lista001", "SinCla01", "SinTok01"]),
        ("nonsense", ["Lectora1", "Lista001", "SinCla01", "SinTok01"]),
    ],
)
def test_the_list_is_filtered_by_what_people_can_do(
    client: Client, everybody: dict[str, User], asked: str, found: list[str]
) -> None:
    assert listed(client.get(reverse("users:search"), {"listo": asked}).text) == found


def test_the_filter_follows_the_clock(client: Client, everybody: dict[str, User], clock: Clock) -> None:
    """A generated password ends, and nobody has to do anything for the list to know."""
    user = everybody["enters"]
    User.objects.filter(pk=user.pk).update(credential_state="generated")
    User.objects.filter(pk=user.pk).update(password_expires_at=clock.now().replace(microsecond=0))
    factories.decided(user)

    assert listed(client.get(reverse("users:search"), {"listo": "barred"}).text) == ["SinCla01", "SinTok01"]


def test_the_list_says_beside_the_state_why_somebody_cannot_work(client: Client, everybody: dict[str, User]) -> None:
    text = client.get(reverse("users:search")).text

    assert "no puede ingresar: sin contraseña" in text
    assert "no puede mover dinero: sin token" in text
    assert "el perfil no captura operaciones" in text


def test_home_names_who_lacks_what_others_give_and_where_it_is_given(
    client: Client, everybody: dict[str, User]
) -> None:
    """Not whose profile captures nothing on purpose, nor to whom nothing is missing."""
    text = client.get(reverse("home")).text

    assert [name for name in ("Lista001", "SinTok01", "SinCla01", "Lectora1", "Vecino01") if name in text] == [
        "SinTok01",
        "SinCla01",
    ]
    assert reverse("tokens:user", args=[everybody["enters"].pk]) in text
    assert reverse("users:password", args=[everybody["barred"].pk]) in text
    assert ">1 no puede ingresar<" in text
    assert ">1 ingresa, pero le falta algo para mover dinero<" in text


def marks(page: str) -> dict[str, str]:
    strip = there(re.search(r'<nav class="oc-tabs".*?</nav>', page, re.DOTALL))[0]
    tabs = re.findall(r"<a [^>]*>(.*?)</a>", strip, re.DOTALL)
    plain = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "|", tab)).split("|") for tab in tabs]
    return {parts[0].strip(): " ".join(part.strip() for part in parts[1:] if part.strip(" –")) for parts in plain}


def test_the_tabs_of_somebody_ready_are_all_marked_complete(client: Client, everybody: dict[str, User]) -> None:
    found = marks(client.get(reverse("users:main", args=[everybody["ready"].pk])).text)

    assert list(found) == [
        "Información Principal",
        "Información Usuario",
        "Asignar Productos",
        "Asignar Topes",
        "Días y Horarios",
        "Contraseña",
        "Token",
    ]
    assert {label: mark for label, mark in found.items() if mark not in {"completo", "completa"}} == {
        "Asignar Productos": "1",
        "Días y Horarios": "horario de la empresa",
    }


def test_a_tab_says_what_is_missing_on_it(client: Client, everybody: dict[str, User]) -> None:
    of_barred = marks(client.get(reverse("users:main", args=[everybody["barred"].pk])).text)
    of_reader = marks(client.get(reverse("users:main", args=[everybody["reads"].pk])).text)

    assert [of_barred[tab] for tab in ("Asignar Productos", "Contraseña", "Token")] == ["falta"] * 3
    assert of_reader["Asignar Topes"] == "no se usan"


def test_what_a_profile_does_not_use_need_not_be_complete(client: Client, everybody: dict[str, User]) -> None:
    reader = everybody["reads"]
    url = reverse("users:main", args=[reader.pk])
    before = client.get(url).text
    assigned(reader)
    token(reader)

    assert "4 de 6 completas" in before
    assert "6 de 6 completas" in client.get(url).text
    assert "7 de 7 completas" in client.get(reverse("users:main", args=[everybody["ready"].pk])).text


@pytest.mark.parametrize(
    ("who", "answers"),
    [
        ("ready", ["Puede ingresar: sí", "Puede mover dinero: sí"]),
        ("enters", ["Puede ingresar: sí", "Puede mover dinero: todavía no"]),
        ("barred", ["Puede ingresar: no", "Puede mover dinero: todavía no"]),
        ("reads", ["Puede ingresar: sí", "Puede mover dinero: no"]),
    ],
)
def test_every_tab_ends_with_what_the_person_can_do(
    client: Client, everybody: dict[str, User], who: str, answers: list[str]
) -> None:
    subject = everybody[who]
    pages = [client.get(reverse(tab.url_name, args=[subject.pk])).text for tab in subject.portal.edition.person_tabs]

    found = [re.findall(r"<h2>(Puede .*?)</h2>", page) for page in pages]

    assert found == [answers] * 7


def test_what_is_missing_leads_to_where_it_is_given(client: Client, everybody: dict[str, User]) -> None:
    subject = everybody["enters"]
    text = client.get(reverse("users:main", args=[subject.pk])).text

    end = text[text.index("oc-verdicts") :]

    assert f'<a href="{reverse("tokens:user", args=[subject.pk])}">Ver el token</a>' in end


def test_a_generated_password_says_what_it_opens(client: Client, everybody: dict[str, User]) -> None:
    subject = everybody["ready"]
    User.objects.filter(pk=subject.pk).update(credential_state="generated")
    factories.decided(subject)

    text = client.get(reverse("users:main", args=[subject.pk])).text

    assert "La contraseña generada abre solo la página para cambiarla." in text
    assert "El usuario debe cambiar la contraseña" in text


def test_limits_that_nobody_can_use_say_so(client: Client, everybody: dict[str, User]) -> None:
    reading = everybody["reads"]
    assigned(reading)

    texts = [client.get(reverse("limits:user", args=[user.pk])).text for user in (reading, everybody["ready"])]

    assert ["El perfil no permite capturar: estos topes no se usan." in text for text in texts] == [True, False]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_end_of_a_page_costs_no_query(
    client: Client, administrator: User, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    user = factories.user(administrator.company)
    for _ in range(rows):
        assigned(user)
    url = reverse("tokens:user", args=[user.pk])
    client.get(url)

    with django_assert_num_queries(QUERIES_OF_THE_TAB):
        client.get(url)


QUERIES_OF_THE_TAB = 13
