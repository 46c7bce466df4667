"""The same file again, or its next version: what it would change in a plan, and what is written of that."""

import copy
import datetime as dt
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans import services
from plans.comparison import PLAN_KEY
from plans.models import (
    Action,
    Assignment,
    Milestone,
    Objective,
    Owner,
    Plan,
    PlanImport,
    ProgressUpdate,
    Remark,
    Section,
    Step,
    TargetDate,
)
from plans.rules import DateKind, Rag
from plans.understanding.draft import (
    ActionDraft,
    ColumnDraft,
    OwnerDraft,
    PlanDraft,
    ProgressDraft,
    RemarkDraft,
    SectionDraft,
    TableDraft,
    TargetDateDraft,
)
from prevent_portal.models import LogEntry
from prevent_portal.scoping import acting_for
from tests.factories import make_authority
from tests.plans.import_drafts import plan_of, row, stage_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority():
    organisation = make_authority("Ashmere District Council")
    with acting_for(organisation):
        yield organisation


@pytest.fixture
def first() -> PlanDraft:
    return plan_of(
        row("1", "Train every member of staff", "Write a training plan", "Head of Learning", "31 March 2027"),
        row("2", "Know the local risks", "Read the counter-terrorism local profile", "Prevent Officer", "30 June 2026"),
        row("3", "Work with schools", "Visit each secondary school", "Education Officer", "Ongoing"),
    )


@pytest.fixture
def plan(authority, first) -> Plan:
    return services.commit_import(plan_import=stage_draft(authority, first))


def again(authority, plan: Plan, draft: PlanDraft):
    """The import of a later version, and what it would change."""
    staged = stage_draft(authority, draft)
    return staged, services.compare(plan_import=staged, plan=plan)


def apply(staged: PlanImport, plan: Plan, diff, rows=None) -> PlanImport:
    return services.update_plan_from_import(
        plan_import=staged,
        plan=plan,
        rows=[each.key for each in diff.rows] if rows is None else rows,
        fingerprint=diff.fingerprint,
    )


def changes(diff, key: str) -> dict[str, tuple[str, str]]:
    (found,) = [each for each in diff.rows if each.key == key]
    return {change.field: (change.before, change.after) for change in found.changes}


# What is found


def test_the_same_file_again_changes_nothing(authority, plan, first):
    _staged, diff = again(authority, plan, first)
    assert (diff.new, diff.changed, diff.missing, diff.unchanged) == ((), (), (), 3)


FILES = sorted((Path(__file__).parent / "files").glob("*-plan.*"))
NO_PLAN = "scanned-plan.txt"


def test_text_of_a_file_that_is_sensitive_as_a_whole_comes_into_no_plan_that_is_not(authority, plan, first):
    later = copy.deepcopy(first)
    later.marking = "OFFICIAL-SENSITIVE"
    later.sections[0].objectives[0].actions[0].progress = "Agreed with the police"
    staged, diff = again(authority, plan, later)
    row_keys = [each.key for each in diff.rows if each.key != PLAN_KEY]
    apply(staged, plan, diff, rows=row_keys)
    assert Plan.objects.get().marking == "official_sensitive"


def test_a_raised_marking_is_no_conflict(authority, plan, first):
    Plan.objects.update(marking="official")
    later = copy.deepcopy(first)
    later.marking = "OFFICIAL-SENSITIVE"
    _staged, diff = again(authority, plan, later)
    assert not any(each.is_conflict for each in diff.rows)


def test_a_file_without_any_action_is_no_plan_to_bring_in(authority):
    data = (Path(__file__).parent / "files" / NO_PLAN).read_bytes()
    (staged,) = services.stage_imports(organisation=authority, file_name=NO_PLAN, data=data, user=None)
    with pytest.raises(ValidationError, match="No action was found"):
        services.commit_import(plan_import=staged)
    assert not Plan.objects.exists()


@pytest.mark.parametrize("path", [path for path in FILES if path.name != NO_PLAN], ids=lambda path: path.name)
def test_every_kind_of_file_given_again_changes_nothing(authority, path):
    first, second = (
        services.stage_imports(organisation=authority, file_name=path.name, data=path.read_bytes(), user=None)[0]
        for _time in range(2)
    )
    plan = services.commit_import(plan_import=first)
    diff = services.compare(plan_import=second, plan=plan)
    assert (diff.rows, diff.missing) == ((), ())
    assert services.plans_to_update(plan_import=second) == [plan]


