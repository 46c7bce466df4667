"""The assessment's papers, the empty form, and the versions that were submitted."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import audit, clock
from prevent_portal.freezing import is_intact
from prevent_portal.paper_views import paper_response
from prevent_portal.views import PortalDetailView, PortalDownloadView, PortalTemplateView

from .. import frozen, reports
from ..models import Assessment, Framework, Submission
from .base import AssessmentPageMixin

EDITION_NAMES = {
    reports.Edition.FULL: gettext_lazy("The whole assessment"),
    reports.Edition.SUMMARY: gettext_lazy("Summary"),
}

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AssessmentPdfView(PortalDownloadView):
    """The whole assessment as PDF; subclasses write it otherwise."""

    permission = "benchmarks.export_assessment"
    model = Assessment
    content_type = "application/pdf"
    suffix = "pdf"
    write: Callable[[reports.AssessmentReport], bytes] = staticmethod(reports.assessment_pdf)

    def get_queryset(self):
        return super().get_queryset().select_related("organisation", "framework")

    def edition(self, report: reports.AssessmentReport) -> reports.AssessmentReport:
        """The edition that this file is of."""
        return report

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        report = self.edition(reports.build_assessment_report(self.object, as_of=clock.today()))
        name = f"{report.file_stem}.{self.suffix}"
        audit.record(audit.Event.DOWNLOADED, self.object, changes={"file": name})
        return paper_response(lambda: self.write(report), name=name, content_type=self.content_type)


class AssessmentSummaryPdfView(AssessmentPdfView):
    """The summary on one page."""

    def edition(self, report: reports.AssessmentReport) -> reports.AssessmentReport:
        return reports.summary(report)


class AssessmentDocumentView(AssessmentPdfView):
    """The whole assessment for Word."""

    content_type = WORD
    suffix = "docx"
    write = staticmethod(reports.assessment_docx)


class AssessmentWorkbookView(AssessmentPdfView):
    """The tables for Excel."""

    content_type = EXCEL
    suffix = "xlsx"
    write = staticmethod(reports.assessment_workbook)


class AssessmentPreviewView(PortalDetailView):
    """The paper on screen, from the same template as the PDF."""

    permission = "benchmarks.export_assessment"
    model = Assessment
    template_name = "benchmarks/reports/assessment.html"
    title = gettext_lazy("Preview")

    def get_queryset(self):
        return super().get_queryset().select_related("organisation", "framework")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        report = reports.build_assessment_report(self.object, as_of=clock.today())
        return super().get_context_data(
            **reports.paper_context(report),
            paper_preview=True,
            back_url=self.object.get_absolute_url(),
            back_text=_("Back to the assessment"),
            **kwargs,
        )


class FormPdfView(PortalTemplateView):
    """The empty tool of a framework, to take into a workshop."""

    permission = "benchmarks.export_assessment"
    content_type = "application/pdf"
    suffix = "pdf"
    write: Callable[[reports.AssessmentReport], bytes] = staticmethod(reports.assessment_pdf)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        framework = get_object_or_404(Framework.objects.published(), slug=self.kwargs["framework_slug"])
        report = reports.build_form_report(framework, self.organisation, as_of=clock.today())
        name = f"{report.file_stem}.{self.suffix}"
        return paper_response(lambda: self.write(report), name=name, content_type=self.content_type)


class FormDocumentView(FormPdfView):
    """The same for Word, to type into."""

    content_type = WORD
    suffix = "docx"
    write = staticmethod(reports.assessment_docx)


# Submitted versions


class SubmissionMixin(AssessmentPageMixin):
    """A page about one submitted version."""

    model = Submission

    def get_queryset(self):
        return super().get_queryset().select_related("copy__taken_by", "organisation")

    def get_breadcrumbs(self):
        # Not through the assessment: outsiders do not see one that has been opened again.
        return [(_("Self-assessments"), self.url("benchmarks:assessment_list"))]

    def get_assessment(self) -> Assessment | None:
        return Assessment.objects.filter(pk=self.object.assessment_id).select_related("organisation").first()


class SubmissionDetailView(SubmissionMixin, PortalDetailView):
    """One submitted version: its papers and their hashes."""

    permission = "benchmarks.view_assessment"
    template_name = "benchmarks/submission_detail.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        editions = [
            {
                "edition": each,
                "name": EDITION_NAMES[reports.Edition(each.edition)],
                "href": self.url(f"benchmarks:submission_{each.edition}", pk=self.object.pk),
                "pdf": self.url(f"benchmarks:submission_{each.edition}_pdf", pk=self.object.pk),
                "is_intact": is_intact(each),
            }
            for each in self.object.copy.editions.order_by("edition")
        ]
        return super().get_context_data(editions=editions, **kwargs)


class SubmissionReadView(SubmissionMixin, PortalDetailView):
    """The frozen content on screen: from the copy alone, whatever has become of the assessment."""

    permission = "benchmarks.export_assessment"
    template_name = "benchmarks/reports/assessment.html"
    title = gettext_lazy("Submitted version")
    edition = ""

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        edition = get_object_or_404(self.object.copy.editions, edition=self.edition)
        return super().get_context_data(
            **reports.paper_context(frozen.report_of(edition)),
            paper_preview=True,
            frozen_on=self.object.copy.taken_at,
            back_url=self.object.get_absolute_url(),
            back_text=_("Back to the submitted version"),
            **kwargs,
        )


class SubmissionPaperView(SubmissionMixin, PortalDownloadView):
    """The PDF that was frozen, byte for byte."""

    permission = "benchmarks.export_assessment"
    edition = ""

    def make(self) -> tuple[bytes, str, str]:
        edition = get_object_or_404(self.object.copy.editions, edition=self.edition)
        copy = self.object.copy
        name = f"{slugify(copy.title)}-version-{self.object.version}-{copy.on:%Y-%m-%d}-{self.edition}.pdf"
        return bytes(edition.paper), "application/pdf", name
