"""One row of a plan's table, sorted by what its columns hold."""

import datetime as dt
from dataclasses import dataclass, field

from prevent_portal.tables_in import Cell, Row

from .columns import Field
from .draft import Source
from .rag import RagKey
from .words import Line, lines_of, readable


@dataclass
class RowParts:
    """A row sorted by field. A field's cells are in the order of the columns."""

    row: Row
    table: str
    cells: dict[Field, list[Cell]] = field(default_factory=dict)
    unmapped: list[Cell] = field(default_factory=list)
    headings: dict[int, str] = field(default_factory=dict)
    fields: frozenset[Field] = frozenset()  # every field that the table has a column for
    period: tuple[dt.date, dt.date] | None = None  # the plan's first and last day
    key: RagKey | None = None  # the file's colour key
    serial_columns: frozenset[int] = frozenset()  # columns of dates that hold Excel's day numbers
    rows_shaded_by_status: bool = False  # the shading of whole rows varies with their status

    @property
    def source(self) -> Source:
        return Source(self.table, self.row.number)

    def lines(self, each: Field) -> list[Line]:
        cells = [cell for cell in self.cells.get(each, ()) if not cell.is_empty]
        if each is Field.PROGRESS and len(cells) > 1:
            # Two columns of progress: without their headings nobody could tell the first quarter from the second.
            return [
                Line(f"{self.headings.get(cell.column, '')}: {readable(lines_of(cell))}".lstrip(": ")) for cell in cells
            ]
        return [line for cell in cells for line in lines_of(cell)]

    def text(self, each: Field) -> str:
        return readable(self.lines(each))

    def columns(self, each: Field) -> list[tuple[str, list[Line]]]:
        """Heading and lines of each of the field's cells."""
        return [(self.headings.get(cell.column, ""), lines_of(cell)) for cell in self.cells.get(each, ())]

    def has_column(self, each: Field) -> bool:
        return each in self.fields or each in self.cells

    @property
    def all_text(self) -> str:
        return "\n".join(cell.text for cell in self.row.filled_cells)