def test_what_the_portals_own_file_repeats_for_each_action_of_a_row_is_no_change(authority):
    draft = plan_of(row("1", "Train every member of staff", "Write a plan"))
    draft.objectives[0].owners = [OwnerDraft(post="Head of Learning", kind="post")]
    plan = services.commit_import(plan_import=stage_draft(authority, draft))
    draft.objectives[0].actions[0].owners = draft.objectives[0].owners
    draft.objectives[0].owners = []
    _staged, diff = again(authority, plan, draft)
    assert diff.rows == ()


def test_a_changed_field_is_shown_with_what_was_before_and_after(authority, plan, first):
    first.sections[0].objectives[1].actions[0].text = "Read the counter-terrorism local profile with the police"
    first.sections[0].objectives[1].actions[0].owners = [OwnerDraft(post="Community Safety Manager", kind="post")]
    _staged, diff = again(authority, plan, first)
    assert changes(diff, "r2") == {
        "text": (
            "Read the counter-terrorism local profile",
            "Read the counter-terrorism local profile with the police",
        ),
        "owners": ("Prevent Officer", "Community Safety Manager"),
    }
    assert (diff.unchanged, diff.new, diff.missing) == (2, (), ())


def test_spaces_and_the_order_of_owners_are_no_change(authority, plan, first):
    action = first.sections[0].objectives[0].actions[0]
    action.text = "Write  a training\nplan"
    _staged, diff = again(authority, plan, first)
    assert diff.rows == ()


def test_a_row_that_the_plan_lacks_is_new_and_one_that_the_file_lacks_is_listed(authority, plan, first):
    first.sections[0].objectives[2] = row("3", "Venues check their bookings", "Write a policy for hiring out halls")
    _staged, diff = again(authority, plan, first)
    assert [each.text for each in diff.new] == ["Venues check their bookings"]
    assert [(each.text, each.is_from_portal) for each in diff.missing] == [("Work with schools", False)]


def test_rows_that_were_numbered_afresh_are_the_same_rows(authority, plan, first):
    first.sections[0].objectives.insert(0, row("1", "Agree who leads", "Name a senior officer", "Chief Executive"))
    for number, each in enumerate(first.sections[0].objectives, start=1):
        each.ref, each.key = str(number), f"r{number}"
    _staged, diff = again(authority, plan, first)
    assert [each.text for each in diff.new] == ["Agree who leads"]
    assert [changes(diff, each.key) for each in diff.changed] == [
        {"ref": ("1", "2")},
        {"ref": ("2", "3")},
        {"ref": ("3", "4")},
    ]


def test_what_was_changed_in_the_portal_alone_is_left_alone(authority, plan, first):
    Action.objects.filter(plan=plan, objective__ref="1").update(text="Write and publish a training plan")
    _staged, diff = again(authority, plan, first)
    assert diff.rows == () and diff.unchanged == 3


def test_what_was_changed_in_the_portal_and_in_the_file_is_a_conflict(authority, plan, first):
    Action.objects.filter(plan=plan, objective__ref="1").update(text="Write and publish a training plan")
    first.sections[0].objectives[0].actions[0].text = "Write a training plan by winter"
    _staged, diff = again(authority, plan, first)
    (changed,) = diff.changed
    (change,) = changed.changes
    assert changed.is_conflict
    assert (change.before, change.after, change.at_last_import) == (
        "Write and publish a training plan",
        "Write a training plan by winter",
        "Write a training plan",
    )
    assert diff.keys_without_conflict == []


def test_both_having_come_to_the_same_words_is_no_change(authority, plan, first):
    Action.objects.filter(plan=plan, objective__ref="1").update(text="Write and publish a training plan")
    first.sections[0].objectives[0].actions[0].text = "Write and publish a training plan"
    _staged, diff = again(authority, plan, first)
    assert diff.rows == ()


def test_a_field_that_the_file_no_longer_has_is_not_emptied(authority, plan, first):
    first.sections[0].objectives[0].actions[0].owners = []
    _staged, diff = again(authority, plan, first)
    assert diff.rows == ()


def test_a_cell_emptied_in_a_column_that_is_still_there_is_a_change(authority, plan, first):
    first.sections[0].objectives[0].actions[0].owners = []
    first.tables = [TableDraft("table 1", 1, 1, [ColumnDraft(2, "Owner", "owner")])]
    _staged, diff = again(authority, plan, first)
    assert changes(diff, "r1") == {"owners": ("Head of Learning", "")}


def test_silence_about_the_rag_is_never_a_change(authority, first):
    first.sections[0].objectives[0].actions[0].rag = Rag.GREEN
    plan = services.commit_import(plan_import=stage_draft(authority, first))
    first.sections[0].objectives[0].actions[0].rag = Rag.NOT_STATED
    _staged, diff = again(authority, plan, first)
    assert diff.rows == ()


