"""A user is deleted before the first use, and never after it."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import PastPassword
from accounts.passwords.changes import GeneratePassword
from accounts.passwords.generation import KIND
from accounts.users.changes import DeleteUser
from audit.models import AuditEvent
from changes.models import Draft
from changes.services import begin_draft
from directory.enums import CredentialState
from directory.models import User
from directory.selectors.users import is_taken
from notifications.models import Delivery
from schedules.rules import EVERY_HOUR
from tests import factories
from tests.accounts.confirming import BELIEVED, carry_out, confirm, confirm_believed, propose
from tests.accounts.test_many import proposed, sent
from tests.accounts.test_sign_in_races import begin, finish
from tests.limits import factories as rows
from tests.schedules.factories import own_week
from tests.support.client import Client
from tests.tokens.factories import token, token_of
from tests.tokens.test_races import together


@pytest.mark.usefixtures("bank_scope")
class TestDeleting:
    @pytest.fixture
    def unused(self, administrator: User) -> User:
        token_of(administrator)
        never = {"credential_state": CredentialState.GENERATED, "signed_in_at": None}
        return factories.user(administrator.company, username="nunca", **never)

    def test_whatever_was_theirs_goes_with_them_and_the_name_is_free(
        self, client: Client, administrator: User, unused: User
    ) -> None:
        device, product = token(unused), rows.assigned(unused)
        rows.limit(unused, rows.service(), product, rows.amounts(1, 2, 3))
        own_week(unused, EVERY_HOUR)
        withdrawn = carry_out(administrator, GeneratePassword(user=unused.pk, activate=False))
        begin_draft(maker=administrator, subject=unused.pk, is_new=False, title="nunca", parts=[])

        change = proposed(client, "eliminar", [unused])

        assert confirm(administrator, change).state == "applied"
        device.refresh_from_db()
        assert (device.state, device.user) == ("available", None)
        assert not is_taken(unused.sign_in_key)
        assert not Draft.objects.filter(subject=unused.pk).exists()
        assert Delivery.objects.get(about_id=unused.pk, kind=KIND).state == "cancelled"
        assert withdrawn.state == "applied"
        row = AuditEvent.objects.get(event="user.deleted")
        assert row.target_name == "nunca"
        assert row.before is not None
        assert row.before["Usuario"] == "nunca"
        assert product.assignments.count() == 0

    def test_the_name_can_be_used_again(self, client: Client, administrator: User, unused: User) -> None:
        confirm(administrator, proposed(client, "eliminar", [unused]))

        assert factories.user(administrator.company, username="nunca").pk != unused.pk

    @pytest.mark.parametrize(
        "used",
        [{"signed_in_at": timezone.now()}, {"credential_state": CredentialState.PERMANENT}],
        ids=["signed in", "own password"],
    )
    def test_whoever_came_once_stays(
        self, client: Client, administrator: User, unused: User, used: dict[str, Any]
    ) -> None:
        change = proposed(client, "eliminar", [unused])
        User.objects.filter(pk=unused.pk).update(**used)

        response = sent(client, "eliminar", [unused])

        assert "inactívelo" in response.context["marked"].unfit[0][1]
        assert confirm(administrator, change).state == "refused"
        assert User.objects.filter(pk=unused.pk).exists()

    def test_a_password_of_their_own_of_long_ago_keeps_them(self, administrator: User, unused: User) -> None:
        PastPassword.objects.create(company=unused.company, user=unused, hash="x", set_at=timezone.now())

        with pytest.raises(ValidationError) as refused:
            carry_out(administrator, DeleteUser(user=unused.pk))

        assert refused.value.code == "used"

    def test_their_page_offers_it_until_then(self, client: Client, administrator: User, unused: User) -> None:
        url = reverse("users:many", args=["eliminar"])
        came = factories.user(administrator.company)

        assert url in client.get(reverse("users:main", args=[unused.pk])).content.decode()
        assert url not in client.get(reverse("users:main", args=[came.pk])).content.decode()


def test_whoever_signs_in_while_they_are_deleted_is_in_or_gone_never_half(bank: None) -> None:
    maker = factories.administrator()
    token_of(maker)
    user = factories.user(maker.company, credential_state=CredentialState.GENERATED, signed_in_at=None)
    change = propose(maker, DeleteUser(user=user.pk))
    pending = begin(user)

    with BELIEVED:
        acts = (lambda: confirm_believed(maker, change).state, lambda: finish(user, pending))
        signed, came = together(lambda number: acts[number](), 2)

    assert (came, signed) in {(True, "refused"), (False, "applied")}
    assert User.objects.filter(pk=user.pk).exists() == came


def test_whoever_was_deleted_between_the_two_steps_is_refused_like_anybody(bank: None) -> None:
    maker = factories.administrator()
    user = factories.user(maker.company, credential_state=CredentialState.GENERATED, signed_in_at=None)
    pending = begin(user)

    carry_out(maker, DeleteUser(user=user.pk))

    assert not finish(user, pending)
    refused = AuditEvent.objects.get(event="sign_in.refused")
    assert (refused.company_id, refused.detail) == (
        maker.company_id,
        {"username": user.username, "rule": "user.unknown"},
    )
