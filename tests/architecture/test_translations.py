"""Every text of the portal has its Spanish words; the message ids are English (CONTRIBUTING.md)."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    *("tenancy", "pages", "directory", "audit", "notifications", "changes", "products", "schedules", "tokens"),
    *("limits", "rights", "accounts", "occired"),
)
# name of the call -> places of (context, singular, plural) among its arguments
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
IN_TEMPLATE = re.compile(r"\b(_|gettext|ngettext|pgettext|npgettext)\((?=u?['\"])")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w*}")
Used = tuple[str | None, str, str | None]  # context, singular, plural


def used_in_python(source: str) -> Iterator[Used]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            yield from _used_by(name, node.args)


def used_in_template(source: str) -> Iterator[Used]:
    """Django turns a template into something like Python; each call in it is read by itself."""
    text = templatize(source)
    for match in IN_TEMPLATE.finditer(text):
        yield from _used_by(match[1], list(_strings(text, match.end())))


def _strings(text: str, place: int) -> Iterator[ast.expr]:
    literal = re.compile(r"\s*(u?'(?:\\.|[^'\\])*'|u?\"(?:\\.|[^\"\\])*\")\s*,?", re.DOTALL)
    while match := literal.match(text, place):
        yield ast.parse(match[1], mode="eval").body
        place = match.end()


def _used_by(name: str, arguments: list[ast.expr]) -> Iterator[Used]:
    if name not in CALLS:
        return
    words = [arg.value if isinstance(arg, ast.Constant) and isinstance(arg.value, str) else None for arg in arguments]
    context, singular, plural = (words[at] if at is not None and at < len(words) else None for at in CALLS[name])
    if singular:
        yield context, singular, plural


def everything_used() -> dict[Used, list[str]]:
    """Each text with the files that use it."""
    used: dict[Used, list[str]] = defaultdict(list)
    sources = [(path, used_in_python) for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]
    sources += [
        (path, used_in_template)
        for folder in (ROOT / "templates", *(ROOT / app / "templates" for app in APPS))
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".html", ".txt"}
    ]
    for path, reader in sources:
        if "migrations" not in path.parts:
            for text in reader(path.read_text()):
                used[text].append(str(path.relative_to(ROOT)))
    return used


def catalogues() -> dict[str, Catalog]:
    found = {}
    for path in sorted(ROOT.glob("*/locale/es/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            found[str(path.relative_to(ROOT))] = read_po(file, locale="es", abort_invalid=True)
    return found


def translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    words = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(words)


def misplaced(message: Message) -> list[str]:
    """Placeholders that a translation adds or forgets. A singular may say "one" in words."""
    if isinstance(message.id, str):
        wanted, said = set(PLACEHOLDER.findall(message.id)), set(PLACEHOLDER.findall(str(message.string)))
        return sorted(wanted ^ said)
    wanted = set(PLACEHOLDER.findall(message.id[1]))
    one, *many = [set(PLACEHOLDER.findall(words)) for words in message.string]
    return sorted((one - wanted).union(*(words ^ wanted for words in many)))


def test_every_text_has_spanish_words() -> None:
    books = catalogues().values()
    missing = {
        text: files
        for text, files in everything_used().items()
        if not any(translated(book.get(text[1], context=text[0])) for book in books)
    }

    assert missing == {}


def test_enough_texts_are_found_for_the_check_to_mean_something() -> None:
    used = everything_used()

    assert len(used) > 300
    assert (None, "Assign products", None) in used or any("products" in text[1] for text in used)


def test_no_translation_waits_for_somebody_to_look_at_it() -> None:
    fuzzy = [
        (path, message.id) for path, book in catalogues().items() for message in book if message.id and message.fuzzy
    ]

    assert fuzzy == []


def test_translations_keep_every_placeholder() -> None:
    different = {
        (path, str(message.id)): misplaced(message)
        for path, book in catalogues().items()
        for message in book
        if message.id and translated(message) and misplaced(message)
    }

    assert different == {}


def test_one_text_has_one_translation() -> None:
    """Django takes whichever catalogue it finds first: two that differ would depend on the order of the apps."""
    words: dict[tuple[str | None, str], set[str]] = defaultdict(set)
    for book in catalogues().values():
        for message in book:
            if message.id and translated(message):
                words[message.context, str(message.id)].add(str(message.string))

    assert {text: sorted(said) for text, said in words.items() if len(said) > 1} == {}


def test_plurals_have_both_forms() -> None:
    """A text used with a number needs its plural in the catalogue too, or Django finds nothing."""
    books = catalogues().values()
    single = [
        text
        for text in everything_used()
        if text[2]
        and not any(isinstance(found.id, tuple | list) for book in books if (found := book.get(text[1], text[0])))
    ]

    assert single == []


class TestTheChecksThemselves:
    @pytest.mark.parametrize(
        ("source", "found"),
        [
            ('_("One")', [(None, "One", None)]),
            ('_("One " "and two")', [(None, "One and two", None)]),
            ('translation.gettext("One") + str(x)', [(None, "One", None)]),
            ('ngettext("%(n)d day", "%(n)d days", n)', [(None, "%(n)d day", "%(n)d days")]),
            ('pgettext("month", "May")', [("month", "May", None)]),
            ("_(name)", []),
            ('print("One")', []),
        ],
    )
    def test_texts_in_python_are_found(self, source: str, found: list[Used]) -> None:
        assert list(used_in_python(source)) == found

    @pytest.mark.parametrize(
        ("source", "found"),
        [
            ("<p>{% translate 'It is' %}</p>", [(None, "It is", None)]),
            ('{% translate "May" context "month" %}', [("month", "May", None)]),
            ("{% blocktranslate %}Hello, {{ name }}.{% endblocktranslate %}", [(None, "Hello, %(name)s.", None)]),
            (
                "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}",
                [(None, "%(n)s day", "%(n)s days")],
            ),
            ("{% include 'x.html' with title=_('A title') %}", [(None, "A title", None)]),
            ("<p>Plain</p>", []),
        ],
    )
    def test_texts_in_templates_are_found(self, source: str, found: list[Used]) -> None:
        assert list(used_in_template("{% load i18n %}" + source)) == found

    @pytest.mark.parametrize(
        ("message", "wrong"),
        [
            (Message("Hello %(name)s", "Hola %(name)s"), []),
            (Message("Hello %(name)s", "Hola %(nombre)s"), ["%(name)s", "%(nombre)s"]),
            (Message("Hello {name}", "Hola"), ["{name}"]),
            (Message(("%(n)d day", "%(n)d days"), ("un día", "%(n)d días")), []),
            (Message(("%(n)d day", "%(n)d days"), ("un día", "días")), ["%(n)d"]),
        ],
    )
    def test_lost_placeholders_are_found(self, message: Message, wrong: list[str]) -> None:
        assert misplaced(message) == wrong

    def test_fuzzy_and_empty_words_are_no_translation(self) -> None:
        messages = [None, Message("a", ""), Message("a", "b", flags={"fuzzy"}), Message(("a", "b"), ("c", ""))]

        assert [translated(message) for message in messages] == [False] * 4
