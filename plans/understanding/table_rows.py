"""The rows of one table of the plan: section headings, leftovers of a scan, and objectives with their actions."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from plans.rules import Rag
from prevent_portal.tables_in import Cell, Paragraph, Row, Table

from . import cover
from .accounting import Ledger
from .column_cells import PROFILED_ROWS
from .columns import REVISED_DATE, Field, is_ref, normalised
from .dates import read_target_dates, unread_dates
from .draft import ObjectiveDraft, OwnerDraft, RemarkDraft, Source
from .headings import Guess, guess_header, header_key, table_draft
from .outline import NUMBERED, SECTION, Outline
from .owners import read_owners, says_as_above
from .rag import RagKey, read_key, read_rag, shading_is_status
from .row_remarks import RowRemarks
from .rows import RowParts, Understood, find_recommendation, understand_row
from .words import Line, has_tags, lines_of, readable, share_repeated

MAX_SECTION_WORDS = 25
MAX_BARE_SECTION_WORDS = 10
"""A heading that is neither merged across nor bold nor "Priority 1" is at most this long."""

GARBLED_SHARE = 0.5
"""A row that begins in mid-sentence and repeats at least this share of the row above is a scan's leftover."""

_OBJECTIVE = re.compile(r"^\s*(?:strategic\s+)?objectives?\b\s*(?=[\d:–—-])[:–—-]?\s*", re.IGNORECASE)
_LEFT_OUT = "The column was left out when the import was checked."
_NOTHING = "The row has neither an objective nor an action."
_OF_AN_ACTION = (
    Field.TARGET_DATE, Field.OUTCOME, Field.MILESTONES, Field.PROGRESS, Field.RAG, Field.PARTNERS, Field.OWNER,
)  # fmt: skip


@dataclass(frozen=True)
class Context:
    """What is known before a table's rows are read."""

    outline: Outline
    ledger: Ledger
    known_words: frozenset[str]
    remembered: Mapping[str, str] = field(default_factory=dict)
    period: tuple[dt.date, dt.date] | None = None
    key: RagKey | None = None


MAX_CELL_CHARACTERS = 20_000
"""A cell with more than this, six pages of a paper, is a document or a slip; the longest seen in a plan has 1,200."""

MOST_WORDS_OF_A_TOTAL = 8
MOST_WORDS_OF_A_REF = 4
_TOTAL = re.compile(r"(?:grand |sub-?\s?|overall )?totals?\b(?!\s+(?:ban|review|rewrite))", re.IGNORECASE)
_PLAIN_TOTAL = re.compile(rf"{_TOTAL.pattern}(?: (?:number of )?(?:actions|objectives))?\W*\d*\W*", re.IGNORECASE)
_KEY_OR_NOTE = re.compile(r"(?:(?:b?rag|colour|status)\s+)?(?:key|legend|notes?|n\.?b\.?)\s*[:*–-]", re.IGNORECASE)
_GOES_ON_BELOW = {
    Field.ACTION: "text", Field.OUTCOME: "outcome", Field.PROGRESS: "progress", Field.RESOURCES: "resources",
}  # fmt: skip
_JOINED = "The row below goes on in small letters and has no reference: it was read as the rest of this one."
_FIGURE = re.compile(r"\W*\d[\d\s.,%/()-]*(?:\w+\s*){0,2}")
MOST_OF_A_FIGURE = 40
_STRUCK = "This row is struck through in the file."
_ACTION_STRUCK = "The action's words are struck through in the file: has it been given up?"
_SUM = "This row is a total. The portal counts for itself."
_LETTERED = re.compile(r"(?P<number>.*\d)[ .]?(?P<letter>[a-z])")

_WHAT_IT_IS = (Field.SECTION, Field.OBJECTIVE, Field.ACTION)
_NO_RESULT = "This row holds a formula without a stored result"
_STORE_RESULTS = "Open the file in Excel, save it to store the results, and give it again."


