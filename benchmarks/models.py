"""Frameworks of benchmarks: shared lists, kept by the platform operator. Retired when out of use, never deleted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from prevent_portal.audit import Recorded


class Framework(Recorded):
    """A published set of benchmarks, such as the duty toolkit's ten of 2018 or eight of 2024."""

    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=120)
    year = models.PositiveSmallIntegerField(_("year"))
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    class Meta:
        ordering = ["-year"]
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")

    def __str__(self) -> str:
        return self.title


class Benchmark(Recorded):
    """One benchmark. Its number means something in its own framework only."""

    framework = models.ForeignKey(
        Framework, verbose_name=_("framework"), on_delete=models.PROTECT, related_name="benchmarks"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=120)
    outcome = models.TextField(_("outcome"), blank=True)

    class Meta:
        ordering = ["framework", "number"]
        verbose_name = _("benchmark")
        verbose_name_plural = _("benchmarks")
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="benchmark_number_is_stated_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"
