"""What a view of the portal is given."""

from django.http import HttpRequest

from directory.editions import Edition
from directory.models import Portal, User


class PortalRequest(HttpRequest):
    """A request after the middleware: only a type, never instantiated.

    `user` is signed in wherever the view asks for a permission: nobody else reaches it. `portal` and `edition` are
    there except in views that are open on every host. `address` is the client's, as the socket or a trusted proxy gave
    it. A page that stands for another (the confirmation of what was asked there) names that one's view in `place`: it
    keeps the mark in the menu, and `frame` the template around it.
    """

    user: User
    portal: Portal
    edition: Edition
    address: str | None
    place: str
    frame: str
