"""Plans: the list, the summary sheet, and what happens to a plan as a whole."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.views import (
    PortalCreateView,
    PortalDeleteView,
    PortalDetailView,
    PortalFormView,
    PortalListView,
    PortalUpdateView,
)

from .. import services
from ..forms import PlanAgreeForm, PlanAmendForm, PlanCloseForm, PlanForm
from ..models import Plan
from ..summary import summarise
from .base import OpenPlanMixin, PlanPageMixin


class PlanListView(PortalListView):
    """The authority's plans, newest period first; `?state=` narrows it."""

    permission = "plans.view_plan"
    model = Plan
    template_name = "plans/plan_list.html"
    title = gettext_lazy("Action plans")

    @cached_property
    def state(self) -> str:
        """The state asked for; empty for all of them, and for one that does not exist."""
        wanted = self.request.GET.get("state", "")
        return wanted if wanted in Plan.State.values else ""

    def get_queryset(self):
        plans = super().get_queryset().for_list().select_related("organisation")
        return plans.filter(state=self.state) if self.state else plans

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        states = [{"value": "", "text": _("All"), "is_current": not self.state}]
        states += [
            {"value": value, "text": label, "is_current": value == self.state} for value, label in Plan.State.choices
        ]
        return super().get_context_data(state=self.state, states=states, **kwargs)


class PlanDetailView(PlanPageMixin, PortalDetailView):
    """The summary sheet: where the plan stands and what needs somebody's attention."""

    permission = "plans.view_plan"
    model = Plan
    template_name = "plans/plan_detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get_plan(self) -> Plan:
        return self.object

    def get_breadcrumbs(self):
        return [(_("Action plans"), self.url("plans:plan_list"))]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            summary=summarise(self.object, today=clock.today()),
            ways=self.ways_of_looking(self.object, "summary"),
            follows=Plan.objects.filter(pk=self.object.follows_id).select_related("organisation").first(),
            followed_by=services.next_plan(self.object),
            **kwargs,
        )


class PlanCreateView(PortalCreateView):
    """Starts an empty plan."""

    permission = "plans.add_plan"
    model = Plan
    form_class = PlanForm
    template_name = "plans/plan_form.html"
    title = gettext_lazy("Start a plan")
    submit_text = gettext_lazy("Start the plan")
    success_message = gettext_lazy("The plan has been started as a draft. Add its first section.")

    def get_breadcrumbs(self):
        return [(_("Action plans"), self.url("plans:plan_list"))]

    def get_cancel_url(self) -> str:
        return self.url("plans:plan_list")


class PlanUpdateView(OpenPlanMixin, PortalUpdateView):
    """Changes what is said of the plan as a whole."""

    permission = "plans.change_plan"
    model = Plan
    form_class = PlanForm
    template_name = "plans/plan_form.html"
    title = gettext_lazy("Change the plan's details")
    success_message = gettext_lazy("The plan's details have been saved.")

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get_plan(self) -> Plan:
        return self.object

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()


class PlanDeleteView(OpenPlanMixin, PortalDeleteView):
    """Deletes a draft with all that is in it."""

    permission = "plans.delete_plan"
    model = Plan
    consequence = gettext_lazy(
        "Its sections, objectives, actions and progress are deleted with it. This cannot be undone. "
        "The log keeps a line for each."
    )
    success_message = gettext_lazy("The draft plan has been deleted.")

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get_object(self, queryset=None):
        plan = super().get_object(queryset)
        if plan.state != Plan.State.DRAFT:
            raise PermissionDenied(_("Only a draft can be deleted. A plan that was agreed can be closed."))
        return plan

    def get_plan(self) -> Plan:
        return self.object

    def get_success_url(self) -> str:
        return self.url("plans:plan_list")

    def form_valid(self, form) -> HttpResponse:
        try:
            services.delete_draft_plan(plan=self.object)
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
            return HttpResponseRedirect(self.get_cancel_url())
        messages.success(self.request, str(self.success_message))
        return HttpResponseRedirect(self.get_success_url())


class PlanStateView(PlanPageMixin, PortalFormView):
    """A step in the plan's life. Subclasses say which, and from which states it can be taken."""

    permission = "plans.agree_plan"
    from_states: tuple[Plan.State, ...] = ()
    service: Callable[..., Plan]
    """What takes the step: called with the plan and, by their names, the form's values."""

    @cached_property
    def object(self) -> Plan:
        """The plan in the address."""
        plans = Plan.objects.of(self.organisation).select_related("organisation")
        plan = get_object_or_404(plans, pk=self.kwargs["pk"])
        plan.check_lock()
        if plan.state not in self.from_states:
            raise PermissionDenied(
                _("The plan is “%(state)s”, so this cannot be done.") % {"state": plan.get_state_display()}
            )
        return plan

    def get_plan(self) -> Plan:
        return self.object

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"plan": self.object}

    def form_valid(self, form) -> HttpResponse:
        try:
            self.service(plan=self.object, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        return super().form_valid(form)


class PlanAgreeView(PlanStateView):
    """Records that the board agreed the plan."""

    form_class = PlanAgreeForm
    service = staticmethod(services.agree_plan)
    from_states = (Plan.State.DRAFT, Plan.State.AMENDED)
    title = gettext_lazy("Record that the plan was agreed")
    submit_text = gettext_lazy("Record agreement")
    success_message = gettext_lazy("The plan is now recorded as agreed.")
    intro = gettext_lazy(
        "Once agreed, the plan can be seen by elected members, Home Office reviewers with access, and colleagues of "
        "the county or the districts. Elected members do not see what is marked OFFICIAL-SENSITIVE."
    )


class PlanAmendView(PlanStateView):
    """Records that an agreed plan was changed in substance."""

    form_class = PlanAmendForm
    service = staticmethod(services.amend_plan)
    from_states = (Plan.State.AGREED, Plan.State.AMENDED)
    title = gettext_lazy("Record an amendment")
    submit_text = gettext_lazy("Record amendment")
    success_message = gettext_lazy("The amendment has been recorded.")
    intro = gettext_lazy(
        "Use this when the plan changes in substance after it was agreed: actions added, taken out or changed. "
        "Progress and RAG need no amendment."
    )


class PlanCloseView(PlanStateView):
    """Ends the plan."""

    form_class = PlanCloseForm
    service = staticmethod(services.close_plan)
    from_states = (Plan.State.AGREED, Plan.State.AMENDED)
    title = gettext_lazy("Close the plan")
    submit_text = gettext_lazy("Close the plan")
    success_message = gettext_lazy("The plan is closed. It stays here as a record.")
    intro = gettext_lazy("A closed plan is a record: nothing in it can be changed, and it cannot be opened again.")
