"""What a file holds, whatever its format: paragraphs and tables in the order of the page."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

BULLETS = "•·▪▫◦‣⁃●○■□–—-*\uf0b7\uf0a7"
"""Characters that authors type, or that Word's symbol fonts leave, in front of a list item."""

_TYPED_BULLET = re.compile(rf"^\s*[{re.escape(BULLETS)}](?:\s+|$)")
_GLUED_BULLET = re.compile(r"^\s*[•▪◦‣\uf0b7\uf0a7](?=\S)")


class UnreadableFile(Exception):
    """The file cannot be taken in; the message tells a council officer what is wrong and what to do."""


class SourceKind(StrEnum):
    """The format that the content itself proved to have."""

    WORD = "word"
    EXCEL = "excel"
    CSV = "csv"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, its line breaks kept as newlines.

    `marker` is the bullet ("•") or number ("a)", "1.") that Word draws in front of a list item and that is
    not part of `text`; `list_level` is 0 for the outermost list, None outside lists; `heading_level` is 1 for
    a title or "Heading 1".
    """

    text: str
    style: str = ""
    heading_level: int | None = None
    list_level: int | None = None
    marker: str = ""
    location: str = ""

    @property
    def full_text(self) -> str:
        """The text as a reader of the page sees it, marker included."""
        return f"{self.marker} {self.text}".strip() if self.marker else self.text


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table, placed by the grid column in which it starts (counted from 0).

    `fill` is the background as six upper-case hex digits, or None for none, automatic or unknown. A cell that
    continues one from the row above (vertical merge) has `is_continuation` set and no text of its own.
    `value` is the date where the file stores a real date to the day. `is_hidden` is set in a hidden column.
    `ink` is the colour of its text, likewise, where all of it has one that the author gave it.
    `is_unknown` is set where the cell holds a formula whose result the file does not have, `is_struck` where a line
    is drawn through all of its text. `notes` are those of the document's notes that are fixed to it.
    """

    paragraphs: tuple[Paragraph, ...] = ()
    column: int = 0
    column_span: int = 1
    row_span: int = 1
    is_continuation: bool = False
    fill: str | None = None
    ink: str | None = None
    is_bold: bool = False
    is_header: bool = False
    value: dt.date | None = None
    is_hidden: bool = False
    is_unknown: bool = False
    is_struck: bool = False
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(paragraph.full_text for paragraph in self.paragraphs if paragraph.full_text)

    @property
    def is_empty(self) -> bool:
        return not any(paragraph.text.strip() for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `number` counts from 1 within a Word or text table and is the sheet's own row in Excel and CSV.

    `is_hidden` is set where the file's program does not show the row; Excel hides rows that a filter leaves out.
    """

    cells: tuple[Cell, ...]
    number: int
    location: str
    is_header: bool = False
    is_hidden: bool = False

    def at(self, column: int) -> Cell | None:
        """The cell covering this grid column, merged ones included; None past the row's end."""
        for cell in self.cells:
            if cell.column <= column < cell.column + cell.column_span:
                return cell
        return None

    @property
    def filled_cells(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if not cell.is_empty)


@dataclass(frozen=True, slots=True)
class Table:
    """A table, named as a person would look for it: "table 3", "sheet 'Plan'"."""

    name: str
    rows: tuple[Row, ...]
    number: int = 1
    title: str = ""

    @property
    def width(self) -> int:
        """Grid columns of the widest row."""
        return max((cell.column + cell.column_span for row in self.rows for cell in row.cells), default=0)


Block = Paragraph | Table


@dataclass(slots=True)
class Document:
    """A file as read: its blocks in order, and whatever a person should know about the reading."""

    kind: SourceKind
    blocks: list[Block] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)  # title, subject, author as the file states them
    margins: list[str] = field(default_factory=list)  # page headers and footers, where markings stand
    notes: list[str] = field(default_factory=list)  # comments, footnotes, text boxes on sheets; each says what it is
    warnings: list[str] = field(default_factory=list)
    filename: str = ""

    @property
    def tables(self) -> list[Table]:
        return [block for block in self.blocks if isinstance(block, Table)]

    @property
    def paragraphs(self) -> list[Paragraph]:
        return [block for block in self.blocks if isinstance(block, Paragraph)]

    @property
    def title(self) -> str:
        return self.properties.get("title", "")


def paragraphs_from_text(text: str, *, location: str = "") -> tuple[Paragraph, ...]:
    """One paragraph for each line of a cell that has no paragraphs of its own; typed bullets become markers.

    Blank lines are dropped; a bullet with nothing after it stays as an empty list item.
    """
    return tuple(paragraph_from_line(line, location=location) for line in _lines(text))


def paragraph_from_line(line: str, *, location: str = "") -> Paragraph:
    """A line of text as a paragraph; a bullet typed in front becomes its marker."""
    match = _TYPED_BULLET.match(line) or _GLUED_BULLET.match(line)
    if match:
        return Paragraph(line[match.end() :].strip(), list_level=0, marker="•", location=location)
    return Paragraph(line.strip(), location=location)


def _lines(text: str) -> Iterator[str]:
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line.strip():
            yield line


def some(places: list[str]) -> str:
    """The first ten of the places that a warning names, and how many more there are."""
    more = len(places) - 10
    return ", ".join(places[:10]) + (f" and {more} more" if more > 0 else "")
