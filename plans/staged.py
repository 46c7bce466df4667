"""What was understood of a file that waits to be checked, and the part of it that a plan is made of."""

import dataclasses
from collections.abc import Iterable

from .models import PlanImport
from .understanding.draft import PlanDraft


def draft_of(plan_import: PlanImport) -> PlanDraft:
    """What was understood of the file, corrections included; every row of it has a key."""
    draft = PlanDraft.from_json(plan_import.draft)
    give_keys(draft)
    return draft


def give_keys(draft: PlanDraft) -> None:
    """Name the rows and what was set aside where nothing has named them yet."""
    for prefix, rows in (("r", draft.objectives), ("q", draft.quarantined)):
        taken = {row.key for row in rows}
        free = (key for number in range(1, len(rows) * 2 + 1) if (key := f"{prefix}{number}") not in taken)
        for row in rows:
            row.key = row.key or next(free)


def next_key(draft: PlanDraft) -> str:
    """A key that no row of the draft has or had."""
    return f"r{last_key([draft]) + 1}"


def last_key(drafts: Iterable[PlanDraft], before: int = 0) -> int:
    """The highest number in the keys of these drafts' rows and of what they set aside, at least `before`."""
    keys = (each.key[1:] for draft in drafts for each in (*draft.objectives, *draft.quarantined))
    return max([before, *(int(key) for key in keys if key.isdigit())])


def without_left_out(draft: PlanDraft) -> PlanDraft:
    """The draft as it is to be written: without the rows that a person left out, nor sections that only had such."""
    sections = []
    for section in draft.sections:
        kept = [row for row in section.objectives if not row.is_left_out]
        if kept or section.remarks or section.introduction or not section.objectives:
            sections.append(dataclasses.replace(section, objectives=kept))
    return dataclasses.replace(draft, sections=sections)
