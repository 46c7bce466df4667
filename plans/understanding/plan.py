"""Reading a document as a plan: what stands outside the tables, which tables are the plan's, and what contradicts."""

import datetime as dt
import functools
import operator
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from prevent_portal.markings import any_carries_marking
from prevent_portal.tables_in import Document, Paragraph, Row, SourceKind, Table

from . import cover
from .accounting import Ledger, account
from .arrangement import rearranged
from .beside import set_notes_aside
from .cards import Cards, cards_of
from .columns import Field
from .contradictions import flag_contradictions, note_missing_recommendations, note_rows_that_stand_twice
from .draft import PlanDraft, RemarkDraft, Source
from .headings import (
    Guess,
    find_header,
    first_row_heads,
    goes_on_without_header,
    header_key,
    looks_like_flattened_header,
    person_says,
    table_draft,
)
from .layouts import archives, split_plans
from .markings import SENSITIVE, raise_markings
from .other_tables import kind_of_other_table
from .outline import SECTION, Outline
from .prose import with_lists_as_tables
from .rag import RagKey, key_at_end, read_key
from .table_rows import MAX_SECTION_WORDS, Context, TableRows, outside, without_label
from .words import words_in

MAX_LINE_ABOVE = 12
"""Words of a line above one of several tables that is taken for the section's heading."""

MAX_FRAME_ROWS = 3
"""A table with a single cell in each row is a frame round a text if it has no more rows than this."""

MAX_INTRODUCTION_WORDS = 400
"""More words before a plan's first table are those of a report or strategy in which the plan stands."""

MAX_SEARCHED = 200
"""Characters of a cell in which years are looked for: a date stands in few words."""

MAX_REMARK_WORDS = 100
"""Likewise of the text between and after its tables."""

_OTHER_TEXT = (
    "This text stands outside the plan's tables and is longer than a remark; take in what belongs to the plan."
)

_LABEL_OF_SECTION = re.compile(
    r"(?:strategic )?(?:priority|theme|objective|section|strand|aim|benchmark)", re.IGNORECASE
)
_LABEL = re.compile(
    rf"(?:{_LABEL_OF_SECTION.pattern}|(?:senior )?(?:sponsor|lead|owner|outcome|purpose)(?: officer)?)\s*:?",
    re.IGNORECASE,
)
_OWN_SUMMARY = "figure|value"
_OWN_REMARKS = "section|kind|text|points to"
"""Heading rows of the portal's own spreadsheet. Of its summary only what a plan itself declares is read."""

_LOST = "The columns of this table are lost, as in a scanned document."
_NO_PLAN = "This table has no heading row that reads like a plan's."

Columns = Mapping[int | str, Mapping[int, str]]
Header = tuple[int, Guess] | None


def understand_plans(
    document: Document,
    *,
    title: str | None = None,
    period: tuple[dt.date, dt.date] | None = None,
    columns: Columns | None = None,
    remembered: Mapping[str, str] | None = None,
    as_one: bool = False,
) -> list[PlanDraft]:
    """Every plan that a document holds, with what could not be understood set aside; nearly always there is one.

    `title` and `period` (first and last day) override what the document says. `columns` says for a table, by its
    number or name, which column (from 0) holds which field (see columns.Field; "" for a remark); what it names is not
    guessed. `remembered` is what this authority's headings, normalised, were said to mean before. `as_one` keeps
    several plans together. Never raises for content; ValueError for a field that does not exist.
    """
    given, known = columns or {}, remembered or {}
    document = rearranged(document, lambda table: find_header(table, known) is not None)
    headers = {id(table): find_header(table, known) for table in document.tables}

    def is_plan(table: Table) -> bool:
        return _given_for(table, given) is not None or headers[id(table)] is not None

    if not any(map(is_plan, document.tables)):
        headers |= {id(each): find_header(each, known, is_register_read=True) for each in document.tables}
    if not any(map(is_plan, document.tables)) and (as_tables := with_lists_as_tables(document)):
        document = as_tables
        headers = {id(table): find_header(table, known) for table in document.tables}
    parts = [document] if as_one else split_plans(document, is_plan)
    drafts = [_Understanding(part, given, known, headers).run(title, period) for part in parts]
    if len(drafts) > 1:
        if title is None and len({draft.title for draft in drafts}) < len(drafts):
            for part, draft in zip(parts, drafts, strict=True):
                draft.title = " – ".join(each for each in (draft.title, part.tables[0].title) if each)
        for number, draft in enumerate(drafts, start=1):
            draft.notes.insert(0, f"The file holds {len(drafts)} plans: this is number {number}.")
    return drafts


