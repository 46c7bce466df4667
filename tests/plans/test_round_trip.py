"""A plan to Excel and back: cell by cell, nobody's change lost, all or nothing."""

import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from plans import round_trip, services
from plans.models import Action, ActionEvent, Assignment, Plan, ProgressUpdate, TargetDate
from plans.rules import Rag
from prevent_portal import clock
from prevent_portal.documents.editable import KEY_HEADING
from prevent_portal.models import LogEntry, Marking
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for

from ..factories import address, make_action, make_authority, make_owner, make_plan, make_user, signed_in
from .test_updating import shown

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
COLUMN = {column.heading: index for index, column in enumerate(round_trip.COLUMNS, start=2)}


@pytest.fixture
def council():
    return make_authority("Ashmere")


@pytest.fixture
def plan(council) -> Plan:
    return make_plan(council, actions=0, state=Plan.State.AGREED)


@pytest.fixture
def coordinator(council):
    return signed_in(make_user(Role.COORDINATOR, council))


class Offline:
    """Somebody who downloads the workbook, changes it, and gives it back in the browser."""

    def __init__(self, client, plan: Plan):
        self.client, self.plan = client, plan
        answer = client.get(address(plan.organisation, "plans:plan_to_edit", pk=plan.pk))
        assert answer.status_code == 200
        self.workbook = load_workbook(io.BytesIO(answer.content))

    @property
    def sheet(self) -> Worksheet:
        return self.workbook[round_trip.SHEET]

    def cell(self, row: int, heading: str):
        """The cell of the row-th action, counted from 1."""
        return self.sheet.cell(row=row + 1, column=COLUMN[heading])

    def give(self) -> str:
        """The page after giving the workbook back."""
        saved = io.BytesIO()
        self.workbook.save(saved)
        self.saved = saved.getvalue()
        return self.give_again()

    def give_again(self, data: bytes | None = None, name: str = "plan.xlsx") -> str:
        where = address(self.plan.organisation, "plans:plan_workbook_back", pk=self.plan.pk)
        file = SimpleUploadedFile(name, data or self.saved)
        self.page = shown(self.client.post(where, {"file": file}, follow=True))
        return self.page

    def write(self, **choices: str) -> str:
        """The page after writing what the last page showed."""
        staged = re.search(r'name="staged" value="([^"]+)"', self.page)[1]
        seen = re.search(r'name="fingerprint" value="([^"]+)"', self.page)[1]
        where = address(self.plan.organisation, "plans:plan_workbook_back", pk=self.plan.pk)
        values = {"staged": staged, "fingerprint": seen, **choices}
        self.page = shown(self.client.post(where, values, follow=True))
        return self.page


def test_forty_cells_are_changed_offline_and_written_at_once(council, plan, coordinator) -> None:
    for number in range(40):
        make_action(plan, text=f"Thing {number}")
    offline = Offline(coordinator, plan)
    for row in range(1, 41):
        offline.cell(row, "Action").value = f"Changed {row}"

    assert "40 cells change, in 40 rows." in offline.give()
    with acting_for(council):
        assert not Action.objects.filter(text__startswith="Changed").exists()
    assert "40 actions changed." in offline.write()

    with acting_for(council):
        assert Action.objects.filter(text__startswith="Changed").count() == 40
        assert LogEntry.objects.filter(reason="From a workbook").exists()


def test_the_same_workbook_given_twice_changes_nothing_the_second_time(plan, coordinator) -> None:
    make_action(plan)
    offline = Offline(coordinator, plan)
    offline.cell(1, "Action").value = "Other words"
    offline.give()
    offline.write()
    assert "there is nothing to change" in offline.give_again()


def test_a_workbook_that_comes_back_untouched_changes_nothing(plan, coordinator) -> None:
    make_action(plan, text="Line one\nline  two ", due_on=clock.today(), rag=Rag.AMBER, rag_reason="Late")
    make_action(plan, text="Done", rag=Rag.BLUE, completed_on=clock.today(), owner=make_owner(plan.organisation))
    assert "there is nothing to change" in Offline(coordinator, plan).give()


