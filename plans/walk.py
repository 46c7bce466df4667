"""Actions one after another: a person's own by urgency, and a meeting's way through a plan."""

import datetime as dt
from dataclasses import dataclass

from .models import Action
from .rules import DueBand, due_band
from .table_filter import DUE_LABELS


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a meeting is among the open actions of a plan: the `number`th of `total`, in the plan's order."""

    number: int
    total: int
    previous_pk: int | None
    next_pk: int | None


def walk_from(action: Action, today: dt.date) -> Walk:
    """The way on from this action, which may have been completed meanwhile; one query."""
    outlines = Action.objects.filter(plan=action.plan_id).outlines(today)
    here = next(index for index, each in enumerate(outlines) if each.pk == action.pk)
    before = [each.pk for each in outlines[:here] if not each.is_complete]
    after = [each.pk for each in outlines[here + 1 :] if not each.is_complete]
    return Walk(
        number=len(before) + 1,
        total=len(before) + 1 + len(after),
        previous_pk=before[-1] if before else None,
        next_pk=after[0] if after else None,
    )


def by_urgency(actions: list[Action], today: dt.date) -> list[tuple[str, list[Action]]]:
    """(heading, actions) by how near their dates are, most urgent first; of actions that are open and have `due_on`."""
    groups: dict[DueBand, list[Action]] = {}
    for action in actions:
        groups.setdefault(due_band(is_complete=False, due_on=action.due_on, today=today), []).append(action)
    return [(str(DUE_LABELS[band]), groups[band]) for band in DueBand if band in groups]
