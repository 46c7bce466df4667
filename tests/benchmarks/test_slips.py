"""What goes wrong with an assessment between people: two at once, too early, the wrong day, too much."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from benchmarks import services
from benchmarks.models import Answer, Assessment, BenchmarkResult, Moderation, Respondent
from benchmarks.models.assessments import LONG_TEXT_CHARACTERS
from benchmarks.rules import Stage
from prevent_portal import clock
from prevent_portal.models import Marking, Recommendation
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for

from ..factories import address, make_assessment, make_authority, make_user, signed_in
from ..plans.test_updating import shown
from .test_assessing import DAY, answer_to, day_of, give, level, make_evidence, page, score_all, submit

pytestmark = pytest.mark.django_db

NO_SUCH_KEY = str(10**40)


@pytest.fixture
def council():
    return make_authority("Ashmere")


@pytest.fixture
def coordinator(council):
    return signed_in(make_user(Role.COORDINATOR, council))


@pytest.fixture
def assessment(council):
    return make_assessment(council)


def evidence_of(assessment, reference: str) -> set[str]:
    with acting_for(assessment.organisation):
        links = answer_to(assessment, reference).evidence_links.select_related("evidence")
        return {link.evidence.title for link in links}


def in_review(assessment) -> None:
    with acting_for(assessment.organisation):
        services.send_for_review(assessment=Assessment.objects.get(pk=assessment.pk))


def state_of(assessment) -> str:
    with acting_for(assessment.organisation):
        return Assessment.objects.get(pk=assessment.pk).state


# Two people at once


@pytest.mark.parametrize("first_time", [False, True], ids=["some was named before", "none was named before"])
def test_evidence_that_somebody_named_meanwhile_stays_and_what_was_unticked_goes(
    council, assessment, coordinator, first_time
) -> None:
    old = [] if first_time else [make_evidence(council, title="Old"), make_evidence(council, title="Kept")]
    answer = give(assessment, "1.1", Stage.UNDER_WAY, "Mine.", old)
    where = address(council, "benchmarks:answer_update", pk=answer.pk)
    opened = coordinator.get(where).context["form"]
    said = {
        "level": level(assessment, Stage.ACHIEVED).pk,
        "details": "Mine, and more.",
        "revision": opened["revision"].value(),
        "stay": "1",
    }
    if not first_time:
        said |= {"shown": opened["shown"].value(), "relied_on": [old[1].pk]}
    give(assessment, "1.1", Stage.UNDER_WAY, "Theirs.", [*old, make_evidence(council, title="Theirs")])
    told = coordinator.post(where, said)
    form = told.context["form"]
    assert "Somebody else changed this" in shown(told)
    again = said | {
        "revision": form["revision"].value(),
        "shown": form["shown"].value(),
        "relied_on": form["relied_on"].value(),
    }
    coordinator.post(where, again)
    assert evidence_of(assessment, "1.1") == ({"Theirs"} if first_time else {"Kept", "Theirs"})
    assert answer_to(assessment, "1.1").details == "Mine, and more."


def test_the_second_to_moderate_a_benchmark_is_told_and_loses_nothing(council, assessment, coordinator) -> None:
    score_all(assessment, 4)
    submit(assessment)
    result = answer_to(assessment, "8.1").result
    where = address(council, "benchmarks:benchmark_result_moderate", pk=result.pk)
    read = coordinator.get(where).context["form"]["read"].value()
    theirs = {"read": read, "score": "2", "comment": "Let premises.", "recommendations": "Write a policy"}
    coordinator.post(where, theirs)
    mine = {"read": read, "score": "3", "comment": "Agreed.", "recommendations": "Write a policy\nTrain the desk"}
    told = coordinator.post(where, mine)
    assert "Somebody else changed this" in shown(told)
    assert "Let premises." in shown(told)
    with acting_for(council):
        assert Moderation.objects.get(result=result).score == 2
    coordinator.post(where, mine | {"read": told.context["form"]["read"].value()})
    with acting_for(council):
        assert Moderation.objects.get(result=result).score == 3
        assert sorted(Recommendation.objects.values_list("text", flat=True)) == ["Train the desk", "Write a policy"]


# Too early, and the wrong day


def test_signing_off_with_open_questions_asks_for_a_tick(council, assessment, coordinator) -> None:
    score_all(assessment)
    in_review(assessment)
    where = address(council, "benchmarks:assessment_sign_off", pk=assessment.pk)
    assert "38 questions have no answer yet" in shown(coordinator.get(where))
    said = day_of(clock.today(), "on") | {"by": "Chief officer"}
    assert "to continue" in shown(coordinator.post(where, said))
    assert state_of(assessment) == "review"
    coordinator.post(where, said | {"is_sure": "on"})
    assert state_of(assessment) == "signed_off"


def test_sending_for_review_says_how_many_questions_are_open(council, assessment, coordinator) -> None:
    assert "38 questions have no answer yet" in page(coordinator, council, "assessment_review", pk=assessment.pk)


def test_a_moderation_is_complete_when_every_benchmark_has_its_score_or_somebody_says_so(
    council, assessment, coordinator
) -> None:
    score_all(assessment, 4)
    submit(assessment)
    where = address(council, "benchmarks:assessment_moderated", pk=assessment.pk)
    said = day_of(clock.today(), "on")
    assert "These benchmarks have no moderated score" in shown(coordinator.post(where, said))
    assert state_of(assessment) == "submitted"
    with acting_for(council):
        for result in BenchmarkResult.objects.filter(assessment=assessment).select_related(
            "assessment", "benchmark__framework"
        ):
            services.record_moderation(
                result=result, score=3, strengths="", comment="", recommendations=[], made_on=None
            )
    coordinator.post(where, said)
    assert state_of(assessment) == "moderated"


def test_each_step_is_on_the_day_of_the_one_before_or_later(council, coordinator) -> None:
    today = clock.today()
    assessment = make_assessment(council, year=today.year, dated_on=today - 20 * DAY)
    score_all(assessment)
    in_review(assessment)

    def post(name: str, on: dt.date, **said: str) -> str:
        where = address(council, f"benchmarks:{name}", pk=assessment.pk)
        return shown(coordinator.post(where, day_of(on, "on") | {"is_sure": "on"} | said))

    for wrong in (dt.date(1900, 1, 1), today - 21 * DAY, today + DAY):
        assert "There is a problem" in post("assessment_sign_off", wrong, by="Chief officer")
    post("assessment_sign_off", today - 10 * DAY, by="Chief officer")
    for wrong in (dt.date(1900, 1, 1), today - 11 * DAY, today + DAY):
        assert "There is a problem" in post("assessment_submit", wrong)
    post("assessment_submit", today - 9 * DAY)
    for wrong in (today - 10 * DAY, today + DAY):
        assert "There is a problem" in post("assessment_moderated", wrong)
    with acting_for(council):
        fresh = Assessment.objects.get(pk=assessment.pk)
        with pytest.raises(ValidationError):
            services.finish_moderation(assessment=fresh, on=today - 10 * DAY)
        services.reopen_assessment(assessment=fresh, reason="More")
        services.send_for_review(assessment=fresh)
        with pytest.raises(ValidationError, match="version before"):
            services.sign_off(assessment=fresh, by="Chief officer", on=today - 10 * DAY)
    assert state_of(assessment) == "review"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (day_of(dt.date(1900, 1, 1), "made_on"), "The year must be 2015 or later."),
        (day_of(dt.date(2099, 1, 1), "made_on"), "The date cannot be in the future."),
        ({"recommendations": "\n".join(map(str, range(31)))}, "at most 30 recommendations"),
        ({"comment": "x" * (LONG_TEXT_CHARACTERS + 1)}, "10000 characters or fewer"),
    ],
)
def test_a_moderation_with_a_slip_is_refused_in_words(council, assessment, coordinator, said, words) -> None:
    score_all(assessment, 4)
    submit(assessment)
    result = answer_to(assessment, "8.1").result
    where = address(council, "benchmarks:benchmark_result_moderate", pk=result.pk)
    assert words in shown(coordinator.post(where, {"score": "2"} | said))
    with acting_for(council):
        assert not Moderation.objects.exists()
        assert not Recommendation.objects.exists()


# Too much, and the wrong people


def test_details_have_a_limit_on_pages_and_in_files_alike(council, assessment, coordinator) -> None:
    answer = answer_to(assessment, "1.1")
    where = address(council, "benchmarks:answer_update", pk=answer.pk)
    said = {"details": "x" * (LONG_TEXT_CHARACTERS + 1), "revision": answer.revision}
    assert "must be 10000 characters or fewer" in shown(coordinator.post(where, said))
    with acting_for(council):
        answer.details = said["details"]
        with pytest.raises(ValidationError):
            answer.full_clean()


@pytest.mark.parametrize("role", [Role.ELECTED_MEMBER, Role.REVIEWER, Role.TRAINING_OFFICER])
def test_whoever_may_not_answer_or_lead_is_not_in_the_list(council, assessment, coordinator, role) -> None:
    other = make_user(role, council)
    for name, kwargs, field in (
        ("respondent_create", {}, "user"),
        ("assessment_create", {}, "lead"),
        ("assessment_update", {"pk": assessment.pk}, "lead"),
    ):
        form = coordinator.get(address(council, f"benchmarks:{name}", **kwargs)).context["form"]
        assert other not in form.fields[field].queryset
        assert form.fields[field].queryset.exists()


def test_whoever_was_chosen_before_stays_in_the_list(council, coordinator) -> None:
    member = make_user(Role.ELECTED_MEMBER, council)
    with acting_for(council):
        respondent = Respondent(organisation=council, name="Cabinet", user=member)
        respondent.save()
    form = coordinator.get(address(council, "benchmarks:respondent_update", pk=respondent.pk)).context["form"]
    assert member in form.fields["user"].queryset


def test_a_number_that_no_row_can_have_is_a_wrong_choice_like_another(council, assessment, coordinator) -> None:
    answer = give(assessment, "1.1", Stage.UNDER_WAY, "x", [make_evidence(council)])
    assign = address(council, "benchmarks:assessment_assign", pk=assessment.pk)
    assert "There is a problem" in shown(coordinator.post(assign, {"answers": [NO_SUCH_KEY]}))
    change = address(council, "benchmarks:answer_update", pk=answer.pk)
    said = {"revision": answer.revision, "relied_on": [NO_SUCH_KEY], "shown": NO_SUCH_KEY}
    assert "There is a problem" in shown(coordinator.post(change, said))
    with acting_for(council):
        assert list(Answer.objects.filter(pk__in=[int(NO_SUCH_KEY), answer.pk])) == [answer]
        low, high = connection.ops.integer_field_range("BigIntegerField")
        assert not Answer.objects.filter(pk__in=[low, high, -int(NO_SUCH_KEY)]).exists()


# What outsiders see meanwhile


def test_while_a_year_is_open_again_outsiders_are_led_to_it_as_it_was_submitted(council, assessment) -> None:
    member = signed_in(make_user(Role.ELECTED_MEMBER, council))
    score_all(assessment, 4)
    submission = submit(assessment)
    assert "opened again" not in page(member, council, "score_history")
    with acting_for(council):
        services.reopen_assessment(assessment=Assessment.objects.get(pk=assessment.pk), reason="More")
    text = page(member, council, "score_history")
    assert "has been opened again" in text
    assert submission.get_absolute_url() in text


def test_a_marking_that_came_later_hides_the_versions_before_it_from_members(council, assessment) -> None:
    member = signed_in(make_user(Role.ELECTED_MEMBER, council))
    reviewer = signed_in(make_user(Role.REVIEWER, council))
    score_all(assessment, 4)
    submission = submit(assessment)
    where = address(council, "benchmarks:submission_detail", pk=submission.pk)
    assert member.get(where).status_code == 200
    with acting_for(council):
        fresh = services.reopen_assessment(assessment=Assessment.objects.get(pk=assessment.pk), reason="More")
        fresh.marking = Marking.OFFICIAL_SENSITIVE
        fresh.save()
    assert member.get(where).status_code == 404
    assert reviewer.get(where).status_code == 200


# Words


def test_the_form_proposes_a_year_that_is_free(council, coordinator) -> None:
    this_year = clock.today().year
    make_assessment(council, year=this_year)
    form = coordinator.get(address(council, "benchmarks:assessment_create")).context["form"]
    assert form["year"].value() == this_year + 1


def test_an_answer_without_a_level_is_not_called_unanswered_once_it_says_something(
    council, assessment, coordinator
) -> None:
    answer = answer_to(assessment, "1.1")
    where = {"pk": answer.pk}
    assert "Not answered" in page(coordinator, council, "answer_detail", **where)
    with acting_for(council):
        services.record_answer(answer=answer, level=None, details="We are at it.", evidence=(), user=None)
    text = page(coordinator, council, "answer_detail", **where)
    assert "No level yet" in text
    assert "by link, without an account" in text
