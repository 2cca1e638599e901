"""No value ever enters the text of a statement: where SQL is written by hand it is a constant, with parameters.

What must be put together (names of tables and roles, which cannot be parameters) is written down here word for word,
so that every new one is read by somebody. Migrations' RunSQL is aside: no value of anybody's reaches it.
"""

import ast
from collections.abc import Iterator
from typing import TypeGuard

import pytest

from tests.architecture.source import found_in, nodes, python_files

TAKES_SQL = {"execute", "executemany", "raw", "extra", "RawSQL"}
# Every part is a name quoted by Django's quote_name, or a word of these files themselves.
PUT_TOGETHER = {
    "devserver/statements.py": ["statement"],  # of parts that mypy knows to be texts of the program (LiteralString)
    "tenancy/grants.py": [
        "f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}'",
        "f'GRANT USAGE ON SCHEMA public TO {role}'",
        "f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}'",
        "f'GRANT {rights} ON {table} TO {role}'",
        "f'REVOKE ALL ON {table} FROM {role}'",
        "f'REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC'",
    ],
    "tenancy/inserting.py": ["statement"],
    "tenancy/operations.py": [
        "f'ALTER TABLE {table} DISABLE ROW LEVEL SECURITY'",
        "f'ALTER TABLE {table} ENABLE ROW LEVEL SECURITY'",
        "f'ALTER TABLE {table} FORCE ROW LEVEL SECURITY'",
        "f'ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY'",
        "f'CREATE POLICY {name} ON {table} {rule}'",
        "f'DROP POLICY {name} ON {table}'",
    ],
}


def statements(source: str) -> Iterator[ast.expr]:
    """The first argument of whatever takes SQL."""
    for node in nodes(source):
        if isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in TAKES_SQL:
                yield node.args[0]


def constants(source: str) -> set[str]:
    """Names that the module gives a text, and nothing else, once."""
    given = [
        (target.id, node.value)
        for node in nodes(source)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    ]
    texts = {name for name, value in given if isinstance(value, ast.Constant)}
    return {name for name in texts if sum(each == name for each, _ in given) == 1}


def is_composed(node: ast.expr, known: set[str]) -> bool:
    """psycopg's own way, `sql.SQL("…").format(sql.Identifier(…))`, which quotes each part by its kind."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "format":
        return False
    parts = [*node.args, *(keyword.value for keyword in node.keywords)]
    words = [node.func.value, *(part for part in parts if not _calls(part, "sql.Identifier", "sql.Literal"))]
    return all(_calls(word, "sql.SQL") and _is_text(word.args[0], known) for word in words)


def _calls(node: ast.expr, *names: str) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in names


def _is_text(node: ast.expr, known: set[str]) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_text(node.body, known) and _is_text(node.orelse, known)
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id in known)


def put_together(source: str) -> list[str]:
    known = constants(source)
    return sorted(
        ast.unparse(text) for text in statements(source) if not (_is_text(text, known) or is_composed(text, known))
    )


def test_every_statement_is_a_constant_or_written_down_here() -> None:
    assert found_in(python_files(migrations=True), put_together) == PUT_TOGETHER


def test_the_walk_finds_statements() -> None:
    assert sum(len(list(statements(path.read_text()))) for path in python_files(migrations=True)) > 20


class TestTheCheckItself:
    @pytest.mark.parametrize(
        "statement",
        [
            "cursor.execute(f'SELECT {name}')",
            "cursor.execute('SELECT ' + name)",
            "cursor.execute('SELECT %s' % name)",
            "cursor.execute('SELECT {}'.format(name))",
            "cursor.execute(' '.join(words))",
            "cursor.execute(query)",
            "query = 'SELECT 1'\nquery += name\ncursor.execute(query)",
            "query = f'SELECT {name}'\ncursor.execute(query)",
            "User.objects.raw(f'SELECT {name}')",
            "rows.extra(where)",
            "rows.annotate(x=RawSQL('SELECT ' + name, []))",
            "connection.execute(sql.SQL(f'DROP {name}').format(sql.Identifier(name)))",
            "connection.execute(sql.SQL('DROP {}').format(sql.SQL(name)))",
            "connection.execute(sql.SQL('DROP {}').format(name))",
        ],
    )
    def test_a_statement_put_together_is_found(self, statement: str) -> None:
        assert len(put_together(statement)) == 1

    @pytest.mark.parametrize(
        "statement",
        [
            "cursor.execute('SELECT %s', [name])",
            "QUERY = 'SELECT %s'\ncursor.execute(QUERY, [name])",
            "connection.execute(sql.SQL('DROP {}').format(sql.Identifier(name)))",
            "connection.execute(sql.SQL('{} {}').format(sql.SQL('ALTER' if a else 'CREATE'), sql.Literal(b)))",
        ],
    )
    def test_a_constant_with_parameters_is_not(self, statement: str) -> None:
        assert put_together(statement) == []
