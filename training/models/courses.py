"""Courses, what counts as them, and who completed them."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from prevent_portal import clock
from prevent_portal.links import portal_url
from prevent_portal.scoping import OrganisationOwned, OwnedManager

from .. import querysets
from .people import Person

EARLIEST_YEAR = 2000
"""Before that nobody was trained for a duty that began in 2015."""


def plain_name(name: str) -> str:
    """A course's name as the lists of learning systems are compared by it."""
    return " ".join(name.casefold().split())


class Course(OrganisationOwned):
    """Something that people learn: an e-learning module, a workshop."""

    class Delivery(models.TextChoices):
        E_LEARNING = "e_learning", _("E-learning")
        FACE_TO_FACE = "face_to_face", _("Face to face")
        WEBINAR = "webinar", _("Webinar")

    title = models.CharField(_("title"), max_length=200)
    provider = models.CharField(_("provider"), max_length=120, blank=True)
    delivery = models.CharField(_("how it is given"), max_length=12, choices=Delivery, default=Delivery.E_LEARNING)
    minutes = models.PositiveSmallIntegerField(
        _("length in minutes"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    valid_months = models.PositiveSmallIntegerField(
        _("certificate is good for, in months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Empty if it has no end. Completions recorded from now on get it; those recorded before keep theirs. How "
            "often a role has to renew it is said by the requirement."
        ),
    )
    needs_first = models.ForeignKey(
        "self",
        verbose_name=_("has to be taken after"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("For example: referrals after awareness."),
    )
    retired_on = models.DateField(_("no longer given from"), null=True, blank=True)

    objects = OwnedManager.of_queryset(querysets.CourseQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["title"]
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "title"],
                name="course_is_listed_once",
                violation_error_message=_("There is a course of this title already."),
            ),
            models.CheckConstraint(
                condition=Q(needs_first=None) | ~Q(needs_first=F("id")),
                name="course_does_not_need_itself",
                violation_error_message=_("A course cannot have to be taken after itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "training:course_detail", pk=self.pk)


class CourseName(OrganisationOwned):
    """What a learning system calls a course; kept as `plain_name`."""

    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="names")
    name = models.CharField(_("name in lists"), max_length=200)

    class Meta(OrganisationOwned.Meta):
        ordering = ["name"]
        verbose_name = _("name of a course in lists")
        verbose_name_plural = _("names of courses in lists")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="name_in_lists_means_one_course",
                violation_error_message=_("This name means a course already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.name = plain_name(self.name)

    def save(self, *args, **kwargs) -> None:
        self.name = plain_name(self.name)
        super().save(*args, **kwargs)


class Equivalence(OrganisationOwned):
    """That one course counts as another, from one day until another: figures of a day go by what held on that day."""

    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="counts_as")
    counts_as = models.ForeignKey(
        Course, verbose_name=_("counts as"), on_delete=models.PROTECT, related_name="equivalents"
    )
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    log_needs = ("course", "counts_as")

    objects = OwnedManager.of_queryset(querysets.ValidQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["counts_as", "course", "from_on"]
        verbose_name = _("course that counts as another")
        verbose_name_plural = _("courses that count as others")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "course", "counts_as", "from_on"], name="equivalence_begins_once_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(course=F("counts_as")),
                name="course_does_not_stand_for_itself",
                violation_error_message=_("A course counts as itself anyway."),
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="equivalence_ends_after_it_began",
                violation_error_message=_("The last day must be the first day or later."),
            ),
        ]

    def __str__(self) -> str:
        return _now("%(course)s counts as %(other)s") % {"course": self.course, "other": self.counts_as}

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "training:course_detail", pk=self.counts_as_id)


class Completion(OrganisationOwned):
    """That somebody completed a course."""

    class Source(models.TextChoices):
        LIST = "list", _("List from a learning system")
        HAND = "hand", _("Entered by hand")

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="completions")
    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="completions")
    completed_on = models.DateField(_("completed on"))
    expires_on = models.DateField(
        _("certificate good until"), null=True, blank=True, help_text=_("Empty if the certificate has no end.")
    )
    source = models.CharField(_("source"), max_length=8, choices=Source, default=Source.HAND, editable=False)

    log_needs = ("course",)

    objects = OwnedManager.of_queryset(querysets.CompletionQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["-completed_on", "pk"]
        verbose_name = _("completion")
        verbose_name_plural = _("completions")
        constraints = [
            # The order in which figures look for them.
            models.UniqueConstraint(
                fields=["organisation", "person", "course", "completed_on"],
                name="course_is_completed_once_a_day",
                violation_error_message=_("This is recorded already."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("completed_on")),
                name="certificate_ends_after_completion",
                violation_error_message=_("A certificate is good until the day of completion or later."),
            ),
        ]

    def __str__(self) -> str:
        return _now("%(course)s on %(day)s") % {"course": self.course, "day": self.completed_on.isoformat()}

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "training:person_detail", pk=self.person_id)

    def clean(self) -> None:
        super().clean()
        if self.completed_on and self.completed_on > clock.today():
            raise ValidationError({"completed_on": _now("The date cannot be in the future.")})
        if self.completed_on and self.completed_on.year < EARLIEST_YEAR:
            raise ValidationError(
                {"completed_on": _now("The year must be %(year)d or later.") % {"year": EARLIEST_YEAR}}
            )
