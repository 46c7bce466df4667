"""Lists from HR and from learning systems: as they really come, given twice, and hostile."""

import datetime as dt
import io
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from prevent_portal import clock
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from prevent_portal.tables_in.days import read_day
from training.lists import guessed_columns, missing_columns, number_key, read_list
from training.models import Completion, Course, CourseName, Kind, ListHeading, ListImport, ListKind, Person, Post

from ..factories import address, make_authority, make_user, signed_in
from ..plans.test_updating import shown
from .rows import make_course, make_person

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def council():
    return make_authority("Ashmere")


@pytest.fixture
def officer(council):
    return signed_in(make_user(Role.TRAINING_OFFICER, council))


def run(command: str, path: Path, text: str | bytes, council, **options) -> dict:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    out = io.StringIO()
    call_command(command, str(path), authority=council.slug, json=True, stdout=out, **options)
    return json.loads(out.getvalue())


# Days


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("8/12/2026", dt.date(2026, 12, 8)),
        ("08-12-26", dt.date(2026, 12, 8)),
        ("8.12.2026", dt.date(2026, 12, 8)),
        ("2026-12-08T14:05:00Z", dt.date(2026, 12, 8)),
        ("12/03/2025 14:05", dt.date(2025, 3, 12)),
        ("8 December 2026", dt.date(2026, 12, 8)),
        ("Tue 3rd Mar 2025", dt.date(2025, 3, 3)),
        ("Dec 8, 2026", dt.date(2026, 12, 8)),
        ("45678", dt.date(2025, 1, 21)),
        (45678.0, dt.date(2025, 1, 21)),
        (dt.datetime(2025, 1, 21, 9), dt.date(2025, 1, 21)),
        ("", None),
        (None, None),
    ],
)
def test_days_are_read_as_lists_write_them(written, day) -> None:
    assert read_day(written) == day


@pytest.mark.parametrize("written", ["03/25/2025", "31/02/2025", "soon", "1/2/3", "99999", "8 Foo 2026", True, "=A1"])
def test_what_is_no_day_is_refused(written) -> None:
    with pytest.raises(ValueError):
        read_day(written)


# Columns


def test_titles_above_the_headings_are_passed_over_and_columns_guessed() -> None:
    headings = b"Employee No.,Full name,Course Title,Date completed,Status"
    data = b"Report of the learning system\n\n" + headings + b"\n1,A,B,1/2/2024,Completed\n"
    table = read_list(data, ListKind.COMPLETIONS)
    columns = guessed_columns(table, ListKind.COMPLETIONS, {})
    assert columns == {"number": 0, "name": 1, "course": 2, "completed_on": 3, "status": 4}
    assert table.heading_row == 3
    assert missing_columns(columns, ListKind.COMPLETIONS) == []
    assert guessed_columns(table, ListKind.COMPLETIONS, {"full name": "", "status": "number"})["number"] == 4


def test_numbers_are_one_with_and_without_noughts_in_front() -> None:
    assert number_key("004711") == number_key("4711.0") == "4711"
    assert number_key("000") == "000"


# Completions

COMPLETIONS = """Employee No,Email,Course,Completed,Status
004711,,Awareness,01/02/2024,Completed
,second@council.example,AWARENESS ,2024-03-05,Passed
4711,,Awareness,1 Feb 2024,Completed
4711,,Awareness,31/02/2024,Completed
4711,,Awareness,01/02/2999,Completed
4711,,Awareness,,Completed
4711,,Manual handling,01/02/2024,Completed
4711,,Awareness,02/02/2024,In progress
9999,nobody@council.example,Awareness,01/02/2024,Completed
=1+1,,Awareness,01/02/2024,Completed
"""


def test_every_row_of_a_list_is_accounted_for_and_a_second_time_changes_nothing(council, tmp_path) -> None:
    make_course(council, "Awareness", valid_months=12)
    make_person(council, number="4711")
    make_person(council, email="second@council.example")
    file = tmp_path / "completions.csv"
    report = run("import_completions", file, COMPLETIONS, council)
    assert (report["accepted"], report["repeated"]) == (2, 1)
    assert report["set_aside"]["not_completed"] == 1
    assert report["set_aside"]["unknown_courses"] == {"Manual handling": 1}
    assert [each["row"] for each in report["rejected"]] == [5, 6, 7]
    assert {each["column"] for each in report["rejected"]} == {"Completed"}
    assert [each["number"] for each in report["unmatched"]] == ["9999", "=1+1"]
    with acting_for(council):
        assert not Completion.objects.exists()
    run("import_completions", file, COMPLETIONS, council, commit=True)
    with acting_for(council):
        assert Completion.objects.count() == 2
        assert Completion.objects.filter(expires_on=dt.date(2025, 2, 1)).count() == 1
    again = run("import_completions", file, COMPLETIONS, council, commit=True)
    assert (again["accepted"], again["repeated"]) == (0, 3)


