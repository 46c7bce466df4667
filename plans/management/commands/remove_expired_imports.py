"""`remove_expired_imports`: empties files that were given but never confirmed."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from plans import services
from plans.models import PlanImport
from prevent_portal.commands import PortalCommand
from prevent_portal.models import User
from prevent_portal.scoping import all_organisations


class Command(PortalCommand):
    """Discards staged imports whose time is over. To be run once a day."""

    help = "Empty files that were given for import and not confirmed in time."

    def run(self, *, actor: User | None, **options: Any) -> dict[str, Any]:
        with all_organisations(reason=_("not confirmed in time")):
            expired = list(PlanImport.objects.expired(timezone.now()).defer("draft", "written"))
            for plan_import in expired:
                services.discard_import(plan_import=plan_import)
        return {"removed": len(expired)}

    def in_words(self, report: dict[str, Any]) -> Iterable[str]:
        yield _("%(removed)d files removed.") % report
