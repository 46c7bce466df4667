"""Tables that only frame a text: a priority's heading in a box of its own above the table of its actions."""

import pytest

from plans.understanding import understand_plan
from prevent_portal.tables_in import Paragraph
from tests.plans.documents import across, heading, table, word

HEADINGS = ("Action", "Owner", "Target date", "RAG")
TRAIN = ("Train staff in every hall", "Head of Libraries", "June 2026", "Green")
WRITE = ("Write a letting policy", "Legal Team", "July 2026", "Amber")


@pytest.mark.parametrize("width", [1, 4])
def test_heading_in_a_box_above_a_table_is_its_section(width):
    document = word(
        heading("Prevent Action Plan 2026-27"),
        table((across("1. Governance", width),)), table(HEADINGS, TRAIN, number=2),
        table((across("2. Safe places", width),), number=3), table(HEADINGS, WRITE, number=4),
    )  # fmt: skip
    draft = understand_plan(document)
    assert [(section.ref, section.title, len(section.objectives)) for section in draft.sections] == [
        ("1", "Governance", 1),
        ("2", "Safe places", 1),
    ]
    assert draft.quarantined == []


def test_title_in_a_box_is_the_plans_and_heads_no_section():
    draft = understand_plan(word(table(("Marlbrook Prevent Action Plan 2026-27",)), table(HEADINGS, TRAIN, number=2)))
    assert draft.title == "Marlbrook Prevent Action Plan 2026-27"
    assert [section.title for section in draft.sections] == ["Actions"]
    assert draft.cells["set_aside"] == 0


def test_text_in_a_box_is_kept_where_it_stands():
    text = "The town works with its partners so that people are safe, and this plan says what each of them does for it."
    document = word(heading("Plan 2026-27"), table((text,)), table(HEADINGS, TRAIN, number=2), table((text,), number=3))
    draft = understand_plan(document)
    assert draft.introduction == text
    assert [remark.text for section in draft.sections for remark in section.remarks] == [text]
    assert draft.quarantined == []


def test_table_with_two_cells_in_a_row_is_no_frame():
    draft = understand_plan(word(Paragraph("Contacts"), table(("Police", "101")), table(HEADINGS, TRAIN, number=2)))
    assert [each.text for each in draft.quarantined] == ["Police | 101"]
