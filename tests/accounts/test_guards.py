"""What no change may do to its company: leave nobody who could undo it (decision 28)."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.addresses.changes import SetAddresses
from accounts.profiles.changes import SaveProfile
from audit import request_context
from changes.enums import ChangeState
from changes.models import Change
from directory.enums import CredentialState, OperatingRole, UserState
from directory.models import IpRule, User
from directory.rules.company import Network
from rights.rules.reach import is_some_address_allowed
from schedules.changes import SetCompanySchedule
from schedules.models import AccessSchedule
from schedules.rules import CLOSED, EVERY_HOUR, Week
from tests import factories
from tests.accounts.confirming import carry_out, confirm, propose
from tests.schedules.factories import own_week

pytestmark = pytest.mark.usefixtures("bank_scope")
NOBODY_LEFT = "ningún administrador podría ingresar en los próximos siete días"
HERE = "200.14.232.152"


@pytest.fixture
def maker() -> User:
    return factories.administrator(username="adelgado")


@pytest.fixture(autouse=True)
def from_here() -> Iterator[None]:
    with request_context.entered(request_context.RequestContext(address=HERE)):
        yield


def today(maker: User) -> int:
    return maker.portal.to_local(timezone.now()).weekday()


def only_today(maker: User) -> Week:
    windows = (window if day == today(maker) else None for day, window in enumerate(EVERY_HOUR.windows))
    return replace(EVERY_HOUR, windows=tuple(windows))


def not_today(maker: User) -> Week:
    windows = (None if day == today(maker) else window for day, window in enumerate(EVERY_HOUR.windows))
    return replace(EVERY_HOUR, windows=tuple(windows))


def networks(*written: str) -> SetAddresses:
    return SetAddresses(networks=tuple(Network(network) for network in written))


def another_profile() -> SaveProfile:
    """A change that has nothing to do with who may enter."""
    return SaveProfile(profile=uuid4(), is_new=True, name="Tesorería", operating_role=OperatingRole.BOTH)


class TestHours:
    def test_a_colleague_who_could_enter_is_enough(self, maker: User) -> None:
        own_week(maker, only_today(maker))
        factories.administrator(maker.company)

        change = carry_out(maker, SetCompanySchedule(week=not_today(maker)))

        assert change.state == ChangeState.APPLIED

    @pytest.mark.parametrize(
        "values",
        [
            {"state": UserState.INACTIVE},
            {"state": UserState.LOCKED, "locked_at": "2026-11-21T10:41Z"},
            {"credential_state": CredentialState.NONE},
        ],
    )
    def test_a_colleague_who_cannot_sign_in_is_nobody(self, maker: User, values: dict[str, str]) -> None:
        own_week(maker, only_today(maker))
        factories.administrator(maker.company, **values)

        with pytest.raises(ValidationError, match=NOBODY_LEFT):
            propose(maker, SetCompanySchedule(week=not_today(maker)))

    def test_neither_is_a_secondary_user_or_a_neighbour(self, maker: User) -> None:
        own_week(maker, only_today(maker))
        factories.user(maker.company)
        factories.administrator(factories.company(maker.portal))

        with pytest.raises(ValidationError, match=NOBODY_LEFT):
            propose(maker, SetCompanySchedule(week=not_today(maker)))

    def test_a_refused_rehearsal_leaves_nothing_behind(self, maker: User) -> None:
        with pytest.raises(ValidationError, match=NOBODY_LEFT):
            propose(maker, SetCompanySchedule(week=CLOSED))

        assert AccessSchedule.objects.get(company=maker.company).week == EVERY_HOUR
        assert Change.objects.count() == 0

    def test_the_colleague_who_leaves_meanwhile_makes_it_refused(self, maker: User) -> None:
        own_week(maker, only_today(maker))
        colleague = factories.administrator(maker.company)
        change = propose(maker, SetCompanySchedule(week=not_today(maker)))
        User.objects.filter(pk=colleague.pk).update(state=UserState.INACTIVE)

        ended = confirm(maker, change)

        assert (ended.state, AccessSchedule.objects.get(user=None).week) == (ChangeState.REFUSED, EVERY_HOUR)
        assert NOBODY_LEFT in ended.reason

    def test_whose_session_ends_with_the_change_is_warned_and_signs_nothing_else(self, maker: User) -> None:
        change = propose(maker, SetCompanySchedule(week=not_today(maker)))

        assert change.warnings == ["Usted mismo está ahora fuera de este horario: su sesión terminará cuando confirme."]
        assert "sesión" not in change.canonical


class TestAddresses:
    def test_the_own_present_address_stays(self, maker: User) -> None:
        with pytest.raises(ValidationError) as refused:
            propose(maker, networks("10.0.0.0/8"))

        assert refused.value.code == "shuts_oneself_out"
        assert not IpRule.objects.exists()

    def test_who_signs_from_an_address_that_would_be_shut_out_is_refused(self, maker: User) -> None:
        change = propose(maker, networks(HERE))

        with request_context.entered(request_context.RequestContext(address="190.1.1.1")):
            ended = confirm(maker, change)

        assert (ended.state, IpRule.objects.count()) == (ChangeState.REFUSED, 0)
        assert "190.1.1.1" in ended.reason

    def test_administrators_whose_own_networks_lie_elsewhere_could_not_enter(self, maker: User) -> None:
        colleague = factories.administrator(maker.company)
        own_week(maker, only_today(maker))
        IpRule.objects.create(company=maker.company, user=colleague, network="10.0.0.0/8")
        carry_out(maker, networks("200.14.232.0/24"))

        with pytest.raises(ValidationError, match=NOBODY_LEFT):
            propose(maker, SetCompanySchedule(week=not_today(maker)))

    def test_a_change_of_something_else_is_asked_too(self, maker: User) -> None:
        change = propose(maker, another_profile())
        IpRule.objects.create(company=maker.company, network="10.0.0.0/8")

        assert confirm(maker, change).state == ChangeState.REFUSED

    @pytest.mark.parametrize(
        ("company", "user", "reachable"),
        [
            ([], [], True),
            (["10.0.0.0/8"], [], True),
            ([], ["10.0.0.0/8"], True),
            (["10.0.0.0/8"], ["10.1.0.0/16"], True),
            (["10.1.0.0/16"], ["10.0.0.0/8"], True),
            (["10.0.0.0/8"], ["200.14.232.0/24"], False),
            (["10.0.0.0/8", "200.14.232.0/24"], ["200.14.232.152/32"], True),
            (["2001:db8::/32"], ["10.0.0.0/8"], False),
            (["2001:db8::/32"], ["2001:db8:1::/48"], True),
        ],
    )
    def test_two_lists_leave_an_address_when_they_meet(
        self, company: list[str], user: list[str], reachable: bool
    ) -> None:
        assert is_some_address_allowed(company, user) == reachable
