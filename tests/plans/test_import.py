"""Giving the portal a plan: what is staged, shown, corrected, written, refused and thrown away."""

import datetime as dt
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from plans import services
from plans.models import (
    Action,
    Assignment,
    Objective,
    Owner,
    Plan,
    PlanImport,
    ProgressUpdate,
    Section,
    TargetDate,
)
from plans.rules import Rag
from plans.understanding.draft import ActionDraft, ObjectiveDraft, OwnerDraft, PlanDraft, ProgressDraft, SectionDraft
from prevent_portal.models import Marking, Recommendation
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from prevent_portal.tables_in import UnreadableFile
from tests.factories import address, make_authority, make_plan, make_user, signed_in
from tests.plans.import_drafts import stage_draft, two_years

pytestmark = pytest.mark.django_db

FILES = Path(__file__).parent / "files"
COLOURED = FILES / "colour-plan.docx"
LETTERED = FILES / "letter-plan.docx"
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"


@pytest.fixture
def authority():
    return make_authority("Ashmere District Council")


def stage(authority, path: Path = COLOURED, **kwargs) -> PlanImport:
    (staged,) = services.stage_imports(
        organisation=authority, file_name=path.name, data=path.read_bytes(), user=None, **kwargs
    )
    return staged


def imported(authority, path: Path = COLOURED, **kwargs) -> Plan:
    with acting_for(authority):
        return services.commit_import(plan_import=stage(authority, path, **kwargs))


# Staging and writing


def test_staging_writes_no_plan_and_keeps_the_original_file(authority):
    with acting_for(authority):
        staged = stage(authority)
        assert not Plan.objects.exists()
        assert bytes(PlanImport.objects.get(pk=staged.pk).original) == COLOURED.read_bytes()


def test_an_imported_plan_is_a_draft_that_says_all_that_the_draft_said(authority):
    with acting_for(authority):
        staged = stage(authority)
        draft = services.draft_of(staged)
        plan = services.commit_import(plan_import=staged)
        assert plan.state == Plan.State.DRAFT
        assert (plan.title, plan.updated_on, plan.declared) == (draft.title, draft.updated_on, draft.declared)
        assert [s.title for s in Section.objects.filter(plan=plan)] == [s.title for s in draft.sections]
        assert [o.text for o in Objective.objects.filter(plan=plan)] == [o.text for o in draft.objectives]
        actions = list(Action.objects.filter(plan=plan).for_table(dt.date(2026, 1, 1)))
        assert [(a.text, a.rag) for a in actions] == [(a.text, a.rag) for a in draft.actions]
        assert [[str(d) for d in a.targetdates.all()] for a in actions] == [
            [f"{d.scope}: {d.as_written}" if d.scope else d.as_written for d in a.target_dates] for a in draft.actions
        ]
        assert [a.progressupdates.all()[0].note if a.progressupdates.all() else "" for a in actions] == [
            a.progress for a in draft.actions
        ]


def test_the_colours_of_the_cells_become_the_stated_rag_and_no_colour_is_never_green(authority):
    plan = imported(authority)
    with acting_for(authority):
        counts = Action.objects.filter(plan=plan).rag_counts()
        declared = plan.declared
    assert counts[Rag.GREEN] == declared["green"] and counts[Rag.RED] == declared["red"]
    silent = imported(authority, FILES / "colour-plan.txt", title="The same without colours")
    with acting_for(authority):
        counts = Action.objects.filter(plan=silent).rag_counts()
    assert counts[Rag.GREEN] == 0 and counts[Rag.NOT_STATED] == sum(counts.values())


def test_letters_of_a_cell_become_actions_of_their_own(authority):
    plan = imported(authority, LETTERED)
    with acting_for(authority):
        lettered = Action.objects.filter(plan=plan).exclude(letter="")
        assert lettered.count() > 1
        assert len({a.objective_id for a in lettered}) < lettered.count()


def test_owners_of_two_plans_are_one_register_and_not_listed_twice(authority):
    imported(authority)
    with acting_for(authority):
        before = set(Owner.objects.values_list("kind", "name", "post"))
    imported(authority, FILES / "colour-plan.txt", title="The same without colours")
    with acting_for(authority):
        after = list(Owner.objects.values_list("kind", "name", "post"))
    assert len(after) == len(set(after)) and before <= set(after)


