"""The PDF."""

from prevent_portal.documents import render_pdf

from .report import PlanReport


def plan_pdf(report: PlanReport) -> bytes:
    """The paper as PDF/UA-1."""
    return render_pdf("plans/reports/plan.html", {"report": report, "cover": report.cover})
