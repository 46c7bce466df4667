"""Reading a document as a plan: what stands outside the tables, which tables are the plan's, and what contradicts."""

import datetime as dt
import re
from collections.abc import Mapping

from plans.rules import KINDS_THAT_FALL_DUE
from prevent_portal.tables_in import Document, Paragraph, Row, Table

from . import cover
from .columns import Field, Guess, given_columns, guess_header, header_key, looks_like_flattened_header
from .dates import dates_named
from .draft import ActionDraft, ObjectiveDraft, PlanDraft, RemarkDraft, Source
from .outline import SECTION, Outline
from .table_rows import MAX_SECTION_WORDS, TableRows, outside
from .words import words_in

HEADER_ROWS = 15
"""A heading row is looked for in this many rows of a table; above it may stand a title and a few facts."""

_OWN_SUMMARY = "figure|value"
_OWN_REMARKS = "section|kind|text|points to"
"""Heading rows of the portal's own spreadsheet. Of its summary only what a plan itself declares is read."""

_LOST = "The columns of this table are lost, as in a scanned document."
_NO_PLAN = "This table has no heading row that reads like a plan's."


def understand_plan(
    document: Document,
    *,
    title: str | None = None,
    period: tuple[dt.date, dt.date] | None = None,
    columns: Mapping[int | str, dict[int, str]] | None = None,
) -> PlanDraft:
    """Everything that a document says as a plan, with what could not be understood set aside.

    `title` and `period` (first and last day) override what the document says. `columns` says for a table, by its
    number or name, which column (from 0) holds which field (see columns.Field); what it names is not guessed.
    Never raises for content; ValueError for a field that does not exist.
    """
    return _Understanding(document, columns or {}).run(title, period)


class _Understanding:
    def __init__(self, document: Document, columns: Mapping[int | str, dict[int, str]]) -> None:
        self.document = document
        self.columns = columns
        self.draft = PlanDraft(notes=list(document.warnings))
        self.outline = Outline(self.draft)
        self.known_words = _words_used_twice(document)
        self.pending: list[Paragraph] = []  # paragraphs since the last table of the plan
        self.cover_paragraphs: list[Paragraph] = []  # paragraphs before the first one
        self.guess: Guess | None = None
        self.width = 0
        self.is_plan_seen = False
        self.is_table_lost = False

    def run(self, title: str | None, period: tuple[dt.date, dt.date] | None) -> PlanDraft:
        cover.read_marking_in(self.draft, self.document.margins)
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
            _flag_contradictions(self.draft, objective)
        _note_missing_recommendations(self.draft)
        if self.is_table_lost:
            self.outline.note(
                "The file has lost its tables, as scanned documents do. Use the Word or Excel file if there is one."
            )
        return self.draft

    # Outside the tables

    def _paragraph(self, paragraph: Paragraph) -> None:
        if not self.is_plan_seen and (self.is_table_lost or looks_like_flattened_header(paragraph.text)):
            self.is_table_lost = True
            self.outline.set_aside(outside(paragraph.location), _LOST, paragraph.full_text)
        elif paragraph.text.strip() and not cover.read_fact(self.draft, [paragraph.text]):
            self.pending.append(paragraph)

    def _keep_as_remark(self, paragraphs: list[Paragraph]) -> None:
        """Paragraphs that follow a table and head nothing stay with its section."""
        if paragraphs:
            text = "\n".join(paragraph.full_text for paragraph in paragraphs)
            self.outline.remark(text, outside(paragraphs[0].location))

    def _open_plan_table(self) -> None:
        """Deal with the paragraphs in front of a table of the plan: the last heading among them opens a section."""
        at = next((i for i in reversed(range(len(self.pending))) if self._heads_section(self.pending[i])), None)
        before = self.pending if at is None else self.pending[:at]
        if self.is_plan_seen:
            self._keep_as_remark(before)
        else:
            self.cover_paragraphs, self.is_plan_seen = before, True
        if at is not None:
            introduction = "\n".join(paragraph.full_text for paragraph in self.pending[at + 1 :])
            self.outline.start_section(self.pending[at].text, introduction)
        self.pending = []

    def _heads_section(self, paragraph: Paragraph) -> bool:
        if len(paragraph.text.split()) > MAX_SECTION_WORDS:
            return False
        if paragraph.heading_level is not None:
            return paragraph.heading_level > 1 or self.is_plan_seen
        return bool(SECTION.match(paragraph.text))

    # Tables

    def _table(self, table: Table) -> None:
        at, guess = self._header_of(table)
        if guess is None and self.guess is not None and table.width == self.width and _reads_as_rows(table):
            guess = self.guess  # the table goes on over a page break without its heading row
        if guess is None:
            if not self._is_own_remarks_sheet(table):
                self._table_outside_the_plan(table)
            return
        above = [row for row in table.rows[:at] if not self._take_preamble(row)] if at is not None else []
        self._open_plan_table()
        for row in above:
            self._set_aside(table, row, "This row stands above the table's heading row.")
        self._note_columns(guess)
        self.width, self.is_table_lost = table.width, False
        rows = table.rows[at + 1 :] if at is not None else table.rows
        self.guess = TableRows(table, guess, self.outline, self.known_words).read(rows)

    def _header_of(self, table: Table) -> tuple[int | None, Guess | None]:
        """The index of the heading row and the columns; a person's word counts even where no such row is found."""
        given = self.columns.get(table.number) or self.columns.get(table.name)
        for at, row in enumerate(table.rows[:HEADER_ROWS]):
            if guess := guess_header(row, table.rows[at + 1 :]):
                return at, given_columns(given, row) if given else guess
        return None, given_columns(given, None) if given else None

    def _take_preamble(self, row: Row) -> bool:
        """A row above the heading row: a fact about the plan, or a line of text as a sheet's title stands."""
        texts = [cell.text for cell in row.filled_cells]
        if not texts or cover.read_fact(self.draft, texts):
            return True
        if len(texts) == 1:
            self._paragraph(Paragraph(" ".join(texts[0].split()), location=row.location))
            return True
        return False

    def _table_outside_the_plan(self, table: Table) -> None:
        """A summary sheet or a cover: its facts are taken, the rest is set aside."""
        is_own = bool(table.rows) and header_key(table.rows[0]) == _OWN_SUMMARY
        facts = 0
        for row in table.rows:
            if row.filled_cells and cover.read_fact(self.draft, [cell.text for cell in row.filled_cells]):
                facts += 1
            elif not is_own:
                self._set_aside(table, row, _LOST if self.is_table_lost else _NO_PLAN)
        heading = self.pending[-1] if facts and self.pending else None
        if heading and len(self.pending) > 1 and "summary" in heading.text.lower() and len(heading.text.split()) < 5:
            self.pending.pop()  # "Summary Sheet": the heading of a table of which only the facts are kept

    def _is_own_remarks_sheet(self, table: Table) -> bool:
        """Read the sheet in which the portal's own spreadsheet lists a plan's remarks; False for any other table."""
        if not self.is_plan_seen or not table.rows or header_key(table.rows[0]) != _OWN_REMARKS:
            return False
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
        introduction = []
        for line in lines:
            aim = re.match(r"^(?:overall )?aim\s*:\s*(.+)$", line, re.IGNORECASE)
            if aim and not draft.aim:
                draft.aim = aim[1]
            elif line not in (draft.title, found_title):
                introduction.append(line)
        draft.introduction = "\n".join(introduction)
        if period:
            draft.period_start, draft.period_end = period
        elif draft.period_start is None:
            about_plan = [line for line in lines if len(line.split()) <= 20 and "plan" in line.lower()]
            self._read_period([draft.title, found_title, *about_plan])

    def _read_period(self, texts: list[str]) -> None:
        found = cover.find_period(texts)
        if found is None:
            self.outline.note("The plan states no period.")
            return
        self.draft.period_start, self.draft.period_end = found
        first, last = (cover.written(day) for day in found)
        self.outline.note(f"The years in the plan's title were read as financial years: {first} to {last}.")


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


