"""The county's view of its districts' agreed plans, and the links between its actions and theirs."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.models import Benchmark, Framework
from plans import county as views_of
from plans import services
from plans.models import Action, Delivery, Objective, ObjectiveBenchmark, Plan, Section
from plans.rules import Rag
from prevent_portal import clock
from prevent_portal.models import Marking, Organisation
from prevent_portal.permissions import Role
from prevent_portal.scoping import NotYours, viewing
from prevent_portal.scoping import acting_for as in_council

from ..factories import address, make_action, make_authority, make_plan, make_user, signed_in
from .test_updating import shown

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def county():
    return make_authority("Exampleshire", kind=Organisation.Kind.COUNTY)


@pytest.fixture
def ashmere(county):
    return make_authority("Ashmere", parent=county)


@pytest.fixture
def wren(county):
    return make_authority("Wrenhaven", parent=county)


@pytest.fixture
def coordinator(county):
    return signed_in(make_user(Role.COORDINATOR, county))


def agreed(council, **fields) -> Plan:
    return make_plan(council, actions=0, state=Plan.State.AGREED, **fields)


def overview(client, county) -> str:
    return shown(client.get(address(county, "plans:district_overview")))


def seen(user, county):
    """The county's view as this person sees it."""
    from prevent_portal.access import viewer_for

    with viewing(viewer_for(user, county, today=clock.today()).viewer):
        return views_of.county_view(county, today=clock.today())


def test_agreed_plans_are_counted_by_district_with_rag_and_overdue(county, ashmere, wren) -> None:
    plan = agreed(ashmere)
    make_action(plan, rag=Rag.RED, due_on=clock.today() - 40 * DAY)
    make_action(plan, rag=Rag.GREEN)
    make_action(plan, rag=Rag.BLUE, completed_on=clock.today(), due_on=clock.today() - DAY)

    view = seen(make_user(Role.OFFICER, county), county)

    first, second = view.districts
    assert (first.district, first.standing.total, first.standing.overdue) == (ashmere, 3, 1)
    assert dict(first.standing.rag_counts) == {"green": 1, "red": 1, "blue": 1}
    assert (second.district, second.plans) == (wren, [])
    assert view.without_plan == [wren]


def test_drafts_and_closed_plans_of_districts_are_not_counted_and_not_named(county, ashmere, coordinator) -> None:
    draft = make_plan(ashmere, actions=2, title="Secret draft")
    closed = make_plan(ashmere, actions=2, title="Old plan", state=Plan.State.CLOSED)
    page = overview(coordinator, county)
    assert "Secret draft" not in page
    assert "Old plan" not in page
    listed = shown(coordinator.get(address(county, "plans:district_action_list")))
    for plan in (draft, closed):
        with in_council(ashmere):
            assert all(action.text not in listed for action in plan.actions.all())


def test_a_county_sees_nothing_of_districts_elsewhere(county, ashmere, coordinator) -> None:
    other = make_authority("Farshire", kind=Organisation.Kind.COUNTY)
    far = make_authority("Far District", parent=other)
    make_action(agreed(far), text="Far away")
    assert "Far District" not in overview(coordinator, county)
    assert "Far away" not in shown(coordinator.get(address(county, "plans:district_action_list")))
    assert coordinator.get(address(other, "plans:district_overview")).status_code == 404


def test_who_has_no_action_for_a_benchmark_is_named(county, ashmere, wren) -> None:
    framework = Framework.objects.create(title="Benchmarks", slug="of-tests", year=2024)
    first, second = (
        Benchmark.objects.create(framework=framework, number=number, title=f"Benchmark {number}") for number in (1, 2)
    )
    of_ashmere, of_wren = agreed(ashmere), agreed(wren)
    with in_council(ashmere):
        Section.objects.filter(plan=of_ashmere).update(benchmark=first)
        objective = Objective.objects.get(plan=of_ashmere)
        # Twice over, and still one action.
        ObjectiveBenchmark(organisation=ashmere, objective=objective, benchmark=first).save()
    make_action(of_ashmere, rag=Rag.AMBER)
    make_action(of_wren)

    view = seen(make_user(Role.COORDINATOR, county), county)

    assert [(line.benchmark, line.standing.total, line.without) for line in view.benchmarks] == [
        (first, 1, [wren]),
        (second, 0, [ashmere, wren]),
    ]


def test_sections_of_one_name_are_rolled_up_whatever_their_letters(county, ashmere, wren) -> None:
    for council, title in ((ashmere, "Training"), (wren, "TRAINING ")):
        plan = agreed(council)
        with in_council(council):
            Section.objects.filter(plan=plan).update(title=title)
        make_action(plan)
    (line,) = seen(make_user(Role.OFFICER, county), county).sections
    assert (line.district_count, line.standing.total) == (2, 2)


def test_district_actions_are_found_by_words_district_and_rag(county, ashmere, wren, coordinator) -> None:
    make_action(agreed(ashmere), text="Brief the clerks", rag=Rag.RED)
    make_action(agreed(wren), text="Brief the porters", rag=Rag.GREEN)
    where = address(county, "plans:district_action_list")
    assert "porters" not in shown(coordinator.get(f"{where}?q=clerks"))
    assert "clerks" not in shown(coordinator.get(f"{where}?district={wren.slug}"))
    assert "porters" not in shown(coordinator.get(f"{where}?rag=red"))
    both = shown(coordinator.get(f"{where}?q=brief&district=nowhere&rag=purple"))
    assert "clerks" in both
    assert "porters" in both


