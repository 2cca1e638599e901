"""What a change is about stands still until it is done: not even the bank gets between its text and its effect."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import uuid4

import psycopg
import pytest
from django.db import models, transaction
from pytest_django import Settings

from audit.authority import Authority
from changes import services
from changes.kinds import ChangeKind
from changes.models import Change
from changes.services.applying import rehearsal
from directory.models import Company, Profile, User
from limits.models import CompanyCeiling, UserLimit
from products.models import Product
from schedules.models import AccessSchedule
from tenancy import context
from tests import factories
from tests.changes import naming
from tests.changes.test_purity import KINDS, samples
from tests.schedules.factories import own_week
from tests.support.database import superuser_url

# The rows each kind overwrites, or on which what it says depends.
STANDING: dict[str, tuple[type[models.Model], ...]] = {
    "profiles.save": (Profile,),
    "profiles.set_template": (Profile,),
    "profiles.retire": (Profile, User),
    "profiles.restore": (Profile,),
    "users.create": (Profile,),
    "users.edit_main": (User,),
    "users.edit_contact": (User,),
    "users.delete": (User,),
    "users.set_alerts": (User,),
    "users.set_alert_choice": (User,),
    "users.set_state": (User,),
    "users.unlock": (User,),
    "passwords.generate": (User,),
    "passwords.order": (User,),
    "company.set_parameters": (),
    "company.set_addresses": (),
    "limits.set_for_user": (CompanyCeiling, UserLimit),
    "limits.set_ceilings": (CompanyCeiling,),
    "products.enable_for_company": (Product,),
    "products.assign": (User, Product),
    "schedules.set_for_user": (User, AccessSchedule),
    "schedules.set_for_company": (AccessSchedule,),
}


def free_rows(model: type[models.Model], among: list[Any]) -> list[Any]:
    """Those that somebody else could change at this moment."""
    with psycopg.connect(superuser_url(), autocommit=True) as other:
        found = other.execute(
            f"SELECT id FROM {model._meta.db_table} WHERE id = ANY(%s) FOR NO KEY UPDATE SKIP LOCKED",
            [among],
        ).fetchall()
    return [row[0] for row in found]


@pytest.fixture
def maker(committed_db: None) -> Iterator[User]:
    with context.bank():
        yield User.objects.select_related("company__portal").get(pk=naming.administrator().pk)


def rows_of(model: type[models.Model], wanted: ChangeKind[Any]) -> list[Any]:
    """The rows of the company that the change is about."""
    values = vars(wanted)
    if model is Profile:
        return [values["profile"]]
    if model is User and wanted.key == "profiles.retire":
        return list(User.objects.filter(profile=values["profile"]).values_list("pk", flat=True))
    if model is User:
        return [values["user"]] if "user" in values else list(values["shown"])
    rows = model._default_manager.all()
    if model in {UserLimit, AccessSchedule}:
        rows = rows.filter(models.Q(user=values.get("user")) | models.Q(user=None))
    return list(rows.values_list("pk", flat=True))


@pytest.mark.parametrize("place", range(len(KINDS)), ids=[kind.key for kind in KINDS])
def test_loading_locks_what_is_read_to_be_overwritten(maker: User, place: int) -> None:
    wanted = samples(maker)[place]
    if wanted.key == "schedules.set_for_user":
        own_week(User.objects.get(pk=vars(wanted)["user"]), AccessSchedule.objects.filter(user=None)[0].week)

    with transaction.atomic():
        wanted.load(maker)

        for model in STANDING[wanted.key]:
            rows = rows_of(model, wanted)
            assert rows, model
            assert free_rows(model, rows) == [], model


def test_a_rehearsal_locks_the_company_and_lets_it_go(maker: User) -> None:
    company, wanted = maker.company_id, samples(maker)[0]

    with rehearsal(wanted, maker):
        assert free_rows(Company, [company]) == []

    assert free_rows(Company, [company]) == [company]


@dataclass(frozen=True, kw_only=True)
class Watching(naming.NameProfile):
    """Notes which rows stand still while it is applied."""

    key = "tests.watching"
    free: ClassVar[dict[str, list[Any]]] = {}

    def apply(self, profile: Profile, authority: Authority) -> None:
        if authority.is_rehearsal or authority.actor is None:
            return
        self.free.update(
            change=free_rows(Change, [authority.evidence["change"]]),
            maker=free_rows(User, [authority.actor.pk]),
            company=free_rows(Company, [authority.actor.company_id]),
        )


WATCHING = (Watching,)


def test_while_it_is_applied_the_change_its_maker_and_the_company_stand_still(
    naming_service: None, maker: User, settings: Settings
) -> None:
    settings.CHANGES = [f"{__name__}.WATCHING"]
    profile = factories.profile(maker.company)
    change = services.propose(
        maker=maker, wanted=Watching(profile=profile.pk, name="Otro"), form_key=uuid4(), back_url="/"
    )

    assert services.sign(signer=maker, change_id=change.pk, answer="correct").state == "applied"

    assert Watching.free == {"change": [], "maker": [], "company": []}
