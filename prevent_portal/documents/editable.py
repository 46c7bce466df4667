"""A table as a workbook to be changed and given back: what may be changed is white, the rest grey."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from .workbook import HEADER_FILL, HEADER_FONT, LONGEST_TEXT, TOP_WRAPPED, _cut, _fill_cell, _plain

READ_ONLY_FILL = PatternFill("solid", fgColor="E7E9EC")
READ_ONLY_HEADER_FILL = PatternFill("solid", fgColor="6B7280")
KEY_HEADING = "Portal key"
"""The heading of the hidden column that says which row is which. Not translated: the reader looks for it."""


@dataclass(frozen=True, slots=True)
class EditableColumn:
    """A column. `choices` are offered in each of its cells; `width` is in characters."""

    key: str
    heading: str
    is_editable: bool = True
    choices: tuple[str, ...] = ()
    width: float = 30


def as_in_a_cell(value: Any) -> str:
    """A text as a cell of Excel holds it: without what XML cannot hold, and cut where it is too long."""
    return _cut(str(_plain(value if value is not None else "")))


def is_cut(text: str) -> bool:
    """Whether a cell of Excel cannot hold the whole text."""
    return len(text) > LONGEST_TEXT or as_in_a_cell(text) != str(_plain(text))


def write_editable(
    columns: Sequence[EditableColumn],
    rows: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    sheet: str,
    title: str,
    how: Sequence[str],
) -> bytes:
    """The rows, each (its key, values by column), as an Excel file; `how` is what a second sheet says of its use.

    SECURITY: no text becomes a formula (`workbook.write_workbook`).
    """
    workbook = Workbook()
    workbook.properties.creator = "Prevent Portal"
    workbook.properties.title = title
    table = workbook.active
    table.title = sheet
    for index, column in enumerate(columns, start=2):
        cell = table.cell(row=1, column=index)
        _fill_cell(cell, column.heading)
        cell.font, cell.alignment = HEADER_FONT, TOP_WRAPPED
        cell.fill = HEADER_FILL if column.is_editable else READ_ONLY_HEADER_FILL
        letter = get_column_letter(index)
        table.column_dimensions[letter].width = column.width
        if column.choices and rows:
            offered = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
            table.add_data_validation(offered)
            offered.add(f"{letter}2:{letter}{len(rows) + 1}")
    _fill_cell(table.cell(row=1, column=1), KEY_HEADING)
    table.column_dimensions["A"].hidden = True
    for number, (key, values) in enumerate(rows, start=2):
        _fill_cell(table.cell(row=number, column=1), key)
        for index, column in enumerate(columns, start=2):
            cell = table.cell(row=number, column=index)
            _fill_cell(cell, values.get(column.key))
            cell.alignment = TOP_WRAPPED
            if not column.is_editable:
                cell.fill = READ_ONLY_FILL
    table.freeze_panes = "C2"
    table.auto_filter.ref = table.dimensions
    notes = workbook.create_sheet(_("How to use this"))
    notes.column_dimensions["A"].width = 100
    for number, line in enumerate(how, start=1):
        cell = notes.cell(row=number, column=1)
        _fill_cell(cell, line)
        cell.alignment = TOP_WRAPPED
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()
