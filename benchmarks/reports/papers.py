"""The paper's parts in order, for PDF, preview and Word alike; and its tables for Excel."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from benchmarks.rules import Stage, Standing, standing_of
from benchmarks.words import NOT_ANSWERED, STAGE_COLOURS, STANDING_COLOURS
from prevent_portal.documents import (
    Block,
    Column,
    Contents,
    Cover,
    Figure,
    Heading,
    RagMark,
    Sheet,
    Table,
    Text,
    rag_figure_by,
    render_pdf,
    sections_of,
    write_document,
    write_workbook,
)
from prevent_portal.models import Marking

from .report import AnswerReport, AssessmentReport, BenchmarkReport, Edition, WorkReport, YearReport, YearScores

SHORT_TEXT = 160
"""Characters of a text that a table on the summary gives."""

YEARS_IN_A_TABLE = 6
"""As many years as fit beside the names of the benchmarks on a page."""


def assessment_pdf(report: AssessmentReport) -> bytes:
    """The paper as PDF/UA-1."""
    return render_pdf("benchmarks/reports/assessment.html", paper_context(report))


def assessment_docx(report: AssessmentReport) -> bytes:
    """The paper as a Word file."""
    blocks = list(blocks_of(report))
    return write_document([Contents(), *blocks] if _has_contents(report) else blocks, cover=cover_of(report))


def paper_context(report: AssessmentReport) -> dict[str, Any]:
    """What the template needs, as PDF and on screen."""
    return {
        "report": report,
        "cover": cover_of(report),
        "sections": sections_of(blocks_of(report)),
        "contents": _has_contents(report),
    }


def _has_contents(report: AssessmentReport) -> bool:
    return report.edition is not Edition.SUMMARY


def cover_of(report: AssessmentReport) -> Cover:
    """The head of the paper."""
    facts = [(_("Framework"), report.framework)]
    if report.edition is not Edition.FORM:
        state = report.state
        if report.signed_off_on:
            state = _("%(state)s; signed off by %(by)s on %(on)s") % {
                "state": state,
                "by": report.signed_off_by,
                "on": date_format(report.signed_off_on, "j F Y"),
            }
        facts += [(_("State"), f"{state} ({_('version %d') % report.version})")]
    title = report.title
    if report.edition is Edition.SUMMARY:
        title = _("%(title)s: summary") % {"title": title}
    return Cover(
        title=title,
        authority=report.authority,
        dated_on=report.as_of,
        marking=report.marking if report.marking != Marking.OFFICIAL.label else "",
        facts=tuple(facts),
        updated_on=report.as_at,
    )


def blocks_of(report: AssessmentReport) -> Iterator[Block]:
    """The paper from its first heading on."""
    if report.edition is Edition.FORM:
        yield from _form(report)
        return
    yield from _overview(report)
    if report.edition is Edition.FULL:
        if report.has_years:
            yield from _over_the_years(report)
        yield from _unmet(report)
        for benchmark in report.benchmarks:
            yield from _benchmark(benchmark, report)


# Overview


def _overview(report: AssessmentReport) -> Iterator[Block]:
    yield Heading(_("Scores"))
    yield Text(" ".join(_in_a_nutshell(report)), "body" if report.edition is Edition.SUMMARY else "lead")
    yield scores_table(report)
    if report.edition is Edition.FULL:
        if any(each.score is not None for each in report.scored):
            yield scores_figure(report)
        if figure := levels_figure(report):
            yield figure


def _in_a_nutshell(report: AssessmentReport) -> Iterator[str]:
    scored = [each for each in report.scored if each.score is not None]
    if not scored:
        yield _("No benchmark has been scored yet.")
        return
    yield ngettext(
        "%(n)d of %(all)d benchmark is scored, %(total)d in all.",
        "%(n)d of %(all)d benchmarks are scored, %(total)d in all.",
        len(report.scored),
    ) % {"n": len(scored), "all": len(report.scored), "total": sum(each.score for each in scored)}
    names = {"label": report.below_label, "names": ", ".join(each.title for each in report.below)}
    if report.below:
        yield _("Below the line (%(label)s): %(names)s.") % names
    names = {"label": report.met_label, "names": ", ".join(each.title for each in report.on_line)}
    if report.on_line:
        yield _("On the line (%(label)s): %(names)s.") % names
    if not report.below:
        yield _("None of these is below the line at which the duty is met.")


def _mark(report: AssessmentReport, score: int | None) -> RagMark | None:
    standing = standing_of(score, met=report.met_score)
    return RagMark(STANDING_COLOURS[standing], str(score)) if standing else None


def _scale(report: AssessmentReport) -> str:
    return _("%(met)d: %(met_label)s; below: %(below_label)s; above: %(above_label)s.") % {
        "met": report.met_score,
        "met_label": report.met_label,
        "below_label": report.below_label,
        "above_label": report.above_label,
    }


def scores_table(report: AssessmentReport) -> Table:
    """Each benchmark this year, the year before, the target and the Home Office's score.

    On the summary, which has one page, in narrow columns, with what has not been achieved in place of a table of it.
    """
    is_short = report.edition is Edition.SUMMARY
    has_earlier = any(each.earlier for each in report.benchmarks)
    has_targets = any(each.target_score is not None for each in report.benchmarks)
    has_aims = not is_short and any(_aim(each) for each in report.benchmarks)
    width = "count" if is_short else "rag"
    columns = [Column(_("Benchmark")), Column(_("Own score"), width)]
    columns += [Column(_("Home Office"), width)] if report.has_moderation else []
    if has_earlier and is_short:
        columns.append(Column(str(report.earlier_year or ""), "count"))
    elif has_earlier:
        columns += [Column(report.earlier_title, "medium"), Column(_("Change"), "count")]
    columns += [Column(_("Target set in %s") % report.earlier_year, "narrow")] if has_aims else []
    columns += [Column(_("Target"), "count")] if has_targets else []
    columns += [Column(_("Not yet achieved"), "narrow"), Column(_("Actions"), "count")] if is_short else []
    rows = []
    for each in report.benchmarks:
        row: list[Any] = [each.heading, _mark(report, each.self_score) if each.is_scored else _("Not scored")]
        row += [_mark(report, each.moderated_score)] if report.has_moderation else []
        if has_earlier and is_short:
            row.append(", ".join(str(score.score) for score in each.earlier))
        elif has_earlier:
            row += [_earlier(each), f"{each.change:+d}" if each.change else each.change]
        row += [_aim(each)] if has_aims else []
        row += [each.target_score] if has_targets else []
        row += [", ".join(answer.reference for answer in each.unmet_answers), len(each.all_work)] if is_short else []
        rows.append(row)
    return Table(_("Scores by benchmark"), columns, rows, note=_scale(report))


def _earlier(benchmark: BenchmarkReport) -> str | None:
    # Both scores of a merged pair, never a mean of them.
    said = [f"{each.score} ({each.benchmark})" if each.benchmark else str(each.score) for each in benchmark.earlier]
    return "\n".join(said) or None


def _aim(benchmark: BenchmarkReport) -> str | None:
    words = {True: _("%(target)d (reached)"), False: _("%(target)d (not reached)"), None: "%(target)d"}
    earlier = [each for each in benchmark.earlier if each.target is not None]
    return "\n".join(words[each.is_target_reached] % {"target": each.target} for each in earlier) or None


def scores_figure(report: AssessmentReport) -> Figure:
    """Each benchmark's score as a bar; the shape at its head says how it stands to the line."""
    rows = []
    for each in report.scored:
        standing = standing_of(each.score, met=report.met_score)
        if standing:
            label = _standing_labels(report)[standing]
            rows.append((each.heading, [(STANDING_COLOURS[standing], label, each.score)]))
    return rag_figure_by(_("Scores against the line at which the duty is met"), rows)


