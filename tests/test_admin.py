"""The two admin sites: the officers', inside one authority, and the platform operator's."""

import datetime as dt
import json
import re

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from plans.models import Action, Assignment, Objective, Owner, Plan, PlanImport, ProgressUpdate, Section, Step
from plans.services import agree_plan, close_plan
from prevent_portal.admin import officers_site, platform_site
from prevent_portal.audit import Event
from prevent_portal.models import LogEntry, Organisation, User
from prevent_portal.permissions import Role
from prevent_portal.scoping import OrganisationOwned, acting_for
from prevent_portal.table_admin import PREVIEW_HOLDS_SECONDS, HeldFile
from tests.factories import make_authority, make_user, signed_in
from tests.plans.full_plan import TABLES, fill

pytestmark = pytest.mark.django_db

ALL_MODELS = (*TABLES, PlanImport)
RELEASED_ELSEWHERE = "Birch"
"""Stands in every text of another authority whose agreed plan the county's officers may read on its pages."""


class Place:
    """A county whose admin is looked at, and a district of it with an agreed plan."""

    def __init__(self) -> None:
        self.here = make_authority("Exampleshire", kind=Organisation.Kind.COUNTY)
        self.there = make_authority("Northdale", kind=Organisation.Kind.DISTRICT, parent=self.here)
        self.plan = fill(self.here, word="Ash", user=make_user(role=Role.OFFICER, organisation=self.here))
        their_user = make_user(role=Role.OFFICER, organisation=self.there, name=f"{RELEASED_ELSEWHERE} Officer")
        self.their_plan = fill(self.there, word=RELEASED_ELSEWHERE, user=their_user)
        with acting_for(self.there):
            agree_plan(plan=self.their_plan, agreed_on=dt.date(2026, 4, 2), agreed_by="The board")

    def url(self, model: type | None = None, page: str = "") -> str:
        table = f"{model._meta.app_label}/{model._meta.model_name}/" if model else ""
        return f"/authorities/{self.here.slug}/admin/{table}{page}"

    def first(self, model: type, organisation: Organisation | None = None):
        organisation = organisation or self.here
        with acting_for(organisation):
            return model.objects.of(organisation).first()

    def as_role(self, role: Role) -> Client:
        return signed_in(make_user(role=role, organisation=self.here))


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def coordinator(place) -> Client:
    return place.as_role(Role.COORDINATOR)


def form_data(response) -> dict[str, str]:
    """What a browser would send back of an admin's form, untouched."""
    form = response.context["adminform"].form
    forms = [form, *(each for fs in response.context["inline_admin_formsets"] for each in fs.formset.forms)]
    forms += [fs.formset.management_form for fs in response.context["inline_admin_formsets"]]
    data = {}
    for each in forms:
        for name in each.fields:
            value = each[name].value()
            if isinstance(value, dt.date):
                value = value.isoformat()
            if value is not None and value is not False:
                data[each.add_prefix(name)] = value
    return data


# Whose rows


def test_the_officers_site_holds_owned_models_and_the_platform_site_none():
    assert all(issubclass(model, OrganisationOwned) for model in officers_site._registry)
    assert not any(issubclass(model, OrganisationOwned) for model in platform_site._registry)
    # Those of self-assessments are tried in benchmarks/test_tables.py, those of training in training/test_tables.py.
    others = {model for model in officers_site._registry if model._meta.app_label in ("benchmarks", "training")}
    assert set(officers_site._registry) - others == set(ALL_MODELS)


