"""What the columns of a plan's table are taken for: by their headings, by their values, and by what somebody said."""

import datetime as dt

import pytest

from plans.rules import DateKind, Rag
from plans.understanding import understand_plan
from plans.understanding.draft import PlanDraft
from prevent_portal.tables_in import Cell
from tests.plans.documents import across, cell, table, word

ACTIONS = ("Agree the terms of reference", "Write the yearly risk assessment", "Publish the training offer")
OWNERS = ("Head of Libraries", "Prevent Coordinator", "Facilities Team")
DATES = ("30/06/2026", "30/09/2026", "31/03/2027")
HEADINGS = ("Action", "Owner", "Target date")
ROWS = tuple(zip(ACTIONS, OWNERS, DATES, strict=True))


def understood(*rows: tuple, **said) -> PlanDraft:
    return understand_plan(word(table(*rows)), **said)


def fields(draft: PlanDraft, of: int = 0) -> list[str]:
    return [column.field for column in draft.tables[of].columns]


def with_column(name: str, *values: str | Cell) -> PlanDraft:
    """Three actions with their owners and dates, and one column more."""
    return understood((*HEADINGS, name), *((*row, value) for row, value in zip(ROWS, values, strict=True)))


def field_of(name: str, *values: str) -> str:
    return fields(with_column(name, *values))[-1]


def texts(draft: PlanDraft) -> list[str]:
    return [action.text for action in draft.actions]


def is_whole(draft: PlanDraft) -> bool:
    """Whether each action has its words, its owner and its date."""
    owners = [action.owners_as_written for action in draft.actions]
    dates = [date.as_written for action in draft.actions for date in action.target_dates]
    return texts(draft) == [*ACTIONS] and owners == [*OWNERS] and dates == [*DATES]


# Where the headings stand


@pytest.mark.parametrize("above", range(6))
def test_headings_are_found_below_titles_and_empty_rows(above):
    titles = [(across("Our work against radicalisation", 3),), ("", "", ""), ("Version 2", "", ""), ("", "", ""), ("",)]
    draft = understood(*titles[:above], HEADINGS, *ROWS)
    assert draft.tables[0].header_row == above + 1
    assert is_whole(draft)


def test_empty_row_in_a_table_without_headings_ends_nothing():
    assert texts(understood(ROWS[0], (), *ROWS[1:])) == [*ACTIONS]


def test_heading_row_may_begin_with_what_looks_like_a_reference():
    draft = understood(("Q2", *HEADINGS), *((f"Meeting {at} was held", *each) for at, each in enumerate(ROWS)))
    assert fields(draft) == ["progress", "action", "owner", "target_date"]
    assert is_whole(draft)


def test_heading_row_that_stands_twice_is_no_heading_of_two_lines():
    draft = understood(HEADINGS, HEADINGS, *ROWS, HEADINGS, *ROWS)
    assert texts(draft) == [*ACTIONS, *ACTIONS]
    assert [column.heading for column in draft.tables[0].columns] == [*HEADINGS]


def test_lines_of_headings_that_are_all_split_are_put_together():
    first, second = ("Planned", "Responsible", "Expected"), ("activity", "officer", "completion")
    draft = understood(first, second, *ROWS)
    assert [column.heading for column in draft.tables[0].columns] == [
        "Planned activity", "Responsible officer", "Expected completion",
    ]  # fmt: skip
    assert is_whole(draft)


@pytest.mark.parametrize(
    "above",
    [("Eastmere District Prevent Action Plan", "", ""), ("Total number of actions", "4", ""), ("A", "Slipping", "")],
    ids=["title", "fact", "key"],
)
def test_row_above_good_headings_is_not_joined_to_them(above):
    draft = understood(above, HEADINGS, *ROWS)
    assert [column.heading for column in draft.tables[0].columns] == [*HEADINGS]
    assert draft.tables[0].header_row == 2
    assert is_whole(draft)


def test_first_action_in_few_words_is_no_second_line_of_the_headings():
    draft = understood(HEADINGS, ("Train staff", "Housing", ""), ("Check halls", "", "June 2026"))
    assert texts(draft) == ["Train staff", "Check halls"]


def test_headings_repeated_on_each_page_are_no_actions():
    draft = understood(HEADINGS, ROWS[0], HEADINGS, ROWS[1], HEADINGS, ROWS[2])
    assert is_whole(draft)
    assert draft.cells == {"total": 18, "placed": 18, "set_aside": 0}


