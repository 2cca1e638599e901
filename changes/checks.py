from collections import Counter
from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.utils.module_loading import import_string

from changes.kinds import ChangeKind, Composite, named

PATH_SETTINGS = ("CONFIRMATION_METHODS", "CHANGES", "CHANGE_GUARDS")


@register
def dotted_paths_resolve(**_: Any) -> list[Error]:
    """Each dotted path by which this app reaches a higher one must name something."""
    return [
        Error(f"{setting} names {path!r}: {problem}", id="occired.E001")
        for setting in PATH_SETTINGS
        for path in getattr(settings, setting)
        if (problem := _problem(path))
    ]


@register
def kinds_are_told_apart(**_: Any) -> list[Error]:
    """Every kind of change is a frozen dataclass with its own key, by which its rows are read again."""
    paths = tuple(path for path in settings.CHANGES if not _problem(path))
    return [Error(problem, id="occired.E002") for problem in _problems_of(named(paths))]


def _problem(path: str) -> str:
    try:
        import_string(path)
    except ImportError as error:
        return str(error)
    return ""


def _problems_of(kinds: list[type[ChangeKind[Any]]]) -> Iterator[str]:
    for kind in kinds:
        if not (is_dataclass(kind) and issubclass(kind, ChangeKind) and kind.__dataclass_params__.frozen):
            yield f"CHANGES holds {kind!r}, which is no frozen kind of change"
    counted = Counter(getattr(kind, "key", "") for kind in (Composite, *kinds))
    for key, count in counted.items():
        if count > 1:
            yield f"CHANGES holds {count} kinds with the key {key!r}"
