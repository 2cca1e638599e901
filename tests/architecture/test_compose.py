"""docker-compose.yml gives the settings what they ask for, holds no secret, and names what is missing."""

import base64
import os
import re
import shutil
import string
import subprocess
import sys
from typing import Any

import pytest
import yaml
from django.conf import settings

from tests.support.servers import ROOT

COMPOSE = ROOT / "docker-compose.yml"
PORTAL_SERVICES = ["web", "worker", "deliveries", "beat", "migrate"]
REFERENCE = re.compile(r"(?<!\$)\$\{(?P<name>\w+)(?P<rest>[^}]*)\}")
# What the image says instead of compose, what only tests and the demo change, and what may be left at its default.
NOT_IN_COMPOSE = {
    "OCCIRED_STATIC_ROOT",
    "OCCIRED_DEMO",
    "OCCIRED_HTTPS",
    "OCCIRED_SMTP_TIMEOUT_SECONDS",
    "OCCIRED_SMTP_ANSWER_SECONDS",
    "OCCIRED_DELIVERY_SWEEP_SECONDS",
}
GIVEN = {
    "OCCIRED_SECRET_KEY": string.ascii_letters + string.digits,
    "OCCIRED_SEALING_KEYS": "a:" + base64.b64encode(b"k" * 32).decode(),
    "OCCIRED_APP_PASSWORD": "app-password",
    "OCCIRED_OWNER_PASSWORD": "owner-password",
    "OCCIRED_SUPERUSER_PASSWORD": "superuser-password",
    "OCCIRED_VALKEY_PASSWORD": "valkey-password",
    "OCCIRED_HOSTS": "empresas.example.com,interno.example.com",
    "OCCIRED_STAFF_HOST": "interno.example.com",
    "OCCIRED_TRUSTED_PROXIES": "172.16.0.0/12",
    "OCCIRED_SMTP_HOST": "correo.example.com",
    "OCCIRED_MAIL_FROM": "banco@example.com",
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return loaded


def environment_of(service: dict[str, Any]) -> dict[str, str]:
    """As compose would fill it in from GIVEN."""

    def fill(reference: re.Match[str]) -> str:
        default = reference["rest"].removeprefix(":-") if reference["rest"].startswith(":-") else ""
        return GIVEN.get(reference["name"], default)

    return {name: REFERENCE.sub(fill, str(value)) for name, value in service["environment"].items()}


def load_settings(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", "import occired.settings"],
        cwd=ROOT,
        env=clean | environment,
        check=False,
        capture_output=True,
        text=True,
    )


def test_the_variables_are_exactly_those_the_settings_read(compose: dict[str, Any]) -> None:
    read = set(re.findall(r'"(OCCIRED_[A-Z_]+)"', (ROOT / "occired" / "settings.py").read_text()))

    given = {name for each in PORTAL_SERVICES for name in compose["services"][each]["environment"]}

    assert {name for name in given if name.startswith("OCCIRED")} == read - NOT_IN_COMPOSE


@pytest.mark.long
@pytest.mark.parametrize("service", PORTAL_SERVICES)
def test_the_settings_load_with_what_a_service_gets(compose: dict[str, Any], service: str) -> None:
    result = load_settings(environment_of(compose["services"][service]))

    assert result.returncode == 0, result.stderr


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    [
        "OCCIRED_SECRET_KEY",
        "OCCIRED_SEALING_KEYS",
        "OCCIRED_DATABASE_URL",
        "OCCIRED_BROKER_URL",
        "OCCIRED_HOSTS",
        "OCCIRED_STAFF_HOST",
        "OCCIRED_SMTP_HOST",
        "OCCIRED_MAIL_FROM",
    ],
)
def test_the_settings_refuse_to_load_without_it_and_name_it(compose: dict[str, Any], name: str) -> None:
    environment = environment_of(compose["services"]["web"])
    del environment[name]

    result = load_settings(environment)

    assert result.returncode == 1
    assert f"{name} is missing from the environment." in result.stderr


