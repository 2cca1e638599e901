"""As whom and where a session was opened, and what becomes of one that is brought elsewhere or says something else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Session
from accounts.sessions.standing import STANDING, Standing, read, standing_of
from directory.models import Company, User
from tenancy import context
from tests import factories
from tests.support.back_office import HOST, give_token, staff_client
from tests.support.client import Client
from tests.support.people import signed_in

pytestmark = pytest.mark.usefixtures("bank_scope")
ELSEWHERE = "occinet.localhost"
STEP_1 = {"username": "Felipe20", "code": "", "conditions": "on"}


@pytest.fixture
def felipe() -> User:
    return factories.user(username="Felipe20")


def is_inside(client: Client) -> bool:
    return client.get(reverse("own-account")).status_code == 200


def enter(client: Client) -> Any:
    client.post(reverse("sign-in"), STEP_1)
    return client.post(reverse("sign-in-password"), {"password": factories.PASSWORD})


def say(client: Client, standing: object) -> None:
    session = client.session
    session[STANDING] = standing
    session.save()


@contextmanager
def scopes_of_statements() -> Iterator[set[str]]:
    """The scope in which each statement of the block ran."""
    kinds: set[str] = set()

    def note(execute: Callable[..., Any], *args: Any) -> Any:
        kinds.add(context.current().kind)
        return execute(*args)

    with connection.execute_wrapper(note):
        yield kinds


def test_a_session_says_as_whom_and_where_it_was_opened(felipe: User) -> None:
    client = Client(headers={"host": "localhost"})

    enter(client)

    assert client.session[STANDING] == ["company", str(felipe.company_id), str(felipe.portal.pk)]
    assert Session.objects.get(user=felipe).company_id == felipe.company_id


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        "company",
        ["bank", "", "OWN PORTAL"],
        ["bank", "", "00000000-0000-0000-0000-000000000000"],
        ["company", "", "OWN PORTAL"],
        ["company", str(uuid4()), "OWN PORTAL"],
        ["company", "OWN COMPANY", str(uuid4())],
        ["none", "OWN COMPANY", "OWN PORTAL"],
    ],
)
def test_a_session_that_does_not_say_what_its_user_has_is_ended(felipe: User, said: Any) -> None:
    client = signed_in(felipe)
    assert is_inside(client)
    own = {"OWN PORTAL": str(felipe.portal.pk), "OWN COMPANY": str(felipe.company_id)}
    say(client, [own.get(part, part) for part in said] if isinstance(said, list) else said)

    assert not is_inside(client)
    assert Session.objects.filter(user=felipe).count() == 0


def test_a_user_who_belongs_elsewhere_now_is_outside(felipe: User) -> None:
    client = signed_in(felipe)
    Company.objects.filter(pk=felipe.company_id).update(portal=factories.portal(hostnames=[ELSEWHERE]))

    assert not is_inside(client)
    assert Session.objects.filter(user=felipe).count() == 0


def test_a_session_of_one_portal_is_refused_by_another_and_ended(felipe: User) -> None:
    factories.portal(hostnames=[ELSEWHERE])
    client = signed_in(felipe)
    abroad = Client(headers={"host": ELSEWHERE})
    abroad.cookies = client.cookies

    assert not is_inside(abroad)
    assert not is_inside(client)


def test_a_session_is_good_on_every_host_of_its_portal(felipe: User) -> None:
    client = signed_in(felipe)
    beside = Client(headers={"host": "testserver"})
    beside.cookies = client.cookies

    assert is_inside(beside)


def test_bank_staff_have_no_scope_at_a_portal_of_customers(felipe: User) -> None:
    staff = staff_client()
    at_the_portal = Client(headers={"host": "localhost"})
    at_the_portal.cookies = staff.cookies

    with scopes_of_statements() as kinds:
        answer = at_the_portal.get(reverse("own-account"))

    assert (answer.status_code, kinds) == (302, {"none"})


def test_a_customer_has_no_scope_in_the_back_office(felipe: User) -> None:
    in_the_back_office = Client(headers={"host": HOST})
    in_the_back_office.cookies = signed_in(felipe).cookies

    with scopes_of_statements() as kinds:
        answer = in_the_back_office.get("/oficina/")

    assert (answer.status_code, kinds) == (302, {"none"})


def test_a_sign_in_begun_at_one_portal_is_not_finished_at_another(felipe: User) -> None:
    factories.portal(hostnames=[ELSEWHERE])
    client = Client(headers={"host": "localhost"})
    client.post(reverse("sign-in"), STEP_1)
    abroad = Client(headers={"host": ELSEWHERE})
    abroad.cookies = client.cookies

    answer = abroad.post(reverse("sign-in-password"), {"password": factories.PASSWORD})

    assert answer["Location"] == reverse("sign-in")
    assert Session.objects.filter(user=felipe).count() == 0


@pytest.mark.parametrize("code", ["", "123456"], ids=["without a code", "with one"])
def test_the_sign_in_of_an_unknown_name_runs_in_the_narrowest_scope(code: str) -> None:
    factories.portal()
    client = Client(headers={"host": "localhost"})

    with scopes_of_statements() as kinds:
        client.post(reverse("sign-in"), {**STEP_1, "username": "nadie", "code": code})
        client.post(reverse("sign-in-password"), {"password": "lo que sea que escriba"})

    assert kinds == {"none", "sign_in"}


def test_the_sign_in_of_one_of_the_staff_at_a_customers_portal_is_that_of_an_unknown_name() -> None:
    factories.portal()
    give_token(factories.bank_staff(username="banco"))
    client = Client(headers={"host": "localhost"})

    with scopes_of_statements() as kinds:
        client.post(reverse("sign-in"), {**STEP_1, "username": "banco"})
        answer = client.post(reverse("sign-in-password"), {"password": factories.PASSWORD})

    assert (answer.status_code, kinds) == (200, {"none", "sign_in"})


def test_a_session_without_anybody_asks_for_no_company(felipe: User) -> None:
    with scopes_of_statements() as kinds:
        Client(headers={"host": "localhost"}).get(reverse("sign-in"))

    assert kinds == {"none"}


def copied(source: Session, target: Session) -> None:
    """What somebody who can write to the table would try: another session's content under one's own key."""
    Session.objects.filter(pk=target.pk).update(session_data=source.session_data)


def test_the_content_of_a_session_is_good_in_its_own_row_alone(felipe: User) -> None:
    administrator = factories.administrator(felipe.company)
    client, _theirs = signed_in(felipe), signed_in(administrator)

    copied(Session.objects.get(user=administrator), Session.objects.get(user=felipe))

    assert not is_inside(client)


class TestClocks:
    """The two limits of a session: what starts them, and what never starts them again."""

    @pytest.fixture
    def client(self, felipe: User) -> Client:
        """Signed in eleven hours ago, and last active two minutes ago."""
        client = signed_in(felipe)
        Session.objects.filter(user=felipe).update(started_at=ago(hours=11), seen_at=ago(minutes=2))
        return client

    def clocks(self, user: User) -> tuple[int, int]:
        """Whole hours since the start and whole minutes since the last activity."""
        row, now = Session.objects.get(user=user, ended_because=""), timezone.now()
        return int((now - row.started_at).total_seconds()) // 3600, int((now - row.seen_at).total_seconds()) // 60

    def test_a_page_is_activity_and_no_new_beginning(self, client: Client, felipe: User) -> None:
        client.get(reverse("home"))

        assert self.clocks(felipe) == (11, 0)

    def test_a_change_of_the_own_password_is_activity_and_no_new_beginning(self, client: Client, felipe: User) -> None:
        before = client.cookies["occired"].value
        new = "otra frase larga y clara"

        answer = client.post(reverse("own-password"), {"present": factories.PASSWORD, "new": new, "repeated": new})

        assert (answer.status_code, self.clocks(felipe)) == (302, (11, 0))
        assert client.cookies["occired"].value != before
        assert is_inside(client)

    def test_step_1_of_another_sign_in_touches_neither_clock(self, client: Client, felipe: User) -> None:
        before = client.cookies["occired"].value

        client.get(reverse("sign-in"))
        answer = client.post(reverse("sign-in"), STEP_1)

        assert (answer["Location"], self.clocks(felipe)) == (reverse("sign-in-password"), (11, 2))
        assert client.cookies["occired"].value != before
        assert is_inside(client)

    def test_a_whole_sign_in_starts_both(self, client: Client, felipe: User) -> None:
        enter(client)

        assert self.clocks(felipe) == (0, 0)

    @pytest.mark.parametrize("path", ["/healthz", "/readyz", "/nada/", "/static/nada.css", "/administracion/"])
    def test_probes_and_what_does_not_exist_are_no_activity(self, client: Client, felipe: User, path: str) -> None:
        client.get(path)

        assert self.clocks(felipe) == (11, 2)

    def test_a_page_that_may_not_be_seen_is_no_activity(self, client: Client, felipe: User) -> None:
        assert client.get(reverse("users:search")).status_code == 403

        assert self.clocks(felipe) == (11, 2)

    @pytest.mark.parametrize("wanted_as", ["empty", "image", "script"])
    def test_what_a_page_asks_for_by_itself_is_no_activity(self, client: Client, felipe: User, wanted_as: str) -> None:
        client.get(reverse("home"), headers={"Sec-Fetch-Dest": wanted_as})

        assert self.clocks(felipe) == (11, 2)

    def test_who_says_to_be_still_here_is(self, client: Client, felipe: User) -> None:
        client.post(reverse("still-here"), headers={"Sec-Fetch-Dest": "empty"})

        assert self.clocks(felipe) == (11, 0)

    def test_help_that_is_open_to_everybody_is_activity(self, client: Client, felipe: User) -> None:
        client.get(reverse("help:contact"), headers={"Sec-Fetch-Dest": "document"})

        assert self.clocks(felipe) == (11, 0)

    def test_work_in_the_back_office_is_activity(self) -> None:
        client = staff_client()
        Session.objects.update(seen_at=ago(minutes=2))

        client.get("/oficina/")

        assert Session.objects.get(ended_because="").seen_at > ago(minutes=1)

    def test_the_twelve_hours_end_whatever_was_done_meanwhile(self, client: Client, felipe: User) -> None:
        client.post(reverse("sign-in"), STEP_1)
        Session.objects.filter(user=felipe).update(started_at=ago(hours=12))

        assert client.get(reverse("home"))["Location"].endswith("motivo=too_long")


def ago(**past: int) -> datetime:
    return timezone.now() - timedelta(**past)


class TestStanding:
    def test_what_is_written_is_read_again(self, felipe: User) -> None:
        for user in (felipe, factories.bank_staff()):
            assert read(standing_of(user).written()) == standing_of(user)

    @pytest.mark.parametrize(
        "written",
        [
            None,
            "bank",
            ["bank"],
            ["bank", "", "no id"],
            ["bank", str(uuid4()), str(uuid4())],
            ["company", "", str(uuid4())],
            ["company", None, str(uuid4())],
            ["sign_in", "", str(uuid4())],
        ],
    )
    def test_what_cannot_be_understood_is_nothing(self, written: object) -> None:
        assert read(written) is None

    def test_the_banks_is_the_one_without_a_company(self) -> None:
        portal_id = uuid4()

        assert read(["bank", "", str(portal_id)]) == Standing(is_staff=True, company_id=None, portal_id=portal_id)
