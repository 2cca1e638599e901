"""Who may enter which scope, and from where: read from the source, so that a new place shows itself here."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def imports_djangos_client(source: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module in {"django.test", "django.test.client"}
        and any(name.name == "Client" for name in node.names)
        for node in ast.walk(ast.parse(source))
    )


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
