from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes.enums import ChangeState
from changes.rules.large import LongText, parts_with, told
from changes.rules.signing import CONFIRMATION_MINUTES, can_be_confirmed, confirmable_until
from changes.rules.text import Description, Line, combined, listed

BEGIN = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TARGET = ("directory.profile", "1", "Felipe20")
words = st.text(max_size=10)
lines = st.lists(st.builds(Line, *[words] * 3, group=words, column=words, section=words), max_size=4)


@given(words, lines, words, lines)
def test_two_texts_have_one_digest_only_when_they_say_the_same(
    title: str, said: list[Line], other_title: str, other_said: list[Line]
) -> None:
    first, second = Description(title, TARGET, said), Description(other_title, TARGET, other_said)

    assert (first.digest() == second.digest()) == ((title, said) == (other_title, other_said))


def test_what_is_signed_is_title_object_and_lines() -> None:
    plain = Description("Título", TARGET, [Line("Tope", "0", "1")])
    explained = Description(
        "Título", (*TARGET[:2], "otro nombre"), [Line("Tope", "0", "1")], effect="Desde mañana", success="Hecho"
    )
    elsewhere = Description("Título", ("directory.profile", "2", "Felipe20"), [Line("Tope", "0", "1")])

    assert plain.digest() == explained.digest() != elsewhere.digest()


def test_text_moved_from_one_part_to_another_is_another_text() -> None:
    assert (
        Description("a", TARGET, [Line("b", "c", "")]).digest()
        != Description("a", TARGET, [Line("b", "", "c")]).digest()
    )


@pytest.mark.parametrize("state", ChangeState)
@pytest.mark.parametrize(
    ("seconds", "in_time"),
    [(0, True), (CONFIRMATION_MINUTES * 60 - 1, True), (CONFIRMATION_MINUTES * 60, False), (10**6, False)],
)
def test_only_an_open_change_in_time_can_be_confirmed(state: ChangeState, seconds: int, in_time: bool) -> None:
    now = BEGIN + timedelta(seconds=seconds)

    assert can_be_confirmed(state, confirmable_until(BEGIN), now) == (in_time and state == ChangeState.PROPOSED)
    assert (now < confirmable_until(BEGIN)) == in_time


def test_a_line_reads_as_its_place_and_leaves_out_what_it_has_not() -> None:
    assert Line("CAHO 1", "", "", group="Pagos", column="Diario").what == "Pagos · CAHO 1 · Diario"
    assert Line("Nombre", "", "").what == "Nombre"
    assert Line("", "", "", group="Pagos", section="Topes").what == "Topes · Pagos"


def test_one_part_alone_reads_as_itself() -> None:
    alone = Description("Título", TARGET, [Line("Tope", "0", "1")], effect="Desde mañana")

    assert combined([alone]) is alone


def test_several_parts_are_one_text_and_each_of_their_objects_is_signed() -> None:
    first = Description("Crear", TARGET, [Line("Nombre", "", "A")], effect="Uno.", warnings=["¡Ojo!"])
    second = Description("Topes", ("user", "2", "B"), [Line("Diario", "0", "1")], effect="Dos.", success="Hecho")
    elsewhere = replace(second, target=("user", "3", "B"))

    both = combined([first, second])

    assert [(line.section, line.row) for line in both.lines] == [("Crear", "Nombre"), ("Topes", "Diario")]
    assert (both.target, both.effect, list(both.warnings), both.success) == (TARGET, "Uno.\nDos.", ["¡Ojo!"], "")
    assert both.digest() != combined([first, elsewhere]).digest()
    assert both.digest() != combined([second, first]).digest()


@pytest.mark.parametrize(
    ("count", "last"), [(1, "u1"), (20, "u20"), (21, "u20, …")], ids=["one", "as many as fit", "one too many"]
)
def test_a_long_list_of_names_is_cut(count: int, last: str) -> None:
    said = listed([f"u{number}" for number in range(1, count + 1)])

    assert said.startswith("u1")
    assert said.endswith(last)
    assert said.count("u") == min(count, 20)


def test_no_value_ends_a_part_of_a_long_text() -> None:
    text = LongText()
    text.add("e", Description("Topes", TARGET, [Line("Alias", "", "Nómina\u2028A\u0085B\nC")]))
    text.close("Libro\u2028")

    [part] = parts_with(text.packed, "nómina")

    assert told(part).lines[0].after == "Nómina\u2028A\u0085B\nC"
