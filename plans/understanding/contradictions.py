"""What a plan says that does not fit together: noted or flagged where it stands, never changed."""

from plans.rules import KINDS_THAT_FALL_DUE

from . import cover
from .dates import dates_named
from .draft import ActionDraft, ObjectiveDraft, PlanDraft
from .history import late_notes

FEWEST_ALIKE = 2
"""Actions that have to stand in two tables before a person is told."""


def note_missing_recommendations(draft: PlanDraft) -> None:
    """Of "recommendation 1 of 3" and "2 of 3" the plan lacks the third: a gap to report."""
    answered: dict[tuple[str, int], set[int]] = {}
    for objective in draft.objectives:
        if (found := objective.recommendation) and found.total:
            answered.setdefault((found.exercise, found.total), set()).add(found.number)
    for (exercise, total), numbers in answered.items():
        missing = [str(number) for number in range(1, total + 1) if number not in numbers]
        if missing:
            listed = " or ".join(part for part in (", ".join(missing[:-1]), missing[-1]) if part)
            gap = f"no action answers recommendation {listed} of {total}."
            draft.notes.append(f"{exercise}: {gap}" if exercise else gap.capitalize())


def note_rows_that_stand_twice(draft: PlanDraft) -> None:
    """A workbook with a sheet for each quarter has every action several times: a person has to say which counts."""
    tables: dict[str, set[str]] = {}
    for objective in draft.objectives:
        for action in objective.actions:
            tables.setdefault(objective.source.table, set()).add(" ".join(action.text.casefold().split()))
    names = list(tables)
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            both = len(tables[one] & tables[other])
            if both >= FEWEST_ALIKE and 2 * both > min(len(tables[one]), len(tables[other])):
                draft.notes.append(
                    f"{both} actions of {one} stand in {other} too. If these are the same plan at two times, leave the "
                    "older table's columns out."
                )


def flag_contradictions(draft: PlanDraft, objective: ObjectiveDraft) -> None:
    """Dates that do not fit the plan are flagged where they stand; nothing is changed."""
    for part in (objective, *objective.actions):
        if draft.period_start and draft.period_end:
            period = f"{cover.written(draft.period_start)} to {cover.written(draft.period_end)}"
            for date in part.target_dates:
                if date.on is None or date.kind not in KINDS_THAT_FALL_DUE:
                    continue
                if not draft.period_start <= date.on <= draft.period_end:
                    side = "before" if date.on < draft.period_start else "after"
                    part.flags.append(f"Target date “{date.as_written}” lies {side} the plan's period, {period}.")
        if isinstance(part, ActionDraft) and draft.updated_on is None:
            undated = dict.fromkeys(each.heading for each in part.progress_notes if each.heading and not each.made_on)
            part.flags += [f"“{heading}” names no year: its note gets the day of the import." for heading in undated]
        if isinstance(part, ActionDraft) and draft.updated_on:
            part.flags += late_notes(part.progress_notes, draft.updated_on, draft.period)
            for words, first, _ in dates_named(part.progress):
                if first > draft.updated_on:
                    update = cover.written(draft.updated_on)
                    part.flags.append(f"The progress note names {words}, after the plan's date of update, {update}.")
