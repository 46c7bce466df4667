"""Frameworks are data: what is shipped, what is read from a published document, and that neither is changed."""

import csv
import io
import json
import re

import docx
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse

from benchmarks import services
from benchmarks.framework_reader import TEMPLATE_COLUMNS, BenchmarkDraft, read_framework
from benchmarks.models import Benchmark, Crosswalk, Framework, FrameworkIsPublished, Prompt, Question
from prevent_portal import clock
from prevent_portal.permissions import Role
from prevent_portal.tables_in import read_document

from ..factories import make_authority, make_user, signed_in
from .samples import SAMPLES

pytestmark = pytest.mark.django_db

TOOL = """Benchmark\t1. There is a first standard.\t\t\t\t
Outcome\tThe first outcome.\t\t\t\t
Expectation of compliance\t1.1 Is the first thing done?\t\t\t\t<p><i>By whom?</i></p> <p><i>When?</i></p>
\t\t\t\t\t<p><i>And how often?</i></p>
Good Practice Activity\t1.2 Is the second thing done?\t\t\t\t
Benchmark\t2. There is a second standard.\t\t\t\t
Outcome\tThe second outcome.\t\t\t\t
Good Practice Activity\t2.10 Is the last thing done?\t\t\t\t<i>Who says so?</i>
Good Practice Activity\t2.9 Is the one before done?\t\t\t\t
"""

BY_QUESTION = (
    "1.1(5) 1.2(2) 1.3(2) 2.1(9) 2.2(2) 2.3(3) 2.4(2) 3.1(3) 3.2(2) 3.3(1) 4.1(5) 4.2(4) 5.1(3) 5.2(3) 5.3(0) 5.4(2) "
    "5.5(1) 5.6(3) 5.7(2) 6.1(3) 6.2(3) 7.1(4) 7.2(2) 7.3(5) 7.4(3) 7.5(0) 7.6(4) 7.7(2) 7.8(2) 7.9(1) 8.1(4) 8.2(2) "
    "8.3(8) 9.1(3) 9.2(3) 9.3(3) 10.1(2) 10.2(2)"
)
"""The toolkit's questions with how many prompts each has."""


def as_csv(*rows) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def template_rows(benchmarks: list[BenchmarkDraft]) -> list[tuple]:
    """What a file by the template says of these benchmarks."""
    return [
        (each.number, each.title, each.standard, each.outcome, q.reference, q.kind.replace("_", " "), q.text,
         "\n".join(q.prompts))
        for each in benchmarks
        for q in each.questions
    ]  # fmt: skip


def read(data: bytes | str, name: str = "tool.txt"):
    return read_framework(read_document(data.encode() if isinstance(data, str) else data, name))


def publish(title: str = "Ours 2027", **fields) -> Framework:
    return services.publish_framework(read(TOOL), title=title, year=2027, on=clock.today(), **fields)


# What is shipped


def test_the_toolkit_of_2018_is_shipped_with_all_its_questions() -> None:
    questions = Question.objects.filter(benchmark__framework__slug="duty-2018")
    references = list(questions.order_by("benchmark__number", "position").values_list("reference", flat=True))
    assert references == [each.partition("(")[0] for each in BY_QUESTION.split()]
    assert questions.filter(kind="expectation").count() == 22
    assert questions.filter(kind="good_practice").count() == 16
    without = {6, 10}
    assert without == {
        number for number in range(1, 11) if not questions.filter(benchmark__number=number, kind="expectation").exists()
    }


def test_the_eight_of_2024_take_up_the_ten_of_2018() -> None:
    pairs = Crosswalk.objects.filter(benchmark__framework__slug="duty-2024")
    found: dict[int, list[int]] = {}
    for later, earlier in pairs.order_by("earlier__number").values_list("benchmark__number", "earlier__number"):
        found.setdefault(later, []).append(earlier)
    assert found == {1: [2], 2: [1], 3: [3], 4: [4], 5: [5], 6: [7], 7: [6, 8], 8: [9, 10]}
    unscored = Benchmark.objects.filter(framework__slug="duty-2024", is_scored=False)
    assert list(unscored.values_list("number", flat=True)) == [5]


# Reading


def test_a_row_goes_on_over_a_page_break_and_references_are_no_decimals() -> None:
    draft = read(TOOL)
    assert draft.problems == []
    first, second = draft.benchmarks
    assert (first.standard, first.outcome) == ("There is a first standard.", "The first outcome.")
    assert first.questions[0].prompts == ["By whom?", "When?", "And how often?"]
    assert [each.reference for each in second.questions] == ["2.9", "2.10"]


