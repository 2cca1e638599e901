"""Every page of the portal beside the bare page of the same length, alone and with several clients at once."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

from bench.figures import Figures, Once, Slice, beside, in_turns
from bench.sign_in import FORM, enter
from bench.sites import Site
from bench.visits import Answer, Connection, Script, ask, drive, request

OK = 200

STRANGER = ("/ingreso/",)
# In braces: the user, the user's profile, a change of the visitor's own that waits for confirmation, and a draft of
# several tabs of the user, of which the limits are shown.
INSIDE = (
    "/",
    "/buscar/",
    "/ayudas/condiciones/",
    "/ayudas/recomendaciones/",
    "/ayudas/contacto/",
    "/ayudas/tutoriales/",
    "/ayudas/olvido-su-clave/",
    "/mi-cuenta/",
    "/mi-cuenta/clave/",
    "/mi-cuenta/imagen/",
    "/mi-cuenta/avisos/",
    "/mensajes/",
    "/notificaciones/",
    "/administracion/usuarios/configuracion/",
    "/administracion/usuarios/configuracion/nuevo/",
    "/administracion/usuarios/configuracion/archivo/",
    "/administracion/usuarios/configuracion/{user}/principal/",
    "/administracion/usuarios/configuracion/{user}/informacion/",
    "/administracion/usuarios/configuracion/{user}/contrasena/",
    "/administracion/usuarios/activacion/",
    "/administracion/usuarios/perfiles/",
    "/administracion/usuarios/perfiles/nuevo/",
    "/administracion/usuarios/perfiles/{profile}/",
    "/administracion/usuarios/perfiles/{profile}/plantilla/",
    "/administracion/usuarios/perfiles/{profile}/copiar/",
    "/administracion/usuarios/perfiles/{profile}/retirar/",
    "/administracion/usuarios/alertas/",
    "/administracion/usuarios/alertas/empresa/",
    "/administracion/usuarios/alertas/{user}/",
    "/administracion/usuarios/direcciones-ip/",
    "/administracion/usuarios/parametros/",
    "/administracion/usuarios/{user}/derechos/",
    "/administracion/usuarios/{user}/historia/",
    "/administracion/productos/",
    "/administracion/productos/usuarios/{user}/",
    "/administracion/horarios/",
    "/administracion/horarios/modificar/",
    "/administracion/horarios/usuarios/{user}/",
    "/administracion/horarios/usuarios/{user}/modificar/",
    "/administracion/topes/usuarios/{user}/",
    "/administracion/topes/servicios/",
    "/administracion/topes/acumulados/",
    "/administracion/topes/acumulados/matriz/",
    "/administracion/usuarios/configuracion/{user}/listo/",
    "/administracion/usuarios/configuracion/sin-terminar/{draft}/{step}/",
    "/administracion/token/",
    "/administracion/token/{user}/",
    "/archivos/",
    "/exportar/users/",
    "/exportar/states/",
    "/exportar/profiles/",
    "/exportar/usage/",
    "/exportar/matrix/",
    "/exportar/tokens/",
    "/exportar/messages/",
    "/exportar/notifications/",
    "/consultas/productos/",
    "/transacciones/derechos/",
    "/autorizaciones/",
    "/autorizaciones/{change}/",
)
PAGES = (*STRANGER, *INSIDE)
TRIES = 3
PROBE_LINES = 100


ALONE = Slice(clients=1, seconds=0.5, most=12)
TOGETHER = Slice(clients=8, seconds=0.25, most=300)


@dataclass
class Visitor:
    """An administrator with a session on both sites, and what stands in the braces of the pages."""

    cookies: dict[str, dict[str, str]]
    ids: Mapping[str, str]


@dataclass
class Page:
    """One of PAGES, and the bare page that is as long with so many lines."""

    pattern: str
    lines: int = 0
    statements: dict[str, int] = field(default_factory=dict)
    length: dict[str, int] = field(default_factory=dict)
    figures: dict[tuple[str, str], Figures] = field(default_factory=lambda: defaultdict(Figures))

    def request(self, site: Site, visitor: Visitor) -> bytes:
        if site.name == "bare":
            return request(f"/?lines={self.lines}", visitor.cookies["bare"])
        cookies = {} if self.pattern in STRANGER else visitor.cookies["portal"]
        return request(self.pattern.format(**visitor.ids), cookies)


def entered(sites: Sequence[Site]) -> list[Visitor]:
    """`sites` are the portal and the bare one."""
    portal = sites[0]
    visitors = []
    for person in portal.made["people"]["visitor"]:
        cookies = {site.name: enter(site, person) for site in sites}
        visitors.append(Visitor(cookies, portal.made["ids"] | _begun(portal, cookies["portal"])))
    return visitors


def _begun(portal: Site, cookies: dict[str, str]) -> dict[str, str]:
    """The ids of a change that waits for its confirmation and of a draft, and the draft's step to show."""
    profile = {"name": "Medición", "operating_role": "operator", "form_key": str(uuid4())}
    change = _led_to(portal, "/administracion/usuarios/perfiles/nuevo/", cookies, profile)
    user = portal.made["ids"]["user"]
    draft = _led_to(portal, f"/administracion/usuarios/configuracion/{user}/varias/", cookies, {})
    return {"change": change[-1], "draft": draft[-2], "step": "topes"}


