"""The demonstration county's self-assessments. Everything in them is invented."""

import datetime as dt

from django.utils import timezone

from prevent_portal.models import Evidence, Organisation, User
from prevent_portal.scoping import acting_for

from . import services
from .frozen import submit_assessment
from .models import Answer, AnswerEvidence, Assessment, BenchmarkResult, Framework, Level, LocalQuestion, Respondent
from .rules import Stage
from .services.past_scores import ScoreLine

COUNTY = "exampleshire"
FRAMEWORK = "duty-2018"
PAST = {3: (3, 4, 4, 3, 4, 3, 2, 2, 2, 1), 2: (4, 4, 4, 3, 4, 3, 3, 2, 3, 2)}
"""Years ago -> the scores of benchmarks 1 to 10."""

N, D, A = Stage.NOT_STARTED, Stage.UNDER_WAY, Stage.ACHIEVED

ANSWERS = {
    "1.1": (A, "The assessment was reviewed in spring and went to every partner on the board."),
    "1.2": (D, "Our coordinator comments on the draft; the districts are asked by e-mail only."),
    "1.3": (A, "Chief officers, the board and managers each receive a version that is meant for them."),
    "2.1": (A, "The board met four times, with all named partners at three of the meetings."),
    "2.2": (A, "Referral figures and the work of Channel are a standing item."),
    "2.3": (A, "Two joint events with the neighbouring county."),
    "2.4": (D, "A councillor has been named and has begun to attend."),
    "3.1": (A, "The plan was agreed in May; each action names a partner."),
    "3.2": (D, "The community safety strategy and the safeguarding policy do; housing is being rewritten."),
    "3.3": (A, "Each recommendation of the profile has an action."),
    "4.1": (A, "One form, one address, a reply within two working days."),
    "4.2": (D, "Support is offered; what follows after a case is closed differs between districts."),
    "5.1": (A, "The panel meets monthly; health was missing twice."),
    "5.2": (A, "Members worked through three examples together in autumn."),
    "5.3": (A, "An agreement on sharing information is signed by every member."),
    "5.4": (D, "Closed cases are looked at once a year, without a written summary."),
    "5.5": (A, "Reviews at 6 and 12 months are on the agenda."),
    "5.6": (A, "The regional protocol is used when people move."),
    "5.7": (A, "The safeguarding lead is asked in each such case."),
    "6.1": (D, "A group meets when there is a reason to; its terms are in draft."),
    "6.2": (A, "The community safety officer is named, with a deputy."),
    "7.1": (D, "Most staff who meet the public have done the course; contractors have not been asked."),
    "7.2": (D, "The course says how to refer; nobody has asked yet who remembers."),
    "7.3": (N, "There is no list of who needs which training."),
    "7.4": (A, "All secondary schools and most primary schools take part."),
    "7.5": (N, "Not begun."),
    "7.6": (A, "A page on the intranet and a card on every reception desk."),
    "7.7": (A, "Two days with the neighbouring county."),
    "7.8": (D, "Regional events only."),
    "7.9": (D, "For safeguarding; public health is to follow."),
    "8.1": (N, "Each centre has its own terms of hire; none speaks of extremism."),
    "8.2": (A, "Filters are in place in offices and libraries, and are tested yearly."),
    "8.3": (N, "Waits for the policy on hire."),
    "9.1": (D, "Faith groups are met regularly; young people are not."),
    "9.2": (D, "A first meeting has been held."),
    "9.3": (A, "Two projects, both with a local charity."),
    "10.1": (D, "We answer when asked. There is little on the website."),
    "10.2": (N, "There is no plan yet."),
}  # fmt: skip

