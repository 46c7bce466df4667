"""A self-assessment: one authority, one framework, one year."""

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from prevent_portal.links import portal_url
from prevent_portal.marked_rows import fields_carrying_marking
from prevent_portal.models import FrozenCopy, Marking, Recommendation
from prevent_portal.scoping import OrganisationOwned, OwnedManager

from .. import querysets
from .frameworks import Benchmark, Framework

EARLIEST_YEAR, LATEST_YEAR = 2015, 2099
"""The duty began in 2015."""

LONG_TEXT_CHARACTERS = 10_000
"""About four printed pages: more than that is evidence, and a cell of Excel holds little more than three times it."""


class LongTextField(models.TextField):
    """A text of at most `LONG_TEXT_CHARACTERS`, on pages and in files alike."""

    default_validators = (MaxLengthValidator(LONG_TEXT_CHARACTERS),)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{**kwargs, "max_length": LONG_TEXT_CHARACTERS})

    def deconstruct(self):
        # For migrations it is a text like another, so that none of them hangs on this class.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


class AssessmentIsClosed(PermissionDenied):
    """What has been signed off changes only after it has been opened again."""


class SaysItIsSensitive(ValidationError):
    """The words OFFICIAL-SENSITIVE stand in an assessment that is not marked so."""


def refuse_marked_texts(row: models.Model) -> None:
    """Raise `SaysItIsSensitive` if a text of this row says that it is OFFICIAL-SENSITIVE."""
    for field in fields_carrying_marking(row):
        raise SaysItIsSensitive(
            _now(
                "The words OFFICIAL-SENSITIVE stand in “%(label)s”. Mark the assessment OFFICIAL-SENSITIVE, or take "
                "the words out."
            ),
            params={"label": capfirst(str(field.verbose_name))},
        )


