"""RAG by the colour of a sign or letter, where neither its words nor the cell's shading say anything."""

import pytest

from plans.rules import Rag
from plans.understanding.plan import understand_plan

from .documents import cell, table, word


def stated(text: str, **values):
    rows = (
        ("Ref", "Objective", "Action", "Owner", "RAG"),
        ("1", "Lead", "Review", "Prevent lead", cell(text, 4, **values)),
    )
    (action,) = understand_plan(word(table(*rows))).actions
    return action


@pytest.mark.parametrize(
    ("ink", "rag"),
    [("00B050", Rag.GREEN), ("FFC000", Rag.AMBER), ("FF0000", Rag.RED), ("0070C0", Rag.BLUE), ("C00000", Rag.RED)],
)
@pytest.mark.parametrize("text", ["●", "RAG", "■"])
def test_a_coloured_sign_states_its_colour_and_says_so(text, ink, rag):
    action = stated(text, ink=ink)
    assert action.rag is rag
    assert any("colour of the text" in flag for flag in action.flags)


@pytest.mark.parametrize("ink", [None, "000000", "FFFFFF", "808080", "7030A0"])
def test_black_white_grey_and_purple_text_state_nothing(ink):
    assert stated("●", ink=ink).rag is Rag.NOT_STATED


def test_words_and_shading_come_before_the_colour_of_the_text():
    assert stated("Green", ink="FF0000").rag is Rag.GREEN
    assert stated("●", ink="FF0000", fill="00B050").rag is Rag.GREEN


def test_coloured_text_in_another_column_states_nothing():
    rows = (("Ref", "Objective", "Action", "Owner", "RAG"), ("1", "Lead", cell("Review", 2, ink="FF0000"), "Lead", ""))
    (action,) = understand_plan(word(table(*rows))).actions
    assert action.rag is Rag.NOT_STATED
