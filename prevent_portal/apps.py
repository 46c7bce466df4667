from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The base app: who you are, what you may see, how a page and a report are made."""

    name = "prevent_portal"
    verbose_name = _("Prevent Portal")

    def ready(self) -> None:
        from . import audit, checks, guard  # noqa: F401  (checks register themselves)

        audit.connect()
        post_migrate.connect(guard.prepare_reader_role, sender=self, dispatch_uid="prepare_reader_role")
