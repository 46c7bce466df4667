"""The summary sheet of a plan: totals, what differs, what is late and who has it in hand."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from prevent_portal.scoping import current_viewer

from .models import Action, Assignment, Owner, Plan
from .rules import Rag

ROWS_PER_LIST = 20
"""Longer lists are cut, with a link to the whole of it in the plan's table."""


@dataclass(frozen=True, slots=True)
class RagLine:
    """How many actions have one RAG, counted here and declared by the plan itself (None: it declares none)."""

    rag: Rag
    counted: int
    declared: int | None

    @property
    def matches(self) -> bool:
        return self.declared is None or self.declared == self.counted


@dataclass(slots=True)
class OwnerLine:
    """How much of the plan one owner has in hand."""

    owner: Owner
    open: int = 0
    overdue: int = 0
    red: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that the summary sheet shows beside the plan's own fields."""

    action_count: int
    objective_count: int
    declared_total: int | None
    rag_lines: list[RagLine]
    differing: list[Action]
    overdue: list[Action]
    overdue_count: int
    due_soon: list[Action]
    due_soon_count: int
    owner_lines: list[OwnerLine]
    unowned_count: int
    counts: dict[Rag, int]

    @property
    def has_declared(self) -> bool:
        return self.declared_total is not None or any(line.declared is not None for line in self.rag_lines)

    @property
    def total_matches(self) -> bool:
        return self.declared_total is None or self.declared_total == self.action_count

    @property
    def has_mismatch(self) -> bool:
        return not self.total_matches or not all(line.matches for line in self.rag_lines)


def summarise(plan: Plan, *, today: dt.date) -> Summary:
    """The summary sheet as of `today`; a constant number of queries. `plan` comes from `for_list()`."""
    actions = Action.objects.filter(plan=plan)
    counts = {rag: getattr(plan, f"{rag.value}_count") for rag in Rag}
    # The declared totals are of the whole plan: beside a part of it they would give away what is left out.
    declared = plan.declared if _sees_all_of(plan) else {}
    overdue, due_soon = actions.overdue(today), actions.due_soon(today)
    owner_lines, unowned_count = _by_owner(plan, today)
    return Summary(
        action_count=plan.action_count,
        objective_count=plan.objective_count,
        declared_total=declared.get("total"),
        rag_lines=[RagLine(rag, counts[rag], declared.get(rag.value)) for rag in Rag],
        differing=list(actions.for_attention(today).with_differing_rag()),
        overdue=list(overdue.for_attention(today)[:ROWS_PER_LIST]),
        overdue_count=overdue.count(),
        due_soon=list(due_soon.for_attention(today)[:ROWS_PER_LIST]),
        due_soon_count=due_soon.count(),
        owner_lines=owner_lines,
        unowned_count=unowned_count,
        counts=counts,
    )


def _sees_all_of(plan: Plan) -> bool:
    """Whether the viewer sees the plan's OFFICIAL-SENSITIVE rows, too."""
    viewer = current_viewer()
    return viewer is not None and plan.organisation_id not in viewer.released_official


def _by_owner(plan: Plan, today: dt.date) -> tuple[list[OwnerLine], int]:
    open_actions = list(
        Action.objects.filter(plan=plan)
        .incomplete()
        .with_due_on()
        .values_list("pk", "objective_id", "stated_rag", "due_on")
    )
    of_action, of_row = defaultdict(set), defaultdict(set)
    owners = {}
    for each in Assignment.objects.filter(objective__plan=plan).select_related("owner", "owner__organisation"):
        owners[each.owner_id] = each.owner
        if each.action_id:
            of_action[each.action_id].add(each.owner_id)
        else:
            of_row[each.objective_id].add(each.owner_id)
    lines = {pk: OwnerLine(owner) for pk, owner in owners.items()}
    unowned: Counter[bool] = Counter()
    for pk, objective_id, stated_rag, due_on in open_actions:
        theirs = of_action[pk] | of_row[objective_id]
        unowned[not theirs] += 1
        for owner_id in theirs:
            line = lines[owner_id]
            line.open += 1
            line.overdue += due_on is not None and due_on < today
            line.red += stated_rag == Rag.RED
    busy = [line for line in lines.values() if line.open]
    return sorted(busy, key=lambda line: (-line.open, str(line.owner).casefold())), unowned[True]