def levels_figure(report: AssessmentReport) -> Figure | None:
    """How many questions of each benchmark are at each level, as bars and as a table; None without questions."""
    if not any(each.answers for each in report.benchmarks):
        return None
    names = [(label, stage) for label, stage in report.levels]
    columns = [Column(_("Benchmark")), *(Column(label, "number") for label, _stage in names)]
    columns += [Column(str(NOT_ANSWERED), "number"), Column(_("Questions"), "number")]
    bars, rows = [], []
    for each in report.benchmarks:
        counts = [sum(answer.counted_level == label for answer in each.answers) for label, _stage in names]
        unanswered = sum(not answer.counted_level for answer in each.answers)
        parts = [
            (STAGE_COLOURS[Stage(stage)], label, count)
            for (label, stage), count in reversed(list(zip(names, counts, strict=True)))
        ]
        bars.append((each.heading, [*parts, ("not_stated", str(NOT_ANSWERED), unanswered)]))
        rows.append([each.heading, *counts, unanswered, len(each.answers)])
    totals = [sum(row[i] for row in rows) for i in range(1, len(columns))]
    rows.append([_("All benchmarks"), *totals])
    note = ""
    if any(answer.needs_review for each in report.benchmarks for answer in each.answers):
        note = _("Answers carried forward from an earlier year count once somebody has looked at them.")
    table = Table(_("Questions by level"), columns, rows, units=_("number of questions"), note=note, has_total=True)
    return rag_figure_by(_("Questions by level"), bars, table=table)


