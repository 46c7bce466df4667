from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from prevent_portal.panels import (
    CalendarSource,
    Demonstration,
    DigestSource,
    EvidenceUse,
    GapWork,
    NavigationItem,
    Panel,
    RecommendationAnswers,
    Searcher,
    registry,
)


class PlansConfig(AppConfig):
    """Action plans: objectives, owners, dates and RAG."""

    name = "plans"
    verbose_name = _("Action plans")

    def ready(self) -> None:
        from . import calendars, gaps, history, reads, reminders

        history.connect()

        registry.add(
            NavigationItem(_("Action plans"), "plans:plan_list", "plans.view_plan", order=10),
            NavigationItem(_("My actions"), "plans:action_mine", "plans.update_own_action", order=5),
            NavigationItem(_("Owners"), "plans:owner_list", "plans.change_owner", order=11),
            Panel("plans/_attention.html", reads.attention, "plans.view_plan", order=10),
            Searcher(_("Plans"), reads.search_plans, order=10),
            Searcher(_("Actions"), reads.search_actions, order=11),
            CalendarSource(
                calendars.MINE,
                _("My actions"),
                "plans.update_own_action",
                calendars.myself,
                calendars.entries_of_mine,
                order=10,
            ),
            CalendarSource(
                calendars.PLAN,
                _("Whole plans"),
                "plans.view_plan",
                calendars.plans,
                calendars.entries_of_plan,
                order=11,
            ),
            DigestSource(reminders.find, reminders.overview, reminders.WAITS_FOR_ANSWER, order=10),
            RecommendationAnswers(
                reads.answers_to_recommendations,
                reads.is_answered_by_an_action,
                _("Link actions that answer it"),
                "plans:recommendation_actions",
                "plans.change_action",
                order=10,
            ),
            GapWork(
                gaps.work_on_gaps,
                (
                    (_("Make an action"), "plans:gap_action_create"),
                    (_("Link an action that is there already"), "plans:gap_actions"),
                ),
                "plans.change_action",
                order=10,
            ),
            EvidenceUse(reads.uses_of_evidence, order=10),
            Demonstration(reads.load_demonstration, order=10),
            Demonstration(gaps.load_demonstration, order=30),
        )
