"""Shapes of plans that the reader once took wrongly, each in words of our own."""

from dataclasses import replace

import pytest

from plans.rules import Rag
from plans.understanding.plan import understand_plan
from prevent_portal.tables_in import SourceKind

from .documents import across, cell, heading, table, word

HEAD = ("Ref", "Objective", "Action", "Lead", "By when", "RAG")


def read(*rows, **values):
    return understand_plan(word(heading("Ashmere Prevent Action Plan"), table(*rows, **values)))


def test_references_beside_a_merged_objective_are_the_actions_own():
    first = ("1a", cell("Clear leadership", 1, row_span=3), "Review the terms", "Prevent lead", "March 2027", "Green")
    rest = [
        (ref, cell("", 1, is_continuation=True), action, "Prevent lead", "March 2027", "Green")
        for ref, action in (("1b", "Hold the board"), ("1c", "Train members"))
    ]
    draft = read(HEAD, first, *rest)
    (objective,) = draft.objectives
    assert objective.ref == "1"
    assert [(action.letter, action.text) for action in objective.actions] == [
        ("a", "Review the terms"),
        ("b", "Hold the board"),
        ("c", "Train members"),
    ]
    assert draft.quarantined == []


@pytest.mark.parametrize("words", ["Total", "Total for theme A", "Grand total", "Sub-total", "Overall totals"])
def test_a_row_that_adds_up_is_no_action(words):
    draft = read(
        HEAD, ("1", "Lead", "Review the terms", "Prevent lead", "March 2027", "Green"), (words, "", "2 actions")
    )
    assert len(draft.actions) == 1
    assert [each.reason for each in draft.quarantined] == ["This row is a total. The portal counts for itself."]


def test_by_is_a_day_where_somebody_else_is_called_the_lead():
    (action,) = read(
        ("Objective", "Actions", "Lead", "By"), ("Clear leadership", "Review the terms", "Estates", "Jan 2027")
    ).actions
    assert [owner.post or owner.name for owner in action.owners] == ["Estates"]
    assert [date.as_written for date in action.target_dates] == ["Jan 2027"]


def test_columns_r_a_and_g_are_crossed():
    draft = read(
        ("Objective", "Action", "Lead", "R", "A", "G"),
        ("Clear leadership", "Review the terms", "Estates", "", "", "X"),
        ("Trained staff", "Train the staff", "Estates", "X", "", ""),
    )
    assert [action.rag for action in draft.actions] == [Rag.GREEN, Rag.RED]


def test_what_is_closed_in_a_column_open_or_closed_is_complete():
    draft = read(
        ("Objective", "Action", "Lead", "Open/Closed"),
        ("Clear leadership", "Review the terms", "Estates", "Closed"),
        ("Trained staff", "Train the staff", "Estates", "Open"),
    )
    assert [action.rag for action in draft.actions] == [Rag.BLUE, Rag.NOT_STATED]


def test_an_equality_impact_assessment_is_none_of_the_plans_actions():
    plan = table(HEAD, ("1", "Lead", "Review the terms", "Prevent lead", "March 2027", "Green"))
    other = table(
        ("Protected characteristic", "Impact", "Evidence", "Action to mitigate", "Owner"),
        ("Age", "Neutral", "Survey", "None needed", "Policy team"),
        ("Disability", "Negative", "Survey", "Provide an easy read version", "Policy team"),
        number=2,
    )
    draft = understand_plan(word(heading("Ashmere Prevent Action Plan"), plan, other))
    assert [action.text for action in draft.actions] == ["Review the terms"]
    assert all("equality impact assessment" in each.reason for each in draft.quarantined)


def test_an_objective_above_a_tables_headings_heads_its_section_and_not_the_outcome_below_it():
    tables = [
        table(
            (across(f"Objective {number}: {name}", 4),), (across("Objective lead: Head of Policy", 4),),
            (across("Outcome: people know whom to ask", 4),), ("Action", "Lead", "By when", "RAG"),
            (f"Do thing {number}", "Prevent lead", "March 2027", "Green"),
            number=number,
        )
        for number, name in ((1, "Partners understand the risk"), (2, "Staff are trained"))
    ]  # fmt: skip
    draft = understand_plan(word(heading("Ashmere Prevent Action Plan"), *tables))
    assert [section.title for section in draft.sections] == [
        "Objective 1: Partners understand the risk",
        "Objective 2: Staff are trained",
    ]
    assert all("Outcome: people know whom to ask" in section.introduction for section in draft.sections)


def test_a_label_and_its_words_above_the_headings_are_the_section_or_said_of_it():
    tables = [
        table(
            ("Priority", name), ("Sponsor", "Chief executive"), ("Action", "Lead", "By when", "RAG"),
            (f"Do thing {number}", "Prevent lead", "March 2027", "Green"), number=number,
        )
        for number, name in ((1, "Governance is effective"), (2, "Staff are trained"))
    ]  # fmt: skip
    draft = understand_plan(word(heading("Ashmere Prevent Action Plan"), *tables))
    assert [section.title for section in draft.sections] == ["Governance is effective", "Staff are trained"]
    assert all(section.introduction == "Sponsor: Chief executive" for section in draft.sections)


