"""The texts of the portal and their catalogues: `make messages`.

Nothing but Python is needed: what Django's own command leaves to gettext is read here from the syntax trees of the
code, and from what Django makes of a template. A catalogue is changed block by block, so that a difference shows what
came and what went.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = Path("locale", "es", "LC_MESSAGES", "django.po")
HEADER = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: es\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""
# name of the call -> places of (context, singular, plural) among its arguments
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
IN_TEMPLATE = re.compile(r"\b(_|gettext|ngettext|pgettext|npgettext)\((?=u?['\"])")
Used = tuple[str | None, str, str | None]  # context, singular, plural


def used_in_python(source: str) -> Iterator[Used]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            yield from _used_by(name, node.args)


def used_in_template(source: str) -> Iterator[Used]:
    """Django turns a template into something like Python; each call in it is read by itself."""
    text = templatize(source)
    for match in IN_TEMPLATE.finditer(text):
        yield from _used_by(match[1], list(_strings(text, match.end())))


def _strings(text: str, place: int) -> Iterator[ast.expr]:
    literal = re.compile(r"\s*(u?'(?:\\.|[^'\\])*'|u?\"(?:\\.|[^\"\\])*\")\s*,?", re.DOTALL)
    while match := literal.match(text, place):
        yield ast.parse(match[1], mode="eval").body
        place = match.end()


def _used_by(name: str, arguments: list[ast.expr]) -> Iterator[Used]:
    if name not in CALLS:
        return
    words = [arg.value if isinstance(arg, ast.Constant) and isinstance(arg.value, str) else None for arg in arguments]
    context, singular, plural = (words[at] if at is not None and at < len(words) else None for at in CALLS[name])
    if singular:
        yield context, singular, plural


def apps(root: Path) -> list[str]:
    return sorted(path.parent.name for path in root.glob("*/apps.py"))


def everything_used(root: Path = ROOT) -> dict[Used, list[str]]:
    """Each text with the files that use it."""
    used: dict[Used, list[str]] = defaultdict(list)
    folders = [root / app for app in apps(root)]
    sources = [(path, used_in_python) for folder in folders for path in sorted(folder.rglob("*.py"))]
    sources += [
        (path, used_in_template)
        for folder in (root / "templates", *(folder / "templates" for folder in folders))
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".html", ".txt"}
    ]
    for path, reader in sources:
        if "migrations" not in path.parts:
            for text in reader(path.read_text()):
                used[text].append(str(path.relative_to(root)))
    return used


def catalogues(root: Path = ROOT) -> dict[str, Catalog]:
    found = {}
    for path in sorted(root.glob(f"*/{CATALOGUE}")):
        with path.open("rb") as file:
            found[str(path.relative_to(root))] = read_po(file, locale="es", abort_invalid=True)
    return found


def translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    words = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(words)


def update_catalogues(root: Path = ROOT) -> dict[str, list[str]]:
    """Adds what is used and takes out what is not; returns the texts that wait for their Spanish, by catalogue."""
    wanted = _wanted(everything_used(root))
    before = {app: _blocks(root / app / CATALOGUE) for app in apps(root)}
    after = {app: [block for block in blocks if _text_of(block) in wanted] for app, blocks in before.items()}
    known = {_text_of(block) for blocks in after.values() for block in blocks}
    for text in (text for text in wanted if text not in known):
        after[_owner(wanted[text], root)].append(_block_of(text))
    for app, blocks in after.items():
        if blocks != before[app]:
            _write(root / app / CATALOGUE, blocks)
    return {
        path: waiting
        for path, book in catalogues(root).items()
        if (waiting := [str(message.id) for message in book if message.id and not translated(message)])
    }


def _wanted(used: dict[Used, list[str]]) -> dict[Used, list[str]]:
    """One message a text: the one with a plural serves its singular by itself, too."""
    plurals = {(context, singular) for context, singular, plural in used if plural}
    return {text: files for text, files in used.items() if text[2] or text[:2] not in plurals}


def _blocks(path: Path) -> list[str]:
    """The messages of a catalogue as they are written, without its header."""
    return path.read_text().strip().split("\n\n")[1:] if path.exists() else []


def _text_of(block: str) -> Used:
    message = next(message for message in read_po(BytesIO(block.encode()), locale="es") if message.id)
    singular, plural = (message.id, None) if isinstance(message.id, str) else message.id
    return message.context, singular, plural


def _block_of(text: Used) -> str:
    context, singular, plural = text
    book, written = Catalog(locale="es"), BytesIO()
    book.add((singular, plural) if plural else singular, context=context).flags.clear()
    write_po(written, book, omit_header=True, width=0)
    return written.getvalue().decode().strip()


def _owner(files: list[str], root: Path) -> str:
    """The app of the first file: by its folder, or by its folder among the templates; else the portal itself."""
    first, second, *_rest = [*Path(files[0]).parts, ""]
    named = second if first == "templates" else first
    return named if named in apps(root) else "occired"


def _write(path: Path, blocks: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    header = path.read_text().split("\n\n")[0] if path.exists() else HEADER
    path.write_text("\n\n".join([header.strip(), *blocks]) + "\n")


if __name__ == "__main__":
    missing = update_catalogues()
    for name, messages in missing.items():
        sys.stdout.write(f"{name} waits for {len(messages)}:\n" + "".join(f"  {each}\n" for each in messages))
    if not missing:
        sys.stdout.write("Every text has its Spanish words.\n")
