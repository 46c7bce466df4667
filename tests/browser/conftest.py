"""A real server with the demonstration county, a real browser, and what every page is checked for."""

import contextlib
import datetime as dt
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import environ
import psycopg2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, sync_playwright

from prevent_portal.demonstration import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "tests" / "plans" / "files"
CHROMIUM_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
DESK, PHONE, NARROWEST = {"width": 1280, "height": 900}, {"width": 375, "height": 800}, {"width": 320, "height": 800}
SECONDS_TO_START = 60
# In milliseconds. Nothing here takes long unless it is broken.
PATIENCE = 15_000

COUNTY, DISTRICT, ELSEWHERE = "/authorities/exampleshire", "/authorities/oakhampton", "/authorities/wrenhaven"
COORDINATOR, OFFICER = "coordinator@exampleshire.example", "officer@exampleshire.example"
CONTRIBUTOR, CLERK = "contributor@exampleshire.example", "clerk@exampleshire.example"
MEMBER, REVIEWER = "member@exampleshire.example", "reviewer@exampleshire.example"
ADMINISTRATOR, OPERATOR = "administrator@exampleshire.example", "operator@portal.example"
COORDINATOR_ELSEWHERE, COORDINATOR_OF_DISTRICT = "coordinator@wrenhaven.example", "coordinator@oakhampton.example"
PLAN = "Prevent partnership delivery plan 2026-27"
DRAFT = "Prevent partnership delivery plan 2027-28 (first thoughts)"


@pytest.fixture(scope="session")
def var_dir(tmp_path_factory) -> Path:
    """Where the server keeps its e-mails and, without DATABASE_URL, its database."""
    return tmp_path_factory.mktemp("portal")


@pytest.fixture(scope="session")
def site(var_dir) -> Iterator[str]:
    """The address of a portal with the demonstration county, on the server of DATABASE_URL or on SQLite."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "prevent_portal.settings.development",
        "PORTAL_VAR_DIR": str(var_dir),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PORTAL_URL": f"http://127.0.0.1:{port}",
    }
    if database := os.environ.get("DATABASE_URL"):
        environment["DATABASE_URL"] = _database_of_its_own(database, os.environ.get("PYTEST_XDIST_WORKER", "master"))
    subprocess.run([sys.executable, "script/prepare.py"], cwd=ROOT, env=environment, check=True, capture_output=True)
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "script/serve.py", "prevent_portal.wsgi"],
        cwd=ROOT,
        env=environment,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/health/")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _database_of_its_own(url: str, name: str) -> str:
    """The address of a new database on the same server: tests that run side by side need one each."""
    known = environ.Env.db_url_config(url)
    connection = psycopg2.connect(
        host=known["HOST"], port=known["PORT"] or None, user=known["USER"], password=known["PASSWORD"] or None,
        dbname=known["NAME"],
    )  # fmt: skip
    connection.autocommit = True
    connection.cursor().execute(f"CREATE DATABASE browser_{name}")
    connection.close()
    return url.rpartition("/")[0] + f"/browser_{name}"


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise TimeoutError(f"{address} did not answer within {SECONDS_TO_START} s")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def sessions(site, browser) -> Callable[[str], Any]:
    """The cookies of a person who has signed in by the form; each person does it once, for the sake of time."""
    known: dict[str, Any] = {}

    def cookies_of(email: str) -> Any:
        if email not in known:
            context = browser.new_context(base_url=site)
            page = context.new_page()
            sign_in(page, email)
            assert "/account/login/" not in page.url, f"{email} could not sign in"
            known[email] = context.storage_state()
            context.close()
        return known[email]

    return cookies_of


@pytest.fixture
def open_page(site, browser, sessions) -> Iterator[Callable[..., Page]]:
    """`open_page(email, ...)`: a browser of its own in which this person has signed in (None: nobody)."""
    contexts: list[BrowserContext] = []

    def opened(email: str | None = None, *, viewport: dict | None = None, **options) -> Page:
        context = browser.new_context(
            base_url=site,
            viewport=viewport or DESK,
            storage_state=sessions(email) if email else None,
            **options,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []

        def complain(message: ConsoleMessage) -> None:
            # A page that is meant to be refused is no mistake of the page.
            refused = "status of 40" in message.text and message.location["url"] == page.url
            if message.type in {"error", "warning"} and not refused:
                page.complaints.append(message.text)

        page.on("console", complain)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in by the form."""
    page.goto("/account/login/")
    page.get_by_label("Email").fill(email)
    page.locator("input[name=password]").fill(password)
    submit(page)


