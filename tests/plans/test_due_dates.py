"""When an action is due, where its dates stand with it, with its whole row, or nowhere."""

import datetime as dt

import pytest

from plans.models import Action, Plan, TargetDate
from plans.rules import DateKind, Rag
from plans.summary import summarise
from plans.understanding.dates import read_target_dates, unread_dates
from prevent_portal.permissions import Role
from prevent_portal.scoping import Viewer, acting_for, viewing
from tests.factories import make_action, make_authority, make_plan

TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def plan(db):
    return make_plan(make_authority(), actions=1)


def row_date(plan, on: dt.date, kind: DateKind = DateKind.FIXED) -> None:
    TargetDate(
        organisation=plan.organisation, objective=plan.objectives.get(), as_written="row", kind=kind.value, on=on
    ).save()


def due(plan) -> tuple[dt.date | None, str]:
    return Action.objects.filter(plan=plan).with_rag(TODAY).values_list("due_on", "computed_rag").first()


def test_an_action_without_a_date_of_its_own_is_due_by_the_last_date_of_its_row(plan):
    with acting_for(plan.organisation):
        row_date(plan, dt.date(2024, 3, 31))
        row_date(plan, dt.date(2026, 11, 20))
        assert due(plan) == (dt.date(2026, 11, 20), Rag.AMBER)
        assert Action.objects.overdue(TODAY).count() == 1


def test_an_action_with_a_date_of_its_own_does_not_look_at_its_rows(plan):
    with acting_for(plan.organisation):
        row_date(plan, dt.date(2024, 3, 31))
        action = Action.objects.get(plan=plan)
        own = TargetDate(
            organisation=plan.organisation, action=action, as_written="Ongoing", kind=DateKind.ONGOING.value
        )
        own.save()
        assert due(plan) == (None, Rag.NOT_STATED)


def test_a_rows_date_that_was_met_or_cannot_fall_due_makes_nothing_overdue(plan):
    with acting_for(plan.organisation):
        row_date(plan, dt.date(2024, 3, 31), DateKind.START)
        assert due(plan) == (None, Rag.NOT_STATED)


@pytest.mark.parametrize(
    "written", ["30 February 2026", "31/04/2026", "31 June 2025", "12/31/2026", "February 30, 2026"]
)
def test_a_day_that_does_not_exist_is_no_date_and_is_pointed_out(written):
    dates = read_target_dates([written])
    assert [(d.as_written, d.on) for d in dates] == [(written, None)]
    assert len(unread_dates(dates)) == 1


def test_words_that_stand_in_the_date_are_not_said_twice():
    date = TargetDate(as_written="Council buildings by March 2016", scope="Council buildings")
    assert str(date) == "Council buildings by March 2016"
    assert str(TargetDate(as_written="March 2016", scope="Schools")) == "Schools: March 2016"


def test_declared_totals_are_not_shown_to_somebody_who_sees_only_a_part(plan):
    organisation = plan.organisation
    with acting_for(organisation):
        make_action(plan, marking="official_sensitive")
        plan.state, plan.agreed_on, plan.declared_total, plan.declared_red = Plan.State.AGREED, TODAY, 2, 1
        plan.save()
        assert summarise(Plan.objects.for_list().get(), today=TODAY).has_declared
    member = Viewer(
        user_id=1,
        organisation_id=organisation.pk,
        roles=frozenset({Role.ELECTED_MEMBER}),
        released_official=frozenset({organisation.pk}),
    )
    with viewing(member):
        assert not summarise(Plan.objects.for_list().get(), today=TODAY).has_declared
