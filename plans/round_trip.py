"""A plan's actions as a workbook to be changed offline, and what a changed one would do to the plan.

Signing, reading back and the words for it are the base app's (`prevent_portal.round_trip`); here is which columns there
are, what may stand in them, and what the portal has now.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal.documents.editable import EditableColumn, as_in_a_cell, is_cut, write_editable
from prevent_portal.markings import carries_marking
from prevent_portal.models import User
from prevent_portal.round_trip import (
    CellChange,
    Difference,
    GivenRow,
    Problem,
    RowChange,
    canonical,
    fingerprint,
    hash_of,
    key_of,
    place,
    read_back,
)
from prevent_portal.tables_in.sheets import SheetCell

from .models import EARLIEST_YEAR, LATEST_YEAR, RAG_LABELS, Action, Assignment, Owner, Plan
from .rules import Rag, ReasonNeeded, computed_rag, reason_needed

SHEET = "Actions"
SALT = "plans.round_trip"
STAGED_SALT = "plans.round_trip.staged"
STAGED_FOR = dt.timedelta(hours=12)
LONGEST_TEXT = 10_000
LONGEST_REASON = 500
MOST_CHANGED_ROWS = 2_000

RAG_WORDS = {
    Rag.GREEN: "Green", Rag.AMBER: "Amber", Rag.RED: "Red", Rag.BLUE: "Complete", Rag.NOT_STATED: "Not stated",
}  # fmt: skip
"""The words of the workbook. Like its headings they stay in English, so that it can be read back in any language."""

RAG_BY_WORD = {word.casefold(): rag for rag, word in RAG_WORDS.items()}
RAG_BY_WORD |= {"blue": Rag.BLUE, "g": Rag.GREEN, "a": Rag.AMBER, "r": Rag.RED}

COLUMNS = (
    EditableColumn("ref", "Ref", is_editable=False, width=8),
    EditableColumn("objective", "Objective", is_editable=False, width=30),
    EditableColumn("text", "Action", width=50),
    EditableColumn("owners", "Owners", width=28),
    EditableColumn("due", "Due date", width=16),
    EditableColumn("outcome", "Outcome measure", width=30),
    EditableColumn("resources", "Resources", width=20),
    EditableColumn("computed", "RAG by its dates", is_editable=False, width=14),
    EditableColumn("rag", "RAG", choices=tuple(RAG_WORDS.values()), width=14),
    EditableColumn("reason", "Reason for the RAG", width=30),
    EditableColumn("completed", "Completed on", width=16),
    EditableColumn("last", "Last progress", is_editable=False, width=36),
    EditableColumn("note", "New progress", width=36),
)
_HEADINGS = {column.key: column.heading for column in COLUMNS}
_EDITABLE = [column.key for column in COLUMNS if column.is_editable]
_DATES = frozenset({"due", "completed"})

HOW = (
    gettext_lazy("Change what you like in the white columns. The grey ones are there to read: leave them as they are."),
    gettext_lazy("You may sort, filter and hide. Rows that you delete here stay in the portal as they are."),
    gettext_lazy("Owners: one on each line, written as in the portal. They must be in its register of owners."),
    gettext_lazy("Dates: real dates, or words such as 31 March 2027."),
    gettext_lazy("A RAG that gets worse, or differs from what the dates give, needs a reason."),
    gettext_lazy("New progress is added to the action's history; what was there stays."),
    gettext_lazy("Give the file back on the plan's page. You see every change before anything is written."),
)


def rows_of(plan: Plan, today: dt.date) -> list[Action]:
    """The plan's actions with all that the workbook shows; a constant number of queries."""
    actions = Action.objects.filter(plan=plan).for_table(today)
    return list(actions.select_related("plan", "objective__section__plan", "objective__plan", "organisation"))


def values_of(action: Action) -> dict[str, Any]:
    """What the cells of an action hold."""
    last = next(iter(action.progressupdates.all()), None)
    computed = Rag(action.computed_rag)
    return {
        "ref": action.ref,
        "objective": action.objective.text,
        "text": action.text,
        "owners": "\n".join(str(owner) for owner in _owners(action)),
        "due": action.due_on,
        "outcome": action.outcome_measure,
        "resources": action.resources,
        "computed": "" if computed is Rag.NOT_STATED else RAG_WORDS[computed],
        "rag": RAG_WORDS[action.rag],
        "reason": action.rag_reason,
        "completed": action.completed_on,
        "last": f"{date_format(last.made_on, 'j F Y')}: {last.note}" if last else "",
        "note": "",
    }


