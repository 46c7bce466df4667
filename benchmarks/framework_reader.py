"""Reading a framework out of a published document, or out of a table by the portal's template.

`read_framework(document)` knows two layouts:

* the self-assessment tool of the duty toolkit: rows that begin with "Benchmark", "Outcome", "Expectation of
  compliance" or "Good practice activity", the prompts in the last cell. A row goes on over a page break as one without
  its first two cells. The same rows stand in the toolkit's chapters, without prompts; the tool's count.
* a table whose first row names the columns in `TEMPLATE_COLUMNS`, a question to a row, each prompt on a line.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from prevent_portal.tables_in import Document, Paragraph, Row, Table

from .rules import Kind

TEMPLATE_COLUMNS = ("Benchmark", "Title", "Standard", "Outcome", "Reference", "Kind", "Question", "Prompts")
"""The headings of the template, which a file has to have in English; Standard, Outcome and Prompts may be missing."""

_NEEDED = {"benchmark", "title", "reference", "kind", "question"}

TITLE_CHARACTERS = 120
STANDARD_CHARACTERS = 500
REFERENCE_CHARACTERS = 20
MOST_NUMBER = 999
MOST_PROBLEMS = 50

_LABELS = (
    (re.compile(r"benchmark$"), "benchmark"),
    (re.compile(r"outcomes?$"), "outcome"),
    (re.compile(r"expectations? of compliance$"), Kind.EXPECTATION),
    (re.compile(r"good practice(?: activit(?:y|ies))?$"), Kind.GOOD_PRACTICE),
)
_KINDS = {
    "expectation": Kind.EXPECTATION,
    "expectation of compliance": Kind.EXPECTATION,
    "good practice": Kind.GOOD_PRACTICE,
    "good practice activity": Kind.GOOD_PRACTICE,
}
_NUMBERED = re.compile(r"(\d{1,3})\s*[.)]\s+(\S.*)", re.DOTALL)
_REFERENCED = re.compile(r"(\d{1,3}\.\d{1,3})\.?\s+(\S.*)", re.DOTALL)
_ITEM = re.compile(r"<(p|i|li)\b[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")
_RULE = re.compile(r"[\s|:=–—-]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a file and where."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text


@dataclass(slots=True)
class QuestionDraft:
    """A question as the file has it."""

    reference: str
    kind: Kind
    text: str
    prompts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class BenchmarkDraft:
    """A benchmark as the file has it."""

    number: int
    title: str = ""
    standard: str = ""
    outcome: str = ""
    questions: list[QuestionDraft] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How much there is in it."""
        return {
            "questions": len(self.questions),
            "expectations": sum(each.kind is Kind.EXPECTATION for each in self.questions),
            "good_practice": sum(each.kind is Kind.GOOD_PRACTICE for each in self.questions),
            "prompts": sum(len(each.prompts) for each in self.questions),
        }


