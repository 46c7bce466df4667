"""A real server with the demonstration county, a real browser, and what every page is checked for."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from prevent_portal.demonstration import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
AXE_RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 800}
SECONDS_TO_START = 60


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[str]:
    """The address of a portal with the demonstration county, on the database of DATABASE_URL or one of its own."""
    var = tmp_path_factory.mktemp("portal")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "prevent_portal.settings.development",
        "PORTAL_VAR_DIR": str(var),
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
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


@pytest.fixture
def open_page(site, browser) -> Iterator[Callable[..., Page]]:
    """`open_page(email, ...)`: a browser of its own in which this person has signed in (None: nobody)."""
    contexts = []

    def opened(email: str | None = None, *, viewport: dict | None = None, **options) -> Page:
        context = browser.new_context(base_url=site, viewport=viewport or DESK, **options)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        if email:
            sign_in(page, email)
        return page

    yield opened
    for context in contexts:
        context.close()


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in by the form."""
    page.goto("/account/login/")
    page.get_by_label("Email").fill(email)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def assert_sound(page: Page) -> None:
    """One heading, a title, nothing for axe to find, nothing in the console, no sideways scrolling."""
    where = page.url
    assert page.locator("h1").count() == 1, where
    assert page.title().endswith("Prevent Portal"), where
    violations = Axe().run(page, options=AXE_RULES).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in violations] == [], where
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{where} scrolls sideways"
    assert [c for c in page.complaints if "status of 40" not in c] == [], where
