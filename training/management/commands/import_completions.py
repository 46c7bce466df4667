"""`import_completions FILE --authority SLUG [--commit]`: who completed what, from the learning system's list."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from prevent_portal import clock
from prevent_portal.commands import PortalCommand, authority_called
from prevent_portal.models import User
from prevent_portal.scoping import acting_for
from training import services
from training.models import ListKind

from ._lists import read_file

SHOWN_FROM_ROWS = 10_000
"""A shorter list is read before anybody looks up."""


class Command(PortalCommand):
    """Reads completions from a CSV or Excel list; given twice, it changes nothing the second time."""

    help = "Read completions from the learning system's list (CSV or Excel)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--authority", required=True, metavar="SLUG")
        super().add_arguments(parser)

    def run(self, *, actor: User | None, file: Path, authority: str, **options: Any) -> dict[str, Any]:
        organisation = authority_called(authority)
        with acting_for(organisation, user_id=actor and actor.pk):
            table, columns = read_file(file, ListKind.COMPLETIONS, organisation)
            rows = len(table.rows)

            def tell(done: int) -> None:
                if rows >= SHOWN_FROM_ROWS and done % SHOWN_FROM_ROWS == 0:
                    self.stderr.write(_("%(done)d of %(rows)d rows read") % {"done": done, "rows": rows})

            found = services.read_completions(
                table, columns, organisation=organisation, today=clock.today(), progress=tell
            )
            services.import_completions(found)
        return {
            "authority": organisation.slug,
            "rows": rows,
            "accepted": found.accepted,
            "repeated": found.repeated,
            "set_aside": {
                "not_completed": found.not_completed,
                "course_unknown": found.unknown_course_count,
                "unknown_courses": dict(found.unknown_courses.most_common()),
            },
            "rejected": [{"row": each.row, "column": each.column, "reason": each.reason} for each in found.rejected],
            "rejected_count": found.rejected_count,
            "unmatched": [
                {"number": each.number, "email": each.email, "name": each.name, "rows": list(each.rows)}
                for each in found.unmatched
            ],
            "unmatched_count": found.unmatched_count,
        }

    def in_words(self, report: dict[str, Any]) -> Iterable[str]:
        aside = report["set_aside"]
        yield _("%(accepted)d new completions, %(repeated)d known already.") % report
        yield _("Set aside: %(not_completed)d not completed, %(course_unknown)d of courses that are not known.") % aside
        for name, count in aside["unknown_courses"].items():
            yield _("  not known: “%(name)s”, %(count)d rows") % {"name": name, "count": count}
        yield _("%(rejected_count)d rows refused, %(unmatched_count)d of people who are not known.") % report
        for each in report["rejected"]:
            yield _("Row %(row)d, %(column)s: %(reason)s") % each
        for each in report["unmatched"]:
            who = ", ".join(filter(None, (each["number"], each["email"], each["name"])))
            yield _("Not known: %(who)s (row %(row)d)") % {"who": who or "–", "row": each["rows"][0]}