@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda model: model.__name__)
def test_no_page_of_a_table_shows_another_authoritys_rows(place, coordinator, model):
    own, other = place.first(model), place.first(model, place.there)
    pages = ("", "add/", "?q=plan", "?_facets=True", *(f"{own.pk}/{page}/" for page in ("change", "history", "delete")))
    for page in pages:
        response = coordinator.get(place.url(model, page))
        expected = 403 if model is PlanImport and page in {"add/", f"{own.pk}/delete/"} else 200
        assert response.status_code == expected, page
        assert RELEASED_ELSEWHERE not in response.content.decode(), page
    assert coordinator.get(place.url(model, f"?q={RELEASED_ELSEWHERE}")).context["cl"].result_count == 0
    for page in ("change", "history", "delete"):
        for pk in (other.pk, 10**9):
            assert coordinator.get(place.url(model, f"{pk}/{page}/")).status_code in {403, 404}
        theirs = coordinator.get(place.url(model, f"{other.pk}/{page}/"))
        nobodys = coordinator.get(place.url(model, f"{10**9}/{page}/"))
        assert theirs.status_code == nobodys.status_code
    assert coordinator.post(place.url(model, f"{other.pk}/change/"), {"title": "x"}).status_code in {403, 404}
    assert coordinator.post(place.url(model, f"{other.pk}/delete/"), {"post": "yes"}).status_code in {403, 404}
    with acting_for(place.there):
        assert model.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_an_export_holds_the_authoritys_rows_only(place, coordinator, model):
    for file_format in ("csv", "xlsx"):
        response = coordinator.post(place.url(model, "export/"), {"file_format": file_format})
        assert response.status_code == 200
        assert response["Content-Disposition"].startswith("attachment")
        if file_format == "csv":
            assert RELEASED_ELSEWHERE not in response.content.decode()
            assert "Ash" in response.content.decode()
    line = LogEntry.objects.filter(event=Event.DOWNLOADED).first()
    with acting_for(place.here):
        assert (line.organisation, line.changes["rows"]) == (place.here, model.objects.of(place.here).count())


def test_filters_offer_the_authoritys_rows_only(place, coordinator):
    with acting_for(place.here):
        Plan(organisation=place.here, title="Another plan").save()
    content = coordinator.get(place.url(Action)).content.decode()
    assert "Another plan" in content
    assert RELEASED_ELSEWHERE not in content
    # Asking for another authority's plan by its key finds nothing, like asking for one that does not exist.
    for pk in (place.their_plan.pk, 10**9):
        response = coordinator.get(place.url(Action, f"?plan__id__exact={pk}"))
        assert response.context["cl"].result_count == 0


def test_autocomplete_offers_the_authoritys_rows_only(place, coordinator):
    for model, field, target in ((Assignment, "owner", "Ash lead"), (Action, "objective", "Ash objective")):
        query = {"app_label": "plans", "model_name": model._meta.model_name, "field_name": field, "term": ""}
        found = coordinator.get(place.url(page="autocomplete/"), query).json()["results"]
        assert any(target in each["text"] for each in found)
        assert RELEASED_ELSEWHERE not in json.dumps(found)


def test_a_form_refuses_another_authoritys_row_as_it_refuses_none(place, coordinator):
    other = place.first(Section, place.there)
    answers = []
    for pk in (other.pk, 10**9):
        data = {"section": pk, "text": "Mine", "marking": "official", "position": 0} | empty_formsets(
            "actions", "benchmark_links"
        )
        response = coordinator.post(place.url(Objective, "add/"), data)
        assert response.status_code == 200
        answers.append(response.context["adminform"].form.errors["section"])
    assert answers[0] == answers[1]
    with acting_for(place.there):
        assert not Objective.objects.filter(text="Mine").exists()


def empty_formsets(*prefixes: str) -> dict[str, int]:
    return {f"{prefix}-{name}_FORMS": 0 for prefix in prefixes for name in ("TOTAL", "INITIAL")}


def test_only_people_of_the_authority_can_be_chosen(place, coordinator):
    content = coordinator.get(place.url(Owner, "add/")).content.decode()
    assert "Birch Officer" not in content


def test_odd_addresses_of_the_admin_give_away_nothing(place, coordinator):
    assert coordinator.get("/admin/").status_code == 404
    assert coordinator.get(f"/authorities/{make_authority('Stranger').slug}/admin/").status_code == 404
    other = place.first(Action, place.there)
    own = place.first(Action)
    for page, status in (
        (f"{own.pk}/change/?_popup=1", 200),
        (f"{own.pk}/change/?_to_field=id", 200),
        (f"{own.pk}/change/?_to_field=text", 400),
        (f"{other.pk}/change/?_to_field=id&_popup=1", 404),
    ):
        assert coordinator.get(place.url(Action, page)).status_code == status, page
    # Pages of Django's admin that the portal has elsewhere.
    for page in ("password_change/", "logout/", "r/1/1/", f"r/7/{other.pk}/", "nothing/here/"):
        assert coordinator.get(place.url(page=page)).status_code == 404, page
    assert coordinator.get(place.url(page="plans/nothing/")).status_code == 404


