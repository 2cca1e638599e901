"""Whose address a request has, and whether it came over TLS: as the socket says, or a proxy we trust (decision 39)."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from directory.models import IpRule
from occired.addresses import client_address, is_trusted
from tests import factories
from tests.support.client import Client

PROXIES = [ipaddress.ip_network(each) for each in ("10.0.0.0/24", "192.0.2.10/32", "2001:db8:1::/48")]
PROXY, OTHER_PROXY, PROXY_V6, CLIENT, STRANGER = (
    "10.0.0.5",
    "192.0.2.10",
    "2001:db8:1::5",
    "203.0.113.7",
    "198.51.100.9",
)


@pytest.mark.parametrize(
    ("socket", "forwarded", "address"),
    [
        # nobody in between: a header says nothing
        (CLIENT, "", CLIENT),
        (CLIENT, "198.51.100.9", CLIENT),
        (CLIENT, "10.0.0.5", CLIENT),
        (f"::ffff:{CLIENT}", "198.51.100.9", CLIENT),
        ("2001:db8:2::7", "", "2001:db8:2::7"),
        ("2001:DB8:2:0::7", "", "2001:db8:2::7"),
        # one proxy
        (PROXY, CLIENT, CLIENT),
        (PROXY, f" {CLIENT} ", CLIENT),
        (PROXY, f"{CLIENT}:4711", CLIENT),
        (PROXY, f"::ffff:{CLIENT}", CLIENT),
        (PROXY, f"[::ffff:{CLIENT}]:4711", CLIENT),
        (PROXY, "2001:db8:2::7", "2001:db8:2::7"),
        (PROXY, "[2001:db8:2::7]", "2001:db8:2::7"),
        (PROXY, "[2001:db8:2::7]:4711", "2001:db8:2::7"),
        (f"::ffff:{PROXY}", CLIENT, CLIENT),
        (f"::FFFF:{PROXY}", f"{CLIENT}:1", CLIENT),
        (PROXY_V6, CLIENT, CLIENT),
        # what the client itself sent stands before what the proxy added
        (PROXY, f"{STRANGER}, {CLIENT}", CLIENT),
        (PROXY, f"{PROXY}, {CLIENT}", CLIENT),
        (PROXY, f"rubbish, {CLIENT}", CLIENT),
        (PROXY, f", {CLIENT}:99", CLIENT),
        # several proxies
        (PROXY, f"{CLIENT}, {OTHER_PROXY}", CLIENT),
        (PROXY, f"{STRANGER}, {CLIENT}, {OTHER_PROXY}", CLIENT),
        (PROXY, f"{CLIENT}:4711, {OTHER_PROXY}:443, [{PROXY_V6}]:443", CLIENT),
        (f"::ffff:{PROXY}", f"{CLIENT}, ::ffff:{OTHER_PROXY}", CLIENT),
        (PROXY, f"{STRANGER}, {CLIENT}, 10.0.1.5", "10.0.1.5"),
        # nobody but proxies
        (PROXY, "", PROXY),
        (PROXY, " ", PROXY),
        (PROXY, f"{OTHER_PROXY}", OTHER_PROXY),
        # what nobody can read, where it is a proxy's own word
        (PROXY, "rubbish", None),
        (PROXY, f"{CLIENT}, rubbish", None),
        (PROXY, f"{CLIENT}, , {OTHER_PROXY}", None),
        (PROXY, f"{CLIENT},", None),
        (PROXY, ",", None),
        (PROXY, "unknown", None),
        (PROXY, f"{CLIENT}:port", None),
        (PROXY, f"{CLIENT}:123456", None),
        (PROXY, f"{CLIENT}/32", None),
        (PROXY, "203.0.113.007", None),
        (PROXY, "203.0.113", None),
        (PROXY, "3405803783", None),
        (PROXY, "[]:80", None),
        (PROXY, f"[{CLIENT}", None),
        (PROXY, "fe80::1%eth0", None),
        (PROXY, "٢٠٣.٠.١١٣.٧", None),
        (PROXY, "1" * 8000, None),
        ("", CLIENT, None),
        ("rubbish", CLIENT, None),
    ],
)
def test_the_address_of_the_client(socket: str, forwarded: str, address: str | None) -> None:
    assert client_address(socket, forwarded, PROXIES) == address


@pytest.mark.parametrize("forwarded", ["", CLIENT, f"{CLIENT}, {PROXY}", "rubbish"])
def test_where_no_proxy_is_trusted_the_socket_alone_counts(forwarded: str) -> None:
    assert client_address(PROXY, forwarded, []) == PROXY


@given(forged=st.text(alphabet=st.characters(codec="latin-1", exclude_characters="\r\n")))
def test_nothing_a_client_sends_ahead_changes_what_the_proxy_says(forged: str) -> None:
    assert client_address(PROXY, f"{forged}, {CLIENT}", PROXIES) == CLIENT
    assert client_address(CLIENT, forged, PROXIES) == CLIENT


@given(socket=st.text(), forwarded=st.text())
def test_whatever_comes_the_answer_is_an_address_or_none(socket: str, forwarded: str) -> None:
    found = client_address(socket, forwarded, PROXIES)

    assert found is None or str(ipaddress.ip_address(found)) == found


@pytest.mark.parametrize(
    ("socket", "trusted"),
    [
        (PROXY, True),
        (f"::ffff:{PROXY}", True),
        (PROXY_V6, True),
        (CLIENT, False),
        (f"::ffff:{CLIENT}", False),
        ("", False),
        ("rubbish", False),
    ],
)
def test_who_is_believed(socket: str, trusted: bool) -> None:
    assert is_trusted(socket, PROXIES) == trusted


@pytest.fixture
def behind_proxies(bank_scope: None, settings: Settings) -> None:
    """As in production: TLS ends at the proxy, and without it there is only the way to it."""
    factories.portal()
    settings.TRUSTED_PROXIES = PROXIES
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    ("socket", "said", "status"),
    [
        (PROXY, "https", 200),
        (f"::ffff:{PROXY}", "https", 200),
        (PROXY_V6, "https", 200),
        (PROXY, "http", 301),
        (PROXY, None, 301),
        (CLIENT, "https", 301),
        (f"::ffff:{CLIENT}", "https", 301),
        ("rubbish", "https", 301),
    ],
)
def test_only_a_trusted_proxy_says_that_a_request_came_over_tls(
    behind_proxies: None, socket: str, said: str | None, status: int
) -> None:
    client = Client(headers={"host": "localhost"}, REMOTE_ADDR=socket)

    got = client.get("/ingreso/", headers={"X-Forwarded-Proto": said} if said else {})

    assert got.status_code == status


@pytest.mark.parametrize(("forwarded", "inside"), [(f"{CLIENT}:4711", True), (f"{STRANGER}:4711", False), ("x", False)])
def test_the_rules_of_a_company_are_about_the_client_and_not_its_proxy(
    bank_scope: None, settings: Settings, client_for: Any, forwarded: str, inside: bool
) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    user = factories.user()
    for network in (f"{CLIENT}/32", "10.0.0.0/8"):
        IpRule.objects.create(company=user.company, network=network)

    got = client_for(user).get("/", REMOTE_ADDR=f"::ffff:{PROXY}", headers={"X-Forwarded-For": forwarded})

    assert (got.status_code == 200) == inside
