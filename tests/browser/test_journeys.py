"""What people come to the portal for, from beginning to end."""

import re
from pathlib import Path

import pytest

from tests.pdf_checks import assert_accessible_pdf, pdf_text

from .conftest import PHONE, assert_sound, sign_in

FILES = Path(__file__).resolve().parents[1] / "plans" / "files"
ELSEWHERE = "/authorities/wrenhaven"
COUNTY = "/authorities/exampleshire"
COORDINATOR_ELSEWHERE = "coordinator@wrenhaven.example"


def import_plan(page, title: str, *, leave_out_first: bool = False) -> str:
    """Give the portal a Word plan and confirm it under this title; returns the plan's address."""
    page.goto(f"{ELSEWHERE}/plans/import/")
    page.locator("input[type=file]").set_input_files(FILES / "colour-plan.docx")
    page.get_by_role("button", name="Read the file").click()
    assert page.locator("h1").inner_text() == "Check what was understood"
    page.get_by_label("Title").fill(title)
    if leave_out_first:
        page.locator("input[name=leave_out]").first.check()
    page.get_by_role("button", name="Import this plan").click()
    assert page.locator("h1").inner_text() == title
    return page.url


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_word_plan_comes_in_is_seen_updated_agreed_and_goes_out_as_pdf(open_page, script):
    page = open_page(COORDINATOR_ELSEWHERE, java_script_enabled=script)
    title = f"Plan from Word {'with' if script else 'without'} script"
    plan = import_plan(page, title, leave_out_first=True)
    assert "has been imported as a draft" in page.get_by_role("main").inner_text()

    page.goto(f"{plan}table/")
    page.locator("a[href*='/actions/']").first.click()
    action = page.url
    page.goto(f"{action}progress/")
    page.get_by_label("Red: significant slippage").check()
    page.locator("textarea").first.fill("The trainer fell ill.")
    page.get_by_role("main").locator("button[type=submit]").first.click()
    if page.url.endswith("/progress/"):
        assert page.title().startswith("Error: ")
        assert page.locator("textarea").first.input_value() == "The trainer fell ill."
        page.get_by_label("Reason").fill("No trainer until spring.")
        page.get_by_role("main").locator("button[type=submit]").first.click()
    assert page.url.split("#")[0].rstrip("/") == action.rstrip("/")
    assert "The trainer fell ill." in page.get_by_role("main").inner_text()

    page.goto(f"{plan}agree/")
    page.get_by_label("Day").fill("1")
    page.get_by_label("Month").fill("6")
    page.get_by_label("Year").fill("2026")
    page.locator("input[name=agreed_by]").fill("Wrenhaven Prevent board")
    page.get_by_role("main").locator("button[type=submit]").first.click()
    assert "Wrenhaven Prevent board" in page.get_by_role("main").inner_text()

    answer = page.request.get(f"{plan}plan.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert_accessible_pdf(answer.body())
    assert "The trainer fell ill." in " ".join(pdf_text(answer.body()).split())
    assert page.request.get(f"{plan}plan.xlsx").body().startswith(b"PK")


def test_a_file_that_is_no_plan_is_refused_beside_the_field(open_page, tmp_path):
    wrong = tmp_path / "plan.docx"
    wrong.write_bytes(b"%PDF-1.7 not a Word file")
    page = open_page(COORDINATOR_ELSEWHERE)
    page.goto(f"{ELSEWHERE}/plans/import/")
    page.locator("input[type=file]").set_input_files(wrong)
    page.get_by_role("button", name="Read the file").click()
    assert page.title().startswith("Error: ")
    assert_sound(page)
    page.locator(".govuk-error-summary a").click()
    assert page.evaluate("document.activeElement.closest('.govuk-form-group--error') !== null")


def test_two_people_who_edit_the_same_action_lose_nothing(open_page):
    first, second = open_page(COORDINATOR_ELSEWHERE), open_page(COORDINATOR_ELSEWHERE)
    plan = import_plan(first, "Plan that two people edit")
    first.goto(f"{plan}table/")
    first.locator("a[href*='/actions/']").first.click()
    action = first.url
    for page in (first, second):
        page.goto(f"{action}change/")
    first.locator("textarea[name=outcome_measure]").fill("What the first person wrote")
    first.get_by_role("button", name=re.compile("Save")).first.click()
    second.locator("textarea[name=outcome_measure]").fill("What the second person wrote")
    second.get_by_role("button", name=re.compile("Save")).first.click()
    assert second.title().startswith("Error: ")
    assert "What the first person wrote" in second.locator(".govuk-error-summary").inner_text()
    assert second.locator("textarea[name=outcome_measure]").input_value() == "What the second person wrote"
    second.get_by_role("button", name=re.compile("Save")).first.click()
    assert "What the second person wrote" in second.get_by_role("main").inner_text()


def test_an_owner_records_progress_on_their_own_actions_from_a_phone(open_page):
    page = open_page("contributor@exampleshire.example", viewport=PHONE)
    page.goto(f"{COUNTY}/")
    page.get_by_role("main").locator("a[href*='/actions/']").first.click()
    assert_sound(page)
    page.goto(f"{page.url}progress/")
    assert page.locator("h1").count() == 1 and page.locator("textarea").count() >= 1
    assert_sound(page)


def test_a_clerk_takes_the_public_edition(open_page):
    page = open_page("clerk@exampleshire.example")
    page.goto(f"{COUNTY}/plans/")
    page.get_by_role("link", name="Prevent partnership delivery plan 2026-27").first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Public edition (PDF)").click()
    data = Path(download.value.path()).read_bytes()
    assert_accessible_pdf(data)
    assert "OFFICIAL-SENSITIVE have been left out" in " ".join(pdf_text(data).split()) or "left out" in pdf_text(data)


@pytest.mark.parametrize("who", ["member@exampleshire.example", "reviewer@exampleshire.example"])
def test_a_read_only_account_that_forces_a_form_changes_nothing(open_page, who):
    page = open_page(who)
    page.goto(f"{COUNTY}/plans/")
    plan = page.get_by_role("link", name="Prevent partnership delivery plan 2026-27").first.get_attribute("href")
    token = next(c["value"] for c in page.context.cookies() if "csrf" in c["name"])
    answer = page.request.post(
        f"{plan}change/", form={"title": "Taken over", "csrfmiddlewaretoken": token}, headers={"Referer": page.url}
    )
    assert answer.status == 403
    page.goto(f"{COUNTY}/plans/")
    assert page.get_by_text("Taken over").count() == 0


def test_another_council_does_not_exist(open_page):
    page = open_page(COORDINATOR_ELSEWHERE)
    assert page.goto(f"{COUNTY}/plans/").status == 404


def test_a_district_reads_what_its_county_agreed_and_no_draft(open_page):
    page = open_page("coordinator@oakhampton.example")
    page.goto(f"{COUNTY}/plans/")
    assert page.get_by_text("Prevent partnership delivery plan 2026-27").count() >= 1
    assert page.get_by_text("first thoughts").count() == 0


def test_an_administrator_hands_a_leavers_actions_over_in_one_step(open_page):
    page = open_page("administrator@exampleshire.example")
    page.goto(f"{COUNTY}/")
    page.get_by_role("main").locator("a[href*='hand-over']").first.click()
    assert_sound(page)
    options = page.locator("main select option")
    page.locator("main select").first.select_option(index=min(1, options.count() - 1))
    if page.locator("main textarea, main input[name=reason]").count():
        page.locator("main textarea, main input[name=reason]").first.fill("Moved to another council")
    page.get_by_role("main").locator("button[type=submit]").first.click()
    assert not page.title().startswith("Error: ")
    page.goto(f"{COUNTY}/")
    assert page.get_by_role("main").locator("a[href*='hand-over']").count() == 0


def test_an_authenticator_app_is_set_up_and_asked_for(open_page):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    page = open_page("venues@exampleshire.example")
    page.goto("/account/2fa/totp/activate/")
    if "reauthenticate" in page.url:
        from prevent_portal.demonstration import PASSWORD

        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("main").locator("button[type=submit]").first.click()
    assert_sound(page)
    secret = re.search(r"\b[A-Z2-7]{16,}\b", page.get_by_role("main").inner_html()).group(0)

    def code() -> str:
        return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))

    page.locator("input[name=code]").fill(code())
    page.get_by_role("main").locator("button[type=submit]").first.click()
    page.goto("/account/2fa/")
    assert_sound(page)
    again = open_page()
    sign_in(again, "venues@exampleshire.example")
    assert again.locator("input[name=code]").count() == 1
    assert_sound(again)
