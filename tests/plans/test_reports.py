"""A plan as a paper: what each edition says and never says, the PDF, the Excel file, the command, the addresses."""

import datetime as dt
import io
import json
import re
import zipfile

import docx
import openpyxl
import pikepdf
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from benchmarks.models import Benchmark
from plans import reports
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
from plans.rules import DUE_SOON_DAYS, Rag
from plans.understanding import understand_plan
from prevent_portal import clock
from prevent_portal.links import portal_url
from prevent_portal.models import LogEntry, Marking
from prevent_portal.permissions import Role
from prevent_portal.scoping import Viewer, acting_for, viewing
from prevent_portal.tables_in import read_document
from tests.docx_checks import assert_sound_docx, docx_text
from tests.factories import make_authority, make_everything, make_user, signed_in
from tests.pdf_checks import assert_accessible_pdf, pdf_outline, pdf_read_aloud, pdf_text

TODAY = dt.date(2026, 12, 8)
MOST_QUERIES = 19
SENSITIVE = Marking.OFFICIAL_SENSITIVE
pytestmark = pytest.mark.django_db


@pytest.fixture
def council():
    return make_authority("Borrowmere Council")


@pytest.fixture(autouse=True)
def a_fixed_day(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def make_row(model: type, plan: Plan, **fields):
    """A row that points at the plan."""
    row = model(organisation=plan.organisation, plan=plan, **fields)
    with acting_for(plan.organisation):
        row.save()
    return row


def make_plan(
    organisation,
    state: str = Plan.State.DRAFT,
    *,
    sections: int = 1,
    objectives: int = 1,
    actions: int = 1,
    target: dt.date | None = None,
    owner: Owner | None = None,
    word: str = "",
    **fields,
) -> Plan:
    """A plan with `sections`, each with `objectives`, each with `actions`; their texts end in "1.2.3"."""
    agreed = {} if state == Plan.State.DRAFT else {"agreed_on": dt.date(2020, 1, 1), "agreed_by": "The board"}
    title = fields.pop("title", "") or f"{word} Plan".strip()
    with acting_for(organisation):
        plan = Plan(organisation=organisation, title=title, state=state, **(agreed | fields))
        plan.save()
    for s in range(1, sections + 1):
        section = make_row(Section, plan, title=f"{word} Section {s}".strip(), position=s)
        for o in range(1, objectives + 1):
            text = f"{word} Objective {s}.{o}".strip()
            objective = make_row(Objective, plan, section=section, ref=f"{s}.{o}", text=text, position=o)
            for a in range(1, actions + 1):
                text = f"{word} Action {s}.{o}.{a}".strip()
                action = make_row(Action, plan, objective=objective, text=text, position=a)
                if target is not None:
                    make_target_date(action, target)
                if owner is not None:
                    assign(owner, action, Assignment.Role.LEAD)
    return plan


def make_owner(organisation, name: str = "", post: str = "", **fields) -> Owner:
    with acting_for(organisation):
        owner = Owner(organisation=organisation, name=name, post=post, **fields)
        owner.save()
    return owner


def assign(owner: Owner, action: Action, role: str = Assignment.Role.OWNER) -> None:
    part(Assignment, action, owner=owner, role=role)


def make_target_date(action: Action, on: dt.date, as_written: str = "by then", **fields) -> None:
    part(TargetDate, action, on=on, as_written=as_written, **fields)


def full(plan: Plan) -> reports.PlanReport:
    with acting_for(plan.organisation):
        return reports.build_plan_report(plan, as_of=TODAY)


def public(plan: Plan) -> reports.PlanReport:
    with acting_for(plan.organisation):
        return reports.build_public_plan_report(plan, as_of=TODAY)


def as_member(plan: Plan, build=reports.build_plan_report) -> reports.PlanReport:
    viewer = Viewer(
        organisation_id=plan.organisation_id,
        roles=frozenset({Role.ELECTED_MEMBER}),
        released_official=frozenset({plan.organisation_id}),
    )
    with viewing(viewer):
        return build(plan, as_of=TODAY)


def part(model: type, of: Action, **fields):
    row = model(organisation=of.organisation, action=of, **fields)
    with acting_for(of.organisation):
        row.save()
    return row


def rows_of(model: type, plan: Plan) -> list:
    with acting_for(plan.organisation):
        return list(model.objects.filter(plan=plan))


def change(row, **fields) -> None:
    with acting_for(row.organisation):
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()


def every_byte(pdf: bytes) -> str:
    """Everything in the file that could hold a text: streams unpacked, strings decoded, text as it is read."""
    found = [pdf.decode("latin-1"), pdf_text(pdf), str(pdf_outline(pdf)), str(pdf_read_aloud(pdf))]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Stream):
                found.append(item.read_bytes().decode("latin-1"))
            found.append(str(item))
            if isinstance(item, pikepdf.Dictionary):
                found += [str(value) for value in item.as_dict().values() if isinstance(value, pikepdf.String)]
        found.append(str(dict(document.docinfo)))
    return "\n".join(found)


