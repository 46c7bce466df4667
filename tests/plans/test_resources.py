"""Tables of a plan as files: what goes out comes back whole, inside one authority, or not at all."""

import csv
import datetime as dt
import io

import pytest
import tablib
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from plans import resources
from plans.models import Action, Objective, Owner, Plan, ProgressUpdate, Section, Step
from plans.services import agree_plan, close_plan
from prevent_portal.models import LogEntry, Organisation
from prevent_portal.permissions import Role
from prevent_portal.resources import (
    MAX_FILE_BYTES,
    MAX_ROWS,
    OwnedResource,
    error_messages,
    plain_text,
    read_table,
    write_table,
)
from prevent_portal.scoping import acting_for
from prevent_portal.tables_in import UnreadableFile
from tests.factories import make_authority, make_user

from .full_plan import TABLES, fill

pytestmark = pytest.mark.django_db

RESOURCES = {
    resource._meta.model: resource
    for resource in vars(resources).values()
    if isinstance(resource, type) and issubclass(resource, OwnedResource) and hasattr(resource._meta, "model")
    if resource._meta.model
}


@pytest.fixture
def here() -> Organisation:
    return make_authority("Ashmere")


@pytest.fixture
def there() -> Organisation:
    return make_authority("Birchford")


def exported(organisation: Organisation, model: type, file_format: str = "csv") -> bytes:
    resource = RESOURCES[model](organisation=organisation)
    return write_table(resource.export(resource.get_queryset()), title="Table", file_format=file_format)


def imported(organisation: Organisation, model: type, data: bytes | list[list], **kwargs):
    """The outcome of an import: {new, update, skip...}, and its errors as (row, column, message)."""
    table = read_table(data) if isinstance(data, bytes) else tablib.Dataset(*data[1:], headers=data[0])
    result = RESOURCES[model](organisation=organisation).import_data(
        table, use_transactions=True, rollback_on_validation_errors=True, **kwargs
    )
    return {kind: n for kind, n in result.totals.items() if n}, error_messages(result)


def test_every_table_of_a_plan_has_a_resource():
    assert set(RESOURCES) == set(TABLES)


def test_no_file_holds_keys_or_authorities(here):
    for resource in RESOURCES.values():
        assert {"id", "organisation", "revision"}.isdisjoint(resource(organisation=here).get_export_headers())


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_plan_that_goes_out_and_comes_into_an_empty_authority_is_whole(here, there, file_format):
    user = make_user(role=Role.OFFICER, organisation=here)
    fill(here, word="Ash", rows=3, user=user)
    with acting_for(here):
        files = {model: exported(here, model, file_format) for model in TABLES}
        before = {model: exported(here, model) for model in TABLES}
    user.memberships.create(organisation=there, role=Role.OFFICER, starts_on=dt.date(2020, 1, 1))
    with acting_for(there):
        for model in TABLES:
            totals, errors = imported(there, model, files[model])
            assert errors == []
            assert set(totals) == {"new"}
        after = {model: exported(there, model) for model in TABLES}
        assert Step.objects.of(there).count() == 6
    for model in TABLES:
        # A file cannot carry white space at the ends.
        assert _stripped(after[model]) == _stripped(before[model])


def _stripped(data: bytes) -> list[list[str]]:
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return sorted([cell.strip("'\t ") for cell in row] for row in rows)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_same_file_changes_nothing(here, file_format):
    fill(here, word="Ash", user=make_user(role=Role.OFFICER, organisation=here))
    with acting_for(here):
        for model in TABLES:
            lines = LogEntry.objects.count()
            totals, errors = imported(here, model, exported(here, model, file_format))
            assert (set(totals), errors) == ({"skip"}, [])
            assert LogEntry.objects.count() == lines


def test_a_closed_plan_stays_as_it_is_and_its_own_file_is_no_error(here):
    plan = fill(here, word="Ash")
    with acting_for(here):
        agree_plan(plan=plan, agreed_on=dt.date(2026, 4, 2), agreed_by="The board")
        close_plan(plan=plan, closed_on=dt.date(2027, 4, 1))
        data = exported(here, Action)
        assert imported(here, Action, data) == ({"skip": 2}, [])
        _totals, errors = imported(here, Action, data.replace(b"Ash action 1", b"Another"))
        assert [(row, message) for row, _column, message in errors] == [
            (2, "This plan is closed. Nothing in it can be changed.")
        ]


