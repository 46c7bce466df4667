"""A plan frozen for its meetings, and what has changed since one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.freezing import is_intact
from prevent_portal.models import FrozenEdition
from prevent_portal.views import PortalDetailView, PortalDownloadView, PortalFormView

from . import frozen, reports
from .changes import changes_between
from .models import Plan, PlanSnapshot
from .snapshot_forms import NOW, ON_A_DAY, ChangesForm, SnapshotForm
from .views.base import PlanPageMixin

EDITION_NAMES = {
    reports.Edition.FULL: gettext_lazy("Full edition"),
    reports.Edition.PUBLIC: gettext_lazy("Public edition"),
}


def _snapshots(plan: Plan) -> list[PlanSnapshot]:
    return list(plan.snapshots.select_related("copy", "copy__taken_by", "organisation").order_by("-copy__taken_at"))


class OfPlanMixin(PlanPageMixin):
    """A page about a plan that is not one of its parts."""

    model = Plan

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get_plan(self) -> Plan:
        return self.object


class SnapshotListView(OfPlanMixin, PortalDetailView):
    """The frozen copies of a plan, each with its meeting."""

    permission = "plans.view_plan"
    template_name = "plans/snapshot_list.html"
    title = gettext_lazy("Frozen for meetings")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(snapshots=_snapshots(self.object), **kwargs)


class SnapshotCreateView(PlanPageMixin, PortalFormView):
    """Freezes the plan as it stands now."""

    permission = "plans.take_snapshot"
    form_class = SnapshotForm
    title = gettext_lazy("Freeze the plan for a meeting")
    submit_text = gettext_lazy("Freeze it")
    success_message = gettext_lazy("The plan has been frozen. What you see here stays as it is.")
    intro = gettext_lazy(
        "The plan's content and its papers are kept as they are now and never changed. Work on the plan goes on."
    )

    @cached_property
    def object(self) -> Plan:
        """The plan in the address."""
        plans = Plan.objects.of(self.organisation).select_related("organisation")
        return get_object_or_404(plans, pk=self.kwargs["pk"])

    def get_plan(self) -> Plan:
        return self.object

    def get_cancel_url(self) -> str:
        return self.url("plans:plan_frozen", pk=self.object.pk)

    def get_success_url(self) -> str:
        return self.snapshot.get_absolute_url()

    def form_valid(self, form: SnapshotForm) -> HttpResponse:
        try:
            self.snapshot = frozen.take_snapshot(
                plan=self.object, on=clock.today(), user=self.request.user, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        return super().form_valid(form)


class SnapshotMixin(PlanPageMixin):
    """A page about one frozen copy."""

    model = PlanSnapshot

    def get_queryset(self):
        return super().get_queryset().select_related("plan__organisation", "copy__taken_by", "organisation")

    def get_plan(self) -> Plan:
        return self.object.plan

    def get_breadcrumbs_in_plan(self, plan: Plan):
        return [(_("Frozen for meetings"), self.url("plans:plan_frozen", pk=plan.pk))]

    @cached_property
    def editions(self) -> list[FrozenEdition]:
        """The editions that the viewer may see, the full one first."""
        return list(self.object.copy.editions.order_by("edition"))


class SnapshotDetailView(SnapshotMixin, PortalDetailView):
    """One frozen copy: what it was made for, its papers and their hashes."""

    permission = "plans.view_plan"
    template_name = "plans/snapshot_detail.html"

    def get_title(self) -> str:
        return self.object.copy.meeting or self.object.copy.title

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        editions = [
            {
                "edition": each,
                "name": EDITION_NAMES[reports.Edition(each.edition)],
                "href": self.url(f"plans:plan_snapshot_{each.edition}", pk=self.object.pk),
                "pdf": self.url("plans:frozen_edition_paper", pk=each.pk),
                "is_intact": is_intact(each),
            }
            for each in self.editions
        ]
        return super().get_context_data(editions=editions, **kwargs)


class SnapshotReadView(SnapshotMixin, PortalDetailView):
    """The frozen content on screen: from the copy alone, whatever has become of the plan."""

    permission = "plans.export_plan"
    template_name = "plans/reports/snapshot.html"
    title = gettext_lazy("Frozen copy")
    edition = ""

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        edition = get_object_or_404(self.object.copy.editions, edition=self.edition)
        report = frozen.report_of(edition)
        return super().get_context_data(report=report, cover=report.cover, paper_preview=True, **kwargs)


class SnapshotPaperView(PortalDownloadView):
    """The PDF that was frozen, byte for byte."""

    permission = "plans.export_plan"
    model = FrozenEdition

    def get_queryset(self):
        return super().get_queryset().filter(copy__kind=frozen.KIND).select_related("copy", "organisation")

    def make(self) -> tuple[bytes, str, str]:
        copy = self.object.copy
        name = f"{slugify(copy.title)}-{copy.on:%Y-%m-%d}-{self.object.edition}.pdf"
        return bytes(self.object.paper), "application/pdf", name


class ChangesView(OfPlanMixin, PortalDetailView):
    """What has changed in the plan since a frozen copy or a day."""

    permission = "plans.view_plan"
    template_name = "plans/changes.html"
    title = gettext_lazy("What has changed")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.object = self.get_object()
        snapshots = _snapshots(self.object)
        # Without a question: since the last meeting, if there was one.
        asked = request.GET if "since" in request.GET else None
        if asked is None and snapshots:
            asked = {"since": str(snapshots[0].pk), "until": NOW}
        form = ChangesForm(
            asked, organisation=self.organisation, snapshots=snapshots, initial={"since": ON_A_DAY, "until": NOW}
        )
        changes = changes_between(self.object, *form.moments()) if form.is_bound and form.is_valid() else None
        return self.render_to_response(self.get_context_data(form=form, changes=changes))


snapshot_urls = [
    path("<int:pk>/changes/", ChangesView.as_view(), name="plan_changes"),
    path("<int:pk>/snapshots/", SnapshotListView.as_view(), name="plan_frozen"),
    path("<int:pk>/snapshots/add/", SnapshotCreateView.as_view(), name="plan_freeze"),
    path("snapshots/<int:pk>/", SnapshotDetailView.as_view(), name="plan_snapshot_detail"),
    path("snapshots/<int:pk>/full/", SnapshotReadView.as_view(edition="full"), name="plan_snapshot_full"),
    path("snapshots/<int:pk>/public/", SnapshotReadView.as_view(edition="public"), name="plan_snapshot_public"),
    path("snapshots/papers/<int:pk>/", SnapshotPaperView.as_view(), name="frozen_edition_paper"),
]
