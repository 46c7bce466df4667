"""Checking what was understood: the plan as a whole, its columns, its rows, what was set aside."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prevent_portal.forms_fields import error_links
from prevent_portal.paging import NearestPaginator
from prevent_portal.tables_in import UnreadableFile
from prevent_portal.views import PortalFormView, PortalTemplateView

from .. import services
from ..import_forms import ColumnsForm, PlanConfirmForm, RowForm, TakeInForm, understood_as
from ..models import Plan
from ..rules import Rag
from ..understanding import summary
from ..understanding.draft import ObjectiveDraft, QuarantinedDraft
from .base import ROWS_PER_PAGE, RefusedMixin, StagedImportMixin, is_guessed, is_worth_a_look, page_links


class PlanImportPreviewView(RefusedMixin, StagedImportMixin, PortalFormView):
    """What was understood, in figures; nothing is in a plan until somebody confirms here."""

    permission = "plans.add_plan"
    form_class = PlanConfirmForm
    template_name = "plans/plan_import_preview.html"
    title = gettext_lazy("Check what was understood")
    tab = "plan_import_preview"

    @cached_property
    def plans(self) -> list[Plan]:
        """The open plans that the file may be an update of."""
        return services.plans_to_update(plan_import=self.plan_import)

    def get_cancel_url(self) -> str:
        return self.url("plans:plan_list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"draft": self.draft, "plans": self.plans}

    def form_valid(self, form: PlanConfirmForm) -> HttpResponse:
        if self.is_of_another_reading():
            again = _(
                "The file has been read again since you opened this page. Look at what was understood, and go on."
            )
            return self.refuse(form, ValidationError(again))
        if plan := form.plan_to_update:
            return HttpResponseRedirect(self.import_url("plan_import_update", plan=plan.pk))
        try:
            corrected = services.correct_cover(plan_import=self.plan_import, **form.cover())
            services.commit_import(plan_import=corrected)
        except ValidationError as error:
            return self.refuse(form, error)
        messages.success(self.request, _("The plan has been imported as a draft."))
        return HttpResponseRedirect(self.import_url("plan_import_detail"))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        draft, understood = self.draft, summary(self.draft)
        rows = draft.objectives
        return super().get_context_data(
            summary=understood,
            rag_rows=[
                {
                    "rag": rag,
                    "counted": understood["not_stated"] if rag is Rag.NOT_STATED else understood["rag"][rag.value],
                    "declared": draft.declared.get(rag.value),
                }
                for rag in Rag
            ],
            has_declared=bool(draft.declared),
            left_out=sum(row.is_left_out for row in rows),
            to_look_at=sum(is_worth_a_look(row) for row in rows),
            guessed=sum(is_guessed(row) for row in rows),
            earlier=services.earlier_import(plan_import=self.plan_import),
            **kwargs,
        )


class PlanImportColumnsView(RefusedMixin, StagedImportMixin, PortalFormView):
    """What each column was taken for; a person's word is followed and the file read again."""

    permission = "plans.add_plan"
    form_class = ColumnsForm
    template_name = "plans/plan_import_columns.html"
    title = gettext_lazy("What the columns hold")
    submit_text = gettext_lazy("Read the file again")
    tab = "plan_import_columns"

    def get_cancel_url(self) -> str:
        return self.import_url("plan_import_preview")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"draft": self.draft}

    def form_valid(self, form: ColumnsForm) -> HttpResponse:
        try:
            staged = services.reread_import(
                plan_import=self.plan_import, columns=form.columns(), remember=form.cleaned_data.get("remember", False)
            )
        except ValidationError as error:
            return self.refuse(form, error)
        except UnreadableFile as error:
            return self.refuse(form, ValidationError(str(error)))
        messages.success(self.request, _("The file has been read again as you said."))
        here = next((each for each in staged if each.part == self.plan_import.part), staged[0])
        return HttpResponseRedirect(self.url("plans:plan_import_columns", pk=here.pk))


