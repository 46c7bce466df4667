"""Plans that are not laid out as one table with one action a row, and files that hold more than one plan."""

import pytest

from plans.rules import Rag
from plans.understanding import understand_plan, understand_plans
from plans.understanding.draft import PlanDraft
from prevent_portal.tables_in import Cell, Document, Paragraph, SourceKind, Table
from tests.plans.documents import across, cell, heading, table, word

HEADINGS = ("Action", "Owner", "Target date", "RAG")
ROWS = (
    ("Agree the terms of reference", "Head of Libraries", "30/06/2026", "Green"),
    ("Write the yearly risk assessment", "Prevent Coordinator", "30/09/2026", "Amber"),
    ("Publish the training offer", "Facilities Team", "31/03/2027", "Red"),
)
ACTIONS = [row[0] for row in ROWS]


def workbook(*sheets: tuple[str, tuple[tuple, ...]]) -> Document:
    made = [table(*rows, number=at, title=title, sheet=True) for at, (title, rows) in enumerate(sheets, start=1)]
    return Document(SourceKind.EXCEL, list(made), filename="plan.xlsx")


def titles(draft: PlanDraft) -> list[str]:
    return [section.title for section in draft.sections]


def texts(draft: PlanDraft) -> list[str]:
    return [action.text for action in draft.actions]


def by_section(draft: PlanDraft) -> dict[str, list[str]]:
    return {
        section.title: [action.text for objective in section.objectives for action in objective.actions]
        for section in draft.sections
    }


# Cards


def card(number: int, *lines: tuple[str, str]) -> Table:
    return table(*lines, number=number)


def test_cards_that_name_their_objective_keep_the_heading_above_as_a_section():
    blocks: list = []
    for number, (what, who, due, rag) in enumerate(ROWS, start=1):
        blocks += [heading(f"Priority {number}: Leading", 2)]
        blocks += [
            card(
                number, ("Ref", f"{number}.1"), ("Objective", f"Partners know aim {number}"), ("Action", what),
                ("Owner", who), ("Target date", due), ("RAG", rag),
            )
        ]  # fmt: skip
    draft = understand_plan(word(*blocks))
    assert titles(draft) == ["Priority 1: Leading", "Priority 2: Leading", "Priority 3: Leading"]
    assert [(each.ref, each.text) for each in draft.objectives] == [
        (f"{number}.1", f"Partners know aim {number}") for number in (1, 2, 3)
    ]
    assert texts(draft) == ACTIONS
    assert draft.cells["set_aside"] == 0


def test_line_of_a_card_that_nobody_knows_stays_as_a_remark():
    lines = (("Action", ROWS[0][0]), ("Owner", ROWS[0][1]), ("Timescale", "June 2026"), ("Sparkle", "Very shiny"))
    draft = understand_plan(word(card(1, *lines)))
    remarks = [remark.text for section in draft.sections for remark in section.remarks]
    assert remarks == [f"“{ROWS[0][0]}” – Sparkle: Very shiny"]
    assert draft.cells == {"total": 8, "placed": 8, "set_aside": 0}


def test_table_of_facts_about_the_plan_is_no_card():
    facts = table(("Owner", "Prevent Coordinator"), ("Status", "Draft"), ("Review date", "March 2027"))
    draft = understand_plan(word(facts, table(HEADINGS, *ROWS, number=2)))
    assert texts(draft) == ACTIONS


# Several plans


def test_workbook_of_two_years_gives_a_plan_for_each_and_one_if_a_person_says_so():
    document = workbook(("Plan 2025-26", (HEADINGS, *ROWS[:1])), ("Plan 2026-27", (HEADINGS, *ROWS[1:])))
    plans = understand_plans(document)
    assert [texts(plan) for plan in plans] == [ACTIONS[:1], ACTIONS[1:]]
    assert [plan.period_start.year for plan in plans] == [2025, 2026]
    assert len({plan.title for plan in plans}) == 2
    assert [plan.notes[0] for plan in plans] == [
        "The file holds 2 plans: this is number 1.", "The file holds 2 plans: this is number 2.",
    ]  # fmt: skip
    (one,) = understand_plans(document, as_one=True)
    assert texts(one) == ACTIONS
    assert titles(one) == ["Plan 2025-26", "Plan 2026-27"]


def test_two_districts_in_one_word_file_are_two_plans_and_one_if_a_person_says_so():
    document = word(
        heading("Northvale District Council Prevent action plan 2026/27"), table(HEADINGS, *ROWS[:2]),
        heading("Southmere District Council Prevent action plan 2026/27"), table(HEADINGS, *ROWS[2:], number=2),
    )  # fmt: skip
    plans = understand_plans(document)
    assert [(plan.title.split()[0], texts(plan)) for plan in plans] == [
        ("Northvale", ACTIONS[:2]), ("Southmere", ACTIONS[2:]),
    ]  # fmt: skip
    assert texts(understand_plans(document, as_one=True)[0]) == ACTIONS


