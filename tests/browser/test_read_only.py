"""Who only reads: elected members, Home Office reviewers, colleagues of the county's districts, strangers."""

import pytest

from .conftest import (
    COORDINATOR,
    COORDINATOR_ELSEWHERE,
    COORDINATOR_OF_DISTRICT,
    COUNTY,
    DISTRICT,
    DRAFT,
    MEMBER,
    PLAN,
    REVIEWER,
    address_of_plan,
    addresses_of,
    assert_sound,
    first_action,
    link,
    main_text,
)

WRITING = tuple(f"/{verb}/" for verb in "change add progress import agree amend close delete hand-over".split())
# A form that somebody forces from the browser's console: their own session, their own token.
FORCED = """
async ([address, values]) => {
  const token = document.querySelector('input[name=csrfmiddlewaretoken]').value
  const body = new URLSearchParams({...values, csrfmiddlewaretoken: token})
  return (await fetch(address, {method: 'POST', body, redirect: 'manual'})).status
}
"""


def assert_nothing_to_change(page) -> None:
    assert page.locator("main form[method=post]").count() == 0, page.url
    assert [each for each in addresses_of(page, "main a[href]") if each.endswith(WRITING)] == [], page.url


@pytest.mark.parametrize("who", [MEMBER, REVIEWER])
def test_a_read_only_account_is_offered_nothing_to_change_and_no_draft(open_page, who):
    page = open_page(who)
    plan = address_of_plan(page, PLAN)
    assert page.get_by_text(DRAFT).count() == 0
    action = first_action(page, plan)
    for address in (f"{COUNTY}/", f"{COUNTY}/plans/", plan, f"{plan}table/", action, f"{COUNTY}/plans/owners/"):
        page.goto(address)
        assert page.locator(".govuk-service-navigation").get_by_text("Read-only").count() == 1
        assert_nothing_to_change(page)
    draft = address_of_plan(open_page(COORDINATOR), DRAFT)
    assert page.goto(draft).status == 404


@pytest.mark.parametrize("who", [MEMBER, REVIEWER, COORDINATOR_OF_DISTRICT])
def test_a_form_forced_by_a_read_only_account_is_refused_and_changes_nothing(open_page, who):
    coordinator, page = open_page(COORDINATOR), open_page(who)
    plan = address_of_plan(coordinator, PLAN)
    action = first_action(coordinator, plan)
    coordinator.goto(action)
    before = main_text(coordinator)
    page.goto(plan)
    for address, values in (
        (f"{plan}change/", {"title": "Taken over", "marking": "official", "revision": "1"}),
        (f"{action}progress/", {"note": "Taken over", "rag": "green", "made_on_0": "1", "made_on_1": "6"}),
        (f"{COUNTY}/people/add/", {"email": "taken@over.example", "name": "Taken over", "role": "coordinator"}),
        (f"{plan}close/", {"closed_on_0": "1", "closed_on_1": "6", "closed_on_2": "2026"}),
    ):
        assert page.evaluate(FORCED, [address, values]) == 403, address
    coordinator.goto(action)
    assert main_text(coordinator) == before
    assert address_of_plan(coordinator, PLAN) == plan
    assert coordinator.get_by_text("Taken over").count() == 0


def test_what_a_reviewer_looks_at_stands_in_the_log(open_page):
    reviewer, coordinator = open_page(REVIEWER), open_page(COORDINATOR)
    reviewer.goto(address_of_plan(reviewer, PLAN))
    coordinator.goto(f"{COUNTY}/log/")
    row = coordinator.locator("main tbody tr", has_text="Jamie Orrin").first.inner_text()
    assert "Looked at" in row or "Viewed" in row
    assert PLAN in row


def test_a_colleague_of_a_district_reads_what_the_county_agreed_and_no_draft(open_page):
    page = open_page(COORDINATOR_OF_DISTRICT)
    plan = address_of_plan(page, PLAN)
    assert page.get_by_text(DRAFT).count() == 0
    for address in (f"{COUNTY}/plans/", plan, first_action(page, plan)):
        page.goto(address)
        assert_sound(page)
        assert_nothing_to_change(page)
    for address in (f"{COUNTY}/people/", f"{COUNTY}/log/"):
        assert page.goto(address).status == 403
    page.goto(f"{DISTRICT}/plans/")
    assert link(page, "Import a plan").count() == 1


def test_for_another_council_nothing_of_the_county_exists(open_page):
    page, coordinator = open_page(COORDINATOR_ELSEWHERE), open_page(COORDINATOR)
    plan = address_of_plan(coordinator, PLAN)
    for address in (f"{COUNTY}/", plan, f"{plan}plan.pdf", f"{COUNTY}/search/?q=advisory", f"{COUNTY}/admin/"):
        assert page.goto(address).status == 404, address
        assert "Exampleshire" not in page.content()
    assert_sound(page)
