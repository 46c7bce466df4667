"""Giving the portal a file, and choosing among the plans that it holds."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prevent_portal.tables_in import UnreadableFile
from prevent_portal.views import PortalDeleteView, PortalDownloadView, PortalFormView, PortalTemplateView

from .. import services
from ..import_forms import PlanUploadForm
from ..models import PlanImport
from .base import StagedImportMixin


class PlanImportCreateView(PortalFormView):
    """Takes the file and stages what it understood."""

    permission = "plans.add_plan"
    form_class = PlanUploadForm
    template_name = "plans/plan_import_form.html"
    title = gettext_lazy("Import a plan")
    submit_text = gettext_lazy("Read the file")

    def get_breadcrumbs(self):
        return [
            (_("Action plans"), self.url("plans:plan_list")),
            (_("Imports"), self.url("plans:plan_import_list")),
        ]

    def get_cancel_url(self) -> str:
        return self.url("plans:plan_list")

    def form_valid(self, form: PlanUploadForm) -> HttpResponse:
        file = form.cleaned_data["file"]
        try:
            staged = services.stage_imports(
                organisation=self.organisation, file_name=file.name, data=file.read(), user=self.request.user
            )
        except UnreadableFile as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        return HttpResponseRedirect(_first_page(self, staged))


def _first_page(view, staged: list[PlanImport]) -> str:
    """Where to go on: the one plan, or the list of several."""
    name = "plans:plan_import_preview" if len(staged) == 1 else "plans:plan_import_parts"
    return view.url(name, pk=staged[0].pk)


class PlanImportPartsView(StagedImportMixin, PortalTemplateView):
    """The plans of one file, each to be checked; or all of them read as one."""

    permission = "plans.add_plan"
    template_name = "plans/plan_import_parts.html"

    @cached_property
    def plan_import(self) -> PlanImport:
        """Any plan of the file: the list is there as long as one of them waits."""
        found = get_object_or_404(PlanImport.objects.of(self.organisation), pk=self.kwargs["pk"])
        of_file = PlanImport.objects.of(self.organisation).filter(batch=found.batch)
        return get_object_or_404(of_file.waiting(timezone.now()).select_related("organisation").order_by("part")[:1])

    def get_title(self) -> str:
        return ngettext(
            "%(count)d plan was found in this file", "%(count)d plans were found in this file", self.plan_import.parts
        ) % {"count": self.plan_import.parts}

    def get_breadcrumbs(self):
        return [
            (_("Action plans"), self.url("plans:plan_list")),
            (_("Imports"), self.url("plans:plan_import_list")),
        ]

    @cached_property
    def parts(self) -> list[PlanImport]:
        """Every plan of the file, in its order."""
        of_file = PlanImport.objects.of(self.organisation).filter(batch=self.plan_import.batch)
        return list(of_file.select_related("organisation", "plan").order_by("part"))

    def post(self, request, *args, **kwargs) -> HttpResponse:
        """Read the file as one plan instead."""
        try:
            staged = services.reread_import(plan_import=self.plan_import, columns={}, as_one=True, remember=False)
        except (ValidationError, UnreadableFile) as error:
            messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
            return HttpResponseRedirect(request.path)
        messages.success(request, _("The file has been read again, as one plan."))
        return HttpResponseRedirect(_first_page(self, staged))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        are_all_waiting = all(each.state == PlanImport.State.STAGED for each in self.parts)
        return super().get_context_data(
            items=[self._item(each) for each in self.parts], are_all_waiting=are_all_waiting, **kwargs
        )

    def _item(self, part: PlanImport) -> dict[str, Any]:
        is_waiting = part.state == PlanImport.State.STAGED
        name = "plan_import_preview" if is_waiting else "plan_import_detail"
        draft = services.draft_of(part)
        return {
            "title": part.title or _("Plan %(number)d") % {"number": part.part},
            "href": self.url(f"plans:{name}", pk=part.pk) if part.state != PlanImport.State.DISCARDED else "",
            "hint": ngettext("%(count)d row", "%(count)d rows", len(draft.objectives))
            % {"count": len(draft.objectives)},
            "tag": {"text": part.get_state_display(), "colour": "" if is_waiting else "grey"},
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
        return super().get_queryset().filter(state=PlanImport.State.STAGED).select_related("organisation")

    def get_success_url(self) -> str:
        return self.url("plans:plan_import_list")

    def form_valid(self, form) -> HttpResponse:
        services.discard_import(plan_import=self.object)
        messages.success(self.request, str(self.success_message))
        return HttpResponseRedirect(self.get_success_url())


class PlanImportOriginalView(PortalDownloadView):
    """The file as it was given."""

    permission = "plans.change_plan"
    model = PlanImport

    def get_queryset(self):
        return super().get_queryset().select_related("file")

    def make(self) -> tuple[bytes, str, str]:
        # Never shown in the browser: it is somebody else's file.
        return self.object.original, "application/octet-stream", self.object.file_name