def test_texts_that_a_spreadsheet_would_calculate_are_defused(here):
    fill(here, word="Ash")
    with acting_for(here):
        text = exported(here, Step).decode("utf-8-sig")
        workbook = load_workbook(io.BytesIO(exported(here, Step, "xlsx")))
    assert '"\'=Ash step"' in text
    cells = [cell for row in workbook.active.iter_rows() for cell in row if cell.value == "=Ash step"]
    assert cells
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "'=1", "''=1", "'quoted'", "'", "|x", "＝1", "plain"])
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_defusing_is_undone_exactly(text, file_format):
    table = tablib.Dataset([text, "x"], headers=["text", "other"])
    read = read_table(write_table(table, title="T", file_format=file_format))
    assert plain_text(read[0][0]) == text


# Names, not keys


def test_another_authoritys_owner_is_no_such_owner(here, there):
    fill(here, word="Ash")
    fill(there, word="Birch")
    header = ["plan", "section", "objective_ref", "letter", "owner_kind", "owner_name", "owner_post"]
    row = ["Ash plan", "Ash section", "1", "a", "post", ""]
    with acting_for(here):
        theirs = imported(here, resources.Assignment, [header, [*row, "@Birch lead"]])
        nobodys = imported(here, resources.Assignment, [header, [*row, "@Nobody"]])
    assert theirs == nobodys == ({"invalid": 1}, [(1, "owner_name", "There is no such owner in this authority.")])


def test_another_authoritys_plan_is_no_such_plan(here, there):
    fill(here, word="Ash")
    plan = fill(there, word="Birch")
    with acting_for(there):
        agree_plan(plan=plan, agreed_on=dt.date(2026, 4, 2), agreed_by="The board")
    with acting_for(here):
        theirs = imported(here, Section, [["plan", "section"], ["Birch plan", "New"]])
        nobodys = imported(here, Section, [["plan", "section"], ["No plan", "New"]])
    assert theirs == nobodys == ({"invalid": 1}, [(1, "plan", "There is no such plan in this authority.")])


def test_another_authoritys_account_is_no_such_account(here, there):
    user = make_user(role=Role.OFFICER, organisation=there)
    header = ["kind", "name", "post", "account"]
    with acting_for(here):
        theirs = imported(here, Owner, [header, ["person", "A", "", user.email]])
        nobodys = imported(here, Owner, [header, ["person", "A", "", "nobody@example.org"]])
    assert theirs == nobodys == ({"invalid": 1}, [(1, "account", "There is no such account in this authority.")])


@pytest.mark.parametrize("column", ["id", "organisation", "revision"])
def test_keys_authorities_and_revisions_are_refused(here, column):
    with acting_for(here):
        _totals, errors = imported(here, Owner, [["kind", "name", "post", column], ["person", "A", "", "1"]])
        assert errors == [(None, "", f"These columns cannot be imported: {column}. Delete them from the file.")]
        assert not Owner.objects.exists()


def test_unknown_and_missing_columns_are_named(here):
    with acting_for(here):
        assert imported(here, Owner, [["kind", "name", "post", "colour"], ["person", "A", "", "red"]])[1] == [
            (None, "", "The file has columns that this table does not know: colour.")
        ]
        assert imported(here, Owner, [["kind", "name"], ["person", "A"]])[1] == [
            (None, "", "The file lacks these columns: post.")
        ]


def test_one_bad_row_keeps_all_rows_out_and_every_bad_row_is_named(here):
    with acting_for(here):
        totals, errors = imported(
            here,
            Owner,
            [
                ["kind", "name", "post", "left_on"],
                ["person", "Good", "", ""],
                ["robot", "Bad", "", ""],
                ["person", "", "", ""],
                ["person", "Late", "", "31/02/2026"],
            ],
        )
        assert not Owner.objects.exists()
    assert [row for row, _column, _message in errors] == [2, 3, 4]
    assert errors[1][2] == "Enter a name, a post or both."
    assert errors[2] == (4, "left_on", "“31/02/2026” is no date. Write 2026-12-08 or 08/12/2026.")
    assert totals["invalid"] == 3


@pytest.mark.parametrize(
    "written",
    ["2026-12-08", "08/12/2026", "8/12/26", "8 December 2026", dt.date(2026, 12, 8), dt.datetime(2026, 12, 8)],
)
def test_dates_are_read_with_the_day_first(here, written):
    with acting_for(here):
        assert imported(here, Owner, [["kind", "name", "post", "left_on"], ["person", "A", "", written]])[1] == []
        assert Owner.objects.get().left_on == dt.date(2026, 12, 8)


