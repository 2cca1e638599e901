"""What a view of the portal is given."""

from django.http import HttpRequest

from directory.editions import Edition
from directory.models import Portal, User


class PortalRequest(HttpRequest):
    """A request once the middleware has been over it: a type alone, nobody makes one.

    `user` is somebody signed in wherever the view asks for a permission: the others never reach it. `portal` and
    `edition` are there but for views that are open on every host. `address` is the client's, as the socket or a trusted
    proxy gave it.
    """

    user: User
    portal: Portal
    edition: Edition
    address: str | None
