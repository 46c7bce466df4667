"""Tables that are arranged otherwise than one row an action, put as the rest of the reader expects them.

Two lists side by side on one sheet, a table in two halves, fields down the side, a column of actions for each year.
Every cell stays: it only gets another place. What was done is said in the plan's notes.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from prevent_portal.tables_in import Cell, Document, Paragraph, Row, Table

from .columns import EXACT, STARTS, Field, candidates, is_ref, normalised

HEAD_ROWS = 6
"""Rows at the top in which the headings of two lists side by side are looked for."""

FEWEST_COLUMNS = 2
"""A list beside another has at least so many columns; one alone is a note beside the table."""

FEWEST_FIELDS = 3
"""So many different fields have to stand in the first column of a table whose fields go down the side."""

MOST_ACTIONS_ACROSS = 12

SHORTEST_BANNER = 6
"""Characters of what stands in every cell of a row: "N/A", "TBC" and "None" do in rows of the plan."""

_ONCE = frozenset({Field.ACTION, Field.OWNER, Field.TARGET_DATE, Field.RAG, Field.PROGRESS, Field.OUTCOME})
"""What a plan's list has one of."""

_YEAR = re.compile(r"\(?\b(?:year\s*\d|(?:fy\s*)?20\d{2}(?:\s?[-–/]\s?(?:20)?\d{2})?|20\d{2})\b\)?", re.IGNORECASE)


def rearranged(document: Document, is_plan: Callable[[Table], bool]) -> Document:
    """The document with such tables put plainly.

    `is_plan` says whether a table reads like a plan's as it is.
    """
    number = max((table.number for table in document.tables), default=0)
    blocks: list[Paragraph | Table] = []
    notes: list[str] = []
    for block in document.blocks:
        if not isinstance(block, Table):
            blocks.append(block)
            continue
        block = _with_banners_once(block)
        name = block.name[:1].upper() + block.name[1:]
        first, *others = _side_by_side(block, is_plan)
        others = [replace(each, number=number + at) for at, each in enumerate(others, start=1)]
        number += len(others)
        if others:
            notes.append(f"{name} holds {len(others) + 1} lists side by side; each was read by itself.")
        for table in map(_without_column_of_refs, (first, *others)):
            if turned := _turned(table):
                notes.append(f"{name} has its fields down the side; each of its columns was read as a row.")
            parted = None if turned else _parted_by_years(table)
            if parted:
                notes.append(f"{name} has a column of actions for each year; each was read as actions of that year.")
            blocks.append(turned or parted or table)
    return replace(document, blocks=blocks, warnings=[*document.warnings, *notes])


# A heading in every cell of its row


def _with_banners_once(table: Table) -> Table:
    """Rows in which every cell says the same, as converters leave of a merged one, with one cell over all columns."""
    rows = tuple(map(_banner, table.rows))
    return table if rows == table.rows else replace(table, rows=rows)


def _banner(row: Row) -> Row:
    texts = {cell.text.strip() for cell in row.cells}
    text = next(iter(texts), "")
    if len(row.cells) < FEWEST_FIELDS or len(texts) > 1 or len(text) < SHORTEST_BANNER:
        return row
    span = sum(cell.column_span for cell in row.cells)
    return replace(row, cells=(replace(row.cells[0], column_span=span),))


# Two lists beside each other


def _side_by_side(table: Table, is_plan: Callable[[Table], bool]) -> list[Table]:
    """The lists of a table that an empty column parts, each with headings of its own; the table itself if it is one."""
    parts = [part for part in _between_gaps(table) if part.rows]
    if len(parts) < 2 or not all(_width_used(part) >= FEWEST_COLUMNS and _has_heads(part) for part in parts):
        return [table]
    first, *others = (_fields_named(part) for part in parts)
    # Where one brings what the first lacks, an owner say, the gap is only a gap.
    if any((each - first) & _ONCE for each in others):
        return [table]
    return parts if any(map(is_plan, parts)) else [table]


