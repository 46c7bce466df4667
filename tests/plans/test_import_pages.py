"""The pages of an import: checking and correcting what was understood, updating a plan, taking an import back."""

import dataclasses
import re

import pytest
from django.test.utils import CaptureQueriesContext

from plans import services
from plans.import_forms import ColumnsForm
from plans.import_forms.columns import certainty_of
from plans.import_forms.row import ActionForm, RowForm, date_line, dates_from, owner_line, owners_from
from plans.models import Action, ColumnHeading, Plan, PlanImport
from plans.rules import DateKind, Rag
from plans.understanding.draft import (
    ActionDraft,
    ColumnDraft,
    ObjectiveDraft,
    OwnerDraft,
    PlanDraft,
    QuarantinedDraft,
    SectionDraft,
    TableDraft,
    TargetDateDraft,
)
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from tests.factories import address, make_authority, make_user, signed_in

from .test_import import COLOURED, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority():
    return make_authority("Ashmere District Council")


@pytest.fixture
def client(authority):
    return signed_in(make_user(Role.COORDINATOR, authority))


def staged(authority, draft: PlanDraft | None = None) -> PlanImport:
    """A staged import; of this draft, if one is given."""
    with acting_for(authority):
        plan_import = stage(authority)
        if draft is not None:
            plan_import.draft = draft.to_json()
            plan_import.save()
    return plan_import


def draft_with(*rows: ObjectiveDraft, **values) -> PlanDraft:
    named = [dataclasses.replace(row, key=f"r{number}") for number, row in enumerate(rows, start=1)]
    return PlanDraft(title="A plan", sections=[SectionDraft("1", "Leading", objectives=named)], **values)


def row(text: str, *actions: str) -> ObjectiveDraft:
    return ObjectiveDraft(text=text, actions=[ActionDraft(text=each) for each in actions or ("Do it.",)])


def page(authority, name: str, plan_import: PlanImport, **kwargs) -> str:
    return address(authority, f"plans:{name}", pk=plan_import.pk, **kwargs)


def draft_now(authority, plan_import: PlanImport) -> PlanDraft:
    with acting_for(authority):
        return services.draft_of(PlanImport.objects.get(pk=plan_import.pk))


def posted(response, **changes) -> dict[str, str]:
    """What the form of a page would send, with changes."""
    form = response.context["form"]
    parts = [form, form.actions.management_form, *form.actions.forms]
    values = {field.html_name: field.value() for part in parts for field in part}
    return {name: value for name, value in values.items() if value not in (None, False)} | changes


# The lines of the boxes


@pytest.mark.parametrize(
    "owner",
    [
        OwnerDraft("Ada Moor", "Director", "person"),
        OwnerDraft("Ada Moor", "Director", "person", is_lead=True),
        OwnerDraft("", "Facilities Team", "post"),
        OwnerDraft("Fenshire Constabulary", "", "body"),
    ],
    ids=["person", "lead", "team", "body"],
)
def test_the_line_of_an_owner_reads_back_as_the_same_owner(owner):
    assert owners_from(owner_line(owner)) == [owner]


def test_a_line_that_nobody_touched_keeps_what_is_known_of_it_and_is_no_guess_any_more():
    known = OwnerDraft("Odd & Even, Ltd", "", "body", is_lead=True, is_guess=True)
    assert owners_from(owner_line(known), [known]) == [dataclasses.replace(known, is_guess=False)]
    date = TargetDateDraft("soon enough", DateKind.CONDITIONAL, scope="schools", is_guess=True)
    assert dates_from(date_line(date), [date]) == [dataclasses.replace(date, is_guess=False)]


def test_each_line_of_target_dates_is_read_by_itself():
    kinds = [each.kind for each in dates_from("March 2027\n\n ongoing \n")]
    assert kinds == [DateKind.FIXED, DateKind.ONGOING]


# How sure


