"""Tables as Excel workbooks and CSV files that people can open without harm."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

LONGEST_TEXT = 32_767  # characters in an Excel cell, counted as UTF-16 units
LONGEST_SHEET_NAME = 31
NARROWEST_COLUMN, WIDEST_COLUMN = 8, 60  # characters
FIRST_EXCEL_YEAR = 1900
MOST_EXACT_DIGITS = 15

DATE_FORMAT = "d mmmm yyyy"
TIME_FORMAT = "d mmmm yyyy hh:mm"

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")

HEADER_FONT = Font(bold=True, color="FFFFFF")
HEADER_FILL = PatternFill("solid", fgColor="1B365D")
TOP_WRAPPED = Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its title, its column headings and its rows, each as long as the headings.

    `widths` are in characters, one for each column; without them the columns fit what is in them.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    widths: Sequence[float] | None = None

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError(f"Sheet {self.title!r} has no columns.")
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(f"Sheet {self.title!r}, row {number}: {len(row)} cells, {len(self.columns)} columns.")
        if self.widths is not None and len(self.widths) != len(self.columns):
            raise ValueError(f"Sheet {self.title!r}: {len(self.widths)} widths, {len(self.columns)} columns.")


def write_workbook(sheets: Sequence[Sheet], *, title: str = "") -> bytes:
    """The sheets as an Excel file; `title` goes into the file's properties.

    SECURITY: no text becomes a formula: every text is written as text and marked so that it stays text when somebody
    edits the cell. Characters that XML cannot hold are dropped. A text that is too long for a cell is cut, and says so.
    Raises ValueError without sheets.
    """
    if not sheets:
        raise ValueError("A workbook needs at least one sheet.")
    workbook = Workbook()
    workbook.remove(workbook.active)
    workbook.properties.creator = "Prevent Portal"
    workbook.properties.title = title or str(sheets[0].title)
    taken: set[str] = set()
    for sheet in sheets:
        _write_sheet(workbook.create_sheet(_sheet_name(str(sheet.title), taken)), sheet)
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


def write_csv(sheet: Sheet) -> bytes:
    """The table as CSV in UTF-8, with the mark by which Excel knows it for UTF-8.

    SECURITY: CSV has no types, so a text that a spreadsheet would take for a formula gets an apostrophe before it.
    Every cell is quoted, so that a spreadsheet that splits at semicolons finds no formula behind one either.
    Dates are written 2026-12-08. Long texts stay whole: CSV knows no limit.
    """
    output = io.StringIO(newline="")
    writer = csv.writer(output, quoting=csv.QUOTE_ALL)
    for row in (sheet.columns, *sheet.rows):
        writer.writerow([_csv_value(value) for value in row])
    return output.getvalue().encode("utf-8-sig")


def _write_sheet(worksheet: Worksheet, sheet: Sheet) -> None:
    longest = [0] * len(sheet.columns)
    for row_number, row in enumerate((sheet.columns, *sheet.rows), start=1):
        for index, value in enumerate(row):
            cell = worksheet.cell(row=row_number, column=index + 1)
            shown = _fill_cell(cell, value)
            cell.alignment = TOP_WRAPPED
            if row_number == 1:
                cell.font, cell.fill = HEADER_FONT, HEADER_FILL
                shown += "    "  # room for the filter button
            longest[index] = max(longest[index], *(len(line) for line in shown.split("\n")))
    for index, length in enumerate(longest):
        fitting = min(max(length + 2, NARROWEST_COLUMN), WIDEST_COLUMN)
        width = sheet.widths[index] if sheet.widths is not None else fitting
        worksheet.column_dimensions[get_column_letter(index + 1)].width = width
    worksheet.freeze_panes = "A2"
    worksheet.auto_filter.ref = worksheet.dimensions
    worksheet.print_title_rows = "1:1"
    worksheet.page_setup.orientation = worksheet.ORIENTATION_LANDSCAPE
    worksheet.page_setup.paperSize = worksheet.PAPERSIZE_A4
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True


def _fill_cell(cell: Cell, value: Any) -> str:
    """Write the value in the type that Excel has for it; returns the text as it is seen."""
    value = _plain(value)
    if isinstance(value, dt.date):
        if value.year >= FIRST_EXCEL_YEAR:
            is_time = isinstance(value, dt.datetime)
            cell.value = value
            cell.number_format = TIME_FORMAT if is_time else DATE_FORMAT
            return "30 September 2026 00:00" if is_time else "30 September 2026"
        value = date_format(value, "j F Y")
    if not isinstance(value, str):
        cell.value = value
        return str(value) if value is not None else ""
    value = _cut(value)
    if value:
        cell.value = value
        cell.data_type = "s"  # openpyxl would take "=..." for a formula
        cell.quotePrefix = value.lstrip(" ").startswith(FORMULA_STARTS)
    return value


def _csv_value(value: Any) -> str:
    value = _plain(value)
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS):
        return f"'{value}"
    return str(value)


def _plain(value: Any) -> str | int | float | Decimal | dt.date | None:
    """The value as one of the few types that a cell can hold: yes and no in words, times in local time."""
    if value is None:
        return None
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dt.datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float | Decimal):
        is_exact = len(str(abs(value))) <= MOST_EXACT_DIGITS if isinstance(value, int) else math.isfinite(value)
        return value if is_exact else str(value)
    text = NOT_IN_XML.sub("", str(value))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _cut(text: str) -> str:
    if _length(text) <= LONGEST_TEXT:
        return text
    notice = _("[Cut here. The whole text has %(length)d characters; a cell in Excel holds %(most)d.]") % {
        "length": len(text),
        "most": LONGEST_TEXT,
    }
    room = 2 * (LONGEST_TEXT - _length(notice) - 1)
    return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + "\n" + notice


def _length(text: str) -> int:
    """As Excel counts it: a character beyond the first 65,536 counts twice."""
    return len(text.encode("utf-16-le")) // 2


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel accepts: no forbidden characters, at most 31, unlike the others, not the reserved History."""
    name = NOT_IN_SHEET_NAMES.sub(" ", NOT_IN_XML.sub("", title))
    name = " ".join(name.split()).strip("' ") or _("Sheet")
    if name.casefold() == "history":
        name = f"{name} 1"
    number, suffix = 1, ""
    while True:
        room = 2 * (LONGEST_SHEET_NAME - len(suffix))
        shortened = name.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore").strip("' ") + suffix
        if shortened.casefold() not in taken:
            taken.add(shortened.casefold())
            return shortened
        number += 1
        suffix = f" ({number})"
