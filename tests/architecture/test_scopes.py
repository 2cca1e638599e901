"""Who may enter which scope, and from where: read from the source, so that a new place shows itself here."""

import ast
from functools import cache

from tests.architecture.source import ROOT, found_in, nodes, parsed, python_files

# Every company's rows. Whoever serves a person asks `scope_of`, which knows the person and the host.
BANK = {
    "directory/scope.py": ["scope_of"],
    # sweeps
    "accounts/bulk/selectors.py": ["due_uploads"],
    "accounts/bulk/services.py": ["compare", "delete_expired"],
    "accounts/tasks.py": ["make_passwords"],
    "changes/tasks.py": ["apply", "expire", "forget_drafts", "sweep"],
    "exports/selectors.py": ["due_exports"],
    "exports/services.py": ["delete_expired", "make"],
    "notifications/selectors.py": ["due_deliveries"],
    "notifications/services/outbox.py": ["deliver"],
    "rights/tasks.py": ["compare_readiness"],
    # commands
    "audit/management/commands/verify_audit.py": ["Command.handle"],
    "demo/load.py": ["load"],
    "demo/management/commands/code.py": ["Command.handle"],
    "occired/management/commands/add_bank_staff.py": ["_add"],
    "rights/management/commands/compare_readiness.py": ["Command.handle"],
    "tokens/management/commands/rotate_sealing_keys.py": ["Command.handle"],
}
# One person of whatever company, by the sign-in key.
SIGN_IN = {
    "directory/scope.py": ["scope_of"],
    "directory/selectors/sign_in.py": ["find_for_sign_in"],
    "directory/selectors/users.py": ["is_taken"],
}
COMPANY = NOTHING = {"directory/scope.py": ["scope_of"]}


@cache
def uses(source: str) -> set[tuple[str, str]]:
    """What of `tenancy.context` is used, called or not, and in the body of which function."""
    found: set[tuple[str, str]] = set()

    def walk(node: ast.AST, place: tuple[str, ...]) -> None:
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("context"):
            found.add((node.attr, ".".join(place)))
        if isinstance(node, ast.ImportFrom) and node.module == "tenancy.context":
            found.update((name.name, "imported by name") for name in node.names)
        inner = (*place, node.name) if isinstance(node, ast.FunctionDef | ast.ClassDef) else place
        for child in ast.iter_child_nodes(node):
            walk(child, inner)

    walk(parsed(source), ())
    return found


def calls(source: str, function: str) -> list[str]:
    return sorted(place for used, place in uses(source) if used == function)


def entered(function: str) -> dict[str, list[str]]:
    return found_in(python_files(migrations=True), lambda source: calls(source, function))


def imports_djangos_client(source: str) -> bool:
    return "django.test" in source and any(
        isinstance(node, ast.ImportFrom)
        and node.module in {"django.test", "django.test.client"}
        and any(name.name == "Client" for name in node.names)
        for node in nodes(source)
    )


def test_every_companys_rows_are_for_the_back_office_and_for_named_sweeps_and_commands() -> None:
    assert entered("bank") == BANK


def test_a_person_is_looked_for_across_companies_by_the_sign_in_and_where_a_name_must_be_free() -> None:
    assert entered("sign_in") == SIGN_IN


def test_a_companys_scope_is_made_from_somebody_known_alone() -> None:
    assert (entered("company"), entered("nothing")) == (COMPANY, NOTHING)
    assert (entered("Scope"), entered("_entered")) == ({"tenancy/connections.py": ["_check_key"]}, {})


def test_every_browser_of_a_test_leaves_the_scope_its_data_is_arranged_in() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if imports_djangos_client(path.read_text())
    ]

    assert found == []


class TestTheChecksThemselves:
    def test_djangos_own_client_is_found(self) -> None:
        assert imports_djangos_client("from django.test import Client, RequestFactory\n")
        assert not imports_djangos_client("from tests.support.client import Client\n")

    def test_a_scope_is_found_wherever_it_is_entered(self) -> None:
        source = (
            "class A:\n    def b(self):\n        with context.bank():\n            pass\nwide = tenancy.context.bank\n"
        )

        assert calls(source, "bank") == ["", "A.b"]
        assert calls("from tenancy.context import bank as b\n", "bank") == ["imported by name"]
        assert calls("with other.bank():\n    pass\n", "bank") == []