def test_numbers_that_two_people_could_mean_mean_neither(council, tmp_path) -> None:
    make_course(council, "Awareness")
    make_person(council, number="0012")
    make_person(council, number="12")
    text = "Number,Course,Completed\n012,Awareness,1/2/2024\n12,Awareness,1/2/2024\n"
    report = run("import_completions", tmp_path / "list.csv", text, council)
    assert (report["accepted"], report["unmatched_count"]) == (1, 1)


def test_people_of_another_authority_are_not_known(council, tmp_path) -> None:
    make_course(council, "Awareness")
    make_person(make_authority("Birchdale"), number="4711")
    text = "Number,Course,Completed\n4711,Awareness,1/2/2024\n"
    assert run("import_completions", tmp_path / "list.csv", text, council)["unmatched_count"] == 1


def test_an_excel_list_is_read_with_its_dates(council, tmp_path) -> None:
    make_course(council, "Awareness")
    make_person(council, number="4711")
    book = Workbook()
    book.active.append(["Number", "Course", "Completed"])
    book.active.append([4711, "Awareness", dt.datetime(2024, 2, 1)])
    held = io.BytesIO()
    book.save(held)
    assert run("import_completions", tmp_path / "list.xlsx", held.getvalue(), council)["accepted"] == 1


@pytest.mark.parametrize("text", ["", "   ", "%PDF-1.7", "Number,Course\n", "Who,What\nA,B\n"])
def test_a_wrong_file_is_named_as_such(council, tmp_path, text) -> None:
    with pytest.raises(CommandError):
        run("import_completions", tmp_path / "list.csv", text, council)


# People

PEOPLE = """Staff No,Name,Email,Type,Directorate,Team,Job title,Start date,Leaving date
1,Ada Alder,ada@council.example,Employee,Communities,Libraries,Assistant,01/02/2020,
2,Ben Birch,ben@council.example,Employee,Communities,Bookings,Officer,01/02/2020,
3,Cara Cedar,cara@council.example,Employee,Resources,Finance,Accountant,01/02/2020,
"""


