from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BenchmarksConfig(AppConfig):
    """The benchmarks of the Prevent duty that authorities assess themselves against."""

    name = "benchmarks"
    verbose_name = _("Benchmarks")
