"""Measures papers against WeasyPrint as it comes and Chromium; `script/bench --papers` runs it.

Every paper is one HTML page with one style sheet, made into a tagged PDF by each of the three. They run side by side
in processes of their own and take turns, so that whatever else the machine does meets them alike. Each has made a
small paper first: what starting costs is in `first_seconds` (the portal, WeasyPrint: from the import on; Chromium:
with a new browser). No edition is ever made twice by the same process, so that nothing kept of one serves another;
except for `rebuild`, which is the edition just made with one row in one section changed.

Seconds of processor time and peak memory are those of the process and all its children (Linux only, else 0); peaks
of several processes are added up although they share memory and don't peak together.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

MEGABYTE = 1024 * 1024
TEMPLATE = "bench/paper.html"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip

OWNERS = ("Head of Libraries", "Community Safety Manager", "Workforce Development Manager", "Bookings Team Leader")
RAGS = (("green", "Green"), ("amber", "Amber"), ("red", "Red"), ("blue", "Complete"), ("not_stated", "Not stated"))
DATES = ("31 March 2027", "September 2026", "Ongoing", "June 2026 and annual review")
WORDS = (
    "write to the managers of each service and agree who attends the briefing hold it and note who came ask what has "
    "changed since the last one and bring the answers to the board which weighs them with the local risk the figures "
    "of training and the work of partners in schools health housing and the police before it settles the next year"
).split()


@dataclass(frozen=True)
class Kind:
    """How a paper is made up: sections that each begin on a new page, and what is in one."""

    name: str
    sections: int
    rows: int
    paragraphs: int = 0
    has_figures: bool = False


def kinds(rows: int) -> tuple[Kind, ...]:
    """The papers measured; `rows` in the two long ones."""
    return (
        Kind("40 pages", sections=10, rows=30, paragraphs=16, has_figures=True),
        Kind(f"{rows} rows in sections", sections=max(1, rows // 50), rows=min(rows, 50)),
        Kind(f"{rows} rows in one table", sections=1, rows=rows),
    )


def words(start: int, count: int) -> str:
    """A sentence of `count` words, another for each `start`."""
    picked = " ".join(WORDS[(start * 7 + index * (start % 5 + 1)) % len(WORDS)] for index in range(count))
    return f"{picked[0].upper()}{picked[1:]}."


def context(kind: Kind, edition: int, *, changed_section: int | None = None) -> dict[str, Any]:
    """What the template is given. Each `edition` says something else in every row and paragraph."""
    from prevent_portal.documents import Cover

    sections = []
    for number in range(kind.sections):
        first = number * kind.rows
        rows = [
            {
                "ref": f"{edition}.{row + 1}",
                "action": words(row + edition, 8 + row % 6),
                "owner": OWNERS[row % len(OWNERS)],
                "due": DATES[row % len(DATES)],
                "progress": f"{edition}: {words(row * 3 + edition, 4 + row % 9)}",
                "rag": RAGS[row % len(RAGS)][0],
                "rag_label": RAGS[row % len(RAGS)][1],
            }
            for row in range(first, first + kind.rows)
        ]
        if number == changed_section:
            rows[len(rows) // 2]["progress"] = "Changed a moment ago: " + rows[len(rows) // 2]["progress"]
        values = [30 + (number * 13 + quarter * 29 + edition) % 80 for quarter in range(8)]
        sections.append(
            {
                "title": f"{number + 1}. Work area {number + 1}",
                "paragraphs": [
                    f"{edition}.{index + 1} {words(number * 17 + index + edition, 26)}"
                    for index in range(kind.paragraphs)
                ],
                "bars": [
                    {"left": 10 + quarter * 124, "top": 120 - value, "value": value}
                    for quarter, value in enumerate(values if kind.has_figures else [])
                ],
                "rows": rows,
            }
        )
    cover = Cover("Prevent action plan", "Bench Council", dt.date(2026, 12, 8), f"2026 to 2027, edition {edition}")
    return {"cover": cover, "figures": [], "sections": sections}


# In the process of one engine


def set_up() -> None:
    """Django with the templates of the bench."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prevent_portal.settings.test")
    import django
    from django.conf import settings

    django.setup()
    settings.TEMPLATES[0]["DIRS"].append(ROOT / "script" / "templates")


