from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from prevent_portal.panels import Demonstration, EvidenceUse, NavigationItem, Panel, Searcher, registry


class BenchmarksConfig(AppConfig):
    """The benchmarks of the Prevent duty and the authorities' assessments of themselves against them."""

    name = "benchmarks"
    verbose_name = _("Self-assessment")

    def ready(self) -> None:
        from . import reads

        registry.add(
            NavigationItem(_("Self-assessment"), "benchmarks:assessment_list", "benchmarks.view_assessment", order=12),
            Panel("benchmarks/_attention.html", reads.attention, "benchmarks.view_assessment", order=15),
            Searcher(_("Answers of self-assessments"), reads.search_answers, order=12),
            EvidenceUse(reads.uses_of_evidence, order=12),
            Demonstration(reads.load_demonstration, order=20),
        )
