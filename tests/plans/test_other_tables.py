"""Tables that stand beside a plan and are none of it are set aside with what they are."""

import pytest

from plans.understanding import understand_plan
from tests.plans.documents import heading, table, word

PLAN = (("Action", "Owner", "Target date", "RAG"), ("Train staff in halls", "Head of Libraries", "June 2026", "Green"))


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ((("Risk", "Likelihood", "Impact", "Mitigation"), ("Few staff", "High", "Low", "Train")), "risks"),
        ((("Version", "Date", "Description", "Author"), ("0.1", "May 2026", "Draft", "Officer")), "version"),
        ((("Abbreviation", "Description"), ("PSG", "Steering group")), "abbreviations"),
        ((("Contents", "Page"), ("Governance", "3")), "contents"),
        ((("Name", "Role", "Organisation"), ("Ada Moor", "Chair", "Council")), "people"),
        ((("Meeting", "Date", "Venue"), ("Board", "May 2026", "Town Hall")), "meetings"),
        ((("Item", "Figure"), ("Leaflets", "12")), "no heading row"),
        ((("Spring term", "Halls"), ("Leaflets", "12")), "no heading row"),
    ],
)  # fmt: skip
def test_table_of_something_else_is_set_aside_as_what_it_is(rows, what):
    draft = understand_plan(word(heading("Plan 2026-27"), table(*rows), table(*PLAN, number=2)))
    assert [action.text for action in draft.actions] == ["Train staff in halls"]
    assert {each.table for each in draft.quarantined} == {"table 1"}
    assert len(draft.quarantined) == len(rows)
    assert all(what in each.reason for each in draft.quarantined)
    assert [(each.table, each.is_used) for each in draft.tables] == [("table 1", False), ("table 2", True)]


def test_table_that_a_person_calls_the_plans_is_read_whatever_it_looks_like():
    rows = ("Risk", "Likelihood", "Impact", "Mitigating action"), ("Few staff", "High", "Low", "Train a deputy")
    columns = {1: {0: "objective", 1: "note", 2: "note", 3: "action"}}
    (objective,) = understand_plan(word(table(*rows)), columns=columns).objectives
    assert (objective.text, objective.actions[0].text) == ("Few staff", "Train a deputy")


ORDERS = ("Review the plan with the board", "Agree the annual report in scrutiny", "Hold the yearly meeting")
DAYS = ("4 June 2026", "9 July 2026", "3 August 2026")


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ((("Date", "Meeting", "Lead"), *((each, order, "Lead") for each, order in zip(DAYS, ORDERS, strict=True))),
         "meetings"),
        ((("Date", "Meeting", "Lead", "Purpose"), (DAYS[0], "Board", "Prevent lead", "Review progress of the plan")),
         "meetings"),
        ((("Meeting", "Purpose", "Date"), ("Board", "Agree the plan", DAYS[0])), "meetings"),
        ((("Date", "Event", "Venue", "Lead", "Objective"), (DAYS[0], "Open day", "Hall", "Lead", "Raise awareness")),
         "meetings"),
        ((("Date", "Time", "Venue", "Description"), (DAYS[0], "10:00", "Hall", "Meeting of the board")), "meetings"),
        ((("Item", "Description", "Lead", "Time"), ("1", "Welcome", "Chair", "10:00"), ("2", "Plan", "Lead", "11am")),
         "meetings"),
        ((("Meeting", "Attendees", "Date", "Actions agreed"), ("Board", "All partners", DAYS[0], "Review the plan")),
         "meetings"),
        ((("Date", "Decision", "Owner"), *((day, "Plan agreed by the board", "Prevent lead") for day in DAYS)),
         "decisions"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_first", [True, False])
def test_list_of_meetings_is_no_part_of_the_plan_whatever_else_it_says(rows, what, is_first):
    others, plan = table(*rows, number=1 if is_first else 2), table(*PLAN, number=2 if is_first else 1)
    draft = understand_plan(word(heading("Plan 2026-27"), *((others, plan) if is_first else (plan, others))))
    assert [action.text for action in draft.actions] == ["Train staff in halls"]
    assert {each.table for each in draft.quarantined} == {others.name}
    assert len(draft.quarantined) == len(rows)
    assert all(what in each.reason for each in draft.quarantined)


@pytest.mark.parametrize(
    "rows",
    [
        (("Meeting date", "Action", "Owner", "Due"), ("4 June 2026", "Review the terms", "Prevent lead", "July 2026")),
        (("Date", "Meeting", "Lead", "Actions"), ("4 June 2026", "Board", "Prevent lead", "Review the terms")),
        (("Objective", "Event", "Date", "Lead"), ("Review the terms", "Open day", "June 2026", "Prevent lead")),
        (("Objective", "Meeting", "Date", "RAG"), ("Review the terms", "Board", "June 2026", "Green")),
        (("Objective", "Lead", "Time frame", "Progress"), ("Review the terms", "Lead", "June 2026", "10:00 on Monday")),
    ],
)
def test_actions_agreed_in_meetings_and_plans_that_name_them_are_read(rows):
    draft = understand_plan(word(heading("Plan 2026-27"), table(*rows)))
    assert [action.text for action in draft.actions] == ["Review the terms"]
    assert draft.quarantined == []


def test_a_list_of_meetings_is_read_where_this_authority_said_what_its_columns_hold():
    rows = ("Date", "Meeting", "Lead", "Purpose"), ("4 June 2026", "Board", "Prevent lead", "Review the plan")
    draft = understand_plan(word(table(*rows)), remembered={"purpose": "action"})
    assert [action.text for action in draft.actions] == ["Review the plan"]
