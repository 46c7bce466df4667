"""Plans laid out as cards: the names of the fields beside their values."""

from plans.rules import Rag
from plans.understanding import understand_plan
from tests.plans.documents import across, cell, heading, table, word


def test_labels_two_to_a_row_are_a_card():
    card = table(
        ("Objective", "Safer halls", "Lead", "Head of Libraries"),
        ("Action", "Train staff in every hall", "Deadline", "June 2026"),
        ("Progress", "Begun", "RAG", cell("", 3, fill="FFC000")),
        ("Partners", across("Facilities Team", 3, 1)),
    )
    draft = understand_plan(word(card))
    (objective,) = draft.objectives
    (action,) = objective.actions
    assert (objective.text, action.text, action.owners_as_written) == (
        "Safer halls",
        "Train staff in every hall",
        "Head of Libraries",
    )
    assert (action.progress, action.partners, action.rag) == ("Begun", ["Facilities Team"], Rag.AMBER)
    assert draft.quarantined == []


def test_each_card_of_one_table_is_an_action():
    one = ("Action", "Train staff"), ("Lead", "Head of Libraries"), ("By when", "June 2026"), ("RAG", "Green")
    other = ("Action", "Write a letting policy"), ("Lead", "Legal Team"), ("By when", "tbc"), ("RAG", "")
    draft = understand_plan(word(table(*one, *other)))
    assert [(action.text, action.owners_as_written, action.rag) for action in draft.actions] == [
        ("Train staff", "Head of Libraries", Rag.GREEN),
        ("Write a letting policy", "Legal Team", Rag.NOT_STATED),
    ]
    assert [action.source.row for action in draft.actions] == [1, 5]
    assert draft.cells == {"total": 15, "placed": 15, "set_aside": 0}


def test_card_that_lacks_a_line_of_another_gives_no_value_away():
    one = ("Action", "Train staff"), ("Lead", "Head of Libraries"), ("By when", "June 2026")
    other = ("Action", "Write a letting policy"), ("By when", "July 2026")
    actions = understand_plan(word(table(*one, *other))).actions
    assert [action.owners_as_written for action in actions] == ["Head of Libraries", ""]


def test_value_goes_on_beside_an_empty_label():
    card = table(("Action", "Train staff"), ("", "Train members"), ("Lead", "Head of Libraries"), ("RAG", "Red"))
    (action,) = understand_plan(word(card)).actions
    assert action.text == "Train staff\nTrain members"


def test_heading_above_several_cards_of_one_table_is_their_section():
    one = ("Action", "Train staff"), ("Lead", "Head of Libraries"), ("By when", "June 2026")
    other = ("Action", "Write a letting policy"), ("Lead", "Legal Team"), ("By when", "July 2026")
    draft = understand_plan(word(heading("Plan 2026-27"), heading("Priority 1: Places", 2), table(*one, *other)))
    assert [(section.title, len(section.objectives)) for section in draft.sections] == [("Priority 1: Places", 2)]


def test_table_of_four_columns_with_a_heading_row_is_no_card():
    rows = ("Objective", "Action", "Lead", "RAG"), ("Safer halls", "Train staff", "Head of Libraries", "Green")
    (objective,) = understand_plan(word(table(*rows))).objectives
    assert (objective.text, objective.actions[0].text, objective.actions[0].rag) == (
        "Safer halls",
        "Train staff",
        Rag.GREEN,
    )
