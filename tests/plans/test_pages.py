"""What the pages of plans allow, show and refuse."""

import datetime as dt
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.models import Benchmark
from plans.models import (
    Action,
    Assignment,
    Milestone,
    Objective,
    ObjectiveBenchmark,
    Owner,
    Plan,
    ProgressUpdate,
    Remark,
    Section,
    Step,
    TargetDate,
)
from plans.rules import Rag
from prevent_portal import clock
from prevent_portal.models import LogEntry, Organisation
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from tests.factories import address, make_action, make_authority, make_owner, make_plan, make_user, signed_in

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def authority() -> Organisation:
    return make_authority("Ashmere District Council")


@pytest.fixture
def as_role(authority):
    """A browser in which somebody with this role is signed in."""
    return lambda role: signed_in(make_user(role, authority))


@pytest.fixture
def coordinator(as_role) -> Client:
    return as_role(Role.COORDINATOR)


def date_boxes(name: str, on: dt.date | None) -> dict[str, str]:
    """A date as its three boxes send it."""
    parts = (on.day, on.month, on.year) if on else ("", "", "")
    return {f"{name}_{index}": str(part) for index, part in enumerate(parts)}


def progress(rag: Rag, *, note: str = "Met twice.", made_on: dt.date | None = None, **values) -> dict[str, str]:
    """What the form of a progress update sends."""
    return date_boxes("made_on", made_on or clock.today()) | {"note": note, "rag": rag.value, "reason": ""} | values


def read(model: type, organisation: Organisation, **conditions):
    """The one row of this authority that meets the conditions."""
    with acting_for(organisation):
        return model.objects.get(**conditions)


def text_of(response) -> str:
    return response.content.decode()


# The list and the summary sheet


def test_a_list_without_plans_offers_what_the_viewer_may_do(authority, as_role):
    page = address(authority, "plans:plan_list")
    assert "Start a plan" in text_of(as_role(Role.OFFICER).get(page))
    for role in (Role.CLERK, Role.ELECTED_MEMBER, Role.REVIEWER):
        shown = text_of(as_role(role).get(page))
        assert "Start a plan" not in shown
        assert "Import a plan" not in shown


def test_the_list_is_narrowed_by_state_and_ignores_nonsense(authority, coordinator):
    make_plan(authority, title="Plan in draft")
    make_plan(authority, title="Plan agreed", state=Plan.State.AGREED)
    page = address(authority, "plans:plan_list")
    shown = text_of(coordinator.get(page, {"state": "agreed"}))
    assert "Plan agreed" in shown
    assert "Plan in draft" not in shown
    assert "Plan in draft" in text_of(coordinator.get(page, {"state": "nonsense"}))


def test_a_draft_does_not_exist_for_elected_members(authority, as_role):
    plan = make_plan(authority, title="Plan in draft")
    member = as_role(Role.ELECTED_MEMBER)
    assert "Plan in draft" not in text_of(member.get(address(authority, "plans:plan_list")))
    for name in ("plans:plan_detail", "plans:plan_table"):
        assert member.get(address(authority, name, pk=plan.pk)).status_code == 404


def test_the_summary_sets_declared_totals_beside_counted_ones(authority, coordinator):
    plan = make_plan(authority, actions=2, declared_total=3, declared_green=2)
    shown = text_of(coordinator.get(address(authority, "plans:plan_detail", pk=plan.pk)))
    assert shown.count("Different") == 2
    assert "nothing has been put right" in shown


def test_matching_totals_raise_no_warning(authority, coordinator):
    plan = make_plan(authority, actions=2, declared_total=2)
    shown = text_of(coordinator.get(address(authority, "plans:plan_detail", pk=plan.pk)))
    assert "Different" not in shown
    assert "nothing has been put right" not in shown


def test_the_summary_lists_what_is_overdue_due_soon_and_stated_against_the_dates(authority, coordinator):
    plan, today = make_plan(authority, actions=0), clock.today()
    make_action(plan, text="Long overdue", due_on=today - 40 * DAY, rag=Rag.GREEN, rag_reason="Waiting for a venue")
    make_action(plan, text="Soon due", due_on=today + 30 * DAY, rag=Rag.GREEN)
    make_action(plan, text="Later due", due_on=today + 31 * DAY)
    summary = coordinator.get(address(authority, "plans:plan_detail", pk=plan.pk)).context["summary"]
    assert [action.text for action in summary.overdue.actions] == ["Long overdue"]
    assert [action.text for action in summary.due_soon.actions] == ["Soon due"]
    assert [action.text for action in summary.differing.actions] == ["Long overdue"]


