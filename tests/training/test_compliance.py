"""Figures of any day, and that those of a past day stay what they were."""

import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from prevent_portal import clock
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from training import services
from training.compliance import DIMENSIONS, asked_of, matrix, people_for
from training.models import Completion, Equivalence, Exemption
from training.records import build_person_record, record_pdf
from training.reports import build_training_report, training_pdf, training_workbook

from ..factories import address, make_authority, make_user, signed_in
from ..pdf_checks import accessibility_problems
from ..plans.test_updating import shown
from .rows import complete, make_course, make_person, make_requirement

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def council():
    return make_authority("Ashmere")


def figures(council, on: dt.date, by: str = "directorate"):
    with acting_for(council):
        return matrix(council, on, by)


def test_last_years_percentage_stays_when_requirement_role_and_equivalence_change(council) -> None:
    today = clock.today()
    last_year = today - 365 * DAY
    awareness, workshop = make_course(council, "Awareness"), make_course(council, "Workshop")
    requirement = make_requirement(awareness, {"directorate": "Communities"}, within_days=28, renew_months=36)
    people = [make_person(council) for _each in range(5)]
    for person in people[:3]:
        complete(person, awareness, last_year - 100 * DAY)
    complete(people[3], workshop, last_year - 100 * DAY)
    with acting_for(council):
        row = Equivalence(organisation=council, course=workshop, counts_as=awareness, from_on=last_year - 200 * DAY)
        row.save()
    before = figures(council, last_year)
    assert (before.total.compliant, before.total.due, before.total.percent) == (4, 5, 80)
    now = figures(council, today)
    with acting_for(council):
        services.change_requirement(
            requirement=requirement, on=today, within_days=1, renew_months=6, groups=[{"job_role": "Manager"}]
        )
        services.move_person(
            person=people[0],
            place={"kind": "staff", "directorate": "Resources", "team": "Finance", "job_role": "Manager"},
            on=today,
        )
        services.end_post(person=people[1], last_on=today - DAY)
        row.until_on = today - DAY
        row.save()
        awareness.valid_months = 1
        awareness.save()
    assert figures(council, last_year) == before
    after = figures(council, today)
    assert after.total != now.total
    assert after.total.required == 1


def test_what_counts_as_a_course_counts_while_it_does(council) -> None:
    today = clock.today()
    awareness, workshop = make_course(council), make_course(council)
    make_requirement(awareness)
    person = make_person(council)
    complete(person, workshop, today - 10 * DAY)
    assert figures(council, today).total.compliant == 0
    with acting_for(council):
        Equivalence(organisation=council, course=workshop, counts_as=awareness, from_on=today).save()
    assert figures(council, today).total.compliant == 1
    assert figures(council, today - DAY).total.compliant == 0


def test_exempted_people_are_left_out_and_leavers_gone(council) -> None:
    today = clock.today()
    course = make_course(council)
    requirement = make_requirement(course)
    stays, exempt, left = (make_person(council) for _each in range(3))
    with acting_for(council):
        days = {"from_on": today - DAY, "until_on": today + DAY}
        Exemption(organisation=council, person=exempt, requirement=requirement, reason="Secondment", **days).save()
        services.end_post(person=left, last_on=today - DAY)
        assert [post.person for post in people_for(requirement, today)] == [stays]
        assert len(people_for(requirement, today - 2 * DAY)) == 3
        (asked,) = asked_of(exempt, today)
        assert asked.is_exempt


@pytest.mark.parametrize("by", DIMENSIONS)
def test_figures_by_anything_add_up_to_the_same(council, by) -> None:
    today = clock.today()
    course, other = make_course(council), make_course(council)
    make_requirement(course, renew_months=12)
    make_requirement(other, {"kind": "councillor"})
    for number, directorate in enumerate(("Communities", "Resources", "", "Resources")):
        person = make_person(council, directorate=directorate, kind="councillor" if number == 3 else "staff")
        if number:
            complete(person, course, today - number * 200 * DAY)
    found = figures(council, today, by)
    assert found.total.required == 5
    assert sum(line.total.required for line in found.lines) == 5
    assert sum(line.total.compliant for line in found.lines) == found.total.compliant == 1
    assert [sum(line.cells[i].required for line in found.lines) for i in range(2)] == [
        each.required for each in found.totals
    ]


def test_figures_take_as_many_queries_for_many_people_as_for_few(council) -> None:
    course = make_course(council)
    make_requirement(course)
    counts = []
    for _round in range(2):
        for _each in range(6):
            complete(make_person(council, directorate=f"D{len(counts)}"), course, clock.today())
        with acting_for(council), CaptureQueriesContext(connection) as captured:
            matrix(council, clock.today(), "team")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 5


def test_no_other_authority_is_counted(council) -> None:
    other = make_authority("Birchdale")
    course = make_course(other)
    make_requirement(course)
    make_person(other)
    assert figures(council, clock.today()).lines == ()


def test_a_requirement_changes_from_a_day_on_and_exemptions_go_along(council) -> None:
    today = clock.today()
    course = make_course(council)
    requirement = make_requirement(course, within_days=28)
    person = make_person(council)
    with acting_for(council):
        days = {"from_on": today - 5 * DAY, "until_on": today + 5 * DAY}
        Exemption(organisation=council, person=person, requirement=requirement, reason="Away", **days).save()
        new = services.change_requirement(
            requirement=requirement, on=today, within_days=5, renew_months=12, groups=[{}]
        )
        assert requirement.until_on == today - DAY
        assert not people_for(new, today).exists()
        assert people_for(new, today + 6 * DAY).exists()
        with pytest.raises(ValidationError):
            services.change_requirement(
                requirement=requirement, on=today + DAY, within_days=5, renew_months=12, groups=[{}]
            )