def test_a_file_made_by_hand_names_its_parents_in_few_words(here):
    fill(here, word="Ash")
    header = ["plan", "section", "objective_ref", "letter", "action"]
    row = ["Ash plan", "Ash section", "2", "b", "A second action"]
    with acting_for(here):
        assert imported(here, Action, [header, row]) == ({"new": 1}, [])
        action = Action.objects.get(text="A second action")
        assert (action.objective.ref, action.position, action.plan.title) == ("2", 1, "Ash plan")
        assert imported(here, Action, [header, row]) == ({"skip": 1}, [])


def test_rows_that_moved_since_the_export_are_still_themselves(here):
    plan = fill(here, word="Ash")
    with acting_for(here):
        data = exported(here, Step)
        objectives = list(Objective.objects.filter(plan=plan))
        for objective in objectives:
            objective.position += 1
            objective.save()
        assert imported(here, Step, data) == ({"skip": 4}, [])


def test_a_corrected_text_is_a_change_and_not_a_second_row(here):
    fill(here, word="Ash")
    with acting_for(here):
        data = exported(here, Action).replace(b"Ash action 1", b"Ash action, corrected")
        assert imported(here, Action, data) == ({"update": 1, "skip": 1}, [])
        assert Action.objects.filter(text__startswith="Ash action, corrected").count() == 1


def test_a_rag_changed_by_import_is_part_of_the_actions_history(here):
    fill(here, word="Ash")
    user = make_user(role=Role.OFFICER, organisation=here)
    with acting_for(here):
        data = exported(here, Action).replace(b'"amber"', b'"red"', 1)
        assert imported(here, Action, data, user=user) == ({"update": 1, "skip": 1}, [])
        update = ProgressUpdate.objects.get(rag="red")
        assert (update.made_by, update.action.stated_rag) == (user, "red")
        assert imported(here, Action, data, user=user) == ({"skip": 2}, [])


def test_the_state_of_a_plan_is_shown_and_never_taken_in(here):
    fill(here, word="Ash")
    with acting_for(here):
        data = exported(here, Plan)
        assert b'"draft"' in data
        assert imported(here, Plan, data.replace(b'"draft"', b'"agreed"')) == ({"skip": 1}, [])
        assert Plan.objects.get().state == Plan.State.DRAFT


def test_an_import_of_many_unchanged_rows_asks_no_more_questions(here):
    counts = []
    for rows in (2, 12):
        organisation = make_authority(f"Council of {rows}")
        fill(organisation, word="Ash", rows=rows)
        with acting_for(organisation):
            for model in TABLES:
                data = exported(organisation, model)
                with CaptureQueriesContext(connection) as queries:
                    imported(organisation, model, data)
                asked = [each for each in queries.captured_queries if "SAVEPOINT" not in each["sql"]]
                counts.append((rows, model.__name__, len(asked)))
    half = len(counts) // 2
    assert [each[2] for each in counts[:half]] == [each[2] for each in counts[half:]]


# Files


def test_semicolons_old_encodings_and_empty_rows_are_read():
    table = read_table("name;post\r\n\r\nCafé;Head\r\n;;\r\n".encode("cp1252"))
    assert table.headers == ["name", "post"]
    assert [list(row) for row in table] == [["Café", "Head"]]
    assert table.lines == [3]


def test_numbers_and_dates_of_excel_are_read_as_they_look(here):
    workbook = Workbook()
    workbook.active.append(["kind", "name", "post", "left_on"])
    workbook.active.append(["person", 7, "", dt.datetime(2026, 12, 8)])
    buffer = io.BytesIO()
    workbook.save(buffer)
    with acting_for(here):
        assert imported(here, Owner, buffer.getvalue()) == ({"new": 1}, [])
        owner = Owner.objects.get()
    assert (owner.name, owner.left_on) == ("7", dt.date(2026, 12, 8))


def test_files_that_are_too_large_or_long_or_something_else_are_refused():
    for data, message in (
        (b"a" * (MAX_FILE_BYTES + 1), "larger than"),
        (b"name\n" + b"x\n" * (MAX_ROWS + 1), "more than 5000 rows"),
        (b"name\n", "no rows"),
        (b"", "empty"),
        (b"PK\x03\x04 no zip", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "before 2007"),
        (b"\x00\x01\x02", "not text"),
    ):
        with pytest.raises(UnreadableFile, match=message):
            read_table(data)


def test_a_text_too_long_for_excel_is_refused_rather_than_cut():
    table = tablib.Dataset(["x" * 40_000], headers=["text"])
    with pytest.raises(UnreadableFile, match="Choose CSV"):
        write_table(table, title="T", file_format="xlsx")
    assert b"x" * 40_000 in write_table(table, title="T", file_format="csv")
