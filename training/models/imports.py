"""Lists on their way in, and how an authority's lists name their columns."""

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from prevent_portal.links import portal_url
from prevent_portal.scoping import OrganisationOwned, OwnedManager

from .. import querysets


class ListKind(models.TextChoices):
    """What a list is of."""

    PEOPLE = "people", _("People from HR")
    COMPLETIONS = "completions", _("Completions from the learning system")


class ListImport(OrganisationOwned):
    """A list that was given and waits to be looked at and imported.

    Its content is forgotten with the import, or after a while: it is personal data that stands elsewhere by then.
    """

    kind = models.CharField(_("list"), max_length=12, choices=ListKind, editable=False)
    file_name = models.CharField(_("file"), max_length=255, editable=False)
    sha256 = models.CharField(_("fingerprint"), max_length=64, editable=False)
    data = models.BinaryField(_("content"), editable=False)
    columns = models.JSONField(_("columns"), default=dict, blank=True, editable=False)
    """Column of the list, counted from 0, by the field that it holds."""
    expires_at = models.DateTimeField(_("kept until"), editable=False)
    imported_at = models.DateTimeField(_("imported"), null=True, blank=True, editable=False)
    outcome = models.JSONField(_("what came of it"), default=dict, blank=True, editable=False)
    """Counts alone."""

    personal_fields = frozenset({"file_name"})
    unrecorded_fields = frozenset({"revision", "data"})

    objects = OwnedManager.of_queryset(querysets.ListImportQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["-pk"]
        verbose_name = _("list to import")
        verbose_name_plural = _("lists to import")

    def __str__(self) -> str:
        return _now("%(kind)s: %(file)s") % {"kind": self.get_kind_display(), "file": self.file_name}

    def log_label(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "training:list_import_detail", pk=self.pk)


class ListHeading(OrganisationOwned):
    """Which field a column of the authority's lists holds, as a person said it last."""

    kind = models.CharField(_("list"), max_length=12, choices=ListKind, editable=False)
    heading = models.CharField(_("heading"), max_length=120, editable=False)
    field = models.CharField(_("field"), max_length=40, blank=True, editable=False)

    class Meta(OrganisationOwned.Meta):
        ordering = ["kind", "heading"]
        verbose_name = _("heading of a list")
        verbose_name_plural = _("headings of lists")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "heading"], name="heading_of_list_is_remembered_once"
            ),
        ]

    def __str__(self) -> str:
        return self.heading