def test_joiners_movers_and_leavers_are_a_difference(council, tmp_path) -> None:
    file, today = tmp_path / "people.csv", clock.today()
    first = run("import_people", file, PEOPLE, council, commit=True, as_at=today - 40 * DAY)
    assert (first["joiners"], first["missing"]) == (3, 0)
    second = PEOPLE.replace("Communities,Libraries,Assistant", "Resources,Libraries,Assistant").replace(
        "3,Cara Cedar,cara@council.example,Employee,Resources,Finance,Accountant,01/02/2020,\n", ""
    )
    second = second.replace("Bookings,Officer,01/02/2020,", f"Bookings,Officer,01/02/2020,{today:%d/%m/%Y}")
    second += "4,Dev Dale,dev@council.example,Agency,,,Carer,,\n"
    dry = run("import_people", file, second, council)
    told = {name: dry[name] for name in ("joiners", "movers", "leavers", "missing", "rejected")}
    assert told == {"joiners": 1, "movers": 1, "leavers": 1, "missing": 1, "rejected": 0}
    run("import_people", file, second, council, commit=True)
    with acting_for(council):
        ada = Person.objects.get(number="1")
        old, new = ada.posts.order_by("began_on")
        assert (old.directorate, old.ended_on) == ("Communities", today - DAY)
        assert (new.directorate, new.began_on, new.role_began_on) == ("Resources", today, old.role_began_on)
        assert Person.objects.get(number="2").posts.get().ended_on == today
        # Missing from one list is no leaver.
        assert Person.objects.get(number="3").posts.get().ended_on is None
        assert Person.objects.get(number="4").posts.get().kind == Kind.CONTRACTOR
    again = run("import_people", file, second, council, commit=True)
    assert (again["joiners"], again["movers"], again["leavers"], again["unchanged"]) == (0, 0, 0, 3)
    run("import_people", file, second, council, commit=True, end_missing=True)
    with acting_for(council):
        assert Person.objects.get(number="3").posts.get().ended_on == today - DAY


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("5,,x@council.example,Employee,,,,,", "Name"),
        (",Eve Elm,,Employee,,,,,", "Staff No"),
        ("5,Eve Elm,nonsense,Employee,,,,,", "Email"),
        ("5,Eve Elm,,Wizard,,,,,", "Type"),
        ("5,Eve Elm,,Employee,,,,31/02/2020,", "Start date"),
        ("5,Eve Elm,,Employee,,,,01/02/2020,01/02/2019", "Leaving date"),
        ("1,Somebody Else,,Employee,,,,,", "Staff No"),
        ("77,Eve Elm,known@council.example,Employee,,,,,", "Email"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_by_row_and_column(council, tmp_path, row, column) -> None:
    make_person(council, number="500", email="known@council.example")
    report = run("import_people", tmp_path / "people.csv", f"{PEOPLE}{row}\n", council, commit=True)
    assert [(each["row"], each["column"]) for each in report["rejected_rows"]] == [(5, column)]
    assert report["joiners"] == 3


# On the page


def give(client, council, text: str, kind: str, name: str = "list.csv"):
    file = SimpleUploadedFile(name, text.encode())
    return client.post(address(council, "training:list_import_create"), {"kind": kind, "file": file}, follow=True)


def test_a_list_is_looked_at_before_it_is_written_and_its_content_forgotten(council, officer) -> None:
    course = make_course(council, "Awareness")
    make_person(council, number="4711")
    text = "Number,Course,Completed\n4711,Awareness,1/2/2024\n4711,PREVENT-01,3/2/2024\n"
    page = give(officer, council, text, "completions")
    where = page.request["PATH_INFO"]
    assert "Import 1 completion" in shown(page)
    page = officer.post(where, {"courses": "1", "name": "PREVENT-01", "course_0": course.pk}, follow=True)
    assert "Import 2 completions" in shown(page)
    with acting_for(council):
        assert CourseName.objects.get().name == "prevent-01"
        assert not Completion.objects.exists()
    stale = officer.post(where, {"seen": "something else"}, follow=True)
    assert "have changed since this was shown" in shown(stale)
    done = officer.post(where, {"seen": page.context["seen"]}, follow=True)
    assert "has been imported" in shown(done)
    officer.post(where, {"seen": page.context["seen"]})
    with acting_for(council):
        assert Completion.objects.count() == 2
        assert bytes(ListImport.objects.get().data) == b""


def test_columns_that_are_not_clear_are_asked_for_and_remembered(council, officer) -> None:
    make_course(council, "Awareness")
    make_person(council, number="4711")
    text = "Ref,Lesson,When\n4711,Awareness,1/2/2024\n"
    page = give(officer, council, text, "completions")
    assert "The list cannot be read without it" in shown(page)
    where = page.request["PATH_INFO"]
    twice = {"columns": "1", "column_0": "number", "column_1": "number", "column_2": "completed_on"}
    assert "Another column holds this already" in shown(officer.post(where, twice))
    page = officer.post(where, twice | {"column_1": "course"}, follow=True)
    assert "Import 1 completion" in shown(page)
    assert "Import 1 completion" in shown(give(officer, council, text, "completions"))
    with acting_for(council):
        assert ListHeading.objects.count() == 3


def test_who_is_missing_leaves_only_if_somebody_says_so(council, officer) -> None:
    page = give(officer, council, PEOPLE, "people")
    officer.post(page.request["PATH_INFO"], {"seen": page.context["seen"]})
    page = give(officer, council, PEOPLE.replace("3,Cara Cedar", "4,Dev Dale").replace("cara@", "dev@"), "people")
    assert "1 person is not in the list" in shown(page)
    with acting_for(council):
        cara = Post.objects.get(person__number="3")
    officer.post(page.request["PATH_INFO"], {"seen": page.context["seen"], "missing": [cara.pk, "x", "9" * 40]})
    with acting_for(council):
        assert Post.objects.get(pk=cara.pk).ended_on is not None
        assert Post.objects.get(person__number="4").ended_on is None


@pytest.mark.parametrize("name", ["list.pdf", "list.xls", "list.exe"])
def test_a_file_that_is_no_list_is_refused_in_words(council, officer, name) -> None:
    page = give(officer, council, "\x00\x01\x02binary", "people", name)
    assert "There is a problem" in shown(page)
    with acting_for(council):
        assert not ListImport.objects.exists()


def test_script_in_a_list_is_shown_as_text(council, officer) -> None:
    make_course(council, "Awareness")
    text = "Number,Name,Course,Completed\n1,<script>alert(1)</script>,Awareness,1/2/2024\n"
    assert "<script>alert" not in give(officer, council, text, "completions").content.decode()


def test_a_list_of_another_authority_is_not_there(council, officer) -> None:
    other = make_authority("Birchdale")
    theirs = signed_in(make_user(Role.TRAINING_OFFICER, other))
    where = give(theirs, other, PEOPLE, "people").request["PATH_INFO"]
    key = where.rstrip("/").rpartition("/")[2]
    assert officer.get(address(council, "training:list_import_detail", pk=key)).status_code == 404
    assert officer.post(address(council, "training:list_import_detail", pk=key), {"seen": "x"}).status_code == 404


def test_a_course_name_means_one_course(council, officer) -> None:
    first, second = make_course(council, "First"), make_course(council, "Second")
    for course, said in ((first, "Module A\n\nmodule  a"), (second, "MODULE A")):
        where = address(council, "training:course_update", pk=course.pk)
        form = {"title": course.title, "names": said, "delivery": "webinar", "revision": course.revision}
        page = officer.post(where, form, follow=True)
    assert "means “First” already" in shown(page)
    with acting_for(council):
        assert CourseName.objects.get().course == first
        assert Course.objects.count() == 2
