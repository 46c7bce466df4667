from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from prevent_portal.panels import Demonstration, EvidenceUse, NavigationItem, Panel, Searcher, registry


class PlansConfig(AppConfig):
    """Action plans: objectives, owners, dates and RAG."""

    name = "plans"
    verbose_name = _("Action plans")

    def ready(self) -> None:
        from . import history, reads

        history.connect()

        registry.add(
            NavigationItem(_("Action plans"), "plans:plan_list", "plans.view_plan", order=10),
            NavigationItem(_("My actions"), "plans:action_mine", "plans.update_own_action", order=5),
            NavigationItem(_("Owners"), "plans:owner_list", "plans.change_owner", order=11),
            Panel("plans/_attention.html", reads.attention, "plans.view_plan", order=10),
            Searcher(_("Plans"), reads.search_plans, order=10),
            Searcher(_("Actions"), reads.search_actions, order=11),
            EvidenceUse(reads.uses_of_evidence, order=10),
            Demonstration(reads.load_demonstration, order=10),
        )