class Assessment(OrganisationOwned):
    """An authority's assessment of itself in one year against one framework."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        SIGNED_OFF = "signed_off", _("Signed off")
        SUBMITTED = "submitted", _("Submitted")
        MODERATED = "moderated", _("Moderated")
        RECORDED = "recorded", _("Past scores")

    framework = models.ForeignKey(Framework, verbose_name=_("framework"), on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(
        _("year"), help_text=_("The year that it is for, such as 2026; for 2026-27 the first of the two.")
    )
    dated_on = models.DateField(
        _("as at"), null=True, blank=True, help_text=_("The day whose state of things it tells.")
    )
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("lead"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Who leads the assessment and answers questions about it."),
    )
    marking = models.CharField(
        _("marking"),
        max_length=20,
        choices=Marking,
        default=Marking.OFFICIAL,
        help_text=_("Of the whole assessment. Elected members do not see one that is OFFICIAL-SENSITIVE."),
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT, editable=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    signed_off_by = models.CharField(_("signed off by"), max_length=200, blank=True, editable=False)
    signed_off_on = models.DateField(_("signed off on"), null=True, blank=True, editable=False)
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True, editable=False)
    moderated_on = models.DateField(_("moderated on"), null=True, blank=True, editable=False)
    reopened_because = models.CharField(_("why it was opened again"), max_length=500, blank=True, editable=False)

    objects = OwnedManager.of_queryset(querysets.AssessmentQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["-year", "framework"]
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "framework", "year"],
                name="assessment_is_made_once_a_year",
                violation_error_message=_("There is already an assessment of this year by this framework."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["signed_off", "submitted", "moderated"]) | ~Q(signed_off_by=""),
                name="signed_off_assessment_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return _now("Self-assessment %(year)d") % {"year": self.year}

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "benchmarks:assessment_detail", pk=self.pk)

    @property
    def is_sensitive(self) -> bool:
        """Whether it is OFFICIAL-SENSITIVE."""
        return self.marking == Marking.OFFICIAL_SENSITIVE

    @property
    def is_open(self) -> bool:
        """Whether its answers and scores may change."""
        return self.state in querysets.OPEN_STATES

    def clean(self) -> None:
        super().clean()
        if self.year is not None and not EARLIEST_YEAR <= self.year <= LATEST_YEAR:
            raise ValidationError(
                {
                    "year": _now("The year must be from %(first)d to %(last)d.")
                    % {"first": EARLIEST_YEAR, "last": LATEST_YEAR}
                }
            )
        if self.dated_on and not EARLIEST_YEAR <= self.dated_on.year <= LATEST_YEAR:
            raise ValidationError(
                {
                    "dated_on": _now("The year must be from %(first)d to %(last)d.")
                    % {"first": EARLIEST_YEAR, "last": LATEST_YEAR}
                }
            )
        self.require_marking()

    def require_marking(self) -> None:
        """Raise `SaysItIsSensitive` if it, or a row of it, says OFFICIAL-SENSITIVE and it is not marked so."""
        if self.is_sensitive:
            return
        refuse_marked_texts(self)
        # Only taking the marking away can leave a row without it: a row is asked itself when it is saved.
        if self.pk and self.stored_value("marking") == Marking.OFFICIAL_SENSITIVE:
            for rows in (self.results, self.answers):
                for row in rows.all():
                    refuse_marked_texts(row)

    def save(self, *args, **kwargs) -> None:
        self.require_marking()
        super().save(*args, **kwargs)


class MarkedByAssessment(OrganisationOwned):
    """A row whose texts say OFFICIAL-SENSITIVE only where the assessment that it is about is marked so."""

    class Meta(OrganisationOwned.Meta):
        abstract = True

    def containing_assessment(self) -> Assessment | None:
        """The assessment that this row is about; None while it belongs to nothing, which the database refuses."""
        return self.assessment if self.assessment_id is not None else None

    def require_marking(self) -> None:
        """Raise `SaysItIsSensitive` if a text says OFFICIAL-SENSITIVE and the assessment is not marked so."""
        assessment = self.containing_assessment()
        if assessment is not None and not assessment.is_sensitive:
            refuse_marked_texts(self)

    def clean(self) -> None:
        super().clean()
        self.require_marking()

    def save(self, *args, **kwargs) -> None:
        self.require_marking()
        super().save(*args, **kwargs)


class AssessmentPart(MarkedByAssessment):
    """A row of an assessment: it changes only while people work on that."""

    objects = OwnedManager.of_queryset(querysets.AssessmentPartQuerySet)

    class Meta(MarkedByAssessment.Meta):
        abstract = True

    def check_lock(self) -> None:
        assessment = self.containing_assessment()
        if assessment is not None and not assessment.is_open:
            raise AssessmentIsClosed(
                _now("This assessment has been signed off. Open it again, with a reason, to change anything in it.")
            )


class BenchmarkResult(AssessmentPart):
    """What an assessment says of one benchmark as a whole: the score that the authority gives itself, and why."""

    assessment = models.ForeignKey(
        Assessment, verbose_name=_("assessment"), on_delete=models.PROTECT, related_name="results"
    )
    benchmark = models.ForeignKey(Benchmark, verbose_name=_("benchmark"), on_delete=models.PROTECT, related_name="+")
    self_score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    target_score = models.PositiveSmallIntegerField(_("target"), null=True, blank=True)
    rationale = LongTextField(_("why this score"), blank=True)
    strengths = LongTextField(_("strengths"), blank=True)
    development = LongTextField(_("areas for development"), blank=True)

    log_needs = ("benchmark",)

    objects = OwnedManager.of_queryset(querysets.BenchmarkResultQuerySet)

    class Meta(AssessmentPart.Meta):
        ordering = ["assessment", "benchmark__number"]
        verbose_name = _("result for a benchmark")
        verbose_name_plural = _("results for benchmarks")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "assessment", "benchmark"], name="benchmark_is_assessed_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.benchmark)

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "benchmarks:benchmark_result_detail", pk=self.pk)

    def clean(self) -> None:
        super().clean()
        for name in ("self_score", "target_score"):
            try:
                self.benchmark.framework.require_score(getattr(self, name))
            except ValidationError as error:
                raise ValidationError({name: error.messages}) from error


class Moderation(MarkedByAssessment):
    """What the Home Office made of a benchmark in one submitted version; it stands beside the authority's own score."""

    result = models.ForeignKey(
        BenchmarkResult, verbose_name=_("result"), on_delete=models.PROTECT, related_name="moderations"
    )
    version = models.PositiveSmallIntegerField(_("of version"), default=1)
    score = models.PositiveSmallIntegerField(_("moderated score"), null=True, blank=True)
    strengths = LongTextField(_("strengths that the Home Office saw"), blank=True)
    comment = LongTextField(_("why the score was changed or confirmed"), blank=True)

    objects = OwnedManager.of_queryset(querysets.ModerationQuerySet)

    class Meta(MarkedByAssessment.Meta):
        ordering = ["result", "-version"]
        verbose_name = _("moderation")
        verbose_name_plural = _("moderations")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "result", "version"], name="version_of_result_is_moderated_once"
            ),
        ]

    def __str__(self) -> str:
        return _now("Moderation of %(benchmark)s") % {"benchmark": self.result.benchmark}

    def containing_assessment(self) -> Assessment | None:
        return self.result.assessment if self.result_id is not None else None

    def clean(self) -> None:
        super().clean()
        try:
            self.result.benchmark.framework.require_score(self.score)
        except ValidationError as error:
            raise ValidationError({"score": error.messages}) from error


class ResultRecommendation(OrganisationOwned):
    """That a recommendation came out of the moderation of a benchmark."""

    result = models.ForeignKey(
        BenchmarkResult, verbose_name=_("result"), on_delete=models.PROTECT, related_name="recommendation_links"
    )
    recommendation = models.ForeignKey(
        Recommendation, verbose_name=_("recommendation"), on_delete=models.PROTECT, related_name="+"
    )

    # Recommendations are the staff's, and so is what they are about.
    objects = OwnedManager.of_queryset(querysets.StaffQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["recommendation"]
        verbose_name = _("recommendation on a benchmark")
        verbose_name_plural = _("recommendations on benchmarks")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "result", "recommendation"], name="recommendation_is_about_a_result_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation} – {self.result}"


class Submission(OrganisationOwned):
    """A version of an assessment as it was submitted: which assessment the frozen copy is of."""

    assessment = models.ForeignKey(
        Assessment, verbose_name=_("assessment"), on_delete=models.PROTECT, related_name="submissions"
    )
    version = models.PositiveSmallIntegerField(_("version"))
    copy = models.ForeignKey(FrozenCopy, verbose_name=_("copy"), on_delete=models.PROTECT, related_name="+")

    objects = OwnedManager.of_queryset(querysets.SubmissionQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["assessment", "-version"]
        verbose_name = _("submitted version")
        verbose_name_plural = _("submitted versions")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "assessment", "version"], name="version_is_submitted_once"),
        ]

    def __str__(self) -> str:
        return _now("%(title)s, version %(number)d") % {"title": self.copy, "number": self.version}

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "benchmarks:submission_detail", pk=self.pk)
