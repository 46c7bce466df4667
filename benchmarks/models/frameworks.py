"""Frameworks of benchmarks: shared lists, kept by the platform operator.

A published framework is never changed, only succeeded: assessments and plans rest on its words. It is retired when out
of use, never deleted.
"""

import functools
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from prevent_portal.audit import Recorded, RecordedQuerySet

from ..rules import Kind, Stage, Standing, standing_of


class FrameworkIsPublished(PermissionDenied):
    """A framework that has been published is what assessments rest on."""


class FrameworkPartQuerySet(RecordedQuerySet):
    """Rows of frameworks; those of published ones are not written in bulk either."""

    def _require_unpublished(self) -> None:
        way = self.model.way_to_framework
        if self.order_by().exclude(**{f"{way}published_on": None}).exists():
            raise FrameworkIsPublished(_now("A framework that has been published is never changed."))

    def update(self, **values: Any) -> int:
        if values.keys() - self.model.always_changeable:
            self._require_unpublished()
        return super().update(**values)

    update.alters_data = True

    def delete(self):
        self._require_unpublished()
        return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for each in objs:
            each.require_unpublished()
        return super().bulk_create(objs, *args, **kwargs)

    bulk_create.alters_data = True


class FrameworkQuerySet(FrameworkPartQuerySet):
    """The lists of benchmarks that there are."""

    def published(self):
        """Frameworks that authorities may use or have used."""
        return self.exclude(published_on=None)

    def in_use(self, today):
        """Frameworks that a new assessment may be made by; newest first."""
        current = Q(retired_on=None) | Q(retired_on__gt=today)
        return self.published().filter(current).order_by("-year", "title")


class FrameworkPart(Recorded):
    """A row of a framework or the framework itself: it changes only until the framework is published."""

    always_changeable: ClassVar[frozenset[str]] = frozenset()
    """Fields that are about the use of the row and not part of what it says."""

    way_to_framework: ClassVar[str] = "framework__"
    """The lookup from the row to its framework's fields."""

    objects = FrameworkPartQuerySet.as_manager()

    class Meta:
        abstract = True

    def containing_framework(self) -> "Framework":
        """The framework that this row is part of; the row itself if it is one."""
        steps = filter(None, self.way_to_framework.split("__"))
        return functools.reduce(getattr, steps, self)

    def require_unpublished(self) -> None:
        """Raise `FrameworkIsPublished` if saving would change the words of a published framework."""
        changed = {
            field.attname
            for field in self._meta.concrete_fields
            if self._state.adding or self.stored_value(field.attname) != getattr(self, field.attname)
        }
        if changed - self.always_changeable and self.containing_framework().is_published:
            raise FrameworkIsPublished(
                _now("This framework has been published, so it is never changed. Make one that succeeds it.")
            )

    def save(self, *args, **kwargs) -> None:
        self.require_unpublished()
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        if self.containing_framework().is_published:
            raise FrameworkIsPublished(_now("A published framework is retired, never deleted."))
        return super().delete(*args, **kwargs)