def _between_gaps(table: Table) -> Iterator[Table]:
    width = table.width
    taken = {
        column
        for row in table.rows
        for cell in row.filled_cells
        # A title over the whole width parts nothing and joins nothing.
        if cell.column_span < width
        for column in range(cell.column, cell.column + cell.column_span)
    }
    starts = [column for column in sorted(taken) if column - 1 not in taken]
    for at, start in enumerate(starts):
        end = starts[at + 1] if at + 1 < len(starts) else width
        rows = []
        for row in table.rows:
            here = (cell for cell in row.cells if cell.column < end and (cell.column >= start or at == 0))
            # A title may begin in an empty column before the first list.
            cells = tuple(
                replace(cell, column=max(cell.column - start, 0))
                for cell in here
                if cell.column >= start or not cell.is_empty
            )
            if cells and (at == 0 or any(not cell.is_empty for cell in cells)):
                rows.append(replace(row, cells=cells))
        name = table.name if at == 0 else f"{table.name}, from column {start + 1}"
        yield replace(table, name=name, rows=tuple(rows), title=table.title if at == 0 else "")


def _width_used(table: Table) -> int:
    return len({cell.column for row in table.rows for cell in row.filled_cells})


def _fields_named(table: Table) -> set[Field]:
    """The fields that the row of its headings names."""
    rows = ({_field(cell.text) for cell in row.filled_cells} - {None} for row in table.rows[:HEAD_ROWS])
    return max(rows, key=len, default=set())


def _has_heads(table: Table) -> bool:
    """Whether one of its first rows fills most of its columns with short words, as headings do."""
    width = _width_used(table)
    for row in table.rows[:HEAD_ROWS]:
        texts = [cell.text for cell in row.filled_cells]
        if len(texts) >= FEWEST_COLUMNS and 2 * len(texts) > width and all(len(text.split()) <= 6 for text in texts):
            return True
    return False


# Fields down the side


def _turned(table: Table) -> Table | None:
    """A table whose fields go down its first column, an action a column, with rows and columns changed."""
    if not FEWEST_FIELDS <= len(table.rows) <= 30 or not 3 <= table.width <= MOST_ACTIONS_ACROSS + 1:
        return None
    firsts = [row.at(0) for row in table.rows]
    if any(cell is None or cell.column_span > 1 or cell.is_continuation for cell in firsts):
        return None
    labels = [" ".join(cell.text.split()) for cell in firsts if cell]
    fields = {field for label in labels if (field := _field(label))}
    is_down = len(fields) >= FEWEST_FIELDS and 3 * sum(_field(label) is not None for label in labels) >= 2 * len(labels)
    if not is_down or not fields & {Field.ACTION, Field.OBJECTIVE}:
        return None
    # "Priority A", "Priority B" may stand above the columns.
    below = table.rows[1:] if not labels[0] else table.rows
    others = [cell for row in below for cell in row.filled_cells if cell.column > 0]
    if any(cell.column_span > 1 for cell in others) or sum(_field(cell.text) is not None for cell in others) > 1:
        return None
    labels = [label or ("Section" if at == 0 else "") for at, label in enumerate(labels)]
    rows = [_row_of(table, 1, [Cell((Paragraph(label),)) if label else Cell() for label in labels], is_header=True)]
    for column in range(1, table.width):
        cells = [row.at(column) or Cell() for row in table.rows]
        if any(not cell.is_empty for cell in cells):
            rows.append(_row_of(table, column + 1, cells))
    return replace(table, rows=tuple(rows))


def _field(label: str) -> Field | None:
    """The field that a short label names plainly."""
    if len(label.split()) > 5:
        return None
    found = candidates(label)
    return found[0][2] if found and found[0][0] >= STARTS else None


