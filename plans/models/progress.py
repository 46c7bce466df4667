"""What belongs to one action: its steps and milestones, the story of its progress, and what it is linked to."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from prevent_portal.models import Evidence, Marking, Recommendation, User
from prevent_portal.scoping import OwnedManager

from .. import querysets
from ..rules import Rag
from .choices import RAG_CHOICES
from .plan import Owner, Plan, PlanPart
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
    made_by_owner = models.ForeignKey(
        Owner,
        verbose_name=_("by the owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        help_text=_("Who answered by a one-time link, without an account."),
    )
    is_imported = models.BooleanField(_("from the imported plan"), default=False, editable=False)

    class Meta(ActionPart.Meta):
        ordering = ["action", "-made_on", "-pk"]
        verbose_name = _("progress update")
        verbose_name_plural = _("progress updates")

    def __str__(self) -> str:
        return f"{self.made_on}: {self.note or self.get_rag_display()}"[:150]


class DateRequest(ActionPart):
    """An owner asks for a new date. The old one is kept; the coordinator accepts or refuses, and says why."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    old_on = models.DateField(_("date until now"), null=True, blank=True)
    old_as_written = models.CharField(_("date until now, as written"), max_length=500, blank=True)
    wanted_on = models.DateField(_("new date"))
    reason = models.CharField(_("reason"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(
        User, verbose_name=_("asked by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_by_owner = models.ForeignKey(
        Owner, verbose_name=_("asked by the owner"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    answered_by = models.ForeignKey(
        User, verbose_name=_("answered by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    objects = OwnedManager.of_queryset(querysets.InternalPartQuerySet)

    class Meta(ActionPart.Meta):
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("request for a new date")
        verbose_name_plural = _("requests for new dates")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "action"],
                condition=Q(state="waiting"),
                name="action_has_one_request_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{date_format(self.wanted_on, 'j F Y')}: {self.get_state_display()}"


class ActionEvent(ActionPart):
    """One thing that changed about an action, with who and why: the action's story, written as it happens.

    Written by `plans.history` for every change of RAG, date, owner, completion or wording, whichever way it came.
    """

    class Kind(models.TextChoices):
        RAG = "rag", _("RAG")
        DATE = "date", _("Date")
        OWNER = "owner", _("Owner")
        COMPLETED = "completed", _("Completion")
        WORDING = "wording", _("Wording")
        MARKING = "marking", _("Marking")

    kind = models.CharField(_("what changed"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("when"), default=timezone.now)
    before = models.TextField(_("before"), blank=True)
    after = models.TextField(_("after"), blank=True)
    owner_before = models.ForeignKey(
        Owner,
        verbose_name=_("owner before"),
        null=True,
        blank=True,
        # An import that is undone takes the owners back that it brought; what is said of them here goes along.
        on_delete=models.CASCADE,
        related_name="+",
    )
    owner_after = models.ForeignKey(
        Owner,
        verbose_name=_("owner after"),
        null=True,
        blank=True,
        # Likewise.
        on_delete=models.CASCADE,
        related_name="+",
    )
    reason = models.CharField(_("why"), max_length=500, blank=True)
    marking = models.CharField(
        _("marking"),
        max_length=20,
        choices=Marking,
        default=Marking.OFFICIAL,
        help_text=_("What the action was before it changed or after, whichever is higher: the words of both are here."),
    )
    by = models.ForeignKey(
        User, verbose_name=_("who"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    is_logged = False

    objects = OwnedManager.of_queryset(querysets.ActionEventQuerySet)

    class Meta(ActionPart.Meta):
        ordering = ["action", "-at", "-pk"]
        verbose_name = _("event of an action")
        verbose_name_plural = _("events of actions")
        indexes = [models.Index(fields=["action", "kind", "at"], name="event_by_action")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.before} → {self.after}"[:150]

    @property
    def may_be_told(self) -> bool:
        """Whether its words carry no marking but the one that it has."""
        return self.marking == Marking.OFFICIAL_SENSITIVE or not self.texts_carrying_marking()


class ActionEvidence(ActionPart):
    """A piece of evidence from the register that supports an action."""

    evidence = models.ForeignKey(Evidence, verbose_name=_("evidence"), on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("what it shows here"), max_length=500, blank=True)
    added_at = models.DateTimeField(_("added"), default=timezone.now)

    objects = OwnedManager.of_queryset(querysets.InternalPartQuerySet)

    class Meta(ActionPart.Meta):
        ordering = ["action", "position", "pk"]
        verbose_name = _("evidence of an action")
        verbose_name_plural = _("evidence of actions")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "action", "evidence"], name="evidence_supports_an_action_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.evidence)


class ActionRecommendation(ActionPart):
    """An action answers a recommendation, besides those that its objective names."""

    recommendation = models.ForeignKey(
        Recommendation, verbose_name=_("recommendation"), on_delete=models.PROTECT, related_name="action_links"
    )

    class Meta(ActionPart.Meta):
        ordering = ["recommendation", "action"]
        verbose_name = _("answer to a recommendation")
        verbose_name_plural = _("answers to recommendations")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "action", "recommendation"], name="action_answers_a_recommendation_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.recommendation)


class ActionGap(ActionPart):
    """An action closes a gap that a self-assessment found: in a benchmark as a whole, or in one answer."""

    result = models.ForeignKey(
        "benchmarks.BenchmarkResult",
        verbose_name=_("benchmark in the self-assessment"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    answer = models.ForeignKey(
        "benchmarks.Answer",
        verbose_name=_("answer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta(ActionPart.Meta):
        ordering = ["action", "position", "pk"]
        verbose_name = _("gap that an action closes")
        verbose_name_plural = _("gaps that actions close")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "action", "answer"],
                condition=models.Q(answer__isnull=False),
                name="action_closes_a_question_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "action", "result"],
                condition=models.Q(answer__isnull=True),
                name="action_closes_a_benchmark_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.answer or self.result)


class Delivery(ActionPart):
    """A county's action is delivered, or helped, by an action in a district's agreed plan."""

    delivered_by = models.ForeignKey(
        Action,
        verbose_name=_("district's action"),
        # The district may delete its action without hearing of links in a county's draft; the link then leads nowhere.
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="delivers",
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    cross_organisation_links = frozenset({"delivered_by"})

    class Meta(ActionPart.Meta):
        ordering = ["action", "position", "pk"]
        verbose_name = _("delivery by a district")
        verbose_name_plural = _("deliveries by districts")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "action", "delivered_by"], name="delivery_is_stated_once")
        ]

    def __str__(self) -> str:
        return str(self.delivered_by)

    def log_label(self) -> str:
        # What it leads to is another authority's, and may be gone.
        return f"{self._meta.verbose_name} {self.pk}"
