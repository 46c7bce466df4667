"""Fill this installation with the demonstration county."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from prevent_portal import clock, demonstration


class Command(BaseCommand):
    help = (
        "Load the demonstration county with its districts, accounts and plans. Does nothing if it is there already. "
        "Refused where the settings do not allow demonstration accounts, as in production."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            is_new = demonstration.load(today=clock.today())
        except demonstration.DemonstrationNotAllowed as error:
            raise CommandError(str(error)) from error
        if is_new:
            self.stdout.write(_("The demonstration county is loaded. Its accounts: demonstration_accounts"))
        else:
            self.stdout.write(_("The demonstration county is there already; nothing was changed."))
