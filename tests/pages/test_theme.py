"""The colours of the theme: text reaches 4.5:1 and control edges 3:1, in both schemes (WCAG 1.4.3, 1.4.11)."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
SHEETS = sorted(CSS.rglob("*.css"))
TOKENS = (CSS / "theme" / "tokens.css").read_text()

TEXT = [
    *((ink, ground) for ink in ("ink", "ink-2", "link") for ground in ("ground", "surface", "sunken", "hover")),
    *((f"{kind}", f"{kind}-ground") for kind in ("good", "warn", "bad", "note", "neutral")),
    *(("ink", f"{kind}-ground") for kind in ("good", "warn", "bad", "note")),
    *((kind, "surface") for kind in ("good", "warn", "bad")),
    ("ink", "required"),
    ("ink", "neutral-ground"),
    ("ink-2", "neutral-ground"),
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("on-brand", "brand-lift"),
    ("on-brand-2", "brand-strong"),
    ("on-brand-2", "brand-lift"),
    ("on-mark", "mark"),
    ("surface", "bad"),
]
EDGES = [
    ("edge", "surface"),
    ("edge", "ground"),
    ("required-edge", "surface"),
    ("required-edge", "required"),
    ("bad", "surface"),
    ("focus", "surface"),
    ("focus", "ground"),
    ("mark", "brand-strong"),
    ("mark", "brand-lift"),
    ("bar", "track"),
    ("bar-warn", "track"),
    ("bar-bad", "track"),
]


def tokens(scheme: str) -> dict[str, str]:
    light, _, rest = TOKENS.partition("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--oc-([\w-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--oc-([\w-]+): (#[0-9a-f]{6});", rest))
    return found


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(scheme: str, pair: tuple[str, str]) -> float:
    lighter, darker = sorted((luminance(tokens(scheme)[name]) for name in pair), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("pair", TEXT, ids=" on ".join)
def test_text_can_be_read(scheme: str, pair: tuple[str, str]) -> None:
    assert contrast(scheme, pair) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("pair", EDGES, ids=" on ".join)
def test_edges_and_marks_can_be_seen(scheme: str, pair: tuple[str, str]) -> None:
    assert contrast(scheme, pair) >= 3


def test_the_measure_is_right_for_black_on_white() -> None:
    assert luminance("#ffffff") == pytest.approx(1)
    assert luminance("#000000") == 0


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: str(path.relative_to(CSS)))
def test_every_token_that_is_used_is_defined(sheet: Path) -> None:
    everything = "".join(path.read_text() for path in SHEETS)
    defined = set(re.findall(r"(--oc-[\w-]+):", everything))

    assert set(re.findall(r"var\((--oc-[\w-]+)", sheet.read_text())) - defined == set()


def test_a_button_shows_the_focus_with_the_ring_of_links() -> None:
    """Bootstrap takes the outline from `.btn:focus-visible`, whose selector is stronger than ours for everything."""
    everything = "".join(path.read_text() for path in SHEETS)
    rings = dict(re.findall(r"^(\.btn|):focus-visible \{\s*outline: ([^;]+);", everything, re.MULTILINE))

    assert rings == {"": "3px solid var(--oc-focus)", ".btn": "3px solid var(--oc-focus)"}
