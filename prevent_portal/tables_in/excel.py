"""Excel workbooks (.xlsx): each visible sheet is one table, with its fills, real dates and merged cells."""

import datetime as dt
import io
import re
import warnings
from collections.abc import Iterator
from itertools import groupby

from lxml import etree
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles.colors import COLOR_INDEX, Color
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from prevent_portal.tables_in import colours
from prevent_portal.tables_in.document import (
    Cell,
    Document,
    Row,
    SourceKind,
    Table,
    UnreadableFile,
    paragraphs_from_text,
)
from prevent_portal.tables_in.safety import DAMAGED, MAX_CELLS, Package

MAX_COLUMNS = 200
"""Columns read from a sheet; plans have five to fifteen."""

_FORMULA_WITHOUT_VALUE = re.compile(rb"</(?:\w+:)?f>(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>")


def read_excel(package: Package, data: bytes) -> Document:
    """The visible sheets of a .xlsx in order; hidden ones are named in `warnings` and left out."""
    document = Document(SourceKind.EXCEL)
    _bound(package)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of every extension that it drops (validation, sparklines)
            workbook = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises KeyError, ValueError, TypeError and its own on malformed parts
        raise UnreadableFile(DAMAGED) from error
    palette = _Palette(workbook.loaded_theme)
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            document.warnings.append(f"The sheet '{sheet.title}' is hidden and was not read.")
            continue
        table = _table(sheet, len(document.blocks) + 1, palette)
        if table.rows:
            document.blocks.append(table)
        if any(dimension.hidden for dimension in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values())):
            document.warnings.append(f"The sheet '{sheet.title}' has hidden rows or columns; they were read too.")
        for margin in (sheet.oddHeader, sheet.oddFooter):
            for part in (margin.left, margin.center, margin.right):
                if part.text and part.text.strip() and part.text.strip() not in document.margins:
                    document.margins.append(part.text.strip())
    if not document.blocks:
        raise UnreadableFile("The Excel file has no visible sheet with text. Check that it is the right file.")
    if any(_FORMULA_WITHOUT_VALUE.search(package.read(name)) for name in _xml_parts(package)):
        document.warnings.append(
            "Some cells hold formulas without a stored result and were read as empty. "
            "Open the file in Excel and save it to store the results."
        )
    properties = workbook.properties
    for name in ("title", "subject", "creator"):
        if value := getattr(properties, name, None):
            document.properties[name] = str(value).strip()
    return document


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


class _Palette:
    """Cell fills as hex digits, looked up once a style."""

    def __init__(self, theme: bytes | None) -> None:
        self._theme: dict[str, str] = {}
        if theme:
            try:
                parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
                self._theme = colours.theme_colours(etree.fromstring(theme, parser))
            except etree.XMLSyntaxError:
                self._theme = {}  # a broken theme costs colours, not the plan
        self._known: dict[int, str | None] = {}

    def fill(self, cell: SheetCell) -> str | None:
        if not cell.has_style:
            return None
        key = cell._style.fillId
        if key not in self._known:
            fill = cell.fill
            pattern = getattr(fill, "patternType", None)
            self._known[key] = self._hex(fill.fgColor) if pattern == "solid" else None
        return self._known[key]

    def _hex(self, colour: Color | None) -> str | None:
        if colour is None:
            return None
        if colour.type == "theme":
            number = colour.theme
            base = self._theme.get(colours.THEME_SLOTS[number]) if 0 <= number < len(colours.THEME_SLOTS) else None
        elif colour.type == "indexed":
            # 64 and 65 are the system's text and window colours: no fill
            base = colours.clean(COLOR_INDEX[colour.indexed]) if 0 <= colour.indexed < 64 else None
        else:
            base = colours.clean(colour.rgb) if isinstance(colour.rgb, str) else None
        return colours.tinted(base, colour.tint) if base and colour.tint else base


def _table(sheet: Worksheet, number: int, palette: _Palette) -> Table:
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
            cells.append(_cell(source, width, height, location, palette))
        if any(not cell.is_empty or cell.is_continuation for cell in cells):
            rows.append(Row(tuple(cells), row_number, location))
    return Table(name, tuple(rows), number, sheet.title)


def _filled_rows(sheet: Worksheet, last_column: int) -> Iterator[tuple[int, list[SheetCell]]]:
    """The cells that the file has, row by row.

    Not iter_rows: one cell at the foot of an empty sheet makes it create a million rows.
    """
    for row_number, cells in groupby(sorted(sheet._cells), key=lambda at: at[0]):
        yield row_number, [sheet._cells[at] for at in cells if at[1] <= last_column]


def _cell(source: SheetCell, width: int, height: int, location: str, palette: _Palette) -> Cell:
    text, date = _text(source)
    return Cell(
        paragraphs=paragraphs_from_text(text, location=location),
        column=source.column - 1,
        column_span=width,
        row_span=height,
        fill=palette.fill(source),
        is_bold=bool(text) and bool(source.has_style and source.font and source.font.b),
        value=date,
    )


def _text(source: SheetCell) -> tuple[str, dt.date | None]:
    """A cell as a person reads it; a real date also as a date."""
    value = source.value
    if value is None:
        return "", None
    if isinstance(value, dt.datetime):
        date = value.date()
        return f"{date.day} {date:%B %Y}", date
    if isinstance(value, dt.date):
        return f"{value.day} {value:%B %Y}", value
    if isinstance(value, bool):
        return ("Yes" if value else "No"), None
    if isinstance(value, int | float):
        if "%" in (source.number_format or ""):
            return f"{value * 100:g}%", None
        return (str(int(value)) if float(value).is_integer() else f"{value:g}"), None
    return str(value).replace("\xa0", " ").strip(), None
