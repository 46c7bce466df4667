"""`undo_import ID`: take an import back as long as nothing else has touched what it wrote."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from plans import services
from plans.models import PlanImport
from prevent_portal.commands import PortalCommand
from prevent_portal.models import User
from prevent_portal.scoping import acting_for, all_organisations


class Command(PortalCommand):
    """Undoes one import: its new plan goes, or a plan that it updated gets its values back."""

    help = "Undo an import, by the number that import_plan gave it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("import_id", type=int, metavar="ID")
        super().add_arguments(parser)

    def run(self, *, actor: User | None, import_id: int, **options: Any) -> dict[str, Any]:
        with all_organisations(reason=_("finding import %d") % import_id):
            plan_import = PlanImport.objects.select_related("organisation").filter(pk=import_id).first()
        if plan_import is None:
            raise CommandError(_("There is no import %d.") % import_id)
        with acting_for(plan_import.organisation, user_id=actor and actor.pk):
            plan_id = plan_import.plan_id
            undone = services.undo_import(plan_import=plan_import)
        return {
            "import": undone.pk,
            "file": undone.file_name,
            "authority": plan_import.organisation.slug,
            "plan": plan_id,
            "is_update": undone.is_update,
        }

    def in_words(self, report: dict[str, Any]) -> Iterable[str]:
        if report["is_update"]:
            yield _("%(file)s: plan %(plan)s is as it was before.") % report
        else:
            yield _("%(file)s: plan %(plan)s is gone. The file is kept.") % report
