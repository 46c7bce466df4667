"""The rules of a plan: what red, amber and green mean and which dates can be missed.

Pure functions and constants; nothing here imports Django. `querysets.py` builds its SQL from the same
constants, and a test holds the two equal.
"""

import datetime as dt
from enum import StrEnum

RED_AFTER_DAYS_OVERDUE = 30
"""An open action more than this many days past its target date is red; up to it, amber.

No guidance sets the figure: councils' own plans only say "some" and "significant" slippage. One month
is the gap between two meetings of a monthly operational group.
"""

DUE_SOON_DAYS = 30
"""An open action due within this many days is listed as due soon."""

DUE_NOW_DAYS = 7
"""A digest tells what is due within this many days before what is due within `DUE_SOON_DAYS`."""

QUIET_AFTER_DAYS = 90
"""An open action with no update for more than this many days is asked about: boards meet once a quarter."""


class Rag(StrEnum):
    """Where an action stands, as councils' summary sheets word it."""

    GREEN = "green"  # on track
    AMBER = "amber"  # some slippage
    RED = "red"  # significant slippage
    BLUE = "blue"  # complete
    NOT_STATED = "not_stated"  # nobody has said; never to be read as green


class DateKind(StrEnum):
    """What sort of target date the plan's author wrote."""

    FIXED = "fixed"  # "March 2025", "14/12/23"
    RECURRING = "recurring"  # "Annually", "March 2016 and annual review"
    ONGOING = "ongoing"  # "On going"
    START = "start"  # "With effect from 1st January 2016"
    TERM = "term"  # "Start of the summer term 2016"
    CONDITIONAL = "conditional"  # "When resources allow"
    CROSS_REFERENCE = "cross_reference"  # "See 9 above"
    TO_BE_CONFIRMED = "to_be_confirmed"  # "tbc"
    UNREADABLE = "unreadable"  # kept as written; a person decides


KINDS_THAT_FALL_DUE = frozenset({DateKind.FIXED, DateKind.RECURRING})
"""Only these can be overdue: the others state no day by which something must be done."""


class DueBand(StrEnum):
    """How near an action's due date is, as a list by due date groups it; most urgent first."""

    OVERDUE = "overdue"
    SOON = "soon"  # today or within DUE_SOON_DAYS days
    QUARTER = "quarter"  # after that, but in the quarter that today is in
    LATER = "later"
    NO_DATE = "no_date"  # no date that falls due
    COMPLETE = "complete"


def last_day_of_quarter(on: dt.date) -> dt.date:
    """The last day of the quarter that `on` is in; calendar quarters are also those of the financial year."""
    last_month = (on.month + 2) // 3 * 3
    first_after = dt.date(on.year + last_month // 12, last_month % 12 + 1, 1)
    return first_after - dt.timedelta(days=1)


def due_band(*, is_complete: bool, due_on: dt.date | None, today: dt.date) -> DueBand:
    """The band of an action; `due_on` is the earliest unmet date that falls due."""
    if is_complete:
        return DueBand.COMPLETE
    if due_on is None:
        return DueBand.NO_DATE
    if due_on < today:
        return DueBand.OVERDUE
    if due_on <= today + dt.timedelta(days=DUE_SOON_DAYS):
        return DueBand.SOON
    return DueBand.QUARTER if due_on <= last_day_of_quarter(today) else DueBand.LATER


def is_quiet(*, heard_of_on: dt.date | None, today: dt.date) -> bool:
    """Whether an open action has had no update for too long; `heard_of_on`: see `ActionQuerySet.with_heard_of_on`."""
    return heard_of_on is not None and (today - heard_of_on).days > QUIET_AFTER_DAYS


def computed_rag(*, is_complete: bool, due_on: dt.date | None, today: dt.date) -> Rag:
    """The RAG that the dates alone give; `due_on` is the earliest unmet date that falls due.

    Complete is blue; no date that falls due is "not stated", since the dates say nothing.
    """
    if is_complete:
        return Rag.BLUE
    if due_on is None:
        return Rag.NOT_STATED
    days_overdue = (today - due_on).days
    if days_overdue > RED_AFTER_DAYS_OVERDUE:
        return Rag.RED
    return Rag.AMBER if days_overdue > 0 else Rag.GREEN


_WORSE = (Rag.BLUE, Rag.GREEN, Rag.AMBER, Rag.RED)


class ReasonNeeded(StrEnum):
    """Why somebody who states a RAG has to say more."""

    WORSE = "worse"  # than what was stated before
    DIFFERS = "differs"  # from what the dates say


def differs_from_dates(stated: Rag, computed: Rag) -> bool:
    """Whether somebody has stated a RAG and the dates give another; dates that say nothing contradict nobody."""
    return Rag.NOT_STATED not in (stated, computed) and stated is not computed


def reason_needed(*, before: Rag, stated: Rag, computed: Rag) -> ReasonNeeded | None:
    """Why stating `stated` after `before` needs a reason; `computed` takes account of `stated` being blue."""
    if Rag.NOT_STATED not in (before, stated) and _WORSE.index(stated) > _WORSE.index(before):
        return ReasonNeeded.WORSE
    return ReasonNeeded.DIFFERS if differs_from_dates(stated, computed) else None
