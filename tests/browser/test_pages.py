"""Every page of the portal as axe and a phone see it: WCAG 2.2 AA, both languages, all widths, nothing sideways."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.urls import get_resolver, reverse
from django.utils import timezone
from playwright.sync_api import Page, Request

from accounts.many.actions import BY_KEY
from accounts.models import Upload
from accounts.passwords.changes import GeneratePassword
from accounts.set_up.selectors import rights_like
from accounts.set_up.steps import NEW_USER
from accounts.states.changes import SetState
from accounts.users.changes import CreateUser
from changes.kinds import Composite
from changes.models import Change, Draft
from changes.services import begin_draft, propose
from directory.enums import UserState
from directory.models import User
from directory.selectors.users import secondary_users_of
from tenancy import context
from tests.accounts import workbooks
from tests.support.browser import DESKTOP, LAPTOP, PHONE
from tests.support.people import signed_in
from tests.support.portal import Portal
from tests.support.there import there
from tokens.models import Token

pytestmark = pytest.mark.browser
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
# axe sets styles of its own while it looks, which the page's policy refuses and reports.
BY_AXE_ITSELF = "Applying inline style"
MOST_BYTES = 90_000
# What one can press that lies over its neighbour; what stays at the foot may, and what shows a password.
ONE_OVER_ANOTHER = """() => {
  const places = [...document.querySelectorAll(":is(main, header) :is(a, button, input, select, textarea, summary)")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }))
    .filter((each) => !each.closest(".is-sticky, .oc-signing, .oc-marking, .visually-hidden, [data-reveal]"))
    .map((each) => [each, each.getBoundingClientRect()]);
  const isOver = (one, other) => Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2
    && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 2;
  return places.flatMap(([each, place], index) => places.slice(index + 1, index + 4)
    .filter(([other, its]) => !each.contains(other) && isOver(place, its))
    .map(([other]) => `${each.outerHTML.slice(0, 80)} over ${other.outerHTML.slice(0, 80)}`));
}"""
PUBLIC = ["sign-in", "help:conditions", "help:recommendations", "help:contact", "help:forgotten-password"]
OF_A_USER = [
    "users:user-alerts",
    "users:main",
    "users:contact",
    "users:password",
    "products:user",
    "limits:user",
    "schedules:user",
    "schedules:edit-user",
    "tokens:user",
    "rights:of-user",
    "trail:of-user",
]
OF_ADMINISTRATORS = [
    "home",
    "find",
    "help:tutorials",
    "own-account",
    "own-password",
    "own-image",
    "own-alerts",
    "inbox:messages",
    "inbox:notifications",
    "changes:approvals",
    "users:search",
    "users:create",
    "users:bulk",
    "users:states",
    "users:profiles",
    "users:create-profile",
    "users:alerts",
    "users:company-alerts",
    "users:addresses",
    "users:parameters",
    "products:company",
    "schedules:company",
    "schedules:edit-company",
    "limits:ceilings",
    "rights:usage",
    "rights:matrix",
    "tokens:list",
    "exports:files",
    "exports:users",
    "exports:states",
    "exports:profiles",
    "exports:usage",
    "exports:matrix",
    "exports:tokens",
    "exports:messages",
    "exports:notifications",
]
OF_A_PROFILE = ["users:edit-profile", "users:profile-template", "users:copy-profile", "users:retire-profile"]
OF_SECONDARY_USERS = ["home", "own-account", "products:own", "rights:own", "inbox:notifications"]


@dataclass
class People:
    """Session cookies of the demo's people, and the addresses of what they work on."""

    portal: Portal
    cookies: dict[str, str] = field(default_factory=dict)
    paths: dict[str, list[str]] = field(default_factory=dict)


def unfinished(administrator: User, subject: User) -> tuple[Draft, Change]:
    """A new user with what another one has, and the change that makes them."""
    key = uuid4()
    texts = {name: getattr(subject, name) for name in subject.portal.edition.texts}
    parts = [
        CreateUser(
            user=key,
            profile=there(subject.profile_id),
            texts={**texts, "username": "LauraG01", "email": "laura@andina.example"},
            receives_alerts=True,
        ),
        *rights_like(administrator, subject, key),
        GeneratePassword(user=key, activate=True),
    ]
    draft = begin_draft(maker=administrator, subject=key, is_new=True, title="LauraG01", parts=parts)
    back = reverse("users:draft", args=[draft.pk, NEW_USER[0].key])
    whole = propose(
        maker=administrator,
        wanted=Composite(changes=tuple(parts)),
        form_key=uuid4(),
        back_url=back,
        draft=draft.pk,
    )
    return draft, whole