def _led_to(portal: Site, path: str, cookies: dict[str, str], form: dict[str, str]) -> list[str]:
    """The parts of the address to which a form leads."""
    [answer] = ask(portal.port, request(path, cookies, FORM | form))
    if not answer.location:
        raise RuntimeError(f"{path} answers {answer.status} and leads nowhere")
    return answer.location.strip("/").split("/")


def prepared(patterns: Sequence[str], sites: Sequence[Site], visitors: Sequence[Visitor]) -> list[Page]:
    """Pages of equal length on both sites, each with its count of statements; the sites have answered all of them."""
    pages = [Page(pattern, lines_like(pattern, sites, visitors[0])) for pattern in patterns]
    for site in sites:
        _warm_up(site, pages, visitors)
        for page in pages:
            page.length[site.name] = _length(site, page, visitors[0])
            page.statements[site.name] = _statements(site, page, visitors[0])
    return pages


def lines_like(pattern: str, sites: Sequence[Site], visitor: Visitor) -> int:
    """How many make the bare page as long as this one of the portal's."""
    portal, bare = sites
    frame, more = (_length(bare, Page("", lines), visitor) for lines in (0, PROBE_LINES))
    return max(round((_length(portal, Page(pattern), visitor) - frame) * PROBE_LINES / (more - frame)), 1)


def _length(site: Site, page: Page, visitor: Visitor) -> int:
    [answer] = ask(site.port, page.request(site, visitor))
    return len(answer.body)


def _warm_up(site: Site, pages: Sequence[Page], visitors: Sequence[Visitor]) -> None:
    """Every page by every client at once, so that each process and thread has done all of it."""
    asked = [[page.request(site, visitor) for page in pages] for visitor in visitors]
    drive(site.port, [_all_of(requests) for requests in asked])


def _all_of(requests: Sequence[bytes]) -> Script:
    for each in requests:
        _check((yield each), each)


def _statements(site: Site, page: Page, visitor: Visitor) -> int:
    """Of several times the fewest: a thread of the web server may open its connection in one of them."""
    counts = []
    for _ in range(TRIES):
        before = site.statements.number()
        ask(site.port, page.request(site, visitor))
        counts.append(site.statements.number() - before)
    return min(counts)


def measure(pages: Sequence[Page], sites: Sequence[Site], visitors: Sequence[Visitor], number: int) -> None:
    """One round over all pages, the `number`th of them."""
    # The order changes: what comes second may find the machine warmer.
    order = sites if number % 2 else sites[::-1]
    for page in pages:
        with ExitStack() as at_end:
            figures = [page.figures[site.name, "alone"] for site in order]
            once = [_asker(at_end, site, page.request(site, visitors[0])) for site in order]
            for each, site in zip(figures, order, strict=True):
                at_end.enter_context(each.metered(site))
            in_turns(figures, once, ALONE)
        for site in order:
            page.figures[site.name, "together"].add(site, partial(_answers, site, page, visitors))


def _asker(at_end: ExitStack, site: Site, message: bytes) -> Once:
    connection = at_end.enter_context(closing(Connection(site.port)))

    def ask_once() -> float:
        began = time.perf_counter()
        _check(connection.ask(message), message)
        return time.perf_counter() - began

    return ask_once


def _check(answer: Answer, message: bytes) -> None:
    if answer.status != OK:
        raise RuntimeError(f"{answer.status} for {message[:100]!r}")


def _answers(site: Site, page: Page, visitors: Sequence[Visitor]) -> list[float]:
    """Seconds of each answer to clients that ask side by side."""
    taken: list[float] = []
    give_up = time.perf_counter() + TOGETHER.seconds
    asking = [page.request(site, visitor) for visitor in visitors[: TOGETHER.clients]]
    drive(site.port, [_again_and_again(each, give_up, taken) for each in asking])
    return taken


def _again_and_again(message: bytes, give_up: float, taken: list[float]) -> Script:
    while (began := time.perf_counter()) < give_up and len(taken) < TOGETHER.most:
        answer = yield message
        taken.append(time.perf_counter() - began)
        _check(answer, message)


def said(page: Page) -> dict[str, Any]:
    """As `bench.report` prints it."""
    found = {each: beside(page.figures["portal", each], page.figures["bare", each]) for each in ("alone", "together")}
    return {"page": page.pattern, "bytes": page.length, "statements": page.statements, **found}
