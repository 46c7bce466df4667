"""E-mails that need a person: those of which nobody knows whether they were sent, and those refused."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from prevent_portal import outbox
from prevent_portal.models import OutgoingMail

REFUSED_SHOWN = 50


class Command(BaseCommand):
    help = (
        "List the e-mails of which nobody knows whether they were sent (whoever was sending them was stopped, or the "
        "line broke), and the last ones that were refused. Look into the mail server's log, then say with --was-sent "
        "or --send-again what is to become of one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--was-sent", metavar="NUMBER", type=int, help="it did go out: leave it at that")
        parser.add_argument("--send-again", metavar="NUMBER", type=int, help="it did not: let it wait for the next run")
        parser.add_argument("--json", action="store_true", help="print the list as JSON and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        for option, settle in (("was_sent", outbox.count_as_sent), ("send_again", outbox.send_again)):
            if (number := options[option]) is not None:
                mail = OutgoingMail.objects.filter(pk=number).first()
                if mail is None or not settle(mail):
                    raise CommandError(_("No e-mail with the number %(n)d waits for an answer.") % {"n": number})
        fields = ("pk", "kind", "period", "address", "claimed_at", "problem")
        unknown = list(outbox.unknown().values(*fields))
        refused = list(OutgoingMail.objects.filter(state=OutgoingMail.State.REFUSED).values(*fields)[:REFUSED_SHOWN])
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {"unknown": unknown, "refused": refused}, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2
                )
            )
            return
        for heading, rows in ((_("Not known whether sent"), unknown), (_("Refused"), refused)):
            self.stdout.write(f"{heading}: {len(rows)}")
            for row in rows:
                what = f"{row['pk']}  {row['kind']} {row['period']}  {row['address']}"
                self.stdout.write(f"  {what}  {row['claimed_at']:%Y-%m-%d %H:%M}  {row['problem']}")