def test_the_published_toolkit_is_read_whole(capsys) -> None:
    file = SAMPLES / "prevent-duty-toolkit-2018.txt"
    if not file.exists():
        pytest.skip("the published toolkit is not here")
    call_command("import_framework", str(file), title="Official 2018", year=2018, json=True, succeeds="duty-2018")
    report = json.loads(capsys.readouterr().out)
    names = ("benchmarks", "outcomes", "questions", "expectations", "good_practice", "prompts")
    assert [report[name] for name in names] == [10, 10, 38, 22, 16, 110]
    assert [each["prompts"] for each in report["by_benchmark"]] == [9, 16, 6, 9, 14, 6, 23, 14, 9, 4]
    assert not Framework.objects.filter(title="Official 2018").exists(), "a dry run writes nothing"

    call_command("import_framework", str(file), title="Official 2018", year=2018, succeeds="duty-2018", commit=True)
    framework = Framework.objects.get(title="Official 2018")
    questions = Question.objects.filter(benchmark__framework=framework).order_by("benchmark__number", "position")
    counted = [f"{each.reference}({Prompt.objects.filter(question=each).count()})" for each in questions]
    assert " ".join(counted) == BY_QUESTION
    assert Crosswalk.objects.filter(benchmark__framework=framework).count() == 10


def test_a_word_file_says_the_same_as_the_text() -> None:
    document = docx.Document()
    for tab_rows in (TOOL.splitlines()[:3], TOOL.splitlines()[3:]):
        table = document.add_table(rows=len(tab_rows), cols=6)
        for row, line in zip(table.rows, tab_rows, strict=True):
            for cell, text in zip(row.cells, line.split("\t"), strict=False):
                # Word has the prompts as paragraphs, without any marking up.
                cell.text = re.sub(r"</i>(</p>)? ?", "\n", re.sub(r"(<p>)?<i>", "", text)).strip()
        document.add_paragraph("Another page")
    held = io.BytesIO()
    document.save(held)
    draft = read(held.getvalue(), "tool.docx")
    assert draft.problems == []
    assert draft.benchmarks == read(TOOL).benchmarks


def test_the_template_says_the_same_as_the_tool() -> None:
    draft = read(TOOL)
    again = read(as_csv(TEMPLATE_COLUMNS, *template_rows(draft.benchmarks)), "template.csv")
    assert again.problems == []
    assert again.benchmarks == draft.benchmarks


def test_every_mistake_in_a_template_is_named_by_row_and_column() -> None:
    rows = [
        ("one", "First", "", "", "1.1", "Expectation", "Is it?", ""),
        (1, "First", "", "", "1.1", "Expectation", "Is it?", ""),
        (1, "Another", "", "", "1.1", "Perhaps", "", ""),
    ]
    problems = [str(each) for each in read(as_csv(TEMPLATE_COLUMNS, *rows), "template.csv").problems]
    said = " ".join(problems)
    assert "line 2, Benchmark: Enter the benchmark's number" in said
    for part in ("line 4, Title", "line 4, Reference: 1.1", "line 4, Kind", "line 4, Question"):
        assert part in said, part


@pytest.mark.parametrize("data", ["Nothing of use\n", "a\tb\nc\td\n"])
def test_a_file_without_benchmarks_says_what_is_needed(data) -> None:
    (problem,) = read(data).problems
    assert "No benchmarks were found" in str(problem)


def test_a_benchmark_that_is_missing_is_named() -> None:
    draft = read("Benchmark\t2. Only the second.\nOutcome\tNone.\n")
    assert [str(each) for each in draft.problems] == ["There is no benchmark 1, although there are later ones."]


def test_the_command_refuses_a_broken_file_a_missing_one_and_a_second_of_the_same_title(tmp_path) -> None:
    broken, good = tmp_path / "broken.txt", tmp_path / "tool.txt"
    broken.write_text("Nothing")
    good.write_text(TOOL)
    for file in (broken, tmp_path / "none.txt"):
        with pytest.raises(CommandError):
            call_command("import_framework", str(file), title="New", year=2027, commit=True)
    call_command("import_framework", str(good), title="New", year=2027, commit=True)
    with pytest.raises(CommandError, match="already"):
        call_command("import_framework", str(good), title="New", year=2027, commit=True)
    assert Framework.objects.filter(title="New").count() == 1


# Published is published


