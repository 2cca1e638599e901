import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils import timezone

from accounts.enums import SessionEnd
from accounts.models import Session
from accounts.sessions.services import clear_expired_sessions
from accounts.sign_in import services as sign_in
from audit.enums import Event
from audit.models import AuditEvent
from directory.enums import CompanyState, CredentialState, SecurityImage, UserState
from directory.models import IpRule, User
from tests import factories
from tests.support.client import Client
from tests.support.there import there

pytestmark = pytest.mark.usefixtures("bank_scope")
GENERIC = "Los datos no son correctos o usted no puede ingresar en este momento."
STEP_1 = {"username": "Felipe20", "code": "", "conditions": "on"}


@pytest.fixture
def felipe() -> User:
    return factories.user(username="Felipe20")


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def enter(client: Client, password: str = factories.PASSWORD, **step_1: str) -> Any:
    client.post(reverse("sign-in"), {**STEP_1, **step_1})
    return client.post(reverse("sign-in-password"), {"password": password})


def is_inside(client: Client) -> bool:
    return client.get(reverse("own-account")).status_code == 200


def test_somebody_without_a_token_enters_by_name_and_password(client: Client, felipe: User) -> None:
    response = enter(client)

    assert (response.status_code, response["Location"]) == (302, reverse("home"))
    assert is_inside(client)


def test_case_and_blanks_of_the_name_do_not_matter(client: Client, felipe: User) -> None:
    enter(client, username=" FELIPE20 ")

    assert is_inside(client)


@pytest.mark.parametrize("missing", ["username", "conditions"])
def test_step_1_insists_on_name_and_conditions_and_keeps_what_was_typed(
    client: Client, felipe: User, missing: str
) -> None:
    values = {**STEP_1, "code": "123456"}
    del values[missing]

    response = client.post(reverse("sign-in"), values)

    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {missing}
    assert ("Felipe20" in response.text) == (missing != "username")


@pytest.mark.parametrize(
    "values",
    [{"code": "123456"}, {"code": "123 456", "conditions": ""}, {"code": "1" * 21}, {"code": '"><b>1', "username": ""}],
    ids=["refused", "conditions missing", "too long", "name missing"],
)
def test_a_code_is_never_written_back_into_the_page(client: Client, felipe: User, values: dict[str, str]) -> None:
    response = client.post(reverse("sign-in"), STEP_1 | values)

    (field,) = re.findall(r'<input[^>]*name="code"[^>]*>', response.text)
    assert response.status_code == 200
    assert "value=" not in field
    assert values["code"] not in response.text