class TableRows:
    """Reads the rows below a table's heading row into the outline."""

    def __init__(self, table: Table, guess: Guess, context: Context) -> None:
        self.table, self.guess, self.context = table, guess, context
        self.outline, self.ledger, self.known_words = context.outline, context.ledger, context.known_words
        self.row_above = ""
        self.merged: dict[int, Cell] = {}  # by column, the cell that a vertical merge goes on with
        self.is_promoting = False
        self.has_objectives_across = False
        self.objective_across = ""  # the objective that a row across the table states for the rows below it
        self.rows_shaded_by_status = False
        self.row_below: Row | None = None
        self.row_remarks = RowRemarks()
        self.owners_above: list[OwnerDraft] = []

    def read(self, rows: tuple[Row, ...], first: int = 0) -> Guess:
        """Read them all; returns the columns of the last heading row, for a table that goes on after a page break.

        `first` is the index of the first of them in the table.
        """
        self.is_promoting = self._has_sections_in_objectives(rows)
        self.rows_shaded_by_status = _shaded_by_status(rows)
        self.has_objectives_across = self._states_objectives_across(rows)
        for index, row in enumerate(rows):
            if row.filled_cells and header_key(row) in self.guess.header_keys:
                self._pass_over(row)
            elif another := guess_header(rows, index, self.context.remembered, is_first=False):
                self.guess = another
                self.outline.note(f"New headings were read in {row.location}.")
                self.outline.draft.tables.append(table_draft(self.table, first + index, another))
                self.is_promoting = self._has_sections_in_objectives(rows[index + 1 : index + 1 + PROFILED_ROWS])
                self._pass_over(row)
            elif read_key([[(cell.text, cell.fill) for cell in row.cells]]):
                self._key(row)
            else:
                self.row_below = rows[index + 1] if index + 1 < len(rows) else None
                self._row(row)
        self.row_remarks.name_rows()
        return self.guess

    def _pass_over(self, row: Row) -> None:
        """The words of a heading row are among the table's headings."""
        self.ledger.claim(Source(self.table.name, row.number), *(cell.text for cell in row.filled_cells))

    def _key(self, row: Row) -> None:
        text = " | ".join(cell.text for cell in row.filled_cells)
        self.outline.note(f"The plan's colour key was read: {text}")
        self.ledger.fact(Source(self.table.name, row.number), text)

    def _states_objectives_across(self, rows: Sequence[Row]) -> bool:
        """Whether rows across the table are of two ranks, sections and, below them, objectives."""
        if self.guess.has(Field.OBJECTIVE):
            return False
        across = [row.filled_cells[0].text for row in rows if self._is_across(row)]
        objectives = [text for text in across if _OBJECTIVE.match(text)]
        return 0 < len(objectives) < len(across)

    def _is_across(self, row: Row) -> bool:
        filled = row.filled_cells
        return len(filled) == 1 and 2 * filled[0].column_span > self.table.width > 1

    def _has_sections_in_objectives(self, rows: tuple[Row, ...]) -> bool:
        """Whether numbers inside the objective cells head sections: "2. Risk assessment", then rows without a number.

        So it is where benchmarks stand in the objective column. A table whose rows are all numbered just has its
        references there.
        """
        if self.guess.has(Field.REF, Field.SECTION) or not self.guess.has(Field.OBJECTIVE):
            return False
        numbers, bare = [], 0
        for row in rows:
            lines = self._sort(row).lines(Field.OBJECTIVE)
            if not lines or len(row.filled_cells) < 2:
                continue
            if match := NUMBERED.match(lines[0].full_text):
                numbers.append(int(match["number"].split(".")[0]))
            else:
                bare += 1
        headings = [
            self.guess.headings.get(at, "") for at, each in self.guess.fields.items() if each is Field.OBJECTIVE
        ]
        names_benchmark = any(re.search(r"bench\s?mark|priority|theme", each, re.IGNORECASE) for each in headings)
        return len(numbers) > 1 and numbers == sorted(numbers) and (bare > 0 or names_benchmark)

    def _sort(self, row: Row) -> RowParts:
        """The row's cells by field. A merged owner or date counts for each row that it stands beside."""
        parts = RowParts(
            row,
            self.table.name,
            headings=self.guess.headings,
            fields=frozenset(self.guess.fields.values()),
            period=self.context.period,
            key=self.context.key,
            serial_columns=self.guess.serial_columns,
            rows_shaded_by_status=self.rows_shaded_by_status,
        )
        for source in row.cells:
            cell = source if len(source.text) <= MAX_CELL_CHARACTERS else replace(source, paragraphs=())
            covered = range(cell.column, cell.column + cell.column_span)
            each = next((self.guess.fields[column] for column in covered if column in self.guess.fields), None)
            if not cell.is_continuation:
                self.merged[cell.column] = cell
            elif each in _OF_AN_ACTION and cell.is_empty:
                cell = self.merged.get(cell.column, cell)
            if each in (Field.REF, Field.ACTION_REF) and cell.is_empty and is_ref(cell.text):
                cell = replace(cell, paragraphs=(Paragraph(cell.text),))  # the number that Word draws in an empty cell
            if each is not None and each is not Field.NOTE:
                parts.cells.setdefault(each, []).append(cell)
            elif not cell.is_empty:
                parts.unmapped.append(cell)
        self._take_revised_date(parts)
        return parts

    def _take_revised_date(self, parts: RowParts) -> None:
        """Of "Target date" and "Revised target date" the revised one counts where it is filled."""
        dates = [cell for cell in parts.cells.get(Field.TARGET_DATE, []) if not cell.is_empty]
        revised = [c for c in dates if REVISED_DATE.match(normalised(parts.headings.get(c.column, "")))]
        if revised and len(revised) < len(dates):
            parts.cells[Field.TARGET_DATE] = revised
            parts.unmapped += [cell for cell in dates if cell not in revised]

    def _row(self, row: Row) -> None:
        filled = row.filled_cells
        parts = self._sort(row)
        self._set_long_cells_aside(parts, filled)
        filled = tuple(cell for cell in filled if len(cell.text) <= MAX_CELL_CHARACTERS)
        if self._is_unknown(row, parts) or not filled:
            return
        if _is_total(parts, filled):
            self.outline.set_aside(parts.source, _SUM, " | ".join(cell.text for cell in filled))
            return
        if all(cell.is_struck and cell.row_span == 1 for cell in filled) and not _is_done(parts):
            self.outline.set_aside(parts.source, _STRUCK, " | ".join(cell.text for cell in filled))
            return
        if len(filled) <= 2 and cover.read_fact(self.outline.draft, [cell.text for cell in filled]):
            self.ledger.fact(parts.source, *(cell.text for cell in filled))
            return
        rag = frozenset(column for column, each in self.guess.fields.items() if each is Field.RAG)
        self.ledger.rag_columns[self.table.name, row.number] = rag
        if self.has_objectives_across and self._is_across(row) and _OBJECTIVE.match(filled[0].text):
            self.objective_across = without_label(filled[0].text)
            self.ledger.fact(parts.source, filled[0].text)
        elif len(filled) == 1 and _KEY_OR_NOTE.match(filled[0].text):
            self.outline.remark(readable(lines_of(filled[0])), parts.source)
        elif heading := self._section_heading(row, parts):
            self.objective_across = ""
            self.outline.start_section(heading)
            self.ledger.fact(parts.source, *(cell.text for cell in filled))
        elif len(filled) == 1 and 2 * filled[0].column_span > self.table.width > 1:
            self._text_across(parts, readable(lines_of(filled[0])))
        elif self._is_garbled(parts):
            reason = "The row begins in mid-sentence and repeats the row above: it looks like a scanning error."
            self.outline.set_aside(parts.source, reason, " | ".join(cell.text for cell in filled))
        elif not self._ends_row_above(parts):
            self._data_row(parts)
            self.row_above = parts.all_text

    def _set_long_cells_aside(self, parts: RowParts, filled: Sequence[Cell]) -> None:
        for cell in filled:
            if len(cell.text) > MAX_CELL_CHARACTERS:
                heading = self.guess.headings.get(cell.column) or f"column {cell.column + 1}"
                reason = (
                    f"The cell “{heading}” has more than {MAX_CELL_CHARACTERS:,} characters: no plan's paper has room."
                )
                self.outline.set_aside(parts.source, reason, cell.text)

    def _is_unknown(self, row: Row, parts: RowParts) -> bool:
        """Set a row aside whose objective or action is a formula without a result: what it says is not in the file.

        Of other columns that have none, the rest of the row is read and the gap set aside.
        """
        if not (unknown := [cell for cell in row.cells if cell.is_unknown]):
            return False
        columns = [self.guess.headings.get(cell.column) or f"column {cell.column + 1}" for cell in unknown]
        reason = f"{_NO_RESULT} ({', '.join(columns)}). {_STORE_RESULTS}"
        is_lost = any(cell in parts.cells.get(each, []) for cell in unknown for each in _WHAT_IT_IS)
        text = " | ".join(cell.text for cell in row.filled_cells) if is_lost else ", ".join(columns)
        self.outline.set_aside(parts.source, reason, text or ", ".join(columns))
        return is_lost

    def _section_heading(self, row: Row, parts: RowParts) -> str:
        """The heading that a row consists of, or "": merged across, or alone in its row."""
        filled = row.filled_cells
        texts = [" ".join(readable(lines_of(cell)).split()) for cell in filled]
        if len(filled) == 2 and filled[0].column == 0 and SECTION.fullmatch(texts[0].rstrip(" :.")):
            return f"{texts[0].rstrip(' :.')}: {texts[1]}"
        if len(filled) == 2 and self._heads_numbers_below(parts) and len(texts[1].split()) <= MAX_SECTION_WORDS:
            return f"{texts[0].rstrip('.')}. {texts[1]}"
        if len(filled) != 1 or is_ref(texts[0]) or len(texts[0].split()) > MAX_SECTION_WORDS:
            return ""
        cell = filled[0]
        if 2 * cell.column_span > self.table.width or SECTION.match(texts[0]):
            return texts[0]
        if cell in parts.cells.get(Field.ACTION, []) or len(lines_of(cell)) > 1:
            return ""
        heads_row = cell.column == 0 or cell in (*parts.cells.get(Field.REF, []), *parts.cells.get(Field.OBJECTIVE, []))
        is_short = len(texts[0].split()) <= MAX_BARE_SECTION_WORDS or cell.is_bold
        return texts[0] if heads_row and is_short else ""

    def _heads_numbers_below(self, parts: RowParts) -> bool:
        """Whether a row is nothing but a number and a name, and the next row is numbered below it: 1, then 1.1."""
        ref, name = parts.text(Field.REF).strip().rstrip("."), parts.text(Field.ACTION)
        if not ref.isdecimal() or not name or self.guess.has(Field.OBJECTIVE) or self.row_below is None:
            return False
        return self._sort(self.row_below).text(Field.REF).strip().startswith(f"{ref}.") and len(ref) <= 2

    def _text_across(self, parts: RowParts, text: str) -> None:
        """A long text across the whole table: under a section's heading its introduction, elsewhere a remark."""
        section = self.outline.section
        if section.objectives or section.remarks:
            self.outline.remark(text, parts.source)
        else:
            section.introduction = _joined(section.introduction, text)

    def _is_garbled(self, parts: RowParts) -> bool:
        lines = parts.lines(Field.OBJECTIVE) or parts.lines(Field.ACTION)
        if not lines or parts.lines(Field.REF) or not self.row_above or not lines[0].text[:1].islower():
            return False
        return share_repeated(parts.all_text, self.row_above) >= GARBLED_SHARE

    def _ends_row_above(self, parts: RowParts) -> bool:
        """Join what a page break parted: every cell goes on in small letters where the one above it stopped."""
        above = self.outline.objective
        action = above.actions[-1] if above and above.actions else None
        rest = {name: parts.text(each) for each, name in _GOES_ON_BELOW.items() if parts.lines(each)}
        is_whole = len(parts.row.filled_cells) == len(rest)
        if above is None or action is None or "text" not in rest or not is_whole or not self.guess.has(Field.REF):
            return False
        before = {name: getattr(action, name) for name in rest}
        if not above.ref or action.letter or action.steps or not action.text[:1].isupper():
            return False
        if any(not text[:1].islower() or "\n" in text for text in rest.values()):
            return False
        if any(not text or text.rstrip().endswith((".", ";", ":", "!", "?")) for text in before.values()):
            return False
        for name, text in rest.items():
            setattr(action, name, f"{before[name]} {text}")
        if above.text == before["text"]:
            above.text = action.text
        action.flags.append(_JOINED)
        self.ledger.claim(parts.source, *rest.values())
        return True

    def _data_row(self, parts: RowParts) -> None:
        outline, guess = self.outline, self.guess
        section = " ".join(parts.text(Field.SECTION).split())
        outline.section_from_column(section)
        self.ledger.fact(parts.source, section)
        for cell in parts.cells.get(Field.DERIVED, ()):
            self.ledger.fact(parts.source, cell.text)
        for cell in parts.cells.get(Field.LEAVE_OUT, ()):
            if not cell.is_empty:
                outline.set_aside(parts.source, _LEFT_OUT, readable(lines_of(cell)))
        ref, objective_lines = self._ref_and_objective(parts)
        text = readable(objective_lines)
        flags = []
        if any(has_tags(cell) for cell in parts.row.filled_cells):
            flags.append("HTML code that stood in the text was left out.")
        action_lines = parts.lines(Field.ACTION)
        if not guess.has(Field.ACTION):
            action_lines = objective_lines
        elif not action_lines and text and self._says_something_of_an_action(parts):
            action_lines = objective_lines
            flags.append("The action cell is empty; the objective's words stand in its place.")
        said_by = Field.ACTION if parts.lines(Field.ACTION) else Field.OBJECTIVE
        said = [cell for cell in parts.cells.get(said_by, ()) if not cell.is_empty]
        if said and all(cell.is_struck for cell in said) and not _is_done(parts):
            flags.append(_ACTION_STRUCK)
        understood = understand_row(parts, action_lines, self.known_words, outline.last_letter)
        outline.draft.quarantined += understood.quarantined
        outline.section.remarks += understood.remarks
        self._take_owners_above(understood)
        _name_by_action_ref(parts, ref, understood)
        outline.letters_used(understood.actions)
        is_placed = True
        if self._goes_on(parts, ref, text):
            self._add_to_objective(outline.objective, parts, text, flags, understood)
        elif not text and not understood.actions:
            self._keep_loose_cells(parts, understood, ref)
            is_placed = False
        else:
            self._new_objective(parts, ref, text, flags, understood)
        if unknown := [_said_under_heading(parts, cell) for cell in parts.unmapped]:
            is_short = not any("\n" in said for said in unknown)
            remark = RemarkDraft("statement", ("; " if is_short else "\n").join(unknown), source=parts.source)
            objective = outline.objective if is_placed else None
            self.row_remarks.keep(remark, outline.section, objective, understood.actions)

    def _take_owners_above(self, understood: Understood) -> None:
        """ "As above" in the owner's cell is a guess at the owners of the row above."""
        named = list(read_owners([line.text for line in understood.shared.get(Field.OWNER, [])]))
        is_shared = says_as_above(readable(understood.shared.get(Field.OWNER, [])))
        for action in understood.actions:
            if is_shared or says_as_above(action.owners_as_written):
                action.owners = [replace(owner, is_guess=True) for owner in self.owners_above]
                names = ", ".join(owner.name or owner.post for owner in self.owners_above) or "nobody"
                action.flags.append(f"The owner is as in the row above, which names {names}.")
            named += [owner for owner in action.owners if owner not in named]
        if understood.actions:
            self.owners_above = named

    def _ref_and_objective(self, parts: RowParts) -> tuple[str, list[Line]]:
        lines = parts.lines(Field.OBJECTIVE)
        ref = parts.text(Field.REF).strip().rstrip(".):").strip()
        if len(ref.split()) > MOST_WORDS_OF_A_REF:
            # A sentence is no reference, whatever its column: a plan of several years has a column for each, say.
            headings = (parts.headings.get(cell.column, "") for cell in parts.cells[Field.REF])
            self.outline.remark(": ".join(filter(None, (*headings, ref))), parts.source)
            ref = ""
        if self.is_promoting and lines:
            self.ledger.fact(parts.source, lines[0].full_text)
            return ref, self.outline.promote(lines)
        if self.objective_across and not lines:
            lines = [Line(self.objective_across)]
            if match := NUMBERED.match(self.objective_across):
                return ref or match["number"], [Line(match["rest"].strip())]
            return ref, lines
        if not self.guess.has(Field.REF) and lines and (match := NUMBERED.match(lines[0].full_text)):
            return match["number"], [Line(match["rest"].strip()), *lines[1:]]
        return ref, lines

    def _new_objective(self, parts: RowParts, ref: str, text: str, flags: list[str], understood: Understood) -> None:
        if not text:
            text = understood.actions[0].text
            if self.guess.has(Field.OBJECTIVE):
                flags.append("The objective cell is empty; the action's words stand in its place.")
        elif not understood.actions and not understood.remarks:
            flags.append("The row states no action.")
        if text[:1].islower() and self.guess.has(Field.OBJECTIVE):
            flags.append("The objective begins with a small letter: part of it may be missing.")
        elif text[:1].islower() and self.guess.has(Field.REF) and not ref:
            flags.append("The row begins with a small letter and has no reference: is it the rest of the row above?")
        objective = ObjectiveDraft(
            ref, text, parts.text(Field.TIER), understood.actions, flags=flags + understood.flags, source=parts.source
        )
        _keep_shared(objective, understood, self.context.period)
        objective.recommendation = find_recommendation(text, *(action.text for action in understood.actions))
        self.outline.add_objective(objective)

    def _says_something_of_an_action(self, parts: RowParts) -> bool:
        said = any(parts.lines(each) for each in _OF_AN_ACTION)
        return said or any(cell.fill for cell in parts.cells.get(Field.RAG, []))

    def _goes_on(self, parts: RowParts, ref: str, text: str) -> bool:
        """Whether the row belongs to the objective above: merged with it, left empty below it, or repeating it."""
        above = self.outline.objective
        if above is None:
            return False
        if not text and _is_merged(parts, Field.OBJECTIVE):
            return True
        if text:
            return self.guess.has(Field.ACTION) and text == above.text and ref == above.ref
        return self.guess.has(Field.OBJECTIVE) and not ref

    def _add_to_objective(
        self, objective: ObjectiveDraft, parts: RowParts, text: str, flags: list[str], understood: Understood
    ) -> None:
        """A further row of the objective above: its actions join the others."""
        self.ledger.claim(parts.source, text, *(line.full_text for line in parts.lines(Field.REF)))
        for each in (Field.TIER, Field.OWNER, Field.TARGET_DATE, Field.OUTCOME):
            # Stands with the objective, whose source is another row.
            self.ledger.claim(
                parts.source, parts.text(each) if each is Field.TIER or understood.shared.get(each) else ""
            )
        if not text and not _is_merged(parts, Field.OBJECTIVE) and understood.actions:
            flags.append("The objective cell is empty; the action was put under the objective above.")
        objective.flags += [flag for flag in flags + understood.flags if flag not in objective.flags]
        if ref := parts.text(Field.REF).strip().rstrip(".):").strip():
            self._name_by_rows_ref(objective, parts, ref, understood)
        objective.actions += understood.actions
        tier = parts.text(Field.TIER)
        if tier and tier not in objective.tier.split("\n"):
            objective.tier = _joined(objective.tier, tier)
        if understood.actions:
            _keep_shared(objective, understood, self.context.period)
            found = find_recommendation(*(action.text for action in understood.actions))
            objective.recommendation = objective.recommendation or found
        else:
            self._keep_loose_cells(parts, understood, "")

    def _name_by_rows_ref(self, objective: ObjectiveDraft, parts: RowParts, ref: str, understood: Understood) -> None:
        """Below a merged objective each row's reference is its action's: 1a, 1b and 1c are a, b and c of 1."""
        if len(understood.actions) != 1 or understood.actions[0].letter or ref == objective.ref:
            return
        own, first = _LETTERED.fullmatch(ref), _LETTERED.fullmatch(objective.ref)
        if own and first and own["number"] == first["number"] and len(objective.actions) == 1:
            objective.ref, objective.actions[0].letter = first["number"], first["letter"]
        is_letter = own is not None and own["number"] == objective.ref
        understood.actions[0].letter = own["letter"] if own and is_letter else ref
        self.ledger.fact(parts.source, ref)

    def _keep_loose_cells(self, parts: RowParts, understood: Understood, ref: str) -> None:
        """A row without an action: what it says besides joins its remark, or is set aside with the row."""
        if understood.remarks:
            loose = [readable(lines) for lines in understood.shared.values() if lines]
            if text := "\n".join([ref, *loose] if ref else loose):
                self.outline.remark(text, parts.source)
        elif not understood.quarantined:
            self.outline.set_aside(parts.source, _NOTHING, parts.all_text)


