"""Text that stands around a plan in a longer document is set aside, not made into remarks of the plan."""

import pytest

from plans.understanding.cover import find_title
from plans.understanding.plan import MAX_INTRODUCTION_WORDS, MAX_REMARK_WORDS, understand_plan
from plans.understanding.table_rows import MAX_CELL_CHARACTERS
from prevent_portal.tables_in import Paragraph

from .documents import heading, table, word

PLAN = table(
    ("Ref", "Objective", "Action", "Owner", "Target date"),
    ("1", "Clear leadership", "Review the terms of reference", "Prevent lead", "March 2027"),
)


def text_of(words: int) -> Paragraph:
    return Paragraph(" ".join(["word"] * words))


def test_a_short_text_after_the_table_is_a_remark_of_its_section():
    draft = understand_plan(word(heading("Ashmere Prevent Action Plan"), PLAN, text_of(MAX_REMARK_WORDS)))
    assert [remark.text.count("word") for section in draft.sections for remark in section.remarks] == [MAX_REMARK_WORDS]
    assert draft.quarantined == []


def test_a_long_text_after_the_table_is_set_aside_by_its_headings_and_in_no_remark():
    after = [
        heading("7. Implications"),
        Paragraph("Verified by a named officer"),
        heading("Report author"),
        text_of(101),
    ]
    draft = understand_plan(word(heading("Ashmere Prevent Action Plan"), PLAN, *after))
    assert [remark for section in draft.sections for remark in section.remarks] == []
    aside = [each.text.splitlines()[0] for each in draft.quarantined]
    assert aside == ["7. Implications", "Report author"]
    assert all("outside the plan's tables" in each.reason for each in draft.quarantined)


@pytest.mark.parametrize(("words", "is_kept"), [(MAX_INTRODUCTION_WORDS, True), (MAX_INTRODUCTION_WORDS + 1, False)])
def test_an_introduction_is_kept_up_to_its_length_and_a_report_in_front_is_set_aside(words, is_kept):
    draft = understand_plan(word(heading("Ashmere Prevent Action Plan"), text_of(words), PLAN))
    assert bool(draft.introduction) is is_kept
    assert len(draft.quarantined) == (not is_kept)
    assert len(draft.actions) == 1


def test_a_long_text_under_a_sections_heading_is_set_aside_and_the_section_stays():
    section = heading("Priority 1: Leadership", 2)
    draft = understand_plan(word(heading("Prevent plan"), section, text_of(MAX_INTRODUCTION_WORDS + 1), PLAN))
    (only,) = draft.sections
    assert (only.title, only.introduction) == ("Priority 1: Leadership", "")
    assert len(draft.quarantined) == 1


@pytest.mark.parametrize(
    "text",
    ["Executive Summary", "1. Introduction and Background", "Recommendations", "7. Implications", "Appendix 2", "Key"],
)
def test_what_any_reports_section_may_be_called_is_no_title(text):
    assert find_title([text], [text, "Ashmere and Prevent"], "", "ashmere-plan.docx") == "Ashmere and Prevent"
    assert find_title([text], [text], "", "ashmere-plan.docx") == "ashmere plan"


@pytest.mark.parametrize("line", ["1. Communication plan: develop a communications plan", "We work with the board."])
def test_neither_a_listed_item_nor_a_sentence_is_a_title(line):
    assert find_title([], [line], "", "ashmere.docx") == "ashmere"


def test_a_cell_longer_than_any_paper_has_room_for_is_set_aside_and_its_row_stays():
    long = "long " * (MAX_CELL_CHARACTERS // 5 + 1)
    rows = (
        ("Ref", "Objective", "Action", "Owner", "Progress"),
        ("1", "Lead", "Review the terms", "Prevent lead", long),
    )
    draft = understand_plan(word(heading("Ashmere Prevent Action Plan"), table(*rows)))
    assert [(action.text, action.progress) for action in draft.actions] == [("Review the terms", "")]
    (aside,) = draft.quarantined
    assert aside.text.split() == long.split()
    assert "“Progress” has more than 20,000 characters" in aside.reason


def test_the_first_heading_below_the_title_heads_the_first_table():
    plan = word(heading("Ashmere Prevent Action Plan 2026-27"), Paragraph("About it."), heading("Leadership"), PLAN)
    draft = understand_plan(plan)
    assert (draft.title, [section.title for section in draft.sections]) == (
        "Ashmere Prevent Action Plan 2026-27", ["Leadership"],
    )  # fmt: skip
    assert draft.introduction == "About it."


def test_the_title_alone_heads_no_section():
    draft = understand_plan(word(heading("Annual report"), heading("Ashmere Prevent Action Plan 2026-27"), PLAN))
    assert draft.title == "Ashmere Prevent Action Plan 2026-27"
    assert "Ashmere Prevent Action Plan 2026-27" not in [section.title for section in draft.sections]


def test_in_a_report_the_section_before_the_plan_does_not_head_its_table():
    report = word(
        heading("Community safety strategy"),
        heading("3. Performance"),
        Paragraph("It went well."),
        heading("4. Prevent action plan 2026/27"),
        PLAN,
    )
    assert [section.title for section in understand_plan(report).sections] == ["Actions"]