@pytest.mark.parametrize(
    ("column", "is_guess", "words"),
    [
        (ColumnDraft(0, "Owner", "owner", 1.0, "heading"), False, "Sure"),
        (ColumnDraft(0, "Who is it", "owner", 0.6, "heading"), True, "Likely, by words in its heading"),
        (ColumnDraft(0, "", "owner", 0.55, "values"), True, "Its heading says nothing"),
        (ColumnDraft(0, "Wer", "owner", 1.0, "remembered"), False, "Remembered"),
        (ColumnDraft(0, "Wer", "owner", 1.0, "person"), False, "A person said so"),
        (ColumnDraft(0, "Xyz", "", 0.0, ""), True, "Not known"),
    ],
)
def test_how_sure_a_guess_is_is_said_in_words(column, is_guess, words):
    certainty = certainty_of(column)
    assert certainty.is_guess is is_guess
    assert certainty.text.startswith(words)


# Columns


def with_columns(*columns: ColumnDraft) -> PlanDraft:
    table = TableDraft("table 2", 2, 1, list(columns))
    return dataclasses.replace(draft_with(row("Lead")), tables=[table])


ACTION = ColumnDraft(0, "What we do", "action", 0.9, "heading", ["Write the policy."])
UNKNOWN = ColumnDraft(1, "Kümmerer", "", 0.0, "", ["Facilities Team"])


def test_the_columns_page_shows_heading_examples_and_how_sure_it_is(authority, client):
    shown = client.get(page(authority, "plan_import_columns", staged(authority, with_columns(ACTION, UNKNOWN))))
    for words in ("What we do", "“Write the policy.”", "Kümmerer", "“Facilities Team”", "Not used", "Not known"):
        assert words in shown.text, words


def test_only_what_a_person_has_said_goes_back_to_the_reader(authority):
    draft = with_columns(ACTION, UNKNOWN, ColumnDraft(2, "Bemerkung", "note", 1.0, "person"))
    data = {"t2-c0": "action", "t2-c1": "owner", "t2-c2": "note"}
    form = ColumnsForm(data, organisation=authority, draft=draft)
    assert form.is_valid(), form.errors
    assert form.columns() == {2: {1: "owner", 2: "note"}}


def test_a_file_without_any_action_or_objective_column_is_not_read_again(authority):
    form = ColumnsForm({"t2-c0": "owner", "t2-c1": ""}, organisation=authority, draft=with_columns(ACTION, UNKNOWN))
    assert not form.is_valid()
    assert "t2-c0" in form.errors


def test_what_a_person_says_of_a_column_goes_to_the_reader_with_whether_to_remember_it(authority, client, monkeypatch):
    plan_import, said = staged(authority, with_columns(ACTION, UNKNOWN)), {}

    def reread(**kwargs):
        said.update(kwargs)
        return [plan_import]

    monkeypatch.setattr(services, "reread_import", reread)
    response = client.post(page(authority, "plan_import_columns", plan_import), {"t2-c0": "action", "t2-c1": "owner"})
    assert response.status_code == 302
    assert (said["columns"], said["remember"]) == ({2: {1: "owner"}}, False)


def test_a_remembered_heading_can_be_forgotten(authority, client):
    with acting_for(authority):
        heading = ColumnHeading.objects.create(organisation=authority, heading="kümmerer", field="owner")
    listed = client.get(address(authority, "plans:column_heading_list"))
    assert "kümmerer" in listed.text
    client.post(address(authority, "plans:column_heading_delete", pk=heading.pk))
    with acting_for(authority):
        assert not ColumnHeading.objects.exists()


# Rows


def test_ticks_of_one_page_leave_those_of_the_others_alone(authority, client):
    plan_import = staged(authority, draft_with(*(row(f"Objective {number}") for number in range(150))))
    rows = page(authority, "plan_import_rows", plan_import)
    client.post(f"{rows}?page=1", {"leave_out": ["r1", "r2"], "to": "2"})
    response = client.post(f"{rows}?page=2", {"leave_out": ["r150", "r3"], "to": "1"})
    assert response.url == f"{rows}?page=1"
    left_out = [each.key for each in draft_now(authority, plan_import).objectives if each.is_left_out]
    # r3 is not on the second page: nobody there could have ticked it.
    assert left_out == ["r1", "r2", "r150"]
    client.post(f"{rows}?page=1", {})
    assert [each.key for each in draft_now(authority, plan_import).objectives if each.is_left_out] == ["r150"]


