from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    """Who must know what, who does, and who is next."""

    name = "training"
    verbose_name = _("Training")
