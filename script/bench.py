"""Measures what grows with a plan; script/bench runs it in a database that is thrown away.

Times are medians of several rounds where a round is short, and always of this machine as busy as it is: compare
figures of one run with each other, and runs on one machine.
"""

import argparse
import copy
import io
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django
from django.core.management import call_command
from django.db import connection

django.setup()

import bench_assessing
import bench_living
import bench_papers
import bench_training
import docx
import openpyxl
import pikepdf
from django.test import Client
from django.test.utils import CaptureQueriesContext

from plans import reports, round_trip, services
from plans.models import Plan
from prevent_portal import clock
from prevent_portal.links import portal_url
from prevent_portal.models import Membership, Organisation, User
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for

HEADINGS = ("Ref", "Objective", "Owner", "Action", "Target date", "Outcome measure", "Progress", "RAG")
OWNERS = ("Head of Libraries", "Community Safety Manager", "Workforce Development Manager", "Bookings Team Leader")
RAGS = ("Green", "Amber", "Red", "Green", "Complete", "")
MONTHS = ("March 2027", "September 2026", "Ongoing", "June 2026 and annual review", "tbc")
WORK = (
    "Write to the managers of service %d, agree who attends the briefing, hold it and note who came; "
    "ask each of them what has changed since the last one, and bring the answers to the board."
)
ROWS_PER_SECTION = 20
MEGABYTE = 1024 * 1024
# Kilobytes on Linux, bytes on macOS.
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


def word_file(actions: int) -> bytes:
    """A council's plan as a Word file: a table of `actions` rows, with a row across for each section."""
    document = docx.Document()
    document.add_heading(f"Prevent action plan of {actions} actions, 2026-27")
    table = document.add_table(rows=3, cols=len(HEADINGS))
    heading, across, row = table.rows
    for cell, text in zip(heading.cells, HEADINGS, strict=True):
        cell.text = text
    across.cells[0].merge(across.cells[-1]).text = "-"
    for cell in row.cells:
        cell.text = "-"
    # Rows are copied as they stand: asking python-docx for each cell takes the square of their number.
    for number in range(actions):
        if number % ROWS_PER_SECTION == 0:
            _append(
                table, across, [f"Priority {number // ROWS_PER_SECTION + 1}: Work area {number // ROWS_PER_SECTION}"]
            )
        _append(table, row, _texts(number))
    for sample in (across, row):
        sample._tr.getparent().remove(sample._tr)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def _append(table: Any, sample: Any, texts: list[str]) -> None:
    element = copy.deepcopy(sample._tr)
    for node, text in zip(
        element.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"), texts, strict=False
    ):
        node.text = text
    table._tbl.append(element)


def _texts(number: int) -> list[str]:
    return [
        f"{number + 1}.",
        f"Objective {number + 1}: partners know the local risk and act on it together, year by year",
        OWNERS[number % len(OWNERS)],
        WORK % (number + 1),
        MONTHS[number % len(MONTHS)],
        f"{number % 7 + 3} briefings held; nine in ten of those who came say that they learned something",
        f"Briefing {number + 1} is booked. The managers have the invitation and two have already answered.",
        RAGS[number % len(RAGS)],
    ]


@contextmanager
def measured(result: dict[str, Any]) -> Iterator[None]:
    """Adds the seconds and queries that the block takes."""
    with CaptureQueriesContext(connection) as queries:
        started = time.perf_counter()
        yield
        result["seconds"] = round(time.perf_counter() - started, 3)
    result["queries"] = len(queries)


