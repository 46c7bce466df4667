"""Plans as other councils lay them out, and plans made at random: what each column holds, and that no cell is lost."""

import datetime as dt
import random
import re

import pytest

from plans.rules import DateKind, Rag
from plans.understanding import summary, understand_plan, understand_plans
from plans.understanding.columns import WORDS, Field
from plans.understanding.draft import PlanDraft
from prevent_portal.tables_in import Cell, Document, Paragraph, SourceKind, Table
from tests.plans.documents import across, table, word

WORK = (
    ("1.1", "The board leads the work", "Agree the terms of reference", "Head of Libraries", "June 2026", "Green"),
    ("1.2", "Local risk is known", "Write the yearly risk assessment", "Prevent Coordinator", "30/09/2026", "Amber"),
    ("2.1", "Staff know what to do", "Publish the training offer", "Workforce Manager", "March 2027", "Red"),
    ("2.2", "Venues are hired safely", "Adopt a policy for venue hire", "Facilities Team", "Ongoing", "Complete"),
)
RAGS = [Rag.GREEN, Rag.AMBER, Rag.RED, Rag.BLUE]


def rags(draft: PlanDraft) -> list[Rag]:
    return [action.rag for action in draft.actions]


def test_columns_without_headings_are_known_by_what_they_hold():
    draft = understand_plan(word(table(*WORK)))
    assert [column.field for column in draft.tables[0].columns] == [
        "ref", "objective", "action", "owner", "target_date", "rag",
    ]  # fmt: skip
    assert {column.basis for column in draft.tables[0].columns} == {"values"}
    assert rags(draft) == RAGS


def test_heading_of_two_rows_is_read_as_one():
    head = ("No.", "What do we want to achieve?", "What will we do?", "Who?")
    spanning = Cell((Paragraph("Timescale"),), column=4, column_span=2)
    first = (*head, spanning, Cell((Paragraph("Status"),), column=6))
    second = ("", "", "", "", "Start", "Finish", "")
    rows = [(ref, aim, what, who, "April 2026", due, rag) for ref, aim, what, who, due, rag in WORK]
    draft = understand_plan(word(table(first, second, *rows)))
    assert len(draft.actions) == 4
    assert [date.on for date in draft.actions[1].target_dates if date.kind is DateKind.FIXED] == [dt.date(2026, 9, 30)]
    assert any(date.kind is DateKind.START for date in draft.actions[0].target_dates)


@pytest.mark.parametrize(
    ("heading", "values", "field"),
    [
        ("Target", ["June 2026", "July 2026", "March 2027", "Ongoing"], "target_date"),
        ("Target", ["80% of staff", "Nine schools", "All wards", "Ten halls"], "outcome"),
        ("Status", ["Green", "Amber", "Red", "Complete"], "rag"),
        ("Priority", ["High", "Low", "Medium", "High"], ""),
    ],
)
def test_what_a_heading_means_is_settled_by_the_cells_below_it(heading, values, field):
    rows = [(what, who, value) for (_, _, what, who, _, _), value in zip(WORK, values, strict=True)]
    draft = understand_plan(word(table(("Action", "Owner", heading), *rows)))
    assert draft.tables[0].columns[2].field == field


def test_what_an_authority_said_beats_the_guess_and_a_person_beats_both():
    document = word(table(("Action", "Owner", "Sparkle"), ("Agree the terms", "Facilities Team", "June 2026")))
    assert understand_plan(document).tables[0].columns[2].field == ""
    remembered = understand_plan(document, remembered={"sparkle": "target_date"})
    assert remembered.tables[0].columns[2].basis == "remembered"
    assert remembered.actions[0].target_dates[0].on == dt.date(2026, 6, 30)
    told = understand_plan(document, remembered={"sparkle": "target_date"}, columns={1: {2: "outcome"}})
    assert told.actions[0].outcome == "June 2026"
    left_out = understand_plan(document, columns={1: {2: "leave_out"}})
    assert [each.text for each in left_out.quarantined] == ["June 2026"]


