"""The tables of training in the officers' admin, as files and back; and what the commands tidy up."""

import datetime as dt
import io
import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from plans.models import Plan
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from training.models import (
    Completion,
    Course,
    Equivalence,
    Exemption,
    ListImport,
    Person,
    Post,
    Requirement,
)

from ..benchmarks.test_tables import SECRET, exported, give, place
from ..factories import make_authority, make_everything, make_user, signed_in

pytestmark = pytest.mark.django_db

FILED = [Person, Post, Course, Completion]
TABLES = [*FILED, Equivalence, Requirement, Exemption]


@pytest.fixture
def council():
    council = make_authority("Ashmere")
    make_everything(council, "ASHMERE")
    return council


@pytest.fixture
def elsewhere():
    return make_everything(make_authority("Bravo"), SECRET, Plan.State.AGREED)


@pytest.fixture
def officer(council):
    return signed_in(make_user(Role.COORDINATOR, council))


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_a_table_shows_the_councils_rows_and_no_others(council, elsewhere, officer, model) -> None:
    with acting_for(council):
        own = model.objects.of(council).first()
    for page in ("", "add/", f"{own.pk}/change/", f"{own.pk}/history/", f"{own.pk}/delete/", "?q=word"):
        response = officer.get(place(council, model, page))
        assert response.status_code == 200, page
        assert SECRET not in response.content.decode()
    assert officer.get(place(council, model, f"{elsewhere[model].pk}/change/")).status_code == 404
    if model in FILED:
        assert SECRET not in str(exported(officer, council, model))


@pytest.mark.parametrize("model", FILED, ids=lambda model: model.__name__)
def test_a_table_given_back_as_it_was_changes_nothing(council, officer, model) -> None:
    rows = exported(officer, council, model)
    assert rows
    with acting_for(council):
        before = list(model.objects.order_by("pk").values())
    give(officer, council, model, rows)
    with acting_for(council):
        assert list(model.objects.order_by("pk").values()) == before


def test_a_new_row_of_each_table_comes_in(council, officer) -> None:
    give(officer, council, Person, [{"number": "77", "name": "Ada Alder", "email": "Ada@council.example"}])
    post = {"number": "77", "email": "", "kind": "staff", "job_role": "Warden", "from": "2024-02-01"}
    give(officer, council, Post, [post])
    give(officer, council, Course, [{"title": "Awareness", "delivery": "webinar"}])
    completed = {"number": "77", "email": "", "course": "awareness", "completed_on": "01/03/2024"}
    give(officer, council, Completion, [completed])
    with acting_for(council):
        person = Person.objects.get(number="77")
        assert person.email == "ada@council.example"
        assert person.posts.get().role_began_on == dt.date(2024, 2, 1)
        assert person.completions.get().completed_on == dt.date(2024, 3, 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number": "no such"}, "There is nobody with this number"),
        ({"course": "no such"}, "There is no course of this title"),
        ({"completed_on": "2999-01-01"}, "cannot be in the future"),
        ({"completed_on": "31/02/2024"}, "is no date"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_in_words(council, officer, changes, words) -> None:
    (row,) = exported(officer, council, Completion)
    preview, done = give(officer, council, Completion, [row | changes])
    assert words in preview.content.decode()
    assert done is None


def test_lists_that_nobody_imported_in_time_are_removed(council) -> None:
    with acting_for(council):
        row = ListImport.objects.get()
        row.expires_at = timezone.now() - dt.timedelta(hours=1)
        row.save()
    out = io.StringIO()
    call_command("remove_expired_lists", json=True, commit=True, stdout=out)
    assert json.loads(out.getvalue())["removed"] == 1
    with acting_for(council):
        assert not ListImport.objects.exists()
