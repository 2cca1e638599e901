"""Who gets what at every URL. A URL that is not written here fails the check, so that none is forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction

from directory.permissions import Permission
from tests.architecture.world import Address, World, addresses
from tests.support.back_office import HOST
from tests.support.client import Client

# The person: a stranger; the company's secondary user; its administrator; the administrator of another company who
# has this company's ids; bank staff with a session of theirs, on the customers' host. What comes: "in" is the way to
# the sign-in, "to" another redirect, else the status. The first five for GET, the others for POST without a body.
PORTAL = """
readyz                   public-anywhere          200 200 200 200 200   200 200 200 200 200
home                     own_account              in  200 200 200 in    in  405 405 405 in
find                     own_account              in  200 200 200 in    in  405 405 405 in
language                 public                   405 405 405 405 405   to  to  to  to  to
help:conditions          public                   200 200 200 200 200   405 405 405 405 405
help:recommendations     public                   200 200 200 200 200   405 405 405 405 405
help:contact             public                   200 200 200 200 200   405 405 405 405 405
help:forgotten-password  public                   200 200 200 200 200   405 405 405 405 405
help:tutorials           own_account              in  200 200 200 in    in  405 405 405 in
sign-in                  public                   200 200 200 200 200   200 200 200 200 200
sign-in-password         public                   in  in  in  in  in    in  in  in  in  in
sign-in-image              public                   404 404 404 404 404   405 405 405 405 405
sign-in-cancel           public                   405 405 405 405 405   in  in  in  in  in
sign-out                 public                   405 405 405 405 405   in  in  in  in  in
own-account              own_account              in  200 200 200 in    in  405 405 405 in
own-password             own_account              in  200 200 200 in    in  200 200 200 in
own-image                own_account              in  200 200 200 in    in  200 200 200 in
own-alerts               own_account              in  200 200 200 in    in  200 200 200 in
still-here               own_account              in  405 405 405 in    in  200 200 200 in
inbox:messages           own_account              in  200 200 200 in    in  405 405 405 in
inbox:notifications      own_account              in  200 200 200 in    in  405 405 405 in
inbox:mark-all-read      own_account              in  405 405 405 in    in  404 404 404 in
inbox:open               own_account              in  405 405 405 in    in  404 to  404 in
inbox:mark-read          own_account              in  405 405 405 in    in  404 to  404 in
users:search             see_users                in  403 200 200 in    in  403 405 405 in
users:create             edit_users               in  403 200 200 in    in  403 200 200 in
users:bulk               edit_users               in  403 200 200 in    in  403 200 200 in
users:bulk-workbook      edit_users               in  403 405 405 in    in  403 200 200 in
users:bulk-upload        edit_users               in  403 200 404 in    in  403 200 404 in
users:bulk-result        edit_users               in  403 200 404 in    in  403 405 405 in
users:draft              edit_users               in  403 200 404 in    in  403 200 404 in
users:draft-skip         edit_users               in  403 405 405 in    in  403 to  404 in
users:draft-review       edit_users               in  403 405 405 in    in  403 to  404 in
users:draft-discard      edit_users               in  403 405 405 in    in  403 to  404 in
users:copy               edit_users               in  403 405 405 in    in  403 to  404 in
users:several            edit_users               in  403 405 405 in    in  403 to  404 in
users:set-up-done        edit_users               in  403 200 404 in    in  403 405 405 in
users:main               edit_users               in  403 200 404 in    in  403 200 404 in
users:contact            edit_users               in  403 200 404 in    in  403 200 404 in
users:password           generate_passwords       in  403 200 404 in    in  403 200 404 in
users:states             change_user_state        in  403 200 200 in    in  403 405 405 in
users:many               see_users                in  403 to  to  in    in  403 to  to  in
users:profiles           edit_profiles            in  403 200 200 in    in  403 405 405 in
users:create-profile     edit_profiles            in  403 200 200 in    in  403 200 200 in
users:edit-profile       edit_profiles            in  403 200 404 in    in  403 200 404 in
users:profile-template   edit_profiles            in  403 200 404 in    in  403 200 404 in
users:copy-profile       edit_profiles            in  403 200 404 in    in  403 200 404 in
users:retire-profile     edit_profiles            in  403 200 404 in    in  403 200 404 in
users:restore-profile    edit_profiles            in  403 405 405 in    in  403 to  404 in
users:alerts             edit_users               in  403 200 200 in    in  403 200 200 in
users:company-alerts     edit_users               in  403 200 200 in    in  403 200 200 in
users:user-alerts        edit_users               in  403 200 404 in    in  403 200 404 in
users:addresses          edit_addresses           in  403 200 200 in    in  403 200 200 in
users:parameters         edit_company_parameters  in  403 200 200 in    in  403 200 200 in
products:company         enable_products          in  403 200 200 in    in  403 200 200 in
products:user            assign_products          in  403 200 404 in    in  403 200 404 in
schedules:company        edit_schedules           in  403 200 200 in    in  403 405 405 in
schedules:edit-company   edit_schedules           in  403 200 200 in    in  403 200 200 in
schedules:user           edit_schedules           in  403 200 404 in    in  403 405 405 in
schedules:edit-user      edit_schedules           in  403 200 404 in    in  403 200 404 in
limits:user              assign_limits            in  403 200 404 in    in  403 200 404 in
limits:ceilings          edit_ceilings            in  403 200 200 in    in  403 200 200 in
rights:usage             see_usage                in  403 200 200 in    in  403 405 405 in
rights:matrix            see_usage                in  403 200 200 in    in  403 405 405 in
tokens:list              see_tokens               in  403 200 200 in    in  403 405 405 in
tokens:user              see_tokens               in  403 200 404 in    in  403 405 405 in
products:own      see_own_products           in  200 200 200 in    in  405 405 405 in
rights:own        see_own_rights           in  200 200 200 in    in  405 405 405 in
rights:of-user   see_users                in  403 200 404 in    in  403 405 405 in
exports:files            export_lists             in  200 200 200 in    in  405 405 405 in
exports:download         export_lists             in  404 200 404 in    in  405 405 405 in
exports:keep-layout      own_account              in  405 405 405 in    in  to  to  to  in
exports:users            see_users                in  403 200 200 in    in  403 to  to  in
exports:states           change_user_state        in  403 200 200 in    in  403 to  to  in
exports:profiles         edit_profiles            in  403 200 200 in    in  403 to  to  in
trail:of-user            see_users                in  403 200 404 in    in  403 405 405 in
exports:usage            see_usage                in  403 200 200 in    in  403 to  to  in
exports:matrix           see_usage                in  403 200 200 in    in  403 to  to  in
exports:tokens           see_tokens               in  403 200 200 in    in  403 to  to  in
exports:messages         own_account              in  200 200 200 in    in  to  to  to  in
exports:notifications    own_account              in  200 200 200 in    in  to  to  to  in
changes:approvals     confirm_changes          in  403 200 200 in    in  403 405 405 in
changes:confirm       confirm_changes          in  403 200 404 in    in  403 200 404 in
changes:approve-together confirm_changes       in  403 to  to  in    in  403 to  to  in
changes:text          confirm_changes          in  403 to  404 in    in  403 405 405 in
changes:text-file     confirm_changes          in  403 to  404 in    in  403 405 405 in
changes:withdraw      confirm_changes          in  403 405 405 in    in  403 to  404 in
changes:ask-bank      confirm_changes          in  403 405 405 in    in  403 to  404 in
changes:reject        confirm_changes          in  403 405 405 in    in  403 to  404 in
"""
PEOPLE = ("anonymous", "secondary", "administrator", "neighbour", "staff")

# The bank's host: a stranger, a company's administrator with a session of the portal, bank staff with their token.
STAFF_HOST = """
readyz                   public-anywhere          200 200 200   200 200 200
home                     own_account              in  in  to    in  in  to
language                 public                   405 405 405   to  to  to
sign-in                  public                   200 200 200   200 200 200
sign-in-password         public                   in  in  in    in  in  in
sign-in-image              public                   404 404 404   405 405 405
sign-in-cancel           public                   405 405 405   in  in  in
sign-out                 public                   405 405 405   in  in  in
own-account              own_account              in  in  200   in  in  405
own-password             own_account              in  in  200   in  in  200
own-image                own_account              in  in  200   in  in  200
own-alerts               own_account              in  in  200   in  in  200
still-here               own_account              in  in  405   in  in  200
"""
Table = dict[str, tuple[str, list[str]]]


def read(table: str) -> Table:
    rows = [line.split() for line in table.strip().splitlines()]
    return {name: (access, answers) for name, access, *answers in rows}


@contextmanager
def as_if_nothing_happened(client: Client) -> Iterator[None]:
    """One request must not change what the next one finds: signing out, marking as read."""
    kept = deepcopy(client.cookies)
    savepoint = transaction.savepoint()
    yield
    transaction.savepoint_rollback(savepoint)
    client.cookies = kept


def answer(client: Client, method: str, path: str) -> str:
    with as_if_nothing_happened(client):
        response: Any = client.generic(method, path)
    if response.status_code != 302:
        return str(response.status_code)
    return "in" if response["Location"].partition("?")[0] == "/ingreso/" else "to"


def answers(address: Address, clients: list[Client], path: str) -> list[str]:
    return [answer(client, method, path) for method in ("GET", "POST") for client in clients]


def of_the_portal() -> list[Address]:
    return addresses("occired.urls")


def of_the_staff_host() -> list[Address]:
    return [address for address in addresses("occired.staff_urls") if not address.name.startswith("admin:")]


def of_the_back_office() -> list[Address]:
    return [address for address in addresses("occired.staff_urls") if address.name.startswith("admin:")]


@pytest.mark.parametrize(("found", "table"), [(of_the_portal, PORTAL), (of_the_staff_host, STAFF_HOST)])
def test_every_url_is_in_the_table_and_says_who_may_see_it(found: Any, table: str) -> None:
    said = {address.name: getattr(address.view, "access", "says nothing") for address in found()}

    assert said == {name: access for name, (access, _) in read(table).items()}
    assert set(said.values()) - {"public", "public-anywhere"} <= set(Permission)


@pytest.mark.parametrize("table", [PORTAL, STAFF_HOST])
def test_the_tables_have_an_answer_for_everybody(table: str) -> None:
    people = PEOPLE if table is PORTAL else PEOPLE[:3]

    assert {len(row) for _, row in read(table).values()} == {2 * len(people)}


def test_the_portal_answers_everybody_as_the_table_says(world: World) -> None:
    clients = [world.clients[person] for person in PEOPLE]
    table = read(PORTAL)

    wrong = {
        address.name: (got, table[address.name][1])
        for address in of_the_portal()
        if (got := answers(address, clients, address.with_ids(world.own.ids))) != table[address.name][1]
    }

    assert wrong == {}


@pytest.fixture
def at_the_staff_host(world: World) -> list[Client]:
    stranger, customer = Client(headers={"host": HOST}), Client(headers={"host": HOST})
    customer.cookies = world.clients["administrator"].cookies
    return [stranger, customer, world.clients["staff at the staff host"]]


def test_the_staff_host_answers_everybody_as_the_table_says(world: World, at_the_staff_host: list[Client]) -> None:
    table = read(STAFF_HOST)

    wrong = {
        address.name: (got, table[address.name][1])
        for address in of_the_staff_host()
        if (got := answers(address, at_the_staff_host, address.path)) != table[address.name][1]
    }

    assert wrong == {}


def test_nobody_but_the_bank_gets_into_the_back_office(world: World, at_the_staff_host: list[Client]) -> None:
    """Every URL of Django admin, by GET and POST: strangers and customers are sent to the sign-in; nothing breaks."""
    got_in, broken = {}, {}
    for address in of_the_back_office():
        path = address.path.replace("<path:object_id>", str(world.own.secondary.pk)).split("<", 1)[0].split("^", 1)[0]
        for method in ("GET", "POST"):
            outside = [answer(client, method, path) for client in at_the_staff_host[:2]]
            if outside != ["in", "in"]:
                got_in[f"{method} {address.path}"] = outside
            if answer(at_the_staff_host[2], method, path) not in {"200", "to", "in", "403", "404", "405"}:
                broken[f"{method} {address.path}"] = "staff"

    assert (got_in, broken) == ({}, {})
    assert len(of_the_back_office()) > 30


def test_the_portals_hosts_do_not_have_the_back_office(world: World) -> None:
    found = {
        address.path
        for address in of_the_back_office()
        for client in (world.clients["administrator"], world.clients["staff"])
        if answer(client, "GET", address.beginning) != "404"
    }

    assert found == set()


class TestTheChecksThemselves:
    def test_a_view_that_says_nothing_is_noticed(self) -> None:
        address = Address("new", "/nuevo/", lambda request: None, ())

        with pytest.raises(AssertionError):
            test_every_url_is_in_the_table_and_says_who_may_see_it(lambda: [*of_the_portal(), address], PORTAL)

    def test_urls_in_included_files_are_walked(self) -> None:
        found = {address.name: address for address in of_the_portal()}

        assert found["users:main"].path == "/administracion/usuarios/configuracion/<uuid:user_id>/principal/"
        assert found["users:main"].parameters == ("user_id",)
