"""An officer who leaves: their open actions are found, listed and handed over in one step."""

import datetime as dt

import pytest

from plans import services
from plans.models import Action, Assignment, Owner
from prevent_portal import clock
from prevent_portal.models import Membership
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from tests.factories import make_action, make_authority, make_owner, make_plan, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority():
    return make_authority()


def leavers(authority) -> list[Owner]:
    with acting_for(authority):
        return list(Owner.objects.leavers_with_open_actions(clock.today()))


def test_an_owner_whose_access_has_ended_is_a_leaver_while_actions_are_open(authority):
    user = make_user(Role.OFFICER, authority)
    owner = make_owner(authority, user=user)
    action = make_action(make_plan(authority, actions=0), owner=owner)
    assert leavers(authority) == []
    Membership.objects.filter(user=user).update(ends_on=clock.today() - dt.timedelta(days=1))
    assert leavers(authority) == [owner]
    with acting_for(authority):
        Action.objects.filter(pk=action.pk).update(completed_on=clock.today())
    assert leavers(authority) == []


def test_an_owner_without_an_account_leaves_on_the_day_that_is_written_down(authority):
    owner = make_owner(authority, left_on=clock.today())
    make_action(make_plan(authority, actions=0), owner=owner)
    staying = make_owner(authority, left_on=clock.today() + dt.timedelta(days=1))
    make_action(make_plan(authority, actions=0), owner=staying)
    assert leavers(authority) == [owner]


def test_the_successor_takes_the_leavers_role_and_is_not_listed_twice(authority):
    leaver, successor = make_owner(authority), make_owner(authority)
    plan = make_plan(authority, actions=0)
    alone, together = make_action(plan, owner=leaver), make_action(plan, owner=leaver)
    with acting_for(authority):
        Assignment(organisation=authority, action=together, owner=successor).save()
        Assignment.objects.filter(action=alone).update(role=Assignment.Role.LEAD)
        count = services.reassign_actions(
            from_owner=leaver, to_owner=successor, actions=[alone, together], reason="Left in June"
        )
        assert count == 2
        held = Assignment.objects.order_by("action_id").values_list("action_id", "owner_id", "role")
        assert list(held) == [(alone.pk, successor.pk, "lead"), (together.pk, successor.pk, "owner")]
