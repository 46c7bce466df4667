"""Lists from HR and from learning systems: which row names the columns, and what each column holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prevent_portal.tables_in import UnreadableFile
from prevent_portal.tables_in.values import read_values

from .models import Kind, ListKind

MOST_ROWS = 200_000
MOST_UNPACKED_BYTES = 60_000_000
"""Of a workbook with so many rows of eight columns."""

HEADING_AMONG_ROWS = 20
"""Titles and dates may stand above the headings, but not more of them than this."""

LONGEST_HEADING = 120
LONGEST_CELL = 1_000
"""No name, title or date is longer; what is, is cut before anybody looks for anything in it."""


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a column can hold, and the headings by which it is guessed, compared by `plain_heading`."""

    name: str
    label: str | Promise
    headings: frozenset[str]


def _field(name: str, label: str | Promise, headings: str) -> Field:
    return Field(name, label, frozenset(each.strip() for each in headings.split("|")))


NUMBER = _field(
    "number",
    _("Number"),
    "number|employee number|employee no|employee id|staff number|staff no|staff id|payroll number|payroll no|payroll id"
    "|person number|personnel number|user id|userid|username|user name|id|id number|assignment number|emp no|worker id",
)
NAME = _field(
    "name",
    _("Name"),
    "name|full name|employee name|staff name|learner|learner name|user|person|delegate|delegate name|participant"
    "|student|user full name|display name|councillor",
)
FIRST_NAME = _field("first_name", _("First name"), "first name|forename|forenames|given name|first|known as")
LAST_NAME = _field("last_name", _("Last name"), "last name|surname|family name|last")
EMAIL = _field(
    "email",
    _("E-mail address"),
    "email|e mail|email address|e mail address|work email|work email address|user email|mail",
)
KIND = _field("kind", _("Kind of person"), "kind|type|person type|employment type|worker type|category|kind of person")
DIRECTORATE = _field("directorate", _("Directorate"), "directorate|department|division|service area|organisation unit")
TEAM = _field("team", _("Team"), "team|service|section|unit|team name|cost centre name|ward")
JOB_ROLE = _field(
    "job_role", _("Job role"), "job role|role|job title|post title|position|position title|job|post|office|job name"
)
STARTED_ON = _field(
    "started_on", _("Starting date"),
    "start date|starting date|started|date started|start|hire date|date of joining|joined|continuous service date"
    "|elected on|date elected|starts|from",
)  # fmt: skip
LEFT_ON = _field(
    "left_on",
    _("Leaving date"),
    "leaving date|leave date|end date|left|date left|leaver date|termination date|last day|until",
)
COURSE = _field(
    "course", _("Course"),
    "course|course title|course name|module|module name|module title|training|learning|learning title|activity"
    "|activity name|title|programme|event|qualification",
)  # fmt: skip
COMPLETED_ON = _field(
    "completed_on", _("Completed on"),
    "completed on|completion date|date completed|completed date|completed|date|date attended|attended on|finish date"
    "|date of completion|passed on|achieved on|completion",
)  # fmt: skip
STATUS = _field(
    "status", _("Status"), "status|completion status|state|result|outcome|course status|attendance|progress"
)
EXPIRES_ON = _field(
    "expires_on",
    _("Certificate good until"),
    "expires|expiry|expiry date|expires on|expiration date|valid until|good until",
)

FIELDS: Mapping[str, tuple[Field, ...]] = {
    ListKind.PEOPLE: (
        NUMBER, NAME, FIRST_NAME, LAST_NAME, EMAIL, KIND, DIRECTORATE, TEAM, JOB_ROLE, STARTED_ON, LEFT_ON,
    ),
    ListKind.COMPLETIONS: (NUMBER, NAME, FIRST_NAME, LAST_NAME, EMAIL, COURSE, COMPLETED_ON, STATUS, EXPIRES_ON),
}  # fmt: skip

Columns = dict[str, int]
"""Column of the list, counted from 0, by the name of the field that it holds."""


