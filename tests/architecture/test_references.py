"""What a comment refers to is in docs/, and what docs/ name is in the code."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
TEXTS = {".py", ".html", ".txt", ".css", ".js", ".md", ".sh", ".toml", ".yml"}
NOT_OURS = {"var", "staticfiles"}
SOMEBODY = "00000000-0000-4000-8000-000000000000"

ROW = re.compile(r"\bS(\d)-(\d+)((?:\.\.\d+|, \d{2,3}\b)*)")
DECISION = re.compile(r"\bdecisions?\s+(\d+)((?:(?:, | and | to |-)\d+)*)", re.IGNORECASE)
REQUIREMENT = re.compile(r"security\.md,\s+(?:([A-G])\b ?)?(\d*)((?:(?:, | and |-)\d+)*)")
MECHANISM = re.compile(r"architecture\.md, mechanism (\d+)")
RFC = re.compile(r"RFC (\d{4})(?: and (\d{4}))?(?: section \d+(?:\.\d+)*| appendix [A-Z])?(?!\d|/|, \d)")
ASVS = re.compile(r"ASVS (?:5\.0|\d+\.\d+\.\d+)(?![.\d])")
DOCUMENT = re.compile(r"\b([\w-]+\.md)\b")
# How references look to somebody who writes one in another way; each such place must match its strict form.
LOOSE = {
    r"\bsecurity\.md\b(?![)`\]])": REQUIREMENT,
    r"\barchitecture\b,? mechanism": MECHANISM,
    r"(?<=\()architecture\)": None,
    r"\bRFC(?![A-Z_])": RFC,
    r"\bASVS": ASVS,
    r"(?i)\brequirement \d": None,
}


def numbers(first: str, more: str) -> Iterator[int]:
    """`7` and `..9` are 7, 8, 9; `7` and `, 9 and 12` are 7, 9, 12."""
    last = int(first)
    yield last
    for sign, number in re.findall(r"(\.\.|, | and | to |-)(\d+)", more):
        yield from range(last + 1, int(number) + 1) if sign in {"..", " to ", "-"} else (int(number),)
        last = int(number)


def references(text: str) -> set[str]:
    """Everything a text refers to, one name each: `S1-049`, `decision 14`, `requirement 28`, `RFC 6238`."""
    found = set()
    for guide, first, more in ROW.findall(text):
        found |= {f"S{guide}-{number:0{len(first)}}" for number in numbers(first, more)}
    for first, more in DECISION.findall(text):
        found |= {f"decision {number}" for number in numbers(first, more)}
    for part, first, more in REQUIREMENT.findall(text):
        found |= {f"part {part}"} if part else set()
        found |= {f"requirement {part}{number}" for number in numbers(first, more)} if first else set()
    found |= {f"mechanism {number}" for number in MECHANISM.findall(text)}
    return found | {f"RFC {number}" for pair in RFC.findall(text) for number in pair if number}


def unusual(text: str) -> list[str]:
    """References in a form nobody would find again."""
    return [
        text[place.start() : place.start() + 40]
        for loose, strict in LOOSE.items()
        for place in re.finditer(loose, text)
        if not (strict and strict.match(text, place.start()))
    ]


def entries() -> set[str]:
    """What can be referred to. A requirement is known by its number, and by the letter of its part and its number."""
    guide, decisions = (DOCS / "guide.md").read_text(), (DOCS / "decisions.md").read_text()
    safety, plan = (DOCS / "security.md").read_text(), (DOCS / "architecture.md").read_text()
    known = set(re.findall(r"^\| (S\d-\d+) \|", guide, re.MULTILINE))
    known |= {f"decision {number}" for number in re.findall(r"^\| (\d+) \|", decisions, re.MULTILINE)}
    for part in re.split(r"^### ", safety, flags=re.MULTILINE)[1:]:
        known.add(f"part {part[0]}")
        for number in re.findall(r"^\| (\d+) \|", part, re.MULTILINE):
            known |= {f"requirement {number}", f"requirement {part[0]}{number}"}
    known |= {f"mechanism {number}" for number in re.findall(r"^### (\d+)\. ", plan, re.MULTILINE)}
    return known | set(re.findall(r"^\| (RFC \d+) \|", safety, re.MULTILINE))


@cache
def texts() -> dict[str, str]:
    """Every file somebody wrote, but this one, which refers to what does not exist."""
    here = [path for path in ROOT.iterdir() if not path.name.startswith(".") and path.name not in NOT_OURS]
    found = [inner for path in here for inner in ([path] if path.is_file() else path.rglob("*"))]
    return {
        str(path.relative_to(ROOT)): path.read_text()
        for path in sorted(found)
        if (path.suffix in TEXTS or path.name == "Makefile") and path != Path(__file__).resolve()
    }


def test_every_reference_leads_to_an_entry() -> None:
    known = entries()
    lost = {path: sorted(references(text) - known) for path, text in texts().items()}

    assert {path: names for path, names in lost.items() if names} == {}


def test_every_reference_has_a_form_that_is_found() -> None:
    found = {path: unusual(text) for path, text in texts().items()}

    assert {path: places for path, places in found.items() if places} == {}


def test_every_document_that_is_named_exists() -> None:
    there = {path.name for path in (*ROOT.glob("*.md"), *DOCS.rglob("*.md"))}
    named = {path: sorted(set(DOCUMENT.findall(text)) - there) for path, text in texts().items()}

    assert {path: names for path, names in named.items() if names} == {}


def test_enough_is_found_for_the_checks_to_mean_something() -> None:
    code = "".join(text for path, text in texts().items() if not path.endswith(".md"))

    assert len(references(code)) > 150
    assert {"S1-049", "decision 14", "requirement 28", "RFC 6238"} <= references(code)


def test_entries_are_numbered_without_a_gap() -> None:
    known = entries()

    assert {f"decision {number}" for number in range(1, 47)} <= known
    assert {f"requirement {number}" for number in range(1, 75)} <= known
    assert {f"S1-{number:03}" for number in range(1, 106)} | {f"S2-{number:02}" for number in range(1, 27)} <= known
    assert {f"S0-{number:02}" for number in range(1, 14)} | {f"S3-{number:03}" for number in range(1, 64)} <= known


def test_every_test_that_the_documents_name_exists() -> None:
    tests = (ROOT / "tests").rglob("test_*.py")
    there = {name for path in tests for name in re.findall(r"\bdef (test_\w+)", path.read_text())}
    documents = [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]
    named = {name for path in documents for name in re.findall(r"`(test_\w+)`", path.read_text())}

    assert sorted(named - there) == []
    assert len(named) > 100


def test_every_page_of_the_guide_is_there() -> None:
    pages = set(re.findall(r"`(/[\w/…-]*/)`", (DOCS / "guide.md").read_text()))

    assert [page for page in sorted(pages) if not is_page(page.replace("…", SOMEBODY))] == []
    assert len(pages) > 25


def is_page(path: str) -> bool:
    try:
        resolve(path, urlconf="occired.urls")
    except Resolver404:
        return False
    return True


def test_the_operators_manual_knows_every_variable() -> None:
    variable = r"[\"`](OCCIRED_[A-Z_]+)[\"`]"
    read = set(re.findall(variable, (ROOT / "occired" / "settings.py").read_text()))

    assert set(re.findall(variable, (DOCS / "operators.md").read_text())) == read


class TestTheChecksThemselves:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("the path (S1-049)", {"S1-049"}),
            ("S1-049..051", {"S1-049", "S1-050", "S1-051"}),
            ("S1-013, 047, 048", {"S1-013", "S1-047", "S1-048"}),
            ("S0-10, S1-081", {"S0-10", "S1-081"}),
            ("S1-053, 5 fields", {"S1-053"}),
            ("(decision 14)", {"decision 14"}),
            ("decisions 15 to 17", {"decision 15", "decision 16", "decision 17"}),
            ("(S2, decisions 25 and 26)", {"decision 25", "decision 26"}),
            ("(decision\n    4; S3-009)", {"decision 4", "S3-009"}),
            ("(security.md, 28)", {"requirement 28"}),
            ("security.md, 15 and 25", {"requirement 15", "requirement 25"}),
            ("security.md, A 1-3", {"part A", "requirement A1", "requirement A2", "requirement A3"}),
            ("security.md, B)", {"part B"}),
            ("(architecture.md, mechanism 3)", {"mechanism 3"}),
            ("RFC 4226 and 6238", {"RFC 4226", "RFC 6238"}),
            ("RFC 6238 section 5.2; decision 10", {"RFC 6238", "decision 10"}),
            ("a decision of 14 days", set()),
        ],
    )
    def test_references_are_found(self, text: str, found: set[str]) -> None:
        assert references(text) == found

    @pytest.mark.parametrize(
        "text",
        [
            *("S1-999", "S4-001", "S1-49", "S1-104..106", "decision 99", "decisions 45 to 47"),
            *("security.md, 75", "security.md, A 19", "architecture.md, mechanism 6", "RFC 9999"),
        ],
    )
    def test_what_is_invented_is_missed(self, text: str) -> None:
        assert references(text) - entries() != set()

    @pytest.mark.parametrize(
        "text",
        [
            *("security.md 28", "(security.md B)", "(architecture, mechanism 3)", "(architecture)"),
            *("RFC6238", "RFC 5321, 4.2.1", "RFC 4226/6238", "ASVS 6.3", "ASVS V6.3.8", "Requirement 36"),
        ],
    )
    def test_an_unusual_form_is_found(self, text: str) -> None:
        assert len(unusual(text)) == 1

    @pytest.mark.parametrize(
        "text",
        [
            *("(security.md, 28)", "[security.md](security.md)", "`security.md`", "architecture.md, mechanism 3"),
            *("(architecture.md)", "RFC 6238 appendix B, SHA-1", "RFC 5321 section 4.2.1)", "(ASVS 6.3.8)"),
        ],
    )
    def test_a_usual_form_is_left_alone(self, text: str) -> None:
        assert unusual(text) == []

    @pytest.mark.parametrize(("path", "there"), [("/ingreso/", True), ("/nowhere/", False)])
    def test_a_page_that_is_not_there_is_noticed(self, path: str, there: bool) -> None:
        assert is_page(path) is there
