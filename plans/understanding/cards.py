"""Plans laid out as cards: the names of the fields stand beside their values, one card for each action.

"Action | Train staff", "Lead | Head of Libraries", below each other or two to a row; one card a table, or several.
"""

from dataclasses import dataclass, field, replace

from prevent_portal.tables_in import Cell, Paragraph, Row, Table

from .accounting import Ledger
from .columns import STARTS, Field, candidates, normalised
from .draft import Source
from .headings import Guess

MAX_ROWS = 600
_LOOKED_AT_FIRST = 12
_MIN_KNOWN_IN_PAIRS = 2 / 3
"""Where two labels share a row, more of them must be known: a heading row has four known words in a row as well."""


@dataclass
class Cards:
    """The cards of a table as a table of one row each. `has_heading_above`: what stood above is the objective."""

    table: Table
    guess: Guess
    has_heading_above: bool = False


@dataclass
class _Card:
    number: int
    location: str
    values: dict[str, Cell] = field(default_factory=dict)  # by label, normalised
    rows: list[int] = field(default_factory=list)


def cards_of(table: Table, heading: str, ledger: Ledger) -> Cards | None:
    """The cards of a table; None for any other table.

    `heading` is what stands above it: the objective of a single card that names none.
    """
    if not 2 <= len(table.rows) <= MAX_ROWS or table.width not in (2, 4):
        return None
    labels: dict[str, str] = {}
    cards = _read(table, labels)
    if not cards:
        return None
    guess = _guess(labels)
    known = len(guess.fields) / len(labels)
    if known < (_MIN_KNOWN_IN_PAIRS if table.width == 4 else 0.5) or len(guess.fields) < 3:
        return None
    if not guess.has(Field.ACTION, Field.OBJECTIVE):
        return None
    columns = {label: column for column, label in enumerate(labels)}
    has_heading_above = bool(heading) and len(cards) == 1 and not guess.has(Field.OBJECTIVE)
    if has_heading_above:
        guess.put(len(columns), Field.OBJECTIVE, 1.0, "heading")
    rows = []
    for card in cards:
        for number in card.rows:
            ledger.read_as(table.name, number, card.number)
        ledger.claim(Source(table.name, card.number), *(labels[label] for label in card.values))
        cells = [replace(cell, column=columns[label]) for label, cell in card.values.items()]
        if has_heading_above:
            cells.append(Cell((Paragraph(heading),), column=len(columns)))
        rows.append(Row(tuple(sorted(cells, key=lambda cell: cell.column)), card.number, card.location))
    return Cards(replace(table, rows=tuple(rows)), guess, has_heading_above)


def _read(table: Table, labels: dict[str, str]) -> list[_Card]:
    """The cards, a new one wherever the first label comes again; none if labels and values do not take turns."""
    cards: list[_Card] = []
    first, latest, known = "", "", 0
    for at, row in enumerate(table.rows):
        pairs = _pairs(table, row)
        if pairs is None:
            return []
        for label, value in pairs:
            name = normalised(label.text)
            if not name:
                if value.is_empty or not latest:
                    return []
                whole = cards[-1].values[latest]  # a value goes on beside an empty label
                cards[-1].values[latest] = replace(whole, paragraphs=whole.paragraphs + value.paragraphs)
                continue
            known += _is_known(label.text)
            if not cards or name == first:
                cards.append(_Card(row.number, row.location))
                first = first or name
            elif name in cards[-1].values:
                return []
            labels.setdefault(name, " ".join(label.text.split()).rstrip(":"))
            cards[-1].values[name] = replace(value, column_span=1, row_span=1, is_continuation=False)
            latest = name
        cards[-1].rows.append(row.number)
        if at == _LOOKED_AT_FIRST and not known:
            return []
    return cards


def _pairs(table: Table, row: Row) -> list[tuple[Cell, Cell]] | None:
    """The row's labels with their values; a last value may reach over the rest of the row."""
    pairs: list[tuple[Cell, Cell]] = []
    for column in range(0, table.width, 2):
        label, value = row.at(column), row.at(column + 1)
        if pairs and label is pairs[-1][1]:
            break  # the value before reaches to the end
        if label is None or value is None or label is value:
            return None
        if column and label.is_empty and value.is_empty:
            continue
        pairs.append((label, value))
    if len(pairs) == 2 and _is_known(pairs[0][1].text) and _is_known(pairs[1][1].text):
        return None  # four known words in a row are a heading row
    return pairs


def _guess(labels: dict[str, str]) -> Guess:
    guess = Guess()
    for column, heading in enumerate(labels.values()):
        guess.headings[column] = heading
        taken = set(guess.fields.values())
        for score, _length, each in candidates(heading):
            if score >= STARTS and each not in taken:
                guess.put(column, each, score, "heading")
                break
    return guess


def _is_known(label: str) -> bool:
    return any(score >= STARTS for score, _length, _field in candidates(" ".join(label.split())))
