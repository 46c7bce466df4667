"""`import_framework FILE --title ... --year ... [--commit]`: a published framework's wording."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from benchmarks import services
from benchmarks.framework_reader import read_framework
from benchmarks.models import Framework
from prevent_portal import clock
from prevent_portal.commands import PortalCommand, read_file
from prevent_portal.models import User


class Command(PortalCommand):
    """Reads a framework of benchmarks and publishes it."""

    help = "Read the published benchmarks out of a document (Word, text, CSV or Excel)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--title", required=True, help="what the portal calls it")
        parser.add_argument("--year", type=int, required=True, help="the year of its publication")
        parser.add_argument("--source", default="", help="where the wording comes from")
        parser.add_argument("--succeeds", metavar="SHORT_NAME", help="the framework whose benchmarks it takes up")
        super().add_arguments(parser)

    def run(
        self,
        *,
        actor: User | None,
        file: Path,
        title: str,
        year: int,
        source: str,
        succeeds: str | None,
        **options: Any,
    ) -> dict[str, Any]:
        draft = read_framework(read_file(file))
        if draft.problems:
            raise ValidationError([str(each) for each in draft.problems])
        framework = services.publish_framework(
            draft,
            title=title,
            year=year,
            on=clock.today(),
            source=source,
            succeeds=self._framework(succeeds) if succeeds else None,
        )
        return {
            "framework": framework.slug,
            "title": framework.title,
            "year": framework.year,
            **draft.counts(),
            "by_benchmark": [
                {"number": each.number, "title": each.title, **each.counts()} for each in draft.benchmarks
            ],
        }

    @staticmethod
    def _framework(slug: str) -> Framework:
        try:
            return Framework.objects.published().get(slug=slug)
        except Framework.DoesNotExist as error:
            known = ", ".join(Framework.objects.published().values_list("slug", flat=True))
            raise CommandError(
                _("No published framework is called %(slug)s. There are: %(known)s.") % {"slug": slug, "known": known}
            ) from error

    def in_words(self, report: dict[str, Any]) -> Iterable[str]:
        yield (
            _(
                "%(title)s: %(benchmarks)d benchmarks, %(outcomes)d outcomes, %(questions)d questions "
                "(%(expectations)d expectations of compliance, %(good_practice)d of good practice), %(prompts)d prompts"
            )
            % report
        )
        for each in report["by_benchmark"]:
            yield (
                _(
                    "%(number)d. %(title)s: %(expectations)d expectations, %(good_practice)d of good practice, "
                    "%(prompts)d prompts"
                )
                % each
            )
