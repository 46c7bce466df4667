"""What the papers say of an action outside its section: its whole reference, its lateness, the name of its bar."""

import datetime as dt

import pytest

from plans import reports
from plans.models import Action, Assignment, Objective, Owner, Section
from prevent_portal.documents.parts import LABEL_GAP, LABEL_LETTERS, LABEL_WIDTH, FigureBar
from prevent_portal.documents.pictures import FONTS
from tests.docx_checks import docx_text
from tests.factories import make_authority
from tests.pdf_checks import pdf_text

from .test_reports import (
    TODAY,
    assign,
    change,
    flat,
    full,
    make_owner,
    make_plan,
    make_row,
    make_target_date,
    public,
    rows_of,
)

LATE = TODAY - dt.timedelta(days=40)
pytestmark = pytest.mark.django_db


@pytest.fixture
def council():
    return make_authority("Borrowmere Council")


def lettered(council, *, objectives: int = 1):
    """Two sections with numbers, their objectives without, their overdue actions a) and b)."""
    plan = make_plan(council, sections=2, objectives=objectives, actions=2, target=LATE)
    for number, section in enumerate(rows_of(Section, plan), start=1):
        change(section, ref=str(number))
    for objective in rows_of(Objective, plan):
        change(objective, ref="")
    for action in rows_of(Action, plan):
        change(action, letter="ab"[action.position - 1])
    return plan


def listed(report):
    (table,) = report.list_tables
    return [(row[0], row[1].note) for row in table.rows]


def test_a_letter_has_the_number_of_its_section_where_it_stands_outside_it(council):
    report = full(lettered(council))
    assert listed(report) == [("1 a", ""), ("1 b", ""), ("2 a", ""), ("2 b", "")]
    assert [row.ref for row in report.rows] == ["a", "b", "a", "b"]
    assert "2 b" in docx_text(reports.plan_docx(report))


def test_a_letter_that_occurs_twice_in_a_section_names_its_objective_too(council):
    notes = [note for _ref, note in listed(full(lettered(council, objectives=2)))]
    assert notes == [f"{s} Section {s}: Objective {s}.{o}" for s in (1, 2) for o in (1, 2) for _letter in "ab"]


def test_who_answers_for_what_names_lettered_actions_by_their_whole_reference(council):
    plan = lettered(council)
    owner = make_owner(council, "", "Head of Property", kind=Owner.Kind.POST)
    for action in rows_of(Action, plan):
        assign(owner, action, Assignment.Role.LEAD)
    last = rows_of(Objective, plan)[-1]
    for position, letter in enumerate("cdefghijkl", start=3):
        make_row(Action, plan, objective=last, text=f"Action {letter}", letter=letter, position=position)
    row, _nobody = full(plan).owners_table.rows
    assert row[1:] == [4, 0, 4, "1 a, 1 b, 2 a, 2 b"]


def test_public_edition_counts_what_an_owner_has_overdue(council):
    owner = make_owner(council, "Sam Whitlock", "Community Safety Officer")
    plan = make_plan(council, sections=2, objectives=6, target=LATE, owner=owner)
    ((name, actions, complete, overdue, _refs),) = public(plan).owners_table.rows
    assert (name, actions, complete, overdue) == ("Community Safety Officer", 12, 0, 12)


def test_a_date_is_not_broken_between_day_and_month(council):
    plan = make_plan(council, objectives=2)
    for action in rows_of(Action, plan):
        make_target_date(action, dt.date(2026, 9, 30), "30 September 2026")
        change(action, outcome_measure="Tried out.", rag_reason="Late.")
    # In the list of what is overdue and in the table of all actions.
    assert pdf_text(reports.plan_pdf(full(plan))).count("30 September") == 4


@pytest.mark.parametrize(
    "label",
    ["PRIORITY 1: MAKING SAFE PLACES FOR EVERYONE", "Priority 1: Making safe places for everyone who comes", "W" * 90],
)
def test_name_of_a_bar_ends_before_the_bar_begins(label):
    font = pytest.importorskip("PIL.ImageFont").truetype(FONTS[0], LABEL_LETTERS)
    shown = FigureBar(label, 0, ()).short_label
    assert shown.endswith("…")
    assert 0.6 * LABEL_WIDTH < font.getlength(shown) <= LABEL_WIDTH - LABEL_GAP


def test_name_of_a_bar_that_fits_is_whole():
    assert FigureBar("Communications and engagement", 0, ()).short_label == "Communications and engagement"


def test_heads_of_pages_cut_long_titles_to_the_room_they_have(council):
    title = f"{'Prevent and community resilience ' * 5}delivery plan"
    plan = make_plan(council, title=title, objectives=12)
    for action in rows_of(Action, plan):
        change(action, outcome_measure="Tried out. " * 20)
    change(rows_of(Section, plan)[0], title=f"{'Everything that we do together ' * 6}and end")
    last = flat(pdf_text(reports.plan_pdf(full(plan)), first_page=4))
    assert "…" in last.split("Ref")[0]
    assert "delivery plan" not in last
    assert "and end" not in last
