"""The ways of looking at a plan: grouped, narrowed, along its time, on a phone, on paper."""

import io
import re

import pikepdf
import pytest
from playwright.sync_api import Page

from .conftest import (
    CLERK,
    COORDINATOR,
    COUNTY,
    MEMBER,
    NARROWEST,
    PHONE,
    PLAN,
    REVIEWER,
    address_of_plan,
    assert_sound,
    first_action,
    follow,
    link,
    main_text,
    press,
    scrolls_sideways,
    violations_of,
)

SENSITIVE = "OFFICIAL-SENSITIVE"


@pytest.mark.parametrize("group", ["owner", "benchmark", "rag", "due"])
def test_the_plan_is_sound_however_it_is_grouped(open_page, group):
    page = open_page(COORDINATOR)
    page.goto(f"{address_of_plan(page, PLAN)}table/?group={group}&page=all")
    assert_sound(page, at_every_width=True)
    assert page.locator(".portal-choices [aria-current=true]").count() == 1
    assert page.locator("tr[id^=action-]").count() == 38


@pytest.mark.parametrize("who", [COORDINATOR, CLERK, MEMBER, REVIEWER])
def test_the_timeline_is_sound_for_everybody_and_shows_members_nothing_sensitive(open_page, who):
    page = open_page(who)
    page.goto(f"{address_of_plan(page, PLAN)}timeline/")
    assert_sound(page, at_every_width=True)
    assert page.locator("svg.portal-timeline").first.is_visible()
    assert (SENSITIVE in main_text(page)) is (who != MEMBER)
    page.set_viewport_size(PHONE)
    assert not page.locator("svg.portal-timeline").first.is_visible()
    assert page.locator(".portal-timeline-table a").first.is_visible()


def test_a_choice_is_made_taken_back_and_found_again_without_javascript(open_page):
    page = open_page(COORDINATOR, java_script_enabled=False)
    page.goto(f"{address_of_plan(page, PLAN)}table/?group=owner")
    page.locator(".portal-filter summary").click()
    page.get_by_label("RAG").select_option(label="Amber: some slippage")
    page.get_by_label("Words").fill("districts")
    page.get_by_role("button", name="Show").last.click()
    page.wait_for_load_state()
    chosen = page.locator(".portal-selected__item").all_inner_texts()
    assert [" ".join(each.split()) for each in chosen] == [
        "Remove this filter: Words: districts ✕",
        "Remove this filter: RAG: Amber: some slippage ✕",
    ]
    found = main_text(page)
    page.locator(".portal-plan-table a[href*='/plans/actions/']").first.click()
    page.locator(".govuk-breadcrumbs a").last.click()
    assert {"group=owner", "q=districts", "rag=amber"} <= set(re.split("[?&#]", page.url))
    assert main_text(page) == found
    follow(page, "Words: districts")
    assert "q=" not in page.url
    follow(page, "Clear filters")
    assert page.locator(".portal-selected").count() == 0
    assert page.locator(".portal-choices [aria-current=true]").inner_text() == "Owner"


def test_nothing_found_offers_a_way_out(open_page):
    page = open_page(COORDINATOR, viewport=NARROWEST)
    page.goto(f"{address_of_plan(page, PLAN)}timeline/")
    page.get_by_label("Words").fill("nothing-has-this-word")
    press(page, "Show")
    assert_sound(page)
    assert "0 actions match" in page.title()
    link(page, "Clear filters").last.click()
    assert page.locator(".portal-timeline-table").count() > 1


def test_the_three_ways_lead_to_each_other(open_page):
    page = open_page(CLERK)
    page.goto(address_of_plan(page, PLAN))
    for way in ("Whole plan", "Timeline", "Summary"):
        page.locator(".portal-sub-navigation").get_by_role("link", name=way).click()
        page.wait_for_load_state()
        assert page.locator(".portal-sub-navigation [aria-current=page]").inner_text() == way


@pytest.mark.parametrize("way", ["", "table/", "timeline/"])
def test_text_of_twice_the_size_fits_each_way(open_page, way):
    page = open_page(COORDINATOR)
    page.goto(f"{address_of_plan(page, PLAN)}{way}")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not scrolls_sideways(page)


# Paper


def printed(page: Page) -> pikepdf.Pdf:
    """The page as a browser prints it."""
    return pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True)))


def is_landscape(sheet: pikepdf.Page) -> bool:
    _left, _bottom, width, height = (float(each) for each in sheet.mediabox)
    return width > height


@pytest.mark.parametrize(("way", "wide"), [("", False), ("table/", True), ("timeline/", True)])
def test_a_print_is_a4_and_lies_across_where_a_table_is_wide(open_page, way, wide):
    page = open_page(COORDINATOR)
    page.goto(f"{address_of_plan(page, PLAN)}{way}")
    sheets = printed(page).pages
    assert len(sheets) > 1
    assert {is_landscape(sheet) for sheet in sheets} == {wide}


def test_a_print_has_no_navigation_no_filter_no_button_but_date_and_marking(open_page):
    page = open_page(COORDINATOR)
    page.goto(f"{address_of_plan(page, PLAN)}table/?rag=amber")
    assert not page.locator(".portal-print-head").is_visible()
    page.emulate_media(media="print")
    for hidden in ("header", ".portal-footer", ".portal-filter", ".govuk-breadcrumbs", ".portal-sub-navigation",
                   ".portal-choices", ".portal-contents", ".portal-edit-links", ".govuk-button"):  # fmt: skip
        assert not any(each.is_visible() for each in page.locator(hidden).all()), hidden
    head = page.locator(".portal-print-head")
    assert re.search(r"As at \d+ \w+ 20\d\d", head.inner_text())
    # What was asked for is said, because it is not the whole plan that is printed.
    assert page.locator(".portal-selected__item").first.is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    marked = "getComputedStyle(document.querySelector('.portal-print-head__marking'), '::before').content"
    assert page.evaluate(marked) == f'"{SENSITIVE}"'
    assert violations_of(page) == []


def test_a_print_without_a_sensitive_row_is_not_marked_so(open_page):
    page = open_page(MEMBER)
    page.goto(f"{address_of_plan(page, PLAN)}table/")
    page.emulate_media(media="print")
    marked = "getComputedStyle(document.querySelector('.portal-print-head__marking'), '::before').content"
    assert page.evaluate(marked) == "none"


def test_a_print_unfolds_the_introduction_and_leaves_the_log_away(open_page):
    page = open_page(COORDINATOR)
    plan = address_of_plan(page, PLAN)
    page.goto(plan)
    page.emulate_media(media="print")
    assert page.get_by_text("This plan carries out the council's duty").is_visible()
    page.goto(first_action(page, plan))
    assert page.locator("details").count() >= 1
    assert not any(each.is_visible() for each in page.locator("main details").all())


def test_every_list_of_the_plans_fits_its_sheet(open_page):
    page = open_page(COORDINATOR, viewport={"width": 794, "height": 1123})
    plan = address_of_plan(page, PLAN)
    for address in (f"{COUNTY}/", f"{COUNTY}/plans/", plan, f"{COUNTY}/plans/owners/"):
        page.goto(address)
        page.emulate_media(media="print")
        assert not scrolls_sideways(page), address
        page.emulate_media(media="screen")
