"""Columns, owners and rows of plans that the reader once took wrongly, each in words of our own."""

from plans.understanding.markings import SENSITIVE
from plans.understanding.plan import understand_plan

from .documents import cell, heading, table, word

HEAD = ("Ref", "Action", "Lead", "By when", "RAG")


def read(*rows, **values):
    return understand_plan(word(heading("Ashmere Prevent Action Plan"), table(*rows, **values)))


def remarks(draft):
    return [remark.text for section in draft.sections for remark in section.remarks]


# Columns that nobody knows


def test_what_unknown_columns_say_stands_in_one_remark_that_begins_with_the_rows_reference():
    draft = read(
        (*HEAD, "Sparkle", "Glitter"),
        ("1.1", "Review the terms", "Estates", "Jan 2027", "Green", "H", "Up"),
        ("1.2", "Train the staff", "Estates", "Feb 2027", "Green", "L", ""),
    )
    assert remarks(draft) == ["1.1 – Sparkle: H; Glitter: Up", "1.2 – Sparkle: L"]
    assert draft.cells["set_aside"] == 0


def test_a_row_whose_reference_others_have_too_is_named_by_its_actions_first_words():
    draft = read(
        ("Ref", "Objective", "Action", "Lead", "Sparkle"),
        ("1", "Clear leadership", "Review the terms of reference with partners", "Estates", "H"),
        ("1", "Clear leadership", "Train the staff", "Estates", "L"),
    )
    assert remarks(draft) == [
        "1 “Review the terms of reference with…” – Sparkle: H",
        "1 “Train the staff” – Sparkle: L",
    ]


def test_a_row_below_a_merged_objective_is_named_by_its_own_letter():
    draft = read(
        ("Ref", "Objective", "Action", "Lead", "Sparkle"),
        ("1a", cell("Clear leadership", 1, row_span=2), "Review the terms", "Estates", "H"),
        ("1b", cell("", 1, is_continuation=True), "Train the staff", "Estates", "L"),
    )
    assert remarks(draft) == ["1 a – Sparkle: H", "1 b – Sparkle: L"]


def test_a_name_of_a_row_hides_no_cell_that_was_lost():
    draft = read((*HEAD, "Sparkle"), ("7", "Review the terms", "Estates", "Jan 2027", "Green", "H"))
    (remark,) = draft.sections[0].remarks
    assert remark.text.removeprefix(remark.about) == "Sparkle: H"


def test_what_is_said_of_a_sensitive_row_is_as_sensitive():
    draft = read(
        ("Action", "Lead", "By when", "Marking", "Sparkle"),
        ("Review the terms", "Estates", "Jan 2027", "OS", "H"),
        ("Train the staff", "Estates", "Feb 2027", "", "L"),
    )
    assert [remark.marking for remark in draft.sections[0].remarks] == [SENSITIVE, ""]