def test_a_form_that_was_open_too_long_is_told_so_in_the_admin_too(place):
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        make_user(role=Role.COORDINATOR, organisation=place.here),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    response = client.post(place.url(Step, "add/"), {"text": "x"})
    assert response.status_code == 403
    assert "Your page was out of date" in response.content.decode()


def test_bulk_deletion_of_another_authoritys_row_finds_nothing(place, coordinator):
    other = place.first(Step, place.there)
    coordinator.post(place.url(Step), {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"})
    with acting_for(place.there):
        assert Step.objects.filter(pk=other.pk).exists()


# Who may do what


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COLLEAGUE])
def test_who_reaches_the_officers_admin(place, role):
    client = place.as_role(role)
    expected = 200 if role in {Role.COORDINATOR, Role.OFFICER} else 403
    for url in (place.url(), place.url(Plan), place.url(page="jsi18n/"), place.url(page="autocomplete/")):
        status = client.get(url).status_code
        # The autocompletion answers 403 to a question without a field.
        assert status == expected or (url.endswith("autocomplete/") and status == 403)


def test_a_stranger_is_sent_to_sign_in(place):
    response = Client().get(place.url(Plan))
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/?next=/authorities/")


def test_an_officer_cannot_delete_and_a_coordinator_can(place, coordinator):
    step = place.first(Step)
    assert place.as_role(Role.OFFICER).post(place.url(Step, f"{step.pk}/delete/"), {"post": "yes"}).status_code == 403
    assert coordinator.post(place.url(Step, f"{step.pk}/delete/"), {"post": "yes"}).status_code == 302
    assert LogEntry.objects.filter(event=Event.DELETED, model="plans.step", object_id=step.pk).count() == 1


def test_a_closed_plan_can_be_looked_at_and_the_page_says_why_not_changed(place, coordinator):
    with acting_for(place.here):
        agree_plan(plan=place.plan, agreed_on=dt.date(2026, 4, 2), agreed_by="The board")
        close_plan(plan=place.plan, closed_on=dt.date(2027, 4, 1))
    for model in (Plan, Section, Objective, Action, Step, Assignment, ProgressUpdate):
        row = place.first(model)
        response = coordinator.get(place.url(model, f"{row.pk}/change/"))
        assert "This plan is closed. Nothing in it can be changed." in [
            str(m) for m in get_messages(response.wsgi_request)
        ]
        assert not response.context["has_change_permission"]
        assert coordinator.post(place.url(model, f"{row.pk}/change/"), {}).status_code == 403
        assert coordinator.post(place.url(model, f"{row.pk}/delete/"), {"post": "yes"}).status_code == 403
    action = place.first(Action)
    response = coordinator.post(place.url(Step, "add/"), {"action": action.pk, "text": "More", "position": 0})
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["action"]


