"""Columns, owners and rows of plans that the reader once took wrongly, each in words of our own."""

import pytest

from plans.rules import Rag
from plans.understanding.columns import Field, candidates
from plans.understanding.markings import SENSITIVE
from plans.understanding.owners import read_owners
from plans.understanding.plan import understand_plan
from prevent_portal.tables_in import Cell, Paragraph, read_document

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


# Rows that are struck through


def struck(*texts):
    return tuple(cell(text, column, is_struck=bool(text)) for column, text in enumerate(texts))


def test_a_row_that_is_struck_through_is_set_aside_with_that_reason():
    draft = read(
        HEAD, ("1", "Review the terms", "Estates", "Jan 2027", "Green"), struck("2", "Hold a fair", "", "", "R")
    )
    assert [action.text for action in draft.actions] == ["Review the terms"]
    assert [(each.reason, each.text) for each in draft.quarantined] == [
        ("This row is struck through in the file.", "2 | Hold a fair | R")
    ]
    assert draft.cells == {"total": 13, "placed": 10, "set_aside": 3}


def test_a_row_that_is_struck_through_because_it_is_done_is_read():
    draft = read(HEAD, struck("2", "Hold a fair", "Estates", "Jan 2027", "Complete"))
    assert [(action.text, action.rag, action.flags) for action in draft.actions] == [("Hold a fair", Rag.BLUE, [])]
    assert draft.objectives[0].flags == draft.quarantined == []


def test_an_action_alone_that_is_struck_through_is_flagged():
    draft = read(HEAD, ("2", cell("Hold a fair", 1, is_struck=True), "Estates", "Jan 2027", "Green"))
    assert any("struck through" in flag for flag in draft.objectives[0].flags)


def test_an_objective_that_goes_on_below_is_not_set_aside_with_the_struck_row_in_which_it_begins():
    head = ("Ref", "Objective", "Action", "Lead")
    first = (
        cell("1", 0, is_struck=True), cell("Clear leadership", 1, row_span=2, is_struck=True),
        cell("Hold a fair", 2, is_struck=True), cell("Estates", 3, is_struck=True),
    )  # fmt: skip
    draft = read(head, first, ("", cell("", 1, is_continuation=True), "Review the terms", "Estates"))
    (objective,) = draft.objectives
    assert [action.text for action in objective.actions] == ["Hold a fair", "Review the terms"]
    assert any("struck through" in flag for flag in objective.flags)


# References


def drawn(number, column=0):
    """An empty cell in which Word draws a number or a bullet."""
    return Cell((Paragraph("", list_level=0, marker=number),), column=column)


def test_a_number_that_word_draws_in_an_empty_cell_is_the_reference():
    draft = read(
        HEAD,
        (drawn("1.1"), "Review the terms", "Estates", "Jan 2027", "Green"),
        (drawn("1.2"), "Train the staff", "Estates", "Jan 2027", "Green"),
        (drawn("•"), "Map the venues", "Estates", "Jan 2027", "Green"),
        (drawn("1.3"), "", "", "", ""),
    )
    assert [(objective.ref, objective.text) for objective in draft.objectives] == [
        ("1.1", "Review the terms"), ("1.2", "Train the staff"), ("", "Map the venues")
    ]  # fmt: skip
    assert draft.quarantined == []


def test_a_letter_that_word_draws_in_an_empty_action_cell_is_no_action():
    draft = read(("Ref", "Objective", "Action", "Lead"), ("1", "Clear leadership", drawn("a)", 2), "Estates"))
    assert [action.text for action in draft.actions] == ["Clear leadership"]


# Owners


