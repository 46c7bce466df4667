"""Frozen copies of a plan."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from prevent_portal.links import portal_url
from prevent_portal.models import FrozenCopy
from prevent_portal.scoping import OrganisationOwned, OwnedManager

from .. import querysets
from .plan import Plan


class PlanSnapshot(OrganisationOwned):
    """A plan as it was put before a board: which plan the frozen copy is of."""

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="snapshots")
    copy = models.ForeignKey(FrozenCopy, verbose_name=_("copy"), on_delete=models.PROTECT, related_name="+")

    objects = OwnedManager.of_queryset(querysets.PlanSnapshotQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["plan", "-copy__on", "-pk"]
        verbose_name = _("snapshot of a plan")
        verbose_name_plural = _("snapshots of plans")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "copy"], name="copy_is_of_one_plan"),
        ]

    def __str__(self) -> str:
        return str(self.copy)

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "plans:plan_snapshot_detail", pk=self.pk)
