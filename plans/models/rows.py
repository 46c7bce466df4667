"""The rows of a plan: objectives, their actions, remarks, and what belongs to a whole row or to one action of it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from prevent_portal.links import portal_url
from prevent_portal.markings import any_carries_marking
from prevent_portal.models import Marking, Recommendation
from prevent_portal.scoping import OwnedManager

from .. import querysets
from ..rules import DateKind, Rag
from .choices import DATE_KIND_CHOICES, RAG_CHOICES
from .marked import SaysItIsSensitive
from .plan import Owner, Plan, PlanPart, Section


class Objective(PlanPart):
    """What is to be achieved: one row of the council's table."""

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="objectives")
    section = models.ForeignKey(Section, verbose_name=_("section"), on_delete=models.PROTECT, related_name="objectives")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    ref = models.CharField(_("reference"), max_length=30, blank=True)
    text = models.TextField(_("objective"))
    tier = models.CharField(
        _("tier"), max_length=200, blank=True, help_text=_("Whose it is: county, district, city… as the plan says.")
    )
    owners_as_written = models.TextField(_("owners as written"), blank=True, editable=False)
    outcome_measure = models.TextField(_("outcome measure"), blank=True)
    marking = models.CharField(_("marking"), max_length=20, choices=Marking, default=Marking.OFFICIAL)
    recommendation = models.ForeignKey(
        Recommendation,
        verbose_name=_("recommendation answered"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="objectives",
    )
    flags = models.JSONField(_("noticed at import"), default=list, blank=True, editable=False)

    personal_fields = frozenset({"owners_as_written"})

    held_by = ("section", "plan")
    ways_down = {
        "Action": "objective",
        "TargetDate": "objective",
        "Step": "action__objective",
        "Milestone": "action__objective",
        "ProgressUpdate": "action__objective",
        "DateRequest": "action__objective",
        "ActionEvidence": "action__objective",
        "ActionGap": "action__objective",
        "ActionEvent": "action__objective",
        "Delivery": "action__objective",
    }

    objects = OwnedManager.of_queryset(querysets.ObjectiveQuerySet)

    class Meta(PlanPart.Meta):
        ordering = ["section", "position", "pk"]
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")

    def __str__(self) -> str:
        return f"{self.ref} {self.text}".strip()[:150]

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "plans:objective_detail", pk=self.pk)

    def require_marking(self) -> None:
        """Raise `SaysItIsSensitive` also if the recommendation that it answers, which is shown with it, carries it."""
        super().require_marking()
        answered = self.recommendation if Objective._meta.get_field("recommendation").is_cached(self) else None
        if answered and any_carries_marking((answered.exercise, answered.text)) and not self.is_sensitive:
            raise SaysItIsSensitive(
                _now("The recommendation answered says that it is OFFICIAL-SENSITIVE. Mark the objective so."),
                params={"carried_by": "recommendation"},
            )


class ObjectiveBenchmark(PlanPart):
    """An objective answers a benchmark."""

    objective = models.ForeignKey(
        Objective,
        verbose_name=_("objective"),
        # Only says something about the objective, and goes with it.
        on_delete=models.CASCADE,
        related_name="benchmark_links",
    )
    benchmark = models.ForeignKey(
        "benchmarks.Benchmark", verbose_name=_("benchmark"), on_delete=models.PROTECT, related_name="+"
    )

    objects = OwnedManager.of_queryset(querysets.ObjectivePartQuerySet)

    class Meta(PlanPart.Meta):
        ordering = ["benchmark"]
        verbose_name = _("link to a benchmark")
        verbose_name_plural = _("links to benchmarks")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "objective", "benchmark"], name="objective_answers_a_benchmark_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.benchmark)

    def containing_plan(self) -> Plan:
        return self.objective.plan


class Remark(PlanPart):
    """A row that is no action: how things stand, or a pointer to another body's plan."""

    class Kind(models.TextChoices):
        STATEMENT = "statement", _("Statement")
        POINTER = "pointer", _("Pointer to another plan")

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="remarks")
    section = models.ForeignKey(Section, verbose_name=_("section"), on_delete=models.PROTECT, related_name="remarks")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.STATEMENT)
    text = models.TextField(_("text"))
    points_to = models.CharField(_("points to"), max_length=300, blank=True, help_text=_("Whose plan, or which one."))
    marking = models.CharField(_("marking"), max_length=20, choices=Marking, default=Marking.OFFICIAL)

    held_by = ("section", "plan")

    objects = OwnedManager.of_queryset(querysets.SectionPartQuerySet)

    class Meta(PlanPart.Meta):
        ordering = ["section", "position", "pk"]
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")

    def __str__(self) -> str:
        return self.text[:150]

    def get_absolute_url(self) -> str:
        table = portal_url(self.organisation, "plans:plan_table", pk=self.plan_id)
        return f"{table}?at={self.section_id}#section-{self.section_id}"


