"""As whom and where a session was opened. The session keeps it, and every request is checked against it."""

from dataclasses import dataclass
from uuid import UUID

from directory.models import User

STANDING = "standing"  # its name in the session


@dataclass(frozen=True)
class Standing:
    """A company's scope or the bank's, at one portal (`directory.scope`)."""

    is_staff: bool
    company_id: UUID | None
    portal_id: UUID

    def written(self) -> list[str]:
        """Kind of scope, company and portal, as JSON keeps them."""
        return ["bank" if self.is_staff else "company", str(self.company_id or ""), str(self.portal_id)]


def standing_of(user: User) -> Standing:
    """What is true of the user now: it needs the portal of their company."""
    return Standing(user.is_staff, user.company_id, user.portal.pk)


def read(written: object) -> Standing | None:
    """The reverse of `written`; None where a session says nothing, or nothing intelligible."""
    try:
        match written:
            case ["bank", "", str(portal)]:
                return Standing(is_staff=True, company_id=None, portal_id=UUID(portal))
            case ["company", str(company), str(portal)]:
                return Standing(is_staff=False, company_id=UUID(company), portal_id=UUID(portal))
    except ValueError:
        return None
    return None
