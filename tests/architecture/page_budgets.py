"""The statements of a page in a form to read and to compare: what was asked of which tables, and how often."""

import re
from collections import Counter
from functools import reduce
from operator import and_
from pathlib import Path

FILE = Path(__file__).with_suffix(".txt")
HEAD = """\
# The statements every page sends, as PostgreSQL counts them: the check of the connection, the tenancy's scope and
# transactions among them. The columns read, the order of rows and constants are left out. After a change that is
# wanted write it anew, and read the difference before it is committed:
#
#     RENEW_BUDGETS=1 .venv/bin/python -m pytest tests/architecture/test_page_budgets.py -n 0
#
# The number behind a page is all of its statements; those of every page of the same person are said once, before them.
"""
EVERY_PAGE = "*"
Budgets = dict[str, Counter[str]]

SHORTER = [
    (re.compile(r"_django_curs_\w+"), "cursor"),
    (re.compile(r'"\w+"\."(\w+)"'), r"\1"),
    (re.compile(r'\b\w+\."(\w+)"'), r"\1"),
    (re.compile(r'"'), ""),
    (re.compile(r"\$\d+(::[a-z]+)?"), "?"),
    (re.compile(r" /\*, \.\.\. \*/"), ", …"),
    (re.compile(r"( JOIN \w+(?: \w+)?) ON \((?:[^()]|\([^()]*\))*\)"), r"\1"),
    (re.compile(r"(INSERT INTO \w+) \([^()]*\) VALUES \([^()]*\)"), r"\1"),
    (re.compile(r" ORDER BY (?:[^()]|\([^()]*\))*?(?= LIMIT| FOR|\)|$)"), ""),
    (re.compile(r"(SELECT (?:DISTINCT )?)(?:\w+(?: AS \w+)?, )*\w+(?: AS \w+)? FROM "), r"\1… FROM "),
    (re.compile(r"(SELECT (?:DISTINCT )?)(?:\w+(?: AS \w+)?, )+(?=\w+\()"), r"\1…, "),
    (re.compile(r"(\) AS \w+)(?:, \w+(?: AS \w+)?)+ FROM "), r"\1, … FROM "),
]


def shortened(statements: Counter[str]) -> Counter[str]:
    """One line each: an equal one in every run, and for every list of columns."""
    short: Counter[str] = Counter()
    for statement, count in statements.items():
        short[_shortened(statement)] += count
    return short


def _shortened(statement: str) -> str:
    text = " ".join(statement.split())
    for pattern, replacement in SHORTER:
        text = pattern.sub(replacement, text)
    return text


def differences(pages: Budgets, budgets: Budgets) -> list[str]:
    """A line for each statement too many (+) or too few (-), each page without budget, each budget without page."""
    found = [f"{page}: is no page any more" for page in budgets if page not in pages]
    for page, statements in pages.items():
        if page not in budgets:
            found.append(f"{page}: has no budget")
            continue
        found += [f"{page}: + {count} {text}" for text, count in (statements - budgets[page]).items()]
        found += [f"{page}: - {count} {text}" for text, count in (budgets[page] - statements).items()]
    return found


def written(budgets: Budgets) -> str:
    parts = [HEAD]
    for person in dict.fromkeys(page.split()[0] for page in budgets):
        pages = {page: budgets[page] for page in budgets if page.split()[0] == person}
        common = reduce(and_, pages.values())
        parts.append(_block(f"{person} {EVERY_PAGE}", common, common))
        parts += [_block(page, statements - common, statements) for page, statements in pages.items()]
    return "\n".join(parts)


def _block(title: str, shown: Counter[str], counted: Counter[str]) -> str:
    lines = [f"    {count} {text}\n" for text, count in sorted(shown.items())]
    return f"{title}  # {counted.total()}\n{''.join(lines)}"


def read(text: str) -> Budgets:
    """What `written` wrote."""
    common: Budgets = {}
    budgets: Budgets = {}
    for block in text.removeprefix(HEAD).strip().split("\n\n"):
        title, *lines = block.splitlines()
        person, page = title.partition("  #")[0].split(" ", 1)
        statements = Counter({line[6:]: int(line[4:5]) for line in lines})
        if page == EVERY_PAGE:
            common[person] = statements
        else:
            budgets[f"{person} {page}"] = common[person] + statements
    return budgets