def test_a_row_added_in_the_portal_is_said_to_be_the_portals(authority, plan, first):
    section = Section.objects.get(plan=plan)
    Objective(organisation=authority, plan=plan, section=section, text="Brief new councillors", position=9).save()
    _staged, diff = again(authority, plan, first)
    assert [(each.text, each.is_from_portal) for each in diff.missing] == [("Brief new councillors", True)]


def test_a_plan_that_was_typed_in_is_compared_two_ways(authority, plan, first):
    PlanImport.objects.filter(plan=plan).update(plan=None)
    first.sections[0].objectives[0].actions[0].text = "Write a training plan for all"
    first.sections[0].objectives[1].actions[0].owners = []
    _staged, diff = again(authority, plan, first)
    assert [each.key for each in diff.changed] == ["r1"] and not diff.changed[0].is_conflict


def test_a_row_that_was_left_out_is_neither_new_nor_missing(authority, plan, first):
    first.sections[0].objectives[0].is_left_out = True
    first.sections[0].objectives[0].actions[0].text = "Something else"
    _staged, diff = again(authority, plan, first)
    assert (diff.rows, diff.missing, diff.unchanged) == ((), (), 2)


def test_what_is_said_of_the_plan_as_a_whole_is_one_choice(authority, plan, first):
    first.updated_on, first.declared = dt.date(2026, 9, 30), {"total": 3}
    first.sections[0].remarks = [RemarkDraft("statement", "The county leads on this.")]
    staged, diff = again(authority, plan, first)
    assert changes(diff, PLAN_KEY) == {
        "updated_on": ("", "30 September 2026"),
        "declared_total": ("", "3"),
        "remarks": ("", "The county leads on this."),
    }
    apply(staged, plan, diff)
    plan = Plan.objects.get(pk=plan.pk)
    assert (plan.updated_on, plan.declared) == (dt.date(2026, 9, 30), {"total": 3})
    assert [remark.text for remark in Remark.objects.filter(plan=plan)] == ["The county leads on this."]


# What is written


def test_only_the_chosen_rows_are_written(authority, plan, first):
    for number in (0, 1):
        first.sections[0].objectives[number].actions[0].text += " this year"
    first.sections[0].objectives.append(row("4", "Talk to faith groups", "Hold two meetings", key="r4"))
    staged, diff = again(authority, plan, first)
    done = apply(staged, plan, diff, rows=["r2"])
    texts = list(Action.objects.filter(plan=plan).order_by("objective__ref").values_list("text", flat=True))
    assert texts == [
        "Write a training plan",
        "Read the counter-terrorism local profile this year",
        "Visit each secondary school",
    ]
    assert (done.state, done.is_update, done.plan) == (PlanImport.State.DONE, True, plan)


def test_what_was_not_chosen_is_offered_again(authority, plan, first):
    for number in (0, 1):
        first.sections[0].objectives[number].actions[0].text += " this year"
    staged, diff = again(authority, plan, first)
    apply(staged, plan, diff, rows=["r2"])
    _staged, diff = again(authority, plan, first)
    assert [each.key for each in diff.changed] == ["r1"]


def test_owners_dates_steps_and_milestones_are_replaced_as_wholes(authority, first):
    action = first.sections[0].objectives[0].actions[0]
    action.steps, action.milestones = ["Ask around", "Write it"], ["Half have been trained"]
    plan = services.commit_import(plan_import=stage_draft(authority, first))
    stored = Action.objects.get(plan=plan, objective__ref="1")
    stored.targetdates.update(met_on=dt.date(2026, 5, 1))
    stored.steps.filter(text="Ask around").update(done_on=dt.date(2026, 4, 9))
    action.owners = [OwnerDraft(post="Head of Learning", kind="post", is_lead=True), OwnerDraft(name="Sam Field")]
    action.partners = ["Police"]
    action.steps = ["Ask around", "Write it down"]
    action.milestones = ["All have been trained"]
    action.target_dates.append(TargetDateDraft("each year", DateKind.RECURRING, dt.date(2027, 3, 31)))
    staged, diff = again(authority, plan, first)
    apply(staged, plan, diff)
    assert [(str(each.owner), each.role) for each in Assignment.objects.filter(action=stored).order_by("position")] == [
        ("Head of Learning", "lead"),
        ("Sam Field", "owner"),
        ("Police", "partner"),
    ]
    assert list(Step.objects.filter(action=stored).order_by("position").values_list("text", "done_on")) == [
        ("Ask around", dt.date(2026, 4, 9)),
        ("Write it down", None),
    ]
    assert list(Milestone.objects.filter(action=stored).values_list("text", flat=True)) == ["All have been trained"]
    assert list(TargetDate.objects.filter(action=stored).order_by("position").values_list("as_written", "met_on")) == [
        ("31 March 2027", dt.date(2026, 5, 1)),
        ("each year", None),
    ]
    assert Owner.objects.filter(post="Head of Learning").count() == 1