def _row_of(table: Table, number: int, cells: Sequence[Cell], *, is_header: bool = False) -> Row:
    placed = tuple(
        replace(cell, column=column, column_span=1, row_span=1, is_header=is_header)
        for column, cell in enumerate(cells)
    )
    return Row(placed, number, f"{table.name} row {number}", is_header=is_header)


# Cards with their references beside them


def _without_column_of_refs(table: Table) -> Table:
    """Cards whose references stand in a column in front ("1.1 | Action | ..."), with each as the card's first field."""
    if table.width != 3 or len(table.rows) < FEWEST_FIELDS:
        return table
    cells = [(row.at(0), row.at(1)) for row in table.rows]
    labels = [_field(cell.text) if cell else None for _ref, cell in cells]
    refs = [cell.text.strip() if cell and not cell.is_continuation else "" for cell, _label in cells]
    is_cards = len({each for each in labels if each}) >= FEWEST_FIELDS and labels.count(None) * 3 <= len(labels)
    if not is_cards or not refs[0] or not all(is_ref(ref) for ref in refs if ref) or all(refs):
        return table
    rows = []
    for row, ref in zip(table.rows, refs, strict=True):
        if ref:
            first = (Cell((Paragraph("Ref"),)), Cell((Paragraph(ref),), column=1))
            rows.append(replace(row, cells=first))
        moved = (replace(cell, column=cell.column - 1) for cell in row.cells if cell.column > 0)
        rows.append(replace(row, cells=tuple(moved)))
    return replace(table, rows=tuple(rows))


# A column of actions for each year


def _parted_by_years(table: Table) -> Table | None:
    """A table with "Actions 2026/27", "Actions 2027/28"... with a row for each of these, and the year beside it."""
    for at, row in enumerate(table.rows[:HEAD_ROWS]):
        years = {cell.column: _year_of_actions(cell.text) for cell in row.filled_cells if cell.column_span == 1}
        years = {column: year for column, year in years.items() if year}
        if len(years) > 1 and len(set(years.values())) == len(years):
            return _with_a_row_a_year(table, at, years)
    return None


def _year_of_actions(heading: str) -> str:
    """The year that a heading of actions names: "Actions 2026/27"; "" for any other heading."""
    found = _YEAR.search(heading)
    rest = normalised(_YEAR.sub(" ", heading))
    options = candidates(rest) if found and rest else ()
    is_action = bool(options) and options[0][0] == EXACT and options[0][2] in (Field.ACTION, Field.MILESTONES)
    return " ".join(found[0].split()).strip("()") if found and is_action else ""


def _with_a_row_a_year(table: Table, at: int, years: dict[int, str]) -> Table:
    first, width = min(years), table.width
    head = table.rows[at]
    texts = [_YEAR.sub(" ", cell.text) if cell.column == first else cell.text for cell in head.cells]
    kept = [
        (cell, text)
        for cell, text in zip(head.cells, texts, strict=True)
        if cell.column not in years or cell.column == first
    ]
    heads = [replace(cell, paragraphs=(Paragraph(" ".join(text.split())),)) for cell, text in kept]
    has_date = any(_field(text) is Field.TARGET_DATE for _cell, text in kept)
    heads.append(Cell((Paragraph("Year" if has_date else "Timescale"),), column=width))
    rows = [*table.rows[:at], replace(head, cells=tuple(heads))]
    for row in table.rows[at + 1 :]:
        actions = [cell for cell in row.filled_cells if cell.column in years]
        others = [cell for cell in row.cells if cell.column not in years]
        if not actions:
            rows.append(row)
        for number, action in enumerate(actions):
            # The objective, the lead and the like are those of all its years.
            shared = others if number == 0 else [replace(c, paragraphs=(), is_continuation=True) for c in others]
            year = Cell((Paragraph(years[action.column]),), column=width)
            cells = sorted([*shared, replace(action, column=first), year], key=lambda cell: cell.column)
            rows.append(replace(row, cells=tuple(cells)))
    return replace(table, rows=tuple(rows))