def test_two_thousand_rows_come_in_pages_and_with_as_many_queries_as_two(authority, client):
    few = staged(authority, draft_with(row("One"), row("Two")))
    many = staged(authority, draft_with(*(row(f"Objective {number}", "x" * 300) for number in range(2000))))
    for plan_import in (few, many):
        client.get(page(authority, "plan_import_rows", plan_import))
    from django.db import connection

    counts = []
    for plan_import in (few, many):
        with CaptureQueriesContext(connection) as captured:
            response = client.get(page(authority, "plan_import_rows", plan_import))
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert response.text.count('name="leave_out"') == 100
    assert len(response.content) < 500_000


def test_the_rows_worth_a_look_can_be_seen_alone(authority, client):
    guessed = row("Guessed")
    guessed.actions[0].owners = [OwnerDraft("Ada Moor", is_guess=True)]
    plan_import = staged(authority, draft_with(row("Plain"), guessed))
    shown = client.get(page(authority, "plan_import_rows", plan_import) + "?show=look").text
    assert "Guessed" in shown
    assert "Plain" not in shown
    assert re.search(r"Ada Moor\s*<strong[^>]*>Guess</strong>", shown)


# A row


def correct(client, authority, plan_import, key="r1", **changes):
    where = page(authority, "plan_import_row", plan_import, row=key)
    return client.post(where, posted(client.get(where), **changes))


def test_a_row_is_corrected_with_its_owners_dates_and_rag(authority, client):
    plan_import = staged(authority, draft_with(row("Lead", "Do it.")))
    changes = {
        "text": "Lead well",
        "actions-0-text": "Do it twice.",
        "actions-0-owners": "Ada Moor, Director\r\nFacilities Team",
        "actions-0-target_dates": "March 2027\r\nongoing",
        "actions-0-milestones": "One\r\nTwo",
        "actions-0-rag": "amber",
    }
    response = correct(client, authority, plan_import, **changes)
    assert response.status_code == 302, response.context["form"].errors
    corrected = draft_now(authority, plan_import).objectives[0]
    action = corrected.actions[0]
    assert (corrected.key, corrected.text, action.text) == ("r1", "Lead well", "Do it twice.")
    assert [(o.name, o.post, o.kind) for o in action.owners] == [
        ("Ada Moor", "Director", "person"),
        ("", "Facilities Team", "post"),
    ]
    assert [date.kind for date in action.target_dates] == [DateKind.FIXED, DateKind.ONGOING]
    assert (action.milestones, action.rag) == (["One", "Two"], Rag.AMBER)


def test_a_row_that_is_saved_as_it_was_stays_as_it_was(authority, client):
    plan_import = staged(authority)
    before = draft_now(authority, plan_import).objectives
    for each in before:
        assert correct(client, authority, plan_import, each.key).status_code == 302
    assert draft_now(authority, plan_import).objectives == before


def test_a_row_moves_to_a_new_section(authority, client):
    plan_import = staged(authority, draft_with(row("Lead"), row("Stay")))
    correct(client, authority, plan_import, new_section="Training")
    sections = {s.title: [o.text for o in s.objectives] for s in draft_now(authority, plan_import).sections}
    assert sections == {"Leading": ["Stay"], "Training": ["Lead"]}