def every_part(workbook: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return "\n".join(archive.read(name).decode("utf-8") for name in archive.namelist())


def on_screen(report: reports.PlanReport, plan: Plan) -> str:
    context = {"report": report, "cover": report.cover, "plan": plan, "paper_preview": True}
    return render_to_string("plans/reports/plan.html", context)


def flat(text: str) -> str:
    return " ".join(text.split())


# The full edition


def test_full_edition_has_every_row_with_names_and_partners(council):
    plan = make_plan(council, sections=2, objectives=2, actions=2, word="Heron")
    action = rows_of(Action, plan)[0]
    assign(make_owner(council, "Sam Whitlock", "Community Safety Officer"), action)
    assign(make_owner(council, "", "Leisure Manager"), action, Assignment.Role.LEAD)
    assign(make_owner(council, "Exampleshire Police", kind=Owner.Kind.BODY), action, Assignment.Role.PARTNER)
    report = full(plan)
    assert [len(section.rows) for section in report.sections] == [4, 4]
    assert (report.objective_count, report.action_count) == (4, 8)
    # Who leads stands first.
    assert report.sections[0].rows[0].owners == ("Leisure Manager", "Sam Whitlock, Community Safety Officer")
    text = flat(pdf_text(reports.plan_pdf(report)))
    for each in rows_of(Action, plan):
        assert each.text in text
    assert "Whitlock" in text
    assert "With Exampleshire Police" in text


def test_whole_row_of_owners_and_dates_stands_beside_every_letter_that_has_none(council):
    plan = make_plan(council, actions=2)
    first, second = rows_of(Action, plan)
    change(first, letter="a")
    change(second, letter="b")
    owner, other = make_owner(council, post="Head of Housing"), make_owner(council, post="Head of Leisure")
    with acting_for(council):
        Assignment(organisation=council, objective=first.objective, owner=owner).save()
    assign(other, second)
    rows = full(plan).sections[0].rows
    assert [row.ref for row in rows] == ["1.1 a", "1.1 b"]
    assert [row.owners for row in rows] == [("Head of Housing",), ("Head of Leisure",)]


@pytest.mark.parametrize("marked", ["plan", "objective", "action", "remark"])
def test_full_edition_carries_the_highest_marking_of_anything_in_it(council, marked):
    rows = make_everything(council, "Heron", **{marked: SENSITIVE})
    report = full(rows[Plan])
    assert report.marking == "OFFICIAL-SENSITIVE"
    pages = pdf_text(reports.plan_pdf(report)).split("\f")[:-1]
    assert all(page.count("OFFICIAL-SENSITIVE") >= 2 for page in pages)


def test_full_edition_of_a_plan_without_sensitive_rows_is_official(council):
    report = full(make_plan(council))
    assert report.marking == "OFFICIAL"
    assert "OFFICIAL-SENSITIVE" not in pdf_text(reports.plan_pdf(report))


def test_full_edition_says_which_rows_are_sensitive_where_not_all_are(council):
    plan = make_plan(council, objectives=2)
    change(rows_of(Action, plan)[0], marking=SENSITIVE)
    report = full(plan)
    assert [row.is_sensitive for row in report.sections[0].rows] == [True, False]
    assert on_screen(report, plan).count("row-marking") == 1
    change(rows_of(Action, plan)[1], marking=SENSITIVE)
    assert "row-marking" not in on_screen(full(plan), plan)


def test_steps_milestones_resources_and_latest_progress_are_printed(council):
    rows = make_everything(council, "Heron")
    action = rows[Action]
    part(ProgressUpdate, action, made_on=TODAY, note="Newest of all")
    report = full(rows[Plan])
    text = flat(pdf_text(reports.plan_pdf(report)))
    for each in ("Heron step", "Heron milestone", "Newest of all", "8 December 2026", "Heron reason", "Heron date"):
        assert each in text
    assert "Heron note" not in text
    assert "Resources: Heron" in text


def test_objective_says_which_benchmark_and_recommendation_it_answers(council):
    rows = make_everything(council, "Heron")
    objective = full(rows[Plan]).sections[0].objectives[0]
    assert objective.answers == (f"benchmark {Benchmark.objects.first()}", str(rows[Objective].recommendation))


def test_benchmark_of_the_whole_section_stands_at_its_head_only(council):
    rows = make_everything(council, "Heron")
    change(rows[Section], benchmark=rows[ObjectiveBenchmark].benchmark)
    section = full(rows[Plan]).sections[0]
    assert section.benchmark == str(Benchmark.objects.first())
    assert not [answer for answer in section.objectives[0].answers if answer.startswith("benchmark")]


def test_objective_without_actions_is_printed_and_not_counted_as_an_action(council):
    plan = make_plan(council, actions=0)
    objective = rows_of(Objective, plan)[0]
    change(objective, outcome_measure="All is well")
    report = full(plan)
    assert (report.objective_count, report.action_count) == (1, 0)
    text = flat(pdf_text(reports.plan_pdf(report)))
    assert objective.text in text
    assert "No action stated" in text
    assert "All is well" in text


def test_remarks_and_pointers_are_printed_once(council):
    plan = make_plan(council)
    section = rows_of(Section, plan)[0]
    pointer = Remark.Kind.POINTER
    make_row(Remark, plan, section=section, text="Districts agree their own.", position=1)
    make_row(Remark, plan, section=section, text="See the county's plan", kind=pointer, points_to="the county's plan")
    make_row(Remark, plan, section=section, text="For all of prisons.", kind=pointer, points_to="Probation plan")
    report = full(plan)
    assert [remark.see for remark in report.sections[0].remarks] == ["", "Probation plan", ""]
    text = flat(pdf_text(reports.plan_pdf(report)))
    assert text.count("the county's plan") == 1
    assert "See Probation plan" in text


def test_section_without_anything_says_so(council):
    plan = make_plan(council, objectives=0)
    assert "No actions in this section." in pdf_text(reports.plan_pdf(full(plan)))


def test_empty_plan_makes_an_accessible_paper_of_one_page(council):
    plan = make_plan(council, sections=0)
    data = reports.plan_pdf(full(plan))
    assert_accessible_pdf(data)
    assert "Nothing has been written into this plan yet." in pdf_text(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == 1
    assert openpyxl.load_workbook(io.BytesIO(reports.plan_workbook(full(plan)))).sheetnames == ["Summary", "Plan"]
    assert_sound_docx(reports.plan_docx(full(plan)))
    assert "Nothing has been written into this plan yet." in docx_text(reports.plan_docx(full(plan)))


def test_columns_that_would_be_empty_are_left_out_of_the_paper(council):
    plan = make_plan(council)
    assert (full(plan).has_progress, full(plan).has_outcomes) == (False, False)
    assert "Outcome measure" not in pdf_text(reports.plan_pdf(full(plan)))
    part(Milestone, rows_of(Action, plan)[0], text="Agreed")
    part(ProgressUpdate, rows_of(Action, plan)[0], made_on=TODAY, note="Done")
    assert full(plan).column_count == 6
    assert "RAG" not in pdf_text(reports.plan_pdf(full(plan))).split("Objective and actions")[1]
    change(rows_of(Action, plan)[0], stated_rag=Rag.GREEN.value)
    assert full(plan).column_count == 7
    assert_accessible_pdf(reports.plan_pdf(full(plan)))


def test_cover_says_period_state_and_date_of_update_in_words(council):
    plan = make_plan(
        council,
        Plan.State.AGREED,
        period_start=dt.date(2026, 4, 1),
        period_end=dt.date(2027, 3, 31),
        updated_on=dt.date(2026, 11, 16),
    )
    text = flat(pdf_text(reports.plan_pdf(full(plan))))
    for each in ("1 April 2026 to 31 March 2027", "Agreed on 1 January 2020 by The board", "16 November 2026", "Full"):
        assert each in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": Plan.State.DRAFT}, "Draft, not agreed"),
        ({"state": Plan.State.AMENDED, "amended_on": TODAY}, "; amended on 8 December 2026"),
        ({"state": Plan.State.CLOSED, "closed_on": TODAY}, "; closed on 8 December 2026"),
        ({"state": Plan.State.CLOSED}, "Agreed on – by –"),
    ],
)
def test_state_in_words(fields, words):
    assert words in reports.state_in_words(Plan(**fields))


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [(None, None, ""), (TODAY, None, "from 8 December 2026"), (None, TODAY, "until 8 December 2026")],
)
def test_period_in_words_where_half_of_it_is_missing(start, end, words):
    assert reports.period_in_words(Plan(period_start=start, period_end=end)) == words


