"""Every URL with an object's id, asked with a neighbour's and with one that does not exist: no difference to be seen,
nothing leaked, nothing written (security.md, 33).
"""

import re
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.apps import apps

from tenancy import context
from tests.architecture.test_row_level_security import own_models
from tests.architecture.world import Address, World, addresses, make_world, nothing
from tests.support.client import Client
from tests.support.database import superuser_url

# Fields that forms of the portal know: a body that would do something if the object were found.
BODY = {
    "state": "active",
    "name": "Intruso",
    "operating_role": "operator",
    "code": "000000",
    "then": "correct",
    "next": "/",
}


def with_ids() -> list[Address]:
    # What is done to many names nobody in its address; tests/accounts/test_many.py marks neighbours.
    # A list is nobody's.
    return [each for each in addresses("occired.urls") if set(each.parameters) - {"action", "key"}]


def ask(client: Client, method: str, path: str, body: dict[str, str]) -> Any:
    return client.post(path, body) if method == "POST" else client.get(path)


def seen(response: Any, path: str) -> tuple[int, str, dict[str, str]]:
    """What a person can tell two answers apart by: status, headers, body; tokens, the path itself and the running
    number of a refusal aside."""
    body = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", response.content.decode()).replace(path, "PATH")
    body = re.sub(r"<code>\d+</code>", "<code>NUMBER</code>", body)
    headers = {
        name: value.replace(path, "PATH") for name, value in response.headers.items() if name != "Content-Length"
    }
    return response.status_code, body, headers


def everything_but(own_company_id: UUID) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for sessions and the asker's own trail, which notes that somebody was refused."""
    own_trail = {"audit.AuditEvent": {"chain_id": own_company_id}, "audit.Chain": {"pk": own_company_id}}
    with context.bank():
        return {
            label: sorted(model._base_manager.exclude(**own_trail.get(label, {"pk": None})).values_list(), key=str)
            for model in [*own_models(), *apps.get_app_config("auth").get_models()]
            if (label := model._meta.label) != "accounts.Session"
        }


def sweep(world: World, person: str, method: str) -> list[str]:
    """What is wrong with the answers about a neighbour's objects: none of them is told apart from nothing."""
    client = world.clients[person]
    foreign, missing = world.other.ids, nothing(world.other.ids)
    before = everything_but(world.own.company.pk)
    wrong, asked = [], 0

    for address in with_ids():
        paths = [address.with_ids(ids) for ids in (foreign, missing)]
        neighbours, nobodys = (
            seen(ask(client, method, path, BODY | {"form_key": str(uuid4())}), path) for path in paths
        )
        asked += 1
        if neighbours != nobodys:
            wrong.append(f"{address.name}: {neighbours} for a neighbour's, {nobodys} for nobody's")
        if neighbours[0] not in {404, 405, *([403] if person == "secondary" else [])}:
            wrong.append(f"{address.name}: {neighbours[0]}")
    if everything_but(world.own.company.pk) != before:
        wrong.append("something of the neighbour's was changed")
    return wrong if asked >= 10 else ["too few addresses were asked for"]


@pytest.mark.parametrize("person", ["administrator", "secondary"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_neighbours_object_is_answered_like_one_that_does_not_exist(world: World, person: str, method: str) -> None:
    assert sweep(world, person, method) == []


def test_the_first_wall_holds_without_the_second(committed_db: None) -> None:
    """Row-level security switched off by a superuser: the selectors alone keep the companies apart."""
    with psycopg.connect(superuser_url(), autocommit=True) as superuser:
        for model in own_models():
            superuser.execute(f"ALTER TABLE {model._meta.db_table} DISABLE ROW LEVEL SECURITY")
    with context.bank():
        world = make_world()

    assert sweep(world, "administrator", "GET") + sweep(world, "administrator", "POST") == []


def test_an_own_object_is_found_at_every_url(world: World) -> None:
    """Without this the sweep would be content with pages that nobody can open."""
    client = world.clients["administrator"]
    statuses = {}
    for address in with_ids():
        path = address.with_ids(world.own.ids)
        statuses[address.name] = {ask(client, method, path, BODY).status_code for method in ("GET", "POST")} - {405}

    assert {name: codes for name, codes in statuses.items() if not codes or codes & {403, 404, 500}} == {}


def test_ids_that_are_none_are_not_found(world: World) -> None:
    client = world.clients["administrator"]
    found = {
        (address.name, odd)
        for address in with_ids()
        for odd in ("0", "1", "None", "%00", "00000000", "x" * 36, "..%2f..%2f")
        for parameter in address.parameters
        if ask(client, "GET", address.path.replace(f"<uuid:{parameter}>", odd), {}).status_code != 404
    }

    assert found == set()


def is_key(value: object) -> bool:
    return isinstance(value, UUID)


def test_no_page_names_anything_of_the_neighbour(world: World) -> None:
    """Every page the administrator can open, searched for what is the other company's own."""
    client = world.clients["administrator"]
    other = world.other
    words = [
        *(str(each) for each in (*other.ids.values(), other.company.pk, other.administrator.pk) if is_key(each)),
        *(other.company.legal_name, other.company.code, other.administrator.username, other.secondary.username),
    ]

    leaks, pages = {}, 0
    for address in addresses("occired.urls"):
        response = ask(client, "GET", address.with_ids(world.own.ids), {})
        body = response.content.decode(errors="replace")
        pages += response.status_code == 200
        if named := [word for word in words if re.search(rf"\b{re.escape(word)}\b", body)]:
            leaks[address.name] = named

    assert leaks == {}
    assert pages > 30
