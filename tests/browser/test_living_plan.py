"""What keeps a plan alive, in a real browser: links by mail, calendars, workbooks, the next plan, recommendations."""

import re

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from .conftest import (
    COORDINATOR,
    COORDINATOR_ELSEWHERE,
    COUNTY,
    PHONE,
    PLAN,
    address_of_plan,
    assert_sound,
    follow,
    import_plan,
    link,
    link_in_the_last_mail_to,
    main_text,
    press,
    submit,
)


def owner_without_account(page) -> None:
    """Open the page of an owner who can be sent a link."""
    page.goto(f"{COUNTY}/plans/owners/")
    for address in page.eval_on_selector_all("main table a", "links => links.map(each => each.href)"):
        page.goto(address)
        if link(page, "A link to answer without an account").count():
            return
    raise AssertionError("no owner can be sent a link")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_an_owner_without_an_account_answers_by_the_link_that_was_mailed(open_page, var_dir, script):
    page = open_page(COORDINATOR, java_script_enabled=script)
    email = f"partner-{'with' if script else 'without'}@partner.example"
    owner_without_account(page)
    follow(page, "A link to answer without an account")
    page.locator("input[name=email]").fill(email)
    press(page, "E-mail the link")
    assert f"A link has been e-mailed to {email}." in main_text(page)

    partner = open_page(viewport=PHONE, java_script_enabled=script)
    partner.goto(link_in_the_last_mail_to(email, var_dir))
    if script:
        assert_sound(partner)
    link(partner, "Update").first.click()
    if script:
        assert_sound(partner)
    partner.get_by_label("Progress", exact=True).fill("We have met twice.")
    partner.locator("textarea[name=reason]").fill("It went as agreed.")
    submit(partner)
    assert "Your update has been recorded." in main_text(partner)


def test_a_calendar_is_fetched_from_the_address_that_was_shown(open_page):
    page = open_page(COORDINATOR)
    page.goto(f"{COUNTY}/plans/my-actions/")
    follow(page, "See these dates in your calendar")
    press(page, re.compile("Make an address.*My actions"))
    assert_sound(page)
    address = page.locator("main code").inner_text()
    stranger = open_page()
    answer = stranger.request.get(address)
    assert answer.status == 200
    assert len(Calendar.from_ical(answer.body()).walk("VEVENT")) > 0

    press(page, re.compile("Take it back.*My actions"))

    assert stranger.request.get(address).status == 404


def test_a_workbook_goes_out_is_changed_and_comes_back(open_page, tmp_path):
    page = open_page(COORDINATOR_ELSEWHERE)
    plan = import_plan(page, "Plan that goes to Excel")
    follow(page, "Change it in Excel")
    assert_sound(page, at_every_width=True)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the workbook").click()
    download.value.save_as(tmp_path / "plan.xlsx")
    workbook = load_workbook(tmp_path / "plan.xlsx")
    sheet = workbook["Actions"]
    sheet["D2"].value, sheet["D3"].value = "Changed offline", "=1+1"
    workbook.save(tmp_path / "changed.xlsx")

    page.locator("input[type=file]").set_input_files(tmp_path / "changed.xlsx")
    press(page, "Compare")
    assert "Actions, row 3, column “Action” (D3)" in main_text(page)
    assert_sound(page, at_every_width=True)

    sheet["D3"].value = "Changed as well"
    workbook.save(tmp_path / "changed.xlsx")
    page.locator("input[type=file]").set_input_files(tmp_path / "changed.xlsx")
    press(page, "Compare")
    assert "2 cells change, in 2 rows." in main_text(page)
    assert_sound(page, at_every_width=True)
    press(page, "Write all of it")
    assert "2 actions changed." in main_text(page)
    page.goto(f"{plan}table/")
    assert "Changed offline" in main_text(page)


def test_the_next_plan_is_made_and_its_actions_are_reviewed(open_page):
    page = open_page(COORDINATOR)
    page.goto(address_of_plan(page, PLAN))
    follow(page, "Make the next plan")
    assert_sound(page, at_every_width=True)
    page.get_by_label("Title").fill("The plan after this one")
    submit(page)
    assert "This plan follows" in main_text(page)
    follow(page, "carried over, to review")
    assert "Needs review" in main_text(page)
    page.locator("main a[href*='/plans/actions/']").first.click()
    assert_sound(page, at_every_width=True)
    press(page, "It stands as it is")
    assert "The action stands as it is." in main_text(page)
    assert "In earlier plans" in main_text(page)


def test_a_recommendation_is_added_and_answered(open_page):
    page = open_page(COORDINATOR)
    page.goto(f"{COUNTY}/recommendations/")
    follow(page, "Add a recommendation")
    page.get_by_label("Recommendation", exact=True).fill("Ask every library for its opening hours.")
    page.get_by_label("In which exercise?").fill("Walk through the libraries")
    page.get_by_label("Number", exact=True).fill("1")
    submit(page)
    assert "No action yet" in main_text(page)
    follow(page, "Link actions that answer it")
    page.get_by_label("Words in the action or its objective").fill("libraries")
    press(page, "Look")
    assert_sound(page, at_every_width=True)
    page.get_by_role("checkbox").first.check()
    press(page, "Link the actions")
    assert "1 action linked." in main_text(page)
    assert re.search(r"Answered", main_text(page))
