"""Whose rows somebody sees, by who they are and where they are."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser

from directory.models import BACK_OFFICE, Portal, User
from directory.scope import scope_of
from tenancy import context
from tests import factories

pytestmark = pytest.mark.usefixtures("bank_scope")


def scope_here(user: User | AnonymousUser | None, at: Portal | None) -> tuple[str, str]:
    with scope_of(user, at=at):
        here = context.current()
        return here.kind, here.whose


@pytest.mark.parametrize("make", [factories.user, factories.administrator], ids=["secondary", "administrator"])
def test_people_of_a_company_see_their_company(make: Callable[[], User]) -> None:
    user = make()

    assert scope_here(user, user.portal) == ("company", str(user.company_id))


def test_bank_staff_see_every_company_in_the_back_office_alone() -> None:
    staff, portal = factories.bank_staff(), factories.portal()

    assert scope_here(staff, BACK_OFFICE) == ("bank", "")
    assert scope_here(staff, portal) == ("none", "")
    assert scope_here(staff, None) == ("none", "")


def test_people_of_a_company_see_nothing_in_the_back_office() -> None:
    assert scope_here(factories.administrator(), BACK_OFFICE) == ("none", "")


@pytest.mark.parametrize("nobody", [None, AnonymousUser()], ids=["none", "anonymous"])
def test_nobody_is_in_the_scope_of_the_sign_in_wherever_they_are(nobody: AnonymousUser | None) -> None:
    portal = factories.portal()

    assert {scope_here(nobody, at) for at in (portal, BACK_OFFICE, None)} == {("sign_in", "")}
