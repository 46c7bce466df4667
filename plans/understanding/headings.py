"""Which column of a table holds what: the heading row is found, and its words are weighed against the cells below it.

A heading's words are a hint ("Target", "Status" and "Outcome" mean different things in different councils), what the
cells hold decides, what this authority said before has more weight, and what a person says counts.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from prevent_portal.tables_in import Cell, Row, Table

from .column_cells import KINDS, PROFILED_ROWS, Profile, fit, is_date, profiles_of
from .columns import (
    EXACT,
    LOOSE,
    MERGEABLE,
    STARTS,
    Field,
    below_group,
    candidates,
    is_ref,
    normalised,
    read_together,
    revised_dates,
)
from .dates import looks_like_serials
from .draft import ColumnDraft, TableDraft
from .other_tables import assesses_equality, heads_meetings, is_risk_register, lists_meetings
from .rag import rag_from_text

HEADER_ROWS = 15
"""A heading row is looked for in this many rows of a table; above it may stand a title and a few facts."""

EXAMPLES, EXAMPLE_CHARACTERS = 3, 120
BY_VALUES = 0.5
"""The confidence of a column that only its values speak for."""

MIN_ROWS_BY_VALUES = 3
"""A table without a heading row needs this many rows to speak for themselves."""

MIN_WORDS_OF_ACTIONS = 3
"""Cells of so many words read as actions or objectives; names, terms and figures have fewer."""

MOST_WORDS_OF_SECTIONS = 10

_RISKS = frozenset({"risk", "risks", "risk description", "description of risk", "risk identified", "key risk"})
OWN_SPREADSHEET = "rag by dates"
DERIVED = frozenset({OWN_SPREADSHEET, "reason", "due"})
"""Columns of the portal's own spreadsheet that are worked out. A council's own "Reason" is text like any other."""

_EMAIL = re.compile(r"\S+@\S+\.\w+")


@dataclass
class Guess:
    """A table's columns (from 0) and what each holds, with how sure that is (1 for the very word, or a person's)."""

    fields: dict[int, Field] = field(default_factory=dict)
    confidence: dict[int, float] = field(default_factory=dict)
    basis: dict[int, str] = field(default_factory=dict)  # "heading", "values", "remembered" or "person"
    headings: dict[int, str] = field(default_factory=dict)
    header_keys: frozenset[str] = frozenset()  # of each row that the headings take, to know them again
    height: int = 1  # rows that the headings take
    serial_columns: frozenset[int] = frozenset()

    def put(self, column: int, each: Field, confidence: float, basis: str) -> None:
        self.fields[column], self.confidence[column], self.basis[column] = each, confidence, basis

    def drop(self, column: int) -> None:
        for known in (self.fields, self.confidence, self.basis):
            known.pop(column, None)

    def has(self, *wanted: Field) -> bool:
        return any(each in wanted for each in self.fields.values())


def header_key(row: Row) -> str:
    """Tells a repeated heading row from a new one."""
    return "|".join(normalised(cell.text) for cell in row.cells)


def find_header(
    table: Table, remembered: Mapping[str, str], *, is_register_read: bool = False
) -> tuple[int, Guess] | None:
    """The index of the heading row and what the columns hold; -1 where the cells have to speak for themselves.

    `is_register_read`: where a file has no other plan, a list of risks with actions is one.
    """
    for at in range(min(HEADER_ROWS, len(table.rows))):
        if guess := guess_header(table.rows, at, remembered, is_register_read=is_register_read):
            return at, guess
    if is_register_read:
        return None
    for at in range(min(HEADER_ROWS, len(table.rows))):
        if guess := _by_values_below(table.rows, at):
            return at, guess
    guess = _without_header(table)
    return (-1, guess) if guess else None


def guess_header(
    rows: Sequence[Row],
    at: int,
    remembered: Mapping[str, str],
    *,
    is_first: bool = True,
    is_register_read: bool = False,
) -> Guess | None:
    """The columns if a table's heading begins in this row, else None; further down a table more has to speak for it."""
    row = rows[at]
    filled = row.filled_cells
    if not filled or all(_is_across(cell, row) for cell in filled):
        return None
    if is_ref(filled[0].text) and not candidates(filled[0].text):  # "Q2" may be either
        return None
    if sum(len(cell.text.split()) for cell in filled) > 8 * len(filled):
        return None
    for height in _heights(rows, at):
        if guess := _guess(rows, at, height, remembered, is_first=is_first, is_register_read=is_register_read):
            return guess
    return None