def median_ms(call: Callable[[], Any], rounds: int) -> float:
    """Milliseconds of `call`, the median of several rounds."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - started))
    return round(statistics.median(times), 1)


def import_plan(organisation: Organisation, user: User, actions: int) -> tuple[Plan, dict[str, Any]]:
    """A generated plan read in from Word, and what each half of that takes."""
    data = word_file(actions)
    staging: dict[str, Any] = {"what": "import: read and understand", "actions": actions, "bytes": len(data)}
    writing: dict[str, Any] = {"what": "import: write", "actions": actions}
    with acting_for(organisation, user_id=user.pk):
        with measured(staging):
            (staged,) = services.stage_imports(
                organisation=organisation, file_name=f"plan-{actions}.docx", data=data, user=user
            )
        with measured(writing):
            plan = services.commit_import(plan_import=staged)
        found = plan.actions.count()
    if found != actions:
        sys.exit(f"The import made {found} actions of {actions}: the figures would be of another plan.")
    return plan, [staging, writing]


def page(client: Client, plan: Plan, name: str, what: str, actions: int, rounds: int) -> dict[str, Any]:
    """Queries, milliseconds and bytes of one page."""
    address = portal_url(plan.organisation, f"plans:{name}", pk=plan.pk)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    count = len(queries)
    if response.status_code != 200:
        sys.exit(f"{address} answers {response.status_code}.")
    ms = median_ms(lambda: client.get(address), rounds)
    return {"what": what, "actions": actions, "queries": count, "ms": ms, "bytes": len(response.content)}


def pdf_in_a_fresh_process(plan: Plan, actions: int) -> dict[str, Any]:
    """The PDF made by a process that has done nothing else, so that its memory is the paper's."""
    command = [sys.executable, str(Path(__file__).resolve()), "--pdf-of", str(plan.pk)]
    done = subprocess.run(  # noqa: S603 (this very file)
        command, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    return {"what": "PDF, fresh process", "actions": actions, **json.loads(done.stdout)}


def pdf_of(pk: int) -> dict[str, Any]:
    """Seconds, pages, bytes and peak memory of one plan's PDF, imports of this process included in the memory."""
    with acting_for(Organisation.objects.get()):
        plan = Plan.objects.select_related("organisation").get(pk=pk)
        started = time.perf_counter()
        data = reports.plan_pdf(reports.build_plan_report(plan, as_of=clock.today()))
        seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT / MEGABYTE
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = len(pdf.pages)
    return {"seconds": round(seconds, 3), "pages": pages, "bytes": len(data), "peak_mb": round(peak)}


def workbook(plan: Plan, actions: int) -> dict[str, Any]:
    """Seconds, queries and bytes of a plan's Excel file."""
    result: dict[str, Any] = {"what": "Excel", "actions": actions}
    with acting_for(plan.organisation), measured(result):
        data = reports.plan_workbook(reports.build_plan_report(plan, as_of=clock.today()))
    return {**result, "bytes": len(data)}


def to_excel_and_back(plan: Plan, actions: int) -> dict[str, Any]:
    """Seconds and queries of a workbook that goes out, comes back with every tenth row changed, and is compared."""
    result: dict[str, Any] = {"what": "Excel to change: out, back, compared", "actions": actions}
    today = clock.today()
    with acting_for(plan.organisation), measured(result):
        workbook = openpyxl.load_workbook(io.BytesIO(round_trip.plan_to_edit(plan, today=today)))
        for row in range(2, actions + 2, 10):
            workbook[round_trip.SHEET].cell(row=row, column=4).value = f"Changed {row}"
        changed = io.BytesIO()
        workbook.save(changed)
        found = round_trip.staged(changed.getvalue(), "plan.xlsx", plan)
        compared = round_trip.compared(found, plan, today=today)
    if not compared.difference.cell_count:
        sys.exit("The workbook came back without a change: the figures would be of nothing.")
    return {**result, "bytes": len(changed.getvalue())}


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    if connection.vendor == "postgresql":
        database = f"PostgreSQL {connection.pg_version // 10_000}.{connection.pg_version % 10_000}"
    else:
        database = f"SQLite {connection.Database.sqlite_version}"
    return {
        "python": platform.python_version(),
        "django": django.get_version(),
        "database": database,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def bench(sizes: list[int], rounds: int) -> dict[str, Any]:
    """All figures, for a plan of each size."""
    call_command("migrate", verbosity=0, interactive=False)
    if Organisation.objects.exists():
        sys.exit("This database is in use. script/bench needs one that is empty, and leaves it full of made-up plans.")
    organisation = Organisation.objects.create(name="Bench Council", slug="bench", kind=Organisation.Kind.UNITARY)
    user = User.objects.create(email="coordinator@bench.example", name="Bench Coordinator")
    Membership.objects.create(user=user, organisation=organisation, role=Role.COORDINATOR, starts_on=clock.today())
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    figures: list[dict[str, Any]] = []
    for actions in sizes:
        plan, steps = import_plan(organisation, user, actions)
        figures += steps
        figures.append(page(client, plan, "plan_table", "page: whole plan", actions, rounds))
        figures.append(page(client, plan, "plan_detail", "page: summary sheet", actions, rounds))
        figures.append(pdf_in_a_fresh_process(plan, actions))
        figures.append(workbook(plan, actions))
        figures.append(to_excel_and_back(plan, actions))
    return {"machine": machine(), "rounds": rounds, "figures": figures}


def in_words(result: dict[str, Any]) -> Iterator[str]:
    """The figures as a table for a person."""
    on = result["machine"]
    yield (
        f"Python {on['python']}, Django {on['django']}, {on['database']}, {on['cores']} cores, {on['system']}; "
        f"pages: median of {result['rounds']}"
    )
    yield ""
    columns = ("what", "actions", "time", "queries", "size", "pages", "memory")
    rows = [columns]
    for figure in result["figures"]:
        took = f"{figure['ms']} ms" if "ms" in figure else f"{figure['seconds']:.2f} s"
        size = f"{figure['bytes'] / 1024:,.0f} KB" if "bytes" in figure else ""
        memory = f"{figure['peak_mb']} MB" if "peak_mb" in figure else ""
        others = (figure.get("queries", ""), size, figure.get("pages", ""), memory)
        rows.append(tuple(str(value) for value in (figure["what"], figure["actions"], took, *others)))
    widths = [max(len(row[at]) for row in rows) for at in range(len(columns))]
    for row in rows:
        first, *rest = [
            value.rjust(width) if at else value.ljust(width)
            for at, (value, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join([first, *rest]).rstrip()


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench", description="Measure import, pages, PDF and Excel.")
    parser.add_argument("--actions", type=int, default=1000, help="of the large plan (1000)")
    parser.add_argument("--small", type=int, default=20, help="of the small plan (20)")
    parser.add_argument("--rounds", type=int, default=5, help="how often a page is fetched (5)")
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    parser.add_argument("--papers", action="store_true", help="long papers beside WeasyPrint and Chromium instead")
    parser.add_argument("--living", action="store_true", help="digests, and many updates at once, instead")
    parser.add_argument("--assessing", action="store_true", help="a self-assessment and twenty years of scores instead")
    parser.add_argument("--training", action="store_true", help="a long list of completions, and the figures, instead")
    parser.add_argument("--people", type=int, default=10_000, help="who are trained (10,000)")
    parser.add_argument("--owners", type=int, default=500, help="who get digests (500)")
    parser.add_argument("--updates", type=int, default=200, help="at once (200)")
    bench_papers.add_arguments(parser)
    parser.add_argument("--pdf-of", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.pdf_of:
        print(json.dumps(pdf_of(options.pdf_of)))
        return
    if options.living:
        result = {"machine": machine(), "figures": bench_living.bench_living(options.owners, options.updates)}
        print(json.dumps(result, indent=2) if options.json else "\n".join(bench_living.in_words(result["figures"])))
        return
    if options.assessing:
        result = {"machine": machine(), "figures": bench_assessing.bench_assessing(options.rounds)}
        print(json.dumps(result, indent=2) if options.json else "\n".join(bench_assessing.in_words(result["figures"])))
        return
    if options.training:
        result = {"machine": machine(), "figures": bench_training.bench_training(options.people, options.rounds)}
        print(json.dumps(result, indent=2) if options.json else "\n".join(bench_training.in_words(result["figures"])))
        return
    if options.papers:
        given = (options.rows, options.rounds, options.engines, options.only, options.keep)
        result = {"machine": machine(), "rounds": options.rounds, "figures": bench_papers.bench_papers(*given)}
        print(json.dumps(result, indent=2) if options.json else "\n".join(bench_papers.in_words(result["figures"])))
        return
    result = bench(sorted({options.small, options.actions}), options.rounds)
    print(json.dumps(result, indent=2) if options.json else "\n".join(in_words(result)))


if __name__ == "__main__":
    main()
