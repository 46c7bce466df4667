"""A plan's actions by section, owner, benchmark, RAG or due date, and cut into pages."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.paginator import Page
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from benchmarks.models import Benchmark
from prevent_portal.paging import NearestPaginator

from .models import RAG_LABELS, Assignment, Objective, ObjectiveBenchmark, Owner, Plan, Section
from .querysets import ActionOutline
from .rules import DUE_SOON_DAYS, DueBand, Rag, last_day_of_quarter
from .table_filter import DUE_LABELS

LINES_PER_PAGE = 100
"""So many lines are drawn in a quarter of a second; nobody reads more at a time."""

FEWEST_ON_A_PAGE = 10
"""A last page with no more lines than this goes onto the page before."""

URGENCY = (Rag.RED, Rag.AMBER, Rag.NOT_STATED, Rag.GREEN, Rag.BLUE)
"""What needs somebody first: where nobody has said how things stand, somebody has to ask."""


class Grouping(models.TextChoices):
    """By what the table is put in order."""

    SECTION = "section", gettext_lazy("Section")
    OWNER = "owner", gettext_lazy("Owner")
    BENCHMARK = "benchmark", gettext_lazy("Benchmark")
    RAG = "rag", gettext_lazy("RAG")
    DUE = "due", gettext_lazy("Due date")


class Line(NamedTuple):
    """A line of the table: an action, an objective that has none, or a section without either."""

    objective_id: int | None = None
    action: ActionOutline | None = None


@dataclass(slots=True)
class Group:
    """A heading of the table with the lines below it."""

    anchor: str
    title: str
    lines: list[Line] = field(default_factory=list)
    section: Section | None = None
    rag: Rag | None = None
    first_line: int = 0
    """How many lines stand before it in the whole table."""

    @property
    def page_number(self) -> int:
        """The page on which it begins, from 1; past the last page if that was short and drawn into the one before."""
        return self.first_line // LINES_PER_PAGE + 1

    @property
    def action_count(self) -> int:
        return sum(1 for line in self.lines if line.action)

    def overdue_count(self, today: dt.date) -> int:
        """How many of its actions are overdue."""
        return sum(1 for line in self.lines if line.action and line.action.band(today) is DueBand.OVERDUE)


@dataclass(frozen=True, slots=True)
class Part:
    """What of a group stands on one page."""

    group: Group
    lines: Sequence[Line]
    is_continued: bool


def grouped(
    outlines: list[ActionOutline],
    *,
    by: Grouping,
    plan: Plan,
    sections: Iterable[Section],
    today: dt.date,
    with_empty: bool,
) -> list[Group]:
    """The actions in groups, at most three queries; `with_empty`: with the sections and objectives that have none.

    By section they stand as in the plan, otherwise most urgent first. An action with two owners, or of two benchmarks,
    stands under both.
    """
    if by is Grouping.SECTION:
        groups = _by_section(outlines, plan=plan, sections=sections, with_empty=with_empty)
    else:
        urgent = sorted(outlines, key=lambda each: (each.is_complete, each.due_on is None, each.due_on or today))
        makers: dict[Grouping, Callable[[list[ActionOutline]], list[Group]]] = {
            Grouping.OWNER: lambda actions: _by_owner(actions, plan=plan),
            Grouping.BENCHMARK: lambda actions: _by_benchmark(actions, plan=plan, sections=sections),
            Grouping.RAG: _by_rag,
            Grouping.DUE: lambda actions: _by_due_date(actions, today=today),
        }
        groups = makers[by](urgent)
    before = 0
    for group in groups:
        group.first_line = before
        before += len(group.lines)
    return groups


def _by_section(
    outlines: list[ActionOutline], *, plan: Plan, sections: Iterable[Section], with_empty: bool
) -> list[Group]:
    lines: dict[int, list[Line]] = defaultdict(list)
    if with_empty:
        of_objective = defaultdict(list)
        for each in outlines:
            of_objective[each.objective_id].append(each)
        rows = Objective.objects.filter(plan=plan).order_by("position", "pk").values_list("pk", "section_id")
        for objective_id, section_id in rows:
            lines[section_id] += [Line(objective_id, each) for each in of_objective[objective_id] or [None]]
    else:
        for each in outlines:
            lines[each.section_id].append(Line(each.objective_id, each))
    return [
        Group(f"section-{section.pk}", str(section), lines[section.pk] or [Line()], section=section)
        for section in sections
        if with_empty or lines[section.pk]
    ]


def _filled(keys: Iterable[tuple[Any, str, str]], of_key: dict[Any, list[Line]]) -> list[Group]:
    return [Group(anchor, title, of_key[key]) for key, anchor, title in keys if of_key[key]]


def _by_owner(actions: list[ActionOutline], *, plan: Plan) -> list[Group]:
    owners: dict[int, Owner] = {}
    of_action, of_row = defaultdict(dict), defaultdict(dict)
    for each in Assignment.objects.filter(objective__plan=plan).select_related("owner"):
        owners[each.owner_id] = each.owner
        whose = of_action[each.action_id] if each.action_id else of_row[each.objective_id]
        whose[each.owner_id] = None
    of_owner: dict[int | None, list[Line]] = defaultdict(list)
    for each in actions:
        for owner_id in of_action[each.pk] | of_row[each.objective_id] or (None,):
            of_owner[owner_id].append(Line(each.objective_id, each))
    in_order = sorted(owners.values(), key=lambda owner: str(owner).casefold())
    keys = [(owner.pk, f"owner-{owner.pk}", str(owner)) for owner in in_order]
    return _filled([*keys, (None, "owner-none", _("Nobody named"))], of_owner)


def _by_benchmark(actions: list[ActionOutline], *, plan: Plan, sections: Iterable[Section]) -> list[Group]:
    benchmarks: dict[int, Benchmark] = {}
    of_row, of_section = defaultdict(dict), defaultdict(dict)
    for section in sections:
        if section.benchmark:
            benchmarks[section.benchmark_id] = section.benchmark
            of_section[section.pk][section.benchmark_id] = None
    links = ObjectiveBenchmark.objects.filter(objective__plan=plan).select_related("benchmark__framework")
    for link in links:
        benchmarks[link.benchmark_id] = link.benchmark
        of_row[link.objective_id][link.benchmark_id] = None
    of_benchmark: dict[int | None, list[Line]] = defaultdict(list)
    for each in actions:
        for benchmark_id in of_row[each.objective_id] | of_section[each.section_id] or (None,):
            of_benchmark[benchmark_id].append(Line(each.objective_id, each))
    # A number means something in its own framework only, so the frameworks stay apart: newest first.
    in_order = sorted(benchmarks.values(), key=lambda each: (-each.framework.year, each.framework_id, each.number))
    several = len({each.framework_id for each in in_order}) > 1
    keys = [
        (each.pk, f"benchmark-{each.pk}", f"{each} ({each.framework})" if several else str(each)) for each in in_order
    ]
    return _filled([*keys, (None, "benchmark-none", _("No benchmark"))], of_benchmark)


def _by_rag(actions: list[ActionOutline]) -> list[Group]:
    of_rag: dict[Rag, list[Line]] = defaultdict(list)
    for each in actions:
        of_rag[each.stated_rag].append(Line(each.objective_id, each))
    return [Group(f"rag-{rag.value}", str(RAG_LABELS[rag]), of_rag[rag], rag=rag) for rag in URGENCY if of_rag[rag]]


def _by_due_date(actions: list[ActionOutline], *, today: dt.date) -> list[Group]:
    of_band: dict[DueBand, list[Line]] = defaultdict(list)
    for each in actions:
        of_band[each.band(today)].append(Line(each.objective_id, each))
    soon = date_format(today + dt.timedelta(days=DUE_SOON_DAYS), "j F Y")
    quarter = date_format(last_day_of_quarter(today), "j F Y")
    titles = {band: str(label) for band, label in DUE_LABELS.items()} | {
        DueBand.SOON: _("Within 30 days, to %(on)s") % {"on": soon},
        DueBand.QUARTER: _("Later this quarter, to %(on)s") % {"on": quarter},
    }
    return _filled([(band, f"due-{band.value}", titles[band]) for band in DueBand], of_band)


def page_of(
    groups: list[Group], number: str, *, everything: bool = False, per_page: int | None = None
) -> tuple[Page, list[Part]]:
    """The page asked for, or the nearest that there is, and the parts of the groups that stand on it."""
    lines = [(group, line) for group in groups for line in group.lines]
    if everything:
        paginator = NearestPaginator(lines, max(len(lines), 1))
    else:
        paginator = NearestPaginator(lines, per_page or LINES_PER_PAGE, orphans=FEWEST_ON_A_PAGE)
    page = paginator.get_page(number)
    parts: list[Part] = []
    here: dict[str, list[Line]] = {}
    for group, line in page.object_list:
        if group.anchor not in here:
            here[group.anchor] = []
            parts.append(Part(group, here[group.anchor], is_continued=group.lines[0] is not line))
        here[group.anchor].append(line)
    return page, parts
