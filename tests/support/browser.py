"""A real Chromium. Whatever a page writes to its console as an error fails the test."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, sync_playwright

from devserver.chromium import find_chromium

DESKTOP: ViewportSize = {"width": 1440, "height": 900}
LAPTOP: ViewportSize = {"width": 1024, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright's synchronous interface keeps an event loop in this thread, and Django would refuse the database in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    arguments = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """`open_page(url, viewport=PHONE, language="en")`: a page in a context (cookies) of its own.

    `touch` is for a telephone that is touched. `expected` names texts of console errors the test means to cause, such
    as a 403.
    """
    contexts = []
    errors: list[str] = []

    def open_page(
        url: str | None = None,
        *,
        viewport: ViewportSize = DESKTOP,
        language: str = "es",
        touch: bool = False,
        expected: tuple[str, ...] = (),
    ) -> Page:
        context = chromium.new_context(viewport=viewport, locale=language, has_touch=touch, is_mobile=touch)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()

        def note(message: ConsoleMessage) -> None:
            if message.type == "error" and not any(text in message.text for text in expected):
                errors.append(f"{page.url}: {message.text}")

        page.on("console", note)
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        if url is not None:
            page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(params=[DESKTOP, PHONE], ids=["1440", "390"])
def viewport(request: pytest.FixtureRequest) -> ViewportSize:
    return request.param
