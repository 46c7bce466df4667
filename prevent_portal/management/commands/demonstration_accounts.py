"""Print the accounts with which the demonstration county can be tried."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from prevent_portal import demonstration


class Command(BaseCommand):
    help = "Print e-mail address, role, authority and password of the demonstration accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the accounts as JSON and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        if not demonstration.is_loaded():
            raise CommandError(_("The demonstration county is not loaded here. Run load_demonstration first."))
        names = {organisation.slug: organisation.name for organisation in demonstration.ORGANISATIONS}
        accounts = [
            {
                "email": account.email,
                "role": account.role_label,
                "authority": names.get(account.organisation, "–"),
                "password": demonstration.PASSWORD,
                "good_for": str(account.good_for),
            }
            for account in demonstration.ACCOUNTS
        ]
        if options["json"]:
            self.stdout.write(json.dumps(accounts, ensure_ascii=False, indent=2))
            return
        self._print_table(accounts)

    def _print_table(self, accounts: list[dict[str, str]]) -> None:
        headings = {
            "email": _("E-mail"),
            "role": _("Role"),
            "authority": _("Authority"),
            "password": _("Password"),
        }
        widths = {key: max(len(row[key]) for row in [headings, *accounts]) for key in headings}
        self._print_row(headings, widths)
        self.stdout.write("  ".join("-" * width for width in widths.values()))
        for account in accounts:
            self._print_row(account, widths)
            self.stdout.write(f"    {account['good_for']}")

    def _print_row(self, row: dict[str, str], widths: dict[str, int]) -> None:
        self.stdout.write("  ".join(row[key].ljust(width) for key, width in widths.items()).rstrip())