# Figures


def test_actions_are_counted_by_the_rag_stated_and_not_stated_is_no_green(council):
    plan = make_plan(council, objectives=3)
    for action, rag in zip(rows_of(Action, plan), (Rag.GREEN, Rag.RED, Rag.NOT_STATED), strict=True):
        change(action, stated_rag=rag.value)
    assert dict(full(plan).rag_counts) == {Rag.GREEN: 1, Rag.AMBER: 0, Rag.RED: 1, Rag.BLUE: 0, Rag.NOT_STATED: 1}


@pytest.mark.parametrize(
    ("days", "list_name"),
    [(-400, "overdue"), (-1, "overdue"), (0, "due_soon"), (DUE_SOON_DAYS, "due_soon"), (DUE_SOON_DAYS + 1, None)],
)
def test_overdue_from_the_day_after_and_due_soon_up_to_the_last_day(council, days, list_name):
    plan = make_plan(council, target=TODAY + dt.timedelta(days=days))
    report = full(plan)
    assert [name for name in ("overdue", "due_soon") if getattr(report, name)] == ([list_name] if list_name else [])
    action = rows_of(Action, plan)[0]
    change(action, stated_rag=Rag.BLUE.value)
    assert (full(plan).overdue, full(plan).due_soon) == ((), ())


def test_stated_rag_that_differs_from_the_dates_is_listed_with_its_reason(council):
    plan = make_plan(council, target=TODAY - dt.timedelta(days=31))
    change(rows_of(Action, plan)[0], stated_rag=Rag.GREEN.value, rag_reason="Only the signature is missing")
    report = full(plan)
    (row,) = report.differing
    assert (row.rag_word, row.computed_rag_word) == ("Green", "Red")
    text = flat(pdf_text(reports.plan_pdf(report)))
    assert "Where the stated RAG and the dates differ" in text
    assert on_screen(report, plan).count("Only the signature is missing") == 2
    assert "By its dates: Red" in text


def test_rag_that_nobody_stated_differs_from_nothing(council):
    plan = make_plan(council, target=TODAY - dt.timedelta(days=31))
    assert full(plan).differing == ()


def test_declared_totals_stand_beside_the_counted_ones_and_a_difference_is_said(council):
    plan = make_plan(council, objectives=2, declared_total=3, declared_green=2)
    for action in rows_of(Action, plan):
        change(action, stated_rag=Rag.GREEN.value)
    report = full(plan)
    assert [(each.declared, each.counted) for each in report.declared] == [
        (2, 2), (None, 0), (None, 0), (None, 0), (None, 0), (3, 2),
    ]  # fmt: skip
    assert [each.label for each in report.disagreeing] == ["All actions"]
    assert "All actions: declared 3, counted 2" in flat(pdf_text(reports.plan_pdf(report)))
    change(plan, declared_total=2)
    assert "declares other totals" not in pdf_text(reports.plan_pdf(full(plan)))


def test_plan_that_declares_nothing_has_no_line_for_it(council):
    plan = make_plan(council)
    assert full(plan).declared == ()
    assert "Declared" not in pdf_text(reports.plan_pdf(full(plan)))


def test_long_lists_of_the_summary_sheet_are_cut_and_say_so(council):
    plan = make_plan(council, objectives=reports.LISTED_AT_MOST + 2, target=TODAY - dt.timedelta(days=5))
    (overdue,) = full(plan).lists
    assert (len(overdue.rows), overdue.more) == (reports.LISTED_AT_MOST, 2)
    assert "2 more are in the tables that follow." in flat(pdf_text(reports.plan_pdf(full(plan))))


