"""What has changed in a plan since a meeting or a day."""

import datetime as dt

import pytest
from django.utils import timezone

from plans import frozen, services
from plans.changes import Changes, changes_between
from plans.models import Action, ActionEvent, Assignment, Plan, TargetDate
from plans.rules import Rag
from prevent_portal import clock
from prevent_portal.models import Marking
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from tests.factories import address, make_action, make_authority, make_owner, make_plan, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def council():
    return make_authority("Frostford District Council")


@pytest.fixture
def plan(council) -> Plan:
    plan = make_plan(council, actions=0, state=Plan.State.AGREED)
    long_ago = timezone.now() - dt.timedelta(days=90)
    for rag in (Rag.GREEN, Rag.AMBER):
        make_action(plan, rag=rag, due_on=dt.date(2027, 3, 31), added_at=long_ago)
    with acting_for(council):
        ActionEvent.objects.all().delete()
    return plan


def changed(plan: Plan, days: int = 1) -> Changes:
    now = timezone.now()
    return changes_between(plan, now - dt.timedelta(days=days), now)


def state(action: Action, rag: Rag, reason: str = "") -> None:
    services.record_progress(action=action, made_on=clock.today(), note="", rag=rag, reason=reason, user=None)


def test_nothing_has_changed_where_nothing_was_done(council, plan):
    with acting_for(council):
        assert changed(plan).is_empty


def test_a_new_action_is_new_and_nothing_else(council, plan):
    action = make_action(plan, rag=Rag.RED, due_on=dt.date(2027, 6, 30), owner=make_owner(council))
    with acting_for(council):
        found = changed(plan)
    assert [each.pk for each in found.new] == [action.pk]
    assert not (found.dates or found.owners or found.stated)


@pytest.mark.parametrize(
    ("rag", "kind"), [(Rag.RED, "worse"), (Rag.AMBER, "worse"), (Rag.BLUE, "closed"), (Rag.NOT_STATED, "stated")]
)
def test_rag_that_was_green_is_worse_closed_or_not_stated_any_more_with_its_reason(council, plan, rag, kind):
    with acting_for(council):
        state(plan.actions.get(stated_rag="green"), rag, "The provider withdrew")
        (change,) = getattr(changed(plan), kind)
    assert (change.rag_before, change.rag_after, change.reason) == (Rag.GREEN, rag, "The provider withdrew")


def test_rag_that_came_back_to_what_it_was_has_not_changed(council, plan):
    with acting_for(council):
        action = plan.actions.get(stated_rag="amber")
        state(action, Rag.RED, "Late")
        state(action, Rag.AMBER, "Caught up")
        assert changed(plan).is_empty


def test_a_date_that_moved_twice_is_shown_from_the_first_to_the_last(council, plan):
    with acting_for(council):
        date = TargetDate.objects.first()
        for day in (dt.date(2027, 6, 30), dt.date(2027, 9, 30)):
            date.on, date.as_written = day, "moved"
            date.save()
        (change,) = changed(plan).dates
    assert (change.before, change.after) == ("31 March 2027", "30 September 2027")


def test_an_owner_who_took_over_stands_beside_the_one_before(council, plan):
    before, after = make_owner(council, "Robin Ashdown"), make_owner(council, "Sam Whitlock")
    with acting_for(council):
        action = plan.actions.first()
        Assignment(organisation=council, action=action, owner=before).save()
        ActionEvent.objects.filter(kind="owner").delete()
        assignment = Assignment.objects.get()
        assignment.owner = after
        assignment.save()
        (change,) = changed(plan).owners
    assert (change.before, change.after) == ("Robin Ashdown", "Sam Whitlock")


def test_what_happened_before_is_not_shown(council, plan):
    with acting_for(council):
        state(plan.actions.get(stated_rag="green"), Rag.RED, "Late")
        now = timezone.now()
        assert changes_between(plan, now, now + dt.timedelta(days=1)).is_empty


def test_a_member_learns_nothing_of_what_was_said_while_an_action_was_sensitive(council, plan):
    with acting_for(council):
        action = plan.actions.get(stated_rag="green")
        action.marking, action.text = Marking.OFFICIAL_SENSITIVE, "A secret wording"
        action.save()
        action.marking, action.text = Marking.OFFICIAL, "A public wording"
        action.save()
    client = signed_in(make_user(Role.ELECTED_MEMBER, council))
    asked = {"since": "day", "until": "now", "day_0": "1", "day_1": "1", "day_2": "2026"}
    page = client.get(address(council, "plans:plan_changes", pk=plan.pk), asked)
    assert "secret wording" not in page.content.decode()


def test_the_queries_do_not_grow_with_the_changes(council, django_assert_max_num_queries):
    many = 12
    plan = make_plan(council, actions=many, state=Plan.State.AGREED)
    with acting_for(council):
        Action.objects.filter(plan=plan).update(added_at=None)
        for action in plan.actions.all():
            state(action, Rag.RED, "Late")
        with django_assert_max_num_queries(3):
            assert len(changed(plan).stated) == many


def test_the_page_shows_what_has_changed_since_the_last_meeting_without_being_asked(council, plan):
    with acting_for(council):
        frozen.take_snapshot(plan=plan, on=clock.today(), meeting="Prevent board")
        state(plan.actions.get(stated_rag="green"), Rag.RED, "The provider withdrew")
    client = signed_in(make_user(Role.COORDINATOR, council))
    page = client.get(address(council, "plans:plan_changes", pk=plan.pk)).content.decode()
    assert "RAG is worse (1)" in page
    assert "The provider withdrew" in page


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"since": "day", "until": "now"}, "Enter the day"),
        ({"since": "day", "until": "now", "day_0": "1", "day_1": "1", "day_2": "2099"}, "cannot be in the future"),
        ({"since": "999", "until": "now"}, "Select a valid choice"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_what_to_do(council, plan, asked, says):
    client = signed_in(make_user(Role.COORDINATOR, council))
    assert says in client.get(address(council, "plans:plan_changes", pk=plan.pk), asked).content.decode()
