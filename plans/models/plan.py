"""A plan, its sections and who answers in it."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from prevent_portal.links import portal_url
from prevent_portal.models import Marking, Organisation, User
from prevent_portal.scoping import OrganisationOwned, OwnedManager

from .. import querysets
from .choices import EARLIEST_YEAR, LATEST_YEAR
from .marked import MarkedByWords, NeverSensitive


class PlanIsClosed(PermissionDenied):
    """A closed plan is a record of what was: nothing in it changes."""


class Owner(NeverSensitive, OrganisationOwned):
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
    email = models.EmailField(
        _("e-mail address"),
        blank=True,
        help_text=_("For somebody without an account: a link to update their actions is sent there."),
    )
    left_on = models.DateField(_("left on"), null=True, blank=True)

    personal_fields = frozenset({"name", "email"})

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


class Plan(MarkedByWords, OrganisationOwned):
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
    follows = models.ForeignKey(
        "self",
        verbose_name=_("follows"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followed_by",
        editable=False,
        help_text=_("The plan whose open actions were carried into this one."),
    )

    ways_down = {
        "Section": "plan",
        "Remark": "plan",
        "Objective": "plan",
        "Action": "plan",
        "TargetDate": "objective__plan",
        "Step": "action__plan",
        "Milestone": "action__plan",
        "ProgressUpdate": "action__plan",
        "DateRequest": "action__plan",
        "ActionEvidence": "action__plan",
        "ActionGap": "action__plan",
        "ActionEvent": "action__plan",
        "Delivery": "action__plan",
    }

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


class PlanPart(MarkedByWords, OrganisationOwned):
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
    marking = models.CharField(
        _("marking"),
        max_length=20,
        choices=Marking,
        default=Marking.OFFICIAL,
        help_text=_("What is OFFICIAL-SENSITIVE here covers everything in the section."),
    )
    benchmark = models.ForeignKey(
        "benchmarks.Benchmark",
        verbose_name=_("benchmark"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    held_by = ("plan",)
    ways_down = {
        "Remark": "section",
        "Objective": "section",
        "Action": "objective__section",
        "TargetDate": "objective__section",
        "Step": "action__objective__section",
        "Milestone": "action__objective__section",
        "ProgressUpdate": "action__objective__section",
        "DateRequest": "action__objective__section",
        "ActionEvidence": "action__objective__section",
        "ActionGap": "action__objective__section",
        "ActionEvent": "action__objective__section",
        "Delivery": "action__objective__section",
    }

    objects = OwnedManager.of_queryset(querysets.SectionQuerySet)

    class Meta(PlanPart.Meta):
        ordering = ["plan", "position", "pk"]
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def __str__(self) -> str:
        return f"{self.ref} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "plans:plan_table", pk=self.plan_id) + f"?at={self.pk}#section-{self.pk}"
