"""The pictures of docs/using.md, from a running demonstration. Called by script/screenshots."""

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prevent_portal.settings.development")

import django

django.setup()

from playwright.sync_api import Page, sync_playwright

from prevent_portal.demonstration import PASSWORD

PICTURES = ROOT / "docs" / "screenshots"
WORD_PLAN = ROOT / "tests" / "plans" / "files" / "colour-plan.docx"
COUNTY, DISTRICT = "/authorities/exampleshire", "/authorities/wrenhaven"
PLAN = "Prevent partnership delivery plan 2026-27"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def sign_in(page: Page, email: str) -> None:
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()


def take(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png")


def main(address: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        desk = browser.new_context(base_url=address, viewport={"width": 1200, "height": 1000})
        page = desk.new_page()
        sign_in(page, "coordinator@exampleshire.example")
        page.goto(f"{COUNTY}/")
        take(page, "needs-attention")
        page.goto(f"{COUNTY}/plans/")
        page.get_by_role("link", name=PLAN).first.click()
        take(page, "plan")
        plan = page.url
        page.goto(f"{plan}table/")
        page.locator(".portal-section").first.evaluate("section => section.scrollIntoView()")
        take(page, "whole-plan")
        page.goto(f"{plan}table/?due=overdue")
        page.locator("main a[href*='/actions/']").first.click()
        page.goto(f"{page.url}progress/")
        take(page, "progress")
        page.goto(f"{COUNTY}/assessments/")
        page.locator("main table a").first.click()
        take(page, "self-assessment")
        page.goto(f"{COUNTY}/assessments/scores/")
        take(page, "scores")
        page.goto(f"{COUNTY}/training/")
        take(page, "training")
        phone = browser.new_context(base_url=address, viewport={"width": 390, "height": 844}).new_page()
        sign_in(phone, "contributor@exampleshire.example")
        phone.goto(f"{COUNTY}/")
        take(phone, "phone")
        other = browser.new_context(base_url=address, viewport={"width": 1200, "height": 1000}).new_page()
        sign_in(other, "coordinator@wrenhaven.example")
        other.goto(f"{DISTRICT}/plans/import/")
        other.locator("input[type=file]").set_input_files(WORD_PLAN)
        other.get_by_role("button", name="Read the file").click()
        take(other, "import-check")
        other.get_by_role("link", name="Throw this file away").click()
        other.locator("main button[type=submit]").click()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
