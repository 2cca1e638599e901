"""Who is told of what, where, in which words; and that both parts of a mail say the same."""

import email
import re
from email import policy
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from audit.authority import Authority
from directory.enums import CredentialState, UserState
from directory.models import User
from notifications.documents import mail_of
from notifications.enums import Channel, Notice
from notifications.kinds import KINDS, OPTIONAL
from notifications.models import Delivery, Message
from notifications.services import Secret, deliver, tell
from tests import factories
from tests.notifications.mails import SECRET
from tests.support.mail import MailServer, part_of

pytestmark = pytest.mark.usefixtures("bank_scope")

# Whatever the words of any notice may name, each a text that is found again.
VALUES = {
    "title": "Límites de Felipe20",
    "who": "adelgado",
    "lines": "Diario: 1.00 → 2.00",
    "ending": "Vencido",
    "email": "d***@empresa.example",
    "times": "5",
    "attempts": "2026/11/22 02:13 · 192.0.2.7 · contraseña incorrecta",
    "profile": "Consulta",
    "added": "CAHOFelipe",
    "removed": "–",
    "count": "12",
    "reason": "Perdió el teléfono <b>",
    "token": "Virtual · 1234",
    "until": "2026/11/23 02:13 (America/Bogota, UTC-05:00)",
}
AUDIENCES = [
    (notice, audience)
    for notice, kind in KINDS.items()
    for audience in ("person", "administrators", "by_bank")
    if (words := getattr(kind, audience)) and Channel.MAIL in words.channels
]


class Words(HTMLParser):
    """The texts of an HTML mail, and what it would load or follow."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(" ".join(data.split()))


def html_of(message: Any) -> Words:
    words = Words()
    words.feed(part_of(message, "html"))
    return words


def mails_of(person: User, notice: Notice, audience: str, *, staff: User) -> list[Any]:
    """Everything that is sent, by the bank where that is what its words are for."""
    by_bank = Authority.of_bank(staff) if audience == "by_bank" else None
    secret = Secret(clear=SECRET, expires_at=timezone.now()) if notice == Notice.PASSWORD_GENERATED else None
    return [mail_of(each) for each in tell(notice, person, VALUES, authority=by_bank, secret=secret)]


def differences(mail: Any) -> list[str]:
    """What one part says and the other does not, and whatever a mail must not hold."""
    html = html_of(email.message_from_bytes(mail.message().as_bytes(), policy=policy.default))
    title, *said = html.texts
    text, whole = " ".join(mail.body.split()), " ".join(html.texts)
    lines = [" ".join(line.split()) for line in mail.body.splitlines() if line.strip()]
    return [
        *([title] if title != mail.subject else []),
        *(each for each in said if each not in text and each not in mail.subject),
        *(line for line in lines if line not in whole),
        *(html.tags & {"img", "a", "script", "link", "style", "iframe", "form"}),
        *(html.attributes & {"src", "href", "background", "onload"}),
        *re.findall(r"%\(\w+\)s|\{\{|None", text + mail.subject),
    ]


@pytest.fixture
def person() -> User:
    return factories.user(username="Felipe20", first_names="David", first_surname="Prieto", receives_alerts=True)


@pytest.fixture
def others(person: User) -> list[User]:
    """The administrators who can sign in, of the person's company alone."""
    factories.administrator(person.company, state=UserState.INACTIVE)
    factories.administrator(factories.company(person.portal))
    return [factories.administrator(person.company) for _ in range(2)]


def told() -> list[tuple[str, str]]:
    return sorted((message.user.username, message.subject) for message in Message.objects.select_related("user"))


class TestBothParts:
    @pytest.mark.parametrize("language", ["es", "en"])
    def test_text_and_html_say_the_same_and_load_nothing(self, person: User, language: str) -> None:
        person.language = language
        factories.administrator(person.company, language=language)
        staff = factories.bank_staff()

        mails = [mail for each in AUDIENCES for mail in mails_of(person, *each, staff=staff)]

        assert [wrong for mail in mails if (wrong := differences(mail))] == []
        assert {mail.message()["Content-Language"] for mail in mails} == {language}
        assert len(mails) > len(AUDIENCES)

    def test_a_name_with_marks_is_text_in_the_html(self, person: User) -> None:
        person.first_names = "<script>alert(1)</script>&"

        (delivery,) = tell(Notice.PASSWORD_CHANGED, person)

        mail = mail_of(delivery)
        html = str(mail.alternatives[0][0])
        assert "<script>" in mail.body
        assert ("<script>" in html, "&lt;script&gt;" in html) == (False, True)

    def test_a_real_mail_server_gets_both(self, person: User, smtp: MailServer) -> None:
        (delivery,) = tell(Notice.PASSWORD_CHANGED, person)

        assert deliver(delivery.pk) == "sent"
        (message,) = smtp.messages
        assert message.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
        assert (message["Auto-Submitted"], message["To"]) == ("auto-generated", person.email)
        assert message["Subject"] == "OcciRed: Su contraseña fue cambiada"


