from django.db.models import QuerySet

from accounts.enums import Role
from accounts.models import User


def users_of(viewer: User) -> QuerySet[User]:
    """The users of the viewer's company, with what their pages print. Another company's are not among them."""
    return User.objects.filter(company_id=viewer.company_id).select_related("profile", "company__portal")


def secondary_users_of(viewer: User) -> QuerySet[User]:
    """The users an administrator runs: the company's secondary ones (never the viewer, never an administrator)."""
    return users_of(viewer).filter(role=Role.SECONDARY)