@pytest.mark.parametrize(
    ("written", "owners"),
    [
        ("Head of Finance (deputy: Finance Manager)", ["Head of Finance", "Finance Manager"]),
        ("Head of Finance (supported by the Finance Manager)", ["Head of Finance", "the Finance Manager"]),
        ("Ada Moor (Head of Finance; deputy: Sam Field)", ["Ada Moor, Head of Finance", "Sam Field"]),
        ("Lead: Ada Moor, Deputy: Sam Field", ["Ada Moor", "Sam Field"]),
        ("Deputy Head of Finance", ["Deputy Head of Finance"]),
        ("Ada Moor (Deputy Head of Finance)", ["Ada Moor, Deputy Head of Finance"]),
        ("PREVENT Lead: Ada Moor", ["Ada Moor, PREVENT Lead"]),
        ("Prevent Lead: Ada Moor; Police Lead: Sam Field", ["Ada Moor, Prevent Lead", "Sam Field, Police Lead"]),
        ("Police, Lead: Ada Moor", ["Police", "Ada Moor"]),
        ("Ada Moor Lead: Sam Field", ["Ada Moor", "Sam Field"]),
    ],
)
def test_deputies_and_posts_with_names(written, owners):
    named = [", ".join(filter(None, (owner.name, owner.post))) for owner in read_owners([written])]
    assert named == owners


@pytest.mark.parametrize("said", ["As above", "ditto", "Same as above", '"', "〃"])
def test_owner_as_above_is_a_guess_at_the_owners_of_the_row_above(said):
    draft = read(
        HEAD,
        ("1", "Review the terms", "Ada Moor, Head of Housing; Estates", "Jan 2027", "Green"),
        ("2", "Train the staff", said, "Feb 2027", "Green"),
        ("3", "Map the venues", said, "Feb 2027", "Green"),
    )
    for action in draft.actions[1:]:
        assert [(owner.name or owner.post, owner.is_guess) for owner in action.owners] == [
            ("Ada Moor", True),
            ("Estates", True),
        ]
        assert action.owners_as_written == said
        assert "The owner is as in the row above, which names Ada Moor, Estates." in action.flags
    assert draft.cells["set_aside"] == 0


def test_owner_as_above_where_the_row_above_names_nobody_stays_without_one_and_is_flagged():
    draft = read(
        HEAD,
        ("1", "Review the terms", "tbc", "Jan 2027", "Green"),
        ("2", "Train the staff", "As above", "Feb 2027", "Green"),
    )
    assert draft.actions[1].owners == []
    assert "The owner is as in the row above, which names nobody." in draft.actions[1].flags


# Heads of columns


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Sut byddwn ni'n gwybod?", Field.OUTCOME), ("S/N", Field.REF), ("WBS", Field.REF), ("Rec no.", Field.REF),
        ("Recommendation number", Field.REF), ("Single point of contact", Field.OWNER), ("SPOC", Field.OWNER),
        ("Other agencies", Field.PARTNERS), ("Monitoring comments", Field.PROGRESS), ("Monitoring", Field.OUTCOME),
        ("Ambition", Field.OBJECTIVE), ("Key activities", Field.ACTION), ("Initiatives", Field.ACTION),
        ("Responsibilities", Field.OWNER), ("Priorities", Field.SECTION), ("CAG", Field.RAG),
    ],
)  # fmt: skip
def test_words_of_heads(said, meant):
    assert candidates(said)[0][2] is meant


ACTIONS = ("Review the terms", "Train the staff", "Map the venues")


def fields_of(*heads, column=1):
    """What a table's columns are taken for: in `column` stand orders, in the others what goes with them."""
    usual = {"Ref": "{}", "Objective": "Clear leadership", "Lead": "Estates", "Deadline": "March 2027", "RAG": "Green"}
    usual |= {"Start": "May 2026", "Complete": "March 2027"}
    rows = [
        tuple(action if at == column else usual.get(head, "A leaflet").format(number) for at, head in enumerate(heads))
        for number, action in enumerate(ACTIONS, start=1)
    ]
    draft = read(heads, *rows)
    assert [action.text for action in draft.actions] == [*ACTIONS]
    return [each.field for each in draft.tables[0].columns]


def test_deliverables_are_the_actions_where_nothing_else_is():
    assert fields_of("Ref", "Deliverables", "Lead", "Deadline", "RAG")[1] == "action"
    assert fields_of("Ref", "Objective", "Deliverables", "Lead", "Deadline", column=2)[1:3] == ["objective", "action"]
    assert fields_of("Ref", "Action", "Deliverables", "Lead", "Deadline")[1:3] == ["action", "outcome"]


# Totals


