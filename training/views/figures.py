"""How many are trained, and who they are."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import audit, clock
from prevent_portal.paper_views import paper_response
from prevent_portal.views import PortalListMixin, PortalTemplateView

from .. import forms, reports
from ..compliance import DIMENSIONS, Matrix, matrix, people_for
from ..models import Requirement
from ..rules import Standing
from ..words import DIMENSION_LABELS, tag_of
from .base import WORKBOOK, RequirementsPageMixin


class AskedFiguresMixin(PortalTemplateView):
    """The figures that the address asks for; those of today by directorate where it asks for nothing it can have."""

    permission = "training.view_figures"

    @cached_property
    def form(self) -> forms.FiguresForm:
        """What is asked for."""
        asked = self.request.GET
        return forms.FiguresForm(asked if "by" in asked or "on_0" in asked else None, organisation=self.organisation)

    @cached_property
    def matrix(self) -> Matrix:
        """The figures."""
        said: dict[str, Any] = self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else {}
        on: dt.date = said.get("on") or clock.today()
        return matrix(self.organisation, on, said.get("by") or DIMENSIONS[0])


class PortalFiguresFileView(AskedFiguresMixin):
    """The figures in a file. Subclasses say which."""

    permission = "training.view_figures"
    ending = ""
    content_type = ""
    write: Callable[[reports.TrainingReport], bytes]

    def record_view(self) -> None:
        """Nothing: a download is recorded as such, whoever's it is."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = reports.build_training_report(self.organisation, self.matrix)
        name = f"{report.file_stem}.{self.ending}"
        audit.record(audit.Event.DOWNLOADED, self.organisation, changes={"file": name})
        return paper_response(lambda: self.write(report), name=name, content_type=self.content_type)


class FiguresPdfView(PortalFiguresFileView):
    """The figures on paper."""

    ending = "pdf"
    content_type = "application/pdf"
    write = staticmethod(reports.training_pdf)


class FiguresWorkbookView(PortalFiguresFileView):
    """The figures for Excel."""

    ending = "xlsx"
    content_type = WORKBOOK
    write = staticmethod(reports.training_workbook)


class FiguresView(AskedFiguresMixin):
    """Who stands how to what is required, by directorate, team, role or kind, on any day."""

    permission = "training.view_figures"
    template_name = "training/figures.html"
    title = gettext_lazy("Training")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        found = self.matrix
        query = self.request.GET.urlencode() if self.form.is_bound and self.form.is_valid() else ""
        return super().get_context_data(
            form=self.form,
            matrix=found,
            by_label=DIMENSION_LABELS[found.by],
            figures=list(zip(found.requirements, found.totals, strict=True)),
            asked_for=f"?{query}" if query else "",
            is_today=found.on == clock.today(),
            **kwargs,
        )


class RequiredPeopleView(RequirementsPageMixin, PortalListMixin):
    """Those whom a requirement asks: a list to act on."""

    permission = "training.view_person"
    template_name = "training/requirement_people.html"
    model = Requirement

    @cached_property
    def requirement(self) -> Requirement:
        """The requirement in the address."""
        rows = Requirement.objects.of(self.organisation).select_related("course", "organisation")
        return get_object_or_404(rows.prefetch_related("groups"), pk=self.kwargs["pk"])

    @cached_property
    def form(self) -> forms.PeopleFilterForm:
        """Which of them are asked for."""
        return forms.PeopleFilterForm(self.request.GET or None, organisation=self.organisation)

    def get_title(self) -> str:
        return _("Who is asked for: %(course)s") % {"course": self.requirement}

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (str(self.requirement), self.requirement.get_absolute_url())]

    def get_queryset(self):
        rows = people_for(self.requirement, clock.today()).select_related("person__organisation")
        said = self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else {}
        for name in ("standing", "directorate", "team"):
            if said.get(name):
                rows = rows.filter(**{name: said[name]})
        return rows.order_by("directorate", "team", "person__name", "pk")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(requirement=self.requirement, form=self.form, **kwargs)
        for post in context["object_list"]:
            post.tag = tag_of(Standing(post.standing))
        return context
