"""Which column of a council's table holds what: one table of words, and a guess with its confidence.

Header names differ in every council. The words below are the known ones; what is not among them stays unmapped, and a
person can say it (`understand_plan(columns=...)`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from prevent_portal.tables_in import Row


class Field(StrEnum):
    """What a column of a plan's table can hold."""

    SECTION = "section"
    REF = "ref"
    OBJECTIVE = "objective"
    TIER = "tier"
    ACTION_REF = "action_ref"
    ACTION = "action"
    OWNER = "owner"
    PARTNERS = "partners"
    RESOURCES = "resources"
    START_DATE = "start_date"
    TARGET_DATE = "target_date"
    COMPLETED = "completed_on"
    OUTCOME = "outcome"
    MILESTONES = "milestones"
    PROGRESS = "progress"
    RAG = "rag"
    MARKING = "marking"
    NOTE = "note"  # a remark of the row's, on purpose
    LEAVE_OUT = "leave_out"  # set aside, on purpose
    DERIVED = "derived"  # what the portal's own spreadsheet works out: never read back


WORDS: dict[Field, tuple[str, ...]] = {
    Field.SECTION: (
        "section", "priority", "priority area", "theme", "strand", "workstream", "work stream", "pillar", "benchmark",
        "bench mark", "category",
    ),
    Field.REF: (
        "ref", "reference", "ref no", "reference number", "no", "nr", "number", "item", "item no", "id",
        "objective ref", "objective no", "objective number", "objective reference", "serial",
    ),
    Field.OBJECTIVE: (
        "objective", "objectives", "aim", "aims", "goal", "goals", "outcome sought", "recommendation", "requirement",
        "duty", "description", "strategic objective", "what are we going to do", "what do we want to achieve",
        "objective benchmark", "issue", "area of work",
    ),
    Field.TIER: (
        "tier", "city", "county", "district", "county district", "city county district", "local authority", "authority",
        "area", "level",
    ),
    Field.ACTION_REF: ("action ref", "action no", "action number", "action reference", "action id"),
    Field.ACTION: (
        "action", "actions", "key actions", "activity", "activities", "task", "tasks", "what will we do", "how",
        "how will we do it", "what we will do", "steps", "delivery", "actions required", "action required", "measures",
        "what",
    ),
    Field.OWNER: (
        "owner", "owners", "lead", "leads", "lead officer", "lead officers", "lead agency", "lead owner", "who",
        "by whom", "responsible", "responsible officer", "responsible person", "responsibility", "accountable",
        "action owner", "action lead", "action by", "officer", "assigned to", "post responsible", "who will do it",
    ),
    Field.PARTNERS: (
        "partners", "partner", "partners and resources", "resources", "resource", "partner agencies", "supporting",
        "supported by", "key partners", "support", "others involved", "partners involved", "who else",
    ),
    Field.TARGET_DATE: (
        "target date", "target dates", "target", "date", "due", "due date", "deadline", "timescale", "timescales",
        "time scale", "timeframe", "time frame", "timeline", "by when", "when", "by not later than", "not later than",
        "completion date", "date due", "delivery date", "date for completion", "end date", "target completion date",
    ),
    Field.OUTCOME: (
        "outcome", "outcomes", "outcome measure", "outcome measures", "evidence", "evidence of impact", "measure",
        "measure of success", "success measure", "success measures", "success criteria", "performance measure", "kpi",
        "kpis", "impact", "how will we know", "how will we measure success", "output", "outputs", "result",
        "intended outcome", "expected outcome", "desired outcome", "performance indicator",
    ),
    Field.MILESTONES: ("milestone", "milestones", "key milestones", "milestones outcomes"),
    Field.PROGRESS: (
        "progress", "progress update", "update", "updates", "latest update", "comments", "comment", "commentary",
        "notes", "note", "current position", "position", "status update", "progress to date", "action update",
        "date completed", "quarter 1", "quarter 2", "quarter 3", "quarter 4", "q1", "q2", "q3", "q4",
    ),
    Field.RAG: (
        "rag", "rag status", "rag rating", "status", "action status", "rating", "rag completed", "colour", "brag",
        "brag status", "progress rag", "current rag",
    ),
    Field.MARKING: ("marking", "protective marking", "security marking"),
}  # fmt: skip
"""What councils call each column, in small letters and without punctuation."""

OWN_SPREADSHEET = "rag by dates"
DERIVED = frozenset({OWN_SPREADSHEET, "reason", "due"})
"""Columns of the portal's own spreadsheet that are worked out. A council's own "Reason" is text like any other."""

MERGEABLE = frozenset({Field.OWNER, Field.PARTNERS, Field.OUTCOME, Field.MILESTONES, Field.PROGRESS, Field.OBJECTIVE})
"""Two columns of one of these belong together ("Progress Q1", "Progress Q2"); of the others the likelier is taken."""

EXACT, STARTS, CONTAINS = 1.0, 0.9, 0.6
MAX_HEADER_WORDS = 20
_REF_VALUE = re.compile(r"^[A-Za-z]{0,3}[ .-]?\d{1,3}(?:\.\d{1,3})*\.?[a-z]?[.)]?$")
_GRADE = re.compile(r"^(?:high|medium|med|low|h|m|l|critical|urgent|\d)$", re.IGNORECASE)


