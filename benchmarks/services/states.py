"""An assessment's life: review, signing off, moderation, opening it again. `benchmarks.frozen` submits it."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from benchmarks.models import (
    Answer,
    AnswerComment,
    AnswerEvidence,
    Assessment,
    BenchmarkResult,
    Moderation,
    ResultRecommendation,
)
from prevent_portal.audit import because, written_together
from prevent_portal.models import Recommendation

State = Assessment.State


def require_state(assessment: Assessment, *states: str) -> None:
    """Raise ValidationError unless the assessment is in one of these states."""
    if assessment.state not in states:
        raise ValidationError(
            _("The assessment is “%(state)s”, so this cannot be done.") % {"state": assessment.get_state_display()}
        )


@transaction.atomic
def send_for_review(*, assessment: Assessment) -> Assessment:
    """Say that the answers are there and that the lead looks through them; they can still be changed."""
    require_state(assessment, State.DRAFT)
    assessment.state = State.REVIEW
    assessment.save()
    return assessment


@transaction.atomic
def return_to_draft(*, assessment: Assessment, reason: str) -> Assessment:
    """Give an assessment in review back to those who answer."""
    require_state(assessment, State.REVIEW)
    assessment.state = State.DRAFT
    with because(reason):
        assessment.save()
    return assessment


def earliest_day(assessment: Assessment) -> tuple[dt.date, str]:
    """The first day on which the next step can have been taken, and what was done on that day, in words.

    Nobody signs off what is not there yet, submits before that, or has an answer before the question.
    """
    if assessment.state == State.SUBMITTED:
        return assessment.submitted_on, _("the day it was submitted")
    if assessment.state == State.SIGNED_OFF:
        return assessment.signed_off_on, _("the day it was signed off")
    if assessment.dated_on:
        days = [(assessment.dated_on, _("the day whose state of things it tells"))]
    else:
        days = [(dt.date(assessment.year - 1, 1, 1), _("the year before the one that it is for"))]
    if last := assessment.submissions.aggregate(last=Max("copy__on"))["last"]:
        days.append((last, _("the day the version before it was submitted")))
    return max(days)


def require_day(assessment: Assessment, on: dt.date) -> None:
    """Raise ValidationError if the next step cannot have been taken on this day."""
    earliest, what = earliest_day(assessment)
    if on < earliest:
        raise ValidationError(
            _("The day must be %(day)s, %(what)s, or later.") % {"day": date_format(earliest, "j F Y"), "what": what}
        )


@transaction.atomic
def sign_off(*, assessment: Assessment, by: str, on: dt.date) -> Assessment:
    """Record who signed the assessment off and when: from now on its answers and scores stay as they are.

    Raises ValidationError unless it is in review, every scored benchmark has a score, and the day can be right.
    """
    require_state(assessment, State.REVIEW)
    unscored = BenchmarkResult.objects.filter(assessment=assessment, benchmark__is_scored=True, self_score=None)
    if missing := [str(each) for each in unscored.in_order()]:
        raise ValidationError(_("These benchmarks have no score yet: %(names)s.") % {"names": "; ".join(missing)})
    require_day(assessment, on)
    assessment.state, assessment.signed_off_by, assessment.signed_off_on = State.SIGNED_OFF, by, on
    assessment.save()
    return assessment


@transaction.atomic
def reopen_assessment(*, assessment: Assessment, reason: str) -> Assessment:
    """Open an assessment again. What was submitted stays as it is; what is submitted next is a new version.

    Raises ValidationError without a reason, or if it is open.
    """
    require_state(assessment, State.SIGNED_OFF, State.SUBMITTED, State.MODERATED)
    if not reason.strip():
        raise ValidationError(_("Say why the assessment is opened again."))
    last = assessment.submissions.aggregate(last=Max("version"))["last"] or 0
    assessment.state, assessment.version, assessment.reopened_because = State.DRAFT, last + 1, reason.strip()
    assessment.signed_off_by, assessment.signed_off_on = "", None
    assessment.submitted_on = assessment.moderated_on = None
    with because(assessment.reopened_because):
        assessment.save()
    return assessment


@transaction.atomic
def record_moderation(
    *,
    result: BenchmarkResult,
    score: int | None,
    strengths: str,
    comment: str,
    recommendations: list[str],
    made_on: dt.date | None,
) -> Moderation:
    """Write down what the Home Office made of a benchmark in the version that was submitted last.

    Each recommendation goes into the register of recommendations, unless it came out of this benchmark already.
    """
    assessment = result.assessment
    require_state(assessment, State.SUBMITTED, State.MODERATED)
    moderation = Moderation.objects.filter(result=result, version=assessment.version).first()
    if moderation is None:
        moderation = Moderation(organisation=result.organisation, result=result, version=assessment.version)
    moderation.score, moderation.strengths, moderation.comment = score, strengths, comment
    moderation.full_clean(exclude=["organisation", "result"])
    moderation.save()
    exercise = exercise_of(assessment)
    rows = Recommendation.objects.of(assessment.organisation).filter(exercise=exercise)
    number = rows.aggregate(last=Max("number"))["last"] or 0
    known = set(ResultRecommendation.objects.filter(result=result).values_list("recommendation__text", flat=True))
    # Each once, in the order in which they were given.
    for text in dict.fromkeys(recommendations):
        if text in known:
            continue
        number += 1
        recommendation = Recommendation(
            organisation=assessment.organisation, exercise=exercise, number=number, text=text, made_on=made_on
        )
        recommendation.full_clean(exclude=["organisation"])
        recommendation.save()
        ResultRecommendation(organisation=assessment.organisation, result=result, recommendation=recommendation).save()
    return moderation


def exercise_of(assessment: Assessment) -> str:
    """What recommendations call the exercise that they came out of."""
    return _("Moderation of the self-assessment %(year)d") % {"year": assessment.year}


def unmoderated(assessment: Assessment) -> list[BenchmarkResult]:
    """The scored benchmarks for which the version submitted last has no moderated score, in order."""
    scored = Moderation.objects.current().filter(result__assessment=assessment, score__isnull=False)
    results = BenchmarkResult.objects.filter(assessment=assessment, benchmark__is_scored=True)
    return list(results.exclude(pk__in=scored.values("result")).in_order())


@transaction.atomic
def finish_moderation(*, assessment: Assessment, on: dt.date) -> Assessment:
    """Record that the Home Office's moderation has come back whole."""
    require_state(assessment, State.SUBMITTED)
    require_day(assessment, on)
    assessment.state, assessment.moderated_on = State.MODERATED, on
    assessment.save()
    return assessment


