"""Next year's plan out of this year's, and the review of what was carried over."""

import datetime as dt
import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.views import PortalDetailView, PortalFormView

from .. import services
from ..forms import RollForwardForm
from ..models import Action, Plan
from .base import PlanPageMixin

_YEAR = re.compile(r"\b(20\d\d)(?:([-–/])(20)?(\d\d))?\b")


class PlanRollForwardView(PlanPageMixin, PortalFormView):
    """Says what would be carried over and makes the draft."""

    permission = "plans.add_plan"
    form_class = RollForwardForm
    template_name = "plans/plan_roll_forward.html"
    title = gettext_lazy("Make the next plan")
    submit_text = gettext_lazy("Make the draft")
    success_message = gettext_lazy("The draft has been made. Go through the actions that need review.")

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.is_allowed():
            if self.object.state == Plan.State.DRAFT:
                raise PermissionDenied(_("This plan is a draft itself. Agree it first."))
            if made := services.next_plan(self.object):
                messages.info(request, _("The next plan has been made already: this is it."))
                return HttpResponseRedirect(made.get_absolute_url())
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def object(self) -> Plan:
        """The plan in the address."""
        plans = Plan.objects.of(self.organisation).select_related("organisation")
        return get_object_or_404(plans, pk=self.kwargs["pk"])

    def get_plan(self) -> Plan:
        return self.object

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def get_success_url(self) -> str:
        return self.made.get_absolute_url()

    def get_initial(self) -> dict[str, Any]:
        start = self.object.period_end + dt.timedelta(days=1) if self.object.period_end else None
        return {"title": next_title(self.object.title), "period_start": start, "period_end": _year_from(start)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"plan": self.object}

    def form_valid(self, form: RollForwardForm) -> HttpResponse:
        try:
            self.made = services.roll_forward(plan=self.object, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        return super().form_valid(form)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        actions = Action.objects.filter(plan=self.object)
        return super().get_context_data(
            open_count=actions.incomplete().count(),
            overdue_count=actions.overdue(clock.today()).count(),
            complete_count=actions.complete().count(),
            **kwargs,
        )


class ActionReviewedView(PlanPageMixin, PortalDetailView):
    """Takes note that an action carried over stands as it is."""

    permission = "plans.change_action"
    model = Action

    def get_queryset(self):
        return super().get_queryset().select_related("plan__organisation", "objective", "organisation")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return HttpResponseRedirect(self.get_object().get_absolute_url())

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        action = self.get_object()
        services.confirm_carried(action=action)
        messages.success(request, _("The action stands as it is."))
        return HttpResponseRedirect(action.get_absolute_url())


def next_title(title: str) -> str:
    """The title a year later: "Plan 2026-27" becomes "Plan 2027-28"; without a year, "Plan (next)"."""

    def later(match: re.Match[str]) -> str:
        first, dash, century, second = match.groups()
        if second is None:
            return str(int(first) + 1)
        return f"{int(first) + 1}{dash}{century or ''}{(int(second) + 1) % 100:02}"

    named = _YEAR.sub(later, title)
    return named if named != title else _("%(title)s (next)") % {"title": title}


def _year_from(start: dt.date | None) -> dt.date | None:
    if start is None:
        return None
    try:
        return start.replace(year=start.year + 1) - dt.timedelta(days=1)
    except ValueError:  # 29 February
        return start.replace(year=start.year + 1, day=28)
