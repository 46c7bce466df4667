"""What papers are made of, whatever their format: cover, contents, key figures, tables, figures, typed text.

The partials in `templates/reports/` draw them for the PDF and the preview, `documents.word` for Word.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

WIDTH = 1000
NARROWEST = 48
"""A part with anything in it is wide enough for its symbol and number, so that one red in a thousand still shows."""


@dataclass(frozen=True, slots=True)
class Cover:
    """The head of a paper, for `reports/_cover.html`, the running headers and the file's properties.

    `marking` is the protective marking as it is to stand on every page (empty: none). `facts` are further lines
    of the cover: (label, value). `updated_on` is the day of what the paper reports, `dated_on` the paper's own.
    """

    title: str
    authority: str
    dated_on: dt.date
    period: str = ""
    marking: str = ""
    facts: Sequence[tuple[str, str]] = ()
    updated_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One number of a summary sheet, for `reports/_key_figures.html`; `note` is a short line below it."""

    label: str
    value: int | str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A line of the contents page, for `reports/_contents.html`: a heading of the paper and the id it has there."""

    title: str
    anchor: str


SYMBOLS = {"green": "●", "amber": "▲", "red": "■", "blue": "♦"}
"""The shape of each RAG, which tells them apart without colour."""

NO_SYMBOL = "○"


@dataclass(frozen=True, slots=True)
class RagMark:
    """A RAG in a table's cell: its key (green, amber, red, blue, not_stated), its word and a short line below."""

    key: str
    label: str
    note: str = ""

    @property
    def symbol(self) -> str:
        return SYMBOLS.get(self.key, NO_SYMBOL)


@dataclass(frozen=True, slots=True)
class Noted:
    """A text in a table's cell, with a quieter line below it."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a `Table`. `kind` is its width: ref, count, number, narrow, date, medium, people or rag; text
    takes the rest. A count is a short number; both kinds of number stand to the right, one below the other.
    """

    heading: str
    kind: str = "text"

    @property
    def is_number(self) -> bool:
        return self.kind in ("count", "number")


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """A cell beside the column it stands in; `kind` says what the value is: rag, noted, number or text."""

    column: Column
    value: Any
    kind: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a paper, for `reports/_table.html` and Word.

    Cells are texts, numbers, `RagMark`s or `Noted` texts; None is "–". The first cell of a row names the row.
    `units` stands behind the caption, `note` and `source` below the table. With `has_total` the last row is a sum.
    Where the caption would only repeat a heading above, `shows_caption` leaves it to those who do not see the page.
    Raises ValueError for rows that are not as long as the headings.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    units: str = ""
    note: str = ""
    source: str = ""
    has_total: bool = False
    shows_caption: bool = True

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"Table {self.caption!r}, row {number}: {len(row)} cells, {len(self.columns)} columns."
                )

    @property
    def lines(self) -> list[list[PlacedCell]]:
        """The rows with each cell's column and kind beside it."""
        return [
            [PlacedCell(column, _shown(value), _kind(value)) for column, value in zip(self.columns, row, strict=True)]
            for row in self.rows
        ]


def _kind(value: Any) -> str:
    if isinstance(value, RagMark):
        return "rag"
    if isinstance(value, Noted):
        return "noted"
    return "number" if isinstance(value, int) else "text"


def _shown(value: Any) -> Any:
    return "–" if value is None or value == "" else value


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph (one line or several), or the items of a list."""

    is_list: bool
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


_BULLET = re.compile(r"^\s*[•‣⁃◦▪·*–-]\s+(?=\S)")


def text_blocks(text: str) -> tuple[TextBlock, ...]:
    """Typed text as paragraphs and lists: a line behind a typed bullet is an item, a blank line ends a paragraph.

    One dash alone is no list: it may as well be a dash.
    """
    blocks: list[TextBlock] = []
    is_open = False
    lines = text.splitlines()
    dashes = sum(bool(re.match(r"^\s*[–-]\s+\S", line)) for line in lines)
    for line in lines:
        marker = _BULLET.match(line)
        if marker and dashes == 1 and marker[0].strip() in "–-":
            marker = None
        line = line[marker.end() if marker else 0 :].strip()
        if not line:
            is_open = False
            continue
        if is_open and blocks[-1].is_list == bool(marker):
            blocks[-1] = replace(blocks[-1], lines=(*blocks[-1].lines, line))
        else:
            blocks.append(TextBlock(bool(marker), (line,)))
        is_open = True
    return tuple(blocks)


@dataclass(frozen=True, slots=True)
class RagPart:
    """One colour: its key (green, amber, red, blue, not_stated), its word, how many, and its place in the bar.

    `left`, `width` and `middle` are in units of which the whole bar has `WIDTH`; whole numbers, since a template
    would write a fraction with the decimal sign of the reader's language.
    """

    key: str
    label: str
    count: int
    percent: int
    left: int
    width: int

    @property
    def middle(self) -> int:
        return self.left + self.width // 2

    @property
    def symbol(self) -> str:
        return SYMBOLS.get(self.key, NO_SYMBOL)

    @property
    def has_room(self) -> bool:
        """Whether its number fits into it."""
        return self.width >= NARROWEST - 8


@dataclass(frozen=True, slots=True)
class RagBar:
    """The parts in the order given, those without actions included (for the table beside the bar)."""

    parts: tuple[RagPart, ...]

    @property
    def total(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def description(self) -> str:
        """The bar in words, for those who don't see it: `15 Green, 2 Amber`."""
        return ", ".join(f"{part.count} {part.label}" for part in self.parts if part.count)


