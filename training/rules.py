"""When training counts, and until when: the rules of compliance in one place.

Statutory guidance of 2023 (training): staff should understand what susceptibility to radicalisation looks like and know
how to refer; which roles need what, and how often again, each authority settles for itself. So the periods are
settings of a course and of a requirement, and the only number here is how early to say that something runs out.
"""

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

SOON_DAYS = 60
"""Training that stops counting within so many days is "expiring": time enough to book a place."""

ONE_DAY = dt.timedelta(days=1)


class Standing(StrEnum):
    """How one person stands to one requirement on one day."""

    CURRENT = "current"
    EXPIRING = "expiring"
    NOT_YET_DUE = "not_yet_due"
    EXPIRED = "expired"
    NEVER = "never"


COMPLIANT = frozenset({Standing.CURRENT, Standing.EXPIRING})


@dataclass(frozen=True, slots=True)
class Taken:
    """That a course, or one that counts as it, was completed; a certificate may say until when it is good."""

    completed_on: dt.date
    expires_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a requirement asks: within how many days of starting, and again every how many months (None: once)."""

    from_on: dt.date
    within_days: int
    renew_months: int | None


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later or, below nought, earlier; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def good_until(taken: Taken, renew_months: int | None) -> dt.date | None:
    """The last day on which it counts: the earlier of the certificate's end and the renewal; None: for good."""
    ends = [each for each in (taken.expires_on, renew_months and add_months(taken.completed_on, renew_months)) if each]
    return min(ends, default=None)


def good_since(day: dt.date, renew_months: int | None) -> dt.date:
    """The earliest day of completion that still counts on `day`, certificates apart: the same rule for SQL."""
    if not renew_months:
        return dt.date.min
    since = add_months(day, -renew_months)
    while add_months(since, renew_months) < day:
        # 31 May less three months is 28 February, and three months after that is 28 May.
        since += ONE_DAY
    return since


def due_by(terms: Terms, role_began_on: dt.date) -> dt.date:
    """The last day for whoever has never done it: days of grace run from the later of role and requirement."""
    return max(terms.from_on, role_began_on) + dt.timedelta(days=terms.within_days)


def standing_of(taken: Iterable[Taken], terms: Terms, *, role_began_on: dt.date, on: dt.date) -> Standing:
    """How somebody in this role stands to a requirement that holds on day `on`."""
    before = [each for each in taken if each.completed_on <= on]
    ends = [good_until(each, terms.renew_months) for each in before]
    if any(end is None or end >= on + dt.timedelta(days=SOON_DAYS) for end in ends):
        return Standing.CURRENT
    if any(end >= on for end in ends if end is not None):
        return Standing.EXPIRING
    if due_by(terms, role_began_on) >= on:
        return Standing.NOT_YET_DUE
    return Standing.EXPIRED if before else Standing.NEVER


def percentage(part: int, whole: int) -> int | None:
    """Whole per cent, rounded down: 100 only where nobody is missing. None of nothing."""
    return part * 100 // whole if whole else None
