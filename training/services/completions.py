"""Completions from the learning system's list: matched, told apart, written in bulk, and safe to give twice."""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from prevent_portal.models import Organisation
from prevent_portal.tables_in.days import read_day
from training.lists import COMPLETED_WORDS, Columns, ListTable, plain_heading, text_at
from training.models import EARLIEST_YEAR, Completion, Course, CourseName, Person, plain_name
from training.rules import add_months

from .matching import KnownPeople

BATCH_ROWS = 2_000
MOST_TOLD = 1_000
"""As many problems are told one by one; the rest is counted."""

MOST_YEARS_AHEAD = 20


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that says something impossible."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Somebody whom nobody on the portal's list is, with the rows that name them."""

    number: str
    email: str
    name: str
    rows: tuple[int, ...]


@dataclass
class CompletionList:
    """What a list would bring: what is new, and what became of every other row."""

    new: list[Completion] = field(default_factory=list)
    repeated: int = 0
    not_completed: int = 0
    unknown_courses: Counter = field(default_factory=Counter)
    """Rows by the name of a course that is not known."""
    rejected: list[Rejected] = field(default_factory=list)
    rejected_count: int = 0
    unmatched: list[Unmatched] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        """How many completions are new."""
        return len(self.new)

    @property
    def unknown_course_count(self) -> int:
        """How many rows name a course that is not known."""
        return self.unknown_courses.total()

    @property
    def unmatched_count(self) -> int:
        """How many rows are of people who are not known."""
        return sum(len(each.rows) for each in self.unmatched)

    def counts(self) -> dict[str, int]:
        """What became of how many rows."""
        return {
            "accepted": self.accepted,
            "repeated": self.repeated,
            "not_completed": self.not_completed,
            "course_unknown": self.unknown_course_count,
            "rejected": self.rejected_count,
            "unmatched": self.unmatched_count,
        }

    def fingerprint(self) -> str:
        """Equal for a preview and for what is then written."""
        rows = sorted((each.person_id, each.course_id, each.completed_on.isoformat()) for each in self.new)
        return hashlib.sha256(json.dumps([rows, self.counts()]).encode()).hexdigest()


def read_completions(
    table: ListTable,
    columns: Columns,
    *,
    organisation: Organisation,
    today: dt.date,
    progress: Callable[[int], None] = lambda _done: None,
) -> CompletionList:
    """Look at every row of a list; nothing is written. Four queries, however long the list is.

    People are found by number, then by e-mail address. Raises ValidationError if two columns that are needed are not
    said; what is wrong with a row is in the result.
    """
    rows = Person.objects.of(organisation).order_by().values_list("pk", "number", "email")
    people = KnownPeople(rows)
    courses = _course_by_name(organisation)
    known = set(
        Completion.objects.of(organisation).order_by().values_list("person", "course", "completed_on").iterator()
    )
    found = CompletionList()
    strangers: dict[tuple[str, str, str], list[int]] = {}
    at = columns.get
    for done, (number, row) in enumerate(table.rows):
        if done % BATCH_ROWS == 0:
            progress(done)
        status = text_at(row, at("status"))
        if "status" in columns and plain_heading(status) not in COMPLETED_WORDS:
            found.not_completed += 1
            continue
        title = text_at(row, at("course"))
        course = courses.get(plain_name(title)[:200])
        if course is None:
            found.unknown_courses[title[:200]] += 1
            continue
        try:
            completed_on = _completed_on(_cell(row, at("completed_on")), today)
        except ValueError as error:
            _reject(found, number, table, columns["completed_on"], str(error))
            continue
        try:
            expires_on = _expires_on(_cell(row, at("expires_on")), completed_on, course, today)
        except ValueError as error:
            _reject(found, number, table, columns["expires_on"], str(error))
            continue
        person = people.with_number(text_at(row, at("number"))) or people.with_email(text_at(row, at("email")))
        if person is None:
            who = (text_at(row, at("number")), text_at(row, at("email")).lower(), name_in(row, columns))
            strangers.setdefault(who, []).append(number)
            continue
        key = (person, course.pk, completed_on)
        if key in known:
            found.repeated += 1
            continue
        known.add(key)
        found.new.append(
            Completion(
                organisation=organisation,
                person_id=person,
                course=course,
                completed_on=completed_on,
                expires_on=expires_on,
                source=Completion.Source.LIST,
            )
        )
    found.unmatched = [Unmatched(*who, tuple(rows)) for who, rows in strangers.items()]
    return found


