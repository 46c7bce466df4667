"""What was understood of a plan, before a person has confirmed it; and its summary."""

import dataclasses
import datetime as dt
import types
import typing
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from plans.rules import DateKind, Rag


@dataclass(frozen=True)
class Source:
    """Where in the file something stands: "table 3" or "sheet 'Plan'", and the row as the file counts it."""

    table: str = ""
    row: int = 0


@dataclass
class OwnerDraft:
    """Who answers for something. A person has a name and perhaps a post; a post or team only `post`; a body a name."""

    name: str = ""
    post: str = ""
    kind: str = "person"  # "person", "post" or "body"
    is_lead: bool = False
    is_guess: bool = False  # found inside the action's words, not in a column of its own: a person decides


@dataclass
class TargetDateDraft:
    """One target date. `on` is the last day by which something is due, or the first day for START; None for none."""

    as_written: str
    kind: DateKind
    on: dt.date | None = None
    scope: str = ""  # what of the action it is for: "Council buildings and schools"
    is_guess: bool = False  # found inside the action's words, not in a column of its own: a person decides


@dataclass
class ProgressDraft:
    """One entry of an action's history as the file has it: a column "Q2 update", or a dated paragraph in one.

    `made_on` is the last day of the time that its heading names, None where it names none.
    """

    note: str
    made_on: dt.date | None = None
    heading: str = ""
    rag: Rag = Rag.NOT_STATED  # what was stated at that time: a column "Q1 RAG" beside later ones
    rag_as_written: str = ""  # "G", where the note has other words


@dataclass
class RecommendationDraft:
    """The recommendation of an assurance exercise that an objective answers: number 1 of 3."""

    exercise: str
    number: int
    total: int | None
    text: str  # as found: "recommendation #1 of 3"


@dataclass
class ActionDraft:
    """One action. `text` is complete and readable; `steps` are the bullets or paragraphs within it."""

    letter: str = ""
    text: str = ""
    steps: list[str] = field(default_factory=list)
    owners: list[OwnerDraft] = field(default_factory=list)
    owners_as_written: str = ""
    partners: list[str] = field(default_factory=list)
    target_dates: list[TargetDateDraft] = field(default_factory=list)
    outcome: str = ""
    milestones: list[str] = field(default_factory=list)
    resources: str = ""
    progress: str = ""  # what is of no particular time
    progress_notes: list[ProgressDraft] = field(default_factory=list)  # the earliest first
    rag: Rag = Rag.NOT_STATED
    rag_as_written: str = ""
    marking: str = ""  # "OFFICIAL-SENSITIVE" where the row says so
    flags: list[str] = field(default_factory=list)
    source: Source = field(default_factory=Source)


@dataclass
class ObjectiveDraft:
    """One row's objective. Owners, dates and outcome stand here only when the row has several actions and they
    could not be matched to its letters; otherwise they stand on its one action.
    """

    ref: str = ""
    text: str = ""
    tier: str = ""
    actions: list[ActionDraft] = field(default_factory=list)
    owners: list[OwnerDraft] = field(default_factory=list)
    owners_as_written: str = ""
    target_dates: list[TargetDateDraft] = field(default_factory=list)
    outcome: str = ""
    recommendation: RecommendationDraft | None = None
    marking: str = ""  # "OFFICIAL-SENSITIVE" where the row says so of all of it
    flags: list[str] = field(default_factory=list)
    source: Source = field(default_factory=Source)
    key: str = ""  # names the row while it is being checked; stays when others come and go
    is_left_out: bool = False  # a person has decided that it is not to be imported


@dataclass
class RemarkDraft:
    """Something in a plan's table that is not an action: a pointer to another body's plan, or a statement."""

    kind: str  # "pointer" or "statement"
    text: str
    points_to: str = ""
    source: Source = field(default_factory=Source)
    marking: str = ""  # "OFFICIAL-SENSITIVE" where its row or its section says so
    about: str = ""  # the first characters of the text where they only name the row that it is said of


@dataclass
class SectionDraft:
    """A priority, benchmark or theme. `ref` is a bare number in front of the title; a title such as
    "PRIORITY 1: ..." keeps its number in its words.
    """

    ref: str = ""
    title: str = ""
    introduction: str = ""
    marking: str = ""  # "OFFICIAL-SENSITIVE" where its heading or introduction says so
    objectives: list[ObjectiveDraft] = field(default_factory=list)
    remarks: list[RemarkDraft] = field(default_factory=list)


@dataclass
class QuarantinedDraft:
    """Text of a table that is set aside, with the reason in plain words."""

    table: str
    row: int
    reason: str
    text: str = ""
    key: str = ""  # names it while it is being checked


@dataclass
class ColumnDraft:
    """What a column (from 0) of a table was taken for, and why; `field` is "" where nobody knows."""

    column: int
    heading: str
    field: str
    confidence: float = 0.0  # 1 for the very word, or a person's
    basis: str = ""  # "heading", "values", "remembered" or "person"
    examples: list[str] = field(default_factory=list)


