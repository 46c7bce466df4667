"""Giving the portal a plan: upload, check, confirm."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal.tables_in import UnreadableFile
from prevent_portal.views import PortalDeleteView, PortalDownloadView, PortalFormView

from . import services
from .import_forms import PlanConfirmForm, PlanUploadForm
from .models import PlanImport
from .rules import Rag
from .understanding import summary
from .understanding.draft import ObjectiveDraft, PlanDraft


class PlanImportCreateView(PortalFormView):
    """Takes the file and stages what it understood."""

    permission = "plans.add_plan"
    form_class = PlanUploadForm
    template_name = "plans/plan_import_form.html"
    title = gettext_lazy("Import a plan")
    submit_text = gettext_lazy("Read the file")

    def get_breadcrumbs(self):
        return [(_("Action plans"), self.url("plans:plan_list"))]

    def get_cancel_url(self) -> str:
        return self.url("plans:plan_list")

    def form_valid(self, form: PlanUploadForm) -> HttpResponse:
        file = form.cleaned_data["file"]
        try:
            staged = services.stage_import(
                organisation=self.organisation, file_name=file.name, data=file.read(), user=self.request.user
            )
        except UnreadableFile as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        return HttpResponseRedirect(staged.get_absolute_url())


class StagedImportView(PortalFormView):
    """Shows what was understood beside what was not; nothing is in a plan until somebody confirms."""

    permission = "plans.add_plan"
    form_class = PlanConfirmForm
    template_name = "plans/plan_import_preview.html"
    title = gettext_lazy("Check what was understood")
    submit_text = gettext_lazy("Import this plan")

    @cached_property
    def plan_import(self) -> PlanImport:
        """The staged import in the address; 404 if it is not (or no longer) there."""
        waiting = PlanImport.objects.of(self.organisation).waiting(timezone.now())
        return get_object_or_404(waiting.select_related("uploaded_by"), pk=self.kwargs["pk"])

    @cached_property
    def draft(self) -> PlanDraft:
        """What was understood of the file."""
        return services.draft_of(self.plan_import)

    def get_breadcrumbs(self):
        return [
            (_("Action plans"), self.url("plans:plan_list")),
            (_("Import a plan"), self.url("plans:plan_import_create")),
        ]

    def get_cancel_url(self) -> str:
        return self.url("plans:plan_list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"draft": self.draft}

    def form_valid(self, form: PlanConfirmForm) -> HttpResponse:
        corrected = form.corrected(leave_out=set(self.request.POST.getlist("leave_out")))
        try:
            plan = services.commit_import(plan_import=self.plan_import, draft=corrected)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        messages.success(self.request, _("“%(plan)s” has been imported as a draft.") % {"plan": plan})
        return HttpResponseRedirect(plan.get_absolute_url())

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        understood = summary(self.draft)
        return super().get_context_data(
            plan_import=self.plan_import,
            draft=self.draft,
            summary=understood,
            rag_rows=[
                {
                    "rag": rag,
                    "counted": understood["not_stated"] if rag is Rag.NOT_STATED else understood["rag"][rag.value],
                    "declared": self.draft.declared.get(rag.value),
                }
                for rag in Rag
            ],
            sections=self._sections(left_out=set(self.request.POST.getlist("leave_out"))),
            earlier=services.earlier_import(plan_import=self.plan_import),
            discard_url=self.url("plans:plan_import_discard", pk=self.plan_import.pk),
            another_url=self.url("plans:plan_import_create"),
            **kwargs,
        )

    def _sections(self, *, left_out: set[str]) -> list[dict[str, Any]]:
        """The sections with their rows as the page shows them."""
        return [
            {
                "ref": section.ref,
                "title": section.title,
                "introduction": section.introduction,
                "remarks": section.remarks,
                "rows": [
                    _preview_row(f"{s}-{o}", objective, left_out) for o, objective in enumerate(section.objectives)
                ],
            }
            for s, section in enumerate(self.draft.sections)
        ]


def _preview_row(key: str, objective: ObjectiveDraft, left_out: set[str]) -> dict[str, Any]:
    parts = [objective, *objective.actions]
    owners = [owner.name if not owner.post else f"{owner.name}, {owner.post}" for p in parts for owner in p.owners]
    return {
        "key": key,
        "objective": objective,
        "is_left_out": key in left_out,
        "owners": dict.fromkeys(owner.strip(", ") for owner in owners),
        "partners": dict.fromkeys(name for action in objective.actions for name in action.partners),
        "dates": [date for part in parts for date in part.target_dates],
    }


class PlanImportDiscardView(PortalDeleteView):
    """Throws a staged import away."""

    permission = "plans.add_plan"
    model = PlanImport
    consequence = gettext_lazy("The file and what was understood of it are removed. Nothing of it is in any plan.")
    success_message = gettext_lazy("The file has been thrown away.")

    def get_title(self) -> str:
        return _("Throw “%(name)s” away?") % {"name": self.object}

    def get_queryset(self):
        return super().get_queryset().filter(state=PlanImport.State.STAGED)

    def get_success_url(self) -> str:
        return self.url("plans:plan_list")

    def form_valid(self, form) -> HttpResponse:
        services.discard_import(plan_import=self.object)
        messages.success(self.request, str(self.success_message))
        return HttpResponseRedirect(self.get_success_url())


class PlanImportOriginalView(PortalDownloadView):
    """The file as it was given."""

    permission = "plans.change_plan"
    model = PlanImport

    def make(self) -> tuple[bytes, str, str]:
        # Never shown in the browser: it is somebody else's file.
        return bytes(self.object.original), "application/octet-stream", self.object.file_name


import_urls = [
    path("import/", PlanImportCreateView.as_view(), name="plan_import_create"),
    path("import/<int:pk>/", StagedImportView.as_view(), name="plan_import_preview"),
    path("import/<int:pk>/discard/", PlanImportDiscardView.as_view(), name="plan_import_discard"),
    path("import/<int:pk>/original/", PlanImportOriginalView.as_view(), name="plan_import_original"),
]
