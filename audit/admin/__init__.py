"""What every page of the back office is made of, and the page of the trail."""

from audit.admin import trail  # noqa: F401 - registers its model
