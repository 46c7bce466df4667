"""Every page, for the people who use it: at a desk, on a phone, by keyboard, enlarged."""

from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, URLPattern, get_resolver, resolve
from playwright.sync_api import Page

from .conftest import (
    ADMINISTRATOR,
    CLERK,
    CONTRIBUTOR,
    COORDINATOR,
    COUNTY,
    DRAFT,
    FILES,
    MEMBER,
    NARROWEST,
    OPERATOR,
    PHONE,
    PLAN,
    REVIEWER,
    address_of_plan,
    addresses_of,
    assert_sound,
    first_action,
    follow,
    import_plan,
    link,
    press,
    scrolls_sideways,
    submit,
)

# Kinds of which more than one is opened on the way: what they link to depends on the plan's state.
OPENED_OFTEN = {
    "plans:plan_detail", "plans:plan_table", "plans:plan_frozen", "plans:objective_detail", "plans:action_detail",
    "benchmarks:assessment_detail",
}  # fmt: skip
OPENED_AT_MOST = 4
# No pages of the portal's own look: files, and the paper on screen, which tests of papers hold.
NOT_PAGES = {
    "plans:plan_pdf", "plans:plan_public_pdf", "plans:plan_docx", "plans:plan_public_docx", "plans:plan_xlsx",
    "plans:plan_import_original", "plans:plan_preview", "plans:frozen_edition_paper", "evidence_version_file",
    "plans:plan_snapshot_full", "plans:plan_snapshot_public", "plans:plan_to_edit",
    "benchmarks:assessment_pdf", "benchmarks:assessment_summary_pdf", "benchmarks:assessment_docx",
    "benchmarks:assessment_xlsx", "benchmarks:assessment_preview", "benchmarks:form_pdf", "benchmarks:form_docx",
    "benchmarks:submission_full", "benchmarks:submission_summary", "benchmarks:submission_full_pdf",
    "benchmarks:submission_summary_pdf",
    "training:figures_pdf", "training:figures_xlsx", "training:person_record_pdf", "training:person_record_xlsx",
    # A button, and its address leads back.
    "plans:action_reviewed",
    "health", "mfa_download_recovery_codes",
}  # fmt: skip
# Pages of an account; test_account.py goes to those that need a state of their own.
ACCOUNT_PAGES = {"mfa_index", "account_change_password", "second_factor_needed", "reminder_choice"}


def kind_of(address: str) -> str | None:
    """The name of the page in the URLconf; None if it is none that is checked here."""
    try:
        name = resolve(urlsplit(address).path).view_name
    except Resolver404:
        return None
    if name in NOT_PAGES or name.startswith("platform:"):
        return None
    return name if not name.startswith(("account_", "mfa_", "own_")) or name in ACCOUNT_PAGES else None


def kinds_of_an_authority() -> set[str]:
    """The names of all pages below an authority's address."""

    def names(patterns, prefix: str = "") -> set[str]:
        found: set[str] = set()
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                found.add(f"{prefix}{pattern.name}")
            else:
                inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                found |= names(pattern.url_patterns, inner)
        return found

    below = [each for each in get_resolver().url_patterns if str(each.pattern).startswith("authorities/")]
    return names(below) - NOT_PAGES