def test_a_post_that_overlaps_another_is_refused(council) -> None:
    person = make_person(council)
    with acting_for(council):
        (post,) = person.posts.all()
        post.pk, post._state.adding = None, True
        post.began_on = post.role_began_on = clock.today()
        with pytest.raises(ValidationError, match="another post"):
            post.full_clean()


# Pages and papers


def test_the_page_shows_the_figures_of_the_day_asked_for(council) -> None:
    today = clock.today()
    course = make_course(council, "Awareness")
    make_requirement(course)
    for on in (today - 10 * DAY, today - 2 * DAY):
        complete(make_person(council), course, on)
    client = signed_in(make_user(Role.TRAINING_OFFICER, council))
    where = address(council, "training:figures")
    assert "2 of 2" in shown(client.get(where))
    before = today - 5 * DAY
    asked = {"by": "team", "on_0": before.day, "on_1": before.month, "on_2": before.year}
    assert "1 of 2" in shown(client.get(where, asked))
    assert "cannot be in the future" in shown(client.get(where, asked | {"on_2": today.year + 1}))


def test_names_are_shown_to_those_who_train_and_to_nobody_else(council) -> None:
    course = make_course(council)
    requirement = make_requirement(course)
    make_person(council, "Nameless Walker")
    where = address(council, "training:requirement_people", pk=requirement.pk)
    for role, status in ((Role.TRAINING_OFFICER, 200), (Role.CONTRIBUTOR, 403), (Role.ELECTED_MEMBER, 403)):
        client = signed_in(make_user(role, council))
        response = client.get(where)
        assert response.status_code == status, role
        assert ("Nameless Walker" in shown(response)) == (status == 200)
        for name in ("figures", "figures_pdf"):
            assert "Nameless Walker" not in client.get(address(council, f"training:{name}")).content.decode("latin-1")


def test_the_paper_is_accessible_and_says_what_the_page_says(council) -> None:
    today = clock.today()
    course = make_course(council, "Awareness")
    make_requirement(course, renew_months=24)
    complete(make_person(council), course, today)
    make_person(council, directorate="")
    report = build_training_report(council, figures(council, today))
    assert (report.total.compliant, report.total.due) == (1, 2)
    assert accessibility_problems(training_pdf(report)) == []
    assert training_workbook(report).startswith(b"PK")


def test_a_person_can_have_all_that_is_held_of_them_and_of_nobody_else(council) -> None:
    today = clock.today()
    course = make_course(council, "Awareness")
    requirement = make_requirement(course, renew_months=24)
    make_requirement(make_course(council, "Workshop"), within_days=0)
    person, other = make_person(council, "Ada Walker"), make_person(council, "Somebody Else")
    complete(person, course, today - DAY)
    complete(other, make_course(council, "Of nobody's business"), today)
    with acting_for(council):
        Exemption.objects.create(
            organisation=council, person=person, requirement=requirement, reason="Long leave",
            from_on=today, until_on=today + DAY,
        )  # fmt: skip
        record = build_person_record(person, on=today)
    posts, asked, completions, exemptions = record.parts
    assert len(posts.rows) == 1
    assert asked.rows == (("Awareness", "Exempted", today - DAY), ("Workshop", "Never done", None))
    assert [row[:2] for row in completions.rows] == [("Awareness", today - DAY)]
    assert [row[1:] for row in exemptions.rows] == [("Long leave", today, today + DAY)]
    assert accessibility_problems(record_pdf(record)) == []

    client = signed_in(make_user(Role.TRAINING_OFFICER, council))
    for name in ("person_record_pdf", "person_record_xlsx"):
        where = address(council, f"training:{name}", pk=person.pk)
        response = client.get(where)
        assert response.status_code == 200
        assert "Walker" not in response["Content-Disposition"]
        for role in (Role.CONTRIBUTOR, Role.ELECTED_MEMBER, Role.REVIEWER):
            assert signed_in(make_user(role, council)).get(where).status_code == 403
    book = load_workbook(io.BytesIO(response.content))
    assert [sheet.title for sheet in book][1:] == [part.title for part in record.parts]
    assert "Somebody Else" not in str([[cell.value for cell in row] for sheet in book for row in sheet])


def test_a_completion_by_hand_gets_the_certificates_end(council) -> None:
    today = clock.today()
    course = make_course(council, valid_months=12)
    person = make_person(council)
    client = signed_in(make_user(Role.TRAINING_OFFICER, council))
    day = {"completed_on_0": today.day, "completed_on_1": today.month, "completed_on_2": today.year}
    where = address(council, "training:completion_create", person=person.pk)
    client.post(where, {"course": course.pk} | day)
    with acting_for(council):
        assert Completion.objects.get().expires_on > today + 300 * DAY
    assert "is recorded already" in shown(client.post(where, {"course": course.pk} | day))


def test_a_requirement_made_on_its_page_asks_the_groups_that_were_said(council) -> None:
    today = clock.today()
    course = make_course(council)
    client = signed_in(make_user(Role.COORDINATOR, council))
    where = address(council, "training:requirement_create")
    said = {
        "course": course.pk, "within_days": "28", "renew_months": "24",
        "from_on_0": today.day, "from_on_1": today.month, "from_on_2": today.year,
    }  # fmt: skip
    assert "say below whom it asks" in shown(client.post(where, said))
    text = shown(client.post(where, said | {"kind_1": "councillor", "job_role_2": "Manager"}, follow=True))
    assert "Councillor" in text
    assert "Manager" in text
    assert "There is a requirement for this course already" in shown(client.post(where, said | {"everybody": "on"}))
