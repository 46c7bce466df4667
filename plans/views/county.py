"""The county's view: how its districts' agreed plans stand, and which of their actions deliver its own."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.forms import PortalForm
from prevent_portal.models import Organisation
from prevent_portal.views import PortalFormView, PortalListMixin, PortalTemplateView

from .. import county, services
from ..models import RAG_CHOICES, Action, Delivery, Plan
from .actions import name_of_action
from .base import PlanPageMixin
from .choosing import LABEL_CHARACTERS, ChooseActionsMixin, ChosenActionsForm, with_words


class OfCountyMixin:
    """A page that says something to an authority with districts only."""

    @cached_property
    def districts(self) -> list[Organisation]:
        """The county's districts; none where the authority is no county."""
        return county.districts_of(self.organisation)


class DistrictOverviewView(PortalTemplateView):
    """The districts' agreed plans by district, benchmark and section."""

    permission = "plans.view_districts"
    template_name = "plans/district_overview.html"
    title = gettext_lazy("The districts' plans")

    def get_breadcrumbs(self):
        return [(_("Action plans"), self.url("plans:plan_list"))]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        view = county.county_view(self.organisation, today=clock.today())
        return super().get_context_data(county_view=view, **kwargs)


class DistrictActionsForm(PortalForm):
    """Which of the districts' actions to show."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    district = forms.ChoiceField(label=gettext_lazy("District"), required=False)
    rag = forms.ChoiceField(label=gettext_lazy("RAG"), required=False)

    def __init__(self, *args, districts: list[Organisation], **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["district"].choices = [("", _("All")), *((each.slug, each.name) for each in districts)]
        self.fields["rag"].choices = [("", _("Any")), *RAG_CHOICES]

    @property
    def asked(self) -> dict[str, str]:
        """What makes sense of what was asked."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class DistrictActionListView(OfCountyMixin, PortalListMixin):
    """The actions of the districts' agreed plans."""

    permission = "plans.view_districts"
    template_name = "plans/district_actions.html"
    title = gettext_lazy("Actions of the districts")

    def get_breadcrumbs(self):
        return [
            (_("Action plans"), self.url("plans:plan_list")),
            (_("The districts' plans"), self.url("plans:district_overview")),
        ]

    @cached_property
    def form(self) -> DistrictActionsForm:
        """The filter."""
        return DistrictActionsForm(self.request.GET, organisation=self.organisation, districts=self.districts)

    def get_queryset(self):
        asked = self.form.asked
        actions = county.district_actions(self.districts)
        if "district" in asked:
            actions = actions.filter(organisation__slug=asked["district"])
        if "rag" in asked:
            actions = actions.filter(stated_rag=asked["rag"])
        return with_words(actions, asked.get("q", "")).for_attention(clock.today()).with_holders()

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(form=self.form, asked=self.form.asked, **kwargs)


class DeliveriesForm(ChosenActionsForm):
    """Districts' actions that deliver one of the county's."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["actions"].label = _("Actions in the districts' agreed plans")

    def name_of(self, action: Action) -> str:
        return f"{action.organisation}: {Truncator(str(action)).chars(LABEL_CHARACTERS)}"


class ActionDeliveriesView(OfCountyMixin, ChooseActionsMixin, PlanPageMixin, PortalFormView):
    """Looks for the districts' actions by words, links those that deliver the county's, and unlinks others."""

    permission = "plans.change_action"
    form_class = DeliveriesForm
    template_name = "plans/action_deliveries.html"
    title = gettext_lazy("Districts' actions that deliver this one")

    @cached_property
    def object(self) -> Action:
        """The county's action in the address."""
        actions = Action.objects.of(self.organisation).select_related("plan__organisation", "objective", "organisation")
        action = get_object_or_404(actions, pk=self.kwargs["pk"])
        action.check_lock()
        return action

    @cached_property
    def found(self):
        """The districts' actions that have every word and are not linked yet."""
        known = Delivery.objects.filter(action=self.object).values("delivered_by")
        actions = with_words(county.district_actions(self.districts).exclude(pk__in=known), self.words)
        return actions.select_related("organisation", "objective").order_by(
            "organisation__name", "plan", "objective__section__position", "objective__position", "position", "pk"
        )

    def get_breadcrumbs_in_plan(self, plan: Plan):
        return [self.table_breadcrumb(plan), (name_of_action(self.object), self.object.get_absolute_url())]

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "remove" in request.POST:
            key = request.POST["remove"]
            links = Delivery.objects.filter(action=self.object, pk=key) if key.isdecimal() and len(key) < 19 else ()
            for link in links:
                link.delete()
                messages.success(request, _("The link has been taken away."))
            return HttpResponseRedirect(request.path)
        return super().post(request, *args, **kwargs)

    def link(self, actions: list[Action]) -> int:
        return services.add_deliveries(action=self.object, delivered_by=actions)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            action=self.object,
            deliveries=county.deliveries_of(self.object),
            gone=county.gone_deliveries_of(self.object),
            **kwargs,
        )