def test_the_summary_counts_by_owner_those_of_the_whole_row_included(authority, coordinator):
    plan, today = make_plan(authority, actions=0), clock.today()
    lead = make_owner(authority, "Robin Hale")
    make_action(plan, due_on=today - DAY, rag=Rag.RED)
    make_action(plan)
    make_action(plan, rag=Rag.BLUE)
    with acting_for(authority):
        objective = plan.objectives.get()
        Assignment(organisation=authority, objective=objective, owner=lead).save()
    summary = coordinator.get(address(authority, "plans:plan_detail", pk=plan.pk)).context["summary"]
    assert [(line.owner, line.open, line.overdue, line.red) for line in summary.owner_lines] == [(lead, 2, 1, 1)]
    assert summary.unowned_count == 0


# The table


def table(client: Client, plan: Plan, **query) -> list[str]:
    """The texts of the actions that the table shows."""
    response = client.get(address(plan.organisation, "plans:plan_table", pk=plan.pk) + "?" + urlencode(query))
    blocks = response.context["blocks"]
    return [action.text for block in blocks for row in block.rows for action in row.actions]


def test_the_table_is_narrowed_by_words_owner_rag_and_date(authority, coordinator):
    plan, today = make_plan(authority, actions=0), clock.today()
    owner = make_owner(authority, "Robin Hale")
    make_action(plan, text="Train reception staff", owner=owner, rag=Rag.AMBER, due_on=today - DAY)
    make_action(plan, text="Train councillors", rag=Rag.GREEN, due_on=today)
    make_action(plan, text="Map partners")
    assert table(coordinator, plan) == ["Train reception staff", "Train councillors", "Map partners"]
    assert table(coordinator, plan, q="train staff") == ["Train reception staff"]
    assert table(coordinator, plan, owner=owner.pk) == ["Train reception staff"]
    assert table(coordinator, plan, rag="green") == ["Train councillors"]
    assert table(coordinator, plan, due="overdue") == ["Train reception staff"]
    assert table(coordinator, plan, due="soon") == ["Train councillors"]
    assert table(coordinator, plan, rag="purple", owner="x", due="never") == table(coordinator, plan)


def test_the_table_is_narrowed_by_benchmark_of_row_and_section(authority, coordinator):
    plan = make_plan(authority, actions=0)
    first, second = Benchmark.objects.order_by("pk")[:2]
    with acting_for(authority):
        own = Section(organisation=authority, plan=plan, title="Training", benchmark=second)
        own.save()
        objective = Objective(organisation=authority, plan=plan, section=own, text="Everybody is trained")
        objective.save()
        link = ObjectiveBenchmark(organisation=authority, objective=plan.objectives.first(), benchmark=first)
        link.save()
    make_action(plan, text="Meet quarterly")
    make_action(plan, text="Train everybody", objective=objective)
    assert table(coordinator, plan, benchmark=first.pk) == ["Meet quarterly"]
    assert table(coordinator, plan, benchmark=second.pk) == ["Train everybody"]


def test_a_table_of_twenty_and_of_a_hundred_actions_takes_the_same_number_of_queries(authority, coordinator):
    def queries(plan: Plan) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert coordinator.get(address(authority, "plans:plan_table", pk=plan.pk)).status_code == 200
        return len(seen)

    owner = make_owner(authority)
    plans = [make_plan(authority, actions=0) for _ in range(2)]
    for plan, count in zip(plans, (20, 100), strict=True):
        for _ in range(count):
            action = make_action(plan, owner=owner, due_on=clock.today())
        with acting_for(authority):
            Step(organisation=authority, action=action, text="Book a room").save()
    assert queries(plans[0]) == queries(plans[1])


def test_a_lettered_row_spans_its_actions_and_keeps_their_references(authority, coordinator):
    plan = make_plan(authority, actions=0)
    make_action(plan, letter="a")
    make_action(plan, letter="b")
    shown = text_of(coordinator.get(address(authority, "plans:plan_table", pk=plan.pk)))
    assert 'rowspan="2"' in shown
    assert "<strong>1 a</strong>" in shown
    assert "<strong>1 b</strong>" in shown


# Who may change what

CHANGING_PAGES = ("plan_update", "plan_delete", "plan_agree")


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.COORDINATOR, set(CHANGING_PAGES)),
        (Role.OFFICER, {"plan_update"}),
        (Role.CONTRIBUTOR, set()),
        (Role.CLERK, set()),
        (Role.AUTHORITY_ADMINISTRATOR, set()),
    ],
)
def test_the_matrix_decides_who_opens_which_page_and_sees_which_button(authority, as_role, role, allowed):
    plan = make_plan(authority)
    client = as_role(role)
    shown = text_of(client.get(address(authority, "plans:plan_detail", pk=plan.pk)))
    for name in CHANGING_PAGES:
        page = address(authority, f"plans:{name}", pk=plan.pk)
        assert (client.get(page).status_code == 200) is (name in allowed)
        assert (f'href="{page}"' in shown) is (name in allowed)


