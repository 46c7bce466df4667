"""Calendars: a private address, what its owner may see now, names that stay."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from plans import services
from plans.models import Action, Milestone, Plan
from prevent_portal import clock
from prevent_portal.models import CalendarFeed, Marking, Membership
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for

from ..factories import address, make_action, make_authority, make_owner, make_plan, make_user, signed_in
from .test_updating import shown

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def council():
    return make_authority("Ashmere")


@pytest.fixture
def plan(council) -> Plan:
    return make_plan(council, actions=0, state=Plan.State.AGREED, title="Plan; 2026, revised")


@pytest.fixture
def user(council):
    return make_user(Role.CONTRIBUTOR, council)


def subscribe(user, council, calendar: str = "plans.mine") -> str:
    """The address of a calendar, made as a person makes it."""
    page = shown(signed_in(user).post(address(council, "calendar_list"), {"calendar": calendar}))
    return re.search(r"<code>http://testserver(.+?)</code>", page)[1]


def events(link: str) -> dict[str, dict]:
    """What a calendar program reads: by identifier, the fields of each event."""
    answer = Client().get(link)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(each["uid"]): each for each in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_a_calendar_has_the_due_dates_of_ones_open_actions_and_no_others(council, plan, user) -> None:
    owner = make_owner(council, user=user)
    mine = make_action(plan, owner=owner, due_on=clock.today() + 5 * DAY, text="Train; then, train\nagain – Llŷn")
    make_action(plan, owner=owner, due_on=clock.today(), completed_on=clock.today())
    make_action(plan, owner=owner)
    make_action(plan, due_on=clock.today())

    (event,) = events(subscribe(user, council)).values()

    assert event["dtstart"].dt == clock.today() + 5 * DAY
    assert "Train; then, train" in event["summary"]
    assert "Llŷn" in event["summary"]
    assert str(event["url"]).endswith(address(council, "plans:action_detail", pk=mine.pk))


def test_a_plans_calendar_has_everybodys_actions_and_the_milestones_ahead(council, plan, user) -> None:
    action = make_action(plan, due_on=clock.today())
    with acting_for(council):
        Milestone(organisation=council, action=action, text="Draft is out", due_on=clock.today() + DAY).save()
        Milestone(organisation=council, action=action, text="Begun", due_on=clock.today(), done_on=clock.today()).save()

    found = events(subscribe(user, council, f"plans.plan {plan.pk}"))

    assert sorted(str(each["summary"]) for each in found.values()) == sorted([str(action), "Milestone: Draft is out"])


def test_an_event_keeps_its_name_and_its_number_grows_when_the_date_moves(council, plan, user) -> None:
    action = make_action(plan, owner=make_owner(council, user=user), due_on=clock.today())
    link = subscribe(user, council)
    ((uid, before),) = events(link).items()
    assert events(link)[uid] == before
    with acting_for(council):
        services.move_date(action=Action.objects.get(pk=action.pk), to=clock.today() + 9 * DAY)

    after = events(link)[uid]

    assert after["dtstart"].dt == clock.today() + 9 * DAY
    assert after["sequence"] > before["sequence"]


@pytest.mark.parametrize("calendar", ["plans.mine", "plan"])
def test_what_is_official_sensitive_goes_into_no_calendar(council, plan, user, calendar) -> None:
    action = make_action(
        plan,
        owner=make_owner(council, user=user),
        due_on=clock.today(),
        text="Hush",
        marking=Marking.OFFICIAL_SENSITIVE,
    )
    with acting_for(council):
        Milestone(organisation=council, action=action, text="Hush too", due_on=clock.today()).save()
    link = subscribe(user, council, calendar if calendar != "plan" else f"plans.plan {plan.pk}")

    assert "Hush" not in Client().get(link).content.decode()
    assert len(events(link)) == 2


def test_an_address_opens_nothing_once_it_is_taken_back_or_replaced(council, plan, user) -> None:
    first = subscribe(user, council)
    second = subscribe(user, council)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200

    signed_in(user).post(address(council, "calendar_list"), {"calendar": "plans.mine", "revoke": "1"})

    assert Client().get(second).status_code == 404


@pytest.mark.parametrize("end", ["membership", "account", "read_only"])
def test_an_address_opens_nothing_once_its_owner_has_no_business_there(council, plan, user, end) -> None:
    link = subscribe(user, council)
    if end == "membership":
        Membership.objects.filter(user=user).update(ends_on=clock.today() - DAY)
    elif end == "account":
        user.is_active = False
        user.save()
    else:
        Membership.objects.filter(user=user).update(role=Role.ELECTED_MEMBER)

    assert Client().get(link).status_code == 404


def test_an_address_opens_nothing_at_another_council(council, plan, user) -> None:
    make_authority("Elsewhere")
    link = subscribe(user, council)
    assert Client().get(link.replace("/ashmere/", "/elsewhere/")).status_code == 404
    assert Client().get(link.replace("/ashmere/", "/nowhere/")).status_code == 404


def test_nobody_subscribes_to_another_councils_plan_or_to_a_draft(council, plan, user) -> None:
    others = make_plan(make_authority("Elsewhere"), state=Plan.State.AGREED)
    draft = make_plan(council)
    for calendar in (f"plans.plan {others.pk}", f"plans.plan {draft.pk}", "plans.plan", "nonsense", ""):
        answer = signed_in(user).post(address(council, "calendar_list"), {"calendar": calendar})
        assert answer.status_code == 404, calendar


def test_the_calendar_of_a_plan_that_was_closed_is_empty(council, plan, user) -> None:
    make_action(plan, due_on=clock.today())
    link = subscribe(user, council, f"plans.plan {plan.pk}")
    assert len(events(link)) == 1
    with acting_for(council):
        services.close_plan(plan=Plan.objects.get(pk=plan.pk), closed_on=clock.today())

    assert events(link) == {}


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ELECTED_MEMBER])
def test_read_only_accounts_have_no_calendar(council, plan, role) -> None:
    client = signed_in(make_user(role, council))
    assert client.get(address(council, "calendar_list")).status_code == 403
    assert client.post(address(council, "calendar_list"), {"calendar": "plans.mine"}).status_code == 403


def test_only_the_hash_of_an_address_is_kept_and_the_fetch_is_written_down(council, plan, user) -> None:
    link = subscribe(user, council)
    secret = link.rpartition("/")[2].removesuffix(".ics")
    assert secret not in shown(signed_in(user).get(address(council, "calendar_list")))
    Client().get(link)
    with acting_for(council):
        feed = CalendarFeed.objects.get()
        assert secret not in str(vars(feed))
        assert feed.fetched_at is not None


def test_thirty_actions_cost_a_calendar_as_many_queries_as_two(
    council, plan, user, django_assert_max_num_queries
) -> None:
    owner = make_owner(council, user=user)

    def add(number: int) -> None:
        for _each in range(number):
            action = make_action(plan, owner=owner, due_on=clock.today())
            with acting_for(council):
                Milestone(organisation=council, action=action, text="Draft", due_on=clock.today()).save()

    add(2)
    link = subscribe(user, council)
    Client().get(link)
    with CaptureQueriesContext(connection) as few:
        Client().get(link)
    add(28)
    with django_assert_max_num_queries(len(few)):
        assert len(events(link)) == 60
