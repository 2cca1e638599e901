"""Templates, with the folder of the current edition searched first."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.template import TemplateDoesNotExist
from django.template.base import Origin, Template
from django.template.loaders import cached

_folder: ContextVar[str] = ContextVar("edition_folder", default="")
FOLDER_OF_EDITIONS = "editions"


@contextmanager
def looked_in_first(folder: str) -> Iterator[None]:
    """While it lasts, `templates/editions/<folder>/x.html` replaces `x.html` if it exists."""
    token = _folder.set(folder)
    try:
        yield
    finally:
        _folder.reset(token)


class Loader(cached.Loader):
    """Django's caching loader. An edition's `x.html` may extend the common `x.html`: Django skips what it came from."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Any:
        folder = _folder.get()
        if folder and not template_name.startswith(f"{FOLDER_OF_EDITIONS}/"):
            try:
                return self._cached(f"{FOLDER_OF_EDITIONS}/{folder}/{template_name}", skip)
            except TemplateDoesNotExist:
                pass
        return self._cached(template_name, skip)

    def _cached(self, template_name: str, skip: list[Origin] | None) -> Template:
        return super().get_template(template_name, skip)
