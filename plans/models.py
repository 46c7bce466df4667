"""An action plan as councils really write them: sections, objectives, actions, and everything said about them.

One row of a council's table is one `Objective` with one `Action`, unless its action cell is lettered: then each
letter is an action of its own. What could not be matched to a letter stays with the objective.
"""

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from prevent_portal.links import portal_url
from prevent_portal.models import Marking, Organisation, Recommendation, User
from prevent_portal.scoping import OrganisationOwned, OwnedManager

from . import querysets
from .rules import DateKind, Rag

EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
"""A plan's dates lie between these years: the duty began in 2015, and what is further off is a slip of the hand."""

RAG_LABELS = {
    Rag.GREEN: _("Green: on track"),
    Rag.AMBER: _("Amber: some slippage"),
    Rag.RED: _("Red: significant slippage"),
    Rag.BLUE: _("Blue: complete"),
    Rag.NOT_STATED: _("Not stated"),
}
RAG_CHOICES = [(rag.value, label) for rag, label in RAG_LABELS.items()]
DATE_KIND_CHOICES = [
    (DateKind.FIXED.value, _("By a date")),
    (DateKind.RECURRING.value, _("Again and again")),
    (DateKind.ONGOING.value, _("Ongoing")),
    (DateKind.START.value, _("From a date on")),
    (DateKind.TERM.value, _("In a school term")),
    (DateKind.CONDITIONAL.value, _("When something allows")),
    (DateKind.CROSS_REFERENCE.value, _("As for another action")),
    (DateKind.TO_BE_CONFIRMED.value, _("To be confirmed")),
    (DateKind.UNREADABLE.value, _("As written")),
]


COLUMN_LABELS = {
    "section": _("Section or theme"),
    "ref": _("Reference"),
    "objective": _("Objective"),
    "tier": _("Tier"),
    "action_ref": _("Reference of the action"),
    "action": _("Action"),
    "owner": _("Owner"),
    "partners": _("Partners"),
    "resources": _("Resources"),
    "start_date": _("Start date"),
    "target_date": _("Target date"),
    "completed_on": _("Date of completion"),
    "outcome": _("Outcome measure"),
    "milestones": _("Milestones"),
    "progress": _("Progress"),
    "rag": _("RAG"),
    "marking": _("Marking"),
    "note": _("A remark, kept with the row"),
    "leave_out": _("Nothing: leave it out"),
}
"""What a person can say that a column of a file holds; a test holds them equal to `understanding.columns.Field`."""

COLUMN_CHOICES = list(COLUMN_LABELS.items())


class PlanIsClosed(PermissionDenied):
    """A closed plan is a record of what was: nothing in it changes."""


class Owner(OrganisationOwned):
    """Whoever answers for an action: a person, the holder of a post, a team or another body."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        POST = "post", _("Post or team")
        BODY = "body", _("Other organisation")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PERSON)
    name = models.CharField(
        _("name"),
        max_length=200,
        blank=True,
        help_text=_("A person's or an organisation's name; leave empty for a post."),
    )
    post = models.CharField(
        _("post"), max_length=200, blank=True, help_text=_("Public papers print the post, not the person.")
    )
    user = models.ForeignKey(
        User,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The person with this account can record progress on these actions."),
    )
    body = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    left_on = models.DateField(_("left on"), null=True, blank=True)

    personal_fields = frozenset({"name"})

    class Meta(OrganisationOwned.Meta):
        ordering = ["name", "post"]
        verbose_name = _("owner")
        verbose_name_plural = _("owners")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name", "post", "kind"], name="owner_is_listed_once"),
            models.CheckConstraint(
                condition=~Q(name="") | ~Q(post=""),
                name="owner_has_a_name_or_a_post",
                violation_error_message=_("Enter a name, a post or both."),
            ),
        ]

    objects = OwnedManager.of_queryset(querysets.OwnerQuerySet)

    def __str__(self) -> str:
        return f"{self.name}, {self.post}" if self.name and self.post else self.name or self.post

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "plans:owner_detail", pk=self.pk)

    def log_label(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def public_name(self) -> str:
        """What a public paper prints: the post, or the body; never a person's name."""
        if self.kind == self.Kind.BODY:
            return self.name or self.post
        return self.post or _now("An officer")


