"""Giving access and ending it, and what a leaver leaves behind."""

import datetime as dt

from prevent_portal import clock

from .conftest import (
    ADMINISTRATOR,
    COORDINATOR,
    COUNTY,
    assert_error_leads_to,
    assert_sound,
    fill_date,
    follow,
    link,
    link_in_the_last_mail_to,
    main_text,
    sign_in,
    submit,
)

NEWCOMER = "newcomer@exampleshire.example"
NEW_PASSWORD = "a long new pass phrase 61"


def test_an_administrator_gives_access_the_newcomer_signs_in_and_access_ends(open_page, var_dir):
    page = open_page(ADMINISTRATOR)
    page.goto(f"{COUNTY}/people/")
    follow(page, "Give somebody access")
    submit(page)
    assert page.locator(".govuk-error-summary a").count() == 3
    assert_error_leads_to(page, "select[name=role]")
    assert_sound(page)
    page.get_by_label("E-mail address").fill(NEWCOMER)
    page.get_by_label("Name").fill("Ariel Moss")
    page.get_by_label("Role").select_option("officer")
    fill_date(page, "starts_on", clock.today() - dt.timedelta(days=3))
    submit(page)
    assert "Ariel Moss now has access." in main_text(page)

    newcomer = open_page()
    newcomer.goto("/account/login/")
    follow(newcomer, "Forgotten your password")
    newcomer.get_by_label("Email").fill(NEWCOMER)
    submit(newcomer)
    assert_sound(newcomer)
    newcomer.goto(link_in_the_last_mail_to(NEWCOMER, var_dir))
    assert_sound(newcomer, at_every_width=True)
    newcomer.locator("input[name=password1]").fill(NEW_PASSWORD)
    newcomer.locator("input[name=password2]").fill(NEW_PASSWORD)
    submit(newcomer)
    sign_in(newcomer, NEWCOMER, NEW_PASSWORD)
    assert newcomer.goto(f"{COUNTY}/plans/").status == 200
    assert link(newcomer, "Import a plan").count() == 1

    follow(page, "Change or end – Ariel Moss")
    assert page.locator("h1").inner_text() == "Change or end the access of Ariel Moss"
    fill_date(page, "ends_on", clock.today() - dt.timedelta(days=1))
    submit(page)
    assert "Ended" in page.locator("tr", has_text="Ariel Moss").inner_text()
    assert_sound(page)
    assert newcomer.goto(f"{COUNTY}/plans/").status == 404


def test_a_reviewers_access_needs_an_end_and_a_reason(open_page):
    page = open_page(ADMINISTRATOR)
    page.goto(f"{COUNTY}/people/add/")
    page.get_by_label("E-mail address").fill("adviser@exampleshire.example")
    page.get_by_label("Name").fill("Remy Hale")
    page.get_by_label("Role").select_option("reviewer")
    submit(page)
    said = page.locator(".govuk-error-summary").inner_text()
    assert "Enter the last day of the reviewer's access." in said
    assert "Enter why the reviewer needs access." in said
    assert page.get_by_label("Name").input_value() == "Remy Hale"
    assert_sound(page, at_every_width=True)


def test_a_leavers_actions_are_handed_over_in_one_step(open_page):
    page = open_page(ADMINISTRATOR)
    page.goto(f"{COUNTY}/")
    follow(page, "Pat Ainsley")
    assert page.url.endswith("/hand-over/")
    assert_sound(page, at_every_width=True)
    ticked = page.locator("input[name=actions]:checked").count()
    assert ticked == page.locator("input[name=actions]").count() > 1
    submit(page)
    assert page.title().startswith("Error: ")
    assert page.locator("input[name=actions]:checked").count() == ticked
    page.get_by_label("New owner").select_option(label="Sam Whitlock, Community Safety Officer")
    page.get_by_label("Reason").fill("Left the council")
    submit(page)
    assert f"{ticked} actions now belong to Sam Whitlock, Community Safety Officer." in main_text(page)
    page.goto(f"{COUNTY}/")
    assert link(page, "Pat Ainsley").count() == 0
    coordinator = open_page(COORDINATOR)
    coordinator.goto(f"{COUNTY}/log/")
    assert "Left the council" in main_text(coordinator)
