from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.utils.module_loading import import_string

PATH_SETTINGS = ("CONFIRMATION_METHODS", "CHANGE_ACTOR")


@register
def dotted_paths_resolve(**_: Any) -> list[Error]:
    """Each dotted path by which a lower app calls a higher one must name something."""
    errors = []
    for setting in PATH_SETTINGS:
        value = getattr(settings, setting)
        for path in [value] if isinstance(value, str) else value:
            try:
                import_string(path)
            except ImportError as error:
                errors.append(Error(f"{setting} names {path!r}: {error}", id="occired.E001"))
    return errors