def waiting_of(maker: User, subject: User) -> Change:
    """What another administrator signed and this one may approve."""
    wanted = SetState(user=subject.pk, state=UserState.ACTIVE)
    change = propose(maker=maker, wanted=wanted, form_key=uuid4(), back_url=reverse("users:states"))
    Change.objects.filter(pk=change.pk).update(by_two=True, signed_at=timezone.now())
    return change


def by_workbook(administrator: User) -> tuple[Upload, Change]:
    """A workbook with a new user and one that is wrong, and the change of it."""
    book = workbooks.taken(administrator)
    profile = str(there(User.objects.filter(profile__isnull=False).first()).profile)
    workbooks.put(book["Usuarios"], {**workbooks.NEW, "Perfil": profile})
    workbooks.put(book["Usuarios"], {"Usuario": "sin.datos"})
    upload = workbooks.sent(administrator, book)
    return upload, workbooks.proposed(administrator, upload)


@pytest.fixture
def people(portal: Portal) -> People:
    call_command("load_demo", verbosity=0)
    with context.bank():
        administrator = User.objects.select_related("company__portal").get(username="adelgado")
        subject = User.objects.get(username="Felipe20")
        User.objects.filter(username="VictorP1").update(
            credential_state="permanent", password_expires_at=administrator.password_expires_at, security_image="faro"
        )
        worker = User.objects.select_related("company__portal").get(username="VictorP1")
        token, token_of_worker = Token.objects.get(user=administrator), Token.objects.get(user=worker)
    with context.company(administrator.company_id):
        change = propose(
            maker=administrator,
            wanted=SetState(user=subject.pk, state=UserState.ACTIVE),
            form_key=uuid4(),
            back_url=reverse("users:states"),
        )
        draft, whole = unfinished(administrator, subject)
        several = propose(
            maker=administrator,
            wanted=Composite(
                changes=tuple(
                    SetState(user=user.pk, state=UserState.INACTIVE, reason="Fin del contrato")
                    for user in secondary_users_of(administrator).exclude(state=UserState.INACTIVE)[:4]
                )
            ),
            form_key=uuid4(),
            back_url=reverse("users:many", args=["inactivar"]),
        )
        upload, large = by_workbook(administrator)
        others = waiting_of(User.objects.get(username="mguerrero"), subject)
    found = People(portal)
    name = settings.SESSION_COOKIE_NAME
    found.cookies["administrator"] = signed_in(administrator, token).cookies[name].value
    found.cookies["secondary"] = signed_in(worker, token_of_worker).cookies[name].value
    found.paths = {
        "public": [reverse(name) for name in PUBLIC],
        "administrator": [
            *[reverse(name) for name in OF_ADMINISTRATORS],
            *[reverse(name, args=[subject.pk]) for name in OF_A_USER],
            reverse("changes:confirm", args=[change.pk]),
            reverse("users:set-up-done", args=[subject.pk]),
            *[reverse(name, args=[subject.profile_id]) for name in OF_A_PROFILE],
            *[reverse("users:draft", args=[draft.pk, step.key]) for step in NEW_USER],
            reverse("changes:confirm", args=[whole.pk]),
            *[f"{reverse('users:many', args=[key])}?cambio={several.pk}" for key in BY_KEY],
            reverse("changes:confirm", args=[several.pk]),
            f"{reverse('changes:approve-together')}?cambio={others.pk}",
            reverse("users:bulk-upload", args=[upload.pk]),
            reverse("changes:confirm", args=[large.pk]),
            reverse("changes:text", args=[large.pk]),
        ],
        "secondary": [reverse(name) for name in OF_SECONDARY_USERS],
    }
    return found