def goes_on_without_header(table: Table, guess: Guess, width: int) -> bool:
    """Whether a table goes on with the one before over a page break: as wide, and its cells are of the same kinds."""
    first = [cell.text for cell in table.rows[0].filled_cells]
    if table.width != width or width < 3 or _is_no_plans(first) or heads_meetings(first):
        return False
    if 2 * sum(len(row.filled_cells) > 1 for row in table.rows) < len(table.rows):
        return False
    profiles = profiles_of(table.rows, width)
    fits = {column: fit(each, profiles.get(column)) for column, each in guess.fields.items()}
    if min(fits.values()) < 0.5:
        return False
    return any(
        fits[column] > 1 or (each in (Field.ACTION, Field.OBJECTIVE) and profiles[column].words >= MIN_WORDS_OF_ACTIONS)
        for column, each in guess.fields.items()
        if column in profiles
    )


def first_row_heads(table: Table, columns: Mapping[int, str]) -> bool:
    """Whether the first row heads columns that only a person knows: it is marked so, or is of another kind than they.

    Their dates have a heading that is none, their orders one that orders nothing.
    """
    first = table.rows[0]
    filled = first.filled_cells
    if not filled or is_ref(filled[0].text) or any(len(cell.text.split()) > 8 for cell in filled):
        return False
    if first.is_header or all(cell.is_header or cell.is_bold for cell in filled):
        return True
    for column, name in columns.items():
        texts = [cell.text for row in table.rows[:PROFILED_ROWS] if (cell := row.at(column)) and not cell.is_empty]
        is_of_kind = KINDS.get(name)
        if is_of_kind and texts and not is_of_kind(texts[0]) and 2 * sum(map(is_of_kind, texts)) >= len(texts):
            return True
    return False


def person_says(guess: Guess | None, columns: Mapping[int, str], header: Row | None) -> Guess:
    """The guess with what a person has said of some columns; raises ValueError for a field that does not exist."""
    if guess is None:
        guess = Guess()
        if header is not None:
            guess.header_keys = frozenset({header_key(header)})
            guess.headings = {cell.column: " ".join(cell.text.split()) for cell in header.cells}
    for column, name in columns.items():
        guess.drop(column)
        if name:
            guess.put(column, Field(name), EXACT, "person")
        else:
            guess.put(column, Field.NOTE, EXACT, "person")
    said = {Field(name) for name in columns.values() if name} - MERGEABLE
    for column in [c for c, each in guess.fields.items() if each in said and c not in columns]:
        guess.drop(column)
    return guess


def table_draft(table: Table, at: int, guess: Guess | None) -> TableDraft:
    """What is shown of a table's columns to whoever checks the import; `guess` is None for a table not used."""
    below = table.rows[at + (guess.height if guess and at >= 0 else 1) :] if at >= 0 else table.rows
    if guess is None:
        first = table.rows[0]
        headings = {cell.column: " ".join(cell.text.split()) for cell in first.cells}
        guess, is_used, below = Guess(headings=headings), False, table.rows[1:]
    else:
        is_used = True
    columns = []
    for column in range(table.width):
        examples = _examples(below, column)
        heading = guess.headings.get(column, "")
        if heading or examples or column in guess.fields:
            name = guess.fields[column].value if column in guess.fields else ""
            confidence = round(guess.confidence.get(column, 0.0), 2)
            columns.append(ColumnDraft(column, heading, name, confidence, guess.basis.get(column, ""), examples))
    number = table.rows[at].number if is_used and at >= 0 else 0
    return TableDraft(table.name, table.number, number, columns, is_used)


def looks_like_flattened_header(text: str) -> bool:
    """Whether a paragraph is a heading row whose columns were lost, as a scanned PDF leaves it."""
    words = f" {normalised(text[:400])} "
    headings = ("objective", "owner", "lead officer", "actions", "target date", "outcome", "rag", "progress")
    return sum(f" {heading} " in words[:200] for heading in headings) >= 4


# The heading row


def _is_across(cell: Cell, row: Row) -> bool:
    return cell.column_span > 1 and len(row.cells) == 1


def _heights(rows: Sequence[Row], at: int) -> Iterable[int]:
    """How many rows the headings may take: two where one spans others, or the second only completes the first."""
    if at + 1 < len(rows) and _completes_heading(rows, at):
        yield 2
    yield 1


