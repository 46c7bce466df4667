"""People, courses and requirements for the tests of training."""

import datetime as dt
import itertools

from prevent_portal.scoping import acting_for
from training.models import Completion, Course, Kind, Person, Post, Requirement
from training.services import start_requirement

LONG_AGO = dt.date(2016, 1, 4)
_numbers = itertools.count(1)


def make_course(council, title: str = "", **fields) -> Course:
    """A course."""
    with acting_for(council):
        course = Course(organisation=council, title=title or f"Course {next(_numbers)}", **fields)
        course.save()
    return course


def make_person(council, name: str = "", *, number: str = "", began_on: dt.date = LONG_AGO, **place) -> Person:
    """Somebody who has held one post since `began_on`."""
    key = next(_numbers)
    email = place.pop("email", f"worker{key}@council.example")
    ended_on = place.pop("ended_on", None)
    with acting_for(council):
        person = Person(organisation=council, name=name or f"Worker {key}", number=number or f"{key:06}", email=email)
        person.save()
        place = {"kind": Kind.STAFF, "directorate": "Communities", "team": "Libraries", "job_role": "Assistant"} | place
        Post(
            organisation=council, person=person, began_on=began_on, role_began_on=began_on, ended_on=ended_on, **place
        ).save()
    return person


def make_requirement(course: Course, *groups: dict[str, str], from_on: dt.date = LONG_AGO, **fields) -> Requirement:
    """A requirement of everybody, or of these groups."""
    with acting_for(course.organisation):
        requirement = Requirement(organisation=course.organisation, course=course, from_on=from_on, **fields)
        return start_requirement(requirement=requirement, groups=groups or ({},))


def complete(person: Person, course: Course, on: dt.date, **fields) -> Completion:
    """Record that somebody completed a course."""
    with acting_for(person.organisation):
        completion = Completion(
            organisation=person.organisation, person=person, course=course, completed_on=on, **fields
        )
        completion.save()
    return completion
