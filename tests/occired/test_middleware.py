"""What holds for every request, whoever asks and under whatever name."""

import re

import pytest

from occired.logs import OneLineFormatter
from tests import factories
from tests.support.client import Client


@pytest.fixture
def portal(bank_scope: None) -> None:
    factories.portal()


@pytest.fixture(scope="module")
def browser() -> Client:
    return Client()


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "LocalHost:8000", "localhost."])
def test_a_portal_answers_to_its_name_in_whatever_letters(portal: None, host: str) -> None:
    assert Client(headers={"host": host}).get("/ingreso/").status_code == 200


@pytest.mark.parametrize("host", ["banco.localhost", "BANCO.localhost", "Banco.LocalHost:8000", "banco.localhost."])
def test_so_does_the_back_office(portal: None, host: str) -> None:
    got = Client(headers={"host": host}).get("/ingreso/")

    assert (got.status_code, "Back office del banco" in got.text) == (200, True)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:80", "local host", "", "[::1", "a\r\nb", "ñ" * 300]
)
@pytest.mark.parametrize("path", ["/", "/ingreso/", "/healthz", "/no-existe/"])
def test_a_foreign_name_is_refused_in_one_line_without_a_trace(
    caplog: pytest.LogCaptureFixture, browser: Client, host: str, path: str
) -> None:
    caplog.handler.setFormatter(OneLineFormatter())

    got = browser.get(path, headers={"host": host})

    assert (got.status_code, "Error 400" in got.text, got["Cache-Control"]) == (400, True, "no-store")
    assert "default-src 'none'" in got["Content-Security-Policy"]
    assert (caplog.text.count("\n"), caplog.text.count("HTTP_HOST"), "Traceback" in caplog.text) == (1, 1, False)


def test_what_only_receives_forms_says_so_to_whoever_opens_it(portal: None) -> None:
    got = Client(headers={"host": "localhost"}).get("/idioma/")

    assert (got.status_code, "Esta dirección no se abre por sí sola" in got.text) == (405, True)
    assert (got["Allow"], got["Content-Type"]) == ("POST", "text/html; charset=utf-8")
    assert got["Content-Length"] == str(len(got.content))


def test_a_form_that_did_not_come_from_our_page_is_refused(portal: None) -> None:
    browser = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get("/ingreso/").text)
    assert token is not None
    typed = {"username": "Felipe20", "conditions": "on"}

    statuses = [browser.post("/ingreso/", typed | more).status_code for more in ({}, {"csrfmiddlewaretoken": token[1]})]

    assert statuses == [403, 302]
