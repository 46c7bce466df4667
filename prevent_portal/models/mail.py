"""E-mails that wait to be sent, what each person wants of them, and the private addresses that go with them."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..audit import Recorded
from ..scoping import OrganisationOwned


class OutgoingMail(models.Model):
    """The outbox: one row for a person, a kind and a period, claimed before it is sent, so that none goes out twice.

    Whoever claimed a row and died leaves it claimed: whether it was sent nobody knows, so a person decides.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CLAIMED = "claimed", _("Being sent, or not known whether it was")
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Refused by the mail server")

    kind = models.CharField(_("kind"), max_length=40)
    period = models.CharField(_("period"), max_length=40, help_text=_("What it must not be sent twice for."))
    address = models.EmailField(_("to"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    problem = models.CharField(_("problem"), max_length=500, blank=True)

    personal_fields = frozenset({"address", "subject", "text", "html"})

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("outgoing e-mail")
        verbose_name_plural = _("outgoing e-mails")
        constraints = [models.UniqueConstraint(fields=["kind", "period", "address"], name="mail_is_made_once")]
        indexes = [models.Index(fields=["state", "made_at"], name="mail_by_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.period}"


class DigestChoice(Recorded):
    """What one person wants to be reminded of; who never chose is reminded of everything."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="digest_choice"
    )
    is_on = models.BooleanField(_("send me a digest"), default=True)
    is_due_wanted = models.BooleanField(_("what is due soon"), default=True)
    is_overdue_wanted = models.BooleanField(_("what is overdue"), default=True)
    is_quiet_wanted = models.BooleanField(_("what has had no update for long"), default=True)
    is_request_wanted = models.BooleanField(_("requests that wait for me"), default=True)
    is_authority_wanted = models.BooleanField(_("the whole authority, where I coordinate it"), default=True)

    class Meta:
        verbose_name = _("choice of reminders")
        verbose_name_plural = _("choices of reminders")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class OneTimeLink(OrganisationOwned):
    """An address by which somebody without an account answers for their own; kept as a hash of its secret."""

    purpose = models.CharField(_("for"), max_length=40)
    subject_id = models.BigIntegerField(_("record"))
    address = models.EmailField(_("sent to"))
    token_sha256 = models.CharField(max_length=64, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("good until"))
    opened_at = models.DateTimeField(_("first opened"), null=True, blank=True)
    finished_at = models.DateTimeField(_("answered"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    personal_fields = frozenset({"address", "token_sha256"})

    class Meta(OrganisationOwned.Meta):
        ordering = ["-made_at", "-pk"]
        verbose_name = _("one-time link")
        verbose_name_plural = _("one-time links")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "token_sha256"], name="one_time_link_is_its_own"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="one_time_link_ends_later"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    def is_good(self, now: dt.datetime) -> bool:
        """Whether it still opens the door."""
        return self.finished_at is None and self.revoked_at is None and now < self.expires_at


class CalendarFeed(OrganisationOwned):
    """A private address from which a calendar program fetches due dates; kept as a hash of its secret."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("whose"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("of what"), max_length=40)
    subject_id = models.BigIntegerField(_("record"), null=True, blank=True)
    token_sha256 = models.CharField(max_length=64, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    fetched_at = models.DateTimeField(_("last fetched"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    personal_fields = frozenset({"token_sha256"})
    unrecorded_fields = OrganisationOwned.unrecorded_fields | {"fetched_at"}

    class Meta(OrganisationOwned.Meta):
        ordering = ["user", "kind", "-made_at"]
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "token_sha256"], name="calendar_address_is_its_own")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
