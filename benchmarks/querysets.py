"""Reads of self-assessments, named after the question they answer."""

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from prevent_portal.models import Marking
from prevent_portal.scoping import OwnedQuerySet

OPEN_STATES = ("draft", "review")
"""In these an assessment's answers and scores may change."""

LOCKED_STATES = ("signed_off", "submitted", "moderated", "recorded")

RELEASED_STATES = ("submitted", "moderated", "recorded")
"""An assessment that has not been submitted does not exist for anybody outside."""

SENSITIVE = Marking.OFFICIAL_SENSITIVE


class AssessmentQuerySet(OwnedQuerySet):
    """Self-assessments of an authority."""

    @classmethod
    def released_condition(cls) -> Q:
        return Q(state__in=RELEASED_STATES)

    @classmethod
    def sensitive_condition(cls) -> Q:
        return Q(marking=SENSITIVE)

    def open(self) -> QuerySet:
        """Assessments that people work on."""
        return self.filter(state__in=OPEN_STATES)

    def released(self, *, with_sensitive: bool) -> QuerySet:
        """Assessments that people outside may read, those that are OFFICIAL-SENSITIVE among them or not."""
        rows = self.filter(self.released_condition())
        return rows if with_sensitive else rows.exclude(self.sensitive_condition())

    def for_list(self) -> QuerySet:
        """Assessments with how many questions they have and how many of them are answered."""
        return self.select_related("framework", "organisation", "lead").annotate(
            question_count=Count("answers", distinct=True),
            answered_count=Count(
                "answers", filter=Q(answers__level__isnull=False, answers__is_review_needed=False), distinct=True
            ),
        )


class AssessmentPartQuerySet(OwnedQuerySet):
    """Rows of a self-assessment, which change only while people work on it."""

    locked_condition = Q(assessment__state__in=LOCKED_STATES)

    @classmethod
    def released_condition(cls) -> Q:
        return Q(assessment__state__in=RELEASED_STATES)

    @classmethod
    def sensitive_condition(cls) -> Q:
        return Q(assessment__marking=SENSITIVE)


class BenchmarkResultQuerySet(AssessmentPartQuerySet):
    """How an assessment scores its benchmarks."""

    def in_order(self) -> QuerySet:
        """Results by the number of their benchmark."""
        return self.select_related("benchmark__framework").order_by("benchmark__number")


class AnswerQuerySet(AssessmentPartQuerySet):
    """Answers to the questions of an assessment."""

    def in_order(self) -> QuerySet:
        """Answers in the order of the framework, each benchmark's local questions after the published ones."""
        return self.select_related("question", "local_question", "level", "respondent", "result__benchmark").order_by(
            "result__benchmark__number", F("question__position").asc(nulls_last=True), "local_question__position", "pk"
        )

    def with_evidence(self) -> QuerySet:
        """Answers with the links to what they rely on; one query more."""
        from .models import AnswerEvidence

        links = AnswerEvidence.objects.select_related("evidence", "evidence__organisation").order_by("evidence__title")
        return self.prefetch_related(Prefetch("evidence_links", links))

    def waiting(self) -> QuerySet:
        """Answers of open assessments that are still to be given, or looked at after they were carried forward."""
        return self.filter(assessment__state__in=OPEN_STATES).filter(Q(level=None) | Q(is_review_needed=True))

    def of_user(self, user) -> QuerySet:
        """Answers for which this account is asked."""
        from .models import Respondent

        mine = Respondent.objects.filter(pk=OuterRef("respondent"), user=user)
        return self.filter(Exists(mine))


class AnswerPartQuerySet(OwnedQuerySet):
    """What hangs on an answer."""

    locked_condition = Q(answer__assessment__state__in=LOCKED_STATES)

    @classmethod
    def released_condition(cls) -> Q:
        return Q(answer__assessment__state__in=RELEASED_STATES)

    @classmethod
    def sensitive_condition(cls) -> Q:
        return Q(answer__assessment__marking=SENSITIVE)


class StaffQuerySet(OwnedQuerySet):
    """What is the authority's own business: nobody outside sees it."""


class AnswerCommentQuerySet(StaffQuerySet):
    """The authority's own talk, which is not submitted; it ends when the assessment is signed off."""

    locked_condition = AnswerPartQuerySet.locked_condition


class ModerationQuerySet(OwnedQuerySet):
    """What the Home Office made of a benchmark."""

    def current(self) -> QuerySet:
        """Moderations of the version that the assessment is now; those of earlier versions are history."""
        return self.filter(version=F("result__assessment__version"))

    @classmethod
    def released_condition(cls) -> Q:
        return Q(result__assessment__state__in=RELEASED_STATES)

    @classmethod
    def sensitive_condition(cls) -> Q:
        return Q(result__assessment__marking=SENSITIVE)


class SubmissionQuerySet(OwnedQuerySet):
    """Versions of an assessment that were submitted; they stay when it is reopened."""

    @classmethod
    def released_condition(cls) -> Q:
        return Q(copy__is_released=True)

    @classmethod
    def sensitive_condition(cls) -> Q:
        # A marking that came later counts for the versions before it too: what was read has been read, but no more.
        return Q(copy__marking=SENSITIVE) | Q(assessment__marking=SENSITIVE)
