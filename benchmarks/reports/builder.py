"""From the tables to what a paper says; every query is here."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from benchmarks import scores
from benchmarks.models import Answer, Assessment, Benchmark, Framework, Prompt, Question
from benchmarks.reading import AssessedBenchmark, benchmarks_of
from benchmarks.rules import Kind
from prevent_portal.models import Marking, Organisation
from prevent_portal.panels import Work

from .report import (
    AnswerReport,
    AssessmentReport,
    BenchmarkReport,
    EarlierScore,
    Edition,
    WorkReport,
    YearReport,
    YearScores,
)


def build_assessment_report(
    assessment: Assessment,
    *,
    as_of: dt.date,
    is_for_outsiders: bool = False,
    history: scores.History | None = None,
) -> AssessmentReport:
    """The full paper as the viewer may see it; the number of queries does not grow with it.

    `is_for_outsiders` leaves out what people outside the authority may not read even where they may read the
    assessment: work that has not been agreed or is OFFICIAL-SENSITIVE, and years that they may not read. `history` is
    what `scores.history_up_to` says of it, for those who have asked already.
    """
    history = history or scores.history_up_to(assessment, is_for_outsiders=is_for_outsiders)
    before = history.before
    cells = {line.benchmark.pk: line.cells for line in history.lines}
    return AssessmentReport(
        edition=Edition.FULL,
        title=str(assessment),
        authority=assessment.organisation.name,
        as_of=as_of,
        year=assessment.year,
        as_at=assessment.dated_on,
        state=str(assessment.get_state_display()),
        version=assessment.version,
        marking=str(assessment.get_marking_display()),
        signed_off_by=assessment.signed_off_by,
        signed_off_on=assessment.signed_off_on,
        earlier_title=str(before) if before else "",
        earlier_year=before.year if before else None,
        years=tuple(_year(each, assessment) for each in history.years),
        benchmarks=tuple(
            _benchmark(assessed, cells.get(assessed.result.benchmark_id, ()), assessment, is_for_outsiders)
            for assessed in benchmarks_of(assessment, today=as_of)
        ),
        **_framework(assessment.framework),
    )


def build_form_report(framework: Framework, organisation: Organisation, *, as_of: dt.date) -> AssessmentReport:
    """The empty tool with its prompts, to be filled in by hand or in a workshop."""
    prompts: dict[int, list[str]] = {}
    for question_id, text in (
        Prompt.objects.filter(question__benchmark__framework=framework)
        .order_by("question", "position")
        .values_list("question", "text")
    ):
        prompts.setdefault(question_id, []).append(text)
    questions: dict[int, list[Question]] = {}
    for question in Question.objects.filter(benchmark__framework=framework).order_by("position"):
        questions.setdefault(question.benchmark_id, []).append(question)
    benchmarks = Benchmark.objects.filter(framework=framework).order_by("number")
    return AssessmentReport(
        edition=Edition.FORM,
        title=_("Self-assessment form"),
        authority=organisation.name,
        as_of=as_of,
        year=as_of.year,
        as_at=None,
        state="",
        version=1,
        marking=str(Marking.OFFICIAL.label),
        benchmarks=tuple(
            BenchmarkReport(
                number=each.number,
                title=each.title,
                standard=each.standard,
                outcome=each.outcome,
                is_scored=each.is_scored,
                answers=tuple(
                    AnswerReport(
                        question.reference,
                        str(question.get_kind_display()),
                        question.text,
                        prompts=tuple(prompts.get(question.pk, ())),
                    )
                    for question in questions.get(each.pk, ())
                ),
            )
            for each in benchmarks
        ),
        **_framework(framework),
    )


def _framework(framework: Framework) -> dict:
    names = ("met_score", "lowest_score", "highest_score", "below_label", "met_label", "above_label")
    return {
        "framework": framework.title,
        "levels": tuple(framework.levels.order_by("position").values_list("label", "stage")),
        **{name: getattr(framework, name) for name in names},
    }


def _benchmark(
    assessed: AssessedBenchmark, cells: tuple[scores.Cell, ...], assessment: Assessment, is_for_outsiders: bool
) -> BenchmarkReport:
    result, moderation = assessed.result, assessed.moderation
    benchmark = result.benchmark
    before = cells[-2] if len(cells) > 1 else None
    return BenchmarkReport(
        number=benchmark.number,
        title=benchmark.title,
        standard=benchmark.standard,
        outcome=benchmark.outcome,
        is_scored=benchmark.is_scored,
        self_score=result.self_score,
        moderated_score=moderation.score if moderation else None,
        target_score=result.target_score,
        earlier=_earlier(before, benchmark, now=cells[-1].only) if before else (),
        # Against the year that the paper names, not against one before it.
        change=cells[-1].change if before and before.values else None,
        over_the_years=tuple(YearScores(_earlier(each, benchmark), each.change) for each in cells),
        rationale=result.rationale,
        strengths=result.strengths,
        development=result.development,
        moderated_strengths=moderation.strengths if moderation else "",
        moderated_comment=moderation.comment if moderation else "",
        answers=tuple(
            _answer(each, assessment, _works(assessed.work_by_answer.get(each.pk, ()), is_for_outsiders))
            for each in assessed.answers
        ),
        work=_works(assessed.work, is_for_outsiders),
    )


def _year(year: scores.Year, assessment: Assessment) -> YearReport:
    return YearReport(
        year.assessment.year,
        "" if year.assessment.framework_id == assessment.framework_id else str(year.assessment.framework),
        year.total,
        year.scored_count,
        year.total_change,
    )


def _earlier(cell: scores.Cell, benchmark: Benchmark, now: scores.Score | None = None) -> tuple[EarlierScore, ...]:
    return tuple(
        EarlierScore(
            each.value,
            "" if each.benchmark.pk == benchmark.pk else str(each.benchmark),
            each.target,
            each.is_target_reached_by(now),
        )
        for each in cell.scores
        if each.value is not None
    )


def _answer(answer: Answer, assessment: Assessment, work: tuple[WorkReport, ...]) -> AnswerReport:
    evidence = []
    for link in answer.evidence_links.all():
        # SECURITY: the assessment's readers are not those of the register: a title may say too much by itself.
        if link.evidence.is_sensitive and not assessment.is_sensitive:
            evidence.append(_("Evidence that is OFFICIAL-SENSITIVE, in the register"))
        else:
            evidence.append(link.evidence.title)
    return AnswerReport(
        reference=answer.reference,
        kind=str(answer.kind_label),
        text=answer.asked.text,
        level=answer.level.label if answer.level else "",
        stage=answer.stage.value if answer.stage else "",
        details=answer.details,
        evidence=tuple(evidence),
        is_expectation=answer.kind is Kind.EXPECTATION,
        needs_review=answer.is_review_needed,
        work=work,
    )


def _works(works: Iterable[Work], is_for_outsiders: bool) -> tuple[WorkReport, ...]:
    return tuple(
        WorkReport(each.text, each.source, each.status, each.rag, each.owners, each.due_on)
        for each in works
        if each.is_open_to_all or not is_for_outsiders
    )
