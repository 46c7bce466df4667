"""The plan's papers to look at and to take away."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _

from prevent_portal import clock
from prevent_portal.views import PortalDetailView, PortalDownloadView

from . import reports
from .models import Plan


class PlanPdfView(PortalDownloadView):
    """The full edition for the committee's members."""

    permission = "plans.export_plan"
    model = Plan
    build = staticmethod(reports.build_plan_report)

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def make(self) -> tuple[bytes, str, str]:
        report = self.build(self.object, as_of=clock.today())
        return reports.plan_pdf(report), "application/pdf", f"{report.file_stem}.pdf"


class PlanPublicPdfView(PlanPdfView):
    """The public edition: posts instead of names, nothing OFFICIAL-SENSITIVE."""

    build = staticmethod(reports.build_public_plan_report)


class PlanWorkbookView(PlanPdfView):
    """The plan's tables as an Excel file."""

    def make(self) -> tuple[bytes, str, str]:
        report = self.build(self.object, as_of=clock.today())
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return reports.plan_workbook(report), content_type, f"{report.file_stem}.xlsx"


class PlanPreviewView(PortalDetailView):
    """The paper on screen, from the same template as the PDF."""

    permission = "plans.export_plan"
    model = Plan
    template_name = "plans/reports/plan.html"
    title = _("Preview")

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        report = reports.build_plan_report(self.object, as_of=clock.today())
        return super().get_context_data(report=report, cover=report.cover, paper_preview=True, **kwargs)


report_urls = [
    path("<int:pk>/preview/", PlanPreviewView.as_view(), name="plan_preview"),
    path("<int:pk>/plan.pdf", PlanPdfView.as_view(), name="plan_pdf"),
    path("<int:pk>/public.pdf", PlanPublicPdfView.as_view(), name="plan_public_pdf"),
    path("<int:pk>/plan.xlsx", PlanWorkbookView.as_view(), name="plan_xlsx"),
]
