"""Every test runs on the real thing: PostgreSQL, Valkey, SMTP, a browser. Nothing is started twice or left behind."""

import os
from contextlib import ExitStack

import django
import pytest
from hypothesis import HealthCheck, settings

from tests.support import servers

pytest_plugins = [
    "tests.support.database",
    "tests.support.mail",
    "tests.support.portal",
    "tests.support.outages",
    "tests.support.browser",
    "tests.support.people",
    "tests.support.clock",
]

# The same examples every time, however slow the machine is; of the hundred of `make test` the quick one tries twenty.
# All of them share the database the test is given.
settings.register_profile(
    "portal", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.register_profile("quick", settings.get_profile("portal"), max_examples=20)
settings.load_profile("portal")
# Who asks for one of these, itself or by way of another, needs a server.
SERVED = {"django_db_setup", "valkey", "smtp", "chromium"}
_at_end = ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--unit", action="store_true", help="start no server, and run what needs none and is not long")


def pytest_configure(config: pytest.Config) -> None:
    """The settings read the environment on import, so everything they name runs before Django is looked at."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    unit = config.getoption("unit")
    if worker is None:
        servers.prepare_working_tree()
        servers.hand_over(servers.NOWHERE if unit else _at_end.enter_context(servers.running()))
        if config.getoption("dist", "no") != "no":
            # xdist's workers inherit this, and would load the settings before they have a database of their own.
            os.environ.pop("DJANGO_SETTINGS_MODULE", None)
            return
    _set_up_django(number=int((worker or "gw0").removeprefix("gw")))
    if unit:
        servers.gather_static_files()
        settings.load_profile("quick")


def _set_up_django(number: int) -> None:
    found = servers.handed_over()
    os.environ.update(servers.environment_for(found, database=f"test_{number}", number=number))
    django.setup()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("unit"):
        left_out = [item for item in items if not _is_unit(item)]
        items[:] = [item for item in items if _is_unit(item)]
        config.hook.pytest_deselected(items=left_out)


def _is_unit(item: pytest.Item) -> bool:
    """pytest-django refuses the database to what neither asks for it nor is marked so."""
    needs = SERVED.intersection(getattr(item, "fixturenames", ()))
    return not (needs or item.get_closest_marker("django_db") or item.get_closest_marker("long"))


def pytest_unconfigure(config: pytest.Config) -> None:
    _at_end.close()