@transaction.atomic
def import_completions(found: CompletionList) -> dict[str, int]:
    """Write what is new in a list; the counts. All of it or nothing."""
    for start in range(0, len(found.new), BATCH_ROWS):
        Completion.objects.bulk_create(found.new[start : start + BATCH_ROWS])
    return found.counts()


@transaction.atomic
def name_courses(*, organisation: Organisation, names: Iterable[tuple[str, Course]]) -> None:
    """Remember which course is meant by a name in lists.

    Raises ValidationError if a name means another course already.
    """
    for name, course in names:
        row = CourseName(organisation=organisation, course=course, name=plain_name(name)[:200])
        row.full_clean(exclude=["organisation"])
        row.save()


def name_in(row: list[Any], columns: Columns) -> str:
    """The name that a row of a list gives."""
    if name := text_at(row, columns.get("name")):
        return name
    parts = (text_at(row, columns.get("first_name")), text_at(row, columns.get("last_name")))
    return " ".join(filter(None, parts))


def _course_by_name(organisation: Organisation) -> dict[str, Course]:
    courses = {each.pk: each for each in Course.objects.of(organisation)}
    found = {plain_name(each.title): each for each in courses.values()}
    names = CourseName.objects.of(organisation).values_list("name", "course")
    return found | {name: courses[key] for name, key in names}


def _cell(row: list[Any], column: int | None) -> Any:
    return row[column] if column is not None and column < len(row) else None


def _completed_on(value: Any, today: dt.date) -> dt.date:
    """The day; raises ValueError in words."""
    shown = _shown(value)
    try:
        day = read_day(value)
    except (ValueError, OverflowError) as error:
        raise ValueError(_("“%(value)s” is no date. Write the day first: 08/12/2026.") % {"value": shown}) from error
    if day is None:
        raise ValueError(_("There is no date of completion."))
    if day > today:
        raise ValueError(_("“%(value)s” lies in the future.") % {"value": shown})
    if day.year < EARLIEST_YEAR:
        raise ValueError(_("“%(value)s” is before %(year)d.") % {"value": shown, "year": EARLIEST_YEAR})
    return day


def _expires_on(value: Any, completed_on: dt.date, course: Course, today: dt.date) -> dt.date | None:
    """Until when the certificate is good: as the list says, otherwise as the course does; ValueError in words."""
    try:
        day = read_day(value)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            _("“%(value)s” is no date. Write the day first: 08/12/2026.") % {"value": _shown(value)}
        ) from error
    if day is None:
        return add_months(completed_on, course.valid_months) if course.valid_months else None
    if day < completed_on or day.year > today.year + MOST_YEARS_AHEAD:
        raise ValueError(_("A certificate cannot be good until “%(value)s”.") % {"value": _shown(value)})
    return day


def _shown(value: Any) -> str:
    return str(value)[:40]


def _reject(found: CompletionList, row: int, table: ListTable, column: int, reason: str) -> None:
    found.rejected_count += 1
    if len(found.rejected) < MOST_TOLD:
        heading = table.headings[column] if column < len(table.headings) else str(column + 1)
        found.rejected.append(Rejected(row, heading, reason))


def require_columns(missing: list[str]) -> None:
    """Raise ValidationError, naming them, if columns that a list needs are missing."""
    if missing:
        raise ValidationError(
            _("The list does not say, or not clearly: %(names)s. Say which column holds it.")
            % {"names": ", ".join(missing)}
        )