def _reads_as_rows(table: Table) -> bool:
    """Whether a table without a heading row may go on with the one before: most rows fill several of three columns."""
    return table.width > 2 and sum(len(row.filled_cells) > 1 for row in table.rows) * 2 >= len(table.rows)


def _note_missing_recommendations(draft: PlanDraft) -> None:
    """Of "recommendation 1 of 3" and "2 of 3" the plan lacks the third: a gap to report."""
    answered: dict[tuple[str, int], set[int]] = {}
    for objective in draft.objectives:
        if (found := objective.recommendation) and found.total:
            answered.setdefault((found.exercise, found.total), set()).add(found.number)
    for (exercise, total), numbers in answered.items():
        missing = [str(number) for number in range(1, total + 1) if number not in numbers]
        if missing:
            listed = " or ".join(part for part in (", ".join(missing[:-1]), missing[-1]) if part)
            gap = f"no action answers recommendation {listed} of {total}."
            draft.notes.append(f"{exercise}: {gap}" if exercise else gap.capitalize())


def _flag_contradictions(draft: PlanDraft, objective: ObjectiveDraft) -> None:
    """Dates that do not fit the plan are flagged where they stand; nothing is changed."""
    for part in (objective, *objective.actions):
        if draft.period_start and draft.period_end:
            period = f"{cover.written(draft.period_start)} to {cover.written(draft.period_end)}"
            for date in part.target_dates:
                if date.on is None or date.kind not in KINDS_THAT_FALL_DUE:
                    continue
                if not draft.period_start <= date.on <= draft.period_end:
                    side = "before" if date.on < draft.period_start else "after"
                    part.flags.append(f"Target date “{date.as_written}” lies {side} the plan's period, {period}.")
        if isinstance(part, ActionDraft) and draft.updated_on:
            for words, first, _ in dates_named(part.progress):
                if first > draft.updated_on:
                    update = cover.written(draft.updated_on)
                    part.flags.append(f"The progress note names {words}, after the plan's date of update, {update}.")
