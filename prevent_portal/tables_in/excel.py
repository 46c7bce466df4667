"""Excel workbooks (.xlsx): each visible sheet is one table, with its fills, real dates and merged cells."""

import datetime as dt
import io
import math
import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from lxml import etree
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from prevent_portal.tables_in.document import (
    Cell,
    Document,
    Row,
    SourceKind,
    Table,
    UnreadableFile,
    paragraphs_from_text,
    some,
)
from prevent_portal.tables_in.excel_fills import Palette, conditional_fills
from prevent_portal.tables_in.safety import DAMAGED, MAX_CELLS, Package

MAX_COLUMNS = 200
"""Columns read from a sheet; plans have five to fifteen."""

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SHEET_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_QUOTED = re.compile(r'"[^"]{0,100}"|\[[^\]]{0,100}\]|\\.')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""Characters that Excel writes as their number, mostly carriage returns."""

_FORMULA_WITHOUT_VALUE = re.compile(rb"</(?:\w+:)?f>(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>")


def read_excel(package: Package, data: bytes) -> Document:
    """The visible sheets of a .xlsx in order; hidden ones are named in `warnings` and left out."""
    document = Document(SourceKind.EXCEL)
    _bound(package)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of every extension that it drops (validation, sparklines)
            usual = package.repacked() or data
            workbook = load_workbook(io.BytesIO(usual), data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises KeyError, ValueError, TypeError and its own on malformed parts
        raise UnreadableFile(DAMAGED) from error
    palette = Palette(workbook.loaded_theme)
    without_result = _formulas_without_result(package, usual, workbook)
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            document.warnings.append(f"The sheet '{sheet.title}' is hidden and was not read.")
            continue
        try:
            _read_sheet(sheet, document, palette, without_result.get(sheet.title, frozenset()))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
            # openpyxl looks some things up only when asked for them: a style that does not exist, a date out of range
            raise UnreadableFile(DAMAGED) from error
    for sheet in workbook.chartsheets:
        document.warnings.append(f"The sheet '{sheet.title}' is a chart and was not read.")
    if not document.blocks:
        raise UnreadableFile("The Excel file has no visible sheet with text. Check that it is the right file.")
    _read_text_boxes(package, document)
    if labels := package.labels():
        document.properties["labels"] = labels
    properties = workbook.properties
    for name in ("title", "subject", "creator"):
        if value := getattr(properties, name, None):
            document.properties[name] = str(value).strip()
    return document


def _formulas_without_result(package: Package, data: bytes, workbook: Workbook) -> dict[str, frozenset[str]]:
    """By sheet, the cells that hold a formula whose result the file does not have, as programs write them."""
    if not any(_FORMULA_WITHOUT_VALUE.search(package.read(name)) for name in _xml_parts(package)):
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        formulas = load_workbook(io.BytesIO(data), keep_links=False)
    found = {}
    for sheet in formulas.worksheets:
        results = workbook[sheet.title]._cells
        cells = (cell for at, cell in sheet._cells.items() if cell.data_type == "f" and at in results)
        found[sheet.title] = frozenset(c.coordinate for c in cells if results[c.row, c.column].value is None)
    return found


def _read_sheet(sheet: Worksheet, document: Document, palette: Palette, without_result: frozenset[str]) -> None:
    fills = conditional_fills(sheet, palette)
    table = _table(sheet, len(document.blocks) + 1, palette, fills.colours, without_result)
    if table.rows:
        document.blocks.append(table)
    place = f"The sheet '{sheet.title}'"
    if without_result:
        document.warnings.append(
            f"{place} has formulas without a stored result ({some(sorted(without_result))}). "
            "Open the file in Excel, save it to store the results, and give it again."
        )
    if hidden := [str(row.number) for row in table.rows if row.is_hidden]:
        document.warnings.append(
            f"{place} has hidden rows, perhaps left out by a filter. They were read too: {ranges(hidden)}."
        )
    columns = sorted({cell.column for row in table.rows for cell in row.cells if cell.is_hidden and not cell.is_empty})
    if columns:
        letters = ", ".join(get_column_letter(column + 1) for column in columns)
        document.warnings.append(f"{place} has hidden columns. They were read too: {letters}.")
    if fills.not_understood:
        document.warnings.append(
            f"{place} colours cells by rules that could not be followed ({', '.join(fills.not_understood)}): "
            "check the RAG of its rows."
        )
    cells = [sheet._cells[at] for at in sorted(sheet._cells)]
    if errors := [cell.coordinate for cell in cells if cell.data_type == "e"]:
        document.warnings.append(f"{place} shows errors such as #REF! in {some(errors)}. Correct them in Excel.")
    noted = [cell for cell in cells if cell.comment and (cell.comment.text or "").strip()]
    document.notes += [_comment(cell, table.name) for cell in noted]
    if noted:
        document.warnings.append(
            f"{place} has comments on cells ({some([cell.coordinate for cell in noted])}). They were not read as part "
            "of any row: look through them for anything that belongs to the plan. They are among what is set aside."
        )
    for margin in (sheet.oddHeader, sheet.oddFooter):
        for part in (margin.left, margin.center, margin.right):
            if part.text and part.text.strip() and part.text.strip() not in document.margins:
                document.margins.append(part.text.strip())


def _read_text_boxes(package: Package, document: Document) -> None:
    """Text in shapes on the sheets: kept beside the plan, since nothing says which row it belongs to."""
    before = len(document.notes)
    for name in _xml_parts(package):
        if name.startswith("xl/drawings/drawing"):
            for body in package.xml(name).iter(f"{_SHEET_DRAWING}txBody"):
                lines = ["".join(line.itertext(f"{_DRAWING}t")).strip() for line in body.iter(f"{_DRAWING}p")]
                if text := "\n".join(line for line in lines if line):
                    document.notes.append(f"Text box: {text}")
    if len(document.notes) > before:
        document.warnings.append(
            "There are text boxes on the sheets. They were not read as part of any row: "
            "look through them for anything that belongs to the plan. They are among what is set aside."
        )


def _comment(source: SheetCell, name: str) -> str:
    """A cell's comment with its place. Excel gives a conversation a preface for its older versions."""
    text = source.comment.text.strip()
    if text.startswith("[Threaded comment]"):
        text = text.partition("Comment:")[2].strip() or text
    return f"Comment in {name}, cell {source.coordinate}: {text}"


