"""A plan's actions to Excel and back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prevent_portal import clock
from prevent_portal.forms import PortalForm
from prevent_portal.tables_in import MAX_FILE_BYTES, UnreadableFile
from prevent_portal.views import PortalDownloadView, PortalFormView

from .. import round_trip, services
from ..models import Action, Plan
from ..round_trip import Compared, Staged
from .base import PlanPageMixin

MINE, THEIRS = "workbook", "portal"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PlanToEditView(PortalDownloadView):
    """The workbook to be changed offline."""

    permission = "plans.change_action"
    model = Plan

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get_object(self, queryset=None) -> Plan:
        plan = super().get_object(queryset)
        plan.check_lock()
        return plan

    def make(self) -> tuple[bytes, str, str]:
        today = clock.today()
        name = f"{slugify(self.object.title)[:60] or 'plan'}-{today.isoformat()}-to-change.xlsx"
        return round_trip.plan_to_edit(self.object, today=today), CONTENT_TYPE, name


class WorkbookForm(PortalForm):
    """The workbook that somebody changed."""

    file = forms.FileField(
        label=gettext_lazy("The workbook that you have changed"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": gettext_lazy("Choose the workbook that you have changed.")},
    )

    def clean_file(self):
        """The file, which is not too large."""
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise ValidationError(
                _("The file must be smaller than %(limit)s MB.") % {"limit": MAX_FILE_BYTES // (1024 * 1024)}
            )
        return file


class PlanWorkbookBackView(PlanPageMixin, PortalFormView):
    """Takes the changed workbook, shows every cell that it changes, and writes all of it or nothing."""

    permission = "plans.change_action"
    form_class = WorkbookForm
    template_name = "plans/plan_workbook_back.html"
    title = gettext_lazy("Change the plan in Excel")
    submit_text = gettext_lazy("Compare")

    @cached_property
    def object(self) -> Plan:
        """The plan in the address."""
        plans = Plan.objects.of(self.organisation).select_related("organisation")
        plan = get_object_or_404(plans, pk=self.kwargs["pk"])
        plan.check_lock()
        return plan

    def get_plan(self) -> Plan:
        return self.object

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.object.check_lock()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "staged" not in request.POST:
            return super().post(request, *args, **kwargs)
        try:
            found = Staged.unsigned(request.POST["staged"], request.user, self.object)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(request.path)
        return self.write(found)

    def form_valid(self, form: WorkbookForm) -> HttpResponse:
        file = form.cleaned_data["file"]
        try:
            found = round_trip.staged(file.read(), file.name, self.object)
        except UnreadableFile as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        compared = round_trip.compared(found, self.object, today=clock.today())
        if not compared.difference.problems and not compared.difference.rows:
            messages.info(self.request, _("The workbook says what the plan says: there is nothing to change."))
            return HttpResponseRedirect(self.request.path)
        return self.show(found, compared)

    def write(self, found: Staged) -> HttpResponse:
        """Write what was shown, unless it is not what there is any more or somebody has not looked."""
        keys = [each.action for each in found.wanted]
        # Held, so that nobody changes a row between the comparison and the writing.
        held = Action.objects.filter(plan=self.object, pk__in=keys).select_for_update(of=("self",))
        list(held.values_list("pk", flat=True))
        today = clock.today()
        compared = round_trip.compared(found, self.object, today=today)
        difference = compared.difference
        if not difference.problems and not difference.rows:
            messages.info(self.request, _("The plan says that already: nothing was left to change."))
            return HttpResponseRedirect(self.object.get_absolute_url())
        if difference.problems or difference.fingerprint != self.request.POST.get("fingerprint"):
            return self.show(found, compared, has_moved_on=not difference.problems)
        chosen = {row.row: self.request.POST.get(f"row-{row.row}", "") for row in difference.conflicts}
        undecided = [row for row in difference.conflicts if chosen[row.row] not in (MINE, THEIRS)]
        if undecided:
            return self.show(found, compared, undecided=undecided, chosen=chosen)
        count = services.write_round_trip(
            compared=compared,
            leave={key for key, choice in chosen.items() if choice == THEIRS},
            today=today,
            user=self.request.user,
        )
        messages.success(
            self.request, ngettext("%(n)d action changed.", "%(n)d actions changed.", count) % {"n": count}
        )
        return HttpResponseRedirect(self.url("plans:plan_table", pk=self.object.pk))

    def show(self, found: Staged, compared: Compared, **context: Any) -> HttpResponse:
        """What the workbook would change, or what is wrong with it."""
        difference = compared.difference
        chosen = context.pop("chosen", {})
        return self.render_to_response(
            self.get_context_data(
                form=WorkbookForm(organisation=self.organisation),
                difference=difference,
                conflicts=[(row, chosen.get(row.row, "")) for row in difference.conflicts],
                staged="" if difference.problems else found.signed(self.request.user, self.object),
                mine=MINE,
                theirs=THEIRS,
                **context,
            )
        )