def test_a_new_rag_becomes_a_progress_update_with_the_new_note(authority, plan, first):
    first.updated_on = dt.date(2026, 9, 30)
    action = first.sections[0].objectives[0].actions[0]
    action.rag, action.rag_as_written, action.progress = Rag.AMBER, "A", "Waiting for the provider"
    staged, diff = again(authority, plan, first)
    apply(staged, plan, diff)
    stored = Action.objects.get(plan=plan, objective__ref="1")
    (update,) = ProgressUpdate.objects.filter(action=stored)
    assert (stored.rag, stored.rag_as_written) == (Rag.AMBER, "A")
    assert (update.made_on, update.note, update.rag, update.is_imported) == (
        dt.date(2026, 9, 30),
        "Waiting for the provider",
        "amber",
        True,
    )


def test_of_a_growing_history_only_the_new_entry_is_added(authority, first):
    action = first.sections[0].objectives[0].actions[0]
    action.progress_notes = [ProgressDraft("Provider chosen", dt.date(2026, 6, 30), "Q1")]
    plan = services.commit_import(plan_import=stage_draft(authority, first))
    action.progress_notes.append(ProgressDraft("First course held", dt.date(2026, 9, 30), "Q2"))
    staged, diff = again(authority, plan, first)
    assert changes(diff, "r1") == {"notes": ("1 entry, which stays", "First course held")}
    apply(staged, plan, diff)
    notes = ProgressUpdate.objects.filter(action__plan=plan).order_by("made_on").values_list("made_on", "note")
    assert list(notes) == [
        (dt.date(2026, 6, 30), "Provider chosen"),
        (dt.date(2026, 9, 30), "First course held"),
    ]


def test_a_new_rag_without_a_new_note_does_not_repeat_the_old_one(authority, first):
    action = first.sections[0].objectives[0].actions[0]
    action.progress, action.rag = "Under way", Rag.GREEN
    plan = services.commit_import(plan_import=stage_draft(authority, first))
    action.rag = Rag.RED
    staged, diff = again(authority, plan, first)
    apply(staged, plan, diff)
    updates = ProgressUpdate.objects.filter(action__plan=plan, action__objective__ref="1").order_by("pk")
    assert list(updates.values_list("note", "rag")) == [("Under way", "green"), ("", "red")]


def test_an_action_that_a_row_gains_is_added_after_the_others(authority, plan, first):
    first.sections[0].objectives[0].actions[0].letter = "a"
    first.sections[0].objectives[0].actions.append(ActionDraft(letter="b", text="Keep a register of who was trained"))
    staged, diff = again(authority, plan, first)
    apply(staged, plan, diff)
    actions = Action.objects.filter(objective__plan=plan, objective__ref="1").order_by("position")
    assert [(each.letter, each.text) for each in actions] == [
        ("a", "Write a training plan"),
        ("b", "Keep a register of who was trained"),
    ]
    _staged, diff = again(authority, plan, first)
    assert diff.rows == ()


def test_a_row_that_moved_is_put_under_its_new_heading(authority, plan, first):
    first.sections.append(SectionDraft(title="Partnership", objectives=[first.sections[0].objectives.pop()]))
    staged, diff = again(authority, plan, first)
    apply(staged, plan, diff)
    assert Objective.objects.get(plan=plan, ref="3").section.title == "Partnership"


def test_nothing_is_deleted(authority, plan, first):
    del first.sections[0].objectives[1:]
    first.sections[0].objectives[0].text = "Train all staff, every one"
    staged, diff = again(authority, plan, first)
    apply(staged, plan, diff)
    assert Objective.objects.filter(plan=plan).count() == Action.objects.filter(plan=plan).count() == 3


def test_the_log_says_who_changed_what_because_of_which_file(authority, plan, first):
    first.sections[0].objectives[0].actions[0].text = "Write a better plan for training"
    staged, diff = again(authority, plan, first)
    last = LogEntry.objects.latest("pk").pk
    apply(staged, plan, diff)
    (line,) = LogEntry.objects.filter(pk__gt=last, model="plans.action")
    assert line.reason == "Import of plan.docx"
    assert line.changes["text"] == ["Write a training plan", "Write a better plan for training"]


# What is refused