def test_lists_name_the_section_where_references_start_again(council):
    plan = make_plan(council, sections=2, target=TODAY - dt.timedelta(days=5))
    assert not full(plan).names_sections
    for objective in rows_of(Objective, plan):
        change(objective, ref="1")
    assert full(plan).names_sections
    assert pdf_text(reports.plan_pdf(full(plan))).count("Section 2") == 2


# The public edition


def test_public_edition_prints_posts_and_no_names(council):
    plan = make_plan(council)
    (action,) = rows_of(Action, plan)
    assign(make_owner(council, "Sam Whitlock", "Community Safety Officer"), action, Assignment.Role.LEAD)
    assign(make_owner(council, "Jordan Pell"), action)
    assign(make_owner(council, "Exampleshire College", kind=Owner.Kind.BODY), action, Assignment.Role.PARTNER)
    report = public(plan)
    (row,) = report.sections[0].rows
    assert (row.owners, row.partners) == (("Community Safety Officer", "An officer"), ("Exampleshire College",))
    papers = (
        every_byte(reports.plan_pdf(report)),
        every_part(reports.plan_workbook(report)),
        docx_text(reports.plan_docx(report)),
    )
    for everything in papers:
        for name in ("Whitlock", "Jordan", "Pell"):
            assert name not in everything


def test_public_edition_names_nobody_in_its_texts_either(council):
    plan = make_plan(council, Plan.State.AGREED, introduction="Written by SAM  WHITLOCK.", agreed_by="Sam Lee")
    (action,) = rows_of(Action, plan)
    make_owner(council, "Sam Whitlock", "Community Safety Officer")
    make_owner(council, "Sam Whitlock")
    make_owner(council, "Sam Lee")
    make_owner(council, "Sam Lee-Whitlock", "Chief Executive")
    make_owner(council, "May")
    make_owner(council, "Sam Centre", kind=Owner.Kind.BODY)
    part(
        ProgressUpdate,
        action,
        made_on=TODAY,
        note="Now with Sam\nWhitlock and Sam Lee-Whitlock, May meeting, Sam Centre",
    )
    report = public(plan)
    assert report.introduction == "Written by Community Safety Officer."
    assert report.state.endswith("by [name withheld]")
    (row,) = report.sections[0].rows
    assert row.progress == "Now with Community Safety Officer and Chief Executive, May meeting, Sam Centre"
    assert as_member(plan, reports.build_public_plan_report) == report
    assert "WHITLOCK" in full(plan).introduction


@pytest.mark.parametrize("marked", ["plan", "objective", "action", "remark"])
def test_nothing_of_a_sensitive_row_is_anywhere_in_the_public_files(council, marked):
    plan = make_plan(council, Plan.State.AGREED, word="Wren", objectives=2)
    hidden = make_everything(council, "Zqxheron", Plan.State.DRAFT)
    sensitive = hidden[Plan]
    if marked == "plan":
        change(sensitive, marking=SENSITIVE)
        plan = sensitive
    else:
        # The sensitive row moves into a plan whose other texts are harmless.
        section = rows_of(Section, plan)[0]
        if marked == "remark":
            make_row(Remark, plan, section=section, text="Zqxheron remark", points_to="Zqxheron", marking=SENSITIVE)
        else:
            is_objective = marked == "objective"
            objective = make_row(
                Objective,
                plan,
                section=section,
                ref="7",
                text="Zqxheron objective" if is_objective else "Harmless objective",
                tier="Zqxheron tier" if is_objective else "",
                marking=SENSITIVE if is_objective else Marking.OFFICIAL,
            )
            fields = {name: f"Zqxheron {name}" for name in ("text", "outcome_measure", "resources", "rag_reason")}
            marking = Marking.OFFICIAL if is_objective else SENSITIVE
            action = make_row(Action, plan, objective=objective, letter="a", marking=marking, **fields)
            make_target_date(action, TODAY - dt.timedelta(days=40), as_written="Zqxheron date", scope="Zqxheron scope")
            assign(make_owner(council, "Zqxheron name", "Zqxheron post"), action)
            part(Step, action, text="Zqxheron step")
            part(Milestone, action, text="Zqxheron milestone")
            part(ProgressUpdate, action, made_on=TODAY, note="Zqxheron note")
    assert "Zqxheron" in every_part(reports.plan_workbook(full(plan)))
    report = public(plan)
    assert report.marking == "OFFICIAL"
    assert "zqxheron" not in report.file_stem
    pdf, workbook, document = reports.plan_pdf(report), reports.plan_workbook(report), reports.plan_docx(report)
    assert_accessible_pdf(pdf)
    assert_sound_docx(document)
    for everything in (every_byte(pdf), every_part(workbook), docx_text(document), on_screen(report, plan)):
        assert "zqxheron" not in everything.lower().replace(f"plans/{plan.pk}", "")
        assert "Zqx" not in everything


def test_the_check_for_sensitive_text_would_find_it(council):
    rows = make_everything(council, "Zqxheron", action=SENSITIVE)
    everything = every_byte(reports.plan_pdf(full(rows[Plan])))
    assert everything.count("Zqxheron action") > 1
    assert "Zqxheron action" in docx_text(reports.plan_docx(full(rows[Plan])))


def test_public_word_file_is_marked_official_and_says_sensitive_only_of_what_it_leaves_out(council):
    plan = make_plan(council, word="Wren", actions=2)
    change(rows_of(Action, plan)[0], marking=SENSITIVE)
    document = docx.Document(io.BytesIO(reports.plan_docx(public(plan))))
    margins = [p.text for s in document.sections for each in (s.header, s.footer) for p in each.paragraphs]
    assert [text for text in margins if text.startswith("OFFICIAL")] == ["OFFICIAL"] * 2 * len(document.sections)
    assert document.core_properties.category == "OFFICIAL"
    said = [line for line in docx_text(reports.plan_docx(public(plan))).split("\n") if "SENSITIVE" in line]
    assert len(said) == 1
    assert "1 action that is OFFICIAL-SENSITIVE has been left out" in said[0]
    assert "OFFICIAL-SENSITIVE" not in docx_text(reports.plan_docx(public(make_plan(council))))


