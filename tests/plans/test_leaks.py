"""What says that it is OFFICIAL-SENSITIVE, and whom the texts name, leaves the authority by no way."""

import datetime as dt
import functools
import importlib
import io
import zipfile

import pikepdf
import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import CharField, QuerySet, TextField

from plans import reports, services
from plans.models import (
    Action,
    Assignment,
    Objective,
    Owner,
    Plan,
    ProgressUpdate,
    Remark,
    SaysItIsSensitive,
    Section,
    Step,
)
from plans.reports.public import EMAIL, PHONE
from plans.rules import Rag
from plans.understanding import understand_plan
from plans.understanding.draft import PlanDraft
from plans.understanding.markings import FLAG
from prevent_portal.models import Marking, Recommendation
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from tests.factories import address, make_authority, make_owner, make_user, signed_in
from tests.pdf_checks import pdf_text
from tests.plans.documents import table, word
from tests.plans.full_plan import fill
from tests.plans.import_drafts import plan_of, row, stage_draft

WORDS = "OFFICIAL – SENSITIVE: Zanzibar sentinel"
SENTINEL = "Zanzibar"
SENSITIVE = Marking.OFFICIAL_SENSITIVE
migration = importlib.import_module("plans.migrations.0003_mark_rows_that_say_they_are_sensitive")
MODELS = [m for m in apps.get_app_config("plans").get_models() if m.__name__ not in ("PlanImport", "ImportedFile")]
SHORTEST = 30
"""A field that holds fewer characters cannot hold the words and anything besides."""

TEXTS = [
    (model, field.name)
    for model in (*MODELS, Recommendation)
    for field in model._meta.concrete_fields
    if isinstance(field, CharField | TextField)
    and not field.choices
    and (field.max_length or SHORTEST) >= SHORTEST
    and model.__name__ != "ColumnHeading"
]
pytestmark = pytest.mark.django_db


@pytest.fixture
def council():
    return make_authority("Borrowmere Council")


def agreed(council) -> Plan:
    plan = fill(council, word="Heron", rows=2)
    QuerySet(Plan).filter(pk=plan.pk).update(state="agreed", agreed_on=dt.date(2026, 4, 1), agreed_by="Board")
    with acting_for(council):
        return Plan.objects.get()


