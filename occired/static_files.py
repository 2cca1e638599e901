"""How static files are gathered: the style sheet lies in a file for each component and is sent as one."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLE_SHEET = "css/portal.css"
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
IMPORT = re.compile(r'@import "([^"]+)";\s*')
Sources = dict[str, tuple[Storage, str]]


class PortalStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed and compressed by Whitenoise, without a build step; the style sheet in one file.

    A request for each of its parts would weigh five times as much and hold up the first paint.
    """

    def post_process(self, paths: Sources, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        whole = {} if dry_run else {STYLE_SHEET: _kept(in_one(paths))}
        yield from super().post_process({**paths, **whole}, dry_run=dry_run, **options)


def in_one(paths: Sources, name: str = STYLE_SHEET) -> str:
    """The text of a style sheet with what it imports in place of each `@import`, without comments."""
    text = COMMENT.sub("", _text(*paths[name]))
    return IMPORT.sub(lambda found: in_one(paths, posixpath.join(posixpath.dirname(name), found[1])), text)


def _text(storage: Storage, path: str) -> str:
    with storage.open(path) as file:
        return bytes(file.read()).decode()


def _kept(text: str) -> tuple[Storage, str]:
    storage = InMemoryStorage()
    return storage, storage.save(STYLE_SHEET, ContentFile(text.encode()))
