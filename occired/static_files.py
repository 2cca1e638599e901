"""How static files are gathered: the style sheet as one file, scripts that import each other by hashed name."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLE_SHEETS, SCRIPTS = ("css/portal.css", "css/back_office_change.css"), "js/"
STYLE_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
INDENTATION = re.compile(r"\n\s*")
STYLE_IMPORT = re.compile(r'@import "([^"]+)";\s*')
SCRIPT_COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)
Sources = dict[str, tuple[Storage, str]]


class PortalStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed and compressed by Whitenoise, without a build step; comments and indentation stay here.

    The style sheet is kept in one file per component and sent as one: a request for each part would weigh five times as
    much and hold up the first paint. Scripts stay modules; what one imports carries its hash too, so that no browser
    mixes two releases or loads a module twice.
    """

    support_js_module_import_aggregation = True

    def post_process(self, paths: Sources, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        yield from super().post_process({**paths, **as_sent(paths)}, dry_run=dry_run, **options)


def as_sent(paths: Sources) -> Sources:
    """The portal's own style sheet and scripts, ready to send."""
    texts = {name: SCRIPT_COMMENT.sub("", _text(*paths[name])) for name in paths if name.startswith(SCRIPTS)}
    texts |= {name: INDENTATION.sub("\n", in_one(paths, name)) for name in STYLE_SHEETS}
    ready = InMemoryStorage()
    return {name: (ready, ready.save(name, ContentFile(text.encode()))) for name, text in texts.items()}


def in_one(paths: Sources, name: str) -> str:
    """The text of a style sheet with each `@import` replaced by what it imports, without comments."""
    text = STYLE_COMMENT.sub("", _text(*paths[name]))
    return STYLE_IMPORT.sub(lambda found: in_one(paths, posixpath.join(posixpath.dirname(name), found[1])), text)


def _text(storage: Storage, path: str) -> str:
    with storage.open(path) as file:
        return bytes(file.read()).decode()
