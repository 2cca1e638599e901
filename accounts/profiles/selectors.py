from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from directory.editions.edition import Text
from directory.models import Service, User
from directory.rules.profiles import is_open
from limits.selectors import contracted_services


@dataclass(frozen=True)
class Catalogue:
    """What the profiles of a company can open: options by key with their labels, and the contracted services."""

    options: dict[str, tuple[Text, ...]]
    services: Sequence[Service]

    @property
    def option_labels(self) -> dict[str, str]:
        """In the language that is spoken now."""
        return {key: " · ".join(str(label) for label in labels) for key, labels in self.options.items()}

    @property
    def service_names(self) -> dict[UUID, str]:
        return {service.pk: service.name for service in self.services}


def catalogue_of(viewer: User) -> Catalogue:
    """Of the viewer's company, in the order of menu and screen. One query."""
    contracted = viewer.company.options if viewer.company else ()
    options = {key: labels for key, labels in viewer.portal.edition.options.items() if is_open(contracted, key)}
    return Catalogue(options, list(contracted_services(viewer)))
