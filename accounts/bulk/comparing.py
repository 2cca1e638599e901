"""What the rows of a workbook would do: cell by cell against what is, and as the changes that would do it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.bulk.present import Present, hours_of, person_cell, presents_of
from accounts.bulk.reading import Book, Row
from accounts.bulk.sheets import HOURS, LIMITS, PRODUCTS, TICKS, Layout
from accounts.enums import CellOutcome
from accounts.passwords.changes import OrderPassword
from accounts.states.changes import SetState
from accounts.users.changes import CreateUser, EditContact, EditMain
from changes.kinds import ChangeKind
from directory.enums import UserState
from directory.models import Company, User
from directory.rules.people import cleaned_field
from directory.selectors.users import secondary_users_of, taken_among
from limits.changes import SetUserLimits, WantedLimit
from limits.labels import cell_name
from limits.money import parse_money
from limits.rules import NOTHING, PERIODS, Amounts
from pages.formats import format_money
from products.changes import AssignProducts
from schedules.changes import SetUserSchedule
from schedules.rules import DAYS, Week, Window
from schedules.selectors import schedule_of

Part = ChangeKind[Any]
ORDER = (CreateUser, EditMain, EditContact, AssignProducts, SetUserLimits, SetUserSchedule, SetState, OrderPassword)
MOST_SUGGESTIONS = 9
HOUR = re.compile(r"[0-9]{1,2}:[0-9]{2}")
USERNAME_CHARACTERS = 20


@dataclass
class CellFound:
    """One cell: where it is, what was there, what would be, or what is wrong."""

    row: Row
    key: str
    before: str
    after: str
    outcome: CellOutcome
    problem: str = ""

    def as_json(self, username: str) -> list[str]:
        sheet, where = self.row.sheet, self.row.address(self.key)
        return [sheet.title, where, username, sheet.labels[self.key], self.before, self.after, self.problem]


@dataclass
class Person:
    """One row of people, with the rows the other sheets have of them. `parts` do what they ask for."""

    row: Row
    key: UUID
    present: Present | None
    cells: dict[tuple[str, int, str], CellFound] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    places: dict[str, tuple[Row, str]] = field(default_factory=dict)
    is_wrong: bool = False

    @property
    def user(self) -> User | None:
        return self.present.user if self.present else None

    def note(self, row: Row, key: str, before: str, after: str, *, is_same: bool) -> None:
        new = CellOutcome.CREATE if not before else CellOutcome.CHANGE
        outcome = CellOutcome.SAME if is_same else new
        self.cells[row.sheet.key, row.number, key] = CellFound(row, key, before, after, outcome)

    def refuse(self, row: Row, key: str, problem: str) -> None:
        known = self.cells.get((row.sheet.key, row.number, key))
        said = (known.before, known.after) if known else ("", row.cells[key])
        problem = f"{known.problem} {problem}".strip() if known else problem
        self.is_wrong = True
        self.cells[row.sheet.key, row.number, key] = CellFound(row, key, *said, CellOutcome.ERROR, problem)

    def refuse_part(self, part: Part, error: ValidationError) -> None:
        """Puts what a change is refused for to the cells it came from."""
        by_field = error.error_dict if hasattr(error, "error_dict") else {"": [error]}
        for name, errors in by_field.items():
            row, key = self.places.get(f"{part.key}.{name}") or self.places.get(part.key) or (self.row, "username")
            self.refuse(row, key, " ".join(text for each in errors for text in each.messages))


def place_of(part: Part) -> int:
    """Where its kind stands: a later one may need what an earlier one makes."""
    return ORDER.index(type(part))


class Comparison:
    """Compares people by the chunk; a new one gets a key made of `namespace` and their name."""

    def __init__(self, layout: Layout, book: Book, company: Company, namespace: UUID) -> None:
        self.layout, self.book, self.company, self.namespace = layout, book, company, namespace
        self.maker, self.portal = layout.maker, layout.maker.portal
        self.profiles = {profile.name.casefold(): profile.pk for profile in layout.profiles}
        self.services = {service.name: service for service in layout.services}
        self.empty = schedule_of(self.maker, None)

    def of(self, rows: Sequence[Row]) -> list[Person]:
        keys = [self.company.sign_in_key(row.username) for row in rows]
        users = list(secondary_users_of(self.maker).filter(sign_in_key__in=keys))
        present = {each.user.sign_in_key: each for each in presents_of(self.maker, users)}
        return [self._person(row, present.get(key), key) for row, key in zip(rows, keys, strict=True)]

    def _person(self, row: Row, present: Present | None, key: str) -> Person:
        user_id = present.user.pk if present else uuid5(self.namespace, key)
        person = Person(row, user_id, present)
        for compare in (_fields, _state, _action, _products, _limits, _hours):
            compare(self, person)
        person.parts = [] if person.is_wrong else sorted(person.parts, key=place_of)
        return person


def taken_names(outcomes: Iterable[tuple[Part, Any]]) -> list[str]:
    """Of new users who are refused the names for which they are."""
    return [
        part.texts["username"]
        for part, outcome in outcomes
        if isinstance(part, CreateUser)
        and isinstance(outcome, ValidationError)
        and "username" in getattr(outcome, "error_dict", {})
    ]


def suggestions(company: Company, names: Sequence[str]) -> dict[str, str]:
    """For each of these names, which are taken, one like it that is free."""
    offered = {
        name: [f"{name[: USERNAME_CHARACTERS - 1]}{number}" for number in range(2, 2 + MOST_SUGGESTIONS - 1)]
        for name in names
    }
    taken = taken_among(company, {company.sign_in_key(each) for group in offered.values() for each in group})
    return {
        name: next((each for each in group if company.sign_in_key(each) not in taken), "")
        for name, group in offered.items()
    }


def _fields(self: Comparison, person: Person) -> None:
    """Crear Nuevo, Información Principal, Información Usuario."""
    layout, user, row = self.layout, person.user, person.row
    edition = self.portal.edition
    typed = {name: row.cells[name] for name in edition.person_fields}
    typed["id_type"] = layout.id_types.get(typed.get("id_type", ""), typed.get("id_type", ""))
    kept: dict[str, Any] = {}
    for name in edition.person_fields:
        before = person_cell(layout, user, name)
        try:
            kept[name], shown = _kept(user, name, typed[name], before) or _read_field(self, name, typed, before)
        except ValidationError as error:
            person.refuse(row, name, " ".join(error.messages))
        else:
            person.note(row, name, before, shown, is_same=shown == before)
    if person.is_wrong:
        return
    for part in _person_parts(self, person, kept):
        person.parts.append(part)
        for name in edition.person_fields:
            person.places[f"{part.key}.{name}"] = (row, name)


def _kept(user: User | None, name: str, text: str, before: str) -> tuple[Any, str] | None:
    """What is as it was is not checked anew: what was right when it was written stays. None for what is to be read."""
    if user is None or text != before or name in {"profile", "id_type", "receives_alerts"}:
        return None
    return getattr(user, name), before


def _read_field(self: Comparison, name: str, typed: dict[str, str], before: str) -> tuple[Any, str]:
    """What is kept of a cell, and how it is written."""
    text, layout = typed[name], self.layout
    if name == "profile":
        found = self.profiles.get(text.casefold())
        if found is None:
            raise ValidationError(_("Choose one of the company's profiles."))
        return found, next(profile.name for profile in layout.profiles if profile.pk == found)
    if name == "receives_alerts":
        return _tick(layout, text, otherwise=False), layout.yes if _tick(layout, text, otherwise=False) else layout.no
    if name == "username" and before and text.casefold() == before.casefold():
        return before, before
    if name == "id_type" and text and text not in layout.id_types.values():
        raise ValidationError(_("Choose one of: %(choices)s."), params={"choices": ", ".join(layout.id_types)})
    kept = cleaned_field(name, text, typed, self.portal.country, self.portal.edition.optional_fields)
    labels = {code: label for label, code in layout.id_types.items()}
    return kept, labels.get(kept, kept) if name == "id_type" else kept


def _tick(layout: Layout, text: str, *, otherwise: bool) -> bool:
    if not text:
        return otherwise
    if text.casefold() in {layout.yes.casefold(), _plain(layout.yes)}:
        return True
    if text.casefold() == layout.no.casefold():
        return False
    raise ValidationError(_("Write Yes or No."))


def _plain(text: str) -> str:
    return text.casefold().replace("í", "i")


def _person_parts(self: Comparison, person: Person, kept: dict[str, Any]) -> list[Part]:
    edition, user = self.portal.edition, person.user
    alerts = bool(kept.get("receives_alerts", user.receives_alerts if user else False))
    if user is None:
        texts = {name: kept[name] for name in edition.texts}
        return [CreateUser(user=person.key, profile=kept["profile"], texts=texts, receives_alerts=alerts)]
    parts: list[Part] = []
    main = {name: kept[name] for name in edition.texts_on("main")}
    contact = {name: kept[name] for name in edition.texts_on("contact")}
    if kept["profile"] != user.profile_id or any(getattr(user, name) != text for name, text in main.items()):
        parts.append(EditMain(user=user.pk, profile=kept["profile"], texts=main))
    if alerts != user.receives_alerts or any(getattr(user, name) != text for name, text in contact.items()):
        parts.append(EditContact(user=user.pk, texts=contact, receives_alerts=alerts))
    return parts


def _state(self: Comparison, person: Person) -> None:
    row, user = person.row, person.user
    text, before = row.cells["state"], person_cell(self.layout, user, "state")
    present = UserState(user.state) if user else UserState.PENDING
    by_label = {label.casefold(): state for label, state in self.layout.states.items()}
    wanted = by_label.get(text.casefold()) if text else present
    if wanted is None:
        person.refuse(row, "state", _("Choose one of: %(choices)s.") % {"choices": ", ".join(self.layout.states)})
    elif wanted != present and wanted not in {UserState.ACTIVE, UserState.INACTIVE}:
        person.refuse(row, "state", _("A user cannot be given this status."))
    else:
        person.note(row, "state", before, str(wanted.label) if text else before, is_same=wanted == present)
        if wanted != present:
            part = SetState(user=person.key, state=wanted)
            person.parts.append(part)
            person.places[part.key] = (row, "state")


def _action(self: Comparison, person: Person) -> None:
    row = person.row
    text = row.cells["action"]
    if text and text.casefold() != self.layout.generate.casefold():
        person.refuse(row, "action", _("Choose one of: %(choices)s.") % {"choices": self.layout.generate})
        return
    person.note(row, "action", "", text, is_same=not text)
    if text:
        part = OrderPassword(user=person.key, activate=False)
        person.parts.append(part)
        person.places[part.key] = (row, "action")


def _products(self: Comparison, person: Person) -> None:
    layout = self.layout
    for row in self.book.rows_of(PRODUCTS, person.row.username):
        held = person.present.products if person.present else frozenset()
        wanted = set()
        for column in row.sheet.columns[1:]:
            key = UUID(column.key)
            before = "" if person.present is None else layout.yes if key in held else layout.no
            try:
                is_given = _tick(layout, row.cells[column.key], otherwise=False)
            except ValidationError as error:
                person.refuse(row, column.key, " ".join(error.messages))
                continue
            after = layout.yes if is_given else layout.no
            person.note(row, column.key, before, after, is_same=is_given == (key in held))
            wanted |= {key} if is_given else set()
        offered = set(layout.product_keys.values())
        if wanted != held & offered:
            part = AssignProducts(user=person.key, products=frozenset(wanted))
            person.parts.append(part)
            person.places[part.key] = (row, "username")


def _limits(self: Comparison, person: Person) -> None:
    wanted: list[WantedLimit] = []
    held = person.present.limits if person.present else {}
    for row in self.book.rows_of(LIMITS, person.row.username):
        limit = _limit(self, person, row)
        if limit is None:
            continue
        before = held.get((limit.service, limit.product), NOTHING)
        _note_limit(self, person, row, limit, before)
        if limit.amounts != before:
            wanted.append(limit)
    if wanted:
        person.parts.append(SetUserLimits(user=person.key, limits=tuple(wanted)))


def _limit(self: Comparison, person: Person, row: Row) -> WantedLimit | None:
    product, service = self.layout.product_keys.get(row.cells["product"]), self.services.get(row.cells["service"])
    if product is None:
        person.refuse(row, "product", _("Your company has no such product for its users."))
    if service is None:
        person.refuse(row, "service", _("There is no such service."))
    amounts = _amounts(self, person, row)
    if product is None or service is None or amounts is None:
        return None
    return WantedLimit(service.pk, product, amounts)


def _note_limit(self: Comparison, person: Person, row: Row, limit: WantedLimit, before: Amounts) -> None:
    is_new, code = before == NOTHING, self.services[row.cells["service"]].code
    for key in ("product", "service"):
        is_same = not is_new or limit.amounts == before
        person.note(row, key, "" if is_new else row.cells[key], row.cells[key], is_same=is_same)
    for period, old, new in zip(PERIODS, before, limit.amounts, strict=True):
        said = "" if is_new else format_money(old, self.portal)
        person.note(row, period, said, format_money(new, self.portal), is_same=old == new)
        person.places[f"{SetUserLimits.key}.{cell_name(code, limit.product, period)}"] = (row, period)
    person.places.setdefault(SetUserLimits.key, (row, "product"))


def _amounts(self: Comparison, person: Person, row: Row) -> Amounts | None:
    found: list[Decimal] = []
    for period in PERIODS:
        try:
            found.append(parse_money(row.cells[period] or "0", self.portal))
        except ValidationError as error:
            person.refuse(row, period, " ".join(error.messages))
    return Amounts(*found) if len(found) == len(PERIODS) else None


def _hours(self: Comparison, person: Person) -> None:
    schedule = person.present.schedule if person.present else self.empty
    present = hours_of(self.layout, schedule.stored)
    for row in self.book.rows_of(HOURS, person.row.username):
        windows = [_window(person, row, day) for day in DAYS]
        ticks = {}
        for tick in TICKS:
            try:
                ticks[tick] = _tick(self.layout, row.cells[tick], otherwise=False)
            except ValidationError as error:
                person.refuse(row, tick, " ".join(error.messages))
        if any(isinstance(window, str) for window in windows) or len(ticks) < len(TICKS):
            return
        week = Week(windows=tuple(each for each in windows if not isinstance(each, str)), **ticks)
        cells = hours_of(self.layout, week)
        for key, after in cells.items():
            before = present[key] if person.present else ""
            person.note(row, key, before, after, is_same=after == present[key])
            person.places[f"{SetUserSchedule.key}.{key}"] = (row, key)
        person.places[SetUserSchedule.key] = (row, "username")
        if week != schedule.stored:
            person.parts.append(SetUserSchedule(user=person.key, week=week))


def _hour(text: str) -> time:
    """Hours and minutes, and no seconds or zone that would be lost. Raises ValueError."""
    if not HOUR.fullmatch(text):
        raise ValueError(text)
    hour, minute = text.split(":")
    return time(int(hour), int(minute))


def _window(person: Person, row: Row, day: str) -> Window | str | None:
    """A day's hours; a text where they are wrong, which is then noted."""
    keys = (f"{day}_start", f"{day}_end")
    texts = [row.cells[key] for key in keys]
    if not any(texts):
        return None
    found: list[time] = []
    for key, text in zip(keys, texts, strict=True):
        try:
            found.append(_hour(text))
        except ValueError:
            person.refuse(row, key, _("Write an hour such as 08:00, or leave both empty."))
    if len(found) < len(keys):
        return "wrong"
    if found[0] > found[1]:
        person.refuse(row, keys[1], _("It is before the first hour."))
        return "wrong"
    return Window(*found)