GAPS_ARE_CLOSED = gettext_lazy("Actions in a plan close gaps that this assessment found, so it cannot be deleted.")


@transaction.atomic
def delete_draft_assessment(*, assessment: Assessment) -> None:
    """Delete an assessment that was begun by mistake, with all that is in it.

    Raises ValidationError unless it is open and was never submitted.
    """
    require_state(assessment, State.DRAFT, State.REVIEW)
    if assessment.submissions.exists():
        raise ValidationError(_("A version of this assessment was submitted, so it cannot be deleted."))
    try:
        _delete_rows(assessment)
    except ProtectedError as error:
        raise ValidationError(GAPS_ARE_CLOSED) from error


def _delete_rows(assessment: Assessment) -> None:
    with transaction.atomic(), written_together():
        for model in (AnswerComment, AnswerEvidence):
            model.objects.filter(answer__assessment=assessment).delete()
        # Next year's answers may rest on these.
        Answer.objects.filter(carried_from__assessment=assessment).update(carried_from=None)
        Moderation.objects.filter(result__assessment=assessment).delete()
        ResultRecommendation.objects.filter(result__assessment=assessment).delete()
        Answer.objects.filter(assessment=assessment).delete()
        BenchmarkResult.objects.filter(assessment=assessment).delete()
        assessment.delete()
