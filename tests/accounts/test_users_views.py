"""The pages of the company's users: they work, hide what is a neighbour's, obey permissions, keep what was typed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.passwords.changes import GeneratePassword
from changes.models import Change, Draft
from changes.selectors import wanted_of
from directory.enums import CredentialState, UserState
from directory.models import IpRule, User
from tests import factories
from tests.directory.test_people_rules import GOOD
from tests.support.client import Client

pytestmark = pytest.mark.usefixtures("bank_scope")
LISTS = ["search", "states", "profiles", "alerts"]
FORMS = ["create", "create-profile", "addresses", "parameters"]
TABS = ["main", "contact", "password"]
MOST_QUERIES = 18  # session, person, addresses, hours, counters and tab marks included
Clients = Callable[..., Client]


@pytest.fixture
def felipe(administrator: User) -> User:
    profile = factories.profile(administrator.company, name="Pruebas_PRD")
    return factories.user(administrator.company, username="Felipe20", profile=profile)


def url(name: str, *arguments: Any) -> str:
    return reverse(f"users:{name}", args=arguments)


def usernames(response: Any) -> list[str]:
    return [user.username for user in response.context["page"]]


def typed(administrator: User, **values: Any) -> dict[str, Any]:
    """Crear Nuevo as the browser sends it."""
    profile = factories.profile(administrator.company)
    return {**GOOD, "profile": str(profile.pk), "form_key": str(uuid4()), **values}


def management(total: int, initial: int = 0) -> dict[str, int]:
    return {"network-TOTAL_FORMS": total, "network-INITIAL_FORMS": initial}


class TestEveryPage:
    @pytest.mark.parametrize("name", [*LISTS, *FORMS])
    def test_opens_for_an_administrator(self, client: Client, felipe: User, name: str) -> None:
        assert client.get(url(name)).status_code == 200

    @pytest.mark.parametrize("name", LISTS)
    def test_opens_when_the_company_has_nobody(self, client: Client, name: str) -> None:
        assert client.get(url(name)).status_code == 200

    @pytest.mark.parametrize("name", TABS)
    def test_of_a_user_opens(self, client: Client, felipe: User, name: str) -> None:
        response = client.get(url(name, felipe.pk))

        assert response.status_code == 200
        assert response.context["subject"] == felipe

    @pytest.mark.parametrize("name", [*TABS, "edit-profile"])
    def test_of_another_company_or_of_nobody_is_not_there(self, client: Client, administrator: User, name: str) -> None:
        neighbours = factories.company(administrator.portal)
        foreign = factories.user(neighbours) if name != "edit-profile" else factories.profile(neighbours)

        for key in (foreign.pk, uuid4()):
            assert client.get(url(name, key)).status_code == 404
            assert client.post(url(name, key)).status_code == 404

    @pytest.mark.parametrize("name", TABS)
    def test_of_an_administrator_is_not_there(self, client: Client, administrator: User, name: str) -> None:
        colleague = factories.administrator(administrator.company)

        for user in (administrator, colleague):
            assert client.get(url(name, user.pk)).status_code == 404

    @pytest.mark.parametrize("name", [*LISTS, *FORMS])
    def test_is_refused_to_a_secondary_user(self, client_for: Clients, felipe: User, name: str) -> None:
        client = client_for(felipe)

        assert client.get(url(name)).status_code == 403
        assert client.post(url(name)).status_code == 403

    @pytest.mark.parametrize("name", TABS)
    def test_of_a_user_is_refused_to_a_secondary_user(self, client_for: Clients, felipe: User, name: str) -> None:
        client = client_for(felipe)
        other = factories.user(felipe.company)

        assert client.get(url(name, other.pk)).status_code == 403
        assert client.post(url(name, other.pk)).status_code == 403

    @pytest.mark.parametrize("name", [*LISTS, *FORMS])
    def test_sends_strangers_to_the_sign_in(self, administrator: User, name: str) -> None:
        response = Client(headers={"host": "localhost"}).get(url(name))

        assert response.status_code == 302
        assert response["Location"].startswith(reverse("sign-in"))

    @pytest.mark.parametrize(
        ("name", "method"),
        [("search", "post"), ("states", "post"), ("profiles", "post"), ("create", "put"), ("parameters", "delete")],
    )
    def test_answers_405_to_the_wrong_method(self, client: Client, felipe: User, name: str, method: str) -> None:
        assert getattr(client, method)(url(name)).status_code == 405

    @pytest.mark.parametrize("name", [*LISTS, *FORMS])
    def test_is_the_same_in_english(self, client: Client, felipe: User, name: str) -> None:
        client.cookies["occired-language"] = "en"

        body = client.get(url(name)).content.decode()

        assert '<html lang="en">' in body
        assert "Continuar" not in body


class TestSearch:
    @pytest.fixture(autouse=True)
    def company(self, bank_scope: None, administrator: User) -> dict[str, User]:
        company = administrator.company
        tests = factories.profile(company, name="Pruebas_PRD")
        treasury = factories.profile(company, name="Tesorería")
        names = {"first_names": "David Felipe", "first_surname": "Prieto", "second_surname": ""}
        victor = {"first_names": "Víctor", "first_surname": "Peña", "second_surname": "Rojas"}
        late = datetime(2026, 5, 2, 4, 59, tzinfo=UTC)  # still the first of May in Bogotá
        out = {"state": UserState.INACTIVE, "signed_in_at": late}
        factories.user(factories.company(administrator.portal), username="Felipe99", **names)
        return {
            "felipe": factories.user(company, username="Felipe20", profile=tests, id_number="80123456", **names),
            "victor": factories.user(
                company, username="VictorP1", profile=treasury, id_type="CE", id_number="945678", **victor, **out
            ),
        }

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, ["Felipe20", "VictorP1"]),
            ({"usuario": "lipe"}, ["Felipe20"]),
            ({"usuario": "FELIPE20"}, ["Felipe20"]),
            ({"nombre": "david felipe prieto"}, ["Felipe20"]),
            ({"nombre": "pena rojas"}, ["VictorP1"]),
            ({"nombre": "PEÑA"}, ["VictorP1"]),
            ({"nombre": "víctor"}, ["VictorP1"]),
            ({"tipo": "CE"}, ["VictorP1"]),
            ({"numero": "8012"}, ["Felipe20"]),
            ({"tipo": "CE", "numero": "8012"}, []),
            ({"nombre": "prieto david"}, ["Felipe20"]),
            ({"nombre": "rojas pena VICTOR"}, ["VictorP1"]),
            ({"nombre": "prieto victor"}, []),
            ({"nombre": "felipe20"}, []),
            ({"numero": "80.123.456"}, ["Felipe20"]),
            ({"numero": "80 123-456"}, ["Felipe20"]),
            ({"numero": "C.C. 80'123.456"}, ["Felipe20"]),
            ({"numero": "3456"}, ["Felipe20"]),
            ({"filtro": "80'123.456 prieto"}, ["Felipe20"]),
            ({"numero": " . "}, ["Felipe20", "VictorP1"]),
            ({"estado": "inactive"}, ["VictorP1"]),
            ({"estado": "nadie"}, ["Felipe20", "VictorP1"]),
            ({"ingreso": "nunca"}, ["Felipe20"]),
            ({"ingreso": "antes", "fecha": "2026-05-01"}, []),
            ({"ingreso": "antes", "fecha": "2026-05-02"}, ["VictorP1"]),
            ({"ingreso": "desde", "fecha": "2026-05-01"}, ["VictorP1"]),
            ({"ingreso": "desde", "fecha": "2026-05-02"}, []),
            ({"ingreso": "antes"}, ["Felipe20", "VictorP1"]),
            ({"fecha": "2026-05-02"}, ["Felipe20", "VictorP1"]),
            ({"ingreso": "desde", "fecha": "ayer"}, ["Felipe20", "VictorP1"]),
            ({"orden": "ingreso"}, ["Felipe20", "VictorP1"]),
            ({"orden": "-ingreso"}, ["VictorP1", "Felipe20"]),
            ({"orden": "-numero"}, ["VictorP1", "Felipe20"]),
            ({"filtro": "tesoreria victor"}, ["VictorP1"]),
            ({"filtro": "80.123.456"}, ["Felipe20"]),
            ({"filtro": "pruebas", "nombre": "victor"}, []),
            ({"nombre": "%"}, []),
            ({"usuario": "_"}, []),
            ({"nombre": "Felipe99"}, []),
            ({"tipo": "nadie"}, ["Felipe20", "VictorP1"]),
            ({"orden": "-usuario"}, ["VictorP1", "Felipe20"]),
            ({"orden": "perfil"}, ["Felipe20", "VictorP1"]),
            ({"orden": "-nombre"}, ["VictorP1", "Felipe20"]),
            ({"orden": "password"}, ["Felipe20", "VictorP1"]),
            ({"orden": "company__users__password"}, ["Felipe20", "VictorP1"]),
            ({"pagina": "999", "ver": "7"}, ["Felipe20", "VictorP1"]),
        ],
    )
    def test_finds_by_any_criterion(self, client: Client, asked: dict[str, str], found: list[str]) -> None:
        response = client.get(url("search"), asked)

        assert response.status_code == 200
        assert usernames(response) == found

    @pytest.mark.parametrize(
        ("order", "found"),
        [("usuario", ["Felipe20", "tclara01", "VictorP1"]), ("-usuario", ["VictorP1", "tclara01", "Felipe20"])],
    )
    def test_sorts_without_regard_to_capitals(
        self, client: Client, administrator: User, company: dict[str, User], order: str, found: list[str]
    ) -> None:
        factories.user(administrator.company, username="tclara01")

        assert usernames(client.get(url("search"), {"orden": order})) == found

    def test_finds_by_profile(self, client: Client, company: dict[str, User]) -> None:
        response = client.get(url("search"), {"perfil": str(company["victor"].profile_id)})

        assert usernames(response) == ["VictorP1"]

    def test_the_profile_of_another_company_asks_for_nothing(self, client: Client, administrator: User) -> None:
        foreign = factories.profile(factories.company(administrator.portal), name="Ajeno")

        response = client.get(url("search"), {"perfil": str(foreign.pk)})

        assert "Ajeno" not in response.content.decode()
        assert usernames(response) == ["Felipe20", "VictorP1"]

    def test_shows_the_guides_words(self, client: Client) -> None:
        body = client.get(url("search")).content.decode()

        for words in (
            "Configuración de Usuarios",
            "Crear Nuevo",
            "Parámetros de Consulta",
            "Nombre Usuario",
            "Tipo Identificación",
            "No. Identificación",
            "Perfil",
            "Consultar",
            "Resultado de consulta",
            "David Felipe Prieto",
            "Estado",
            "Configurar y Modificar",
            "Primero",
            "Último",
            "Último Ingreso",
            "Contáctenos",
        ):
            assert words in body

    def test_shows_when_each_signed_in_last(self, client: Client) -> None:
        body = client.get(url("search")).content.decode()

        assert "2026/05/01 23:59" in body
        assert "Nunca" in body

    def test_shows_the_columns_asked_for_and_keeps_the_rest(self, client: Client) -> None:
        body = client.get(url("search"), {"columnas": ["tipo", "numero"], "nombre": "prieto", "ver": "25"}).text

        assert "80123456" in body
        assert "Cédula de ciudadanía" in body
        assert "Pruebas_PRD</td>" not in body
        assert '<input type="hidden" name="columnas" value="numero">' in body
        assert '<input type="hidden" name="nombre" value="prieto">' in body

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ({"ingreso": "antes"}, "Ingrese la fecha."),
            ({"fecha": "2026-05-01"}, "Elija si antes de esa fecha o desde ella."),
            ({"ingreso": "desde", "fecha": "ayer"}, "Introduzca una fecha válida."),
        ],
    )
    def test_says_what_a_date_lacks(self, client: Client, asked: dict[str, str], said: str) -> None:
        assert said in client.get(url("search"), asked).text

    def test_a_filter_that_finds_nobody_leads_back(self, client: Client) -> None:
        body = client.get(url("search"), {"filtro": "nadie", "estado": "inactive"}).text

        assert "Ningún registro tiene esas palabras" in body
        assert 'href="?estado=inactive"' in body

    def test_says_what_to_do_when_nobody_is_found(self, client: Client) -> None:
        body = client.get(url("search"), {"nombre": "nadie"}).content.decode()

        assert "Ningún usuario coincide con su consulta" in body
        assert "Ver todos los usuarios" in body

    def test_says_what_a_user_lacks(self, client: Client, company: dict[str, User]) -> None:
        User.objects.filter(pk=company["felipe"].pk).update(
            state=UserState.INACTIVE, credential_state=CredentialState.NONE
        )
        User.objects.filter(pk=company["victor"].pk).update(
            state=UserState.LOCKED, locked_at="2026-11-21T15:41Z", failed_attempts=5
        )
        for person in company.values():
            factories.decided(person)

        body = client.get(url("search")).content.decode()

        for words in ("Inactivo", "no puede ingresar: sin contraseña", "Bloqueado", "5 intentos · 2026/11/21 10:41"):
            assert words in body

    def test_pages_of_ten(self, client: Client, administrator: User) -> None:
        for number in range(10, 20):
            factories.user(administrator.company, username=f"zz{number}")

        first = client.get(url("search"), {"usuario": ""})
        second = client.get(url("search"), {"pagina": "2"})

        assert len(usernames(first)) == 10
        assert usernames(second) == ["zz18", "zz19"]

    def test_takes_no_part_of_the_query_for_markup(self, client: Client) -> None:
        body = client.get(url("search"), {"nombre": "<script>alert(1)</script>"}).content.decode()

        assert "<script>alert" not in body


class TestQueryCounts:
    """As many queries for one user as for thirty."""

    def queries(self, client: Client, path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path, {"ver": "50"}).status_code == 200
        return len(captured)

    @pytest.mark.parametrize("name", LISTS)
    def test_of_a_list(self, client: Client, felipe: User, name: str) -> None:
        with_one = self.queries(client, url(name))
        with factories.decided_at_the_end():
            for _ in range(29):
                factories.user(felipe.company, profile=factories.profile(felipe.company))

        with_thirty = self.queries(client, url(name))

        assert with_thirty == with_one <= MOST_QUERIES

    @pytest.mark.parametrize("name", TABS)
    def test_of_a_tab(self, client: Client, felipe: User, name: str) -> None:
        with_one = self.queries(client, url(name, felipe.pk))
        with factories.decided_at_the_end():
            for _ in range(29):
                factories.user(felipe.company, profile=factories.profile(felipe.company))

        with_thirty = self.queries(client, url(name, felipe.pk))

        assert with_thirty == with_one <= MOST_QUERIES


class TestCreate:
    def test_leads_to_the_profiles_when_there_is_none(self, client: Client) -> None:
        body = client.get(url("create")).content.decode()

        assert "Cree uno antes de crear usuarios." in body
        assert url("create-profile") in body

    def test_keeps_a_draft_and_goes_on_to_the_products(self, client: Client, administrator: User) -> None:
        response = client.post(url("create"), typed(administrator))

        draft = Draft.objects.get()
        assert (response.status_code, response["Location"]) == (302, url("draft", draft.pk, "productos"))
        assert [part["kind"] for part in draft.parts] == ["users.create"]
        assert not User.objects.filter(username="Felipe20").exists()
        assert not Change.objects.exists()

    def test_a_double_click_makes_one_draft(self, client: Client, administrator: User) -> None:
        values = typed(administrator)

        answers = [client.post(url("create"), values)["Location"] for _ in range(2)]

        assert answers[0] == answers[1]
        assert Draft.objects.count() == 1

    def test_another_name_from_the_same_page_is_another_draft(self, client: Client, administrator: User) -> None:
        values = typed(administrator)

        for name in ("Felipe20", "Felipe21"):
            client.post(url("create"), {**values, "username": name})

        assert {draft.title for draft in Draft.objects.all()} == {"Felipe20", "Felipe21"}
        assert len({draft.subject for draft in Draft.objects.all()}) == 2

    def test_says_what_is_wrong_beside_each_field_and_keeps_what_was_typed(
        self, client: Client, administrator: User
    ) -> None:
        values = typed(administrator, username="x", email="no es correo", mobile="123", first_surname="")

        response = client.post(url("create"), values)

        form = response.context["form"]
        assert response.status_code == 200
        assert set(form.errors) == {"username", "email", "mobile", "first_surname"}
        assert [form[name].value() for name in ("username", "email", "address")] == [
            "x",
            "no es correo",
            GOOD["address"],
        ]
        assert 'value="no es correo"' in response.content.decode()
        assert not Change.objects.exists()

    @pytest.mark.parametrize("name", ["felipe20", "FELIPE20"])
    def test_a_taken_name_is_said_beside_the_field(self, client: Client, administrator: User, name: str) -> None:
        factories.user(factories.company(administrator.portal), username="Felipe20")

        response = client.post(url("create"), typed(administrator, username=name))

        assert response.context["form"].errors == {"username": ["Este usuario ya existe. Elija otro."]}

    def test_marks_what_is_mandatory(self, client: Client) -> None:
        form = client.get(url("create")).context["form"]

        assert {name for name, field in form.fields.items() if not field.required} == {
            "second_surname",
            "office_extension",
            "receives_alerts",
        }
        assert len(form.fields) == 15 + 1

    @pytest.mark.parametrize("name", ["company", "company_id", "role", "state", "is_superuser", "password", "user"])
    def test_fields_that_are_not_asked_change_nothing(self, client: Client, administrator: User, name: str) -> None:
        client.post(url("create"), typed(administrator, **{name: str(uuid4())}))

        [part] = Draft.objects.get().parts
        params = part["values"]
        assert set(params) == {"texts", "user", "profile", "receives_alerts"}
        assert set(params["texts"]) == set(GOOD)
        assert params["user"] != name

    def test_the_profile_of_another_company_is_no_choice(self, client: Client, administrator: User) -> None:
        foreign = factories.profile(factories.company(administrator.portal))

        response = client.post(url("create"), typed(administrator, profile=str(foreign.pk)))

        assert set(response.context["form"].errors) == {"profile"}

    def test_coming_back_finds_what_was_typed(self, client: Client, administrator: User) -> None:
        client.post(url("create"), typed(administrator, city="Chía"))

        form = client.get(url("draft", Draft.objects.get().pk, "datos")).context["form"]

        assert (form["city"].value(), form["username"].value()) == ("Chía", "Felipe20")

    def test_what_colleagues_share_is_offered(self, client: Client, administrator: User) -> None:
        User.objects.filter(pk=administrator.pk).update(address="Calle 1", city="Cali", mobile="3001112233")

        form = client.get(url("create")).context["form"]

        assert [form[name].value() for name in ("address", "city", "mobile")] == ["Calle 1", "Cali", None]

    @pytest.mark.parametrize("key", ["", "x", "1' OR '1'='1", str(UUID(int=0))])
    def test_a_meaningless_proposal_is_nothing(self, client: Client, key: str) -> None:
        assert client.get(url("create"), {"cambio": key}).status_code == 200


class TestTabs:
    def test_main_information_is_proposed(self, client: Client, felipe: User) -> None:
        values = {"first_names": "David", "first_surname": "Prieto", "second_surname": "Rojas"}

        response = client.post(
            url("main", felipe.pk), {**values, "profile": str(felipe.profile_id), "form_key": str(uuid4())}
        )

        change = Change.objects.get()
        assert response["Location"] == reverse("changes:confirm", args=[change.pk])
        assert [line.after for line in change.lines] == ["David", "Rojas"]
        assert change.back_url == url("main", felipe.pk)

    def test_nothing_changed_is_said_and_proposes_nothing(self, client: Client, felipe: User) -> None:
        values = {"first_names": felipe.first_names, "first_surname": felipe.first_surname, "second_surname": ""}

        response = client.post(
            url("main", felipe.pk), {**values, "profile": str(felipe.profile_id), "form_key": str(uuid4())}
        )

        assert response.context["form"].non_field_errors()
        assert not Change.objects.exists()

    def test_the_user_name_cannot_be_changed(self, client: Client, felipe: User) -> None:
        form = client.get(url("main", felipe.pk)).context["form"]

        assert "username" not in form.fields

    def test_contact_data_are_proposed(self, client: Client, felipe: User) -> None:
        form = client.get(url("contact", felipe.pk)).context["form"]
        values = {name: form[name].value() for name in form.fields if name != "receives_alerts"}

        client.post(url("contact", felipe.pk), {**values, "city": "Chía", "receives_alerts": "on"})

        assert [line.what for line in Change.objects.get().lines] == ["Ciudad", "Permitir Recibir Alertas"]

    def test_wrong_contact_data_are_kept_beside_their_error(self, client: Client, felipe: User) -> None:
        form = client.get(url("contact", felipe.pk)).context["form"]
        values = {name: form[name].value() for name in form.fields if name != "receives_alerts"}

        response = client.post(url("contact", felipe.pk), {**values, "mobile": "601 307 7027"})

        assert set(response.context["form"].errors) == {"mobile"}
        assert 'value="601 307 7027"' in response.content.decode()

    def test_a_proposal_about_somebody_else_is_not_filled_in(self, client: Client, felipe: User) -> None:
        other = factories.user(felipe.company)
        values = {"first_names": "Otro", "first_surname": "Nombre", "second_surname": ""}
        client.post(url("main", other.pk), {**values, "profile": str(other.profile_id), "form_key": str(uuid4())})

        form = client.get(url("main", felipe.pk), {"cambio": str(Change.objects.get().pk)}).context["form"]

        assert form["first_names"].value() == felipe.first_names

    def test_a_password_is_proposed_with_its_address_in_sight(self, client: Client, felipe: User) -> None:
        User.objects.filter(pk=felipe.pk).update(state=UserState.PENDING)
        body = client.get(url("password", felipe.pk)).content.decode()

        client.post(url("password", felipe.pk), {"form_key": str(uuid4()), "activate": "on"})

        change = Change.objects.get()
        for words in ("Generar Contraseña", "Correo Electrónico", felipe.email):
            assert words in body
        assert wanted_of(change) == GeneratePassword(user=felipe.pk, activate=True)

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"credential_state": "none"}, "Sin contraseña"),
            ({"credential_state": "generated"}, "válida hasta"),
            ({"credential_state": "permanent"}, "vence el"),
            ({"credential_state": "generated", "password_expires_at": timezone.now()}, "Vencida"),
        ],
    )
    def test_says_what_the_present_password_is_worth(
        self, client: Client, felipe: User, values: dict[str, Any], words: str
    ) -> None:
        User.objects.filter(pk=felipe.pk).update(**values)

        assert words in client.get(url("password", felipe.pk)).content.decode()

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            ("pending", "Pendiente"),
            ("sent", "Entregado al servidor de correo"),
            ("failed", "Revise el correo electrónico y genere una nueva contraseña."),
            ("failed", "El servidor de correo lo rechazó (código 550)."),
            ("cancelled", "Se anuló antes de salir"),
        ],
    )
    def test_says_what_became_of_the_mail(self, client: Client, felipe: User, state: str, words: str) -> None:
        from accounts.passwords.generation import KIND
        from notifications.models import Delivery

        now = timezone.now()
        Delivery.objects.create(
            company_id=felipe.company_id,
            kind=KIND,
            about_id=felipe.pk,
            recipient=felipe.email,
            language="es",
            state=state,
            attempts=3,
            problem="the mail server answered 550" if state == "failed" else "",
            next_attempt_at=now,
            expires_at=now,
            created_at=now,
            finished_at=None if state == "pending" else now,
        )

        assert words in client.get(url("password", felipe.pk)).content.decode()


class TestStates:
    def test_finds_by_state(self, client: Client, felipe: User) -> None:
        factories.user(felipe.company, username="VictorP1", state=UserState.INACTIVE)

        assert usernames(client.get(url("states"), {"estado": "inactive"})) == ["VictorP1"]


class TestCompanyPages:
    def test_a_double_click_makes_one_profile(self, client: Client) -> None:
        values = {"name": "Pruebas_PRD", "operating_role": "both", "form_key": str(uuid4())}

        for _ in range(2):
            client.post(url("create-profile"), values)

        assert Change.objects.count() == 1

    def test_a_profile_is_proposed(self, client: Client) -> None:
        client.post(url("create-profile"), {"name": "Pruebas_PRD", "operating_role": "both", "form_key": str(uuid4())})

        assert Change.objects.get().title == "Crear el perfil Pruebas_PRD"

    def test_a_change_of_profile_is_proposed(self, client: Client, felipe: User) -> None:
        values = {"name": "Tesorería", "operating_role": "operator", "form_key": str(uuid4())}
        values |= {"every_option": "on", "every_service": "on"}

        client.post(url("edit-profile", felipe.profile_id), values)

        assert [line.after for line in Change.objects.get().lines] == ["Tesorería"]

    def test_an_impossible_profile_is_said_beside_the_field(self, client: Client) -> None:
        response = client.post(url("create-profile"), {"name": "=cmd", "operating_role": "x", "form_key": str(uuid4())})

        assert set(response.context["form"].errors) == {"name", "operating_role"}
        assert 'value="=cmd"' in response.content.decode()

    def test_alerts_are_proposed_for_the_users_shown(self, client: Client, felipe: User) -> None:
        victor = factories.user(felipe.company, username="VictorP1", receives_alerts=True)

        client.post(
            url("alerts"),
            {"shown": [str(felipe.pk), str(victor.pk)], "ticked": [str(felipe.pk)], "form_key": str(uuid4())},
        )

        assert [(line.before, line.after) for line in Change.objects.get().lines] == [
            ("No recibe alertas", "Recibe alertas"),
            ("Recibe alertas", "No recibe alertas"),
        ]

    def test_alerts_of_another_company_are_refused(self, client: Client, felipe: User) -> None:
        stranger = factories.user(factories.company(felipe.portal))

        response = client.post(
            url("alerts"), {"shown": [str(stranger.pk)], "ticked": [str(stranger.pk)], "form_key": str(uuid4())}
        )

        assert set(response.context["form"].errors) == {"shown", "ticked"}
        assert str(stranger.pk) not in response.text
        assert not Change.objects.exists()

    def test_networks_are_proposed(self, client: Client) -> None:
        values = {"network-0-network": "127.0.0.0/8", "network-0-label": "Aquí", **management(2)}

        client.post(url("addresses"), {**values, "form_key": str(uuid4())})

        assert [(line.what, line.after) for line in Change.objects.get().lines] == [("127.0.0.0/8", "Aquí")]

    def test_a_network_is_taken_away(self, client: Client, administrator: User) -> None:
        IpRule.objects.create(company=administrator.company, network="127.0.0.0/8", label="Aquí")
        IpRule.objects.create(company=administrator.company, network="10.0.0.0/8", label="")
        rows = client.get(url("addresses")).context["rows"]
        values = {row[name].html_name: row[name].value() or "" for row in rows for name in ("network", "label")}
        values["network-0-DELETE"] = "on"

        client.post(url("addresses"), {**values, **management(4, 2), "form_key": str(uuid4())})

        assert [(line.what, line.after) for line in Change.objects.get().lines] == [("10.0.0.0/8", "No permitida")]

    def test_an_impossible_network_is_said_beside_the_field(self, client: Client) -> None:
        values = {"network-0-network": "casa", **management(2), "form_key": str(uuid4())}

        response = client.post(url("addresses"), values)

        assert response.context["rows"].errors[0].keys() == {"network"}
        assert 'value="casa"' in response.content.decode()

    def test_shutting_oneself_out_is_refused(self, client: Client) -> None:
        values = {"network-0-network": "10.0.0.0/8", **management(2), "form_key": str(uuid4())}

        response = client.post(url("addresses"), values)

        assert response.context["form"].non_field_errors() == [
            "Su propia dirección actual, 127.0.0.1, quedaría por fuera. Agregue una red que la incluya."
        ]

    def test_a_form_of_networks_without_its_frame_is_refused(self, client: Client) -> None:
        assert client.post(url("addresses"), {"form_key": str(uuid4())}).status_code == 200
        assert not Change.objects.exists()

    def test_parameters_are_proposed(self, client: Client) -> None:
        client.post(url("parameters"), {"idle_minutes": "10", "password_days": "60", "form_key": str(uuid4())})

        assert Change.objects.get().params == {"idle_minutes": 10, "password_days": 60, "dual_control": False}

    @pytest.mark.parametrize(
        ("minutes", "days", "wrong"),
        [("16", "90", {"idle_minutes"}), ("5", "91", {"password_days"}), ("", "x", {"idle_minutes", "password_days"})],
    )
    def test_wrong_parameters_are_said_beside_the_field(
        self, client: Client, minutes: str, days: str, wrong: set[str]
    ) -> None:
        response = client.post(
            url("parameters"), {"idle_minutes": minutes, "password_days": days, "form_key": str(uuid4())}
        )

        assert set(response.context["form"].errors) == wrong
        assert not Change.objects.exists()

    def test_parameters_lead_to_the_days_and_hours_of_the_company(self, client: Client) -> None:
        assert reverse("schedules:company") in client.get(url("parameters")).content.decode()
