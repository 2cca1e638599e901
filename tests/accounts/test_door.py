"""What the door says, what people are told once inside, and the two steps of whoever comes for the first time."""

import pytest
from django.urls import reverse

from directory.enums import CredentialState
from directory.models import User
from notifications.models import Delivery, Message
from tests import factories
from tests.accounts.test_sign_in import GENERIC, NEW, STEP_1, enter, with_generated_password
from tests.support.client import Client

pytestmark = pytest.mark.usefixtures("bank_scope")


@pytest.fixture
def felipe() -> User:
    return factories.user(username="Felipe20")


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


class TestTheWayOut:
    """Decision 35: the same to everybody, and it goes by what this browser tried, not by any user."""

    def test_every_refusal_says_what_to_do(self, client: Client, felipe: User) -> None:
        refused = enter(client, password="no es esta")

        assert GENERIC in refused.text
        for words in ("Revise las tres cosas", "Tras 5 intentos fallidos seguidos", "un administrador de su empresa"):
            assert words in refused.text

    @pytest.mark.parametrize("name", ["Felipe20", "nadie"])
    def test_the_warning_comes_at_the_same_attempt_whoever_is_named(
        self, client: Client, felipe: User, name: str
    ) -> None:
        warned = []
        for _ in range(6):
            client.post(reverse("sign-in"), {**STEP_1, "username": name})
            text = client.post(reverse("sign-in-password"), {"password": "no es esta"}).text
            warned.append(("pida una nueva" in text, "no siga intentando" in text))

        assert warned == [(False, False)] * 2 + [(True, False)] * 2 + [(False, True)] * 2

    def test_a_user_whom_another_browser_locked_brings_no_warning(self, client: Client, felipe: User) -> None:
        other = Client(headers={"host": "localhost"})
        for _ in range(5):
            enter(other, password="no es esta")

        refused = enter(client, password="no es esta")

        felipe.refresh_from_db()
        assert felipe.is_locked
        assert "Este navegador lleva" not in refused.text

    def test_a_full_sign_in_forgets_them(self, client: Client, felipe: User) -> None:
        enter(client, password="no es esta")
        assert client.cookies["occired-tries"].value.startswith("1:")

        enter(client)

        assert client.cookies["occired-tries"].value == ""

    @pytest.mark.parametrize("forged", ["4", "4:x", "", ":", "-1:x"])
    def test_a_count_that_is_not_ours_is_none(self, client: Client, felipe: User, forged: str) -> None:
        client.cookies["occired-tries"] = forged

        enter(client, password="no es esta")

        assert client.cookies["occired-tries"].value.startswith("1:")


class TestWhatWasRefusedMeanwhile:
    def test_the_person_reads_it_after_a_full_sign_in(self, client: Client, felipe: User) -> None:
        enter(client)
        enter(Client(headers={"host": "localhost"}), password="no es esta")

        enter(Client(headers={"host": "localhost"}))

        message = Message.objects.get(subject="Se rechazaron intentos de ingresar con su usuario")
        assert message.user == felipe
        assert "Rechazados desde su último ingreso: 1." in message.body
        assert "· 127.0.0.1 · contraseña incorrecta" in message.body

    def test_nothing_is_told_where_nothing_was_refused(self, client: Client, felipe: User) -> None:
        enter(client)
        enter(Client(headers={"host": "localhost"}))

        assert Message.objects.count() == 0

    def test_a_sign_in_from_an_address_nobody_came_from_is_told_once(self, client: Client, felipe: User) -> None:
        enter(client)
        User.objects.filter(pk=felipe.pk).update(signed_in_address="192.0.2.7")
        enter(Client(headers={"host": "localhost"}))
        assert Message.objects.count() == 0

        elsewhere = Client(headers={"host": "localhost"}, REMOTE_ADDR="198.51.100.9")
        enter(elsewhere)
        enter(client)
        enter(elsewhere)

        (message,) = Message.objects.all()
        assert message.subject == "Su usuario ingresó desde una dirección de red nueva"
        assert "198.51.100.9" in message.body

    def test_a_lock_is_told_to_the_person_and_to_the_administrators(self, client: Client, felipe: User) -> None:
        administrator = factories.administrator(felipe.company)
        for _ in range(7):
            enter(client, password="no es esta")

        assert {message.user for message in Message.objects.all()} == {felipe, administrator}
        assert sorted(each.recipient for each in Delivery.objects.all()) == sorted([felipe.email, administrator.email])


class TestFirstSteps:
    def test_two_steps_without_a_menu_that_are_gone_on_with_after_a_pause(self, client: Client, felipe: User) -> None:
        with_generated_password(felipe)
        enter(client)

        first = client.get(reverse("own-password"))
        client.post(reverse("own-password"), NEW)
        client.post(reverse("sign-out"))
        enter(client, password=NEW["new"])
        second = client.get(client.get(reverse("home"))["Location"])

        for page, words in ((first, "Paso 1 de 2"), (second, "Paso 2 de 2")):
            assert words in page.text
            assert ("data-menu" in page.text, "oc-panel" in page.text) == (False, False)
        assert client.get(reverse("own-password"))["Location"] == reverse("own-image")

    def test_who_has_an_image_has_one_step(self, client: Client, felipe: User) -> None:
        User.objects.filter(pk=felipe.pk).update(credential_state=CredentialState.GENERATED)
        enter(client)

        page = client.get(reverse("own-password"))
        changed = client.post(reverse("own-password"), NEW)

        assert ("Paso 1" in page.text, "data-menu" in page.text) == (False, False)
        assert client.get(changed["Location"]).status_code == 200

    def test_who_changes_it_by_themselves_stays_in_the_portal(self, client: Client, felipe: User) -> None:
        enter(client)

        assert "data-menu" in client.get(reverse("own-password")).text
