"""`remove_expired_lists`: removes lists of people and completions that nobody has imported in time."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from prevent_portal.commands import PortalCommand
from prevent_portal.models import User
from prevent_portal.scoping import all_organisations
from training.models import ListImport


class Command(PortalCommand):
    """Removes staged lists whose time is over. To be run once a day."""

    help = "Remove lists that were given and not imported in time."

    def run(self, *, actor: User | None, **options: Any) -> dict[str, Any]:
        with all_organisations(reason=_("not imported in time")):
            removed, _by_model = ListImport.objects.expired(timezone.now()).delete()
        return {"removed": removed}

    def in_words(self, report: dict[str, Any]) -> Iterable[str]:
        yield _("%(removed)d lists removed.") % report