def test_a_row_that_the_file_marks_sensitive_stays_sensitive(authority):
    action = ActionDraft(text="Brief the board", marking="OFFICIAL-SENSITIVE")
    draft = PlanDraft(
        title="Plan", sections=[SectionDraft(title="S", objectives=[ObjectiveDraft(text="O", actions=[action])])]
    )
    with acting_for(authority):
        services.write_draft(organisation=authority, draft=draft)
        assert Action.objects.get().marking == Marking.OFFICIAL_SENSITIVE


def test_very_long_words_of_a_file_are_kept_where_text_has_no_end_and_cut_where_it_has(authority):
    action = ActionDraft(text="a" * 20_000, owners=[OwnerDraft(name="n" * 900)], letter="b" * 50)
    draft = PlanDraft(
        title="t" * 900,
        sections=[SectionDraft(title="s" * 900, objectives=[ObjectiveDraft(text="o", actions=[action])])],
    )
    with acting_for(authority):
        plan = services.write_draft(organisation=authority, draft=draft)
        assert len(Action.objects.get(plan=plan).text) == 20_000
        assert len(Owner.objects.get().name) == 200


def test_a_second_plan_of_the_same_title_and_period_is_refused_and_writes_nothing(authority):
    with acting_for(authority):
        first, second = stage(authority), stage(authority)
        services.commit_import(plan_import=first)
        owners = Owner.objects.count()
        with pytest.raises(ValidationError):
            services.commit_import(plan_import=second)
        assert Plan.objects.count() == 1 and Owner.objects.count() == owners
        assert PlanImport.objects.get(pk=second.pk).state == PlanImport.State.STAGED


def test_an_import_is_confirmed_once(authority):
    with acting_for(authority):
        staged = stage(authority)
        services.commit_import(plan_import=staged)
        with pytest.raises(ValidationError):
            services.commit_import(plan_import=staged)


def test_an_import_that_is_thrown_away_keeps_nothing_of_the_file(authority):
    with acting_for(authority):
        staged = stage(authority)
        services.discard_import(plan_import=staged)
        kept = PlanImport.objects.get(pk=staged.pk)
        assert bytes(kept.original) == b"" and kept.draft == {}


def test_a_long_plan_is_written_in_batches_not_row_by_row(authority):
    def queries(rows: int) -> int:
        objectives = [
            ObjectiveDraft(text=f"o{n}", actions=[ActionDraft(text=f"a{n}", owners=[OwnerDraft(name=f"n{n % 7}")])])
            for n in range(rows)
        ]
        draft = PlanDraft(title=f"Plan of {rows}", sections=[SectionDraft(title="S", objectives=objectives)])
        with acting_for(authority), CaptureQueriesContext(connection) as captured:
            services.write_draft(organisation=authority, draft=draft)
        return len(captured)

    queries(1)
    # SQLite takes some 1,000 values in a statement; 360 rows more, each of four kinds and logged, are a few of those.
    assert queries(400) - queries(40) < 40


# Progress, states, hand-over


def test_progress_becomes_the_stated_rag_and_blue_says_when(authority):
    plan = make_plan(authority)
    with acting_for(authority):
        action = Action.objects.get(plan=plan)
        services.record_progress(
            action=action, made_on=dt.date(2026, 5, 1), note="Done", rag=Rag.BLUE, reason="", user=None
        )
        action = Action.objects.get(plan=plan)
        assert (action.rag, action.completed_on) == (Rag.BLUE, dt.date(2026, 5, 1))
        services.record_progress(
            action=action, made_on=dt.date(2026, 6, 1), note="Not after all", rag=Rag.RED, reason="Reopened", user=None
        )
        action = Action.objects.get(plan=plan)
        assert (action.rag, action.completed_on, action.rag_reason) == (Rag.RED, None, "Reopened")
        assert [u.rag for u in ProgressUpdate.objects.filter(action=action)] == ["red", "blue"]


def test_the_rag_of_a_later_quarter_is_not_written_over_that_of_an_earlier_one(authority):
    notes = [ProgressDraft("Plan written", dt.date(2026, 6, 30), "Q1 update", Rag.GREEN, "G")]
    action = ActionDraft(text="Train staff", rag=Rag.RED, rag_as_written="R", progress_notes=notes)
    row = ObjectiveDraft(text="Training", actions=[action])
    draft = PlanDraft(title="A plan", sections=[SectionDraft("1", "Training", objectives=[row])])
    with acting_for(authority):
        services.commit_import(plan_import=stage_draft(authority, draft))
        written = ProgressUpdate.objects.order_by("made_on").values_list("note", "rag")
        assert list(written) == [("Plan written", "green"), ("", "red")]
        assert Action.objects.get().rag is Rag.RED


