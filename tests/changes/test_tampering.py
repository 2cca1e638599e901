"""What somebody with the database in their hands writes into a change is not what was signed."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from audit.models import AuditEvent
from changes import selectors, services
from changes.models import Change, Signature
from directory.models import Profile, User
from tenancy import context
from tests import factories
from tests.changes import naming
from tests.support.database import superuser_url

pytestmark = pytest.mark.usefixtures("naming_service")


@pytest.fixture
def actor(committed_db: None) -> Iterator[User]:
    with context.bank():
        actor = naming.administrator()
        factories.profile(actor.company, name="Antes")
        yield actor


@pytest.fixture
def change(actor: User) -> Change:
    wanted = naming.NameProfile(profile=Profile.objects.get().pk, name="Después")
    return services.propose(maker=actor, wanted=wanted, form_key=uuid4(), back_url="/")


def write(change: Change, **values: Any) -> None:
    with psycopg.connect(superuser_url()) as superuser:
        for column, value in values.items():
            superuser.execute(f"UPDATE changes_change SET {column} = %s WHERE id = %s", [value, change.pk])


def signed(actor: User, change: Change) -> Change:
    return services.sign(signer=actor, change_id=change.pk, answer="correct")


def test_other_values_do_not_pass_for_the_signed_text(actor: User, change: Change) -> None:
    write(change, params=json.dumps({**change.params, "name": "Otro"}))

    assert (signed(actor, change).state, Profile.objects.get().name) == ("stale", "Antes")
    assert Signature.objects.count() == 0


@pytest.mark.parametrize(
    "values",
    [
        {"params": '{"name": "Otro"}'},
        {"params": '{"profile": "x", "name": "Otro"}'},
        {"params": "[]"},
        {"kind": "nobody.knows"},
        {"kind": "users.set_state"},
    ],
)
def test_what_no_kind_can_read_is_out_of_date_and_costs_no_code(
    actor: User, change: Change, values: dict[str, str]
) -> None:
    write(change, **values)

    ended = signed(actor, change)

    assert (ended.state, Profile.objects.get().name, naming.Word.asked) == ("stale", "Antes", [])
    assert AuditEvent.objects.filter(event="change.stale").count() == 1
    assert list(services.moved_meanwhile(actor, ended)) == []


def test_what_no_kind_can_read_is_not_filled_into_a_form(actor: User, change: Change) -> None:
    write(change, params='{"name": "Otro"}')

    assert selectors.proposal_to_correct(actor, str(change.pk), naming.NameProfile) is None


@pytest.mark.parametrize("digest", ["0" * 64, ""])
def test_another_digest_fits_no_text(actor: User, change: Change, digest: str) -> None:
    write(change, digest=digest)

    assert (signed(actor, change).state, Profile.objects.get().name) == ("stale", "Antes")
