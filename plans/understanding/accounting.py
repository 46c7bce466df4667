"""Proof at run time that no cell is lost: the words of every cell are looked for in what was made of its row.

A reader may forget a field, drop a line or swallow a row. So nothing is taken on trust: each line of each cell must be
found, word for word and as often as it occurs, in the draft's parts that come from its row. What is found nowhere is
set aside with the reason.
"""

import dataclasses
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from prevent_portal.tables_in import Cell, Paragraph, Row, Table

from .draft import ActionDraft, ObjectiveDraft, PlanDraft, QuarantinedDraft, Source
from .words import without_tags

UNPLACED = "This text was not placed anywhere."
UNPLACED_COLOUR = "The colour of this RAG cell was not placed anywhere."

_WORD = re.compile(r"\w+|[^\w\s.,;:()\[\]{}\-–—…'’‘\"“”/\\|•·▪◦‣*?!&<>+=_#~^`]")
"""A word, or a sign that says something by itself: a tick, a coloured dot, a percentage."""

_STATES_NOTHING = re.compile(r"^\W*(?:n/?a|none|nil|tb[cda])\W*$", re.IGNORECASE)
_QUOTED = re.compile(r"“([^”]*)”")
_NOT_TEXT = frozenset({"key", "kind", "basis", "field", "steps", "source", "notes", "confidence", "examples", "about"})
_PALE = 0xE0
"""A fill whose red, green and blue all reach this is as good as white."""

Place = tuple[str, int]


class Ledger:
    """What the reader says became of a row where the draft itself does not say which row its words come from."""

    def __init__(self) -> None:
        self._claims: dict[Place, list[str]] = defaultdict(list)
        self._facts: dict[Place, list[str]] = defaultdict(list)
        self._read_as: dict[Place, Place] = {}
        self.rag_columns: dict[Place, frozenset[int]] = {}

    def claim(self, source: Source, *texts: str) -> None:
        """These words of the row stand somewhere in the draft: its section's heading, the objective above, a column."""
        self._claims[source.table, source.row] += texts

    def fact(self, source: Source, *texts: str) -> None:
        """These words of the row were turned into a value: the date of update, a declared total, the given title."""
        self._facts[source.table, source.row] += texts

    def read_as(self, table: str, row: int, other: int) -> None:
        """The row was read together with another one of its table: a card's line, the second line of a heading."""
        self._read_as[table, row] = (table, other)

    def place(self, table: str, row: int) -> Place:
        return self._read_as.get((table, row), (table, row))

    def claims(self) -> Iterator[tuple[Place, str]]:
        yield from _each(self._claims)

    def facts(self) -> Iterator[tuple[Place, str]]:
        yield from _each(self._facts)


def account(draft: PlanDraft, tables: Iterable[Table], paragraphs: Iterable[Paragraph], ledger: Ledger) -> None:
    """Set aside what of the tables' cells and the paragraphs is nowhere in the draft; count cells in `draft.cells`.

    A cell counts as set aside if any of its lines is.
    """
    placed, set_aside = _words_by_row(draft, ledger)
    _believe_claims(draft, ledger, placed)
    counted = Counter(total=0, placed=0, set_aside=0)
    lost: list[QuarantinedDraft] = []
    for table in tables:
        for row in table.rows:
            place = ledger.place(table.name, row.number)
            known, aside = placed[place], set_aside[place]
            for cell in row.filled_cells:
                missing, is_aside = _missing_lines(cell, known, aside)
                if missing:
                    lost.append(QuarantinedDraft(table.name, row.number, UNPLACED, "\n".join(missing)))
                counted.update({"total": 1, "set_aside" if missing or is_aside else "placed": 1})
            for cell in _coloured_rag_cells(row, ledger.rag_columns.get((table.name, row.number), frozenset())):
                is_known = known["#shading"] > 0 or aside["#shading"] > 0
                if not is_known:
                    text = f"cell shading #{cell.fill}"
                    lost.append(QuarantinedDraft(table.name, row.number, UNPLACED_COLOUR, text))
                counted.update({"total": 1, "placed" if is_known else "set_aside": 1})
    said = _Said(draft)
    facts = {" ".join(_words(text)) for _, text in ledger.facts()}
    for paragraph in paragraphs:
        text = " ".join(_words(paragraph.text))
        if text and text not in facts and not said.has(paragraph.text):
            number = re.search(r"\d+$", paragraph.location)
            where = "the text outside the tables"
            lost.append(QuarantinedDraft(where, int(number[0]) if number else 0, UNPLACED, paragraph.full_text))
    draft.quarantined += lost
    draft.cells = dict(counted)


def _missing_lines(cell: Cell, placed: Counter[str], set_aside: Counter[str]) -> tuple[list[str], bool]:
    """The lines of a cell that are nowhere, and whether any is among what was set aside. Takes the words found."""
    missing, is_aside = [], False
    for paragraph in cell.paragraphs:
        for line in without_tags(paragraph.text).split("\n"):
            words = Counter(_words(line))
            if not words or _STATES_NOTHING.match(line) or _take(words, placed):
                continue
            if _take(words, set_aside):
                is_aside = True
            else:
                missing.append(line.strip())
    return missing, is_aside