def test_one_table_for_each_action_is_read_with_the_heading_above_as_its_objective():
    blocks = []
    for number, (ref, aim, what, who, due, rag) in enumerate(WORK, start=1):
        blocks.append(Paragraph(f"Objective {ref}: {aim}", heading_level=2))
        lines = (("Action", what), ("Lead officer", who), ("Timescale", due), ("RAG status", rag))
        blocks.append(table(*lines, number=number))
    draft = understand_plan(word(*blocks))
    assert [(o.ref, o.text) for o in draft.objectives] == [(each[0], each[1]) for each in WORK]
    assert rags(draft) == RAGS
    assert draft.cells["set_aside"] == 0


def test_objectives_on_rows_across_stand_below_their_priority():
    rows: list[tuple] = [("Action", "Lead", "Target date")]
    rows.append((across("PRIORITY 1: LEADING", 3),))
    for ref, aim, what, who, due, _ in WORK:
        rows += [(across(f"Objective {ref}: {aim}", 3),), (what, who, due)]
    draft = understand_plan(word(table(*rows)))
    assert [section.title for section in draft.sections] == ["PRIORITY 1: LEADING"]
    assert [objective.ref for objective in draft.objectives] == ["1.1", "1.2", "2.1", "2.2"]


def test_colour_key_below_the_table_rules_its_colours():
    def shaded(fill: str, column: int) -> Cell:
        return Cell((), column=column, fill=fill)

    plan = table(("Action", "Owner", "RAG"), *((what, who, shaded("7030A0", 2)) for _, _, what, who, _, _ in WORK))
    key = table((shaded("7030A0", 0), "Complete"), (shaded("00B050", 0), "On track"), number=2)
    assert rags(understand_plan(word(plan))) == [Rag.NOT_STATED] * 4
    assert rags(understand_plan(word(plan, key))) == [Rag.BLUE] * 4


def sheets(*titles: str) -> Document:
    head = ("Ref", "Objective", "Action", "Owner", "Target date", "RAG")
    tables = [table(head, *WORK, number=at, title=title, sheet=True) for at, title in enumerate(titles, start=1)]
    return Document(SourceKind.EXCEL, list(tables), filename="plan.xlsx")


def test_sheets_of_two_years_are_two_plans_unless_a_person_says_one():
    document = sheets("2025-26", "2026-27")
    plans = understand_plans(document)
    assert [(plan.period_start, len(plan.actions)) for plan in plans] == [
        (dt.date(2025, 4, 1), 4),
        (dt.date(2026, 4, 1), 4),
    ]
    (one,) = understand_plans(document, as_one=True)
    assert len(one.actions) == 8


def test_sheets_of_priorities_are_sections_of_one_plan():
    (plan,) = understand_plans(sheets("Governance", "Training"))
    assert [section.title for section in plan.sections] == ["Governance", "Training"]


def test_two_titled_plans_of_a_text_are_two():
    head = ("Ref", "Objective", "Action", "Owner", "Target date", "RAG")
    blocks: list[Paragraph | Table] = []
    for number, name in enumerate(("Northvale", "Southmere"), start=1):
        blocks.append(Paragraph(f"{name} District Council Prevent action plan 2026/27", heading_level=1))
        blocks.append(table(head, *WORK, number=number))
    plans = understand_plans(word(*blocks))
    assert [plan.title.split()[0] for plan in plans] == ["Northvale", "Southmere"]


@pytest.mark.parametrize(
    "rows",
    [
        [("Version", "Date", "Author", "Change"), ("0.1", "1 March 2026", "Prevent Coordinator", "First draft")],
        [("Term", "Meaning"), ("CTLP", "A profile"), ("DSL", "A lead")],
        [("Name", "Role", "E-mail"), ("Chair", "Board chair", "chair@council.example")],
        [("Risk", "Likelihood", "Impact", "Mitigating action", "Risk owner"), ("Funding", "2", "5", "Bid early", "HR")],
    ],
    ids=["versions", "glossary", "contacts", "risks"],
)
def test_tables_of_other_things_are_set_aside_with_a_reason(rows):
    plan = table(("Ref", "Objective", "Action", "Owner", "Target date", "RAG"), *WORK)
    draft = understand_plan(word(plan, table(*rows, number=2)))
    assert len(draft.actions) == 4
    assert {each.table for each in draft.quarantined} == {"table 2"}
    assert [each.is_used for each in draft.tables] == [True, False]


# Plans made at random