def test_every_kind_of_cell_is_written_as_the_forms_write_it(council, plan, coordinator) -> None:
    robin, kim = (make_owner(council, name) for name in ("Robin Wells", "Kim Ashdown"))
    action = make_action(plan, owner=robin, due_on=clock.today() + 5 * DAY, rag=Rag.GREEN)
    offline = Offline(coordinator, plan)
    for heading, value in {
        "Action": "New words",
        "Owners": "kim ashdown",
        "Due date": dt.datetime(2027, 3, 31),
        "Outcome measure": "All trained",
        "Resources": "One day",
        "RAG": "amber",
        "Reason for the RAG": "Two people left",
        "New progress": "Half of them came",
    }.items():
        offline.cell(1, heading).value = value
    offline.give()
    offline.write()

    with acting_for(council):
        action = Action.objects.get(pk=action.pk)
        assert (action.text, action.outcome_measure, action.resources) == ("New words", "All trained", "One day")
        assert (action.stated_rag, action.rag_reason) == ("amber", "Two people left")
        assert [each.owner for each in Assignment.objects.filter(action=action)] == [kim]
        assert TargetDate.objects.get(action=action).on == dt.date(2027, 3, 31)
        update = ProgressUpdate.objects.get(action=action)
        assert (update.note, update.rag, update.made_on) == ("Half of them came", "amber", clock.today())
        kinds = set(ActionEvent.objects.filter(action=action).values_list("kind", flat=True))
        assert {"rag", "date", "owner", "wording"} <= kinds


@pytest.mark.parametrize(
    ("heading", "value", "message"),
    [
        ("RAG", "purple", "is no RAG"),
        ("RAG", None, "is no RAG"),
        ("RAG", "Red", "Enter the reason"),
        ("Due date", "soon", "is no day"),
        ("Due date", "30 February 2027", "is no day"),
        ("Due date", None, "cannot be taken away"),
        ("Due date", "1 May 1823", "The year must be"),
        ("Completed on", "1 May 2020", "Choose “Complete”"),
        ("Owners", "Nobody Known", "is not in the register of owners"),
        ("Action", None, "An action needs words"),
        ("Action", "OFFICIAL-SENSITIVE: hush", "Mark the action so"),
        ("Action", "x" * 10_001, "longer than 10000"),
        ("Reason for the RAG", "x" * 501, "longer than 500"),
        ("Ref", "9.9", "only to read"),
        ("Action", "=1+1", "There is a formula"),
        ("New progress", '=HYPERLINK("http://x.example","y")', "There is a formula"),
        ("Last progress", "=1", "There is a formula"),
        ("Action", "#REF!", "There is a formula or an error here"),
    ],
)
def test_a_mistake_is_said_with_its_cell_and_nothing_is_written(
    council, plan, coordinator, heading, value, message
) -> None:
    make_action(plan, text="First", due_on=clock.today() + DAY, rag=Rag.GREEN)
    make_action(plan, text="Second")
    offline = Offline(coordinator, plan)
    offline.cell(1, heading).value = value
    offline.cell(2, "Action").value = "A good change"

    page = offline.give()

    assert message in page
    # A reason that is missing is said where it belongs.
    assert f"row 2, column “{heading}”" in page or "column “Reason for the RAG”" in page
    assert 'name="staged"' not in page
    with acting_for(council):
        assert not Action.objects.filter(text="A good change").exists()


@pytest.mark.parametrize("text", ["=SUM(A1)", "+1", "-1 or more", "@cmd", "\t=1", "'quoted", "plain"])
def test_what_looks_like_a_formula_leaves_as_text_and_comes_back_as_it_was(council, plan, coordinator, text) -> None:
    make_action(plan, text=text)
    offline = Offline(coordinator, plan)
    cell = offline.cell(1, "Action")
    assert cell.data_type == "s"
    assert cell.value.strip() == text.strip()
    assert "there is nothing to change" in offline.give()


def test_a_row_that_changed_here_meanwhile_waits_until_somebody_says_which_stands(council, plan, coordinator) -> None:
    action, other = make_action(plan, text="First"), make_action(plan, text="Second")
    offline = Offline(coordinator, plan)
    offline.cell(1, "Action").value = "From the workbook"
    offline.cell(2, "Action").value = "Also from the workbook"
    with acting_for(council):
        Action.objects.filter(pk=action.pk).update(text="From the portal")

    page = offline.give()
    assert "Changed in the portal as well" in page
    assert "From the portal" in page
    assert "Choose one of the two." in offline.write()
    with acting_for(council):
        assert Action.objects.get(pk=other.pk).text == "Second"

    offline.write(**{f"row-{action.pk}": "portal"})

    with acting_for(council):
        assert Action.objects.get(pk=action.pk).text == "From the portal"
        assert Action.objects.get(pk=other.pk).text == "Also from the workbook"


