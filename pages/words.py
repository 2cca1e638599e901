"""Texts as people look for them: words in any order, without regard to capitals and accents."""

import unicodedata
from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import F, Func, Model, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Lower

M = TypeVar("M", bound=Model)
# Written out, because PostgreSQL's `unaccent` needs an extension.
ACCENTED = "áàäâãéèëêíìïîóòöôõúùüûñçý"
PLAIN = "aaaaaeeeeiiiiooooouuuuncy"
MARKS = " .-"
MOST_WORDS = 8


def plain(text: str) -> str:
    """A text as it is searched: lower case without accents, single spaces, and no NUL, which PostgreSQL refuses."""
    composed = unicodedata.normalize("NFC", text.replace("\0", " ")).lower()
    return " ".join(composed.translate(str.maketrans(ACCENTED, PLAIN)).split())


def plain_column(*names: str | Combinable) -> Func:
    """The same of columns, as one text in the database; a generated column may be made of it."""
    parts = [part for name in names for part in (Value(" "), F(name) if isinstance(name, str) else name)][1:]
    whole = Concat(*parts, output_field=TextField()) if len(parts) > 1 else parts[0]
    return Func(Lower(whole), Value(ACCENTED), Value(PLAIN), function="translate", output_field=TextField())


def with_words(rows: QuerySet[M], text: str, *columns: str | F) -> QuerySet[M]:
    """The rows in which each of the words stands in some column. An `F` names one that is kept plain, a text one that
    is made plain row by row: some microseconds each, which a list of thousands feels."""
    names = {f"searched_{place}": column for place, column in enumerate(columns)}
    found = rows.alias(**{name: each if isinstance(each, F) else plain_column(each) for name, each in names.items()})
    for word in list(dict.fromkeys(plain(text).split()))[:MOST_WORDS]:
        anywhere = (Q(**{f"{name}__contains": each}) for name in names for each in spellings(word))
        found = found.filter(reduce(or_, anywhere))
    return found


def spellings(word: str) -> list[str]:
    """As it was typed; a number also without its dots and dashes."""
    digits = without_marks(word)
    return list(dict.fromkeys((word, digits))) if digits.isdigit() else [word]


def without_marks(number: str) -> str:
    """A number as it is searched: `80.123.456`, `80'123.456` and `80123456` are one."""
    return "".join(filter(str.isalnum, number))


def column_without_marks(name: str) -> Func:
    """The same of a column, which holds no other marks."""
    return Func(F(name), Value(MARKS), Value(""), function="translate", output_field=TextField())
