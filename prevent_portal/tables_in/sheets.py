"""The rows of one sheet by its headings, cell by cell with their places: for workbooks that the portal made itself."""

import datetime as dt
import io
import warnings
from dataclasses import dataclass

from openpyxl import load_workbook

from . import safety
from .document import SourceKind, UnreadableFile
from .excel import text_of
from .reading import read_document


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell as a person reads it; `at` is its place, such as "C7". A formula or an error (#REF!) has no text."""

    text: str
    on: dt.date | None
    is_formula_or_error: bool
    at: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: its number in the sheet and its cells by heading; cells that hold nothing are not there."""

    number: int
    cells: dict[str, SheetCell]


def read_sheet(data: bytes, filename: str, sheet: str) -> tuple[list[str], list[SheetRow]]:
    """The headings in the first row of this sheet, and the rows below it that hold anything, hidden ones too.

    Raises UnreadableFile, whose message is meant for whoever gave the file.
    """
    # Whatever a file can do to harm is looked for there.
    if read_document(data, filename).kind is not SourceKind.EXCEL:
        raise UnreadableFile("This is not an Excel file. Give the workbook that you downloaded here (.xlsx).")
    package = safety.open_package(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = load_workbook(io.BytesIO(package.repacked() or data), keep_links=False)
    if sheet not in workbook.sheetnames:
        raise UnreadableFile(f"The workbook has no sheet called '{sheet}'. Download it again and change that one.")
    headings: dict[int, str] = {}
    rows: dict[int, dict[str, SheetCell]] = {}
    for (number, column), cell in sorted(workbook[sheet]._cells.items()):
        if number == 1:
            headings[column] = str(cell.value or "").strip()
        elif column in headings and cell.value is not None:
            has_no_text = cell.data_type in ("f", "e")
            text, on = ("", None) if has_no_text else text_of(cell)
            if text or has_no_text:
                rows.setdefault(number, {})[headings[column]] = SheetCell(text, on, has_no_text, cell.coordinate)
    return list(headings.values()), [SheetRow(number, cells) for number, cells in rows.items()]