def test_a_plan_that_changed_after_it_was_compared_is_not_written_over(authority, plan, first):
    first.sections[0].objectives[0].actions[0].text += " soon"
    staged, diff = again(authority, plan, first)
    Action.objects.filter(plan=plan, objective__ref="2").update(text="Changed meanwhile")
    with pytest.raises(ValidationError, match="has changed since"):
        apply(staged, plan, diff)
    assert PlanImport.objects.get(pk=staged.pk).state == PlanImport.State.STAGED


def test_an_import_that_was_corrected_after_it_was_compared_is_not_written(authority, plan, first):
    first.sections[0].objectives[0].actions[0].text += " soon"
    staged, diff = again(authority, plan, first)
    services.leave_out_rows(plan_import=staged, keys=["r2"])
    fresh = PlanImport.objects.get(pk=staged.pk)
    with pytest.raises(ValidationError, match="has changed since"):
        apply(fresh, plan, diff)


def test_an_update_is_confirmed_once(authority, plan, first):
    first.sections[0].objectives[0].actions[0].text += " soon"
    staged, diff = again(authority, plan, first)
    stale = copy.copy(staged)
    apply(staged, plan, diff)
    with pytest.raises(ValidationError, match="already been imported"):
        apply(stale, plan, diff)


def test_a_closed_plan_is_no_candidate_and_is_not_updated(authority, plan, first):
    first.sections[0].objectives[0].actions[0].text += " soon"
    staged, diff = again(authority, plan, first)
    assert services.plans_to_update(plan_import=staged) == [plan]
    services.agree_plan(plan=plan, agreed_on=dt.date(2026, 5, 1), agreed_by="Board")
    services.close_plan(plan=plan, closed_on=dt.date(2026, 6, 1))
    assert services.plans_to_update(plan_import=staged) == []
    with pytest.raises(ValidationError, match="closed"):
        apply(staged, plan, diff)


@pytest.mark.parametrize("rows", [[], ["r99"]])
def test_rows_that_are_not_there_are_not_chosen(authority, plan, first, rows):
    first.sections[0].objectives[0].actions[0].text += " soon"
    staged, diff = again(authority, plan, first)
    with pytest.raises(ValidationError):
        apply(staged, plan, diff, rows=rows)


# Which plan


def test_a_plan_is_a_candidate_by_file_title_or_rows_and_by_nothing_else(authority, plan, first):
    unlike = plan_of(row("1", "Parks", "Mow the lawns"), title="Parks plan")
    services.commit_import(plan_import=stage_draft(authority, unlike))
    renamed = copy.deepcopy(first)
    renamed.title = "Another title altogether"
    assert services.plans_to_update(plan_import=stage_draft(authority, renamed)) == [plan]
    rewritten = plan_of(row("9", "All new", "Nothing of before"), title=first.title)
    assert services.plans_to_update(plan_import=stage_draft(authority, rewritten)) == [plan]
    bins = plan_of(row("1", "Bins", "Empty them"), title="Bins plan")
    assert services.plans_to_update(plan_import=stage_draft(authority, bins)) == []


# Long plans


def test_a_long_plan_is_compared_and_updated_in_batches_not_row_by_row(authority):
    def queries(rows: int) -> int:
        drafts = [
            row(str(n), f"Objective {n} of {rows}", f"Do {n}", f"Officer {n % 5}", key=f"r{n}") for n in range(rows)
        ]
        draft = plan_of(*drafts, title=f"Plan of {rows}")
        plan = services.commit_import(plan_import=stage_draft(authority, draft))
        for each in draft.objectives:
            each.actions[0].text += " at once"
            each.actions[0].owners = [OwnerDraft(post="Somebody else", kind="post")]
            each.actions[0].rag = Rag.GREEN
        staged = stage_draft(authority, draft)
        with CaptureQueriesContext(connection) as captured:
            diff = services.compare(plan_import=staged, plan=plan)
            apply(staged, plan, diff)
        assert len(diff.changed) == rows
        return len(captured)

    queries(3)
    few, many = queries(40), queries(400)
    # Some ten rows to a statement more: SQLite takes about 1,000 values in one.
    assert many - few < 110, (few, many)


def test_what_a_row_would_lose_is_not_ticked_before_somebody_says_so(authority, plan, first):
    first.sections[0].objectives[0].actions[0].owners = []
    first.tables = [TableDraft("table 1", 1, 1, [ColumnDraft(3, "Lead", "owner", 1.0, "heading")])]
    _staged, diff = again(authority, plan, first)
    (changed,) = diff.changed
    assert changed.takes_away
    assert (diff.keys_to_tick, diff.keys_without_conflict) == ([], [changed.key])
