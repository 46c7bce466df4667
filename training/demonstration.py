"""The demonstration county's people and courses. Everybody in them is invented, and chance is the same every time."""

import datetime as dt
import hashlib
import random

from django.utils import timezone

from prevent_portal.models import Organisation
from prevent_portal.scoping import acting_for

from . import services
from .models import (
    Completion,
    Course,
    CourseName,
    Equivalence,
    Exemption,
    Kind,
    ListImport,
    ListKind,
    Person,
    Post,
    Requirement,
)
from .rules import add_months

COUNTY = "exampleshire"
SEED = 26

FIRST_NAMES = (
    "Ada Ben Cara Dev Eve Finn Gita Hugh Isla Jon Kim Leo Mia Ned Ola Pia Quinn Rhys Sam Tess Uma Vic Wren Yan Zoe"
).split()
LAST_NAMES = (
    "Alder Birch Cedar Dale Elm Field Grove Heath Ivory Jessop Kerr Lane Moss North Oak Pine Quill Reed Stone Thorn "
    "Underhill Vale Wood Yarrow"
).split()

TEAMS = {
    "Children and families": (("Early help", "Family worker"), ("Schools", "Adviser"), ("Safety", "Safeguarding lead")),
    "Adults and housing": (("Housing", "Housing officer"), ("Adult care", "Social worker")),
    "Communities": (("Libraries", "Library assistant"), ("Bookings", "Booking officer"), ("Safer places", "Warden")),
    "Resources": (("Finance", "Accountant"), ("People", "HR adviser"), ("Digital", "Analyst")),
}  # fmt: skip
PEOPLE_IN_A_TEAM = 14
COUNCILLORS = 24

AWARENESS, REFERRALS, WORKSHOP, VENUES = (
    "Prevent duty: awareness",
    "Prevent duty: referrals",
    "Prevent workshop",
    "Hiring out rooms safely",
)


def load(*, today: dt.date) -> None:
    """Write people, courses, what is required and what has been completed, as it would stand on day `today`."""
    county = Organisation.objects.get(slug=COUNTY)
    chance = random.Random(SEED)  # noqa: S311 (invented people, no secrets)
    with acting_for(county):
        if Course.objects.of(county).exists():
            return
        courses = _courses(county, today)
        _requirements(county, courses, today)
        posts = _people(county, chance, today)
        _completions(county, chance, courses, posts, today)
        _exemption(county, posts[0], today)
        _waiting_list(county, posts, today)


def _courses(county: Organisation, today: dt.date) -> dict[str, Course]:
    said = {
        AWARENESS: {"delivery": Course.Delivery.E_LEARNING, "minutes": 45, "provider": "Home Office"},
        REFERRALS: {"delivery": Course.Delivery.E_LEARNING, "minutes": 40, "provider": "Home Office"},
        WORKSHOP: {"delivery": Course.Delivery.FACE_TO_FACE, "minutes": 120, "provider": "Exampleshire"},
        VENUES: {"delivery": Course.Delivery.WEBINAR, "minutes": 60, "provider": "Exampleshire", "valid_months": 24},
    }
    courses = {}
    for title, rest in said.items():
        courses[title] = Course(organisation=county, title=title, **rest)
        courses[title].save()
    courses[REFERRALS].needs_first = courses[AWARENESS]
    courses[REFERRALS].save()
    CourseName(organisation=county, course=courses[AWARENESS], name="PREVENT-01 Awareness (e-learning)").save()
    counts = {"course": courses[WORKSHOP], "counts_as": courses[AWARENESS]}
    Equivalence(organisation=county, **counts, from_on=add_months(today, -48)).save()
    return courses


def _requirements(county: Organisation, courses: dict[str, Course], today: dt.date) -> None:
    asked = (
        (AWARENESS, 28, 36, [{"kind": Kind.STAFF}, {"kind": Kind.COUNCILLOR}]),
        (REFERRALS, 56, 24, [{"directorate": "Children and families"}, {"job_role": "Social worker"}]),
        (VENUES, 28, None, [{"job_role": "Booking officer"}]),
    )
    for title, within_days, renew_months, groups in asked:
        requirement = Requirement(
            organisation=county,
            course=courses[title],
            within_days=within_days,
            renew_months=renew_months,
            from_on=add_months(today, -40),
        )
        services.start_requirement(requirement=requirement, groups=groups)


