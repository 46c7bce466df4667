"""What came of an import, taking it back, the list of all imports, and the headings that are remembered."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models.fields.json import KeyTransform
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal.views import PortalDeleteView, PortalDetailView, PortalListView

from .. import services
from ..models import ColumnHeading, Plan, PlanImport
from ..understanding import summary

KEY_DIGITS = 18
FINISHED = (PlanImport.State.DONE, PlanImport.State.UNDONE)


class PlanImportListView(PortalListView):
    """Every file that was given: when, by whom, what came of it, the original."""

    permission = "plans.add_plan"
    model = PlanImport
    template_name = "plans/plan_import_list.html"
    title = gettext_lazy("Imports")

    @cached_property
    def plan(self) -> Plan | None:
        """The plan asked for by `?plan=`; None for one that is not there."""
        wanted = self.request.GET.get("plan", "")
        # Keys are whole numbers of at most 18 digits; what is longer the database would not take.
        if not (wanted.isascii() and wanted.isdecimal() and len(wanted) <= KEY_DIGITS):
            return None
        return Plan.objects.of(self.organisation).filter(pk=int(wanted)).select_related("organisation").first()

    def get_queryset(self):
        # A draft may be a megabyte; of it the list needs one number.
        imports = super().get_queryset()
        if self.plan:
            imports = imports.filter(plan=self.plan)
        return (
            imports.select_related("organisation", "plan__organisation", "uploaded_by")
            .defer("draft", "given", "written")
            .annotate(quarantined=KeyTransform("quarantined", "draft"))
        )

    def get_breadcrumbs(self):
        return [(_("Action plans"), self.url("plans:plan_list"))]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(
            plan=self.plan, remembered_count=ColumnHeading.objects.of(self.organisation).count(), **kwargs
        )
        return context | {"lines": [self._line(each) for each in context["object_list"]]}

    def _line(self, each: PlanImport) -> dict[str, Any]:
        is_waiting = each.state == PlanImport.State.STAGED and each.expires_at > timezone.now()
        name = "plan_import_preview" if is_waiting else "plan_import_detail" if each.state in FINISHED else ""
        return {
            "plan_import": each,
            "set_aside": len(each.quarantined or ()),
            "is_waiting": is_waiting,
            "is_expired": each.state == PlanImport.State.STAGED and not is_waiting,
            "href": self.url(f"plans:{name}", pk=each.pk) if name else "",
            "original_href": self.url("plans:plan_import_original", pk=each.pk) if each.file_id else "",
        }


class FinishedImportMixin:
    """A page of an import that was confirmed; one that still waits leads to where it is checked."""

    model = PlanImport

    def get(self, request, *args, **kwargs) -> HttpResponse:
        waiting = PlanImport.objects.of(self.organisation).waiting(timezone.now())
        if waiting.filter(pk=kwargs["pk"]).exists():
            return HttpResponseRedirect(self.url("plans:plan_import_preview", pk=kwargs["pk"]))
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        finished = super().get_queryset().filter(state__in=FINISHED)
        return finished.select_related("organisation", "plan__organisation", "uploaded_by")

    def get_breadcrumbs(self):
        return [
            (_("Action plans"), self.url("plans:plan_list")),
            (_("Imports"), self.url("plans:plan_import_list")),
        ]


class PlanImportDetailView(FinishedImportMixin, PortalDetailView):
    """What came of an import, and whether it can still be taken back."""

    permission = "plans.add_plan"
    template_name = "plans/plan_import_detail.html"

    def get_title(self) -> str:
        if self.object.state == PlanImport.State.UNDONE:
            return _("This import was undone")
        return _("The plan was updated") if self.object.is_update else _("The plan was imported")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        draft = services.draft_of(self.object)
        is_done = self.object.state == PlanImport.State.DONE
        left_out = [row for row in draft.objectives if row.is_left_out]
        return super().get_context_data(
            draft=draft,
            summary=summary(draft),
            left_out=left_out,
            is_done=is_done,
            blocked_by=services.undo_blocked_by(plan_import=self.object) if is_done else "",
            others=PlanImport.objects.of(self.organisation)
            .filter(batch=self.object.batch)
            .waiting(timezone.now())
            .select_related("organisation")
            .order_by("part"),
            **kwargs,
        )


class PlanImportUndoView(FinishedImportMixin, PortalDeleteView):
    """Takes an import back, as long as nothing else has touched what it wrote."""

    permission = "plans.delete_plan"
    template_name = "plans/plan_import_undo.html"

    def get_queryset(self):
        return super().get_queryset().filter(state=PlanImport.State.DONE)

    def get_title(self) -> str:
        return _("Undo this import?")

    def get_cancel_url(self) -> str:
        return self.url("plans:plan_import_detail", pk=self.object.pk)

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (self.object.file_name, self.get_cancel_url())]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(blocked_by=services.undo_blocked_by(plan_import=self.object), **kwargs)

    def form_valid(self, form) -> HttpResponse:
        try:
            services.undo_import(plan_import=self.object)
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
        else:
            messages.success(self.request, _("The import has been undone."))
        return HttpResponseRedirect(self.get_cancel_url())


class ColumnHeadingListView(PortalListView):
    """What this authority has said that its headings mean."""

    permission = "plans.add_plan"
    model = ColumnHeading
    template_name = "plans/column_heading_list.html"
    title = gettext_lazy("Remembered headings")

    def get_queryset(self):
        return super().get_queryset().order_by("heading").select_related("organisation")

    def get_breadcrumbs(self):
        return [
            (_("Action plans"), self.url("plans:plan_list")),
            (_("Imports"), self.url("plans:plan_import_list")),
        ]


class ColumnHeadingDeleteView(PortalDeleteView):
    """Forgets what a heading means."""

    permission = "plans.add_plan"
    model = ColumnHeading
    template_name = "plans/column_heading_confirm_delete.html"
    success_message = gettext_lazy("The heading has been forgotten.")
    consequence = gettext_lazy("The next plan with this heading is read without it. Plans that are here do not change.")

    def get_title(self) -> str:
        return _("Forget what “%(heading)s” means?") % {"heading": self.object.heading}

    def get_success_url(self) -> str:
        return self.url("plans:column_heading_list")

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def get_breadcrumbs(self):
        return [
            (_("Imports"), self.url("plans:plan_import_list")),
            (_("Remembered headings"), self.url("plans:column_heading_list")),
        ]
