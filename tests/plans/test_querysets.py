"""The questions that the screens ask of plans."""

import datetime as dt
from types import SimpleNamespace

import pytest

from plans.models import Action, Assignment, Owner, Plan, PlanImport, TargetDate
from plans.rules import DUE_SOON_DAYS, DateKind, Rag
from prevent_portal.scoping import acting_for

from ..factories import make_action, make_authority, make_everything, make_owner, make_plan, make_user

TODAY = dt.date(2026, 11, 23)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(shared_rows) -> SimpleNamespace:
    """A council with an open plan."""

    def make() -> SimpleNamespace:
        council = make_authority("Queryford")
        return SimpleNamespace(council=council, plan=make_plan(council, actions=0))

    return shared_rows(make)


@pytest.fixture(autouse=True)
def looking(world):
    with acting_for(world.council):
        yield


def due(world: SimpleNamespace, days_from_today: int, **fields) -> Action:
    return make_action(world.plan, due_on=TODAY + dt.timedelta(days=days_from_today), **fields)


# Due


def test_overdue_is_what_was_due_before_today_earliest_first(world) -> None:
    late, later = due(world, -1), due(world, -40)
    due(world, 0)
    due(world, 1)
    assert list(Action.objects.overdue(TODAY)) == [later, late]


def test_what_is_complete_is_neither_overdue_nor_due_soon(world) -> None:
    due(world, -1, rag=Rag.BLUE)
    due(world, -1, completed_on=TODAY)
    due(world, 1, rag=Rag.BLUE)
    assert not Action.objects.overdue(TODAY).exists()
    assert not Action.objects.due_soon(TODAY).exists()


def test_due_soon_is_from_today_to_the_30th_day(world) -> None:
    assert DUE_SOON_DAYS == 30
    today, last = due(world, 0), due(world, 30)
    due(world, -1)
    due(world, 31)
    assert list(Action.objects.due_soon(TODAY)) == [today, last]


def test_a_target_that_was_met_is_no_longer_due(world) -> None:
    action = due(world, -50)
    TargetDate.objects.filter(action=action).update(met_on=TODAY)
    assert not Action.objects.overdue(TODAY).exists()
    assert Action.objects.with_rag(TODAY).get().computed_rag == Rag.NOT_STATED


@pytest.mark.parametrize("kind", [DateKind.ONGOING, DateKind.START, DateKind.TERM, DateKind.CONDITIONAL])
def test_only_a_date_by_which_something_must_be_done_can_be_missed(world, kind) -> None:
    due(world, -50)
    TargetDate.objects.update(kind=kind.value)
    assert not Action.objects.overdue(TODAY).exists()


def test_the_earliest_unmet_date_counts(world) -> None:
    action = due(world, -5)
    for days in (-20, 40):
        TargetDate(organisation=world.council, action=action, as_written="x", on=TODAY + dt.timedelta(days=days)).save()
    assert Action.objects.with_due_on().get().due_on == TODAY - dt.timedelta(days=20)
    assert Action.objects.with_rag(TODAY).count() == 1, "one row an action, however many dates"


# Open and closed plans


def test_a_closed_plans_actions_need_nobodys_attention(world) -> None:
    closed = make_plan(world.council, state=Plan.State.CLOSED)
    action = make_action(world.plan)
    assert list(Action.objects.in_open_plans()) == [action]
    assert closed not in Plan.objects.open()
    assert world.plan in Plan.objects.open()


# Counts


def test_a_plan_counts_its_objectives_and_actions_by_stated_rag(world) -> None:
    for rag, times in ((Rag.GREEN, 3), (Rag.RED, 1), (Rag.NOT_STATED, 2)):
        for _time in range(times):
            make_action(world.plan, rag=rag)
    listed = Plan.objects.for_list().get()
    assert (listed.objective_count, listed.action_count) == (1, 6)
    assert (listed.green_count, listed.amber_count, listed.red_count) == (3, 0, 1)
    assert (listed.blue_count, listed.not_stated_count) == (0, 2)
    counts = Action.objects.filter(plan=world.plan).rag_counts()
    assert counts == {Rag.GREEN: 3, Rag.AMBER: 0, Rag.RED: 1, Rag.BLUE: 0, Rag.NOT_STATED: 2}


