"""What the authority asks of whom. What held on a past day stays: a change ends one requirement and begins another."""

from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from prevent_portal.links import portal_url
from prevent_portal.scoping import OrganisationOwned, OwnedManager

from .. import querysets
from ..rules import Terms
from .courses import Course
from .people import Kind, Person

NOBODY = Q(pk__in=())


class Requirement(OrganisationOwned):
    """That some people must have taken a course: within so many days, and again every so many months."""

    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="requirements")
    within_days = models.PositiveSmallIntegerField(
        _("within how many days"),
        default=28,
        help_text=_("Of starting in the role, or of the requirement's first day."),
    )
    renew_months = models.PositiveSmallIntegerField(
        _("again every how many months"), null=True, blank=True, help_text=_("Empty if once is enough.")
    )
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    log_needs = ("course",)

    objects = OwnedManager.of_queryset(querysets.RequirementQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["course", "from_on"]
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="requirement_ends_after_it_began",
                violation_error_message=_("The last day must be the first day or later."),
            ),
            models.CheckConstraint(
                condition=Q(renew_months=None) | Q(renew_months__gte=1),
                name="requirement_is_renewed_after_a_month_at_least",
                violation_error_message=_("The months must be 1 or more; leave it empty if once is enough."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.course)

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "training:requirement_detail", pk=self.pk)

    @property
    def terms(self) -> Terms:
        """What it asks, for the rules."""
        return Terms(self.from_on, self.within_days, self.renew_months)

    @property
    def terms_in_words(self) -> str:
        """The same for a reader."""
        within = ngettext("within %d day", "within %d days", self.within_days) % self.within_days
        if not self.renew_months:
            return _now("%(within)s of starting, once") % {"within": within}
        again = ngettext("every month", "every %d months", self.renew_months)
        return _now("%(within)s of starting, again %(every)s") % {
            "within": within,
            "every": again % self.renew_months if "%d" in again else again,
        }

    def asked_condition(self) -> Q:
        """Which posts it asks; a requirement without groups asks nobody."""
        return reduce(or_, (each.condition() for each in self.groups.all()), NOBODY)


class RequirementGroup(OrganisationOwned):
    """Whom a requirement asks: everybody whose post fits all that is said here; what is empty fits everybody."""

    requirement = models.ForeignKey(
        Requirement, verbose_name=_("requirement"), on_delete=models.PROTECT, related_name="groups"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, blank=True)
    directorate = models.CharField(_("directorate"), max_length=120, blank=True)
    team = models.CharField(_("team"), max_length=120, blank=True)
    job_role = models.CharField(_("job role"), max_length=120, blank=True)

    class Meta(OrganisationOwned.Meta):
        ordering = ["requirement", "pk"]
        verbose_name = _("group that a requirement asks")
        verbose_name_plural = _("groups that requirements ask")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "requirement", "kind", "directorate", "team", "job_role"],
                name="group_is_asked_once",
            ),
        ]

    def __str__(self) -> str:
        said = [str(self.get_kind_display()) if self.kind else "", self.job_role, self.team, self.directorate]
        return ", ".join(filter(None, said)) or _now("Everybody")

    def condition(self) -> Q:
        """The posts that it fits."""
        asked = {name: getattr(self, name) for name in ("kind", "directorate", "team", "job_role")}
        return Q(**{name: value for name, value in asked.items() if value}, pk__isnull=False)


class Exemption(OrganisationOwned):
    """That a requirement does not ask somebody, for a while and for a reason."""

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="exemptions")
    requirement = models.ForeignKey(
        Requirement, verbose_name=_("requirement"), on_delete=models.PROTECT, related_name="exemptions"
    )
    reason = models.CharField(
        _("reason"), max_length=250, help_text=_("For example: on secondment. Nothing about anybody's health.")
    )
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), help_text=_("The last day; give it again if it has to go on."))

    personal_fields = frozenset({"reason"})
    log_needs = ("requirement__course",)

    objects = OwnedManager.of_queryset(querysets.ValidQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["person", "-from_on"]
        verbose_name = _("exemption")
        verbose_name_plural = _("exemptions")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person", "requirement", "from_on"], name="exemption_begins_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")),
                name="exemption_ends_after_it_began",
                violation_error_message=_("The last day must be the first day or later."),
            ),
        ]

    def __str__(self) -> str:
        return _now("Exemption from %(course)s") % {"course": self.requirement.course}

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "training:person_detail", pk=self.person_id)

    def clean(self) -> None:
        super().clean()
        if self.from_on and self.until_on and (self.until_on - self.from_on).days > LONGEST_EXEMPTION_DAYS:
            raise ValidationError({"until_on": _now("An exemption lasts two years at most. It can be given again.")})


LONGEST_EXEMPTION_DAYS = 731
