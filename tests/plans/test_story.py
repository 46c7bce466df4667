"""The story that an action's page tells: RAG over time, and each change with who and why."""

import datetime as dt

import pytest

from plans import services
from plans.models import ActionEvent, Plan, ProgressUpdate
from plans.rules import Rag
from plans.story import story_of
from prevent_portal import clock
from prevent_portal.audit import acting
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from tests.factories import address, make_action, make_authority, make_owner, make_plan, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def council():
    return make_authority("Frostford District Council")


@pytest.fixture
def action(council):
    plan = make_plan(council, actions=0, state=Plan.State.AGREED)
    return make_action(plan, rag=Rag.GREEN, due_on=dt.date(2027, 3, 31))


def test_the_strip_shows_the_rag_from_each_day_on_and_equal_ones_once(council, action):
    with acting_for(council):
        for made_on, rag in (
            (dt.date(2026, 4, 1), "green"), (dt.date(2026, 6, 1), "amber"), (dt.date(2026, 7, 1), "amber"),
            (dt.date(2026, 8, 1), "not_stated"), (dt.date(2026, 9, 1), "green"),
        ):  # fmt: skip
            ProgressUpdate(organisation=council, action=action, made_on=made_on, rag=rag).save()
        strip = story_of(action).strip
    assert strip == (
        (dt.date(2026, 4, 1), Rag.GREEN),
        (dt.date(2026, 6, 1), Rag.AMBER),
        (dt.date(2026, 9, 1), Rag.GREEN),
    )


def test_a_change_is_told_with_who_and_why(council, action):
    user = make_user(Role.COORDINATOR, council, name="Robin Ashdown")
    with acting_for(council, user_id=user.pk), acting(actor_id=user.pk):
        services.record_progress(
            action=action, made_on=clock.today(), note="", rag=Rag.RED, reason="The provider withdrew", user=user
        )
        (told,) = (each for each in story_of(action).events if each.is_rag)
    assert (told.before, told.after, told.by, told.reason) == ("green", "red", "Robin Ashdown", "The provider withdrew")
    page = signed_in(user).get(address(council, "plans:action_detail", pk=action.pk)).content.decode()
    assert "How the RAG went" not in page, "one RAG is no course"
    assert "The provider withdrew" in page


def test_dates_and_owners_are_told_in_words(council, action):
    with acting_for(council):
        ActionEvent.objects.all().delete()
        date = action.targetdates.get()
        date.on, date.as_written = dt.date(2027, 6, 30), "June 2027"
        date.save()
        make_owner(council, "Sam Whitlock").assignments.create(organisation=council, action=action)
        told = {each.what: (each.before, each.after) for each in story_of(action).events}
    assert told == {"Date": ("31 March 2027", "30 June 2027"), "Owner": ("", "Sam Whitlock")}