def _take(words: Counter[str], pool: Counter[str]) -> bool:
    if any(pool[word] < number for word, number in words.items()):
        return False
    pool.subtract(words)
    return True


def _coloured_rag_cells(row: Row, columns: frozenset[int]) -> list[Cell]:
    """RAG cells that speak by their colour alone. A row shaded alike throughout says nothing by it."""
    found = [
        cell
        for cell in row.cells
        if cell.column in columns and cell.is_empty and cell.fill and not cell.is_continuation and not _is_pale(cell)
    ]
    others = [cell.fill for cell in row.cells if cell.column not in columns]
    return [cell for cell in found if 2 * others.count(cell.fill) <= len(others)]


def _is_pale(cell: Cell) -> bool:
    return all(int((cell.fill or "FFFFFF")[at : at + 2], 16) >= _PALE for at in (0, 2, 4))


def _words_by_row(draft: PlanDraft, ledger: Ledger) -> tuple[dict[Place, Counter[str]], dict[Place, Counter[str]]]:
    """For each row the words that the draft has from it: placed, and set aside."""
    placed: dict[Place, Counter[str]] = defaultdict(Counter)
    set_aside: dict[Place, Counter[str]] = defaultdict(Counter)

    def add(source: Source, *texts: str) -> None:
        pool = placed[ledger.place(source.table, source.row)]
        for text in texts:
            pool.update(_words(text))

    for section in draft.sections:
        for remark in section.remarks:
            add(remark.source, remark.text.removeprefix(remark.about))
            if remark.points_to not in remark.text:
                add(remark.source, remark.points_to)
        for objective in section.objectives:
            add(objective.source, *_said_by_objective(objective))
            for action in objective.actions:
                add(action.source, *_said_by_action(action), f"{objective.ref}{action.letter}")
                if "shading" in action.rag_as_written or any(_names_colour(flag) for flag in action.flags):
                    placed[ledger.place(action.source.table, action.source.row)]["#shading"] += 1
    for each in draft.quarantined:
        set_aside[ledger.place(each.table, each.row)].update(_words(each.text))
        if "shading" in each.text:
            set_aside[ledger.place(each.table, each.row)]["#shading"] += 1
    for (table, row), text in ledger.facts():
        placed[ledger.place(table, row)].update(_words(text))
    return placed, set_aside


def _said_by_objective(objective: ObjectiveDraft) -> list[str]:
    dates = [date.as_written for date in objective.target_dates]
    flags = [quoted for flag in objective.flags for quoted in _QUOTED.findall(flag)]
    return [
        objective.ref, objective.text, objective.tier, objective.owners_as_written, objective.outcome, *dates, *flags,
    ]  # fmt: skip


def _said_by_action(action: ActionDraft) -> list[str]:
    """What an action says, each thing once: its steps stand in its text, its owners are there as written."""
    dates = [date.as_written for date in action.target_dates if not date.is_guess]
    flags = [quoted for flag in action.flags for quoted in _QUOTED.findall(flag)]
    notes = [f"{note.heading}\n{note.note}\n{note.rag_as_written}" for note in action.progress_notes]
    return [
        action.letter, action.text, action.owners_as_written, *action.partners, *dates, action.outcome,
        *action.milestones, action.resources, action.progress, *notes, action.rag_as_written, action.marking, *flags,
    ]  # fmt: skip


def _names_colour(flag: str) -> bool:
    return "shad" in flag or "colour" in flag


def _believe_claims(draft: PlanDraft, ledger: Ledger, placed: Mapping[Place, Counter[str]]) -> None:
    """A claim counts only if its words do stand in the draft."""
    said = _Said(draft)
    for (table, row), text in ledger.claims():
        if said.has(text):
            placed[ledger.place(table, row)].update(_words(text))


class _Said:
    """All that the draft says, for looking up runs of words."""

    def __init__(self, draft: PlanDraft) -> None:
        texts = [" ".join(_words(text)) for text in _texts(draft)]
        self._whole = f" {' | '.join(texts)} "
        self._known: dict[str, bool] = dict.fromkeys(texts, True)

    def has(self, text: str) -> bool:
        """Whether each line's words stand together in the draft."""
        return all(self._has_line(line) for line in without_tags(text).split("\n"))

    def _has_line(self, line: str) -> bool:
        words = " ".join(_words(line))
        if words not in self._known:
            self._known[words] = not words or f" {words} " in self._whole
        return self._known[words]


def _texts(value: Any) -> Iterator[str]:
    """Every line that a person will read in the draft; a table's headings among them."""
    if isinstance(value, str):
        yield from value.split("\n")
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for each in dataclasses.fields(value):
            if each.name not in _NOT_TEXT:
                yield from _texts(getattr(value, each.name))


def _each(texts: Mapping[Place, list[str]]) -> Iterator[tuple[Place, str]]:
    for place, said in texts.items():
        for text in said:
            yield place, text


def _words(text: str) -> list[str]:
    """The words of a text but for "and": "March and September 2024" becomes two dates, and it stands in neither."""
    return [word for word in _WORD.findall(without_tags(text).lower()) if word != "and"]
