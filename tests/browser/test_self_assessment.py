"""A self-assessment in a real browser: the lead, a service lead and a partner, from its start to its second version."""

import datetime as dt
import re

from prevent_portal import clock

from .conftest import (
    CONTRIBUTOR,
    COORDINATOR,
    COUNTY,
    PHONE,
    assert_error_leads_to,
    assert_sound,
    fill_date,
    follow,
    link,
    link_in_the_last_mail_to,
    main_text,
    press,
    submit,
)

YEAR = 2031
PARTNER = "safeguarding@partner.example"


def start(page) -> str:
    """A new assessment of the ten benchmarks; its address."""
    page.goto(f"{COUNTY}/assessments/add/")
    page.get_by_label("Prevent duty benchmarks 2018").check()
    page.locator("input[name=year]").fill(str(YEAR))
    submit(page)
    assert f"Self-assessment {YEAR}" in main_text(page)
    return page.url


def ask(page, assessment: str, name: str, *references: str) -> None:
    """Give these questions to somebody."""
    page.goto(f"{assessment}assign/")
    page.get_by_label("Who answers?").select_option(label=name)
    for reference in references:
        page.get_by_label(re.compile(rf"^{re.escape(reference)} ")).check()
    submit(page)
    assert "changed hands" in main_text(page)


def score_all(page, assessment: str) -> None:
    """Give every benchmark the score at which the duty is met."""
    page.goto(assessment)
    addresses = page.eval_on_selector_all(".govuk-task-list__link", "links => links.map(each => each.href)")
    assert len(addresses) == 10
    for address in addresses:
        page.goto(f"{address}score/")
        page.get_by_label(re.compile("^3 – ")).first.check()
        submit(page)


def sign_off_and_submit(page, assessment: str) -> None:
    page.goto(assessment)
    follow(page, "Send for review")
    assert_sound(page)
    submit(page)
    follow(page, "Return to draft")
    assert_sound(page)
    page.goto(assessment)
    follow(page, "Sign off")
    assert_sound(page)
    submit(page)
    assert_error_leads_to(page, "input[name=is_sure]")
    page.get_by_label("Sign it off although questions are open").check()
    submit(page)
    assert_error_leads_to(page, "input[name=by]")
    page.get_by_label("Who signs it off?").fill("Director of Communities")
    submit(page)
    follow(page, "Submit")
    assert_sound(page)
    submit(page)
    assert "submitted and frozen" in main_text(page)


def test_an_assessment_is_answered_by_three_signed_off_opened_again_and_submitted_twice(open_page, var_dir):
    lead = open_page(COORDINATOR)
    lead.goto(f"{COUNTY}/assessments/respondents/add/")
    lead.get_by_label("Name").fill("Safeguarding partnership")
    submit(lead)
    assessment = start(lead)
    ask(lead, assessment, "Workforce development", "7.1", "7.2")
    ask(lead, assessment, "Safeguarding partnership", "4.2")

    # A service lead, on a phone, answers just theirs and names evidence.
    service = open_page(CONTRIBUTOR, viewport=PHONE)
    service.goto(assessment)
    link(service, re.compile("^7.1 ")).first.click()
    assert_sound(service)
    service.get_by_label("Achieving").check()
    service.get_by_label(re.compile("^Supporting details")).fill("Nine in ten have done the course.")
    service.get_by_text("Add evidence", exact=True).click()
    service.get_by_label(re.compile("^What new evidence is called")).fill("Figures of the course")
    service.locator("input[name=evidence-url]").fill("https://www.example.org/figures")
    press(service, "Save and go to the next question")
    assert "Answer question 7.2" in main_text(service)
    service.goto(f"{assessment}sign-off/")
    assert "does not include this" in main_text(service)

    # A partner without an account, by a link.
    lead.goto(f"{COUNTY}/assessments/respondents/")
    follow(lead, "Safeguarding partnership")
    follow(lead, "A link to answer without an account")
    assert_sound(lead)
    lead.locator("input[name=email]").fill(PARTNER)
    press(lead, "E-mail the link")
    partner = open_page(viewport=PHONE)
    partner.goto(link_in_the_last_mail_to(PARTNER, var_dir))
    assert_sound(partner)
    link(partner, re.compile("^4.2 ")).click()
    assert_sound(partner)
    partner.get_by_label("Developing").check()
    partner.get_by_label(re.compile("^Supporting details")).fill("Support differs between districts.")
    submit(partner)
    assert "1 of 1 answered" in main_text(partner)

    # The evidence expires midway: a hint, which stands in nobody's way.
    lead.goto(f"{COUNTY}/evidence/?q=Figures+of+the+course")
    follow(lead, "Figures of the course")
    follow(lead, re.compile("^Change"))
    fill_date(lead, "expires_on", clock.today() - dt.timedelta(days=1))
    submit(lead)
    score_all(lead, assessment)
    lead.goto(assessment)
    assert_sound(lead, at_every_width=True)
    assert "Evidence that has expired stands behind this answer: 7.1." in main_text(lead)
    sign_off_and_submit(lead, assessment)

    # Opened again for a reason; other evidence takes the place of what expired; submitted as a second version.
    lead.goto(assessment)
    follow(lead, "Open again")
    assert_sound(lead)
    lead.get_by_label("Why?").fill("The figures of autumn have come.")
    submit(lead)
    service.goto(assessment)
    link(service, re.compile("^7.1 ")).first.click()
    service.get_by_label("Figures of the course").uncheck()
    service.get_by_text("Add evidence", exact=True).click()
    service.get_by_label(re.compile("^What new evidence is called")).fill("Figures of autumn")
    service.locator("input[name=evidence-url]").fill("https://www.example.org/autumn")
    service.get_by_role("button", name="Save", exact=True).click()
    lead.goto(assessment)
    assert "Evidence that has expired" not in main_text(lead)
    sign_off_and_submit(lead, assessment)
    assert "Version 2" in main_text(lead)

    # What was submitted first stays as it was.
    follow(lead, "Version 1")
    assert_sound(lead)
    link(lead, re.compile("^Read on screen")).first.click()
    first = lead.locator("body").inner_text()
    assert "Figures of the course" in first
    assert "Figures of autumn" not in first

    # The moderation, beside the own score.
    lead.goto(assessment)
    link(lead, re.compile("^7. Training")).first.click()
    follow(lead, "Record the moderation")
    assert_sound(lead)
    lead.get_by_label(re.compile("^2 – ")).check()
    lead.get_by_label(re.compile("^New recommendations")).fill("Say which posts need which training.")
    submit(lead)
    assert "Say which posts need which training." in main_text(lead)
    lead.goto(assessment)
    follow(lead, "The moderation is complete")
    assert_sound(lead)
    lead.get_by_label(re.compile("^It is complete")).check()
    submit(lead)
    lead.goto(f"{assessment}unmet/")
    assert_sound(lead, at_every_width=True)
    assert "7. Training" in main_text(lead)


def test_a_gap_becomes_an_action_without_script(open_page):
    page = open_page(COORDINATOR, java_script_enabled=False)
    page.goto(f"{COUNTY}/assessments/")
    follow(page, re.compile(f"^Self-assessment {clock.today().year}$"))
    link(page, re.compile("^8. Venue hire")).first.click()
    follow(page, "Make an action")
    page.get_by_label("What is to be done?").fill("Agree the policy on hire with all centres")
    submit(page)
    assert "Agree the policy on hire with all centres" in main_text(page)
    follow(page, re.compile("Agree the policy on hire with all centres"))
    assert "Gaps that it closes" in main_text(page)
