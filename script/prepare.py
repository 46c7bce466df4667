"""Brings the database up to date before the portal is served, and prints the demonstration accounts.

One process for all of it: starting Django costs more than the work itself.
"""

import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django
from django.conf import settings
from django.core.management import call_command

django.setup()

from prevent_portal import demonstration
from prevent_portal.models import Organisation


def main() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    # A database in which somebody has begun to work stays as it is.
    if settings.DEMONSTRATION_ALLOWED and not Organisation.objects.exists():
        print("Loading the demonstration county", file=sys.stderr)
        call_command("load_demonstration", stdout=io.StringIO())
    if settings.DEMONSTRATION_ALLOWED and demonstration.is_loaded():
        call_command("demonstration_accounts")


if __name__ == "__main__":
    main()
