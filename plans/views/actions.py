"""Actions and the progress on them."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.models import LogEntry, Organisation
from prevent_portal.views import PortalDetailView

from .. import county
from ..forms import ActionForm
from ..gaps import gaps_closed_by
from ..models import Action, ActionEvidence, ActionRecommendation, DateRequest, Objective, Plan
from ..story import carried_from, story_of
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


def name_of_action(action: Action) -> str:
    """What pages call the action."""
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
        return name_of_action(self.object)

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
            earlier=[(before, story_of(before).strip) for before in carried_from(action)],
            recommendation_links=ActionRecommendation.objects.filter(action=action).select_related(
                "recommendation__organisation"
            ),
            gaps=gaps_closed_by(action),
            deliveries=county.deliveries_of(action),
            delivers=county.delivers(action),
            may_link_deliveries=self.organisation.kind == Organisation.Kind.COUNTY
            and viewer.may("plans.change_action")
            and not action.plan.is_locked,
            evidence_links=ActionEvidence.objects.filter(action=action).select_related("evidence__organisation"),
            date_requests=DateRequest.objects.filter(action=action).select_related(
                "asked_by", "asked_by_owner", "answered_by", "organisation"
            ),
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
            (name_of_action(self.object), with_query(self.object.get_absolute_url(), self.trail)),
        ]


class ActionDeleteView(PortalPartDeleteView):
    model = Action
    consequence = gettext_lazy(
        "Its target dates, owners, steps, milestones and progress are deleted with it. This cannot be undone."
    )
    success_message = gettext_lazy("The action has been deleted.")

    def get_queryset(self):
        return super().get_queryset().select_related("objective")