@pytest.mark.parametrize("role", [Role.ELECTED_MEMBER, Role.REVIEWER])
def test_read_only_viewers_see_no_button_and_change_nothing(authority, as_role, role):
    plan = make_plan(authority, state=Plan.State.AGREED)
    action = read(Action, authority, plan=plan)
    client = as_role(role)
    for name, pk in (("plan_detail", plan.pk), ("plan_table", plan.pk), ("action_detail", action.pk)):
        shown = text_of(client.get(address(authority, f"plans:{name}", pk=pk)))
        for word in ("Change the", "Add an", "Add a section", "Record", "Delete"):
            assert word not in shown
    assert client.post(address(authority, "plans:action_progress", pk=action.pk), progress(Rag.RED)).status_code == 403
    assert read(Action, authority, pk=action.pk).rag is Rag.NOT_STATED


def test_another_authoritys_plan_is_not_found(authority):
    stranger = signed_in(make_user(Role.COORDINATOR, make_authority()))
    plan = make_plan(authority, state=Plan.State.AGREED)
    assert stranger.get(address(authority, "plans:plan_detail", pk=plan.pk)).status_code == 404


# A plan's life


def test_a_plan_is_agreed_amended_agreed_again_and_closed(authority, coordinator):
    plan = make_plan(authority)
    today = clock.today()
    steps = [
        ("plan_agree", date_boxes("agreed_on", today) | {"agreed_by": "Prevent board"}, Plan.State.AGREED),
        ("plan_amend", date_boxes("amended_on", today) | {"note": "Two actions added"}, Plan.State.AMENDED),
        ("plan_agree", date_boxes("agreed_on", today) | {"agreed_by": "Cabinet"}, Plan.State.AGREED),
        ("plan_close", date_boxes("closed_on", today) | {"note": ""}, Plan.State.CLOSED),
    ]
    for name, values, state in steps:
        response = coordinator.post(address(authority, f"plans:{name}", pk=plan.pk), values)
        assert response.status_code == 302, text_of(response)
        assert read(Plan, authority, pk=plan.pk).state == state


def test_a_draft_cannot_be_closed_and_an_agreed_plan_not_deleted(authority, coordinator):
    draft, agreed = make_plan(authority), make_plan(authority, state=Plan.State.AGREED)
    assert coordinator.get(address(authority, "plans:plan_close", pk=draft.pk)).status_code == 403
    assert coordinator.post(address(authority, "plans:plan_delete", pk=agreed.pk)).status_code == 403


def test_agreement_is_not_recorded_for_tomorrow(authority, coordinator):
    plan = make_plan(authority)
    values = date_boxes("agreed_on", clock.today() + DAY) | {"agreed_by": "Prevent board"}
    response = coordinator.post(address(authority, "plans:plan_agree", pk=plan.pk), values)
    assert "cannot be in the future" in text_of(response)
    assert read(Plan, authority, pk=plan.pk).state == Plan.State.DRAFT


def test_a_draft_is_deleted_with_all_that_is_in_it(authority, coordinator):
    plan = make_plan(authority, actions=2)
    assert coordinator.post(address(authority, "plans:plan_delete", pk=plan.pk)).status_code == 302
    with acting_for(authority):
        assert not Plan.objects.exists()
        assert not Action.objects.exists()


def test_a_closed_plan_is_locked_and_says_so(authority, coordinator):
    plan = make_plan(authority, state=Plan.State.CLOSED)
    with acting_for(authority):
        section, objective, action = plan.sections.get(), plan.objectives.get(), plan.actions.get()
    pages = [
        address(authority, "plans:plan_update", pk=plan.pk),
        address(authority, "plans:section_create", plan=plan.pk),
        address(authority, "plans:section_update", pk=section.pk),
        address(authority, "plans:objective_create", section=section.pk),
        address(authority, "plans:remark_create", section=section.pk),
        address(authority, "plans:objective_update", pk=objective.pk),
        address(authority, "plans:action_create", objective=objective.pk),
        address(authority, "plans:action_update", pk=action.pk),
        address(authority, "plans:action_delete", pk=action.pk),
        address(authority, "plans:action_progress", pk=action.pk),
    ]
    shown = "".join(
        text_of(coordinator.get(address(authority, name, pk=pk)))
        for name, pk in (
            ("plans:plan_detail", plan.pk),
            ("plans:plan_table", plan.pk),
            ("plans:objective_detail", objective.pk),
            ("plans:action_detail", action.pk),
        )
    )
    for page in pages:
        response = coordinator.post(page, {})
        assert response.status_code == 403, page
        assert "closed" in text_of(response), page
        assert f'href="{page}"' not in shown


