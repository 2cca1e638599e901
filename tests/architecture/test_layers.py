"""Imports point down, between the apps, inside each, and across the folders of one (docs/architecture.md)."""

import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
NO_PART_OF_THE_PORTAL = {"tests", "bench", "docs", "static", "templates", "var", "staticfiles"}
# The kinds of file, from what may import everything to what may import nothing of its app.
KINDS = ("urls", "admin", "views", "forms", "changes", "services", "selectors", "models", "rules", "enums")
Import = tuple[str, str]


def stack() -> set[str]:
    """Every package named in the contract on apps."""
    layers = next(each for each in CONTRACTS["contracts"] if each["name"] == "Apps import only downwards")["layers"]
    return {name.strip() for layer in layers for name in layer.replace(":", "|").split("|")}


def packages() -> set[str]:
    """The top-level folders that hold Python."""
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} - NO_PART_OF_THE_PORTAL


def kind_of(module: str) -> str:
    """The layer a module of an app belongs to: the last part of its name that is one."""
    return next((part for part in reversed(module.split(".")[1:]) if part in KINDS), "")


def upward(imports: list[Import]) -> list[Import]:
    """Imports by which a file reaches above its kind, whatever folder of the app either lies in."""
    pairs = [(importer, imported, kind_of(importer), kind_of(imported)) for importer, imported in imports]
    return [
        (importer, imported)
        for importer, imported, low, high in pairs
        if low and high and KINDS.index(low) > KINDS.index(high)
    ]


def imports_inside(app: str) -> list[Import]:
    graph = grimp.build_graph(app, cache_dir=None, exclude_type_checking_imports=True)
    modules = sorted(graph.modules)
    return [(each, imported) for each in modules for imported in graph.find_modules_directly_imported_by(each)]


def test_every_import_points_down() -> None:
    program = Path(sys.executable).with_name("lint-imports")

    result = subprocess.run([program, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)

    assert result.returncode == 0, result.stdout
    kept = result.stdout.rsplit("Contracts:", 1)[1]
    assert kept.strip().endswith("0 broken.")
    assert int(kept.split()[0]) == len(CONTRACTS["contracts"])


def test_every_package_stands_in_the_stack() -> None:
    assert packages() == stack() == set(CONTRACTS["root_packages"])


def test_every_app_of_the_portal_stands_in_the_stack() -> None:
    own = {config.name for config in apps.get_app_configs() if (ROOT / config.name.replace(".", "/")).is_dir()}

    assert own <= stack()
    assert len(own) > 10


def test_every_folder_of_an_app_is_held_to_an_order() -> None:
    """A folder that holds files of a kind is a container of some contract."""
    held = {name for contract in CONTRACTS["contracts"] for name in contract.get("containers", [])}
    folders = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for app in stack() - {"occired", "demo", "devserver"}
        for path in (ROOT / app).rglob("*.py")
        if path.stem in KINDS and "migrations" not in path.parts
    }

    assert folders - held == set()
    assert len(folders) > 15


@pytest.mark.parametrize("app", ["accounts", "rights", "directory", "changes", "tokens"])
def test_kinds_of_file_hold_across_the_folders_of_an_app(app: str) -> None:
    imports = imports_inside(app)

    assert upward(imports) == []
    assert len(imports) > 5


class TestTheCheckItself:
    def test_a_service_that_imports_a_view_of_another_folder_is_found(self) -> None:
        wrong = ("accounts.users.services", "accounts.sign_in.views")

        assert upward([wrong, ("accounts.sign_in.views", "accounts.users.services")]) == [wrong]

    def test_files_of_one_kind_may_know_each_other(self) -> None:
        assert upward([("accounts.users.services", "accounts.sessions.services")]) == []