def enter(page: Page, people: People, who: str, language: str) -> None:
    jar = {settings.LANGUAGE_COOKIE_NAME: language}
    if who in people.cookies:
        jar[settings.SESSION_COOKIE_NAME] = people.cookies[who]
    page.context.add_cookies([{"name": name, "value": jar[name], "url": people.portal.url} for name in jar])


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("who", ["public", "administrator", "secondary"])
def test_pages_are_accessible_and_fit_the_screen(
    people: People, open_page: Callable[..., Page], language: str, who: str
) -> None:
    """Read at the widest and the narrowest, in the second language at the widest; else only what could be pushed off
    the screen, or over something else."""
    page = open_page(viewport=DESKTOP, expected=(BY_AXE_ITSELF,))
    enter(page, people, who, language)
    axe, faults = Axe(), []

    for path, viewport in product(people.paths[who], (DESKTOP, LAPTOP, PHONE)):
        page.set_viewport_size(viewport)
        is_looked_into = viewport == DESKTOP or (viewport == PHONE and language == "es")
        response = page.goto(people.portal.url + path) if is_looked_into else None
        if is_looked_into and (response is None or response.status != 200 or not page.url.endswith(path)):
            faults.append(f"{path}: answered {response and response.status} at {page.url}")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > viewport["width"]:
            faults.append(f"{path}: {width} px wide at {viewport['width']}")
        if viewport == LAPTOP:
            faults += [f"{path}: {pair}" for pair in page.evaluate(ONE_OVER_ANOTHER)]
        if page.evaluate("document.documentElement.lang") != language:
            faults.append(f"{path}: not in {language}")
        if is_looked_into and viewport == PHONE:  # so high that nothing lies below what stays at the foot
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": PHONE["width"], "height": height})
        found = axe.run(page, options=WCAG).response["violations"] if is_looked_into else []
        faults += [f"{path} at {viewport['width']}: {each['id']} {each['nodes'][0]['html'][:120]}" for each in found]

    assert faults == [], "\n".join(faults)


def test_sign_in_and_the_grid_weigh_under_90_kilobytes_with_an_empty_cache(
    people: People, open_page: Callable[..., Page]
) -> None:
    with context.bank():
        busy = User.objects.get(username="VictorP1")
    pages = {
        "sign-in": ("public", reverse("sign-in")),
        "limits": ("administrator", reverse("limits:user", args=[busy.pk])),
    }
    weights = {}

    for name, (who, path) in pages.items():
        page = open_page()
        enter(page, people, who, "es")
        weights[name] = weight_of(page, people.portal.url + path)

    assert {name: weight for name, weight in weights.items() if weight > MOST_BYTES} == {}


def weight_of(page: Page, url: str) -> int:
    """Bytes of everything a browser with an empty cache is sent for a page, headers included."""
    sent: list[Request] = []

    def note(request: Request) -> None:
        sent.append(request)

    page.on("requestfinished", note)
    page.goto(url, wait_until="networkidle")
    sizes = [request.sizes() for request in sent if request.url.startswith("http")]
    return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)


def test_no_page_is_forgotten() -> None:
    """A new page without parameters, or one of a user, is either looked at above or named here with its reason."""
    elsewhere = {
        "sign-in-password": "walked in test_whole_way",
        "sign-in-image": "a drawing, not a page",
        "readyz": "for machines",
        "exports:download": "a file, not a page",
        "users:bulk-workbook": "a file, not a page",
        "users:bulk-result": "a file, not a page",
        "changes:text-file": "a file, not a page",
    }
    posted = {
        "language",
        "sign-out",
        "sign-in-cancel",
        "still-here",
        "exports:keep-layout",
        "inbox:mark-read",
        "inbox:mark-all-read",
        "inbox:open",
        "changes:withdraw",
        "changes:reject",
        "changes:ask-bank",
        "users:restore-profile",
        "users:draft-skip",
        "users:draft-review",
        "users:draft-discard",
        "users:copy",
        "users:several",
    }
    known = {*PUBLIC, *OF_A_USER, *OF_A_PROFILE, *OF_ADMINISTRATORS, *OF_SECONDARY_USERS, *elsewhere, *posted}

    assert all_names() - known == {
        *("users:bulk-upload", "changes:text"),
        *("changes:confirm", "changes:approve-together", "users:draft", "users:set-up-done", "users:many"),
    }


def all_names() -> set[str]:
    names = set()

    def walk(patterns: list[Any], space: str) -> None:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                walk(pattern.url_patterns, inner)
            else:
                names.add(f"{space}{pattern.name}")

    walk(get_resolver("occired.urls").url_patterns, "")
    return names