def test_unknown_and_known_names_without_a_code_go_on_alike(client: Client, felipe: User) -> None:
    known = client.post(reverse("sign-in"), STEP_1)
    unknown = Client(headers={"host": "localhost"}).post(reverse("sign-in"), {**STEP_1, "username": "nadie"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_unknown_name_is_refused_with_the_generic_words_and_audited(client: Client) -> None:
    factories.portal()

    response = enter(client, username="nadie")

    assert GENERIC in response.text
    row = AuditEvent.objects.get(event=Event.SIGN_IN_REFUSED)
    assert (row.company_id, there(row.detail)["username"]) == (None, "nadie")


def test_wrong_password_is_never_shown_again(client: Client, felipe: User) -> None:
    response = enter(client, password="una clave equivocada")

    assert GENERIC in response.text
    assert "una clave equivocada" not in response.text
    assert not is_inside(client)


@pytest.mark.parametrize(
    "change",
    [
        {"state": UserState.INACTIVE},
        {"state": UserState.PENDING},
        {"state": UserState.LOCKED, "locked_at": timezone.now()},
        {"credential_state": CredentialState.NONE},
        {"credential_state": CredentialState.GENERATED, "password_expires_at": timezone.now() - timedelta(minutes=1)},
    ],
    ids=["inactive", "pending", "locked", "no password", "generated password expired"],
)
def test_who_may_not_enter_gets_the_same_words(client: Client, felipe: User, change: dict[str, Any]) -> None:
    User.objects.filter(pk=felipe.pk).update(**change)

    response = enter(client)

    assert GENERIC in response.text
    assert not is_inside(client)


def test_suspended_company_keeps_its_people_out(client: Client, felipe: User) -> None:
    felipe.company.state = CompanyState.SUSPENDED
    felipe.company.save()

    assert GENERIC in enter(client).text


def test_other_networks_are_kept_out(client: Client, felipe: User) -> None:
    IpRule.objects.create(company=felipe.company, network="10.0.0.0/8")

    assert GENERIC in enter(client).text


def test_the_fifth_wrong_password_locks_and_the_right_one_comes_too_late(client: Client, felipe: User) -> None:
    for _ in range(5):
        enter(client, password="equivocada de nuevo")

    response = enter(client)

    felipe.refresh_from_db()
    assert felipe.state == UserState.LOCKED
    assert GENERIC in response.text
    assert AuditEvent.objects.filter(event=Event.USER_LOCKED).count() == 1


def test_the_right_password_clears_the_count(client: Client, felipe: User) -> None:
    for _ in range(4):
        enter(client, password="equivocada de nuevo")

    enter(client)

    felipe.refresh_from_db()
    assert (felipe.state, felipe.failed_attempts) == (UserState.ACTIVE, 0)
    assert is_inside(client)


def test_failed_attempts_are_told_at_the_next_sign_in(client: Client, felipe: User) -> None:
    enter(client, password="equivocada de nuevo")
    enter(client)

    assert client.session["failed_since"] == 1


@pytest.mark.parametrize("so_far", [sign_in.MOST_FAILED_TOLD - 1, sign_in.MOST_FAILED_TOLD, 32_767])
@pytest.mark.parametrize("code", ["", "123456"], ids=["password", "code"])
def test_no_number_of_failed_attempts_keeps_one_out_of_the_trail(
    client: Client, felipe: User, so_far: int, code: str
) -> None:
    """As many as the column holds, and one more."""
    User.objects.filter(pk=felipe.pk).update(failed_since_sign_in=so_far)

    pages = [enter(client, password="equivocada de nuevo", code=code).status_code for _ in range(2)]

    felipe.refresh_from_db()
    assert pages == [200 if not code else 302] * 2
    assert felipe.failed_since_sign_in == sign_in.MOST_FAILED_TOLD
    assert AuditEvent.objects.filter(event=Event.SIGN_IN_REFUSED, actor_id=felipe.pk).count() == 2


def test_previous_sign_in_is_the_one_before_this(client: Client, felipe: User) -> None:
    enter(client)
    first = there(User.objects.get(pk=felipe.pk).signed_in_at)
    enter(client)

    assert client.session["previous_at"] == first.isoformat()


NEW = {"new": "otra frase larga y clara", "repeated": "otra frase larga y clara"}


def with_generated_password(user: User, **values: Any) -> None:
    User.objects.filter(pk=user.pk).update(credential_state=CredentialState.GENERATED, security_image="", **values)


def test_generated_password_opens_one_session_at_a_time_that_only_changes_it(client: Client, felipe: User) -> None:
    with_generated_password(felipe)

    enter(client)
    second = Client(headers={"host": "localhost"})
    again = enter(second)

    assert again["Location"] == reverse("home")
    for page in ("home", "own-image", "own-account", "rights:own", "products:own", "inbox:messages"):
        assert second.get(reverse(page))["Location"] == reverse("own-password")
    assert client.get(reverse("home"))["Location"] == f"{reverse('sign-in')}?motivo={SessionEnd.NEWER}"


def test_who_is_interrupted_before_the_change_comes_again_with_the_generated_password(
    client: Client, felipe: User
) -> None:
    with_generated_password(felipe)
    enter(Client(headers={"host": "localhost"}))

    enter(client)
    changed = client.post(reverse("own-password"), NEW)

    assert changed["Location"] == reverse("home")


def test_once_the_person_has_saved_their_own_the_generated_password_is_worthless(client: Client, felipe: User) -> None:
    with_generated_password(felipe)
    enter(client)
    client.post(reverse("own-password"), NEW)
    other = Client(headers={"host": "localhost"})

    refused = enter(other)
    client.post(reverse("own-image"), {"image": "tortuga"})
    kept = client.post(
        reverse("own-password"),
        {"present": NEW["new"], "new": factories.PASSWORD, "repeated": factories.PASSWORD},
    )

    assert GENERIC in refused.text
    assert "últimas cinco" in kept.text


def test_a_generated_password_that_ends_inside_the_session_ends_it(client: Client, felipe: User) -> None:
    with_generated_password(felipe)
    enter(client)
    User.objects.filter(pk=felipe.pk).update(password_expires_at=timezone.now())

    ended = client.get(reverse("own-password"))

    assert ended["Location"] == f"{reverse('sign-in')}?motivo={SessionEnd.WITHDRAWN}"
    assert "La contraseña generada venció." in client.get(ended["Location"]).text


def test_first_sign_in_goes_through_password_and_image_to_the_home_page(client: Client, felipe: User) -> None:
    with_generated_password(felipe)
    enter(client)

    kept = client.post(reverse("own-password"), {"new": factories.PASSWORD, "repeated": factories.PASSWORD})
    changed = client.post(reverse("own-password"), NEW)
    home = client.get(reverse("home"))
    client.post(reverse("own-image"), {"image": "tortuga"})

    assert "últimas cinco" in kept.text
    assert changed["Location"] == reverse("home")
    assert home["Location"] == reverse("own-image")
    assert client.get(reverse("home")).status_code == 200
    felipe.refresh_from_db()
    assert (felipe.security_image, felipe.credential_state) == ("tortuga", CredentialState.PERMANENT)


def test_expired_own_password_must_be_changed_first(client: Client, felipe: User) -> None:
    User.objects.filter(pk=felipe.pk).update(password_expires_at=timezone.now() - timedelta(days=1))

    enter(client)

    assert client.get(reverse("home"))["Location"] == reverse("own-password")


def test_who_came_with_an_expired_password_is_not_asked_for_it_again(client: Client, felipe: User) -> None:
    User.objects.filter(pk=felipe.pk).update(password_expires_at=timezone.now() - timedelta(days=1))
    enter(client)

    page = client.get(reverse("own-password"))
    changed = client.post(reverse("own-password"), NEW)

    assert set(page.context["form"].fields) == {"new", "repeated"}
    assert "La contraseña venció y primero se debe cambiar." in page.text
    assert changed["Location"] == reverse("home")


def test_a_password_that_expires_inside_the_session_is_changed_with_the_present_one_alone(
    client: Client, felipe: User
) -> None:
    enter(client)
    User.objects.filter(pk=felipe.pk).update(password_expires_at=timezone.now())

    without = client.post(reverse("own-password"), NEW)
    wrong = client.post(reverse("own-password"), {**NEW, "present": "no es esta"})
    attempts = User.objects.get(pk=felipe.pk).failed_attempts
    right = client.post(reverse("own-password"), {**NEW, "present": factories.PASSWORD})

    assert client.session["_auth_user_id"] == str(felipe.pk)
    assert list(without.context["form"].errors) == ["present"]
    assert "No es su contraseña actual." in wrong.text
    assert attempts == 1
    assert right["Location"] == reverse("home")


def test_nobody_guesses_old_passwords_at_a_session_left_open(client: Client, felipe: User) -> None:
    enter(client)

    page = client.post(
        reverse("own-password"),
        {"present": "no es esta", "new": factories.PASSWORD, "repeated": factories.PASSWORD},
    )

    assert list(page.context["form"].errors) == ["present"]
    assert User.objects.get(pk=felipe.pk).failed_attempts == 1


def test_the_right_present_password_counts_nothing_though_the_new_one_is_refused(client: Client, felipe: User) -> None:
    enter(client)
    old = {"present": factories.PASSWORD, "new": factories.PASSWORD, "repeated": factories.PASSWORD}

    for _ in range(6):
        page = client.post(reverse("own-password"), old)

    felipe.refresh_from_db()
    assert "últimas cinco" in page.text
    assert (felipe.state, felipe.failed_attempts) == (UserState.ACTIVE, 0)


def test_a_newer_sign_in_ends_the_older_session_and_says_so(client: Client, felipe: User) -> None:
    older = Client(headers={"host": "localhost"})
    enter(older)

    enter(client)

    answer = older.get(reverse("home"))
    assert answer["Location"] == f"{reverse('sign-in')}?motivo={SessionEnd.NEWER}"
    assert str(SessionEnd.NEWER.label) in older.get(answer["Location"]).text
    assert is_inside(client)
    assert Session.objects.filter(user=felipe, ended_because="").count() == 1


def test_who_signs_in_at_the_browser_of_another_signs_that_one_out(client: Client, felipe: User) -> None:
    enter(client)
    factories.user(felipe.company, username="Otra20")

    enter(client, username="Otra20")

    ended = AuditEvent.objects.filter(event=Event.SIGN_OUT).values_list("actor_name", "detail__because")
    assert list(ended) == [("Felipe20", SessionEnd.SIGNED_OUT)]
    assert not Session.objects.filter(user=felipe, ended_because="").exists()


def test_session_of_a_user_just_made_inactive_ends_at_the_next_request(client: Client, felipe: User) -> None:
    enter(client)
    User.objects.filter(pk=felipe.pk).update(state=UserState.INACTIVE)

    response = client.get(reverse("home"))

    assert response["Location"] == f"{reverse('sign-in')}?motivo={SessionEnd.WITHDRAWN}"


@pytest.mark.parametrize(("seconds", "inside"), [(299, True), (301, False)])
def test_idle_limit_holds_on_the_server(client: Client, felipe: User, seconds: int, inside: bool) -> None:
    enter(client)
    Session.objects.filter(user=felipe).update(seen_at=timezone.now() - timedelta(seconds=seconds))

    assert is_inside(client) == inside


@pytest.mark.parametrize(("seconds", "inside"), [(-5, True), (5, False)])
def test_a_session_has_a_longest_duration(client: Client, felipe: User, seconds: int, inside: bool) -> None:
    enter(client)
    Session.objects.filter(user=felipe).update(started_at=timezone.now() - timedelta(hours=12, seconds=seconds))

    assert is_inside(client) == inside


def test_cookie_value_is_not_in_the_database(client: Client, felipe: User) -> None:
    enter(client)

    assert client.cookies["occired"].value not in {row.session_key for row in Session.objects.all()}


def test_session_key_changes_at_both_steps(client: Client, felipe: User) -> None:
    client.get(reverse("sign-in"))
    client.post(reverse("sign-in"), STEP_1)
    half = client.cookies["occired"].value
    client.post(reverse("sign-in-password"), {"password": factories.PASSWORD})

    assert client.cookies["occired"].value != half
    client.cookies["occired"] = half
    assert not is_inside(client)


def test_step_2_without_step_1_leads_back(client: Client, felipe: User) -> None:
    response = client.post(reverse("sign-in-password"), {"password": factories.PASSWORD})

    assert response["Location"] == reverse("sign-in")


def test_half_open_session_is_no_session_and_holds_nothing_typed(client: Client, felipe: User) -> None:
    client.post(reverse("sign-in"), {**STEP_1, "code": ""})

    assert client.get(reverse("home"))["Location"] == reverse("sign-in")
    assert set(client.session["pending_sign_in"]) == {
        *("username", "user_id", "company_id", "device", "image", "at", "portal", "conditions")
    }


def test_half_open_session_dies_after_five_minutes(client: Client, felipe: User) -> None:
    client.post(reverse("sign-in"), STEP_1)
    session = client.session
    session["pending_sign_in"] = {**session["pending_sign_in"], "at": session["pending_sign_in"]["at"] - 301}
    session.save()

    response = client.post(reverse("sign-in-password"), {"password": factories.PASSWORD})

    assert response["Location"] == reverse("sign-in")


def test_unknown_names_get_an_image_that_stays_the_same(client: Client) -> None:
    portal = factories.portal()

    images = {sign_in.decoy_image(portal, name) for name in ("nadie", "NADIE", " nadie ")}

    assert len(images) == 1


def test_image_is_served_in_the_half_open_session_alone(client: Client, felipe: User) -> None:
    assert client.get(reverse("sign-in-image")).status_code == 404

    client.post(reverse("sign-in"), STEP_1)
    image = client.get(reverse("sign-in-image"))

    assert (image.status_code, image["Content-Type"], image["Cache-Control"]) == (200, "image/svg+xml", "no-store")


def test_step_2_shows_nobody_without_a_code_anything_of_their_own(client: Client, felipe: User) -> None:
    """Not even whether the name exists: the same image whatever the person chose."""
    shown = set()
    for image in (*SecurityImage.values, ""):
        User.objects.filter(pk=felipe.pk).update(security_image=image)
        client.post(reverse("sign-in"), STEP_1)
        shown.add(client.get(reverse("sign-in-image")).content)

    page = client.get(reverse("sign-in-password"))

    assert len(shown) == 1
    assert "Esta no es la suya" in page.text
    assert "Si la imagen no coincide" not in page.text


def test_without_a_token_ones_own_image_is_on_the_first_page(client: Client, felipe: User) -> None:
    enter(client)

    home = client.get(reverse("home"))

    assert home.context["own_image"] == "faro"
    assert re.search(r'<img src="[^"]*/img/security/faro[^"]*\.svg"', home.text)


def test_the_end_of_a_session_says_rule_remedy_and_decision_number_once(client: Client, felipe: User) -> None:
    enter(client)
    IpRule.objects.create(company=felipe.company, network="10.0.0.0/8")
    ended = client.get(reverse("home"))

    page = client.get(ended["Location"])
    again = client.get(ended["Location"])

    row = AuditEvent.objects.get(event=Event.SESSION_ENDED)
    assert row.detail == {"because": "address", "rule": "address.allowed"}
    for words in ("La dirección de red no está permitida.", "El administrador de la empresa", f"<code>{row.sequence}<"):
        assert words in page.text
        assert words not in again.text


def test_a_refused_page_carries_the_number_of_its_row_in_the_trail(client: Client, felipe: User) -> None:
    enter(client)

    page = client.get(reverse("users:search"))

    row = AuditEvent.objects.get(event=Event.ACCESS_REFUSED)
    assert (page.status_code, row.actor_id, row.outcome) == (403, felipe.pk, "refused")
    assert f"<code>{row.sequence}</code>" in page.text


def test_leaving_ends_the_session(client: Client, felipe: User) -> None:
    enter(client)

    answer = client.post(reverse("sign-out"), follow=True)

    assert "Usted salió del portal." in answer.text
    assert not is_inside(client)
    assert AuditEvent.objects.filter(event=Event.SIGN_OUT).count() == 1


def test_own_password_wants_the_present_one_and_counts_wrong_ones(client: Client, felipe: User) -> None:
    enter(client)
    typed = {"present": "no es esta", "new": "otra frase larga y clara", "repeated": "otra frase larga y clara"}

    response = client.post(reverse("own-password"), typed)

    assert "No es su contraseña actual." in response.text
    felipe.refresh_from_db()
    assert felipe.failed_attempts == 1


def test_own_password_ends_the_other_sessions_and_keeps_this_one(client: Client, felipe: User) -> None:
    enter(client)
    old_hash = felipe.password
    typed = {"present": factories.PASSWORD, "new": "otra frase larga y clara", "repeated": "otra frase larga y clara"}

    response = client.post(reverse("own-password"), typed)

    felipe.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, reverse("home"))
    assert felipe.password != old_hash
    assert is_inside(client)


@pytest.mark.parametrize(
    "new", ["corta", "password1234", "Felipe20 y mas letras", "aaaaaaaaaaaaaa"], ids=["short", "common", "name", "one"]
)
def test_weak_own_passwords_are_refused(client: Client, felipe: User, new: str) -> None:
    enter(client)

    response = client.post(reverse("own-password"), {"present": factories.PASSWORD, "new": new, "repeated": new})

    assert response.status_code == 200
    assert "new" in response.context["form"].errors


def test_every_page_is_never_stored_and_carries_a_strict_policy(client: Client, felipe: User) -> None:
    for response in (client.get(reverse("sign-in")), enter(client), client.get(reverse("home")), client.get("/nada/")):
        assert response["Cache-Control"] == "no-store"
        assert "unsafe-inline" not in response["Content-Security-Policy"]


def test_an_unknown_host_has_no_portal(felipe: User) -> None:
    assert Client(headers={"host": "occinet.localhost"}).get(reverse("sign-in")).status_code == 404


def test_hash_of_the_password_is_argon2id() -> None:
    assert make_password("algo").startswith("argon2$argon2id$")


def test_rows_of_expired_sessions_are_cleared_and_no_others(client: Client, felipe: User) -> None:
    enter(Client(headers={"host": "localhost"}))
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    enter(client)

    assert clear_expired_sessions() >= 1
    assert is_inside(client)
    assert Session.objects.filter(expire_date__lt=timezone.now()).count() == 0