# Over the years


def _over_the_years(report: AssessmentReport) -> Iterator[Block]:
    yield Heading(_("Scores over the years"))
    if any(year.framework for year in report.years):
        yield Text(
            _(
                "Some years were assessed by another framework. Where a benchmark has taken up two, both of their "
                "scores are shown, never a mean of them."
            )
        )
    yield from years_tables(report)


def years_tables(report: AssessmentReport) -> Iterator[Table]:
    """Each benchmark's score in each year and the change since the one before, as many years to a table as fit."""
    for first in range(0, len(report.years), YEARS_IN_A_TABLE):
        years = report.years[first : first + YEARS_IN_A_TABLE]
        columns = [Column(_("Benchmark")), *(Column(_year_heading(each), "rag") for each in years)]
        rows = [
            [each.heading, *(_year_mark(report, cell) for cell in each.over_the_years[first : first + len(years)])]
            for each in report.scored
        ]
        rows.append([_("Total"), *(_total(each) for each in years)])
        caption = _("Scores from %(first)d to %(last)d") % {"first": years[0].year, "last": years[-1].year}
        if len(years) == 1:
            caption = _("Scores of %d") % years[0].year
        yield Table(caption, columns, rows, note=_scale(report), has_total=True)


def _year_heading(year: YearReport) -> str:
    return f"{year.year}: {year.framework}" if year.framework else str(year.year)


def _year_mark(report: AssessmentReport, cell: YearScores) -> RagMark | str | None:
    if len(cell.scores) > 1:
        return "\n".join(f"{each.score} ({each.benchmark})" for each in cell.scores)
    mark = _mark(report, cell.scores[0].score if cell.scores else None)
    return replace(mark, note=f"{cell.change:+d}") if mark and cell.change else mark


def _total(year: YearReport) -> str | None:
    if year.total is None:
        return None
    change = f" ({year.total_change:+d})" if year.total_change else ""
    of = ngettext("of %d score", "of %d scores", year.scored_count) % year.scored_count
    return f"{year.total}{change}\n{of}"


def years_figure(benchmark: BenchmarkReport, report: AssessmentReport) -> Figure | Table | None:
    """One benchmark over the years, as bars and as a table; None for fewer than two years with a score.

    A year in which it was two benchmarks has both in the table and no bar: there is no one score to draw. Where that
    leaves fewer than two bars, the table stands alone.
    """
    found = [
        (year, cell)
        for year, cell in zip(report.years, benchmark.over_the_years, strict=False)
        if any(each.score is not None for each in cell.scores)
    ]
    if len(found) < 2:
        return None
    bars, rows = [], []
    for year, cell in found:
        if len(cell.scores) == 1:
            score = cell.scores[0].score
            standing = standing_of(score, met=report.met_score)
            bars.append((str(year.year), [(STANDING_COLOURS[standing], _standing_labels(report)[standing], score)]))
        targets = "\n".join("–" if each.target is None else str(each.target) for each in cell.scores)
        change = None if cell.change is None else f"{cell.change:+d}" if cell.change else "0"
        rows.append([_year_heading(year), _year_mark(report, replace(cell, change=None)), change, targets])
    columns = [Column(_("Year")), Column(_("Score"), "medium"), Column(_("Change"), "count")]
    columns.append(Column(_("Target"), "count"))
    caption = _("%(benchmark)s over the years") % {"benchmark": benchmark.title}
    table = Table(caption, columns, rows, note=_scale(report))
    return rag_figure_by(caption, bars, table=table) if len(bars) > 1 else table


# Unmet benchmarks and what is being done


def _unmet(report: AssessmentReport) -> Iterator[Block]:
    yield Heading(_("Unmet benchmarks and what is being done"))
    if not report.unmet:
        yield Text(
            _("No benchmark is below the line, and no expectation of compliance is answered with less than achieved.")
        )
        return
    yield unmet_table(report)


def unmet_table(report: AssessmentReport) -> Table:
    """Each unmet benchmark, why it is one, and the work on it."""
    columns = [Column(_("Benchmark"), "people"), Column(_("Score"), "count"), Column(_("Not yet achieved"), "people")]
    columns.append(Column(_("What is being done")))
    rows = []
    for each in report.unmet:
        unmet = "\n".join(f"{answer.reference}: {_level_in_words(answer)}" for answer in each.unmet_answers)
        done = "\n".join(_work(work) for work in each.all_work) or _("Nothing yet: no action is linked.")
        rows.append([each.heading, _mark(report, each.score), unmet, done])
    note = _(
        "Benchmarks below the line at which the duty is met, and those with an expectation of compliance that has not "
        "been achieved."
    )
    return Table(_("Unmet benchmarks and what is being done"), columns, rows, note=note, shows_caption=False)