@pytest.mark.parametrize(
    "row",
    [
        ("7", "Total", "", "", ""), ("", "", "TOTAL", "", "3"), ("7", "Total actions", "", "", "3"),
        ("", "3", "Total", "", ""), ("Part A", "Sub-total for part A", "", "", "3 actions"),
    ],
)  # fmt: skip
def test_a_row_that_adds_up_is_no_action_wherever_it_says_so(row):
    draft = read(HEAD, ("1", "Review the terms", "Estates", "Jan 2027", "Green"), row)
    assert [action.text for action in draft.actions] == ["Review the terms"]
    assert [each.reason for each in draft.quarantined] == ["This row is a total. The portal counts for itself."]


@pytest.mark.parametrize("said", ["Total review of the venue policy", "Total Respect training for staff"])
@pytest.mark.parametrize("rest", [("Estates", "Jan 2027", "Green"), ("", "", "")])
def test_an_action_that_begins_with_total_is_one(said, rest):
    draft = read(HEAD, ("1", said, *rest))
    assert [action.text for action in draft.actions] == [said]


# Notes beside the text


def test_comments_are_set_aside_with_their_row_and_count_as_no_cell():
    noted = cell("Train the staff", 1, notes=("Comment: Train the staff?",))
    document = word(table(HEAD, ("1", noted, "Estates", "Jan 2027", "Green")))
    document.notes = ["Comment: Train the staff?", "Footnote: Funding ends in May."]
    draft = understand_plan(document)
    assert [(each.table, each.row, each.text) for each in draft.quarantined] == [
        ("table 1", 2, "Comment: Train the staff?"),
        ("the notes beside the text", 0, "Footnote: Funding ends in May."),
    ]
    assert draft.cells == {"total": 10, "placed": 10, "set_aside": 0}
    assert [each.key for each in draft.quarantined] == ["q1", "q2"]


def test_a_comment_hides_no_cell_that_was_lost():
    noted = cell("Estates", 2, notes=("Comment: Sparkle",))
    long = "Sparkle " * 3_000
    draft = understand_plan(word(table((*HEAD, "Glitter"), ("1", "Train the staff", noted, "Jan 2027", "Green", long))))
    assert [each.text[:16] for each in draft.quarantined] == ["Sparkle Sparkle ", "Comment: Sparkle"]


# Headings of two lines


def test_a_heading_below_one_that_spans_others_says_what_its_column_holds():
    head = (
        cell("No", 0, row_span=2), cell("What we will do", 1, column_span=2), cell("Who", 3, column_span=2),
        cell("When", 5, column_span=2), cell("RAG", 7, row_span=2),
    )  # fmt: skip
    below = ("", "Outcome", "Task", "Lead", "Support", "Start", "Finish", "")
    rows = [
        (str(number), "Partners act", action, "Estates", "Police", "April 2026", f"{month} 2027", "Green")
        for number, (action, month) in enumerate(zip(ACTIONS, ("January", "February", "March"), strict=True), start=1)
    ]
    draft = read(head, below, *rows)
    assert [each.field for each in draft.tables[0].columns] == [
        "ref", "outcome", "action", "owner", "partners", "start_date", "target_date", "rag",
    ]  # fmt: skip
    assert draft.cells["set_aside"] == 0


def test_a_line_that_completes_the_heading_above_it_is_read_with_it():
    head = (cell("Action", 0, row_span=2), cell("Lead", 1, row_span=2), cell("Progress", 2, column_span=2))
    draft = read(head, ("", "", "Date", "Comment"), ("Review the terms", "Estates", "3 May 2026", "Draft is out"))
    assert [each.field for each in draft.tables[0].columns][2:] == ["progress", "progress"]


def test_complete_beside_start_is_when_an_action_is_due():
    assert fields_of("Ref", "Action", "Lead", "Start", "Complete")[3:] == ["start_date", "target_date"]


# Lines that are no rows


@pytest.mark.parametrize("said", ["Key: G = on track", "RAG key: G on track", "Note: a draft", "NB – a draft"])
def test_a_key_or_note_alone_in_its_row_is_no_section(said):
    draft = read(HEAD, ("1", "Review the terms", "Estates", "Jan 2027", "Green"), (said, "", "", "", ""))
    assert [section.title for section in draft.sections] == ["Actions"]
    assert remarks(draft) == [said]


