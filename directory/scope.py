"""From a known person to the rows they may see: the only place where a scope is chosen (P2)."""

from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

from django.contrib.auth.models import AnonymousUser

from directory.models import BACK_OFFICE, Portal
from tenancy import context


class Somebody(Protocol):
    """A user, or what is kept of one: the company, which bank staff do not have."""

    @property
    def company_id(self) -> UUID | None: ...

    @property
    def is_staff(self) -> bool: ...


def scope_of(user: Somebody | AnonymousUser | None, *, at: Portal | None) -> AbstractContextManager[None]:
    """The scope of whoever acts at the portal `at`: their company's rows, or every company's for the bank's staff.

    Staff at a portal of customers see nothing, nor does anybody else at the back office. With nobody signed in it is
    the sign-in's scope, the narrowest there is.
    """
    company_id: UUID | None = getattr(user, "company_id", None)
    is_at_the_bank = at is BACK_OFFICE
    if company_id is not None:
        return context.nothing() if is_at_the_bank else context.company(company_id)
    if user is not None and user.is_staff:
        return context.bank() if is_at_the_bank else context.nothing()
    return context.sign_in()
