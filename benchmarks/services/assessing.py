"""Starting an assessment, answering its questions, carrying last year's answers forward."""

from collections.abc import Collection, Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from benchmarks.models import (
    Answer,
    AnswerComment,
    AnswerEvidence,
    Assessment,
    Benchmark,
    BenchmarkResult,
    Level,
    LocalQuestion,
    Question,
    Respondent,
)
from prevent_portal.models import Evidence, User

CARRIED = ("level", "details", "is_review_needed", "carried_from")


@transaction.atomic
def start_assessment(*, assessment: Assessment) -> Assessment:
    """Write a new assessment with an empty result for each benchmark and an empty answer for each question.

    The authority's local questions of the framework come along. Raises ValidationError if the framework has not been
    published.
    """
    if not assessment.framework.is_published:
        raise ValidationError(_("This framework has not been published yet."))
    assessment.save()
    benchmarks = Benchmark.objects.filter(framework=assessment.framework_id).order_by("number")
    results = BenchmarkResult.objects.bulk_create(
        BenchmarkResult(organisation=assessment.organisation, assessment=assessment, benchmark=each)
        for each in benchmarks
    )
    result_of = {each.benchmark_id: each for each in results}
    published = Question.objects.filter(benchmark__in=result_of).order_by("benchmark__number", "position")
    local = LocalQuestion.objects.of(assessment.organisation).filter(benchmark__in=result_of, retired_on=None)
    of_assessment = {"organisation": assessment.organisation, "assessment": assessment}
    Answer.objects.bulk_create(
        [
            *(Answer(**of_assessment, question=each, result=result_of[each.benchmark_id]) for each in published),
            *(Answer(**of_assessment, local_question=each, result=result_of[each.benchmark_id]) for each in local),
        ]
    )
    return assessment


@transaction.atomic
def record_answer(
    *,
    answer: Answer,
    level: Level | None,
    details: str,
    evidence: Collection[Evidence],
    user: User | None,
) -> Answer:
    """Write an answer and what it relies on; whoever answers has looked at it, so it needs no review any more."""
    answer.level, answer.details = level, details
    answer.is_review_needed = False
    answer.answered_by, answer.answered_at = user, timezone.now()
    answer.save()
    rely_on(answer=answer, evidence=evidence)
    return answer


@transaction.atomic
def rely_on(*, answer: Answer, evidence: Collection[Evidence]) -> None:
    """Let the answer rely on these pieces of evidence and no others."""
    wanted = {each.pk: each for each in evidence}
    for link in AnswerEvidence.objects.filter(answer=answer).select_related("answer__assessment"):
        if wanted.pop(link.evidence_id, None) is None:
            link.delete()
    AnswerEvidence.objects.bulk_create(
        AnswerEvidence(organisation=answer.organisation, answer=answer, evidence=each) for each in wanted.values()
    )


def add_comment(*, answer: Answer, text: str, user: User | None, respondent: Respondent | None = None) -> AnswerComment:
    """Add a remark on an answer."""
    comment = AnswerComment(
        organisation=answer.organisation, answer=answer, text=text, made_by=user, made_by_respondent=respondent
    )
    comment.save()
    return comment


@transaction.atomic
def assign_answers(*, answers: Iterable[Answer], respondent: Respondent | None) -> int:
    """Ask this respondent (None: nobody in particular) for these answers; how many were asked of others before."""
    key = respondent.pk if respondent else None
    changed = [each.pk for each in answers if each.respondent_id != key]
    return Answer.objects.filter(pk__in=changed).update(respondent=respondent)


def earlier_assessment(assessment: Assessment) -> Assessment | None:
    """The last assessment before this one by the same framework that has answers."""
    earlier = Assessment.objects.of(assessment.organisation).filter(
        framework=assessment.framework_id, year__lt=assessment.year
    )
    return earlier.exclude(state=Assessment.State.RECORDED).order_by("-year").first()


def earlier_answers(assessment: Assessment) -> dict[tuple[int | None, int | None], Answer]:
    """Last year's answers with their evidence, by (question, local question); three queries."""
    before = earlier_assessment(assessment)
    if before is None:
        return {}
    answers = Answer.objects.filter(assessment=before).in_order().with_evidence()
    return {(each.question_id, each.local_question_id): each for each in answers}


def carry_forward(*, answer: Answer, earlier: Answer) -> None:
    """Take over last year's level, details and evidence in use. It is marked as needing review and is never done.

    Raises ValidationError if the question has been answered already, or last year's answer is to another one.
    """
    if (answer.question_id, answer.local_question_id) != (earlier.question_id, earlier.local_question_id):
        raise ValidationError(_("Last year's answer is to another question."))
    if answer.level_id is not None or answer.details:
        raise ValidationError(_("This question has been answered already. Nothing was carried forward."))
    _carry([(answer, earlier)])


def carry_forward_all(*, assessment: Assessment) -> int:
    """Carry last year's answers forward for every question that nobody has answered yet; how many.

    Raises `SaysItIsSensitive` where an answer of a marked assessment would come into one that is not.
    """
    before = earlier_answers(assessment)
    empty = Answer.objects.filter(assessment=assessment, level=None, details="").select_related("assessment")
    pairs = [
        (answer, earlier)
        for answer in empty.prefetch_related("evidence_links")
        if (earlier := before.get((answer.question_id, answer.local_question_id)))
        and (earlier.level_id is not None or earlier.details)
    ]
    _carry(pairs)
    return len(pairs)


@transaction.atomic
def _carry(pairs: Sequence[tuple[Answer, Answer]]) -> None:
    """In as many queries however many answers; both of a pair were read with their evidence."""
    links = []
    for answer, earlier in pairs:
        answer.level, answer.details = earlier.level, earlier.details
        answer.is_review_needed, answer.carried_from = True, earlier
        answer.require_marking()
        known = {link.evidence_id for link in answer.evidence_links.all()}
        links += [
            AnswerEvidence(organisation=answer.organisation, answer=answer, evidence=link.evidence)
            for link in earlier.evidence_links.all()
            if link.evidence.retired_on is None and link.evidence_id not in known
        ]
    Answer.objects.bulk_update([answer for answer, _earlier in pairs], CARRIED)
    AnswerEvidence.objects.bulk_create(links)
