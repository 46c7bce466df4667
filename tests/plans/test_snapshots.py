"""A plan frozen for a board: it stays as it was, whatever becomes of the plan."""

import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from plans import frozen, reports, services
from plans.models import Action, Assignment, Plan, PlanSnapshot
from plans.rules import Rag
from prevent_portal import freezing
from prevent_portal.audit import because
from prevent_portal.freezing import is_intact
from prevent_portal.models import FrozenEdition, Marking, Recommendation
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from tests.factories import address, make_action, make_authority, make_owner, make_plan, make_user, signed_in
from tests.pdf_checks import pdf_text

TODAY = dt.date(2026, 12, 8)

pytestmark = pytest.mark.django_db


@pytest.fixture
def council():
    return make_authority("Frostford District Council")


@pytest.fixture
def plan(council) -> Plan:
    return make_plan(council, actions=2, state=Plan.State.AGREED)


def freeze(plan: Plan, meeting: str = "Prevent board") -> PlanSnapshot:
    with acting_for(plan.organisation):
        return frozen.take_snapshot(plan=plan, on=TODAY, meeting=meeting, meeting_on=TODAY)


def test_both_editions_are_frozen_with_content_paper_and_hashes(plan):
    snapshot = freeze(plan)
    with acting_for(plan.organisation):
        editions = {each.edition: each for each in snapshot.copy.editions.all()}
        assert set(editions) == {"full", "public"}
        assert all(is_intact(each) and bytes(each.paper).startswith(b"%PDF") for each in editions.values())


def test_a_plan_without_actions_is_not_frozen(council):
    with acting_for(council), pytest.raises(ValidationError, match="no actions"):
        frozen.take_snapshot(plan=make_plan(council, actions=0), on=TODAY, meeting="Board")


def test_a_snapshot_shows_what_was_when_the_plan_has_changed_since(council, plan):
    with acting_for(council):
        action = plan.actions.first()
        action.text = "Write to every parish council"
        action.save()
    snapshot = freeze(plan)
    with acting_for(council):
        action.text = "Something else altogether"
        action.save()
        services.record_progress(action=action, made_on=TODAY, note="Late", rag=Rag.RED, user=None)
    client = signed_in(make_user(Role.COORDINATOR, council))
    page = client.get(address(council, "plans:plan_snapshot_full", pk=snapshot.pk)).content.decode()
    assert "Write to every parish council" in page
    assert "Something else altogether" not in page


def test_a_snapshot_renders_the_same_when_the_tables_have_moved_on_beneath_it(council, plan):
    snapshot = freeze(plan)
    client = signed_in(make_user(Role.COORDINATOR, council))
    where = address(council, "plans:plan_snapshot_full", pk=snapshot.pk)
    before = client.get(where).content
    with connection.cursor() as cursor:
        # Any query on the actions fails from now on.
        cursor.execute("ALTER TABLE plans_action RENAME COLUMN text TO wording")
    assert client.get(where).content == before


def test_the_paper_comes_as_it_was_frozen_byte_for_byte(council, plan):
    snapshot = freeze(plan)
    with acting_for(council):
        edition = snapshot.copy.editions.get(edition="public")
    client = signed_in(make_user(Role.CLERK, council))
    answer = client.get(address(council, "plans:frozen_edition_paper", pk=edition.pk))
    assert answer.content == bytes(edition.paper)
    assert answer["Content-Disposition"].startswith("attachment")


def test_names_stand_in_the_full_edition_alone(council, plan):
    make_action(plan, owner=make_owner(council, "Robin Ashdown", post="Community safety manager"))
    snapshot = freeze(plan)
    with acting_for(council):
        full, public = (pdf_text(bytes(snapshot.copy.editions.get(edition=name).paper)) for name in ("full", "public"))
    assert "Robin Ashdown" in full
    assert "Robin Ashdown" not in public


def test_a_member_sees_the_public_edition_of_a_sensitive_snapshot_and_not_the_full_one(council, plan):
    with acting_for(council):
        Action.objects.filter(pk=plan.actions.first().pk).update(marking=Marking.OFFICIAL_SENSITIVE)
    snapshot = freeze(plan)
    with acting_for(council):
        keys = dict(snapshot.copy.editions.values_list("edition", "pk"))
    client = signed_in(make_user(Role.ELECTED_MEMBER, council))
    assert client.get(address(council, "plans:frozen_edition_paper", pk=keys["full"])).status_code == 404
    assert client.get(address(council, "plans:frozen_edition_paper", pk=keys["public"])).status_code == 200
    assert client.get(address(council, "plans:plan_snapshot_full", pk=snapshot.pk)).status_code == 404


def test_a_draft_that_was_frozen_is_no_outsiders_business_and_is_not_deleted(council):
    plan = make_plan(council)
    snapshot = freeze(plan)
    reviewer = signed_in(make_user(Role.REVIEWER, council))
    assert reviewer.get(address(council, "plans:plan_snapshot_detail", pk=snapshot.pk)).status_code == 404
    with acting_for(council), pytest.raises(ValidationError, match="frozen"):
        services.delete_draft_plan(plan=plan)


