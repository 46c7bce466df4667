"""The tables of self-assessments in the officers' admin, as files and back."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from benchmarks.models import Answer, Assessment, BenchmarkResult, LocalQuestion, Respondent
from plans.models import Plan
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for

from ..factories import make_authority, make_everything, make_user, signed_in
from .test_assessing import answer_to, score_all, submit

pytestmark = pytest.mark.django_db

TABLES = [Assessment, BenchmarkResult, Answer, LocalQuestion, Respondent]
SECRET = "BRAVO-SENTINEL"


@pytest.fixture
def council():
    council = make_authority("Ashmere")
    make_everything(council, "ASHMERE")
    return council


@pytest.fixture
def elsewhere():
    other = make_authority("Bravo")
    return make_everything(other, SECRET, Plan.State.AGREED)


@pytest.fixture
def officer(council):
    return signed_in(make_user(Role.COORDINATOR, council))


def place(council, model, page: str = "") -> str:
    return f"/authorities/{council.slug}/admin/{model._meta.app_label}/{model._meta.model_name}/{page}"


def exported(client, council, model) -> list[dict[str, str]]:
    response = client.post(place(council, model, "export/"), {"file_format": "csv"})
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def give(client, council, model, rows: list[dict[str, str]]):
    """Give a file back: what the preview says, and after its confirmation what came of it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    file = SimpleUploadedFile("table.csv", text.getvalue().encode())
    preview = client.post(place(council, model, "import/"), {"file": file})
    form = preview.context.get("confirm_form")
    if form is None:
        return preview, None
    held = {"held": form["held"].value()}
    return preview, client.post(place(council, model, "process_import/"), held)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_a_table_shows_the_councils_rows_and_no_others(council, elsewhere, officer, model) -> None:
    with acting_for(council):
        own = model.objects.of(council).first()
    for page in ("", f"{own.pk}/change/", f"{own.pk}/history/", "?q=word"):
        response = officer.get(place(council, model, page))
        assert response.status_code == 200, page
        assert SECRET not in response.content.decode()
    assert SECRET not in str(exported(officer, council, model))
    theirs = officer.get(place(council, model, f"{elsewhere[model].pk}/change/"))
    nobodys = officer.get(place(council, model, f"{10**9}/change/"))
    assert theirs.status_code == nobodys.status_code


@pytest.mark.parametrize("model", TABLES[1:], ids=lambda model: model.__name__)
def test_what_went_out_comes_back_and_changes_nothing(council, officer, model) -> None:
    rows = exported(officer, council, model)
    ignored = {"benchmark", "question", "needs_review"} if model in (BenchmarkResult, Answer) else set()
    preview, _done = give(officer, council, model, [{k: v for k, v in row.items() if k not in ignored} for row in rows])
    assert "errors_by_row" not in preview.context or not preview.context["errors_by_row"]
    assert f"0 new, 0 changed, {len(rows)} as they were" in preview.content.decode()


def test_scores_and_answers_are_changed_by_a_file(council, officer) -> None:
    first = next(row for row in exported(officer, council, BenchmarkResult) if row["benchmark_number"] == "1")
    keys = {name: first[name] for name in ("framework", "year", "benchmark_number")}
    _preview, done = give(officer, council, BenchmarkResult, [{**keys, "score": "5"}])
    assert done.status_code == 302
    asked = next(row for row in exported(officer, council, Answer) if row["reference"] == "1.1")
    keys = {name: asked[name] for name in ("framework", "year", "reference")}
    give(officer, council, Answer, [{**keys, "level": "Achieving", "supporting_details": "From a file"}])
    with acting_for(council):
        answer = Answer.objects.select_related("level").get(details="From a file")
        assert answer.level.label == "Achieving"
        assert BenchmarkResult.objects.get(pk=answer.result_id).self_score == 5


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (BenchmarkResult, {"score": "6"}),
        (BenchmarkResult, {"score": "three"}),
        (BenchmarkResult, {"benchmark_number": "77"}),
        (BenchmarkResult, {"year": "1999"}),
        (Answer, {"reference": "99.9"}),
        (Answer, {"level": "Splendid"}),
        (Answer, {"who_answers": "BRAVO-SENTINEL partner"}),
        (Answer, {"supporting_details": "OFFICIAL-SENSITIVE"}),
        (LocalQuestion, {"benchmark_number": "77"}),
        (Respondent, {"account": "nobody@example.org"}),
    ],
)
def test_a_mistake_in_a_file_is_named_and_nothing_is_written(council, elsewhere, officer, model, change) -> None:
    ignored = {"benchmark", "needs_review", *({"question"} if model is Answer else ())}
    rows = [{k: v for k, v in row.items() if k not in ignored} for row in exported(officer, council, model)]
    preview, done = give(officer, council, model, [{**rows[0], **change}])
    assert done is None
    assert preview.context["errors_by_row"]


def test_assessments_are_started_on_their_page_alone(council, officer) -> None:
    assert officer.get(place(council, Assessment, "import/")).status_code == 403
    assert officer.get(place(council, Assessment, "add/")).status_code == 403


def test_what_was_submitted_is_looked_at_and_not_changed(council, officer) -> None:
    with acting_for(council):
        # Its first version is in the world already.
        Assessment.objects.update(version=2)
        assessment = Assessment.objects.select_related("framework", "organisation").get()
    answer = answer_to(assessment, "1.1")
    rows = exported(officer, council, Answer)
    score_all(assessment)
    submit(assessment)
    response = officer.get(place(council, Answer, f"{answer.pk}/change/"))
    assert response.status_code == 200
    assert 'name="details"' not in response.content.decode()
    row = next(row for row in rows if row["reference"] == "1.1")
    keys = {name: row[name] for name in ("framework", "year", "reference")}
    preview, done = give(officer, council, Answer, [{**keys, "supporting_details": "Late"}])
    assert done is None
    assert preview.context["errors_by_row"]