def _completes_heading(rows: Sequence[Row], at: int) -> bool:
    """Whether the row below goes on with the headings of this one: none is known less, and some are known better.

    "Target" above "date", "Political" above "group", "Timescale" over "Start" and "Finish"; but not the first values.
    """
    first, second = rows[at], rows[at + 1]
    below = second.filled_cells
    if not below or any(len(cell.text.split()) > 3 or is_date(cell.text) for cell in below):
        return False
    if header_key(first) == header_key(second):
        return False
    better = 0
    for cell in below:
        above = first.at(cell.column)
        top, both = _known(_heading_at(rows, at, 1, cell.column)), _known(_heading_at(rows, at, 2, cell.column))
        is_own = above is None or above.is_empty or above.column_span > 1
        if not is_own and (both < top or (is_ref(cell.text) and both == top)):
            return False  # "Quarter" above "2" is one heading, "Ref" above "2" is not
        better += both > top or both == EXACT or (is_own and _known(cell.text) > 0)
    columns = {cell.column for cell in (*first.filled_cells, *below)}
    if sum(_known(_heading_at(rows, at, 2, c)) for c in columns) < sum(_known(cell.text) for cell in below):
        return False  # a title or a fact above the headings
    is_partial = len(below) < len(second.cells) or len(below) < len(first.filled_cells)
    all_known = all(_known(_heading_at(rows, at, 2, cell.column)) for cell in below)
    return better > 1 or (better > 0 and (is_partial or all_known)) or (is_partial and all_known)


def _is_no_plans(headings: Iterable[str]) -> bool:
    texts = list(headings)
    return is_risk_register(texts) or assesses_equality(texts)


def _known(heading: str) -> float:
    return max((score for score, _length, _field in candidates(heading)), default=0.0)


def _heading_at(rows: Sequence[Row], at: int, height: int, column: int) -> str:
    texts = []
    for row in rows[at : at + height]:
        cell = row.at(column)
        text = " ".join(cell.text.split()) if cell and not cell.is_continuation else ""
        if text and text not in texts:
            texts.append(text)
    return " ".join(texts)


def _below_group(rows: Sequence[Row], at: int, height: int, column: int) -> str:
    """The second line of a heading whose first line stands over several columns."""
    above, below = rows[at].at(column), rows[at + height - 1].at(column)
    spans = height > 1 and above is not None and above.column_span > 1
    return below.text if spans and below is not None and not below.is_continuation else ""


def _guess(
    rows: Sequence[Row],
    at: int,
    height: int,
    remembered: Mapping[str, str],
    *,
    is_first: bool,
    is_register_read: bool,
) -> Guess | None:
    row = rows[at]
    width = max((cell.column + cell.column_span for each in rows[at : at + height] for cell in each.cells), default=0)
    headings = {column: _heading_at(rows, at, height, column) for column in range(width)}
    starts = {cell.column for each in rows[at : at + height] for cell in each.cells}
    named = {column: text for column, text in headings.items() if text and column in starts}
    options = {
        column: below_group(candidates(text), _below_group(rows, at, height, column)) for column, text in named.items()
    }
    read_together(named, options)
    is_register = is_risk_register(named.values())
    if is_register and is_register_read:
        options |= {c: [(EXACT, 4, Field.OBJECTIVE)] for c, text in named.items() if normalised(text) in _RISKS}
    known = {column for column, text in named.items() if normalised(text) in remembered}
    sure = {column for column, found in options.items() if found and found[0][0] >= LOOSE} | known
    certain = [column for column in sure if column in known or options[column][0][0] >= STARTS * 0.8]
    is_most = 2 * len(sure) > len(named) or len(certain) >= 3
    if not is_first and (2 * len(certain) <= len(named) or len(certain) < 3):
        return None
    if len(sure) < 2 or not certain or not is_most or assesses_equality(named.values()):
        return None
    if is_register and not is_register_read:
        return None
    following = rows[at + height :]
    if not known and lists_meetings(named.values(), following):
        return None
    profiles = profiles_of(following, width)
    keys = frozenset(header_key(each) for each in rows[at : at + height])
    guess = Guess(header_keys=keys, headings=headings, height=height)
    if OWN_SPREADSHEET in {normalised(text) for text in named.values()}:
        for column, text in named.items():
            if normalised(text) in DERIVED:
                guess.put(column, Field.DERIVED, EXACT, "heading")
                options[column] = []
    for column in known:
        name = remembered[normalised(named[column])]
        guess.put(column, Field(name) if name else Field.NOTE, EXACT, "remembered")
        options[column] = []
    revised = [column for column in revised_dates(named) if column not in known]
    # Beside them the first date, whatever it is called, is the target date.
    _match(guess, {c: [] if c in revised else found for c, found in options.items()}, profiles)
    for column in revised:
        guess.put(column, Field.TARGET_DATE, EXACT, "heading")
    _spread(guess, row)
    _fill_by_values(guess, profiles, width)
    if not guess.has(Field.ACTION, Field.OBJECTIVE):
        return None
    if is_register and not (guess.has(Field.ACTION) and guess.has(Field.TARGET_DATE)):
        return None
    guess.serial_columns = _serial_columns(guess, following)
    return guess


