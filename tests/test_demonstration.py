"""The demonstration county: it always shows every state of affairs, and never gets into a real installation."""

import datetime as dt
import io
import json
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from plans.demonstration import COUNCILS
from plans.models import Action, Objective, Owner, Plan, PlanImport, ProgressUpdate, Remark, TargetDate
from plans.rules import DateKind, Rag
from prevent_portal import demonstration, recommendations
from prevent_portal.models import LogEntry, Membership, Organisation, Recommendation, User
from prevent_portal.panels import registry
from prevent_portal.permissions import ASSIGNABLE_ROLES, Role
from prevent_portal.scoping import acting_for

from .plans import make_demonstration_file

TODAY = dt.date(2026, 11, 23)
ORDER_OF_PLANS = 10
MOST_QUERIES = 900
"""Of organisations, accounts and plans."""

MOST_QUERIES_LATER = (260, 60, 60)
"""Of the self-assessments, of the actions that close their gaps, and of training."""

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> Organisation:
    demonstration.load(today=TODAY)
    return Organisation.objects.get(slug=demonstration.COUNTY)


def _organisation(slug: str) -> Organisation:
    return Organisation.objects.get(slug=slug)


def test_it_is_refused_where_the_settings_do_not_allow_it(settings) -> None:
    settings.DEMONSTRATION_ALLOWED = False
    with pytest.raises(CommandError, match="DEMONSTRATION_ALLOWED"):
        call_command("load_demonstration")
    assert not User.objects.exists()


def test_it_is_refused_where_the_settings_say_nothing(settings) -> None:
    del settings.DEMONSTRATION_ALLOWED
    with pytest.raises(CommandError):
        call_command("load_demonstration")


def test_loading_it_twice_changes_nothing(county) -> None:
    lines = LogEntry.objects.count()
    assert demonstration.load(today=TODAY + dt.timedelta(days=90)) is False
    assert LogEntry.objects.count() == lines


def test_it_takes_a_bounded_number_of_queries(monkeypatch, django_assert_max_num_queries) -> None:
    every = registry.demonstrations
    later = [each for each in every if each.order > ORDER_OF_PLANS]
    monkeypatch.setattr(registry, "demonstrations", [each for each in every if each not in later])
    with django_assert_max_num_queries(MOST_QUERIES):
        demonstration.load(today=TODAY)
    assert len(later) == len(MOST_QUERIES_LATER)
    for each, most in zip(later, MOST_QUERIES_LATER, strict=True):
        with django_assert_max_num_queries(most):
            each.load(today=TODAY)


def test_a_failure_leaves_nothing_behind(monkeypatch) -> None:
    monkeypatch.setattr("plans.demonstration._import_a_word_file", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        demonstration.load(today=TODAY)
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    "today",
    [
        dt.date(2026, 11, 23),
        dt.date(2027, 1, 1),
        dt.date(2027, 8, 31),
        dt.date(2027, 10, 1),
        dt.date(2028, 2, 29),
        dt.date(2029, 4, 15),
    ],
)
def test_on_every_day_something_is_overdue_due_soon_on_track_and_complete(today) -> None:
    demonstration.load(today=today)
    organisation = _organisation(demonstration.COUNTY)
    with acting_for(organisation):
        plan = Plan.objects.get(state="agreed", period_start__lte=today, period_end__gte=today)
        actions = Action.objects.filter(plan=plan)
        assert len(actions) >= 30
        assert len(actions.overdue(today)) >= 5
        assert len(actions.due_soon(today)) >= 4
        assert all(count >= 3 for count in actions.rag_counts().values()), actions.rag_counts()
        assert {action.computed_rag for action in actions.with_rag(today)} == {rag.value for rag in Rag}
        assert not ProgressUpdate.objects.filter(made_on__gt=today).exists()
        assert {date.kind for date in TargetDate.objects.all()} >= {
            kind.value for kind in DateKind if kind is not DateKind.UNREADABLE
        }


def test_a_stated_rag_that_differs_from_the_dates_has_a_reason(county) -> None:
    for organisation in Organisation.objects.all():
        with acting_for(organisation):
            for action in Action.objects.exclude(plan__state="closed").with_rag(TODAY):
                both = {action.stated_rag, action.computed_rag}
                if len(both) == 2 and Rag.NOT_STATED.value not in both:
                    assert action.rag_reason, f"{organisation}: {action}"


def test_some_stated_rags_of_the_county_differ_from_the_dates(county) -> None:
    with acting_for(county):
        assert Action.objects.exclude(rag_reason="").exclude(plan__state="closed").count() >= 3


def test_an_action_says_what_its_last_update_says(county) -> None:
    for organisation in Organisation.objects.all():
        with acting_for(organisation):
            for action in Action.objects.for_table(TODAY):
                updates = action.progressupdates.all()
                if updates:
                    assert updates[0].rag == action.stated_rag, action
                assert all(newer.made_on >= older.made_on for newer, older in pairwise(updates)), action
                assert (action.stated_rag == Rag.BLUE) == (action.completed_on is not None) or any(
                    update.is_imported for update in updates
                ), action


def test_no_two_actions_of_a_row_have_the_same_reference(county) -> None:
    for organisation in Organisation.objects.all():
        with acting_for(organisation):
            letters = list(Action.objects.values_list("objective", "letter"))
            assert len(letters) == len(set(letters))