def test_an_action_is_added_and_another_taken_out_without_script(authority, client):
    plan_import = staged(authority, draft_with(row("Lead", "First.", "Second.")))
    where = page(authority, "plan_import_row", plan_import, row="r1")
    data = posted(client.get(where), **{"actions-0-text": "Typed, not saved.", "add_action": "1"})
    longer = client.post(where, data)
    assert longer.status_code == 200
    assert not longer.context["form"].errors
    assert "Typed, not saved." in longer.text
    assert longer.context["form"].actions[2]["rag"].value() == "not_stated"
    assert [each.text for each in draft_now(authority, plan_import).objectives[0].actions] == ["First.", "Second."]
    changes = {"actions-0-text": "First.", "actions-1-DELETE": "on", "actions-2-text": "Third."}
    response = client.post(where, posted(longer, **changes))
    assert response.status_code == 302, response.context["form"].actions.errors
    assert [each.text for each in draft_now(authority, plan_import).objectives[0].actions] == ["First.", "Third."]


def test_how_lines_are_read_can_be_seen_before_saving(authority, client):
    plan_import = staged(authority, draft_with(row("Lead")))
    shown = correct(client, authority, plan_import, **{"actions-0-target_dates": "March 2027", "look": "1"})
    assert "By a date: 31 March 2027" in shown.text
    assert draft_now(authority, plan_import).objectives[0].actions[0].target_dates == []


def test_a_row_without_any_words_is_refused(authority, client):
    plan_import = staged(authority, draft_with(row("Lead")))
    response = correct(client, authority, plan_import, **{"text": "", "actions-0-DELETE": "on"})
    assert "A row needs an objective or an action." in response.text


def test_two_people_at_one_row_the_second_learns_what_the_first_wrote_and_loses_nothing(authority, client):
    plan_import = staged(authority, draft_with(row("Lead", "Do it.")))
    where = page(authority, "plan_import_row", plan_import, row="r1")
    mine = posted(client.get(where), **{"actions-0-owners": "Facilities Team"})
    correct(client, authority, plan_import, text="Lead, says somebody else")
    refused = client.post(where, mine)
    assert "Somebody else changed this row" in refused.text
    assert "“Objective” now says: Lead, says somebody else" in refused.text
    assert "Facilities Team" in refused.context["form"].actions[0]["owners"].value()
    saved = client.post(where, posted(refused))
    assert saved.status_code == 302
    now = draft_now(authority, plan_import).objectives[0]
    assert (now.text, now.actions[0].owners[0].post) == ("Lead", "Facilities Team")


def test_two_people_at_two_rows_do_not_disturb_each_other(authority, client):
    plan_import = staged(authority, draft_with(row("One"), row("Two")))
    where = page(authority, "plan_import_row", plan_import, row="r2")
    mine = posted(client.get(where), text="Two, corrected")
    correct(client, authority, plan_import, "r1", text="One, corrected")
    assert client.post(where, mine).status_code == 302
    assert [each.text for each in draft_now(authority, plan_import).objectives] == ["One, corrected", "Two, corrected"]


def test_an_action_that_has_moved_since_keeps_its_own_history(authority):
    first, second = (
        ActionDraft(text="First.", flags=["of the first"]),
        ActionDraft(text="Second.", flags=["of the second"]),
    )
    opened = RowForm(organisation=authority, draft=draft_with(), row=ObjectiveDraft(actions=[first, second]), section=0)
    data = {f.html_name: f.value() or "" for p in [opened, *opened.actions.forms] for f in p if "DELETE" not in f.name}
    data |= {field.html_name: field.value() for field in opened.actions.management_form}
    moved = ObjectiveDraft(actions=[second])
    sent = RowForm(data, organisation=authority, draft=draft_with(), row=moved, section=0)
    assert [form.known.flags for form in sent.actions.forms] == [[], ["of the second"]]


def test_what_was_set_aside_is_brought_in_as_a_row(authority, client):
    aside = QuarantinedDraft("table 1", 9, "It looks like a scanning error.", "Train the booking staff.", "q1")
    plan_import = staged(authority, draft_with(row("Lead"), quarantined=[aside]))
    where = page(authority, "plan_import_take_in", plan_import, aside="q1")
    form = client.get(where)
    assert "It looks like a scanning error." in form.text
    assert client.post(where, posted(form, text="Training")).status_code == 302
    draft = draft_now(authority, plan_import)
    assert draft.quarantined == []
    assert [(each.text, each.actions[0].text) for each in draft.objectives][-1] == (
        "Training",
        "Train the booking staff.",
    )