def test_only_the_migration_may_change_tables(compose: dict[str, Any]) -> None:
    owners = [
        name
        for name, service in compose["services"].items()
        if "OCCIRED_DATABASE_OWNER_URL" in service.get("environment", {})
    ]

    assert owners == ["migrate"]


def test_no_secret_has_a_value_or_a_default() -> None:
    secret = re.compile(r"(SECRET|KEY|PASSWORD|AUTH)\w*$")
    references = [(found["name"], found["rest"]) for found in REFERENCE.finditer(COMPOSE.read_text())]

    lenient = [name for name, rest in references if secret.search(name) and not rest.startswith(":?")]

    assert lenient == ["OCCIRED_SMTP_PASSWORD"]
    assert ("OCCIRED_SMTP_PASSWORD", ":-") in references


def test_every_reference_is_given_or_has_a_default() -> None:
    """So that `docker compose` says what is missing instead of putting an empty text in its place."""
    strict = {found["name"] for found in REFERENCE.finditer(COMPOSE.read_text()) if found["rest"].startswith(":?")}
    loose = [found[0] for found in REFERENCE.finditer(COMPOSE.read_text()) if not found["rest"]]

    assert strict == set(GIVEN)
    assert loose == []


def test_every_lasting_service_says_how_it_is(compose: dict[str, Any]) -> None:
    services = compose["services"]
    unhealthy = [name for name, service in services.items() if "test" not in service.get("healthcheck", {})]

    assert sorted(services) == ["beat", "deliveries", "migrate", "postgres", "valkey", "web", "worker"]
    assert unhealthy == ["migrate"]
    assert services["postgres"]["image"].startswith("postgres:18")
    assert set(services["web"]["depends_on"]) == {"migrate", "valkey"}


@pytest.mark.parametrize("service", PORTAL_SERVICES)
def test_mail_goes_nowhere_without_a_server_of_ones_own_and_tls(compose: dict[str, Any], service: str) -> None:
    environment = compose["services"][service]["environment"]

    assert environment["OCCIRED_SMTP_HOST"].startswith("${OCCIRED_SMTP_HOST:?")
    assert environment_of(compose["services"][service])["OCCIRED_SMTP_TLS"] == "starttls"


def test_every_queue_has_workers_of_its_own(compose: dict[str, Any]) -> None:
    queues = {
        name: service["command"][service["command"].index("--queues") + 1]
        for name, service in compose["services"].items()
        if "worker" in service.get("command", [])
    }

    assert queues == {"worker": "celery", "deliveries": settings.DELIVERIES_QUEUE}


def test_a_stop_waits_for_the_answer_to_a_mail(compose: dict[str, Any]) -> None:
    minutes = int(compose["services"]["deliveries"]["stop_grace_period"].removesuffix("m"))

    assert minutes * 60 >= settings.DELIVERY_LIMIT_SECONDS


def test_nothing_listens_beyond_this_machine(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]

    assert ports == ["127.0.0.1:${PORT:-8000}:8000"]


def test_every_file_it_names_exists(compose: dict[str, Any]) -> None:
    build = compose["services"]["web"]["build"]
    mounts = [mount for service in compose["services"].values() for mount in service.get("volumes", [])]
    named = {mount.split(":", 1)[0] for mount in mounts}

    assert (ROOT / build["context"] / build["dockerfile"]).is_file()
    assert [path for path in named if path.startswith("./") and not (ROOT / path).is_file()] == []
    assert {name for name in named if not name.startswith("./")} == set(compose["volumes"])


def test_the_compose_client_of_this_machine_agrees() -> None:
    """Where there is no client, the tests above are the whole check."""
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], check=False, capture_output=True).returncode:
        print("no docker compose on this machine: its structure was checked, its client was not asked")
        assert yaml.safe_load(COMPOSE.read_text())["name"] == "occired"
        return

    complete = subprocess.run(
        [docker, "compose", "config", "-q"], cwd=ROOT, env=os.environ | GIVEN, check=False, capture_output=True
    )
    lacking = subprocess.run(
        [docker, "compose", "config", "-q"], cwd=ROOT, env=dict(os.environ), check=False, capture_output=True
    )

    assert complete.returncode == 0, complete.stderr
    assert lacking.returncode != 0
