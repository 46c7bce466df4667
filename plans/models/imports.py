"""Files that somebody gave the portal, and what came of them."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from prevent_portal.links import portal_url
from prevent_portal.models import User
from prevent_portal.scoping import OrganisationOwned, OwnedManager

from .. import querysets
from .choices import COLUMN_CHOICES
from .plan import Plan


class ImportedFile(OrganisationOwned):
    """The bytes of a file that somebody gave the portal, once for an authority however many plans it holds."""

    sha256 = models.CharField(_("SHA-256"), max_length=64)
    data = models.BinaryField(_("contents"))

    class Meta(OrganisationOwned.Meta):
        ordering = ["pk"]
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        constraints = [models.UniqueConstraint(fields=["organisation", "sha256"], name="imported_file_is_kept_once")]

    def __str__(self) -> str:
        return self.sha256[:12]


class PlanImport(OrganisationOwned):
    """A plan found in a file that somebody gave the portal, what was understood of it, and what came of it."""

    class State(models.TextChoices):
        STAGED = "staged", _("Waiting to be checked")
        DONE = "done", _("Imported")
        DISCARDED = "discarded", _("Discarded")
        UNDONE = "undone", _("Undone")

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.STAGED)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    file = models.ForeignKey(
        ImportedFile, verbose_name=_("original file"), null=True, on_delete=models.PROTECT, related_name="imports"
    )
    title = models.CharField(_("title in the file"), max_length=200, blank=True)
    batch = models.UUIDField(_("given together"), default=uuid.uuid4, editable=False)
    part = models.PositiveSmallIntegerField(_("plan in the file"), default=1)
    parts = models.PositiveSmallIntegerField(_("plans in the file"), default=1)
    given = models.JSONField(_("what a person has said of the file"), default=dict)
    draft = models.JSONField(_("what was understood"), default=dict)
    plan = models.ForeignKey(
        Plan, verbose_name=_("plan"), null=True, blank=True, on_delete=models.PROTECT, related_name="imports"
    )
    is_update = models.BooleanField(_("updated a plan"), default=False)
    written = models.JSONField(_("what was written"), default=dict)
    fingerprint = models.CharField(_("the plan just after"), max_length=64, blank=True)
    uploaded_by = models.ForeignKey(
        User, verbose_name=_("given by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("given at"), auto_now_add=True)
    done_at = models.DateTimeField(_("imported at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), help_text=_("What has not been confirmed by then is removed."))

    unrecorded_fields = OrganisationOwned.unrecorded_fields | {"draft", "given", "written", "fingerprint"}

    objects = OwnedManager.of_queryset(querysets.PlanImportQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["-uploaded_at", "part"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "plans:plan_import_preview", pk=self.pk)

    @property
    def original(self) -> bytes:
        """The file as it was given; empty once it has been thrown away."""
        return bytes(self.file.data) if self.file else b""


class ColumnHeading(OrganisationOwned):
    """What a heading means in this authority's plans, because somebody there has said so once."""

    heading = models.CharField(_("heading"), max_length=200, help_text=_("In small letters, without punctuation."))
    field = models.CharField(_("what the column holds"), max_length=20, choices=COLUMN_CHOICES)

    class Meta(OrganisationOwned.Meta):
        ordering = ["heading"]
        verbose_name = _("remembered heading")
        verbose_name_plural = _("remembered headings")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "heading"], name="heading_is_remembered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.heading}: {self.get_field_display()}"