def _work(work: WorkReport) -> str:
    parts = [work.text if len(work.text) <= SHORT_TEXT else f"{work.text[:SHORT_TEXT].rstrip()}…", work.status]
    parts += [", ".join(work.owners)] if work.owners else []
    parts += [_("due %s") % date_format(work.due_on, "j F Y")] if work.due_on else []
    return "• " + "; ".join(parts)


# One benchmark


def _benchmark(benchmark: BenchmarkReport, report: AssessmentReport) -> Iterator[Block]:
    yield Heading(benchmark.heading)
    if benchmark.standard and benchmark.standard != benchmark.title:
        yield Text(benchmark.standard, "lead")
    if benchmark.outcome:
        yield Text(benchmark.outcome, "note", label=_("Outcome:"))
    if benchmark.is_scored:
        yield Text(_score_in_words(benchmark, report), "callout")
    for label, text in (
        (_("Why this score"), benchmark.rationale),
        (_("Strengths"), benchmark.strengths),
        (_("Areas for development"), benchmark.development),
        (_("Strengths that the Home Office saw"), benchmark.moderated_strengths),
        (_("What the Home Office said of the score"), benchmark.moderated_comment),
    ):
        if text:
            yield Text(text, label=label)
    if benchmark.is_scored and (figure := years_figure(benchmark, report)):
        yield figure
    if benchmark.answers:
        yield Heading(_("Questions"), 2)
        yield _answers_table(benchmark)
    if benchmark.all_work:
        yield Heading(_("What is being done"), 2)
        yield _work_table(benchmark)


def _score_in_words(benchmark: BenchmarkReport, report: AssessmentReport) -> str:
    if benchmark.self_score is None:
        return _("Not scored yet.")
    said = [_("Own score: %s.") % _labelled(benchmark.self_score, report)]
    if benchmark.moderated_score is not None:
        said.append(_("Moderated by the Home Office: %s.") % _labelled(benchmark.moderated_score, report))
    if benchmark.target_score is not None:
        said.append(_("Target: %d.") % benchmark.target_score)
    if benchmark.earlier:
        said.append(
            _("%(before)s: %(scores)s.")
            % {"before": report.earlier_title, "scores": ", ".join(str(_earlier(benchmark)).split("\n"))}
        )
    return " ".join(said)


def _labelled(score: int, report: AssessmentReport) -> str:
    return f"{score} ({_standing_labels(report)[standing_of(score, met=report.met_score)]})"


def _standing_labels(report: AssessmentReport) -> dict[Standing, str]:
    return {Standing.BELOW: report.below_label, Standing.MET: report.met_label, Standing.ABOVE: report.above_label}


def _level_mark(answer: AnswerReport) -> RagMark:
    if not answer.stage:
        return RagMark("not_stated", str(NOT_ANSWERED))
    if answer.needs_review:
        return RagMark("not_stated", _("Needs review"), answer.level)
    return RagMark(STAGE_COLOURS[Stage(answer.stage)], answer.level)


def _level_in_words(answer: AnswerReport) -> str:
    return _("%(level)s (needs review)") % {"level": answer.level} if answer.needs_review else answer.level


def _answers_table(benchmark: BenchmarkReport) -> Table:
    columns = [Column(_("No."), "ref"), Column(_("Question")), Column(_("Level"), "medium")]
    columns.append(Column(_("Supporting details and evidence")))
    rows = []
    for each in benchmark.answers:
        evidence = "\n".join(f"• {title}" for title in each.evidence)
        details = "\n".join(
            part for part in (each.details, f"{_('Evidence')}:\n{evidence}" if evidence else "") if part
        )
        rows.append([each.reference, f"{each.text}\n({each.kind})", _level_mark(each), details])
    return Table(benchmark.heading, columns, rows, shows_caption=False)


def _work_table(benchmark: BenchmarkReport) -> Table:
    columns = [Column(_("Action")), Column(_("Owner"), "people"), Column(_("Due"), "date"), Column(_("RAG"), "rag")]
    rows = [
        [
            each.text,
            "\n".join(each.owners),
            date_format(each.due_on, "j F Y") if each.due_on else None,
            RagMark(each.rag, each.status),
        ]
        for each in benchmark.all_work
    ]
    return Table(_("What is being done"), columns, rows, shows_caption=False)


# The empty form


