"""The bank's back office over portals, companies and people."""

from accounts.back_office.admin import companies, groups, portals, users  # noqa: F401 - each registers its models
