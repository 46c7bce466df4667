"""`render_plan PLAN_ID --edition full|public --format pdf|docx|xlsx -o FILE`: a plan's paper as a file."""

import datetime as dt
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from plans import reports
from plans.models import EARLIEST_YEAR, LATEST_YEAR, Plan
from prevent_portal import audit, clock
from prevent_portal.commands import PortalCommand
from prevent_portal.models import User
from prevent_portal.scoping import acting_for, all_organisations

BUILDERS = {
    reports.Edition.FULL: reports.build_plan_report,
    reports.Edition.PUBLIC: reports.build_public_plan_report,
}
WRITERS = {"pdf": reports.plan_pdf, "docx": reports.plan_docx, "xlsx": reports.plan_workbook}


class Command(PortalCommand):
    """Writes a plan's paper to a file, and writes down that it did."""

    help = "Render a plan as PDF, as a Word file or as an Excel workbook."
    needs_commit = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan_id", type=int)
        parser.add_argument("--edition", choices=[edition.value for edition in BUILDERS], default="full")
        parser.add_argument("--format", choices=list(WRITERS), default="pdf")
        parser.add_argument("--as-of", type=dt.date.fromisoformat, metavar="YYYY-MM-DD", help="left out: today")
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
        super().add_arguments(parser)

    def run(
        self,
        *,
        actor: User | None,
        plan_id: int,
        edition: str,
        format: str,
        as_of: dt.date | None,
        output: Path,
        **options: Any,
    ) -> dict[str, Any]:
        if as_of and not EARLIEST_YEAR <= as_of.year <= LATEST_YEAR:
            raise CommandError(_("--as-of must lie between %d and %d.") % (EARLIEST_YEAR, LATEST_YEAR))
        with all_organisations(reason=_("finding plan %d") % plan_id):
            plan = Plan.objects.select_related("organisation").filter(pk=plan_id).first()
        if plan is None:
            raise CommandError(_("There is no plan %d.") % plan_id)
        with acting_for(plan.organisation, user_id=actor and actor.pk):
            report = BUILDERS[reports.Edition(edition)](plan, as_of=as_of or clock.today())
            contents = WRITERS[format](report)
            audit.record(audit.Event.DOWNLOADED, plan, changes={"file": output.name})
            if report.is_public:
                for place in reports.seeming_names(report, plan.organisation):
                    self.stderr.write(
                        _("Check before you publish: %(where)s %(pk)d: %(quote)s")
                        % {"where": place.where, "pk": place.pk or plan.pk, "quote": place.quote}
                    )
        try:
            output.write_bytes(contents)
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from error
        return {
            "plan": plan.pk,
            "title": report.title,
            "edition": edition,
            "format": format,
            "file": str(output),
            "bytes": len(contents),
            "actions": report.action_count,
            "left_out": report.left_out,
        }

    def in_words(self, report: dict[str, Any]) -> Iterable[str]:
        yield _("%(title)s: %(actions)d actions, %(left_out)d left out, %(bytes)d bytes in %(file)s") % report
