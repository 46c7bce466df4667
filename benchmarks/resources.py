"""The tables of a self-assessment as files, and back: what the officers' admin imports and exports.

A file changes scores and answers that are there; it starts no assessment and adds no question to one.
"""

from collections.abc import Hashable
from functools import reduce
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from prevent_portal.models import Marking
from prevent_portal.resources import Choice, Column, Day, Number, OwnedResource, ShownColumn, Text
from prevent_portal.scoping import OrganisationOwned

from .models import Answer, Assessment, Benchmark, BenchmarkResult, Level, LocalQuestion, Respondent


class AssessmentResource(OwnedResource):
    """Assessments, to be read: they are started on their page, with all their questions."""

    framework = ShownColumn("framework__slug", "framework", Text(), is_ignored=True)
    year = Column("year", "year", Number())
    dated_on = Column("dated_on", "as_at", Day())
    lead = ShownColumn("lead__email", "lead", Text(), is_ignored=True)
    marking = Column("marking", "marking", Choice(Marking.choices), keeps_when_empty=True)
    state = ShownColumn("state", "state", Text(), is_ignored=True)
    version = ShownColumn("version", "version", Number(), is_ignored=True)
    signed_off_by = ShownColumn("signed_off_by", "signed_off_by", Text(), is_ignored=True)
    signed_off_on = ShownColumn("signed_off_on", "signed_off_on", Day(), is_ignored=True)
    submitted_on = ShownColumn("submitted_on", "submitted_on", Day(), is_ignored=True)

    key = ("year",)
    required_columns = ("framework", "year")

    class Meta(OwnedResource.Meta):
        model = Assessment


class OfAssessmentResource(OwnedResource):
    """Rows of assessments that are there: a row of the file names its assessment by framework and year."""

    def prepare(self, rows) -> None:
        self._known: dict[Hashable, OrganisationOwned] = {
            self.name_of(each): each for each in self.for_columns(self.get_queryset())
        }

    def name_of(self, instance: OrganisationOwned) -> Hashable:
        """By what a file names this row: what the columns that it needs say of it."""
        ways = (self._attribute_of(column).split("__") for column in self.required_columns)
        return tuple(str(reduce(getattr, way, instance)).casefold() for way in ways)

    def name_in(self, row: dict[str, Any]) -> Hashable:
        """What the row of the file says that it is."""
        return tuple(self.text_in(row, column).casefold() for column in self.required_columns)

    def found_in(self, row: dict[str, Any]) -> OrganisationOwned:
        """The row that is meant; raises ValidationError where there is none."""
        found = self._known.get(self.name_in(row))
        if found is None:
            raise ValidationError(_now("No assessment of this framework and year has this row."))
        return found


class BenchmarkResultResource(OfAssessmentResource):
    """Scores with what stands behind them."""

    framework = ShownColumn("assessment__framework__slug", "framework", Text())
    year = ShownColumn("assessment__year", "year", Number())
    number = ShownColumn("benchmark__number", "benchmark_number", Number())
    benchmark = ShownColumn("benchmark__title", "benchmark", Text(), is_ignored=True)
    self_score = Column("self_score", "score", Number())
    target_score = Column("target_score", "target", Number())
    rationale = Column("rationale", "why_this_score", Text())
    strengths = Column("strengths", "strengths", Text())
    development = Column("development", "areas_for_development", Text())

    required_columns = ("framework", "year", "benchmark_number")

    class Meta(OwnedResource.Meta):
        model = BenchmarkResult

    def for_columns(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("assessment__framework", "benchmark__framework")

    def parents_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        found = self.found_in(row)
        return {"assessment": found.assessment, "benchmark": found.benchmark}

    def parents_of(self, instance: BenchmarkResult) -> Hashable:
        return instance.assessment_id, instance.benchmark_id


class AnswerResource(OfAssessmentResource):
    """Answers to questions."""

    framework = ShownColumn("assessment__framework__slug", "framework", Text())
    year = ShownColumn("assessment__year", "year", Number())
    reference = ShownColumn("reference", "reference", Text())
    asked = ShownColumn("asked__text", "question", Text(), is_ignored=True)
    level = ShownColumn("level__label", "level", Text())
    details = Column("details", "supporting_details", Text())
    respondent = ShownColumn("respondent__name", "who_answers", Text())
    review = ShownColumn("is_review_needed", "needs_review", Text(), is_ignored=True)

    required_columns = ("framework", "year", "reference")

    class Meta(OwnedResource.Meta):
        model = Answer

    def for_columns(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related(
            "assessment__framework", "result__benchmark", "question", "local_question", "level", "respondent"
        )

    def prepare(self, rows) -> None:
        super().prepare(rows)
        frameworks = {each.assessment.framework_id for each in self._known.values()}
        self._levels = {
            (level.framework_id, level.label.casefold()): level
            for level in Level.objects.filter(framework__in=frameworks)
        }
        self._respondents = {each.name.casefold(): each for each in Respondent.objects.of(self.organisation)}

    def parents_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        found = self.found_in(row)
        names = ("assessment", "result", "question", "local_question")
        return {name: getattr(found, name) for name in names}

    def parents_of(self, instance: Answer) -> Hashable:
        return instance.assessment_id, instance.result_id, instance.question_id, instance.local_question_id

    def links_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        links: dict[str, models.Model | None] = {}
        if "level" in row:
            links["level"] = self._named(row, "level", self._levels, self.found_in(row).assessment.framework_id)
        if "who_answers" in row:
            links["respondent"] = self._named(row, "who_answers", self._respondents)
        return links

    def _named(
        self, row: dict[str, Any], column: str, known: dict[Hashable, models.Model], *within: int
    ) -> models.Model | None:
        said = self.text_in(row, column).casefold()
        if not said:
            return None
        found = known.get((*within, said) if within else said)
        if found is None:
            raise ValidationError({column: _now("There is none of this name here.")})
        return found


class LocalQuestionResource(OwnedResource):
    """The authority's own questions."""

    framework = ShownColumn("benchmark__framework__slug", "framework", Text())
    number = ShownColumn("benchmark__number", "benchmark_number", Number())
    reference = Column("reference", "reference", Text())
    text = Column("text", "question", Text())
    position = Column("position", "position", Number(), keeps_when_empty=True)
    retired_on = Column("retired_on", "retired_on", Day())

    key = ("reference",)
    required_columns = ("framework", "benchmark_number", "reference", "question")

    class Meta(OwnedResource.Meta):
        model = LocalQuestion

    def for_columns(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("benchmark__framework")

    def prepare(self, rows) -> None:
        published = Benchmark.objects.exclude(framework__published_on=None).select_related("framework")
        self._benchmarks = {(each.framework.slug, str(each.number)): each for each in published}

    def parents_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        name = self.text_in(row, "framework").casefold(), self.text_in(row, "benchmark_number")
        if name not in self._benchmarks:
            raise ValidationError({"benchmark_number": _now("No published framework has this benchmark.")})
        return {"benchmark": self._benchmarks[name]}

    def parents_of(self, instance: LocalQuestion) -> Hashable:
        return (instance.benchmark_id,)


class RespondentResource(OwnedResource):
    """Whoever answers questions."""

    name = Column("name", "name", Text())
    account = ShownColumn("user__email", "account", Text())
    email = Column("email", "email", Text())

    key = ("name",)
    required_columns = ("name",)

    class Meta(OwnedResource.Meta):
        model = Respondent

    def links_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        if "account" not in row:
            return {}
        return {"user": self.account_in(row, "account", named_in=self.get_queryset().values("user"))}
