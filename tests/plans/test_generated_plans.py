"""Plans made at random, as councils lay them out: every value lands in its field, and no cell is lost.

What is said of lost cells is checked here by other means than those with which the reader accounts for them.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from plans.rules import DateKind, Rag
from plans.understanding import rows as rows_module
from plans.understanding import summary, understand_plan
from plans.understanding.columns import ALSO, WORDS, Field
from plans.understanding.draft import ActionDraft, ObjectiveDraft, PlanDraft
from prevent_portal.tables_in import Cell, Document, Table
from tests.plans.documents import across, cell, heading, table, word

SEEDS = range(150)
UNKNOWN = ("Ward", "Political group", "Sparkle", "Links to", "Equality group", "Meeting")
RAGS = {"Green": Rag.GREEN, "Amber": Rag.AMBER, "Red": Rag.RED, "Complete": Rag.BLUE, "": Rag.NOT_STATED}
VALUES = {
    Field.REF: lambda r, n: f"{n}",
    Field.OBJECTIVE: lambda r, n: f"Partners know what risk number {n} means for residents",
    Field.ACTION: lambda r, n: f"{r.choice(('Write', 'Publish', 'Agree', 'Review'))} paper {n} for the board",
    Field.OWNER: lambda r, n: r.choice(("Head of Libraries", "Facilities Team", "Workforce Manager", "")),
    Field.START_DATE: lambda r, n: f"{n} April 2026",
    Field.TARGET_DATE: lambda r, n: r.choice(("June 2026", f"{n}/03/2027", "Ongoing", f"{n} May 2026", "")),
    Field.OUTCOME: lambda r, n: f"{n * 7} people say that they have learned something",
    Field.PROGRESS: lambda r, n: r.choice((f"Meeting {n} was held and the minutes are out", "")),
    Field.RESOURCES: lambda r, n: f"£{n},500 and officer time",
    Field.RAG: lambda r, n: r.choice([*RAGS]),
    None: lambda r, n: f"Something else {n}",
}
KNOWN = [each for each in VALUES if each not in (None, Field.ACTION)]
MEANINGS = [name for names in (*WORDS.values(), *ALSO.values()) for name in names]
NAMES = {each: [name for name in WORDS[each] if MEANINGS.count(name) == 1] for each in (Field.ACTION, *KNOWN)}
"""What a field is called where the same words never mean another one."""


@dataclass
class Made:
    """A document, and what its maker knows of it: for each action the text of each field (None: nobody knows)."""

    document: Document
    actions: list[dict[Field | None, str]] = field(default_factory=list)


def made(seed: int) -> Made:
    r = random.Random(seed)
    fields: list[Field | None] = [Field.ACTION, *r.sample(KNOWN, r.randint(2, 6)), *[None] * r.randint(0, 1)]
    r.shuffle(fields)
    blank = r.randrange(len(fields)) if r.random() < 0.3 else None  # a column with neither heading nor values
    headings = [r.choice(NAMES[each]) if each else r.choice(UNKNOWN) for each in fields]
    headings = [_written(r, each) for each in headings]
    is_zebra, is_in_two_lines = r.random() < 0.5, r.random() < 0.25
    result = Made(word(heading("Prevent action plan 2026/27")))
    number = 0
    for at in range(1, r.choice((1, 1, 1, 2, 3)) + 1):
        rows: list[tuple[str | Cell, ...]] = []
        for _ in range(r.randint(0, 3)):
            rows.append(() if r.random() < 0.5 else (across("Our plan, as agreed", len(fields)),))
        rows += _in_two_lines(headings) if is_in_two_lines else [tuple(headings)]
        for _ in range(r.randint(3, 8)):
            number += 1
            if r.random() < 0.15:
                rows.append((across(f"Priority {number}: area {number}", len(fields)),))
            if r.random() < 0.1:
                rows.append(())
            values = {each: VALUES[each](r, number) for each in fields}
            fill = "DDEBF7" if is_zebra and number % 2 else None
            rows.append(tuple(cell(values[each], column, fill=fill) for column, each in enumerate(fields)))
            result.actions.append(values)
        if blank is not None:
            rows = [_with_blank(each, blank) for each in rows]
        result.document.blocks.append(table(*rows, number=at))
    return result


def _written(r: random.Random, name: str) -> str:
    return r.choice((name.capitalize(), name.upper(), name.title(), f"{name.capitalize()}:", f" {name} "))


def _in_two_lines(headings: list[str]) -> list[tuple[str, ...]]:
    """The last word of each long heading stands in a row of its own."""
    split = [each.strip().rsplit(" ", 1) if len(each) > 7 and " " in each.strip() else [each, ""] for each in headings]
    return [tuple(each[0] for each in split), tuple(each[1] for each in split)]


def _with_blank(cells: tuple[str | Cell, ...], at: int) -> tuple[str | Cell, ...]:
    """The row with an empty cell before column `at`; one that is merged across becomes as much wider."""
    made_cells = [each if isinstance(each, Cell) else cell(each, column) for column, each in enumerate(cells)]
    if len(made_cells) == 1 and made_cells[0].column_span > 1:
        return (across(made_cells[0].text, made_cells[0].column_span + 1),)
    if made_cells:
        made_cells.insert(at, cell(""))
    return tuple(cell(each.text, column, fill=each.fill) for column, each in enumerate(made_cells))


def expected_of(values: dict[Field | None, str]) -> dict[Field, object]:
    expected: dict[Field, object] = {each: text for each, text in values.items() if each is not None}
    if Field.RAG in expected:
        expected[Field.RAG] = RAGS[values[Field.RAG]]
    return expected


def said_by(objective: ObjectiveDraft, action: ActionDraft, fields: set[Field]) -> dict[Field, object]:
    dates = {
        is_start: " ".join(date.as_written for date in action.target_dates if (date.kind is DateKind.START) is is_start)
        for is_start in (True, False)
    }
    said = {
        Field.REF: objective.ref,
        Field.OBJECTIVE: objective.text,
        Field.ACTION: action.text,
        Field.OWNER: action.owners_as_written,
        Field.START_DATE: dates[True],
        Field.TARGET_DATE: dates[False],
        Field.OUTCOME: action.outcome,
        Field.PROGRESS: " ".join([action.progress, *(note.note for note in action.progress_notes)]).strip(),
        Field.RESOURCES: action.resources,
        Field.RAG: action.rag,
    }
    return {each: value for each, value in said.items() if each in fields}


def words_of(text: str) -> str:
    return " ".join(re.findall(r"[\w£%]+", text.lower()))


def texts_of(value: object) -> Iterator[str]:
    """Every text in a draft's plain form except the examples of a column, and what only names a remark's row."""
    if isinstance(value, dict):
        name = value.get("about", "")
        for key, each in value.items():
            if key not in ("examples", "about"):
                yield from texts_of(each.removeprefix(name) if key == "text" else each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_of(each)
    elif isinstance(value, str):
        yield words_of(value)


def lost_cells(document: Document, draft: PlanDraft) -> list[str]:
    """The filled cells whose words stand together nowhere in the draft."""
    said = f" {' | '.join(texts_of(draft.to_json()))} "
    return [
        each.text
        for block in document.blocks
        if isinstance(block, Table)
        for row in block.rows
        for each in row.filled_cells
        if f" {words_of(each.text)} " not in said
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_value_of_a_plan_lands_in_its_field_and_no_cell_is_lost(seed):
    plan = made(seed)
    draft = understand_plan(plan.document)
    fields = {each for each in plan.actions[0] if each is not None}
    rows = [(objective, action) for objective in draft.objectives for action in objective.actions]
    assert [said_by(*row, fields) for row in rows] == [expected_of(values) for values in plan.actions]
    assert lost_cells(plan.document, draft) == []
    filled = sum(len(row.filled_cells) for each in plan.document.tables for row in each.rows)
    assert summary(draft)["cells"] == {"total": filled, "placed": filled, "set_aside": 0}


@pytest.mark.parametrize("seed", list(SEEDS)[:10])
def test_what_is_asked_of_lost_cells_notices_one(seed):
    plan = made(seed)
    draft = understand_plan(plan.document)
    draft.objectives[0].actions[0].text = ""
    draft.objectives[0].text = ""
    assert lost_cells(plan.document, draft)[:2] in (
        [plan.actions[0].get(each) for each in order]
        for order in ((Field.ACTION,), (Field.ACTION, Field.OBJECTIVE), (Field.OBJECTIVE, Field.ACTION))
    )


def test_word_that_joined_two_dates_is_not_missed():
    draft = understand_plan(word(table(("Action", "Target date"), ("Agree it", "March and September 2026"))))
    assert [date.as_written for date in draft.actions[0].target_dates] == ["March", "September 2026"]
    assert draft.cells == {"total": 4, "placed": 4, "set_aside": 0}


@pytest.mark.parametrize("forgotten", [Field.OUTCOME, Field.RESOURCES])
def test_what_a_reader_loses_is_set_aside_by_the_accounting(monkeypatch, forgotten):
    keep = rows_module._fill_in

    def forgetful(parts, action, each, lines):
        if each is not forgotten:
            keep(parts, action, each, lines)

    monkeypatch.setattr(rows_module, "_fill_in", forgetful)
    name = WORDS[forgotten][0].capitalize()
    draft = understand_plan(word(table(("Action", "Owner", name), ("Agree it", "Facilities Team", "Nine in ten"))))
    assert [(each.table, each.row, each.reason, each.text) for each in draft.quarantined] == [
        ("table 1", 2, "This text was not placed anywhere.", "Nine in ten")
    ]
    assert draft.cells == {"total": 6, "placed": 5, "set_aside": 1}
