"""A document as PDF, page by page."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from django.utils.translation import gettext as _
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import landscape, letter
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from exports.documents import Document
from pages.lists import text_of

WIDTH, HEIGHT = landscape(letter)
MARGIN, GAP = 36, 6  # points, as all here
SIZE, LEADING, HEAD_SIZE, TITLE_SIZE = 8, 10.5, 9, 14
REGULAR, BOLD = "OpenSans-Regular", "OpenSans-Bold"
INK, LIGHT_INK, LINE = HexColor("#14212b"), HexColor("#4a5a67"), HexColor("#d9e0e5")


@cache
def register_fonts() -> None:
    """Embedded, so that every letter of a name is printed wherever the file is read."""
    folder = files("ttf_opensans").joinpath("ttf")
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(folder.joinpath(f"{name}.ttf"))))


def write_paper(document: Document, path: Path) -> None:
    register_fonts()
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT), pageCompression=1)
    canvas.setTitle(document.title)
    canvas.setAuthor(document.maker.full_name)
    _Paper(canvas, document).write()
    canvas.save()


class _Paper:
    """`y` is where the next line is written; pages grow downwards."""

    def __init__(self, canvas: Canvas, document: Document) -> None:
        self.canvas, self.document = canvas, document
        asked = [max(column.width, len(str(column.label))) for column in document.columns]
        room = WIDTH - 2 * MARGIN - GAP * (len(asked) - 1)
        self.widths = [room * each / sum(asked) for each in asked]
        self.y = HEIGHT - MARGIN

    def write(self) -> None:
        self._head()
        self._column_heads()
        for values in self.document.rows():
            self._row([text_of(value, self.document.portal) for value in values])
        if self.document.is_cut:
            self._fits(LEADING * 2)
            self._say(MARGIN, self.document.end, BOLD, HEAD_SIZE)
        self._foot()

    def _head(self) -> None:
        self._say(MARGIN, self.document.title, BOLD, TITLE_SIZE)
        self.y -= TITLE_SIZE + GAP
        for label, text in self.document.head:
            for line in simpleSplit(f"{label}: {text}", REGULAR, HEAD_SIZE, WIDTH - 2 * MARGIN):
                self._say(MARGIN, line, REGULAR, HEAD_SIZE)
                self.y -= HEAD_SIZE + GAP / 2
        self.y -= GAP

    def _column_heads(self) -> None:
        self._row([str(column.label) for column in self.document.columns], BOLD)

    def _row(self, texts: list[str], font: str = REGULAR) -> None:
        cells = [_lines(text, font, width) for text, width in zip(texts, self.widths, strict=True)]
        height = max(map(len, cells)) * LEADING + GAP / 2
        if font == REGULAR:
            self._fits(height)
        for column, x, width, lines in zip(self.document.columns, self._places(), self.widths, cells, strict=True):
            for number, line in enumerate(lines):
                self._say(x, line, font, SIZE, below=number * LEADING, within=width if column.is_number else 0)
        self.y -= height
        self.canvas.setStrokeColor(LINE)
        self.canvas.line(MARGIN, self.y + LEADING - GAP / 2, WIDTH - MARGIN, self.y + LEADING - GAP / 2)

    def _places(self) -> list[float]:
        return [MARGIN + sum(self.widths[:place]) + GAP * place for place in range(len(self.widths))]

    def _fits(self, height: float) -> None:
        """Turns the page unless there is room for that much."""
        if self.y - height < MARGIN + LEADING:
            self._foot()
            self.canvas.showPage()
            self.y = HEIGHT - MARGIN
            self._column_heads()

    def _foot(self) -> None:
        page = _("Page %(number)s") % {"number": self.canvas.getPageNumber()}
        maker, self.y = dict(self.document.head), MARGIN - GAP
        said = " · ".join((self.document.title, maker[_("Made by")], maker[_("Date")], page))
        self.canvas.setFillColor(LIGHT_INK)
        self._say(MARGIN, said, REGULAR, SIZE, color=LIGHT_INK)

    def _say(
        self, x: float, text: str, font: str, size: float, *, below: float = 0, within: float = 0, color: Color = INK
    ) -> None:
        """`within` a width the text ends at its right."""
        self.canvas.setFont(font, size)
        self.canvas.setFillColor(color)
        if within:
            self.canvas.drawRightString(x + within, self.y - below, text)
        else:
            self.canvas.drawString(x, self.y - below, text)


def _lines(text: str, font: str, width: float) -> list[str]:
    """A text in lines of that width; a word that is longer is cut where it ends."""
    if pdfmetrics.stringWidth(text, font, SIZE) <= width:
        return [text]
    return [part for line in simpleSplit(text, font, SIZE, width) for part in _pieces(line, font, width)]


def _pieces(line: str, font: str, width: float) -> list[str]:
    pieces = [""]
    for letter_ in line:
        if pdfmetrics.stringWidth(pieces[-1] + letter_, font, SIZE) > width and pieces[-1]:
            pieces.append("")
        pieces[-1] += letter_
    return pieces
