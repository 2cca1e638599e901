"""The arithmetic of the chain, without a database."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.rules import FIRST_HASH, Break, canonical, first_break, link, plain

Row = tuple[int, str, str, Mapping[str, object]]
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
contents = st.dictionaries(texts, texts | st.integers() | st.none() | st.lists(texts, max_size=3), max_size=4)
chains = st.lists(contents, min_size=1, max_size=8)


def chained(chain: list[dict[str, object]]) -> tuple[list[Row], tuple[int, str]]:
    rows: list[Row] = []
    previous = FIRST_HASH
    for sequence, content in enumerate(chain, start=1):
        digest = link(previous, content)
        rows.append((sequence, previous, digest, content))
        previous = digest
    return rows, (len(rows), previous)


@given(chains)
def test_a_chain_nobody_touched_holds(chain: list[dict[str, object]]) -> None:
    rows, head = chained(chain)

    assert first_break(rows, head) is None


def test_an_empty_chain_holds() -> None:
    assert first_break([], (0, FIRST_HASH)) is None


@given(chains, st.data())
def test_an_edited_row_is_named(chain: list[dict[str, object]], data: st.DataObject) -> None:
    rows, head = chained(chain)
    place = data.draw(st.integers(0, len(rows) - 1))
    sequence, previous, digest, content = rows[place]
    rows[place] = (sequence, previous, digest, {**content, "edited": True})

    assert first_break(rows, head) == Break(place + 1, "its content was changed")


@given(chains, st.data())
def test_an_edited_row_with_its_hash_made_new_breaks_the_next(
    chain: list[dict[str, object]], data: st.DataObject
) -> None:
    rows, head = chained(chain)
    place = data.draw(st.integers(0, len(rows) - 1))
    sequence, previous, _, content = rows[place]
    edited = {**content, "edited": True}
    rows[place] = (sequence, previous, link(previous, edited), edited)

    found = first_break(rows, head)

    assert found == Break(
        place + 2,
        "it does not follow the row before it" if place + 1 < len(rows) else "the end of the trail is missing",
    )


@given(chains, st.data())
def test_a_row_made_new_cannot_be_followed_by_the_hash_of_the_one_after_it(
    chain: list[dict[str, object]], data: st.DataObject
) -> None:
    """It would have to be made new as well, and so on to the end, which is kept elsewhere."""
    rows, head = chained([*chain, {"last": True}])
    place = data.draw(st.integers(0, len(rows) - 2))
    (sequence, previous, _, content), (next_sequence, _, next_digest, next_content) = rows[place : place + 2]
    edited = {**content, "edited": True}
    renewed = link(previous, edited)
    rows[place : place + 2] = [
        (sequence, previous, renewed, edited),
        (next_sequence, renewed, next_digest, next_content),
    ]

    assert first_break(rows, head) == Break(place + 2, "its content was changed")


@given(chains, st.data())
def test_a_deleted_row_is_named(chain: list[dict[str, object]], data: st.DataObject) -> None:
    rows, head = chained(chain)
    place = data.draw(st.integers(0, len(rows) - 1))
    del rows[place]

    found = first_break(rows, head)

    assert found is not None
    assert found.sequence == place + 1


@given(chains, st.data())
def test_a_chain_cut_off_and_its_end_forgotten_is_noticed_by_the_head(
    chain: list[dict[str, object]], data: st.DataObject
) -> None:
    rows, head = chained(chain)
    kept = data.draw(st.integers(0, len(rows) - 1))

    assert first_break(rows[:kept], head) == Break(kept + 1, "the end of the trail is missing")


@given(st.dictionaries(texts, st.integers(), min_size=2, max_size=6))
def test_the_order_of_keys_does_not_matter(content: dict[str, object]) -> None:
    turned = dict(reversed(content.items()))

    assert canonical(turned) == canonical(content)


@given(contents, contents)
def test_two_contents_never_have_one_form(first: dict[str, object], second: dict[str, object]) -> None:
    assert (canonical(first) == canonical(second)) == (first == second)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        (Decimal("1500000.50"), "1500000.50"),
        (date(2026, 11, 21), "2026-11-21"),
        (datetime(2026, 11, 21, 6, 0, tzinfo=UTC), "2026-11-21 06:00:00+00:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ({2: "b", 10: "a"}, {"2": "b", "10": "a"}),
        (("a", "b"), ["a", "b"]),
        (1e16, "1e+16"),
        (0.1, "0.1"),
        (10**30, 10**30),
        ("ñandú 🦙 \u2028", "ñandú 🦙 \u2028"),
    ],
)
def test_values_are_kept_as_the_database_gives_them_back(value: object, kept: object) -> None:
    assert plain({"value": value}) == {"value": kept}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_is_none_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        plain([value])
