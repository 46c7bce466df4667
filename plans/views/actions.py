"""Actions and the progress on them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.models import LogEntry
from prevent_portal.views import PortalDetailView, PortalFormView

from .. import services
from ..forms import ActionForm, ProgressForm
from ..models import Action, Objective, Plan, ProgressUpdate
from ..rules import Rag
from ..story import story_of
from .base import (
    FormWithRowsMixin,
    PlanPageMixin,
    PortalPartCreateView,
    PortalPartDeleteView,
    PortalPartUpdateView,
    with_query,
)

LOG_LINES = 30
PARTS = ("targetdates", "assignments", "steps", "milestones", "progressupdates")


def _name(action: Action) -> str:
    return _("Action %(ref)s") % {"ref": action.ref} if action.ref else _("Action")


def may_record_progress(viewer, user, action: Action) -> bool:
    """Whether this person may record progress on this action: any, or one that they own."""
    if viewer.may("plans.update_action"):
        return True
    return viewer.may("plans.update_own_action") and Action.objects.filter(pk=action.pk).owned_by_user(user).exists()


class ActionDetailView(PlanPageMixin, PortalDetailView):
    """Everything about one action: what is to be done, by whom and when, and how it went so far."""

    permission = "plans.view_plan"
    model = Action
    template_name = "plans/action_detail.html"

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .for_table(clock.today())
            .select_related(
                "plan",
                "plan__organisation",
                "objective__recommendation",
                "objective__organisation",
                "objective__section__benchmark__framework",
            )
        )

    def get_title(self) -> str:
        return _name(self.object)

    def get_breadcrumbs_in_plan(self, plan: Plan):
        return [self.table_breadcrumb(plan)]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        action, viewer = self.object, self.request.viewer
        objective = action.objective
        return super().get_context_data(
            may_record=not action.plan.is_locked and may_record_progress(viewer, self.request.user, action),
            log_entries=self._log_entries() if viewer.may("prevent_portal.view_log") else None,
            row_assignments=objective.assignments.filter(action=None).select_related("owner"),
            row_targetdates=objective.targetdates.filter(action=None),
            story=story_of(action),
            benchmark_links=objective.benchmark_links.select_related("benchmark", "benchmark__framework"),
            **kwargs,
        )

    def _log_entries(self) -> list[LogEntry]:
        """The log's last lines on the action and what belongs to it now."""
        about = Q(model=Action._meta.label_lower, object_id=self.object.pk)
        for name in PARTS:
            rows = getattr(self.object, name).all()
            if ids := [row.pk for row in rows]:
                about |= Q(model=rows.model._meta.label_lower, object_id__in=ids)
        lines = LogEntry.objects.filter(about, organisation=self.organisation).select_related("actor")
        return list(lines[:LOG_LINES])


class ActionCreateView(FormWithRowsMixin, PortalPartCreateView):
    permission = "plans.change_action"
    model = Action
    form_class = ActionForm
    template_name = "plans/action_form.html"
    parent_model = Objective
    parent_kwarg = "objective"
    title = gettext_lazy("Add an action")
    submit_text = gettext_lazy("Add the action")
    success_message = gettext_lazy("The action has been added.")


class ActionUpdateView(FormWithRowsMixin, PortalPartUpdateView):
    permission = "plans.change_action"
    model = Action
    form_class = ActionForm
    template_name = "plans/action_form.html"
    title = gettext_lazy("Change the action")
    success_message = gettext_lazy("The action has been saved.")

    def get_queryset(self):
        return super().get_queryset().select_related("objective", "objective__organisation", "objective__plan")

    def get_breadcrumbs_in_plan(self, plan: Plan):
        return [
            self.table_breadcrumb(plan),
            (_name(self.object), with_query(self.object.get_absolute_url(), self.trail)),
        ]


class ActionDeleteView(PortalPartDeleteView):
    model = Action
    consequence = gettext_lazy(
        "Its target dates, owners, steps, milestones and progress are deleted with it. This cannot be undone."
    )
    success_message = gettext_lazy("The action has been deleted.")

    def get_queryset(self):
        return super().get_queryset().select_related("objective")


class ActionProgressView(PlanPageMixin, PortalFormView):
    """Adds an update to the action's history; contributors only to actions that they own."""

    permission = "plans.update_own_action"
    form_class = ProgressForm
    template_name = "plans/action_progress.html"
    title = gettext_lazy("Record progress")
    submit_text = gettext_lazy("Record progress")
    success_message = gettext_lazy("Your update has been recorded.")

    @cached_property
    def object(self) -> Action:
        """The action in the address."""
        actions = (
            Action.objects.of(self.organisation)
            .with_rag(clock.today())
            .select_related("plan", "plan__organisation", "objective", "objective__organisation", "organisation")
        )
        action = get_object_or_404(actions, pk=self.kwargs["pk"])
        if not may_record_progress(self.request.viewer, self.request.user, action):
            raise PermissionDenied(_("You can record progress on the actions that you own."))
        action.check_lock()
        return action

    @cached_property
    def latest(self) -> ProgressUpdate | None:
        """The update before this one."""
        return self.object.progressupdates.select_related("made_by").order_by("-made_on", "-pk").first()

    def get_breadcrumbs_in_plan(self, plan: Plan):
        return [
            self.table_breadcrumb(plan),
            (_name(self.object), with_query(self.object.get_absolute_url(), self.trail)),
        ]

    def get_success_url(self) -> str:
        return with_query(self.object.get_absolute_url(), self.trail)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"action": self.object, "latest": self.latest}

    def form_valid(self, form: ProgressForm):
        values = form.cleaned_data
        services.record_progress(
            action=self.object,
            made_on=values["made_on"],
            note=values["note"],
            rag=Rag(values["rag"]),
            reason=values["reason"],
            user=self.request.user,
            completed_on=values["completed_on"],
        )
        return super().form_valid(form)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(action=self.object, latest=self.latest, **kwargs)
