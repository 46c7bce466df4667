from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The base app: who you are, what you may see, how a page and a report are made."""

    name = "prevent_portal"
    verbose_name = _("Prevent Portal")

    def ready(self) -> None:
        from . import audit, checks, evidence, guard, lookups, recommendations  # noqa: F401  (some register themselves)
        from .panels import NavigationItem, Panel, Searcher, registry

        # The sites are our own, so Django's configuration of the admin does not look for the apps' tables.
        autodiscover_modules("admin")
        audit.connect()
        post_migrate.connect(guard.prepare_reader_role, sender=self, dispatch_uid="prepare_reader_role")
        registry.add(
            NavigationItem(_("Evidence"), "evidence_list", "prevent_portal.view_evidence", order=80),
            NavigationItem(_("Recommendations"), "recommendation_list", "prevent_portal.view_recommendation", order=70),
            Panel(
                "portal/_recommendations.html",
                recommendations.attention,
                "prevent_portal.view_recommendation",
                order=5,
            ),
            Searcher(_("Recommendations"), recommendations.search_recommendations, order=70),
            Searcher(_("Evidence"), evidence.search_evidence, order=80),
        )