@pytest.mark.parametrize("marked", ["plan", "objective", "action", "remark"])
def test_word_file_of_the_full_edition_carries_the_highest_marking(council, marked):
    rows = make_everything(council, "Heron", **{marked: SENSITIVE})
    document = docx.Document(io.BytesIO(reports.plan_docx(full(rows[Plan]))))
    for section in document.sections:
        assert section.header.paragraphs[0].text == section.footer.paragraphs[-1].text == "OFFICIAL-SENSITIVE"


def test_public_edition_counts_what_it_leaves_out_sensitive_objectives_included(council):
    plan = make_plan(council, sections=2, objectives=2, actions=2)
    actions, objectives = rows_of(Action, plan), rows_of(Objective, plan)
    change(actions[0], marking=SENSITIVE)
    change(objectives[1], marking=SENSITIVE)
    report = public(plan)
    assert (report.left_out, report.action_count, report.objective_count) == (3, 5, 3)
    assert [section.left_out for section in report.sections] == [3, 0]
    text = flat(pdf_text(reports.plan_pdf(report)))
    assert "3 actions that are OFFICIAL-SENSITIVE have been left out" in text
    summary = openpyxl.load_workbook(io.BytesIO(reports.plan_workbook(report)))["Summary"]
    assert ("Actions left out of this edition", 3) in summary.values


def test_public_edition_leaves_out_what_is_declared_of_the_whole(council):
    plan = make_plan(council, declared_total=19)
    assert public(plan).declared == ()
    assert "19" not in pdf_text(reports.plan_pdf(public(plan)))


def test_public_edition_says_of_an_objective_that_its_actions_are_left_out(council):
    plan = make_plan(council)
    change(rows_of(Action, plan)[0], marking=SENSITIVE)
    text = pdf_text(reports.plan_pdf(public(plan)))
    assert "Left out: OFFICIAL-SENSITIVE" in text
    assert "No action stated" not in text


def test_public_edition_says_of_a_section_that_all_of_it_is_left_out(council):
    plan = make_plan(council)
    change(rows_of(Objective, plan)[0], marking=SENSITIVE)
    assert "What is in this section has been left out" in flat(pdf_text(reports.plan_pdf(public(plan))))


def test_public_edition_mentions_left_out_remarks_where_no_action_is_left_out(council):
    plan = make_plan(council)
    assert "No action has been left out of this public edition." in flat(pdf_text(reports.plan_pdf(public(plan))))
    make_row(Remark, plan, section=rows_of(Section, plan)[0], text="Secret", marking=SENSITIVE)
    report = public(plan)
    assert (report.left_out, report.left_out_besides) == (0, 1)
    assert "remarks that are OFFICIAL-SENSITIVE have" in flat(pdf_text(reports.plan_pdf(report)))


def test_public_edition_of_a_plan_that_is_sensitive_as_a_whole_is_one_page_without_its_words(council):
    rows = make_everything(council, "Zqxheron", Plan.State.AGREED, plan=SENSITIVE)
    report = public(rows[Plan])
    assert (report.title, report.left_out, report.sections) == ("Prevent action plan", 1, ())
    data = reports.plan_pdf(report)
    assert_accessible_pdf(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == 1
    text = flat(pdf_text(data))
    assert "nothing of it is public. It has 1 action." in text
    # Noughts would read as figures of the plan.
    assert "Objectives" not in text


def test_file_names_tell_the_editions_apart(council):
    plan = make_plan(council, title="Prevent plan: 2026/27 – “first”")
    assert full(plan).file_stem == "prevent-plan-202627-first-2026-12-08"
    assert public(plan).file_stem == "prevent-plan-202627-first-2026-12-08-public"
    assert full(make_plan(council, title="計画")).file_stem == "plan-2026-12-08"


# Elected members


def test_elected_member_gets_names_but_nothing_sensitive_and_is_told_so(council):
    rows = make_everything(council, "Heron", Plan.State.AGREED)
    plan = rows[Plan]
    with acting_for(council):
        plan.declared_total = 2
        plan.save()
    secret = make_row(Action, plan, objective=rows[Objective], text="Zqx secret", marking=SENSITIVE)
    report = as_member(plan)
    assert (report.action_count, report.left_out, report.marking) == (1, 1, "OFFICIAL")
    # A declared total of the whole plan would look like a mistake beside a part of it.
    assert report.declared == ()
    assert report.edition_in_words == "Without what is OFFICIAL-SENSITIVE"
    everything = every_byte(reports.plan_pdf(report))
    assert secret.text not in everything
    assert "Heron name" in flat(pdf_text(reports.plan_pdf(report)))


def test_elected_members_public_edition_leaves_out_as_many_as_the_officers(council):
    rows = make_everything(council, "Heron", Plan.State.AGREED)
    make_row(Action, rows[Plan], objective=rows[Objective], text="Secret", marking=SENSITIVE)
    assert as_member(rows[Plan], reports.build_public_plan_report) == public(rows[Plan])


# What people type


HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)><p>kept</p>",
    "template": "{{ report.title }}{% now 'Y' %}{# gone #}",
    "control": "bell\x07 escape\x1b[31m form\x0cfeed vertical\x0btab",
    "direction": "\u202eright to left\u202c עברית العربية",
    "emoji": "family 👩‍👩‍👧‍👦 flag 🏴󠁧󠁢󠁷󠁬󠁳󠁿 astral 𝔸",
    "one long word": "x" * 10_000,
    "blank": " \n\t\u00a0 ",
    "formula": '=HYPERLINK("http://example.org","click")',
    "url": "url(http://example.org/x.png) file:///etc/passwd",
    "noncharacter": "a\ufffeb\uffff\u2028c",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_stays_text_and_the_paper_accessible(council, kind):
    text = HOSTILE[kind]
    rows = make_everything(council, "Heron")
    action = rows[Action]
    change(action, text=text, outcome_measure=text, rag_reason=text[:500], resources=text)
    change(rows[Objective], text=text, tier=text[:200])
    change(rows[Section], title=text[:500].strip() or "-", introduction=text)
    change(rows[Plan], aim=text, introduction=text)
    part(ProgressUpdate, action, made_on=TODAY, note=text)
    for report in (full(rows[Plan]), public(rows[Plan])):
        data = reports.plan_pdf(report)
        assert_accessible_pdf(data)
        assert_sound_docx(reports.plan_docx(report))
        workbook = reports.plan_workbook(report)
        cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(workbook)) for row in sheet for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
    assert "<script>" not in on_screen(full(rows[Plan]), rows[Plan])
    if kind == "template":
        assert "{{ report.title }}" in flat(pdf_text(data))


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL refuses the character U+0000 itself")
def test_nul_characters_do_not_stop_a_paper(council):
    plan = make_plan(council)
    (action,) = rows_of(Action, plan)
    change(action, text="before\x00after")
    assert_accessible_pdf(reports.plan_pdf(full(plan)))
    assert "\x00" not in every_part(reports.plan_workbook(full(plan)))