@dataclass(frozen=True, slots=True)
class ListTable:
    """A list as read: its headings, and its rows with the numbers that they have in the file."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, list[Any]], ...]
    heading_row: int

    def sample(self, column: int) -> str:
        """The first thing that a column says."""
        return next((text for _number, row in self.rows[:50] if (text := text_at(row, column))), "")


class ListIsUnclear(UnreadableFile):
    """The list can be read, but not what its columns hold."""


def plain_heading(heading: Any) -> str:
    """A heading as headings are compared."""
    letters = "".join(char if char.isalnum() else " " for char in str(heading or "").casefold())
    return " ".join(letters.split())[:LONGEST_HEADING]


def read_list(data: bytes, kind: str) -> ListTable:
    """The list in a CSV file or in a workbook's first sheet. Raises UnreadableFile in words for whoever gave it."""
    rows = read_values(data, max_rows=MOST_ROWS + HEADING_AMONG_ROWS + 1, most_unpacked=MOST_UNPACKED_BYTES)
    filled = [(number, row) for number, row in rows if any(text_at(row, column) for column in range(len(row)))]
    if not filled:
        raise UnreadableFile(str(_("The list is empty.")))
    known = frozenset().union(*(field.headings for field in FIELDS[kind]))
    candidates = filled[:HEADING_AMONG_ROWS]
    counts = [len({plain for cell in row if (plain := plain_heading(cell)) in known}) for _number, row in candidates]
    place = counts.index(max(counts))
    number, heading = candidates[place]
    below = filled[place + 1 :]
    if not below:
        raise UnreadableFile(str(_("The list has no rows below its headings.")))
    if len(below) > MOST_ROWS:
        raise UnreadableFile(
            str(_("The list has more than %(n)s rows. Split it and import the parts.")) % {"n": f"{MOST_ROWS:,}"}
        )
    width = max(len(row) for _number, row in (filled[place], *below[:50]))
    headings = [text_at(heading, column)[:LONGEST_HEADING] for column in range(width)]
    while headings and not headings[-1]:
        headings.pop()
    return ListTable(tuple(headings), tuple(below), number)


def guessed_columns(table: ListTable, kind: str, remembered: Mapping[str, str]) -> Columns:
    """What each column seems to hold; `remembered` is what people said of headings before, "" for nothing."""
    found: Columns = {}
    plain = [plain_heading(each) for each in table.headings]
    for place, heading in enumerate(plain):
        if heading in remembered and remembered[heading] and remembered[heading] not in found:
            found[remembered[heading]] = place
    for field in FIELDS[kind]:
        for place, heading in enumerate(plain):
            free = heading not in remembered and place not in found.values()
            if field.name not in found and free and heading in field.headings:
                found[field.name] = place
    return found


def missing_columns(columns: Columns, kind: str) -> list[str]:
    """What a list needs and this one does not say, as labels."""
    missing = []
    if kind == ListKind.PEOPLE and not ("name" in columns or {"first_name", "last_name"} <= columns.keys()):
        missing.append(str(NAME.label))
    if not {"number", "email"} & columns.keys():
        missing.append(str(_("Number, or e-mail address")))
    if kind == ListKind.COMPLETIONS:
        missing += [str(each.label) for each in (COURSE, COMPLETED_ON) if each.name not in columns]
    return missing


def text_at(row: list[Any], column: int | None) -> str:
    """A cell as text; a whole number as such, and nothing that a spreadsheet would calculate is calculated."""
    if column is None or column >= len(row):
        return ""
    value = row[column]
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)[:LONGEST_CELL].replace("\x00", " ")
    return " ".join(text.split())


def number_key(number: str) -> str:
    """A person's number as numbers are compared: one system writes 004711, the next 4711."""
    return number.casefold().removesuffix(".0").lstrip("0") or number


KIND_WORDS: Mapping[str, Kind] = {
    **{str(kind.value): kind for kind in Kind},
    "employee": Kind.STAFF, "permanent": Kind.STAFF, "temporary": Kind.STAFF, "fixed term": Kind.STAFF,
    "officer": Kind.STAFF, "casual": Kind.STAFF, "apprentice": Kind.STAFF,
    "councillors": Kind.COUNCILLOR, "member": Kind.COUNCILLOR, "elected member": Kind.COUNCILLOR,
    "cllr": Kind.COUNCILLOR,
    "agency": Kind.CONTRACTOR, "agency worker": Kind.CONTRACTOR, "contractors": Kind.CONTRACTOR,
    "consultant": Kind.CONTRACTOR, "contingent worker": Kind.CONTRACTOR,
    "volunteers": Kind.VOLUNTEER, "partners": Kind.PARTNER, "partner organisation": Kind.PARTNER,
    "school governor": Kind.GOVERNOR, "governors": Kind.GOVERNOR, "school staff": Kind.SCHOOL, "teacher": Kind.SCHOOL,
}  # fmt: skip
"""Kinds of people by the words of HR lists, compared by `plain_heading`."""

COMPLETED_WORDS = frozenset(
    "completed|complete|passed|pass|attended|achieved|finished|done|yes|y|success|successful|100|1|true|attended fully"
    "|certified".split("|")
)
"""What a status says of somebody who has done it, compared by `plain_heading`; everything else is left aside."""
