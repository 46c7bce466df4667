"""Write this week's digests and send whatever waits in the outbox."""

import json
from argparse import ArgumentParser
from collections import defaultdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from prevent_portal import clock, digests, outbox
from prevent_portal.digests import Part
from prevent_portal.models import DigestChoice, OutgoingMail, User
from prevent_portal.scoping import acting_for


class Command(BaseCommand):
    help = (
        "Write a digest for everybody for whom something waits, once a week each, and send what is in the outbox. Run "
        "it as often as you like, for instance every hour: nobody gets a digest twice. Ends with 1 if the mail server "
        "could not be reached or somebody has to find out what became of an e-mail (script/manage outbox)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say who would get a digest; write and send nothing")
        parser.add_argument("--json", action="store_true", help="print the report as JSON and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        today = clock.today()
        with transaction.atomic():
            mails = list(digests.written(self._parts(today), today=today))
            made = 0 if options["dry_run"] else outbox.put(mails)
        if options["dry_run"]:
            report = {"digests": [{"address": each.address, "subject": each.subject} for each in mails]}
            lines = [f"{each.address}: {each.subject}" for each in mails]
            lines.append(_("%(n)d digests; nothing was written or sent.") % {"n": len(mails)})
            self._print(report, lines, as_json=options["json"])
            return
        delivery = outbox.deliver()
        unknown = outbox.unknown().count()
        states = OutgoingMail.State
        report = {
            "period": digests.period_of(today),
            "digests": len(mails),
            "new": made,
            "sent": delivery[states.SENT],
            "refused": delivery[states.REFUSED],
            "put_off": delivery[states.WAITING],
            "unknown": unknown,
            "waiting": OutgoingMail.objects.filter(state=states.WAITING).count(),
            "problem": delivery.problem,
        }
        lines = [
            _("Digests for %(period)s: %(digests)d, of these %(new)d new.") % report,
            _("E-mails sent: %(sent)d; refused: %(refused)d; put off: %(put_off)d; waiting: %(waiting)d.") % report,
        ]
        self._print(report, lines, as_json=options["json"])
        if unknown:
            raise CommandError(
                _("Of %(n)d e-mails nobody knows whether they were sent: see script/manage outbox.") % {"n": unknown}
            )
        if delivery.problem:
            raise CommandError(delivery.problem)

    @staticmethod
    def _parts(today) -> dict[User, list[Part]]:
        choices = {each.user_id: each for each in DigestChoice.objects.all()}
        parts: dict[User, list[Part]] = defaultdict(list)
        for organisation, people in digests.recipients(today).items():
            with acting_for(organisation):
                for user, part in digests.gather(organisation, people, choices, today=today):
                    parts[user].append(part)
        return parts

    def _print(self, report: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            return
        for line in lines:
            self.stdout.write(line)