def test_row_longer_than_pages_is_broken_and_loses_nothing(council):
    plan = make_plan(council)
    (action,) = rows_of(Action, plan)
    words = [f"word{number}" for number in range(2_000)]
    change(action, text=" ".join(words))
    part(ProgressUpdate, action, made_on=TODAY, note="\n".join(words[:300]))
    report = full(plan)
    assert report.sections[0].rows[0].is_long
    data = reports.plan_pdf(report)
    assert_accessible_pdf(data)
    found = set(re.findall(r"word\d+", pdf_text(data)))
    assert found >= set(words)


def test_row_of_everyday_length_is_not_broken(council):
    plan = make_plan(council)
    (action,) = rows_of(Action, plan)
    change(action, text="A sentence of the usual length about rooms. " * 6, outcome_measure="Rooms are safe. " * 5)
    assert not full(plan).sections[0].rows[0].is_long


# Queries


@pytest.mark.parametrize("build", [reports.build_plan_report, reports.build_public_plan_report])
def test_report_takes_the_same_queries_for_2_and_for_12_rows(council, build):
    counts, owner = [], make_owner(council, post="Head of Housing")
    for size in (2, 12):
        plan = make_plan(
            council,
            sections=size,
            objectives=2,
            actions=2,
            owner=owner,
            target=TODAY,
        )
        change(rows_of(Action, plan)[0], marking=SENSITIVE)
        for action in rows_of(Action, plan):
            part(ProgressUpdate, action, made_on=TODAY, note="Done")
        with (
            acting_for(council),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            report = build(plan, as_of=TODAY)
            reports.plan_workbook(report)
            reports.plan_docx(report)
            render_to_string("plans/reports/plan.html", {"report": report, "cover": report.cover})
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= MOST_QUERIES


# The files


def test_papers_of_a_full_plan_are_accessible_with_a_bookmark_for_each_section(council):
    plan = make_plan(
        council, sections=3, objectives=4, actions=2, target=TODAY, owner=make_owner(council, post="Head of Housing")
    )
    data = reports.plan_pdf(full(plan))
    assert_accessible_pdf(data)
    assert [title for level, title in pdf_outline(data) if level == 2] == [
        "Contents", "Summary sheet", "How to read this paper", "Section 1", "Section 2", "Section 3",
        "Who answers for what",
    ]  # fmt: skip
    assert_accessible_pdf(reports.plan_pdf(public(plan)))


def test_screen_reader_hears_the_rag_as_a_word(council):
    plan = make_plan(council)
    change(rows_of(Action, plan)[0], stated_rag=Rag.AMBER.value)
    read = pdf_read_aloud(reports.plan_pdf(full(plan)))
    assert ("TD", " Amber") in [(role, text.replace("▲", "")) for role, text in read] or ("TD", "Amber") in read


def test_workbook_has_real_dates_numbers_and_no_formulas(council):
    plan = make_plan(council, target=dt.date(2027, 3, 31), updated_on=dt.date(2026, 11, 16))
    change(rows_of(Action, plan)[0], text="=1+1")
    workbook = openpyxl.load_workbook(io.BytesIO(reports.plan_workbook(full(plan))))
    heading, row = workbook["Plan"].iter_rows()
    cells = dict(zip([cell.value for cell in heading], row, strict=True))
    assert tuple(cells) == reports.TABLE_COLUMNS
    assert cells["Due"].value == dt.datetime(2027, 3, 31)
    assert cells["Due"].is_date
    assert (cells["Action"].value, cells["Action"].data_type) == ("=1+1", "s")
    assert (cells["RAG"].value, cells["RAG by dates"].value) == ("Not stated", "Green: on track")
    summary = dict(workbook["Summary"].values)
    assert summary["As at"] == dt.datetime(2026, 12, 8)
    assert summary["Date of update"] == dt.datetime(2026, 11, 16)
    assert summary["Total number of actions"] == 1


def test_workbook_has_columns_for_resources_and_answers_where_there_are_any(council):
    rows = make_everything(council, "Heron")
    sheet = openpyxl.load_workbook(io.BytesIO(reports.plan_workbook(full(rows[Plan]))))["Plan"]
    assert [cell.value for cell in sheet[1]] == [*reports.TABLE_COLUMNS, *reports.OPTIONAL_COLUMNS]
    assert sheet.cell(2, len(reports.TABLE_COLUMNS) + 1).value == "Heron resources"


def test_workbook_that_is_read_back_in_gives_the_same_actions(council):
    plan = make_plan(council, sections=2, objectives=2, actions=1, title="Borrowmere plan")
    lead = make_owner(council, "Sam Whitlock", "Community Safety Officer")
    rags = (Rag.GREEN, Rag.AMBER, Rag.RED, Rag.BLUE)
    for number, (action, rag) in enumerate(zip(rows_of(Action, plan), rags, strict=True), start=1):
        change(
            action,
            text=f"Brief the managers of building number {number} on letting rooms.",
            stated_rag=rag.value,
            outcome_measure=f"{number} briefings held",
        )
        assign(lead, action, Assignment.Role.LEAD)
        make_target_date(action, dt.date(2027, 3, 31), as_written="March 2027")
        part(ProgressUpdate, action, made_on=TODAY, note=f"Briefing {number} is booked.")
    draft = understand_plan(read_document(reports.plan_workbook(full(plan)), "plan.xlsx"))
    before = [row for section in full(plan).sections for row in section.rows]
    assert [action.text for action in draft.actions] == [row.action for row in before]
    assert [action.rag for action in draft.actions] == [row.rag for row in before]
    assert [action.progress for action in draft.actions] == [row.progress for row in before]
    assert [action.outcome for action in draft.actions] == [row.outcome_measure for row in before]
    assert [[date.as_written for date in action.target_dates] for action in draft.actions] == [["March 2027"]] * 4
    assert {(owner.name, owner.post) for action in draft.actions for owner in action.owners} == {
        ("Sam Whitlock", "Community Safety Officer")
    }
    assert [section.title for section in draft.sections] == ["Section 1", "Section 2"]


def test_word_file_that_is_read_back_in_gives_the_same_plan(council):
    plan = make_plan(
        council, sections=2, objectives=2, actions=2, title="Borrowmere Prevent plan", aim="To keep people safe.",
        introduction="What the council does.", period_start=dt.date(2026, 4, 1), period_end=dt.date(2027, 3, 31),
        updated_on=dt.date(2026, 11, 16),
    )  # fmt: skip
    lead = make_owner(council, "Sam Whitlock", "Community Safety Officer")
    rags = (Rag.GREEN, Rag.AMBER, Rag.RED, Rag.BLUE, Rag.NOT_STATED) * 2
    for number, (action, rag) in enumerate(zip(rows_of(Action, plan), rags, strict=False)):
        change(
            action,
            letter="ab"[number % 2],
            text=f"Brief the managers of building {number} on letting rooms.",
            stated_rag=rag.value,
            outcome_measure=f"{number + 3} briefings held",
            marking=SENSITIVE if number == 3 else Marking.OFFICIAL,
        )
        assign(lead, action, Assignment.Role.LEAD)
        make_target_date(action, TODAY - dt.timedelta(days=40), as_written="31 October 2026")
        part(ProgressUpdate, action, made_on=TODAY, note=f"Briefing {number} is booked.")
    report = full(plan)
    # The lists of what is overdue and differing repeat the actions: they must not come in a second time.
    assert report.overdue
    assert report.differing
    draft = understand_plan(read_document(reports.plan_docx(report), "plan.docx"))
    assert (draft.title, draft.aim, draft.introduction) == (plan.title, plan.aim, plan.introduction)
    assert (draft.period_start, draft.period_end) == (plan.period_start, plan.period_end)
    assert (draft.updated_on, draft.marking) == (plan.updated_on, "OFFICIAL-SENSITIVE")
    assert draft.quarantined == []
    assert [section.title for section in draft.sections] == ["Section 1", "Section 2"]
    objectives = [(objective.ref, objective.text) for objective in draft.objectives]
    assert objectives == [(o.ref, o.text) for section in report.sections for o in section.objectives]
    assert [action.letter for action in draft.actions] == [row.letter for row in report.rows]
    assert [action.text for action in draft.actions] == [row.action for row in report.rows]
    assert [action.rag for action in draft.actions] == [row.rag for row in report.rows]
    assert [action.outcome for action in draft.actions] == [row.outcome_measure for row in report.rows]
    assert [action.marking == "OFFICIAL-SENSITIVE" for action in draft.actions] == [r.is_sensitive for r in report.rows]
    assert [[d.as_written for d in action.target_dates] for action in draft.actions] == [["31 October 2026"]] * 8
    assert {(owner.name, owner.post) for action in draft.actions for owner in action.owners} == {
        ("Sam Whitlock", "Community Safety Officer")
    }
    for action, row in zip(draft.actions, report.rows, strict=True):
        notes = [action.progress, *(progress.note for progress in action.progress_notes)]
        assert any(row.progress in note for note in notes)


# The command


def command(*arguments: object) -> str:
    out = io.StringIO()
    call_command("render_plan", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("edition", ["full", "public"])
@pytest.mark.parametrize(("suffix", "magic"), [("pdf", b"%PDF-"), ("docx", b"PK"), ("xlsx", b"PK")])
def test_command_writes_both_editions_in_every_format_and_a_line_in_the_log(council, tmp_path, edition, suffix, magic):
    plan = make_plan(council, word="Heron")
    coordinator = make_user(Role.COORDINATOR, council)
    path = tmp_path / f"plan.{suffix}"
    arguments = (
        "--edition",
        edition,
        "--format",
        suffix,
        "-o",
        path,
        "--actor",
        coordinator.email,
        "--reason",
        "Board",
    )
    printed = command(plan.pk, *arguments)
    assert path.read_bytes().startswith(magic)
    assert plan.title in printed
    assert str(path) in printed
    entry = LogEntry.objects.get(event="downloaded")
    assert (entry.actor, entry.reason, entry.organisation, entry.object_id) == (coordinator, "Board", council, plan.pk)
    assert entry.changes["file"] == path.name


def test_command_reports_to_a_machine(council, tmp_path):
    plan = make_plan(council, actions=2)
    change(rows_of(Action, plan)[0], marking=SENSITIVE)
    path = tmp_path / "plan.xlsx"
    report = json.loads(command(plan.pk, "--edition", "public", "--format", "xlsx", "-o", path, "--json"))
    assert report == {
        "plan": plan.pk,
        "title": plan.title,
        "edition": "public",
        "format": "xlsx",
        "file": str(path),
        "bytes": path.stat().st_size,
        "actions": 1,
        "left_out": 1,
    }


def test_command_dates_the_paper_as_it_is_told(council, tmp_path):
    plan = make_plan(council, target=dt.date(2027, 6, 1))
    path = tmp_path / "plan.pdf"
    command(plan.pk, "-o", path, "--as-of", "2027-06-02")
    text = flat(pdf_text(path.read_bytes()))
    assert "2 June 2027" in text
    assert "Overdue" in text


def test_command_refuses_a_plan_that_does_not_exist(tmp_path):
    with pytest.raises(CommandError, match="There is no plan 4711"):
        command(4711, "-o", tmp_path / "plan.pdf")


def test_command_that_cannot_write_its_file_leaves_no_line_in_the_log(council, tmp_path):
    plan = make_plan(council)
    with pytest.raises(CommandError, match="No such file or directory"):
        command(plan.pk, "--format", "xlsx", "-o", tmp_path / "missing" / "plan.xlsx")
    assert not LogEntry.objects.filter(event="downloaded").exists()


# The addresses

PAPERS = {
    "plan_pdf": ".pdf",
    "plan_public_pdf": "-public.pdf",
    "plan_docx": ".docx",
    "plan_public_docx": "-public.docx",
    "plan_xlsx": ".xlsx",
}


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLERK, Role.ELECTED_MEMBER, Role.REVIEWER])
def test_members_and_officers_download_papers_and_the_log_says_so(council, name, role):
    plan = make_plan(council, Plan.State.AGREED, title="Heron plan")
    user = make_user(role, council)
    client = signed_in(user)
    response = client.get(portal_url(council, f"plans:{name}", pk=plan.pk))
    assert response.status_code == 200
    expected = f"heron-plan-2026-12-08{PAPERS[name]}"
    assert response["Content-Disposition"] == f'attachment; filename="{expected}"'
    assert response["Cache-Control"] == "private, no-store"
    assert response.content.startswith(b"%PDF-" if name.endswith("_pdf") else b"PK")
    entry = LogEntry.objects.get(event="downloaded")
    assert (entry.actor, entry.object_id, entry.changes) == (user, plan.pk, {"file": expected})


