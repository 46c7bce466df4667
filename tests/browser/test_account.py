"""One's own account: signing in and out, a lost password, the second factor."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from prevent_portal.demonstration import PASSWORD

from .conftest import (
    COUNTY,
    MEMBER,
    assert_sound,
    follow,
    link_in_the_last_mail_to,
    main_text,
    press,
    sign_in,
    submit,
)

# Nobody else's journey begins with these accounts.
WITH_SECOND_FACTOR = "venues@exampleshire.example"
FORGETFUL = "training@exampleshire.example"
SECONDS_OF_A_CODE = 30
SECONDS_TO_TYPE = 5


def code_now(secret: str) -> str:
    """The six numbers that an authenticator app shows, with enough time left to type them."""
    left = SECONDS_OF_A_CODE - time.time() % SECONDS_OF_A_CODE
    if left < SECONDS_TO_TYPE:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // SECONDS_OF_A_CODE))


def enter_code(page, code: str) -> None:
    page.locator("input[name=code]").fill(code)
    submit(page)


def test_a_wrong_password_is_refused_without_saying_whether_the_account_exists(open_page):
    page = open_page()
    sign_in(page, MEMBER, "not the password")
    said = page.locator(".govuk-error-summary").inner_text()
    assert page.title().startswith("Error: Sign in")
    assert page.get_by_label("Email").input_value() == MEMBER
    assert_sound(page, at_every_width=True)
    sign_in(page, "nobody@exampleshire.example", "not the password")
    assert page.locator(".govuk-error-summary").inner_text() == said


def test_who_signs_out_is_out_and_comes_back_to_the_page_asked_for(open_page):
    page = open_page()
    sign_in(page, MEMBER)
    page.goto(f"{COUNTY}/plans/")
    press(page, "Sign out")
    page.goto(f"{COUNTY}/plans/")
    assert page.locator("h1").inner_text() == "Sign in"
    page.get_by_label("Email").fill(MEMBER)
    page.locator("input[name=password]").fill(PASSWORD)
    submit(page)
    assert page.locator("h1").inner_text() == "Action plans"


def test_a_lost_password_is_set_anew_by_a_link_that_works_once(open_page, var_dir):
    page = open_page()
    page.goto("/account/password/reset/")
    page.get_by_label("Email").fill(FORGETFUL)
    submit(page)
    assert_sound(page)
    address = link_in_the_last_mail_to(FORGETFUL, var_dir)
    page.goto(address)
    page.locator("input[name=password1]").fill("short")
    page.locator("input[name=password2]").fill("short")
    submit(page)
    assert page.title().startswith("Error: ")
    assert "12 characters" in page.locator(".govuk-error-summary").inner_text()
    assert_sound(page)
    page.locator("input[name=password1]").fill("another long pass phrase 72")
    page.locator("input[name=password2]").fill("another long pass phrase 72")
    submit(page)
    assert_sound(page)
    sign_in(page, FORGETFUL, "another long pass phrase 72")
    assert page.get_by_role("button", name="Sign out").count() == 1
    again = open_page()
    again.goto(address)
    assert again.locator("h1").inner_text() == "This link no longer works"
    assert_sound(again)


def test_an_authenticator_app_is_set_up_and_asked_for_and_a_recovery_code_does_instead(open_page):
    page = open_page()
    sign_in(page, WITH_SECOND_FACTOR)
    page.goto("/account/2fa/")
    follow(page, "Set up the app")
    if "reauthenticate" in page.url:
        page.locator("input[name=password]").fill(PASSWORD)
        submit(page)
    assert_sound(page, at_every_width=True)
    secret = page.locator("main .portal-codes").inner_text().strip()
    enter_code(page, "000000")
    assert page.title().startswith("Error: ")
    assert_sound(page)
    assert page.locator("main .portal-codes").inner_text().strip() == secret
    enter_code(page, code_now(secret))
    page.goto("/account/2fa/recovery-codes/")
    codes = page.locator(".portal-codes li").all_inner_texts()
    assert len(codes) == 10
    assert_sound(page, at_every_width=True)
    page.goto("/account/2fa/")
    assert "10 codes left" in main_text(page)
    assert_sound(page)

    by_app = open_page()
    sign_in(by_app, WITH_SECOND_FACTOR)
    assert by_app.locator("h1").inner_text() == "Enter your code"
    assert_sound(by_app, at_every_width=True)
    by_app.goto(f"{COUNTY}/plans/")
    assert by_app.locator("h1").inner_text() in {"Sign in", "Enter your code"}
    by_app.goto("/account/2fa/authenticate/")
    enter_code(by_app, code_now(secret))
    by_app.goto(f"{COUNTY}/plans/")
    assert by_app.locator("h1").inner_text() == "Action plans"

    by_paper = open_page()
    sign_in(by_paper, WITH_SECOND_FACTOR)
    enter_code(by_paper, codes[0])
    by_paper.goto(f"{COUNTY}/plans/")
    assert by_paper.locator("h1").inner_text() == "Action plans"
    by_paper.goto("/account/2fa/")
    assert "9 codes left" in main_text(by_paper)
