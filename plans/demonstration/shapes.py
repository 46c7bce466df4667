"""How the demonstration's plans are written down: small classes whose days are counted from an anchor.

The anchor is today for a plan that is being worked on and the last day of the period for one that is over, so
the same actions are overdue, due soon and on track on whatever day the demonstration is loaded.
"""

import calendar
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from plans.rules import DateKind, Rag

GREEN, AMBER, RED, BLUE = Rag.GREEN, Rag.AMBER, Rag.RED, Rag.BLUE
NOT_STATED = Rag.NOT_STATED


# People


@dataclass(frozen=True, slots=True)
class Who:
    """An owner: a person, a post or a body. `account` is the e-mail address of their account."""

    kind: str
    name: str = ""
    post: str = ""
    account: str = ""
    body: str = ""
    left_days_ago: int | None = None


def person(name: str, post: str, *, account: str = "", left_days_ago: int | None = None) -> Who:
    """Somebody with a name."""
    return Who("person", name, post, account=account, left_days_ago=left_days_ago)


def post(title: str) -> Who:
    """Whoever holds a post, or a team."""
    return Who("post", post=title)


def body(name: str, *, slug: str = "") -> Who:
    """Another organisation; `slug` where the portal knows it."""
    return Who("body", name, body=slug)


# Dates


@dataclass(frozen=True, slots=True)
class When:
    """A target date: what the plan's author wrote, and the day that it means."""

    kind: DateKind
    write: Callable[[dt.date], tuple[str, dt.date | None]]
    scope: str = ""
    met_days: int | None = None


def long_date(day: dt.date) -> str:
    """As in "8 December 2026"."""
    return f"{day.day} {day:%B %Y}"


def _month_end(anchor: dt.date, months: int) -> dt.date:
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def _as_written(text: str) -> Callable[[dt.date], tuple[str, None]]:
    return lambda anchor: (text, None)


def by(days: int, scope: str = "", *, met: int | None = None) -> When:
    """By a day, written out."""

    def write(anchor: dt.date) -> tuple[str, dt.date]:
        day = anchor + dt.timedelta(days=days)
        return long_date(day), day

    return When(DateKind.FIXED, write, scope, met)


def short(days: int, scope: str = "", *, met: int | None = None) -> When:
    """By a day, as in "14/12/26"."""

    def write(anchor: dt.date) -> tuple[str, dt.date]:
        day = anchor + dt.timedelta(days=days)
        return f"{day:%d/%m/%y}", day

    return When(DateKind.FIXED, write, scope, met)


def month(months: int, scope: str = "", *, met: int | None = None, before: str = "") -> When:
    """In a month, which is due at its end; `before` is a word such as "End of"."""

    def write(anchor: dt.date) -> tuple[str, dt.date]:
        day = _month_end(anchor, months)
        return f"{before} {day:%B %Y}".strip(), day

    return When(DateKind.FIXED, write, scope, met)


def numeric_month(months: int, scope: str = "") -> When:
    """In a month, as in "03/2027"."""

    def write(anchor: dt.date) -> tuple[str, dt.date]:
        day = _month_end(anchor, months)
        return f"{day:%m/%Y}", day

    return When(DateKind.FIXED, write, scope)


def yearly(months: int, scope: str = "") -> When:
    """In a month and every year again."""

    def write(anchor: dt.date) -> tuple[str, dt.date]:
        day = _month_end(anchor, months)
        return f"{day:%B %Y} and annual review", day

    return When(DateKind.RECURRING, write, scope)


def recurring(text: str, days: int | None = None, scope: str = "") -> When:
    """Again and again, in words; `days` to the next time, where it is known."""

    def write(anchor: dt.date) -> tuple[str, dt.date | None]:
        return text, None if days is None else anchor + dt.timedelta(days=days)

    return When(DateKind.RECURRING, write, scope)


def ongoing(text: str = "Ongoing", scope: str = "") -> When:
    return When(DateKind.ONGOING, _as_written(text), scope)


def starting(days: int, scope: str = "") -> When:
    """From a day on: a start, never a deadline."""

    def write(anchor: dt.date) -> tuple[str, dt.date]:
        day = anchor + dt.timedelta(days=days)
        return f"With effect from {long_date(day)}", day

    return When(DateKind.START, write, scope)


def term(text: str, scope: str = "") -> When:
    return When(DateKind.TERM, _as_written(text), scope)


def conditional(text: str, scope: str = "") -> When:
    return When(DateKind.CONDITIONAL, _as_written(text), scope)


def see(text: str) -> When:
    return When(DateKind.CROSS_REFERENCE, _as_written(text))


def tbc(text: str = "tbc") -> When:
    return When(DateKind.TO_BE_CONFIRMED, _as_written(text))


# The plan


@dataclass(frozen=True, slots=True)
class Said:
    """A progress update: how many days after the anchor (so mostly negative), what, and the RAG from then on."""

    days: int
    note: str
    rag: Rag = GREEN
    reason: str = ""
    by: str = "coordinator"


@dataclass(frozen=True, slots=True)
class Act:
    """An action. Its RAG is that of the last update; `rag` serves where there is none."""

    text: str
    lead: str = ""
    owners: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    dates: tuple[When, ...] = ()
    said: tuple[Said, ...] = ()
    letter: str = ""
    steps: tuple[str, ...] = ()
    steps_done: int = 0
    milestones: tuple[tuple[str, int | None, int | None], ...] = ()
    """(text, due in days, reached in days)"""
    outcome: str = ""
    resources: str = ""
    rag: Rag = NOT_STATED
    reason: str = ""
    completed_days: int | None = None
    sensitive: bool = False
    owners_as_written: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An objective with its actions; owners and dates here are the whole row's."""

    ref: str
    text: str
    actions: tuple[Act, ...]
    tier: str = ""
    outcome: str = ""
    lead: str = ""
    owners: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    dates: tuple[When, ...] = ()
    benchmarks: tuple[int, ...] = ()
    recommendation: int | None = None
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A row that is no action."""

    text: str
    points_to: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A section: a priority, a theme or a benchmark."""

    title: str
    rows: tuple[Row, ...]
    ref: str = ""
    introduction: str = ""
    notes: tuple[Note, ...] = ()
    benchmark: int | None = None


@dataclass(frozen=True, slots=True)
class PlanText:
    """A whole plan. `title` may use {years}; `years_ago` 0 is the period that today falls in."""

    title: str
    parts: tuple[Part, ...]
    state: str = "agreed"
    years_ago: int = 0
    has_period: bool = True
    framework: str = "duty-2024"
    aim: str = ""
    introduction: str = ""
    sensitive: bool = False
    updated_days: int | None = None
    declared: dict[str, int] = field(default_factory=dict)
    agreed_days: int | None = None
    agreed_by: str = ""
    amended_days: int | None = None
    closed_days: int | None = None
    amend_note: str = ""
    state_note: str = ""
    exercise: str = ""
    """Which exercise the rows' recommendations are from, as a key of the council's list."""


@dataclass(frozen=True, slots=True)
class Recommended:
    """What an exercise recommended."""

    exercise: str
    number: int
    total: int
    text: str


@dataclass(frozen=True, slots=True)
class Council:
    """One authority's content."""

    slug: str
    people: dict[str, Who]
    plans: tuple[PlanText, ...]
    recommendations: tuple[Recommended, ...] = ()
