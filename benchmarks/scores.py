"""Scores beside each other: over the years, across frameworks, against last year and the target."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from prevent_portal.models import Organisation

from .models import Assessment, Benchmark, BenchmarkResult, Crosswalk, Framework, Moderation
from .rules import Standing, standing_of


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one benchmark in one year. `moderated` is the Home Office's, where it gave one."""

    benchmark: Benchmark
    self_score: int | None
    moderated: int | None
    target: int | None

    @property
    def value(self) -> int | None:
        """The score that counts: the Home Office's where there is one."""
        return self.self_score if self.moderated is None else self.moderated

    @property
    def standing(self) -> Standing | None:
        """How it stands to the line at which the duty is met."""
        return standing_of(self.value, met=self.benchmark.framework.met_score)

    @property
    def standing_label(self) -> str:
        """The same in the framework's words."""
        return self.benchmark.framework.standing_label(self.standing) if self.standing else ""

    def is_target_reached_by(self, later: "Score | None") -> bool | None:
        """Whether a later score of the same benchmark has come up to this one's target; None if nobody can say."""
        if later is None or None in (self.target, later.value) or later.benchmark.pk != self.benchmark.pk:
            return None
        return later.value >= self.target


@dataclass(frozen=True, slots=True)
class Cell:
    """What a benchmark had in one assessment: several scores where it has taken up several benchmarks, never a mean."""

    scores: tuple[Score, ...] = ()
    change: int | None = None

    @property
    def only(self) -> Score | None:
        """The score, if there is just one."""
        return self.scores[0] if len(self.scores) == 1 else None

    @property
    def is_merged(self) -> bool:
        """Whether the scores are of several earlier benchmarks."""
        return len(self.scores) > 1

    @property
    def values(self) -> tuple[int, ...]:
        """The scores that there are."""
        return tuple(each.value for each in self.scores if each.value is not None)


