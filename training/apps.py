from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from prevent_portal.panels import Demonstration, NavigationItem, Panel, Searcher, registry


class TrainingConfig(AppConfig):
    """Who must know what, who does, and who is next."""

    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from . import reads

        registry.add(
            NavigationItem(_("Training"), "training:figures", "training.view_figures", order=14),
            Panel("training/_attention.html", reads.attention, "training.view_figures", order=25),
            Searcher(_("Courses"), reads.search_courses, order=14),
            Demonstration(reads.load_demonstration, order=30),
        )
