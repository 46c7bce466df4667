"""Taking an import back: until when, and that it leaves everything as it was."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans import frozen, services, snapshot
from plans.models import (
    Action,
    Assignment,
    ImportedFile,
    Objective,
    Owner,
    Plan,
    PlanImport,
    ProgressUpdate,
    Section,
    Step,
    TargetDate,
)
from plans.rules import Rag
from plans.understanding.draft import OwnerDraft, PlanDraft, RecommendationDraft, SectionDraft
from prevent_portal.audit import acting
from prevent_portal.models import LogEntry, Recommendation
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from tests.factories import make_authority, make_plan, make_user
from tests.plans.import_drafts import plan_of, row, stage_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority():
    organisation = make_authority("Ashmere District Council")
    with acting_for(organisation):
        yield organisation


@pytest.fixture
def first() -> PlanDraft:
    draft = plan_of(
        row("1", "Train every member of staff", "Write a training plan", "Head of Learning", "31 March 2027"),
        row("2", "Know the local risks", "Read the local profile", "Prevent Officer", "30 June 2026"),
    )
    draft.objectives[0].recommendation = RecommendationDraft("Assurance 2026", 1, 3, "recommendation 1 of 3")
    return draft


def imported(authority, draft: PlanDraft) -> PlanImport:
    plan = services.commit_import(plan_import=stage_draft(authority, draft))
    return PlanImport.objects.get(plan=plan, state=PlanImport.State.DONE)


def updated(authority, plan: Plan, draft: PlanDraft) -> PlanImport:
    staged = stage_draft(authority, draft, file_name="plan-2.docx")
    diff = services.compare(plan_import=staged, plan=plan)
    return services.update_plan_from_import(
        plan_import=staged, plan=plan, rows=[each.key for each in diff.rows], fingerprint=diff.fingerprint
    )


def next_version(first: PlanDraft) -> PlanDraft:
    """Something of everything changed."""
    one, two = first.objectives
    one.actions[0].text = "Write and publish a training plan"
    one.actions[0].owners = [OwnerDraft(post="Head of People", kind="post", is_lead=True)]
    one.actions[0].target_dates = one.actions[0].target_dates[:0] + two.actions[0].target_dates
    one.actions[0].steps = ["Draft", "Publish"]
    two.actions[0].rag, two.actions[0].progress = Rag.AMBER, "Profile is late"
    first.sections.append(SectionDraft(title="Venues", objectives=[row("3", "Check bookings", "Write a policy")]))
    first.sections[0].objectives.remove(two)
    first.sections[1].objectives.append(two)
    first.updated_on = dt.date(2026, 9, 30)
    return first


# A new plan


def test_undoing_a_new_plan_leaves_nothing_of_it_but_the_file(authority, first):
    done = imported(authority, first)
    undone = services.undo_import(plan_import=done)
    for model in (Plan, Section, Objective, Action, TargetDate, Assignment, Owner, Recommendation):
        assert not model.objects.exists(), model
    assert (undone.state, undone.plan) == (PlanImport.State.UNDONE, None)
    assert PlanImport.objects.get().original.startswith(b"Prevent")
    assert services.draft_of(PlanImport.objects.get()).title == first.title


def test_owners_whom_others_use_or_somebody_has_changed_stay(authority, first):
    done = imported(authority, first)
    other = plan_of(row("1", "Other", "Other things", "Head of Learning"), title="Another plan")
    services.commit_import(plan_import=stage_draft(authority, other))
    officer = Owner.objects.get(post="Prevent Officer")
    officer.name = "Robin Field"
    officer.save()
    services.undo_import(plan_import=done)
    assert {str(owner) for owner in Owner.objects.all()} == {"Head of Learning", "Robin Field, Prevent Officer"}


def test_owners_who_were_there_before_stay(authority, first):
    Owner(organisation=authority, kind="post", post="Head of Learning").save()
    services.undo_import(plan_import=imported(authority, first))
    assert [str(owner) for owner in Owner.objects.all()] == ["Head of Learning"]


def test_the_same_file_can_be_imported_again_after_it_was_undone(authority, first):
    services.undo_import(plan_import=imported(authority, first))
    staged = stage_draft(authority, first)
    assert services.earlier_import(plan_import=staged) is None
    services.commit_import(plan_import=staged)
    assert Plan.objects.count() == 1


# An update


def test_undoing_an_update_puts_every_value_back(authority, first):
    plan = imported(authority, first).plan
    TargetDate.objects.filter(objective__ref="1").update(met_on=dt.date(2026, 5, 5))
    before = snapshot.fingerprint(snapshot.take(plan))
    done = updated(authority, plan, next_version(first))
    assert snapshot.fingerprint(snapshot.take(plan)) != before
    undone = services.undo_import(plan_import=done)
    assert snapshot.fingerprint(snapshot.take(plan)) == before
    assert (undone.state, undone.plan) == (PlanImport.State.UNDONE, plan)
    assert not Owner.objects.filter(post="Head of People").exists()
    assert not ProgressUpdate.objects.exists() and not Step.objects.exists()
    assert TargetDate.objects.get(objective__ref="1").met_on == dt.date(2026, 5, 5)


def test_after_an_update_was_undone_its_file_offers_the_same_changes_again(authority, first):
    plan = imported(authority, first).plan
    version = next_version(first)
    keys = [each.key for each in services.compare(plan_import=stage_draft(authority, version), plan=plan).rows]
    services.undo_import(plan_import=updated(authority, plan, version))
    diff = services.compare(plan_import=stage_draft(authority, version), plan=plan)
    assert [each.key for each in diff.rows] == keys
    assert not any(each.is_conflict for each in diff.rows)


def test_updates_are_undone_the_last_one_first(authority, first):
    done = imported(authority, first)
    update = updated(authority, done.plan, next_version(first))
    assert "plan-2.docx" in services.undo_blocked_by(plan_import=done)
    with pytest.raises(ValidationError, match=r"plan-2\.docx"):
        services.undo_import(plan_import=done)
    services.undo_import(plan_import=update)
    assert services.undo_blocked_by(plan_import=PlanImport.objects.get(pk=done.pk)) == ""
    services.undo_import(plan_import=done)
    assert not Plan.objects.exists()


def test_an_update_of_an_agreed_plan_can_be_undone_while_the_plan_stays_agreed(authority, first):
    plan = imported(authority, first).plan
    services.agree_plan(plan=plan, agreed_on=dt.date(2026, 5, 1), agreed_by="Board")
    done = updated(authority, plan, next_version(first))
    assert services.undo_blocked_by(plan_import=done) == ""


# Until when


def record_progress(plan: Plan, user=None) -> None:
    with acting(actor_id=user and user.pk):
        services.record_progress(
            action=Action.objects.get(plan=plan, objective__ref="2"),
            made_on=dt.date(2026, 7, 1),
            note="Read",
            rag=Rag.GREEN,
            user=user,
        )


def test_an_import_that_somebody_has_worked_on_is_not_undone_and_they_are_named(authority, first):
    done = imported(authority, first)
    user = make_user(Role.OFFICER, authority, name="Jo Marsh")
    record_progress(done.plan, user)
    sentence = services.undo_blocked_by(plan_import=done)
    assert sentence.startswith("Jo Marsh changed “Read the local profile” on ")
    with pytest.raises(ValidationError, match="Jo Marsh"):
        services.undo_import(plan_import=done)
    assert Plan.objects.exists() and PlanImport.objects.get().state == PlanImport.State.DONE


@pytest.mark.parametrize("touch", ["add", "delete", "change"])
def test_any_row_that_came_went_or_changed_blocks(authority, first, touch):
    done = imported(authority, first)
    date = TargetDate.objects.filter(objective__plan=done.plan).first()
    if touch == "add":
        Step(organisation=authority, action=date.action, text="One more").save()
    elif touch == "delete":
        date.delete()
    else:
        TargetDate.objects.filter(pk=date.pk).update(scope="Schools")
    assert services.undo_blocked_by(plan_import=done)


def test_what_was_changed_and_changed_back_does_not_block(authority, first):
    done = imported(authority, first)
    rows = Action.objects.filter(plan=done.plan, objective__ref="1")
    rows.update(text="Something else")
    rows.update(text="Write a training plan")
    assert services.undo_blocked_by(plan_import=done) == ""


@pytest.mark.parametrize(("close", "word"), [(False, "Agreed"), (True, "closed")])
def test_a_plan_that_was_agreed_or_closed_is_a_record(authority, first, close, word):
    done = imported(authority, first)
    services.agree_plan(plan=done.plan, agreed_on=dt.date(2026, 5, 1), agreed_by="Board")
    if close:
        services.close_plan(plan=done.plan, closed_on=dt.date(2026, 6, 1))
    assert word in services.undo_blocked_by(plan_import=PlanImport.objects.get(pk=done.pk))


def test_what_is_no_plan_has_nothing_to_undo(authority, first):
    staged = stage_draft(authority, first)
    assert services.undo_blocked_by(plan_import=staged)
    done = imported(authority, first)
    services.undo_import(plan_import=done)
    with pytest.raises(ValidationError):
        services.undo_import(plan_import=done)


def test_the_log_says_that_it_was_undone_and_why(authority, first):
    done = imported(authority, first)
    last = LogEntry.objects.latest("pk").pk
    services.undo_import(plan_import=done)
    lines = LogEntry.objects.filter(pk__gt=last)
    assert {line.reason for line in lines} == {"Undoing the import of plan.docx"}
    assert lines.filter(event="deleted", model="plans.action").count() == 2
    assert lines.filter(event="deleted", model="plans.assignment").count() == 2


def test_a_long_import_is_undone_in_batches_not_row_by_row(authority):
    def queries(rows: int) -> int:
        drafts = [row(str(n), f"Objective {n}", f"Do {n}", f"Officer {n % 5}", key=f"r{n}") for n in range(rows)]
        done = imported(authority, plan_of(*drafts, title=f"Plan of {rows}"))
        with CaptureQueriesContext(connection) as captured:
            services.undo_import(plan_import=done)
        assert not Action.objects.exists()
        return len(captured)

    queries(3)
    few, many = queries(40), queries(400)
    # Django deletes a hundred rows at a time, table by table.
    assert many - few < 130, (few, many)


def test_a_deleted_draft_takes_its_file_along(authority, first):
    services.delete_draft_plan(plan=imported(authority, first).plan)
    assert not ImportedFile.objects.exists()
    assert PlanImport.objects.get().original == b""


def test_a_recommendation_that_another_plans_action_answers_by_now_stays(authority, first):
    done = imported(authority, first)
    brought = Recommendation.objects.get()
    elsewhere = make_plan(authority).actions.get()
    services.link_actions(recommendation=brought, actions=[elsewhere])

    services.undo_import(plan_import=done)

    assert Recommendation.objects.get() == brought
    assert not Plan.objects.filter(pk=done.plan_id).exists()


def test_an_update_whose_actions_were_carried_into_the_next_plan_is_not_undone(authority, first):
    plan = imported(authority, first).plan
    services.agree_plan(plan=plan, agreed_on=dt.date(2026, 4, 1), agreed_by="Board")
    done = updated(authority, Plan.objects.get(pk=plan.pk), next_version(first))
    services.roll_forward(plan=plan, title="The next one", period_start=None, period_end=None)

    assert "carried into “The next one”" in services.undo_blocked_by(plan_import=done)
    with pytest.raises(ValidationError, match="carried into"):
        services.undo_import(plan_import=done)


def test_a_draft_that_was_frozen_for_a_meeting_is_not_undone(authority, first):
    done = imported(authority, first)
    frozen.take_snapshot(plan=done.plan, on=dt.date(2026, 4, 1), meeting="Board")

    assert "frozen for a meeting" in services.undo_blocked_by(plan_import=done)
    with pytest.raises(ValidationError, match="frozen for a meeting"):
        services.undo_import(plan_import=done)