def test_an_empty_plan_counts_zero(world) -> None:
    listed = Plan.objects.for_list().get()
    assert (listed.objective_count, listed.action_count, listed.red_count) == (1, 0, 0)


# Owners


def test_mine_is_what_i_lead_or_own_by_the_action_or_the_whole_row_not_where_i_take_part(world) -> None:
    user = make_user(None)
    me = make_owner(world.council, user=user)
    owned, taking_part, others = (make_action(world.plan) for _ in range(3))
    Assignment(organisation=world.council, action=owned, owner=me).save()
    Assignment(organisation=world.council, action=taking_part, owner=me, role=Assignment.Role.PARTNER).save()
    assert list(Action.objects.owned_by_user(user)) == [owned]
    assert set(Action.objects.of_owner(me)) == {owned, taking_part}
    Assignment(organisation=world.council, objective=others.objective, owner=me).save()
    assert set(Action.objects.owned_by_user(user)) == {owned, taking_part, others}


def test_an_owner_counts_open_actions_once_each(world) -> None:
    owner = make_owner(world.council)
    open_action = make_action(world.plan, owner=owner)
    make_action(world.plan, owner=owner, rag=Rag.BLUE)
    # By the row and by the action: still one action.
    Assignment(organisation=world.council, objective=open_action.objective, owner=owner).save()
    assert Owner.objects.for_list().get(pk=owner.pk).open_action_count == 1
    assert Owner.objects.for_list().get(pk=make_owner(world.council).pk).open_action_count == 0


def test_leavers_with_open_actions_have_left_or_lost_their_account(world) -> None:
    gone = make_owner(world.council, left_on=TODAY)
    closed_account = make_owner(world.council, user=make_user(None, is_active=False))
    staying = make_owner(world.council, left_on=TODAY + dt.timedelta(days=1))
    idle = make_owner(world.council, left_on=TODAY)
    for owner in (gone, closed_account, staying):
        make_action(world.plan, owner=owner)
    make_action(world.plan, owner=idle, rag=Rag.BLUE)
    assert set(Owner.objects.leavers_with_open_actions(TODAY)) == {gone, closed_account}


# Lists and their queries


@pytest.mark.parametrize("actions", [2, 12])
def test_the_table_takes_six_queries_however_many_rows(world, actions, django_assert_num_queries) -> None:
    owner = make_owner(world.council)
    for _number in range(actions):
        due(world, -3, owner=owner)
    with django_assert_num_queries(6):
        rows = list(Action.objects.for_table(TODAY))
        for row in rows:
            assert row.objective.section.title
            assert [a.owner.name for a in row.assignments.all()] == [owner.name]
            assert len(row.targetdates.all()) == 1
            assert not [*row.milestones.all(), *row.steps.all(), *row.progressupdates.all()]
    assert len(rows) == actions


def test_the_table_is_in_the_plans_own_order(world) -> None:
    last, first = make_action(world.plan, position=9), make_action(world.plan, position=1)
    assert list(Action.objects.for_table(TODAY)) == [first, last]


def test_most_urgent_first_and_what_has_no_date_last(world) -> None:
    undated, soon, late = make_action(world.plan), due(world, 5), due(world, -5)
    assert list(Action.objects.for_attention(TODAY)) == [late, soon, undated]


# Imports


def test_a_staged_import_waits_until_it_expires(world) -> None:
    staged = make_everything(world.council, "STAGED")[PlanImport]
    before, after = (staged.expires_at + dt.timedelta(seconds=s) for s in (-1, 1))
    assert list(PlanImport.objects.waiting(before)) == [staged]
    assert list(PlanImport.objects.expired(before)) == []
    assert list(PlanImport.objects.waiting(after)) == []
    assert list(PlanImport.objects.expired(after)) == [staged]
    PlanImport.objects.update(state=PlanImport.State.DONE)
    assert not PlanImport.objects.waiting(before)
    assert not PlanImport.objects.expired(after)
