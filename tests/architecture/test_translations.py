"""Every text of the portal has its Spanish words; the message ids are English (CONTRIBUTING.md)."""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from babel.messages import Message

from tests.support.messages import (
    CATALOGUE,
    Used,
    catalogues,
    everything_used,
    translated,
    update_catalogues,
    used_in_python,
    used_in_template,
)
from tests.support.there import there

used_texts = cache(everything_used)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w*}")


def misplaced(message: Message) -> list[str]:
    """Placeholders that a translation adds or forgets. A singular may say "one" in words."""
    if isinstance(message.id, str):
        wanted, said = set(PLACEHOLDER.findall(message.id)), set(PLACEHOLDER.findall(str(message.string)))
        return sorted(wanted ^ said)
    wanted = set(PLACEHOLDER.findall(message.id[1]))
    one, *many = [set(PLACEHOLDER.findall(words)) for words in there(message.string)]
    return sorted((one - wanted).union(*(words ^ wanted for words in many)))


def test_every_text_has_spanish_words() -> None:
    books = catalogues().values()
    missing = {
        text: files
        for text, files in used_texts().items()
        if not any(translated(book.get(text[1], context=text[0])) for book in books)
    }

    assert missing == {}


def test_enough_texts_are_found_for_the_check_to_mean_something() -> None:
    used = used_texts()

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
        for text in used_texts()
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


class TestMakeMessages:
    @pytest.fixture
    def tree(self, tmp_path: Path) -> Path:
        """Two apps: one has a catalogue that knows one of its texts and one that nobody uses, the other has none."""
        for app, code in (("accounts", '_("Kept"); ngettext("%(n)d day", "%(n)d days", n)'), ("occired", '_("Kept")')):
            (tmp_path / app).mkdir()
            (tmp_path / app / "apps.py").write_text(code)
        (tmp_path / "templates" / "accounts").mkdir(parents=True)
        (tmp_path / "templates" / "accounts" / "page.html").write_text('{% translate "New" context "page" %}')
        (tmp_path / "templates" / "base.html").write_text("{% translate 'Frame' %}")
        catalogue = tmp_path / "accounts" / CATALOGUE
        catalogue.parent.mkdir(parents=True)
        catalogue.write_text(
            'msgid ""\nmsgstr ""\n"Language: es\\n"\n\nmsgid "Gone"\nmsgstr "Ido"\n\nmsgid "Kept"\nmsgstr "Queda"\n'
        )
        return tmp_path

    def test_what_is_new_comes_and_what_nobody_uses_goes(self, tree: Path) -> None:
        waiting = update_catalogues(tree)

        assert (tree / "accounts" / CATALOGUE).read_text() == (
            'msgid ""\nmsgstr ""\n"Language: es\\n"\n\nmsgid "Kept"\nmsgstr "Queda"\n\n'
            'msgid "%(n)d day"\nmsgid_plural "%(n)d days"\nmsgstr[0] ""\nmsgstr[1] ""\n\n'
            'msgctxt "page"\nmsgid "New"\nmsgstr ""\n'
        )
        assert (tree / "occired" / CATALOGUE).read_text().endswith('\n\nmsgid "Frame"\nmsgstr ""\n')
        assert {path: len(texts) for path, texts in waiting.items()} == {
            f"accounts/{CATALOGUE}": 2,
            f"occired/{CATALOGUE}": 1,
        }

    def test_a_second_run_changes_nothing(self, tree: Path) -> None:
        update_catalogues(tree)
        before = (tree / "accounts" / CATALOGUE).stat().st_mtime_ns

        update_catalogues(tree)

        assert (tree / "accounts" / CATALOGUE).stat().st_mtime_ns == before

    def test_a_text_that_gets_a_plural_gets_one_message(self, tree: Path) -> None:
        (tree / "occired" / "apps.py").write_text('_("Kept"); ngettext("Kept", "Kept ones", n)')

        update_catalogues(tree)

        assert 'msgid "Kept"\nmsgid_plural "Kept ones"' in (tree / "occired" / CATALOGUE).read_text()
        assert all("Queda" not in path.read_text() for path in tree.glob(f"*/{CATALOGUE}"))

    def test_the_catalogues_are_as_it_leaves_them(self) -> None:
        """A text that is gone from the code is gone from its catalogue."""
        used = {(text[0], text[1]) for text in used_texts()}
        unused = [
            (path, message.id)
            for path, book in catalogues().items()
            for message in book
            if message.id
            and (message.context, message.id if isinstance(message.id, str) else message.id[0]) not in used
        ]

        assert unused == []
