"""A plan's year from beginning to end, as its coordinator, its owners and the clerk go through it."""

import datetime as dt
import re
from pathlib import Path

import pytest

from prevent_portal import clock
from tests.pdf_checks import assert_accessible_pdf, pdf_text

from .conftest import (
    CLERK,
    CONTRIBUTOR,
    COORDINATOR,
    COORDINATOR_ELSEWHERE,
    COUNTY,
    OFFICER,
    PHONE,
    PLAN,
    address_of_plan,
    addresses_of,
    assert_error_leads_to,
    assert_sound,
    fill_date,
    first_action,
    follow,
    import_plan,
    link,
    main_text,
    press,
    submit,
)

SAVE = re.compile("^Save")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_word_plan_comes_in_is_updated_agreed_and_goes_out_as_pdf_and_excel(open_page, script):
    page = open_page(COORDINATOR_ELSEWHERE, java_script_enabled=script)
    title = f"Plan from Word {'with' if script else 'without'} script"
    plan = import_plan(page, title)

    page.goto(f"{plan}table/")
    follow(page, "Name a lead and a deputy.")
    action = page.url
    follow(page, "Record progress")
    page.get_by_label("Red: significant slippage").check()
    page.get_by_label("Progress").fill("The trainer fell ill.")
    submit(page)
    assert page.title().startswith("Error: ")
    assert "The RAG gets worse: it was “Green: on track”." in page.locator(".govuk-error-summary").inner_text()
    assert page.get_by_label("Progress").input_value() == "The trainer fell ill."
    assert page.get_by_label("Red: significant slippage").is_checked()
    page.get_by_label("Reason").fill("No trainer until spring.")
    submit(page)
    assert page.url == action
    for said in ("has been recorded", "Red: significant slippage", "The trainer fell ill.", "No trainer until spring."):
        assert said in main_text(page)

    page.goto(plan)
    follow(page, "Record that it was agreed")
    fill_date(page, "agreed_on", dt.date(2026, 6, 1))
    page.get_by_label("Who agreed it?").fill("Wrenhaven Prevent board")
    submit(page)
    assert "1 June 2026, Wrenhaven Prevent board" in main_text(page)

    paper = page.request.get(f"{plan}plan.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.body().startswith(b"%PDF")
    assert_accessible_pdf(paper.body())
    assert "The trainer fell ill." in " ".join(pdf_text(paper.body()).split())
    assert page.request.get(f"{plan}plan.xlsx").body().startswith(b"PK")


def test_an_error_leads_to_its_field_and_keeps_what_was_typed(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    action = first_action(page, import_plan(page, "Plan with a mistake in it"))
    page.goto(f"{action}progress/")
    page.get_by_label("Amber: some slippage").check()
    page.get_by_label("Progress").fill("Half of it is done.")
    submit(page)
    assert_error_leads_to(page, "textarea[name=reason]")
    assert page.get_by_label("Progress").input_value() == "Half of it is done."
    assert page.get_by_label("Amber: some slippage").is_checked()
    assert_sound(page, at_every_width=True)


def test_a_date_that_does_not_exist_is_said_beside_the_date_and_not_changed(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    plan = import_plan(page, "Plan with an odd date")
    page.goto(f"{plan}agree/")
    boxes = [page.locator(f"input[name=agreed_on_{index}]") for index in range(3)]
    for box, part in zip(boxes, ("31", "2", "2026"), strict=True):
        box.fill(part)
    page.get_by_label("Who agreed it?").fill("The board")
    submit(page)
    assert_error_leads_to(page, "input[name=agreed_on_0]")
    assert [box.input_value() for box in boxes] == ["31", "2", "2026"]
    assert page.get_by_label("Who agreed it?").input_value() == "The board"
    assert_sound(page)


def test_an_action_gets_a_step_without_losing_what_was_typed(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    action = first_action(page, import_plan(page, "Plan that grows"))
    page.goto(f"{action}change/")
    page.get_by_label("Outcome measure").fill("Nine in ten know whom to ask")
    press(page, "Add another step")
    assert page.get_by_label("Outcome measure").input_value() == "Nine in ten know whom to ask"
    page.locator("textarea[name^=steps-], input[name^=steps-][name$=-text]").last.fill("Write to every school")
    assert_sound(page, at_every_width=True)
    press(page, SAVE)
    assert page.url.endswith(action)
    assert "Nine in ten know whom to ask" in main_text(page) and "Write to every school" in main_text(page)


def actions_of_the_contributor(page) -> set[str]:
    """Open or complete, the actions of the county's plan that the contributor owns."""
    page.goto(f"{COUNTY}/plans/owners/")
    follow(page, "Jordan Pell")
    owner = page.url.rstrip("/").rsplit("/", 1)[1]
    page.goto(f"{address_of_plan(page, PLAN)}table/?owner={owner}")
    return set(addresses_of(page, "main a[href*='/plans/actions/']"))


def test_an_owner_records_progress_on_their_own_actions_from_a_phone_and_on_no_others(open_page):
    page = open_page(CONTRIBUTOR, viewport=PHONE)
    page.goto(f"{COUNTY}/")
    mine = page.locator("table", has=page.locator("caption", has_text="Your open actions"))
    page.goto(mine.locator("a[href*='/actions/']").first.get_attribute("href"))
    assert_sound(page)
    follow(page, "Record progress")
    assert_sound(page)
    page.get_by_label("Progress").fill("Told from a telephone.")
    # Given whatever the dates say, so that it holds on any day.
    page.get_by_label("Reason").fill("As agreed with the coordinator.")
    submit(page)
    assert "Told from a telephone." in main_text(page)

    own = actions_of_the_contributor(page)
    page.goto(f"{address_of_plan(page, PLAN)}table/")
    other = next(each for each in addresses_of(page, "main a[href*='/plans/actions/']") if each not in own)
    page.goto(other)
    assert link(page, "Record progress").count() == 0
    assert link(page, "Change the action").count() == 0
    assert page.goto(f"{other}progress/").status == 403
    assert_sound(page)


def test_two_people_who_edit_the_same_action_lose_nothing(open_page):
    first, second = open_page(COORDINATOR), open_page(OFFICER)
    action = first_action(first, import_plan(first, "Plan that two people edit", authority=COUNTY))
    for page in (first, second):
        page.goto(f"{action}change/")
    first.get_by_label("Outcome measure").fill("What the first person wrote")
    press(first, SAVE)
    second.get_by_label("Outcome measure").fill("What the second person wrote")
    press(second, SAVE)
    assert second.title().startswith("Error: ")
    said = second.locator(".govuk-error-summary").inner_text()
    assert "Somebody else changed this" in said and "What the first person wrote" in said
    assert second.get_by_label("Outcome measure").input_value() == "What the second person wrote"
    assert_sound(second)
    press(second, SAVE)
    assert "What the second person wrote" in main_text(second)


def test_two_people_who_record_progress_at_once_both_stand_in_the_history(open_page):
    first, second = open_page(COORDINATOR), open_page(OFFICER)
    action = first_action(first, import_plan(first, "Plan with two updates at once", authority=COUNTY))
    for page, note in ((first, "The first update."), (second, "The second update.")):
        page.goto(f"{action}progress/")
        page.get_by_label("Progress").fill(note)
    submit(first)
    submit(second)
    assert "The first update." in second.locator(".govuk-error-summary").inner_text()
    assert second.get_by_label("Progress").input_value() == "The second update."
    submit(second)
    history = second.locator(".portal-history").inner_text()
    assert "The first update." in history and "The second update." in history


def test_a_plan_that_was_closed_offers_nothing_to_change(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    plan = import_plan(page, "Plan that ends")
    page.goto(f"{plan}agree/")
    fill_date(page, "agreed_on", clock.today())
    page.get_by_label("Who agreed it?").fill("The board")
    submit(page)
    follow(page, "Record an amendment")
    page.get_by_label("What has changed, and why?").fill("One more school joins.")
    submit(page)
    assert "Amended since agreed" in main_text(page)
    follow(page, "Close the plan")
    submit(page)
    assert "It is a record: nothing in it can be changed." in main_text(page)
    assert page.locator("main a[href*='/change/'], main a[href*='/add/'], main form[method=post]").count() == 0
    assert_sound(page, at_every_width=True)


def test_a_clerk_takes_the_public_edition(open_page):
    page = open_page(CLERK)
    page.goto(address_of_plan(page, PLAN))
    assert link(page, re.compile("Change|Record|Delete|Close")).count() == 0
    follow(page, "Public edition (PDF and Word)")
    assert "Check before you publish" in main_text(page)
    assert_sound(page, at_every_width=True)
    with page.expect_download() as download:
        link(page, "Public edition (PDF)").click()
    assert download.value.suggested_filename.endswith(".pdf")
    data = Path(download.value.path()).read_bytes()
    assert_accessible_pdf(data)
    text = " ".join(pdf_text(data).split())
    assert "left out" in text
    # Posts stand where the full edition has names.
    assert "Jordan Pell" not in text and "Head of Libraries and Registration" in text


def test_a_search_finds_words_and_leads_to_what_has_them(open_page):
    page = open_page(COORDINATOR)
    page.goto(f"{COUNTY}/")
    page.get_by_label("Search Exampleshire County Council").fill("advisory group")
    press(page, "Search")
    assert page.locator("h1").inner_text() == "Search for “advisory group”"
    follow(page, "community advisory group")
    assert "community advisory group" in main_text(page)


def test_a_filter_of_the_whole_plan_is_an_address_that_can_be_sent(open_page):
    page = open_page(COORDINATOR)
    page.goto(f"{address_of_plan(page, PLAN)}table/")
    page.get_by_text("By section, owner, RAG, date or benchmark").click()
    page.get_by_label("RAG").select_option("red")
    page.get_by_label("Due").select_option("overdue")
    page.get_by_role("button", name="Show").last.click()
    found = page.get_by_role("status").inner_text()
    assert re.fullmatch(r"\d+ actions? match(es)?\.", found)
    other = open_page(OFFICER)
    other.goto(page.url)
    assert other.get_by_role("status").inner_text() == found