def test_progress_recorded_meanwhile_is_a_change_to_look_at(council, plan, coordinator) -> None:
    action = make_action(plan)
    offline = Offline(coordinator, plan)
    offline.cell(1, "Outcome measure").value = "All trained"
    with acting_for(council):
        services.record_progress(action=action, made_on=clock.today(), note="Meanwhile", rag=Rag.GREEN, user=None)
    assert "Changed in the portal as well" in offline.give()
    offline.write(**{f"row-{action.pk}": "workbook"})
    with acting_for(council):
        action = Action.objects.get(pk=action.pk)
        assert (action.outcome_measure, action.stated_rag) == ("All trained", "green")


def test_a_cell_that_only_the_portal_changed_is_left_alone(council, plan, coordinator) -> None:
    action = make_action(plan, text="First")
    offline = Offline(coordinator, plan)
    offline.cell(1, "Resources").value = "One day"
    with acting_for(council):
        Action.objects.filter(pk=action.pk).update(text="From the portal")
    offline.give()
    offline.write(**{f"row-{action.pk}": "workbook"})
    with acting_for(council):
        action = Action.objects.get(pk=action.pk)
        assert (action.text, action.resources) == ("From the portal", "One day")


def test_what_changes_between_looking_and_writing_is_shown_again(council, plan, coordinator) -> None:
    action = make_action(plan, text="First")
    offline = Offline(coordinator, plan)
    offline.cell(1, "Action").value = "From the workbook"
    offline.give()
    with acting_for(council):
        Action.objects.filter(pk=action.pk).update(text="At the last moment")
    assert "Somebody has changed the plan since you last looked" in offline.write()
    with acting_for(council):
        assert Action.objects.get(pk=action.pk).text == "At the last moment"


def test_rows_may_be_sorted_and_taken_out_but_not_doubled_or_added(council, plan, coordinator) -> None:
    first, second = make_action(plan, text="First"), make_action(plan, text="Second")
    make_action(plan, text="Third")
    offline = Offline(coordinator, plan)
    rows = [[cell.value for cell in row] for row in offline.sheet.iter_rows(min_row=2, max_row=4)]
    for at, row in ((2, rows[1]), (3, rows[0])):
        for column, value in enumerate(row, start=1):
            offline.sheet.cell(row=at, column=column).value = value
    offline.sheet.delete_rows(4)
    offline.cell(1, "Action").value = "Second, changed"
    assert "1 action of the plan is not in the workbook" in offline.give()
    offline.write()
    with acting_for(council):
        assert Action.objects.get(pk=second.pk).text == "Second, changed"
        assert Action.objects.get(pk=first.pk).text == "First"
        assert Action.objects.filter(plan=plan).count() == 3

    for column, value in enumerate(rows[0], start=1):
        offline.sheet.cell(row=4, column=column).value = value
    offline.sheet.cell(row=5, column=COLUMN["Action"]).value = "A new one"
    page = offline.give()
    assert "This is the same row as row" in page
    assert "New rows cannot be added here" in page


def test_hidden_keys_are_never_trusted(council, plan, coordinator) -> None:
    make_action(plan)
    offline = Offline(coordinator, plan)
    key = offline.sheet.cell(row=2, column=1)
    assert offline.sheet.cell(row=1, column=1).value == KEY_HEADING
    key.value = key.value[:-2] + "xx"
    offline.cell(1, "Action").value = "Mine now"
    assert "has been changed. Download the workbook again" in offline.give()


@pytest.mark.parametrize("whose", ["own", "others"])
def test_the_workbook_of_another_plan_is_refused(council, plan, coordinator, whose) -> None:
    owner = council if whose == "own" else make_authority("Elsewhere")
    other = make_plan(owner, actions=1, state=Plan.State.AGREED)
    theirs = Offline(signed_in(make_user(Role.COORDINATOR, owner)), other)
    theirs.cell(1, "Action").value = "Taken over"
    theirs.give()
    mine = Offline(coordinator, plan)
    assert "downloaded from somewhere else" in mine.give_again(theirs.saved)
    with acting_for(owner):
        assert not Action.objects.filter(text="Taken over").exists()


