"""The workbook: its sheets, their columns and what may stand in them, in the portal's language."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _

from directory.enums import UserState
from directory.models import Profile, Service, User
from directory.rules.countries import country_called
from directory.rules.people import FIELDS
from directory.selectors.users import profiles_of
from limits.labels import period_label
from limits.rules import PERIODS
from limits.selectors import monetary_services
from products.models import Product
from products.selectors import assignable_products
from schedules.labels import DAY_LABELS
from schedules.rules import DAYS, MONETARY_TICKS

USERS, PRODUCTS, LIMITS, HOURS = "users", "products", "limits", "hours"
TICKS = ("holiday_access", *(f"monetary_{tick}" for tick in MONETARY_TICKS))


@dataclass(frozen=True)
class Column:
    """`choices` are all that may stand in it, if it has any."""

    key: str
    label: str
    choices: Sequence[str] = ()
    width: int = 18


@dataclass(frozen=True)
class Sheet:
    key: str
    title: str
    columns: Sequence[Column]

    @cached_property
    def places(self) -> dict[str, int]:
        return {column.key: place for place, column in enumerate(self.columns)}

    @cached_property
    def labels(self) -> dict[str, str]:
        return {column.key: column.label for column in self.columns}


@dataclass
class Layout:
    """The sheets of one company's workbook. Make it, and use it, in the portal's language."""

    maker: User
    profiles: list[Profile] = field(init=False)
    products: list[Product] = field(init=False)
    services: list[Service] = field(init=False)

    def __post_init__(self) -> None:
        self.profiles = list(profiles_of(self.maker))
        self.products = list(assignable_products(self.maker))
        self.services = list(monetary_services(self.maker.portal.edition_code))

    @property
    def sheets(self) -> list[Sheet]:
        return [self.users, self.assignments, self.limits, self.hours]

    @cached_property
    def users(self) -> Sheet:
        person = [
            Column(name, str(FIELDS[name].label), self._choices(name), 24 if name in {"email", "address"} else 18)
            for name in self.maker.portal.edition.person_fields
        ]
        state = Column("state", _("Status"), list(self.states))
        return Sheet(USERS, _("Users"), [*person, state, Column("action", _("Action"), [self.generate])])

    @cached_property
    def assignments(self) -> Sheet:
        products = [Column(str(key), label, [self.yes, self.no], 26) for label, key in self.product_keys.items()]
        return Sheet(PRODUCTS, _("Products"), [self._username, *products])

    @cached_property
    def limits(self) -> Sheet:
        columns = [
            self._username,
            Column("product", _("Product"), width=34),
            Column("service", _("Service"), width=34),
            *(Column(period, period_label(period)) for period in PERIODS),
        ]
        return Sheet(LIMITS, _("Limits"), columns)

    @cached_property
    def hours(self) -> Sheet:
        columns = [self._username]
        for day in DAYS:
            named = {"day": str(DAY_LABELS[day])}
            columns.append(Column(f"{day}_start", _("%(day)s, from") % named, width=14))
            columns.append(Column(f"{day}_end", _("%(day)s, to") % named, width=14))
        columns.append(Column("holiday_access", str(DAY_LABELS["holiday"]), [self.yes, self.no]))
        for tick in MONETARY_TICKS:
            label = _("Monetary transactions: %(day)s") % {"day": DAY_LABELS[tick]}
            columns.append(Column(f"monetary_{tick}", label, [self.yes, self.no], 30))
        return Sheet(HOURS, _("Days and hours"), columns)

    @cached_property
    def yes(self) -> str:
        return _("Yes")

    @cached_property
    def no(self) -> str:
        return _("No")

    @cached_property
    def generate(self) -> str:
        return _("Generate password")

    @cached_property
    def states(self) -> dict[str, UserState]:
        return {str(state.label): state for state in UserState}

    @cached_property
    def id_types(self) -> dict[str, str]:
        kinds = country_called(self.maker.portal.country).identifications
        return {str(kind.label): code for code, kind in kinds.items()}

    @cached_property
    def product_keys(self) -> dict[str, UUID]:
        return {product_label(product): product.pk for product in self.products}

    @property
    def _username(self) -> Column:
        return Column("username", str(FIELDS["username"].label))

    def _choices(self, name: str) -> list[str]:
        if name == "profile":
            return [profile.name for profile in self.profiles]
        if name == "id_type":
            return list(self.id_types)
        if name == "receives_alerts":
            return [self.yes, self.no]
        return []


def product_label(product: Product) -> str:
    """Unique in a company: numbers are so within their kind, cards by name and last digits."""
    return f"{product.get_kind_display()}: {product}"