def page(given: dict[str, Any]) -> str:
    from django.template.loader import render_to_string

    return render_to_string(TEMPLATE, given | {"paper_language": "en-GB"})


class Portal:
    def make(self, given: dict[str, Any]) -> bytes:
        from prevent_portal.documents import render_pdf

        return render_pdf(TEMPLATE, given)


class WeasyPrintAsItComes:
    def make(self, given: dict[str, Any]) -> bytes:
        from weasyprint import HTML

        sheet = ROOT / "static" / "print.css"
        return HTML(string=page(given)).write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1")


class Chromium:
    def __init__(self) -> None:
        from playwright.sync_api import sync_playwright

        self.playwright = sync_playwright().start()
        self.browser: Any = None

    def make(self, given: dict[str, Any]) -> bytes:
        if self.browser is None:
            path = shutil.which("chromium") or shutil.which("google-chrome")
            self.browser = self.playwright.chromium.launch(executable_path=path, args=FLAGS)
            self.tab = self.browser.new_page()
        sheet = (ROOT / "static" / "print.css").read_text()
        self.tab.set_content(page(given).replace("</head>", f"<style>{sheet}</style></head>"))
        return self.tab.pdf(tagged=True, outline=True, prefer_css_page_size=True)

    def forget(self) -> None:
        """The next paper is made with a new browser."""
        if self.browser is not None:
            self.browser.close()
        self.browser = None


class ChromiumNewBrowser(Chromium):
    def make(self, given: dict[str, Any]) -> bytes:
        self.forget()
        return super().make(given)


ENGINES = {
    "WeasyPrint as it comes": WeasyPrintAsItComes,
    "Chromium": Chromium,
    "Chromium, new browser": ChromiumNewBrowser,
    "portal": Portal,
}