def _keep_shared(objective: ObjectiveDraft, understood: Understood, period: tuple[dt.date, dt.date] | None) -> None:
    """What could not be matched to the row's actions stays with the objective."""
    owners = understood.shared.get(Field.OWNER, [])
    named = read_owners([line.text for line in owners])
    objective.owners += [owner for owner in named if owner not in objective.owners]
    objective.owners_as_written = _joined(objective.owners_as_written, readable(owners))
    dates = understood.shared.get(Field.TARGET_DATE, [])
    read = read_target_dates([line.text for line in dates], period=period)
    objective.target_dates += read
    objective.flags += unread_dates(read)
    objective.outcome = _joined(objective.outcome, readable(understood.shared.get(Field.OUTCOME, [])))


def _name_by_action_ref(parts: RowParts, ref: str, understood: Understood) -> None:
    """An action's own reference gives its letter: "3a" under objective 3 is a); "3.2" stays as it is."""
    written = parts.text(Field.ACTION_REF).strip().rstrip(".):").strip()
    rest = written.removeprefix(ref).lstrip(" .-(")
    if not rest:
        return
    if len(understood.actions) == 1 and not understood.actions[0].letter:
        understood.actions[0].letter = rest if re.fullmatch(r"[A-Za-z]", rest) else written
    elif understood.actions:
        understood.flags.append(f"The row's action reference is “{written}”.")
    else:
        understood.shared[Field.ACTION_REF] = [Line(written)]