@dataclass(slots=True)
class FrameworkDraft:
    """What was read, and what stands in the way of writing it."""

    benchmarks: list[BenchmarkDraft]
    problems: list[Problem] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How much there is in all."""
        by_benchmark = [each.counts() for each in self.benchmarks]
        names = ("questions", "expectations", "good_practice", "prompts")
        return {
            "benchmarks": len(self.benchmarks),
            "outcomes": sum(bool(each.outcome) for each in self.benchmarks),
            **{name: sum(counts[name] for counts in by_benchmark) for name in names},
        }


def draft_from(plain: dict[str, Any]) -> FrameworkDraft:
    """The draft without problems that `dataclasses.asdict` made plain."""
    return FrameworkDraft(
        [
            BenchmarkDraft(
                **{**each, "questions": [QuestionDraft(**{**q, "kind": Kind(q["kind"])}) for q in each["questions"]]}
            )
            for each in plain["benchmarks"]
        ]
    )


def read_framework(document: Document) -> FrameworkDraft:
    """The framework that a document holds; `problems` says what is missing or contradicts itself, and where."""
    for table in document.tables:
        if columns := _template_columns(table):
            draft = _from_template(table, columns)
            break
    else:
        draft = _from_toolkit(document)
    if not draft.benchmarks and not draft.problems:
        draft.problems.append(
            Problem(
                "",
                _(
                    "No benchmarks were found. The file must hold the toolkit's self-assessment tool, or a table whose "
                    "first row says: %(columns)s."
                )
                % {"columns": ", ".join(TEMPLATE_COLUMNS)},
            )
        )
    draft.problems = [*draft.problems, *_missing(draft)][:MOST_PROBLEMS]
    return draft


def _missing(draft: FrameworkDraft) -> Iterator[Problem]:
    for benchmark in draft.benchmarks:
        place = _("Benchmark %(number)d") % {"number": benchmark.number}
        if not benchmark.title:
            yield Problem(place, _("It has no title."))
        for name, most in (("title", TITLE_CHARACTERS), ("standard", STANDARD_CHARACTERS)):
            if len(getattr(benchmark, name)) > most:
                yield Problem(
                    place, _("Its %(name)s is longer than %(most)d characters.") % {"name": name, "most": most}
                )
    numbers = [each.number for each in draft.benchmarks]
    for missing in sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))[:5]:
        yield Problem("", _("There is no benchmark %(number)d, although there are later ones.") % {"number": missing})


# The toolkit's own layout


def _from_toolkit(document: Document) -> FrameworkDraft:
    benchmarks: dict[int, BenchmarkDraft] = {}
    problems: list[Problem] = []
    current: BenchmarkDraft | None = None
    question: QuestionDraft | None = None
    for row in (row for table in document.tables for row in table.rows):
        label, text, rest = _parts(row)
        kind = next((kind for pattern, kind in _LABELS if pattern.fullmatch(label)), None)
        if kind is None:
            if not label and not text and rest and question is not None:
                question.prompts += _prompts(rest)
            continue
        place = row.location
        if kind == "benchmark":
            question = None
            if (found := _NUMBERED.fullmatch(text)) is None:
                problems.append(Problem(place, _("This row says “Benchmark”, but no number and text follow it.")))
                current = None
                continue
            current = benchmarks.setdefault(int(found[1]), BenchmarkDraft(int(found[1])))
            current.standard = _line(found[2])
        elif kind == "outcome":
            question = None
            if current is None:
                problems.append(Problem(place, _("This outcome follows no benchmark.")))
            else:
                current.outcome = _line(text)
        else:
            question = _question(row, kind, text, rest, benchmarks, problems)
    ordered = [benchmarks[number] for number in sorted(benchmarks)]
    titles = dict(_chapter_titles(document))
    for benchmark in ordered:
        short = textwrap.shorten(benchmark.standard, TITLE_CHARACTERS, placeholder="…")
        benchmark.title = titles.get(benchmark.number, "") or short
        benchmark.questions.sort(key=lambda each: _place(each.reference))
    return FrameworkDraft(ordered, problems)


def _question(
    row: Row,
    kind: Kind,
    text: str,
    rest: str,
    benchmarks: dict[int, BenchmarkDraft],
    problems: list[Problem],
) -> QuestionDraft | None:
    found = _REFERENCED.fullmatch(text)
    if found is None:
        problems.append(Problem(row.location, _("A question needs a reference such as 1.2 and its text.")))
        return None
    benchmark = benchmarks.get(int(found[1].partition(".")[0]))
    if benchmark is None:
        problems.append(
            Problem(row.location, _("Question %(ref)s belongs to no benchmark above it.") % {"ref": found[1]})
        )
        return None
    known = next((each for each in benchmark.questions if each.reference == found[1]), None)
    if known is None:
        known = QuestionDraft(found[1], kind, "")
        benchmark.questions.append(known)
    # The tool comes after the chapters and is the part that is filled in: its words count.
    known.kind, known.text = kind, _line(found[2])
    if prompts := _prompts(rest):
        known.prompts = prompts
    return known


def _parts(row: Row) -> tuple[str, str, str]:
    """A row's label in small letters, its text, and what stands in its last cell beyond that."""
    first, second = row.at(0), row.at(1)
    label = _line(first.text).rstrip(":").lower() if first else ""
    text = second.text.strip() if second and second is not first else ""
    others = [cell for cell in row.filled_cells if cell is not first and cell is not second]
    rest = others[-1].text if others else ""
    return label, text, "" if _RULE.fullmatch(rest or "-") else rest


