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
