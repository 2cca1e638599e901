"""The first wall, read from the source: a company's rows are reached by selectors and services alone, and there by
`Model.objects.of(viewer)`, never by a filter somebody wrote by hand and could forget or get wrong."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tenancy.rows import CompanyManager
from tests.architecture.source import ROOT, found_in, nodes, python_files
from tests.architecture.test_row_level_security import SHARED_WITHOUT_MODEL, own_models

# What looks rows up by the values it is given.
LOOKUPS = {"filter", "exclude", "get", "aget", "get_or_create", "update_or_create", "get_object_or_404", "Q"}
COMPANYS = ("company", "company_id", "company__pk", "company__id")
MANAGERS = {"objects", "_default_manager", "_base_manager"}
BY_HAND = {
    "tenancy/rows.py": ["company_id=viewer.company_id"],  # the filter itself
    "directory/models.py": ["company=None"],  # a constraint: who is the bank's has no company
}
# Where else rows are reached, and why.
OUTSIDE = {
    "accounts/sessions/store.py": "Django's store of sessions: whose they are is known when they are read",
    "demo/builders.py": "makes the demo's rows, in the bank's scope",
    "demo/load.py": "makes the demo's rows, in the bank's scope",
}


def is_door(path: Path) -> bool:
    """Selectors and services, as a file or as a folder."""
    return any(part in {"selectors", "services"} for part in (path.parent.name, path.stem))


def hand_written_filters(source: str) -> list[str]:
    """Look-ups by company. One that says the company of an outer query's row chooses none by itself."""
    return [
        f"{keyword.arg}={ast.unparse(keyword.value)}"
        for node in nodes(source)
        if isinstance(node, ast.Call) and _name(node.func) in LOOKUPS
        for keyword in node.keywords
        if keyword.arg in COMPANYS
        and not (isinstance(keyword.value, ast.Call) and _name(keyword.value.func) == "OuterRef")
    ]


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def managers_used(source: str, names: set[str]) -> list[str]:
    """`User.objects` of one of our own models, and any manager that is not called by its usual name."""
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in nodes(source)
        if isinstance(node, ast.Attribute)
        and node.attr in MANAGERS
        and (node.attr != "objects" or getattr(node.value, "id", "") in names)
    ]


def own_names() -> set[str]:
    return {model.__name__ for model in own_models()}


def owned_models() -> list[type[models.Model]]:
    """Models of rows that belong to companies."""
    return [
        model
        for model in own_models()
        if not getattr(model, "tenancy_shared", "") and model._meta.db_table not in SHARED_WITHOUT_MODEL
    ]


def test_every_row_of_a_company_can_be_reached_by_its_viewer() -> None:
    without = {model._meta.label for model in owned_models() if not isinstance(model._default_manager, CompanyManager)}

    assert without == set()
    assert apps.get_model("directory", "User") in owned_models()


def test_no_company_is_filtered_by_hand() -> None:
    assert found_in(python_files(), hand_written_filters) == BY_HAND


def test_rows_are_reached_by_selectors_and_services_alone() -> None:
    names = own_names()
    outside = [path for path in python_files() if not is_door(path)]

    assert set(found_in(outside, lambda source: managers_used(source, names))) == set(OUTSIDE)
    assert len(outside) > 150


def test_the_doors_are_found() -> None:
    doors = {str(path.relative_to(ROOT)) for path in python_files() if is_door(path)}

    assert {"directory/selectors/users.py", "limits/selectors.py", "changes/services/signing.py"} <= doors


class TestTheChecksThemselves:
    @pytest.mark.parametrize(
        "source",
        [
            "User.objects.filter(company_id=viewer.company_id)",
            "User.objects.filter(name='x').exclude(company=company)",
            "Token.objects.get(company=viewer.company, serial=serial)",
            "rows.filter(Q(company__pk=company_id) | Q(user=None))",
            "get_object_or_404(User, company_id=company_id)",
            "rule, _ = IpRule.objects.get_or_create(company=company, network=network)",
        ],
    )
    def test_a_filter_written_by_hand_is_found(self, source: str) -> None:
        assert len(hand_written_filters(source)) == 1

    @pytest.mark.parametrize(
        "source",
        [
            "User.objects.of(viewer).filter(role=role)",
            "User(company=company)",
            "User.objects.create(company_id=actor.company_id)",
            "IpRule.objects.filter(company_id=OuterRef('company_id'))",
            "IpRule.objects.of(company).get_or_create(network=network, defaults={'company': company})",
        ],
    )
    def test_what_makes_a_row_or_follows_one_is_not(self, source: str) -> None:
        assert hand_written_filters(source) == []

    @pytest.mark.parametrize(
        "use", ["User.objects.all()", "user._meta.model._default_manager", "Session._base_manager"]
    )
    def test_a_manager_outside_of_the_doors_is_found(self, use: str) -> None:
        assert len(managers_used(use, {"User"})) == 1

    def test_djangos_own_models_are_not_ours(self) -> None:
        assert managers_used("Group.objects.all()", {"User"}) == []