def _prompts(text: str) -> list[str]:
    """The prompts of a cell: marked up as paragraphs or italics, or each on a line of its own."""
    items = [match[2] for match in _ITEM.finditer(text)] or text.split("\n")
    plain = (_line(_TAG.sub("", item)).lstrip("•").strip() for item in items)
    return [each for each in plain if each]


def _chapter_titles(document: Document) -> Iterator[tuple[int, str]]:
    """The short titles of benchmarks as the contents and the chapters have them; the first one found counts last."""
    lines: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            lines.append(block.full_text)
        else:
            # A line of the contents: the title and its page.
            lines += [
                cells[0].text
                for row in block.rows
                if len(cells := row.filled_cells) == 2 and cells[1].text.strip().isdigit()
            ]
    for line in reversed(lines):
        found = _NUMBERED.fullmatch(line.strip())
        if found and len(found[2]) <= TITLE_CHARACTERS and "\n" not in found[2]:
            yield int(found[1]), _line(found[2]).rstrip(".")


def _place(reference: str) -> tuple[int, ...]:
    # As numbers: as text 10.2 would come before 2.1.
    return tuple(int(part) for part in re.findall(r"\d+", reference))


def _line(text: str) -> str:
    return " ".join(text.split())


# The portal's template


def _template_columns(table: Table) -> dict[str, int]:
    """Where each column of the template is, if the table's first filled row names them."""
    first = next((row for row in table.rows if row.filled_cells), None)
    if first is None:
        return {}
    known = {name.lower() for name in TEMPLATE_COLUMNS}
    columns = {name: cell.column for cell in first.filled_cells if (name := _line(cell.text).lower()) in known}
    return columns if columns.keys() >= _NEEDED else {}


def _from_template(table: Table, columns: dict[str, int]) -> FrameworkDraft:
    benchmarks: dict[int, BenchmarkDraft] = {}
    problems: list[Problem] = []
    seen: set[tuple[int, str]] = set()
    filled = [row for row in table.rows if row.filled_cells]
    for row in filled[1:]:
        cells = {name: _cell(row, column) for name, column in columns.items()}

        def wrong(name: str, text: str, row: Row = row) -> None:
            problems.append(Problem(f"{row.location}, {name.capitalize()}", text))

        number = cells["benchmark"].rstrip(".")
        if not (number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= MOST_NUMBER):
            wrong("benchmark", _("Enter the benchmark's number, such as 3."))
            continue
        benchmark = benchmarks.setdefault(int(number), BenchmarkDraft(int(number)))
        for name in ("title", "standard", "outcome"):
            said, before = _line(cells.get(name, "")), getattr(benchmark, name)
            if said and before and said != before:
                wrong(name, _("Another row says “%(before)s” of the same benchmark.") % {"before": before[:80]})
            elif said:
                setattr(benchmark, name, said)
        if not any(cells[name] for name in ("reference", "kind", "question")):
            # A benchmark without questions.
            continue
        reference, kind = _line(cells["reference"]), _KINDS.get(_line(cells["kind"]).lower())
        if not reference or len(reference) > REFERENCE_CHARACTERS:
            wrong("reference", _("Enter a reference of at most %(n)d characters.") % {"n": REFERENCE_CHARACTERS})
        elif (benchmark.number, reference) in seen:
            wrong("reference", _("%(ref)s is the reference of another question as well.") % {"ref": reference})
        if kind is None:
            wrong("kind", _("Enter “Expectation of compliance” or “Good practice”."))
        if not cells["question"]:
            wrong("question", _("Enter the question."))
        seen.add((benchmark.number, reference))
        if kind is not None:
            prompts = _prompts(cells.get("prompts", ""))
            benchmark.questions.append(QuestionDraft(reference, kind, _line(cells["question"]), prompts))
    return FrameworkDraft([benchmarks[number] for number in sorted(benchmarks)], problems)


def _cell(row: Row, column: int) -> str:
    cell = row.at(column)
    return cell.text.strip() if cell else ""