def public_papers(plan: Plan) -> str:
    """All that the public papers hold: texts, metadata, bookmarks, alternative texts, names of files."""
    with acting_for(plan.organisation):
        report = reports.build_public_plan_report(Plan.objects.get(), as_of=dt.date(2026, 12, 8))
    said = [report.file_stem]
    paper = reports.plan_pdf(report)
    said.append(" ".join(pdf_text(paper).split()))
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        for each in pdf.objects:
            said += _strings(each)
    for data in (reports.plan_docx(report), reports.plan_workbook(report)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            said += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return "\n".join(said)


def _strings(value, *, is_top: bool = True) -> list[str]:
    """The texts of one object of a PDF, and what a stream holds; the objects that it points at are looked at apart."""
    if not isinstance(value, pikepdf.Object) or (value.is_indirect and not is_top):
        return []
    if isinstance(value, pikepdf.String):
        return [str(value)]
    if isinstance(value, pikepdf.Array):
        return [text for each in value for text in _strings(each, is_top=False)]
    if not isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        return []
    held = [value.read_bytes().decode("utf-8", "replace")] if isinstance(value, pikepdf.Stream) else []
    return held + [text for _key, each in value.items() for text in _strings(each, is_top=False)]


@functools.cache
def models_of_the_migration():
    """The models as the migration sees them: without managers that know a viewer."""
    return MigrationLoader(connection).project_state([("plans", migration.__name__.rsplit(".", 1)[1])]).apps


def mark_old_rows() -> None:
    migration.mark_rows(models_of_the_migration(), None)


def put(model, name: str) -> None:
    """Write the words below every guard, as rows from before the rule have them."""
    rows = QuerySet(model)
    rows.filter(pk=rows.order_by("pk").first().pk).update(**{name: WORDS[: model._meta.get_field(name).max_length]})


@pytest.mark.parametrize(("model", "name"), TEXTS, ids=[f"{m.__name__}.{n}" for m, n in TEXTS])
def test_no_text_of_a_plan_that_carries_the_words_reaches_public_papers_or_members(council, model, name):
    plan = agreed(council)
    put(model, name)
    assert SENTINEL not in public_papers(plan)
    mark_old_rows()
    member = signed_in(make_user(Role.ELECTED_MEMBER, council))
    pages = [address(council, f"plans:{view}", pk=plan.pk) for view in ("plan_detail", "plan_table", "plan_timeline")]
    pages += [address(council, "plans:plan_list"), address(council, "plans:owner_list")]
    for view, kind in (("objective_detail", Objective), ("action_detail", Action), ("owner_detail", Owner)):
        pages += [address(council, f"plans:{view}", pk=pk) for pk in QuerySet(kind).values_list("pk", flat=True)]
    for page in pages:
        assert SENTINEL not in member.get(page).content.decode(), page


def test_the_words_are_found_where_they_are_looked_for(council):
    """So that the test above cannot pass because nothing is read."""
    plan = agreed(council)
    QuerySet(Action).update(text="Zanzibar visit")
    assert public_papers(plan).count(SENTINEL) > 3
    member = signed_in(make_user(Role.ELECTED_MEMBER, council))
    assert SENTINEL in member.get(address(council, "plans:plan_table", pk=plan.pk)).content.decode()


@pytest.mark.parametrize(
    ("model", "name"),
    [(m, n) for m, n in TEXTS if m not in (Recommendation, Owner)],
    ids=[f"{m.__name__}.{n}" for m, n in TEXTS if m not in (Recommendation, Owner)],
)
def test_no_text_with_the_words_is_saved_in_a_row_that_is_not_marked(council, model, name):
    fill(council, word="Heron", rows=1)
    with acting_for(council):
        each = model.objects.order_by("pk").first()
        setattr(each, name, WORDS[: model._meta.get_field(name).max_length])
        for write in (each.clean, each.save, lambda: model.objects.bulk_update([each], [name])):
            with pytest.raises(SaysItIsSensitive):
                write()
        holder = each if hasattr(each, "marking") else next(each.holders())
        type(holder).objects.filter(pk=holder.pk).update(marking=SENSITIVE)
        stored = model.objects.get(pk=each.pk)
        setattr(stored, name, WORDS[: model._meta.get_field(name).max_length])
        stored.save()


@pytest.mark.parametrize(
    ("model", "name"), [(Owner, "name"), (Owner, "post"), (Recommendation, "exercise"), (Recommendation, "text")]
)
def test_registers_never_carry_the_words(council, model, name):
    fill(council, word="Heron", rows=1)
    with acting_for(council):
        each = model.objects.order_by("pk").first()
        setattr(each, name, WORDS)
        with pytest.raises(ValidationError):
            each.clean()


def test_a_marking_is_not_taken_away_while_what_is_below_needs_it(council):
    plan = fill(council, word="Heron", rows=1)
    with acting_for(council):
        objective = Objective.objects.get()
        objective.marking = SENSITIVE
        objective.save()
        step = Step.objects.first()
        step.text = WORDS
        step.save()
        objective = Objective.objects.get()
        objective.marking = Marking.OFFICIAL
        with pytest.raises(SaysItIsSensitive):
            objective.save()
        Action.objects.filter(plan=plan).update(marking=SENSITIVE)
        objective.save()


def test_progress_that_carries_the_words_is_refused_at_its_field(council):
    plan = fill(council, word="Heron", rows=1)
    client = signed_in(make_user(Role.COORDINATOR, council))
    with acting_for(council):
        action = Action.objects.get(plan=plan)
        latest = ProgressUpdate.objects.get()
    said = {
        "made_on_0": "8", "made_on_1": "5", "made_on_2": "2026", "note": WORDS, "rag": "amber", "reason": "Slipped",
        "seen": latest.pk,
    }  # fmt: skip
    page = client.post(address(council, "plans:action_progress", pk=action.pk), said).content.decode()
    assert "Mark action first, or take the words out." in page
    assert QuerySet(ProgressUpdate).count() == 1
    with acting_for(council), pytest.raises(SaysItIsSensitive):
        services.record_progress(action=action, made_on=dt.date(2026, 5, 8), note=WORDS, rag=Rag.AMBER, user=None)


# The import

HEADINGS = ("Ref", "Objective", "Action", "Owner", "Target date", "Outcome", "Progress")


def understood(*rows: tuple[str, ...]) -> PlanDraft:
    return understand_plan(word(table(HEADINGS, *rows)))


@pytest.mark.parametrize("at", range(1, len(HEADINGS)))
def test_a_row_of_a_file_that_says_it_is_sensitive_is_marked_as_a_whole(at):
    cells = ["2", "Know the risk", "Read the profile", "Prevent Officer", "March 2027", "A reading", "Begun"]
    cells[at] = f"{cells[at]} (OFFICIAL-SENSITIVE)"
    draft = understood(("1", "Train staff", "Hold courses", "HR", "May 2026", "", ""), tuple(cells))
    one, two = draft.objectives
    assert (one.marking, one.actions[0].marking) == ("", "")
    assert two.marking == two.actions[0].marking == "OFFICIAL-SENSITIVE"
    assert FLAG in [*two.flags, *two.actions[0].flags]


def test_a_heading_that_says_it_is_sensitive_marks_what_is_below_it(council):
    draft = plan_of(row("1", "Objective", "Action"))
    draft.sections[0].title = "Profile (OFFICIAL SENSITIVE)"
    with acting_for(council):
        services.write_draft(organisation=council, draft=draft)
        assert Section.objects.get().marking == SENSITIVE
        assert not Objective.objects.official().exists() and not Action.objects.official().exists()


def test_a_person_who_takes_the_words_out_can_take_the_marking_away_and_otherwise_it_stays(council):
    with acting_for(council):
        staged = stage_draft(council, plan_of(row("1", "Objective", "Action (OFFICIAL-SENSITIVE)", key="r1")))
        for text, marking in (("Action (OFFICIAL-SENSITIVE)", "OFFICIAL-SENSITIVE"), ("Action", "")):
            services.correct_row(plan_import=staged, key="r1", section=0, objective=row("1", "Objective", text))
            staged.refresh_from_db()
            assert services.draft_of(staged).actions[0].marking == marking


def test_an_update_raises_a_marking_and_never_lowers_one(council):
    with acting_for(council):
        staged = stage_draft(council, plan_of(row("1", "Objective one", "Do the one thing")))
        plan = services.commit_import(plan_import=staged)
        again = stage_draft(council, plan_of(row("1", "Objective one", "Do the one thing. OFFICIAL-SENSITIVE")))
        diff = services.compare(plan_import=again, plan=plan)
        services.update_plan_from_import(
            plan_import=again, plan=plan, rows=[each.key for each in diff.rows], fingerprint=diff.fingerprint
        )
        assert Action.objects.get().marking == SENSITIVE
        third = stage_draft(council, plan_of(row("1", "Objective one", "Do the one thing again")))
        diff = services.compare(plan_import=third, plan=plan)
        services.update_plan_from_import(
            plan_import=third, plan=plan, rows=[each.key for each in diff.rows], fingerprint=diff.fingerprint
        )
        assert (Action.objects.get().text, Action.objects.get().marking) == ("Do the one thing again", SENSITIVE)


def test_rows_from_before_the_rule_are_marked_and_others_are_not(council):
    fill(council, word="Heron", rows=2)
    put(Step, "text")
    put(Remark, "text")
    mark_old_rows()
    first, second = QuerySet(Action).order_by("pk")
    assert (first.marking, second.marking) == (SENSITIVE, Marking.OFFICIAL)
    assert [each.marking for each in QuerySet(Objective).order_by("pk")] == [SENSITIVE, Marking.OFFICIAL]
    assert QuerySet(Remark).get().marking == SENSITIVE
    assert QuerySet(Section).get().marking == QuerySet(Plan).get().marking == Marking.OFFICIAL


# Names


def test_public_papers_withhold_how_to_reach_people_and_name_posts(council):
    plan = agreed(council)
    with acting_for(council):
        make_owner(council, "Ada Moor", post="Director of Libraries")
        make_owner(council, "Kim Vale", post="")
    QuerySet(Action).update(
        text="Ask Ada Moor, MOOR, ADA, or Kim Vale: ada.moor@borrowmere.example or 01632 960 123 ext. 4; "
        "+44 (0)1632 960124"
    )
    said = public_papers(plan)
    for word_of in ("Ada Moor", "MOOR", "Kim Vale", "ada.moor", "960 123", "960124", "4; "):
        assert word_of not in said
    assert "Ask Director of Libraries, Director of Libraries, or [name withheld]: [e-mail address withheld]" in said


@pytest.mark.parametrize(
    "text", ["01632 960123", "(01632) 960 123", "+44 1632 960123", "07700 900123", "0044 1632 960123", "020-7946-0123"]
)
def test_telephone_numbers_are_recognised(text):
    assert PHONE.search(f"Ring {text}.")


@pytest.mark.parametrize(
    "text", ["01/04/2026 to 31/03/2027", "2024-2025", "£1,000,000 by 2026", "14.12.2023", "03/2024 and 06/2024", "1-21"]
)
def test_dates_and_sums_are_no_telephone_numbers(text):
    assert not PHONE.search(text)
    assert not EMAIL.search(text)


def test_the_page_of_the_public_edition_lists_what_seems_to_name_a_person(council):
    plan = agreed(council)
    client = signed_in(make_user(Role.COORDINATOR, council))
    url = address(council, "plans:plan_public", pk=plan.pk)
    assert "No text seems to name a person" in client.get(url).content.decode()
    action = QuerySet(Action).order_by("pk").first()
    QuerySet(Action).filter(pk=action.pk).update(text="Cllr Rowan Ash opens it; contact: Robin Field. Dr Who is asked.")
    page = client.get(url).content.decode()
    for name in ("Cllr Rowan Ash", "contact: Robin Field", "Dr Who"):
        assert f"<strong>{name}</strong>" in page
    assert page.count(address(council, "plans:action_update", pk=action.pk)) == 3
    assert "Check before you publish" in page


def test_the_command_says_the_same_beside_its_report(council, tmp_path, capsys):
    plan = agreed(council)
    QuerySet(Section).update(introduction="Led by Insp. Rowan Ash.")
    call_command("render_plan", str(plan.pk), "--edition", "public", "--format", "xlsx", "-o", str(tmp_path / "p.xlsx"))
    assert f"Check before you publish: Section {QuerySet(Section).get().pk}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        "ada.moor (at) borrowmere.example", "ada.moor [at] borrowmere [dot] example", "ada.moor＠borrowmere.example",
        "ada(AT)borrowmere.example",
    ],
)  # fmt: skip
def test_addresses_that_are_hidden_from_machines_are_recognised(text):
    assert EMAIL.search(f"Write to {text}.")


