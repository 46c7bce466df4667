"""Next year's plan: what is open goes along with the way back to its history, what is done stays."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans import services
from plans.models import Action, Assignment, Milestone, Objective, Plan, Remark, Section, Step, TargetDate
from plans.rules import Rag
from plans.views.rolling import next_title
from prevent_portal import clock
from prevent_portal.models import Marking, Recommendation
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for

from ..factories import address, make_action, make_authority, make_owner, make_plan, make_user, signed_in
from .test_updating import boxes, shown

pytestmark = pytest.mark.django_db

START, END = dt.date(2027, 4, 1), dt.date(2028, 3, 31)


@pytest.fixture
def council():
    return make_authority("Ashmere")


@pytest.fixture
def plan(council) -> Plan:
    return make_plan(
        council,
        actions=0,
        state=Plan.State.AGREED,
        title="Prevent plan 2026-27",
        period_start=dt.date(2026, 4, 1),
        period_end=dt.date(2027, 3, 31),
    )


@pytest.fixture
def coordinator(council):
    return signed_in(make_user(Role.COORDINATOR, council))


def roll(plan: Plan, title: str = "Prevent plan 2027-28") -> Plan:
    with acting_for(plan.organisation):
        return services.roll_forward(plan=plan, title=title, period_start=START, period_end=END)


def test_open_actions_go_along_and_finished_ones_stay(council, plan) -> None:
    late = make_action(plan, text="Late", due_on=dt.date(2026, 5, 1), rag=Rag.RED)
    make_action(plan, text="Done", completed_on=clock.today())
    make_action(plan, text="Done as stated", rag=Rag.BLUE)

    new = roll(plan)

    with acting_for(council):
        (carried,) = new.actions.all()
        assert (carried.text, carried.stated_rag, carried.carried_from) == ("Late", "red", late)
        assert carried.is_review_needed
        assert new.state == Plan.State.DRAFT
        assert new.follows == plan
        assert plan.actions.count() == 3


def test_owners_steps_dates_milestones_and_recommendations_go_along_but_not_what_has_been_met(council, plan) -> None:
    owner = make_owner(council, "Robin Wells")
    action = make_action(plan, owner=owner, due_on=dt.date(2027, 6, 1))
    with acting_for(council):
        objective = action.objective
        recommendation = Recommendation(organisation=council, exercise="Assurance", number=1)
        recommendation.save()
        services.answer_recommendations(action=action, recommendations=[recommendation])
        met = {"as_written": "met", "kind": "fixed", "on": dt.date(2026, 5, 1), "met_on": dt.date(2026, 5, 1)}
        TargetDate(organisation=council, action=action, **met).save()
        Assignment(organisation=council, objective=objective, owner=make_owner(council, "Of the row")).save()
        Step(organisation=council, action=action, text="Write").save()
        Milestone(organisation=council, action=action, text="Reached", done_on=clock.today()).save()
        Milestone(organisation=council, action=action, text="Ahead").save()
        services.record_progress(action=action, made_on=clock.today(), note="Began", rag=Rag.GREEN, user=None)

    new = roll(plan)

    with acting_for(council):
        (carried,) = new.actions.all()
        assert [str(each.owner) for each in carried.assignments.all()] == ["Robin Wells"]
        assert [str(each.owner) for each in carried.objective.assignments.filter(action=None)] == ["Of the row"]
        assert [each.on for each in carried.targetdates.all()] == [dt.date(2027, 6, 1)]
        assert [each.text for each in carried.steps.all()] == ["Write"]
        assert [each.text for each in carried.milestones.all()] == ["Ahead"]
        assert [each.recommendation for each in carried.actionrecommendations.all()] == [recommendation]
        assert not carried.progressupdates.exists()


def test_an_objective_whose_actions_are_all_done_stays_and_one_without_any_goes_along(council, plan) -> None:
    with acting_for(council):
        section = plan.sections.get()
        done = Objective(organisation=council, plan=plan, section=section, text="All done")
        done.save()
        Objective(organisation=council, plan=plan, section=section, text="Nothing yet").save()
        Remark(organisation=council, plan=plan, section=section, text="See the county's plan").save()
    make_action(plan, objective=done, completed_on=clock.today())
    make_action(plan)

    new = roll(plan)

    with acting_for(council):
        assert sorted(new.objectives.values_list("text", flat=True)) == ["Clear leadership", "Nothing yet"]
        assert new.remarks.get().text == "See the county's plan"
        assert new.sections.count() == plan.sections.count()


def test_a_closed_plan_is_rolled_forward_and_stays_as_it_was(council, plan) -> None:
    make_action(plan, text="Open still")
    with acting_for(council):
        services.close_plan(plan=plan, closed_on=clock.today())
    new = roll(plan)
    with acting_for(council):
        assert new.actions.get().text == "Open still"
        assert Plan.objects.get(pk=plan.pk).state == Plan.State.CLOSED


def test_markings_go_along(council, plan) -> None:
    make_action(plan, marking=Marking.OFFICIAL_SENSITIVE, text="OFFICIAL-SENSITIVE: hush")
    with acting_for(council):
        Section.objects.filter(plan=plan).update(marking=Marking.OFFICIAL_SENSITIVE)
    new = roll(plan)
    with acting_for(council):
        assert new.actions.get().marking == Marking.OFFICIAL_SENSITIVE
        assert new.sections.get().marking == Marking.OFFICIAL_SENSITIVE


def test_a_draft_is_not_rolled_forward_and_no_plan_twice(council, plan, coordinator) -> None:
    make_action(plan)
    draft = make_plan(council)
    with pytest.raises(ValidationError, match="draft itself"):
        roll(draft)
    new = roll(plan)
    with pytest.raises(ValidationError, match="already"):
        roll(plan, "Another")
    answer = coordinator.get(address(council, "plans:plan_roll_forward", pk=plan.pk))
    assert answer.url == address(council, "plans:plan_detail", pk=new.pk)
    assert coordinator.get(address(council, "plans:plan_roll_forward", pk=draft.pk)).status_code == 403


def test_the_form_suggests_the_next_period_and_makes_the_draft(council, plan, coordinator) -> None:
    make_action(plan, text="Carry me")
    page = address(council, "plans:plan_roll_forward", pk=plan.pk)
    form = shown(coordinator.get(page))
    assert "Prevent plan 2027-28" in form
    assert "1 open action" in form

    values = {"title": "Prevent plan 2027-28"} | boxes("period_start", START) | boxes("period_end", END)
    made = shown(coordinator.post(page, values, follow=True))

    assert "This plan follows" in made
    assert "carried over, to review" in made


@pytest.mark.parametrize(
    "values",
    [
        {"title": ""},
        boxes("period_end", START - dt.timedelta(days=1)),
        {"period_start_0": "30", "period_start_1": "2", "period_start_2": "2027"},
        {"title": "OFFICIAL-SENSITIVE plan"},
    ],
)
def test_what_makes_no_sense_is_refused(council, plan, coordinator, values) -> None:
    said = {"title": "Next"} | boxes("period_start", START) | boxes("period_end", END)
    page = shown(coordinator.post(address(council, "plans:plan_roll_forward", pk=plan.pk), said | values))
    assert "There is a problem" in page
    with acting_for(council):
        assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    ("title", "later"),
    [
        ("Prevent plan 2026-27", "Prevent plan 2027-28"),
        ("Plan 2026/2027", "Plan 2027/2028"),
        ("Plan 2099–00", "Plan 2100–01"),
        ("Plan for 2026", "Plan for 2027"),
        ("Prevent plan", "Prevent plan (next)"),
    ],
)
def test_a_title_a_year_later(title, later) -> None:
    assert next_title(title) == later


def test_an_action_carried_over_needs_review_until_somebody_changes_it_or_says_that_it_stands(
    council, plan, coordinator
) -> None:
    make_action(plan, text="First")
    make_action(plan, text="Second")
    new = roll(plan)
    table = address(council, "plans:plan_table", pk=new.pk) + "?due=review"
    assert shown(coordinator.get(table)).count("Needs review") == 2
    with acting_for(council):
        first = new.actions.get(text="First")

    coordinator.post(address(council, "plans:action_reviewed", pk=first.pk))

    page = shown(coordinator.get(table))
    assert "Second" in page
    assert "First" not in page


def test_an_actions_page_leads_back_to_its_history(council, plan, coordinator) -> None:
    action = make_action(plan, text="Long lived")
    with acting_for(council):
        services.record_progress(action=action, made_on=dt.date(2026, 6, 1), note="", rag=Rag.RED, user=None)
    new = roll(plan)
    with acting_for(council):
        carried = new.actions.get()
    page = shown(coordinator.get(address(council, "plans:action_detail", pk=carried.pk)))
    assert "In earlier plans" in page
    assert "Prevent plan 2026-27" in page
    assert "from 1 June 2026" in page


def test_one_is_asked_for_the_old_action_until_the_new_plan_is_agreed(council, plan) -> None:
    user = make_user(Role.CONTRIBUTOR, council)
    make_action(plan, text="Only once", owner=make_owner(council, user=user))
    new = roll(plan)
    mine = address(council, "plans:action_mine")
    assert shown(signed_in(user).get(mine)).count("Only once") == 2  # its link and its button
    with acting_for(council):
        services.agree_plan(plan=new, agreed_on=clock.today(), agreed_by="Board")
        services.close_plan(plan=plan, closed_on=clock.today())
    page = shown(signed_in(user).get(mine))
    assert page.count("Only once") == 2
    assert "Prevent plan 2027-28" in page


def test_another_councils_plan_is_not_found_and_a_read_only_account_rolls_nothing(council, plan) -> None:
    stranger = signed_in(make_user(Role.COORDINATOR, make_authority("Elsewhere")))
    assert stranger.get(address(council, "plans:plan_roll_forward", pk=plan.pk)).status_code == 404
    action = make_action(plan)
    for role in (Role.REVIEWER, Role.ELECTED_MEMBER):
        client = signed_in(make_user(role, council))
        assert client.post(address(council, "plans:plan_roll_forward", pk=plan.pk), {"title": "x"}).status_code == 403
        assert client.post(address(council, "plans:action_reviewed", pk=action.pk)).status_code == 403


def test_thirty_actions_are_carried_in_as_many_queries_as_two(council) -> None:
    counts = []
    for number in (2, 30):
        plan = make_plan(council, actions=0, state=Plan.State.AGREED)
        for _each in range(number):
            action = make_action(plan, owner=make_owner(council), due_on=clock.today())
            with acting_for(council):
                Step(organisation=council, action=action, text="Step").save()
        with CaptureQueriesContext(connection) as seen:
            roll(plan, f"Plan of {number}")
        counts.append(len(seen))
    assert counts[0] == counts[1]
    with acting_for(council):
        assert Action.objects.filter(plan__title="Plan of 30").count() == 30
