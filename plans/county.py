"""A county's view over the agreed plans of its districts: how they stand, and who has nothing for what.

Everything is asked of actions, so that it is what the viewer may see; aggregates are made in SQL.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Lower, Trim

from benchmarks.models import Benchmark
from prevent_portal.models import Organisation

from .models import Action, Delivery, Plan
from .rules import Rag

SECTIONS_AT_MOST = 25


def districts_of(county: Organisation) -> list[Organisation]:
    """The councils below a county; one query."""
    return list(Organisation.objects.filter(parent=county).exclude(kind=Organisation.Kind.PARTNER).order_by("name"))


def district_actions(districts: Iterable[Organisation]) -> QuerySet:
    """The actions of the districts' plans that were agreed and are open."""
    return Action.objects.filter(organisation__in=districts).released().in_open_plans()


@dataclass
class Standing:
    """How many actions there are under one heading, by RAG and overdue."""

    total: int = 0
    overdue: int = 0
    rags: dict[Rag, int] = field(default_factory=dict)

    @property
    def rag_counts(self) -> list[tuple[str, int]]:
        """(RAG, how many) for those that there are."""
        return [(rag.value, count) for rag, count in self.rags.items() if count]


@dataclass
class DistrictLine:
    """One district: its agreed plans and how they stand."""

    district: Organisation
    plans: list[Plan]
    standing: Standing


@dataclass
class BenchmarkLine:
    """One benchmark over all districts; `without` are those with an agreed plan and no action for it."""

    benchmark: Benchmark
    standing: Standing
    without: list[Organisation]


@dataclass
class SectionLine:
    """Sections of one name over all districts."""

    title: str
    district_count: int
    standing: Standing


@dataclass
class CountyView:
    """All of it."""

    districts: list[DistrictLine]
    benchmarks: list[BenchmarkLine]
    sections: list[SectionLine]

    @property
    def without_plan(self) -> list[Organisation]:
        """Districts without an agreed plan that is open."""
        return [line.district for line in self.districts if not line.plans]


def county_view(county: Organisation, *, today: dt.date) -> CountyView:
    """How the districts' plans stand; seven queries."""
    districts = districts_of(county)
    plans: dict[int, list[Plan]] = defaultdict(list)
    for plan in Plan.objects.filter(organisation__in=districts).released().open().select_related("organisation"):
        plans[plan.organisation_id].append(plan)
    standings = _standings(district_actions(districts), ["organisation"], today)
    lines = [DistrictLine(each, plans.get(each.pk, []), standings.get((each.pk,), Standing())) for each in districts]
    return CountyView(lines, _by_benchmark(lines, today), _by_section(districts, today))


def _standings(actions: QuerySet, by: list[str], today: dt.date) -> dict[tuple, Standing]:
    """How the actions stand, by the values of these fields; one query."""
    rows = (
        actions.with_due_on()
        .order_by()
        .values(*by)
        .annotate(
            total=Count("pk", distinct=True),
            overdue=Count("pk", filter=_INCOMPLETE & Q(due_on__lt=today), distinct=True),
            **{rag.value: Count("pk", filter=Q(stated_rag=rag.value), distinct=True) for rag in Rag},
        )
    )
    return {
        tuple(row[name] for name in by): Standing(row["total"], row["overdue"], {rag: row[rag.value] for rag in Rag})
        for row in rows
    }


_INCOMPLETE = Q(completed_on=None) & ~Q(stated_rag=Rag.BLUE.value)


def _by_benchmark(lines: list[DistrictLine], today: dt.date) -> list[BenchmarkLine]:
    """By the benchmarks that any district's plan answers, newest framework first, its gaps included."""
    districts = [line.district for line in lines if line.plans]
    actions = district_actions(districts)
    # An action answers the benchmark of its section and those of its objective.
    of_section, of_objective = "objective__section__benchmark", "objective__benchmark_links__benchmark"
    standings: dict[int, Standing] = {}
    having: dict[int, set[int]] = defaultdict(set)
    # Keys alone: an action that answers a benchmark both ways is counted once.
    pairs = {
        pair
        for way in (of_section, of_objective)
        for pair in actions.annotate(answered=F(way))
        .exclude(answered=None)
        .values_list("pk", "organisation", "answered")
    }
    states = {
        pk: (rag, is_overdue)
        for pk, rag, is_overdue in actions.with_due_on().values_list(
            "pk", "stated_rag", Q(due_on__lt=today) & _INCOMPLETE
        )
    }
    for pk, organisation_id, benchmark_id in pairs:
        standing = standings.setdefault(benchmark_id, Standing(rags=dict.fromkeys(Rag, 0)))
        rag, is_overdue = states[pk]
        standing.total += 1
        standing.overdue += bool(is_overdue)
        standing.rags[Rag(rag)] += 1
        having[benchmark_id].add(organisation_id)
    frameworks = Benchmark.objects.filter(pk__in=standings).values("framework")
    benchmarks = Benchmark.objects.filter(framework__in=frameworks).select_related("framework")
    return [
        BenchmarkLine(
            benchmark=each,
            standing=standings.get(each.pk, Standing()),
            without=[district for district in districts if district.pk not in having[each.pk]],
        )
        for each in benchmarks.order_by("-framework__year", "number")
    ]


def _by_section(districts: list[Organisation], today: dt.date) -> list[SectionLine]:
    """By the sections' titles: councils that number theirs alike but call them otherwise stay apart."""
    actions = district_actions(districts).annotate(called=Lower(Trim("objective__section__title")))
    standings = _standings(actions, ["called"], today)
    where = actions.order_by().values_list("called").annotate(n=Count("organisation", distinct=True))
    counts = dict(where)
    titles = dict(actions.order_by("pk").values_list("called", "objective__section__title").distinct())
    found = [SectionLine(titles[name], counts[name], standing) for (name,), standing in standings.items()]
    return sorted(found, key=lambda line: (-line.district_count, -line.standing.total, line.title))[:SECTIONS_AT_MOST]


# What delivers a county's action


def deliveries_of(action: Action) -> list[Delivery]:
    """The districts' actions that deliver this one, as far as the viewer may see them; one query."""
    visible = Action.objects.all()
    links = Delivery.objects.filter(action=action, delivered_by__in=visible.order_by())
    return list(links.select_related("delivered_by__organisation", "delivered_by__objective", "delivered_by__plan"))


def gone_deliveries_of(action: Action) -> list[Delivery]:
    """Links of this action that lead nowhere any more; for the county's own officers, who see all that was agreed."""
    return list(Delivery.objects.filter(action=action).exclude(delivered_by__in=Action.objects.order_by()))


def delivers(action: Action) -> list[Delivery]:
    """The county's actions that this one helps to deliver, where the viewer may see the county's plan; one query."""
    links = Delivery.objects.filter(delivered_by=action, action__in=Action.objects.order_by())
    return list(links.select_related("action__organisation", "action__objective", "action__plan"))
