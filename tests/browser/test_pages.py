"""Every page, for the people who use it, at a desk and on a phone."""

import pytest

from .conftest import DESK, PHONE, assert_sound

COUNTY = "/authorities/exampleshire"
COORDINATOR, MEMBER = "coordinator@exampleshire.example", "member@exampleshire.example"


def addresses_from(page) -> list[str]:
    """The pages of the county that a coordinator comes to: one of each kind."""
    page.goto(f"{COUNTY}/plans/")
    plan = page.get_by_role("link", name="Prevent partnership delivery plan 2026-27").first.get_attribute("href")
    draft = page.locator("a[href*='/plans/']", has_text="first thoughts").first.get_attribute("href")
    page.goto(f"{plan}table/")
    action = page.locator("a[href*='/actions/']").first.get_attribute("href").split("?")[0]
    objective = page.locator("main a[href*='/plans/objectives/']").first.get_attribute("href").split("?")[0]
    section = page.get_by_role("link", name="Change the section").first.get_attribute("href").split("?")[0]
    page.goto(f"{COUNTY}/plans/owners/")
    owner = page.locator("main a[href*='/owners/']:not([href*='add'])").first.get_attribute("href").split("?")[0]
    return [
        f"{COUNTY}/", f"{COUNTY}/plans/", f"{COUNTY}/plans/?state=closed", plan, f"{plan}table/",
        f"{plan}table/?rag=red&due=overdue", f"{plan}change/", f"{plan}amend/", f"{plan}close/", draft,
        f"{draft}agree/", f"{draft}delete/", f"{COUNTY}/plans/add/", f"{COUNTY}/plans/import/", section,
        f"{plan}sections/add/", action, f"{action}change/", f"{action}progress/", objective, f"{objective}change/",
        f"{objective}actions/add/", f"{COUNTY}/plans/owners/", owner, f"{owner}change/", f"{owner}hand-over/",
        f"{COUNTY}/plans/owners/add/", f"{COUNTY}/search/?q=training", f"{COUNTY}/search/?q=zzz", f"{COUNTY}/people/",
        f"{COUNTY}/log/", "/help/", "/help/never-enter/", "/accessibility/", "/account/2fa/",
        "/account/password/change/", f"{COUNTY}/plans/999999/",
    ]  # fmt: skip


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_of_a_coordinator_is_sound(open_page, viewport):
    page = open_page(COORDINATOR, viewport=viewport)
    titles = {}
    for address in addresses_from(page):
        page.goto(address)
        assert_sound(page)
        titles.setdefault(page.title(), []).append(address.split("?")[0])
    assert all(len(set(same)) == 1 for same in titles.values()), titles


@pytest.mark.parametrize("address", ["/account/login/", "/account/password/reset/", "/help/", "/accessibility/"])
def test_a_strangers_pages_are_sound(open_page, address):
    page = open_page()
    page.goto(address)
    assert_sound(page)


def test_an_elected_members_pages_are_sound_and_offer_nothing_to_change(open_page):
    page = open_page(MEMBER, viewport=PHONE)
    page.goto(f"{COUNTY}/plans/")
    assert page.get_by_text("first thoughts").count() == 0
    plan = page.get_by_role("link", name="Prevent partnership delivery plan 2026-27").first.get_attribute("href")
    page.goto(f"{plan}table/")
    action = page.locator("a[href*='/actions/']").first.get_attribute("href")
    for address in (f"{COUNTY}/", f"{COUNTY}/plans/", plan, f"{plan}table/", action):
        page.goto(address)
        assert_sound(page)
        assert page.locator("main form[method=post]").count() == 0
        assert page.locator("main a[href*='/change/'], main a[href*='/add/'], main a[href*='/progress/']").count() == 0


def test_the_skip_link_comes_first_and_leads_to_the_main_part(open_page):
    page = open_page(COORDINATOR)
    page.goto(f"{COUNTY}/plans/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"


def test_the_admin_opens_without_a_complaint_of_the_content_security_policy(open_page):
    page = open_page(COORDINATOR)
    for address in ("", "plans/action/", "plans/action/add/", "plans/plan/import/"):
        page.goto(f"{COUNTY}/admin/{address}")
        assert page.title()
        assert page.complaints == [], address
