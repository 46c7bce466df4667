"""Reads of training, named after the question they answer."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When

from prevent_portal.scoping import OwnedQuerySet

from .rules import SOON_DAYS, Standing, good_since

if TYPE_CHECKING:
    from .models import Requirement


def on_day(day: dt.date, *, first: str, last: str) -> Q:
    """What holds on this day: both days belong to it, and an empty last one is no end."""
    return Q(**{f"{first}__lte": day}) & (Q(**{last: None}) | Q(**{f"{last}__gte": day}))


class PersonQuerySet(OwnedQuerySet):
    """People who may need training. SECURITY: nobody outside the authority ever sees one."""

    def here_on(self, day: dt.date) -> QuerySet:
        """Those who hold a post on this day."""
        from .models import Post

        return self.filter(Exists(Post.objects.held_on(day).filter(person=OuterRef("pk"))))


class PostQuerySet(OwnedQuerySet):
    """What people do, from when until when."""

    def held_on(self, day: dt.date) -> QuerySet:
        """The posts held on this day; of each person one."""
        return self.filter(on_day(day, first="began_on", last="ended_on"))

    def required(self, requirement: "Requirement", day: dt.date) -> QuerySet:
        """The posts held on this day whose holders this requirement asks, exempted ones left out."""
        from .models import Exemption

        exempt = Exemption.objects.filter(requirement=requirement, person=OuterRef("person")).valid_on(day)
        return self.held_on(day).filter(requirement.asked_condition()).exclude(Exists(exempt))

    def with_standing(self, requirement: "Requirement", day: dt.date, courses: list[int]) -> QuerySet:
        """These posts with `standing`: `rules.standing_of` in SQL. `courses` are the keys of those that count."""
        from .models import Completion

        taken = Completion.objects.filter(person=OuterRef("person"), course__in=courses, completed_on__lte=day)
        soon = day + dt.timedelta(days=SOON_DAYS)

        def good(at: dt.date) -> Exists:
            since = good_since(at, requirement.renew_months)
            renewed = Q() if since == dt.date.min else Q(completed_on__gte=since)
            return Exists(taken.filter(renewed & (Q(expires_on=None) | Q(expires_on__gte=at))))

        grace_began = day - dt.timedelta(days=requirement.within_days)
        in_grace = Q(began_on__lte=day) if requirement.from_on >= grace_began else Q(role_began_on__gte=grace_began)
        return self.annotate(
            standing=Case(
                When(good(soon), then=Value(Standing.CURRENT.value)),
                When(good(day), then=Value(Standing.EXPIRING.value)),
                When(in_grace, then=Value(Standing.NOT_YET_DUE.value)),
                When(Exists(taken), then=Value(Standing.EXPIRED.value)),
                default=Value(Standing.NEVER.value),
                output_field=CharField(),
            )
        )


class ValidQuerySet(OwnedQuerySet):
    """Rows with a first and a last day."""

    def valid_on(self, day: dt.date) -> QuerySet:
        """Those that hold on this day."""
        return self.filter(on_day(day, first="from_on", last="until_on"))


class RequirementQuerySet(ValidQuerySet):
    """What the authority asks of whom."""

    def for_list(self) -> QuerySet:
        """Requirements with their course and whom they ask; two queries."""
        return self.select_related("course", "organisation").prefetch_related("groups").order_by(
            F("until_on").desc(nulls_first=True), "course__title", "-from_on", "pk"
        )  # fmt: skip


class CourseQuerySet(OwnedQuerySet):
    """The courses that the authority knows."""

    def in_use(self) -> QuerySet:
        """Courses that have not been retired."""
        return self.filter(retired_on=None)


class CompletionQuerySet(OwnedQuerySet):
    """Who completed what, when."""

    def newest_first(self) -> QuerySet:
        """Completions with their courses."""
        return self.select_related("course").order_by("-completed_on", "course__title", "pk")


class ListImportQuerySet(OwnedQuerySet):
    """Lists that wait to be looked at."""

    def expired(self, now: dt.datetime) -> QuerySet:
        """Those that nobody has imported in time."""
        return self.filter(expires_at__lt=now, imported_at=None)