def test_what_was_staged_is_only_for_whoever_gave_it_and_for_its_plan(council, plan, coordinator) -> None:
    make_action(plan)
    offline = Offline(coordinator, plan)
    offline.cell(1, "Action").value = "Other words"
    offline.give()
    offline.client = signed_in(make_user(Role.COORDINATOR, council))
    assert "Give the workbook again" in offline.write()
    with acting_for(council):
        assert not Action.objects.filter(text="Other words").exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plan.xlsx", b"not a workbook"),
        ("plan.xlsm", b"PK\x03\x04"),
        ("plan.csv", b"Action\nSomething"),
        ("plan.docx", b"PK\x03\x04"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused(plan, coordinator, name, data) -> None:
    make_action(plan)
    assert "There is a problem" in Offline(coordinator, plan).give_again(data, name)


def test_a_column_that_is_missing_and_another_sheet_are_refused(plan, coordinator) -> None:
    make_action(plan)
    offline = Offline(coordinator, plan)
    offline.sheet.cell(row=1, column=COLUMN["RAG"]).value = "Colour"
    assert "no column “RAG” any more" in offline.give()
    offline = Offline(coordinator, plan)
    offline.sheet.title = "Something"
    assert "no sheet called" in offline.give()


def test_two_columns_of_one_name_are_refused(plan, coordinator) -> None:
    make_action(plan)
    offline = Offline(coordinator, plan)
    offline.sheet.cell(row=1, column=20).value = "Action"
    assert "two columns “Action”" in offline.give()


def test_a_closed_plan_another_councils_plan_and_read_only_accounts(council, plan, coordinator) -> None:
    make_action(plan)
    stranger = signed_in(make_user(Role.COORDINATOR, make_authority("Elsewhere")))
    names = ("plans:plan_to_edit", "plans:plan_workbook_back")
    for name in names:
        assert stranger.get(address(council, name, pk=plan.pk)).status_code == 404
        for role in (Role.REVIEWER, Role.ELECTED_MEMBER, Role.CONTRIBUTOR):
            assert signed_in(make_user(role, council)).get(address(council, name, pk=plan.pk)).status_code == 403
    with acting_for(council):
        services.close_plan(plan=plan, closed_on=clock.today())
    for name in names:
        assert coordinator.get(address(council, name, pk=plan.pk)).status_code == 403


def test_what_is_official_sensitive_may_be_changed_and_stays_so(council, plan, coordinator) -> None:
    action = make_action(plan, text="OFFICIAL-SENSITIVE: hush", marking=Marking.OFFICIAL_SENSITIVE)
    offline = Offline(coordinator, plan)
    offline.cell(1, "Action").value = "OFFICIAL-SENSITIVE: hush more"
    offline.give()
    offline.write()
    with acting_for(council):
        assert Action.objects.get(pk=action.pk).text == "OFFICIAL-SENSITIVE: hush more"


def test_a_partner_who_is_named_becomes_an_owner_and_who_leads_goes_on_leading(council, plan, coordinator) -> None:
    lead, partner = make_owner(council, "Lee Lead"), make_owner(council, "Pat Partner")
    action = make_action(plan)
    with acting_for(council):
        for owner, role in ((lead, Assignment.Role.LEAD), (partner, Assignment.Role.PARTNER)):
            Assignment(organisation=council, action=action, owner=owner, role=role).save()
    offline = Offline(coordinator, plan)
    assert offline.cell(1, "Owners").value == "Lee Lead"
    offline.cell(1, "Owners").value = "Lee Lead; Pat Partner"
    offline.give()
    offline.write()
    with acting_for(council):
        roles = dict(Assignment.objects.filter(action=action).values_list("owner__name", "role"))
    assert roles == {"Lee Lead": "lead", "Pat Partner": "owner"}


def test_thirty_rows_are_compared_in_as_many_queries_as_two(council, coordinator) -> None:
    counts = []
    for number in (2, 30):
        plan = make_plan(council, actions=0, state=Plan.State.AGREED)
        for _each in range(number):
            make_action(plan, owner=make_owner(council), due_on=clock.today())
        offline = Offline(coordinator, plan)
        for row in range(1, number + 1):
            offline.cell(row, "Resources").value = "More"
        with CaptureQueriesContext(connection) as seen:
            offline.give()
        counts.append(len(seen))
    assert counts[0] == counts[1]
