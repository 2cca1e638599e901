"""What became of a workbook, cell by cell, as a workbook."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from accounts.bulk import selectors
from accounts.enums import CellOutcome
from accounts.models import Upload

WIDTHS = (16, 16, 10, 20, 30, 30, 30, 60)


def result_of(upload: Upload) -> bytes:
    """Every cell but those that stay the same, the errors first; all of it text."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "file")
        with Workbook(str(path), {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False}) as book:
            page, bold = book.add_worksheet(_("Result")), book.add_format({"bold": True})
            heads = (_("Outcome"), _("Sheet"), _("Cell"), _("User"), _("Column"), _("Before"), _("After"), _("Problem"))
            for place, (head, width) in enumerate(zip(heads, WIDTHS, strict=True)):
                page.set_column(place, place, width)
                page.write_string(0, place, head, bold)
            row = 0
            for outcome in (CellOutcome.ERROR, CellOutcome.CREATE, CellOutcome.CHANGE):
                for cell in selectors.every_cell(upload, outcome):
                    row += 1
                    for place, text in enumerate([str(outcome.label), *cell]):
                        page.write_string(row, place, text)
        return path.read_bytes()