def test_parts_of_an_agreed_plan_are_deleted_only_while_it_is_amended(authority, coordinator):
    plan = make_plan(authority, state=Plan.State.AGREED)
    page = address(authority, "plans:action_delete", pk=read(Action, authority).pk)
    assert coordinator.post(page).status_code == 403
    with acting_for(authority):
        plan.state = Plan.State.AMENDED
        plan.save()
    assert coordinator.post(page).status_code == 302
    with acting_for(authority):
        assert not Action.objects.exists()


def test_an_objective_with_actions_is_not_deleted(authority, coordinator):
    make_plan(authority)
    objective = read(Objective, authority)
    response = coordinator.post(address(authority, "plans:objective_delete", pk=objective.pk), follow=True)
    assert "cannot be deleted while these depend on it: actions" in text_of(response)
    assert read(Objective, authority) == objective


# Sections, objectives, remarks


def test_a_second_plan_of_the_same_title_and_period_is_refused(authority, coordinator):
    start = dt.date(2026, 4, 1)
    make_plan(authority, title="Prevent plan", period_start=start)
    values = {"title": "Prevent plan", "marking": "official"} | date_boxes("period_start", start)
    response = coordinator.post(address(authority, "plans:plan_create"), values)
    assert "already a plan of this title" in text_of(response)


def test_a_plan_is_built_by_hand(authority, coordinator):
    response = coordinator.post(
        address(authority, "plans:plan_create"), {"title": "Prevent plan 2026-27", "marking": "official"}
    )
    assert response.status_code == 302
    plan = read(Plan, authority)
    said = {"title": "Training", "ref": "1", "marking": "official"}
    coordinator.post(address(authority, "plans:section_create", plan=plan.pk), said)
    section = read(Section, authority)
    benchmark = Benchmark.objects.order_by("-framework__year").first()
    coordinator.post(
        address(authority, "plans:objective_create", section=section.pk),
        {"section": section.pk, "text": "Staff know what to do", "marking": "official", "benchmarks": [benchmark.pk]},
    )
    objective = read(Objective, authority)
    with acting_for(authority):
        assert [link.benchmark for link in objective.benchmark_links.all()] == [benchmark]
    coordinator.post(
        address(authority, "plans:remark_create", section=section.pk),
        {
            "section": section.pk,
            "kind": "pointer",
            "text": "See there",
            "points_to": "County plan",
            "marking": "official",
        },
    )
    assert read(Remark, authority).plan_id == plan.pk
    coordinator.post(
        address(authority, "plans:action_create", objective=objective.pk), action_values(text="Train everybody")
    )
    assert read(Action, authority).plan_id == plan.pk


def test_rows_keep_the_place_that_they_are_given(authority, coordinator):
    plan = make_plan(authority, actions=0)
    for title, place in (("Second", ""), ("Third", "")):
        said = {"title": title, "place": place, "marking": "official"}
        coordinator.post(address(authority, "plans:section_create", plan=plan.pk), said)
    third = read(Section, authority, title="Third")
    values = {"title": "Third", "place": "first", "revision": third.revision, "marking": "official"}
    coordinator.post(address(authority, "plans:section_update", pk=third.pk), values)
    with acting_for(authority):
        titles = list(Section.objects.order_by("position").values_list("title", flat=True))
    assert titles == ["Third", "Leadership", "Second"]


def test_an_objective_saved_meanwhile_says_what_it_says_now(authority, coordinator):
    make_plan(authority)
    objective = read(Objective, authority)
    first, second = Benchmark.objects.order_by("pk")[:2]
    page = address(authority, "plans:objective_update", pk=objective.pk)
    mine = {"section": objective.section_id, "text": "Mine", "marking": "official", "revision": objective.revision}
    theirs = mine | {"text": "Theirs", "benchmarks": [first.pk, second.pk]}
    assert coordinator.post(page, theirs).status_code == 302
    shown = text_of(coordinator.post(page, mine | {"benchmarks": [second.pk]}))
    assert "“Objective” now says: Theirs" in shown
    assert f"“Benchmarks answered” now says: {first.framework}: {first}; {second.framework}: {second}" in shown
    assert "“Place” now says" not in shown
    assert "“Section” now says" not in shown