def _is_total(parts: RowParts, filled: Sequence[Cell]) -> bool:
    """Whether a row adds up: it says so in its first words, or beside nothing but figures."""
    sums = [c for c in filled if _TOTAL.match(c.text) and len(c.text.split()) <= MOST_WORDS_OF_A_TOTAL]
    if not sums or filled[0] in sums:
        return bool(sums)
    places = (*parts.cells.get(Field.SECTION, ()), *parts.cells.get(Field.REF, ()))
    others = [cell for cell in filled if cell not in sums and cell not in places]
    is_plain = any(_PLAIN_TOTAL.fullmatch(cell.text) for cell in sums)
    return (is_plain or bool(others)) and all(_FIGURE.fullmatch(cell.text[:MOST_OF_A_FIGURE]) for cell in others)


def _is_done(parts: RowParts) -> bool:
    """Whether the row says that its action is complete: then it may be struck through because it is done."""
    stated = [read_rag(cell.text, cell.fill, parts.key).rag for cell in parts.cells.get(Field.RAG, ())]
    return Rag.BLUE in stated or bool(parts.lines(Field.COMPLETED))


def _said_under_heading(parts: RowParts, cell: Cell) -> str:
    heading, said = parts.headings.get(cell.column, ""), readable(lines_of(cell))
    return f"{heading}: {said}" if heading else said


def _is_merged(parts: RowParts, each: Field) -> bool:
    return any(cell.is_continuation for cell in parts.cells.get(each, []))


def _joined(first: str, second: str) -> str:
    return "\n".join(text for text in (first, second) if text)


def without_label(heading: str) -> str:
    """A heading without "Objective" in front of its number or words."""
    return _OBJECTIVE.sub("", " ".join(heading.split()))


def outside(location: str) -> Source:
    """Where a paragraph stands that belongs to no table; the number is its line or paragraph."""
    number = re.search(r"\d+$", location)
    return Source("the text outside the tables", int(number[0]) if number else 0)


def _shaded_by_status(rows: Sequence[Row]) -> bool:
    """Whether rows are shaded as wholes and by their status, not as a zebra's stripes."""
    wholes = []
    for row in rows:
        fills = [cell.fill for cell in row.cells]
        if len(row.filled_cells) > 1:
            wholes.append(fills[0] if 2 * fills.count(fills[0]) > len(fills) else None)
    return shading_is_status(wholes)
