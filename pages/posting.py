from typing import Any

from django.http import HttpRequest


def posted(request: HttpRequest) -> Any:
    """The data a form is bound to: an empty POST is still a POST."""
    return request.POST if request.method == "POST" else None
