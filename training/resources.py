"""The tables of training as files, and back: what the officers' admin imports and exports.

For lists from HR and from learning systems there are pages of their own, which take more rows and other columns.
"""

from collections.abc import Hashable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from prevent_portal.resources import Choice, Column, Day, Number, OwnedResource, ShownColumn, Text

from .models import Completion, Course, Kind, Person, Post


class PersonResource(OwnedResource):
    """People, by their numbers."""

    number = Column("number", "number", Text())
    name = Column("name", "name", Text())
    email = Column("email", "email", Text())

    key = ("number", "email")
    required_columns = ("number", "name", "email")

    class Meta(OwnedResource.Meta):
        model = Person


class OfPersonResource(OwnedResource):
    """Rows of people who are there: a row of the file names its person by number or, without one, by e-mail address."""

    def prepare(self, rows) -> None:
        people = Person.objects.of(self.organisation)
        self._by_number = {each.number.casefold(): each for each in people if each.number}
        self._by_email = {each.email.casefold(): each for each in people if each.email}

    def person_in(self, row: dict[str, Any]) -> Person:
        """The person that is meant; raises ValidationError where there is none."""
        number, email = self.text_in(row, "number").casefold(), self.text_in(row, "email").casefold()
        found = self._by_number.get(number) if number else self._by_email.get(email)
        if found is None:
            raise ValidationError({"number": _now("There is nobody with this number or e-mail address.")})
        return found

    def for_columns(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("person")


class PostResource(OfPersonResource):
    """What people do, from when until when."""

    number = ShownColumn("person__number", "number", Text())
    email = ShownColumn("person__email", "email", Text())
    name = ShownColumn("person__name", "name", Text(), is_ignored=True)
    kind = Column("kind", "kind", Choice(Kind.choices), keeps_when_empty=True)
    directorate = Column("directorate", "directorate", Text())
    team = Column("team", "team", Text())
    job_role = Column("job_role", "job_role", Text())
    began_on = Column("began_on", "from", Day())
    role_began_on = Column("role_began_on", "in_role_since", Day(), keeps_when_empty=True)
    ended_on = Column("ended_on", "until", Day())

    key = ("began_on",)
    required_columns = ("number", "email", "from")

    class Meta(OwnedResource.Meta):
        model = Post

    def parents_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        return {"person": self.person_in(row)}

    def parents_of(self, instance: Post) -> Hashable:
        return (instance.person_id,)

    def import_instance(self, instance, row, **kwargs) -> None:
        super().import_instance(instance, row, **kwargs)
        if instance.role_began_on is None:
            instance.role_began_on = instance.began_on


class CourseResource(OwnedResource):
    """Courses, by their titles."""

    title = Column("title", "title", Text())
    provider = Column("provider", "provider", Text())
    delivery = Column("delivery", "delivery", Choice(Course.Delivery.choices), keeps_when_empty=True)
    minutes = Column("minutes", "minutes", Number())
    valid_months = Column("valid_months", "valid_months", Number())
    retired_on = Column("retired_on", "retired_on", Day())

    key = ("title",)
    required_columns = ("title",)

    class Meta(OwnedResource.Meta):
        model = Course


class CompletionResource(OfPersonResource):
    """Who completed what, when."""

    number = ShownColumn("person__number", "number", Text())
    email = ShownColumn("person__email", "email", Text())
    name = ShownColumn("person__name", "name", Text(), is_ignored=True)
    course = ShownColumn("course__title", "course", Text())
    completed_on = Column("completed_on", "completed_on", Day())
    expires_on = Column("expires_on", "good_until", Day())

    key = ("completed_on",)
    required_columns = ("number", "email", "course", "completed_on")

    class Meta(OwnedResource.Meta):
        model = Completion

    def prepare(self, rows) -> None:
        super().prepare(rows)
        self._courses = {each.title.casefold(): each for each in Course.objects.of(self.organisation)}

    def for_columns(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("person", "course")

    def parents_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        course = self._courses.get(self.text_in(row, "course").casefold())
        if course is None:
            raise ValidationError({"course": _now("There is no course of this title.")})
        return {"person": self.person_in(row), "course": course}

    def parents_of(self, instance: Completion) -> Hashable:
        return instance.person_id, instance.course_id