@dataclass(frozen=True, slots=True)
class Line:
    """One benchmark over the years, oldest first."""

    benchmark: Benchmark
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """One assessment of a history with its totals; they are of its own framework's benchmarks."""

    assessment: Assessment
    total: int | None
    scored_count: int
    weighted_total: Decimal | None
    total_change: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Scores over the years by the benchmarks of one framework, oldest year first."""

    framework: Framework
    years: tuple[Year, ...]
    lines: tuple[Line, ...]

    @property
    def before(self) -> Assessment | None:
        """The assessment before the last one."""
        return self.years[-2].assessment if len(self.years) > 1 else None

    @property
    def has_weights(self) -> bool:
        """Whether some benchmarks weigh more than others."""
        return any(line.benchmark.weight != 1 for line in self.lines)

    @property
    def is_mixed(self) -> bool:
        """Whether some of the years were assessed by another framework."""
        return any(year.assessment.framework_id != self.framework.pk for year in self.years)


def score_history(organisation: Organisation, framework: Framework, assessments: Sequence[Assessment]) -> History:
    """These assessments' scores by the benchmarks of `framework`; five queries, however many years there are.

    Years of other frameworks are read by the crosswalk. Benchmarks are never joined on their numbers.
    """
    ordered = sorted(assessments, key=lambda each: (each.year, each.framework.year, each.pk))
    by_assessment: dict[int, dict[int, Score]] = defaultdict(dict)
    for assessment_id, score in _scores(organisation, ordered):
        by_assessment[assessment_id][score.benchmark.pk] = score
    benchmarks = list(Benchmark.objects.filter(framework=framework).select_related("framework").order_by("number"))
    reached = counterparts(benchmarks)
    years: list[Year] = []
    for each in ordered:
        before = next((year for year in reversed(years) if year.assessment.framework_id == each.framework_id), None)
        years.append(_year(each, by_assessment[each.pk].values(), before))
    lines = []
    for benchmark in benchmarks:
        cells: list[Cell] = []
        for assessment in ordered:
            scores = sorted(
                (score for pk, score in by_assessment[assessment.pk].items() if pk in reached[benchmark.pk]),
                key=lambda score: score.benchmark.number,
            )
            scores = [score for score in scores if score.value is not None or score.target is not None]
            cells.append(_cell(tuple(scores), cells))
        lines.append(Line(benchmark, tuple(cells)))
    return History(framework, tuple(years), tuple(lines))


def _cell(scores: tuple[Score, ...], before: Sequence[Cell]) -> Cell:
    change = None
    if len(scores) == 1 and scores[0].value is not None:
        last = next((cell for cell in reversed(before) if cell.values), None)
        # Only like with like: a score against two others is no change of one.
        if last and last.only and last.only.benchmark.pk == scores[0].benchmark.pk:
            change = scores[0].value - last.only.value
    return Cell(scores, change)


def _year(assessment: Assessment, scores: Iterable[Score], before: Year | None) -> Year:
    counted = [each for each in scores if each.value is not None]
    total = sum(each.value for each in counted) if counted else None
    weighted = sum((each.value * each.benchmark.weight for each in counted), Decimal(0)) if counted else None
    change = None
    # Totals of unlike numbers of scores are no change.
    if total is not None and before and before.total is not None and before.scored_count == len(counted):
        change = total - before.total
    return Year(assessment, total, len(counted), weighted, change)


def _scores(organisation: Organisation, assessments: Sequence[Assessment]) -> Iterable[tuple[int, Score]]:
    keys = [each.pk for each in assessments]
    moderated = dict(
        Moderation.objects.of(organisation).current().filter(result__assessment__in=keys).values_list("result", "score")
    )
    results = BenchmarkResult.objects.of(organisation).filter(assessment__in=keys).in_order()
    for each in results:
        yield (
            each.assessment_id,
            Score(each.benchmark, each.self_score, moderated.get(each.pk), each.target_score),
        )


def counterparts(benchmarks: Iterable[Benchmark]) -> dict[int, set[int]]:
    """For each benchmark the keys of those, in any framework, that it is compared with: itself, those that it took up
    and those that took these up.

    First down to the earlier ones, then up: from a benchmark that was merged into a later one the way does not lead to
    the others that were merged with it.
    """
    down: dict[int, set[int]] = defaultdict(set)
    up: dict[int, set[int]] = defaultdict(set)
    for later, earlier in Crosswalk.objects.values_list("benchmark", "earlier"):
        down[later].add(earlier)
        up[earlier].add(later)
    return {each.pk: _closure(_closure({each.pk}, down), up) for each in benchmarks}


def _closure(start: set[int], steps: dict[int, set[int]]) -> set[int]:
    reached, waiting = set(start), list(start)
    while waiting:
        for each in steps.get(waiting.pop(), ()):
            if each not in reached:
                reached.add(each)
                waiting.append(each)
    return reached


MOST_YEARS = 20
"""As many assessments as a page or a paper sets beside each other."""


def earlier_than(assessment: Assessment, *, is_for_outsiders: bool = False) -> QuerySet[Assessment]:
    """The assessments of the years before, latest first; past scores count.

    `is_for_outsiders` leaves out those that whoever may read this one, once it is submitted, may not read.
    """
    earlier = Assessment.objects.of(assessment.organisation).filter(year__lt=assessment.year)
    if is_for_outsiders:
        earlier = earlier.released(with_sensitive=assessment.is_sensitive)
    return earlier.select_related("framework").order_by("-year", "-framework__year")


def history_up_to(assessment: Assessment, *, most: int = MOST_YEARS, is_for_outsiders: bool = False) -> History:
    """An assessment and those before it, at most so many, by the benchmarks of its framework."""
    earlier = earlier_than(assessment, is_for_outsiders=is_for_outsiders)[: most - 1]
    return score_history(assessment.organisation, assessment.framework, [*earlier, assessment])


def current_assessment(organisation: Organisation, today: dt.date) -> Assessment | None:
    """The assessment that pages speak of when none is named: the latest one."""
    rows = Assessment.objects.of(organisation).filter(year__lte=today.year + 1)
    return rows.select_related("framework", "organisation").order_by("-year", "-framework__year").first()
