"""The settings refuse what is unsafe, and satisfy Django's own list for production."""

import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import call_command

from tests.architecture.test_compose import compose, environment_of, load_settings
from tests.support.servers import ROOT

__all__ = ["compose"]  # the fixture
pytestmark = pytest.mark.long


@pytest.fixture
def production(compose: dict) -> dict[str, str]:
    return environment_of(compose["services"]["web"])


@pytest.mark.django_db(databases=["default", "owner"])
def test_migrations_say_what_the_models_say() -> None:
    told = StringIO()

    call_command("makemigrations", check_changes=True, dry_run=True, stdout=told)

    assert told.getvalue() == "No changes detected\n"


def test_djangos_checks_for_production_find_nothing(production: dict[str, str]) -> None:
    result = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "DEBUG"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "occired.settings", **production},
        check=False,
        capture_output=True,
        text=True,
    )

    assert (result.returncode, result.stdout) == (0, "System check identified no issues (0 silenced).\n"), result.stderr


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"OCCIRED_DEMO": "1"}, "OCCIRED_DEMO=1 refuses to start: OCCIRED_HOSTS names a host"),
        ({"OCCIRED_DEMO": "1", "OCCIRED_HOSTS": "localhost"}, "OCCIRED_DEMO=1 refuses to start with OCCIRED_HTTPS=1"),
        ({"OCCIRED_HTTPS": "0"}, "OCCIRED_HTTPS=0 is only possible in the demo"),
        ({"OCCIRED_DEMO": "yes"}, "OCCIRED_DEMO must be 0 or 1"),
        ({"OCCIRED_HOSTS": "*"}, "OCCIRED_HOSTS must name hosts, without wildcards"),
        ({"OCCIRED_HOSTS": "portal.bank.co,.bank.co"}, "OCCIRED_HOSTS must name hosts, without wildcards"),
        ({"OCCIRED_SECRET_KEY": "k" * 49}, "OCCIRED_SECRET_KEY needs at least 50 characters"),
        ({"OCCIRED_SEALING_KEYS": "a:c2hvcnQ="}, "every key needs an id and 32 bytes"),
        ({"OCCIRED_SEALING_KEYS": "a:***"}, "key 'a' is not base64"),
        ({"OCCIRED_DATABASE_URL": "mysql://x/y"}, "must look like postgresql://"),
        ({"OCCIRED_TRUSTED_PROXIES": "10.0.0.1/8"}, "OCCIRED_TRUSTED_PROXIES: 10.0.0.1/8 has host bits set"),
        ({"OCCIRED_SMTP_PORT": "25x"}, "OCCIRED_SMTP_PORT must be a whole number"),
        ({"OCCIRED_SMTP_TLS": "none"}, "OCCIRED_SMTP_TLS=none is only possible in the demo"),
        ({"OCCIRED_SMTP_USER": "portal"}, "OCCIRED_SMTP_USER and OCCIRED_SMTP_PASSWORD belong together"),
        ({"OCCIRED_SMTP_PASSWORD": "x"}, "OCCIRED_SMTP_USER and OCCIRED_SMTP_PASSWORD belong together"),
        ({"OCCIRED_SMTP_TLS": "maybe"}, "OCCIRED_SMTP_TLS must be one of none, starttls, tls"),
    ],
)
def test_unsafe_or_unreadable_settings_stop_the_start(
    production: dict[str, str], change: dict[str, str], reason: str
) -> None:
    result = load_settings(production | change)

    assert result.returncode == 1
    assert reason in result.stderr.splitlines()[-1]
