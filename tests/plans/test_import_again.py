"""A file that is read again while somebody has a page of it open: nothing goes astray, nothing typed is lost."""

import dataclasses

import pytest

from plans import services
from plans.models import ColumnHeading, Plan, PlanImport
from plans.understanding.draft import ColumnDraft, QuarantinedDraft
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from tests.factories import make_authority, make_user, signed_in

from .test_import_pages import ACTION, draft_now, draft_with, page, posted, row, staged, with_columns

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority():
    return make_authority("Ashmere District Council")


@pytest.fixture
def client(authority):
    return signed_in(make_user(Role.COORDINATOR, authority))


def read_again(authority, client, plan_import: PlanImport) -> None:
    form = client.get(page(authority, "plan_import_columns", plan_import)).context["form"]
    values = {field.html_name: field.value() or "" for field in form if field.name != "remember"}
    assert client.post(page(authority, "plan_import_columns", plan_import), values).status_code == 302


def test_no_row_of_a_new_reading_has_the_name_of_one_of_an_earlier_reading(authority, client):
    plan_import = staged(authority)
    seen: set[str] = set()
    for _reading in range(3):
        draft = draft_now(authority, plan_import)
        keys = {each.key for each in (*draft.objectives, *draft.quarantined)}
        assert keys and not keys & seen
        seen |= keys
        read_again(authority, client, plan_import)


def test_a_row_form_left_open_writes_over_no_other_row_and_loses_nothing(authority, client):
    plan_import = staged(authority)
    key = draft_now(authority, plan_import).objectives[0].key
    where = page(authority, "plan_import_row", plan_import, row=key)
    typed = posted(client.get(where), text="Typed by hand")
    colleague = signed_in(make_user(Role.OFFICER, authority))
    read_again(authority, colleague, plan_import)
    before = draft_now(authority, plan_import).to_json()
    # However often they press the button.
    for _time in range(2):
        shown = client.post(where, typed).content.decode()
        assert "Typed by hand" in shown and "has been read again" in shown
        assert "Save this row" not in shown
    assert draft_now(authority, plan_import).to_json() == before
    assert client.get(where).url == page(authority, "plan_import_rows", plan_import)


def test_what_was_set_aside_is_brought_in_under_no_other_things_name(authority, client):
    aside = QuarantinedDraft("table 1", 3, "No plan", "Set aside", key="q1")
    plan_import = staged(authority, draft_with(row("First"), quarantined=[aside]))
    where = page(authority, "plan_import_take_in", plan_import, aside="q1")
    typed = posted(client.get(where), text="Typed by hand")
    read_again(authority, client, plan_import)
    before = draft_now(authority, plan_import).to_json()
    shown = client.post(where, typed).content.decode()
    assert "Typed by hand" in shown and "has been read again" in shown
    assert draft_now(authority, plan_import).to_json() == before


def test_ticks_of_rows_that_are_no_longer_there_are_refused_and_no_others_taken_away(authority, client):
    plan_import = staged(authority)
    stale = draft_now(authority, plan_import).objectives[0].key
    was = client.get(page(authority, "plan_import_rows", plan_import)).context["reading"]
    read_again(authority, client, plan_import)
    fresh = draft_now(authority, plan_import).objectives[1].key
    with acting_for(authority):
        services.leave_out_rows(plan_import=PlanImport.objects.get(pk=plan_import.pk), keys=[fresh])
    for ticks in ([stale], []):
        said = {"reading": was, "leave_out": ticks}
        answer = client.post(page(authority, "plan_import_rows", plan_import), said, follow=True)
        assert "has been read again meanwhile" in answer.content.decode()
        assert [each.key for each in draft_now(authority, plan_import).objectives if each.is_left_out] == [fresh]


def test_nobody_confirms_a_reading_that_they_have_not_seen(authority, client):
    plan_import = staged(authority)
    where = page(authority, "plan_import_preview", plan_import)
    shown = client.get(where)
    values = {field.html_name: field.value() or "" for field in shown.context["form"]}
    read_again(authority, client, plan_import)
    said = values | {"title": "Kept as typed", "reading": shown.context["reading"]}
    again = client.post(where, said)
    assert "has been read again since" in again.content.decode()
    assert "Kept as typed" in again.content.decode()
    with acting_for(authority):
        assert not Plan.objects.exists()
    assert client.post(where, said | {"reading": again.context["reading"]}).status_code == 302


def test_a_table_without_headings_has_nothing_to_remember(authority, client):
    plan_import = staged(
        authority, with_columns(dataclasses.replace(ACTION, heading=""), ColumnDraft(1, "", "", 0.0, ""))
    )
    shown = client.get(page(authority, "plan_import_columns", plan_import)).content.decode()
    assert "Remember what these headings mean" not in shown
    response = client.post(page(authority, "plan_import_columns", plan_import), {"t2-c0": "action", "t2-c1": ""})
    assert response.status_code == 302
    with acting_for(authority):
        assert not ColumnHeading.objects.exists()
