"""People with an account, and what they may do where."""

import datetime as dt

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..audit import Recorded, RecordedQuerySet
from ..permissions import ASSIGNABLE_ROLES, MatrixBackend, Role
from .organisations import Organisation


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