def test_a_published_framework_is_changed_by_no_route() -> None:
    framework = publish()
    benchmark = framework.benchmarks.first()
    question = Question.objects.filter(benchmark=benchmark).first()
    benchmark.title = "Otherwise"
    writes = {
        "save": benchmark.save,
        "update": lambda: Benchmark.objects.filter(pk=benchmark.pk).update(title="Otherwise"),
        "add": lambda: Question.objects.create(benchmark=benchmark, position=9, reference="1.9", kind="expectation"),
        "bulk": lambda: Prompt.objects.bulk_create([Prompt(question=question, position=9, text="More")]),
        "delete": question.delete,
        "delete rows": lambda: Prompt.objects.filter(question=question).delete(),
        "take back": lambda: Framework.objects.filter(pk=framework.pk).update(published_on=None),
    }
    for name, write in writes.items():
        with pytest.raises(FrameworkIsPublished), transaction.atomic():
            write()
            pytest.fail(name)


def test_a_published_framework_can_be_retired_and_weighed() -> None:
    framework = publish()
    framework.retired_on = clock.today()
    framework.save()
    benchmark = framework.benchmarks.first()
    benchmark.weight = 2
    benchmark.save()
    assert framework not in Framework.objects.in_use(clock.today())


def test_a_draft_with_problems_is_not_published() -> None:
    with pytest.raises(ValidationError):
        services.publish_framework(read("Nothing"), title="Broken", year=2027, on=clock.today())
    assert not Framework.objects.filter(title="Broken").exists()


# The platform's page


@pytest.fixture
def operator():
    return signed_in(make_user(None, is_platform_operator=True))


def given(data: str = TOOL, **fields) -> dict:
    file = SimpleUploadedFile("tool.txt", data.encode())
    return {"file": file, "title": "Ours 2027", "year": "2027", "source": "A test"} | fields


def test_the_operator_sees_what_is_in_a_file_before_it_is_published(operator) -> None:
    page = reverse("platform:benchmarks_framework_read")
    preview = operator.post(page, given())
    text = preview.content.decode()
    assert "2 benchmarks, 2 outcomes, 4 questions" in text
    assert not Framework.objects.filter(title="Ours 2027").exists()
    held = preview.context["held"]
    for _again in range(2):
        answer = operator.post(page, {"held": held}, follow=True)
    assert "already" in answer.content.decode()
    framework = Framework.objects.get(title="Ours 2027")
    assert framework.published_on == clock.today()
    assert Question.objects.filter(benchmark__framework=framework).count() == 4
    change = operator.get(reverse("platform:benchmarks_framework_change", args=[framework.pk]))
    assert 'name="title"' not in change.content.decode()


@pytest.mark.parametrize("held", ["", "forged", "x" * 100_000])
def test_a_forged_preview_publishes_nothing(operator, held) -> None:
    count = Framework.objects.count()
    operator.post(reverse("platform:benchmarks_framework_read"), {"held": held})
    assert Framework.objects.count() == count


@pytest.mark.parametrize("data", ["Nothing", "%PDF-1.4\x00"])
def test_a_wrong_file_is_named_as_such(operator, data) -> None:
    text = operator.post(reverse("platform:benchmarks_framework_read"), given(data)).content.decode()
    assert "errorlist" in text
    assert 'name="held"' not in text


def test_only_the_operator_publishes_frameworks() -> None:
    client = signed_in(make_user(Role.COORDINATOR, make_authority()))
    assert client.get(reverse("platform:benchmarks_framework_read")).status_code in (302, 403, 404)
    assert client.post(reverse("platform:benchmarks_framework_read"), given()).status_code in (302, 403, 404)


@pytest.mark.parametrize(
    ("title", "words"), [("???", "letters or numbers"), ("Taken", "There is a framework called “Taken” already.")]
)
def test_a_title_that_cannot_be_published_is_refused_before_the_preview(operator, title, words) -> None:
    publish(title="Taken")
    text = operator.post(reverse("platform:benchmarks_framework_read"), given(title=title)).content.decode()
    assert words in text
    assert 'name="held"' not in text


def test_a_file_that_holds_too_much_to_be_confirmed_is_refused_at_once(operator, monkeypatch) -> None:
    page = reverse("platform:benchmarks_framework_read")
    monkeypatch.setattr("benchmarks.admin.MOST_HELD", len(operator.post(page, given()).context["held"]) - 1)
    text = operator.post(page, given()).content.decode()
    assert "This file holds too much for one framework." in text
    assert 'name="held"' not in text
