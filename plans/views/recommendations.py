"""Which actions answer which recommendations: chosen from an action's page or from a recommendation's."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal.forms import PortalForm
from prevent_portal.models import Recommendation
from prevent_portal.views import PortalFormView

from .. import services
from ..models import Action, ActionRecommendation, Plan
from .actions import name_of_action
from .base import PlanPageMixin
from .choosing import LABEL_CHARACTERS, ChooseActionsMixin, ChosenActionsForm, open_actions


class ActionRecommendationsForm(PortalForm):
    """The recommendations that an action answers."""

    recommendations = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Recommendations"),
        queryset=Recommendation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args, action: Action, **kwargs):
        super().__init__(*args, **kwargs)
        answered = ActionRecommendation.objects.filter(action=action).values("recommendation")
        field = self.fields["recommendations"]
        field.queryset = Recommendation.objects.of(self.organisation).filter(Q(closed_on=None) | Q(pk__in=answered))
        field.label_from_instance = lambda each: f"{each}: {Truncator(each.text).chars(LABEL_CHARACTERS)}"
        self.initial["recommendations"] = [row["recommendation"] for row in answered]


class ActionRecommendationsView(PlanPageMixin, PortalFormView):
    """Chooses the recommendations that an action answers."""

    permission = "plans.change_action"
    form_class = ActionRecommendationsForm
    template_name = "plans/action_recommendations.html"
    title = gettext_lazy("Recommendations that the action answers")
    success_message = gettext_lazy("Saved.")

    @cached_property
    def object(self) -> Action:
        """The action in the address."""
        actions = Action.objects.of(self.organisation).select_related("plan__organisation", "objective", "organisation")
        action = get_object_or_404(actions, pk=self.kwargs["pk"])
        action.check_lock()
        return action

    def get_breadcrumbs_in_plan(self, plan: Plan):
        return [self.table_breadcrumb(plan), (name_of_action(self.object), self.object.get_absolute_url())]

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"action": self.object}

    def form_valid(self, form: ActionRecommendationsForm) -> HttpResponse:
        services.answer_recommendations(action=self.object, recommendations=form.cleaned_data["recommendations"])
        return super().form_valid(form)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(action=self.object, **kwargs)


class RecommendationActionsView(ChooseActionsMixin, PortalFormView):
    """Looks for open actions by words and links those that answer the recommendation."""

    permission = "plans.change_action"
    form_class = ChosenActionsForm
    template_name = "plans/recommendation_actions.html"
    title = gettext_lazy("Link actions that answer the recommendation")

    @cached_property
    def recommendation(self) -> Recommendation:
        """The recommendation in the address."""
        rows = Recommendation.objects.of(self.organisation).select_related("organisation")
        return get_object_or_404(rows, pk=self.kwargs["recommendation"])

    @cached_property
    def found(self):
        """The actions that have every word and do not answer it yet, in the order of their plans."""
        known = ActionRecommendation.objects.filter(recommendation=self.recommendation).values("action")
        found = open_actions(self.organisation, self.words)
        return found.exclude(pk__in=known).exclude(objective__recommendation=self.recommendation)

    def get_breadcrumbs(self):
        return [
            (_("Recommendations"), self.url("recommendation_list")),
            (str(self.recommendation), self.recommendation.get_absolute_url()),
        ]

    def get_success_url(self) -> str:
        return self.recommendation.get_absolute_url()

    def link(self, actions: list[Action]) -> int:
        return services.link_actions(recommendation=self.recommendation, actions=actions)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(recommendation=self.recommendation, **kwargs)
