"""What a browser is sent: one style sheet made of a file for each component, modules that import by hashed names."""

import re
import shutil
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, Storage
from django.templatetags.static import static
from django.urls import reverse

from occired.static_files import PortalStaticFiles, in_one
from tests import factories
from tests.support.client import Client

ROOT = Path(__file__).resolve().parents[2]
STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
CSS = STATIC / "css"
OF_THE_BACK_OFFICE = {"back_office.css", "back_office_change.css"}
IMPORTED_SCRIPT = re.compile(r'(?:from|import)\s*\(?"(\.[^"]+)"')
SCRIPT = re.compile(r'<script type="module" src="{% static "([^"]+)" %}"></script>')
INCLUDED = re.compile(r'{% include "([^"]+)"')
EXTENDED = re.compile(r'{% extends "([^"]+)"')
MARK = re.compile(r"\[(data-[a-z-]+)")
Gathered = dict[str, Path]


def sources(folder: Path) -> dict[str, tuple[Storage, str]]:
    storage = FileSystemStorage(folder)
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return {name: (storage, name) for name in names}


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Gathered:
    """The portal's own files as `collectstatic` leaves them: name -> the file that is sent."""
    folder = tmp_path_factory.mktemp("static")
    shutil.copytree(STATIC, folder, dirs_exist_ok=True)
    storage = PortalStaticFiles(location=folder)
    found = list(storage.post_process(sources(folder)))
    assert [each for each in found if isinstance(each[2], Exception)] == []
    return {name: folder / hashed for name, hashed in storage.hashed_files.items()}


def imported_styles() -> list[str]:
    return re.findall(r'@import "([^"]+)";', (CSS / "portal.css").read_text())


def imported_by(script: Path) -> set[Path]:
    """What it imports, and what that imports."""
    own = {(script.parent / name).resolve() for name in IMPORTED_SCRIPT.findall(script.read_text())}
    return own.union(*(imported_by(each) for each in own))


def test_the_style_sheet_is_sent_whole_in_the_order_of_its_layers(gathered: Gathered) -> None:
    sent = gathered["css/portal.css"].read_text()

    parts = [re.sub(r"/\*.*?\*/\s*", "", (CSS / name).read_text(), flags=re.DOTALL) for name in imported_styles()]
    assert sent == re.sub(r"\n\s*", "\n", "".join(parts))
    assert "@import" not in sent
    layers = [name.partition("/")[0] for name in imported_styles()]
    assert sorted(set(layers), key=layers.index) == ["theme", "base", "components", "pages", "print.css"]


def test_every_file_of_the_style_is_sent_once() -> None:
    written = {path.relative_to(CSS).as_posix() for path in CSS.rglob("*.css")}

    assert len(imported_styles()) == len(set(imported_styles()))
    assert written - set(imported_styles()) == {"portal.css", *OF_THE_BACK_OFFICE}


def test_a_style_that_imports_is_followed_from_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "css" / "parts").mkdir(parents=True)
    (tmp_path / "css" / "portal.css").write_text('/* order */\n@import "parts/a.css";\n@import "z.css";\n')
    (tmp_path / "css" / "parts" / "a.css").write_text('@import "b.css";\na {\n  top: 1px;\n}\n')
    (tmp_path / "css" / "parts" / "b.css").write_text("/* b */\n\nb {\n  top: 2px;\n}\n")
    (tmp_path / "css" / "z.css").write_text("z {\n  top: 3px;\n}\n")

    assert re.sub(r"\s+", "", in_one(sources(tmp_path), "css/portal.css")) == "b{top:2px;}a{top:1px;}z{top:3px;}"


@pytest.mark.parametrize("name", imported_styles())
def test_a_part_of_the_style_names_no_file(name: str) -> None:
    """Its address would be looked for beside the whole sheet."""
    addresses = re.findall(r"url\(\s*[\"']?([^\"')]*)", (CSS / name).read_text())

    assert [address for address in addresses if not address.startswith("data:")] == []