def test_a_section_that_begins_with_key_is_one():
    draft = read(HEAD, ("Key priorities", "", "", "", ""), ("1", "Review the terms", "Estates", "Jan 2027", "Green"))
    assert [section.title for section in draft.sections] == ["Key priorities"]


def test_an_owner_who_left_is_none():
    assert read_owners(["tbc (was Ada Moor)"]) == []
    assert [(owner.name, owner.post) for owner in read_owners(["Sam Field (was Ada Moor)"])] == [("Sam Field", "")]


def test_the_title_above_the_headings_of_a_file_of_lines_is_placed():
    lines = "Ashmere Prevent plan 2026/27,,\nAction,Lead,By when\nReview the terms,Estates,Jan 2027\n"
    draft = understand_plan(read_document(lines.encode(), "plan.csv"))
    assert draft.title == "Ashmere Prevent plan 2026/27"
    assert draft.quarantined == []


HEAD_WITH_PROGRESS = ("Ref", "Action", "Lead", "Due", "Progress")
PARTED = ("1", "Hold a conference for schools and", "Estates", "Jan 2027", "Venue booked")
REST = ("", "colleges in the county", "", "", "and speakers found")


def test_a_row_that_goes_on_in_small_letters_is_the_rest_of_the_one_above():
    after = ("2", "e-learning for all staff", "Estates", "Jan 2027", "")
    draft = read(HEAD_WITH_PROGRESS, PARTED, REST, after)
    assert [(action.text, action.progress) for action in draft.actions] == [
        ("Hold a conference for schools and colleges in the county", "Venue booked and speakers found"),
        ("e-learning for all staff", ""),
    ]
    assert draft.objectives[0].text == draft.actions[0].text
    assert any("rest of this one" in flag for flag in draft.actions[0].flags)
    assert draft.cells["set_aside"] == 0


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (("1", "Hold a conference for schools.", "Estates", "Jan 2027", "Venue booked"), REST),
        (PARTED, ("", "colleges in the county", "HR", "", "and speakers found")),
        (PARTED, ("", "colleges in the county", "", "", "Speakers found")),
        (("1", "Hold a conference for schools and", "Estates", "Jan 2027", ""), REST),
    ],
)
def test_a_row_in_small_letters_that_says_more_stays_one_and_is_flagged(above, below):
    draft = read(HEAD_WITH_PROGRESS, above, below)
    assert [action.text for action in draft.actions] == [above[1], below[1]]
    assert any("rest of the row above" in flag for flag in draft.objectives[1].flags)


def test_a_number_and_a_name_above_rows_that_are_numbered_below_it_head_a_section():
    draft = read(
        HEAD,
        ("1", "Leadership", "", "", ""),
        ("1.1", "Review the terms", "Estates", "Jan 2027", "Green"),
        ("2.", "Delivery", "", "", ""),
        ("2.1", "Train the staff", "Estates", "Jan 2027", "Green"),
        ("3", "Map the venues", "", "", ""),
    )
    assert [(section.ref, section.title) for section in draft.sections] == [("1", "Leadership"), ("2", "Delivery")]
    assert [action.text for action in draft.actions] == [*ACTIONS[:1], "Train the staff", "Map the venues"]
    assert draft.cells["set_aside"] == 0


def test_an_objective_above_actions_that_are_numbered_below_it_stays_one():
    draft = read(
        ("Ref", "Objective", "Action", "Lead"),
        ("1", "Clear leadership", "", ""),
        ("1.1", "", "Review the terms", "Estates"),
    )
    assert "Clear leadership" in [objective.text for objective in draft.objectives]


# Dates that were moved


def dates(draft):
    return [[(str(date.on), date.as_written) for date in action.target_dates] for action in draft.actions]


def test_where_nothing_is_revised_the_original_target_date_holds():
    draft = read(
        ("Ref", "Action", "Lead", "Original target date", "Revised target date", "RAG"),
        ("R1", "Draft a policy", "Estates", "31/10/2026", "31/01/2027", "Amber"),
        ("R2", "Publish a plan", "Estates", "31/12/2026", "", "Green"),
    )
    assert dates(draft) == [[("2027-01-31", "31/01/2027")], [("2026-12-31", "31/12/2026")]]
    assert any("31/10/2026" in text for text in remarks(draft))


