"""Inscripción de Alertas (S1-035): what is optional is really sent or not, event by event and by channel."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.alerts.changes import SetAlertChoice
from audit.enums import Event
from audit.models import AuditEvent
from directory.models import User
from notifications.enums import Notice
from notifications.kinds import ALERTS
from notifications.models import AlertChoice, Delivery, Message
from notifications.services import tell
from tests import factories
from tests.accounts.confirming import BELIEVED, carry_out, propose
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.there import there

pytestmark = pytest.mark.usefixtures("bank_scope")
NO_MAIL_OF_LIMITS = frozenset({"limits_changed.mail"})
OF_DUTY = frozenset({"approval_ended.inbox", "approval_ended.mail"})  # offered to administrators alone
NOTHING = frozenset[str]()


@pytest.fixture
def felipe(administrator: User) -> User:
    return factories.user(administrator.company, username="Felipe20", receives_alerts=True)


def channels_told(user: User, notice: Notice = Notice.LIMITS_CHANGED) -> tuple[int, int]:
    """How many lines in the inbox and mails one more event brings."""
    before = Message.objects.count(), Delivery.objects.count()
    tell(notice, user, {"count": "1", "profile": "Consulta"})
    return Message.objects.count() - before[0], Delivery.objects.count() - before[1]


class TestWhatIsSent:
    def test_everything_unless_somebody_chose_otherwise(self, felipe: User) -> None:
        assert channels_told(felipe) == (1, 1)

    def test_without_a_choice_of_their_own_what_the_company_chose(self, administrator: User, felipe: User) -> None:
        carry_out(administrator, SetAlertChoice(user=None, follows=False, silenced=NO_MAIL_OF_LIMITS))

        assert channels_told(felipe) == (1, 0)
        assert channels_told(felipe, Notice.PROFILE_CHANGED) == (1, 1)
        assert channels_told(factories.user(receives_alerts=True)) == (1, 1)

    def test_their_own_choice_replaces_the_companys(self, administrator: User, felipe: User) -> None:
        carry_out(administrator, SetAlertChoice(user=None, follows=False, silenced=NO_MAIL_OF_LIMITS))
        carry_out(
            administrator, SetAlertChoice(user=felipe.pk, follows=False, silenced=frozenset({"limits_changed.inbox"}))
        )

        assert channels_told(felipe) == (0, 1)
        assert channels_told(factories.user(administrator.company, receives_alerts=True)) == (1, 0)

    def test_following_the_company_again_forgets_it(self, administrator: User, felipe: User) -> None:
        carry_out(administrator, SetAlertChoice(user=felipe.pk, follows=False, silenced=ALERTS))
        assert channels_told(felipe) == (0, 0)

        change = carry_out(administrator, SetAlertChoice(user=felipe.pk, follows=True, silenced=NOTHING))

        assert (channels_told(felipe), AlertChoice.objects.count()) == ((1, 1), 0)
        assert (change.lines[0].what, change.lines[0].after) == ("Cuáles alertas", "Las de la empresa")

    def test_what_is_security_cannot_be_silenced(self, administrator: User, felipe: User) -> None:
        asked = frozenset({"limits_changed.mail", "password_changed.mail", "token_lost.inbox"})

        carry_out(administrator, SetAlertChoice(user=felipe.pk, follows=False, silenced=asked))

        assert AlertChoice.objects.get().silenced == ["limits_changed.mail"]
        assert channels_told(felipe, Notice.PASSWORD_CHANGED) == (1, 1)


class TestTheChange:
    def test_each_line_is_an_alert_by_a_channel(self, administrator: User, felipe: User) -> None:
        change = propose(administrator, SetAlertChoice(user=felipe.pk, follows=False, silenced=NO_MAIL_OF_LIMITS))

        assert change.title == "Alertas de Felipe20"
        assert [(line.what, line.before, line.after) for line in change.lines] == [
            ("Cuáles alertas", "Las de la empresa", "Elección propia"),
            ("Topes modificados · Por correo electrónico", "Sí", "No"),
        ]

    def test_it_says_where_alerts_are_not_allowed_at_all(self, administrator: User) -> None:
        quiet = factories.user(administrator.company, receives_alerts=False)

        change = propose(administrator, SetAlertChoice(user=quiet.pk, follows=False, silenced=NO_MAIL_OF_LIMITS))

        assert len(change.warnings) == 1


class TestThePages:
    def test_an_administrator_switches_off_one_alert_of_one_user(self, client: Client, felipe: User) -> None:
        path = reverse("users:user-alerts", args=[felipe.pk])
        page = client.get(path)
        sent = sorted(ALERTS - NO_MAIL_OF_LIMITS)

        proposed = client.post(path, {"form_key": str(page.context["form"]["form_key"].value()), "sent": sent})
        with BELIEVED:
            client.post(proposed["Location"], {"code": "123456"})

        assert page.text.count("Siempre") > 20
        assert AlertChoice.objects.get(user=felipe).silenced == ["limits_changed.mail"]

    def test_and_the_companys_own(self, client: Client, administrator: User) -> None:
        path = reverse("users:company-alerts")

        proposed = client.post(path, {"form_key": str(uuid4()), "sent": []})
        with BELIEVED:
            client.post(proposed["Location"], {"code": "123456"})

        choice = AlertChoice.objects.get()
        assert (choice.user, frozenset(choice.silenced)) == (None, ALERTS - OF_DUTY)

    def test_what_is_no_alert_is_refused(self, client: Client, felipe: User) -> None:
        path = reverse("users:user-alerts", args=[felipe.pk])

        answer = client.post(path, {"form_key": str(uuid4()), "sent": ["password_changed.mail"]})

        assert (answer.status_code, AlertChoice.objects.count()) == (200, 0)


def own(user: User, **values: Any) -> Any:
    return signed_in(user).post(reverse("own-alerts"), {"language": "", **values})


class TestOnesOwn:
    def test_a_person_chooses_the_language_they_are_written_to(self, felipe: User) -> None:
        own(felipe, language="en", follows="on")

        felipe.refresh_from_db()
        (delivery,) = tell(Notice.PASSWORD_CHANGED, felipe)
        assert (felipe.language, delivery.language) == ("en", "en")
        assert Message.objects.get().subject == "Your password was changed"
        row = AuditEvent.objects.get(event=Event.OWN_ALERTS_CHANGED)
        assert (row.actor_id, there(row.before)["language"], there(row.after)["language"]) == (felipe.pk, "", "en")

    def test_what_they_sign_stays_in_the_portals(self, administrator: User, felipe: User) -> None:
        User.objects.filter(pk=administrator.pk).update(language="en")

        change = propose(
            User.objects.get(pk=administrator.pk), SetAlertChoice(user=None, follows=False, silenced=ALERTS)
        )

        assert change.title.startswith("Alertas de ")

    def test_what_others_did_is_told_in_it_around_what_they_signed(self, administrator: User) -> None:
        reader = factories.administrator(administrator.company, language="en")

        change = carry_out(administrator, SetAlertChoice(user=None, follows=False, silenced=ALERTS))

        message = Message.objects.get(user=reader)
        assert message.subject == f"{change.title}, by adelgado"
        assert (message.by_name, message.url) == (administrator.full_name, reverse("users:alerts"))

    def test_no_language_but_the_portals(self, felipe: User) -> None:
        answer = own(felipe, language="xx", follows="on")

        felipe.refresh_from_db()
        assert (answer.status_code, felipe.language) == (200, "")

    def test_and_their_alerts_where_they_are_allowed_any(self, felipe: User) -> None:
        own(felipe, sent=sorted(ALERTS - NO_MAIL_OF_LIMITS))

        assert channels_told(felipe) == (1, 0)

    def test_not_whether_they_are_allowed_any(self, administrator: User) -> None:
        quiet = factories.user(administrator.company, receives_alerts=False)

        own(quiet, receives_alerts="on", sent=sorted(ALERTS))

        quiet.refresh_from_db()
        assert (quiet.receives_alerts, AlertChoice.objects.count()) == (False, 0)

    def test_an_administrator_decides_that_for_themselves(self, administrator: User) -> None:
        own(administrator, receives_alerts="on", follows="on")

        administrator.refresh_from_db()
        assert administrator.receives_alerts

    def test_saving_what_there_is_leaves_no_row_in_the_trail(self, felipe: User) -> None:
        own(felipe, follows="on")

        assert AuditEvent.objects.filter(event=Event.OWN_ALERTS_CHANGED).count() == 0
