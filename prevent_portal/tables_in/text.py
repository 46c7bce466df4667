"""CSV files, and text whose tables are lines with tabs among ordinary paragraphs.

Published plans come as text in two layouts, told apart by the lines themselves: a table row on one line (a cell with
line breaks running over several), or one cell a line, each line of a new cell starting with a tab.
"""

import csv
import io
import re
from dataclasses import dataclass

from prevent_portal.tables_in.document import (
    Cell,
    Document,
    Row,
    SourceKind,
    Table,
    UnreadableFile,
    paragraph_from_line,
    paragraphs_from_text,
)
from prevent_portal.tables_in.safety import MAX_CELLS, MAX_PARAGRAPHS

MAX_LINES_IN_A_ROW = 60
"""Physical lines that one table row may run over; the longest seen has eleven."""

_HEADING = re.compile(r"^(?:priority|theme|section|part|objective|strand|benchmark|aim)\s+\w{1,3}\b", re.IGNORECASE)
_STATED_DELIMITER = re.compile(r'"?sep=([,;\t|])"?\n', re.IGNORECASE)
"""The first line by which Excel is told the delimiter."""

_NUMBER = re.compile(r"^\(?\d{1,3}(?:\.\d{1,2})*[a-z]?[.)]?$")


def decode(data: bytes) -> str:
    """UTF-8, UTF-16 or Windows text as a string with plain newlines; raises UnreadableFile for anything else."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise UnreadableFile(
            "The characters of this file cannot be read. Save it again as text in UTF-8 and try again."
        )
    # Control characters other than white space never occur in text: this is a picture, a PDF or a program.
    if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text) or data.startswith(b"%PDF"):
        raise UnreadableFile("The content of this file is not text. Choose the Word, Excel or CSV file itself.")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    text = text.replace("\xa0", " ")
    if not text.strip():
        raise UnreadableFile("The file is empty. Check that it was saved, and choose it again.")
    if text.count("\n") > MAX_PARAGRAPHS:
        raise UnreadableFile(f"The file has more than {MAX_PARAGRAPHS:,} lines. Split it and import the parts.")
    return text


def read_csv(data: bytes) -> Document:
    """A CSV file as one table; the delimiter is the one of comma, semicolon, tab and bar that the first lines share."""
    text = decode(data)
    csv.field_size_limit(1_000_000)
    rows: list[Row] = []
    cells_read = 0
    delimiter, first = _delimiter(text), 1
    if stated := _STATED_DELIMITER.match(text):
        delimiter, first, text = stated[1], 2, text[stated.end() :]
    line = first
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
        for values in reader:
            location = f"line {line}"
            cells_read += len(values)
            _bound(cells_read)
            if any(value.strip() for value in values):
                rows.append(_row(values, line, location))
            line = reader.line_num + first
    except csv.Error as error:
        raise UnreadableFile(
            f"The CSV file cannot be read near line {line}. Open it in Excel, save it as .xlsx and try again."
        ) from error
    return Document(SourceKind.CSV, [Table("table 1", tuple(rows), 1)])


def _delimiter(text: str) -> str:
    sample = [line for line in text.split("\n")[:40] if line.strip()]
    scores = {mark: max((line.count(mark) for line in sample), default=0) for mark in ",;\t|"}
    for mark in scores:
        try:
            parsed = list(csv.reader(sample, delimiter=mark))
        except csv.Error:  # a field of more than a million characters: reading the file will say so
            parsed = []
        widths = [len(row) for row in parsed]
        # A delimiter gives most lines the same number of fields, commas inside sentences do not.
        scores[mark] = max((widths.count(width) * (width - 1) for width in set(widths)), default=0)
    return max(scores, key=lambda mark: scores[mark])


def read_text(data: bytes) -> Document:
    """A .txt or .tsv file: paragraphs, and a table wherever lines with tabs stand."""
    return _TextReader(decode(data).split("\n")).read()


@dataclass(slots=True)
class _Line:
    """A table row put together from `lines` physical lines."""

    values: list[str]
    lines: int


class _TextReader:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.document = Document(SourceKind.TEXT)
        self.tables_read = 0
        self.cells_read = 0

    def read(self) -> Document:
        at = 0
        while at < len(self.lines):
            line = self.lines[at]
            if self._starts_cell_a_line_table(at):
                at = self._read_cell_a_line_table(at)
            elif "\t" in line.strip("\n ") and line.strip():
                at = self._read_row_a_line_table(at)
            else:
                if line.strip():
                    self.document.blocks.append(paragraph_from_line(line, location=f"line {at + 1}"))
                at += 1
        return self.document

    def _add_table(self, rows: list[tuple[list[str], int]]) -> None:
        self.tables_read += 1
        name = f"table {self.tables_read}"
        made = []
        for number, (values, line) in enumerate(rows, start=1):
            self.cells_read += len(values)
            _bound(self.cells_read)
            made.append(_row(values, number, f"{name} row {number} (line {line + 1})"))
        self.document.blocks.append(Table(name, tuple(made), self.tables_read))

    # One row a line

    def _read_row_a_line_table(self, at: int) -> int:
        """Read rows until a blank line, or a line that belongs to none of them; return where to go on."""
        width = len(self._logical_row(at, None).values)
        rows: list[tuple[list[str], int]] = []
        continued = 0
        while at < len(self.lines) and self.lines[at].strip():
            line = self.lines[at]
            is_continued = continued < MAX_LINES_IN_A_ROW and self._belongs_to_last_cell(line, rows, width)
            if "\t" not in line and not is_continued:
                if not self._is_section_line(at, line):
                    break
                rows.append(([line.strip()], at))
                at += 1
                continue
            if "\t" not in line:
                rows[-1][0][-1] += f"\n{line.strip()}"
                at, continued = at + 1, continued + 1
                continue
            continued = 0
            row = self._logical_row(at, width)
            rows.append((row.values, at))
            at += row.lines
        # A line of tabs only leaves a row of empty cells: nothing to keep
        rows = [(values, line) for values, line in rows if any(value.strip() for value in values)]
        if rows:
            self._add_table(rows)
        return at if rows or at >= len(self.lines) else max(at, 1)

    def _belongs_to_last_cell(self, line: str, rows: list[tuple[list[str], int]], width: int) -> bool:
        """A line without tabs under a complete row whose last cell has text goes on with that cell."""
        if not rows or len(rows[-1][0]) < width or not rows[-1][0][-1].strip():
            return False
        return not _HEADING.match(line.strip()) and not line.strip().isupper()

    def _is_section_line(self, at: int, line: str) -> bool:
        """A heading between two rows, its empty cells trimmed away by an editor."""
        following = self.lines[at + 1] if at + 1 < len(self.lines) else ""
        return "\t" in following and len(line.split()) <= 20

    def _logical_row(self, at: int, width: int | None) -> _Line:
        """The row that starts on this line: quoted cells and cells with line breaks run on over the next lines."""
        line = self.lines[at]
        if '"' in line and (quoted := self._quoted_row(at)):
            return quoted
        if width is None or line.count("\t") >= width - 1:
            return _Line([value.strip() for value in line.split("\t")], 1)
        # Join following lines only when together they give exactly the row's cells; else the row is just short.
        joined, tabs = line, line.count("\t")
        for count in range(1, MAX_LINES_IN_A_ROW):
            if at + count >= len(self.lines):
                break
            following = self.lines[at + count]
            more = following.count("\t")
            if tabs + more > width - 1 or more >= width - 1:
                break
            joined, tabs = f"{joined}\n{following}", tabs + more
            if tabs == width - 1:
                return _Line([value.strip() for value in joined.split("\t")], count + 1)
        return _Line([value.strip() for value in line.split("\t")], 1)

    def _quoted_row(self, at: int) -> _Line | None:
        """A row with cells in quotation marks, as Excel copies them; None where the marks are just punctuation."""
        if not re.search(r'(?:^|\t)"', self.lines[at]):
            return None
        quotes, closes = 0, False
        for count, line in enumerate(self.lines[at : at + MAX_LINES_IN_A_ROW], start=1):
            quotes += line.count('"')
            closes = closes or re.search(r'"(?:\t|$)', line) is not None
            if closes and quotes % 2 == 0:
                text = "\n".join(self.lines[at : at + count])
                rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
                return _Line([value.strip() for value in rows[0]], count) if len(rows) == 1 else None
        return None

    # One cell a line

    def _starts_cell_a_line_table(self, at: int) -> bool:
        """Three or more lines in a row that each start with their only tab: the cells of a heading row."""
        return all(
            at + count < len(self.lines)
            and self.lines[at + count].startswith("\t")
            and "\t" not in self.lines[at + count][1:].rstrip()
            for count in range(3)
        )

    def _read_cell_a_line_table(self, at: int) -> int:
        width = 0
        while at + width < len(self.lines) and self.lines[at + width].startswith("\t"):
            width += 1
        # Each cell with the line it starts on and whether a blank line stands before it.
        cells: list[list[str]] = []
        starts: list[tuple[int, bool]] = []
        index = at
        last_tab = self._last_cell_line(at)
        while index < len(self.lines):
            line = self.lines[index]
            if line.startswith("\t") and index <= last_tab:
                cells.append([line[1:].strip()])
                starts.append((index, index > at and not self.lines[index - 1].strip()))
            elif index > last_tab and self._is_past_the_end(index):
                break
            elif line.strip():
                cells[-1].append(line.strip())
            index += 1
        self._add_table(self._rows_from_cells(["\n".join(cell) for cell in cells], starts, width))
        return index

    def _last_cell_line(self, at: int) -> int:
        last = at
        for index in range(at, len(self.lines)):
            line = self.lines[index]
            if line.startswith("\t") and "\t" not in line[1:].rstrip():
                last = index
        return last

    def _is_past_the_end(self, index: int) -> bool:
        """After the last cell, a paragraph that a blank line sets apart and no bullet begins is not the cell's."""
        line = self.lines[index]
        return bool(line.strip()) and not self.lines[index - 1].strip() and not paragraph_from_line(line).marker

    def _rows_from_cells(
        self, cells: list[str], starts: list[tuple[int, bool]], width: int
    ) -> list[tuple[list[str], int]]:
        """Cut the run of cells into rows: after `width` cells, or earlier where a short row clearly ends."""
        rows: list[tuple[list[str], int]] = []
        begin = 0
        while begin < len(cells):
            end = min(begin + width, len(cells))
            if not cells[begin]:
                # A row merged across has fewer cells; the next row shows by its number, or by being such a row again.
                for index in range(begin + 2, end):
                    after_blank = starts[index][1]
                    if after_blank and (_NUMBER.match(cells[index]) or not cells[index]):
                        end = index
                        break
            rows.append((cells[begin:end], starts[begin][0]))
            begin = end
        return rows


def _row(values: list[str], number: int, location: str) -> Row:
    cells = tuple(
        Cell(paragraphs=paragraphs_from_text(value, location=location), column=column)
        for column, value in enumerate(values)
    )
    return Row(cells, number, location)


def _bound(cells_read: int) -> None:
    if cells_read > MAX_CELLS:
        raise UnreadableFile(f"The file has more than {MAX_CELLS:,} cells. Split it and import the parts.")
