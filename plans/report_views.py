"""The plan's papers to look at and to take away."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from prevent_portal import audit, clock
from prevent_portal.paper_views import paper_response
from prevent_portal.views import PortalDetailView, PortalDownloadView

from . import reports
from .models import Plan
from .views.base import PlanPageMixin


class PlanPdfView(PortalDownloadView):
    """The full edition for the committee's members."""

    permission = "plans.export_plan"
    model = Plan
    build = staticmethod(reports.build_plan_report)
    content_type = "application/pdf"
    suffix = "pdf"

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def write(self, report: reports.PlanReport) -> bytes:
        """The paper's contents; must not need the database."""
        return reports.plan_pdf(report)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        report = self.build(self.object, as_of=clock.today())
        name = f"{report.file_stem}.{self.suffix}"
        audit.record(audit.Event.DOWNLOADED, self.object, changes={"file": name})
        return paper_response(lambda: self.write(report), name=name, content_type=self.content_type)


class PlanPublicPdfView(PlanPdfView):
    """The public edition: posts instead of names, nothing OFFICIAL-SENSITIVE."""

    build = staticmethod(reports.build_public_plan_report)


class PlanDocumentView(PlanPdfView):
    """The full edition as a Word file, for those who go on writing in it."""

    content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    suffix = "docx"

    def write(self, report: reports.PlanReport) -> bytes:
        return reports.plan_docx(report)


class PlanPublicDocumentView(PlanDocumentView):
    """The public edition as a Word file."""

    build = staticmethod(reports.build_public_plan_report)


class PlanWorkbookView(PlanPdfView):
    """The plan's tables as an Excel file."""

    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    suffix = "xlsx"

    def write(self, report: reports.PlanReport) -> bytes:
        return reports.plan_workbook(report)


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


class PlanPublicView(PlanPageMixin, PortalDetailView):
    """What to look at before the public edition is published, and the edition itself."""

    permission = "plans.export_plan"
    model = Plan
    template_name = "plans/reports/public.html"
    title = _("Public edition")

    CHANGED_ON: ClassVar[dict[str, str]] = {
        "plan": "plan_update",
        "section": "section_update",
        "remark": "remark_update",
        "objective": "objective_update",
        "action": "action_update",
    }

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get_plan(self) -> Plan:
        return self.object

    def _change_url(self, place: reports.SeemsToName) -> str:
        """Where the row is changed; empty where this account cannot, or nobody can any more."""
        permission = "plans.change_action" if place.kind == "action" else "plans.change_plan"
        if not self.request.viewer.may(permission) or self.object.is_locked:
            return ""
        return self.url(f"plans:{self.CHANGED_ON[place.kind]}", pk=place.pk or self.object.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        report = reports.build_public_plan_report(self.object, as_of=clock.today())
        places = [(place, self._change_url(place)) for place in reports.seeming_names(report, self.organisation)]
        owners = [] if report.is_withheld else reports.printed_owners(self.object)
        return super().get_context_data(report=report, places=places, owners=owners, **kwargs)


report_urls = [
    path("<int:pk>/public/", PlanPublicView.as_view(), name="plan_public"),
    path("<int:pk>/preview/", PlanPreviewView.as_view(), name="plan_preview"),
    path("<int:pk>/plan.pdf", PlanPdfView.as_view(), name="plan_pdf"),
    path("<int:pk>/public.pdf", PlanPublicPdfView.as_view(), name="plan_public_pdf"),
    path("<int:pk>/plan.docx", PlanDocumentView.as_view(), name="plan_docx"),
    path("<int:pk>/public.docx", PlanPublicDocumentView.as_view(), name="plan_public_docx"),
    path("<int:pk>/plan.xlsx", PlanWorkbookView.as_view(), name="plan_xlsx"),
]
