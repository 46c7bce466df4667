"""What red, amber and green mean, stated as rules; and that Python and SQL mean the same by them."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.models import Action, Plan, TargetDate
from plans.rules import (
    KINDS_THAT_FALL_DUE,
    RED_AFTER_DAYS_OVERDUE,
    DateKind,
    Rag,
    ReasonNeeded,
    computed_rag,
    differs_from_dates,
    reason_needed,
)
from prevent_portal.scoping import acting_for

from ..conftest import undone
from ..factories import make_action, make_authority, make_plan

TODAY = dt.date(2026, 11, 23)


def rag(days_overdue: int | None, *, is_complete: bool = False) -> Rag:
    """The RAG of an action that was due so many days ago; None: that has no date that falls due."""
    due_on = None if days_overdue is None else TODAY - dt.timedelta(days=days_overdue)
    return computed_rag(is_complete=is_complete, due_on=due_on, today=TODAY)


# The colours


def test_action_due_tomorrow_is_green() -> None:
    assert rag(-1) is Rag.GREEN


def test_action_due_today_is_green() -> None:
    assert rag(0) is Rag.GREEN


def test_action_1_day_overdue_is_amber() -> None:
    assert rag(1) is Rag.AMBER


def test_action_30_days_overdue_is_amber() -> None:
    assert RED_AFTER_DAYS_OVERDUE == 30
    assert rag(30) is Rag.AMBER


def test_action_31_days_overdue_is_red() -> None:
    assert rag(31) is Rag.RED


@pytest.mark.parametrize("days_overdue", [None, -400, 0, 1, 31, 4000])
def test_complete_action_is_blue_whatever_its_dates(days_overdue) -> None:
    assert rag(days_overdue, is_complete=True) is Rag.BLUE


def test_action_without_a_date_that_falls_due_is_not_stated_never_green() -> None:
    assert rag(None) is Rag.NOT_STATED


@given(st.integers(-2000, 2000), st.integers(0, 2000))
def test_an_action_never_gets_better_by_waiting(days_overdue, later) -> None:
    worse = [Rag.GREEN, Rag.AMBER, Rag.RED]
    assert worse.index(rag(days_overdue + later)) >= worse.index(rag(days_overdue))


# When somebody has to say why

STATED = [Rag.GREEN, Rag.AMBER, Rag.RED, Rag.BLUE]


@pytest.mark.parametrize("computed", list(Rag))
def test_saying_nothing_contradicts_nobody(computed) -> None:
    assert not differs_from_dates(Rag.NOT_STATED, computed)
    assert reason_needed(before=Rag.GREEN, stated=Rag.NOT_STATED, computed=computed) is None


@pytest.mark.parametrize("stated", STATED)
def test_dates_that_say_nothing_contradict_nobody(stated) -> None:
    assert not differs_from_dates(stated, Rag.NOT_STATED)


def test_green_although_the_dates_say_red_needs_a_reason() -> None:
    assert reason_needed(before=Rag.GREEN, stated=Rag.GREEN, computed=Rag.RED) is ReasonNeeded.DIFFERS


def test_going_from_green_to_amber_needs_a_reason_even_if_the_dates_agree() -> None:
    assert reason_needed(before=Rag.GREEN, stated=Rag.AMBER, computed=Rag.AMBER) is ReasonNeeded.WORSE


def test_going_from_red_to_green_as_the_dates_say_needs_none() -> None:
    assert reason_needed(before=Rag.RED, stated=Rag.GREEN, computed=Rag.GREEN) is None


def test_completing_needs_none() -> None:
    assert reason_needed(before=Rag.RED, stated=Rag.BLUE, computed=Rag.BLUE) is None


@given(*[st.sampled_from(list(Rag))] * 3)
def test_a_reason_is_asked_for_exactly_where_it_got_worse_or_the_dates_differ(before, stated, computed) -> None:
    order = [Rag.BLUE, Rag.GREEN, Rag.AMBER, Rag.RED]
    got_worse = before in order and stated in order and order.index(stated) > order.index(before)
    expected = got_worse or differs_from_dates(stated, computed)
    assert (reason_needed(before=before, stated=stated, computed=computed) is not None) == expected


# The same in SQL

NEAR = st.integers(-RED_AFTER_DAYS_OVERDUE - 3, RED_AFTER_DAYS_OVERDUE + 3).map(
    lambda days: TODAY - dt.timedelta(days=days)
)
DAYS = NEAR | st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))
TARGETS = st.lists(st.tuples(st.sampled_from(list(DateKind)), st.none() | DAYS, st.none() | DAYS), max_size=4)
ACTIONS = st.lists(st.tuples(TARGETS, st.sampled_from(list(Rag)), st.none() | DAYS), min_size=1, max_size=5)


@pytest.fixture(scope="module")
def plan(shared_rows) -> Plan:
    return shared_rows(lambda: make_plan(make_authority("Rulesford"), actions=0))


@pytest.mark.django_db
def test_the_rag_in_sql_is_the_rag_of_the_rules(plan) -> None:
    @settings(max_examples=60, deadline=None)
    @given(ACTIONS, st.just(TODAY) | DAYS)
    def check(described, today) -> None:
        with undone(), acting_for(plan.organisation):
            expected = _write(plan, described, today)
            found = {a.pk: (a.computed_rag, a.due_on) for a in Action.objects.with_rag(today)}
            assert found == expected

    check()


def _write(plan: Plan, described: list, today: dt.date) -> dict[int, tuple[Rag, dt.date | None]]:
    """Write the actions; what the rules say of each, by key."""
    objective = plan.objectives.get()
    actions = Action.objects.bulk_create(
        Action(
            organisation=plan.organisation,
            plan=plan,
            objective=objective,
            text="x",
            stated_rag=stated.value,
            completed_on=completed_on,
        )
        for _targets, stated, completed_on in described
    )
    targets, expected = [], {}
    for action, (described_targets, _stated, _completed_on) in zip(actions, described, strict=True):
        due = []
        for kind, on, met_on in described_targets:
            # The database wants a date where the kind says that there is one.
            on = on or (TODAY if kind is DateKind.FIXED else None)
            targets.append(
                TargetDate(
                    organisation=plan.organisation,
                    objective=objective,
                    action=action,
                    as_written="x",
                    kind=kind.value,
                    on=on,
                    met_on=met_on,
                )
            )
            if kind in KINDS_THAT_FALL_DUE and on is not None and met_on is None:
                due.append(on)
        due_on = min(due, default=None)
        expected[action.pk] = (computed_rag(is_complete=action.is_complete, due_on=due_on, today=today), due_on)
    TargetDate.objects.bulk_create(targets)
    return expected


@pytest.mark.django_db
def test_what_differs_from_its_dates_is_the_same_in_sql(plan) -> None:
    with acting_for(plan.organisation):
        for stated in Rag:
            for due_on in (None, *(TODAY - dt.timedelta(days=days) for days in (0, 1, 31))):
                make_action(plan, rag=stated, due_on=due_on)
        actions = list(Action.objects.with_rag(TODAY))
        expected = {a.pk for a in actions if differs_from_dates(a.rag, Rag(a.computed_rag))}
        assert {a.pk for a in Action.objects.with_rag(TODAY).with_differing_rag()} == expected
        assert 0 < len(expected) < len(actions)