def test_an_original_date_alone_is_no_target_date():
    draft = read((*HEAD, "Original date"), ("1.1", "Review", "Estates", "Jan 2027", "Green", "1 May 2026"))
    assert dates(draft) == [[("2027-01-31", "Jan 2027")]]


@pytest.mark.parametrize(
    "said",
    ["March 2027 (was Dec 2026)", "March 2027, previously December 2026", "March 2027 [original date: 12/2026]"],
)
def test_of_a_date_and_the_one_that_it_was_the_first_holds(said):
    draft = read(HEAD, ("1.1", "Review", "Estates", said, "Green"))
    assert dates(draft) == [[("2027-03-31", said)]]


def test_a_month_with_two_figures_is_of_a_year_that_the_other_dates_name():
    rows = [(f"1.{n}", f"Action {n}", "Estates", said, "Green") for n, said in enumerate(("April 2027", "Jan 27"), 1)]
    draft = read(HEAD, *rows)
    assert dates(draft)[1] == [("2027-01-31", "Jan 27")]
    assert any("Jan 27" in flag for flag in draft.actions[1].flags)


def test_a_month_without_a_year_is_of_no_year_that_nobody_named():
    draft = read(HEAD, ("1.1", "First", "Estates", "May 2027", "Green"), ("1.2", "Second", "Estates", "March", "Green"))
    assert dates(draft)[1] == [("None", "March")]


# RAG of earlier times


QUARTERS = ("Action", "Lead", "Due", "Q1 26/27 update", "Q1 26/27 RAG", "Q2 26/27 update", "Q2 26/27 RAG")


def notes(draft):
    return [[(str(n.made_on), n.note, n.rag) for n in action.progress_notes] for action in draft.actions]


def test_the_rag_of_a_quarter_goes_with_what_was_said_of_that_quarter():
    draft = read(
        QUARTERS,
        ("Train staff", "HR", "March 2027", "Planned", "G", "Trainer left", "R"),
        ("Map venues", "Estates", "March 2027", "Begun", "A", "Done", "B"),
    )
    assert notes(draft) == [
        [("2026-06-30", "Planned", Rag.GREEN), ("2026-09-30", "Trainer left", Rag.NOT_STATED)],
        [("2026-06-30", "Begun", Rag.AMBER), ("2026-09-30", "Done", Rag.NOT_STATED)],
    ]
    assert [action.rag for action in draft.actions] == [Rag.RED, Rag.BLUE]


def test_the_rag_of_a_quarter_of_which_nothing_is_said_is_a_note_of_its_own():
    draft = read(QUARTERS, ("Train staff", "HR", "March 2027", "", "G", "Trainer left", "R"))
    assert notes(draft)[0][0] == ("2026-06-30", "G", Rag.GREEN)


# RAG in boxes, signs and whole rows


@pytest.mark.parametrize(
    ("said", "rag"),
    [
        ("☐ Not started\n☐ In progress\n☒ Complete", Rag.BLUE),
        ("☑ On track ☐ Off track", Rag.GREEN),
        ("[x] Green [ ] Amber [ ] Red", Rag.GREEN),
        ("[ ] Green [x] Amber [ ] Red", Rag.AMBER),
        ("☐ Green ☐ Amber ☐ Red", Rag.NOT_STATED),
        ("☒ Green ☒ Amber ☐ Red", Rag.NOT_STATED),
    ],
)
def test_of_several_boxes_the_ticked_one_counts(said, rag):
    draft = read(HEAD, ("1.1", "Review", "Estates", "Jan 2027", said))
    assert draft.actions[0].rag is rag


def test_a_sign_alone_states_its_colour():
    rows = [("1.1", "Review", "Estates", "Jan 2027", "🟢"), ("1.2", "Train", "HR", "Jan 2027")]
    sign = Cell((Paragraph("", marker="•", list_level=0),), column=4, ink="FF0000")
    draft = read(HEAD, rows[0], (*rows[1], sign))
    assert [action.rag for action in draft.actions] == [Rag.GREEN, Rag.RED]


def shaded(number: int, fill: str | None) -> tuple[Cell, ...]:
    texts = (f"1.{number}", f"Action {number}", "Estates", "Jan 2027")
    return tuple(cell(text, at, fill=fill) for at, text in enumerate(texts))


