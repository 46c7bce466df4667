"""The pages of recommendations, and of the reviews of risk from which some of them come."""

from itertools import groupby
from typing import Any

from django.db.models import TextChoices
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import clock, recommendations
from .models import Recommendation, RiskReview
from .panels import registry
from .recommendation_forms import NewRecommendationForm, RecommendationForm, RiskReviewForm
from .views import PortalCreateView, PortalDetailView, PortalListView, PortalMixin, PortalUpdateView


class Shown(TextChoices):
    """Which recommendations a list shows."""

    WAITING = "waiting", gettext_lazy("Not yet dealt with")
    WITHOUT_ACTION = "without_action", gettext_lazy("Without an action")
    CLOSED = "closed", gettext_lazy("Dealt with")


class RecommendationPageMixin(PortalMixin):
    """A page below the list of recommendations."""

    def get_breadcrumbs(self):
        return [(_("Recommendations"), self.url("recommendation_list"))]


class RecommendationListView(PortalListView):
    """Recommendations by exercise, each with what answers it."""

    permission = "prevent_portal.view_recommendation"
    model = Recommendation
    template_name = "portal/recommendation_list.html"
    title = gettext_lazy("Recommendations")

    @cached_property
    def shown(self) -> Shown:
        """Which were asked for: those not yet dealt with, unless others were."""
        asked = self.request.GET.get("show", "")
        return Shown(asked) if asked in Shown.values else Shown.WAITING

    def get_queryset(self):
        rows = super().get_queryset().select_related("organisation", "risk_review")
        if self.shown == Shown.CLOSED:
            return rows.exclude(closed_on=None).order_by("-closed_on", "exercise", "number")
        narrowed = recommendations.without_action if self.shown == Shown.WITHOUT_ACTION else recommendations.waiting
        return narrowed(rows).order_by("exercise", "number")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(
            shown=self.shown, choices=[(each, each == self.shown) for each in Shown], **kwargs
        )
        rows = list(context["object_list"])
        answers = recommendations.answers_to(rows)
        groups = [
            (exercise, [(each, answers.get(each.pk, [])) for each in group])
            for exercise, group in groupby(rows, key=lambda each: each.exercise)
        ]
        return context | {"groups": groups}


class RecommendationDetailView(RecommendationPageMixin, PortalDetailView):
    """One recommendation and what answers it."""

    permission = "prevent_portal.view_recommendation"
    model = Recommendation
    template_name = "portal/recommendation_detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("organisation", "risk_review")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        viewer = self.request.viewer
        ways = [
            (answers.text, self.url(answers.url_name, recommendation=self.object.pk))
            for answers in registry.recommendation_answers
            if viewer.may(answers.permission)
        ]
        answers = recommendations.answers_to([self.object])
        return super().get_context_data(answers=answers.get(self.object.pk, []), ways=ways, **kwargs)


class RecommendationCreateView(RecommendationPageMixin, PortalCreateView):
    """Writes down a recommendation."""

    permission = "prevent_portal.change_recommendation"
    model = Recommendation
    form_class = NewRecommendationForm
    title = gettext_lazy("Add a recommendation")
    submit_text = gettext_lazy("Add the recommendation")
    success_message = gettext_lazy("The recommendation has been added.")

    def get_cancel_url(self) -> str:
        return self.url("recommendation_list")


class RecommendationUpdateView(RecommendationPageMixin, PortalUpdateView):
    """Corrects a recommendation, or says when it was dealt with."""

    permission = "prevent_portal.change_recommendation"
    model = Recommendation
    form_class = RecommendationForm
    title = gettext_lazy("Change the recommendation")
    success_message = gettext_lazy("The recommendation has been saved.")

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (str(self.object), self.object.get_absolute_url())]

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()


class RiskReviewListView(RecommendationPageMixin, PortalListView):
    """When the documents about risk were reviewed, by whom, and what came of it."""

    permission = "prevent_portal.view_risk_review"
    model = RiskReview
    template_name = "portal/risk_review_list.html"
    title = gettext_lazy("Reviews of risk")

    def get_queryset(self):
        return super().get_queryset().select_related("organisation").prefetch_related("recommendations__organisation")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        overdue = {each.pk for each in recommendations.reviews_overdue(self.organisation, clock.today())}
        return super().get_context_data(overdue=overdue, **kwargs)


class OfRiskReviewsMixin(PortalMixin):
    """A form below the list of reviews."""

    model = RiskReview
    form_class = RiskReviewForm
    intro = gettext_lazy(
        "Only that it was reviewed, never what it says: these documents are not kept here, and nothing of them is "
        "typed in."
    )

    def get_breadcrumbs(self):
        return [
            (_("Recommendations"), self.url("recommendation_list")),
            (_("Reviews of risk"), self.url("risk_review_list")),
        ]

    def get_success_url(self) -> str:
        return self.url("risk_review_list")


class RiskReviewCreateView(OfRiskReviewsMixin, PortalCreateView):
    """Writes down that a document about risk was reviewed."""

    permission = "prevent_portal.change_risk_review"
    title = gettext_lazy("Add a review of risk")
    submit_text = gettext_lazy("Add the review")
    success_message = gettext_lazy("The review has been added.")

    def get_cancel_url(self) -> str:
        return self.get_success_url()


class RiskReviewUpdateView(OfRiskReviewsMixin, PortalUpdateView):
    """Corrects what is said of a review."""

    permission = "prevent_portal.change_risk_review"
    title = gettext_lazy("Change the review of risk")
    success_message = gettext_lazy("The review has been saved.")


recommendation_urls = [
    path("recommendations/", RecommendationListView.as_view(), name="recommendation_list"),
    path("recommendations/add/", RecommendationCreateView.as_view(), name="recommendation_create"),
    path("recommendations/<int:pk>/", RecommendationDetailView.as_view(), name="recommendation_detail"),
    path("recommendations/<int:pk>/change/", RecommendationUpdateView.as_view(), name="recommendation_update"),
    path("risk-reviews/", RiskReviewListView.as_view(), name="risk_review_list"),
    path("risk-reviews/add/", RiskReviewCreateView.as_view(), name="risk_review_create"),
    path("risk-reviews/<int:pk>/change/", RiskReviewUpdateView.as_view(), name="risk_review_update"),
]