class PlanImportRowsView(StagedImportMixin, PortalTemplateView):
    """The rows as understood, a page at a time; ticks of a page are saved whichever way somebody leaves it."""

    permission = "plans.add_plan"
    template_name = "plans/plan_import_rows.html"
    title = gettext_lazy("The plan's rows")
    tab = "plan_import_rows"

    @cached_property
    def is_narrowed(self) -> bool:
        """Whether only rows worth a look are asked for."""
        return self.request.GET.get("show") == "look"

    @cached_property
    def paginator(self) -> NearestPaginator:
        """(section number, row) of every row, in pages."""
        rows = [
            (number, row)
            for number, section in enumerate(self.draft.sections)
            for row in section.objectives
            if not self.is_narrowed or is_worth_a_look(row)
        ]
        return NearestPaginator(rows, ROWS_PER_PAGE)

    def address(self, page: int) -> str:
        """Where another page of the rows is."""
        query = ("show=look&" if self.is_narrowed else "") + f"page={page}"
        return f"{self.request.path}?{query}"

    def post(self, request, *args, **kwargs) -> HttpResponse:
        page = self.paginator.get_page(request.GET.get("page"))
        here, ticked = {row.key for _number, row in page}, set(request.POST.getlist("leave_out"))
        elsewhere = {row.key for row in self.draft.objectives if row.is_left_out} - here
        if self.is_of_another_reading():
            messages.error(request, _("The file has been read again meanwhile. Look at the rows and tick them again."))
            return HttpResponseRedirect(self.address(page.number))
        try:
            services.leave_out_rows(plan_import=self.plan_import, keys=sorted(elsewhere | (ticked & here)))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(self.address(page.number))
        count = len(elsewhere | (ticked & here))
        messages.success(
            request,
            ngettext("Saved. %(count)d row is left out.", "Saved. %(count)d rows are left out.", count)
            % {"count": count},
        )
        wanted = request.POST.get("to", "")
        # Compared as text: a number of thousands of digits is not worth reading.
        if wanted in map(str, self.paginator.page_range):
            return HttpResponseRedirect(self.address(int(wanted)))
        return HttpResponseRedirect(self.import_url("plan_import_preview"))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        page = self.paginator.get_page(self.request.GET.get("page"))
        return super().get_context_data(
            page=page,
            sections=self._sections(page),
            is_narrowed=self.is_narrowed,
            to_look_at=sum(is_worth_a_look(row) for row in self.draft.objectives),
            all_rows=len(self.draft.objectives),
            address=self.address(page.number),
            page_links=page_links(page),
            **kwargs,
        )

    def _sections(self, page) -> list[dict[str, Any]]:
        """The sections that have rows on the page; with its first row comes what else a section says."""
        shown: dict[int, dict[str, Any]] = {}
        for number, row in page:
            section = self.draft.sections[number]
            if number not in shown:
                is_begun_here = bool(section.objectives) and section.objectives[0] is row
                shown[number] = {"number": number, "section": section, "is_begun_here": is_begun_here, "rows": []}
            shown[number]["rows"].append(self._row(row))
        if not self.is_narrowed and page.number == self.paginator.num_pages:
            for number, section in enumerate(self.draft.sections):
                if not section.objectives and (section.remarks or section.introduction):
                    shown[number] = {"number": number, "section": section, "is_begun_here": True, "rows": []}
        return [shown[number] for number in sorted(shown)]

    def _row(self, row: ObjectiveDraft) -> dict[str, Any]:
        parts = (row, *row.actions)
        return {
            "row": row,
            "href": self.import_url("plan_import_row", row=row.key),
            # Each once, whatever the number of actions that name them.
            "owners": {each.line: each for part in parts for each in map(understood_as, part.owners)}.values(),
            "partners": dict.fromkeys(name for action in row.actions for name in action.partners),
            "dates": {each.line: each for part in parts for each in map(understood_as, part.target_dates)}.values(),
        }


class RowFormView(RefusedMixin, StagedImportMixin, PortalFormView):
    """The form of one row. "Add an action" and "Show how this is read" send it and check nothing."""

    permission = "plans.add_plan"
    template_name = "plans/plan_import_row.html"

    @property
    def is_gone(self) -> bool:
        """Whether what the address names is no longer there: most likely the file was read again meanwhile."""
        raise ImproperlyConfigured(f"{type(self).__name__} does not say whether its row is there")

    def get_cancel_url(self) -> str:
        return self.import_url(self.tab)

    def get(self, request, *args, **kwargs) -> HttpResponse:
        if self.is_gone:
            messages.info(request, _("That row is no longer there: the file has been read again. Find it here."))
            return HttpResponseRedirect(self.import_url(self.tab))
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs) -> HttpResponse:
        form = self.get_form()
        if self.is_gone:
            # Nothing can be saved, but nothing that was typed is lost.
            form.show_unchecked()
            return self.render_to_response(self.get_context_data(form=form))
        if "add_action" in request.POST:
            form.with_another_action()
            return self.render_to_response(self.get_context_data(form=form))
        if "look" in request.POST:
            form.show_unchecked()
            return self.render_to_response(self.get_context_data(form=form))
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        links = [] if self.is_gone else [link for part in (form, form.actions) for link in error_links(part)]
        return context | {"error_links": links, "is_gone": self.is_gone, "list_url": self.import_url(self.tab)}


