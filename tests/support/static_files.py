"""The static files, looked at once by each process, as in production, and not by each browser of each test."""

from typing import Any

from whitenoise.middleware import WhiteNoiseMiddleware


def look_once() -> None:
    look = WhiteNoiseMiddleware.update_files_dictionary
    found: dict[tuple[str, str], dict[str, Any]] = {}

    def looked_at(middleware: WhiteNoiseMiddleware, root: str, prefix: str) -> None:
        if (root, prefix) not in found:
            look(middleware, root, prefix)
            found[root, prefix] = middleware.files
        middleware.files = found[root, prefix]

    WhiteNoiseMiddleware.update_files_dictionary = looked_at