def test_nobody_is_at_a_place():
    assert not EMAIL.search("The board meets (at least) quarterly. Held [at County Hall].")


def test_the_check_lists_every_owner_as_printed_whatever_the_portal_takes_them_for(council):
    plan = agreed(council)
    with acting_for(council):
        action = Action.objects.filter(plan=plan).first()
        for name, kind in (("Okafor", Owner.Kind.BODY), ("Ada Moor", Owner.Kind.PERSON)):
            owner = make_owner(council, name, kind=kind)
            Assignment(organisation=council, objective=action.objective, action=action, owner=owner).save()
    page = signed_in(make_user(Role.COORDINATOR, council)).get(address(council, "plans:plan_public", pk=plan.pk))
    printed = {each.known_as: each.printed for each in page.context["owners"]}
    assert printed["Okafor"] == "Okafor"
    assert printed["Ada Moor"] == "An officer"
    text = page.content.decode()
    assert address(council, "plans:owner_update", pk=owner_named(council, "Okafor").pk) in text


def owner_named(council, name):
    with acting_for(council):
        return Owner.objects.get(name=name)


def test_the_last_name_alone_of_an_owner_is_listed(council):
    plan = agreed(council)
    with acting_for(council):
        make_owner(council, "Ada Moor", post="Director of Libraries")
    QuerySet(Action).update(text="Moor opens the board on the moor.")
    page = signed_in(make_user(Role.COORDINATOR, council)).get(address(council, "plans:plan_public", pk=plan.pk))
    assert {place.quote for place, _href in page.context["places"]} == {"Moor opens the board on the moor."}
    assert {place.name for place, _href in page.context["places"]} == {"Moor"}


def test_of_a_plan_that_is_sensitive_as_a_whole_no_public_paper_is_offered(council):
    plan = agreed(council)
    QuerySet(Plan).filter(pk=plan.pk).update(marking=SENSITIVE)
    page = signed_in(make_user(Role.COORDINATOR, council)).get(address(council, "plans:plan_public", pk=plan.pk))
    text = page.content.decode()
    assert "nothing of it is public" in text
    assert address(council, "plans:plan_public_pdf", pk=plan.pk) not in text
