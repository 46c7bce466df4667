"""`import_scores FILE [--commit]`: scores of past years, the authority by its name in the file."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from benchmarks import services
from benchmarks.models import Framework
from benchmarks.services.past_scores import COLUMNS, authorities_by_name
from prevent_portal.commands import PortalCommand, read_file
from prevent_portal.models import User
from prevent_portal.scoping import acting_for


class Command(PortalCommand):
    """Reads past scores, one to a row, for any number of authorities; all of the file is written or nothing."""

    help = f"Read past scores out of a table with the columns {', '.join(COLUMNS)}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--framework", metavar="SHORT_NAME", default="duty-2018", help="left out: duty-2018")
        super().add_arguments(parser)

    def run(self, *, actor: User | None, file: Path, framework: str, **options: Any) -> dict[str, Any]:
        by_slug = {each.slug: each for each in Framework.objects.published()}
        if framework not in by_slug:
            raise CommandError(
                _("No published framework is called %(slug)s. There are: %(known)s.")
                % {"slug": framework, "known": ", ".join(by_slug)}
            )
        lines = services.read_scores(read_file(file), framework=by_slug[framework])
        authorities = authorities_by_name(each.authority for each in lines)
        report: dict[str, Any] = {"framework": framework, "added": 0, "changed": 0, "unchanged": 0, "authorities": []}
        for organisation in dict.fromkeys(authorities.values()):
            own = [each for each in lines if authorities[each.authority] == organisation]
            with acting_for(organisation, user_id=actor and actor.pk):
                counts = services.import_scores(organisation=organisation, framework=by_slug[framework], lines=own)
            years = sorted({each.year for each in own})
            totals = {str(year): sum(each.score for each in own if each.year == year) for year in years}
            report["authorities"].append(
                {"authority": organisation.slug, "name": organisation.name, "totals": totals, **counts}
            )
            for name, count in counts.items():
                report[name] += count
        return report

    def in_words(self, report: dict[str, Any]) -> Iterable[str]:
        for each in report["authorities"]:
            totals = ", ".join(f"{year}: {total}" for year, total in each["totals"].items())
            yield _(
                "%(name)s: %(added)d scores added, %(changed)d changed, %(unchanged)d unchanged; totals %(totals)s"
            ) % {**each, "totals": totals}
