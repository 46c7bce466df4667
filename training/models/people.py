"""People who need training, and what they do from when until when."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from prevent_portal.links import portal_url
from prevent_portal.scoping import OrganisationOwned, OwnedManager

from .. import querysets


class Kind(models.TextChoices):
    """What somebody is to the authority."""

    STAFF = "staff", _("Staff")
    COUNCILLOR = "councillor", _("Councillor")
    CONTRACTOR = "contractor", _("Contractor")
    VOLUNTEER = "volunteer", _("Volunteer")
    PARTNER = "partner", _("Partner organisation")
    GOVERNOR = "governor", _("School governor")
    SCHOOL = "school", _("School staff")


class Person(OrganisationOwned):
    """Somebody who works for the authority, sits on it, or works with it, and may need training."""

    number = models.CharField(
        _("number"), max_length=60, blank=True, help_text=_("The one in the HR list; it tells people apart.")
    )
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail address"), blank=True)

    personal_fields = frozenset({"number", "name", "email"})

    objects = OwnedManager.of_queryset(querysets.PersonQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["name", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number"],
                condition=~Q(number=""),
                name="person_has_a_number_of_their_own",
                violation_error_message=_("Somebody else has this number."),
            ),
            models.CheckConstraint(
                condition=~Q(number="") | ~Q(email=""),
                name="person_can_be_told_apart",
                violation_error_message=_("Enter a number or an e-mail address: names alone do not tell people apart."),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "email"], name="person_by_email")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "training:person_detail", pk=self.pk)

    def log_label(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()


class Post(OrganisationOwned):
    """What somebody does from one day until another. A move ends one post and begins the next; nothing is overwritten.

    `role_began_on` is when they took up the job role: a move of the team leaves it.
    """

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.STAFF)
    directorate = models.CharField(_("directorate"), max_length=120, blank=True)
    team = models.CharField(_("team"), max_length=120, blank=True)
    job_role = models.CharField(
        _("job role"), max_length=120, blank=True, help_text=_("As HR calls it; of a councillor, the office.")
    )
    began_on = models.DateField(_("from"))
    role_began_on = models.DateField(_("in this role since"))
    ended_on = models.DateField(_("until"), null=True, blank=True)

    log_needs = ("person",)

    objects = OwnedManager.of_queryset(querysets.PostQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["person", "-began_on"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "person", "began_on"], name="post_begins_once_a_day"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("began_on")),
                name="post_ends_after_it_began",
                violation_error_message=_("The last day must be the first day or later."),
            ),
            models.CheckConstraint(
                condition=Q(role_began_on__lte=F("began_on")),
                name="role_begins_with_the_post_or_before",
                violation_error_message=_("A role begins on the first day of the post or before it."),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "began_on", "ended_on"], name="post_by_days")]

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.job_role, self.team, self.directorate))) or str(self.get_kind_display())

    def log_label(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def clean(self) -> None:
        super().clean()
        if not self.began_on or not self.person_id:
            return
        others = Post.objects.filter(person=self.person_id).exclude(pk=self.pk)
        overlapping = others.filter(Q(ended_on=None) | Q(ended_on__gte=self.began_on))
        if self.ended_on:
            overlapping = overlapping.filter(began_on__lte=self.ended_on)
        if overlapping.exists():
            raise ValidationError(_now("This person holds another post at that time. End it first."))

    def is_held_on(self, day: dt.date) -> bool:
        """Whether it is held on this day, its first and last included."""
        return self.began_on <= day and (self.ended_on is None or self.ended_on >= day)
