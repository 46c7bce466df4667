"""Keeping a plan alive: one's own actions, an update with all that belongs to it, new dates, a meeting's walk."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans import services
from plans.models import Action, ActionEvent, ActionEvidence, DateRequest, Milestone, Plan, ProgressUpdate, TargetDate
from plans.rules import DateKind, Rag
from plans.walk import walk_from
from prevent_portal import clock, evidence_store
from prevent_portal.models import Evidence
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for

from ..factories import address, make_action, make_authority, make_owner, make_plan, make_user, signed_in

TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    settings.EVIDENCE_DIR = tmp_path


@pytest.fixture
def council():
    return make_authority("Ashmere")


@pytest.fixture
def contributor(council):
    return make_user(Role.CONTRIBUTOR, council, name="Jordan Pell")


@pytest.fixture
def owner(council, contributor):
    return make_owner(council, user=contributor)


@pytest.fixture
def coordinator(council):
    return signed_in(make_user(Role.COORDINATOR, council))


def boxes(name: str, on: dt.date) -> dict[str, int]:
    return {f"{name}_0": on.day, f"{name}_1": on.month, f"{name}_2": on.year}


def update(client, action: Action, rag: Rag = Rag.GREEN, query: str = "", **said):
    """What the form sends."""
    page = address(action.organisation, "plans:action_progress", pk=action.pk) + query
    values = boxes("made_on", TODAY) | {"note": "Met twice.", "rag": rag.value, "reason": ""} | said
    return client.post(page, values)


def shown(response) -> str:
    return response.content.decode()


def stored(model, organisation, **conditions):
    with acting_for(organisation):
        return model.objects.get(**conditions)


# One's own actions


def test_my_actions_are_the_open_ones_that_i_own_most_urgent_first(council, contributor, owner):
    plan, other = make_plan(council, actions=0), make_plan(council, actions=0)
    make_action(plan, text="Due later", due_on=TODAY + 200 * DAY, owner=owner)
    make_action(other, text="Long overdue", due_on=TODAY - 40 * DAY, owner=owner)
    make_action(plan, text="Due soon", due_on=TODAY + 7 * DAY, owner=owner)
    make_action(plan, text="Done", rag=Rag.BLUE, completed_on=TODAY - DAY, owner=owner)
    make_action(plan, text="Of somebody else", due_on=TODAY - DAY)
    closed = make_plan(council, actions=0)
    make_action(closed, text="In a closed plan", owner=owner)
    with acting_for(council):
        services.agree_plan(plan=closed, agreed_on=TODAY, agreed_by="Board")
        services.close_plan(plan=closed, closed_on=TODAY)
    page = shown(signed_in(contributor).get(address(council, "plans:action_mine")))
    places = [page.index(text) for text in ("Long overdue", "Due soon", "Due later")]
    assert places == sorted(places)
    assert not [text for text in ("Of somebody else", "In a closed plan", ">Done<") if text in page]
    assert "1 action of yours is complete." in page


def test_whoever_owns_nothing_is_told_how_actions_become_theirs(council, contributor):
    page = shown(signed_in(contributor).get(address(council, "plans:action_mine")))
    assert "No open action is yours" in page


@pytest.mark.parametrize("role", [Role.CLERK, Role.ELECTED_MEMBER, Role.REVIEWER])
def test_who_records_no_progress_has_no_page_of_own_actions(council, role):
    client = signed_in(make_user(role, council))
    assert client.get(address(council, "plans:action_mine")).status_code == 403
    assert "plans/my-actions/" not in shown(client.get(address(council, "plans:plan_list")))


def test_my_actions_take_as_many_queries_for_thirty_as_for_two(
    council, contributor, owner, django_assert_max_num_queries
):
    client, page = signed_in(contributor), address(council, "plans:action_mine")
    plan = make_plan(council, actions=0)
    for _ in range(2):
        make_action(plan, owner=owner, marking="official_sensitive")
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for _ in range(28):
        make_action(plan, owner=owner, marking="official_sensitive")
    with django_assert_max_num_queries(len(few)):
        assert shown(client.get(page)).count("OFFICIAL-SENSITIVE") >= 30


def test_an_update_opened_from_my_actions_leads_back_there(council, contributor, owner):
    action = make_action(make_plan(council, actions=0), owner=owner)
    client, mine = signed_in(contributor), address(council, "plans:action_mine")
    page = shown(client.get(address(council, "plans:action_progress", pk=action.pk) + "?from=mine"))
    assert f'href="{mine}"' in page
    assert update(client, action, query="?from=mine").url == mine


# What an update may bring with it


def test_milestones_ticked_are_reached_on_the_day_of_the_update(council, coordinator):
    action = make_action(make_plan(council))
    with acting_for(council):
        first, second = (Milestone(organisation=council, action=action, text=text) for text in ("one", "two"))
        first.save()
        second.save()
    assert update(coordinator, action, milestones=[first.pk]).status_code == 302
    assert stored(Milestone, council, text="one").done_on == TODAY
    assert stored(Milestone, council, text="two").done_on is None
    page = shown(coordinator.get(address(council, "plans:action_progress", pk=action.pk)))
    assert "two" in page and "one</label>" not in page


def test_a_milestone_of_another_action_is_refused(council, coordinator):
    action, other = make_action(make_plan(council)), make_action(make_plan(council))
    with acting_for(council):
        for each in (action, other):
            Milestone(organisation=council, action=each, text=f"of {each.pk}").save()
    foreign = stored(Milestone, council, action=other)
    assert update(coordinator, action, milestones=[foreign.pk]).status_code == 200
    assert stored(Milestone, council, pk=foreign.pk).done_on is None


def test_a_file_given_with_an_update_is_in_the_register_and_at_the_action(council, contributor, owner):
    action = make_action(make_plan(council, actions=0), owner=owner)
    client = signed_in(contributor)
    file = SimpleUploadedFile("minutes.txt", b"The board met.")
    assert update(client, action, **{"evidence-title": "Minutes", "evidence-file": file}).status_code == 302
    piece = stored(Evidence, council)
    assert (piece.title, piece.added_by) == ("Minutes", contributor)
    assert stored(ActionEvidence, council).evidence_id == piece.pk
    page = shown(client.get(address(council, "plans:action_detail", pk=action.pk)))
    assert piece.get_absolute_url() in page
    uses = shown(client.get(piece.get_absolute_url()))
    assert address(council, "plans:action_detail", pk=action.pk) in uses


def test_one_piece_of_evidence_supports_several_actions_each_once(council, coordinator):
    plan = make_plan(council, actions=0)
    first, second = make_action(plan), make_action(plan)
    with acting_for(council):
        piece = Evidence(organisation=council, title="Survey")
        piece.save()
    for action in (first, first, second):
        with acting_for(council):
            seen = ProgressUpdate.objects.filter(action=action).order_by("-pk").values_list("pk", flat=True).first()
        assert update(coordinator, action, **{"evidence-known": piece.pk, "seen": seen or ""}).status_code == 302
    with acting_for(council):
        assert set(ActionEvidence.objects.values_list("action", "evidence")) == {
            (first.pk, piece.pk),
            (second.pk, piece.pk),
        }


def test_another_councils_evidence_cannot_be_chosen(council, coordinator):
    elsewhere = make_authority("Elsewhere")
    with acting_for(elsewhere):
        piece = Evidence(organisation=elsewhere, title="Theirs")
        piece.save()
    action = make_action(make_plan(council))
    assert update(coordinator, action, **{"evidence-known": piece.pk}).status_code == 200
    with acting_for(council):
        assert not ActionEvidence.objects.exists() and not ProgressUpdate.objects.exists()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"evidence-title": "Minutes"}, "Choose a file, or enter an address below."),
        ({"evidence-url": "https://www.example.org/"}, "Enter what the evidence is called."),
        (boxes("wanted_on", TODAY + 60 * DAY), "Enter why the date moves."),
        ({"wanted_because": "Illness"}, "Enter the new date, or leave both empty."),
        (boxes("wanted_on", TODAY - DAY) | {"wanted_because": "x"}, "The new date cannot be in the past."),
        (boxes("wanted_on", TODAY + 30 * DAY) | {"wanted_because": "x"}, "the date that the action has already"),
    ],
)
def test_half_of_what_belongs_together_is_asked_for_and_nothing_is_written(council, coordinator, said, message):
    action = make_action(make_plan(council), due_on=TODAY + 30 * DAY)
    page = shown(update(coordinator, action, note="Kept as typed", **said))
    assert message in page and "Kept as typed" in page
    with acting_for(council):
        assert not ProgressUpdate.objects.exists() and not Evidence.objects.exists()


def test_a_disk_that_takes_no_file_loses_nothing_of_what_was_typed(council, coordinator, monkeypatch):
    def refuse(*args):
        raise evidence_store.FileNotKept("full")

    monkeypatch.setattr(evidence_store, "keep", refuse)
    action = make_action(make_plan(council))
    file = SimpleUploadedFile("minutes.txt", b"The board met.")
    page = shown(update(coordinator, action, note="Typed", **{"evidence-title": "Minutes", "evidence-file": file}))
    assert "could not keep the file" in page and "Typed" in page
    with acting_for(council):
        assert not ProgressUpdate.objects.exists()


def test_evidence_of_a_sensitive_action_is_marked_as_it_is(council, coordinator):
    action = make_action(make_plan(council), marking="official_sensitive")
    file = SimpleUploadedFile("minutes.txt", b"The board met.")
    assert update(coordinator, action, **{"evidence-title": "Minutes", "evidence-file": file}).status_code == 302
    assert stored(Evidence, council).is_sensitive


# New dates


def ask(client, action, wanted: dt.date, why: str = "The trainer is ill"):
    return update(client, action, wanted_because=why, **boxes("wanted_on", wanted))


def test_an_owner_asks_and_the_date_stays_until_the_coordinator_accepts(council, contributor, owner, coordinator):
    action = make_action(make_plan(council, actions=0), due_on=TODAY + 10 * DAY, owner=owner)
    assert ask(signed_in(contributor), action, TODAY + 70 * DAY).status_code == 302
    request = stored(DateRequest, council)
    assert (request.state, request.old_on, request.asked_by) == ("waiting", TODAY + 10 * DAY, contributor)
    assert stored(TargetDate, council).on == TODAY + 10 * DAY
    assert "1 request for a new date waits" in shown(coordinator.get(address(council, "authority_home")))
    answer = address(council, "plans:date_request_answer", pk=request.pk)
    assert "Jordan Pell" in shown(coordinator.get(answer))
    assert coordinator.post(answer, {"decision": "accept", "answer": ""}).status_code == 302
    moved = stored(TargetDate, council)
    assert (moved.on, moved.as_written) == (TODAY + 70 * DAY, "1 February 2027")
    event = stored(ActionEvent, council, kind="date", before="2026-12-03")
    assert (event.after, event.reason) == ("2027-02-01", "The trainer is ill")


def test_a_refusal_needs_a_reason_and_the_owner_reads_it(council, contributor, owner, coordinator):
    action = make_action(make_plan(council, actions=0), due_on=TODAY + 10 * DAY, owner=owner)
    ask(signed_in(contributor), action, TODAY + 70 * DAY)
    answer = address(council, "plans:date_request_answer", pk=stored(DateRequest, council).pk)
    assert "Enter why the date stays as it is." in shown(coordinator.post(answer, {"decision": "refuse"}))
    coordinator.post(answer, {"decision": "refuse", "answer": "The board has promised it"})
    assert stored(TargetDate, council).on == TODAY + 10 * DAY
    page = shown(signed_in(contributor).get(address(council, "plans:action_detail", pk=action.pk)))
    assert "The board has promised it" in page


def test_a_second_request_takes_the_place_of_the_first(council, contributor, owner):
    action = make_action(make_plan(council, actions=0), due_on=TODAY + 10 * DAY, owner=owner)
    with acting_for(council):
        for days in (60, 70):
            services.ask_for_date(action=action, wanted_on=TODAY + days * DAY, reason="Later", user=contributor)
        assert dict(DateRequest.objects.values_list("wanted_on", "state")) == {
            TODAY + 60 * DAY: "withdrawn",
            TODAY + 70 * DAY: "waiting",
        }


def test_of_two_who_answer_at_once_the_second_is_told_what_the_first_said(council, coordinator, contributor, owner):
    action = make_action(make_plan(council, actions=0), due_on=TODAY + 10 * DAY, owner=owner)
    ask(signed_in(contributor), action, TODAY + 70 * DAY)
    answer = address(council, "plans:date_request_answer", pk=stored(DateRequest, council).pk)
    coordinator.post(answer, {"decision": "refuse", "answer": "No"})
    page = shown(coordinator.post(answer, {"decision": "accept"}))
    assert "answered meanwhile: Refused" in page
    assert stored(TargetDate, council).on == TODAY + 10 * DAY


def test_who_may_change_actions_moves_the_date_at_once_and_the_old_one_is_kept(council, coordinator):
    action = make_action(make_plan(council), due_on=TODAY - 40 * DAY, rag=Rag.RED)
    # By the new date it is on track again, so green needs no reason.
    assert ask(coordinator, action, TODAY + 70 * DAY).status_code == 302
    request = stored(DateRequest, council)
    assert (request.state, request.old_on) == ("accepted", TODAY - 40 * DAY)
    assert stored(TargetDate, council).on == TODAY + 70 * DAY


def test_a_date_of_the_whole_row_stays_with_the_other_actions(council):
    plan = make_plan(council, actions=2)
    with acting_for(council):
        action, other = Action.objects.filter(plan=plan).order_by("pk")
        shared = {"organisation": council, "objective": action.objective, "kind": DateKind.FIXED.value}
        TargetDate(on=TODAY + 5 * DAY, as_written="soon", **shared).save()
        services.move_date(action=action, to=TODAY + 70 * DAY)
        due = dict(Action.objects.filter(plan=plan).with_due_on().values_list("pk", "due_on"))
    assert due == {action.pk: TODAY + 70 * DAY, other.pk: TODAY + 5 * DAY}


def test_a_date_that_comes_again_stays_one(council):
    plan = make_plan(council, actions=0)
    action = make_action(plan)
    with acting_for(council):
        values = {"kind": DateKind.RECURRING.value, "on": TODAY, "as_written": "Annually"}
        TargetDate(organisation=council, objective=action.objective, action=action, **values).save()
        services.move_date(action=action, to=TODAY + 70 * DAY)
        date = TargetDate.objects.get()
    assert (date.kind, date.as_written, date.on) == ("recurring", "Annually", TODAY + 70 * DAY)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.CONTRIBUTOR, Role.CLERK, Role.ELECTED_MEMBER, Role.REVIEWER])
def test_only_the_coordinator_answers_requests(council, contributor, owner, role):
    action = make_action(make_plan(council, actions=0), due_on=TODAY + 10 * DAY, owner=owner)
    ask(signed_in(contributor), action, TODAY + 70 * DAY)
    client = signed_in(make_user(role, council))
    answer = address(council, "plans:date_request_answer", pk=stored(DateRequest, council).pk)
    assert client.post(answer, {"decision": "accept"}).status_code == 403
    assert client.get(address(council, "plans:date_request_list")).status_code == 403


# A meeting


def test_a_meeting_goes_down_the_open_actions_in_the_plans_order(council, coordinator):
    plan = make_plan(council, actions=0)
    first = make_action(plan, text="First")
    make_action(plan, text="Complete", rag=Rag.BLUE, completed_on=TODAY - DAY)
    last = make_action(plan, text="Last")
    start = shown(coordinator.get(address(council, "plans:plan_meeting", pk=plan.pk)))
    assert "2 actions are open." in start and "0 have been updated today." in start
    page = shown(coordinator.get(address(council, "plans:action_progress", pk=first.pk) + "?from=meeting"))
    assert "Open action 1 of 2" in page
    assert update(coordinator, first, query="?from=meeting").url.endswith(f"/actions/{last.pk}/progress/?from=meeting")
    done = update(coordinator, last, Rag.BLUE, query="?from=meeting")
    assert done.url == address(council, "plans:plan_meeting", pk=plan.pk)
    again = shown(coordinator.get(done.url))
    assert "1 action is open." in again and "1 has been updated today." in again


def test_an_action_completed_meanwhile_keeps_its_place_in_the_walk(council):
    plan = make_plan(council, actions=0)
    first, middle, last = (make_action(plan, text=text) for text in ("a", "b", "c"))
    with acting_for(council):
        Action.objects.filter(pk=middle.pk).update(stated_rag=Rag.BLUE.value, completed_on=TODAY)
        walk = walk_from(Action.objects.get(pk=middle.pk), TODAY)
    assert (walk.previous_pk, walk.number, walk.next_pk, walk.total) == (first.pk, 2, last.pk, 3)


def test_a_closed_plan_has_no_meeting(council, coordinator):
    plan = make_plan(council, state=Plan.State.DRAFT)
    with acting_for(council):
        services.agree_plan(plan=plan, agreed_on=TODAY, agreed_by="Board")
        services.close_plan(plan=plan, closed_on=TODAY)
    assert coordinator.get(address(council, "plans:plan_meeting", pk=plan.pk)).status_code == 403
