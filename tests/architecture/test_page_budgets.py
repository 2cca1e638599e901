"""What every page costs the database. A page that asks for more is named, and so is what it asks."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import close_old_connections, connection
from django.utils import timezone

from demo import accounts
from demo.accounts import Account
from demo.builders import give_password
from demo.load import load
from devserver.statements import Statements, counted
from directory.models import User
from notifications.enums import MessageKind
from notifications.services import notify
from products.models import Product
from tenancy import context
from tests.architecture import page_budgets
from tests.architecture.page_budgets import Budgets, differences, shortened
from tests.architecture.world import Ids, addresses
from tests.support import servers
from tests.support.back_office import HOST
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.there import there
from tokens.models import Token
from tokens.rules import code_at, step_at

PROFILE = {"name": "Nuevo", "operating_role": "operator"}
PAGE_OF_A_MODEL = re.compile(r"admin:([a-z]+)_([a-z]+)_(?:changelist|add|change)")
FOR_STRANGERS = {"/healthz", "/readyz", "/ingreso/"}


@dataclass
class Visitor:
    """`paths` by their pattern; those that answer 200 are the person's pages."""

    client: Client
    paths: dict[str, str]


@pytest.fixture
def statements(committed_db: None) -> Iterator[Statements]:
    connection.close()
    database = urlsplit(os.environ["OCCIRED_DATABASE_URL"]).path.strip("/")
    with counted(servers.handed_over().postgres, database) as found:
        yield found


@pytest.fixture
def visitors(statements: Statements) -> dict[str, Visitor]:
    """Over the demo's data: a page that asks once for each row asks too often here."""
    load()
    with context.bank():
        user = User.objects.get(username="VictorP1")
        give_password(user, "Demo-OcciRed-2031", image="faro")
        administrator, secondary, staff = client_of("adelgado"), client_of("VictorP1"), client_of("banco", host=HOST)
        notify(user_id=user.pk, company_id=user.company_id, subject="Aviso", kind=MessageKind.MESSAGE)
        of_back_office = back_office_paths(user)
    change = administrator.post("/administracion/usuarios/perfiles/nuevo/", PROFILE | {"form_key": str(uuid4())})
    change_id = UUID(change["Location"].split("/")[2])
    draft = administrator.post(f"/administracion/usuarios/configuracion/{user.pk}/varias/")
    ids: Ids = {
        "user_id": user.pk,
        "profile_id": there(user.profile_id),
        "change_id": change_id,
        "draft_id": draft["Location"].split("/")[-3],
        "step": "topes",
        "action": "activar",
        "key": "users",
    }
    paths = {
        each.path: each.with_ids({"message_id": uuid4(), "export_id": uuid4(), "upload_id": uuid4(), **ids})
        for each in addresses("occired.urls")
    }
    inside = {pattern: path for pattern, path in paths.items() if pattern not in FOR_STRANGERS}
    return {
        "stranger": Visitor(Client(headers={"host": "localhost"}), paths),
        "administrator": Visitor(administrator, inside),
        "secondary": Visitor(secondary, inside),
        "bank": Visitor(staff, of_back_office),
    }


def client_of(username: str, host: str = "localhost") -> Client:
    user = User.objects.get(username=username)
    return signed_in(user, Token.objects.get(user=user), host=host)


def back_office_paths(user: User) -> dict[str, str]:
    """The lists, and of each the form of a row: of `user` and what is theirs, else of the first."""
    token, product = Token.objects.get(user=user), Product.objects.get(alias="CAHOAndres")
    rows = {"user": user.pk, "company": user.company_id, "token": token.pk, "product": product.pk}
    paths = {}
    for address in addresses("occired.staff_urls"):
        found = PAGE_OF_A_MODEL.fullmatch(address.name)
        if found:
            app, model = found.groups()
            row = rows.get(model) or apps.get_model(app, model)._base_manager.order_by("pk").first()
            paths[address.path] = address.path.replace("<path:object_id>", str(getattr(row, "pk", row)))
    return {"/oficina/": "/oficina/", **paths}


def asked(statements: Statements, request: Callable[[], Any]) -> Counter[str]:
    """What a request sends in a web process whose connection is open and whose caches are filled."""
    close_old_connections()
    before = statements.seen()
    request()
    return shortened(statements.seen() - before)


def pages_of(visitors: dict[str, Visitor], statements: Statements) -> Budgets:
    return {
        f"{person} {pattern}": asked(statements, partial(visitor.client.get, path))
        for person, visitor in visitors.items()
        for pattern, path in visitor.paths.items()
        if visitor.client.get(path).status_code == 200
    }


