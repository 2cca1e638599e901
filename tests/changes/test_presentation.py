"""A change as a page shows it: nothing signed is left out, nothing else passes for signed."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from changes.enums import LineKind
from changes.presentation import MOST_OPEN_ROWS, Counts, Shown, shown
from changes.rules.text import Beside, Caption, InTable, Line, apart

names = st.sampled_from(["", "a", "b", "c"])
kinds = st.sampled_from([kind.value for kind in LineKind])
lines_of_any_kind = st.lists(st.builds(Line, names, names, names, kinds, names, names, names), max_size=12)


def limit(service: str, product: str, period: str, kind: str = "raised") -> Line:
    return Line(product, "1.00", "2.00", kind, group=service, column=period)


def printed(page: Shown) -> list[Line]:
    cells = [
        line
        for section in page.sections
        for group in section.groups
        for row in group.rows
        for line in row.cells
        if line is not None
    ]
    return cells + [line for section in page.sections for line in section.lines]


@given(lines_of_any_kind)
def test_every_line_is_shown_exactly_once(lines: list[Line]) -> None:
    signed, unchanged = apart(lines)
    page = shown(signed, Beside(unchanged))

    def places(some: list[Line]) -> list[tuple[str, ...]]:
        return sorted((*line.place, line.before, line.after, line.kind) for line in some)

    assert places(printed(page)) == places(lines)
    assert page.counts.lines == len(signed)


def test_amounts_are_a_matrix_in_the_order_of_their_lines() -> None:
    signed, unchanged = apart(
        [
            limit("Pagos", "Ahorros", "Diario", "same"),
            limit("Pagos", "Ahorros", "Mensual"),
            limit("Pagos", "Corriente", "Diario", "lowered"),
            limit("Giros", "Ahorros", "Mensual"),
        ]
    )

    [section] = shown(signed, Beside(unchanged, [Caption("Pagos", "hasta 9.00")])).sections

    assert [(group.name, group.caption, group.columns) for group in section.groups] == [
        ("Pagos", "hasta 9.00", ("Diario", "Mensual")),
        ("Giros", "", ("Mensual",)),
    ]
    assert [(row.name, [cell and cell.kind for cell in row.cells]) for row in section.groups[0].rows] == [
        ("Ahorros", ["same", "raised"]),
        ("Corriente", ["lowered", None]),
    ]
    assert section.groups[0].counts == Counts(lines=2, raised=1, lowered=1, added=0, removed=0, unchanged=1)


def test_two_products_with_one_name_are_two_rows() -> None:
    [section] = shown([limit("Pagos", "Ahorros", "Diario"), limit("Pagos", "Ahorros", "Diario")]).sections

    assert [row.name for row in section.groups[0].rows] == ["Ahorros", "Ahorros"]


def test_many_rows_are_closed_at_first() -> None:
    few = [limit("Pagos", str(number), "Diario") for number in range(MOST_OPEN_ROWS)]

    assert shown(few).is_open
    assert not shown([*few, limit("Pagos", "otro", "Diario")]).is_open


def test_the_rarer_direction_stands_out_where_there_are_two() -> None:
    up, down = limit("Pagos", "a", "Diario"), limit("Pagos", "b", "Diario", "lowered")

    assert [Counts.of(lines).rarer for lines in ([up], [up, up, down], [up, down, down], [down])] == [
        "",
        "lowered",
        "raised",
        "",
    ]


class TestTablesOfPeople:
    def row(self, who: str, *lines: Line) -> tuple[InTable, list[Line]]:
        return InTable("Activar", who, section=who), [replace(line, section=who) for line in lines]

    def page(self, *rows: tuple[InTable, list[Line]]) -> Shown:
        return shown([line for _row, lines in rows for line in lines], Beside(in_table=[row for row, _lines in rows]))

    def test_the_same_done_to_several_is_a_row_each_and_what_is_said_of_all_stands_once(self) -> None:
        why = Line("Motivo", "", "vuelve", "said")

        page = self.page(
            self.row("Ana", Line("Estado", "Inactivo", "Activo"), why),
            self.row("Berta", Line("Estado", "Bloqueado", "Activo"), why),
        )

        [table] = page.tables
        assert page.sections == ()
        assert (table.title, table.columns, [line.after for line in table.said]) == ("Activar", ("Estado",), ["vuelve"])
        assert [(row.name, [cell and cell.before for cell in row.cells]) for row in table.rows] == [
            ("Ana", ["Inactivo"]),
            ("Berta", ["Bloqueado"]),
        ]
        assert page.counts.lines == 4

    def test_what_is_said_of_some_alone_stands_in_their_rows(self) -> None:
        page = self.page(
            self.row("Ana", Line("Motivo", "", "vuelve", "said")), self.row("Berta", Line("Motivo", "", "otra", "said"))
        )

        [table] = page.tables
        assert (table.said, table.columns) == ((), ("Motivo",))

    def test_one_person_or_a_matrix_is_no_table(self) -> None:
        assert not self.page(self.row("Ana", Line("Estado", "a", "b"))).tables
        matrices = [self.row(who, limit("Pagos", "Ahorros", "Diario")) for who in ("Ana", "Berta")]
        assert not self.page(*matrices).tables
        assert len(self.page(*matrices).sections) == 2

    @given(st.lists(st.lists(st.builds(Line, names, names, names, kinds), max_size=4), max_size=5))
    def test_no_line_is_lost(self, people: list[list[Line]]) -> None:
        signed = [apart(lines)[0] for lines in people]

        page = self.page(*(self.row(str(number), *lines) for number, lines in enumerate(signed)))

        shown_there = sum(
            len(table.said) * len(table.rows) + sum(line is not None for row in table.rows for line in row.cells)
            for table in page.tables
        )
        assert shown_there + len(printed(page)) == sum(map(len, signed))