@pytest.mark.parametrize("state", [Plan.State.AGREED, Plan.State.AMENDED, Plan.State.CLOSED])
def test_a_plan_that_was_ever_agreed_is_not_deleted(authority, state):
    plan = make_plan(authority, state=state)
    with acting_for(authority), pytest.raises(ValidationError):
        services.delete_draft_plan(plan=Plan.objects.get(pk=plan.pk))


def test_a_deleted_draft_leaves_no_row_behind(authority):
    plan = imported(authority, LETTERED)
    with acting_for(authority):
        services.delete_draft_plan(plan=plan)
        for model in (Plan, Section, Objective, Action, TargetDate, Assignment):
            assert not model.objects.exists(), model


# The command


def run(*args: str) -> dict:
    out = StringIO()
    call_command("import_plan", *args, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_command_without_commit_reports_and_writes_nothing(authority):
    report = run(str(COLOURED), "--authority", authority.slug)
    with acting_for(authority):
        assert not Plan.objects.exists() and not PlanImport.objects.exists()
    assert report["committed"] is False
    assert {
        "sections",
        "objectives",
        "actions",
        "rag",
        "not_stated",
        "declared",
        "mismatches",
        "quarantined",
        "dates",
    } <= set(report)


def test_the_command_run_twice_makes_one_plan(authority):
    first = run(str(COLOURED), "--authority", authority.slug, "--commit")
    second = run(str(COLOURED), "--authority", authority.slug, "--commit")
    assert second["already_imported"] and second["plan"] == first["plan"]
    with acting_for(authority):
        assert Plan.objects.count() == 1


def test_the_command_takes_title_and_period_from_whoever_calls_it(authority):
    run(
        str(COLOURED), "--authority", authority.slug, "--title", "Ours", "--from", "2026-04-01", "--to", "2027-03-31",
        "--commit",
    )  # fmt: skip
    with acting_for(authority):
        plan = Plan.objects.get()
    assert (plan.title, plan.period_start, plan.period_end) == ("Ours", dt.date(2026, 4, 1), dt.date(2027, 3, 31))


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["missing.docx", "--authority", "ashmere-district-council"], "missing.docx"),
        ([str(COLOURED), "--authority", "nowhere"], "nowhere"),
        ([str(COLOURED), "--authority", "ashmere-district-council", "--from", "2026-04-01"], "--to"),
        (
            [str(COLOURED), "--authority", "ashmere-district-council", "--from", "2026-04-01", "--to", "2025-04-01"],
            "earlier",
        ),
        ([str(Path(__file__)), "--authority", "ashmere-district-council"], "Word"),
    ],
)
def test_the_command_says_what_is_wrong(authority, arguments, complaint):
    with pytest.raises(CommandError, match=complaint):
        run(*arguments)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the published plans are not part of the project")
@pytest.mark.parametrize(
    ("stem", "objectives"),
    [
        ("hinckley-bosworth-delivery-plan-2023-24", [4, 3, 5, 3, 4]),
        ("harrow-prevent-action-plan", [10, 5, 1, 5]),
    ],
)
@pytest.mark.parametrize("suffix", [".docx", ".txt"])
def test_published_plans_are_written_whole(authority, stem, objectives, suffix):
    report = run(str(SAMPLES / f"{stem}{suffix}"), "--authority", authority.slug, "--commit")
    assert [section["objectives"] for section in report["sections"]] == objectives
    with acting_for(authority):
        assert Objective.objects.count() == sum(objectives)
        if stem.startswith("hinckley"):
            colours = {"green": 15, "amber": 2, "red": 2} if suffix == ".docx" else {"green": 0, "amber": 0, "red": 0}
            assert {k: report["rag"][k] for k in colours} == colours
            assert report["not_stated"] == 19 - sum(colours.values())
            assert Recommendation.objects.exists()


def test_what_nobody_confirmed_in_time_is_emptied_by_the_daily_command(authority):
    with acting_for(authority):
        staged = stage(authority)
        PlanImport.objects.filter(pk=staged.pk).update(expires_at=timezone.now() - dt.timedelta(days=1))
    call_command("remove_expired_imports", "--commit", stdout=StringIO())
    with acting_for(authority):
        assert bytes(PlanImport.objects.get(pk=staged.pk).original) == b""


# The pages


def upload(client, authority, path: Path = COLOURED, *, name: str = "", data: bytes | None = None):
    file = SimpleUploadedFile(name or path.name, path.read_bytes() if data is None else data)
    return client.post(address(authority, "plans:plan_import_create"), {"file": file})


@pytest.fixture
def coordinator(authority):
    return signed_in(make_user(Role.COORDINATOR, authority))


