"""A dotted path that names nothing is found when the portal starts, not when somebody is in the middle of something."""

import pytest
from pytest_django import Settings

from changes.checks import PATH_SETTINGS, dotted_paths_resolve, kinds_are_told_apart
from changes.kinds import ChangeKind, Composite
from tests.changes.naming import NameProfile


@pytest.mark.parametrize("name", PATH_SETTINGS)
@pytest.mark.parametrize("path", ["nobody.knows.this", "changes.services.nothing", "without_a_dot"])
def test_a_path_that_names_nothing_fails_the_check(settings: Settings, name: str, path: str) -> None:
    for each in PATH_SETTINGS:
        setattr(settings, each, ["changes.services.propose"])
    setattr(settings, name, ["changes.services.propose", path])

    errors = dotted_paths_resolve()

    assert [error.id for error in errors] == ["occired.E001"]
    assert f"{name} names {path!r}" in errors[0].msg


def test_the_paths_of_the_settings_resolve() -> None:
    assert dotted_paths_resolve() == []
    assert kinds_are_told_apart() == []


class Bare(ChangeKind[None]):
    """A kind whose values nobody can read again: it is no dataclass."""

    key = "tests.bare"


class SameKey(NameProfile):
    """A second kind called like the first."""


TWICE = (NameProfile, SameKey)
NO_KINDS = (Bare, str)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("TWICE", "CHANGES holds 2 kinds with the key 'tests.name_profile'"),
        ("NO_KINDS", "which is no frozen kind of change"),
    ],
)
def test_kinds_that_could_not_be_told_apart_fail_the_check(settings: Settings, path: str, problem: str) -> None:
    settings.CHANGES = [f"{__name__}.{path}"]

    errors = kinds_are_told_apart()

    assert {error.id for error in errors} == {"occired.E002"}
    assert problem in errors[0].msg


def test_a_composite_has_its_key_for_itself(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SameKey, "key", Composite.key)
    settings.CHANGES = [f"{__name__}.TWICE"]

    assert [error.msg for error in kinds_are_told_apart()] == ["CHANGES holds 2 kinds with the key 'composite'"]
