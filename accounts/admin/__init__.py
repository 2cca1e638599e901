"""The bank's back office over portals, companies and people."""

from accounts.admin import companies, groups, portals, trail, users  # noqa: F401 - each registers its models