def confirmation(client, url: str, **changed) -> dict:
    """What the preview's form would send, with some of it changed."""
    form = client.get(url).context["form"]
    data = {"title": form.initial["title"], "marking": form.initial["marking"]}
    for name in ("period_start", "period_end", "updated_on"):
        on = form.initial[name]
        parts = (on.day, on.month, on.year) if on else ("", "", "")
        data |= {f"{name}_{index}": part for index, part in enumerate(parts)}
    return data | changed


def test_a_file_is_shown_first_and_imported_only_when_confirmed(authority, coordinator):
    response = upload(coordinator, authority)
    url = response.headers["Location"]
    assert coordinator.get(url).status_code == 200
    with acting_for(authority):
        assert not Plan.objects.exists()
    response = coordinator.post(url, confirmation(coordinator, url))
    with acting_for(authority):
        plan = Plan.objects.get()
    page = coordinator.get(response.headers["Location"]).content.decode()
    assert plan.get_absolute_url() in page
    assert coordinator.get(url).status_code == 404


def test_a_corrected_title_that_is_taken_is_said_beside_the_field_and_keeps_the_rest(authority, coordinator):
    url = upload(coordinator, authority).headers["Location"]
    coordinator.post(url, confirmation(coordinator, url))
    url = upload(coordinator, authority).headers["Location"]
    response = coordinator.post(url, confirmation(coordinator, url, updated_on_2="2027"))
    assert "title" in response.context["form"].errors
    assert 'value="2027"' in response.content.decode()
    with acting_for(authority):
        assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plan.docx", b""),
        ("plan.docx", b"%PDF-1.7 not a Word file"),
        ("plan.pdf", b"%PDF-1.7"),
        ("plan.xlsx", b"PK\x03\x04 broken"),
        ("plan.doc", b"\xd0\xcf\x11\xe0" + bytes(600)),
        ("plan.docx.exe", b"MZ"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_a_reason(authority, coordinator, name, data):
    response = upload(coordinator, authority, name=name, data=data)
    assert response.status_code == 200 and response.context["form"].errors["file"]
    with acting_for(authority):
        assert not PlanImport.objects.exists()


def test_a_file_without_a_plan_is_staged_and_says_that_nothing_was_found(authority, coordinator):
    url = upload(coordinator, authority, name="empty.txt", data=b"Minutes of a meeting about bins.").headers.get(
        "Location"
    )
    page = coordinator.get(url)
    assert page.status_code == 200 and "There is nothing to import" in page.content.decode()


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.CLERK, Role.ELECTED_MEMBER, Role.REVIEWER])
def test_only_those_who_keep_plans_import_them(authority, role):
    client = signed_in(make_user(role, authority))
    assert upload(client, authority).status_code == 403
    with acting_for(authority):
        assert not PlanImport.objects.exists()


def test_another_councils_import_does_not_exist(authority):
    with acting_for(authority):
        staged = stage(authority)
    other = make_authority("Elsewhere Council")
    client = signed_in(make_user(Role.COORDINATOR, other))
    for name in ("plan_import_preview", "plan_import_discard", "plan_import_original"):
        for organisation in (authority, other):
            assert client.get(address(organisation, f"plans:{name}", pk=staged.pk)).status_code == 404
            assert client.post(address(organisation, f"plans:{name}", pk=staged.pk)).status_code in (404, 405)


def test_the_original_is_a_download_that_no_browser_runs(authority, coordinator):
    with acting_for(authority):
        staged = stage(authority)
    response = coordinator.get(address(authority, "plans:plan_import_original", pk=staged.pk))
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.content == COLOURED.read_bytes()


def test_reading_is_refused_in_words_not_in_tracebacks(authority):
    with acting_for(authority), pytest.raises(UnreadableFile) as refused:
        services.stage_imports(organisation=authority, file_name="plan.docx", data=b"PK\x03\x04", user=None)
    assert str(refused.value)


# The command, further


def test_the_command_says_the_same_of_each_plan_and_of_the_whole_file(authority):
    report = run(str(COLOURED), "--authority", authority.slug, "--commit")
    (plan,) = report["plans"]
    for name in ("title", "plan", "objectives", "actions", "rag", "not_stated", "sections", "already_imported"):
        assert plan[name] == report[name], name


