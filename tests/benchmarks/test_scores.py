"""Scores of past years: read from a file, beside each other, and across frameworks by the crosswalk."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import scores
from benchmarks.charts import score_line
from benchmarks.models import Assessment, BenchmarkResult, Framework
from benchmarks.reports import assessment_pdf, build_assessment_report
from benchmarks.reports.papers import YEARS_IN_A_TABLE, scores_table, years_figure, years_tables
from prevent_portal import clock
from prevent_portal.documents import Table
from prevent_portal.models import Marking, Organisation
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for

from ..factories import address, make_assessment, make_authority, make_user, signed_in
from ..pdf_checks import accessibility_problems
from ..plans.test_updating import shown
from .samples import SAMPLES

pytestmark = pytest.mark.django_db

HEAD = "Authority,Year,Benchmark,Title,Score,Target\n"


@pytest.fixture
def council() -> Organisation:
    return make_authority("Wrenhaven County Council", kind=Organisation.Kind.COUNTY)


@pytest.fixture
def write(tmp_path):
    def write(text: str, name: str = "scores.csv"):
        file = tmp_path / name
        file.write_text(text)
        return str(file)

    return write


def lines(name: str, year: int, found: dict[int, int], targets: dict[int, int] | None = None) -> str:
    return "".join(
        f"{name},{year},{number},Some title,{score},{(targets or {}).get(number, '')}\n"
        for number, score in found.items()
    )


def history(council: Organisation, framework: str = "duty-2018") -> scores.History:
    with acting_for(council):
        assessments = list(Assessment.objects.of(council).select_related("framework", "organisation"))
        return scores.score_history(council, Framework.objects.get(slug=framework), assessments)


def test_the_published_scores_give_the_known_answers() -> None:
    file = SAMPLES / "benchmark-scores.csv"
    if not file.exists():
        pytest.skip("the published scores are not here")
    leicestershire = make_authority("Leicestershire County Council", kind=Organisation.Kind.COUNTY)
    thurrock = make_authority("Thurrock Council", kind=Organisation.Kind.UNITARY)
    call_command("import_scores", str(file), commit=True)

    found = history(leicestershire)
    assert [(year.assessment.year, year.total) for year in found.years] == [(2022, 37), (2023, 38)]
    assert found.years[1].total_change == 1
    changed = {line.benchmark.number: line.cells[1].change for line in found.lines if line.cells[1].change}
    assert changed == {8: -1, 9: 1, 10: 1}

    only = {line.benchmark.number: line.cells[0].only for line in history(thurrock).lines}
    assert [number for number, score in only.items() if score.standing == "below"] == [10]
    assert only[10].target == 4
    assert [number for number, score in only.items() if score.standing == "met"] == [6, 9]


def test_totals_and_changes_are_of_the_same_benchmarks(council, write) -> None:
    first = {1: 4, 2: 5, 7: 3, 8: 3, 9: 2, 10: 2}
    second = first | {8: 2, 9: 3, 10: 3}
    text = HEAD + lines("Wrenhaven", 2022, first) + lines("Wrenhaven", 2023, second, {10: 4})
    call_command("import_scores", write(text), commit=True)
    found = history(council)
    assert [(year.assessment.year, year.total, year.total_change) for year in found.years] == [
        (2022, 19, None), (2023, 20, 1),
    ]  # fmt: skip
    changed = {line.benchmark.number: line.cells[1].change for line in found.lines if line.cells[1].change}
    assert changed == {8: -1, 9: 1, 10: 1}
    standing = {line.benchmark.number: line.cells[0].only.standing for line in found.lines if line.cells[0].only}
    assert [number for number, each in standing.items() if each == "below"] == [9, 10]
    assert [number for number, each in standing.items() if each == "met"] == [7, 8]


def test_the_same_file_again_changes_nothing_and_a_dry_run_neither(council, write, capsys) -> None:
    file = write(HEAD + lines("Wrenhaven", 2022, {1: 4, 2: 5}))
    call_command("import_scores", file)
    with acting_for(council):
        assert not Assessment.objects.exists()
    for counts in ((2, 0, 0), (0, 0, 2)):
        capsys.readouterr()
        call_command("import_scores", file, commit=True, json=True)
        report = json.loads(capsys.readouterr().out)
        assert (report["added"], report["changed"], report["unchanged"]) == counts
    call_command("import_scores", write(HEAD + lines("Wrenhaven", 2022, {1: 3})), commit=True)
    assert [cell.values for cell in history(council).lines[0].cells] == [(3,)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Wrenhaven,2022,11,x,3,", "line 2, Benchmark"),
        ("Wrenhaven,2022,1,x,6,", "line 2, Score"),
        ("Wrenhaven,2022,1,x,,", "line 2, Score"),
        ("Wrenhaven,1822,1,x,3,", "line 2, Year"),
        ("Wrenhaven,2022,1,x,3,9", "line 2, Target"),
        (",2022,1,x,3,", "line 2, Authority"),
        ("Nowhere,2022,1,x,3,", "No authority is called"),
        ("Wrenhaven,2022,1,x,3,\nWRENHAVEN,2022,1,x,4,", "line 3"),
        ("Wrenhaven,2022,1,x,3,\nWrenhaven County Council,2022,1,x,4,", "already"),
    ],
)
def test_a_file_with_a_mistake_is_refused_whole_and_says_where(council, write, row, said) -> None:
    good = lines("Wrenhaven", 2021, {1: 3})
    with pytest.raises(CommandError, match=said):
        call_command("import_scores", write(HEAD + row + "\n" + good), commit=True)
    with acting_for(council):
        assert not Assessment.objects.exists()


def test_a_name_that_could_be_two_authorities_is_refused(council, write) -> None:
    make_authority("Wrenhaven District Council")
    with pytest.raises(CommandError, match="could be any of"):
        call_command("import_scores", write(HEAD + lines("Wrenhaven", 2022, {1: 3})), commit=True)


def test_past_scores_do_not_overwrite_an_assessment(council, write) -> None:
    make_assessment(council, year=2022)
    with pytest.raises(CommandError, match="has an assessment of 2022"):
        call_command("import_scores", write(HEAD + lines("Wrenhaven", 2022, {1: 3})), commit=True)


def scored(council: Organisation, framework: str, year: int, found: dict[int, int]) -> Assessment:
    assessment = make_assessment(council, framework=framework, year=year)
    with acting_for(council):
        for result in BenchmarkResult.objects.filter(assessment=assessment).in_order():
            result.assessment = assessment
            result.self_score = found.get(result.benchmark.number)
            result.save()
    return assessment


def test_a_merged_pair_shows_both_old_scores_and_no_change(council) -> None:
    scored(council, "duty-2018", 2023, {1: 5, 2: 3, 6: 4, 8: 2, 9: 3, 10: 1})
    scored(council, "duty-2024", 2024, {1: 4, 2: 5, 7: 3, 8: 2})
    by_number = {line.benchmark.number: line.cells for line in history(council, "duty-2024").lines}
    assert by_number[7][0].values == (4, 2)
    assert by_number[8][0].values == (3, 1)
    assert by_number[7][1].values == (3,)
    assert by_number[7][1].change is None
    # The first of the new is the second of the old: numbers mean nothing across frameworks.
    assert by_number[1][0].values == (3,)
    assert by_number[2][0].values == (5,)


def test_an_old_benchmark_finds_the_one_that_took_it_up_and_not_its_twin(council) -> None:
    scored(council, "duty-2018", 2023, {6: 4, 8: 2})
    scored(council, "duty-2024", 2024, {7: 3})
    by_number = {line.benchmark.number: line.cells for line in history(council).lines}
    assert [cell.values for cell in by_number[6]] == [(4,), (3,)]
    assert [cell.values for cell in by_number[8]] == [(2,), (3,)]


def test_twenty_years_take_as_many_queries_as_two(council) -> None:
    counts = []
    for years in (2, 20):
        for year in range(2020, 2020 + years):
            if not _exists(council, year):
                scored(council, "duty-2018", year, dict.fromkeys(range(1, 11), 3))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            history(council)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def _exists(council: Organisation, year: int) -> bool:
    with acting_for(council):
        return Assessment.objects.filter(year=year).exists()


def test_the_pages_of_scores_say_them_in_words_as_well(council) -> None:
    assessment = scored(council, "duty-2018", 2025, {8: 2, 9: 3, 1: 4})
    client = signed_in(make_user(Role.COORDINATOR, council))
    page = shown(client.get(address(council, "benchmarks:score_history")))
    for words in ("statutory responsibilities not met", "duty met", "duty exceeded"):
        assert words in page
    eighth = Framework.objects.get(slug="duty-2018").benchmarks.get(number=8)
    assert "Venue hire" in shown(client.get(address(council, "benchmarks:benchmark_history", benchmark_id=eighth.pk)))
    assert "of 3 scores" in page
    assert client.get(address(council, "benchmarks:assessment_scores", pk=assessment.pk)).status_code == 200
    assert client.get(address(council, "benchmarks:score_history") + "?framework=none").status_code == 404
    assert client.get(address(council, "benchmarks:benchmark_history", benchmark_id=10**9)).status_code == 404


def test_this_years_scores_stand_beside_the_targets_that_were_set_last_year(council) -> None:
    before = scored(council, "duty-2018", 2025, {8: 2, 9: 3, 10: 1})
    with acting_for(council):
        BenchmarkResult.objects.filter(assessment=before, benchmark__number__in=(8, 9, 10)).update(target_score=3)
    now = scored(council, "duty-2018", 2026, {8: 3, 9: 2})
    page = shown(
        signed_in(make_user(Role.COORDINATOR, council)).get(address(council, "benchmarks:assessment_scores", pk=now.pk))
    )
    assert "Target set in 2025" in page
    assert page.count(">reached<") == page.count(">not reached<") == 1
    with acting_for(council):
        table = scores_table(build_assessment_report(now, as_of=clock.today()))
    at = [column.heading for column in table.columns].index("Target set in 2025")
    assert [row[at] for row in table.rows[7:]] == ["3 (reached)", "3 (not reached)", "3"]


def test_a_paper_has_every_year_that_fits_beside_the_names_and_the_next_table_has_the_rest(council) -> None:
    years = range(2019, 2019 + YEARS_IN_A_TABLE + 1)
    for year in years:
        now = scored(council, "duty-2018", year, {8: 2 + year % 2, 9: 3})
    with acting_for(council):
        report = build_assessment_report(now, as_of=clock.today())
    first, second = years_tables(report)
    assert [column.heading for column in first.columns[1:]] == [str(year) for year in years[:-1]]
    assert [column.heading for column in second.columns[1:]] == [str(years[-1])]
    venues = first.rows[7]
    assert [(mark.label, mark.note) for mark in venues[1:]] == [
        ("3", ""), ("2", "-1"), ("3", "+1"), ("2", "-1"), ("3", "+1"), ("2", "-1"),
    ]  # fmt: skip
    assert {mark.label: mark.key for mark in venues[1:]} == {"3": "green", "2": "red"}
    assert first.rows[-1][1:3] == ["6\nof 2 scores", "5 (-1)\nof 2 scores"]
    figure = years_figure(report.benchmarks[7], report)
    assert [row[0] for row in figure.table.rows] == [str(year) for year in years]
    assert years_figure(report.benchmarks[0], report) is None


def test_a_paper_shows_both_scores_of_what_has_become_one_benchmark(council) -> None:
    scored(council, "duty-2018", 2023, {9: 2, 10: 4})
    now = scored(council, "duty-2024", 2025, {7: 3, 8: 4})
    with acting_for(council):
        report = build_assessment_report(now, as_of=clock.today())
        merged = [each for each in report.benchmarks if any(len(cell.scores) > 1 for cell in each.over_the_years)]
    assert [sorted(score.score for score in each.over_the_years[0].scores) for each in merged] == [[2, 4]]
    # One bar would be no comparison, and two scores in a year are none.
    alone = years_figure(merged[0], report)
    assert isinstance(alone, Table)
    assert len(alone.rows) == 2
    assert accessibility_problems(assessment_pdf(report)) == []
    assert report.years[0].framework
    assert not report.years[1].framework


def test_a_submitted_copy_has_no_year_that_its_readers_may_not_see(council) -> None:
    scored(council, "duty-2018", 2023, {8: 4})
    draft, marked = scored(council, "duty-2018", 2024, {8: 1}), scored(council, "duty-2018", 2025, {8: 2})
    now = scored(council, "duty-2018", 2026, {8: 3})
    with acting_for(council):
        Assessment.objects.exclude(pk=draft.pk).update(
            state=Assessment.State.SUBMITTED,
            signed_off_by="The director",
            signed_off_on=clock.today(),
            submitted_on=clock.today(),
        )
        Assessment.objects.filter(pk=marked.pk).update(marking=Marking.OFFICIAL_SENSITIVE)

        def years(**kwargs) -> list[int]:
            found = Assessment.objects.select_related("framework", "organisation").get(pk=now.pk)
            return [year.year for year in build_assessment_report(found, as_of=clock.today(), **kwargs).years]

        assert years() == [2023, 2024, 2025, 2026]
        assert years(is_for_outsiders=True) == [2023, 2026]
        Assessment.objects.filter(pk=now.pk).update(marking=Marking.OFFICIAL_SENSITIVE)
        assert years(is_for_outsiders=True) == [2023, 2025, 2026]


def test_a_line_needs_two_points_and_higher_scores_stand_higher() -> None:
    assert score_line([(2022, 3)], lowest=1, highest=5, met=3) is None
    chart = score_line([(2022, 2), (2025, 5)], lowest=1, highest=5, met=3)
    assert chart.points[0].y > chart.points[1].y
    assert chart.points[0].x < chart.points[1].x <= chart.width
    assert "2 in 2022, 5 in 2025" in chart.description
