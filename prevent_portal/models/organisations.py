"""Councils and the bodies that work with them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..audit import Recorded


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