def test_a_draft_plan_is_deleted_with_all_that_is_in_it_and_an_agreed_one_is_not(place, coordinator):
    url = place.url(Plan, f"{place.plan.pk}/delete/")
    assert "2 objectives" in coordinator.get(url).content.decode()
    with acting_for(place.here):
        agree_plan(plan=place.plan, agreed_on=dt.date(2026, 4, 2), agreed_by="The board")
    assert coordinator.post(url, {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [place.plan.pk], "post": "yes"}
    assert coordinator.post(place.url(Plan), bulk).status_code == 403
    with acting_for(place.here):
        Plan.objects.filter(pk=place.plan.pk).update(state=Plan.State.DRAFT)
    assert coordinator.post(url, {"post": "yes"}).status_code == 302
    with acting_for(place.here):
        assert not Plan.objects.exists()


def test_the_state_of_a_plan_cannot_be_typed_in(place, coordinator):
    url = place.url(Plan, f"{place.plan.pk}/change/")
    data = form_data(coordinator.get(url)) | {"title": "Renamed", "state": "agreed", "agreed_on": "2026-01-01"}
    assert coordinator.post(url, data).status_code == 302
    plan = place.first(Plan)
    assert (plan.title, plan.state, plan.agreed_on) == ("Renamed", Plan.State.DRAFT, None)


def test_imports_are_looked_at_without_their_files(place, coordinator):
    url = place.url(PlanImport, f"{place.first(PlanImport).pk}/change/")
    with CaptureQueriesContext(connection) as queries:
        content = coordinator.get(url).content.decode()
    assert "Ash.docx" in content
    assert "Ash draft" not in content
    asked = " ".join(query["sql"] for query in queries.captured_queries)
    assert not any(name in asked for name in ('"draft"', '"written"', "plans_importedfile"))


# Parts on the page of what they are part of


def test_parts_of_an_action_are_written_with_it(place, coordinator):
    action, owner = place.first(Action), place.first(Owner)
    url = place.url(Action, f"{action.pk}/change/")
    data = form_data(coordinator.get(url)) | {
        "targetdates-TOTAL_FORMS": 2,
        "targetdates-1-action": action.pk,
        "targetdates-1-as_written": "March 2027",
        "targetdates-1-kind": "fixed",
        "targetdates-1-on": "31/03/2027",
        "targetdates-1-position": 0,
        "progressupdates-TOTAL_FORMS": 2,
        "progressupdates-1-action": action.pk,
        "progressupdates-1-made_on": "01/06/2026",
        "progressupdates-1-note": "It slips further",
        "progressupdates-1-rag": "red",
        "progressupdates-1-reason": "No money",
    }
    response = coordinator.post(url, data)
    assert response.status_code == 302, [fs.formset.errors for fs in response.context["inline_admin_formsets"]]
    with acting_for(place.here):
        action.refresh_from_db()
        date = action.targetdates.get(as_written="March 2027")
        # The row's objective follows from the action, its place from the rows that are there.
        assert (date.objective_id, date.position, date.on) == (action.objective_id, 1, dt.date(2027, 3, 31))
        # Progress goes through the service: the action stands where the update says.
        assert (action.stated_rag, action.rag_reason) == ("red", "No money")
        update = action.progressupdates.get(note="It slips further")
        assert update.made_by is not None
        assert owner.organisation == place.here


def test_an_owner_who_is_named_twice_is_an_error_on_the_page(place, coordinator):
    action = place.first(Action)
    url = place.url(Action, f"{action.pk}/change/")
    data = form_data(coordinator.get(url))
    owner = data["assignments-0-owner"]
    data |= {
        "assignments-TOTAL_FORMS": 3,
        "assignments-2-action": action.pk,
        "assignments-2-owner": owner,
        "assignments-2-role": "owner",
        "assignments-2-position": 9,
    }
    response = coordinator.post(url, data)
    assert response.status_code == 200
    assert "is here twice" in response.content.decode()


def test_a_new_action_belongs_to_the_plan_of_its_objective(place, coordinator):
    objective = place.first(Objective)
    prefixes = ("targetdates", "assignments", "steps", "milestones", "progressupdates")
    data = {"objective": objective.pk, "text": "New", "marking": "official", "position": 0} | empty_formsets(*prefixes)
    assert coordinator.post(place.url(Action, "add/"), data).status_code == 302
    with acting_for(place.here):
        action = Action.objects.get(text="New")
        assert (action.plan_id, action.position) == (objective.plan_id, 1)


def test_a_step_of_an_action_is_added_on_its_own_page(place, coordinator):
    action = place.first(Action)
    assert (
        coordinator.post(place.url(Step, "add/"), {"action": action.pk, "text": "New", "position": 0}).status_code
        == 302
    )
    with acting_for(place.here):
        assert Step.objects.get(text="New").position == 1


# Lists


@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda model: model.__name__)
def test_a_list_asks_as_many_questions_for_many_rows_as_for_few(model):
    counts = []
    for rows in (2, 12):
        organisation = make_authority(f"Council of {rows}")
        user = make_user(role=Role.COORDINATOR, organisation=organisation)
        fill(organisation, word="Ash", rows=rows, user=user)
        if model in {Plan, PlanImport, Owner, Section}:
            for number in range(rows):
                fill(organisation, word=f"Ash {number}", rows=1, user=user)
        client = signed_in(user)
        url = f"/authorities/{organisation.slug}/admin/{model._meta.app_label}/{model._meta.model_name}/"
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Import


def upload(client: Client, url: str, content: bytes, name: str = "owners.csv"):
    return client.post(url, {"file": SimpleUploadedFile(name, content)})


