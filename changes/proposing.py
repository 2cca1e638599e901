from typing import Any

from django.http import HttpRequest

from changes.selectors import params_to_correct


def to_correct(request: HttpRequest, service: str, **about: str) -> dict[str, Any] | None:
    """What the person proposed and goes back to (`?cambio=`), when it is about the same thing."""
    params = params_to_correct(request.user, request.GET.get("cambio"), service)
    return params if params and all(params.get(name) == value for name, value in about.items()) else None
