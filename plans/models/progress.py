"""What belongs to one action: its steps, its milestones and the story of its progress."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from prevent_portal.models import User
from prevent_portal.scoping import OwnedManager

from .. import querysets
from ..rules import Rag
from .choices import RAG_CHOICES
from .plan import Plan, PlanPart
from .rows import Action


class ActionPart(PlanPart):
    """Belongs to one action and goes with it."""

    action = models.ForeignKey(
        Action,
        verbose_name=_("action"),
        # Says something about the action and goes with it.
        on_delete=models.CASCADE,
        related_name="%(class)ss",
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    held_by = ("action",)

    objects = OwnedManager.of_queryset(querysets.ActionPartQuerySet)

    class Meta(PlanPart.Meta):
        abstract = True

    def containing_plan(self) -> Plan:
        return self.action.plan


class Step(ActionPart):
    """One of the things to do within an action: a bullet or paragraph of its cell."""

    text = models.TextField(_("step"))
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta(ActionPart.Meta):
        ordering = ["action", "position", "pk"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self) -> str:
        return self.text[:150]


class Milestone(ActionPart):
    """A point on the way that can be seen from outside."""

    text = models.TextField(_("milestone"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_on = models.DateField(_("reached on"), null=True, blank=True)

    class Meta(ActionPart.Meta):
        ordering = ["action", "position", "pk"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")

    def __str__(self) -> str:
        return self.text[:150]


class ProgressUpdate(ActionPart):
    """What was done and where the action stood then: the action's history, one entry after another."""

    made_on = models.DateField(_("date"))
    note = models.TextField(_("progress"), blank=True)
    rag = models.CharField(_("RAG"), max_length=10, choices=RAG_CHOICES, default=Rag.NOT_STATED.value)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    made_by = models.ForeignKey(
        User, verbose_name=_("by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_imported = models.BooleanField(_("from the imported plan"), default=False, editable=False)

    class Meta(ActionPart.Meta):
        ordering = ["action", "-made_on", "-pk"]
        verbose_name = _("progress update")
        verbose_name_plural = _("progress updates")

    def __str__(self) -> str:
        return f"{self.made_on}: {self.note or self.get_rag_display()}"[:150]