def test_a_plan_saved_meanwhile_says_its_dates_in_words(authority, coordinator):
    plan = make_plan(authority)
    page = address(authority, "plans:plan_update", pk=plan.pk)
    mine = {"title": plan.title, "marking": "official", "revision": plan.revision}
    theirs = mine | date_boxes("period_start", dt.date(2026, 4, 1)) | {"marking": "official_sensitive"}
    assert coordinator.post(page, theirs).status_code == 302
    shown = text_of(coordinator.post(page, mine))
    assert "“Period starts” now says: 1 April 2026" in shown
    assert "“Marking” now says: OFFICIAL-SENSITIVE" in shown


def test_a_row_moves_only_within_its_own_plan(authority, coordinator):
    plan, other = make_plan(authority), make_plan(authority)
    with acting_for(authority):
        objective, elsewhere = plan.objectives.get(), other.sections.get()
    values = {"section": elsewhere.pk, "text": "Moved", "marking": "official", "revision": objective.revision}
    response = coordinator.post(address(authority, "plans:objective_update", pk=objective.pk), values)
    assert response.status_code == 200
    assert read(Objective, authority, pk=objective.pk).section_id != elsewhere.pk


# Actions and their rows


def rows(name: str, *values: dict, initial: int = 0) -> dict[str, str]:
    """The rows of one kind as the form of an action sends them."""
    data = {f"{name}-TOTAL_FORMS": str(len(values)), f"{name}-INITIAL_FORMS": str(initial)}
    for index, row in enumerate(values):
        data |= {f"{name}-{index}-{field}": str(value) for field, value in row.items()}
    return data


def action_values(*parts: dict, text: str = "Train staff", **values) -> dict[str, str]:
    """What the form of an action sends; kinds of rows that are not given are empty."""
    data = {"text": text, "marking": "official"} | values
    for name in ("target_dates", "assignments", "steps", "milestones"):
        data |= rows(name)
    for part in parts:
        data |= part
    return data


def test_an_action_is_written_with_all_its_rows(authority, coordinator):
    make_plan(authority, actions=0)
    owner, partner = make_owner(authority, "Robin Hale"), make_owner(authority, "Police")
    due = dt.date(2027, 3, 31)
    values = action_values(
        rows(
            "target_dates",
            {"kind": "fixed", "as_written": "", **date_boxes("on", due)},
            {"kind": "ongoing", "as_written": ""},
        ),
        rows("assignments", {"owner": owner.pk, "role": "lead"}, {"owner": partner.pk, "role": "partner"}),
        rows("steps", {"text": "Book a room"}, {"text": ""}),
        rows("milestones", {"text": "Half are trained", **date_boxes("due_on", due)}),
    )
    page = address(authority, "plans:action_create", objective=read(Objective, authority).pk)
    response = coordinator.post(page, values)
    assert response.status_code == 302, text_of(response)
    with acting_for(authority):
        action = Action.objects.get()
        assert [(d.as_written, d.on) for d in action.targetdates.all()] == [("31 March 2027", due), ("Ongoing", None)]
        assert [(a.owner, a.role) for a in action.assignments.all()] == [(owner, "lead"), (partner, "partner")]
        assert [step.text for step in action.steps.all()] == ["Book a room"]
        assert Milestone.objects.get().due_on == due
        assert Step.objects.get().organisation == authority


def test_another_row_keeps_what_was_typed_and_checks_and_writes_nothing(authority, coordinator):
    make_plan(authority, actions=0)
    page = address(authority, "plans:action_create", objective=read(Objective, authority).pk)
    values = action_values(rows("steps", {"text": "Book a room"}), text="", add_row="steps")
    response = coordinator.post(page, values)
    shown = text_of(response)
    assert response.status_code == 200
    assert "Book a room" in shown
    assert 'name="steps-1-text"' in shown
    assert "There is a problem" not in shown
    with acting_for(authority):
        assert not Action.objects.exists()
    assert coordinator.post(page, values | {"add_row": "nonsense"}).status_code == 404


def test_mistakes_in_rows_are_named_with_a_link_to_each(authority, coordinator):
    make_plan(authority, actions=0)
    owner = make_owner(authority, "Robin Hale")
    page = address(authority, "plans:action_create", objective=read(Objective, authority).pk)
    values = action_values(
        rows("target_dates", {"kind": "fixed", "as_written": "March"}),
        rows("assignments", {"owner": owner.pk, "role": "lead"}, {"owner": owner.pk, "role": "partner"}),
    )
    shown = text_of(coordinator.post(page, values))
    assert '<a href="#id_target_dates-0-on_0">Enter the date, or choose another kind.</a>' in shown
    assert "Robin Hale is here twice." in shown
    with acting_for(authority):
        assert not Action.objects.exists()


