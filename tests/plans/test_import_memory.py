"""What a person says of a file while checking it: columns, rows, what was set aside; and what is remembered of that."""

import copy
import datetime as dt
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from plans import services
from plans.models import COLUMN_LABELS, Action, ColumnHeading, ImportedFile, Objective, Plan, PlanImport
from plans.models import ProgressUpdate as Update
from plans.rules import Rag
from plans.understanding.columns import Field
from plans.understanding.draft import ActionDraft, ObjectiveDraft, OwnerDraft, ProgressDraft, QuarantinedDraft
from prevent_portal.scoping import acting_for
from tests.factories import make_authority
from tests.plans.import_drafts import plan_of, row, stage_draft, two_years

pytestmark = pytest.mark.django_db

COLOURED = Path(__file__).parent / "files" / "colour-plan.docx"

TABLE = """Reference\tObjective\tAction\tChampion\tBy when
1\tTrain every member of staff\tWrite a training plan\tHead of Learning\t31 March 2027
2\tKnow the local risks\tRead the local profile\tPrevent Officer\t30 June 2026
"""


@pytest.fixture
def authority():
    organisation = make_authority("Ashmere District Council")
    with acting_for(organisation):
        yield organisation


def stage(authority, data: bytes = TABLE.encode(), file_name: str = "plan.txt") -> PlanImport:
    (staged,) = services.stage_imports(organisation=authority, file_name=file_name, data=data, user=None)
    return staged


def fresh(plan_import: PlanImport) -> PlanImport:
    return PlanImport.objects.get(pk=plan_import.pk)


# The file


def test_a_file_is_kept_once_however_often_it_is_given(authority):
    one, two = stage(authority), stage(authority)
    assert ImportedFile.objects.count() == 1
    services.discard_import(plan_import=one)
    assert fresh(two).original == TABLE.encode()
    services.discard_import(plan_import=fresh(two))
    assert not ImportedFile.objects.exists()


def test_an_import_whose_time_is_over_is_neither_corrected_nor_written(authority):
    staged = stage(authority)
    PlanImport.objects.filter(pk=staged.pk).update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    staged = fresh(staged)
    for write in (
        lambda: services.commit_import(plan_import=staged),
        lambda: services.leave_out_rows(plan_import=staged, keys=["r1"]),
        lambda: services.reread_import(plan_import=staged, columns={}),
    ):
        with pytest.raises(ValidationError, match="time to check"):
            write()
    assert not Plan.objects.exists()


def test_an_import_that_was_thrown_away_is_not_written(authority):
    staged = stage(authority)
    services.discard_import(plan_import=staged)
    with pytest.raises(ValidationError, match="already"):
        services.commit_import(plan_import=fresh(staged))


def test_whoever_read_an_older_state_of_the_import_writes_nothing(authority):
    staged = stage(authority)
    stale = copy.copy(staged)
    services.leave_out_rows(plan_import=staged, keys=["r1"])
    for write in (
        lambda: services.commit_import(plan_import=stale),
        lambda: services.leave_out_rows(plan_import=stale, keys=[]),
        lambda: services.correct_row(plan_import=stale, key="r1", section=0, objective=ObjectiveDraft(text="x")),
    ):
        with pytest.raises(ValidationError, match="Somebody else"):
            write()


# Several plans in one file


def stage_two(authority, **kwargs) -> list[PlanImport]:
    return services.stage_imports(organisation=authority, file_name="plans.xlsx", data=two_years(), user=None, **kwargs)


def test_each_plan_of_a_file_is_an_import_of_its_own_and_the_bytes_are_kept_once(authority):
    staged = stage_two(authority)
    assert [(each.part, each.parts) for each in staged] == [(1, 2), (2, 2)]
    assert len({each.batch for each in staged}) == len({each.file_id for each in staged}) == 1
    plans = [services.commit_import(plan_import=each) for each in staged]
    assert [plan.actions.count() for plan in plans] == [2, 3]
    assert [services.earlier_import(plan_import=each).plan for each in stage_two(authority)] == plans


def test_plans_of_one_file_that_go_by_one_title_are_numbered(authority):
    staged = stage_two(authority, title="Ours", period=(dt.date(2026, 4, 1), dt.date(2027, 3, 31)))
    assert [each.title for each in staged] == ["Ours", "Ours (2)"]
    for each in staged:
        services.commit_import(plan_import=each)
    assert Plan.objects.count() == 2


def test_a_person_can_say_that_several_plans_are_one_and_take_it_back(authority):
    first, _second = stage_two(authority)
    (one,) = services.reread_import(plan_import=first, columns={}, as_one=True)
    assert (one.pk, one.parts, len(services.draft_of(one).actions)) == (first.pk, 1, 5)
    assert PlanImport.objects.count() == 1
    assert [each.part for each in services.reread_import(plan_import=one, columns={}, as_one=False)] == [1, 2]


