"""What CONTRIBUTING.md says in numbers, and the rules of it that a linter does not know."""

import ast
import re

import pytest
from django.utils.text import smart_split

from tests.architecture.source import APPS, ROOT, STATIC, found_in, nodes, python_files, templates

LONGEST_FUNCTION, LONGEST_FILE = 50, 400
COMPARISONS = {"==", "!=", "<", "<=", ">", ">=", "in", "is"}
INLINE = {
    "a script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.IGNORECASE),
    "a style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "a handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script address": re.compile(r"(href|src|action)\s*=\s*[\"']?\s*javascript:", re.IGNORECASE),
}


def long_functions(source: str) -> list[str]:
    return [
        f"{node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in nodes(source)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]


def managers_used(source: str) -> list[str]:
    """Rows that are reached for without a selector: `User.objects`, `_default_manager`, a raw query."""
    return [
        f"line {node.lineno}: .{node.attr}"
        for node in nodes(source)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager", "raw"}
    ]


def inline_parts(template: str) -> list[str]:
    plain = re.sub(r"{#.*?#}|{% comment.*?endcomment %}|<!--.*?-->", "", template, flags=re.DOTALL)
    return [name for name, pattern in INLINE.items() if pattern.search(plain)]


def words_compared(template: str) -> list[str]:
    """Conditions that compare with a word written out: `{% if user.state == "active" %}`."""
    conditions = re.findall(r"{%\s*(?:el)?if\s+(.*?)\s*%}", template, flags=re.DOTALL)
    return [condition for condition in conditions if _compares_a_word(list(smart_split(condition)))]


def _compares_a_word(bits: list[str]) -> bool:
    places = [at for at, bit in enumerate(bits) if bit in COMPARISONS]
    return any(bits[beside].startswith(("'", '"', "_(")) for at in places for beside in (at - 1, at + 1))


def crowded_lines(css: str) -> list[str]:
    """Lines with more than a selector, a declaration or a brace on them."""
    plain = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", css, flags=re.DOTALL)
    lines = [line.strip() for line in plain.splitlines()]
    return [line for line in lines if re.search(r"[;{}].*\S|[^;{},(]\}$|,\s*[^,]*\{$", re.sub(r"\([^()]*\)", "", line))]


def test_no_function_is_longer_than_a_screen() -> None:
    assert found_in(python_files(APPS), long_functions) == {}


def test_no_file_is_longer_than_can_be_kept_in_mind() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in python_files(APPS)}

    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}
    assert len(lengths) > 50


def test_views_reach_rows_through_selectors_alone() -> None:
    views = [path for path in python_files(APPS) if path.name == "views.py" or "views" in path.parts]

    assert found_in(views, managers_used) == {}
    assert len(views) > 5


def test_rules_ask_nobody_and_know_no_clock() -> None:
    """Pure: values in, an answer out; the time is a parameter."""
    forbidden = re.compile(r"timezone\.now|datetime\.now|date\.today|\.objects\b|django\.conf|HttpRequest|time\.time")
    rules = [path for path in python_files(APPS) if path.name == "rules.py" or "rules" in path.parts]

    assert found_in(rules, forbidden.findall) == {}
    assert len(rules) > 5


def test_templates_hold_no_script_and_no_style() -> None:
    """The Content-Security-Policy would not run them. A mail has no other style than its own."""
    pages = [path for path in templates() if path.name != "mail.html"]

    assert found_in(pages, inline_parts) == {}
    assert len(templates()) > 20


def test_templates_compare_no_words() -> None:
    """What a state means is said once, by the row (`user.is_locked`) or by its look (pages.templatetags.looks)."""
    texts = [*templates(), *(ROOT / "templates").rglob("*.txt")]
    found = {str(path.relative_to(ROOT)): words_compared(path.read_text()) for path in texts}

    assert {path: conditions for path, conditions in found.items() if conditions} == {}
    assert len(found) > 90


def test_style_sheets_have_one_declaration_on_a_line() -> None:
    found = {str(path.relative_to(ROOT)): crowded_lines(path.read_text()) for path in sorted(STATIC.rglob("*.css"))}

    assert {path: lines for path, lines in found.items() if lines} == {}
    assert len(found) > 30


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    everything = [*python_files(APPS), *templates(), *STATIC.rglob("*.js"), *STATIC.rglob("*.css")]
    found = [str(path.relative_to(ROOT)) for path in everything if marks.search(path.read_text())]

    assert found == []


class TestTheChecksThemselves:
    def test_a_long_function_is_found(self) -> None:
        body = "    x = 1\n" * LONGEST_FUNCTION

        assert long_functions(f"def short():\n    pass\n\ndef long():\n{body}") == ["long has 51 lines"]

    @pytest.mark.parametrize("use", ["User.objects.get()", "user._meta.model._default_manager", "User.objects"])
    def test_a_manager_in_a_view_is_found(self, use: str) -> None:
        assert managers_used(f"def view(request):\n    return {use}\n") != []

    @pytest.mark.parametrize(
        ("template", "found"),
        [
            ('<script src="{% static "js/a.js" %}"></script>', []),
            ('<script type="application/json" id="x">{}</script>', []),
            ("{# <script>x</script> #}<p>one = two</p>", []),
            ("<script>alert(1)</script>", ["a script"]),
            ('<SCRIPT nonce="x">', ["a script"]),
            ('<p style="color: red">', ["a style"]),
            ("<style>p {}</style>", ["a style"]),
            ('<button type="button" onclick="go()">', ["a handler"]),
            ('<a href="javascript:go()">', ["a script address"]),
        ],
    )
    def test_inline_parts_are_found(self, template: str, found: list[str]) -> None:
        assert inline_parts(template) == found

    @pytest.mark.parametrize(
        ("template", "found"),
        [
            ('{% if user.is_locked %}locked{% elif page.number == number %}=="x"{% endif %}', []),
            ('{% if name|default:"a" == other %}{% include "x.html" with kind="warn" %}', []),
            ("{% if rows|length > 20 and not forloop.first %}", []),
            ('{% if user.state == "active" %}', ['user.state == "active"']),
            ("{% if a %}{% elif 'active' != user.state %}", ["'active' != user.state"]),
            ('{% if ready and kind in "raised lowered" %}', ['ready and kind in "raised lowered"']),
            ('{% if kind not in "raised" %}', ['kind not in "raised"']),
            ('{%if title == _("Users")%}', ['title == _("Users")']),
        ],
    )
    def test_a_compared_word_is_found(self, template: str, found: list[str]) -> None:
        assert words_compared(template) == found

    @pytest.mark.parametrize(
        ("css", "found"),
        [
            ("a,\nb > :not(i, u) {\n  top: 1px; /* why */\n}\n", []),
            ('a {\n  --image: url("data:x;y{z}");\n  margin: min(1px, 2px) 0;\n}', []),
            ("@media (width > 1px) {\n  a {\n    top: 1px;\n  }\n}\n", []),
            ("a {\n  top: 1px; left: 2px;\n}", ["top: 1px; left: 2px;"]),
            ("a { top: 1px; }", ["a { top: 1px; }"]),
            ("a, b {\n}", ["a, b {"]),
            ("a {\n  top: 1px }", ["top: 1px }"]),
        ],
    )
    def test_a_crowded_line_of_style_is_found(self, css: str, found: list[str]) -> None:
        assert crowded_lines(css) == found
