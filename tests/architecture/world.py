"""Two companies with one of everything that has an address, and everybody who might ask for it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.urls import URLPattern, URLResolver, get_resolver

from accounts.profiles.changes import SaveProfile
from changes.services import begin_draft, propose
from directory.enums import OperatingRole
from directory.models import Company, User
from notifications.enums import MessageKind
from notifications.services import notify
from tenancy import context
from tests import factories
from tests.accounts.workbooks import upload
from tests.exports.factories import export
from tests.support.back_office import HOST, give_token
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.there import there

Ids = dict[str, UUID | str]


@dataclass(frozen=True)
class Address:
    """One URL: its name with namespace, its path with the parameters' names, and its view."""

    name: str
    path: str
    view: Any
    parameters: tuple[str, ...]

    def with_ids(self, ids: Ids) -> str:
        path = self.path
        for parameter in self.parameters:
            path = re.sub(rf"<\w+:{parameter}>", str(ids[parameter]), path)
        return path

    @property
    def beginning(self) -> str:
        """The path as far as it is the same for every row; those of Django admin have parameters of many kinds."""
        return re.split(r"[<^(]", self.path, maxsplit=1)[0]


def addresses(urlconf: str) -> list[Address]:
    return list(_walk(get_resolver(urlconf).url_patterns, "", "/"))


def _walk(patterns: list[URLPattern | URLResolver], namespace: str, path: str) -> Iterator[Address]:
    for pattern in patterns:
        whole = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, whole)
        else:
            name = f"{namespace}{pattern.name or ''}"
            yield Address(name, whole, pattern.callback, tuple(pattern.pattern.converters))


@dataclass
class Side:
    """One company, its administrator and its secondary user, and the ids of what it owns."""

    company: Company
    administrator: User
    secondary: User
    ids: Ids


@dataclass
class World:
    own: Side
    other: Side
    clients: dict[str, Client]


def side(portal: Any) -> Side:
    company = factories.company(portal)
    administrator, secondary = factories.administrator(company), factories.user(company)
    with context.company(company.id):
        change = propose(
            maker=administrator,
            wanted=SaveProfile(profile=uuid4(), is_new=True, name="Nuevo", operating_role=OperatingRole.OPERATOR),
            form_key=uuid4(),
            back_url="/",
        )
        draft = begin_draft(maker=administrator, subject=secondary.pk, is_new=False, title="Alguien", parts=[])
    message = notify(user_id=administrator.pk, company_id=company.id, subject="Aviso", kind=MessageKind.MESSAGE)
    ids: Ids = {
        "user_id": secondary.pk,
        "profile_id": there(secondary.profile_id),
        "change_id": change.pk,
        "message_id": message.pk,
        "draft_id": draft.pk,
        "step": "principal",
        "action": "activar",
        "key": "users",
        "export_id": export(administrator).pk,
        "upload_id": upload(administrator).pk,
    }
    return Side(company, administrator, secondary, ids)


def nothing(ids: Ids) -> Ids:
    """Ids of nothing at all."""
    return {name: uuid4() if isinstance(value, UUID) else value for name, value in ids.items()}


def make_world() -> World:
    """Call it inside the bank's scope."""
    portal = factories.portal()
    own, other = side(portal), side(portal)
    staff, at_their_host = factories.bank_staff(), factories.bank_staff()
    clients = {
        "anonymous": Client(headers={"host": "localhost"}),
        "secondary": signed_in(own.secondary, give_token(own.secondary)),
        "administrator": signed_in(own.administrator, give_token(own.administrator)),
        "neighbour": signed_in(other.administrator, give_token(other.administrator)),
        "staff": signed_in(staff, give_token(staff)),
        "staff at the staff host": signed_in(at_their_host, give_token(at_their_host), host=HOST),
    }
    return World(own, other, clients)