def usage() -> tuple[float, float]:
    """(seconds of processor time so far, peak megabytes) of this process and everything it has started."""
    if not Path("/proc/self/stat").exists():
        return 0.0, 0.0
    parents, ticks, peaks = {}, {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            status = (folder / "status").read_text()
        except OSError:
            continue
        pid = int(folder.name)
        parents[pid] = int(fields[1])
        # Own time and that of children that have ended; in user mode and in the kernel.
        ticks[pid] = sum(map(int, fields[11:15]))
        peak = status.partition("VmHWM:")[2].split()
        peaks[pid] = int(peak[0]) / 1024 if peak else 0.0
    mine = {os.getpid()}
    while True:
        more = {pid for pid, parent in parents.items() if parent in mine} - mine
        if not more:
            break
        mine |= more
    seconds = sum(ticks.get(pid, 0) for pid in mine) / os.sysconf("SC_CLK_TCK")
    return seconds, sum(peaks.get(pid, 0.0) for pid in mine)


def serve(engine_name: str) -> None:
    """Make the papers that are asked for on standard input, one line of JSON each, and answer with figures."""
    started = time.perf_counter()
    set_up()
    engine = ENGINES[engine_name]()
    engine.make(context(Kind("first", sections=1, rows=1), 0))
    print(json.dumps({"first_seconds": time.perf_counter() - started}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        given = context(Kind(**asked["kind"]), asked["edition"], changed_section=asked["changed_section"])
        cpu_before, _ = usage()
        started = time.perf_counter()
        data = engine.make(given)
        seconds = time.perf_counter() - started
        cpu, peak = usage()
        if asked["keep"]:
            Path(asked["keep"]).write_bytes(data)
        answer = {
            "seconds": seconds,
            "cpu": cpu - cpu_before,
            "peak_mb": peak,
            "bytes": len(data),
            "pages": pages(data),
        }
        print(json.dumps(answer), flush=True)


def pages(data: bytes) -> int:
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


# In the process that asks


class Runner:
    """One engine in a process of its own."""

    def __init__(self, engine: str) -> None:
        self.engine = engine
        command = [sys.executable, str(Path(__file__).resolve()), "--engine", engine]
        self.process = subprocess.Popen(  # noqa: S603 (this very file)
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.first_seconds = self._answer()["first_seconds"]

    def make(self, kind: Kind, edition: int, changed_section: int | None = None, keep: str = "") -> dict[str, Any]:
        asked = {"kind": vars(kind), "edition": edition, "changed_section": changed_section, "keep": keep}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.engine} has ended without an answer.")
        return json.loads(line)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def measure(kind: Kind, engines: list[str], rounds: int, keep: str = "") -> Iterator[dict[str, Any]]:
    """The figures of each engine for one paper; medians of `rounds`."""
    runners = [Runner(engine) for engine in engines]
    answers: dict[tuple[str, str], list[dict[str, Any]]] = {}
    try:
        for edition in range(1, rounds + 1):
            for runner in runners:
                name = f"{keep}/{kind.name}-{runner.engine}.pdf".replace(" ", "-") if keep else ""
                answers.setdefault((runner.engine, "whole"), []).append(runner.make(kind, edition, keep=name))
                if runner.engine == "portal" and kind.sections > 1:
                    changed = runner.make(kind, edition, changed_section=kind.sections // 2)
                    answers.setdefault((runner.engine, "rebuild"), []).append(changed)
    finally:
        for runner in runners:
            runner.close()
    first = {runner.engine: runner.first_seconds for runner in runners}
    for (engine, what), found in answers.items():
        yield {
            "paper": kind.name,
            "engine": engine,
            "what": what,
            "rounds": rounds,
            **{name: round(statistics.median(each[name] for each in found), 3) for name in ("seconds", "cpu")},
            "fastest": round(min(each["seconds"] for each in found), 3),
            "pages": found[-1]["pages"],
            "bytes": found[-1]["bytes"],
            "peak_mb": round(max(each["peak_mb"] for each in found)),
            "first_seconds": round(first[engine], 3),
        }


def in_words(figures: list[dict[str, Any]]) -> Iterator[str]:
    """The figures as a table for a person; `of Chromium`: how many times the time of Chromium with an open browser."""
    columns = ("paper", "engine", "what", "time", "of Chromium", "processor", "pages", "size", "memory")
    chromium = {figure["paper"]: figure["seconds"] for figure in figures if figure["engine"] == "Chromium"}
    rows = [columns]
    for figure in figures:
        beside = chromium.get(figure["paper"])
        rows.append(
            (
                figure["paper"],
                figure["engine"],
                figure["what"],
                f"{figure['seconds']:.2f} s",
                f"{figure['seconds'] / beside:.2f}" if beside else "",
                f"{figure['cpu']:.2f} s",
                str(figure["pages"]),
                f"{figure['bytes'] / 1024:,.0f} KB",
                f"{figure['peak_mb']} MB",
            )
        )
    widths = [max(len(row[at]) for row in rows) for at in range(len(columns))]
    for row in rows:
        cells = [
            value.rjust(width) if at > 2 else value.ljust(width)
            for at, (value, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def bench_papers(rows: int, rounds: int, engines: list[str], only: str = "", keep: str = "") -> list[dict[str, Any]]:
    """All figures. The long papers are made at most three times."""
    figures = []
    for kind in kinds(rows):
        if only in kind.name:
            at_most = rounds if kind.has_figures else min(rounds, 3)
            figures += measure(kind, engines, at_most, keep)
    return figures


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=5000, help="of the long papers (5000)")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES), help="all")
    parser.add_argument("--only", default="", help="papers whose name has this in it")
    parser.add_argument("--keep", default="", help="a folder for the PDFs")


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench --papers")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    add_arguments(parser)
    options = parser.parse_args()
    if options.engine:
        serve(options.engine)
        return
    figures = bench_papers(options.rows, options.rounds, options.engines, options.only, options.keep)
    print(json.dumps(figures, indent=2) if options.json else "\n".join(in_words(figures)))


if __name__ == "__main__":
    main()
