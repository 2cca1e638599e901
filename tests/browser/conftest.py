"""Small pages with the portal's JavaScript modules, in a real browser, under the portal's content policy."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from tests.support.browser import OpenPage

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
SCRIPTS = sorted(
    {
        name
        for template in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'<script type="module" src="{% static "(js/[^"]+)" %}">', template.read_text())
    }
)
ORIGIN = "http://portal.example"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'self'"
)
Show = Callable[[str], Page]


@pytest.fixture
def posts() -> list[str]:
    """Where the page of `show` has posted."""
    return []


@pytest.fixture
def show(open_page: OpenPage, posts: list[str]) -> Show:
    """`show(body)`: a page with the scripts that every page has."""

    def show(body: str) -> Page:
        page = open_page()

        def answer(route: Route) -> None:
            path = route.request.url.removeprefix(ORIGIN)
            if path.endswith(".js"):
                route.fulfill(path=STATIC / path.lstrip("/"), content_type="text/javascript")
            elif route.request.method == "POST":
                posts.append(path)
                route.fulfill(status=204)
            else:
                html = "".join(f'<script type="module" src="/{name}"></script>' for name in SCRIPTS) + body
                html = f"<!doctype html><html lang='es'><meta charset='utf-8'><link rel='icon' href='data:,'>{html}"
                route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})

        page.route(f"{ORIGIN}/**", answer)
        page.goto(f"{ORIGIN}/")
        return page

    return show
