"""A change says the same to whoever signs it: its words come from its rows, its maker and the time it is given."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.addresses.changes import SetAddresses
from accounts.alerts.changes import SetAlertChoice, SetAlerts
from accounts.company.changes import SetParameters
from accounts.passwords.changes import GeneratePassword, OrderPassword
from accounts.profiles.changes import RestoreProfile, RetireProfile, SaveProfile, SetTemplate, WantedAmounts
from accounts.states.changes import SetState, Unlock
from accounts.users.changes import CreateUser, DeleteUser, EditContact, EditMain
from audit import request_context
from changes.kinds import ChangeKind, named
from directory.editions import OCCIRED
from directory.enums import CredentialState, OperatingRole, UserState
from directory.models import User
from directory.rules.company import Network
from limits.changes import SetCeilings, SetUserLimits, WantedCeiling, WantedLimit
from products.changes import AssignProducts, EnableForCompany
from schedules.changes import SetCompanySchedule, SetUserSchedule
from schedules.rules import EVERY_HOUR
from tests import factories
from tests.directory.test_people_rules import GOOD
from tests.limits import factories as rows
from tests.limits.factories import amounts
from tests.schedules.factories import OFFICE_WEEK, own_week
from tests.support.there import there

ROOT = Path(__file__).resolve().parents[2]
KINDS = named(tuple(settings.CHANGES))


def _never_came(maker: User) -> User:
    return factories.user(maker.company, state=UserState.PENDING, credential_state=CredentialState.NONE)


def samples(maker: User) -> list[ChangeKind[Any]]:
    """One of each kind, which changes something."""
    user = factories.user(maker.company, state=UserState.INACTIVE)
    service, product = rows.service(), rows.assigned(user)
    rows.ceiling(maker.company, service, amounts(50, 100, 900))
    rows.limit(user, service, product, amounts(9, 9, 9))
    own_week(factories.user(maker.company), EVERY_HOUR)
    profile = factories.profile(maker.company)
    retired = factories.profile(maker.company, state="retired")
    main, contact = (
        {name: GOOD[name] for name in names} for names in (OCCIRED.texts_on("main"), OCCIRED.texts_on("contact"))
    )
    return [
        SaveProfile(profile=profile.pk, is_new=False, name="Otro", operating_role=OperatingRole.BOTH),
        SetTemplate(
            profile=profile.pk,
            kinds=frozenset({"savings"}),
            limits=(WantedAmounts(service.pk, amounts(1, 2, 3)),),
            week=OFFICE_WEEK,
        ),
        RetireProfile(profile=there(user.profile_id), target=profile.pk),
        RestoreProfile(profile=retired.pk),
        CreateUser(user=uuid4(), profile=profile.pk, texts=GOOD, receives_alerts=True),
        EditMain(user=user.pk, profile=profile.pk, texts=main),
        EditContact(user=user.pk, texts=contact, receives_alerts=True),
        DeleteUser(user=_never_came(maker).pk, reason="Se creó dos veces"),
        SetAlerts(shown=frozenset({user.pk}), ticked=frozenset({user.pk})),
        SetAlertChoice(user=user.pk, follows=False, silenced=frozenset({"limits_changed.mail"})),
        SetState(user=user.pk, state=UserState.ACTIVE, reason="Vuelve de vacaciones"),
        Unlock(user=factories.user(maker.company, state=UserState.LOCKED, locked_at=timezone.now()).pk),
        GeneratePassword(user=user.pk, activate=True),
        OrderPassword(user=user.pk, activate=False),
        SetParameters(idle_minutes=7, password_days=30, dual_control=False),
        SetAddresses(networks=(Network("10.0.0.0/8", "Oficina"),)),
        SetUserLimits(user=user.pk, limits=(WantedLimit(service.pk, product.pk, amounts(1, 2, 3)),)),
        SetCeilings(ceilings=(WantedCeiling(service.pk, amounts(1, 2, 3)),)),
        EnableForCompany(enabled=frozenset()),
        AssignProducts(user=user.pk, products=frozenset()),
        SetUserSchedule(user=user.pk, week=OFFICE_WEEK),
        SetCompanySchedule(week=OFFICE_WEEK),
    ]


@contextmanager
def nothing_to_be_asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No query, no clock, no request."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a description asked for something it was not given")

    with monkeypatch.context() as patch, connection.execute_wrapper(refuse):
        patch.setattr(timezone, "now", refuse)
        patch.setattr(request_context, "current", refuse)
        yield


def test_every_kind_has_a_sample(bank_scope: None) -> None:
    assert [type(sample) for sample in samples(factories.administrator())] == list(KINDS)


@pytest.mark.parametrize("place", range(len(KINDS)), ids=[kind.key for kind in KINDS])
def test_describing_asks_nothing(bank_scope: None, monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    maker = User.objects.select_related("company__portal").get(pk=factories.administrator().pk)
    wanted = samples(maker)[place].normalised(maker)
    now = timezone.now() + timedelta(days=1)
    with transaction.atomic():
        loaded = wanted.load(maker)

        with nothing_to_be_asked(monkeypatch):
            description = wanted.describe(loaded, maker, now)
            again = wanted.describe(loaded, maker, now)

    assert description.lines
    assert description.canonical() == again.canonical()


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("*/changes.py")) + sorted(ROOT.glob("accounts/*/changes.py")), ids=str
)
def test_no_change_imports_what_is_only_here_and_now(path: Path) -> None:
    ambient = re.compile(r"^(?:from|import) .*\b(?:origin|settings|timezone|django\.http|sessions)\b", re.MULTILINE)

    assert ambient.findall(path.read_text()) == []
