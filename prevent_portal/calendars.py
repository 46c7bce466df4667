"""Private addresses from which calendar programs fetch due dates (iCalendar, RFC 5545).

The secret is in the address alone; what is kept is its hash. A calendar shows what its owner may see at the moment of
fetching, so it dries up with their account, and it is taken back like any key.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from .models import CalendarFeed, Organisation, User
from .panels import CalendarEntry, CalendarSource, registry

SECRET_BYTES = 32


def make_feed(*, organisation: Organisation, user: User, kind: str, subject_id: int | None) -> str:
    """A new address for this calendar; returns its secret. The one before opens nothing any more."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        for earlier in feeds_of(organisation, user).filter(kind=kind, subject_id=subject_id):
            revoke_feed(earlier)
        CalendarFeed(
            organisation=organisation, user=user, kind=kind, subject_id=subject_id, token_sha256=_hash(secret)
        ).save()
    return secret


def revoke_feed(feed: CalendarFeed) -> None:
    """Take an address back: calendar programs get nothing from it any more."""
    feed.revoked_at = timezone.now()
    feed.save()


def feeds_of(organisation: Organisation, user: User):
    """This person's addresses that work."""
    return CalendarFeed.objects.of(organisation).filter(user=user, revoked_at=None)


def feed_opened_by(organisation: Organisation, secret: str) -> CalendarFeed | None:
    """The address that this secret belongs to, with its owner, if it works."""
    working = CalendarFeed.objects.of(organisation).filter(revoked_at=None).select_related("user")
    return working.filter(token_sha256=_hash(secret)).first()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def source_called(kind: str) -> CalendarSource | None:
    """The kind of calendar of this name."""
    return next((each for each in registry.calendar_sources if each.kind == kind), None)


def as_ical(name: str, entries: Iterable[CalendarEntry]) -> bytes:
    """A calendar of days, in the order given; the same entries give the same bytes."""
    # Slow to import, and few processes ever need it.
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Prevent Portal//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("sequence", entry.sequence)
        event.add("dtstamp", entry.changed_at.astimezone(dt.UTC).replace(microsecond=0))
        event.add("dtstart", entry.on)
        event.add("summary", entry.text)
        event.add("description", f"{entry.detail}\n{settings.PORTAL_URL}{entry.address}")
        event.add("url", f"{settings.PORTAL_URL}{entry.address}")
        # A day on which something is due does not make anybody busy.
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return calendar.to_ical()