def test_what_a_script_imports_carries_its_hash(gathered: Gathered) -> None:
    sent = {path.resolve() for path in gathered.values()}
    imports = [path for name, script in gathered.items() if name.endswith(".js") for path in imported_by(script)]

    assert [path for path in imports if path not in sent] == []
    assert len(imports) > 3


def test_a_script_is_sent_without_its_lines_of_comment(gathered: Gathered) -> None:
    scripts = {name: path.read_text() for name, path in gathered.items() if name.startswith("js/")}

    assert [name for name, text in scripts.items() if re.search(r"^\s*//", text, re.MULTILINE)] == []
    assert '    case "ArrowDown": return rows[row + 1]?.[column];\n' in scripts["js/grid/keyboard.js"]


def loading() -> dict[Path, list[Path]]:
    """The scripts by the templates that load them."""
    found: dict[Path, list[Path]] = {}
    for template in sorted(TEMPLATES.rglob("*.html")):
        for name in SCRIPT.findall(template.read_text()):
            found.setdefault(STATIC / name, []).append(template)
    return found


def with_parts(template: Path) -> str:
    """A template with all of ours that it includes."""
    text = template.read_text() if template.exists() else ""
    return text + "".join(with_parts(TEMPLATES / name) for name in INCLUDED.findall(text))


def as_sent_with(template: Path) -> str:
    """A page with what it stands in and all it includes."""
    text = with_parts(template)
    return text + "".join(as_sent_with(TEMPLATES / name) for name in EXTENDED.findall(text))


def with_fields(template: Path) -> str:
    """The same with what a person's fields carry (`directory.rules.people`)."""
    return with_parts(template) + (ROOT / "directory/rules/people.py").read_text()


def works_on(script: Path, page: str) -> bool:
    return any(mark in page for mark in MARK.findall(script.read_text()))


def test_every_script_is_loaded_by_the_base_of_all_pages_or_by_the_part_it_works_on() -> None:
    by_script = loading()
    imported = {path for script in by_script for path in imported_by(script)}
    everywhere = TEMPLATES / "base.html"
    strangers = {
        (script.name, template.name)
        for script, templates in by_script.items()
        for template in templates
        if template != everywhere
        and not any(mark in with_fields(template) for mark in MARK.findall(script.read_text()))
    }

    assert {*by_script, *imported} == set(STATIC.rglob("*.js"))
    assert strangers == set()
    assert [script.name for script, templates in by_script.items() if everywhere in templates[1:]] == []


def test_what_a_script_works_on_is_never_without_it() -> None:
    ours = (path for path in TEMPLATES.rglob("*.html") if TEMPLATES / "admin" not in path.parents)
    pages = {path: as_sent_with(path) for path in ours if EXTENDED.search(path.read_text())}
    without = {
        (path.name, script.name)
        for path, text in pages.items()
        for script in loading()
        if re.search(rf"\s{MARK.findall(script.read_text())[0]}[=\s>]", text)
        and script.relative_to(STATIC).as_posix() not in SCRIPT.findall(text)
    }

    assert len(pages) > 60
    assert without == set()


def test_looking_on_writes_nothing(tmp_path: Path) -> None:
    assert list(PortalStaticFiles(location=tmp_path).post_process(sources(STATIC), dry_run=True)) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("bank_scope")
def test_the_browser_keeps_a_static_file_and_never_a_page() -> None:
    factories.portal()
    client = Client(headers={"host": "localhost"})

    style, page = client.get(static("css/portal.css")), client.get(reverse("help:contact"))
    style.close()

    assert (style.status_code, style["Cache-Control"]) == (200, "max-age=315360000, public, immutable")
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    assert (style["X-Content-Type-Options"], page["X-Content-Type-Options"]) == ("nosniff", "nosniff")
    assert {"Permissions-Policy", "Content-Security-Policy"} - set(page.headers) == set()
    assert {"Permissions-Policy", "Access-Control-Allow-Origin"} & set(style.headers) == set()
