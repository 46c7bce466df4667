"""The rows of a plan's table as they are printed: what one page shows, and the queries for it."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from .models import Action, Assignment, Objective, ObjectiveBenchmark, Plan, Remark, TargetDate
from .table_groups import Group, Part


@dataclass(slots=True)
class Row:
    """An objective with those of its actions that are shown, and what is said of the whole row."""

    objective: Objective
    actions: list[Action] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    targetdates: list[TargetDate] = field(default_factory=list)
    benchmarks: list[ObjectiveBenchmark] = field(default_factory=list)
    is_repeated: bool = False
    """Whether its action stands on the page already, under another heading."""


@dataclass(slots=True)
class Block:
    """A heading of the table, or the rest of one from the page before, with its rows."""

    group: Group
    is_continued: bool
    rows: list[Row] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def blocks_of(plan: Plan, parts: list[Part], *, today: dt.date, with_remarks: bool, by_objective: bool) -> list[Block]:
    """What stands on a page; eleven queries however much it is.

    `by_objective`: neighbouring actions of one objective share its cell. A section's remarks stand where it begins.
    """
    lines = [line for part in parts for line in part.lines]
    shown = [line.action.pk for line in lines if line.action]
    of_plan = {line.objective_id for line in lines if line.objective_id}
    actions = {each.pk: each for each in Action.objects.filter(pk__in=shown).for_table(today)}
    rows = _whole_rows(of_plan)
    remarks: dict[int, list[Remark]] = defaultdict(list)
    if with_remarks:
        beginning = [part.group.section for part in parts if part.group.section and not part.is_continued]
        found = Remark.objects.filter(plan=plan, section__in=beginning).select_related("organisation")
        for remark in found.order_by("position", "pk"):
            remarks[remark.section_id].append(remark)
    blocks, seen = [], set()
    for part in parts:
        block = Block(part.group, part.is_continued)
        if part.group.section and not part.is_continued:
            block.remarks = remarks[part.group.section.pk]
        for line in part.lines:
            if line.objective_id is None:
                continue
            whole = rows[line.objective_id]
            before = block.rows[-1] if block.rows else None
            if not (by_objective and before and before.objective is whole.objective):
                block.rows.append(Row(whole.objective, [], whole.assignments, whole.targetdates, whole.benchmarks))
            if line.action:
                row = block.rows[-1]
                row.actions.append(actions[line.action.pk])
                row.is_repeated = line.action.pk in seen
                seen.add(line.action.pk)
        blocks.append(block)
    return blocks


def _whole_rows(objectives: set[int]) -> dict[int, Row]:
    found = Objective.objects.filter(pk__in=objectives).select_related("recommendation", "organisation", "section")
    rows = {objective.pk: Row(objective) for objective in found}
    for assignment in Assignment.objects.filter(objective__in=objectives, action=None).select_related("owner"):
        rows[assignment.objective_id].assignments.append(assignment)
    for target in TargetDate.objects.filter(objective__in=objectives, action=None).order_by("position", "pk"):
        rows[target.objective_id].targetdates.append(target)
    links = ObjectiveBenchmark.objects.filter(objective__in=objectives).select_related("benchmark__framework")
    for link in links.order_by("benchmark__framework", "benchmark__number"):
        rows[link.objective_id].benchmarks.append(link)
    return rows
