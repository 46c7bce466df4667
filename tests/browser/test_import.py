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
    row = page.locator(".portal-import-table tbody tr").first.inner_text()
    assert "The town has a named lead." in row and "Ada Moor, Director" in row and "Green" in row
    assert_sound(page, at_every_width=True)
    page.goto(f"{ELSEWHERE}/plans/")
    assert page.get_by_text("Marlbrook Prevent Delivery Plan").count() == 0


def test_what_could_not_be_understood_is_set_aside_with_the_reason(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    give_file(page, "letter-plan.docx")
    aside = page.locator("table", has=page.locator("caption", has_text="Rows that were set aside"))
    assert "table 1, row 3" in aside.inner_text()
    assert "it looks like a scanning error" in aside.inner_text()
    assert_sound(page, at_every_width=True)


def test_a_row_that_is_left_out_is_not_in_the_plan_and_the_others_keep_owner_date_and_rag(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    give_file(page, "colour-plan.docx")
    page.get_by_label("Title").fill("A plan without its first row")
    page.get_by_role("checkbox", name=re.compile("Leave out .*The town has a named lead")).check()
    press(page, "Import this plan")
    assert "has been imported as a draft" in main_text(page)
    follow(page, "Whole plan")
    assert page.get_by_role("status").inner_text() == "4 actions."
    assert "The town has a named lead." not in main_text(page)
    row = page.locator("tr", has_text="Write the policy and train booking staff.").inner_text()
    assert "Sam Field" in row and "Facilities Team" in row and "31 March 2025" in row and "Drafted." in row
    assert "Amber" in row or "Red" in row


def test_a_mistake_in_the_details_keeps_the_ticks(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    give_file(page, "colour-plan.docx")
    page.get_by_label("Title").fill("")
    page.locator("input[name=leave_out]").first.check()
    press(page, "Import this plan")
    assert_error_leads_to(page, "#id_title")
    assert page.locator("input[name=leave_out]").first.is_checked()
    assert_sound(page)


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


# What Word writes when a file is saved with a password: a container of another format.
WITH_PASSWORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF", "the content is something else"),
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


def test_the_same_file_again_is_noticed(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    give_file(page, "bullet-plan.docx")
    press(page, "Import this plan")
    assert "has been imported as a draft" in main_text(page)
    give_file(page, "bullet-plan.docx")
    assert "This very file was imported before" in main_text(page)
    assert_sound(page)
