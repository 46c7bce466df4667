"""Keeping a plan alive: one's own actions, progress on one of them, a meeting's walk through all, new dates."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.views import PortalDetailView, PortalFormView, PortalListView, PortalTemplateView

from .. import services
from ..models import Action, DateRequest, Plan, ProgressUpdate
from ..progress_forms import ACCEPT, DateRequestAnswerForm, ProgressForm
from ..rules import Rag
from ..walk import Walk, by_urgency, walk_from
from .actions import may_record_progress, name_of_action
from .base import MEETING, PlanPageMixin, with_query

logger = logging.getLogger(__name__)


class MyActionsView(PortalTemplateView):
    """The open actions of whoever looks, across plans, most urgent first."""

    permission = "plans.update_own_action"
    template_name = "plans/action_mine.html"
    title = gettext_lazy("My actions")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        today = clock.today()
        mine = Action.objects.of(self.organisation).being_worked_on().owned_by_user(self.request.user)
        return super().get_context_data(
            groups=by_urgency(list(mine.incomplete().for_attention(today).with_last_update().with_holders()), today),
            completed_count=mine.complete().count(),
            **kwargs,
        )


class ActionProgressView(PlanPageMixin, PortalFormView):
    """Adds an update to the action's history; contributors only to actions that they own.

    In a meeting (`from=meeting` in its address) it leads on to the next open action.
    """

    permission = "plans.update_own_action"
    form_class = ProgressForm
    template_name = "plans/action_progress.html"
    title = gettext_lazy("Record progress")
    success_message = gettext_lazy("Your update has been recorded.")

    @cached_property
    def object(self) -> Action:
        """The action in the address."""
        actions = (
            Action.objects.of(self.organisation)
            .with_rag(clock.today())
            .select_related("plan", "plan__organisation", "objective__section", "objective__plan", "organisation")
        )
        if self.request.method == "POST":
            # Held until all is written, so that of two people the second sees what the first has said.
            actions = actions.select_for_update(of=("self",))
        action = get_object_or_404(actions, pk=self.kwargs["pk"])
        if not may_record_progress(self.request.viewer, self.request.user, action):
            raise PermissionDenied(_("You can record progress on the actions that you own."))
        action.check_lock()
        return action

    @cached_property
    def latest(self) -> ProgressUpdate | None:
        """The update before this one."""
        updates = self.object.progressupdates.select_related("made_by", "made_by_owner")
        return updates.order_by("-made_on", "-pk").first()

    @cached_property
    def walk(self) -> Walk | None:
        """Where the meeting is in the plan, if this page is part of one."""
        if self.request.GET.get("from") != MEETING:
            return None
        return walk_from(self.object, clock.today())

    @property
    def submit_text(self) -> str:
        return _("Save and go on") if self.walk else _("Record progress")

    def get_breadcrumbs_in_plan(self, plan: Plan):
        return [
            self.table_breadcrumb(plan),
            (name_of_action(self.object), with_query(self.object.get_absolute_url(), self.trail)),
        ]

    def get_success_url(self) -> str:
        if self.walk is None:
            return self.came_from or with_query(self.object.get_absolute_url(), self.trail)
        if self.walk.next_pk is None:
            return self.url("plans:plan_meeting", pk=self.object.plan_id)
        return self.url("plans:action_progress", pk=self.walk.next_pk) + f"?from={MEETING}"

    def get_cancel_url(self) -> str:
        if self.walk:
            return self.url("plans:plan_meeting", pk=self.object.plan_id)
        return self.came_from or with_query(self.object.get_absolute_url(), self.trail)

    def get_form(self, form_class=None) -> ProgressForm:
        form = super().get_form(form_class)
        if self.walk and not form.is_bound:
            # Forty times past the page's head would be a long way for the keyboard.
            form.fields["note"].widget.attrs["autofocus"] = True
        return form

    def get_form_kwargs(self) -> dict[str, Any]:
        viewer = self.request.viewer
        return super().get_form_kwargs() | {
            "action": self.object,
            "latest": self.latest,
            "may_add_evidence": viewer.may("prevent_portal.change_evidence"),
            "may_move_date": viewer.may("plans.change_action"),
        }

    def post(self, request, *args, **kwargs) -> HttpResponse:
        with transaction.atomic():
            return super().post(request, *args, **kwargs)

    def form_valid(self, form: ProgressForm) -> HttpResponse:
        if (pieces := form.pieces_of_evidence(self.request.user)) is None:
            return self.form_invalid(form)
        # The walk goes on from where the action was before it changed.
        _walk, said, user = self.walk, form.cleaned_data, self.request.user
        services.record_progress(
            action=self.object,
            made_on=said["made_on"],
            note=said["note"],
            rag=Rag(said["rag"]),
            reason=said["reason"],
            user=user,
            completed_on=said["completed_on"],
        )
        services.reach_milestones(milestones=said.get("milestones", ()), on=said["made_on"])
        for piece in pieces:
            services.link_evidence(action=self.object, evidence=piece)
        if said["wanted_on"]:
            request = services.ask_for_date(
                action=self.object, wanted_on=said["wanted_on"], reason=said["wanted_because"], user=user
            )
            if form.may_move_date:
                services.answer_date_request(request=request, is_accepted=True, user=user)
        return super().form_valid(form)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(
            action=self.object,
            latest=self.latest,
            walk=self.walk,
            waiting=DateRequest.objects.filter(action=self.object, state=DateRequest.State.WAITING).first(),
            **kwargs,
        )
        return context | {"error_links": context["form"].error_links()}


class PlanMeetingView(PlanPageMixin, PortalDetailView):
    """All open actions of a plan, to go through them one after another in a meeting."""

    permission = "plans.update_action"
    model = Plan
    template_name = "plans/plan_meeting.html"
    title = gettext_lazy("Go through the open actions")

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get_object(self, queryset=None) -> Plan:
        plan = super().get_object(queryset)
        plan.check_lock()
        return plan

    def get_plan(self) -> Plan:
        return self.object

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        today = clock.today()
        actions = Action.objects.filter(plan=self.object).incomplete().for_attention(today).with_last_update()
        actions = list(actions.with_holders().in_plan_order())
        return super().get_context_data(
            actions=actions, updated_count=sum(each.updated_on == today for each in actions), **kwargs
        )


class DateRequestListView(PortalListView):
    """The new dates that owners ask for: those that wait, oldest first."""

    permission = "plans.answer_date_request"
    model = DateRequest
    template_name = "plans/date_request_list.html"
    title = gettext_lazy("Requests for new dates")

    def get_queryset(self):
        waiting = super().get_queryset().filter(state=DateRequest.State.WAITING).order_by("asked_at", "pk")
        return waiting.select_related(
            "action__plan", "action__objective", "action__organisation", "asked_by", "asked_by_owner", "organisation"
        )


class DateRequestAnswerView(PlanPageMixin, PortalFormView):
    """Accepts a new date or refuses it, and says why."""

    permission = "plans.answer_date_request"
    form_class = DateRequestAnswerForm
    template_name = "plans/date_request_answer.html"
    title = gettext_lazy("Answer the request for a new date")
    submit_text = gettext_lazy("Save the answer")
    success_message = gettext_lazy("Your answer has been saved.")

    @cached_property
    def object(self) -> DateRequest:
        """The request in the address."""
        requests = DateRequest.objects.of(self.organisation).select_related(
            "action__plan__organisation", "action__objective", "action__organisation", "asked_by", "asked_by_owner"
        )
        request = get_object_or_404(requests, pk=self.kwargs["pk"])
        request.action.check_lock()
        return request

    def get_breadcrumbs(self):
        return [(_("Requests for new dates"), self.url("plans:date_request_list"))]

    def get_success_url(self) -> str:
        return self.url("plans:date_request_list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"action": self.object.action}

    def form_valid(self, form: DateRequestAnswerForm) -> HttpResponse:
        said = form.cleaned_data
        try:
            services.answer_date_request(
                request=self.object,
                is_accepted=said["decision"] == ACCEPT,
                answer=said["answer"],
                user=self.request.user,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        return super().form_valid(form)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(request_for_date=self.object, action=self.object.action, **kwargs)