def _people(county: Organisation, chance: random.Random, today: dt.date) -> list[Post]:
    places = [
        {"kind": Kind.STAFF, "directorate": directorate, "team": team, "job_role": role}
        for directorate, teams in TEAMS.items()
        for team, role in teams
        for _each in range(PEOPLE_IN_A_TEAM)
    ]
    places += [{"kind": Kind.COUNCILLOR, "directorate": "", "team": "", "job_role": "Councillor"}] * COUNCILLORS
    people = Person.objects.bulk_create(
        Person(
            organisation=county,
            number=f"{4000 + number:06}",
            name=f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}",
            email=f"person{number}@exampleshire.example",
        )
        for number in range(len(places))
    )
    posts = []
    for person, place in zip(people, places, strict=True):
        began_on = today - dt.timedelta(days=chance.choice((12, 40, *range(200, 3000, 90))))
        has_left = chance.random() < 0.03 and (today - began_on).days > 200
        posts.append(
            Post(
                organisation=county,
                person=person,
                began_on=began_on,
                role_began_on=began_on,
                ended_on=today - dt.timedelta(days=30) if has_left else None,
                **place,
            )
        )
    return Post.objects.bulk_create(posts)


def _completions(
    county: Organisation, chance: random.Random, courses: dict[str, Course], posts: list[Post], today: dt.date
) -> None:
    found = []
    for post in posts:
        wanted = [AWARENESS if chance.random() < 0.85 else WORKSHOP]
        if post.directorate == "Children and families" or post.job_role == "Social worker":
            wanted.append(REFERRALS)
        if post.job_role == "Booking officer":
            wanted.append(VENUES)
        for title in wanted:
            days = (today - post.began_on).days
            if days < 30 or chance.random() < 0.12:
                continue
            completed_on = today - dt.timedelta(days=chance.randrange(5, min(days, 1200)))
            months = courses[title].valid_months
            found.append(
                Completion(
                    organisation=county,
                    person=post.person,
                    course=courses[title],
                    completed_on=completed_on,
                    expires_on=add_months(completed_on, months) if months else None,
                    source=Completion.Source.LIST,
                )
            )
    Completion.objects.bulk_create(found)


def _exemption(county: Organisation, post: Post, today: dt.date) -> None:
    requirement = Requirement.objects.get(course__title=AWARENESS)
    days = {"from_on": today - dt.timedelta(days=20), "until_on": today + dt.timedelta(days=160)}
    Exemption(
        organisation=county, person=post.person, requirement=requirement, reason="On secondment to a partner", **days
    ).save()


def _waiting_list(county: Organisation, posts: list[Post], today: dt.date) -> None:
    """A list that nobody has looked at yet: with a new course, somebody unknown and an impossible day."""
    day = f"{today - dt.timedelta(days=3):%d/%m/%Y}"
    rows = [
        ("Employee No", "Learner", "Module", "Completion date", "Status"),
        (posts[0].person.number, posts[0].person.name, AWARENESS, day, "Completed"),
        (posts[1].person.number, posts[1].person.name, "Manual handling", day, "Completed"),
        (posts[2].person.number, posts[2].person.name, AWARENESS, "31/02/2026", "Completed"),
        (posts[3].person.number, posts[3].person.name, AWARENESS, "", "In progress"),
        ("999999", "Somebody New", AWARENESS, day, "Completed"),
    ]
    data = "\n".join(",".join(row) for row in rows).encode()
    ListImport(
        organisation=county,
        kind=ListKind.COMPLETIONS,
        file_name="learning-system.csv",
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        columns={"number": 0, "name": 1, "course": 2, "completed_on": 3, "status": 4},
        expires_at=timezone.now() + dt.timedelta(days=7),
    ).save()