@dataclass
class Guess:
    """A table's columns (from 0) and what each holds, with how sure that is (1 for the very word, or a person's)."""

    fields: dict[int, Field] = field(default_factory=dict)
    confidence: dict[int, float] = field(default_factory=dict)
    basis: dict[int, str] = field(default_factory=dict)  # "heading", "values", "remembered" or "person"
    headings: dict[int, str] = field(default_factory=dict)
    header_key: str = ""

    def put(self, column: int, each: Field, confidence: float, basis: str) -> None:
        self.fields[column], self.confidence[column], self.basis[column] = each, confidence, basis

    def drop(self, column: int) -> None:
        for known in (self.fields, self.confidence, self.basis):
            known.pop(column, None)

    def has(self, *wanted: Field) -> bool:
        return any(each in wanted for each in self.fields.values())


def normalised(text: str) -> str:
    """A heading in small letters, its punctuation turned into single spaces."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower().replace("&", " and ")).strip()


def header_key(row: Row) -> str:
    """Tells a repeated heading row from a new one."""
    return "|".join(normalised(cell.text) for cell in row.cells)


def candidates(heading: str) -> list[tuple[float, int, Field]]:
    """The fields that a heading may mean, likeliest first: the score, the length of the word found, the field."""
    words = normalised(heading)
    if not words or len(words.split()) > MAX_HEADER_WORDS:
        return []
    found: dict[Field, tuple[float, int]] = {}
    for each, phrases in WORDS.items():
        for phrase in phrases:
            if words == phrase:
                score = EXACT
            elif words.startswith(f"{phrase} "):
                score = STARTS
            elif f" {phrase} " in f" {words} " and len(phrase) > 3:
                score = CONTAINS
            else:
                continue
            found[each] = max(found.get(each, (0.0, 0)), (score, len(phrase)))
    return sorted(((score, length, each) for each, (score, length) in found.items()), reverse=True)


def guess_header(row: Row, following: Sequence[Row] = ()) -> Guess | None:
    """The columns if this row is a table's heading row, else None; `following` helps with columns without a name."""
    filled = row.filled_cells
    options = {cell.column: candidates(" ".join(cell.text.split())) for cell in filled}
    sure = [column for column, found in options.items() if found and found[0][0] >= STARTS]
    if len(sure) < 2 or 2 * len(sure) <= len(filled):
        return None
    # A row that starts with a number is a row of the plan, however much its words sound like headings.
    first = filled[0].text.strip()
    if is_ref(first) or sum(len(cell.text.split()) for cell in filled) > 8 * len(filled):
        return None
    guess = Guess(header_key=header_key(row))
    taken: set[Field] = set()
    names = {cell.column: normalised(cell.text) for cell in filled}
    if OWN_SPREADSHEET in names.values():
        for column in [column for column, name in names.items() if name in DERIVED]:
            guess.fields[column], guess.confidence[column], options[column] = Field.DERIVED, EXACT, []
    for column in sorted(options, key=lambda column: options[column][:1], reverse=True):
        for score, _, each in options[column]:
            if each not in taken or each in MERGEABLE:
                taken.add(each)
                guess.fields[column], guess.confidence[column] = each, score
                break
    if not guess.has(Field.ACTION, Field.OBJECTIVE):
        return None
    for cell in row.cells:
        guess.headings[cell.column] = " ".join(cell.text.split())
        for column in range(cell.column + 1, cell.column + cell.column_span):
            if cell.column in guess.fields:  # a heading over two columns names both
                guess.fields[column] = guess.fields[cell.column]
                guess.confidence[column] = guess.confidence[cell.column]
    _judge_by_values(guess, following)
    return guess


def given_columns(columns: dict[int, str], header: Row | None) -> Guess:
    """What a person has said about a table's columns; raises ValueError for a field that does not exist."""
    guess = Guess({column: Field(name) for column, name in columns.items() if name})
    guess.confidence = dict.fromkeys(guess.fields, 1.0)
    if header is not None:
        guess.header_key = header_key(header)
        guess.headings = {cell.column: " ".join(cell.text.split()) for cell in header.cells}
    return guess


def looks_like_flattened_header(text: str) -> bool:
    """Whether a paragraph is a heading row whose columns were lost, as a scanned PDF leaves it."""
    words = f" {normalised(text)} "
    headings = ("objective", "owner", "lead officer", "actions", "target date", "outcome", "rag", "progress")
    return sum(f" {heading} " in words[:200] for heading in headings) >= 4


def is_ref(text: str) -> bool:
    """Whether a cell holds nothing but a reference: "3", "3.", "P1", "2.4a"."""
    return bool(_REF_VALUE.match(text.strip()))


def _judge_by_values(guess: Guess, following: Sequence[Row]) -> None:
    """A first column without a name holds references if its values do; a "priority" of high and low is no section."""
    values: dict[int, list[str]] = {}
    for row in following[:60]:
        for cell in row.filled_cells:
            values.setdefault(cell.column, []).append(" ".join(cell.text.split()))
    for column, found in values.items():
        refs = sum(is_ref(value) for value in found)
        if column not in guess.fields and column < 2 and not guess.has(Field.REF) and 2 * refs > len(found):
            guess.fields[column], guess.confidence[column] = Field.REF, CONTAINS
        if guess.fields.get(column) is Field.SECTION and 2 * sum(bool(_GRADE.match(v)) for v in found) > len(found):
            del guess.fields[column], guess.confidence[column]
