"""Scores of past years out of a table: one score to a row."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from benchmarks.models import EARLIEST_YEAR, LATEST_YEAR, Assessment, Benchmark, BenchmarkResult, Framework
from prevent_portal.models import Organisation
from prevent_portal.tables_in import Document, Row

COLUMNS = ("Authority", "Year", "Benchmark", "Score", "Target")
"""The headings that a file has to have in English; Target may be missing, and there may be others."""

_NEEDED = {"authority", "year", "benchmark", "score"}


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One score of the past."""

    authority: str
    year: int
    benchmark: int
    score: int
    target: int | None
    place: str


def read_scores(document: Document, *, framework: Framework) -> list[ScoreLine]:
    """The scores in a file, by the numbers of the framework's benchmarks.

    Raises ValidationError with every row and column at fault.
    """
    numbers = set(framework.benchmarks.values_list("number", flat=True))
    for table in document.tables:
        rows = [row for row in table.rows if row.filled_cells]
        columns = _columns(rows[0]) if rows else {}
        if columns.keys() >= _NEEDED:
            break
    else:
        raise ValidationError(
            _("No table of scores was found. Its first row must say: %(columns)s.") % {"columns": ", ".join(COLUMNS)}
        )
    lines: list[ScoreLine] = []
    problems: list[str] = []
    seen: dict[tuple[str, int, int], str] = {}
    for row in rows[1:]:
        line = _line(row, columns, framework, numbers, problems)
        if line is None:
            continue
        key = (line.authority.casefold(), line.year, line.benchmark)
        if key in seen:
            problems.append(
                _("%(place)s: %(other)s has this score already.") % {"place": line.place, "other": seen[key]}
            )
        seen.setdefault(key, line.place)
        lines.append(line)
    if problems:
        raise ValidationError(problems)
    return lines


def _columns(row: Row) -> dict[str, int]:
    known = {name.lower() for name in COLUMNS}
    return {name: cell.column for cell in row.filled_cells if (name := cell.text.strip().lower()) in known}


def _line(
    row: Row, columns: dict[str, int], framework: Framework, numbers: set[int], problems: list[str]
) -> ScoreLine | None:
    found: dict[str, int | None] = {}
    before = len(problems)

    def said(name: str) -> str:
        cell = row.at(columns[name]) if name in columns else None
        return cell.text.strip() if cell else ""

    def wrong(name: str, text: str) -> None:
        problems.append(f"{row.location}, {name.capitalize()}: {text}")

    def score(name: str) -> int | None:
        value = _whole(said(name))
        if value is None or value not in framework.scores:
            wrong(
                name,
                _("Enter a score from %(lowest)d to %(highest)d.")
                % {"lowest": framework.lowest_score, "highest": framework.highest_score},
            )
            return None
        return value

    if not said("authority"):
        wrong("authority", _("Enter the authority's name."))
    found["year"] = _whole(said("year"))
    if found["year"] is None or not EARLIEST_YEAR <= found["year"] <= LATEST_YEAR:
        wrong("year", _("Enter a year, such as %(year)d.") % {"year": EARLIEST_YEAR})
    found["benchmark"] = _whole(said("benchmark"))
    if found["benchmark"] not in numbers:
        wrong("benchmark", _("%(framework)s has no benchmark of this number.") % {"framework": framework})
    found["score"] = score("score")
    found["target"] = score("target") if said("target") else None
    if len(problems) > before:
        return None
    return ScoreLine(
        said("authority"), found["year"], found["benchmark"], found["score"], found["target"], row.location
    )


def _whole(text: str) -> int | None:
    # Excel has no whole numbers: 4 may come as 4.0.
    text = text.removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


@transaction.atomic
def import_scores(*, organisation: Organisation, framework: Framework, lines: Sequence[ScoreLine]) -> dict[str, int]:
    """Write an authority's past scores, a year to an assessment of nothing but scores; the same again changes nothing.

    Raises ValidationError, and writes nothing, for a year of which there is an assessment with answers.
    Returns how many scores were `added`, `changed` and `unchanged`.
    """
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    benchmarks = {each.number: each for each in Benchmark.objects.filter(framework=framework)}
    by_year: dict[int, list[ScoreLine]] = defaultdict(list)
    for line in lines:
        if any(each.benchmark == line.benchmark for each in by_year[line.year]):
            # The same authority may stand in a file under two names.
            raise ValidationError(
                _("%(place)s: %(authority)s has this score already.") % {"place": line.place, "authority": organisation}
            )
        by_year[line.year].append(line)
    for year, of_year in sorted(by_year.items()):
        assessment = _recorded(organisation, framework, year)
        known = {each.benchmark_id: each for each in BenchmarkResult.objects.filter(assessment=assessment)}
        new = []
        # Scores are written while it is open, like any others.
        for line in of_year:
            result = known.get(benchmarks[line.benchmark].pk)
            if result is None:
                result = BenchmarkResult(
                    organisation=organisation, assessment=assessment, benchmark=benchmarks[line.benchmark]
                )
                result.self_score, result.target_score = line.score, line.target
                new.append(result)
            elif (result.self_score, result.target_score) == (line.score, line.target):
                counts["unchanged"] += 1
            else:
                result.assessment = assessment
                result.self_score, result.target_score = line.score, line.target
                result.save()
                counts["changed"] += 1
        BenchmarkResult.objects.bulk_create(new)
        counts["added"] += len(new)
        assessment.state = Assessment.State.RECORDED
        assessment.save()
    return counts


def _recorded(organisation: Organisation, framework: Framework, year: int) -> Assessment:
    rows = Assessment.objects.of(organisation).filter(framework=framework, year=year)
    assessment = rows.first()
    if assessment is None:
        assessment = Assessment(organisation=organisation, framework=framework, year=year)
        assessment.save()
        return assessment
    if assessment.state != Assessment.State.RECORDED:
        raise ValidationError(
            _("%(authority)s has an assessment of %(year)d with answers; past scores would contradict it.")
            % {"authority": organisation, "year": year}
        )
    assessment.state = Assessment.State.DRAFT
    assessment.save()
    return assessment


def authorities_by_name(names: Iterable[str]) -> dict[str, Organisation]:
    """The authorities that a file means, by the name it uses: whole, or without "Council" and the like.

    Raises ValidationError naming those that are unknown or could be several.
    """
    found: dict[str, Organisation] = {}
    problems = []
    authorities = list(Organisation.objects.exclude(kind=Organisation.Kind.PARTNER))
    for name in dict.fromkeys(names):
        same = [each for each in authorities if name.casefold() in (each.name.casefold(), each.slug)]
        if not same:
            same = [each for each in authorities if _core(each.name) == _core(name)]
        if len(same) == 1:
            found[name] = same[0]
        elif same:
            several = ", ".join(each.name for each in same)
            problems.append(_("“%(name)s” could be any of: %(several)s.") % {"name": name, "several": several})
        else:
            problems.append(_("No authority is called “%(name)s”.") % {"name": name})
    if problems:
        raise ValidationError(problems)
    return found


_WORDS_OF_KIND = {"county", "district", "borough", "city", "council", "metropolitan", "unitary", "authority", "london"}


def _core(name: str) -> frozenset[str]:
    words = name.casefold().replace(",", " ").split()
    return frozenset(words) - _WORDS_OF_KIND - {"of", "the", "royal"}