def test_a_plan_that_was_thrown_away_stays_away_when_the_file_is_read_anew(authority):
    first, second = stage_two(authority)
    services.discard_import(plan_import=second)
    (again,) = services.reread_import(plan_import=first, columns={})
    assert (again.part, again.parts) == (1, 2)


def test_a_file_of_which_a_plan_was_imported_is_not_read_anew(authority):
    first, second = stage_two(authority)
    services.commit_import(plan_import=second)
    with pytest.raises(ValidationError, match="imported already"):
        services.reread_import(plan_import=first, columns={})


# Columns


def test_every_field_of_a_column_that_a_person_can_say_has_a_label():
    assert set(COLUMN_LABELS) == {field.value for field in Field} - {"derived"}


def test_what_a_person_says_of_a_column_is_read_anew_and_remembered(authority):
    staged = stage(authority)
    (again,) = services.reread_import(plan_import=staged, columns={1: {3: "owner"}})
    assert again.pk == staged.pk
    (first, _second) = services.draft_of(again).actions
    assert first.owners_as_written == "Head of Learning"
    assert dict(ColumnHeading.objects.values_list("heading", "field")) == {"champion": "owner"}
    (first, _second) = services.draft_of(stage(authority, TABLE.replace("Train", "Teach").encode())).actions
    assert first.owners_as_written == "Head of Learning"


def test_what_one_council_said_is_nothing_to_another(authority):
    services.reread_import(plan_import=stage(authority), columns={1: {3: "owner"}})
    other = make_authority("Elsewhere Council")
    with acting_for(other):
        assert services.remembered_columns(other) == {}
        (first, _second) = services.draft_of(stage(other)).actions
        assert first.owners_as_written == ""


def test_what_is_said_for_this_file_alone_is_not_remembered(authority):
    services.reread_import(plan_import=stage(authority), columns={1: {3: "owner"}}, remember=False)
    assert not ColumnHeading.objects.exists()


def test_a_guess_that_a_person_leaves_as_it_is_is_not_remembered_as_theirs(authority):
    services.reread_import(plan_import=stage(authority), columns={1: {1: "objective", 2: "action", 3: "owner"}})
    assert list(ColumnHeading.objects.values_list("heading", flat=True)) == ["champion"]


def test_what_was_remembered_can_be_said_anew_and_forgotten(authority):
    services.reread_import(plan_import=stage(authority), columns={1: {3: "owner"}})
    services.reread_import(plan_import=stage(authority), columns={1: {3: "partners"}})
    assert ColumnHeading.objects.get().field == "partners"
    services.reread_import(plan_import=stage(authority), columns={1: {3: ""}})
    assert not ColumnHeading.objects.exists()


def test_a_field_that_does_not_exist_is_refused_with_those_that_do(authority):
    staged = stage(authority)
    with pytest.raises(ValidationError, match="objective"):
        services.reread_import(plan_import=staged, columns={1: {3: "colour"}})
    assert fresh(staged).revision == staged.revision


def test_a_file_that_is_in_a_plan_is_not_read_anew(authority):
    staged = stage(authority)
    services.commit_import(plan_import=staged)
    with pytest.raises(ValidationError):
        services.reread_import(plan_import=fresh(staged), columns={})


# Rows


def test_a_row_that_is_left_out_is_not_written_and_stays_listed(authority):
    staged = services.leave_out_rows(plan_import=stage(authority), keys=["r1"])
    plan = services.commit_import(plan_import=staged)
    assert [row.text for row in Objective.objects.filter(plan=plan)] == ["Know the local risks"]
    assert [row.text for row in services.draft_of(fresh(staged)).objectives if row.is_left_out] == [
        "Train every member of staff"
    ]


def test_exactly_the_rows_that_are_named_are_left_out(authority):
    staged = services.leave_out_rows(plan_import=stage(authority), keys=["r1"])
    staged = services.leave_out_rows(plan_import=staged, keys=["r2"])
    assert [row.key for row in services.draft_of(staged).objectives if row.is_left_out] == ["r2"]
    with pytest.raises(ValidationError):
        services.leave_out_rows(plan_import=staged, keys=["r7"])


def test_a_corrected_row_is_what_is_written(authority):
    corrected = ObjectiveDraft(ref="1", text="Train all staff", actions=[ActionDraft(text="Write two plans")])
    staged = services.correct_row(plan_import=stage(authority), key="r1", section="Training", objective=corrected)
    plan = services.commit_import(plan_import=staged)
    written = Objective.objects.get(plan=plan, ref="1")
    assert (written.text, written.section.title) == ("Train all staff", "Training")
    assert [action.text for action in written.actions.all()] == ["Write two plans"]