OWNERS = b"kind,name,post,left_on\nperson,New Person,,\npost,,=New post,08/12/2026\n"


def test_an_import_is_previewed_then_confirmed_and_logged_with_its_file(place, coordinator):
    response = upload(coordinator, place.url(Owner, "import/"), OWNERS)
    assert "2 new, 0 changed" in response.content.decode()
    assert "8 December 2026" in response.content.decode()
    with acting_for(place.here):
        assert not Owner.objects.filter(name="New Person").exists()
    held = response.context["confirm_form"].initial["held"]
    response = coordinator.post(place.url(Owner, "process_import/"), {"held": held})
    assert response.status_code == 302
    with acting_for(place.here):
        owner = Owner.objects.get(name="New Person")
        assert owner.organisation == place.here
        assert Owner.objects.get(post="=New post").left_on == dt.date(2026, 12, 8)
    line = LogEntry.objects.get(event=Event.CREATED, model="plans.owner", object_id=owner.pk)
    assert (line.reason, line.organisation) == ("import of owners.csv", place.here)
    assert line.actor is not None
    # The same once more changes nothing.
    assert "changes nothing" in upload(coordinator, place.url(Owner, "import/"), OWNERS).content.decode()


def test_a_bad_row_is_named_and_nothing_can_be_confirmed(place, coordinator):
    response = upload(coordinator, place.url(Owner, "import/"), OWNERS + b"robot,<b>X</b>,,\n")
    content = response.content.decode()
    assert response.context["errors_by_row"] == [(4, "kind", "“robot” is not one of: person, post, body.")]
    assert "confirm_form" not in response.context
    assert "<b>X</b>" not in content


def test_a_held_file_opens_for_its_person_its_authority_and_its_table_only(place, coordinator):
    held = upload(coordinator, place.url(Owner, "import/"), OWNERS).context["confirm_form"].initial["held"]
    other = place.as_role(Role.COORDINATOR)
    for client, url in (
        (other, place.url(Owner, "process_import/")),
        (coordinator, place.url(Section, "process_import/")),
    ):
        assert client.post(url, {"held": held})["Location"].endswith("/import/")
    tampered = held[:-2] + ("aa" if held[-2:] != "aa" else "bb")
    for value in (tampered, "../../etc/passwd", ""):
        assert coordinator.post(place.url(Owner, "process_import/"), {"held": value})["Location"].endswith("/import/")
    with acting_for(place.here):
        assert not Owner.objects.filter(name="New Person").exists()


def test_a_preview_expires(place, coordinator, monkeypatch):
    held = upload(coordinator, place.url(Owner, "import/"), OWNERS).context["confirm_form"].initial["held"]
    later = timezone.now().timestamp() + PREVIEW_HOLDS_SECONDS + 60
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert HeldFile({"held": held}).open(1, 2, "x") is None
    coordinator.post(place.url(Owner, "process_import/"), {"held": held})
    with acting_for(place.here):
        assert not Owner.objects.filter(name="New Person").exists()


def test_what_was_not_previewed_is_not_written(place, coordinator):
    held = upload(coordinator, place.url(Owner, "import/"), OWNERS).context["confirm_form"].initial["held"]
    with acting_for(place.here):
        Owner(organisation=place.here, kind="person", name="New Person").save()
    response = coordinator.post(place.url(Owner, "process_import/"), {"held": held})
    assert "the records have changed since the preview" in response.content.decode()
    with acting_for(place.here):
        assert not Owner.objects.filter(post="=New post").exists()
    held = response.context["confirm_form"].initial["held"]
    assert coordinator.post(place.url(Owner, "process_import/"), {"held": held}).status_code == 302
    with acting_for(place.here):
        assert Owner.objects.filter(post="=New post").exists()


def test_files_that_cannot_be_read_are_an_error_beside_the_field(place, coordinator):
    for content in (b"", b"PK\x03\x04", b"%PDF-1.7", b"x" * 1_000_001):
        response = upload(coordinator, place.url(Owner, "import/"), content or b" ")
        assert response.context["form"].errors["file"]


def test_an_officer_without_the_right_neither_imports_nor_exports(place):
    contributor = place.as_role(Role.CONTRIBUTOR)
    for page in ("import/", "export/", "process_import/"):
        assert contributor.get(place.url(Owner, page)).status_code == 403
        assert contributor.post(place.url(Owner, page), {"file_format": "csv"}).status_code == 403