# Deliveries


def link(county, action: Action, *delivered_by: Action) -> None:
    user = make_user(Role.COORDINATOR, county)
    client = signed_in(user)
    where = address(county, "plans:action_deliveries", pk=action.pk)
    assert client.post(where, {"actions": [each.pk for each in delivered_by]}).status_code == 302


def test_the_countys_action_says_which_district_actions_deliver_it_and_they_say_so_too(
    county, ashmere, wren, coordinator
) -> None:
    ours = make_action(agreed(county), text="One policy for venues")
    theirs = make_action(agreed(ashmere), text="Adopt the policy here")
    link(county, ours, theirs)

    assert "Adopt the policy here" in shown(coordinator.get(address(county, "plans:action_detail", pk=ours.pk)))
    officer = signed_in(make_user(Role.OFFICER, ashmere))
    page = shown(officer.get(address(ashmere, "plans:action_detail", pk=theirs.pk)))
    assert "Helps to deliver" in page
    assert "One policy for venues" in page


def test_a_district_sees_its_own_links_and_never_another_districts(county, ashmere, wren) -> None:
    ours = make_action(agreed(county), text="One policy for venues")
    of_ashmere = make_action(agreed(ashmere), text="Ashmere adopts")
    of_wren = make_action(agreed(wren), text="Wren adopts")
    link(county, ours, of_ashmere, of_wren)
    officer = signed_in(make_user(Role.OFFICER, ashmere))
    page = shown(officer.get(address(county, "plans:action_detail", pk=ours.pk)))
    assert "Ashmere adopts" in page
    assert "Wren adopts" not in page
    assert "Wrenhaven" not in page


def test_a_link_in_the_countys_draft_is_not_told_to_the_district(county, ashmere) -> None:
    ours = make_action(make_plan(county, actions=0), text="Not agreed yet")
    theirs = make_action(agreed(ashmere))
    link(county, ours, theirs)
    officer = signed_in(make_user(Role.OFFICER, ashmere))
    assert "Not agreed yet" not in shown(officer.get(address(ashmere, "plans:action_detail", pk=theirs.pk)))


@pytest.mark.parametrize("kind", ["draft", "elsewhere", "own"])
def test_only_agreed_actions_of_the_countys_own_districts_are_linked(county, ashmere, coordinator, kind) -> None:
    ours = make_action(agreed(county))
    if kind == "draft":
        theirs = make_action(make_plan(ashmere, actions=0))
    elif kind == "elsewhere":
        theirs = make_action(agreed(make_authority("Elsewhere")))
    else:
        theirs = make_action(agreed(county))
    page = coordinator.post(address(county, "plans:action_deliveries", pk=ours.pk), {"actions": theirs.pk})
    assert "There is a problem" in shown(page)
    with in_council(county):
        assert not Delivery.objects.exists()


def test_the_service_links_nothing_that_cannot_be_seen(county, ashmere) -> None:
    ours, draft = make_action(agreed(county)), make_action(make_plan(ashmere, actions=0))
    with in_council(county), pytest.raises(NotYours):
        services.add_deliveries(action=ours, delivered_by=[draft])


def test_a_district_action_that_was_taken_out_leaves_a_link_to_take_away(county, ashmere, coordinator) -> None:
    ours, theirs = make_action(agreed(county)), make_action(agreed(ashmere), text="Gone soon")
    link(county, ours, theirs)
    with in_council(ashmere):
        Action.objects.get(pk=theirs.pk).delete()
    where = address(county, "plans:action_deliveries", pk=ours.pk)
    assert "has taken out since" in shown(coordinator.get(where))
    assert coordinator.get(address(county, "plans:action_detail", pk=ours.pk)).status_code == 200
    with in_council(county):
        key = Delivery.objects.get().pk
    coordinator.post(where, {"remove": str(key)})
    with in_council(county):
        assert not Delivery.objects.exists()


def test_the_pages_are_the_countys_staffs_alone(county, ashmere) -> None:
    action = make_action(agreed(county))
    for role in (Role.REVIEWER, Role.ELECTED_MEMBER):
        client = signed_in(make_user(role, county))
        for name in ("plans:district_overview", "plans:district_action_list"):
            assert client.get(address(county, name)).status_code == 403
        assert client.post(address(county, "plans:action_deliveries", pk=action.pk), {"actions": 1}).status_code == 403
    of_district = signed_in(make_user(Role.COORDINATOR, ashmere))
    assert of_district.get(address(county, "plans:district_overview")).status_code == 403
    assert "No district belongs to this authority" in overview(of_district, ashmere)


def test_an_elected_member_of_the_county_hears_nothing_of_districts_on_its_actions(county, ashmere) -> None:
    ours = make_action(agreed(county))
    theirs = make_action(agreed(ashmere), text="Theirs alone", marking=Marking.OFFICIAL_SENSITIVE)
    link(county, ours, theirs)
    member = signed_in(make_user(Role.ELECTED_MEMBER, county))
    assert "Theirs alone" not in shown(member.get(address(county, "plans:action_detail", pk=ours.pk)))


def test_twelve_districts_take_as_many_queries_as_two(county, coordinator) -> None:
    counts = []
    for number in (2, 10):
        for _each in range(number):
            plan = agreed(make_authority(parent=county))
            make_action(plan)
            make_action(plan)
        with CaptureQueriesContext(connection) as queries:
            coordinator.get(address(county, "plans:district_overview"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
