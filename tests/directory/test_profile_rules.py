from hypothesis import given
from hypothesis import strategies as st

from directory.enums import Role
from directory.permissions import OF_EVERYBODY, OF_PROFILES, ROLE_PERMISSIONS, permissions_of
from directory.rules.profiles import is_open, opens_something

CHOICES = st.none() | st.frozensets(
    st.sampled_from([*sorted(option.value for option in OF_PROFILES), "no-longer-there"])
)


@given(st.sampled_from(Role.values), CHOICES, CHOICES)
def test_nobody_has_more_than_their_role_allows_nor_less_than_everybody_has(
    role: str, one: object, other: object
) -> None:
    held = permissions_of(role, one, other)  # type: ignore[arg-type]

    assert OF_EVERYBODY <= held <= ROLE_PERMISSIONS[role]


@given(CHOICES, CHOICES)
def test_a_secondary_user_has_what_both_profile_and_company_open(
    profile: frozenset[str] | None, company: frozenset[str] | None
) -> None:
    held = permissions_of(Role.SECONDARY, profile, company)

    assert {option for option in OF_PROFILES if option in held} == {
        option for option in OF_PROFILES if is_open(profile, option.value) and is_open(company, option.value)
    }


@given(CHOICES)
def test_an_administrator_is_never_cut(chosen: frozenset[str] | None) -> None:
    assert permissions_of(Role.ADMINISTRATOR, chosen) == ROLE_PERMISSIONS[Role.ADMINISTRATOR]


def test_all_of_it_is_also_what_comes_later() -> None:
    assert [is_open(None, "x"), is_open(["x"], "x"), is_open(["y"], "x"), is_open([], "x")] == [
        True,
        True,
        False,
        False,
    ]
    assert [opens_something(each) for each in (None, ["x"], [])] == [True, True, False]