def rag_bar(counts: Sequence[tuple[str, str, int]]) -> RagBar:
    """The bar for (key, label, count) in the order in which the colours are to stand."""
    total = sum(count for _, _, count in counts)
    filled = sum(1 for _, _, count in counts if count)
    spare = WIDTH - NARROWEST * filled
    parts, left, seen = [], 0, 0
    for number, (key, label, count) in enumerate(counts):
        seen += count
        done = sum(1 for _, _, earlier in counts[: number + 1] if earlier)
        right = NARROWEST * done + round(spare * seen / total) if total else 0
        # Each rounded for itself: shares that add up to 100 at the price of unlike shares of like counts look wrong.
        percent = round(100 * count / total) if total else 0
        parts.append(RagPart(key, str(label), count, percent, left, right - left))
        left = right
    return RagBar(tuple(parts))


LABEL_WIDTH = 340
BAR_HEIGHT = 30
BAR_STEP = 42
LABEL_LETTERS = 20
LABEL_GAP = 12


def _label_width(text: str) -> float:
    """About how wide a bar's name is in Liberation Sans, rather too wide than too narrow."""
    return LABEL_LETTERS * sum(
        0.34 if letter in "iljtfrI.,:;'’|!()[]-/ " else
        1.0 if letter in "W@%…—" or letter > "\u2e80" else
        0.84 if letter in "mM" else
        0.75 if letter.isupper() or letter == "w" else
        0.57
        for letter in text
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FigureBar:
    """One bar of a `Figure` and where it stands in it."""

    label: str
    top: int
    parts: tuple[RagPart, ...]

    @property
    def short_label(self) -> str:
        """As much of the name as fits beside the bar; the whole name stands in the figure's table."""
        room = LABEL_WIDTH - LABEL_GAP
        if _label_width(self.label) <= room:
            return self.label
        shown = self.label
        while shown and _label_width(f"{shown}…") > room:
            shown = shown[:-1]
        return f"{shown.rstrip()}…"

    @property
    def baseline(self) -> int:
        """Where the letters of its texts stand."""
        return self.top + 22


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart of one or several bars, for `reports/_figure.html` and Word.

    `description` says in words what the picture shows, for those who do not see it; `table` holds its data and
    stands below it.
    """

    caption: str
    bars: tuple[FigureBar, ...]
    description: str
    table: Table | None = None

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def height(self) -> int:
        return BAR_STEP * (len(self.bars) - 1) + BAR_HEIGHT


def rag_figure(caption: str, bar: RagBar, *, table: Table | None = None) -> Figure:
    """One bar over the whole width; parts with hardly anything in them are drawn wide enough to be seen."""
    parts = tuple(part for part in bar.parts if part.count)
    return Figure(caption, (FigureBar("", 0, parts),), bar.description, table)


def rag_figure_by(
    caption: str, rows: Sequence[tuple[str, Sequence[tuple[str, str, int]]]], *, table: Table | None = None
) -> Figure:
    """A bar for each (name, counts as for `rag_bar`), all to one scale."""
    longest = max((sum(count for _, _, count in counts) for _, counts in rows), default=0) or 1
    bars, described = [], []
    for number, (label, counts) in enumerate(rows):
        bar = rag_bar(counts)
        parts, seen = [], 0
        for part in bar.parts:
            left = LABEL_WIDTH + (WIDTH - LABEL_WIDTH) * seen // longest
            seen += part.count
            right = LABEL_WIDTH + (WIDTH - LABEL_WIDTH) * seen // longest
            if part.count:
                parts.append(replace(part, left=left, width=right - left))
        bars.append(FigureBar(label, number * BAR_STEP, tuple(parts)))
        described.append(f"{label}: {bar.description or 0}")
    return Figure(caption, tuple(bars), "; ".join(described), table)


# A paper as a sequence of blocks, for formats without templates


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """Typed text as paragraphs and lists. `style` is body, lead, note or callout; `label` stands before it in bold."""

    text: str
    style: str = "body"
    label: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents, as a field that lists the headings of the first two levels."""


@dataclass(frozen=True, slots=True)
class Pages:
    """From here on the pages lie down, or stand up again."""

    is_wide: bool


@dataclass(frozen=True, slots=True)
class Derived:
    """Blocks that the portal works out itself: to be read, but not to be read back in by an import."""

    blocks: Sequence[Heading | Text | Contents | Table | Figure]


Block = Heading | Text | Contents | Pages | Derived | Table | Figure


@dataclass(frozen=True, slots=True)
class PaperSection:
    """What stands below one heading of the first level, for `reports/blocks.html`; `anchor` is its id there."""

    heading: str
    anchor: str
    blocks: tuple[Heading | Text | Table | Figure, ...]


def sections_of(blocks: Iterable[Block]) -> list[PaperSection]:
    """A paper's blocks by their headings of the first level; what stands before the first of these is left out.

    Contents, the turning of pages and what is derived are matters of Word: derived blocks are taken as they are.
    """
    found: list[tuple[str, list]] = []
    waiting = list(blocks)
    while waiting:
        block = waiting.pop(0)
        if isinstance(block, Derived):
            waiting[:0] = block.blocks
        elif isinstance(block, Heading) and block.level == 1:
            found.append((block.text, []))
        elif found and not isinstance(block, Contents | Pages):
            found[-1][1].append(block)
    return [PaperSection(text, f"part-{number}", tuple(held)) for number, (text, held) in enumerate(found, start=1)]
