"""Bringing in the plan that a council has."""

import io
import re

import docx
import pytest

from .conftest import (
    COORDINATOR_ELSEWHERE,
    ELSEWHERE,
    FILES,
    assert_error_leads_to,
    assert_sound,
    follow,
    main_text,
    press,
)


def give_file(page, name: str, data: bytes | None = None) -> None:
    """Upload a file of the tests, or these bytes under this name."""
    page.goto(f"{ELSEWHERE}/plans/import/")
    file = FILES / name if data is None else {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.locator("input[type=file]").set_input_files(file)
    press(page, "Read the file")


def choose_new_plan(page) -> None:
    """Say that a file that was given before is to be another plan."""
    if (new := page.get_by_label("Make a new plan")).count():
        new.check()


def confirm(page, title: str) -> None:
    """Import what was understood as a new plan of this title."""
    choose_new_plan(page)
    page.get_by_label("Title").fill(title)
    press(page, re.compile("^(Import this plan|Continue)$"))
    assert "The plan was imported" in main_text(page)


def test_the_portal_says_what_it_understood_before_anything_is_in_a_plan(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    give_file(page, "colour-plan.docx")
    assert page.locator("h1").inner_text() == "Check what was understood"
    said = " ".join(main_text(page).split())
    assert "2 sections with 5 objectives and 5 actions" in said
    counted = page.locator("table", has_text="Declared").first.locator("tbody tr")
    # Counted and declared: green, amber, red, blue, not stated, all.
    assert [line.split("\t")[1:] for line in counted.all_inner_texts()] == [
        ["3", "3"],
        ["1", "1"],
        ["1", "1"],
        ["0", "–"],
        ["0", "–"],
        ["5", "5"],
    ]
    assert_sound(page, at_every_width=True)
    follow(page, "Rows (5)")
    row = page.locator(".portal-import-table tbody tr").first.inner_text()
    assert "The town has a named lead." in row and "Ada Moor, Director" in row and "Green" in row
    assert_sound(page, at_every_width=True)
    page.goto(f"{ELSEWHERE}/plans/")
    assert page.get_by_text("Marlbrook Prevent Delivery Plan").count() == 0


def test_what_could_not_be_understood_is_set_aside_with_the_reason_and_can_be_brought_in(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    give_file(page, "letter-plan.docx")
    follow(page, "texts that were set aside")
    aside = page.locator("table", has=page.locator("caption", has_text="Rows that were set aside"))
    assert "table 1, row 3" in aside.inner_text()
    assert "it looks like a scanning error" in aside.inner_text()
    assert_sound(page, at_every_width=True)
    before = aside.locator("tbody tr").count()
    follow(page, "Bring it in")
    assert_sound(page, at_every_width=True)
    page.get_by_label("Objective", exact=False).first.fill("Brought in by hand")
    press(page, "Add this row to the plan")
    assert "It is in the plan's rows now." in main_text(page)
    assert aside.locator("tbody tr").count() == before - 1
    follow(page, re.compile(r"^Rows \("))
    assert "Brought in by hand" in main_text(page)


def test_a_row_that_is_left_out_is_not_in_the_plan_and_the_others_keep_owner_date_and_rag(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    give_file(page, "colour-plan.docx")
    follow(page, re.compile(r"^Rows \("))
    page.get_by_role("checkbox", name=re.compile("Leave out .*The town has a named lead")).check()
    press(page, "Save and go back to the overview")
    assert "1 row that you leave out" in main_text(page)
    confirm(page, "A plan without its first row")
    assert_sound(page, at_every_width=True)
    follow(page, "Go to the plan")
    follow(page, "Whole plan")
    assert "The town has a named lead." not in main_text(page)
    row = page.locator("tr", has_text="Write the policy and train booking staff.").inner_text()
    assert "Sam Field" in row and "Facilities Team" in row and "31 March 2025" in row and "Drafted." in row
    assert "Amber" in row or "Red" in row


def test_a_mistake_in_the_details_is_said_beside_its_field(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    give_file(page, "colour-plan.docx")
    choose_new_plan(page)
    page.get_by_label("Title").fill("")
    press(page, re.compile("^(Import this plan|Continue)$"))
    assert_error_leads_to(page, "#id_title")
    assert_sound(page)


def test_a_row_is_corrected_without_script(open_page):
    page = open_page(COORDINATOR_ELSEWHERE, java_script_enabled=False)
    give_file(page, "colour-plan.docx")
    page.get_by_role("link", name=re.compile(r"^Rows \(")).click()
    page.get_by_role("link", name=re.compile("^Correct .*The town has a named lead")).click()
    page.get_by_label("Target dates").fill("March 2027\nwhen money allows")
    page.get_by_role("button", name="Show how this is read").click()
    assert "By a date: 31 March 2027" in page.locator("main").inner_text()
    page.get_by_role("button", name="Add an action").click()
    assert page.get_by_label("Target dates").first.input_value() == "March 2027\nwhen money allows"
    page.locator("[name=actions-1-text]").fill("An action that the file had forgotten.")
    page.get_by_role("button", name="Save this row").last.click()
    row = page.locator("#row-r1").inner_text()
    assert "An action that the file had forgotten." in row and "March 2027" in row


def test_the_form_of_a_row_is_sound_and_leads_to_what_is_wrong(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    give_file(page, "letter-plan.docx")
    follow(page, re.compile(r"^Rows \("))
    follow(page, "Correct")
    assert_sound(page, at_every_width=True)
    page.locator("[name=actions-0-text]").fill("")
    page.get_by_role("button", name="Save this row").last.click()
    assert_error_leads_to(page, "[name=actions-0-text]")
    assert_sound(page)


def test_what_a_person_says_of_a_column_is_followed_and_remembered_until_it_is_forgotten(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    table = [["Ref", "Objective", "Action", "Zuständigkeit"], ["1", "Staff know", "Train them.", "Facilities Team"]]
    give_file(page, "unknown-heading.docx", word_file_with(table))
    follow(page, re.compile("^Columns"))
    assert_sound(page, at_every_width=True)
    page.get_by_label("What “Zuständigkeit” holds").select_option(label="Owner")
    press(page, "Read the file again")
    assert "The file has been read again as you said." in main_text(page)
    assert "A person said so" in page.locator("tr", has_text="Zuständigkeit").inner_text()
    follow(page, re.compile(r"^Rows \("))
    # The rows of a new reading have names of their own.
    assert "Facilities Team" in page.locator("[id^=row-] td[data-label=Owners]").first.inner_text()
    give_file(page, "the-next.docx", word_file_with(table))
    follow(page, re.compile("^Columns"))
    assert "Remembered from an earlier plan" in page.locator("tr", has_text="Zuständigkeit").inner_text()
    follow(page, "See or forget what is remembered")
    assert_sound(page, at_every_width=True)
    page.locator("tr", has_text="zustandigkeit").get_by_role("link").click()
    assert_sound(page)
    press(page, "Forget it")
    assert "The heading has been forgotten." in main_text(page)


def test_a_file_given_again_updates_its_plan_with_what_is_ticked_and_the_update_is_undone(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    give_file(page, "sheet-plan.xlsx")
    confirm(page, "A plan that comes again")
    give_file(page, "sheet-plan.xlsx")
    assert "This very file was imported before" in main_text(page) or "What should come of this file?" in main_text(
        page
    )
    assert_sound(page, at_every_width=True)
    overview = page.url
    follow(page, re.compile(r"^Rows \("))
    follow(page, "Correct")
    page.locator("[name=actions-0-text]").fill("What the new version of the file says.")
    page.get_by_role("button", name="Save this row").last.click()
    page.goto(overview)
    page.get_by_label("Update “A plan that comes again”").check()
    press(page, "Continue")
    assert page.locator("h1").inner_text() == "What would change"
    change = page.locator(".portal-import-changes tr", has_text="What the new version of the file says.")
    assert change.count() == 1
    assert_sound(page, at_every_width=True)
    press(page, "Update the plan with what is ticked")
    assert "The plan was updated" in main_text(page)
    follow(page, "Undo this import")
    assert_sound(page, at_every_width=True)
    press(page, "Undo this import")
    assert "The import has been undone." in main_text(page)
    follow(page, "A plan that comes again")
    follow(page, "Whole plan")
    assert "What the new version of the file says." not in main_text(page)


def test_a_plan_whose_import_is_undone_is_gone_and_the_list_still_has_the_file(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    give_file(page, "bullet-plan.docx")
    confirm(page, "A plan that was a mistake")
    follow(page, "Undo this import")
    press(page, "Undo this import")
    assert "This import was undone" in main_text(page)
    page.goto(f"{ELSEWHERE}/plans/")
    assert page.get_by_text("A plan that was a mistake").count() == 0
    follow(page, "Earlier imports")
    assert "Undone" in page.locator("tr", has_text="bullet-plan.docx").first.inner_text()
    assert_sound(page, at_every_width=True)


def test_a_file_can_be_thrown_away(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    give_file(page, "sheet-plan.xlsx")
    staged = page.url
    follow(page, "Throw this file away")
    assert_sound(page, at_every_width=True)
    page.locator("main button[type=submit]").click()
    assert "The file has been thrown away." in main_text(page)
    assert page.goto(staged).status == 404


def word_file_of(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def word_file_with(rows: list[list[str]]) -> bytes:
    """A Word file with one table of these cells."""
    document = docx.Document()
    table = document.add_table(len(rows), len(rows[0]))
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


# What Word writes when a file is saved with a password: a container of another format.
WITH_PASSWORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF", "A PDF does not keep its tables"),
        (b"", "empty"),
        (WITH_PASSWORD, "protected by a password"),
        (b"PK\x03\x04 cut short", "damaged"),
    ],
    ids=["a PDF called .docx", "empty", "with a password", "damaged"],
)
def test_a_file_that_cannot_be_read_is_refused_beside_the_field_and_nothing_is_lost(open_page, data, says):
    page = open_page(COORDINATOR_ELSEWHERE)
    page.goto(f"{ELSEWHERE}/plans/")
    before = page.locator("main tbody tr").all_inner_texts()
    give_file(page, "plan.docx", data)
    assert page.title().startswith("Error: Import a plan")
    assert says in page.locator(".govuk-error-message").inner_text()
    assert_sound(page)
    page.locator(".govuk-error-summary a").click()
    assert page.evaluate("document.activeElement.closest('.govuk-form-group--error') !== null")
    page.goto(f"{ELSEWHERE}/plans/")
    assert page.locator("main tbody tr").all_inner_texts() == before


def test_a_file_without_a_plan_says_so_and_offers_nothing_to_confirm(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    give_file(page, "letter.docx", word_file_of("Dear colleague,", "please find the plan in another file."))
    assert "There is nothing to import" in main_text(page)
    assert page.get_by_role("button", name="Import this plan").count() == 0
    assert_sound(page, at_every_width=True)
    follow(page, "Choose another file")
    assert page.locator("h1").inner_text() == "Import a plan"
