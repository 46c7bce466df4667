"""`import_plan FILE --authority SLUG`: a council's plan from Word, Excel, CSV or text."""

import datetime as dt
import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from plans import services
from plans.models import COLUMN_LABELS, RAG_LABELS, Plan, PlanImport
from plans.rules import Rag
from plans.understanding import summary
from prevent_portal.commands import PortalCommand, authority_called
from prevent_portal.models import Organisation, User
from prevent_portal.scoping import acting_for
from prevent_portal.tables_in import UnreadableFile

TITLE_CHARACTERS = Plan._meta.get_field("title").max_length

_COLUMNS = re.compile(r"^(?:table )?(.+?):(\d+=[a-z_]*(?:,\s*\d+=[a-z_]*)*)$", re.IGNORECASE)


def columns_of_a_table(text: str) -> tuple[int | str, dict[int, str]]:
    """`"table 1:0=ref,1=objective"`, or a sheet's name before the colon: the table, and columns (from 0) by field."""
    found = _COLUMNS.match(text.strip())
    if found is None:
        raise ArgumentTypeError(_("write it like this: “table 1:0=ref,1=objective”"))
    table, columns = found.groups()
    pairs = (pair.split("=") for pair in columns.split(","))
    named = {int(column): name.strip().lower() for column, name in pairs}
    if unknown := set(named.values()) - {"", *COLUMN_LABELS}:
        fields = ", ".join(COLUMN_LABELS)
        raise ArgumentTypeError(_("%(name)s is none of these: %(fields)s") % {"name": min(unknown), "fields": fields})
    return (int(table) if table.isdigit() else table), named


class Command(PortalCommand):
    """Reads a file, says what was understood and, with --commit, writes its plan or plans, or updates one."""

    help = "Import an action plan from a Word, Excel, CSV or tab-separated text file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--authority", required=True, metavar="SLUG")
        parser.add_argument("--title", help="left out: the title that the file gives")
        parser.add_argument("--from", dest="period_start", type=dt.date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--to", dest="period_end", type=dt.date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument(
            "--columns",
            type=columns_of_a_table,
            action="append",
            default=[],
            metavar='"TABLE:COLUMN=FIELD,..."',
            help=_("what the columns of a table hold, counted from 0: “table 1:0=ref,1=objective”; can be repeated"),
        )
        parser.add_argument(
            "--one-plan", action="store_true", help="all tables are one plan, whatever stands above them"
        )
        parser.add_argument("--update", type=int, metavar="PLAN_ID", help="write what differs into this plan")
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
        columns: Sequence[tuple[int | str, dict[int, str]]],
        one_plan: bool,
        update: int | None,
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
            plan = _plan_to_update(organisation, update)
            try:
                staged = services.stage_imports(
                    organisation=organisation,
                    file_name=file.name,
                    data=file.read_bytes(),
                    user=actor,
                    title=title,
                    period=(period_start, period_end) if period_start and period_end else None,
                    columns=dict(columns),
                    as_one=one_plan or plan is not None,
                )
            except OSError as error:
                raise CommandError(f"{file}: {error.strerror}") from error
            except UnreadableFile as error:
                raise CommandError(f"{file.name}: {error}") from error
            reports = [_bring_up_to_date(each, plan) if plan else _import(each) for each in staged]
        return {
            "file": file.name,
            "authority": organisation.slug,
            **_added_up(reports),
            "title": reports[0]["title"],
            "plan": reports[0]["plan"],
            "import": reports[0]["import"],
            "already_imported": all(report["already_imported"] for report in reports),
            "plans": reports,
        }

    def in_words(self, report: dict[str, Any]) -> Iterable[str]:
        for plan in report["plans"]:
            yield from _plan_in_words(plan, is_committed=report.get("committed", False))


def _plan_to_update(organisation: Organisation, pk: int | None) -> Plan | None:
    if pk is None:
        return None
    try:
        return Plan.objects.of(organisation).get(pk=pk)
    except Plan.DoesNotExist as error:
        raise CommandError(_("%(authority)s has no plan %(pk)d.") % {"authority": organisation, "pk": pk}) from error