class Action(PlanPart):
    """What somebody will do by when: the unit that has owners, dates and a RAG."""

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="actions")
    objective = models.ForeignKey(
        Objective, verbose_name=_("objective"), on_delete=models.PROTECT, related_name="actions"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    letter = models.CharField(_("letter"), max_length=10, blank=True)
    text = models.TextField(_("action"))
    outcome_measure = models.TextField(_("outcome measure"), blank=True)
    resources = models.TextField(_("resources"), blank=True)
    owners_as_written = models.TextField(_("owners as written"), blank=True, editable=False)
    marking = models.CharField(_("marking"), max_length=20, choices=Marking, default=Marking.OFFICIAL)
    stated_rag = models.CharField(_("RAG"), max_length=10, choices=RAG_CHOICES, default=Rag.NOT_STATED.value)
    rag_as_written = models.CharField(_("RAG as written"), max_length=200, blank=True, editable=False)
    rag_reason = models.CharField(
        _("reason for the RAG"),
        max_length=500,
        blank=True,
        help_text=_("Needed where it differs from what the dates say."),
    )
    completed_on = models.DateField(_("completed on"), null=True, blank=True)
    added_at = models.DateTimeField(_("added"), default=timezone.now, null=True, blank=True, editable=False)
    carried_from = models.ForeignKey(
        "self",
        verbose_name=_("carried from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="carried_to",
        editable=False,
        help_text=_("The same action in the plan before."),
    )
    is_review_needed = models.BooleanField(
        _("needs review"), default=False, help_text=_("Carried over and not yet confirmed for this plan.")
    )
    flags = models.JSONField(_("noticed at import"), default=list, blank=True, editable=False)

    personal_fields = frozenset({"owners_as_written"})

    held_by = ("objective", "plan")
    ways_down = {"TargetDate": "action", "Step": "action", "Milestone": "action", "ProgressUpdate": "action"}

    objects = OwnedManager.of_queryset(querysets.ActionQuerySet)

    class Meta(PlanPart.Meta):
        ordering = ["objective", "position", "pk"]
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        indexes = [models.Index(fields=["plan", "stated_rag"], name="action_by_rag")]

    def __str__(self) -> str:
        return f"{self.ref} {self.text}".strip()[:150]

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "plans:action_detail", pk=self.pk)

    def log_label(self) -> str:
        # The log of a thousand actions must not ask for a thousand objectives.
        is_known = Action._meta.get_field("objective").is_cached(self)
        return str(self) if is_known else f"{self.letter} {self.text}".strip()[:150]

    @property
    def ref(self) -> str:
        """The row's reference and the letter, as in "4 b"."""
        return f"{self.objective.ref.rstrip('.')} {self.letter}".strip()

    @property
    def rag(self) -> Rag:
        """What somebody has said; `computed_rag`, from the queryset's `with_rag`, stands beside it."""
        return Rag(self.stated_rag)

    @property
    def is_complete(self) -> bool:
        return self.completed_on is not None or self.stated_rag == Rag.BLUE


class RowPart(PlanPart):
    """Belongs to an objective's whole row, or to one of its actions."""

    objective = models.ForeignKey(
        Objective,
        verbose_name=_("objective"),
        # Says something about the row and goes with it.
        on_delete=models.CASCADE,
        related_name="%(class)ss",
    )
    action = models.ForeignKey(
        Action,
        verbose_name=_("action"),
        null=True,
        blank=True,
        # Likewise.
        on_delete=models.CASCADE,
        related_name="%(class)ss",
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    held_by = ("action", "objective")

    objects = OwnedManager.of_queryset(querysets.RowPartQuerySet)

    class Meta(PlanPart.Meta):
        abstract = True

    def containing_plan(self) -> Plan:
        return self.objective.plan

    def save(self, *args, **kwargs) -> None:
        if self.action is not None:
            self.objective = self.action.objective
        super().save(*args, **kwargs)


class TargetDate(RowPart):
    """By when, as the plan's author wrote it, and what was made of it. Only some kinds can fall overdue."""

    as_written = models.CharField(_("as written"), max_length=500)
    kind = models.CharField(_("kind"), max_length=20, choices=DATE_KIND_CHOICES, default=DateKind.FIXED.value)
    on = models.DateField(_("date"), null=True, blank=True)
    scope = models.CharField(_("what it is for"), max_length=500, blank=True)
    met_on = models.DateField(_("met on"), null=True, blank=True)

    class Meta(RowPart.Meta):
        ordering = ["objective", "action", "position", "pk"]
        verbose_name = _("target date")
        verbose_name_plural = _("target dates")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=DateKind.FIXED.value) | Q(on__isnull=False),
                name="fixed_target_has_a_date",
                violation_error_message=_("Enter the date."),
            )
        ]

    def __str__(self) -> str:
        # The words that say what the date is for are often those around it.
        said = not self.scope or self.scope.casefold() in self.as_written.casefold()
        return self.as_written if said else f"{self.scope}: {self.as_written}"


class Assignment(RowPart):
    """Who answers for an action, leads it, or takes part."""

    class Role(models.TextChoices):
        LEAD = "lead", _("Leads")
        OWNER = "owner", _("Owns")
        PARTNER = "partner", _("Takes part")

    owner = models.ForeignKey(Owner, verbose_name=_("who"), on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.OWNER)

    class Meta(RowPart.Meta):
        ordering = ["position", "pk"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "action", "owner"],
                condition=Q(action__isnull=False),
                name="owner_is_assigned_to_an_action_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "objective", "owner"],
                condition=Q(action__isnull=True),
                name="owner_is_assigned_to_a_row_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} ({self.get_role_display()})"

    def require_marking(self) -> None:
        """Raise `SaysItIsSensitive` if whoever is named carries the marking, and the row has none."""
        # An import keeps such an owner as the file has it. A new assignment always brings its owner with it.
        if Assignment._meta.get_field("owner").is_cached(self) and self.owner.carries_marking and not self.is_sensitive:
            self.owner.require_marking()

    def log_label(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