def test_other_headings_further_down_rule_the_rows_below_them():
    draft = understood(HEADINGS, ROWS[0], ("Target date", "Action", "Owner"), (DATES[1], ACTIONS[1], OWNERS[1]))
    assert texts(draft) == [*ACTIONS[:2]]
    assert [action.target_dates[0].as_written for action in draft.actions] == [*DATES[:2]]
    assert [each.header_row for each in draft.tables] == [1, 3]


def test_headings_of_two_rows_are_repeated_as_two_rows():
    first = ("Action", "Owner", cell("Timescale", 2, column_span=2))
    second = ("", "", "Start", "Finish")
    rows = [(what, who, "1 April 2026", due) for what, who, due in ROWS]
    draft = understood(first, second, rows[0], first, second, *rows[1:])
    assert texts(draft) == [*ACTIONS]
    kinds = [[date.kind for date in action.target_dates] for action in draft.actions]
    assert kinds == [[DateKind.FIXED, DateKind.START]] * 3
    assert draft.cells["set_aside"] == 0


def test_second_line_of_a_heading_completes_it():
    first, second = ("Action", "Lead", "Target"), ("", "officer", "date")
    draft = understood(first, second, *ROWS)
    assert [column.heading for column in draft.tables[0].columns] == ["Action", "Lead officer", "Target date"]
    assert is_whole(draft)


def test_heading_over_two_columns_names_both():
    draft = understood(("Action", "Target date", cell("Progress", 2, column_span=2)), *(
        (what, due, f"Letter {at} sent", f"Reply {at} came") for at, (what, _, due) in enumerate(ROWS)
    ))  # fmt: skip
    assert fields(draft) == ["action", "target_date", "progress", "progress"]
    assert "Letter 0 sent" in draft.actions[0].progress
    assert "Reply 0 came" in draft.actions[0].progress


# What headings are called


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (("What do we want to do?", "Who will do it?", "By when?"), ["action", "owner", "target_date"]),
        (("What needs to be done", "By whom", "Deadline"), ["action", "owner", "target_date"]),
        (("What?", "Who?", "When?"), ["action", "owner", "target_date"]),
        (("Camau gweithredu", "Arweinydd", "Erbyn pryd"), ["action", "owner", "target_date"]),
        (("ACTION(S)", "Resp. officer", "Tgt. date"), ["action", "owner", "target_date"]),
        (("Actoin", "Reponsible officer", "Tagret date"), ["action", "owner", "target_date"]),
        (("Action¹", "Owner*", "Target date†"), ["action", "owner", "target_date"]),
    ],
    ids=["questions", "phrases", "one word", "Welsh", "short", "misspelt", "footnotes"],
)
def test_headings_in_other_words_are_known(headings, expected):
    draft = understood(headings, *ROWS)
    assert fields(draft)[1:] == expected[1:]
    assert is_whole(draft)


def test_question_how_is_it_going_asks_for_progress():
    assert field_of("How is it going?", "The draft is with the board", "Not begun yet", "Dates are set") == "progress"


# Headings of more than one meaning


@pytest.mark.parametrize(
    ("heading", "values", "expected"),
    [
        ("Target", ("80% of staff", "Nine schools", "All wards"), "outcome"),
        ("Status", ("Two of four schools have replied", "The draft is with the board", "Not begun"), "progress"),
        ("Status", ("On track", "Delayed", "Complete"), "rag"),
        ("Progress", ("Green", "Amber", "Red"), "rag"),
        ("Progress", ("The board met and agreed it", "Waiting for the police's figures", "Half done"), "progress"),
        ("Priority", ("H", "M", "L"), ""),
        ("Priority", ("Leading the work", "Leading the work", "Safe places"), "section"),
        ("Completed", ("Yes", "No", "Yes"), "rag"),
        ("Completed", ("1 May 2026", "3 June 2026", "2 July 2026"), "completed_on"),
        ("Measure", ("90% of staff are trained", "Six referrals are discussed", "All halls are checked"), "outcome"),
        ("Resources", ("£2,000", "Officer time", "Within budget"), "resources"),
        ("Date raised", ("1 May 2026", "3 June 2026", "2 July 2026"), ""),
    ],
)
def test_values_settle_what_a_heading_means(heading, values, expected):
    draft = with_column(heading, *values)
    assert fields(draft) == ["action", "owner", "target_date", expected]
    assert is_whole(draft)
    assert draft.cells["set_aside"] == 0


def test_column_called_target_that_holds_dates_is_when_the_action_is_due():
    draft = understood(("Action", "Owner", "Target"), *ROWS)
    assert fields(draft) == ["action", "owner", "target_date"]
    assert is_whole(draft)