def _match(guess: Guess, options: dict[int, list[tuple[float, int, Field]]], profiles: dict[int, Profile]) -> None:
    """Give each column its likeliest field, the surest pairs first; the values below a heading raise or lower it."""
    pairs = [
        (score * fit(each, profiles.get(column)), score, length, column, each)
        for column, found in options.items()
        for score, length, each in found
    ]
    if any(each is Field.RAG and score >= STARTS for _fitted, score, _length, _column, each in pairs):
        # Where one column calls itself RAG, "Progress" with short words is no other.
        pairs = [pair for pair in pairs if pair[4] is not Field.RAG or pair[1] >= STARTS]
    taken = {each for each in guess.fields.values() if each not in MERGEABLE | {Field.RAG}}
    # Of two columns that are as likely the first one is taken.
    for fitted, score, _length, column, each in sorted(pairs, key=lambda p: (-p[0], -p[2], p[3])):
        if column in guess.fields or each in taken or fitted < 0.3:
            continue
        guess.put(column, each, min(score, fitted), "heading")
        if each not in MERGEABLE and each is not Field.RAG:
            taken.add(each)


def _spread(guess: Guess, row: Row) -> None:
    """A heading over two columns names both."""
    for cell in row.cells:
        for column in range(cell.column + 1, cell.column + cell.column_span):
            if cell.column in guess.fields and column not in guess.fields:
                own = guess.headings.get(column, "") != guess.headings.get(cell.column, "")
                if not own and guess.fields[cell.column] in MERGEABLE | {Field.RAG, Field.ACTION}:
                    guess.put(column, guess.fields[cell.column], guess.confidence[cell.column], "heading")


# What the cells say


def _fill_by_values(guess: Guess, profiles: dict[int, Profile], width: int) -> None:
    """Columns whose heading says nothing, where what they hold leaves no doubt."""

    def is_free(column: int) -> bool:
        return column in profiles and column not in guess.fields

    def take(each: Field, fits: Callable[[Profile], bool], *, unnamed: bool = False) -> None:
        if guess.has(each):
            return
        found = [c for c in range(width) if is_free(c) and fits(profiles[c])]
        if unnamed:
            found = [c for c in found if not guess.headings.get(c)]
        if each is Field.OWNER:  # named in fewer words than an objective that begins with "The board"
            found.sort(key=lambda c: (-profiles[c].owners, profiles[c].words))
        if found:
            guess.put(found[0], each, BY_VALUES, "values")

    take(Field.REF, lambda p: p.refs > 0.5 and p.words <= 2, unnamed=True)
    if not guess.headings.get(0):  # what stands beside several rows, in front of all else, is their section
        take(Field.SECTION, lambda p: p is profiles.get(0) and p.merged >= 0.25 and p.words <= MOST_WORDS_OF_SECTIONS)
    take(Field.RAG, lambda p: p.rag > 0.6 and p.words <= 4 and p.rows >= 3)
    take(Field.TARGET_DATE, lambda p: p.dates > 0.6 and p.words <= 8 and p.filled >= 3 and p.refs < 0.5, unnamed=True)
    take(Field.OWNER, lambda p: p.owners > 0.7 and p.words <= 8 and p.filled >= 3, unnamed=True)
    if not guess.has(Field.ACTION):
        texts = [c for c in range(width) if is_free(c) and profiles[c].is_text and profiles[c].verbs > 0.4]
        if texts:
            guess.put(max(texts, key=lambda c: profiles[c].verbs), Field.ACTION, BY_VALUES, "values")
    if not guess.has(Field.ACTION, Field.OBJECTIVE):
        texts = [c for c in range(width) if is_free(c) and profiles[c].is_text]
        if texts and guess.has(Field.OWNER, Field.TARGET_DATE, Field.RAG):
            guess.put(max(texts, key=lambda c: profiles[c].words), Field.ACTION, BY_VALUES, "values")


