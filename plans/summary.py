"""The summary sheet of a plan: totals, what differs, what is late and who has it in hand."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from prevent_portal.documents import RagBar, rag_bar
from prevent_portal.scoping import current_viewer

from .models import RAG_LABELS, Action, Assignment, Objective, Owner, Plan, Section
from .querysets import ActionOutline
from .rules import DueBand, Rag, differs_from_dates

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


@dataclass(frozen=True, slots=True)
class ActionList:
    """The most urgent of the actions that need attention for one reason, and how many there are."""

    actions: list[Action]
    count: int

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.actions)


@dataclass(slots=True)
class OwnerLine:
    """How much of the plan one owner has in hand."""

    owner: Owner
    open: int = 0
    overdue: int = 0
    red: int = 0


@dataclass(slots=True)
class SectionLine:
    """Where one section stands."""

    section: Section
    total: int = 0
    overdue: int = 0
    rags: Counter[Rag] = field(default_factory=Counter)

    @property
    def rag_counts(self) -> list[tuple[str, int]]:
        """(RAG, how many) for those that there are."""
        return [(rag.value, self.rags[rag]) for rag in Rag if self.rags[rag]]


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that the summary sheet shows beside the plan's own fields."""

    action_count: int
    objective_count: int
    declared_total: int | None
    rag_lines: list[RagLine]
    differing: ActionList
    overdue: ActionList
    due_soon: ActionList
    section_lines: list[SectionLine]
    section_count: int
    owner_lines: list[OwnerLine]
    owner_count: int
    unowned_count: int
    review_count: int
    counts: dict[Rag, int]

    @property
    def bar(self) -> RagBar:
        """The argument of components/rag_bar.html."""
        return rag_bar([(rag.value, label, self.counts[rag]) for rag, label in RAG_LABELS.items()])

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
    """The summary sheet as of `today`; a constant number of queries."""
    outlines = Action.objects.filter(plan=plan).outlines(today)
    counts = Counter(each.stated_rag for each in outlines)
    # The declared totals are of the whole plan: beside a part of it they would give away what is left out.
    declared = plan.declared if _sees_all_of(plan) else {}
    differing, overdue, due_soon = _lists(
        [each for each in outlines if differs_from_dates(each.stated_rag, each.computed_rag)],
        [each for each in outlines if each.band(today) is DueBand.OVERDUE],
        [each for each in outlines if each.band(today) is DueBand.SOON],
        today=today,
    )
    section_lines = _by_section(plan, outlines, today)
    owner_lines, unowned_count = _by_owner(plan, [each for each in outlines if not each.is_complete], today)
    return Summary(
        action_count=len(outlines),
        objective_count=Objective.objects.filter(plan=plan).count(),
        declared_total=declared.get("total"),
        rag_lines=[RagLine(rag, counts[rag], declared.get(rag.value)) for rag in Rag],
        differing=differing,
        overdue=overdue,
        due_soon=due_soon,
        section_lines=section_lines[:ROWS_PER_LIST],
        section_count=len(section_lines),
        owner_lines=owner_lines[:ROWS_PER_LIST],
        owner_count=len(owner_lines),
        unowned_count=unowned_count,
        review_count=sum(each.is_review_needed for each in outlines),
        counts={rag: counts[rag] for rag in Rag},
    )


def _sees_all_of(plan: Plan) -> bool:
    """Whether the viewer sees the plan's OFFICIAL-SENSITIVE rows, too."""
    viewer = current_viewer()
    return viewer is not None and plan.organisation_id not in viewer.released_official


def _lists(*wanted: list[ActionOutline], today: dt.date) -> list[ActionList]:
    """The most urgent actions of each; one query for all of them."""
    first = [
        [each.pk for each in sorted(outlines, key=lambda each: (each.due_on or dt.date.max, each.pk))[:ROWS_PER_LIST]]
        for outlines in wanted
    ]
    shown = Action.objects.filter(pk__in={pk for pks in first for pk in pks}).for_attention(today)
    actions = {action.pk: action for action in shown}
    return [ActionList([actions[pk] for pk in pks], len(outlines)) for pks, outlines in zip(first, wanted, strict=True)]


def _by_section(plan: Plan, outlines: Iterable[ActionOutline], today: dt.date) -> list[SectionLine]:
    sections = Section.objects.filter(plan=plan).order_by("position", "pk")
    lines = {section.pk: SectionLine(section) for section in sections}
    for each in outlines:
        line = lines[each.section_id]
        line.total += 1
        line.overdue += each.band(today) is DueBand.OVERDUE
        line.rags[each.stated_rag] += 1
    return [line for line in lines.values() if line.total]


def _by_owner(plan: Plan, open_actions: list[ActionOutline], today: dt.date) -> tuple[list[OwnerLine], int]:
    of_action, of_row = defaultdict(set), defaultdict(set)
    assigned = Assignment.objects.filter(objective__plan=plan).order_by()
    for owner_id, action_id, objective_id in assigned.values_list("owner_id", "action_id", "objective_id"):
        if action_id:
            of_action[action_id].add(owner_id)
        else:
            of_row[objective_id].add(owner_id)
    owners = Owner.objects.filter(pk__in=assigned.values("owner"))
    lines = {owner.pk: OwnerLine(owner) for owner in owners}
    unowned_count = 0
    for each in open_actions:
        theirs = of_action[each.pk] | of_row[each.objective_id]
        unowned_count += not theirs
        for owner_id in theirs & lines.keys():
            line = lines[owner_id]
            line.open += 1
            line.overdue += each.due_on is not None and each.due_on < today
            line.red += each.stated_rag is Rag.RED
    busy = [line for line in lines.values() if line.open]
    return sorted(busy, key=lambda line: (-line.open, str(line.owner).casefold())), unowned_count