def test_every_field_of_an_action_that_the_form_shows_is_among_its_boxes():
    fields = set(ActionForm.base_fields) - {"was"}
    assert fields == set(ActionForm.initial_of(ActionDraft())) - {"was"}


# New or update, undo


def confirm(client, authority, plan_import, **changes):
    where = page(authority, "plan_import_preview", plan_import)
    form = client.get(where).context["form"]
    data = {"title": form["title"].value(), "marking": "official"} | changes
    return client.post(where, data)


def imported(client, authority) -> tuple[PlanImport, Plan]:
    plan_import = staged(authority)
    assert confirm(client, authority, plan_import).status_code == 302
    with acting_for(authority):
        done = PlanImport.objects.select_related("plan").get(pk=plan_import.pk)
    return done, done.plan


def test_a_plan_that_is_imported_has_the_title_and_marking_that_were_confirmed(authority, client):
    plan_import = staged(authority)
    response = confirm(client, authority, plan_import, title="Another title", marking="official_sensitive")
    assert response.url == page(authority, "plan_import_detail", plan_import)
    with acting_for(authority):
        plan = Plan.objects.get()
    assert (plan.title, plan.marking) == ("Another title", "official_sensitive")


def test_the_same_file_again_asks_whether_it_is_an_update(authority, client):
    _done, plan = imported(client, authority)
    again = staged(authority)
    where = page(authority, "plan_import_preview", again)
    shown = client.get(where)
    assert f"Update “{plan}”" in shown.text
    unsaid = client.post(where, {"title": "New"})
    assert "Say whether this is a new plan or an update." in unsaid.text
    chosen = client.post(where, {"into": str(plan.pk), "title": ""})
    assert chosen.url == page(authority, "plan_import_update", again, plan=plan.pk)


def test_an_update_shows_before_and_after_and_writes_only_what_is_ticked(authority, client):
    _done, plan = imported(client, authority)
    again = staged(authority)
    correct(client, authority, again, "r1", **{"actions-0-text": "Changed in the file."})
    correct(client, authority, again, "r2", **{"actions-0-text": "Changed, but not wanted."})
    where = page(authority, "plan_import_update", again, plan=plan.pk)
    shown = client.get(where)
    assert "Changed in the file." in shown.text
    response = client.post(where, {"rows": ["r1"], "fingerprint": shown.context["diff"].fingerprint})
    assert response.url == page(authority, "plan_import_detail", again)
    with acting_for(authority):
        texts = set(Action.objects.filter(plan=plan).values_list("text", flat=True))
    assert "Changed in the file." in texts
    assert "Changed, but not wanted." not in texts


def test_an_update_of_a_plan_that_has_changed_meanwhile_is_shown_anew_with_the_ticks(authority, client):
    _done, plan = imported(client, authority)
    again = staged(authority)
    correct(client, authority, again, "r1", **{"actions-0-text": "Changed in the file."})
    correct(client, authority, again, "r2", **{"actions-0-text": "Changed as well."})
    where = page(authority, "plan_import_update", again, plan=plan.pk)
    fingerprint = client.get(where).context["diff"].fingerprint
    with acting_for(authority):
        action = Action.objects.filter(plan=plan).last()
        action.resources = "One more officer"
        action.save()
    shown = client.post(where, {"rows": ["r2"], "fingerprint": fingerprint})
    assert "has changed since you compared it" in shown.text
    assert [line["row"].key for line in shown.context["changed"] if line["is_ticked"]] == ["r2"]
    with acting_for(authority):
        assert not Action.objects.filter(text="Changed as well.").exists()


def test_the_ticks_of_a_long_update_come_along_from_page_to_page(authority, client):
    _done, plan = imported(client, authority)
    new = draft_with(*(row(f"Quite another objective, number {number}") for number in range(150)))
    again = staged(authority, new)
    where = page(authority, "plan_import_update", again, plan=plan.pk)
    first = client.get(where)
    rows = [each.key for each in first.context["diff"].rows]
    shown = client.post(where, {"rows": rows[1:100], "to": "2"})
    assert shown.context["ticked_elsewhere"] == sorted(rows[1:100])
    assert not any(line["is_ticked"] for line in shown.context["new"])
    with acting_for(authority):
        assert not Action.objects.filter(objective__text__startswith="Quite another").exists()