def _xml_parts(package: Package) -> list[str]:
    return sorted(name for name in package.names if name.lower().endswith(".xml"))


def _bound(package: Package) -> None:
    """Count before parsing: openpyxl makes an object of about a kilobyte of every cell, empty ones included.

    SECURITY: it also makes one of every cell that a merged area or a link's area covers, were it the whole sheet.
    """
    count = 0
    for name in _xml_parts(package):
        stream = etree.iterparse(
            io.BytesIO(package.read(name)), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            for _, element in stream:
                kind = etree.QName(element).localname if isinstance(element.tag, str) else ""
                if kind in ("c", "si"):
                    count += 1
                elif kind in ("mergeCell", "hyperlink"):
                    count += _area(element.get("ref", ""))
                element.clear()
                if count > MAX_CELLS:
                    raise UnreadableFile(
                        f"The workbook has more than {MAX_CELLS:,} cells. Delete the empty rows and the sheets that "
                        "are not part of the plan, save it and try again."
                    )
        except etree.XMLSyntaxError as error:
            raise UnreadableFile(DAMAGED) from error


def _area(reference: str) -> int:
    """How many cells "B2:D5" covers; MAX_CELLS and one more for an area that cannot be read."""
    try:
        left, top, right, bottom = range_boundaries(reference)
        return (right - left + 1) * (bottom - top + 1)
    except (ValueError, TypeError):
        return MAX_CELLS + 1 if reference else 0


def _table(
    sheet: Worksheet,
    number: int,
    palette: Palette,
    by_rule: dict[tuple[int, int], str],
    without_result: frozenset[str],
) -> Table:
    name = f"sheet '{sheet.title}'"
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered_from_above: dict[tuple[int, int], int] = {}
    covered: set[tuple[int, int]] = set()
    last_row, last_column = sheet.max_row, min(sheet.max_column, MAX_COLUMNS)
    for area in sheet.merged_cells.ranges:
        bottom, right = min(area.max_row, last_row), min(area.max_col, last_column)
        if bottom < area.min_row or right < area.min_col:
            continue
        width = right - area.min_col + 1
        spans[area.min_row, area.min_col] = (bottom - area.min_row + 1, width)
        covered.update((area.min_row, column) for column in range(area.min_col + 1, right + 1))
        for row in range(area.min_row + 1, bottom + 1):
            covered_from_above[row, area.min_col] = width
            covered.update((row, column) for column in range(area.min_col + 1, right + 1))
    hidden_columns = _hidden_columns(sheet, last_column)
    rows = []
    for row_number, values in _filled_rows(sheet, last_column):
        location = f"{name} row {row_number}"
        cells = []
        for source in values:
            at = (source.row, source.column)
            if at in covered:
                continue
            if at in covered_from_above:
                cells.append(Cell(column=source.column - 1, column_span=covered_from_above[at], is_continuation=True))
                continue
            height, width = spans.get(at, (1, 1))
            cell = _cell(source, width, height, location, palette)
            if source.comment and (source.comment.text or "").strip():
                cell = replace(cell, notes=(_comment(source, name),))
            if at in by_rule:
                cell = replace(cell, fill=by_rule[at])
            if without_result and source.coordinate in without_result:
                cell = replace(cell, is_unknown=True)
            if source.column in hidden_columns:
                cell = replace(cell, is_hidden=True)
            cells.append(cell)
        if any(not cell.is_empty or cell.is_continuation or cell.is_unknown for cell in cells):
            rows.append(Row(tuple(cells), row_number, location, is_hidden=_is_hidden(sheet, row_number)))
    return Table(name, tuple(rows), number, sheet.title)


def _hidden_columns(sheet: Worksheet, last_column: int) -> set[int]:
    hidden: set[int] = set()
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden or dimension.width == 0:
            hidden.update(range(dimension.min or 0, min(dimension.max or 0, last_column) + 1))
    return hidden


def _is_hidden(sheet: Worksheet, row_number: int) -> bool:
    if row_number not in sheet.row_dimensions:
        return False
    dimension = sheet.row_dimensions[row_number]
    return bool(dimension.hidden) or dimension.height == 0


def _filled_rows(sheet: Worksheet, last_column: int) -> Iterator[tuple[int, list[SheetCell]]]:
    """The cells that the file has, row by row.

    Not iter_rows: one cell at the foot of an empty sheet makes it create a million rows.
    """
    for row_number, cells in groupby(sorted(sheet._cells), key=lambda at: at[0]):
        yield row_number, [sheet._cells[at] for at in cells if at[1] <= last_column]


def _cell(source: SheetCell, width: int, height: int, location: str, palette: Palette) -> Cell:
    text, date = text_of(source)
    return Cell(
        paragraphs=paragraphs_from_text(text, location=location),
        column=source.column - 1,
        column_span=width,
        row_span=height,
        fill=palette.fill(source),
        ink=palette.ink(source) if text else None,
        is_bold=bool(text) and bool(source.has_style and source.font and source.font.b),
        is_struck=bool(text) and bool(source.has_style and source.font and source.font.strike),
        value=date,
    )


def text_of(source: SheetCell) -> tuple[str, dt.date | None]:
    """A cell as a person reads it; a real date also as a date, unless only its month or year is shown."""
    value = source.value
    if value is None:
        return "", None
    if isinstance(value, dt.datetime | dt.date):
        return _date_text(value, source.number_format or "")
    if isinstance(value, dt.time):
        return f"{value:%H:%M}", None
    if isinstance(value, dt.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}", None
    if isinstance(value, bool):
        return ("Yes" if value else "No"), None
    if isinstance(value, int | float):
        return number_text(value, source.number_format or ""), None
    return _ESCAPED.sub(_unescaped, str(value)).replace("\xa0", " ").strip(), None


def _date_text(value: dt.datetime | dt.date, number_format: str) -> tuple[str, dt.date | None]:
    """ "31 March 2025", with the time where one is shown; "March 2025" where the sheet shows no day."""
    date = value.date() if isinstance(value, dt.datetime) else value
    shown = _QUOTED.sub("", number_format.lower().split(";")[0])
    if "y" in shown and "d" not in shown and "h" not in shown:
        return (f"{date:%B %Y}" if "m" in shown else f"{date.year}"), None
    text = f"{date.day} {date:%B} {date.year}"
    if isinstance(value, dt.datetime) and value.time() != dt.time() and "h" in shown:
        text += f", {value:%H:%M}"
    return text, date


def number_text(value: float, number_format: str) -> str:
    """A number as its format shows it: decimals, leading zeros, percent, pounds; else with all its digits."""
    if not math.isfinite(value):
        return str(value)
    shown = _QUOTED.sub("", number_format.split(";")[0])
    decimals = match[1].count("0") if (match := re.search(r"0\.(0+)", shown)) else 0
    if "%" in shown:
        return f"{value * 100:.{decimals}f}%" if match else f"{value * 100:.10g}%"
    if "£" in number_format:
        return f"£{value:,.{decimals}f}"
    if match and re.fullmatch(r"[#,0]*0\.0+\)?_?", shown.strip()):
        return f"{value:.{decimals}f}"
    if re.fullmatch(r"0{2,10}", shown) and float(value).is_integer():
        return f"{int(value):0{len(shown)}d}"
    return str(int(value)) if float(value).is_integer() else f"{value:.12g}"


def _unescaped(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    if character in "\r\n":
        return "\n"
    return character if character.isprintable() else " "


def ranges(numbers: list[str]) -> str:
    """ "3, 5 to 9" for 3, 5, 6, 7, 8, 9."""
    runs: list[list[int]] = []
    for number in map(int, numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return some([str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs])