def submit(page: Page) -> None:
    """Press the main button of the page's form and wait for the page that comes of it."""
    page.locator("main form[method=post] button[type=submit].govuk-button:not(.govuk-button--secondary)").first.click()
    page.wait_for_load_state()


def press(page: Page, name: str | re.Pattern) -> None:
    """Press the button of this name and wait for the page that comes of it."""
    page.get_by_role("button", name=name).click()
    page.wait_for_load_state()


def link(page: Page, text: str | re.Pattern) -> Locator:
    """The links of the page with this text; GOV.UK Frontend makes buttons of some of them."""
    return page.get_by_role("main").locator("a", has_text=text)


def follow(page: Page, text: str | re.Pattern) -> None:
    """Follow the first link with this text and wait for the page."""
    link(page, text).first.click()
    page.wait_for_load_state()


def main_text(page: Page) -> str:
    """What the page says, without its frame."""
    page.wait_for_load_state()
    return page.get_by_role("main").inner_text()


def addresses_of(page: Page, links: str) -> list[str]:
    """Where these links lead, without query."""
    return page.eval_on_selector_all(links, "links => links.map(each => each.pathname)")


def fill_date(page: Page, name: str, on: dt.date) -> None:
    """Fill the three boxes of a date."""
    for index, part in enumerate((on.day, on.month, on.year)):
        page.locator(f"input[name={name}_{index}]").fill(str(part))


def link_in_the_last_mail_to(email: str, var_dir: Path) -> str:
    """The address that the newest e-mail to this person leads to."""
    mails = sorted((var_dir / "mail").iterdir(), key=lambda file: file.stat().st_mtime)
    last = next(text for file in reversed(mails) if f"To: {email}" in (text := file.read_text()))
    return re.search(r"http://\S+", last).group(0)


def address_of_plan(page: Page, title: str, authority: str = COUNTY) -> str:
    """The address of the plan with this title, which ends in a slash."""
    page.goto(f"{authority}/plans/")
    return page.get_by_role("link", name=title, exact=True).first.get_attribute("href")


def import_plan(page: Page, title: str, *, authority: str = ELSEWHERE) -> str:
    """Give the portal a Word plan and confirm it under this title; returns the plan's address."""
    page.goto(f"{authority}/plans/import/")
    page.locator("input[type=file]").set_input_files(FILES / "colour-plan.docx")
    press(page, "Read the file")
    new = page.get_by_label("Make a new plan")
    if is_known := new.count() > 0:
        new.check()
    page.get_by_label("Title").fill(title)
    press(page, "Continue" if is_known else "Import this plan")
    follow(page, "Go to the plan")
    assert page.locator("h1").inner_text() == title
    return page.url


def first_action(page: Page, plan: str) -> str:
    """The address of the plan's first action, which ends in a slash."""
    page.goto(f"{plan}table/")
    return addresses_of(page, "main a[href*='/plans/actions/']")[0]


def assert_error_leads_to(page: Page, selector: str) -> None:
    """The page says that there is a problem, and the last link in its summary puts the cursor where it is."""
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.classList.contains('govuk-error-summary')")
    assert page.locator(f".govuk-form-group--error {selector}").count() >= 1
    page.locator(".govuk-error-summary a").last.click()
    assert page.evaluate(f"document.activeElement.matches({selector!r})"), page.url


def violations_of(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds: rule and the elements that break it."""
    found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    return [(each["id"], [node["html"][:150] for node in each["nodes"][:3]]) for each in found]


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than the window. A scroll region of its own does not count."""
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def assert_sound(page: Page, *, at_every_width: bool = False) -> None:
    """One heading, a title, nothing for axe to find, nothing in the console, no sideways scrolling."""
    page.wait_for_load_state()
    assert page.locator("h1").count() == 1, page.url
    assert re.search(r"\S – Prevent Portal$", page.title()), (page.url, page.title())
    was = page.viewport_size
    for viewport in (DESK, PHONE) if at_every_width else (was,):
        if page.viewport_size != viewport:
            page.set_viewport_size(viewport)
        assert violations_of(page) == [], (page.url, viewport)
        assert not scrolls_sideways(page), (page.url, viewport)
    if at_every_width:
        page.set_viewport_size(NARROWEST)
        assert not scrolls_sideways(page), (page.url, NARROWEST)
        page.set_viewport_size(was)
    assert page.complaints == [], page.url
