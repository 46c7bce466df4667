"""What the pages and papers of an assessment show, read in a number of queries that does not grow with it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from prevent_portal.panels import Work, registry

from .models import Answer, Assessment, BenchmarkResult, Moderation
from .rules import AnswerFacts, Hint, Kind, Stage, Standing, hints, standing_of


@dataclass(frozen=True, slots=True)
class AssessedBenchmark:
    """A benchmark of an assessment with its answers and what there is to look at again."""

    result: BenchmarkResult
    answers: tuple[Answer, ...]
    hints: tuple[Hint, ...]
    moderation: Moderation | None
    work: tuple[Work, ...]
    work_by_answer: dict[int, tuple[Work, ...]]

    @property
    def done_count(self) -> int:
        """How many questions are answered and need no review."""
        return sum(each.is_done for each in self.answers)

    @property
    def review_count(self) -> int:
        """How many answers were carried forward and have not been looked at."""
        return sum(each.is_review_needed for each in self.answers)

    @property
    def needs_score(self) -> bool:
        """Whether it still has to be scored."""
        return self.result.benchmark.is_scored and self.result.self_score is None

    @property
    def is_complete(self) -> bool:
        """Whether every question is answered and looked at, and the benchmark scored where it is to be."""
        return self.done_count == len(self.answers) and not self.needs_score

    @property
    def is_begun(self) -> bool:
        """Whether anybody has written anything."""
        return any(each.level_id or each.details for each in self.answers) or self.result.self_score is not None

    @property
    def all_work(self) -> tuple[Work, ...]:
        """What is being done about the benchmark or one of its questions, each once."""
        found = {each.address: each for each in self.work}
        for works in self.work_by_answer.values():
            found |= {each.address: each for each in works}
        return tuple(found.values())

    @property
    def standing(self) -> Standing | None:
        """How its own score stands to the line at which the duty is met."""
        return standing_of(self.result.self_score, met=self.result.benchmark.framework.met_score)

    @property
    def is_unmet(self) -> bool:
        """Whether its score is below the line, or an expectation of compliance has not been achieved."""
        return self.is_below_line or bool(self.unmet_answers)

    @property
    def is_below_line(self) -> bool:
        """Whether the score that counts is below the line at which the duty is met."""
        met, score = self.result.benchmark.framework.met_score, self.result.self_score
        if self.moderation and self.moderation.score is not None:
            score = self.moderation.score
        return score is not None and score < met

    @property
    def unmet_answers(self) -> tuple[Answer, ...]:
        """Answers to expectations of compliance that say less than achieved."""
        return tuple(
            each
            for each in self.answers
            if each.kind is Kind.EXPECTATION and each.stage in (Stage.NOT_STARTED, Stage.UNDER_WAY)
        )


def facts_of(answer: Answer) -> AnswerFacts:
    """What the hints need to know of an answer; of one read `with_evidence()`, without a query."""
    ends = [link.evidence.expires_on for link in answer.evidence_links.all()]
    return AnswerFacts(answer.reference, answer.kind, answer.stage, ends)


def hints_for(result: BenchmarkResult, answers: Iterable[Answer], *, as_at: dt.date) -> tuple[Hint, ...]:
    """Where a benchmark's score and its answers do not seem to fit."""
    return hints(
        score=result.self_score,
        target=result.target_score,
        met=result.benchmark.framework.met_score,
        answers=[facts_of(each) for each in answers],
        as_at=as_at,
    )


def benchmarks_of(
    assessment: Assessment, *, today: dt.date, only: BenchmarkResult | None = None
) -> list[AssessedBenchmark]:
    """The assessment's benchmarks in order with everything that hangs on them; evidence is good or not on `today`."""
    results = BenchmarkResult.objects.filter(assessment=assessment).in_order().select_related("organisation")
    answers = Answer.objects.filter(assessment=assessment).in_order().with_evidence()
    moderations = Moderation.objects.current().filter(result__assessment=assessment)
    if only is not None:
        results = results.filter(pk=only.pk)
        answers, moderations = answers.filter(result=only), moderations.filter(result=only)
    by_result: dict[int, list[Answer]] = {}
    for answer in answers.select_related("question", "local_question", "level", "respondent", "organisation"):
        by_result.setdefault(answer.result_id, []).append(answer)
    moderation_of = {each.result_id: each for each in moderations}
    results = list(results)
    work = work_on(results)
    return [
        AssessedBenchmark(
            result=result,
            answers=tuple(by_result.get(result.pk, ())),
            hints=hints_for(result, by_result.get(result.pk, ()), as_at=today),
            moderation=moderation_of.get(result.pk),
            work=tuple(work.get((result.pk, None), ())),
            work_by_answer={
                each.pk: tuple(work[result.pk, each.pk])
                for each in by_result.get(result.pk, ())
                if (result.pk, each.pk) in work
            },
        )
        for result in results
    ]


def work_on(results: Iterable[BenchmarkResult]) -> dict[tuple[int, int | None], list[Work]]:
    """What every domain does about the gaps, by the result's and the answer's key."""
    keys = [each.pk for each in results]
    found: dict[tuple[int, int | None], list[Work]] = {}
    for each in registry.gap_work:
        for key, works in each.find(keys).items():
            found.setdefault(key, []).extend(works)
    return found
