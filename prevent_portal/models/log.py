"""The log of changes and views."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..audit import Event
from .organisations import Organisation
from .people import User


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
