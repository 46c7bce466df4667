"""What a self-assessment costs: its pages with last year's answers and evidence, twenty years of scores, its paper."""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks import reports, services
from benchmarks.models import Answer, AnswerEvidence, Assessment, BenchmarkResult, Framework, Level
from benchmarks.services.past_scores import ScoreLine
from prevent_portal import clock
from prevent_portal.links import portal_url
from prevent_portal.models import Evidence, Membership, Organisation, User
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for

YEARS = 20
FIRST_YEAR = 2016
PIECES = 12
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def bench_assessing(rounds: int) -> list[dict[str, Any]]:
    """Median milliseconds and queries of the pages, seconds and bytes of the paper."""
    call_command("migrate", verbosity=0, interactive=False)
    if Organisation.objects.exists():
        sys.exit("This database is in use. script/bench needs one that is empty.")
    organisation = Organisation.objects.create(name="Bench Council", slug="bench", kind=Organisation.Kind.UNITARY)
    user = User.objects.create(email="coordinator@bench.example", name="Bench Coordinator")
    Membership.objects.create(user=user, organisation=organisation, role=Role.COORDINATOR, starts_on=clock.today())
    framework = Framework.objects.get(slug="duty-2018")
    with acting_for(organisation):
        lines = [
            ScoreLine(organisation.name, year, number, 1 + (year + number) % 5, None, "")
            for year in range(FIRST_YEAR, FIRST_YEAR + YEARS - 2)
            for number in range(1, 11)
        ]
        services.import_scores(organisation=organisation, framework=framework, lines=lines)
        last = FIRST_YEAR + YEARS - 1
        for year in (last - 1, last):
            assessment = _answered(organisation, framework, year)
        answer = Answer.objects.filter(assessment=assessment).in_order()[20]
        result = answer.result_id
    client = Client()
    client.force_login(user, backend=BACKEND)
    figures = []
    for what, name, kwargs in (
        ("task list: 38 questions, evidence, work", "assessment_detail", {"pk": assessment.pk}),
        ("a question with last year's beside it", "answer_update", {"pk": answer.pk}),
        ("a benchmark with its questions", "benchmark_result_detail", {"pk": result}),
        ("against last year and target", "assessment_scores", {"pk": assessment.pk}),
        (f"heatmap: {YEARS} years, 10 benchmarks", "score_history", {}),
    ):
        address = portal_url(organisation, f"benchmarks:{name}", **kwargs)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        # Now: the requests that follow begin the list of queries anew.
        count = len(queries)
        if response.status_code != 200:
            sys.exit(f"{address} answered {response.status_code}")
        figures.append(
            {
                "what": what,
                "ms": _median_ms(lambda address=address: client.get(address), rounds),
                "queries": count,
                "bytes": len(response.content),
            }
        )
    with acting_for(organisation):
        assessment = Assessment.objects.select_related("framework", "organisation").get(pk=assessment.pk)
        started = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            report = reports.build_assessment_report(assessment, as_of=clock.today())
        paper = reports.assessment_pdf(report)
        took = time.perf_counter() - started
    figures.append({"what": "the whole paper as PDF", "ms": took * 1000, "queries": len(queries), "bytes": len(paper)})
    return figures


def _answered(organisation: Organisation, framework: Framework, year: int) -> Assessment:
    assessment = services.start_assessment(
        assessment=Assessment(organisation=organisation, framework=framework, year=year, dated_on=clock.today())
    )
    levels = list(Level.objects.filter(framework=framework))
    evidence = [Evidence(organisation=organisation, title=f"Evidence {year}-{n}") for n in range(PIECES)]
    evidence = Evidence.objects.bulk_create(evidence)
    answers = list(Answer.objects.filter(assessment=assessment).select_related("assessment"))
    for number, answer in enumerate(answers):
        answer.level = levels[number % len(levels)]
        answer.details = (
            "The board looked at this in spring and again in autumn; what it asked for is in the plan. " * 4
        )
    Answer.objects.bulk_update(answers, ["level", "details"])
    AnswerEvidence.objects.bulk_create(
        AnswerEvidence(organisation=organisation, answer=answer, evidence=evidence[(number + each) % PIECES])
        for number, answer in enumerate(answers)
        for each in range(3)
    )
    results = list(BenchmarkResult.objects.filter(assessment=assessment).select_related("assessment"))
    for number, result in enumerate(results):
        result.self_score, result.target_score, result.rationale = 1 + number % 5, 4, "What the answers add up to. " * 6
    BenchmarkResult.objects.bulk_update(results, ["self_score", "target_score", "rationale"])
    return assessment


def _median_ms(call: Callable[[], Any], rounds: int) -> float:
    times = []
    for _round in range(rounds):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def in_words(figures: list[dict[str, Any]]) -> Iterator[str]:
    """The figures as lines for a person."""
    for each in figures:
        size = f"{each['bytes'] / 1024:,.0f} KB"
        yield f"{each['what']:<42} {each['ms']:>8.0f} ms {each['queries']:>4} queries {size:>8}"
