from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZES = (10, 25, 50, 100)


def page_of(request: HttpRequest, rows: QuerySet[Any], *, size: int = PAGE_SIZES[0]) -> Page[Any]:
    """`?pagina=` of `?ver=` rows (S1-060); anything meaningless shows the first `size`."""
    wanted = request.GET.get("ver", "")
    size = int(wanted) if wanted in map(str, PAGE_SIZES) else size
    return Paginator(rows, size).get_page(request.GET.get("pagina"))