def test_an_export_obeys_the_filter_and_survives_a_bad_one(place, coordinator):
    response = coordinator.post(place.url(Owner, "export/?kind__exact=post"), {"file_format": "csv"})
    assert len(response.content.decode().strip().splitlines()) == 2
    assert coordinator.get(place.url(Owner, "export/?kind__bogus=1")).status_code == 302


# The platform


def test_only_platform_operators_reach_the_platform(place):
    operator = signed_in(User.objects.create_user("operator@example.org", "x" * 20, is_platform_operator=True))
    pages = ["/platform/"] + [
        f"/platform/{model._meta.app_label}/{model._meta.model_name}/{page}"
        for model in platform_site._registry
        for page in ("", "add/")
    ]
    for url in pages:
        assert operator.get(url).status_code == 200, url
        for role in Role:
            if role is not Role.COLLEAGUE and url == "/platform/":
                assert place.as_role(role).get(url).status_code == 403
        assert place.as_role(Role.COORDINATOR).get(url).status_code == 403
        response = Client().get(url, follow=False)
        assert response.status_code == 302
    # After signing in they come back to where they wanted to go.
    assert Client().get("/platform/", follow=True).redirect_chain[-1][0] == "/account/login/?next=/platform/"
    assert operator.get(place.url()).status_code == 404


def test_nothing_shared_is_deleted_on_the_platform(place):
    operator = signed_in(User.objects.create_user("operator@example.org", "x" * 20, is_platform_operator=True))
    url = f"/platform/prevent_portal/organisation/{place.there.pk}/delete/"
    assert operator.post(url, {"post": "yes"}).status_code == 403


# Addresses and ticks that no page of ours makes

ABSURD = ("x", "\x00", "-1", "1.5", "9" * 40, "9" * 5000, "")


def test_absurd_keys_are_no_error_on_any_list_of_either_admin(place, coordinator):
    operator = signed_in(User.objects.create_user("operator@example.org", "x" * 20, is_platform_operator=True))
    lists = [(coordinator, place.url(model)) for model in officers_site._registry]
    lists += [(operator, f"/platform/{m._meta.app_label}/{m._meta.model_name}/") for m in platform_site._registry]
    for client, url in lists:
        for absurd in ABSURD:
            for query in ({"id__in": absurd}, {"pk__in": absurd}, {"id__in": f"1,{absurd}"}, {"id": absurd}):
                assert client.get(url, query).status_code in (200, 302, 400), (url, query)
            for action in ("delete_selected", absurd):
                said = {"action": action, "_selected_action": absurd, "post": "yes"}
                assert client.post(url, said).status_code in (200, 302, 403), (url, said)


def test_absurd_ticks_are_refused_in_words_and_delete_nothing(place, coordinator):
    with acting_for(place.here):
        before = Step.objects.count()
    said = {"action": "delete_selected", "_selected_action": ["x"], "post": "yes"}
    response = coordinator.post(place.url(Step), said, follow=True)
    assert "What was chosen is not in this list." in response.content.decode()
    with acting_for(place.here):
        assert Step.objects.count() == before > 0


# The content security policy


INLINE = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>|<[^>]+\s(?:style|on[a-z]+)=|<style", re.IGNORECASE)


def test_no_page_of_either_admin_has_script_or_style_in_it(place, coordinator):
    operator = signed_in(User.objects.create_user("operator@example.org", "x" * 20, is_platform_operator=True))
    preview = upload(coordinator, place.url(Owner, "import/"), OWNERS)
    responses = [preview, coordinator.get(place.url())]
    for model in ALL_MODELS:
        pk = place.first(model).pk
        pages = ("", "add/", f"{pk}/change/", f"{pk}/delete/", f"{pk}/history/", "import/", "export/")
        responses += [coordinator.get(place.url(model, page)) for page in pages]
    for model in platform_site._registry:
        base = f"/platform/{model._meta.app_label}/{model._meta.model_name}/"
        responses += [operator.get(base + page) for page in ("", "add/")]
    for response in responses:
        assert "script-src 'self'" in response["Content-Security-Policy"]
        assert not INLINE.findall(response.content), response.request["PATH_INFO"]
