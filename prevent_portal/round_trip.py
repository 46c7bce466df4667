"""Rows that leave the portal in a workbook and come back changed: who changed which cell, they or somebody here.

Each row carries a signed key: which row it is, and a short hash of every cell as it left. So a cell that comes back as
it left was not changed there, and one that is not as it left any more was changed here meanwhile.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from .documents.editable import KEY_HEADING, EditableColumn
from .tables_in import UnreadableFile
from .tables_in.sheets import SheetCell, SheetRow, read_sheet

HASH_CHARACTERS = 10
"""Of SHA-256: enough that an accident is out of the question; nobody gains by making two texts alike here."""


def hash_of(value: str) -> str:
    """A short hash of a cell's canonical text."""
    return hashlib.sha256(value.encode()).hexdigest()[:HASH_CHARACTERS]


def canonical(text: str) -> str:
    """A text in which spreadsheets' ways with spaces and line ends make no difference."""
    lines = (" ".join(line.split()) for line in text.replace("\r", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def key_of(*, salt: str, subject: int, row: int, values: Sequence[str]) -> str:
    """The signed key of a row: `subject` is what the whole workbook is of, `values` are its canonical texts."""
    content = {"s": subject, "r": row, "h": "".join(map(hash_of, values))}
    return signing.Signer(salt=salt).sign_object(content)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: "Actions, row 7, column “RAG” (I7)"."""

    where: str
    message: str


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A row that came back: its number in the sheet, which row it is, how it left, and its cells by column."""

    number: int
    row: int
    hashes: tuple[str, ...]
    cells: Mapping[str, SheetCell]


@dataclass
class Given:
    """The rows of a workbook that came back, and what is wrong with it."""

    rows: list[GivenRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_back(
    data: bytes, filename: str, *, sheet: str, columns: Sequence[EditableColumn], salt: str, subject: int
) -> Given:
    """The rows of a workbook that `documents.editable` wrote; raises UnreadableFile for one of something else."""
    headings, rows = read_sheet(data, filename, sheet)
    given = Given()
    missing = [each for each in (KEY_HEADING, *(column.heading for column in columns)) if each not in headings]
    if missing:
        raise UnreadableFile(
            _("The workbook has no column “%(name)s” any more. Download it again: its columns must stay.")
            % {"name": missing[0]}
        )
    if twice := next((each for each in headings if each and headings.count(each) > 1), ""):
        raise UnreadableFile(_("The workbook has two columns “%(name)s”. Take one of them out.") % {"name": twice})
    known: dict[int, int] = {}
    for row in rows:
        found = _known_row(sheet, row, columns, salt=salt, subject=subject)
        if isinstance(found, Problem):
            given.problems.append(found)
        elif found.row in known:
            where = place(sheet, row.number)
            message = _("This is the same row as row %(number)d. Take one of the two out.")
            given.problems.append(Problem(where, message % {"number": known[found.row]}))
        else:
            known[found.row] = row.number
            given.rows.append(found)
    return given


def _known_row(
    sheet: str, row: SheetRow, columns: Sequence[EditableColumn], *, salt: str, subject: int
) -> GivenRow | Problem:
    key = row.cells.get(KEY_HEADING)
    where = place(sheet, row.number)
    if key is None:
        message = _("This row is not one that was downloaded. New rows cannot be added here: add them in the portal.")
        return Problem(where, message)
    try:
        content = signing.Signer(salt=salt).unsign_object(key.text)
    except (signing.BadSignature, ValueError, TypeError):
        return Problem(where, _("The hidden first cell of this row has been changed. Download the workbook again."))
    if content["s"] != subject:
        raise UnreadableFile(_("This workbook was downloaded from somewhere else. Download it here and change that."))
    hashes = content["h"]
    cut = tuple(hashes[at : at + HASH_CHARACTERS] for at in range(0, len(hashes), HASH_CHARACTERS))
    if len(cut) != len(columns):
        return Problem(where, _("This workbook is of an earlier version of the portal. Download it again."))
    by_key = {column.key: row.cells[column.heading] for column in columns if column.heading in row.cells}
    return GivenRow(row.number, content["r"], cut, by_key)


def place(sheet: str, number: int, heading: str = "") -> str:
    """Where in the workbook: "Actions, row 7, column “RAG”"."""
    if not heading:
        return _("%(sheet)s, row %(number)d") % {"sheet": sheet, "number": number}
    return _("%(sheet)s, row %(number)d, column “%(heading)s”") % {
        "sheet": sheet,
        "number": number,
        "heading": heading,
    }


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that came back changed; `is_conflict`: it was changed here as well. Both in words."""

    key: str
    heading: str
    before: str
    after: str
    is_conflict: bool = False


@dataclass(frozen=True)
class RowChange:
    """A row with the cells that came back changed; `was_changed_here`: somebody changed the row here meanwhile."""

    row: int
    number: int
    name: str
    address: str
    cells: tuple[CellChange, ...]
    was_changed_here: bool = False


@dataclass(frozen=True)
class Difference:
    """What a workbook would change. `fingerprint` names the rows as they stood here when it was worked out."""

    rows: tuple[RowChange, ...]
    problems: tuple[Problem, ...]
    unchanged: int
    left_out: int
    """Rows of the portal that the workbook does not have: nothing happens to them."""
    fingerprint: str

    @property
    def cell_count(self) -> int:
        return sum(len(row.cells) for row in self.rows)

    @property
    def conflicts(self) -> list[RowChange]:
        """Rows that somebody must look at."""
        return [row for row in self.rows if row.was_changed_here]

    @property
    def plain(self) -> list[RowChange]:
        """Rows that only the workbook changes."""
        return [row for row in self.rows if not row.was_changed_here]


def fingerprint(values: Iterable[Any]) -> str:
    """One hash for all of these."""
    return hashlib.sha256(repr(list(values)).encode()).hexdigest()
