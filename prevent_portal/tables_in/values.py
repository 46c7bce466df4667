"""Rows of a CSV or Excel file with the values as they stand, for tables whose columns are known by name."""

import csv
import io
import warnings
from typing import Any

from openpyxl import load_workbook

from prevent_portal.tables_in import safety
from prevent_portal.tables_in.document import UnreadableFile
from prevent_portal.tables_in.text import decode

MAX_COLUMNS = 60
MAX_UNPACKED_BYTES = 20_000_000
"""A table of a few thousand rows unpacks to one or two million bytes."""


def read_values(data: bytes, *, max_rows: int, most_unpacked: int = MAX_UNPACKED_BYTES) -> list[tuple[int, list[Any]]]:
    """(number, cells) of the rows of a CSV file or of a workbook's first sheet, at most `max_rows` of them.

    A workbook that unpacks to more than `most_unpacked` bytes is refused.

    What the file is shows in its content. Cells of a CSV file are text; those of a workbook have the type that they
    have there, formulas their stored result. Raises UnreadableFile with a message for the person who chose the file.
    """
    safety.check_size(data)
    if safety.looks_like_ole(data):
        safety.refuse_ole(data)
    return _of_excel(data, max_rows, most_unpacked) if safety.looks_like_zip(data) else _of_csv(data, max_rows)


def _of_csv(data: bytes, max_rows: int) -> list[tuple[int, list[Any]]]:
    text = decode(data)
    heading = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    csv.field_size_limit(1_000_000)
    rows: list[tuple[int, list[Any]]] = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for number, row in enumerate(reader, start=1):
            if number > max_rows:
                break
            rows.append((number, row[:MAX_COLUMNS]))
    except csv.Error as error:
        raise UnreadableFile(f"The CSV file cannot be read near row {len(rows) + 1}.") from error
    return rows


def _of_excel(data: bytes, max_rows: int, most_unpacked: int) -> list[tuple[int, list[Any]]]:
    package = safety.open_package(data)
    package.check_xml_parts()
    if sum(len(package.read(name)) for name in package.names) > most_unpacked:
        raise UnreadableFile("The file unpacks to far more than its size suggests, so it was not opened.")
    rows: list[tuple[int, list[Any]]] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of every extension that it drops
            workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            sheet = workbook.worksheets[0]
            sheet.reset_dimensions()  # what the file says of its own size is not to be trusted
            for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
                if number > max_rows:
                    break
                rows.append((number, list(row)))
    except Exception as error:  # openpyxl raises KeyError, ValueError, TypeError and its own on malformed parts
        raise UnreadableFile(
            "The Excel file is damaged and cannot be read. Open it in Excel, save it under a new name and try again."
        ) from error
    return rows
