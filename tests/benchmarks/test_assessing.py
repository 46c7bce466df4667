"""An assessment from its start to its second submission, by those who take part in it."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client

from benchmarks import frozen, services
from benchmarks.models import (
    Answer,
    AnswerComment,
    AnswerEvidence,
    Assessment,
    AssessmentIsClosed,
    BenchmarkResult,
    Level,
    LocalQuestion,
    Moderation,
    Respondent,
    SaysItIsSensitive,
    Submission,
)
from benchmarks.reports import build_assessment_report
from benchmarks.reports.papers import levels_figure
from benchmarks.rules import Stage
from plans.models import Action, ActionGap, Objective, ObjectiveBenchmark, Plan, Section
from prevent_portal import clock
from prevent_portal.freezing import is_intact
from prevent_portal.models import Evidence, FrozenEdition, Marking, Recommendation
from prevent_portal.permissions import Role
from prevent_portal.scoping import NotYours, acting_for

from ..factories import address, make_action, make_assessment, make_authority, make_plan, make_user, signed_in
from ..plans.test_updating import shown

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def council():
    return make_authority("Ashmere")


@pytest.fixture
def coordinator(council):
    return signed_in(make_user(Role.COORDINATOR, council))


@pytest.fixture
def assessment(council):
    return make_assessment(council)


def answer_to(assessment, reference: str) -> Answer:
    with acting_for(assessment.organisation):
        rows = Answer.objects.in_order().select_related("assessment", "result__benchmark__framework", "organisation")
        return rows.get(assessment=assessment, question__reference=reference)


def level(assessment, stage: Stage) -> Level:
    return Level.objects.get(framework=assessment.framework_id, stage=stage.value)


def give(assessment, reference: str, stage: Stage, details: str = "", evidence=()) -> Answer:
    answer = answer_to(assessment, reference)
    with acting_for(assessment.organisation):
        return services.record_answer(
            answer=answer, level=level(assessment, stage), details=details, evidence=evidence, user=None
        )


def make_evidence(council, **fields) -> Evidence:
    with acting_for(council):
        evidence = Evidence(organisation=council, **({"title": "Minutes of the board"} | fields))
        evidence.save()
    return evidence


def score_all(assessment, score: int = 3) -> None:
    with acting_for(assessment.organisation):
        for result in BenchmarkResult.objects.filter(assessment=assessment).select_related("assessment"):
            result.self_score = score
            result.save()


def submit(assessment, on: dt.date | None = None) -> Submission:
    on = on or clock.today()
    with acting_for(assessment.organisation):
        fresh = Assessment.objects.select_related("framework", "organisation").get(pk=assessment.pk)
        if fresh.state == "draft":
            services.send_for_review(assessment=fresh)
        services.sign_off(assessment=fresh, by="Chief officer", on=on)
        return frozen.submit_assessment(assessment=fresh, on=on)


def day_of(day: dt.date, name: str) -> dict[str, str]:
    """A date in the three boxes of field `name`."""
    return {f"{name}_0": str(day.day), f"{name}_1": str(day.month), f"{name}_2": str(day.year)}


def page(client, council, name, **kwargs) -> str:
    return shown(client.get(address(council, f"benchmarks:{name}", **kwargs)))


# Starting and answering


def test_a_new_assessment_asks_every_question_and_the_councils_own(council, coordinator) -> None:
    client = coordinator
    framework = level(make_assessment(council, year=2020), Stage.ACHIEVED).framework
    with acting_for(council):
        LocalQuestion(
            organisation=council, benchmark=framework.benchmarks.get(number=10), reference="L1", text="And here?"
        ).save()
    given = {"framework": framework.pk, "year": "2026", "marking": "official"}
    given |= {"dated_on_0": "1", "dated_on_1": "11", "dated_on_2": "2026"}
    answer = client.post(address(council, "benchmarks:assessment_create"), given, follow=True)
    assert "0 of 39 questions answered" in shown(answer)
    again = client.post(address(council, "benchmarks:assessment_create"), given)
    assert "already an assessment of this year" in shown(again)


def test_questions_stand_in_the_order_of_the_framework(council, assessment) -> None:
    with acting_for(council):
        references = [each.reference for each in Answer.objects.filter(assessment=assessment).in_order()]
    assert references.index("2.1") < references.index("10.2")
    assert references == sorted(references, key=lambda each: [int(part) for part in each.split(".")])


def test_an_answer_is_saved_and_the_next_question_opens(council, assessment, coordinator) -> None:
    answer = answer_to(assessment, "1.1")
    where = address(council, "benchmarks:answer_update", pk=answer.pk)
    said = {"level": level(assessment, Stage.ACHIEVED).pk, "details": "Reviewed in May.", "revision": answer.revision}
    response = coordinator.post(where, said)
    following = answer_to(assessment, "1.2")
    assert response.url == address(council, "benchmarks:answer_update", pk=following.pk)
    assert answer_to(assessment, "1.1").details == "Reviewed in May."


def test_the_second_of_two_people_sees_what_the_first_wrote_and_loses_nothing(council, assessment, coordinator) -> None:
    answer = answer_to(assessment, "1.1")
    where = address(council, "benchmarks:answer_update", pk=answer.pk)
    stale = answer.revision
    coordinator.post(where, {"details": "The first wrote this.", "revision": stale})
    response = coordinator.post(where, {"details": "The second wrote that.", "revision": stale})
    text = shown(response)
    assert "Somebody else changed this" in text
    assert "The first wrote this." in text
    assert "The second wrote that." in text
    assert answer_to(assessment, "1.1").details == "The first wrote this."


def test_a_level_of_another_framework_is_no_level_here(council, assessment, coordinator) -> None:
    answer = answer_to(assessment, "1.1")
    other = Level.objects.exclude(framework=assessment.framework_id).first()
    where = address(council, "benchmarks:answer_update", pk=answer.pk)
    response = coordinator.post(where, {"level": other.pk, "details": "x", "revision": answer.revision})
    assert response.status_code == 200
    assert "Choose one of the levels." in shown(response)


@pytest.mark.parametrize("score", ["0", "6", "three", "99999999999999999999"])
def test_a_score_off_the_scale_is_refused(council, assessment, coordinator, score) -> None:
    result = answer_to(assessment, "1.1").result
    where = address(council, "benchmarks:benchmark_result_update", pk=result.pk)
    response = coordinator.post(where, {"self_score": score, "target_score": "", "revision": result.revision})
    assert response.status_code == 200
    assert 'class="govuk-error-summary' in shown(response)


def test_a_service_lead_answers_just_theirs(council, assessment) -> None:
    user = make_user(Role.CONTRIBUTOR, council)
    with acting_for(council):
        lead = Respondent(organisation=council, name="Workforce development", user=user)
        lead.save()
    mine, other = answer_to(assessment, "7.1"), answer_to(assessment, "7.2")
    with acting_for(council):
        services.assign_answers(answers=[mine], respondent=lead)
    client = signed_in(user)
    mine = answer_to(assessment, "7.1")
    said = {"details": "Half of them.", "revision": mine.revision}
    assert client.post(address(council, "benchmarks:answer_update", pk=mine.pk), said).status_code == 302
    said = {"details": "Not mine.", "revision": other.revision}
    assert client.post(address(council, "benchmarks:answer_update", pk=other.pk), said).status_code == 403
    assert answer_to(assessment, "7.2").details == ""
    assert "Your questions" in page(client, council, "assessment_detail", pk=assessment.pk)
    result = mine.result
    assert client.get(address(council, "benchmarks:benchmark_result_update", pk=result.pk)).status_code == 403


def test_a_partner_answers_by_a_link_and_reaches_nothing_else(council, assessment, coordinator) -> None:
    with acting_for(council):
        partner = Respondent(organisation=council, name="The police")
        partner.save()
        services.assign_answers(answers=[answer_to(assessment, "4.1")], respondent=partner)
    where = address(council, "benchmarks:respondent_link", pk=partner.pk)
    made = shown(coordinator.post(where, {"email": "prevent@police.example", "show": "1"}))
    link = re.search(r"<code>[^<]*?(/answer-questions/[^<]+)</code>", made)[1]
    client = Client()
    mine = answer_to(assessment, "4.1")
    assert mine.asked.text in shown(client.get(link))
    said = {"level": level(assessment, Stage.UNDER_WAY).pk, "details": "By our form.", "revision": mine.revision}
    said["comment"] = "Ask the health service too."
    assert client.post(f"{link}{mine.pk}/", said).status_code == 302
    assert answer_to(assessment, "4.1").details == "By our form."
    text = page(coordinator, council, "answer_detail", pk=mine.pk)
    assert "Ask the health service too." in text
    assert "The police" in text
    assert client.get(f"{link}{answer_to(assessment, '4.2').pk}/").status_code == 404
    with acting_for(council):
        fresh = Assessment.objects.get(pk=assessment.pk)
        services.send_for_review(assessment=fresh)
    score_all(assessment)
    submit(assessment)
    assert client.get(f"{link}{mine.pk}/").status_code == 404
    client.post(link)
    assert client.get(link).status_code == 404


def test_an_assessment_that_is_official_sensitive_goes_by_no_link(council) -> None:
    assessment = make_assessment(council, marking=Marking.OFFICIAL_SENSITIVE)
    from benchmarks.views.respondents import answers_for_link

    with acting_for(council):
        partner = Respondent(organisation=council, name="The police")
        partner.save()
        services.assign_answers(answers=[answer_to(assessment, "4.1")], respondent=partner)
        assert not answers_for_link(partner).exists()


def test_words_that_are_marked_are_refused_unless_the_assessment_is(council, assessment, coordinator) -> None:
    answer = answer_to(assessment, "1.1")
    where = address(council, "benchmarks:answer_update", pk=answer.pk)
    response = coordinator.post(where, {"details": "OFFICIAL-SENSITIVE: a name", "revision": answer.revision})
    assert "Mark the assessment first" in shown(response)
    with acting_for(council), pytest.raises(SaysItIsSensitive):
        answer.details = "OFFICIAL-SENSITIVE"
        answer.save()


# Last year


def test_what_is_carried_forward_needs_review_and_is_never_done(council) -> None:
    before = make_assessment(council, year=2025)
    evidence = make_evidence(council)
    retired = make_evidence(council, title="Old", retired_on=clock.today())
    give(before, "1.1", Stage.ACHIEVED, "As last year.", [evidence, retired])
    assessment = make_assessment(council, year=2026)
    give(assessment, "1.2", Stage.UNDER_WAY, "This year's own.")
    with acting_for(council):
        assert services.carry_forward_all(assessment=assessment) == 1
        assert services.carry_forward_all(assessment=assessment) == 0
        report = build_assessment_report(assessment, as_of=clock.today())
    # In the paper it is something to review as well, and counts for nothing.
    assert [each.reference for each in report.benchmarks[0].answers if each.needs_review] == ["1.1"]
    assert levels_figure(report).table.rows[-1][1:] == [0, 1, 0, 37, 38]
    carried = answer_to(assessment, "1.1")
    assert (carried.is_review_needed, carried.is_done, carried.details) == (True, False, "As last year.")
    with acting_for(council):
        assert [link.evidence for link in AnswerEvidence.objects.filter(answer=carried)] == [evidence]
    assert answer_to(assessment, "1.2").details == "This year's own."
    assert give(assessment, "1.1", Stage.ACHIEVED).is_done


def test_one_answer_is_carried_from_the_page_with_last_years_beside_it(council, coordinator) -> None:
    give(make_assessment(council, year=2025), "1.1", Stage.ACHIEVED, "As last year.")
    assessment = make_assessment(council, year=2026)
    answer = answer_to(assessment, "1.1")
    assert "As last year." in page(coordinator, council, "answer_update", pk=answer.pk)
    response = coordinator.post(address(council, "benchmarks:answer_carry", pk=answer.pk), follow=True)
    assert "Carried forward from an earlier year" in shown(response)
    refused = coordinator.post(address(council, "benchmarks:answer_carry", pk=answer.pk))
    assert "answered already" in shown(refused)


# Hints, sign-off, submission


def test_evidence_that_expires_midway_is_named_until_another_takes_its_place(council, assessment, coordinator) -> None:
    today = clock.today()
    evidence = make_evidence(council, expires_on=today)
    answer = give(assessment, "1.1", Stage.ACHIEVED, "Shown.", [evidence])
    where = {"name": "benchmark_result_detail", "pk": answer.result_id}
    assert "expired" not in page(coordinator, council, **where).lower()
    with acting_for(council):
        evidence.expires_on = today - DAY
        evidence.save()
    assert "Evidence that has expired stands behind this answer: 1.1." in page(coordinator, council, **where)
    fresh = make_evidence(council, title="Minutes of autumn")
    give(assessment, "1.1", Stage.ACHIEVED, "Shown.", [fresh])
    assert "Evidence that has expired" not in page(coordinator, council, **where)


def test_an_assessment_is_signed_off_only_when_everything_is_scored(council, assessment, coordinator) -> None:
    coordinator.post(address(council, "benchmarks:assessment_review", pk=assessment.pk))
    said = day_of(clock.today(), "on") | {"by": "Chief officer", "is_sure": "on"}
    response = coordinator.post(address(council, "benchmarks:assessment_sign_off", pk=assessment.pk), said)
    assert "have no score yet" in shown(response)
    score_all(assessment)
    coordinator.post(address(council, "benchmarks:assessment_sign_off", pk=assessment.pk), said)
    with acting_for(council):
        assert Assessment.objects.get(pk=assessment.pk).state == "signed_off"


def test_what_is_signed_off_is_locked_by_every_route(council, assessment, coordinator) -> None:
    evidence = make_evidence(council)
    answer = give(assessment, "1.1", Stage.ACHIEVED, "Final.", [evidence])
    stale = answer_to(assessment, "1.1")
    score_all(assessment)
    with acting_for(council):
        fresh = Assessment.objects.get(pk=assessment.pk)
        services.send_for_review(assessment=fresh)
        services.sign_off(assessment=fresh, by="Chief officer", on=clock.today())
    closed = answer_to(assessment, "1.1")
    said = {"details": "Changed.", "revision": closed.revision}
    assert coordinator.post(address(council, "benchmarks:answer_update", pk=answer.pk), said).status_code == 403
    with acting_for(council):
        closed.details = stale.details = "Changed."
        with pytest.raises(AssessmentIsClosed):
            closed.save()
        # Read before it was signed off: the database knows better.
        with pytest.raises(DatabaseError), transaction.atomic():
            stale.save()
        assert Answer.objects.filter(pk=answer.pk).update(details="Changed.") == 0
        assert AnswerEvidence.objects.filter(answer=answer).delete()[0] == 0
        with pytest.raises((AssessmentIsClosed, NotYours)):
            AnswerComment(organisation=council, answer=closed, text="Late").save()
        assert BenchmarkResult.objects.filter(assessment=assessment).update(self_score=5) == 0
    assert answer_to(assessment, "1.1").details == "Final."


def test_submission_freezes_and_a_new_version_leaves_the_old_one(council, assessment, coordinator) -> None:
    give(assessment, "1.1", Stage.ACHIEVED, "As first submitted.")
    score_all(assessment, 4)
    first = submit(assessment)
    where = address(council, "benchmarks:assessment_reopen", pk=assessment.pk)
    assert "Enter the reason" in shown(coordinator.post(where, {"reason": " "}))
    coordinator.post(where, {"reason": "The Home Office asked for more."})
    give(assessment, "1.1", Stage.UNDER_WAY, "As corrected.")
    second = submit(assessment)
    assert (first.version, second.version) == (1, 2)
    for submission, words in ((first, "As first submitted."), (second, "As corrected.")):
        text = page(coordinator, council, "submission_full", pk=submission.pk)
        assert words in text
        with acting_for(council):
            editions = list(FrozenEdition.objects.filter(copy=submission.copy_id))
            assert {each.edition for each in editions} == {"full", "summary"}
            assert all(is_intact(each) and bytes(each.paper).startswith(b"%PDF") for each in editions)


def test_outsiders_see_what_was_submitted_and_no_draft_no_comment_no_secret_title(council, assessment) -> None:
    reviewer = signed_in(make_user(Role.REVIEWER, council))
    member = signed_in(make_user(Role.ELECTED_MEMBER, council))
    secret = make_evidence(council, title="Name of the venue", marking=Marking.OFFICIAL_SENSITIVE)
    answer = give(assessment, "1.1", Stage.ACHIEVED, "Told to all.", [secret])
    with acting_for(council):
        services.add_comment(answer=answer_to(assessment, "1.1"), text="Between ourselves", user=None)
    detail = address(council, "benchmarks:assessment_detail", pk=assessment.pk)
    assert reviewer.get(detail).status_code == member.get(detail).status_code == 404
    score_all(assessment)
    submission = submit(assessment)
    for client in (reviewer, member):
        assert client.get(detail).status_code == 200
        seen = page(client, council, "answer_detail", pk=answer.pk)
        seen += page(client, council, "submission_full", pk=submission.pk)
        seen += page(client, council, "assessment_preview", pk=assessment.pk)
        assert "Told to all." in seen
        assert "Between ourselves" not in seen
        assert "Look at again" not in shown(client.get(detail))
        assert "Name of the venue" not in seen
    with acting_for(council):
        services.reopen_assessment(assessment=Assessment.objects.get(pk=assessment.pk), reason="More")
    give(assessment, "1.1", Stage.UNDER_WAY, "Not yet told.")
    for client in (reviewer, member):
        assert client.get(detail).status_code == 404
        assert "Told to all." in page(client, council, "submission_full", pk=submission.pk)


def test_moderation_stands_beside_the_own_score_and_its_recommendations_are_registered(
    council, assessment, coordinator
) -> None:
    score_all(assessment, 4)
    result = answer_to(assessment, "8.1").result
    where = address(council, "benchmarks:benchmark_result_moderate", pk=result.pk)
    assert coordinator.get(where).status_code == 403
    submit(assessment)
    said = {"score": "2", "strengths": "Filtering.", "comment": "Let premises.", "recommendations": "First\n• Second\n"}
    coordinator.post(where, said)
    text = page(coordinator, council, "benchmark_result_detail", pk=result.pk)
    assert "Moderated score" in text
    with acting_for(council):
        found = Recommendation.objects.order_by("number").values_list("text", flat=True)
        assert list(found) == ["First", "Second"]
        assert BenchmarkResult.objects.get(pk=result.pk).self_score == 4
    assert "Below the line" in page(coordinator, council, "assessment_unmet", pk=assessment.pk)


def test_a_moderation_is_of_the_version_that_was_submitted(council, assessment, coordinator) -> None:
    score_all(assessment, 4)
    result = answer_to(assessment, "8.1").result
    submit(assessment)
    coordinator.post(address(council, "benchmarks:benchmark_result_moderate", pk=result.pk), {"score": "2"})
    assert "Moderated score" in page(coordinator, council, "benchmark_result_detail", pk=result.pk)
    with acting_for(council):
        services.reopen_assessment(assessment=Assessment.objects.get(pk=assessment.pk), reason="More")
    assert "Moderated score" not in page(coordinator, council, "benchmark_result_detail", pk=result.pk)
    assert "Venue hire" not in page(coordinator, council, "assessment_unmet", pk=assessment.pk)
    submit(assessment)
    coordinator.post(address(council, "benchmarks:benchmark_result_moderate", pk=result.pk), {"score": "5"})
    with acting_for(council):
        found = Moderation.objects.filter(result=result).order_by("version").values_list("version", "score")
        assert list(found) == [(1, 2), (2, 5)]


def test_answers_of_a_marked_assessment_are_carried_into_no_other(council, coordinator) -> None:
    before = make_assessment(council, year=2025, marking=Marking.OFFICIAL_SENSITIVE)
    give(before, "1.1", Stage.ACHIEVED, "OFFICIAL-SENSITIVE: where the meeting was")
    assessment = make_assessment(council, year=2026)
    where = address(council, "benchmarks:assessment_carry", pk=assessment.pk)
    assert "OFFICIAL-SENSITIVE stand" in shown(coordinator.post(where))
    assert answer_to(assessment, "1.1").details == ""


def test_an_assessment_begun_by_mistake_can_be_deleted_and_one_submitted_cannot(council, assessment) -> None:
    give(assessment, "1.1", Stage.ACHIEVED, "x", [make_evidence(council)])
    later = make_assessment(council, year=2027)
    with acting_for(council):
        services.carry_forward_all(assessment=later)
        services.delete_draft_assessment(assessment=assessment)
        assert list(Assessment.objects.all()) == [later]
    score_all(later)
    submit(later)
    with acting_for(council):
        fresh = services.reopen_assessment(assessment=Assessment.objects.get(pk=later.pk), reason="More")
        with pytest.raises(ValidationError):
            services.delete_draft_assessment(assessment=fresh)


# From gap to action


def test_a_gap_becomes_an_action_linked_both_ways(council, assessment, coordinator) -> None:
    plan = make_plan(council, state=Plan.State.AGREED, actions=0)
    answer = give(assessment, "8.1", Stage.NOT_STARTED, "Nothing yet.")
    with acting_for(council):
        section = plan.sections.get()
    where = address(council, "plans:gap_action_create", benchmark_result=answer.result_id) + f"?answer={answer.pk}"
    assert answer_to(assessment, "8.1").asked.text in shown(coordinator.get(where))
    gone = address(council, "benchmarks:assessment_delete", pk=assessment.pk)
    assert coordinator.get(gone).status_code == 200
    response = coordinator.post(where, {"section": section.pk, "text": "Write a hire policy"}, follow=True)
    # Told before the question whether to delete, not after it.
    refused = coordinator.get(gone)
    assert refused.status_code == 403
    assert "close gaps that this assessment found" in shown(refused)
    assert "Write a hire policy" in shown(response)
    with acting_for(council):
        action = Action.objects.get(text="Write a hire policy")
        assert ActionGap.objects.get(action=action).answer_id == answer.pk
        assert action.objective.benchmark_links.get().benchmark.number == 8
    own = shown(coordinator.get(action.get_absolute_url()))
    assert "Gaps that it closes" in own
    assert "Write a hire policy" in page(coordinator, council, "assessment_unmet", pk=assessment.pk)
    with acting_for(council), pytest.raises(ValidationError):
        services.delete_draft_assessment(assessment=Assessment.objects.get(pk=assessment.pk))


def test_the_action_goes_into_the_current_plan_and_there_to_what_answers_the_benchmark(
    council, assessment, coordinator
) -> None:
    today = clock.today()
    year = {"period_start": today - 100 * DAY, "period_end": today + 200 * DAY}
    plan = make_plan(council, state=Plan.State.AGREED, **year)
    make_plan(council, period_start=today + 201 * DAY, period_end=today + 500 * DAY)
    result = answer_to(assessment, "8.1").result
    with acting_for(council):
        section = Section(organisation=council, plan=plan, position=1, title="Premises")
        section.save()
        objective = Objective(organisation=council, plan=plan, section=section, text="Premises are safe")
        objective.save()
        where = address(council, "plans:gap_action_create", benchmark_result=result.pk)
        assert coordinator.get(where).context["form"]["section"].value() == plan.sections.first().pk
        ObjectiveBenchmark(organisation=council, objective=objective, benchmark=result.benchmark).save()
    assert coordinator.get(where).context["form"]["section"].value() == section.pk


def test_a_new_assessment_is_for_this_year_unless_another_is_typed(council, coordinator) -> None:
    form = coordinator.get(address(council, "benchmarks:assessment_create")).context["form"]
    assert form["year"].value() == clock.today().year
    assert form["dated_on"].value() == clock.today()


def test_work_that_is_not_agreed_is_in_no_paper_for_outsiders(council, assessment) -> None:
    draft = make_plan(council)
    agreed = make_plan(council, state=Plan.State.AGREED, actions=0)
    hidden = make_action(draft, text="Planned in secret")
    told = make_action(agreed, text="Agreed by the board")
    marked = make_action(agreed, text="Known to few", marking=Marking.OFFICIAL_SENSITIVE)
    answer = give(assessment, "8.1", Stage.NOT_STARTED)
    with acting_for(council):
        for action in (hidden, told, marked):
            ActionGap(organisation=council, action=action, result=answer.result).save()
    score_all(assessment, 2)
    submission = submit(assessment)
    reviewer = signed_in(make_user(Role.REVIEWER, council))
    text = page(reviewer, council, "submission_full", pk=submission.pk)
    assert "Agreed by the board" in text
    assert "Planned in secret" not in text
    assert "Known to few" not in text


def test_another_councils_gap_is_not_there(council, assessment) -> None:
    other = make_authority("Bravo")
    client = signed_in(make_user(Role.COORDINATOR, other))
    result = answer_to(assessment, "1.1").result
    for name in ("gap_action_create", "gap_actions"):
        assert client.get(address(other, f"plans:{name}", benchmark_result=result.pk)).status_code == 404
    with acting_for(other):
        plan = make_plan(other)
    with acting_for(other), pytest.raises(NotYours):
        ActionGap(organisation=other, action=plan.objectives.first().actions.first(), result=result).save()