def test_a_sentence_is_no_reference():
    long = "Train all managers in the county before the summer"
    draft = read(HEAD, (long, "Lead", "Review the terms", "Prevent lead", "March 2027", "Green"))
    assert [objective.ref for objective in draft.objectives] == [""]
    assert any(long in remark.text for section in draft.sections for remark in section.remarks)


def test_one_day_said_in_two_languages_is_one_date():
    said = "31 Mawrth 2027\n31 March 2027"
    (action,) = read(HEAD, ("1", "Lead", "Review the terms", "Prevent lead", said, "Green")).actions
    assert [date.as_written for date in action.target_dates] == ["31 Mawrth 2027 / 31 March 2027"]


def test_a_person_is_told_where_the_same_actions_stand_in_two_sheets():
    sheets = [
        table(HEAD, *((str(n), f"Aim {n}", f"Do thing {n}", "Lead", "March 2027", "Green") for n in range(3)),
              number=number, title=title, sheet=True)
        for number, title in ((1, "Q1"), (2, "Q2"))
    ]  # fmt: skip
    draft = understand_plan(word(*sheets))
    assert any("stand in sheet 'Q2' too" in note for note in draft.notes)


def test_a_revised_target_date_counts_where_it_is_filled_and_the_first_one_stays_with_the_row():
    draft = read(
        ("Objective", "Action", "Lead", "Target date", "Revised target date"),
        ("Clear leadership", "Review the terms", "Estates", "June 2026", "December 2026"),
        ("Trained staff", "Train the staff", "Estates", "March 2027", ""),
    )
    assert [[date.as_written for date in action.target_dates] for action in draft.actions] == [
        ["December 2026"],
        ["March 2027"],
    ]
    assert [action.progress_notes for action in draft.actions] == [[], []]
    assert "June 2026" in str(draft.sections)


@pytest.mark.parametrize(
    "values",
    [
        {"filename": "plan OFFICIAL-SENSITIVE.docx"},
        {"properties": {"labels": "MSIP_Label\nOFFICIAL-SENSITIVE"}},
        {"notes": ["Footnote: this row is OFFICIAL-SENSITIVE"]},
        {"margins": ["Official - Sensitive"]},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_marking_around_the_text_marks_the_whole_plan_and_says_so(values):
    document = word(heading("Ashmere Prevent Action Plan"), table(HEAD, ("1", "Lead", "Review", "Estates", "", "")))
    for name, value in values.items():
        setattr(document, name, value)
    draft = understand_plan(document)
    assert draft.marking == "OFFICIAL-SENSITIVE"
    assert any("the whole plan is marked so" in note for note in draft.notes)


def test_a_marking_in_a_columns_heading_marks_the_whole_plan():
    draft = read(
        ("Objective", "Action", "Lead", "Progress (OFFICIAL-SENSITIVE)"),
        ("Clear leadership", "Review the terms", "Estates", "Agreed with partners"),
    )
    assert draft.marking == "OFFICIAL-SENSITIVE"


# What is a plan where nothing else is


RISKS = ("Risk", "Risk rating", "Mitigating action", "Action owner", "Due by", "Status")


def test_a_list_of_risks_with_actions_is_the_plan_where_there_is_no_other():
    draft = read(RISKS, ("Staff do not refer", "High", "Deliver training", "HR", "Jan 2027", "Green"))
    (objective,) = draft.objectives
    assert (objective.text, draft.actions[0].text) == ("Staff do not refer", "Deliver training")
    assert draft.actions[0].rag is Rag.GREEN


def test_beside_a_plan_a_list_of_risks_is_set_aside():
    risk = ("Staff do not refer", "High", "Deliver training", "HR", "Jan 2027", "Green")
    plan = ("1", "Lead", "Hold the board", "Chair", "March 2027", "Green")
    draft = understand_plan(
        word(heading("Ashmere Prevent Action Plan"), table(HEAD, plan), table(RISKS, risk, number=2))
    )
    assert [action.text for action in draft.actions] == ["Hold the board"]
    assert "Deliver training" in "".join(each.text for each in draft.quarantined)


def test_a_register_without_actions_by_a_day_is_no_plan():
    draft = read(
        ("Risk", "Likelihood", "Impact", "Mitigation", "Risk owner"), ("Grant ends", "3", "4", "Bid", "Finance")
    )
    assert draft.actions == []


def test_a_line_that_says_what_its_sheet_is_called_is_the_same_section():
    heads = ("Action", "Lead", "Deadline", "How are we doing?")
    sheets = [
        table((name,), heads, (f"Do {name}", "HR", "Jan 2027", "Amber"), number=n, title=f"{n} {name}", sheet=True)
        for n, name in enumerate(("Leadership", "Training"), start=1)
    ]
    draft = understand_plan(replace(word(*sheets), kind=SourceKind.EXCEL))
    assert [section.title for section in draft.sections] == ["Leadership", "Training"]
    assert {action.rag for action in draft.actions} == {Rag.AMBER}


def test_the_title_above_several_cards_is_no_cards_objective():
    cards = [
        table(("Action", text), ("Lead officer", "HR"), ("Completion date", "Jan 2027"), number=n)
        for n, text in enumerate(("Train staff", "Hold the board"), start=1)
    ]
    draft = understand_plan(word(heading("Our Prevent cards"), *cards))
    assert draft.title == "Our Prevent cards"
    assert [each.text for each in draft.objectives] == ["Train staff", "Hold the board"]
