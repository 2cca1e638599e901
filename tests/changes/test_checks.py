"""A dotted path that names nothing is found when the portal starts, not when somebody is in the middle of something."""

import pytest
from pytest_django import Settings

from changes.checks import PATH_SETTINGS, dotted_paths_resolve


@pytest.mark.parametrize("name", PATH_SETTINGS)
@pytest.mark.parametrize("path", ["nobody.knows.this", "changes.services.nothing", "without_a_dot"])
def test_a_path_that_names_nothing_fails_the_check(settings: Settings, name: str, path: str) -> None:
    for each in PATH_SETTINGS:
        setattr(settings, each, ["changes.services.propose"])
    setattr(settings, name, ["changes.services.propose", path])

    errors = dotted_paths_resolve()

    assert [error.id for error in errors] == ["occired.E001"]
    assert f"{name} names {path!r}" in errors[0].msg


def test_a_setting_that_is_a_single_path_is_looked_at_too(settings: Settings) -> None:
    settings.CHANGE_ACTOR = "nobody.knows.this"

    assert [error.msg.split(" names")[0] for error in dotted_paths_resolve()] == ["CHANGE_ACTOR"]


def test_the_paths_of_the_settings_resolve() -> None:
    assert dotted_paths_resolve() == []