def existing(action: Action) -> dict[str, str]:
    """The form of a stored action as it stands."""
    with acting_for(action.organisation):
        dates, assignments = list(action.targetdates.all()), list(action.assignments.all())
    return action_values(
        rows(
            "target_dates",
            *({"id": d.pk, "kind": d.kind, "as_written": d.as_written, **date_boxes("on", d.on)} for d in dates),
            initial=len(dates),
        ),
        rows(
            "assignments",
            *({"id": a.pk, "owner": a.owner_id, "role": a.role} for a in assignments),
            initial=len(assignments),
        ),
        text=action.text,
        revision=str(read(Action, action.organisation, pk=action.pk).revision),
    )


def test_words_of_a_date_that_name_another_day_are_asked_about(authority, coordinator):
    action = make_action(make_plan(authority, actions=0), due_on=dt.date(2026, 9, 30))
    where, values = address(authority, "plans:action_update", pk=action.pk), existing(action)
    said = values | {"target_dates-0-as_written": "15 November 2026"}
    shown = text_of(coordinator.post(where, said))
    assert "The words say 15 November 2026, but the date is 30 September 2026." in shown
    assert read(TargetDate, authority).as_written != "15 November 2026"
    assert coordinator.post(where, said | date_boxes("target_dates-0-on", dt.date(2026, 11, 15))).status_code == 302
    assert read(TargetDate, authority).on == dt.date(2026, 11, 15)


def test_owners_can_be_swapped_and_taken_out_in_one_go(authority, coordinator):
    plan = make_plan(authority, actions=0)
    first, second = make_owner(authority, "Robin Hale"), make_owner(authority, "Sam Whitlock")
    action = make_action(plan, owner=first)
    page = address(authority, "plans:action_update", pk=action.pk)
    values = existing(action) | {"assignments-0-owner": str(second.pk), "assignments-TOTAL_FORMS": "2"}
    values |= {"assignments-1-owner": str(first.pk), "assignments-1-role": "partner"}
    assert coordinator.post(page, values).status_code == 302
    with acting_for(authority):
        assert [(a.owner, a.role) for a in action.assignments.all()] == [(second, "owner"), (first, "partner")]
    values = existing(action) | {"assignments-0-DELETE": "on"}
    assert coordinator.post(page, values).status_code == 302
    with acting_for(authority):
        assert [a.owner for a in action.assignments.all()] == [first]


def test_an_action_that_somebody_else_saved_meanwhile_is_not_overwritten_at_once(authority, coordinator):
    plan = make_plan(authority, actions=0)
    action = make_action(plan, text="As it was", due_on=clock.today())
    page = address(authority, "plans:action_update", pk=action.pk)
    mine = existing(action) | {"text": "As I want it"}
    assert coordinator.post(page, existing(action) | {"text": "As they want it"}).status_code == 302
    response = coordinator.post(page, mine)
    shown = text_of(response)
    assert response.status_code == 200
    assert "Somebody else changed this" in shown
    assert "As they want it" in shown
    assert "As I want it" in shown
    assert read(Action, authority).text == "As they want it"
    again = mine | {"revision": str(response.context["form"]["revision"].value())}
    assert coordinator.post(page, again).status_code == 302
    assert read(Action, authority).text == "As I want it"


def test_a_row_that_somebody_else_took_out_is_explained(authority, coordinator):
    action = make_action(make_plan(authority, actions=0), due_on=clock.today())
    mine = existing(action)
    with acting_for(authority):
        TargetDate.objects.get().delete()
    response = coordinator.post(address(authority, "plans:action_update", pk=action.pk), mine)
    assert "Somebody else took out a row" in text_of(response)


def test_rows_of_another_action_cannot_be_taken_over(authority, coordinator):
    plan = make_plan(authority, actions=0)
    mine, theirs = make_action(plan, due_on=clock.today()), make_action(plan, due_on=clock.today())
    with acting_for(authority):
        foreign = theirs.targetdates.get()
    values = existing(mine) | {"target_dates-0-id": str(foreign.pk), "target_dates-0-as_written": "Stolen"}
    assert coordinator.post(address(authority, "plans:action_update", pk=mine.pk), values).status_code == 200
    assert read(TargetDate, authority, pk=foreign.pk).as_written == "by then"


# Progress