def _owners(action: Action) -> list[Owner]:
    """Those who own or lead the action itself; partners, and owners of its whole row, are not here to be changed."""
    return [each.owner for each in action.assignments.all() if each.role != Assignment.Role.PARTNER]


def _canonical_values(values: Mapping[str, Any]) -> list[str]:
    return [_canonical(key, values[key]) for key in _HEADINGS]


def _canonical(key: str, value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    return canonical(as_in_a_cell(value))


def plan_to_edit(plan: Plan, *, today: dt.date) -> bytes:
    """The workbook."""
    rows = []
    for action in rows_of(plan, today):
        values = values_of(action)
        key = key_of(salt=SALT, subject=plan.pk, row=action.pk, values=_canonical_values(values))
        rows.append((key, values))
    how = [str(line) for line in HOW]
    return write_editable(COLUMNS, rows, sheet=SHEET, title=plan.title, how=how)


# What came back


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row that came back changed: what its cells are to hold, by column, in canonical words."""

    number: int
    action: int
    hashes: tuple[str, ...]
    cells: dict[str, str]


@dataclass
class Staged:
    """What a workbook asks for, and what is wrong with it before anything in the portal is looked at."""

    wanted: list[Wanted] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    untouched: list[int] = field(default_factory=list)
    """Actions whose rows came back as they left."""

    def signed(self, user: User, plan: Plan) -> str:
        """As a text that a form can carry: only this person can give it back, for this plan, for half a day."""
        content = [[each.number, each.action, "".join(each.hashes), each.cells] for each in self.wanted]
        return signing.dumps(
            {"user": user.pk, "plan": plan.pk, "wanted": content, "untouched": self.untouched},
            salt=STAGED_SALT,
            compress=True,
        )

    @classmethod
    def unsigned(cls, text: str, user: User, plan: Plan) -> "Staged":
        """Reads it back. Raises ValidationError if it is not this person's, of this plan, or too old."""
        try:
            content = signing.loads(text, salt=STAGED_SALT, max_age=STAGED_FOR)
        except signing.BadSignature as error:
            raise ValidationError(_("This has waited too long. Give the workbook again.")) from error
        if (content["user"], content["plan"]) != (user.pk, plan.pk):
            raise ValidationError(_("This is of another plan. Give the workbook again."))
        length = len(hash_of(""))
        wanted = [
            Wanted(number, action, tuple(h[at : at + length] for at in range(0, len(h), length)), cells)
            for number, action, h, cells in content["wanted"]
        ]
        return cls(wanted, [], content["untouched"])


def staged(data: bytes, filename: str, plan: Plan) -> Staged:
    """What the workbook asks for. Raises UnreadableFile if it is none, or of another plan."""
    given = read_back(data, filename, sheet=SHEET, columns=COLUMNS, salt=SALT, subject=plan.pk)
    found = Staged(problems=list(given.problems))
    for row in given.rows:
        cells, problems = _changed_cells(row)
        found.problems += problems
        if cells:
            found.wanted.append(Wanted(row.number, row.row, row.hashes, cells))
        elif not problems:
            found.untouched.append(row.row)
    if len(found.wanted) > MOST_CHANGED_ROWS:
        message = _("More than %(most)d rows have changed. Give the workbook in parts.")
        found.problems.append(Problem(SHEET, message % {"most": MOST_CHANGED_ROWS}))
    return found


def _changed_cells(row: GivenRow) -> tuple[dict[str, str], list[Problem]]:
    cells: dict[str, str] = {}
    problems: list[Problem] = []
    for column, left_as in zip(COLUMNS, row.hashes, strict=True):
        cell = row.cells.get(column.key)
        where = f"{place(SHEET, row.number, column.heading)}{f' ({cell.at})' if cell else ''}"
        if cell is not None and cell.is_formula_or_error:
            message = _(
                "There is a formula or an error here. Put in the text itself: copy the cell and paste it as a value."
            )
            problems.append(Problem(where, message))
            continue
        try:
            said = _said(column.key, cell)
        except ValidationError as error:
            problems.append(Problem(where, " ".join(error.messages)))
            continue
        if hash_of(said) == left_as:
            continue
        if not column.is_editable:
            problems.append(Problem(where, _("This column is only to read. Put back what was there.")))
        else:
            cells[column.key] = said
    return cells, problems


def _said(key: str, cell: SheetCell | None) -> str:
    """The canonical words of a cell. Raises ValidationError where they make no sense in this column."""
    text = canonical(cell.text) if cell else ""
    if key == "owners":
        return canonical(text.replace(";", "\n"))
    if cell is None and key != "rag":
        return ""
    if key in _DATES:
        on = cell.on or _day(text)
        if on is None:
            raise ValidationError(_("“%(text)s” is no day. Enter one such as 31 March 2027.") % {"text": text[:60]})
        return on.isoformat()
    if key == "rag":
        rag = RAG_BY_WORD.get(text.casefold())
        if rag is None:
            words = ", ".join(RAG_WORDS.values())
            message = _("“%(text)s” is no RAG. Choose one of these: %(words)s.")
            raise ValidationError(message % {"text": text[:60], "words": words})
        return RAG_WORDS[rag]
    most = LONGEST_REASON if key == "reason" else LONGEST_TEXT
    if len(text) > most:
        raise ValidationError(_("This is longer than %(most)d characters.") % {"most": most})
    return text


def _day(text: str) -> dt.date | None:
    for pattern in ("%d %B %Y", "%d %b %Y", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, pattern).date()  # noqa: DTZ007 -- a day has no time zone
        except ValueError:
            continue
    try:
        return parse_date(text)
    except ValueError:
        return None


# Beside what the portal has


@dataclass
class Compared:
    """What a workbook would change, and for each row that changes the action and what it is to hold."""

    difference: Difference
    actions: dict[int, Action]
    wanted: dict[int, dict[str, str]]
    owners: dict[int, list[Owner]]


def compared(found: Staged, plan: Plan, *, today: dt.date) -> Compared:
    """The workbook beside the plan as it is now; a constant number of queries."""
    actions = {action.pk: action for action in rows_of(plan, today)}
    register = _register(plan)
    rows, problems = [], list(found.problems)
    wanted: dict[int, dict[str, str]] = {}
    owners: dict[int, list[Owner]] = {}
    stood: list[tuple] = []
    for each in found.wanted:
        action = actions.get(each.action)
        if action is None:
            gone = _("This action is not in the plan any more. Take the row out.")
            problems.append(Problem(place(SHEET, each.number), gone))
            continue
        now = dict(zip(_HEADINGS, _canonical_values(values_of(action)), strict=True))
        left_as = dict(zip(_HEADINGS, each.hashes, strict=True))
        # The same change made here and there is none.
        cells = {key: said for key, said in each.cells.items() if said != now[key]}
        if not cells:
            continue
        chosen, wrong = _problems_of(action, cells, now, register, today)
        problems += [Problem(place(SHEET, each.number, _HEADINGS[key]), message) for key, message in wrong]
        was_changed = any(hash_of(now[key]) != left_as[key] for key in (*_EDITABLE, "last"))
        wanted[action.pk] = cells
        if "owners" in cells:
            owners[action.pk] = chosen
        stood.append((action.pk, sorted(now.items())))
        rows.append(
            RowChange(
                row=action.pk,
                number=each.number,
                name=str(action),
                address=action.get_absolute_url(),
                cells=tuple(
                    CellChange(
                        key, _HEADINGS[key], _in_words(key, now[key]), _in_words(key, said),
                        is_conflict=hash_of(now[key]) != left_as[key],
                    )
                    for key, said in cells.items()
                ),
                was_changed_here=was_changed,
            )
        )  # fmt: skip
    came = {each.action for each in found.wanted} | set(found.untouched)
    difference = Difference(
        rows=tuple(rows),
        problems=tuple(problems),
        unchanged=len(came & actions.keys()) - len(rows),
        left_out=len(actions.keys() - came),
        fingerprint=fingerprint(stood),
    )
    return Compared(difference, actions, wanted, owners)


def _in_words(key: str, value: str) -> str:
    if key in _DATES and value:
        return date_format(dt.date.fromisoformat(value), "j F Y")
    return value


def _register(plan: Plan) -> dict[str, list[Owner]]:
    """The authority's owners by every way in which somebody may write them."""
    found: dict[str, list[Owner]] = defaultdict(list)
    for owner in Owner.objects.of(plan.organisation_id):
        for name in {str(owner), owner.name, owner.post} - {""}:
            found[canonical(name).casefold()].append(owner)
    return found


def _problems_of(
    action: Action,
    cells: Mapping[str, str],
    now: Mapping[str, str],
    register: Mapping[str, list[Owner]],
    today: dt.date,
) -> tuple[list[Owner], list[tuple[str, str]]]:
    """Who is to own the action, and what is wrong with the cells: (column, message)."""
    wrong: list[tuple[str, str]] = []
    chosen: list[Owner] = []
    texts = {"text": action.text, "outcome": action.outcome_measure, "resources": action.resources}
    wrong += [
        (key, _("The text here is longer than a cell can hold. Change it in the portal."))
        for key, text in texts.items()
        if key in cells and is_cut(text)
    ]
    if cells.get("text") == "":
        wrong.append(("text", _("An action needs words. To take it out, delete it in the portal.")))
    if not action.is_sensitive:
        wrong += [
            (key, _("The words OFFICIAL-SENSITIVE stand here. Mark the action so in the portal, or take them out."))
            for key, said in cells.items()
            if carries_marking(said)
        ]
    if "owners" in cells:
        for name in filter(None, cells["owners"].split("\n")):
            found = register.get(name.casefold(), [])
            if len(found) == 1:
                chosen += [owner for owner in found if owner not in chosen]
            elif found:
                wrong.append(("owners", _("“%(name)s” are several owners. Write name and post.") % {"name": name[:60]}))
            else:
                message = _("“%(name)s” is not in the register of owners. Add them in the portal first.")
                wrong.append(("owners", message % {"name": name[:60]}))
    after = {**now, **cells}
    wrong += _problems_of_dates(after, cells, today)
    wrong += _problems_of_rag(action, after, cells, today)
    return chosen, wrong


def _problems_of_dates(after: Mapping[str, str], cells: Mapping[str, str], today: dt.date) -> Iterable[tuple[str, str]]:
    if cells.get("due") == "":
        yield "due", _("A date cannot be taken away here, only moved.")
    elif "due" in cells and not EARLIEST_YEAR <= dt.date.fromisoformat(cells["due"]).year <= LATEST_YEAR:
        yield "due", _("The year must be from %(first)d to %(last)d.") % {"first": EARLIEST_YEAR, "last": LATEST_YEAR}
    if cells.get("completed") == "" and after["rag"] == RAG_WORDS[Rag.BLUE]:
        yield "completed", _("A complete action keeps the day on which it was completed.")
    if completed := cells.get("completed"):
        if dt.date.fromisoformat(completed) > today:
            yield "completed", _("The date of completion cannot be in the future.")
        if after["rag"] != RAG_WORDS[Rag.BLUE]:
            yield "completed", _("Choose “Complete” as the RAG, or leave the date of completion empty.")


def _problems_of_rag(
    action: Action, after: Mapping[str, str], cells: Mapping[str, str], today: dt.date
) -> Iterable[tuple[str, str]]:
    stated = RAG_BY_WORD[after["rag"].casefold()]
    if "rag" in cells and stated is Rag.NOT_STATED:
        yield "rag", _("Once somebody has said where an action stands, nobody can make that unsaid.")
    if not {"rag", "due", "reason"} & cells.keys():
        return
    due_on = dt.date.fromisoformat(after["due"]) if after["due"] else None
    computed = computed_rag(is_complete=stated is Rag.BLUE, due_on=due_on, today=today)
    why = reason_needed(before=action.rag, stated=stated, computed=computed)
    if why is ReasonNeeded.WORSE and not cells.get("reason") and "rag" in cells:
        message = _("The RAG gets worse: it was “%(rag)s”. Enter the reason.")
        yield "reason", message % {"rag": RAG_LABELS[action.rag]}
    elif why is ReasonNeeded.DIFFERS and not after["reason"]:
        message = _("By its dates the action would be “%(rag)s”. Enter the reason why it is not.")
        yield "reason", message % {"rag": RAG_LABELS[computed]}