@dataclass
class TableDraft:
    """A table that was read as the plan's, or could be. `header_row` is 0 where none was found."""

    table: str
    number: int = 0
    header_row: int = 0
    columns: list[ColumnDraft] = field(default_factory=list)
    is_used: bool = True  # False: set aside, unless a person says what its columns hold


@dataclass
class PlanDraft:
    """A whole plan as understood. `notes` are flags for the person who confirms it."""

    title: str = ""
    period_start: dt.date | None = None
    period_end: dt.date | None = None
    aim: str = ""
    introduction: str = ""
    marking: str = ""  # "OFFICIAL", "OFFICIAL-SENSITIVE" or "" where the file has none
    updated_on: dt.date | None = None
    declared: dict[str, int] = field(default_factory=dict)  # "total", "green", "amber", "red", "blue" where stated
    sections: list[SectionDraft] = field(default_factory=list)
    quarantined: list[QuarantinedDraft] = field(default_factory=list)
    tables: list[TableDraft] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    cells: dict[str, int] = field(default_factory=dict)  # of the file's tables: "total", "placed", "set_aside"

    def give_keys(self, *, after: int = 0) -> None:
        """Name every row "r1", "r2"... and everything set aside "q1", "q2"..., in the order of the file.

        The numbers begin `after` those of an earlier reading, so that no name means another row than it did.
        """
        for number, objective in enumerate(self.objectives, start=after + 1):
            objective.key = f"r{number}"
        for number, each in enumerate(self.quarantined, start=after + 1):
            each.key = f"q{number}"

    @property
    def period(self) -> tuple[dt.date, dt.date] | None:
        """The plan's first and last day, where both are known."""
        return (self.period_start, self.period_end) if self.period_start and self.period_end else None

    @property
    def objectives(self) -> list[ObjectiveDraft]:
        return [objective for section in self.sections for objective in section.objectives]

    @property
    def actions(self) -> list[ActionDraft]:
        return [action for objective in self.objectives for action in objective.actions]

    def to_json(self) -> dict[str, Any]:
        """Plain dicts, lists, strings and numbers; dates as ISO text. `from_json` gives the same draft back."""
        return _to_plain(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The draft that `to_json` was called on. Unknown keys are ignored, missing ones take their default."""
        return _from_plain(cls, data)


def summary(draft: PlanDraft) -> dict[str, Any]:
    """The figures of an import, for the preview and for a machine.

    `sections` (title, objectives, actions), `objectives`, `actions`, `rag` (green, amber, red, blue),
    `not_stated` beside it, since it is no colour, `declared`, `mismatches` (what, declared, computed),
    `quarantined` (table, row, reason), `dates` by kind, `cells` (total, placed, set_aside) of the file's tables,
    `columns` (of each table what its columns were taken for, and why), `guessed` (owners and target_dates that were
    found inside an action's words).
    """
    rags = Counter(action.rag for action in draft.actions)
    computed = {"total": len(draft.actions)} | {
        rag.value: rags[rag] for rag in (Rag.GREEN, Rag.AMBER, Rag.RED, Rag.BLUE)
    }
    dates = [date for part in (*draft.objectives, *draft.actions) for date in part.target_dates]
    kinds = Counter(date.kind.value for date in dates)
    return {
        "sections": [
            {
                "title": section.title,
                "objectives": len(section.objectives),
                "actions": sum(len(objective.actions) for objective in section.objectives),
            }
            for section in draft.sections
        ],
        "objectives": len(draft.objectives),
        "actions": len(draft.actions),
        "rag": {colour: number for colour, number in computed.items() if colour != "total"},
        "not_stated": rags[Rag.NOT_STATED],
        "declared": dict(draft.declared),
        "mismatches": [
            {"what": what, "declared": declared, "computed": computed[what]}
            for what, declared in draft.declared.items()
            if what in computed and declared != computed[what]
        ],
        "quarantined": [{"table": each.table, "row": each.row, "reason": each.reason} for each in draft.quarantined],
        "dates": {kind.value: kinds[kind.value] for kind in DateKind if kinds[kind.value]},
        "cells": dict(draft.cells),
        "columns": [
            {
                "table": table.table,
                "is_used": table.is_used,
                "columns": [
                    {
                        "heading": column.heading,
                        "field": column.field,
                        "confidence": column.confidence,
                        "basis": column.basis,
                    }
                    for column in table.columns
                ],
            }
            for table in draft.tables
        ],
        "guessed": {
            "owners": sum(owner.is_guess for action in draft.actions for owner in action.owners),
            "target_dates": sum(date.is_guess for date in dates),
        },
    }


def _to_plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: _to_plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, list):
        return [_to_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _to_plain(each) for key, each in value.items()}
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def _from_plain(kind: Any, value: Any) -> Any:
    """Build a value of the annotated type; the drafts use dataclasses, lists, one dict, enums, dates and optionals."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        return _from_plain(next(each for each in arguments if each is not type(None)), value)
    if origin is list:
        return [_from_plain(arguments[0], each) for each in value]
    if origin is dict:
        return dict(value)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{name: _from_plain(hints[name], value[name]) for name in hints if name in value})
    if kind is dt.date:
        return dt.date.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    return value