def post_progress(client: Client, action: Action, rag: Rag, **values):
    return client.post(address(action.organisation, "plans:action_progress", pk=action.pk), progress(rag, **values))


def test_progress_is_kept_and_becomes_what_is_stated(authority, coordinator):
    action = make_action(make_plan(authority))
    response = post_progress(coordinator, action, Rag.GREEN)
    assert response.status_code == 302
    assert "Your update has been recorded." in text_of(coordinator.get(response.url))
    assert read(Action, authority, pk=action.pk).rag is Rag.GREEN
    assert read(ProgressUpdate, authority).note == "Met twice."


def test_a_rag_that_gets_worse_needs_a_reason(authority, coordinator):
    action = make_action(make_plan(authority), rag=Rag.GREEN)
    shown = text_of(post_progress(coordinator, action, Rag.AMBER))
    assert "The RAG gets worse: it was “Green: on track”." in shown
    assert post_progress(coordinator, action, Rag.AMBER, reason="The trainer is ill").status_code == 302
    assert read(Action, authority, pk=action.pk).rag_reason == "The trainer is ill"


def test_a_rag_against_the_date_needs_a_reason(authority, coordinator):
    action = make_action(make_plan(authority), due_on=clock.today() - 31 * DAY, rag=Rag.AMBER)
    shown = text_of(post_progress(coordinator, action, Rag.GREEN))
    assert "The target date gives “Red: significant slippage”." in shown
    assert post_progress(coordinator, action, Rag.BLUE).status_code == 302


def test_blue_says_when_it_was_completed_and_only_blue_does(authority, coordinator):
    action = make_action(make_plan(authority))
    yesterday = clock.today() - DAY
    wrong = post_progress(coordinator, action, Rag.GREEN, **date_boxes("completed_on", yesterday))
    assert "leave the date of completion empty" in text_of(wrong)
    assert post_progress(coordinator, action, Rag.BLUE, **date_boxes("completed_on", yesterday)).status_code == 302
    assert read(Action, authority, pk=action.pk).completed_on == yesterday


def test_progress_is_not_recorded_for_tomorrow(authority, coordinator):
    action = make_action(make_plan(authority))
    response = post_progress(coordinator, action, Rag.GREEN, made_on=clock.today() + DAY)
    assert "cannot be in the future" in text_of(response)


def test_what_was_stated_cannot_be_made_unsaid(authority, coordinator):
    action = make_action(make_plan(authority), rag=Rag.RED)
    assert post_progress(coordinator, action, Rag.NOT_STATED).status_code == 200
    assert read(Action, authority, pk=action.pk).rag is Rag.RED


def test_progress_recorded_meanwhile_is_shown_before_mine_is_added(authority, coordinator):
    action = make_action(make_plan(authority))
    assert post_progress(coordinator, action, Rag.GREEN, note="Theirs").status_code == 302
    response = post_progress(coordinator, action, Rag.GREEN, note="Mine", seen="")
    assert "Somebody else recorded progress" in text_of(response)
    seen = str(response.context["form"]["seen"].value())
    assert post_progress(coordinator, action, Rag.GREEN, note="Mine", seen=seen).status_code == 302


def test_contributors_record_progress_on_their_own_actions_only(authority):
    user = make_user(Role.CONTRIBUTOR, authority)
    owner = make_owner(authority, user=user)
    plan = make_plan(authority, actions=0)
    mine, theirs = make_action(plan, owner=owner), make_action(plan)
    client = signed_in(user)
    for action, allowed in ((mine, True), (theirs, False)):
        page = address(authority, "plans:action_progress", pk=action.pk)
        shown = text_of(client.get(address(authority, "plans:action_detail", pk=action.pk)))
        assert (f'href="{page}"' in shown) is allowed
        assert client.post(page, progress(Rag.GREEN)).status_code == (302 if allowed else 403)
    assert client.get(address(authority, "plans:action_update", pk=mine.pk)).status_code == 403


def test_a_partner_is_no_owner(authority):
    user = make_user(Role.CONTRIBUTOR, authority)
    action = make_action(make_plan(authority), owner=make_owner(authority, user=user))
    with acting_for(authority):
        Assignment.objects.update(role=Assignment.Role.PARTNER)
    assert post_progress(signed_in(user), action, Rag.GREEN).status_code == 403


# Owners


