"""The plan along its time: the axis, what is drawn, and the table that says the same."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from plans import timeline
from plans.models import Objective, Plan, Section, TargetDate
from plans.rules import DateKind, Rag
from plans.table_groups import Grouping, grouped, page_of
from plans.timeline import LEFT, RIGHT, Axis, axis_of, heat_of, sections_of
from prevent_portal import clock
from prevent_portal.models import Marking, Organisation
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from tests.factories import address, make_action, make_authority, make_plan, make_user, signed_in

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
YEAR = {"period_start": dt.date(2026, 4, 1), "period_end": dt.date(2027, 3, 31)}


@pytest.fixture
def authority() -> Organisation:
    return make_authority("Ashmere District Council")


@pytest.fixture
def plan(authority) -> Plan:
    return make_plan(authority, actions=0, **YEAR)


@pytest.fixture
def coordinator(authority) -> Client:
    return signed_in(make_user(Role.COORDINATOR, authority))


def add_date(plan: Plan, action=None, *, kind: DateKind = DateKind.FIXED, **fields) -> None:
    with acting_for(plan.organisation):
        objective = action.objective if action else plan.objectives.get()
        fields = {"as_written": "as written", **fields}
        TargetDate(organisation=plan.organisation, objective=objective, action=action, kind=kind.value, **fields).save()


def axis(plan: Plan, today: dt.date = TODAY) -> Axis | None:
    with acting_for(plan.organisation):
        return axis_of(plan, today=today)


def drawn(plan: Plan, today: dt.date = TODAY) -> list[timeline.TimelineRow]:
    """The rows of a plan with one section."""
    with acting_for(plan.organisation):
        sections = list(Section.objects.filter(plan=plan))
        outlines = plan.actions.outlines(today)
        groups = grouped(outlines, by=Grouping.SECTION, plan=plan, sections=sections, today=today, with_empty=False)
        _page, parts = page_of(groups, "1")
        return [row for each in sections_of(parts, axis_of(plan, today=today), today=today) for row in each.rows]


# The axis


def test_the_axis_is_the_plans_period_in_months(plan):
    found = axis(plan)
    assert (found.starts_on, found.ends_on) == (dt.date(2026, 4, 1), dt.date(2027, 4, 1))
    assert [tick.label for tick in found.ticks][:3] == ["Apr", "May", "Jun"]
    assert [tick.year for tick in found.ticks if tick.year] == ["2026", "2027"]
    assert (found.x(found.starts_on), found.x(found.ends_on)) == (LEFT, RIGHT)


def test_dates_outside_the_period_extend_the_axis(plan):
    make_action(plan, due_on=dt.date(2027, 6, 15))
    make_action(plan, due_on=dt.date(2026, 2, 1))
    found = axis(plan)
    assert (found.starts_on, found.ends_on) == (dt.date(2026, 2, 1), dt.date(2027, 7, 1))


def test_a_slip_of_the_hand_does_not_squeeze_the_axis(plan):
    make_action(plan, due_on=dt.date(2099, 1, 1))
    found = axis(plan)
    assert found.ends_on == dt.date(2029, 4, 1)
    assert found.x(dt.date(2099, 1, 1)) == RIGHT


def test_today_is_drawn_if_it_is_near_and_not_if_it_is_far(plan):
    assert axis(plan, dt.date(2027, 5, 5)).today_x < RIGHT
    assert axis(plan, dt.date(2036, 5, 5)).today_x is None
    assert axis(plan, dt.date(2036, 5, 5)).ends_on == dt.date(2027, 4, 1)


def test_a_plan_of_several_years_counts_quarters_and_a_longer_one_years(authority):
    three = make_plan(authority, period_start=dt.date(2025, 5, 1), period_end=dt.date(2028, 3, 31))
    assert {tick.starts_on.month for tick in axis(three).ticks} == {1, 4, 7, 10}
    ten = make_plan(authority, period_start=dt.date(2020, 5, 1), period_end=dt.date(2030, 3, 31))
    assert {tick.starts_on.month for tick in axis(ten).ticks} == {1}
    assert [tick.year for tick in axis(ten).ticks][:2] == ["2020", "2021"]


def test_a_plan_without_period_has_an_axis_of_its_dates_and_without_dates_none(authority):
    plan = make_plan(authority)
    assert axis(plan) is None
    make_action(plan, due_on=dt.date(2026, 9, 9))
    assert axis(plan).starts_on == dt.date(2026, 9, 1)


# What is drawn


def test_an_overdue_date_is_joined_to_today_and_says_by_how_much(plan):
    make_action(plan, due_on=TODAY - 10 * DAY)
    (row,) = drawn(plan)
    assert row.days_overdue == 10
    assert row.overdue_to == axis(plan).today_x
    assert [mark.is_late for mark in row.marks] == [True]
    assert row.text == "13 November 2026, 10 days overdue"


def test_a_complete_action_is_never_overdue(plan):
    make_action(plan, due_on=TODAY - 10 * DAY, rag=Rag.BLUE)
    (row,) = drawn(plan)
    assert (row.days_overdue, row.overdue_to, row.text) == (0, None, "13 November 2026")


def test_of_two_dates_only_the_missed_one_is_late_and_a_met_one_never(plan):
    action = make_action(plan, due_on=TODAY - 10 * DAY)
    add_date(plan, action, on=TODAY + 10 * DAY)
    add_date(plan, action, on=TODAY - 20 * DAY, met_on=TODAY - 21 * DAY)
    (row,) = drawn(plan)
    assert {mark.x: (mark.is_late, mark.is_met) for mark in row.marks} == {
        axis(plan).x(TODAY - 10 * DAY): (True, False),
        axis(plan).x(TODAY + 10 * DAY): (False, False),
        axis(plan).x(TODAY - 20 * DAY): (False, True),
    }


def test_a_start_is_a_bar_to_the_due_date_or_on_and_on(plan):
    action = make_action(plan, due_on=dt.date(2027, 1, 1))
    add_date(plan, action, kind=DateKind.START, on=dt.date(2026, 6, 1))
    add_date(plan, make_action(plan), kind=DateKind.START, on=dt.date(2026, 6, 1))
    found = axis(plan)
    first, second = drawn(plan)
    left = found.x(dt.date(2026, 6, 1))
    assert [(bar.x, round(bar.x + bar.width, 1), bar.is_open) for bar in first.bars] == [
        (left, found.x(dt.date(2027, 1, 1)), False)
    ]
    assert [(round(bar.x + bar.width), bar.is_open) for bar in second.bars] == [(RIGHT, True)]
    assert second.text == "from 1 June 2026"


def test_what_recurs_goes_on_after_its_date(plan):
    action = make_action(plan)
    add_date(plan, action, kind=DateKind.RECURRING, on=dt.date(2027, 1, 31))
    (row,) = drawn(plan)
    assert row.recurs_from == axis(plan).x(dt.date(2027, 1, 31))
    assert row.text == "31 January 2027, then again"


def test_an_action_without_a_date_of_its_own_has_those_of_its_row(plan):
    make_action(plan)
    add_date(plan, on=dt.date(2027, 1, 31))
    (row,) = drawn(plan)
    assert row.of_whole_row
    assert len(row.marks) == 1


def test_actions_without_a_date_say_what_the_plan_says(plan):
    add_date(plan, make_action(plan), kind=DateKind.ONGOING, as_written="Ongoing")
    make_action(plan)
    assert [(row.text, row.marks) for row in drawn(plan)] == [("No date: Ongoing", []), ("No date", [])]


def test_what_does_not_fit_to_the_right_of_a_mark_stands_to_its_left(plan):
    make_action(plan, due_on=dt.date(2027, 3, 30))
    make_action(plan, due_on=dt.date(2026, 12, 1))
    late, early = drawn(plan)
    assert late.text_anchor == "end"
    assert late.text_x < late.marks[0].x
    assert early.text_anchor == "start"
    assert early.text_x > early.marks[0].x


# At a glance


def test_the_overview_counts_open_actions_by_section_and_month(authority, plan):
    make_action(plan, due_on=dt.date(2026, 12, 1))
    make_action(plan, due_on=dt.date(2026, 12, 31))
    make_action(plan, due_on=dt.date(2026, 9, 1))
    make_action(plan, due_on=dt.date(2026, 9, 1), rag=Rag.BLUE)
    make_action(plan)
    with acting_for(authority):
        Section(organisation=authority, plan=plan, title="Without actions").save()
        (row,) = heat_of(Section.objects.filter(plan=plan), plan.actions.outlines(TODAY), axis_of(plan, today=TODAY))
    assert (row.total, row.overdue, row.undated, row.complete) == (5, 1, 1, 1)
    assert {cell.label: (cell.count, cell.level) for cell in row.cells if cell.count} == {
        "September 2026": (1, 2),
        "December 2026": (2, 4),
    }
    assert [cell.label for cell in row.cells if cell.is_now] == ["November 2026"]


# The page


def show(client: Client, plan: Plan, query: str = "") -> BeautifulSoup:
    response = client.get(address(plan.organisation, "plans:plan_timeline", pk=plan.pk) + query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_a_drawing_has_a_name_and_a_description_and_the_table_says_the_same(plan, coordinator):
    action = make_action(plan, text="Train everybody", due_on=clock.today() - 3 * DAY, rag=Rag.AMBER)
    add_date(plan, action, kind=DateKind.START, on=clock.today() - 30 * DAY)
    page = show(coordinator, plan)
    drawing = page.select_one("svg.portal-timeline")
    assert drawing["role"] == "img"
    name, description = (page.find(id=each).get_text() for each in drawing["aria-labelledby"].split())
    assert name == "Timeline: 1 Leadership"
    assert "1 action and its target dates. Overdue: 1." in " ".join(description.split())
    assert drawing.select("a, [tabindex]") == []
    cells = {cell["data-label"]: " ".join(cell.get_text(" ").split()) for cell in page.select("tbody td[data-label]")}
    assert cells["Action"] == "Train everybody"
    assert cells["Overdue by"] == "3 days"
    assert cells["RAG"].endswith("Amber")
    assert "as written" in cells["Starts"]


@pytest.mark.parametrize("rag", list(Rag))
def test_each_rag_has_a_letter_and_a_shape_beside_its_colour(plan, coordinator, rag):
    make_action(plan, due_on=clock.today() + DAY, rag=rag)
    mark = show(coordinator, plan).select_one("svg.portal-timeline g")
    shape = {Rag.GREEN: "circle", Rag.AMBER: "path", Rag.RED: "rect", Rag.BLUE: "path", Rag.NOT_STATED: "circle"}
    letter = {Rag.GREEN: "G", Rag.AMBER: "A", Rag.RED: "R", Rag.BLUE: "B", Rag.NOT_STATED: "?"}
    assert mark.select_one(".portal-timeline__mark").name == shape[rag]
    assert mark.select_one("text").get_text() == letter[rag]


def test_a_plan_without_any_date_has_no_drawing_but_its_table(authority, coordinator):
    plan = make_plan(authority, actions=2)
    page = show(coordinator, plan)
    assert page.select("svg.portal-timeline") == []
    assert len(page.select("tr[id^=action-]")) == 2


def test_the_overview_appears_when_a_plan_is_too_long_for_one_page(plan, coordinator, monkeypatch):
    monkeypatch.setattr("plans.views.timeline.ROWS_PER_PAGE", 2)
    monkeypatch.setattr("plans.table_groups.FEWEST_ON_A_PAGE", 0)
    for _ in range(2):
        make_action(plan, due_on=clock.today() + DAY)
    assert show(coordinator, plan).select(".portal-heat") == []
    make_action(plan, due_on=clock.today() + DAY)
    page = show(coordinator, plan)
    with acting_for(plan.organisation):
        section = plan.sections.get()
    assert page.select_one(".portal-heat tbody a")["href"] == f"?section={section.pk}"
    assert len(page.select("tr[id^=action-]")) == 2
    assert len(show(coordinator, plan, "?page=all").select("tr[id^=action-]")) == 3


def test_a_long_section_is_drawn_in_parts_that_fit_on_a_sheet(plan, coordinator):
    for _ in range(timeline.ROWS_PER_DRAWING + 1):
        make_action(plan, due_on=clock.today() + DAY)
    drawings = show(coordinator, plan).select("svg.portal-timeline")
    assert [len(each.select("g")) for each in drawings] == [timeline.ROWS_PER_DRAWING, 1]
    ids = [each["id"] for each in show(coordinator, plan).select("[id]")]
    assert len(ids) == len(set(ids))


def test_an_action_is_marked_sensitive_on_the_timeline_with_its_objective(authority, coordinator):
    plan = make_plan(authority, **YEAR)
    with acting_for(authority):
        objective = Objective.objects.get()
        objective.marking = Marking.OFFICIAL_SENSITIVE
        objective.save()
    assert [tag.get_text() for tag in show(coordinator, plan).select("tbody .portal-sensitive-tag")] == [
        "OFFICIAL-SENSITIVE"
    ]