LAST = {1: 4, 2: 4, 3: 4, 4: 3, 5: 4, 6: 3, 7: 3, 8: 2, 9: 3, 10: 2}
TARGETS = {7: 4, 8: 3, 9: 4, 10: 3}
WHY = {
    7: "Training reaches most people, but nobody can say whom it does not reach.",
    8: "Without a policy on hire the duty is not met, whatever the filters do.",
    10: "What we say about Prevent is not planned.",
}
BETTER = {
    "7.3": (D, "A list of posts and what each needs is being drawn up with HR."),
    "8.1": (D, "A model policy has been written and is with legal services."),
    "10.2": (D, "A plan has been drafted with the communications team."),
    "2.4": (A, "The portfolio holder chairs the board's spring meeting and briefs all councillors."),
}
LOOKED_AT = ("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "3.1", "3.2", "3.3")


def load(*, today: dt.date) -> None:
    """Write the county's assessments; its organisations, accounts and evidence must be there."""
    organisation = Organisation.objects.get(slug=COUNTY)
    users = {user.email: user for user in User.objects.filter(email__endswith="@exampleshire.example")}
    coordinator = users["coordinator@exampleshire.example"]
    framework = Framework.objects.get(slug=FRAMEWORK)
    with acting_for(organisation, user_id=coordinator.pk):
        lines = [
            ScoreLine(organisation.name, today.year - ago, number, score, None, "")
            for ago, scores in PAST.items()
            for number, score in enumerate(scores, start=1)
        ]
        services.import_scores(organisation=organisation, framework=framework, lines=lines)
        _last_year(organisation, framework, coordinator, today)
        _this_year(organisation, framework, users, today)


def _last_year(organisation: Organisation, framework: Framework, coordinator: User, today: dt.date) -> None:
    on = today - dt.timedelta(days=300)
    assessment = services.start_assessment(
        assessment=Assessment(
            organisation=organisation, framework=framework, year=today.year - 1, dated_on=on, lead=coordinator
        )
    )
    _answer(assessment, ANSWERS, coordinator)
    results = list(BenchmarkResult.objects.filter(assessment=assessment).in_order())
    for result in results:
        number = result.benchmark.number
        result.self_score, result.target_score = LAST[number], TARGETS.get(number)
        result.rationale = WHY.get(number, "")
    BenchmarkResult.objects.bulk_update(results, ["self_score", "target_score", "rationale"])
    services.send_for_review(assessment=assessment)
    services.sign_off(assessment=assessment, by="Director of Communities", on=on + dt.timedelta(days=20))
    submit_assessment(assessment=assessment, on=on + dt.timedelta(days=25), user=coordinator)
    eighth = BenchmarkResult.objects.select_related("assessment__organisation", "organisation").get(
        assessment=assessment, benchmark__number=8
    )
    services.record_moderation(
        result=eighth,
        score=2,
        strengths="Filtering reaches libraries as well as offices.",
        comment="Confirmed: premises that are owned but let are not covered.",
        recommendations=["Adopt a policy on the hire of premises that covers those let to others."],
        made_on=on + dt.timedelta(days=70),
    )
    third = BenchmarkResult.objects.select_related("assessment__organisation", "organisation").get(
        assessment=assessment, benchmark__number=4
    )
    services.record_moderation(
        result=third,
        score=4,
        strengths="One form and one address, which partners know.",
        comment="Raised: the route was tested and works.",
        recommendations=[],
        made_on=None,
    )
    services.finish_moderation(assessment=assessment, on=on + dt.timedelta(days=72))


def _this_year(organisation: Organisation, framework: Framework, users: dict[str, User], today: dt.date) -> None:
    coordinator = users["coordinator@exampleshire.example"]
    LocalQuestion(
        organisation=organisation,
        benchmark=framework.benchmarks.get(number=9),
        reference="L1",
        text="Do we hear from young people about how Prevent is seen?",
    ).save()
    assessment = services.start_assessment(
        assessment=Assessment(
            organisation=organisation, framework=framework, year=today.year, dated_on=today, lead=coordinator
        )
    )
    services.carry_forward_all(assessment=assessment)
    _answer(assessment, {ref: BETTER.get(ref, ANSWERS[ref]) for ref in (*LOOKED_AT, *BETTER)}, coordinator)
    training = Respondent(
        organisation=organisation, name="Workforce development", user=users["contributor@exampleshire.example"]
    )
    training.save()
    police = Respondent(
        organisation=organisation, name="Exampleshire Police, Prevent team", email="prevent@police.example"
    )
    police.save()
    answers = Answer.objects.filter(assessment=assessment).select_related("assessment", "result__benchmark")
    services.assign_answers(answers=answers.filter(result__benchmark__number=7), respondent=training)
    services.assign_answers(answers=answers.filter(result__benchmark__number__in=(4, 6)), respondent=police)
    results = list(BenchmarkResult.objects.filter(assessment=assessment, benchmark__number__lte=3).in_order())
    for result in results:
        result.self_score = LAST[result.benchmark.number]
    BenchmarkResult.objects.bulk_update(results, ["self_score"])
    first = answers.get(question__reference="1.2")
    services.add_comment(answer=first, text="Could we ask the districts to a meeting instead?", user=coordinator)


def _answer(assessment: Assessment, said: dict[str, tuple[Stage, str]], user: User) -> None:
    levels = {Stage(level.stage): level for level in Level.objects.filter(framework=assessment.framework_id)}
    evidence = {each.title: each for each in Evidence.objects.of(assessment.organisation).in_use()}
    shown = {
        "2.1": evidence.get("Attendance at the board"),
        "7.6": evidence.get("Who does what: guide on the intranet"),
    }
    answers = Answer.objects.filter(assessment=assessment, question__isnull=False)
    changed, links = [], []
    for answer in answers.select_related("question", "assessment").prefetch_related("evidence_links"):
        if answer.reference not in said:
            continue
        stage, answer.details = said[answer.reference]
        answer.level, answer.is_review_needed = levels[stage], False
        answer.answered_by, answer.answered_at = user, timezone.now()
        changed.append(answer)
        piece = shown.get(answer.reference)
        if piece and not answer.evidence_links.all():
            links.append(AnswerEvidence(organisation=answer.organisation, answer=answer, evidence=piece))
    Answer.objects.bulk_update(changed, ["details", "level", "is_review_needed", "answered_by", "answered_at"])
    AnswerEvidence.objects.bulk_create(links)
