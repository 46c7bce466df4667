"""Rows that say they are OFFICIAL-SENSITIVE: they are marked so, whether or not the file has a column for it."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from prevent_portal.markings import any_carries_marking, carries_marking

from .draft import ActionDraft, ObjectiveDraft, PlanDraft, RemarkDraft, SectionDraft, Source

SENSITIVE = "OFFICIAL-SENSITIVE"
FLAG = "The words OFFICIAL-SENSITIVE stand in this row: it is marked so."
_SECTION_FLAG = "The words OFFICIAL-SENSITIVE stand in the heading of this section or below it: the row is marked so."
_PLAN_NOTE = (
    "The words OFFICIAL-SENSITIVE stand in the plan's title, aim or introduction: the whole plan is marked so. "
    "If only a part of it is, take the words out there once it is imported, and mark that part."
)
_NOT_SAID = {"flags", "marking", "key", "actions", "source", "kind"}


def says_it_is_sensitive(draft: ObjectiveDraft | ActionDraft | RemarkDraft) -> bool:
    """Whether one of its own texts carries the marking; an objective's actions have texts of their own."""
    return any_carries_marking(_texts(draft))


def raise_markings(draft: PlanDraft) -> None:
    """Mark what carries the words, what is below it, and what stands in the same row of the file. Nothing is unmarked.

    An objective is marked if its own texts say so, or where all its actions are.
    """
    if any_carries_marking((draft.title, draft.aim, draft.introduction)):
        if _PLAN_NOTE not in draft.notes:
            draft.notes.append(_PLAN_NOTE)
        draft.marking = SENSITIVE
    for section in draft.sections:
        _raise_in(section)


def mark_row(objective: ObjectiveDraft) -> None:
    """Mark a row as a person left it: where the words still stand, so does the marking."""
    for part in (objective, *objective.actions):
        part.flags = [flag for flag in part.flags if flag != FLAG]
    _raise_objective(objective, set())


def _raise_in(section: SectionDraft) -> None:
    if any_carries_marking((section.title, section.introduction)):
        section.marking = SENSITIVE
        for remark in section.remarks:
            remark.marking = SENSITIVE
        for objective in section.objectives:
            _mark(objective, _SECTION_FLAG)
            for action in objective.actions:
                _mark(action)
    rows: set[Source] = set()
    parts = [*section.remarks, *section.objectives, *(a for each in section.objectives for a in each.actions)]
    for part in parts:
        if part.source.row and says_it_is_sensitive(part):
            rows.add(part.source)
    for remark in section.remarks:
        if remark.source in rows or carries_marking(remark.text) or carries_marking(remark.points_to):
            remark.marking = SENSITIVE
    for objective in section.objectives:
        _raise_objective(objective, rows)


def _raise_objective(objective: ObjectiveDraft, rows: set[Source]) -> None:
    is_whole = says_it_is_sensitive(objective) or (objective.source in rows and not objective.actions)
    for action in objective.actions:
        if is_whole:
            _mark(action)
        elif action.source in rows or says_it_is_sensitive(action):
            _mark(action, FLAG)
    if is_whole:
        _mark(objective, FLAG)
    elif objective.actions and all(action.marking == SENSITIVE for action in objective.actions):
        _mark(objective)


def _mark(part: ObjectiveDraft | ActionDraft, flag: str = "") -> None:
    part.marking = SENSITIVE
    if flag and flag not in part.flags:
        part.flags.append(flag)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            if each.name not in _NOT_SAID:
                yield from _texts(getattr(value, each.name))