class PlanImportRowView(RowFormView):
    """Corrects one row."""

    title = gettext_lazy("Correct a row")
    submit_text = gettext_lazy("Save this row")
    form_class = RowForm
    tab = "plan_import_rows"

    @property
    def is_gone(self) -> bool:
        return self.place[0] is None

    @cached_property
    def place(self) -> tuple[int | None, ObjectiveDraft]:
        """The row in the address and the number of its section; none and an empty row where it is no longer there."""
        for number, section in enumerate(self.draft.sections):
            for row in section.objectives:
                if row.key == self.kwargs["row"]:
                    return number, row
        return None, ObjectiveDraft()

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (_("The plan's rows"), self.get_cancel_url())]

    def get_form_kwargs(self) -> dict[str, Any]:
        number, row = self.place
        return super().get_form_kwargs() | {"draft": self.draft, "row": row, "section": number}

    def get_cancel_url(self) -> str:
        """The page of the list on which the row is, at the row."""
        keys = [row.key for row in self.draft.objectives]
        page = keys.index(self.kwargs["row"]) // ROWS_PER_PAGE + 1 if self.kwargs["row"] in keys else 1
        return f"{self.import_url('plan_import_rows')}?page={page}#row-{self.kwargs['row']}"

    def form_valid(self, form: RowForm) -> HttpResponse:
        try:
            services.correct_row(
                plan_import=self.plan_import,
                key=self.kwargs["row"],
                section=form.section_chosen(),
                objective=form.objective(),
            )
        except ValidationError as error:
            return self.refuse(form, error)
        messages.success(self.request, _("The row has been saved."))
        del self.draft
        return HttpResponseRedirect(self.get_cancel_url())

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        row = self.place[1]
        return super().get_context_data(source=row.source, flags=row.flags, **kwargs)


class PlanImportAsideView(StagedImportMixin, PortalTemplateView):
    """What was set aside, where it stands and why, each with a way into the plan."""

    permission = "plans.add_plan"
    template_name = "plans/plan_import_aside.html"
    title = gettext_lazy("What was set aside")
    tab = "plan_import_aside"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        page = NearestPaginator(self.draft.quarantined, ROWS_PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            page_obj=page,
            lines=[{"aside": each, "href": self.import_url("plan_import_take_in", aside=each.key)} for each in page],
            **kwargs,
        )


class PlanImportTakeInView(RowFormView):
    """Brings what was set aside into the plan as a row."""

    title = gettext_lazy("Bring it into the plan")
    submit_text = gettext_lazy("Add this row to the plan")
    form_class = TakeInForm
    tab = "plan_import_aside"

    @property
    def is_gone(self) -> bool:
        return not self.quarantined.key

    @cached_property
    def quarantined(self) -> QuarantinedDraft:
        """What was set aside under the key in the address; nothing, without a key, where it is no longer there."""
        for each in self.draft.quarantined:
            if each.key == self.kwargs["aside"]:
                return each
        return QuarantinedDraft(table="", row=0, reason="", text="")

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (_("What was set aside"), self.get_cancel_url())]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"draft": self.draft, "quarantined": self.quarantined}

    def form_valid(self, form: TakeInForm) -> HttpResponse:
        try:
            services.take_in(
                plan_import=self.plan_import,
                key=self.kwargs["aside"],
                section=form.section_chosen(),
                objective=form.objective(),
            )
        except ValidationError as error:
            return self.refuse(form, error)
        messages.success(self.request, _("It is in the plan's rows now."))
        return HttpResponseRedirect(self.get_cancel_url())

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(source=self.quarantined, reason=self.quarantined.reason, flags=[], **kwargs)
