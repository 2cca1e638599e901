from typing import Any

import django.test

from tenancy import context


class Client(django.test.Client):
    """A browser. Its requests run in the scope the portal itself gives them and never in the one in which the test
    arranges its data, so that a view that forgets its scope finds nothing here as in production."""

    def request(self, **request: Any) -> Any:
        with context.nothing():
            return super().request(**request)
