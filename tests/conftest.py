"""Every test runs on the real thing: PostgreSQL, Valkey, SMTP, a browser. Nothing is started twice or left behind."""

import gc
import os
import re
from contextlib import ExitStack
from pathlib import Path

import django
import pytest
from hypothesis import HealthCheck, settings

from tests.support import servers, static_files

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
# A file that says so of all its tests need not even be read for the quick group.
ALL_SERVED = re.compile(r"^pytestmark = .*(bank_scope|django_db|naming_service|browser|long)", re.MULTILINE)
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
    servers.gather_static_files()
    static_files.look_once()
    if unit:
        settings.load_profile("quick")
        gc.disable()  # what lives for some seconds is not worth looking through


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """None: whatever else decides."""
    of_tests = collection_path.suffix == ".py"
    return (config.getoption("unit") and of_tests and bool(ALL_SERVED.search(collection_path.read_text()))) or None


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
