"""The pages of plans, below an authority's address."""

from django.urls import path

from .import_views import import_urls
from .report_views import report_urls
from .snapshot_views import snapshot_urls
from .views import (
    actions,
    answering,
    county,
    gaps,
    owners,
    parts,
    plans,
    recommendations,
    rolling,
    round_trip,
    table,
    timeline,
    updating,
)

app_name = "plans"

urlpatterns = [
    *import_urls,
    *report_urls,
    *snapshot_urls,
    path("", plans.PlanListView.as_view(), name="plan_list"),
    path("add/", plans.PlanCreateView.as_view(), name="plan_create"),
    path("<int:pk>/", plans.PlanDetailView.as_view(), name="plan_detail"),
    path("<int:pk>/table/", table.PlanTableView.as_view(), name="plan_table"),
    path("<int:pk>/timeline/", timeline.PlanTimelineView.as_view(), name="plan_timeline"),
    path("<int:pk>/change/", plans.PlanUpdateView.as_view(), name="plan_update"),
    path("<int:pk>/delete/", plans.PlanDeleteView.as_view(), name="plan_delete"),
    path("<int:pk>/agree/", plans.PlanAgreeView.as_view(), name="plan_agree"),
    path("<int:pk>/amend/", plans.PlanAmendView.as_view(), name="plan_amend"),
    path("<int:pk>/close/", plans.PlanCloseView.as_view(), name="plan_close"),
    path("<int:plan>/sections/add/", parts.SectionCreateView.as_view(), name="section_create"),
    path("sections/<int:pk>/change/", parts.SectionUpdateView.as_view(), name="section_update"),
    path("sections/<int:pk>/delete/", parts.SectionDeleteView.as_view(), name="section_delete"),
    path("sections/<int:section>/objectives/add/", parts.ObjectiveCreateView.as_view(), name="objective_create"),
    path("sections/<int:section>/remarks/add/", parts.RemarkCreateView.as_view(), name="remark_create"),
    path("remarks/<int:pk>/change/", parts.RemarkUpdateView.as_view(), name="remark_update"),
    path("remarks/<int:pk>/delete/", parts.RemarkDeleteView.as_view(), name="remark_delete"),
    path("objectives/<int:pk>/", parts.ObjectiveDetailView.as_view(), name="objective_detail"),
    path("objectives/<int:pk>/change/", parts.ObjectiveUpdateView.as_view(), name="objective_update"),
    path("objectives/<int:pk>/delete/", parts.ObjectiveDeleteView.as_view(), name="objective_delete"),
    path("objectives/<int:objective>/actions/add/", actions.ActionCreateView.as_view(), name="action_create"),
    path("actions/<int:pk>/", actions.ActionDetailView.as_view(), name="action_detail"),
    path("actions/<int:pk>/change/", actions.ActionUpdateView.as_view(), name="action_update"),
    path("actions/<int:pk>/delete/", actions.ActionDeleteView.as_view(), name="action_delete"),
    path("actions/<int:pk>/progress/", updating.ActionProgressView.as_view(), name="action_progress"),
    path(
        "actions/<int:pk>/recommendations/",
        recommendations.ActionRecommendationsView.as_view(),
        name="action_recommendations",
    ),
    path(
        "recommendations/<int:recommendation>/actions/",
        recommendations.RecommendationActionsView.as_view(),
        name="recommendation_actions",
    ),
    path("gaps/<int:benchmark_result>/actions/add/", gaps.GapActionCreateView.as_view(), name="gap_action_create"),
    path("gaps/<int:benchmark_result>/actions/", gaps.GapActionsView.as_view(), name="gap_actions"),
    path("actions/<int:pk>/deliveries/", county.ActionDeliveriesView.as_view(), name="action_deliveries"),
    path("districts/", county.DistrictOverviewView.as_view(), name="district_overview"),
    path("districts/actions/", county.DistrictActionListView.as_view(), name="district_action_list"),
    path("my-actions/", updating.MyActionsView.as_view(), name="action_mine"),
    path("<int:pk>/roll-forward/", rolling.PlanRollForwardView.as_view(), name="plan_roll_forward"),
    path("actions/<int:pk>/reviewed/", rolling.ActionReviewedView.as_view(), name="action_reviewed"),
    path("<int:pk>/edit.xlsx", round_trip.PlanToEditView.as_view(), name="plan_to_edit"),
    path("<int:pk>/workbook/", round_trip.PlanWorkbookBackView.as_view(), name="plan_workbook_back"),
    path("<int:pk>/meeting/", updating.PlanMeetingView.as_view(), name="plan_meeting"),
    path("date-requests/", updating.DateRequestListView.as_view(), name="date_request_list"),
    path("date-requests/<int:pk>/answer/", updating.DateRequestAnswerView.as_view(), name="date_request_answer"),
    path("owners/", owners.OwnerListView.as_view(), name="owner_list"),
    path("owners/add/", owners.OwnerCreateView.as_view(), name="owner_create"),
    path("owners/<int:pk>/", owners.OwnerDetailView.as_view(), name="owner_detail"),
    path("owners/<int:pk>/change/", owners.OwnerUpdateView.as_view(), name="owner_update"),
    path("owners/<int:pk>/link/", answering.OwnerLinkView.as_view(), name="owner_link"),
    path("owners/<int:pk>/hand-over/", owners.OwnerHandOverView.as_view(), name="owner_hand_over"),
]