def rags_of_rows(*fills: str | None):
    rows = [shaded(number, fill) for number, fill in enumerate(fills, start=1)]
    return [action.rag for action in read(HEAD[:4], *rows).actions]


def test_rows_coloured_as_wholes_state_rag_and_say_that_it_is_read_from_the_colour():
    assert rags_of_rows("00B050", "FFC000", "FF0000") == [Rag.GREEN, Rag.AMBER, Rag.RED]
    draft = read(HEAD[:4], shaded(1, "00B050"), shaded(2, "FF0000"))
    assert all("the colour of the whole row" in action.flags[0] for action in draft.actions)


@pytest.mark.parametrize(
    "fills",
    [("92D050", None, "92D050", None), ("92D050", "FFC000", "92D050", "FFC000"), ("00B050", "00B050", "00B050")],
)
def test_stripes_and_one_colour_for_all_state_nothing(fills):
    assert set(rags_of_rows(*fills)) == {Rag.NOT_STATED}


def test_a_post_in_brackets_with_a_day_is_offered_as_owner():
    draft = read(
        ("Ref", "Action"), ("1.1", "Review the board (Community Safety Manager, by June 2027)"), ("1.2", "Train")
    )
    (owner,) = draft.actions[0].owners
    assert (owner.post, owner.is_guess) == ("Community Safety Manager", True)


# Both languages, who leads, what is done


def test_a_heading_in_two_languages_is_what_both_say():
    draft = read(
        ("Rhif / No", "Cam gweithredu / Action", "Arweinydd / Lead", "Erbyn / By"), ("1", "Cynnal", "HR", "Mai 2027")
    )
    assert [str(date.on) for date in draft.actions[0].target_dates] == ["2027-05-31"]
    assert candidates("Objective / Outcome")[0][2] is Field.OBJECTIVE


def test_letters_in_front_say_who_leads():
    owners = read_owners(["L: Human Resources / S: Police"])
    assert [(owner.name or owner.post, owner.is_lead) for owner in owners] == [
        ("Human Resources", True),
        ("Police", False),
    ]


def test_done_with_yes_is_complete():
    rows = [(f"R{n}", "Brief all", "HR", "May 2027", said) for n, said in enumerate(("No", "Yes", "Partly"), start=1)]
    draft = read((*HEAD[:4], "Done?"), *rows)
    assert [action.rag for action in draft.actions] == [Rag.NOT_STATED, Rag.BLUE, Rag.NOT_STATED]


def test_a_row_across_right_above_the_headings_is_the_first_section():
    def across(text: str) -> tuple[Cell, ...]:
        return (cell(text, 0, column_span=5),)

    draft = read(
        across("Leadership"), HEAD, ("1", "Lead", "Chair", "May 2027", ""), ("1b", "Meet", "Chair", "", ""),
        across("Training"),
        ("2", "Train", "HR", "May 2027", ""),
    )  # fmt: skip
    assert [section.title for section in draft.sections] == ["Leadership", "Training"]


def test_without_a_year_the_rag_of_a_quarter_still_goes_with_its_note_and_the_missing_year_is_flagged():
    heads = ("Action", "Lead", "Due", "Q1 update", "Q1 RAG", "Q2 update", "Q2 RAG")
    draft = read(heads, ("Train staff", "HR", "TBC", "Planned", "G", "Trainer left", "R"))
    assert [(note.note, note.rag) for note in draft.actions[0].progress_notes] == [
        ("Planned", Rag.GREEN), ("Trainer left", Rag.NOT_STATED),
    ]  # fmt: skip
    assert draft.actions[0].rag is Rag.RED
    assert any("“Q1 update” names no year" in flag for flag in draft.actions[0].flags)


@pytest.mark.parametrize(("said", "rag"), [("100%", Rag.BLUE), ("100", Rag.BLUE), ("99%", Rag.NOT_STATED)])
def test_a_hundred_per_cent_is_complete_and_nothing_less(said, rag):
    draft = read(
        (*HEAD[:4], "% complete"), ("1", "Train", "HR", "May 2027", said), ("2", "Meet", "HR", "May 2027", "40%")
    )
    assert draft.actions[0].rag is rag
