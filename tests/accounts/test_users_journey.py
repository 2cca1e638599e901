"""From Crear Nuevo to the mail with the password, page by page as an administrator goes."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from changes.models import Draft
from directory.enums import CredentialState, UserState
from directory.models import User
from notifications.models import Delivery
from notifications.services import deliver
from tests import factories
from tests.accounts.confirming import BELIEVED
from tests.directory.test_people_rules import GOOD
from tests.support.client import Client

pytestmark = pytest.mark.usefixtures("bank_scope")


def confirmed(client: Client, response: Any) -> Any:
    """The confirmation page read, and answered."""
    assert client.get(response["Location"]).status_code == 200
    with BELIEVED:
        return client.post(response["Location"], {"code": "123456"})


def test_a_user_is_created_and_gets_a_password(
    client_for: Callable[..., Client], administrator: User, mailoutbox: list[Any]
) -> None:
    client = client_for(administrator)
    profile = factories.profile(administrator.company)
    values = {**GOOD, "profile": str(profile.pk), "form_key": str(uuid4())}

    client.post(reverse("users:create"), values)
    created = confirmed(client, client.post(reverse("users:draft-review", args=[Draft.objects.get().pk])))

    user = User.objects.get(username="Felipe20")
    assert created["Location"] == reverse("users:set-up-done", args=[user.pk])
    assert client.get(created["Location"]).status_code == 200

    password_tab = reverse("users:password", args=[user.pk])
    page = client.get(password_tab)
    form_key = str(page.context["form"]["form_key"].value())
    generated = confirmed(client, client.post(password_tab, {"form_key": form_key, "activate": "on"}))

    user.refresh_from_db()
    assert generated["Location"] == password_tab
    assert (user.state, user.credential_state) == (UserState.ACTIVE, CredentialState.GENERATED)
    assert "Pendiente" in client.get(password_tab).content.decode()

    deliver(Delivery.objects.get().pk)

    body = client.get(password_tab).content.decode()
    assert "Entregado al servidor de correo" in body
    assert mailoutbox[0].to == [GOOD["email"]]
    secret = next(line for line in mailoutbox[0].body.splitlines() if line.startswith("Contraseña: "))
    assert secret.removeprefix("Contraseña: ") not in body


def test_a_change_given_up_comes_back_with_what_was_typed(
    client_for: Callable[..., Client], administrator: User
) -> None:
    client = client_for(administrator)
    profile = factories.profile(administrator.company)
    client.post(reverse("users:create"), {**GOOD, "city": "Chía", "profile": str(profile.pk), "form_key": str(uuid4())})
    proposed = client.post(reverse("users:draft-review", args=[Draft.objects.get().pk]))
    change_id = proposed["Location"].strip("/").split("/")[-1]

    back = client.post(reverse("changes:withdraw", args=[change_id]), {"then": "correct"})

    form = client.get(back["Location"]).context["form"]
    assert {name: form[name].value() for name in ("username", "city")} == {"username": "Felipe20", "city": "Chía"}
    assert str(form["profile"].value()) == str(profile.pk)
