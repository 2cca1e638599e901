"""Every test runs on the real thing: PostgreSQL, Valkey, SMTP, a browser. Nothing is started twice or left behind."""

import os
from contextlib import ExitStack

import django
import pytest

from tests.support import servers

pytest_plugins = [
    "tests.support.database",
    "tests.support.mail",
    "tests.support.portal",
    "tests.support.browser",
    "tests.support.people",
]

_at_end = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """The settings read the environment on import, so everything they name runs before Django is looked at."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        servers.prepare_working_tree()
        servers.hand_over(_at_end.enter_context(servers.running()))
        if config.getoption("dist", "no") != "no":
            # xdist's workers inherit this, and would load the settings before they have a database of their own.
            os.environ.pop("DJANGO_SETTINGS_MODULE", None)
            return
    _set_up_django(number=int((worker or "gw0").removeprefix("gw")))


def _set_up_django(number: int) -> None:
    found = servers.handed_over()
    os.environ.update(servers.environment_for(found, database=f"test_{number}", number=number))
    django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    _at_end.close()
