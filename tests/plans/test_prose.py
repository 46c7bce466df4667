"""Plans without any table: headings and lists are read as one; letters, agendas and reports are not."""

import datetime as dt
from dataclasses import replace

import pytest

from plans.rules import Rag
from plans.understanding import understand_plan
from plans.understanding.prose import NOTE
from prevent_portal.tables_in import Paragraph, read_document

from .documents import heading, table, word


def bullet(text: str, level: int = 0, marker: str = "•") -> Paragraph:
    return Paragraph(text, list_level=level, marker=marker)


def title(text: str = "Ashmere Prevent Delivery Plan 2026-27") -> Paragraph:
    return Paragraph(text, style="Title", heading_level=1)


def read(*blocks):
    return understand_plan(word(title(), *blocks))


def of(draft):
    return [
        (section.title, objective.text, [action.text for action in objective.actions])
        for section in draft.sections
        for objective in section.objectives
    ]


def test_headings_are_sections_objectives_are_named_and_bullets_are_actions():
    draft = read(
        Paragraph("Agreed by the board."),
        heading("1. Governance", 1),
        Paragraph("Objective 1.1 Prevent is led from the top"),
        bullet("Nominate a senior officer (Lead: Chief Executive; by 30 April 2026)"),
        bullet("Report to scrutiny twice a year"),
        Paragraph("Objective 1.2 Know who does what"),
        bullet("Publish a list of contacts (Lead: Policy Officer; by 31 July 2026)"),
        heading("2. Communications", 1),
        bullet("Run one campaign"),
        bullet("Refresh the web page"),
    )
    assert [section.title for section in draft.sections] == ["Governance", "Communications"]
    assert draft.title == "Ashmere Prevent Delivery Plan 2026-27"
    assert draft.introduction == "Agreed by the board."
    first = draft.sections[0].objectives[0]
    assert (first.ref, first.text, len(first.actions)) == ("1.1", "Prevent is led from the top", 2)
    action = draft.actions[0]
    assert action.owners[0].is_guess and (action.owners[0].name or action.owners[0].post) == "Chief Executive"
    assert (action.target_dates[0].on, action.target_dates[0].is_guess) == (dt.date(2026, 4, 30), True)
    assert NOTE in draft.notes


def test_lines_with_labels_below_numbered_actions_are_their_fields_and_no_guesses():
    text = (
        "PREVENT ACTION PLAN 2026/27\n\nPriority 1: Leadership\n\n1.1 Nominate a senior officer\n"
        "Lead: Chief Executive\nBy: 30 April 2026\nRAG: Blue\n\n1.2 Report to scrutiny\n"
        "Lead: Community Safety Manager\nBy: March 2027\n"
        "RAG: Amber\nProgress: First report given\n\nPriority 2: Training\n\n2.1 Train new starters\nBy: Ongoing\n"
    )
    draft = understand_plan(read_document(text.encode(), "plan.txt"))
    assert [section.title for section in draft.sections] == ["Priority 1: Leadership", "Priority 2: Training"]
    assert [action.rag for action in draft.actions] == [Rag.BLUE, Rag.AMBER, Rag.NOT_STATED]
    assert [objective.ref for objective in draft.objectives] == ["1.1", "1.2", "2.1"]
    second = draft.actions[1]
    assert second.target_dates[0].on == dt.date(2027, 3, 31) and not second.target_dates[0].is_guess
    assert "First report given" in second.progress + "".join(note.note for note in second.progress_notes)


def test_a_numbered_line_with_a_list_below_it_is_the_lists_objective():
    draft = read(
        heading("Training", 1),
        Paragraph("1.1 Staff know what to do"),
        bullet("Train new starters"),
        bullet("Offer refreshers"),
        Paragraph("1.2 Managers know who to ask"),
        bullet("Publish a list"),
    )
    assert [(text, actions) for _section, text, actions in of(draft)] == [
        ("Staff know what to do", ["Train new starters", "Offer refreshers"]),
        ("Managers know who to ask", ["Publish a list"]),
    ]


