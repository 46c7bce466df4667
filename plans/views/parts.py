"""Sections, objectives and remarks."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.views import PortalDetailView

from ..forms import ObjectiveForm, RemarkForm, SectionForm
from ..models import Action, Objective, Plan, Remark, Section
from .base import PlanPageMixin, PortalPartCreateView, PortalPartDeleteView, PortalPartUpdateView, with_query


class SectionCreateView(PortalPartCreateView):
    permission = "plans.change_plan"
    model = Section
    form_class = SectionForm
    title = gettext_lazy("Add a section")
    submit_text = gettext_lazy("Add the section")
    success_message = gettext_lazy("The section has been added.")

    def get_cancel_url(self) -> str:
        return self.url("plans:plan_table", pk=self.parent.pk)


class SectionUpdateView(PortalPartUpdateView):
    permission = "plans.change_plan"
    model = Section
    form_class = SectionForm
    title = gettext_lazy("Change the section")
    success_message = gettext_lazy("The section has been saved.")


class SectionDeleteView(PortalPartDeleteView):
    model = Section
    consequence = gettext_lazy("Only a section without objectives and remarks can be deleted.")
    success_message = gettext_lazy("The section has been deleted.")


class ObjectiveDetailView(PlanPageMixin, PortalDetailView):
    """One row of the plan with its actions."""

    permission = "plans.view_plan"
    model = Objective
    template_name = "plans/objective_detail.html"

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .select_related("plan", "plan__organisation", "section", "section__benchmark__framework", "recommendation")
            .select_related("organisation")
        )

    def get_title(self) -> str:
        return _("Objective %(ref)s") % {"ref": self.object.ref} if self.object.ref else _("Objective")

    def get_breadcrumbs_in_plan(self, plan: Plan):
        return [self.table_breadcrumb(plan)]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        objective = self.object
        return super().get_context_data(
            actions=Action.objects.filter(objective=objective).for_table(clock.today()),
            assignments=objective.assignments.filter(action=None).select_related("owner"),
            targetdates=objective.targetdates.filter(action=None),
            benchmark_links=objective.benchmark_links.select_related("benchmark", "benchmark__framework"),
            **kwargs,
        )


class ObjectiveCreateView(PortalPartCreateView):
    permission = "plans.change_plan"
    model = Objective
    form_class = ObjectiveForm
    parent_model = Section
    parent_kwarg = "section"
    title = gettext_lazy("Add an objective")
    submit_text = gettext_lazy("Add the objective")
    success_message = gettext_lazy("The objective has been added. Add its actions next.")


class ObjectiveUpdateView(PortalPartUpdateView):
    permission = "plans.change_plan"
    model = Objective
    form_class = ObjectiveForm
    title = gettext_lazy("Change the objective")
    success_message = gettext_lazy("The objective has been saved.")

    def get_breadcrumbs_in_plan(self, plan: Plan):
        name = _("Objective %(ref)s") % {"ref": self.object.ref} if self.object.ref else _("Objective")
        return [self.table_breadcrumb(plan), (name, with_query(self.object.get_absolute_url(), self.trail))]


class ObjectiveDeleteView(PortalPartDeleteView):
    model = Objective
    consequence = gettext_lazy("Only an objective without actions can be deleted.")
    success_message = gettext_lazy("The objective has been deleted.")


class RemarkCreateView(PortalPartCreateView):
    permission = "plans.change_plan"
    model = Remark
    form_class = RemarkForm
    parent_model = Section
    parent_kwarg = "section"
    title = gettext_lazy("Add a remark")
    submit_text = gettext_lazy("Add the remark")
    success_message = gettext_lazy("The remark has been added.")
    intro = gettext_lazy(
        "For a row of the plan that is no action: how things stand, or a pointer to another body's plan."
    )


class RemarkUpdateView(PortalPartUpdateView):
    permission = "plans.change_plan"
    model = Remark
    form_class = RemarkForm
    title = gettext_lazy("Change the remark")
    success_message = gettext_lazy("The remark has been saved.")


class RemarkDeleteView(PortalPartDeleteView):
    model = Remark
    success_message = gettext_lazy("The remark has been deleted.")
