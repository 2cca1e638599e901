"""What is kept of a change is read again as it was wanted, and nothing else is read at all."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from inspect import signature
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from accounts.states.changes import SetState
from accounts.users.changes import CreateUser
from changes.codec import Unreadable, decode, encode
from changes.kinds import ChangeKind, Composite, kinds, named
from directory.enums import UserState
from limits.changes import SetCeilings, SetUserLimits, WantedCeiling
from limits.rules import Amounts
from products.changes import AssignProducts

KINDS = named(tuple(settings.CHANGES))
KEYS = [UUID(int=number) for number in range(3)]
texts = st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3)
amounts = st.builds(Amounts, *[st.decimals(allow_nan=False, allow_infinity=False)] * 3)
st.register_type_strategy(Amounts, amounts)
ABOUT_PEOPLE: dict[type, Any] = {CreateUser: {"texts": texts.map(lambda values: {**values, "username": "felipe"})}}


def any_of(kind: type[ChangeKind[Any]]) -> st.SearchStrategy[ChangeKind[Any]]:
    values = {"texts": texts} if "texts" in signature(kind).parameters else {}
    return st.builds(kind, **{**values, **ABOUT_PEOPLE.get(kind, {})})


anything = st.one_of([any_of(kind) for kind in KINDS])


def as_kept(wanted: Any) -> Any:
    """As it comes back from the database: JSON, whose keys have no order."""
    return json.loads(json.dumps(encode(wanted), sort_keys=True))


def typed(value: Any) -> Any:
    """A value with the types of everything in it: an enum equals its text, a named tuple any tuple."""
    if isinstance(value, Mapping):
        return {key: typed(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return type(value), [typed(each) for each in value]
    if is_dataclass(value):
        return type(value), {field.name: typed(getattr(value, field.name)) for field in fields(value)}
    return type(value), value


@given(anything)
def test_every_change_comes_back_as_it_was_wanted(wanted: ChangeKind[Any]) -> None:
    again = decode(wanted.key, as_kept(wanted))

    assert again == wanted
    assert typed(again) == typed(wanted)


@given(st.lists(anything, min_size=1, max_size=4))
def test_several_as_one_come_back_too(wanted: list[ChangeKind[Any]]) -> None:
    composite = Composite(changes=tuple(wanted))

    assert decode(composite.key, as_kept(composite)) == composite


@given(anything, anything)
def test_equal_changes_have_equal_json_and_others_have_not(one: ChangeKind[Any], other: ChangeKind[Any]) -> None:
    again = decode(one.key, as_kept(one))

    assert json.dumps(encode(again), sort_keys=True) == json.dumps(encode(one), sort_keys=True)
    assert ((one.key, as_kept(one)) == (other.key, as_kept(other))) == (one == other)


def test_every_kind_is_tried() -> None:
    assert len(KINDS) == 22
    assert {kind.key for kind in KINDS} | {"composite"} == set(kinds())


@pytest.mark.parametrize(("one", "same"), [("5000.00", "5E+3"), ("0", "-0.00"), ("0.50", "0.5")])
def test_an_amount_is_written_in_one_way(one: str, same: str) -> None:
    first, second = (SetCeilings(ceilings=(ceiling(Decimal(amount)),)) for amount in (one, same))

    assert first == second
    assert encode(first) == encode(second)


def ceiling(amount: Decimal) -> WantedCeiling:
    return WantedCeiling(KEYS[0], Amounts(amount, amount, amount))


def test_a_set_is_written_in_one_order() -> None:
    one, other = (AssignProducts(user=KEYS[0], products=frozenset(keys)) for keys in (KEYS, reversed(KEYS)))

    assert encode(one) == encode(other)
    assert encode(one)["products"] == [str(key) for key in KEYS]


GOOD: dict[str, Any] = {"user": str(KEYS[0]), "state": "active"}


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({**GOOD, "more": 1}, "more"),
        ({"user": str(KEYS[0])}, "state"),
        ({**GOOD, "state": "sleeping"}, "state"),
        ({**GOOD, "user": "nobody"}, "user"),
        ({**GOOD, "user": 7}, "user"),
        ([], "no JSON object"),
        (None, "no JSON object"),
        ("active", "no JSON object"),
    ],
)
def test_what_no_kind_writes_is_refused_with_what_is_wrong(values: Any, problem: str) -> None:
    with pytest.raises(Unreadable, match=problem):
        decode(SetState.key, values)

    assert decode(SetState.key, GOOD) == SetState(user=KEYS[0], state=UserState.ACTIVE)


@pytest.mark.parametrize("amount", ["x", "NaN", "Infinity", "", 5, None, ["1"]])
def test_only_an_amount_is_read_as_one(amount: Any) -> None:
    with pytest.raises(Unreadable):
        decode(SetCeilings.key, {"ceilings": [[str(KEYS[0]), [amount, "2", "3"]]]})


@pytest.mark.parametrize("typed", ["yes", 1, None, "true"])
def test_a_word_is_not_read_as_a_yes(typed: Any) -> None:
    wanted = CreateUser(user=KEYS[0], profile=KEYS[1], texts={"username": "felipe"}, receives_alerts=False)

    with pytest.raises(Unreadable, match="receives_alerts"):
        decode(wanted.key, {**encode(wanted), "receives_alerts": typed})


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"changes": []},
        {"changes": [{"kind": "users.set_state"}]},
        {"changes": [{"kind": "nobody.knows", "values": GOOD}]},
        {"changes": [{"kind": "composite", "values": {"changes": [{"kind": "users.set_state", "values": GOOD}]}}]},
        {"changes": [{"kind": ["users.set_state"], "values": GOOD}]},
        {"changes": "users.set_state"},
        {"changes": [], "more": 1},
    ],
)
def test_several_as_one_are_read_as_strictly(values: Any) -> None:
    with pytest.raises(Unreadable):
        decode(Composite.key, values)


def test_a_kind_nobody_knows_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"no kind of change is called 'nobody\.knows'"):
        decode("nobody.knows", {})


def test_limits_stand_in_their_row_as_lists() -> None:
    assert encode(SetUserLimits(user=KEYS[0], limits=())) == {"user": str(KEYS[0]), "limits": []}