class Plan(OrganisationOwned):
    """One action plan of one authority for one period."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        AGREED = "agreed", _("Agreed")
        AMENDED = "amended", _("Amended since agreed")
        CLOSED = "closed", _("Closed")

    title = models.CharField(_("title"), max_length=200)
    period_start = models.DateField(_("period starts"), null=True, blank=True)
    period_end = models.DateField(_("period ends"), null=True, blank=True)
    aim = models.TextField(_("aim"), blank=True)
    introduction = models.TextField(_("introduction"), blank=True)
    marking = models.CharField(
        _("marking"),
        max_length=20,
        choices=Marking,
        default=Marking.OFFICIAL,
        help_text=_(
            "Choose OFFICIAL-SENSITIVE only if the whole plan is: nothing of it will then be in a public edition. "
            "Otherwise mark the objectives or actions that are."
        ),
    )
    updated_on = models.DateField(
        _("date of update"), null=True, blank=True, help_text=_("The date that the plan itself states.")
    )
    declared_total = models.PositiveSmallIntegerField(_("declared actions"), null=True, blank=True)
    declared_green = models.PositiveSmallIntegerField(_("declared green"), null=True, blank=True)
    declared_amber = models.PositiveSmallIntegerField(_("declared amber"), null=True, blank=True)
    declared_red = models.PositiveSmallIntegerField(_("declared red"), null=True, blank=True)
    declared_blue = models.PositiveSmallIntegerField(_("declared blue"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True, editable=False)
    agreed_by = models.CharField(_("agreed by"), max_length=200, blank=True, editable=False)
    amended_on = models.DateField(_("amended on"), null=True, blank=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    state_note = models.CharField(_("note on the state"), max_length=500, blank=True, editable=False)

    objects = OwnedManager.of_queryset(querysets.PlanQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = [F("period_start").desc(nulls_last=True), "title"]
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "title", "period_start"], name="plan_is_listed_once"),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="plan_ends_after_it_starts",
                violation_error_message=_("The period must end after it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "amended"]) | Q(agreed_on__isnull=False),
                name="agreed_plan_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "plans:plan_detail", pk=self.pk)

    def clean(self) -> None:
        super().clean()
        for name in ("period_start", "period_end", "updated_on"):
            on = getattr(self, name)
            if on is not None and not EARLIEST_YEAR <= on.year <= LATEST_YEAR:
                raise ValidationError(
                    {
                        name: _now("The year must be from %(first)d to %(last)d.")
                        % {"first": EARLIEST_YEAR, "last": LATEST_YEAR}
                    }
                )

    @property
    def is_locked(self) -> bool:
        """Whether nothing in the plan may change any more."""
        return self.state == self.State.CLOSED

    def check_lock(self) -> None:
        # Closing is itself a change, so what counts is the state that is stored.
        if self.stored_value("state") == self.State.CLOSED:
            raise PlanIsClosed(_now("This plan is closed. Nothing in it can be changed."))

    @property
    def declared(self) -> dict[str, int]:
        """The totals that the plan's own summary sheet states, by "total" and colour."""
        names = ("total", "green", "amber", "red", "blue")
        return {name: value for name in names if (value := getattr(self, f"declared_{name}")) is not None}


class PlanPart(OrganisationOwned):
    """A row of a plan: it changes only while the plan is open."""

    class Meta(OrganisationOwned.Meta):
        abstract = True

    def containing_plan(self) -> Plan:
        """The plan that this row is part of."""
        return self.plan

    def check_lock(self) -> None:
        if self.containing_plan().is_locked:
            raise PlanIsClosed(_now("This plan is closed. Nothing in it can be changed."))


class Section(PlanPart):
    """A heading of the plan: a priority, a benchmark or a theme."""

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="sections")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    ref = models.CharField(_("reference"), max_length=30, blank=True)
    title = models.CharField(_("title"), max_length=500)
    introduction = models.TextField(_("introduction"), blank=True)
    benchmark = models.ForeignKey(
        "benchmarks.Benchmark",
        verbose_name=_("benchmark"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = OwnedManager.of_queryset(querysets.SectionQuerySet)

    class Meta(PlanPart.Meta):
        ordering = ["plan", "position", "pk"]
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def __str__(self) -> str:
        return f"{self.ref} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "plans:plan_table", pk=self.plan_id) + f"?at={self.pk}#section-{self.pk}"


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

    objects = OwnedManager.of_queryset(querysets.ObjectiveQuerySet)

    class Meta(PlanPart.Meta):
        ordering = ["section", "position", "pk"]
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")

    def __str__(self) -> str:
        return f"{self.ref} {self.text}".strip()[:150]

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "plans:objective_detail", pk=self.pk)


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
    flags = models.JSONField(_("noticed at import"), default=list, blank=True, editable=False)

    personal_fields = frozenset({"owners_as_written"})

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

    def log_label(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


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
