"""How many of those who need it are trained, on any day: counted in SQL, in as many queries however many people."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery, Value

from prevent_portal.models import Organisation

from .models import Completion, Equivalence, Kind, Person, Post, Requirement
from .rules import COMPLIANT, Standing, Taken, percentage, standing_of

DIMENSIONS = ("directorate", "team", "job_role", "kind")
"""By what figures can be broken down: fields of a post."""


@dataclass(frozen=True)
class Figures:
    """How those who are asked for something stand. Exempted people are not among them."""

    counts: tuple[tuple[str, int], ...] = ()
    """(standing, how many)."""

    @cached_property
    def _by_standing(self) -> dict[str, int]:
        return dict(self.counts)

    def count(self, standing: Standing) -> int:
        """How many stand so."""
        return self._by_standing.get(standing.value, 0)

    @property
    def required(self) -> int:
        """How many are asked."""
        return sum(self._by_standing.values())

    @property
    def due(self) -> int:
        """How many of them ought to have done it by now: the denominator."""
        return self.required - self.not_yet_due

    @property
    def compliant(self) -> int:
        """How many have: the numerator."""
        return sum(self.count(each) for each in COMPLIANT)

    @property
    def percent(self) -> int | None:
        """Whole per cent of those who ought to have, rounded down; None where nobody ought to."""
        return percentage(self.compliant, self.due)

    @property
    def missing(self) -> int:
        """How many ought to have and have not."""
        return self.due - self.compliant

    @property
    def current(self) -> int:
        return self.count(Standing.CURRENT)

    @property
    def expiring(self) -> int:
        return self.count(Standing.EXPIRING)

    @property
    def expired(self) -> int:
        return self.count(Standing.EXPIRED)

    @property
    def never(self) -> int:
        return self.count(Standing.NEVER)

    @property
    def not_yet_due(self) -> int:
        return self.count(Standing.NOT_YET_DUE)


NOTHING = Figures()


@dataclass(frozen=True)
class Line:
    """One directorate, team, role or kind: its figures for each requirement, and all of them together."""

    value: str
    label: str
    cells: tuple[Figures, ...]
    total: Figures


@dataclass(frozen=True)
class Matrix:
    """Who stands how to what on a day. `cells` of a line are in the order of `requirements`."""

    on: dt.date
    by: str
    requirements: tuple[Requirement, ...]
    lines: tuple[Line, ...]
    totals: tuple[Figures, ...]
    total: Figures


def matrix(organisation: Organisation, on: dt.date, by: str) -> Matrix:
    """Figures of a day by one of `DIMENSIONS`: four queries.

    Raises ValueError for anything else to break them down by.
    """
    if by not in DIMENSIONS:
        raise ValueError(by)
    requirements = in_force(organisation, on)
    courses = courses_that_count(organisation, on)
    counted: dict[str, dict[int, Counter]] = defaultdict(lambda: defaultdict(Counter))
    parts = [
        Post.objects.of(organisation)
        .required(each, on)
        .with_standing(each, on, courses[each.course_id])
        .annotate(asked=Value(each.pk))
        .order_by()
        .values_list("asked", by, "standing")
        .annotate(count=Count("pk"))
        for each in requirements
    ]
    if parts:
        first, *others = parts
        for asked, value, standing, count in first.union(*others, all=True) if others else first:
            counted[value][asked][standing] += count
    keys = [each.pk for each in requirements]
    lines = tuple(
        _line(value, label_of(by, value), [counted[value][key] for key in keys])
        for value in sorted(counted, key=lambda value: (value == "", str(label_of(by, value)).casefold()))
    )
    whole = _line("", "", [_sum(line[key] for line in counted.values()) for key in keys])
    return Matrix(on, by, tuple(requirements), lines, whole.cells, whole.total)


def label_of(by: str, value: str) -> str:
    """A directorate, team, role or kind as people read it; "" where the list does not say."""
    return str(Kind(value).label) if by == "kind" and value else value


def in_force(organisation: Organisation, on: dt.date) -> list[Requirement]:
    """The requirements that hold on this day, by the title of their course."""
    rows = Requirement.objects.of(organisation).valid_on(on).select_related("course", "organisation")
    return list(rows.prefetch_related("groups").order_by("course__title", "pk"))


class CoursesThatCount(dict):
    """The keys of the courses that count as a course, itself among them, by its key."""

    def __missing__(self, key: int) -> list[int]:
        return [key]


def courses_that_count(organisation: Organisation, on: dt.date) -> CoursesThatCount:
    """What counts as what on this day; what counts as something that counts is not followed further."""
    found = CoursesThatCount()
    held = Equivalence.objects.of(organisation).valid_on(on).values_list("counts_as", "course")
    for counts_as, course in held.order_by("pk"):
        found.setdefault(counts_as, [counts_as]).append(course)
    return found


def people_for(requirement: Requirement, on: dt.date) -> QuerySet:
    """The posts that a requirement asks, with `standing` and `last_on`, the day it was last completed."""
    courses = courses_that_count(requirement.organisation, on)[requirement.course_id]
    rows = Post.objects.of(requirement.organisation_id).required(requirement, on)
    last = (
        Completion.objects.filter(person=OuterRef("person"), course__in=courses, completed_on__lte=on)
        .order_by()
        .values("person")
        .annotate(last=Max("completed_on"))
        .values("last")
    )
    return rows.with_standing(requirement, on, courses).annotate(last_on=Subquery(last))


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement that asks somebody, how they stand to it, and when they last did it."""

    requirement: Requirement
    standing: Standing
    last_on: dt.date | None
    is_exempt: bool


def asked_of(person: Person, on: dt.date) -> list[Asked]:
    """What is asked of a person on this day, by the rules themselves."""
    post = person.posts.filter(pk__in=Post.objects.held_on(on).filter(person=person).values("pk")).first()
    if post is None:
        return []
    courses = courses_that_count(person.organisation, on)
    taken: dict[int, list[Taken]] = defaultdict(list)
    for course, completed_on, expires_on in person.completions.filter(completed_on__lte=on).values_list(
        "course", "completed_on", "expires_on"
    ):
        taken[course].append(Taken(completed_on, expires_on))
    exempt = set(person.exemptions.filter(from_on__lte=on, until_on__gte=on).values_list("requirement", flat=True))
    found = []
    for each in in_force(person.organisation, on):
        if not any(_fits(group, post) for group in each.groups.all()):
            continue
        done = [one for key in courses[each.course_id] for one in taken[key]]
        standing = standing_of(done, each.terms, role_began_on=post.role_began_on, on=on)
        found.append(Asked(each, standing, max((one.completed_on for one in done), default=None), each.pk in exempt))
    return found


def _fits(group, post: Post) -> bool:
    names = ("kind", "directorate", "team", "job_role")
    return all(getattr(group, name) in ("", getattr(post, name)) for name in names)


def _line(value: str, label: str, counters: Sequence[Counter]) -> Line:
    return Line(value, label, tuple(_figures(each) for each in counters), _figures(_sum(counters)))


def _figures(counter: Counter) -> Figures:
    return Figures(tuple((each.value, counter[each.value]) for each in Standing if counter[each.value]))


def _sum(counters: Iterable[Counter]) -> Counter:
    return sum(counters, Counter())
