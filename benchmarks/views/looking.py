"""Looking at scores: this year against last, over the years, one benchmark."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.views import PortalDetailView, PortalTemplateView

from .. import scores
from ..charts import score_line
from ..models import Assessment, Benchmark, Framework, Submission
from ..reports import build_assessment_report
from ..reports.papers import levels_figure, scores_figure
from .assessments import frameworks_of
from .base import AssessmentPageMixin


class AssessmentScoresView(AssessmentPageMixin, PortalDetailView):
    """All benchmarks this year against last year and target; the questions by level."""

    permission = "benchmarks.view_assessment"
    model = Assessment
    template_name = "benchmarks/assessment_scores.html"
    title = gettext_lazy("Scores against last year and target")

    def get_queryset(self):
        return super().get_queryset().select_related("framework", "organisation")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        assessment = self.object
        history = scores.history_up_to(assessment, most=2)
        before = history.before
        lines = []
        for line in history.lines:
            now, earlier = line.cells[-1].only, line.cells[0].scores if before else ()
            lines.append(
                {
                    "benchmark": line.benchmark,
                    "now": now,
                    "earlier": earlier,
                    "change": line.cells[-1].change,
                    "aims": [
                        {"score": each, "is_reached": each.is_target_reached_by(now)}
                        for each in earlier
                        if each.target is not None
                    ],
                }
            )
        report = build_assessment_report(assessment, as_of=clock.today(), history=history)
        has_scores = any(each.score is not None for each in report.scored)
        return super().get_context_data(
            before=before,
            lines=lines,
            has_aims=any(line["aims"] for line in lines),
            year=history.years[-1],
            year_before=history.years[0] if before else None,
            framework=assessment.framework,
            scores_figure=scores_figure(report) if has_scores else None,
            levels_figure=levels_figure(report),
            **kwargs,
        )


class ScoreHistoryView(PortalTemplateView):
    """Every benchmark over the years, shaded by how each score stands to the line at which the duty is met."""

    permission = "benchmarks.view_assessment"
    template_name = "benchmarks/score_history.html"
    title = gettext_lazy("Scores over the years")

    def get_breadcrumbs(self):
        return [(_("Self-assessments"), self.url("benchmarks:assessment_list"))]

    def get_framework(self, frameworks: list[Framework]) -> Framework | None:
        """The framework asked for; otherwise that of the latest assessment."""
        if asked := self.request.GET.get("framework"):
            found = next((each for each in frameworks if each.slug == asked), None)
            if found is None:
                raise Http404
            return found
        latest = scores.current_assessment(self.organisation, clock.today())
        return latest.framework if latest else (frameworks[0] if frameworks else None)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        frameworks = frameworks_of(self.organisation)
        framework = self.get_framework(frameworks)
        history = None
        if framework is not None:
            history = scores.score_history(self.organisation, framework, latest_assessments(self.organisation))
        return super().get_context_data(
            frameworks=frameworks,
            framework=framework,
            history=history if history and history.years else None,
            reopened=latest_of_reopened(self.organisation),
            **kwargs,
        )


def latest_assessments(organisation) -> list[Assessment]:
    """The latest assessments of an authority, as many as one page takes."""
    rows = Assessment.objects.of(organisation).select_related("framework", "organisation")
    return list(rows.order_by("-year", "-framework__year")[: scores.MOST_YEARS])


def latest_of_reopened(organisation) -> list[Submission]:
    """The last submitted version of each assessment that the viewer does not see, because it is being changed."""
    seen = Assessment.objects.of(organisation).values("pk")
    rows = Submission.objects.of(organisation).exclude(assessment__in=seen).select_related("copy", "organisation")
    return list({each.assessment_id: each for each in rows.order_by("assessment", "version")}.values())


class BenchmarkHistoryView(PortalTemplateView):
    """One benchmark over the years."""

    permission = "benchmarks.view_assessment"
    template_name = "benchmarks/benchmark_history.html"

    def get_breadcrumbs(self):
        return [
            (_("Self-assessments"), self.url("benchmarks:assessment_list")),
            (_("Scores over the years"), self.url("benchmarks:score_history")),
        ]

    def get_title(self) -> str:
        return _("%(benchmark)s over the years") % {"benchmark": self.benchmark}

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        rows = Benchmark.objects.filter(framework__in=Framework.objects.published()).select_related("framework")
        self.benchmark = get_object_or_404(rows, pk=self.kwargs["benchmark_id"])
        framework = self.benchmark.framework
        history = scores.score_history(self.organisation, framework, latest_assessments(self.organisation))
        (line,) = [each for each in history.lines if each.benchmark.pk == self.benchmark.pk]
        rows = [(year.assessment, cell) for year, cell in zip(history.years, line.cells, strict=True) if cell.scores]
        drawn = [(assessment.year, cell.only.value) for assessment, cell in rows if cell.only and cell.values]
        # Two assessments of one year, by two frameworks, have no order: the line takes the later one.
        chart = score_line(
            list(dict(drawn).items()),
            lowest=framework.lowest_score,
            highest=framework.highest_score,
            met=framework.met_score,
        )
        return super().get_context_data(benchmark=self.benchmark, framework=framework, rows=rows, chart=chart, **kwargs)