class Framework(FrameworkPart):
    """A published set of benchmarks, such as the duty toolkit's ten of 2018 or eight of 2024."""

    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=120)
    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(
        _("where the wording comes from"),
        max_length=250,
        blank=True,
        help_text=_("For example: Prevent duty toolkit for local authorities, Home Office, 2018."),
    )
    lowest_score = models.PositiveSmallIntegerField(_("lowest score"), default=1)
    highest_score = models.PositiveSmallIntegerField(_("highest score"), default=5)
    met_score = models.PositiveSmallIntegerField(_("score at which the duty is met"), default=3)
    below_label = models.CharField(_("words for scores below that"), max_length=120, default="Duty not met")
    met_label = models.CharField(_("words for that score"), max_length=120, default="Duty met")
    above_label = models.CharField(_("words for scores above that"), max_length=120, default="Duty exceeded")
    published_on = models.DateField(
        _("published on"),
        null=True,
        blank=True,
        help_text=_("From then on authorities can use it, and its words are never changed."),
    )
    succeeds = models.ForeignKey(
        "self", verbose_name=_("succeeds"), null=True, blank=True, on_delete=models.PROTECT, related_name="successors"
    )
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    always_changeable = frozenset({"retired_on"})
    way_to_framework = ""

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")
        constraints = [
            models.CheckConstraint(
                condition=Q(lowest_score__lte=F("met_score")) & Q(met_score__lte=F("highest_score")),
                name="framework_met_line_is_on_its_scale",
                violation_error_message=_("The score at which the duty is met must lie on the scale."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        """Whether it was published before this change of it."""
        return not self._state.adding and self.stored_value("published_on") is not None

    @property
    def scores(self) -> range:
        """The scores that a benchmark can have."""
        return range(self.lowest_score, self.highest_score + 1)

    def standing_label(self, standing: Standing) -> str:
        """How this framework calls a standing."""
        return {
            Standing.BELOW: self.below_label, Standing.MET: self.met_label, Standing.ABOVE: self.above_label
        }[standing]  # fmt: skip

    def score_label(self, score: int) -> str:
        """A score with what it says of the duty: "3 – Duty met"."""
        return f"{score} – {self.standing_label(standing_of(score, met=self.met_score))}"

    def require_score(self, score: int | None) -> None:
        """Raise ValidationError for a score that is not on the scale."""
        if score is not None and score not in self.scores:
            raise ValidationError(
                _now("A score must be from %(lowest)d to %(highest)d.")
                % {"lowest": self.lowest_score, "highest": self.highest_score}
            )


class Level(FrameworkPart):
    """One of the answers that a framework's questions can have, in its own words."""

    framework = models.ForeignKey(
        Framework, verbose_name=_("framework"), on_delete=models.PROTECT, related_name="levels"
    )
    position = models.PositiveSmallIntegerField(_("position"))
    label = models.CharField(_("label"), max_length=60)
    stage = models.CharField(
        _("meaning"),
        max_length=20,
        choices=[
            (Stage.NOT_STARTED.value, _("Nothing yet")),
            (Stage.UNDER_WAY.value, _("Under way")),
            (Stage.ACHIEVED.value, _("Achieved")),
        ],
    )

    class Meta:
        ordering = ["framework", "position"]
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        constraints = [models.UniqueConstraint(fields=["framework", "label"], name="level_is_stated_once")]

    def __str__(self) -> str:
        return self.label


class Benchmark(FrameworkPart):
    """One benchmark. Its number means something in its own framework only."""

    framework = models.ForeignKey(
        Framework, verbose_name=_("framework"), on_delete=models.PROTECT, related_name="benchmarks"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=120)
    standard = models.CharField(
        _("standard"), max_length=500, blank=True, help_text=_("The benchmark in full, where its title is short.")
    )
    outcome = models.TextField(_("outcome"), blank=True)
    is_scored = models.BooleanField(
        _("scored"), default=True, help_text=_("No for one that is assured apart, such as Channel in later years.")
    )
    weight = models.DecimalField(
        _("weight"),
        max_digits=5,
        decimal_places=2,
        default=1,
        help_text=_("For weighted totals. The Home Office has published no weights."),
    )

    # No weights are published, so they are a setting and no part of the words.
    always_changeable = frozenset({"weight"})

    class Meta:
        ordering = ["framework", "number"]
        verbose_name = _("benchmark")
        verbose_name_plural = _("benchmarks")
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="benchmark_number_is_stated_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Question(FrameworkPart):
    """A question of a benchmark. Its reference is text, so its place is a number of its own: 10.2 comes after 2.1."""

    KINDS: ClassVar[list[tuple[str, Any]]] = [
        (Kind.EXPECTATION.value, _("Expectation of compliance")),
        (Kind.GOOD_PRACTICE.value, _("Good practice")),
    ]

    benchmark = models.ForeignKey(
        Benchmark, verbose_name=_("benchmark"), on_delete=models.PROTECT, related_name="questions"
    )
    position = models.PositiveSmallIntegerField(_("position"))
    reference = models.CharField(_("reference"), max_length=20)
    kind = models.CharField(_("kind"), max_length=20, choices=KINDS)
    text = models.TextField(_("question"))

    way_to_framework = "benchmark__framework__"

    class Meta:
        ordering = ["benchmark", "position"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [models.UniqueConstraint(fields=["benchmark", "reference"], name="question_is_asked_once")]

    def __str__(self) -> str:
        return f"{self.reference} {self.text}"


class Prompt(FrameworkPart):
    """What a framework asks an assessor to think of when answering a question."""

    question = models.ForeignKey(Question, verbose_name=_("question"), on_delete=models.PROTECT, related_name="prompts")
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.TextField(_("prompt"))

    way_to_framework = "question__benchmark__framework__"

    class Meta:
        ordering = ["question", "position"]
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        constraints = [models.UniqueConstraint(fields=["question", "position"], name="prompt_has_its_own_place")]

    def __str__(self) -> str:
        return self.text


class Crosswalk(Recorded):
    """That a benchmark takes up one of an earlier framework; several of them where they were merged.

    It may be drawn when both frameworks are in use: it compares them and changes no word of either.
    """

    benchmark = models.ForeignKey(
        Benchmark, verbose_name=_("benchmark"), on_delete=models.PROTECT, related_name="earlier_links"
    )
    earlier = models.ForeignKey(
        Benchmark, verbose_name=_("earlier benchmark"), on_delete=models.PROTECT, related_name="later_links"
    )

    class Meta:
        ordering = ["benchmark", "earlier"]
        verbose_name = _("crosswalk")
        verbose_name_plural = _("crosswalk")
        constraints = [
            models.UniqueConstraint(fields=["benchmark", "earlier"], name="crosswalk_is_drawn_once"),
            models.CheckConstraint(
                condition=~Q(benchmark=F("earlier")),
                name="crosswalk_leads_to_another",
                violation_error_message=_("A benchmark cannot take up itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.benchmark} ← {self.earlier}"
