"""What others recommended to the authority, and the reviews of risk that it came from."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ..links import portal_url
from ..markings import any_carries_marking
from ..scoping import OrganisationOwned


class RiskReview(OrganisationOwned):
    """That a document about risk was reviewed: by whom, when, and when next. Never what it says."""

    class Kind(models.TextChoices):
        RISK_ASSESSMENT = "risk_assessment", _("Situational risk assessment")
        COUNTER_TERRORISM_PROFILE = "ctlp", _("Counter-terrorism local profile (CTLP)")

    kind = models.CharField(_("document"), max_length=20, choices=Kind)
    reviewed_on = models.DateField(_("reviewed on"))
    reviewed_by = models.CharField(
        _("reviewed by"), max_length=200, help_text=_("A post or a group, for example: Prevent board.")
    )
    next_review_on = models.DateField(_("next review on"), null=True, blank=True)

    class Meta(OrganisationOwned.Meta):
        ordering = ["-reviewed_on", "kind"]
        verbose_name = _("review of risk")
        verbose_name_plural = _("reviews of risk")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "reviewed_on"], name="risk_review_is_stated_once"),
            models.CheckConstraint(
                condition=Q(next_review_on=None) | Q(next_review_on__gt=F("reviewed_on")),
                name="risk_is_reviewed_again_later",
                violation_error_message=_("The next review must be after this one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {date_format(self.reviewed_on, 'j F Y')}"


class Recommendation(OrganisationOwned):
    """What the Home Office, an inspection or a review recommended to the authority; actions answer it."""

    class Source(models.TextChoices):
        ASSURANCE = "assurance", _("Home Office assurance")
        PEER_REVIEW = "peer_review", _("Peer review")
        BOARD = "board", _("The board")
        SELF_ASSESSMENT = "self_assessment", _("Self-assessment")
        RISK_REVIEW = "risk_review", _("Review of risk")
        OTHER = "other", _("Somebody else")

    source = models.CharField(_("made by"), max_length=20, choices=Source, default=Source.ASSURANCE)
    exercise = models.CharField(_("exercise"), max_length=120, help_text=_("For example: annual assurance 2025-26."))
    number = models.PositiveSmallIntegerField(_("number"))
    total = models.PositiveSmallIntegerField(_("out of"), null=True, blank=True)
    text = models.TextField(_("recommendation"), blank=True)
    made_on = models.DateField(_("made on"), null=True, blank=True)
    risk_review = models.ForeignKey(
        RiskReview,
        verbose_name=_("review that it came of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recommendations",
    )
    closed_on = models.DateField(
        _("dealt with on"), null=True, blank=True, help_text=_("From then on it is not listed as waiting.")
    )

    class Meta(OrganisationOwned.Meta):
        ordering = ["exercise", "number"]
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "exercise", "number"], name="recommendation_is_stated_once"
            ),
            models.CheckConstraint(
                condition=Q(total=None) | Q(total__gte=F("number")),
                name="recommendation_is_one_of_the_total",
                violation_error_message=_("The number cannot be greater than how many there are."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise}, {_('recommendation')} {self.number}"

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "recommendation_detail", pk=self.pk)

    def clean(self) -> None:
        super().clean()
        # It has no marking, and the papers of every plan may name it.
        if any_carries_marking((self.exercise, self.text)):
            raise ValidationError(_now("Take the words OFFICIAL-SENSITIVE out: any paper may name this."))

    @property
    def place(self) -> str:
        """Which of how many: "1 of 3"."""
        return (
            _("%(number)d of %(total)d") % {"number": self.number, "total": self.total}
            if self.total
            else str(self.number)
        )
