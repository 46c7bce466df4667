"""Tables that are arranged otherwise than one row an action."""

import datetime as dt

import pytest

from plans.rules import Rag
from plans.understanding import understand_plan

from .documents import cell, heading, table, word

TITLE = heading("Ashmere Prevent Action Plan 2026-27")
HEADS = ("Ref", "Action", "Owner", "RAG")


def read(*rows, **values):
    return understand_plan(word(TITLE, table(*rows, **values)))


def actions(draft):
    return [
        (objective.ref, action.text, [owner.name or owner.post for owner in action.owners], action.rag)
        for objective in draft.objectives
        for action in objective.actions
    ]


# Two lists beside each other


def test_the_halves_of_a_table_are_read_one_after_the_other():
    draft = read(
        (*HEADS, "", *HEADS),
        ("1", "Hold the board", "Chair", "G", "", "3", "Publish a summary", "Policy Officer", "A"),
        ("2", "Agree the budget", "Finance Partner", "A", "", "4", "Write to landlords", "Housing Officer", "R"),
    )
    assert actions(draft) == [
        ("1", "Hold the board", ["Chair"], Rag.GREEN),
        ("2", "Agree the budget", ["Finance Partner"], Rag.AMBER),
        ("3", "Publish a summary", ["Policy Officer"], Rag.AMBER),
        ("4", "Write to landlords", ["Housing Officer"], Rag.RED),
    ]
    assert draft.quarantined == []


def test_a_register_beside_the_plan_is_set_aside_and_none_of_it_stands_in_the_plan():
    draft = read(
        ("Action plan", "", "", "", "", "Risk register", "", ""),
        (*HEADS, "", "Risk", "Score", "Risk owner"),
        ("1", "Hold the board", "Chair", "G", "", "Grant ends", "16", "Finance"),
        ("2", "Train staff", "HR", "A", "", "", "", ""),
        title="Prevent",
        sheet=True,
    )
    assert actions(draft) == [("1", "Hold the board", ["Chair"], Rag.GREEN), ("2", "Train staff", ["HR"], Rag.AMBER)]
    aside = "\n".join(each.text for each in draft.quarantined)
    assert "Grant ends" in aside and "Finance" in aside
    assert any("2 lists side by side" in note for note in draft.notes)


def test_an_empty_column_within_a_plan_parts_nothing():
    draft = read(
        ("Ref", "Action", "", "Owner", "RAG"),
        ("1", "Hold the board", "", "Chair", "G"),
        ("2", "Train staff", "", "HR", "A"),
    )
    assert [each[2] for each in actions(draft)] == [["Chair"], ["HR"]]


# Fields down the side


@pytest.mark.parametrize("above", [("", "Priority A", "Priority B", "Priority C"), None])
def test_fields_down_the_side_give_an_action_a_column(above):
    rows = [
        ("Action", "Brief councillors", "Check contracts", "Test the referral line"),
        ("Lead", "Monitoring Officer", "Procurement", "Contact Centre"),
        ("By when", "Jan 2027", "Feb 2027", "Mar 2027"),
        ("RAG", "Green", "Red", "Amber"),
    ]
    draft = read(*([above] if above else []), *rows)
    assert [each[1:] for each in actions(draft)] == [
        ("Brief councillors", ["Monitoring Officer"], Rag.GREEN),
        ("Check contracts", ["Procurement"], Rag.RED),
        ("Test the referral line", ["Contact Centre"], Rag.AMBER),
    ]
    assert [action.target_dates[0].on for action in draft.actions] == [
        dt.date(2027, 1, 31), dt.date(2027, 2, 28), dt.date(2027, 3, 31),
    ]  # fmt: skip
    if above:
        assert [section.title for section in draft.sections] == ["Priority A", "Priority B", "Priority C"]


def test_a_plan_whose_first_column_holds_such_words_is_not_turned():
    draft = read(HEADS, ("1", "Action", "Chair", "G"), ("2", "Lead", "Chair", "G"), ("3", "RAG", "Chair", "G"))
    assert [each[1] for each in actions(draft)] == ["Action", "Lead", "RAG"]


# A column of actions for each year


def test_actions_of_several_years_are_actions_of_their_own_with_their_year():
    draft = read(
        ("Objective", "Actions 2026/27", "Actions 2027/28", "Lead"),
        ("Trained workforce", "Write a training plan", "Train all managers", "HR"),
        ("Safe venues", "Adopt the policy", "", "Estates"),
    )
    assert [(each.text, each.target_dates[0].on) for each in draft.actions] == [
        ("Write a training plan", dt.date(2027, 3, 31)),
        ("Train all managers", dt.date(2028, 3, 31)),
        ("Adopt the policy", dt.date(2027, 3, 31)),
    ]
    assert [len(objective.actions) for objective in draft.objectives] == [2, 1]
    assert {objective.text for objective in draft.objectives} == {"Trained workforce", "Safe venues"}


def test_quarters_of_progress_are_no_years_of_actions():
    draft = read(
        ("Action", "Lead", "Progress 2025/26", "Progress 2026/27"),
        ("Train staff", "HR", "Planned", "Begun"),
        ("Hold the board", "Chair", "Met", "Met"),
    )
    assert [each.text for each in draft.actions] == ["Train staff", "Hold the board"]


def test_a_cell_over_both_lists_is_lost_in_neither():
    draft = read(
        (cell("Prevent tracker of the county", 0, column_span=9),),
        (*HEADS, "", *HEADS),
        ("1", "Hold the board", "Chair", "G", "", "2", "Publish a summary", "Policy Officer", "A"),
    )
    assert len(actions(draft)) == 2
    assert "Prevent tracker of the county" in str(draft.to_json())


# Cards with their references beside them


def test_cards_whose_references_stand_in_a_column_in_front():
    draft = read(
        ("1.1", "Action", "Establish a steering group"),
        ("", "Owner", "Chief Executive"),
        ("", "Timescale", "June 2027"),
        ("", "RAG", "Green"),
        ("1.2", "Action", "Appoint a lead member"),
        ("", "Owner", "Leader of the Council"),
        ("", "Timescale", "July 2027"),
        ("", "RAG", "Blue"),
    )
    assert actions(draft) == [
        ("1.1", "Establish a steering group", ["Chief Executive"], Rag.GREEN),
        ("1.2", "Appoint a lead member", ["Leader of the Council"], Rag.BLUE),
    ]


def test_a_title_that_begins_in_an_empty_column_is_not_lost():
    draft = read(
        (cell("Prevent tracker of the county", 0, column_span=10),),
        ("", *HEADS, "", *HEADS),
        ("", "1", "Hold the board", "Chair", "G", "", "2", "Publish a summary", "Policy Officer", "A"),
    )
    assert [each[1] for each in actions(draft)] == ["Hold the board", "Publish a summary"]
    assert "Prevent tracker of the county" in str(draft.to_json())


# A heading in every cell of its row


def test_a_heading_that_stands_in_every_cell_is_one_heading():
    draft = read(
        HEADS,
        ("Priority 1: Leadership",) * 4,
        ("1.1", "Hold the board", "Chair", "G"),
        ("Priority 2: Training",) * 4,
        ("2.1", "Train staff", "HR", "A"),
    )
    assert [section.title for section in draft.sections] == ["Priority 1: Leadership", "Priority 2: Training"]
    assert [each[2:] for each in actions(draft)] == [(["Chair"], Rag.GREEN), (["HR"], Rag.AMBER)]