def test_only_the_coordinator_freezes(council, plan):
    for role, status in ((Role.COORDINATOR, 302), (Role.OFFICER, 403), (Role.CLERK, 403), (Role.REVIEWER, 403)):
        answer = signed_in(make_user(role, council)).post(
            address(council, "plans:plan_freeze", pk=plan.pk), {"meeting": "Board"}
        )
        assert answer.status_code == status, role
    with acting_for(council):
        assert FrozenEdition.objects.count() == 2


def test_the_words_official_sensitive_are_refused_in_what_everybody_sees(council, plan):
    client = signed_in(make_user(Role.COORDINATOR, council))
    answer = client.post(address(council, "plans:plan_freeze", pk=plan.pk), {"meeting": "OFFICIAL-SENSITIVE board"})
    assert "Take the words OFFICIAL-SENSITIVE out" in answer.content.decode()


def test_the_boards_paper_opens_with_what_has_changed_since_its_last_meeting(council, plan):
    with acting_for(council):
        assert reports.build_plan_report(plan, as_of=TODAY).changed is None
    freeze(plan, meeting="September board")
    make_action(plan, text="Brief the parish councils")

    with acting_for(council):
        report = reports.build_plan_report(plan, as_of=TODAY)
        public = reports.build_public_plan_report(plan, as_of=TODAY)

    assert [each.kind for each in report.changed.kinds] == ["new"]
    text = pdf_text(reports.plan_pdf(report), last_page=1)
    assert "Since the plan was frozen for September board" in " ".join(text.split())
    assert public.changed is None


def test_worse_better_dates_and_owners_are_told_with_their_reasons(council, plan):
    with acting_for(council):
        action = plan.actions.first()
        services.record_progress(action=action, made_on=TODAY, note="", rag=Rag.GREEN, user=None)
    freeze(plan)
    with acting_for(council), because("Nobody could be hired"):
        services.record_progress(action=action, made_on=TODAY, note="", rag=Rag.RED, reason="Late", user=None)
        services.move_date(action=action, to=dt.date(2027, 3, 31))
        Assignment(organisation=council, action=action, owner=make_owner(council, "Robin Ashdown")).save()

    with acting_for(council):
        report = reports.build_plan_report(plan, as_of=TODAY)

    assert [each.kind for each in report.changed.kinds] == ["worse", "dates", "owners"]
    assert report.changed.in_words.endswith("RAG of 1 worse, 1 date moved, 1 with another owner.")
    text = " ".join(pdf_text(reports.plan_pdf(report)).split())
    for words in ("RAG is worse (1)", "31 March 2027", "Robin Ashdown"):
        assert words in text


def test_a_second_copy_keeps_what_had_changed_since_the_first_and_a_third_that_nothing_has(council, plan):
    freeze(plan)
    make_action(plan, text="Brief the parish councils")
    second, third = freeze(plan), freeze(plan)
    with acting_for(council):
        second, third = (frozen.report_of(each.copy.editions.get(edition="full")) for each in (second, third))
    assert second.changed.in_words.endswith(": 1 new action.")
    assert third.changed.in_words.startswith("Nothing has changed since")


def test_what_was_official_sensitive_when_it_happened_stands_in_no_paper_of_what_is_not_any_more(council, plan):
    with acting_for(council):
        action = plan.actions.first()
        services.record_progress(action=action, made_on=TODAY, note="", rag=Rag.GREEN, user=None)
    freeze(plan)
    with acting_for(council):
        action.marking = Marking.OFFICIAL_SENSITIVE
        action.save()
        services.record_progress(action=action, made_on=TODAY, note="", rag=Rag.RED, reason="Hush", user=None)
        action.marking = Marking.OFFICIAL
        action.rag_reason = ""
        action.save()
        report = reports.build_plan_report(plan, as_of=TODAY)
    assert "Hush" not in str(report.changed)


def test_a_frozen_report_from_before_papers_told_of_changes_is_still_read(council, plan):
    snapshot = freeze(plan)
    with acting_for(council):
        content = json.loads(snapshot.copy.editions.get(edition="full").content)
    del content["changed"]
    assert freezing.from_text(reports.PlanReport, json.dumps(content)).changed is None


@pytest.mark.parametrize("state", [Plan.State.DRAFT, Plan.State.AGREED])
def test_a_frozen_copy_that_outsiders_may_read_says_nothing_of_recommendations(council, state):
    """Pages of recommendations are for staff; a frozen copy of a plan that was agreed is not."""
    plan = make_plan(council, actions=1, state=state)
    with acting_for(council):
        Recommendation(organisation=council, exercise="Assurance", number=1, text="For staff alone").save()
    snapshot = freeze(plan)
    with acting_for(council):
        edition = snapshot.copy.editions.get(edition="full")
    is_for_staff = state == Plan.State.DRAFT
    assert ("For staff alone" in edition.content) == is_for_staff
    assert ("For staff alone" in " ".join(pdf_text(bytes(edition.paper)).split())) == is_for_staff