def _understood(staged: PlanImport) -> dict[str, Any]:
    draft = services.draft_of(staged)
    return {"title": draft.title, **summary(draft)}


def _import(staged: PlanImport) -> dict[str, Any]:
    """Make a plan of one of the file's plans, unless there is one of this very file."""
    report = _understood(staged)
    if (earlier := services.earlier_import(plan_import=staged)) is not None:
        services.discard_import(plan_import=staged)
        return report | {"plan": earlier.plan_id, "import": earlier.pk, "already_imported": True}
    plan = services.commit_import(plan_import=staged)
    return report | {"plan": plan.pk, "import": staged.pk, "already_imported": False}


def _bring_up_to_date(staged: PlanImport, plan: Plan) -> dict[str, Any]:
    """Write what differs into the plan, but for rows that were changed in the portal and in the file alike."""
    diff = services.compare(plan_import=staged, plan=plan)
    report = _understood(staged) | {
        "plan": plan.pk,
        "import": None,
        "already_imported": not diff.rows,
        "new": [row.text for row in diff.new],
        "changed": [
            {"row": f"{row.ref} {row.text}".strip(), "fields": [change.label for change in row.changes]}
            for row in diff.changed
        ],
        "conflicts": [f"{row.ref} {row.text}".strip() for row in diff.rows if row.is_conflict],
        "missing": [f"{row.ref} {row.text}".strip() for row in diff.missing],
        "unchanged": diff.unchanged,
    }
    if not diff.keys_without_conflict:
        services.discard_import(plan_import=staged)
        return report
    done = services.update_plan_from_import(
        plan_import=staged, plan=plan, rows=diff.keys_without_conflict, fingerprint=diff.fingerprint
    )
    return report | {"import": done.pk}


_OF_ONE_PLAN = {"title", "plan", "import", "already_imported"}


def _added_up(reports: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The whole file: numbers are sums, lists follow one another."""
    total: dict[str, Any] = {}
    for report in reports:
        for name, value in report.items():
            if name not in _OF_ONE_PLAN:
                total[name] = _sum(total[name], value) if name in total else value
    return total


def _sum(one: Any, other: Any) -> Any:
    if isinstance(one, dict):
        names = dict.fromkeys([*one, *other])
        return {
            name: _sum(one[name], other[name]) if name in one and name in other else one.get(name, other.get(name))
            for name in names
        }
    return one + other


def _plan_in_words(report: dict[str, Any], *, is_committed: bool) -> Iterable[str]:
    yield _("%(title)s: %(objectives)d objectives, %(actions)d actions") % report
    for section in report["sections"]:
        yield f"  {section['title']}: {section['objectives']}, {section['actions']}"
    for rag in Rag:
        counted = report["not_stated"] if rag is Rag.NOT_STATED else report["rag"][rag.value]
        yield f"  {RAG_LABELS[rag]}: {counted}"
    for mismatch in report["mismatches"]:
        yield _("The plan's own totals differ: %s") % ", ".join(f"{name} {value}" for name, value in mismatch.items())
    for row in report["quarantined"]:
        yield _("Set aside: %(table)s, row %(row)s: %(reason)s") % row
    if "changed" in report:
        yield from _update_in_words(report, is_committed=is_committed)
    elif report["already_imported"]:
        yield _("This file was imported before, as plan %(plan)s. Nothing to do.") % report
    elif is_committed:
        yield _("Imported as plan %(plan)s, a draft. To take it back: undo_import %(import)s") % report


def _update_in_words(report: dict[str, Any], *, is_committed: bool) -> Iterable[str]:
    for row in report["changed"]:
        yield _("Changed: %(row)s: %(fields)s") % {"row": row["row"], "fields": ", ".join(row["fields"])}
    for text in report["new"]:
        yield _("New: %s") % text
    for text in report["conflicts"]:
        yield _("Changed in the portal too, and left as it is there: %s") % text
    for text in report["missing"]:
        yield _("Not in the file, and left as it is: %s") % text
    if not report["changed"] and not report["new"]:
        yield _("The plan says all that the file says. Nothing to do.")
    elif is_committed and report["import"]:
        yield _("Plan %(plan)s was updated. To take it back: undo_import %(import)s") % report