def _form(report: AssessmentReport) -> Iterator[Block]:
    yield Heading(_("How to use this form"))
    levels = ", ".join(label for label, _stage in report.levels)
    yield Text(
        _(
            "Answer each question with one of: %(levels)s. Write down what supports the answer and which evidence "
            "shows it. Then score the benchmark from %(lowest)d to %(highest)d. The score is your judgement; it does "
            "not follow from the answers. Write nothing about any person who was referred."
        )
        % {"levels": levels, "lowest": report.lowest_score, "highest": report.highest_score}
    )
    yield Text(_scale(report), "note")
    for benchmark in report.benchmarks:
        yield Heading(benchmark.heading)
        if benchmark.standard and benchmark.standard != benchmark.title:
            yield Text(benchmark.standard, "lead")
        if benchmark.outcome:
            yield Text(benchmark.outcome, "note", label=_("Outcome:"))
        if benchmark.answers:
            columns = [Column(_("No."), "ref"), Column(_("Question")), Column(_("Level"), "medium")]
            columns.append(Column(_("Supporting details and evidence")))
            boxes = "\n".join(f"☐ {label}" for label, _stage in report.levels)
            rows = []
            for each in benchmark.answers:
                prompts = "\n".join(f"• {prompt}" for prompt in each.prompts)
                question = "\n".join(part for part in (each.text, f"({each.kind})", prompts) if part)
                rows.append([each.reference, question, boxes, "\n\n\n" if not prompts else "\n"])
            yield Table(benchmark.heading, columns, rows, shows_caption=False)
        else:
            yield Text(_("This framework asks no questions here. Write down what the score rests on."))
        if benchmark.is_scored:
            columns = [Column(_("Score"), "medium"), Column(_("Target"), "medium"), Column(_("Why this score"))]
            scores = "   ".join(f"☐ {n}" for n in range(report.lowest_score, report.highest_score + 1))
            yield Table(_("Score"), columns, [[scores, scores, "\n\n\n"]], shows_caption=False)


# Excel


def _in_a_sheet(cell: YearScores) -> int | str | None:
    if len(cell.scores) > 1:
        return "\n".join(f"{each.score} ({each.benchmark})" for each in cell.scores)
    return cell.scores[0].score if cell.scores else None


def assessment_workbook(report: AssessmentReport) -> bytes:
    """The tables as an Excel file: scores, questions, and the work on what is unmet."""
    scores = Sheet(
        _("Scores"),
        (
            _("Number"), _("Benchmark"), _("Own score"), _("Home Office"), report.earlier_title or _("Year before"),
            _("Change"), _("Target set before"), _("Target"), _("Why this score"), _("Strengths"),
            _("Areas for development"), _("Strengths that the Home Office saw"),
        ),
        [
            (
                each.number, each.title, each.self_score, each.moderated_score, _earlier(each), each.change,
                _aim(each), each.target_score, each.rationale, each.strengths, each.development,
                each.moderated_strengths,
            )
            for each in report.benchmarks
        ],
        (8, 34, 10, 12, 16, 8, 16, 8, 50, 40, 40, 40),
    )  # fmt: skip
    questions = Sheet(
        _("Questions"),
        (_("Benchmark"), _("Reference"), _("Kind"), _("Question"), _("Level"), _("Supporting details"), _("Evidence")),
        [
            (
                benchmark.heading,
                each.reference,
                each.kind,
                each.text,
                _level_in_words(each),
                each.details,
                "\n".join(each.evidence),
            )
            for benchmark in report.benchmarks
            for each in benchmark.answers
        ],
        (30, 10, 24, 60, 16, 60, 40),
    )
    work = Sheet(
        _("Unmet"),
        (_("Benchmark"), _("Score"), _("Not yet achieved"), _("Action"), _("Owner"), _("Due"), _("RAG")),
        [
            (
                each.heading,
                each.score,
                ", ".join(answer.reference for answer in each.unmet_answers),
                item.text if item else "",
                "\n".join(item.owners) if item else "",
                item.due_on if item else None,
                item.status if item else "",
            )
            for each in report.unmet
            for item in (each.all_work or (None,))
        ],
        (30, 8, 16, 60, 30, 18, 18),
    )
    years = Sheet(
        _("Over the years"),
        (_("Benchmark"), *(_year_heading(each) for each in report.years)),
        [
            (each.heading, *(_in_a_sheet(cell) for cell in each.over_the_years))
            for each in report.scored
        ]
        + [(_("Total"), *(each.total for each in report.years))],
        (34, *(12 for _each in report.years)),
    )  # fmt: skip
    sheets = [scores, *([years] if report.has_years else []), questions, work]
    return write_workbook(sheets, title=f"{report.title}, {report.authority}")
