"""What all domains share: organisations, people, what they may do, and the log."""

import datetime as dt

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .audit import Event, Recorded, RecordedQuerySet
from .markings import any_carries_marking
from .permissions import ASSIGNABLE_ROLES, MatrixBackend, Role
from .scoping import OrganisationOwned


class Marking(models.TextChoices):
    """The government's security marking of a document or a row of it."""

    OFFICIAL = "official", _("OFFICIAL")
    OFFICIAL_SENSITIVE = "official_sensitive", _("OFFICIAL-SENSITIVE")


class Organisation(Recorded):
    """A council, or a body that works with councils; councils have pages of their own."""

    class Kind(models.TextChoices):
        COUNTY = "county", _("County council")
        DISTRICT = "district", _("District council")
        BOROUGH = "borough", _("Borough council")
        UNITARY = "unitary", _("Unitary authority")
        PARTNER = "partner", _("Partner body")

    class Nation(models.TextChoices):
        # The duty's guidance covers these two; Scotland has its own.
        ENGLAND = "england", _("England")
        WALES = "wales", _("Wales")

    class Region(models.TextChoices):
        EAST_MIDLANDS = "east_midlands", _("East Midlands")
        EAST_OF_ENGLAND = "east_of_england", _("East of England")
        LONDON = "london", _("London")
        NORTH_EAST = "north_east", _("North East")
        NORTH_WEST = "north_west", _("North West")
        SOUTH_EAST = "south_east", _("South East")
        SOUTH_WEST = "south_west", _("South West")
        WALES = "wales", _("Wales")
        WEST_MIDLANDS = "west_midlands", _("West Midlands")
        YORKSHIRE = "yorkshire", _("Yorkshire and The Humber")

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("short name in web addresses"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("county"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The county council above a district or borough."),
    )
    nation = models.CharField(_("nation"), max_length=10, choices=Nation, default=Nation.ENGLAND)
    region = models.CharField(_("region"), max_length=20, choices=Region, blank=True)
    ons_code = models.CharField(
        _("ONS code"), max_length=9, blank=True, help_text=_("Nine characters, such as E10000000.")
    )
    is_funded = models.BooleanField(
        _("funded area"), default=False, help_text=_("Whether the Home Office funds this area as a priority.")
    )

    class Meta:
        ordering = [Lower("name")]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.UniqueConstraint("ons_code", condition=~Q(ons_code=""), name="organisation_ons_code_is_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("authority_home", kwargs={"authority": self.slug})

    def log_organisation_id(self) -> int | None:
        return self.pk

    @property
    def is_authority(self) -> bool:
        """Whether the Prevent duty's toolkit applies and the portal keeps pages for it."""
        return self.kind != self.Kind.PARTNER


class UserManager(BaseUserManager.from_queryset(RecordedQuerySet)):
    """Makes accounts, which are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, Recorded):
    """A person with an account. What they may do is a matter of their memberships."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    post = models.CharField(_("post"), max_length=120, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_platform_operator = models.BooleanField(
        _("platform operator"),
        default=False,
        help_text=_("Creates authorities and shared lists; sees no authority's rows."),
    )
    joined_at = models.DateTimeField(_("account made"), default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    personal_fields = frozenset({"email", "name", "post", "password"})
    unrecorded_fields = frozenset({"last_login"})

    objects = UserManager()

    class Meta:
        ordering = ["name", "email"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.email

    def log_label(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_staff(self) -> bool:
        # Django's admin asks this; ours asks the matrix instead.
        return self.is_active

    def has_perm(self, perm: str, obj=None) -> bool:
        # Not through all backends: that of allauth would look into Django's own tables of permissions.
        return MatrixBackend().has_perm(self, perm, obj)

    def has_perms(self, perms, obj=None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return MatrixBackend().has_module_perms(self, app_label)


class MembershipQuerySet(RecordedQuerySet):
    """Who belongs where, and when."""

    def current(self, today: dt.date):
        """Memberships in force on this day, both ends included."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today)


class Membership(Recorded):
    """A role that a person holds in an organisation for a time.

    A Home Office reviewer's membership is a grant: it always ends, and says why it was given.
    """

    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.PROTECT, related_name="memberships")
    # The one shared relation with a name: what an organisation's members are is not an authority's secret row.
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("authority"), on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=30, choices=[(role.value, role.label) for role in ASSIGNABLE_ROLES])
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day of access."))
    reason = models.CharField(
        _("reason"), max_length=200, blank=True, help_text=_("Needed for a Home Office reviewer.")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "user", "role", "starts_on"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user", "role", "starts_on"], name="membership_is_stated_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.REVIEWER) | (Q(ends_on__isnull=False) & ~Q(reason="")),
                name="reviewer_has_an_end_and_a_reason",
                violation_error_message=_("A reviewer's access needs an end date and a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}, {self.organisation}"

    def clean(self) -> None:
        super().clean()
        if self.user_id and self.user.is_platform_operator:
            raise ValidationError(_("A platform operator holds no role in an authority."))

    def log_label(self) -> str:
        return f"{self.get_role_display()}, {_('person')} {self.user_id}"


class Recommendation(OrganisationOwned):
    """What the Home Office, an inspection or a review recommended to the authority; actions answer it."""

    exercise = models.CharField(_("exercise"), max_length=120, help_text=_("For example: annual assurance 2025-26."))
    number = models.PositiveSmallIntegerField(_("number"))
    total = models.PositiveSmallIntegerField(_("out of"), null=True, blank=True)
    text = models.TextField(_("recommendation"), blank=True)

    class Meta(OrganisationOwned.Meta):
        ordering = ["exercise", "number"]
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "exercise", "number"], name="recommendation_is_stated_once")
        ]

    def __str__(self) -> str:
        return f"{self.exercise}, {_('recommendation')} {self.number}"

    def clean(self) -> None:
        super().clean()
        # It has no marking, and the papers of every plan may name it.
        if any_carries_marking((self.exercise, self.text)):
            raise ValidationError(_("Take the words OFFICIAL-SENSITIVE out: any paper may name this."))


class LogEntry(models.Model):
    """One line of the log: see `audit.py`. Written once; the database refuses to change or delete it."""

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    event = models.CharField(_("what happened"), max_length=12, choices=Event)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("authority"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    actor = models.ForeignKey(User, verbose_name=_("who"), null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why"), max_length=500, blank=True)
    request_id = models.CharField(_("request"), max_length=36, blank=True)
    model = models.CharField(_("kind of record"), max_length=80, blank=True)
    object_id = models.BigIntegerField(_("record"), null=True)
    label = models.CharField(_("record"), max_length=200, blank=True)
    changes = models.JSONField(_("changes"), default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        indexes = [
            models.Index(fields=["model", "object_id"], name="log_by_record"),
            models.Index(fields=["organisation", "-at"], name="log_by_authority"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_event_display()} {self.label}"
