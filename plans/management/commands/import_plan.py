"""`import_plan FILE --authority SLUG`: a council's plan from Word, Excel, CSV or text."""

import datetime as dt
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from plans import services
from plans.models import RAG_LABELS, Plan
from plans.rules import Rag
from plans.understanding import summary
from prevent_portal.commands import PortalCommand, authority_called
from prevent_portal.models import User
from prevent_portal.scoping import acting_for
from prevent_portal.tables_in import UnreadableFile

TITLE_CHARACTERS = Plan._meta.get_field("title").max_length


class Command(PortalCommand):
    """Reads a plan, says what was understood and, with --commit, writes it as a draft plan."""

    help = "Import an action plan from a Word, Excel, CSV or tab-separated text file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--authority", required=True, metavar="SLUG")
        parser.add_argument("--title", help="left out: the title that the file gives")
        parser.add_argument("--from", dest="period_start", type=dt.date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--to", dest="period_end", type=dt.date.fromisoformat, metavar="YYYY-MM-DD")
        super().add_arguments(parser)

    def run(
        self,
        *,
        actor: User | None,
        file: Path,
        authority: str,
        title: str | None,
        period_start: dt.date | None,
        period_end: dt.date | None,
        **options: Any,
    ) -> dict[str, Any]:
        if (period_start is None) != (period_end is None):
            raise CommandError(_("Give both --from and --to, or neither."))
        if title is not None and not 0 < len(title.strip()) <= TITLE_CHARACTERS:
            raise CommandError(_("--title must have 1 to %d characters.") % TITLE_CHARACTERS)
        if period_start and period_end and period_end < period_start:
            raise CommandError(_("--to must not be earlier than --from."))
        organisation = authority_called(authority)
        with acting_for(organisation, user_id=actor and actor.pk):
            try:
                (staged,) = services.stage_imports(
                    organisation=organisation,
                    file_name=file.name,
                    data=file.read_bytes(),
                    user=actor,
                    title=title,
                    period=(period_start, period_end) if period_start and period_end else None,
                )
            except OSError as error:
                raise CommandError(f"{file}: {error.strerror}") from error
            except UnreadableFile as error:
                raise CommandError(f"{file.name}: {error}") from error
            draft = services.draft_of(staged)
            report = {"file": file.name, "authority": organisation.slug, "title": draft.title, **summary(draft)}
            if (earlier := services.earlier_import(plan_import=staged)) is not None:
                services.discard_import(plan_import=staged)
                return report | {"plan": earlier.plan_id, "already_imported": True}
            plan = services.commit_import(plan_import=staged)
            return report | {"plan": plan.pk, "already_imported": False}

    def in_words(self, report: dict[str, Any]) -> Iterable[str]:
        yield _("%(title)s: %(objectives)d objectives, %(actions)d actions") % report
        for section in report["sections"]:
            yield f"  {section['title']}: {section['objectives']}, {section['actions']}"
        for rag in Rag:
            counted = report["not_stated"] if rag is Rag.NOT_STATED else report["rag"][rag.value]
            yield f"  {RAG_LABELS[rag]}: {counted}"
        for mismatch in report["mismatches"]:
            yield _("The plan's own totals differ: %s") % _in_line(mismatch)
        for row in report["quarantined"]:
            yield _("Set aside: %(table)s, row %(row)s: %(reason)s") % row
        if report["already_imported"]:
            yield _("This file was imported before, as plan %(plan)s. Nothing to do.") % report
        elif report.get("committed"):
            yield _("Imported as plan %(plan)s, a draft.") % report


def _in_line(mismatch: Any) -> str:
    if isinstance(mismatch, dict):
        return ", ".join(f"{name} {value}" for name, value in mismatch.items())
    return str(mismatch)