def understand_plan(
    document: Document,
    *,
    title: str | None = None,
    period: tuple[dt.date, dt.date] | None = None,
    columns: Columns | None = None,
    remembered: Mapping[str, str] | None = None,
) -> PlanDraft:
    """The document read as one plan; see `understand_plans`."""
    (draft,) = understand_plans(
        document, title=title, period=period, columns=columns, remembered=remembered, as_one=True
    )
    return draft


def _given_for(table: Table, columns: Columns) -> Mapping[int, str] | None:
    return columns.get(table.number) or columns.get(table.name) or None


class _Understanding:
    def __init__(
        self, document: Document, columns: Columns, remembered: Mapping[str, str], headers: Mapping[int, Header]
    ) -> None:
        self.document, self.columns, self.remembered, self.headers = document, columns, remembered, headers
        self.draft = PlanDraft(notes=list(document.warnings))
        self.outline = Outline(self.draft)
        self.ledger = Ledger()
        self.known_words = _words_used_twice(document)
        self.period: tuple[dt.date, dt.date] | None = None
        self.key: RagKey | None = None
        self.plan_tables = sum(headers[id(table)] is not None for table in document.tables)
        self.pending: list[Paragraph] = []  # paragraphs since the last table of the plan
        self.cover_paragraphs: list[Paragraph] = []  # paragraphs before the first one
        self.guess: Guess | None = None
        self.width = 0
        self.is_plan_seen = False
        self.is_table_lost = False

    def run(self, title: str | None, period: tuple[dt.date, dt.date] | None) -> PlanDraft:
        cover.read_marking_in(self.draft, self.document.margins)
        self.period = period or self._early_period(title) or _years_named(self.document)
        self._read_keys()
        for block in self.document.blocks:
            if isinstance(block, Paragraph):
                self._paragraph(block)
            else:
                self._table(block)
        if self.is_plan_seen:
            self._keep_as_remark(self.pending)
        else:
            self.cover_paragraphs = self.pending
            self.outline.note("No table with columns for actions or objectives was recognised in this file.")
        self._finish_cover(title, period)
        for objective in self.draft.objectives:
            flag_contradictions(self.draft, objective)
        for name in archives(self.document):
            self.outline.note(f"The sheet “{name}” seems to hold what is over. It was read like the others.")
        note_missing_recommendations(self.draft)
        note_rows_that_stand_twice(self.draft)
        if self.is_table_lost:
            self.outline.note(
                "The file has lost its tables, as scanned documents do. Use the Word or Excel file if there is one."
            )
        account(self.draft, self.document.tables, self.document.paragraphs, self.ledger)
        set_notes_aside(self.draft, self.document)
        self._read_marking_around()
        raise_markings(self.draft)
        self.draft.give_keys()
        return self.draft

    # Before the rows

    def _early_period(self, title: str | None) -> tuple[dt.date, dt.date] | None:
        """The plan's period as far as its titles tell, so that "Q1" in its rows has a year."""
        texts = [title or "", self.document.title]
        for paragraph in self.document.paragraphs[:40]:
            about_plan = paragraph.heading_level is not None or "plan" in paragraph.text.lower()
            texts += [paragraph.text] if about_plan and len(paragraph.text.split()) <= 20 else []
        for table in self.document.tables:
            texts.append(table.title)
            texts += [row.filled_cells[0].text for row in table.rows[:3] if len(row.filled_cells) == 1]
        return cover.find_period(texts)

    def _read_marking_around(self) -> None:
        """The marking that the file carries outside its text."""
        headings = [column.heading for table in self.draft.tables for column in table.columns]
        around = (self.document.filename, *self.document.properties.values(), *self.document.notes)
        if any_carries_marking((*around, *self.document.margins, *headings)):
            self.draft.marking = SENSITIVE
            self.outline.note(
                "The words OFFICIAL-SENSITIVE stand in the file's name, its properties or margins, in a note or in a "
                "column's heading: the whole plan is marked so."
            )

    def _read_keys(self) -> None:
        """The file's colour keys, wherever they stand: tables, rows of tables, paragraphs."""
        for block in self.document.blocks:
            if isinstance(block, Paragraph):
                found = read_key([[(block.text, None)]])
            else:
                found = self._key_table(block) or self._key_within(block)
            if found:
                self.key = found if self.key is None else self.key | found

    def _key_within(self, table: Table) -> RagKey | None:
        """The key that stands in a table of other things: in one row, or in those above its headings or at its end."""
        at, _ = self.headers[id(table)] or (-1, None)
        keys = [read_key(_painted(row)) for row in table.rows]
        keys += [found[1] for rows in (table.rows[: max(at, 0)], table.rows) if (found := key_at_end(_painted(*rows)))]
        known = [key for key in keys if key]
        return functools.reduce(operator.or_, known) if known else None

    def _key_table(self, table: Table) -> RagKey | None:
        if self.headers[id(table)] is not None or len(table.rows) > 12:
            return None
        return read_key(_painted(*table.rows))

    # Outside the tables

    def _paragraph(self, paragraph: Paragraph) -> None:
        if not self.is_plan_seen and (self.is_table_lost or looks_like_flattened_header(paragraph.text)):
            self.is_table_lost = True
            self.outline.set_aside(outside(paragraph.location), _LOST, paragraph.full_text)
        elif cover.read_fact(self.draft, [paragraph.text]):
            self.ledger.fact(outside(paragraph.location), paragraph.text)
        elif read_key([[(paragraph.text, None)]]):
            self._note_key(paragraph.text, outside(paragraph.location))
        elif paragraph.text.strip():
            self.pending.append(paragraph)

    def _note_key(self, text: str, source: Source) -> None:
        self.outline.note(f"The plan's colour key was read: {' '.join(text.split())}")
        self.ledger.fact(source, text)

    def _keep_as_remark(self, paragraphs: list[Paragraph]) -> None:
        """Paragraphs that follow a table and head nothing stay with its section, if they are no text of their own."""
        if _words(paragraphs) > MAX_REMARK_WORDS:
            self._set_text_aside(paragraphs)
        elif paragraphs:
            text = "\n".join(paragraph.full_text for paragraph in paragraphs)
            self.outline.remark(text, outside(paragraphs[0].location))

    def _set_text_aside(self, paragraphs: list[Paragraph]) -> None:
        """What is no plan's: a report's own sections, say, whose authors no paper of the plan must print."""
        for part in _by_heading(paragraphs):
            text = "\n".join(paragraph.full_text for paragraph in part)
            self.outline.set_aside(outside(part[0].location), _OTHER_TEXT, text)

    def _open_plan_table(self) -> str:
        """Deal with the paragraphs in front of a table of the plan: the last heading among them opens a section.

        Returns that heading, "" where there is none.
        """
        heads = [i for i, paragraph in enumerate(self.pending) if self._heads_section(paragraph)]
        # "4. Prevent action plan" in a report ends what "3. Performance" above it heads.
        titles = [i for i, paragraph in enumerate(self.pending) if self._is_plans_title(paragraph) and i not in heads]
        heads = [i for i in heads if i > max(titles, default=-1)]
        # "Objective 1: ..." heads the lines below it, the last one above the table included: its lead, its outcome.
        plain = [i for i in heads if self._is_plain_heading(self.pending[i])]
        at = (plain or heads or [None])[-1]
        before = self.pending if at is None else self.pending[:at]
        if self.is_plan_seen:
            self._keep_as_remark(before)
        else:
            self.cover_paragraphs, self.is_plan_seen = before, True
        if at is not None:
            below = self.pending[at + 1 :]
            is_long = _words(below) > MAX_INTRODUCTION_WORDS
            introduction = "" if is_long else "\n".join(paragraph.full_text for paragraph in below)
            self.outline.start_section(self.pending[at].text, introduction)
            if is_long:
                self._set_text_aside(below)
            self.ledger.fact(outside(self.pending[at].location), self.pending[at].text)
        heading = "" if at is None else self.pending[at].text
        self.pending = []
        return heading

    @staticmethod
    def _is_plain_heading(paragraph: Paragraph) -> bool:
        return paragraph.heading_level is not None or bool(SECTION.match(paragraph.text))

    def _heads_section(self, paragraph: Paragraph) -> bool:
        if len(paragraph.text.split()) > MAX_SECTION_WORDS:
            return False
        if paragraph.heading_level is not None:
            return paragraph.heading_level > 1 or self.is_plan_seen or self._is_below_title(paragraph)
        if SECTION.match(paragraph.text):
            return True
        # Where there are several tables, a short line right above one says what it is about.
        is_last = paragraph is self.pending[-1]
        is_short = len(paragraph.text.split()) <= MAX_LINE_ABOVE and not paragraph.text.rstrip().endswith((".", ";"))
        is_title = not self.is_plan_seen and cover.names_plan(paragraph.text)
        return is_last and is_short and self.plan_tables > 1 and not paragraph.marker and not is_title

    def _is_plans_title(self, paragraph: Paragraph) -> bool:
        return not self.is_plan_seen and paragraph.heading_level is not None and cover.names_plan(paragraph.text)

    def _is_below_title(self, heading: Paragraph) -> bool:
        """Whether it is a first heading below the title of the file, and no plan's title itself."""
        before = self.pending[: self.pending.index(heading)]
        return any(each.heading_level == 1 for each in before) and not cover.names_plan(heading.text)

    # Tables

    def _table(self, table: Table) -> None:
        if key := self._key_table(table):
            self._take_key(table, table.rows, key)
            if self.pending and re.fullmatch(r"(?:rag |colour )?(?:key|legend)\W*", self.pending[-1].text, re.I):
                heading = self.pending.pop()
                self.ledger.fact(outside(heading.location), heading.text)
            return
        given = _given_for(table, self.columns)
        if cards := cards_of(table, self._heading_above(), self.ledger):
            cards.guess = person_says(cards.guess, given, None) if given else cards.guess
            self._cards(cards)
            return
        at, guess = self.headers[id(table)] or (-1, None)
        if given:
            at = 0 if guess is None and first_row_heads(table, given) else at
            guess = person_says(guess, given, table.rows[at] if at >= 0 else None)
        if guess is None and self.guess is not None and goes_on_without_header(table, self.guess, self.width):
            guess = replace(self.guess, height=0)
        if guess is None:
            if not self._is_own_remarks_sheet(table) and not self._is_frame(table):
                self._table_outside_the_plan(table)
            return
        sections = _rows_across(table, at)
        above = [
            row
            for row in self._less_key(table, table.rows[: max(at, 0)])
            if not self._take_preamble(table, row, is_section=row.number in sections)
        ]
        heading = self._open_plan_table()
        if self._names_its_section(table, guess) and not _is_same_heading(heading, table.title):
            self.outline.start_section(table.title)
        for row in above:
            self._set_aside(table, row, "This row stands above the table's heading row.")
        self.draft.tables.append(table_draft(table, at, guess))
        self._note_columns(guess)
        self.width, self.is_table_lost = table.width, False
        first = at + guess.height if at >= 0 else 0
        for row in table.rows[max(at, 0) : first]:
            self.ledger.claim(Source(table.name, row.number), *(cell.text for cell in row.filled_cells))
        self.guess = TableRows(table, guess, self._context()).read(self._less_key(table, table.rows[first:]), first)

    def _less_key(self, table: Table, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        """The rows without the colour key that stands at their end."""
        if (found := key_at_end(_painted(*rows))) is None:
            return rows
        start, key = found
        self._take_key(table, rows[start:], key)
        return rows[:start]

    def _take_key(self, table: Table, rows: Iterable[Row], key: RagKey) -> None:
        for row in rows:
            self.ledger.fact(Source(table.name, row.number), *(cell.text for cell in row.filled_cells))
        meanings = ", ".join(dict.fromkeys(each.says for each in (*key.words.values(), *key.fills.values())))
        self.outline.note(f"The colour key in {table.name} was read: {meanings}")

    def _context(self) -> Context:
        return Context(self.outline, self.ledger, self.known_words, self.remembered, self.period, self.key)

    def _heading_above(self) -> str:
        """The heading right above a table, without "Objective" in front of its number."""
        last = self.pending[-1] if self.pending else None
        is_title = len(self.pending) == 1 and not self.is_plan_seen and last is not None and last.heading_level == 1
        if is_title and (len(self.document.tables) > 1 or cover.names_plan(self.pending[0].text)):
            return ""
        return without_label(last.text) if last and len(last.text.split()) <= MAX_SECTION_WORDS else ""

    def _cards(self, cards: Cards) -> None:
        """A table of cards, one an action: the heading above one is its objective, unless the card names one."""
        if cards.has_heading_above:
            heading = self.pending.pop()
            self.ledger.fact(outside(heading.location), heading.text)
        self._open_plan_table()
        self.draft.tables.append(table_draft(cards.table, -1, cards.guess))
        self._note_columns(cards.guess)
        self.is_table_lost = False
        TableRows(cards.table, cards.guess, self._context()).read(cards.table.rows)

    def _names_its_section(self, table: Table, guess: Guess) -> bool:
        """Whether a workbook has its sections on sheets of their own: then a sheet's name is its section's."""
        is_one_of_several = self.document.kind is SourceKind.EXCEL and self.plan_tables > 1
        return is_one_of_several and not guess.has(Field.SECTION)

    def _take_preamble(self, table: Table, row: Row, *, is_section: bool) -> bool:
        """A row above the heading row: a fact about the plan, or a line of text as a sheet's title stands."""
        texts = [cell.text for cell in row.filled_cells]
        if not texts or cover.read_fact(self.draft, texts) or read_key(_painted(row)):
            self.ledger.fact(Source(table.name, row.number), *texts)
            return True
        if len(texts) == 2 and _LABEL.fullmatch(texts[0].strip()):
            # "Priority | Governance is effective", "Sponsor | Chief executive" above a table's headings.
            is_heading = bool(_LABEL_OF_SECTION.fullmatch(texts[0].strip(" :")))
            text = texts[1] if is_heading else f"{texts[0].strip(' :')}: {texts[1]}"
            level = 2 if is_heading else None
            self._paragraph(Paragraph(" ".join(text.split()), heading_level=level, location=row.location))
            self.ledger.fact(Source(table.name, row.number), *texts)
            return True
        if len(texts) == 1:
            level = 2 if is_section else None
            self._paragraph(Paragraph(" ".join(texts[0].split()), heading_level=level, location=row.location))
            self.ledger.fact(Source(table.name, row.number), texts[0])
            return True
        return False

    def _is_frame(self, table: Table) -> bool:
        """Read a table that only frames a line or a text: a priority's heading in a box above its table, an aim."""
        cells = [cell for row in table.rows for cell in row.filled_cells]
        if (
            self.is_table_lost
            or len(table.rows) > MAX_FRAME_ROWS
            or any(len(row.filled_cells) > 1 for row in table.rows)
        ):
            return False
        for row in table.rows:
            for paragraph in row.filled_cells[0].paragraphs if row.filled_cells else ():
                is_line = len(cells) == len(cells[0].paragraphs) == 1 and len(paragraph.text.split()) <= MAX_LINE_ABOVE
                is_heading = is_line and not paragraph.marker and not cover.names_plan(paragraph.text)
                is_heading = is_heading and not paragraph.text.rstrip().endswith((".", ";"))
                framed = replace(paragraph, heading_level=2 if is_heading else None, location=row.location)
                self._paragraph(framed)
                is_kept = bool(self.pending) and self.pending[-1] is framed
                # A line may become a title or a section's heading and lose its number; a text stays as it is.
                say = self.ledger.claim if is_kept and not is_line else self.ledger.fact
                say(Source(table.name, row.number), paragraph.text)
        return True

    def _table_outside_the_plan(self, table: Table) -> None:
        """A summary sheet or a cover: its facts are taken, the rest is set aside."""
        is_own = bool(table.rows) and header_key(table.rows[0]) == _OWN_SUMMARY
        facts, reason = 0, _LOST if self.is_table_lost else kind_of_other_table(table) or _NO_PLAN
        if table.width > 1 and len(table.rows) > 1:
            self.draft.tables.append(table_draft(table, 0, None))
        for row in table.rows:
            if row.filled_cells and cover.read_fact(self.draft, [cell.text for cell in row.filled_cells]):
                facts += 1
                self.ledger.fact(Source(table.name, row.number), *(cell.text for cell in row.filled_cells))
            elif is_own:
                self.ledger.fact(Source(table.name, row.number), *(cell.text for cell in row.filled_cells))
            else:
                self._set_aside(table, row, reason)
        heading = self.pending[-1] if facts and self.pending else None
        if heading and len(self.pending) > 1 and "summary" in heading.text.lower() and len(heading.text.split()) < 5:
            self.pending.pop()  # "Summary Sheet": the heading of a table of which only the facts are kept
            self.ledger.fact(outside(heading.location), heading.text)

    def _is_own_remarks_sheet(self, table: Table) -> bool:
        """Read the sheet in which the portal's own spreadsheet lists a plan's remarks; False for any other table."""
        if not self.is_plan_seen or not table.rows or header_key(table.rows[0]) != _OWN_REMARKS:
            return False
        for row in table.rows:
            self.ledger.fact(Source(table.name, row.number), *(cell.text for cell in row.filled_cells))
        for row in table.rows[1:]:
            heading, kind, text, points_to = (cell.text if (cell := row.at(at)) else "" for at in range(4))
            self.outline.section_from_column(" ".join(heading.split()))
            remark = RemarkDraft("pointer" if kind.lower().startswith("pointer") else "statement", text, points_to)
            remark.source = Source(table.name, row.number)
            self.outline.section.remarks.append(remark)
        return True

    def _note_columns(self, guess: Guess) -> None:
        unknown = [f"“{each}”" for column, each in guess.headings.items() if each and column not in guess.fields]
        if len(unknown) == 1:
            self.outline.note(f"The column {unknown[0]} was not recognised; its text is kept as remarks.")
        elif unknown:
            self.outline.note(f"The columns {', '.join(unknown)} were not recognised; their text is kept as remarks.")
        if not guess.has(Field.OBJECTIVE):
            self.outline.note(
                "A table has no column for objectives: each action stands under its own words as objective."
            )
        elif not guess.has(Field.ACTION):
            self.outline.note("A table has no column for actions: each of its objectives is also its action.")

    def _set_aside(self, table: Table, row: Row, reason: str) -> None:
        if row.filled_cells:
            text = " | ".join(cell.text for cell in row.filled_cells)
            self.outline.set_aside(Source(table.name, row.number), reason, text)

    # In the end

    def _finish_cover(self, title: str | None, period: tuple[dt.date, dt.date] | None) -> None:
        draft = self.draft
        lines = [paragraph.full_text for paragraph in self.cover_paragraphs]
        headings = [paragraph.text for paragraph in self.cover_paragraphs if paragraph.heading_level == 1]
        found_title = cover.find_title(headings, lines, self.document.title, self.document.filename)
        draft.title = (title or "").strip() or found_title
        introduction: list[Paragraph] = []
        for paragraph, line in zip(self.cover_paragraphs, lines, strict=True):
            aim = re.match(r"^(?:overall )?aim\s*:\s*(.+)$", line, re.IGNORECASE)
            if aim and not draft.aim:
                draft.aim = aim[1]
            elif line not in (draft.title, found_title):
                introduction.append(paragraph)
                continue
            self.ledger.fact(Source(), line)
        if _words(introduction) > MAX_INTRODUCTION_WORDS:
            self._set_text_aside(introduction)
        else:
            draft.introduction = "\n".join(paragraph.full_text for paragraph in introduction)
        if period:
            draft.period_start, draft.period_end = period
        elif draft.period_start is None:
            about_plan = [line for line in lines if len(line.split()) <= 20 and "plan" in line.lower()]
            sheets = [table.title for table in self.document.tables]
            self._read_period([draft.title, found_title, *about_plan, *sheets])

    def _read_period(self, texts: list[str]) -> None:
        found = cover.find_period(texts)
        if found is None:
            self.outline.note("The plan states no period.")
            return
        self.draft.period_start, self.draft.period_end = found
        first, last = (cover.written(day) for day in found)
        self.outline.note(f"The years in the plan's title were read as financial years: {first} to {last}.")


def _rows_across(table: Table, at: int) -> frozenset[int]:
    """The number of the row right above the heading row, if it is merged across as sections further down are."""

    width = table.width

    def is_across(row: Row) -> bool:
        return len(row.filled_cells) == 1 and 2 * row.filled_cells[0].column_span > width > 2

    if at < 1 or not is_across(table.rows[at - 1]) or cover.names_plan(table.rows[at - 1].filled_cells[0].text):
        return frozenset()
    # Where a section begins right below the headings, what stands above them is a title.
    below = [is_across(row) for row in table.rows[at + 1 :]]
    is_section = any(below) and not any(below[:2])
    return frozenset({table.rows[at - 1].number} if is_section else ())


def _is_same_heading(heading: str, sheet: str) -> bool:
    """Whether a line above a table says what the sheet's name says: "Leadership" on the sheet "1 Leadership"."""
    one, other = (re.sub(r"[\W\d_]+", " ", text).strip().casefold() for text in (heading, sheet))
    return bool(one) and one == other


def _words(paragraphs: list[Paragraph]) -> int:
    return sum(len(paragraph.full_text.split()) for paragraph in paragraphs)


def _by_heading(paragraphs: list[Paragraph]) -> list[list[Paragraph]]:
    """The paragraphs in parts, each from one heading to the next."""
    parts: list[list[Paragraph]] = []
    for paragraph in paragraphs:
        if not parts or paragraph.heading_level is not None or cover.heads_report(paragraph.text):
            parts.append([])
        parts[-1].append(paragraph)
    return parts


def _years_named(document: Document) -> tuple[dt.date, dt.date] | None:
    """From the first to the last year in the tables, so that "Jan 27" beside "April 2027" is a month and a year."""
    texts = (cell.text for table in document.tables for row in table.rows for cell in row.filled_cells)
    years = [int(year) for text in texts for year in re.findall(r"(?<!\d)20[1-4]\d(?!\d)", text[:MAX_SEARCHED])]
    # Longer than a year in any case: which year "March" alone is of nobody has said.
    return (dt.date(min(years), 1, 1), dt.date(max(years) + 1, 12, 31)) if years else None


def _painted(*rows: Row) -> list[list[tuple[str, str | None]]]:
    """The words and the fill of each cell, as a colour key is looked for."""
    return [[(cell.text, cell.fill) for cell in row.cells] for row in rows]


def _words_used_twice(document: Document) -> frozenset[str]:
    """The document's own vocabulary: what occurs in two of its paragraphs or cells is a word, not a scanning error."""
    once: set[str] = set()
    twice: set[str] = set()
    for block in document.blocks:
        cells = [block] if isinstance(block, Paragraph) else [cell for row in block.rows for cell in row.filled_cells]
        for cell in cells:
            words = set(words_in(cell.text))
            twice |= words & once
            once |= words
    return frozenset(twice)
