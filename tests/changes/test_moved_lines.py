from dataclasses import replace

from changes.rules.text import Line, Moved, moved_lines

CONFIRMED = [
    Line("Diario", "0.00", "5.00", "raised"),
    Line("Mensual", "0.00", "9.00", "raised"),
]


def present(*lines: tuple[str, str, str]) -> list[Line]:
    return [Line(*line) for line in lines]


def test_a_line_that_says_the_same_did_not_move() -> None:
    assert moved_lines(CONFIRMED, present(("Diario", "0.00", "5.00"), ("Mensual", "0.00", "9.00"))) == []


def test_a_line_that_starts_from_another_value_moved() -> None:
    moved = moved_lines(CONFIRMED, present(("Diario", "7.00", "5.00"), ("Mensual", "0.00", "9.00")))

    assert moved == [Moved("Diario", then="0.00", now="7.00", wanted="5.00")]


def test_a_line_that_is_gone_already_holds_what_was_wanted() -> None:
    assert moved_lines(CONFIRMED, present(("Diario", "0.00", "5.00"))) == [
        Moved("Mensual", then="0.00", now="9.00", wanted="9.00")
    ]


def test_a_new_line_is_what_somebody_else_changed() -> None:
    now = present(("Diario", "0.00", "5.00"), ("Mensual", "0.00", "9.00"), ("Transacción", "3.00", "1.00"))

    assert moved_lines(CONFIRMED, now) == [Moved("Transacción", then="1.00", now="3.00", wanted="1.00")]


def test_lines_of_one_name_in_two_places_are_told_apart() -> None:
    confirmed = [Line("A 1", "0.00", "5.00", group=service) for service in ("Pagos", "Impuestos")]

    moved = moved_lines(confirmed, [confirmed[0], replace(confirmed[1], before="7.00")])

    assert moved == [Moved("Impuestos · A 1", then="0.00", now="7.00", wanted="5.00")]