def test_a_heading_below_a_sections_heading_is_its_lists_objective():
    draft = read(
        heading("Priority 1: Lead", 1),
        heading("Hold people to account", 2),
        bullet("Hold a board four times a year"),
        heading("Tell members", 2),
        bullet("Report to Cabinet"),
    )
    assert of(draft) == [
        ("Priority 1: Lead", "Hold people to account", ["Hold a board four times a year"]),
        ("Priority 1: Lead", "Tell members", ["Report to Cabinet"]),
    ]


def test_actions_without_an_objective_stand_each_for_itself():
    draft = read(
        heading("Priority 1: Lead", 1), Paragraph("We will:"), bullet("Hold a board"), bullet("Report to Cabinet")
    )
    assert [text for _section, text, _actions in of(draft)] == ["Hold a board", "Report to Cabinet"]
    assert draft.sections[0].introduction == "We will:"


def test_points_below_a_point_are_its_steps():
    draft = read(
        heading("Priority 1: Lead", 1),
        bullet("Train staff"),
        bullet("choose a provider", 1),
        bullet("book rooms", 1),
        bullet("Report to Cabinet"),
    )
    first, second = draft.actions
    assert "choose a provider" in first.text + "".join(first.steps)
    assert second.text == "Report to Cabinet"


def test_no_word_is_lost():
    lines = [
        heading("Priority 1: Lead", 1), Paragraph("Some words before."), bullet("Hold a board"),
        Paragraph("Some between."), bullet("Report to Cabinet"), heading("Contacts", 1),
        bullet("Apples"), bullet("Pears"), Paragraph("The end."),
    ]  # fmt: skip
    draft = read(*lines)
    kept = str(draft.to_json())
    for words in ("Some words before.", "Some between.", "Contacts", "Apples", "Pears", "The end."):
        assert words in kept, words
    assert len(draft.actions) == 2


AGENDA = [bullet("Apologies"), bullet("Minutes of the last meeting"), bullet("Any other business")]
LETTER = [Paragraph("Dear colleague,"), bullet("Review your policy"), bullet("Send it to us"), Paragraph("Yours")]


@pytest.mark.parametrize(
    ("name", "blocks"),
    [
        ("Prevent plan: agenda of the board", AGENDA),
        ("Letter to partners", LETTER),
        ("Prevent action plan", [Paragraph("It will be written next year.")]),
        ("Prevent action plan", [bullet("Review the policy")]),
    ],
)
def test_lists_of_other_things_are_no_plan(name, blocks):
    draft = understand_plan(replace(word(title(name), *blocks), filename="file.docx"))
    assert draft.actions == []
    assert NOTE not in draft.notes


def test_a_file_with_a_plans_table_keeps_its_lists_as_text():
    head = ("Ref", "Objective", "Action", "Lead", "Target date")
    row = ("1", "Lead", "Hold a board", "Chair", "March 2027")
    draft = read(heading("Aims", 1), bullet("Review the policy"), bullet("Train staff"), table(head, row))
    assert [action.text for action in draft.actions] == ["Hold a board"]
    assert NOTE not in draft.notes


def test_numbered_actions_of_one_objective_and_bullets_of_the_next_stay_apart():
    draft = read(
        heading("Priority 1: Ideology", 1),
        Paragraph("Objective 1: Tackle the causes"),
        Paragraph("1.1 Review the profile"),
        Paragraph("1.2 Map the risk by 30 June 2026"),
        Paragraph("Objective 2: Support people"),
        bullet("Publish a guide"),
        bullet("Train staff"),
    )
    assert [action.text for action in draft.actions] == [
        "Review the profile", "Map the risk by 30 June 2026", "Publish a guide", "Train staff",
    ]  # fmt: skip
    assert of(draft)[-1][1:] == ("Support people", ["Publish a guide", "Train staff"])


def test_an_objective_without_actions_is_kept():
    draft = read(
        heading("Priority 1: Ideology", 1),
        Paragraph("Objective 1: Nothing yet"),
        Paragraph("Objective 2: Support people"),
        bullet("Publish a guide"),
        bullet("Train staff"),
        Paragraph("Objective 3: Later"),
    )
    kept = str(draft.to_json())
    for words in ("Nothing yet", "Support people", "Later"):
        assert words in kept, words