@pytest.mark.parametrize("name", [*PAPERS, "plan_preview"])
def test_papers_of_another_council_and_drafts_for_readers_do_not_exist(council, name):
    other = make_authority("Wrenhaven Council")
    theirs, draft = make_plan(other, Plan.State.AGREED), make_plan(council)
    client = signed_in(make_user(Role.ELECTED_MEMBER, council))
    for organisation, plan in ((other, theirs), (council, theirs), (council, draft)):
        assert client.get(portal_url(organisation, f"plans:{name}", pk=plan.pk)).status_code == 404
    assert client.get(portal_url(council, f"plans:{name}", pk=999_999)).status_code == 404
    assert not LogEntry.objects.filter(event="downloaded").exists()


@pytest.mark.parametrize("name", [*PAPERS, "plan_preview"])
def test_papers_are_nothing_for_strangers(client, council, name):
    plan = make_plan(council, Plan.State.AGREED)
    response = client.get(portal_url(council, f"plans:{name}", pk=plan.pk))
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]


def test_elected_member_cannot_download_a_plan_that_is_sensitive_as_a_whole(council):
    plan = make_plan(council, Plan.State.AGREED, marking=SENSITIVE)
    client = signed_in(make_user(Role.ELECTED_MEMBER, council))
    for name in PAPERS:
        assert client.get(portal_url(council, f"plans:{name}", pk=plan.pk)).status_code == 404


