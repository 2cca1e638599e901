"""How a part of a page looks for a given word, `{% with look=kind|banner_look %}`: templates compare no words."""

from dataclasses import dataclass

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()


@dataclass(frozen=True, slots=True)
class BannerLook:
    """`word` is for screen readers, which `role` makes them speak at once (alert) or at the next pause (status)."""

    tone: str
    icon: str
    role: str
    word: str | Promise


@dataclass(frozen=True, slots=True)
class LineLook:
    """`word` says the kind of change, and `sign` the direction of an amount, which is right-aligned."""

    word: str | Promise
    tone: str = ""
    is_amount: bool = False
    sign: str = ""


@dataclass(frozen=True, slots=True)
class MarkLook:
    """What is drawn, an icon or a sign, is not read aloud: its `word` is. Without a drawing the word is shown."""

    tone: str
    word: str | Promise = ""
    icon: str = ""
    sign: str = ""

    @property
    def is_drawn(self) -> bool:
        return bool(self.icon or self.sign)


BANNERS = {
    "success": BannerLook("good", "check-circle", "status", _("Done:")),
    "warning": BannerLook("warn", "alert", "alert", _("Warning:")),
    "error": BannerLook("bad", "x-circle", "alert", _("Error:")),
}
NOTE = BannerLook("", "info", "status", _("Note:"))
LINES = {
    "raised": LineLook(_("raises"), "warn", is_amount=True, sign="▲"),
    "lowered": LineLook(_("lowers"), "note", is_amount=True, sign="▼"),
    "added": LineLook(_("adds"), "good"),
    "removed": LineLook(_("removes"), "bad"),
    "changed": LineLook(_("changes")),
    "same": LineLook(_("stays"), is_amount=True),
}
SAID = LineLook("")
MARKS = {
    "ok": MarkLook("ok", _("complete"), icon="check"),
    "count": MarkLook("count"),
    "missing": MarkLook("missing", _("missing")),
    "none": MarkLook("", _("nothing yet"), sign="–"),
}


VERDICTS = {
    "good": MarkLook("good", icon="check-circle"),
    "warn": MarkLook("warn", icon="alert"),
    "bad": MarkLook("bad", icon="x-circle"),
}
VERDICT = MarkLook("note", icon="info")


@register.filter
def banner_look(kind: str) -> BannerLook:
    """By the kind of a banner, which is the level of a message: success, warning, error; anything else is a note."""
    return BANNERS.get(kind, NOTE)


@register.filter
def line_look(kind: str) -> LineLook:
    """By the kind of a line of a change: raised, lowered, added, removed, changed; anything else is a plain
    statement."""
    return LINES.get(kind, SAID)


@register.filter
def mark_look(mark: str) -> MarkLook | None:
    """By the mark of a tab: ok, count, missing, none; a tab without one has no look."""
    return MARKS.get(mark)


@register.filter
def verdict_look(tone: str) -> MarkLook:
    """By the tone of an answer: good, warn, bad; anything else is a note."""
    return VERDICTS.get(tone, VERDICT)