def test_a_corrected_row_keeps_its_place_its_key_and_where_it_came_from(authority):
    staged = stage(authority)
    before = services.draft_of(staged).objectives[0]
    staged = services.correct_row(
        plan_import=staged, key="r1", section=0, objective=ObjectiveDraft(text="Train all", key="r9")
    )
    after = services.draft_of(staged).objectives[0]
    assert (after.text, after.key, after.source) == ("Train all", "r1", before.source)


@pytest.mark.parametrize(("key", "section", "text"), [("r9", 0, "x"), ("r1", 5, "x"), ("r1", " ", "x"), ("r1", 0, " ")])
def test_a_correction_that_fits_nowhere_changes_nothing(authority, key, section, text):
    staged = stage(authority)
    with pytest.raises(ValidationError):
        services.correct_row(plan_import=staged, key=key, section=section, objective=ObjectiveDraft(text=text))
    assert fresh(staged).draft == staged.draft


def test_what_was_set_aside_can_be_taken_in(authority):
    draft = plan_of(row("1", "Train every member of staff", "Write a training plan"))
    draft.quarantined = [QuarantinedDraft("table 2", 4, "No plan", "Visit schools", key="q1")]
    staged = services.take_in(
        plan_import=stage_draft(authority, draft),
        key="q1",
        section=0,
        objective=ObjectiveDraft(text="Schools", actions=[ActionDraft(text="Visit schools")]),
    )
    after = services.draft_of(staged)
    assert [each.key for each in after.objectives] == ["r1", "r2"] and after.quarantined == []
    assert "No plan" in after.actions[1].flags[0]
    services.commit_import(plan_import=staged)
    assert Action.objects.filter(text="Visit schools").exists()
    with pytest.raises(ValidationError):
        services.take_in(plan_import=fresh(staged), key="q1", section=0, objective=ObjectiveDraft(text="x"))


def test_the_cover_as_corrected_is_what_is_written(authority):
    staged = services.correct_cover(
        plan_import=stage(authority),
        title="Ours",
        period_start=dt.date(2026, 4, 1),
        period_end=dt.date(2027, 3, 31),
        updated_on=None,
        marking="official_sensitive",
    )
    plan = services.commit_import(plan_import=staged)
    assert (plan.title, plan.period_start, plan.marking) == ("Ours", dt.date(2026, 4, 1), "official_sensitive")


# What is written of an action


def test_a_guessed_owner_is_written_and_the_flag_stays_with_the_action(authority):
    draft = plan_of(row("1", "Training", "The Head of Learning writes a plan"))
    action = draft.actions[0]
    action.owners, action.flags = (
        [OwnerDraft("Head of Learning", kind="post", is_guess=True)],
        ["The owner is a guess."],
    )
    services.commit_import(plan_import=stage_draft(authority, draft))
    written = Action.objects.get()
    assert written.flags == ["The owner is a guess."]
    assert [str(each.owner) for each in written.assignments.all()] == ["Head of Learning"]


def test_each_entry_of_a_history_is_a_progress_update_of_its_own_day(authority):
    draft = plan_of(row("1", "Training", "Write a plan"))
    draft.updated_on = dt.date(2026, 10, 15)
    action = draft.actions[0]
    action.resources, action.rag = "Officer time", Rag.GREEN
    action.progress_notes = [
        ProgressDraft("Begun", dt.date(2026, 6, 30), "Q1"),
        ProgressDraft("Approved by the board", None, "Board"),
    ]
    services.commit_import(plan_import=stage_draft(authority, draft))
    updates = Update.objects.order_by("made_on")
    assert list(updates.values_list("made_on", "note", "rag", "is_imported")) == [
        (dt.date(2026, 6, 30), "Begun", "not_stated", True),
        (dt.date(2026, 10, 15), "Board: Approved by the board", "green", True),
    ]
    assert Action.objects.get().resources == "Officer time"


def test_an_import_takes_neither_key_nor_council_from_the_file(authority):
    other = make_authority("Elsewhere Council")
    heading = "id\torganisation\tObjective\tAction\n"
    table = f"{heading}999\t{other.pk}\tTraining\tWrite a plan\n1000\t{other.slug}\tRisks\tRead\n"
    services.commit_import(plan_import=stage(authority, table.encode()))
    assert Action.objects.count() == 2
    assert {action.organisation_id for action in Action.objects.all()} == {authority.pk}
    assert not Action.objects.filter(pk__in=[999, 1000]).exists()


def test_a_word_file_is_staged_with_a_key_for_every_row(authority):
    draft = services.draft_of(stage(authority, COLOURED.read_bytes(), COLOURED.name))
    keys = [row.key for row in draft.objectives]
    assert all(keys) and len(set(keys)) == len(keys)