def test_title_repeated_on_every_page_makes_no_further_plan():
    title = "Northvale District Council Prevent action plan 2026/27"
    document = word(
        heading(title), table(HEADINGS, *ROWS[:2]), heading(f"{title} (continued)"), table(HEADINGS, ROWS[2], number=2)
    )
    (plan,) = understand_plans(document)
    assert texts(plan) == ACTIONS


def test_sheets_named_by_priorities_are_sections_of_one_plan():
    document = workbook(("Leading", (HEADINGS, ROWS[0])), ("Safe places", (HEADINGS, *ROWS[1:])))
    (plan,) = understand_plans(document)
    assert by_section(plan) == {"Leading": ACTIONS[:1], "Safe places": ACTIONS[1:]}


@pytest.mark.parametrize("name", ["Archive", "Completed actions", "Closed", "Old plan"])
def test_sheet_of_what_is_over_is_read_and_noted(name):
    document = workbook(("Live", (HEADINGS, *ROWS[:2])), (name, (HEADINGS, ROWS[2])))
    draft = understand_plan(document)
    assert texts(draft) == ACTIONS
    assert f"The sheet “{name}” seems to hold what is over. It was read like the others." in draft.notes


# Sections


def test_short_line_above_each_of_several_tables_is_its_section():
    draft = understand_plan(
        word(
            Paragraph("Leading the work"), table(HEADINGS, *ROWS[:2]),
            Paragraph("Safe places"), table(HEADINGS, ROWS[2], number=2),
        )
    )  # fmt: skip
    assert by_section(draft) == {"Leading the work": ACTIONS[:2], "Safe places": ACTIONS[2:]}


def test_sentence_above_a_table_is_no_section():
    sentence = "The board looks at these actions each quarter."
    draft = understand_plan(
        word(table(HEADINGS, *ROWS[:2]), Paragraph(sentence), table(HEADINGS, ROWS[2], number=2))
    )  # fmt: skip
    assert titles(draft) == ["Actions"]
    assert [remark.text for remark in draft.sections[0].remarks] == [sentence]


def test_objectives_on_rows_across_stand_below_rows_of_priorities():
    rows: list[tuple] = [HEADINGS]
    for number, each in enumerate(ROWS, start=1):
        if number != 2:
            rows.append((across(f"PRIORITY {number}: AREA {number}", 4),))
        rows += [(across(f"Objective {number}: Partners know aim {number}", 4),), each]
    draft = understand_plan(word(table(*rows)))
    assert by_section(draft) == {"PRIORITY 1: AREA 1": ACTIONS[:2], "PRIORITY 3: AREA 3": ACTIONS[2:]}
    assert [(each.ref, each.text) for each in draft.objectives] == [
        (str(number), f"Partners know aim {number}") for number in (1, 2, 3)
    ]
    assert draft.cells["set_aside"] == 0


# Colour keys


PURPLE, TEAL = "7030A0", "00B0F0"


def coloured() -> list[tuple]:
    return [(*row[:3], cell("", 3, fill=fill)) for row, fill in zip(ROWS, (PURPLE, TEAL, PURPLE), strict=True)]


def key_rows() -> list[tuple[Cell, str]]:
    return [(cell("", fill=PURPLE), "On track"), (cell("", fill=TEAL), "Complete")]


def test_colours_that_no_key_explains_state_nothing():
    draft = understand_plan(word(table(HEADINGS, *coloured())))
    assert [action.rag for action in draft.actions][0::2] == [Rag.NOT_STATED] * 2


@pytest.mark.parametrize("place", ["above", "below"])
def test_colour_key_in_a_table_of_its_own_rules_the_rag(place):
    plan, key = table(HEADINGS, *coloured()), table(*key_rows(), number=2)
    draft = understand_plan(word(key, plan) if place == "above" else word(plan, key))
    assert [action.rag for action in draft.actions] == [Rag.GREEN, Rag.BLUE, Rag.GREEN]
    assert not draft.quarantined


@pytest.mark.parametrize("place", ["above", "below"])
def test_colour_key_in_the_plans_own_table_rules_the_rag_and_is_no_action(place):
    above = [*key_rows(), ("", "")] if place == "above" else []
    below = [("", ""), *key_rows()] if place == "below" else []
    draft = understand_plan(word(table(*above, HEADINGS, *coloured(), *below)))
    assert texts(draft) == ACTIONS
    assert [action.rag for action in draft.actions] == [Rag.GREEN, Rag.BLUE, Rag.GREEN]
    assert "The colour key in table 1 was read: On track, Complete" in draft.notes
    assert draft.cells["set_aside"] == 0


def test_key_of_letters_in_a_line_of_text_rules_the_rag():
    rows = [(*row[:3], letter) for row, letter in zip(ROWS, ("T", "C", "T"), strict=True)]
    draft = understand_plan(word(Paragraph("Key: T = on track, C = complete"), table(HEADINGS, *rows)))
    assert [action.rag for action in draft.actions] == [Rag.GREEN, Rag.BLUE, Rag.GREEN]