def sign_in_of(account: Account, statements: Statements) -> Budgets:
    client = Client(headers={"host": "localhost"})
    code = code_at(account.secret, step_at(timezone.now()))
    name = {"username": account.username, "code": code, "conditions": "on"}
    sent = {"/ingreso/": name, "/ingreso/clave/": {"password": account.password}}
    return {f"sign-in POST {path}": asked(statements, partial(client.post, path, form)) for path, form in sent.items()}


def test_no_page_sends_another_statement_than_its_budget_names(
    visitors: dict[str, Visitor], statements: Statements
) -> None:
    pages = pages_of(visitors, statements)
    for account in (accounts.CMORA, accounts.MGUERRERO):  # the first one fills the caches
        pages |= sign_in_of(account, statements)

    if "RENEW_BUDGETS" in os.environ:
        page_budgets.FILE.write_text(page_budgets.written(pages))

    found = differences(pages, page_budgets.read(page_budgets.FILE.read_text()))
    assert found == [], "\n".join(["", *found, "Is it wanted? The head of page_budgets.txt says how to write it anew."])
    assert len(pages) > 80


class TestTheChecksThemselves:
    def test_a_statement_past_djangos_cursors_is_named(self, statements: Statements) -> None:
        client = Client(headers={"host": "localhost"})

        def request() -> None:
            client.get("/ayudas/contacto/")
            with connection.connection.cursor() as cursor:
                cursor.execute('SELECT "directory_user"."id", "directory_user"."city" FROM "directory_user" LIMIT 3')

        asked(statements, request)
        usual = {"stranger /ayudas/contacto/": asked(statements, partial(client.get, "/ayudas/contacto/"))}

        found = differences({"stranger /ayudas/contacto/": asked(statements, request)}, usual)

        assert found == ["stranger /ayudas/contacto/: + 1 SELECT … FROM directory_user LIMIT ?"]

    @pytest.mark.parametrize(
        ("statement", "short"),
        [
            (
                'SELECT "a"."id", "b"."x" AS "y" FROM "a" LEFT OUTER JOIN "b" ON ("a"."b_id" = "b"."id")'
                ' WHERE "a"."id" = $1::uuid ORDER BY "a"."id" ASC LIMIT $2',
                "SELECT … FROM a LEFT OUTER JOIN b WHERE id = ? LIMIT ?",
            ),
            (
                'SELECT DISTINCT "a"."x" FROM "a" WHERE "a"."x" IN ($1 /*, ... */)',
                "SELECT DISTINCT … FROM a WHERE x IN (?, …)",
            ),
            ('SELECT "a"."x", COUNT(U0."y") FROM "a" GROUP BY $1', "SELECT …, COUNT(y) FROM a GROUP BY ?"),
            (
                'SELECT "a"."x", b."y" AS "z", MAX("a"."y") AS "m", "c"."id", "c"."x" AS "w" FROM "a"',
                "SELECT …, MAX(y) AS m, … FROM a",
            ),
            (
                'SELECT "a"."x" FROM "a" ORDER BY CASE WHEN ("a"."x" = $1) THEN $2 END DESC FOR UPDATE OF "a"',
                "SELECT … FROM a FOR UPDATE OF a",
            ),
            ('UPDATE "a" SET "seen_at" = $1::timestamptz\n WHERE "a"."x" = $2', "UPDATE a SET seen_at = ? WHERE x = ?"),
            ('CLOSE "_django_curs_139627_sync_8"', "CLOSE cursor"),
        ],
    )
    def test_a_statement_is_shortened_to_what_it_asks_of_which_tables(self, statement: str, short: str) -> None:
        assert shortened(Counter({statement: 2})) == {short: 2}

    def test_budgets_are_read_as_they_were_written(self) -> None:
        budgets = {
            "bank /": Counter({"SELECT ?": 1, "SELECT … FROM a": 2}),
            "bank /b/": Counter({"SELECT ?": 1, "SELECT … FROM a": 1, "COMMIT": 1}),
            "stranger /<uuid:id>/": Counter({"SELECT ?": 1}),
        }

        assert page_budgets.read(page_budgets.written(budgets)) == budgets

    def test_every_kind_of_difference_is_told(self) -> None:
        budgets = {"bank /": Counter(a=1, b=2), "bank /gone/": Counter()}

        assert differences({"bank /": Counter(b=1, c=1), "bank /new/": Counter()}, budgets) == [
            "bank /gone/: is no page any more",
            "bank /: + 1 c",
            "bank /: - 1 a",
            "bank /: - 1 b",
            "bank /new/: has no budget",
        ]
