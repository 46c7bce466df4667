"""The register of evidence: what shows that something was done, kept once and used in many places."""

import datetime as dt
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ..links import portal_url
from ..marked_rows import fields_carrying_marking
from ..scoping import OrganisationOwned, OwnedManager, OwnedQuerySet
from .organisations import Marking

EXPIRING_DAYS = 60
"""How many days before its last good day evidence is listed as expiring."""


class EvidenceState(models.TextChoices):
    """How evidence stands on a day."""

    IN_USE = "in_use", _("In use")
    EXPIRING = "expiring", _("Expires soon")
    EXPIRED = "expired", _("Expired")
    RETIRED = "retired", _("Retired")


class StateOfEvidence(NamedTuple):
    """A state with the colour of its tag."""

    value: str
    label: str
    colour: str


_COLOURS = {
    EvidenceState.IN_USE: "green",
    EvidenceState.EXPIRING: "yellow",
    EvidenceState.EXPIRED: "red",
    EvidenceState.RETIRED: "grey",
}


class EvidenceQuerySet(OwnedQuerySet):
    """Evidence is for the authority's own staff; what reviewers see of it is decided by what it supports."""

    def in_state(self, state: EvidenceState, today: dt.date):
        """Evidence in this state; what is expiring or expired is in use as well."""
        if state == EvidenceState.RETIRED:
            return self.exclude(retired_on=None)
        if state == EvidenceState.EXPIRING:
            return self.expiring(today)
        return self.expired(today) if state == EvidenceState.EXPIRED else self.in_use()

    def expiring(self, today: dt.date):
        """Evidence in use whose last good day is today or within `EXPIRING_DAYS` days."""
        return self.in_use().filter(expires_on__range=(today, today + dt.timedelta(days=EXPIRING_DAYS)))

    def in_use(self):
        """Evidence that has not been retired."""
        return self.filter(retired_on=None)

    def expired(self, today: dt.date):
        """Evidence in use whose time is over."""
        return self.in_use().filter(expires_on__lt=today)


def _refuse_marking(row: models.Model, *, is_sensitive: bool) -> None:
    """Raise ValidationError if a text of an unmarked row says that it is OFFICIAL-SENSITIVE."""
    if is_sensitive:
        return
    for field in fields_carrying_marking(row):
        raise ValidationError(
            _now(
                "The words OFFICIAL-SENSITIVE stand in “%(label)s”. Mark the evidence OFFICIAL-SENSITIVE, or take "
                "the words out."
            ),
            params={"label": capfirst(str(field.verbose_name))},
        )


class Evidence(OrganisationOwned):
    """A document or a page on the web that shows that something was done; its contents are versions."""

    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("what it shows"), blank=True)
    kept_by = models.CharField(
        _("who keeps it up to date"), max_length=200, blank=True, help_text=_("A post or team rather than a name.")
    )
    dated_on = models.DateField(_("date of the document"), null=True, blank=True)
    expires_on = models.DateField(
        _("good until"), null=True, blank=True, help_text=_("The last day on which it still shows what it should.")
    )
    marking = models.CharField(_("marking"), max_length=20, choices=Marking, default=Marking.OFFICIAL)
    retired_on = models.DateField(_("retired on"), null=True, blank=True, editable=False)
    retired_because = models.CharField(_("why it was retired"), max_length=500, blank=True, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = OwnedManager.of_queryset(EvidenceQuerySet)

    class Meta(OrganisationOwned.Meta):
        ordering = ["title", "pk"]
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                condition=Q(dated_on=None) | Q(expires_on=None) | Q(expires_on__gte=F("dated_on")),
                name="evidence_expires_after_its_date",
                violation_error_message=_("It cannot end before its own date."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return portal_url(self.organisation, "evidence_detail", pk=self.pk)

    @property
    def is_sensitive(self) -> bool:
        """Whether it is OFFICIAL-SENSITIVE."""
        return self.marking == Marking.OFFICIAL_SENSITIVE

    def state_on(self, today: dt.date) -> StateOfEvidence:
        """How it stands on this day."""
        if self.retired_on:
            state = EvidenceState.RETIRED
        elif self.expires_on and self.expires_on < today:
            state = EvidenceState.EXPIRED
        elif self.expires_on and self.expires_on <= today + dt.timedelta(days=EXPIRING_DAYS):
            state = EvidenceState.EXPIRING
        else:
            state = EvidenceState.IN_USE
        return StateOfEvidence(state.value, str(state.label), _COLOURS[state])

    def require_marking(self) -> None:
        """Raise ValidationError if it, or one of its versions, says that it is OFFICIAL-SENSITIVE and is not marked."""
        _refuse_marking(self, is_sensitive=self.is_sensitive)
        # Only taking the marking away can leave a version without it: a new version is asked itself.
        if self.pk and not self.is_sensitive and self.stored_value("marking") == Marking.OFFICIAL_SENSITIVE:
            for version in self.versions.all():
                _refuse_marking(version, is_sensitive=False)

    def clean(self) -> None:
        super().clean()
        self.require_marking()

    def save(self, *args, **kwargs) -> None:
        self.require_marking()
        super().save(*args, **kwargs)


class EvidenceVersion(OrganisationOwned):
    """What a piece of evidence was at one time: a file, kept by the hash of its bytes, or an address on the web."""

    evidence = models.ForeignKey(
        Evidence, verbose_name=_("evidence"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    url = models.URLField(_("address on the web"), max_length=1000, blank=True)
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    content_type = models.CharField(_("kind of file"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    note = models.CharField(_("what is new"), max_length=500, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta(OrganisationOwned.Meta):
        ordering = ["evidence", "-number"]
        verbose_name = _("version of evidence")
        verbose_name_plural = _("versions of evidence")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "evidence", "number"], name="evidence_version_is_numbered_once"
            ),
            models.CheckConstraint(
                condition=(Q(url="") & ~Q(sha256="")) | (~Q(url="") & Q(sha256="")),
                name="evidence_version_is_a_file_or_an_address",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name or self.url

    def require_marking(self) -> None:
        """Raise ValidationError if it says that it is OFFICIAL-SENSITIVE and its evidence is not marked."""
        # One that belongs to nothing is refused by the database.
        if self.evidence_id is not None:
            _refuse_marking(self, is_sensitive=self.evidence.is_sensitive)

    def save(self, *args, **kwargs) -> None:
        self.require_marking()
        super().save(*args, **kwargs)
