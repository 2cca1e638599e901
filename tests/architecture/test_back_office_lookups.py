"""No list of the back office compares columns the query string names: a hash would be read letter by letter."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import RequestFactory

from audit.admin.base import BackOfficeAdmin
from tests import factories

REGISTERED = list(admin.site._registry.items())
COMPARISONS = ("startswith", "icontains", "regex", "gt", "in", "year", "range")


@pytest.mark.parametrize(("model", "page"), REGISTERED, ids=str)
def test_every_page_is_of_the_back_offices_own_kind(model: Any, page: Any) -> None:
    assert isinstance(page, BackOfficeAdmin)
    assert type(page).lookup_allowed is BackOfficeAdmin.lookup_allowed
    assert page.date_hierarchy is None
    assert all(isinstance(name, str) for name in page.list_filter)


@pytest.mark.parametrize(("model", "page"), REGISTERED, ids=str)
def test_nothing_is_compared_but_filters_and_keys(bank_scope: None, rf: RequestFactory, model: Any, page: Any) -> None:
    request = rf.get("/oficina/")
    request.user = factories.bank_staff()
    asked = [f"{path}__{comparison}" for path in paths(model) for comparison in COMPARISONS]
    asked += [path for path in paths(model) if path not in {*page.list_filter, model._meta.pk.name}]

    allowed = {path for path in asked if page.lookup_allowed(path, "x", request)}

    assert allowed == {f"{name}__id" for name in page.list_filter if model._meta.get_field(name).is_relation}


@pytest.mark.parametrize(("model", "page"), REGISTERED, ids=str)
def test_what_is_searched_and_filtered_is_no_secret(model: Any, page: Any) -> None:
    for name in (*page.search_fields, *page.list_filter):
        assert not any(word in name for word in ("password", "hash", "secret", "seal", "session", "key")), name


def paths(model: Any) -> list[str]:
    """Every field of the model, those of what it refers to, and those of what refers to it."""
    found = []
    for field in model._meta.get_fields():
        found.append(field.name)
        if field.related_model:
            found += [f"{field.name}__{each.name}" for each in field.related_model._meta.concrete_fields]
    return found