def test_a_leavers_open_actions_are_handed_over_with_a_reason(authority, coordinator):
    leaver, successor = make_owner(authority, "Pat Ainsley"), make_owner(authority, "Robin Hale")
    plan = make_plan(authority, actions=0)
    first, second = make_action(plan, owner=leaver), make_action(plan, owner=leaver)
    done = make_action(plan, owner=leaver, rag=Rag.BLUE)
    page = address(authority, "plans:owner_hand_over", pk=leaver.pk)
    assert coordinator.get(page).context["form"]["actions"].value() == [first.pk, second.pk]
    values = {"actions": [first.pk, second.pk], "to_owner": successor.pk, "reason": "Left the council"}
    response = coordinator.post(page, values, follow=True)
    assert "2 actions now belong to Robin Hale." in text_of(response)
    with acting_for(authority):
        assert set(Action.objects.of_owner(successor)) == {first, second}
        assert set(Action.objects.of_owner(leaver)) == {done}
    assert LogEntry.objects.filter(model="plans.assignment", reason="Left the council").count() == 2


def test_completed_and_foreign_actions_are_not_handed_over(authority, coordinator):
    leaver, successor = make_owner(authority), make_owner(authority)
    plan = make_plan(authority, actions=0)
    done, not_theirs = make_action(plan, owner=leaver, rag=Rag.BLUE), make_action(plan)
    make_action(plan, owner=leaver)
    for action in (done, not_theirs):
        values = {"actions": [action.pk], "to_owner": successor.pk, "reason": "Left"}
        assert coordinator.post(address(authority, "plans:owner_hand_over", pk=leaver.pk), values).status_code == 200
    with acting_for(authority):
        assert not Action.objects.of_owner(successor).exists()


@pytest.mark.parametrize(
    ("role", "status"), [(Role.AUTHORITY_ADMINISTRATOR, 200), (Role.OFFICER, 403), (Role.CONTRIBUTOR, 403)]
)
def test_only_coordinators_and_administrators_hand_over(authority, as_role, role, status):
    owner = make_owner(authority)
    make_action(make_plan(authority), owner=owner)
    assert as_role(role).get(address(authority, "plans:owner_hand_over", pk=owner.pk)).status_code == status


def test_an_owner_is_listed_once_and_needs_a_name_or_a_post(authority, coordinator):
    make_owner(authority, "Robin Hale", post="Prevent lead")
    page = address(authority, "plans:owner_create")
    same = {"kind": "person", "name": "Robin Hale", "post": "Prevent lead"}
    assert "in the list already" in text_of(coordinator.post(page, same))
    assert "Enter a name, a post or both." in text_of(coordinator.post(page, {"kind": "post"}))
    assert coordinator.post(page, {"kind": "post", "post": "Housing lead"}).status_code == 302
    assert read(Owner, authority, post="Housing lead").name == ""


def test_an_owners_account_is_chosen_among_people_with_access_here(authority, coordinator):
    mine, stranger = make_user(Role.CONTRIBUTOR, authority), make_user(Role.OFFICER, make_authority())
    offered = set(coordinator.get(address(authority, "plans:owner_create")).context["form"].fields["user"].queryset)
    assert mine in offered
    assert stranger not in offered


# The pages that belong to no domain


def test_the_front_page_shows_what_needs_attention(authority, coordinator):
    plan, today = make_plan(authority, actions=0), clock.today()
    leaver = make_owner(authority, "Pat Ainsley", left_on=today)
    make_action(plan, text="Overdue thing", due_on=today - DAY, owner=leaver)
    shown = text_of(coordinator.get(address(authority, "authority_home")))
    assert "Overdue thing" in shown
    assert "Pat Ainsley" in shown
    assert "1 day overdue" in shown


def test_search_finds_by_all_words_and_says_whose_it_is(authority, coordinator):
    make_action(make_plan(authority, actions=0), text="Train reception staff")
    page = address(authority, "search")
    shown = text_of(coordinator.get(page, {"q": "staff train"}))
    assert "Train reception staff" in shown
    assert authority.name in shown
    assert "Nothing found" in text_of(coordinator.get(page, {"q": "staff juggling"}))


def test_the_log_says_in_words_what_changed_and_keeps_names_out(authority, coordinator):
    owner = make_owner(authority, "Robin Hale")
    make_action(make_plan(authority), owner=owner)
    with acting_for(authority):
        owner.name = "Robin Marsh"
        owner.save()
        action = Action.objects.exclude(assignments=None).get()
        action.stated_rag = Rag.AMBER.value
        action.save()
    lines = coordinator.get(address(authority, "log")).content.decode()
    assert "Amber: some slippage" in lines
    assert "<strong>Name:</strong> changed" in lines
    assert "Robin Hale" not in lines


def test_public_pages_open_without_signing_in():
    for page in ("/help/", "/help/never-enter/", "/accessibility/"):
        assert Client().get(page).status_code == 200
