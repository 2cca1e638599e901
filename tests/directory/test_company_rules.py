"""Networks, profiles and parameters of a company."""

import ipaddress
from ipaddress import IPv4Address, IPv6Address

import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st

from directory.rules import company
from directory.rules.company import Network
from rights.rules.entry import address_is_allowed


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("200.14.232.152", "200.14.232.152/32"),
        (" 200.14.232.0/24 ", "200.14.232.0/24"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("::ffff:200.14.232.152", "200.14.232.152/32"),
        ("::ffff:200.14.232.0/120", "200.14.232.0/24"),
    ],
)
def test_a_network_is_kept_in_one_form(written: str, kept: str) -> None:
    assert company.cleaned_network(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "casa",
        "200.14.232.256",
        "200.14.232.152/24",
        "200.14.232.0/33",
        "0.0.0.0/0",
        "::/0",
        "010.1.1.1",
        "::ffff:0:0/90",
        "fe80::1%eth0",
    ],
)
def test_what_is_not_a_network_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        company.cleaned_network(written)


@given(st.ip_addresses(), st.integers(min_value=1, max_value=32))
def test_a_network_holds_the_address_it_was_made_of(address: IPv4Address | IPv6Address, prefix: int) -> None:
    assume(getattr(address, "ipv4_mapped", None) is None)
    network = ipaddress.ip_network((address, prefix), strict=False)
    try:
        kept = company.cleaned_network(str(network))
    except ValidationError:
        return

    assert address_is_allowed(str(address), [kept])


def test_networks_are_kept_once_each_and_in_order() -> None:
    rows = [("200.1.1.1", "Sede"), ("10.0.0.0/8", ""), ("200.1.1.1/32", "Oficina")]

    assert company.cleaned_networks(rows) == [Network("10.0.0.0/8", ""), Network("200.1.1.1/32", "Oficina")]


def test_a_network_is_not_described_by_what_cannot_be_seen() -> None:
    with pytest.raises(ValidationError):
        company.cleaned_networks([("10.0.0.1", "Oficina \u202eatluco")])


def test_a_company_has_a_limited_number_of_networks() -> None:
    with pytest.raises(ValidationError):
        company.cleaned_networks((f"10.0.{number}.1", "") for number in range(company.MAX_NETWORKS + 1))


@pytest.mark.parametrize("name", ["Pruebas_PRD", "Tesorería", "Operador nómina (2)", "A"])
def test_names_of_profiles(name: str) -> None:
    assert company.cleaned_profile_name(f"  {name} ") == name


@pytest.mark.parametrize("name", ["", " ", "=cmd", "_x", "<b>", "a" * 41, "a\tb\x00"])
def test_impossible_names_of_profiles(name: str) -> None:
    with pytest.raises(ValidationError):
        company.cleaned_profile_name(name)


@pytest.mark.parametrize(
    ("minutes", "days", "wrong"),
    [
        (1, 1, set()),
        (15, 90, set()),
        (0, 90, {"idle_minutes"}),
        (16, 90, {"idle_minutes"}),
        (5, 0, {"password_days"}),
        (5, 91, {"password_days"}),
        (-1, -1, {"idle_minutes", "password_days"}),
    ],
)
def test_parameters_stay_inside_the_banks(minutes: int, days: int, wrong: set[str]) -> None:
    try:
        company.check_parameters(idle_minutes=minutes, password_days=days, most_password_days=90)
        broken = set()
    except ValidationError as error:
        broken = set(error.error_dict)

    assert broken == wrong