def test_the_county_has_three_years_of_plans_and_a_draft(county) -> None:
    with acting_for(county):
        plans = Plan.objects.order_by("period_start")
        assert [plan.state for plan in plans] == ["closed", "closed", "agreed", "draft"]
        assert all(earlier.period_end < later.period_start for earlier, later in pairwise(plans))


def test_seven_districts_have_plans_in_every_state(county) -> None:
    districts = Organisation.objects.filter(parent=county)
    assert len(districts) == 7
    states = set()
    for district in districts:
        with acting_for(district):
            plans = list(Plan.objects.all())
            assert 1 <= len(plans) <= 3
            states |= {plan.state for plan in plans}
    assert states == set(Plan.State.values)


def test_declared_totals_match_in_one_plan_and_not_in_another(county) -> None:
    def agrees(plan: Plan) -> bool:
        counts = {rag.value: count for rag, count in Action.objects.filter(plan=plan).rag_counts().items()}
        return plan.declared == {
            "total": sum(counts.values()),
            **{colour: counts[colour] for colour in ("green", "amber", "red", "blue")},
        }

    with acting_for(county):
        assert agrees(Plan.objects.get(declared_total__isnull=False))
    with acting_for(_organisation("calderwold")):
        assert not agrees(Plan.objects.get(declared_total__isnull=False))


def test_the_word_plan_comes_in_through_the_import(county) -> None:
    with acting_for(_organisation("oakhampton")):
        done = PlanImport.objects.get(state=PlanImport.State.DONE)
        plan = done.plan
        counts = Action.objects.filter(plan=plan).rag_counts()
        assert {"total": sum(counts.values()), **{r.value: n for r, n in counts.items() if n}} == plan.declared
        assert [s.objectives.count() for s in plan.sections.all()] == [4, 3, 4, 4, 3]
        assert Remark.objects.get(plan=plan).kind == Remark.Kind.POINTER
        assert Objective.objects.filter(plan=plan, recommendation__number=2).count() == 1
        assert PlanImport.objects.filter(state=PlanImport.State.STAGED).count() == 1


def test_the_word_file_is_what_its_script_makes() -> None:
    def text(data: bytes) -> bytes:
        return zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")

    assert text(make_demonstration_file.FILE.read_bytes()) == text(make_demonstration_file.build())


def test_a_recommendation_without_an_action_is_there_to_be_found(county) -> None:
    with acting_for(county):
        without = recommendations.without_action(Recommendation.objects.of(county))
        assert {(r.source, r.number) for r in without} == {
            ("assurance", 4),
            ("risk_review", 3),
            ("assurance", 1),
        }


def test_a_leaver_has_open_actions_and_the_contributor_has_some_too(county) -> None:
    with acting_for(county):
        assert [o.open_action_count for o in Owner.objects.leavers_with_open_actions(TODAY)] == [4]
        contributor = User.objects.get(email="contributor@exampleshire.example")
        assert Action.objects.owned_by_user(contributor).incomplete().in_open_plans().count() >= 4


def test_some_rows_are_sensitive_and_one_plan_is_as_a_whole(county) -> None:
    with acting_for(county):
        assert Action.objects.exclude(pk__in=Action.objects.official()).count() >= 3
    with acting_for(_organisation("tilverton-and-eastmarsh")):
        assert Plan.objects.filter(marking="official_sensitive").count() == 1


def test_there_is_one_account_for_each_role(county) -> None:
    roles = [account.role for account in demonstration.ACCOUNTS if account.organisation == demonstration.COUNTY]
    assert sorted(roles) == sorted(ASSIGNABLE_ROLES)
    assert [a.email for a in demonstration.ACCOUNTS if a.role is None] == ["operator@portal.example"]
    for account in demonstration.ACCOUNTS:
        assert User.objects.get(email=account.email).check_password(demonstration.PASSWORD)
    reviewer = Membership.objects.get(role=Role.REVIEWER)
    assert reviewer.ends_on and reviewer.reason
    assert not User.objects.get(is_platform_operator=True).memberships.exists()


def test_nobody_else_can_sign_in(county) -> None:
    known = {account.email for account in demonstration.ACCOUNTS}
    assert not any(user.has_usable_password() for user in User.objects.exclude(email__in=known))


def test_all_addresses_can_receive_no_mail(county) -> None:
    assert all(user.email.endswith(".example") for user in User.objects.all())


def test_accounts_are_printed_with_the_password(county, capsys) -> None:
    call_command("demonstration_accounts")
    printed = capsys.readouterr().out
    assert all(account.email in printed for account in demonstration.ACCOUNTS)
    assert max(len(line) for line in printed.splitlines()) <= 140
    call_command("demonstration_accounts", "--json")
    assert {row["password"] for row in json.loads(capsys.readouterr().out)} == {demonstration.PASSWORD}


def test_no_accounts_are_printed_before_it_is_loaded() -> None:
    with pytest.raises(CommandError, match="load_demonstration"):
        call_command("demonstration_accounts")


def test_its_words_are_the_fields_words() -> None:
    # "Susceptible" has replaced "vulnerable" in the guidance of 2023.
    sources = [*Path("plans/demonstration").glob("*.py"), Path(make_demonstration_file.__file__)]
    assert len(sources) > 5
    assert not [path for path in sources if "vulnerab" in path.read_text().lower()]
    assert {council.slug for council in COUNCILS} == {
        each.slug for each in demonstration.ORGANISATIONS if each.kind != Organisation.Kind.PARTNER
    }
