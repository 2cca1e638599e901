"""Tells mypy what row-level scopes guarantee: whoever reads or changes a company's data has a company.

Only the bank's staff have none, and they enter by the back office's own services, which take the company by name.
Django's stubs see the nullable column alone, and would ask every selector and service for a check that cannot fail.
"""

from collections.abc import Callable

from mypy.plugin import AttributeContext, Plugin
from mypy.typeops import make_simplified_union
from mypy.types import NoneType, Type, UnionType, get_proper_type

NEVER_EMPTY_THERE = {"directory.models.User.company", "directory.models.User.company_id"}


class CompanyPlugin(Plugin):
    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        return _without_none if fullname in NEVER_EMPTY_THERE else None


def _without_none(context: AttributeContext) -> Type:
    declared = get_proper_type(context.default_attr_type)
    if not isinstance(declared, UnionType):
        return declared
    return make_simplified_union([item for item in declared.items if not isinstance(get_proper_type(item), NoneType)])


def plugin(version: str) -> type[Plugin]:
    return CompanyPlugin