def _by_values_below(rows: Sequence[Row], at: int) -> Guess | None:
    """Headings of which only one is known, over columns whose cells say the rest: orders, and dates or names."""
    row, following = rows[at], rows[at + 1 :]
    filled = row.filled_cells
    if len(filled) < 3 or len(following) < MIN_ROWS_BY_VALUES or any(len(c.text.split()) > 8 for c in filled):
        return None
    if is_ref(filled[0].text) or any(rag_from_text(c.text) or _EMAIL.search(c.text) for c in filled):
        return None
    names = {c.column: " ".join(c.text.split()) for c in filled}
    options = {column: candidates(text) for column, text in names.items()}
    if not any(
        found and found[0][0] >= STARTS and found[0][2] in (Field.ACTION, Field.OBJECTIVE) for found in options.values()
    ):
        return None
    if _is_no_plans(names.values()) or lists_meetings(names.values(), following):
        return None
    width = max(c.column + c.column_span for c in row.cells)
    profiles = profiles_of(following, width)
    guess = Guess(
        header_keys=frozenset({header_key(row)}), headings={c: _heading_at(rows, at, 1, c) for c in range(width)}
    )
    _match(guess, options, profiles)
    _fill_by_values(guess, profiles, width)
    others = sum(each not in (Field.ACTION, Field.OBJECTIVE) for each in guess.fields.values())
    texts = sum(profiles[c].is_text for c in profiles)
    if not guess.has(Field.ACTION, Field.OBJECTIVE) or (not others and texts < 2):
        return None
    guess.serial_columns = _serial_columns(guess, following)
    return guess


def _without_header(table: Table) -> Guess | None:
    """The columns of a table without headings, if its cells leave no doubt that they are a plan's."""
    rows = [row for row in table.rows if len(row.filled_cells) > 1]
    if table.width < 3 or len(rows) < MIN_ROWS_BY_VALUES:
        return None
    if lists_meetings([cell.text for cell in rows[0].filled_cells], rows[1:]):
        return None
    profiles = profiles_of(table.rows, table.width)
    if any(_EMAIL.search(cell.text) for row in rows[:PROFILED_ROWS] for cell in row.filled_cells):
        return None
    guess = Guess(height=0)
    texts = [c for c, p in profiles.items() if p.is_text and p.filled * 2 > len(rows)]
    orders = [c for c in texts if profiles[c].verbs >= 0.6]
    if not orders:
        return None
    action = max(orders, key=lambda c: (profiles[c].verbs, profiles[c].words))
    guess.put(action, Field.ACTION, BY_VALUES, "values")
    _fill_by_values(guess, profiles, table.width)
    before = [c for c in texts if c < action and c not in guess.fields]
    if before:
        guess.put(before[-1], Field.OBJECTIVE, BY_VALUES, "values")
    signs = sum(guess.has(each) for each in (Field.OWNER, Field.TARGET_DATE, Field.RAG, Field.REF))
    if signs < 2 or not guess.has(Field.OWNER, Field.TARGET_DATE, Field.RAG):
        return None
    guess.serial_columns = _serial_columns(guess, table.rows)
    return guess


def _serial_columns(guess: Guess, rows: Sequence[Row]) -> frozenset[int]:
    dated = (Field.TARGET_DATE, Field.START_DATE, Field.COMPLETED)
    columns = [column for column, each in guess.fields.items() if each in dated]
    found = set()
    for column in columns:
        cells = (row.at(column) for row in rows[:PROFILED_ROWS])
        if looks_like_serials(cell.text for cell in cells if cell and not cell.is_empty):
            found.add(column)
    return frozenset(found)


def _examples(rows: Sequence[Row], column: int) -> list[str]:
    found: list[str] = []
    for row in rows:
        cell = row.at(column)
        text = " ".join(cell.text.split()) if cell and cell.column == column else ""
        if text and text not in found:
            found.append(text[:EXAMPLE_CHARACTERS])
            if len(found) == EXAMPLES:
                break
    return found
