"""Recommendations, what answers them, and when documents about risk were reviewed."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans import reports, services
from plans.models import Action, ActionRecommendation, Objective, Plan
from prevent_portal import clock, recommendations
from prevent_portal.models import Recommendation, RiskReview
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for

from .factories import address, make_action, make_authority, make_plan, make_user, signed_in
from .pdf_checks import pdf_text
from .plans.test_updating import boxes, shown

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def council():
    return make_authority("Ashmere")


@pytest.fixture
def plan(council) -> Plan:
    return make_plan(council, actions=1, state=Plan.State.AGREED)


@pytest.fixture
def coordinator(council):
    return signed_in(make_user(Role.COORDINATOR, council))


def recommend(council, number: int = 1, **fields) -> Recommendation:
    with acting_for(council):
        made = Recommendation(
            **{"organisation": council, "exercise": "Assurance 2026", "number": number, "total": 3, "text": "Do more"}
            | fields
        )
        made.save()
    return made


def unanswered(council) -> list[Recommendation]:
    with acting_for(council):
        return list(recommendations.without_action(Recommendation.objects.of(council)))


def said(**values) -> dict[str, str]:
    return {"text": "Train the clerks", "source": "assurance", "exercise": "Assurance 2026", "number": "1"} | values


def test_a_recommendation_is_added_with_its_place_and_source(council, coordinator) -> None:
    page = coordinator.post(address(council, "recommendation_create"), said(total="3"), follow=True)
    assert "Recommendation 1 of 3" in shown(page)
    assert "No action answers this recommendation yet." in shown(page)
    assert "Home Office assurance" in shown(page)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"number": "4", "total": "3"}, "The number cannot be greater than how many there are."),
        ({"text": ""}, "text"),
        ({"text": "OFFICIAL-SENSITIVE: act"}, "Take the words OFFICIAL-SENSITIVE out"),
        (boxes("made_on", clock.today() + DAY), "This day cannot be in the future."),
        ({"number": "0x1"}, "number"),
        ({"number": "99999999"}, "number"),
    ],
)
def test_what_makes_no_sense_is_refused_and_keeps_what_was_typed(council, coordinator, values, error) -> None:
    page = shown(coordinator.post(address(council, "recommendation_create"), said(exercise="Peer review") | values))
    assert "There is a problem" in page
    assert error in page
    assert "Peer review" in page
    with acting_for(council):
        assert not Recommendation.objects.exists()


def test_the_same_number_of_an_exercise_is_stated_once(council, coordinator) -> None:
    recommend(council)
    page = shown(coordinator.post(address(council, "recommendation_create"), said()))
    assert "There is a problem" in page


def test_a_recommendation_waits_for_an_action_until_one_is_linked_from_either_side(council, plan, coordinator) -> None:
    first, second, third = (recommend(council, number) for number in (1, 2, 3))
    with acting_for(council):
        action = plan.actions.get()
        Objective.objects.filter(pk=action.objective_id).update(recommendation=third)
    assert unanswered(council) == [first, second]
    assert "Recommendations without an action" in shown(coordinator.get(address(council, "authority_home")))

    coordinator.post(address(council, "plans:recommendation_actions", recommendation=first.pk), {"actions": action.pk})
    coordinator.post(
        address(council, "plans:action_recommendations", pk=action.pk), {"recommendations": [first.pk, second.pk]}
    )

    assert unanswered(council) == []
    assert "Recommendations without an action" not in shown(coordinator.get(address(council, "authority_home")))
    for each in (first, second, third):
        assert action.text in shown(coordinator.get(address(council, "recommendation_detail", pk=each.pk)))
        assert str(each) in shown(coordinator.get(address(council, "plans:action_detail", pk=action.pk)))


def test_a_link_is_taken_back_where_it_is_unticked(council, plan, coordinator) -> None:
    recommendation = recommend(council)
    with acting_for(council):
        action = plan.actions.get()
        services.answer_recommendations(action=action, recommendations=[recommendation])
    coordinator.post(address(council, "plans:action_recommendations", pk=action.pk), {})
    assert unanswered(council) == [recommendation]


def test_what_has_been_dealt_with_waits_no_more(council, coordinator) -> None:
    recommendation = recommend(council)
    values = said(revision=recommendation.revision) | boxes("closed_on", clock.today())
    coordinator.post(address(council, "recommendation_update", pk=recommendation.pk), values)
    assert unanswered(council) == []
    listed = address(council, "recommendation_list")
    assert "Train the clerks" not in shown(coordinator.get(listed))
    assert "Train the clerks" in shown(coordinator.get(f"{listed}?show=closed"))


def test_actions_are_found_by_words_and_only_open_ones_of_this_council(council, plan, coordinator) -> None:
    recommendation = recommend(council)
    make_action(plan, text="Train the clerks of every parish")
    make_action(plan, text="Train the clerks last year", completed_on=clock.today())
    elsewhere = make_authority("Elsewhere")
    theirs = make_action(make_plan(elsewhere, state=Plan.State.AGREED), text="Train the clerks elsewhere")
    page = address(council, "plans:recommendation_actions", recommendation=recommendation.pk)
    found = shown(coordinator.get(f"{page}?q=clerks"))
    assert "every parish" in found
    assert "last year" not in found
    assert "elsewhere" not in found
    assert "There is a problem" in shown(coordinator.post(page, {"actions": theirs.pk}))
    with acting_for(elsewhere):
        assert not ActionRecommendation.objects.exists()


def test_another_councils_recommendation_does_not_exist(council, plan, coordinator) -> None:
    elsewhere = make_authority("Elsewhere")
    theirs = recommend(elsewhere, text="Hidden")
    with acting_for(council):
        action = plan.actions.get()
    for name in ("recommendation_detail", "recommendation_update"):
        assert coordinator.get(address(council, name, pk=theirs.pk)).status_code == 404
    page = address(council, "plans:recommendation_actions", recommendation=theirs.pk)
    assert coordinator.get(page).status_code == 404
    page = address(council, "plans:action_recommendations", pk=action.pk)
    assert "Hidden" not in shown(coordinator.post(page, {"recommendations": theirs.pk}))
    with acting_for(council):
        assert not ActionRecommendation.objects.exists()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ELECTED_MEMBER])
def test_read_only_accounts_see_no_list_and_write_nothing(council, plan, role) -> None:
    recommendation = recommend(council)
    client = signed_in(make_user(role, council))
    assert client.get(address(council, "recommendation_list")).status_code == 403
    assert client.post(address(council, "recommendation_create"), said(number="2")).status_code == 403
    page = address(council, "plans:recommendation_actions", recommendation=recommendation.pk)
    assert client.post(page, {"actions": 1}).status_code in (403, 404)
    assert "Do more" not in shown(client.get(address(council, "authority_home")))


def test_the_boards_paper_lists_recommendations_without_an_action_and_the_public_one_does_not(council, plan) -> None:
    recommend(council, text="Meet the neighbouring county")
    with acting_for(council):
        full = reports.build_plan_report(plan, as_of=clock.today())
        public = reports.build_public_plan_report(plan, as_of=clock.today())
    assert "Meet the neighbouring county" in " ".join(pdf_text(reports.plan_pdf(full)).split())
    assert public.unanswered == ()


def test_thirty_recommendations_cost_as_many_queries_as_two(council, plan, coordinator) -> None:
    with acting_for(council):
        action = Action.objects.get(plan=plan)
    page, counts = address(council, "recommendation_list"), []
    for numbers in (range(1, 3), range(3, 33)):
        for number in numbers:
            made = recommend(council, number, total=None)
            with acting_for(council):
                services.link_actions(recommendation=made, actions=[action])
        with CaptureQueriesContext(connection) as seen:
            coordinator.get(page)
        counts.append(len(seen))
    assert counts[0] == counts[1]


# Reviews of risk


def test_a_review_is_recorded_and_says_when_the_next_is_overdue(council, coordinator) -> None:
    values = {"kind": "risk_assessment", "reviewed_by": "Prevent board"}
    values |= boxes("reviewed_on", clock.today() - 400 * DAY) | boxes("next_review_on", clock.today() - 35 * DAY)
    page = shown(coordinator.post(address(council, "risk_review_create"), values, follow=True))
    assert "Overdue" in page
    assert "Reviews of risk that are overdue" in shown(coordinator.get(address(council, "authority_home")))

    values |= boxes("reviewed_on", clock.today() - DAY) | boxes("next_review_on", clock.today() + 365 * DAY)
    page = shown(coordinator.post(address(council, "risk_review_create"), values, follow=True))

    assert "Overdue" not in page
    assert "Reviews of risk that are overdue" not in shown(coordinator.get(address(council, "authority_home")))


@pytest.mark.parametrize(
    "values",
    [
        boxes("next_review_on", clock.today() - 90 * DAY),
        boxes("reviewed_on", clock.today() + DAY),
        {"reviewed_by": "OFFICIAL-SENSITIVE"},
        {"kind": "something"},
    ],
)
def test_a_review_that_makes_no_sense_is_refused(council, coordinator, values) -> None:
    said = {"kind": "ctlp", "reviewed_by": "Board"} | boxes("reviewed_on", clock.today() - 30 * DAY)
    page = shown(coordinator.post(address(council, "risk_review_create"), said | values))
    assert "There is a problem" in page
    with acting_for(council):
        assert not RiskReview.objects.exists()


def test_no_document_is_chosen_before_somebody_chooses_one(council, coordinator) -> None:
    page = shown(coordinator.get(address(council, "risk_review_create")))
    assert page.count('type="radio"') == len(RiskReview.Kind)
    assert " checked" not in page
    said = {"reviewed_by": "Board"} | boxes("reviewed_on", clock.today() - DAY)
    assert "There is a problem" in shown(coordinator.post(address(council, "risk_review_create"), said))


def test_a_review_names_the_recommendations_that_came_of_it(council, coordinator) -> None:
    with acting_for(council):
        review = RiskReview(
            organisation=council, kind=RiskReview.Kind.RISK_ASSESSMENT, reviewed_on=clock.today(), reviewed_by="Board"
        )
        review.save()
    made = recommend(council, risk_review=review)
    assert str(made) in shown(coordinator.get(address(council, "risk_review_list")))