class TestThePassword:
    def test_its_mail_says_all_but_the_user_name(self, person: User, others: list[User]) -> None:
        maker = others[0]
        authority = Authority.of_change(maker, change_id=person.pk, digest="x", signatures=[])
        secret = Secret(clear=SECRET, expires_at=timezone.now())

        (delivery,) = tell(Notice.PASSWORD_GENERATED, person, VALUES, authority=authority, secret=secret)

        text = mail_of(delivery).body
        wanted = (SECRET, "David Prieto", maker.full_name, person.portal.bank_name, VALUES["until"], "000 00 00")
        assert [words for words in (*wanted, person.company.legal_name, "localhost") if words not in text] == []
        mail = mail_of(delivery).message().as_string()
        assert "Felipe20" not in mail.replace(person.email, "")
        assert told() == []

    def test_the_inbox_never_holds_it(self, person: User, others: list[User]) -> None:
        authority = Authority.of_bank(factories.bank_staff())
        secret = Secret(clear=SECRET, expires_at=timezone.now())

        tell(Notice.PASSWORD_GENERATED, person, VALUES, authority=authority, secret=secret)

        assert len(told()) == 2
        assert [SECRET in f"{each.subject}{each.body}{each.url}" for each in Message.objects.all()] == [False] * 2
        about_others = Delivery.objects.exclude(recipient=person.email)
        assert ([each.sealed for each in about_others], about_others.count()) == (["", ""], 2)


class TestWhoIsTold:
    def test_the_person_by_both_ways_in_their_own_language(self, person: User) -> None:
        person.language = "en"

        (delivery,) = tell(Notice.PASSWORD_CHANGED, person)

        message = Message.objects.get()
        assert (message.user, message.subject, message.url) == (person, "Your password was changed", "/mi-cuenta/")
        assert (delivery.recipient, delivery.language) == (person.email, "en")

    def test_of_a_lock_the_administrators_too_and_where_to_unlock(self, person: User, others: list[User]) -> None:
        tell(Notice.USER_LOCKED, person, VALUES)

        assert {message.user for message in Message.objects.all()} == {person, *others}
        message = Message.objects.get(user=others[0])
        assert message.subject == "Felipe20 está bloqueado por intentos fallidos"
        assert message.url == f"/administracion/usuarios/configuracion/{person.pk}/principal/"

    def test_of_the_banks_own_act_on_an_administrator_the_others(self, person: User, others: list[User]) -> None:
        concerned, other = others
        authority = Authority.of_bank(factories.bank_staff(first_names="Beatriz"))

        tell(Notice.TOKEN_ACTIVATED, concerned, VALUES, authority=authority)

        message = Message.objects.get(user=other)
        assert message.subject == f"El banco actuó sobre {concerned.username}: Token activado"
        assert (message.by_name, "Beatriz" in message.body) == ("Banco Demostración", False)
        assert {user for user, _subject in told()} == {concerned.username, other.username}

    def test_of_an_administrators_act_not_the_others_whom_the_change_tells(
        self, person: User, others: list[User]
    ) -> None:
        authority = Authority.of_change(others[0], change_id=person.pk, digest="x", signatures=[])

        tell(Notice.TOKEN_ACTIVATED, person, VALUES, authority=authority)

        assert told() == [("Felipe20", "Su token está activo")]
        assert Message.objects.get().by_name == others[0].full_name

    def test_nobody_of_what_is_rehearsed_or_the_demos(self, person: User, others: list[User]) -> None:
        for authority in (Authority.of_rehearsal(others[0]), Authority.of_demo(others[0])):
            assert tell(Notice.USER_DEACTIVATED, person, authority=authority) == []

        assert (Message.objects.count(), Delivery.objects.count()) == (0, 0)

    def test_nobody_of_what_is_rolled_back(self, person: User, others: list[User]) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            tell(Notice.USER_LOCKED, person, VALUES)
            raise RuntimeError

        assert (Message.objects.count(), Delivery.objects.count()) == (0, 0)

    def test_an_earlier_address_too(self, person: User) -> None:
        deliveries = tell(Notice.EMAIL_CHANGED, person, VALUES, earlier_email="antes@empresa.example")

        assert [each.recipient for each in deliveries] == [person.email, "antes@empresa.example"]

    def test_who_has_no_address_by_the_inbox_alone(self, person: User) -> None:
        person.email = ""

        assert (tell(Notice.PASSWORD_CHANGED, person), Message.objects.count()) == ([], 1)

    def test_the_banks_staff_who_have_no_inbox_by_mail(self) -> None:
        staff = factories.bank_staff(email="beatriz@banco.example")

        deliveries = tell(Notice.PASSWORD_CHANGED, staff)
        deliveries += tell(Notice.TOKEN_ACTIVATED, staff, VALUES, authority=Authority.of_bank(staff))
        deliveries += tell(Notice.USER_LOCKED, staff, VALUES)

        assert [each.recipient for each in deliveries] == ["beatriz@banco.example"] * 3
        assert Message.objects.count() == 0


class TestAlerts:
    @pytest.mark.parametrize("notice", [kind.notice for kind in OPTIONAL])
    @pytest.mark.parametrize(("allowed", "count"), [(True, 1), (False, 0)])
    def test_what_is_optional_reaches_whom_alerts_are_allowed(
        self, person: User, notice: Notice, allowed: bool, count: int
    ) -> None:
        person.receives_alerts = allowed

        deliveries = tell(notice, person, VALUES)

        assert (len(deliveries), Message.objects.count()) == (count, count)

    def test_nor_whoever_is_only_being_prepared(self, person: User) -> None:
        person.credential_state = CredentialState.NONE

        assert tell(Notice.LIMITS_CHANGED, person, VALUES) == []

    def test_what_is_security_reaches_everybody(self, person: User) -> None:
        person.receives_alerts = False

        assert len(tell(Notice.TOKEN_BLOCKED, person, VALUES)) == 1