def test_start_and_end_dates_are_told_apart():
    draft = understood(("Action", "Start date", "End date"), *((what, "1 April 2026", due) for what, _, due in ROWS))
    assert fields(draft) == ["action", "start_date", "target_date"]
    due = [[date.as_written for date in a.target_dates if date.kind is DateKind.FIXED] for a in draft.actions]
    assert due == [[each] for each in DATES]


def test_of_two_columns_of_rag_the_current_one_counts_and_the_other_is_history():
    draft = understood((*HEADINGS, "Previous RAG", "Current RAG"), *((*row, "Red", "Green") for row in ROWS))
    assert fields(draft)[3:] == ["rag", "rag"]
    assert [action.rag for action in draft.actions] == [Rag.GREEN] * 3
    assert [[note.rag for note in action.progress_notes] for action in draft.actions] == [[Rag.RED]] * 3


def test_day_numbers_of_a_spreadsheet_are_dates():
    draft = understood(HEADINGS, *((what, who, str(46203 + at)) for at, (what, who, _) in enumerate(ROWS)))
    assert [action.target_dates[0].on for action in draft.actions] == [
        dt.date(2026, 6, 30), dt.date(2026, 7, 1), dt.date(2026, 7, 2),
    ]  # fmt: skip


def test_numbers_of_people_are_no_days_of_a_spreadsheet():
    assert all(not action.target_dates[1:] for action in with_column("Attendance", "46203", "46204", "46205").actions)


# No headings at all


def test_columns_without_headings_are_guessed_and_the_guess_is_said():
    draft = understood(*ROWS)
    assert [(column.field, column.basis, column.heading) for column in draft.tables[0].columns] == [
        ("action", "values", ""), ("owner", "values", ""), ("target_date", "values", ""),
    ]  # fmt: skip
    assert all(0 < column.confidence < 1 for column in draft.tables[0].columns)
    assert draft.tables[0].header_row == 0
    assert is_whole(draft)


def test_references_objectives_and_rag_without_headings_are_known_as_well():
    draft = understood(
        ("1.1", "The board leads the work", *ROWS[0], "Green"),
        ("1.2", "Local risk is known", *ROWS[1], "Amber"),
        ("1.3", "Staff know what to do", *ROWS[2], "Red"),
    )
    assert fields(draft) == ["ref", "objective", "action", "owner", "target_date", "rag"]
    assert [action.rag for action in draft.actions] == [Rag.GREEN, Rag.AMBER, Rag.RED]
    assert is_whole(draft)


def test_unnamed_first_column_that_is_merged_beside_rows_holds_their_sections():
    def merged(text: str) -> Cell:
        return cell(text, row_span=2) if text else cell("", is_continuation=True)

    first = ("Governance", "", "Training")
    draft = understood(("", *HEADINGS), *((merged(text), *row) for text, row in zip(first, ROWS, strict=True)))
    assert fields(draft) == ["section", "action", "owner", "target_date"]
    assert [(section.title, len(section.objectives)) for section in draft.sections] == [
        ("Governance", 2), ("Training", 1),
    ]  # fmt: skip
    assert is_whole(draft)


def test_two_rows_without_headings_are_too_few_to_guess_from():
    assert understood(*ROWS[:2]).actions == []


# What somebody said


def test_a_remembered_heading_beats_the_guess():
    draft = understood(HEADINGS, *ROWS, remembered={"owner": "partners"})
    assert fields(draft) == ["action", "partners", "target_date"]
    assert [column.basis for column in draft.tables[0].columns] == ["heading", "remembered", "heading"]
    assert [action.partners for action in draft.actions] == [[each] for each in OWNERS]


def test_a_person_beats_what_was_remembered():
    draft = understood(HEADINGS, *ROWS, remembered={"owner": "partners"}, columns={1: {1: "owner"}})
    assert draft.tables[0].columns[1].basis == "person"
    assert is_whole(draft)


@pytest.mark.parametrize("said", ["", "note"])
def test_column_that_a_person_calls_a_remark_stays_with_the_plan(said):
    draft = understood(HEADINGS, *ROWS, columns={1: {1: said}})
    assert [remark.text for section in draft.sections for remark in section.remarks] == [
        f"“{action}” – Owner: {owner}" for action, owner in zip(ACTIONS, OWNERS, strict=True)
    ]
    assert all(not action.owners for action in draft.actions)
    assert draft.cells["set_aside"] == 0


def test_column_that_a_person_leaves_out_is_set_aside_with_that_reason():
    draft = understood(HEADINGS, *ROWS, columns={1: {1: "leave_out"}})
    assert [each.text for each in draft.quarantined] == [*OWNERS]
    assert {each.reason for each in draft.quarantined} == {"The column was left out when the import was checked."}
    assert draft.cells == {"total": 12, "placed": 9, "set_aside": 3}


