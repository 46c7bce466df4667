"""`import_people FILE --authority SLUG [--commit]`: the HR list, as joiners, movers and leavers."""

import datetime as dt
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from prevent_portal import clock
from prevent_portal.commands import PortalCommand, authority_called
from prevent_portal.models import User
from prevent_portal.scoping import acting_for
from training import services
from training.models import Kind, ListKind

from ._lists import read_file


class Command(PortalCommand):
    """Reads people from HR's CSV or Excel list. Who is missing from it leaves only with `--end-missing`."""

    help = "Read people from HR's list (CSV or Excel)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--authority", required=True, metavar="SLUG")
        parser.add_argument("--as-at", type=dt.date.fromisoformat, metavar="YYYY-MM-DD", help="left out: today")
        parser.add_argument("--kind", choices=Kind.values, default=Kind.STAFF, help="of a list that says none")
        parser.add_argument("--end-missing", action="store_true", help="who is missing from the list has left")
        super().add_arguments(parser)

    def run(self, *, actor: User | None, file: Path, authority: str, **options: Any) -> dict[str, Any]:
        organisation = authority_called(authority)
        as_at = options["as_at"] or clock.today()
        if as_at > clock.today():
            raise CommandError(_("--as-at: the day lies in the future."))
        with acting_for(organisation, user_id=actor and actor.pk):
            table, columns = read_file(file, ListKind.PEOPLE, organisation)
            found = services.read_people(
                table, columns, organisation=organisation, as_at=as_at, default_kind=options["kind"]
            )
            confirmed = [each.pk for each in found.missing] if options["end_missing"] else []
            counts = services.import_people(found, organisation=organisation, confirmed=confirmed)
        rejected = [{"row": each.row, "column": each.column, "reason": each.reason} for each in found.rejected]
        return {"authority": organisation.slug, "as_at": as_at, **counts, "rejected_rows": rejected}

    def in_words(self, report: dict[str, Any]) -> Iterable[str]:
        yield _(
            "As at %(day)s: %(joiners)d joined, %(returners)d came back, %(movers)d moved, %(corrected)d corrected, "
            "%(leavers)d left, %(unchanged)d unchanged."
        ) % {**report, "day": date_format(report["as_at"], "j F Y")}
        if report["missing"]:
            yield (
                _("%(missing)d are missing from the list, of whom %(confirmed_leavers)d were recorded as left.")
                % report
            )
        for each in report["rejected_rows"]:
            yield _("Row %(row)d, %(column)s: %(reason)s") % each
