"""Training by those who keep it: lists looked at and imported, a requirement that ends, a list to act on."""

import datetime as dt
import re

from prevent_portal import clock

from .conftest import COORDINATOR, COUNTY, PHONE, assert_sound, fill_date, follow, link, main_text, press, submit

TRAINING = f"{COUNTY}/training/"


def give(page, kind: str, text: str) -> None:
    """Give a list and go on to look at it."""
    page.goto(f"{TRAINING}lists/")
    page.get_by_label(kind).check()
    file = {"name": "list.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[type=file]").set_input_files(file)
    press(page, "Read the list")


def test_people_and_completions_come_in_by_lists_and_the_figures_follow(open_page):
    page = open_page(COORDINATOR)
    day = clock.today() - dt.timedelta(days=2)
    give(
        page,
        "People from HR",
        f"Staff No,Name,Email,Type,Directorate,Team,Job title,Start date\n"
        f"W1,Wanda Reed,wanda@council.example,Volunteer,Outreach,Youth,Helper,{day:%d/%m/%Y}\n"
        f"W2,Wilf Reed,nonsense,Volunteer,Outreach,Youth,Helper,{day:%d/%m/%Y}\n",
    )
    assert_sound(page, at_every_width=True)
    assert "Join: 1" in main_text(page)
    assert "is no e-mail address" in main_text(page)
    press(page, "Import the list")
    assert_sound(page)
    assert "has been imported" in page.locator("body").inner_text()

    page.goto(f"{TRAINING}requirements/add/")
    submit(page)
    assert_sound(page)
    page.get_by_label("Course").select_option(label="Prevent workshop")
    page.locator("select[name=kind_1]").select_option("volunteer")
    submit(page)
    assert "Volunteer" in main_text(page)
    follow(page, "See who is asked for")
    assert "Not yet due" in main_text(page)

    give(page, "Completions from", f"Staff No,Course,Completed\nW1,Workshop for all,{day:%d/%m/%Y}\n")
    assert_sound(page, at_every_width=True)
    assert "The list brings nothing new." in main_text(page)
    page.get_by_label(re.compile("^workshop for all", re.IGNORECASE)).select_option(label="Prevent workshop")
    press(page, "Save, and read the list again")
    press(page, "Import 1 completion")
    page.goto(f"{TRAINING}?by=kind")
    assert_sound(page, at_every_width=True)
    assert "Volunteer" in main_text(page)

    # From tomorrow on nobody is asked for it any more; today's figures stay.
    link(page, "Prevent workshop").first.click()
    follow(page, "End it")
    assert_sound(page)
    fill_date(page, "last_on", clock.today())
    submit(page)
    assert "until" in main_text(page)


def test_a_list_to_act_on_fits_a_phone(open_page):
    page = open_page(COORDINATOR, viewport=PHONE)
    page.goto(TRAINING)
    assert_sound(page)
    page.locator("a[href*='standing=never']").first.click()
    assert_sound(page)
    link(page, re.compile(r"^\w+ \w+$")).last.click()
    assert_sound(page)


def test_what_counts_and_who_is_exempted_can_be_ended(open_page):
    page = open_page(COORDINATOR)
    page.goto(f"{TRAINING}courses/")
    follow(page, "Prevent duty: awareness")
    assert_sound(page, at_every_width=True)
    follow(page, re.compile("^End it"))
    assert_sound(page)
    fill_date(page, "last_on", dt.date(2000, 1, 1))
    submit(page)
    assert "The last day must be the first day or later." in main_text(page)
    page.goto(f"{TRAINING}requirements/")
    follow(page, "Prevent duty: awareness")
    follow(page, "See who is asked for")
    link(page, re.compile(r"^\w+ \w+$")).last.click()
    follow(page, "Exempt them from a requirement")
    assert_sound(page)
    page.get_by_label("Requirement").select_option(label="Prevent duty: awareness")
    page.get_by_label("Reason").fill("On secondment")
    fill_date(page, "until_on", clock.today() + dt.timedelta(days=30))
    submit(page)
    assert "Exempted" in main_text(page)
    link(page, re.compile("^Delete: Exemption")).click()
    assert_sound(page)
    press(page, "Delete")
    assert "Exempted" not in main_text(page)
