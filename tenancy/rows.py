"""The first wall: the rows of a company are reached by whoever looks at them."""

from typing import Protocol, TypeVar
from uuid import UUID

from django.db import models

M = TypeVar("M", bound=models.Model)


class OfCompany(Protocol):
    """A user, a company, or whatever belongs to one; what is the bank's own has None."""

    @property
    def company_id(self) -> UUID | None: ...


class CompanyManager(models.Manager[M]):
    """Of a model with a `company_id`. A test finds whoever writes that filter by hand."""

    def of(self, viewer: OfCompany) -> models.QuerySet[M]:
        """The rows of the viewer's company; for the bank's staff, who have none, those that belong to no company."""
        return self.filter(company_id=viewer.company_id)
