"""What an assessment answers, question by question, by whom and on what evidence."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from prevent_portal.links import portal_url
from prevent_portal.markings import any_carries_marking
from prevent_portal.models import Evidence
from prevent_portal.scoping import OrganisationOwned, OwnedManager

from .. import querysets
from ..rules import Kind, Stage
from .assessments import Assessment, AssessmentPart, BenchmarkResult, LongTextField
from .frameworks import Benchmark, Level, Question


class LocalQuestion(OrganisationOwned):
    """A question that the authority asks itself besides those of the framework."""

    benchmark = models.ForeignKey(Benchmark, verbose_name=_("benchmark"), on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    reference = models.CharField(
        _("reference"), max_length=20, help_text=_("For example: L1. Published questions keep their own references.")
    )
    text = models.TextField(_("question"))
    retired_on = models.DateField(
        _("retired on"), null=True, blank=True, help_text=_("From then on new assessments do not ask it.")
    )

    objects = OwnedManager.of_queryset(querysets.StaffQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["benchmark", "position", "pk"]
        verbose_name = _("local question")
        verbose_name_plural = _("local questions")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "benchmark", "reference"], name="local_question_is_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.text}"

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "benchmarks:local_question_list")

    def clean(self) -> None:
        super().clean()
        # Every assessment to come asks it, whatever its marking.
        if any_carries_marking((self.reference, self.text)):
            raise ValidationError(_now("Take the words OFFICIAL-SENSITIVE out: every assessment may ask this."))


class Respondent(OrganisationOwned):
    """Whoever is asked to answer questions: a service lead with an account, or a partner organisation without one."""

    name = models.CharField(
        _("name"), max_length=200, help_text=_("A post, a team or an organisation, for example: Adult safeguarding.")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The person with this account answers these questions."),
    )
    email = models.EmailField(
        _("e-mail address"), blank=True, help_text=_("For somebody without an account: a link is sent there.")
    )

    personal_fields = frozenset({"name", "email"})

    objects = OwnedManager.of_queryset(querysets.StaffQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["name"]
        verbose_name = _("respondent")
        verbose_name_plural = _("respondents")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="respondent_is_listed_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "benchmarks:respondent_detail", pk=self.pk)

    def log_label(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def clean(self) -> None:
        super().clean()
        if any_carries_marking((self.name,)):
            raise ValidationError(_now("Take the words OFFICIAL-SENSITIVE out: any paper may name this."))


class Answer(AssessmentPart):
    """The answer to one question in one assessment, published or local; empty until somebody has answered."""

    assessment = models.ForeignKey(
        Assessment, verbose_name=_("assessment"), on_delete=models.PROTECT, related_name="answers"
    )
    result = models.ForeignKey(
        BenchmarkResult, verbose_name=_("benchmark"), on_delete=models.PROTECT, related_name="answers"
    )
    question = models.ForeignKey(
        Question, verbose_name=_("question"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    local_question = models.ForeignKey(
        LocalQuestion,
        verbose_name=_("local question"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="answers",
    )
    respondent = models.ForeignKey(
        Respondent,
        verbose_name=_("who answers"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="answers",
    )
    level = models.ForeignKey(
        Level, verbose_name=_("level"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    details = LongTextField(_("supporting details"), blank=True)
    is_review_needed = models.BooleanField(_("needs review"), default=False)
    carried_from = models.ForeignKey(
        "self", verbose_name=_("carried forward from"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", editable=False,
    )  # fmt: skip
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    log_needs = ("question", "local_question")

    objects = OwnedManager.of_queryset(querysets.AnswerQuerySet)

    class Meta(AssessmentPart.Meta):
        ordering = ["assessment", "pk"]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "assessment", "question"], name="published_question_is_answered_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "assessment", "local_question"], name="local_question_is_answered_once"
            ),
            models.CheckConstraint(
                condition=Q(question__isnull=False, local_question=None)
                | Q(question=None, local_question__isnull=False),
                name="answer_is_to_one_question",
            ),
        ]

    def __str__(self) -> str:
        return _now("Question %(reference)s") % {"reference": self.reference}

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "benchmarks:answer_detail", pk=self.pk)

    @property
    def asked(self) -> Question | LocalQuestion:
        """The question that it answers."""
        return self.question or self.local_question

    @property
    def reference(self) -> str:
        """The question's reference."""
        return self.asked.reference

    @property
    def kind(self) -> Kind:
        """What the question is for."""
        return Kind(self.question.kind) if self.question_id else Kind.LOCAL

    @property
    def kind_label(self) -> str:
        """The same in words."""
        return self.question.get_kind_display() if self.question_id else _now("Local question")

    @property
    def stage(self) -> Stage | None:
        """What the chosen level means; None until one is chosen."""
        return Stage(self.level.stage) if self.level_id else None

    @property
    def is_done(self) -> bool:
        """Whether it has been answered, and looked at since it was carried forward."""
        return self.level_id is not None and not self.is_review_needed


class AnswerPart(AssessmentPart):
    """What hangs on an answer; it changes as long as that does."""

    objects = OwnedManager.of_queryset(querysets.AnswerPartQuerySet)

    class Meta(AssessmentPart.Meta):
        abstract = True

    def containing_assessment(self) -> Assessment | None:
        return self.answer.assessment if self.answer_id is not None else None


class AnswerEvidence(AnswerPart):
    """That a piece of evidence supports an answer."""

    answer = models.ForeignKey(
        Answer, verbose_name=_("answer"), on_delete=models.PROTECT, related_name="evidence_links"
    )
    evidence = models.ForeignKey(Evidence, verbose_name=_("evidence"), on_delete=models.PROTECT, related_name="+")

    class Meta(AnswerPart.Meta):
        ordering = ["answer", "evidence__title"]
        verbose_name = _("evidence for an answer")
        verbose_name_plural = _("evidence for answers")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "answer", "evidence"], name="answer_evidence_is_used_once"),
        ]

    def __str__(self) -> str:
        return str(self.evidence)


class AnswerComment(AnswerPart):
    """A remark between those who assess; it is no part of the assessment that is submitted."""

    answer = models.ForeignKey(Answer, verbose_name=_("answer"), on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(_("comment"))
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    made_by_respondent = models.ForeignKey(
        Respondent,
        verbose_name=_("made by the respondent"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    objects = OwnedManager.of_queryset(querysets.AnswerCommentQuerySet)

    class Meta(AnswerPart.Meta):
        ordering = ["answer", "made_at", "pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")

    def __str__(self) -> str:
        return self.text[:80]
