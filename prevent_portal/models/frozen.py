"""Frozen copies: what something said at one time, with its paper, never to be changed.

A copy holds data, not keys to rows that move on: it can be read and printed when the tables it came from look
otherwise. The database refuses to change a copy or an edition of it.
"""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ..scoping import OrganisationOwned, OwnedManager, OwnedQuerySet
from .organisations import Marking


class FrozenQuerySet(OwnedQuerySet):
    """Outsiders see the copies of what had been released when the copy was made."""

    @classmethod
    def released_condition(cls) -> models.Q:
        return models.Q(is_released=True)

    @classmethod
    def sensitive_condition(cls) -> models.Q:
        return models.Q(marking=Marking.OFFICIAL_SENSITIVE)


class FrozenEditionQuerySet(OwnedQuerySet):
    """Elected members see the editions that hold nothing OFFICIAL-SENSITIVE."""

    @classmethod
    def released_condition(cls) -> models.Q:
        return models.Q(copy__is_released=True)

    @classmethod
    def sensitive_condition(cls) -> models.Q:
        return models.Q(marking=Marking.OFFICIAL_SENSITIVE) | models.Q(copy__marking=Marking.OFFICIAL_SENSITIVE)


class Frozen(OrganisationOwned):
    """A row that is written once."""

    class Meta(OrganisationOwned.Meta):
        abstract = True

    def check_lock(self) -> None:
        if not self._state.adding:
            raise PermissionDenied(_now("A frozen copy is never changed."))


class FrozenCopy(Frozen):
    """That something was frozen: when, by whom, as at which date, for which meeting."""

    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=250)
    on = models.DateField(_("as at"))
    meeting = models.CharField(_("for which meeting"), max_length=200, blank=True)
    meeting_on = models.DateField(_("date of the meeting"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    marking = models.CharField(
        _("marking"),
        max_length=20,
        choices=Marking,
        default=Marking.OFFICIAL,
        help_text=_("Of all of it: then not even its title is for elected members."),
    )
    is_released = models.BooleanField(_("released"), default=False)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("frozen by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    taken_at = models.DateTimeField(_("frozen"), auto_now_add=True)

    objects = OwnedManager.of_queryset(FrozenQuerySet)

    class Meta(Frozen.Meta):
        ordering = ["-on", "-pk"]
        verbose_name = _("frozen copy")
        verbose_name_plural = _("frozen copies")

    def __str__(self) -> str:
        return self.title


class FrozenEdition(Frozen):
    """The content and the paper of one edition of a frozen copy, each with the SHA-256 of its bytes."""

    copy = models.ForeignKey(FrozenCopy, verbose_name=_("copy"), on_delete=models.PROTECT, related_name="editions")
    edition = models.CharField(_("edition"), max_length=20)
    marking = models.CharField(_("marking"), max_length=20, choices=Marking, default=Marking.OFFICIAL)
    schema = models.PositiveSmallIntegerField(_("version of the content's form"), default=1)
    content = models.TextField(_("content"), help_text=_("JSON, as `prevent_portal.freezing` writes it."))
    content_sha256 = models.CharField(_("SHA-256 of the content"), max_length=64)
    paper = models.BinaryField(_("PDF"))
    paper_sha256 = models.CharField(_("SHA-256 of the PDF"), max_length=64)

    unrecorded_fields = OrganisationOwned.unrecorded_fields | {"content", "paper"}

    objects = OwnedManager.of_queryset(FrozenEditionQuerySet)

    class Meta(Frozen.Meta):
        ordering = ["copy", "edition"]
        verbose_name = _("edition of a frozen copy")
        verbose_name_plural = _("editions of frozen copies")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "copy", "edition"], name="edition_is_frozen_once")
        ]

    def __str__(self) -> str:
        return f"{self.copy}, {self.edition}"
