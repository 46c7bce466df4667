"""The one place that asks what day it is, so that rules and tests can be told instead."""

import datetime as dt

from django.utils import timezone


def today() -> dt.date:
    """Today's date in the portal's time zone (Europe/London)."""
    return timezone.localdate()