UNKNOWN = ("Ward", "Political group", "Sparkle", "Links to", "Equality group", "Meeting")
VALUES = {
    Field.REF: lambda r, n: f"{n}.",
    Field.OBJECTIVE: lambda r, n: f"Partners know what risk number {n} means for residents",
    Field.ACTION: lambda r, n: f"{r.choice(('Write', 'Publish', 'Agree', 'Review'))} paper {n} for the board",
    Field.OWNER: lambda r, n: r.choice(("Head of Libraries", "Facilities Team", "Workforce Manager")),
    Field.TARGET_DATE: lambda r, n: r.choice(("June 2026", "31/03/2027", "Ongoing", "tbc")),
    Field.OUTCOME: lambda r, n: f"{n * 7} people say that they have learned something",
    Field.PROGRESS: lambda r, n: f"Meeting {n} was held and the minutes are out",
    Field.RAG: lambda r, n: r.choice(("Green", "Amber", "Red", "Complete", "")),
}


def random_plan(seed: int) -> tuple[Document, list[Field | None], int]:
    """A document, what its columns hold (None: nobody knows), and how many actions it has."""
    r = random.Random(seed)
    fields: list[Field | None] = [
        Field.ACTION,
        *r.sample([f for f in VALUES if f is not Field.ACTION], r.randint(3, 7)),
    ]
    fields += [None] * r.randint(0, 2)
    r.shuffle(fields)
    unknown = iter(r.sample(UNKNOWN, 2))
    names = [r.choice(WORDS[each][:3]).capitalize() if each else next(unknown) for each in fields]
    rows: list[tuple] = []
    for _ in range(r.randint(0, 3)):
        rows.append(
            ("", *[""] * (len(fields) - 1)) if r.random() < 0.5 else (across("Our plan, as agreed", len(fields)),)
        )
    rows.append(tuple(names))
    count = r.randint(3, 12)
    for number in range(1, count + 1):
        if r.random() < 0.2:
            rows.append((across(f"Priority {number}: area {number}", len(fields)),))
        if r.random() < 0.1:
            rows.append(tuple(names))
        cells = []
        for column, each in enumerate(fields):
            text = VALUES[each](r, number) if each else f"Something else {number}"
            zebra = "DDEBF7" if number % 2 else None
            cells.append(Cell((Paragraph(text),) if text else (), column=column, fill=zebra))
        rows.append(tuple(cells))
    return word(Paragraph("Prevent action plan 2026/27", heading_level=1), table(*rows)), fields, count


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def everything_said(value) -> str:
    if isinstance(value, dict):
        return " ".join(everything_said(each) for key, each in value.items() if key != "examples")
    if isinstance(value, list):
        return " ".join(map(everything_said, value))
    return " ".join(words_of(value)) if isinstance(value, str) else ""


@pytest.mark.parametrize("seed", range(60))
def test_plan_of_permuted_columns_and_unknown_headings_is_read_whole(seed):
    document, fields, count = random_plan(seed)
    draft = understand_plan(document)
    assert len(draft.actions) == count
    found = {column.column: column.field for column in draft.tables[0].columns}
    assert [found.get(column, "") for column in range(len(fields))] == [each.value if each else "" for each in fields]
    said = f" {everything_said(draft.to_json())} "
    for source in document.tables[0].rows:
        for cell in source.filled_cells:
            if cell.text != "tbc":
                assert f" {' '.join(words_of(cell.text))} " in said
    figures = summary(draft)["cells"]
    filled = sum(len(source.filled_cells) for source in document.tables[0].rows)
    assert figures == {"total": filled, "placed": filled, "set_aside": 0}


def test_what_a_reader_loses_is_set_aside_by_the_accounting(monkeypatch):
    from plans.understanding import rows

    keep = rows._fill_in

    def forgetful(parts, action, each, lines):
        if each is not Field.OUTCOME:
            keep(parts, action, each, lines)

    monkeypatch.setattr(rows, "_fill_in", forgetful)
    draft = understand_plan(word(table(("Action", "Owner", "Outcome"), ("Agree it", "Facilities Team", "Nine in ten"))))
    assert [(each.reason, each.text) for each in draft.quarantined] == [
        ("This text was not placed anywhere.", "Nine in ten")
    ]
    assert draft.cells == {"total": 6, "placed": 5, "set_aside": 1}