def pages_that_links_lead_to(page: Page, start: str) -> dict[str, str]:
    """One address for every kind of page that can be reached from `start` by links."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    opened: dict[str, int] = {}
    waiting = [start]
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        limit = OPENED_AT_MOST if kind in OPENED_OFTEN else 1
        if kind is None or address in seen or opened.get(kind, 0) >= limit:
            continue
        seen.add(address)
        opened[kind] = opened.get(kind, 0) + 1
        page.goto(address)
        if kind_of(page.url) == kind:
            found.setdefault(kind, address)
        links = addresses_of(page, "a[href]")
        waiting.extend(each for each in links if not each.startswith("/authorities/") or each.startswith(f"{COUNTY}/"))
    return found


def assert_all_sound(page: Page, addresses: list[str]) -> None:
    titles: dict[str, str] = {}
    for address in addresses:
        page.goto(address)
        assert_sound(page, at_every_width=True)
        assert titles.setdefault(page.title(), address) == address, f"the same title twice: {page.title()}"


def put_everything_into_a_draft(page: Page) -> str:
    """A file that waits to be checked, one that is imported, a full draft to delete parts of, a plan frozen."""
    import_plan(page, "A plan that came from a file", authority=COUNTY)
    page.goto(f"{COUNTY}/plans/import/")
    page.locator("input[type=file]").set_input_files(FILES / "letter-plan.docx")
    press(page, "Read the file")
    draft = address_of_plan(page, DRAFT)
    page.goto(f"{draft}sections/add/")
    page.get_by_label("Title").fill("A section without actions")
    page.get_by_label("Place").select_option(label="First")
    submit(page)
    follow(page, "Add a remark – A section without actions")
    page.get_by_label("Statement").check()
    page.locator("textarea[name=text]").fill("A remark without an action.")
    submit(page)
    follow(page, "Add an objective – A section without actions")
    page.locator("textarea[name=text]").fill("An objective without an action.")
    submit(page)
    page.goto(f"{draft}sections/add/")
    page.get_by_label("Title").fill("A section without anything")
    submit(page)
    page.goto(f"{address_of_plan(page, PLAN)}snapshots/add/")
    page.get_by_label("For which meeting?").fill("Prevent board")
    submit(page)
    return draft


@pytest.fixture(scope="module")
def reached(site, browser, sessions) -> dict[str, dict[str, str]]:
    """What a coordinator and an administrator come to by links."""
    found = {}
    for email in (ADMINISTRATOR, COORDINATOR):
        context = browser.new_context(base_url=site, storage_state=sessions(email))
        page = context.new_page()
        # Most can be done to a draft, so that its rows are gone through first.
        start = f"{put_everything_into_a_draft(page)}table/" if email == COORDINATOR else f"{COUNTY}/"
        found[email] = pages_that_links_lead_to(page, start)
        context.close()
    return found


def test_links_lead_to_every_page_so_that_every_page_is_checked_here(reached):
    by_links = {kind for pages in reached.values() for kind in pages}
    # The search and an update have a form instead of a link; two need a file of their own (test_import.py); what is
    # retired is listed behind a query, which this walk does not follow.
    by_forms = {
        "search", "plans:plan_import_update", "plans:plan_import_parts", "plans:column_heading_delete",
        "evidence_restore",
        # Steps in an assessment's life, and what can be done in some states of it: test_self_assessment.py.
        "benchmarks:assessment_return", "benchmarks:assessment_sign_off", "benchmarks:assessment_submit",
        "benchmarks:assessment_moderated", "benchmarks:benchmark_result_moderate", "benchmarks:answer_carry",
        "benchmarks:answer_comment",
        # Of a course that has another that counts as it, and of a person who is exempted: test_training.py.
        "training:equivalence_end", "training:exemption_delete",
    }  # fmt: skip
    assert kinds_of_an_authority() - by_links == by_forms


def test_every_page_of_a_coordinator_is_sound(open_page, reached):
    pages = reached[COORDINATOR]
    plan = pages["plans:plan_table"]
    page = open_page(COORDINATOR)
    assert_all_sound(page, list(pages.values()))
    for address in (
        f"{COUNTY}/plans/?state=closed",
        f"{plan}?rag=red&due=overdue",
        f"{plan}?q=nothing-has-this-word",
        f"{COUNTY}/search/?q=training",
        f"{COUNTY}/search/?q=nothing-has-this-word",
        "/account/second-factor/",
    ):
        page.goto(address)
        assert_sound(page, at_every_width=True)


def test_an_administrators_own_pages_are_sound(open_page, reached):
    more = {kind: each for kind, each in reached[ADMINISTRATOR].items() if kind not in reached[COORDINATOR]}
    assert {"membership_create", "membership_update"} <= more.keys()
    assert_all_sound(open_page(ADMINISTRATOR), [*more.values(), f"{COUNTY}/people/"])


@pytest.mark.parametrize("address", ["/account/login/", "/account/password/reset/", "/help/", "/no-such-page/"])
def test_a_strangers_pages_are_sound(open_page, address):
    page = open_page()
    page.goto(address)
    assert_sound(page, at_every_width=True)


@pytest.mark.parametrize("who", [MEMBER, REVIEWER, CONTRIBUTOR, CLERK])
def test_the_pages_of_other_roles_are_sound_on_a_phone(open_page, who):
    page = open_page(who, viewport=PHONE)
    plan = address_of_plan(page, PLAN)
    for address in (f"{COUNTY}/", plan, first_action(page, plan), f"{COUNTY}/people/"):
        page.goto(address)
        assert_sound(page)


def test_the_platform_operators_first_page_is_sound(open_page):
    page = open_page(OPERATOR)
    page.goto("/")
    assert_sound(page, at_every_width=True)
    assert link(page, "Authorities, accounts and shared lists").count() == 1


def test_the_tab_of_the_page_one_is_on_is_marked_and_no_other(open_page):
    page = open_page(COORDINATOR)
    for address, tab in ((f"{COUNTY}/plans/owners/", "Owners"), (f"{COUNTY}/plans/", "Action plans")):
        page.goto(address)
        assert page.locator(".govuk-service-navigation__item--active").all_inner_texts() == [tab]


# Keyboard


# Focus shows on the element itself or, where GOV.UK Frontend hides an input behind its label, on that label's box.
SHOWS_FOCUS = """
() => {
  const outlined = style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
  const shows = style => outlined(style) || style.boxShadow !== 'none'
  const element = document.activeElement, label = element.nextElementSibling
  return shows(getComputedStyle(element)) || (label !== null && shows(getComputedStyle(label, '::before')))
}
"""


def tab_to(page: Page, selector: str, *, at_most: int = 60) -> list[str]:
    """Press Tab until the cursor is at `selector`; every stop on the way must be seen. Returns the stops."""
    stops = []
    for _ in range(at_most):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
        assert page.evaluate(SHOWS_FOCUS), f"the focus cannot be seen at {name}"
        stops.append(name)
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return stops
    raise AssertionError(f"{selector} is not among the first {at_most} stops: {stops}")


def test_the_skip_link_comes_first_and_leads_to_the_main_part(open_page):
    page = open_page(COORDINATOR)
    page.goto(f"{COUNTY}/plans/")
    tab_to(page, ".govuk-skip-link", at_most=1)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"
    tab_to(page, "main a[href$='/plans/import/']", at_most=1)


def test_progress_can_be_recorded_without_a_mouse(open_page):
    page = open_page(CONTRIBUTOR)
    page.goto(f"{COUNTY}/")
    tab_to(page, "main a[href*='/plans/actions/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/plans/actions/*/")
    tab_to(page, "main a[href$='/progress/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/progress/")
    tab_to(page, "textarea[name=note]")
    page.keyboard.type("Typed without a mouse.")
    stops = tab_to(page, "main button[type=submit]")
    assert any('name="rag"' in each for each in stops) and any('name="reason"' in each for each in stops)


# Enlarged, narrow, still


def test_text_of_twice_the_size_fits(open_page):
    page = open_page(COORDINATOR)
    plan = address_of_plan(page, PLAN)
    action = first_action(page, plan)
    for address in (f"{COUNTY}/", plan, f"{plan}table/", f"{action}progress/", f"{COUNTY}/plans/owners/"):
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert not scrolls_sideways(page), address


@pytest.mark.parametrize("width", [641, 800, 991, 992, 1024, 1200, 1600])
def test_no_column_of_the_whole_plan_becomes_too_narrow_for_a_word(open_page, width):
    page = open_page(COORDINATOR, viewport={"width": width, "height": 800})
    page.goto(f"{address_of_plan(page, PLAN)}table/")
    assert not scrolls_sideways(page)
    narrowest = page.eval_on_selector_all(
        ".portal-plan-table td:not([data-label=Ref])",
        # Below the width of a desk, cells without anything in them are not there.
        "cells => Math.min(...cells.filter(cell => cell.offsetParent).map(cell => cell.clientWidth))",
    )
    assert narrowest >= 80
    headings = page.eval_on_selector_all(
        ".portal-plan-table thead th",
        # A heading of one word on two lines has been broken inside the word.
        "cells => cells.filter(cell => !cell.innerText.trim().includes(' ') && cell.clientHeight > 60)"
        ".map(cell => cell.innerText)",
    )
    assert headings == []


def test_nothing_moves_for_whoever_wants_no_motion(open_page):
    page = open_page(COORDINATOR, viewport=NARROWEST, reduced_motion="reduce")
    page.goto(f"{COUNTY}/")
    press(page, "Menu")
    assert page.get_by_role("link", name="Owners").is_visible()
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
