"""The first wall: a company's rows are reached through their viewer."""

from typing import Protocol, TypeVar
from uuid import UUID

from django.db import models

M = TypeVar("M", bound=models.Model)


class OfCompany(Protocol):
    """A user, a company, or whatever belongs to one; None for the bank's own."""

    @property
    def company_id(self) -> UUID | None: ...


class CompanyManager(models.Manager[M]):
    """For a model with a `company_id`. A test catches that filter written by hand."""

    def of(self, viewer: OfCompany) -> models.QuerySet[M]:
        """The rows of the viewer's company; for the bank's staff, who have none, those that belong to no company."""
        return self.filter(company_id=viewer.company_id)


class Companies(CompanyManager[M]):
    """For companies themselves."""

    def of(self, viewer: OfCompany) -> models.QuerySet[M]:
        """The viewer's company."""
        return self.filter(pk=viewer.company_id) if viewer.company_id else self.none()