def test_preview_shows_the_same_paper_on_screen_with_a_way_back(council):
    plan = make_plan(council, word="Heron")
    client = signed_in(make_user(Role.CLERK, council))
    page = client.get(portal_url(council, "plans:plan_preview", pk=plan.pk)).content.decode()
    assert "Heron Action 1.1.1" in page
    assert f'href="{plan.get_absolute_url()}"' in page
    assert "print.css" in page
    assert "style=" not in page
    assert "<style" not in page


def test_paper_is_not_rendered_while_the_database_is_held(council, monkeypatch):
    """A long PDF would otherwise keep the embedded database locked, and everybody waiting."""
    plan = make_plan(council, Plan.State.AGREED)
    depths = []

    def note_transactions(report):
        depths.append(len(connection.savepoint_ids))
        return b"%PDF-"

    monkeypatch.setattr(reports, "plan_pdf", note_transactions)
    client = signed_in(make_user(Role.ELECTED_MEMBER, council))
    outside = len(connection.savepoint_ids)
    response = client.get(portal_url(council, "plans:plan_pdf", pk=plan.pk))
    assert (response.content, response["Content-Length"]) == (b"%PDF-", "5")
    assert b"".join(response) == b"%PDF-"
    assert depths == [outside]


def test_column_of_references_is_wide_enough_for_their_longest_word(council):
    plan = make_plan(council)
    assert full(plan).ref_kind == "ref"
    change(rows_of(Objective, plan)[0], ref="7 (grants and contracts)")
    assert full(plan).ref_kind == "narrow"
    assert "contracts)" in pdf_text(reports.plan_pdf(full(plan))).split()