def test_an_import_is_undone_by_a_coordinator_and_says_so(authority, client):
    done, plan = imported(client, authority)
    detail = page(authority, "plan_import_detail", done)
    assert "Undo this import" in client.get(detail).text
    client.post(page(authority, "plan_import_undo", done))
    with acting_for(authority):
        assert not Plan.objects.filter(pk=plan.pk).exists()
    assert "This import was undone" in client.get(detail).text


def test_an_import_whose_plan_has_changed_says_why_it_cannot_be_undone(authority, client):
    done, plan = imported(client, authority)
    with acting_for(authority):
        action = Action.objects.filter(plan=plan).first()
        action.text = "Changed by hand"
        action.save()
    shown = client.get(page(authority, "plan_import_detail", done))
    assert "can no longer be undone" in shown.text
    assert "Undo this import" not in shown.text
    client.post(page(authority, "plan_import_undo", done))
    with acting_for(authority):
        assert Action.objects.filter(text="Changed by hand").exists()


def test_an_officer_may_import_and_not_undo(authority, client):
    done, _plan = imported(client, authority)
    officer = signed_in(make_user(Role.OFFICER, authority))
    shown = officer.get(page(authority, "plan_import_detail", done))
    assert "A Prevent coordinator can still undo this import." in shown.text
    assert officer.post(page(authority, "plan_import_undo", done)).status_code == 403


# The lists


def test_the_list_says_what_came_of_each_file(authority, client):
    done, plan = imported(client, authority)
    aside = QuarantinedDraft("table 1", 2, "Why", "Text", "q1")
    waiting = staged(authority, draft_with(row("Lead"), quarantined=[aside]))
    shown = client.get(address(authority, "plans:plan_import_list"))
    lines = {line["plan_import"].pk: line for line in shown.context["lines"]}
    assert lines[waiting.pk]["href"] == page(authority, "plan_import_preview", waiting)
    assert lines[waiting.pk]["set_aside"] == 1
    assert lines[done.pk]["href"] == page(authority, "plan_import_detail", done)
    assert plan.title in shown.text
    of_plan = client.get(address(authority, "plans:plan_import_list") + f"?plan={plan.pk}")
    assert [line["plan_import"].pk for line in of_plan.context["lines"]] == [done.pk]


@pytest.mark.parametrize("wanted", ["x", "9" * 30, "²", "-1", "\x00"])
def test_a_plan_that_is_no_key_narrows_nothing(authority, client, wanted):
    shown = client.get(address(authority, "plans:plan_import_list"), {"plan": wanted})
    assert shown.status_code == 200


def test_several_plans_of_one_file_are_a_list_and_can_be_read_as_one(authority, client, monkeypatch):
    first = staged(authority)
    with acting_for(authority):
        first.parts = 2
        first.save()
        second = PlanImport.objects.create(
            organisation=authority, file=first.file, file_name=first.file_name, sha256=first.sha256, title="The second",
            batch=first.batch, part=2, parts=2, draft=draft_with(row("Lead")).to_json(), expires_at=first.expires_at,
        )  # fmt: skip
    monkeypatch.setattr(services, "stage_imports", lambda **kwargs: [first, second])
    with COLOURED.open("rb") as file:
        response = client.post(address(authority, "plans:plan_import_create"), {"file": file})
    assert response.url == page(authority, "plan_import_parts", first)
    shown = client.get(response.url)
    assert "2 plans were found in this file" in shown.text
    assert "The second" in shown.text
    client.post(response.url)
    with acting_for(authority):
        waiting = PlanImport.objects.filter(batch=first.batch, state=PlanImport.State.STAGED)
        assert [each.parts for each in waiting] == [1]
