"""The register of evidence: what shows that something was done, kept once and used in many places."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..links import portal_url
from ..scoping import OrganisationOwned, OwnedManager, OwnedQuerySet
from .organisations import Marking


class EvidenceQuerySet(OwnedQuerySet):
    """Evidence is for the authority's own staff; what reviewers see of it is decided by what it supports."""

    def in_use(self):
        """Evidence that has not been retired."""
        return self.filter(retired_on=None)

    def expired(self, today):
        """Evidence in use whose time is over."""
        return self.in_use().filter(expires_on__lt=today)


class Evidence(OrganisationOwned):
    """A document or a page on the web that shows that something was done; its contents are versions."""

    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("what it shows"), blank=True)
    kept_by = models.CharField(
        _("who keeps it up to date"), max_length=200, blank=True, help_text=_("A post or team rather than a name.")
    )
    dated_on = models.DateField(_("date of the document"), null=True, blank=True)
    expires_on = models.DateField(
        _("good until"), null=True, blank=True, help_text=_("The last day on which it still shows what it should.")
    )
    marking = models.CharField(_("marking"), max_length=20, choices=Marking, default=Marking.OFFICIAL)
    retired_on = models.DateField(_("retired on"), null=True, blank=True, editable=False)
    retired_because = models.CharField(_("why it was retired"), max_length=500, blank=True, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = OwnedManager.of_queryset(EvidenceQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["title", "pk"]
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                condition=Q(dated_on=None) | Q(expires_on=None) | Q(expires_on__gte=F("dated_on")),
                name="evidence_expires_after_its_date",
                violation_error_message=_("It cannot end before its own date."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "evidence_detail", pk=self.pk)


class EvidenceVersion(OrganisationOwned):
    """What a piece of evidence was at one time: a file, kept by the hash of its bytes, or an address on the web."""

    evidence = models.ForeignKey(
        Evidence, verbose_name=_("evidence"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    url = models.URLField(_("address on the web"), max_length=1000, blank=True)
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    content_type = models.CharField(_("kind of file"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    note = models.CharField(_("what is new"), max_length=500, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta(OrganisationOwned.Meta):
        ordering = ["evidence", "-number"]
        verbose_name = _("version of evidence")
        verbose_name_plural = _("versions of evidence")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "evidence", "number"], name="evidence_version_is_numbered_once"
            ),
            models.CheckConstraint(
                condition=(Q(url="") & ~Q(sha256="")) | (~Q(url="") & Q(sha256="")),
                name="evidence_version_is_a_file_or_an_address",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name or self.url
