"""What training costs: 100,000 completions of 10,000 people by the command, twice, and figures beside 1,000 people."""

import csv
import datetime as dt
import io
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prevent_portal import clock
from prevent_portal.models import Organisation
from prevent_portal.scoping import acting_for
from training.compliance import DIMENSIONS, matrix
from training.models import Course, Person, Post, Requirement
from training.services import start_requirement

REQUIREMENTS = 8
YEARS = 5
COMPLETIONS_EACH = 10


def bench_training(people: int, rounds: int) -> list[dict[str, Any]]:
    """Seconds, queries and megabytes of the import; median milliseconds and queries of the figures."""
    call_command("migrate", verbosity=0, interactive=False)
    if Organisation.objects.exists():
        sys.exit("This database is in use. script/bench needs one that is empty.")
    figures: list[dict[str, Any]] = []
    for size in (people // 10, people):
        organisation = Organisation.objects.create(
            name=f"Bench {size}", slug=f"bench-{size}", kind=Organisation.Kind.UNITARY
        )
        with acting_for(organisation):
            courses = _council(organisation, size)
        with tempfile.NamedTemporaryFile(suffix=".csv") as file:
            Path(file.name).write_text(_list(courses, size))
            rows = size * COMPLETIONS_EACH
            figures.append(_imported(file.name, organisation, f"import of {rows:,} completions"))
            figures.append(_imported(file.name, organisation, f"the same {rows:,} again"))
        figures += [_figures(organisation, by, size, rounds) for by in DIMENSIONS]
    return figures


def _council(organisation: Organisation, size: int) -> list[Course]:
    started_on = clock.today() - dt.timedelta(days=YEARS * 365)
    people = Person.objects.bulk_create(
        Person(organisation=organisation, number=f"{n:06}", name=f"Person {n}", email=f"p{n}@bench.example")
        for n in range(size)
    )
    Post.objects.bulk_create(
        Post(
            organisation=organisation,
            person=person,
            directorate=f"Directorate {n % 8}",
            team=f"Team {n % 120}",
            job_role=f"Role {n % 40}",
            began_on=started_on,
            role_began_on=started_on,
        )
        for n, person in enumerate(people)
    )
    courses = Course.objects.bulk_create(
        Course(organisation=organisation, title=f"Course {n}") for n in range(REQUIREMENTS)
    )
    for course in courses:
        requirement = Requirement(organisation=organisation, course=course, renew_months=24, from_on=started_on)
        start_requirement(requirement=requirement, groups=[{}])
    return courses


def _list(courses: list[Course], size: int) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("Employee No", "Name", "Course title", "Completion date", "Status"))
    today = clock.today()
    for n in range(size * COMPLETIONS_EACH):
        # Every person the same number, each on another day.
        day = today - dt.timedelta(days=(n * 37) % (YEARS * 365))
        person, round_ = n % size, n // size
        title = courses[(person + round_) % len(courses)].title
        writer.writerow((f"{person:06}", f"Person {person}", title, f"{day:%d/%m/%Y}", "Completed"))
    return out.getvalue()


def _imported(path: str, organisation: Organisation, what: str) -> dict[str, Any]:
    out = io.StringIO()
    started = time.perf_counter()
    # Django's own list of queries keeps the last 9,000 alone.
    count = 0

    def counted(execute, sql, params, many, context):
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counted):
        call_command(
            "import_completions", path, authority=organisation.slug, commit=True, json=True, stdout=out, stderr=out
        )
    took = time.perf_counter() - started
    text = out.getvalue()
    report = json.loads(text[text.index("{") :])
    told = f"{report['accepted']:,} new, {report['repeated']:,} known"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform != "darwin" else 1024 * 1024)
    return {"what": f"{what}: {told}", "ms": took * 1000, "queries": count, "peak_mb": peak}


def _figures(organisation: Organisation, by: str, size: int, rounds: int) -> dict[str, Any]:
    times, count = [], 0
    with acting_for(organisation):
        for _round in range(rounds):
            started = time.perf_counter()
            with CaptureQueriesContext(connection) as queries:
                matrix(organisation, clock.today(), by)
            count = len(queries)
            times.append((time.perf_counter() - started) * 1000)
    what = f"{size:,} people x {REQUIREMENTS} requirements x {YEARS} years, by {by}"
    return {"what": what, "ms": statistics.median(times), "queries": count}


def in_words(figures: list[dict[str, Any]]) -> Iterator[str]:
    """The figures as lines for a person."""
    for each in figures:
        memory = f"{each['peak_mb']:>5} MB" if "peak_mb" in each else ""
        yield f"{each['what']:<70} {each['ms']:>8.0f} ms {each['queries']:>5} queries {memory}".rstrip()