def test_field_that_a_person_gives_to_a_column_is_taken_from_the_one_that_was_guessed():
    draft = understood((*HEADINGS, "Sparkle"), *((*row, "1 May 2026") for row in ROWS), columns={1: {3: "target_date"}})
    assert fields(draft) == ["action", "owner", "", "target_date"]
    assert [action.target_dates[0].as_written for action in draft.actions] == ["1 May 2026"] * 3


@pytest.mark.parametrize(
    "first",
    [("Sparkle", "Glimmer", "Shine"), (cell("Sparkle", 0, is_bold=True), cell("Glimmer", 1, is_bold=True), "")],
    ids=["other kinds of words", "bold"],
)
def test_person_may_name_the_columns_of_a_table_that_nobody_knew(first):
    rows = (first, *ROWS[:2])
    assert understood(*rows).actions == []
    draft = understood(*rows, columns={"table 1": {0: "action", 1: "owner", 2: "target_date"}})
    assert [(each.is_used, each.header_row) for each in draft.tables] == [(True, 1)]
    assert [column.heading for column in draft.tables[0].columns][:2] == ["Sparkle", "Glimmer"]
    assert [action.owners_as_written for action in draft.actions] == [*OWNERS[:2]]


def test_first_row_is_an_action_where_a_person_names_the_columns_of_a_table_without_headings():
    draft = understood(*ROWS[:2], columns={1: {0: "action", 1: "owner", 2: "target_date"}})
    assert texts(draft) == [*ACTIONS[:2]]
    assert draft.tables[0].header_row == 0


def test_field_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="sparkle"):
        understood(HEADINGS, *ROWS, columns={1: {1: "sparkle"}})


# Tables that are not the plan


@pytest.mark.parametrize(
    "rows",
    [
        [
            ("Risk", "Likelihood", "Impact", "Mitigating action", "Risk owner"),
            ("Funding ends", "2", "5", "Bid early", "HR"),
            ("Staff leave", "3", "3", "Train deputies", "HR"),
        ],
        [
            ("Name", "Role", "Telephone", "E-mail"),
            ("Chair", "Board chair", "01632 960001", "chair@council.example"),
            ("Lead", "Prevent lead", "01632 960002", "lead@council.example"),
        ],
        [
            ("Version", "Date", "Author", "Changes made"),
            ("0.1", "1 March 2026", "Prevent Coordinator", "First draft"),
            ("0.2", "1 April 2026", "Prevent Coordinator", "Comments of the board"),
        ],
        [("Term", "Meaning"), ("Channel", "A panel that gives support"), ("DSL", "Designated safeguarding lead")],
        [
            ("Directorate", "Number of staff", "Trained", "Percentage"),
            ("Children's services", "240", "200", "83%"),
            ("Housing", "80", "72", "90%"),
        ],
        [
            ("Date of meeting", "Venue", "Chair"),
            ("1 May 2026", "Town hall", "Board chair"),
            ("1 July 2026", "Library", "Board chair"),
        ],
    ],
    ids=["risks", "contacts", "versions", "glossary", "training", "meetings"],
)
def test_tables_of_other_things_give_no_actions_and_are_set_aside(rows):
    draft = understand_plan(word(table(HEADINGS, *ROWS), table(*rows, number=2)))
    assert is_whole(draft)
    assert [each.is_used for each in draft.tables] == [True, False]
    assert {each.row for each in draft.quarantined if each.table == "table 2"} == set(range(1, len(rows) + 1))
    assert understood(*rows).actions == []


@pytest.mark.parametrize(
    "rows",
    [
        (("Risk", "Mitigating action", "Risk owner"), ("Funding ends", "Bid early", "HR"), ("Staff go", "Train", "HR")),
        (("Name", "Role", "Telephone"), ("Chair", "Board chair", "01632 960001"), ("Lead", "Lead", "01632 960002")),
        (("Version", "Date", "Change"), ("0.1", "1 March 2026", "First draft"), ("0.2", "1 April 2026", "Second")),
        (("Directorate", "Staff", "Trained"), ("Children's services", "240", "200"), ("Housing", "80", "72")),
    ],
    ids=["risks", "contacts", "versions", "training"],
)
def test_table_of_other_things_as_wide_as_the_plan_does_not_go_on_with_it(rows):
    draft = understand_plan(word(table(HEADINGS, *ROWS), table(*rows, number=2)))
    assert is_whole(draft)
    assert {each.row for each in draft.quarantined} == {1, 2, 3}