def test_the_command_makes_every_plan_of_a_file_once_and_adds_their_figures_up(authority, tmp_path):
    file = tmp_path / "plans.xlsx"
    file.write_bytes(two_years())
    report = run(str(file), "--authority", authority.slug, "--commit")
    assert [plan["actions"] for plan in report["plans"]] == [2, 3]
    assert (report["actions"], report["rag"]["green"], len(report["sections"])) == (
        5, 5, sum(len(plan["sections"]) for plan in report["plans"]),
    )  # fmt: skip
    assert report["cells"]["total"] == sum(plan["cells"]["total"] for plan in report["plans"])
    again = run(str(file), "--authority", authority.slug, "--commit")
    assert again["already_imported"] and again["plan"] == report["plan"]
    one = run(str(file), "--authority", authority.slug, "--one-plan", "--title", "Both years")
    assert [plan["actions"] for plan in one["plans"]] == [5]
    with acting_for(authority):
        assert Plan.objects.count() == 2


def test_the_command_takes_a_persons_word_for_columns(authority, tmp_path):
    file = tmp_path / "plan.txt"
    file.write_text("Reference\tObjective\tAction\tChampion\n1\tTraining\tWrite a plan\tHead of Learning\n")
    run(str(file), "--authority", authority.slug, "--columns", "table 1:0=ref,1=objective,2=action,3=owner", "--commit")
    with acting_for(authority):
        assert str(Assignment.objects.get().owner) == "Head of Learning"


@pytest.mark.parametrize("columns", ["ref", "table 1", "table 1:a=ref", "table 1:0=colour"])
def test_the_command_refuses_columns_that_mean_nothing(authority, columns):
    with pytest.raises(CommandError):
        run(str(COLOURED), "--authority", authority.slug, "--columns", columns)


def update(path: Path, authority, plan: int, *args: str) -> dict:
    return run(str(path), "--authority", authority.slug, "--update", str(plan), *args)


@pytest.fixture
def two_versions(tmp_path) -> tuple[Path, Path]:
    heading = "Ref\tObjective\tAction\tOwner\n"
    rows = ["1\tTrain all staff\tWrite a training plan\tHead of Learning\n", "2\tKnow the risks\tRead the profile\tX\n"]
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_text(heading + "".join(rows))
    second.write_text(heading + rows[0] + rows[1].replace("Read the profile", "Read the profile twice"))
    return first, second


def test_the_command_updates_a_plan_once_and_says_what_changed(authority, two_versions):
    first, second = two_versions
    plan = run(str(first), "--authority", authority.slug, "--commit")["plan"]
    dry = update(second, authority, plan)
    with acting_for(authority):
        assert not Action.objects.filter(text="Read the profile twice").exists()
    report = update(second, authority, plan, "--commit")
    assert report["changed"] == dry["changed"] == [{"row": "2 Know the risks", "fields": ["action"]}]
    assert (report["new"], report["missing"], report["conflicts"], report["unchanged"]) == ([], [], [], 1)
    again = update(second, authority, plan, "--commit")
    assert again["already_imported"] and again["changed"] == []
    with acting_for(authority):
        assert Plan.objects.count() == 1
        assert list(PlanImport.objects.filter(state="done").values_list("is_update", flat=True)) == [True, False]


def test_the_command_leaves_what_was_changed_on_both_sides(authority, two_versions):
    first, second = two_versions
    plan = run(str(first), "--authority", authority.slug, "--commit")["plan"]
    with acting_for(authority):
        Action.objects.filter(text="Read the profile").update(text="Read the profile with the police")
    report = update(second, authority, plan, "--commit")
    assert report["conflicts"] == ["2 Know the risks"] and report["import"] is None
    with acting_for(authority):
        assert Action.objects.filter(text="Read the profile with the police").exists()


def test_the_command_does_not_update_another_councils_plan(authority, two_versions):
    theirs = make_plan(make_authority("Elsewhere Council"))
    with pytest.raises(CommandError, match="has no plan"):
        update(two_versions[0], authority, theirs.pk)


def undo(pk: int, *args: str) -> dict:
    out = StringIO()
    call_command("undo_import", str(pk), *args, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_an_import_is_undone_by_command_if_it_is_committed(authority):
    done = run(str(COLOURED), "--authority", authority.slug, "--commit")["plans"][0]
    assert undo(done["import"])["committed"] is False
    with acting_for(authority):
        assert Plan.objects.count() == 1
    assert undo(done["import"], "--commit")["plan"] == done["plan"]
    with acting_for(authority):
        assert not Plan.objects.exists()
    with pytest.raises(CommandError, match="in no plan"):
        undo(done["import"], "--commit")


def test_undoing_an_import_that_there_is_not_says_so():
    with pytest.raises(CommandError, match="There is no import 77"):
        undo(77)
