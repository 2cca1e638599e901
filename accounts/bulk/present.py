"""People as the workbook says them: what they have now, cell by cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from accounts.bulk.sheets import HOURS, LIMITS, PRODUCTS, TICKS, USERS, Layout
from directory.models import User
from directory.rules.people import identification_label
from limits.rules import Amounts
from limits.selectors import Cell, limits_to_set_of
from products.selectors import assigned_ids_of
from schedules.rules import DAYS, Week
from schedules.selectors import EffectiveSchedule, schedules_of

Value = str | Decimal | None


@dataclass(frozen=True)
class Present:
    """One person with what the sheets say of them."""

    user: User
    products: frozenset[UUID]
    limits: Mapping[Cell, Amounts]
    schedule: EffectiveSchedule

    def rows(self, layout: Layout) -> Iterator[tuple[str, Sequence[Value]]]:
        """The rows of this person: the sheet each is in, and its cells."""
        name = self.user.username
        person = [person_cell(layout, self.user, column.key) for column in layout.users.columns]
        yield USERS, person
        held = [layout.yes if key in self.products else layout.no for key in layout.product_keys.values()]
        yield PRODUCTS, [name, *held]
        services = {service.pk: service.name for service in layout.services}
        products = {key: label for label, key in layout.product_keys.items()}
        for (service, product), amounts in self.limits.items():
            if service in services and product in products and product in self.products:
                yield LIMITS, [name, products[product], services[service], *amounts]
        week = hours_of(layout, self.schedule.stored)
        yield HOURS, [name, *(week[column.key] for column in layout.hours.columns[1:])]


def person_cell(layout: Layout, user: User | None, key: str) -> str:
    """One cell of the first sheet; empty for somebody who does not exist yet."""
    if user is None or key == "action":
        return ""
    if key == "profile":
        return user.profile.name if user.profile else ""
    if key == "id_type":
        return identification_label(user.id_type, user.portal.country)
    if key == "receives_alerts":
        return layout.yes if user.receives_alerts else layout.no
    if key == "state":
        return str(user.get_state_display())
    return str(getattr(user, key))


def hours_of(layout: Layout, week: Week) -> dict[str, str]:
    """A week as the cells of its row, by column."""
    cells = {}
    for day, window in zip(DAYS, week.windows, strict=True):
        cells[f"{day}_start"] = f"{window.start:%H:%M}" if window else ""
        cells[f"{day}_end"] = f"{window.end:%H:%M}" if window else ""
    for tick in TICKS:
        cells[tick] = layout.yes if getattr(week, tick) else layout.no
    return cells


def presents_of(maker: User, users: Sequence[User]) -> list[Present]:
    """Those of many users, in a fixed number of queries."""
    keys = [user.pk for user in users]
    held = assigned_ids_of(maker, keys)
    tables = limits_to_set_of(maker, keys)
    weeks = schedules_of(maker.company, keys) if maker.company else {}
    return [
        Present(user, frozenset(held.get(user.pk, ())), dict(tables[user.pk].limits), weeks[user.pk]) for user in users
    ]
